"""Names across scripts against names written by hand: nothing of a person's is missed, a family's members stay apart."""

from collections import defaultdict

import pytest

from kesher.engine.names import keys, likeness, word_keys
from kesher.engine.names.comparing import THRESHOLD
from tests.engine.names.gold import HELD_OUT, TUNED, different, people, rows, same, script, strangers

HALVES = pytest.mark.parametrize("half", [TUNED, HELD_OUT], ids=["tuned", "held out"])
NAMED = [
    ("אברהם", "إبراهيم", "Avraham", "Ibrahim"),
    ("יוליה", "Юлія", "Юлия", "Yuliia", "Julia"),
    ("محمد", "מוחמד", "Muhammad", "Mohammed", "Мухаммед"),
    ("አበበ", "Abebe", "אבבה"),
    ("עבד אל-רחמן", "عبد الرحمن", "Abdelrahman", "Abdul Rahman"),
    ("אלהוזייל", "الهزيل", "Al-Huzail", "Alhuzayil"),
]


def share(pairs: list[tuple[str, str]], found: list[tuple[str, str]]) -> float:
    return len(found) / len(pairs)


def test_there_is_enough_of_it():
    assert len(same()) > 900
    assert len(different()) > 100
    assert min(len(same(half)) for half in (TUNED, HELD_OUT)) > 400


@pytest.mark.parametrize("spellings", NAMED, ids=lambda spellings: spellings[-1])
def test_the_names_everybody_thinks_of_find_one_another(spellings):
    for one in spellings:
        for two in spellings:
            assert keys(one) & keys(two), (one, two)
            assert likeness(one, two).value >= THRESHOLD, (one, two)


@HALVES
def test_a_name_shares_a_key_with_itself_in_every_script(half):
    pairs = same(half)
    assert share(pairs, [pair for pair in pairs if keys(pair[0]) & keys(pair[1])]) >= 0.99


@HALVES
def test_a_name_is_like_itself_in_every_script(half):
    pairs = same(half)
    assert share(pairs, [pair for pair in pairs if likeness(*pair).value >= THRESHOLD]) >= 0.99


def test_names_that_came_later_meet_too():
    pairs = same(file="later.tsv")
    assert len(pairs) == 78
    assert share(pairs, [pair for pair in pairs if keys(pair[0]) & keys(pair[1])]) >= 0.98
    assert share(pairs, [pair for pair in pairs if likeness(*pair).value >= THRESHOLD]) >= 0.98


def test_every_two_scripts_meet():
    pairs = defaultdict(list)
    for pair in same():
        pairs[tuple(sorted(map(script, pair)))].append(pair)
    assert len(pairs) >= 14
    for scripts, of_them in pairs.items():
        found = [pair for pair in of_them if keys(pair[0]) & keys(pair[1]) and likeness(*pair).value >= THRESHOLD]
        assert share(of_them, found) >= 0.95, (scripts, [pair for pair in of_them if pair not in found])


@HALVES
def test_a_familys_members_are_not_one(half):
    pairs = different(half)
    assert share(pairs, [pair for pair in pairs if likeness(*pair).value >= THRESHOLD]) <= 0.02


@HALVES
@pytest.mark.parametrize("every", [7, pytest.param(1, marks=pytest.mark.long)])
def test_strangers_are_not_one_and_are_seldom_compared(half, every):
    pairs = strangers(half)[::every]
    assert len(pairs) > 4_000
    assert not [pair for pair in pairs if likeness(*pair).value >= THRESHOLD]
    assert share(pairs, [pair for pair in pairs if keys(pair[0]) & keys(pair[1])]) < 0.005


def test_a_single_word_is_found_by_words_and_is_no_proof():
    for one, two in (("Yulia", "Юлія Коваленко"), ("כהן", "Avraham Cohen")):
        assert keys(one) & word_keys(two)
        found = likeness(one, two)
        assert 0.5 < found.value < THRESHOLD
        assert "alone" in {reason.code for reason in found.reasons}


def test_reasons_name_the_words_in_the_order_they_were_given():
    found = likeness("Abraham Cohen", "כהן אבי")
    assert {(reason.code, reason.first, reason.second) for reason in found.reasons} == {
        ("short", "abraham", "אבי"),
        ("sound", "cohen", "כהנ"),
    }
    turned = likeness("כהן אבי", "Abraham Cohen")
    assert {(reason.code, reason.second, reason.first) for reason in turned.reasons} == {
        ("short", "abraham", "אבי"),
        ("sound", "cohen", "כהנ"),
    }
    codes = [{reason.code for reason in likeness(one, two).reasons} for one, two in rows("near.tsv")]
    assert "alone" in codes[0]
    assert "initial" in codes[2]
    assert "further" in codes[3]


def test_two_names_that_are_known_are_two_however_alike():
    assert "two" in {reason.code for reason in likeness("حسن زعبي", "חוסיין זועבי").reasons}


def test_a_slip_in_one_word_is_survived():
    for one, two in (
        ("Olena Kovalenko", "Olena Kovelanko"),
        ("Khaled Al-Krenawi", "Khaled Al-Krenwai"),
        ("אברהם אלקיים", "אברהם אלקים"),
        ("Y. Levi", "Yosef Levi"),
    ):
        assert keys(one) & keys(two), (one, two)
        assert likeness(one, two).value >= THRESHOLD, (one, two)


def test_the_spellings_of_a_person_are_in_several_scripts():
    assert sum(len(set(map(script, spellings))) >= 3 for spellings in people()) > 70
