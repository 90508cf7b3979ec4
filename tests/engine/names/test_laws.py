"""What holds for every name, and for what is none: symmetry, identity, order, marks nobody sees, time, size."""

import random
import time
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.names import keys, likeness, word_keys
from kesher.engine.names.known import KNOWN, entries, one_word
from kesher.engine.text import tokens
from tests.engine.names.gold import people

SPELLINGS = [spelling for spellings in people() for spelling in spellings]
LETTERS = (
    "abcdefghijklmnopqrstuvwxyzאבגדהוזחטיכלמנסעפצקרשת"
    "ابتثجحخدذرزسشصضطظعغفقكلمنهويабвгдежзийклмнопрстуфхцчшщъыьэюяіїєґሀለመረሰበተነአከወየደ"
)
WORDS = st.text(alphabet=LETTERS, min_size=1, max_size=9)
NAMES = st.one_of(
    st.sampled_from(SPELLINGS), st.lists(WORDS, min_size=1, max_size=4).map(" ".join), st.text(max_size=40)
)
UNSEEN = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\u200d\ufeff\x00\x01\x07\x1b\x7f"


@settings(max_examples=300, deadline=None)
@given(NAMES, NAMES)
def test_likeness_is_symmetric_and_a_share(one, two):
    there, back = likeness(one, two), likeness(two, one)
    assert there.value == back.value
    assert 0 <= there.value <= 1
    assert sorted(reason.code for reason in there.reasons) == sorted(reason.code for reason in back.reasons)


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_a_name_is_itself(name):
    assert likeness(name, name).value == (1.0 if tokens(name) else 0.0)
    assert bool(keys(name)) == bool(tokens(name))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(["Avraham", "כהן", "Коваленко", "حداد", "ተሰማ", "Zxqv", "Olha"]), min_size=2, max_size=4),
    st.randoms(),
)
def test_the_order_of_words_does_not_matter(words, chance):
    other = words.copy()
    chance.shuffle(other)
    assert keys(" ".join(words)) == keys(" ".join(other))
    assert likeness(" ".join(words), " ".join(other)).value == 1.0


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(SPELLINGS), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(UNSEEN)), min_size=1, max_size=6)
)
def test_what_nobody_sees_changes_nothing(name, marks):
    hidden = name
    for place, mark in marks:
        hidden = hidden[:place] + mark + hidden[place:]
    assert keys(hidden) == keys(name)
    assert word_keys(hidden) == word_keys(name)
    assert likeness(hidden, name).value == 1.0


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SPELLINGS))
def test_capitals_and_loose_marks_change_nothing(name):
    assert keys(name.upper()) == keys(name) == keys(unicodedata.normalize("NFD", name))


@settings(max_examples=200, deadline=None)
@given(NAMES)
def test_keys_are_short_few_and_plain(name):
    found = keys(name)
    assert len(found) <= 5 * 4 * 13 * 13
    assert all(len(key) <= 200 and key.isprintable() and "\0" not in key for key in found)


def test_names_as_they_are_have_few_keys():
    counts = sorted(len(keys(name)) for name in SPELLINGS)
    assert counts[len(counts) // 2] <= 10
    assert counts[-1] <= 60


def test_garbage_takes_no_time():
    chance = random.Random(5)
    everything = [chr(code) for code in range(1, 0x3000) if unicodedata.category(chr(code)) != "Cs"]
    garbage = [
        "".join(chance.choices(everything, k=10_000)),
        "ו" * 10_000,
        "ch" * 5_000,
        "abd al " * 1_500,
        "a " * 5_000,
        "e\u0301" * 5_000,
        "\u202e" * 10_000,
        " ".join("וכוכו" for _ in range(2_000)),
        "𐌀" * 10_000,
        "\ud800" * 10_000,
    ]
    begun = time.process_time()
    for one in garbage:
        assert len(keys(one)) <= 5 * 4 * 13 * 13
        for two in (*garbage, "Avraham Cohen"):
            assert 0 <= likeness(one, two).value <= 1
    assert time.process_time() - begun < 5


def test_the_list_of_known_names_is_clean():
    from importlib.resources import files

    text = files("kesher.engine.names").joinpath("known.txt").read_text(encoding="utf-8")
    found = list(entries(text))
    assert len(found) > 1_800
    assert len({group for group, _, _ in found}) == sum(
        1 for line in text.splitlines() if line.strip() and not line.startswith("#")
    )
    assert all(one_word(spelling) in KNOWN for _, spelling, _ in found)
    assert [spelling for _, spelling, _ in found if not one_word(spelling)] == []
