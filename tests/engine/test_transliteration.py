"""The same name across scripts: by hand for Hebrew, Arabic, Latin, Cyrillic; by the census for Israel's localities."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.transliteration import MOST_KEYS, transliterations
from tests.shared import shared

SAME_NAME = [
    ("שלום", "Shalom", "شالوم", "Шалом"),
    ("חיפה", "Haifa", "حيفا", "Хайфа"),
    ("תל אביב", "Tel Aviv", "تل أبيب", "Тель-Авив"),
    ("נצרת", "Nazareth", "نتسيرت", "Нацрат"),
    ("רהט", "Rahat", "رهط", "Рахат"),
    ("אשדוד", "Ashdod", "أشدود", "Ашдод"),
    ("אום אל-פחם", "Umm al-Fahm", "أم الفحم", "Умм-эль-Фахм"),
    ("כרמיאל", "Karmiel", "كرميئيل", "Кармиэль"),
    ("דימונה", "Dimona", "ديمونا", "Димона"),
    ("נתניה", "Netanya", "نتانيا", "Нетания"),
    ("באר שבע", "Beersheba", "بئر شيفع", "Беэр-Шева"),
    ("שדרות", "Sderot", "سديروت", "Сдерот"),
    ("מוחמד", "Muhammad", "محمد", "Мухаммад"),
    ("כהן", "Cohen", "كوهين", "Коэн"),
    ("לוי", "Levi", "ليفي", "Леви"),
    ("אברהם", "Avraham", "أبراهام", "Авраам"),
    ("טאיבה", "Tayibe", "الطيبة", "Тайбе"),
    ("סכנין", "Sakhnin", "سخنين", "Сахнин"),
    ("עכו", "Akko", "عكا", "Акко"),
    ("ג'ורג'", "George", "جورج", "Джордж"),
]


@pytest.mark.parametrize("names", SAME_NAME, ids=lambda names: names[1])
def test_a_name_finds_itself_in_every_script(names):
    hebrew = transliterations(names[0])
    for other in names[1:]:
        assert hebrew & transliterations(other), (names[0], hebrew, other, transliterations(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("חיפה", "Holon"),
        ("Ashdod", "Ashkelon"),
        ("רמלה", "לוד"),
        ("בית 4", "בית 5"),
        ("Dimona", "ديالى"),
        ("כהן", "לוי"),
    ],
)
def test_strangers_share_no_key(one, other):
    assert not transliterations(one) & transliterations(other)


def test_ethiopic_names_meet_hebrew_ones():
    assert transliterations("ሰላም") & transliterations("שלום")
    assert transliterations("አበበ") & transliterations("אבבה")


@given(st.text(max_size=60))
def test_keys_are_few_and_never_fail(name):
    keys = transliterations(name)
    assert len(keys) <= MOST_KEYS
    assert all(keys)


def without_note(name: str) -> str:
    return re.sub(r"\([^)]*\)", "", name)


@pytest.mark.conformance
def test_localities_find_their_english_name_and_few_others():
    """Recall on every locality of the 2021 census file, and how many strangers a name brings with it."""
    path = shared("data/il_localities/localities_2021.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["name_en"].strip()]
    people = [int(row["population"]) if row["population"].strip().isdigit() else 0 for row in rows]
    hebrew = [transliterations(without_note(row["name"])) for row in rows]
    latin = [transliterations(without_note(row["name_en"])) for row in rows]
    found = [bool(one & other) for one, other in zip(hebrew, latin, strict=True)]
    largest = sorted(range(len(rows)), key=lambda place: -people[place])[:100]
    places_of: dict[str, set[int]] = {}
    for place, keys in enumerate(latin):
        for key in keys:
            places_of.setdefault(key, set()).add(place)
    strangers = [
        len(set[int]().union(*(places_of.get(key, set()) for key in keys)) - {place})
        for place, keys in enumerate(hebrew)
    ]
    recall = sum(found) / len(found)
    recall_largest = sum(found[place] for place in largest) / len(largest)
    mean_strangers = sum(strangers) / len(strangers)
    figures = (
        f"{len(rows)} localities: recall {recall:.3f}; the 100 largest {recall_largest:.3f}; "
        f"strangers per name {mean_strangers:.2f}, most {max(strangers)}"
    )
    print(figures)
    assert len(rows) > 1200
    assert recall >= 0.98
    assert recall_largest >= 0.98
    assert mean_strangers <= 1.0
