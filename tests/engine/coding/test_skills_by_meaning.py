"""Skills of a text by an encoder: every label looked at plainly, the words it was found in, and what is no encoder."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.coding import Coder, Concept, Fused, Label, Role, Vocabulary
from kesher.engine.coding.skills_by_meaning import MeaningTuning, SkillsBothWays, SkillsByMeaning, place_of
from kesher.engine.coding.skills_in_text import SkillFinder, sentences
from kesher.engine.coding.words import windows
from tests.engine.coding.test_fusion import Letters

NAMES = ["cut hair", "colour hair", "use a till", "SQL", "work in a team", "drive a lorry"]
#: "till work" is a label of two skills, and "use a till" stands in two languages.
MORE = (
    Label("till work", 2, "en", Role.ALTERNATIVE),
    Label("till work", 4, "en", Role.ALTERNATIVE),
    Label("use a till", 2, "fr"),
)
CONCEPTS = tuple(Concept(f"urn:{name}", "", {"en": name, "fr": name.upper()}) for name in NAMES)
KNOWN = Vocabulary("small", CONCEPTS, (*(Label(name, number, "en") for number, name in enumerate(NAMES)), *MORE))
CODER = Coder(KNOWN, Fused(Letters(), "skill"))


def finder(least: float) -> SkillsByMeaning:
    return SkillsByMeaning(CODER, tuning=MeaningTuning(least=least, precision=0.5))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["cut", "hair", "till", "a", "use", "SQL,", "drive", "lorry", ".", "\n", "and"]), max_size=14
    )
)
def test_it_finds_what_looking_at_every_label_finds(words: list[str]) -> None:
    text, least = " ".join(words), 0.7
    plain: dict[int, float] = {}
    for span in sentences(text):
        similar = CODER.compared.similarities(text[span.start : span.end])[CODER.text_of]
        for label, score in zip(KNOWN.labels, np.round(similar, 6).tolist(), strict=True):
            if score >= least:
                plain[label.concept] = max(score, plain.get(label.concept, 0.0))
    found = finder(least).find(text, language="fr")
    assert {one.concept: one.score for one in found} == pytest.approx(plain, abs=1e-5)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(one.label == NAMES[one.concept].upper() for one in found)


def test_it_says_in_which_words_a_skill_was_found() -> None:
    text = "Two years in a shop.  I had to\n use a  till, and then I learned to drive a lorry for them"
    found = {one.matched: text[one.span.start : one.span.end] for one in finder(0.6).find(text)}
    assert found["use a till"] == "use a  till"
    assert "drive a lorry" in found["drive a lorry"]


@given(st.text(), st.integers(0, 30))
def test_a_window_is_found_where_it_stands(text: str, number: int) -> None:
    window = windows(text)[number % len(windows(text))]
    span = place_of(window, text)
    assert 0 <= span.start <= span.end <= len(text)
    if window and len(text) <= 2_000:
        assert text[span.start : span.end].split() == window.split()


def test_the_surest_of_a_sentence_are_proposed_and_ranking_leaves_none_out() -> None:
    some = finder(0.0)
    assert len(some.find("cut hair and use a till", top=2)) == 2
    assert sorted(number for number, _ in some.rank("cut hair and use a till", top=9)) == list(range(len(NAMES)))
    assert some.find("…") == some.find("") == []


def test_without_an_encoder_there_is_none() -> None:
    with pytest.raises(TypeError, match="no encoder"):
        SkillsByMeaning(Coder(KNOWN))


def test_both_ways_lose_nothing_of_either() -> None:
    text = "I had to use a till. Then SQL and other work, and to drive a lorry"
    meaning, spelling = finder(0.6), SkillFinder(KNOWN)
    both = SkillsBothWays(meaning, spelling)
    ways = [{one.concept: one for one in way.find(text)} for way in (meaning, spelling)]
    assert ways[1].keys() - ways[0].keys() or ways[0].keys() - ways[1].keys(), "they differ here"
    found = {one.concept: one for one in both.find(text)}
    assert found.keys() == ways[0].keys() | ways[1].keys()
    for concept, one in found.items():
        assert one.score == max(way[concept].score for way in ways if concept in way)
    assert both.precision == min(0.5, spelling.precision)
