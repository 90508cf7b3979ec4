"""Free text through the lists of this process: read anew when they change, and kept with its places when somebody keeps it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.base.transitions import Actor
from kesher.engine.coding.experiences import Span
from kesher.formats.isco import ESCO_GROUP
from kesher.words import coders, local_words, own_words, proposals
from kesher.words.models import LONGEST_WORDS, Proposal

LIFE = (
    "I was a nurse in Addis Ababa for ten years. Then I was a bus driver, I speak English. "
    "Then I did blorping for two years."
)


@pytest.mark.django_db
@pytest.mark.usefixtures("inside")
def test_each_experience_is_kept_with_its_words_place_encoder_lists_and_candidates(by: Actor) -> None:
    reading = own_words.read(LIFE, language="en")
    kept = own_words.record(reading, by=by)
    occupations = [one for one in kept if one.kind == "occupation"]
    assert len(occupations) == len(reading.experiences) == 3
    held = coders.loaded("occupation")
    for proposal, experience in zip(occupations, reading.experiences, strict=True):
        assert proposal.text == experience.text
        assert proposal.words == experience.occupation.text == LIFE[experience.title.start : experience.title.end]
        assert (proposal.embedder, proposal.vocabulary) == (held.coder.embedder.name, held.coder.vocabulary.name)
        assert [one["uri"] for one in proposal.candidates] == [one.uri for one in experience.occupation.candidates]
        assert (proposal.state, proposal.language) == (Proposal.State.OPEN, "en")
    assert occupations[2].answer != Proposal.Answer.CODE, "nobody knows what blorping is"
    (english,) = [one for one in kept if one.kind == "skill"]
    assert "speak English" in english.words
    assert english.answer == Proposal.Answer.QUESTION
    assert english.vocabulary == coders.loaded("skill").coder.vocabulary.name
    proposals.choose(occupations[0], ESCO_GROUP + "2221", by=by)
    chosen = Proposal.objects.get(pk=occupations[0].pk)
    assert (chosen.chosen_isco08, chosen.decided_by_id) == ("2221", by.user_id)
    assert len(own_words.record(reading, by=by, skills=False)) == 3


@pytest.mark.django_db
@pytest.mark.usefixtures("inside")
def test_of_a_long_account_what_stands_round_the_words_is_kept(by: Actor) -> None:
    text = "for ten years (" + "in the street of our people " * 25 + ") nurse"
    (experience,) = own_words.read(text, language="en").experiences
    assert len(experience.text) > LONGEST_WORDS
    (kept,) = own_words.record(own_words.read(text, language="en"), by=by, skills=False)
    assert len(kept.text) <= LONGEST_WORDS
    assert kept.text in text
    assert kept.words == experience.occupation.text


@pytest.mark.django_db
@pytest.mark.usefixtures("inside")
def test_of_words_without_end_the_beginning_is_kept(by: Actor) -> None:
    text = "I worked " + "blorp zarp glimp " * 60 + "for two years"
    reading = own_words.read(text, language="en")
    for kept in own_words.record(reading, by=by, skills=False):
        assert len(kept.text) <= LONGEST_WORDS
        assert kept.words.strip()
    assert reading.experiences


@settings(deadline=None)
@given(st.text(alphabet="ab אב", min_size=1, max_size=80), st.data())
def test_an_excerpt_holds_the_words_and_is_no_longer_than_allowed(text: str, data: Any) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 10)))
    words = Span(start, end)
    cut = own_words.excerpt(text, Span(0, len(text)), words, longest=20)
    assert 0 <= cut.start <= words.start < words.end <= cut.end <= len(text)
    assert cut.end - cut.start <= 20 or len(text) <= 20


@pytest.mark.django_db
@pytest.mark.usefixtures("inside", "looks_at_once")
def test_words_that_a_second_person_agreed_to_are_read_in_accounts(by: Actor, second: Actor) -> None:
    text = "blorper for six years"
    before = own_words.read(text, language="en")
    assert not any(
        one.occupation.candidates[:1] and one.occupation.candidates[0].isco08 == "7512" for one in before.experiences
    )
    word = local_words.suggest("blorper", uri=ESCO_GROUP + "7512", kind="occupation", language="en", by=by)
    local_words.accept(word, by=second)
    coders.refresh()
    own_words.read(text, language="en")  # begins to read the lists anew, beside
    builder = own_words._keeper._builder
    if builder is not None:
        builder.join(60)
    (one,) = own_words.read(text, language="en").experiences
    assert one.occupation.candidates[0].isco08 == "7512"
    assert one.occupation.candidates[0].matched == "blorper"


@pytest.mark.django_db
def test_a_detector_is_asked_only_where_scripts_do_not_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def detector(text: str) -> str:
        asked.append(text)
        return "fr"

    monkeypatch.setattr(own_words._keeper, "detector", lambda: detector)
    assert own_words.read("עבדתי כנהג", language="en").language == "he"
    assert asked == []
    assert own_words.read("boulanger Lyon", language="he").language == "fr"
    assert asked == ["boulanger Lyon"]
    monkeypatch.setattr(own_words._keeper, "detector", lambda: None)
    assert own_words.read("boulanger Lyon", language="he").language == "en"
