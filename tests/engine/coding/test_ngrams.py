"""Character n-grams against the same thing computed plainly, string by string."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.coding import CharacterNgrams, normal

WORDS = st.text(alphabet="abאבةىéС +#'\"-\n", max_size=12)


def runs(text: str) -> Counter[str]:
    padded = [f" {word} " for word in normal(text).split()]
    return Counter(
        word[at : at + size] for word in padded for size in range(2, 6) for at in range(len(word) - size + 1)
    )


def plainly(texts: list[str], query: str) -> list[float]:
    held = Counter(run for text in texts for run in runs(text))
    seen = Counter(run for text in texts for run in set(runs(text)))
    assert set(held) == set(seen)

    def vector(text):
        parts = {
            run: (1 + math.log(count)) * (1 + math.log((1 + len(texts)) / (1 + seen[run])))
            for run, count in runs(text).items()
        }
        length = math.sqrt(sum(part * part for part in parts.values()))
        return {run: part / length for run, part in parts.items()}

    asked = vector(query)
    return [sum(asked.get(run, 0.0) * part for run, part in vector(text).items()) for text in texts]


@given(st.lists(WORDS, max_size=6), WORDS)
def test_similarities_are_those_of_the_formula(texts, query):
    found = CharacterNgrams().take_in(texts).similarities(query)
    assert found.dtype == np.float32
    assert found.tolist() == pytest.approx(plainly(texts, query), abs=1e-5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("נהגים", "נהגימ"),
        ("مدرسة", "مدرسه"),
        ("Électricien", "electricien"),
        ("שָׁלוֹם", "שלום"),
        ("ሠራተኛ", "ሰራተኛ"),
        ("Слюсарь", "слюсарь"),
    ],
)
def test_one_spelling_in_every_script(one, other):
    assert CharacterNgrams().take_in([one, "something else"]).similarities(other)[0] == pytest.approx(1, abs=1e-6)


@given(st.lists(WORDS, max_size=8), WORDS)
def test_short_lists_and_texts_own_lists_tell_what_all_lists_tell(texts, query):
    known = CharacterNgrams().take_in(texts, own=True)
    every, asked = known.similarities(query), known.asked(query)
    assert CharacterNgrams().take_in(texts).similarities(query).tolist() == every.tolist()
    numbers = np.arange(len(texts))[::2]
    assert known.among(asked, numbers).tolist() == every[numbers].tolist(), "to the bit"
    rough, missing = known.roughly(asked)
    assert (rough <= every + 1e-6).all()
    assert (every <= rough + missing).all()
    for least in (0.1, 0.3, 0.9):
        assert known.reaches(asked, rough, missing, least) == bool(every.max(initial=0) >= least)


def test_common_runs_are_left_unread():
    """The search above is too small for it: here long lists are left, and what they may add is never more than is said."""
    draw = np.random.default_rng(0)
    parts = ["work", "er", "driv", "bak", "ing", "nurs", "man", "cook", "teach", "of", "shop", "head"]
    texts = [" ".join("".join(draw.choice(parts, 2)) for _ in range(draw.integers(1, 4))) for _ in range(3_000)]
    known = CharacterNgrams().take_in(texts, own=True)
    unread = 0
    for query in ["baker", "head teacher of cooking", "driving worker", texts[7], "zzz", "shopman working"]:
        asked = known.asked(query)
        rough, missing = known.roughly(asked)
        every = known.similarities(query)
        assert (every <= rough + missing).all()
        unread += int((rough < every).sum())
        numbers = np.flatnonzero(rough > 0)
        assert (known.among(asked, numbers) == every[numbers]).all()
        assert known.reaches(asked, rough, missing, float(every.max()))
        assert not known.reaches(asked, rough, missing, float(every.max()) + 0.01)
    assert unread > 1_000


def test_signs_tell_languages_of_programs_apart():
    found = CharacterNgrams().take_in(["C", "C++", "C#"]).similarities("c++")
    assert found[1] == pytest.approx(1)
    assert found[1] > max(found[0], found[2])


def test_a_page_that_was_pasted_takes_no_longer_than_a_title():
    assert len(normal("word " * 100_000)) < 2_001
