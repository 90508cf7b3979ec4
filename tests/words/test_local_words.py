"""Words of a town: two people, never one; never what means several things; never twice."""

from itertools import product

import pytest
from django.db import IntegrityError, transaction

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.formats.isco import ESCO_GROUP
from kesher.words import code
from kesher.words.local_words import LOCAL_WORD_STATES, accept, often_decided, refuse, suggest, withdraw
from kesher.words.models import OVERSEERS, REVIEWERS, LocalWord, Proposal
from kesher.words.proposals import choose, none_fits, record
from tests import factories as make

pytestmark = pytest.mark.django_db
HOUSEKEEPER = ESCO_GROUP + "5151"
LEADS = {("waiting", "accept"): "in use", ("waiting", "refuse"): "refused", ("in use", "withdraw"): "withdrawn"}


def said(by: Actor, text: str = "אקונומית") -> LocalWord:
    return suggest(text, uri=HOUSEKEEPER, kind="occupation", language="he", by=by)


def test_of_two_who_write_the_same_at_once_the_second_is_told(by: Actor, second: Actor, monkeypatch) -> None:
    """Both have looked before either has written: the look finds nothing, the database does."""
    said(by)
    monkeypatch.setattr(LocalWord, "validate_constraints", lambda self: None)
    with pytest.raises(Refused, match="on the list already"):
        said(second)
    assert LocalWord.objects.count() == 1


def test_whoever_wrote_it_does_not_agree_to_it(by: Actor, second: Actor) -> None:
    word = said(by)
    with pytest.raises(Refused, match="Another person"):
        accept(word, by=by)
    accept(word, by=second)
    word.refresh_from_db()
    assert (word.state, word.reviewed_by_id, word.isco08) == ("in use", second.user_id, "5151")
    told = Event.objects.filter(about_id=word.pk).order_by("id")
    assert [(e.name, e.actor_id) for e in told] == [
        ("local_word.suggest", by.user_id),
        ("local_word.accept", second.user_id),
    ]


def test_an_officer_agrees_for_the_whole_town_a_stranger_does_not(by: Actor, officer: Actor) -> None:
    stranger = Actor(uuid7(), uuid7(), frozenset({"caseworker"}))
    with pytest.raises(Refused, match="Another organisation"):
        accept(said(by), by=stranger)
    accept(said(by, "אקונומית ראשית"), by=officer)


@pytest.mark.parametrize(
    ("state", "event", "role"), list(product(LocalWord.State.values, ("accept", "refuse", "withdraw"), Role.values))
)
def test_every_state_event_and_role(by: Actor, state: str, event: str, role: str) -> None:
    word = said(by)
    LocalWord.objects.update(state=state, reviewed_by_id=uuid7() if state == "in use" else None)
    actor = Actor(uuid7(), by.organisation_id, frozenset({role}))
    does = {
        "accept": lambda: accept(word, by=actor),
        "refuse": lambda: refuse(word, by=actor, reason="A nickname."),
        "withdraw": lambda: withdraw(word, by=actor, reason="Nobody says so."),
    }[event]
    if (state, event) in LEADS and role in REVIEWERS:
        does()
        word.refresh_from_db()
        assert word.state == LEADS[state, event]
    else:
        with pytest.raises(Refused):
            does()
        word.refresh_from_db()
        assert word.state == state


def test_the_table_says_the_same() -> None:
    assert {(s, t.event): t.target for t in LOCAL_WORD_STATES.transitions for s in t.sources} == LEADS


def test_a_reason_is_owed_for_taking_something_away(by: Actor, second: Actor) -> None:
    word = said(by)
    with pytest.raises(Refused, match="reason"):
        refuse(word, by=second, reason="")
    accept(word, by=second)
    with pytest.raises(Refused, match="reason"):
        withdraw(word, by=second, reason="  ")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("...", "with letters"),
        ("x" * 81, "Shorter"),
        ("call 0501234567", "Without numbers"),
        ("נהג", "several things"),
        ("מנהל משק במלון", "on the list already"),
    ],
)
def test_what_cannot_stand_on_the_list(by: Actor, text: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        said(by, text)
    assert not LocalWord.objects.exists()


def test_words_are_proposed_once_at_a_time(by: Actor, second: Actor) -> None:
    word = said(by)
    with pytest.raises(Refused, match="already"):
        said(second, "  אקונומית ")
    refuse(word, by=second, reason="Let us ask the hotels.")
    said(second)


def test_only_those_who_code_propose_and_only_for_what_there_is(by: Actor) -> None:
    with pytest.raises(Refused, match="role"):
        said(Actor(by.user_id, by.organisation_id, frozenset({"officer"})))
    with pytest.raises(Refused, match="one of the list"):
        suggest("economa", uri="urn:gone", kind="occupation", language="he", by=by)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("local_word_is_a_word", {"text": ""}),
        ("local_word_agreed_by_a_second_person", {"state": "in use"}),
        ("local_word_once", {"text": "Economa"}),
    ],
)
def test_the_database_itself_refuses(by: Actor, name: str, values: dict[str, str]) -> None:
    told = {"kind": "occupation", "language": "he", "uri": "urn:x", "organisation_id": by.organisation_id}
    LocalWord.objects.create(**told, text="economa", proposed_by_id=by.user_id)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        LocalWord.objects.create(
            **({**told, "text": "other", "proposed_by_id": by.user_id, "reviewed_by_id": by.user_id} | values)
        )


def test_who_sees_what(noa: User, by: Actor) -> None:
    said(by)
    for role in Role.values:
        colleague = make.MembershipFactory(role=role, organisation_id=by.organisation_id).user
        stranger = make.MembershipFactory(role=role).user
        assert LocalWord.objects.visible_to(colleague).exists() == (role in {"caseworker", "referrer"} | OVERSEERS), (
            role
        )
        assert LocalWord.objects.visible_to(stranger).exists() == (role in OVERSEERS), role
    LocalWord.objects.update(state="in use", reviewed_by_id=uuid7())
    stranger = make.MembershipFactory(role=Role.CASEWORKER).user
    assert LocalWord.objects.visible_to(stranger).exists()


def decided(text: str, uri: str, by: Actor) -> Proposal:
    proposal = record(code(text, language="en"), kind="occupation", by=by, language="en")
    if uri:
        choose(proposal, uri, by=by)
    else:
        none_fits(proposal, by=by)
    return proposal


def test_what_was_decided_the_same_way_again_is_offered_for_the_list(
    inside: None, noa: User, by: Actor, second: Actor
) -> None:
    decided("blorper", HOUSEKEEPER, by)
    assert often_decided(noa) == [], "once is no habit"
    latest = decided("Blorper!", HOUSEKEEPER, by)
    for text, uris in {
        "grommler": (HOUSEKEEPER, ESCO_GROUP + "2221"),  # it means two things
        "snorfer": ("", ""),  # nothing on the list
        "blorper 052-1234567": (HOUSEKEEPER, HOUSEKEEPER),  # the list is read by everybody
        "nurse": (HOUSEKEEPER, HOUSEKEEPER),  # it is on the list, as something else
    }.items():
        for uri in uris:
            decided(text, uri, by)
    (one,) = often_decided(noa)
    assert (one.text, one.language, one.kind, one.uri, one.times, one.latest) == (
        "Blorper!",
        "en",
        "occupation",
        HOUSEKEEPER,
        2,
        latest.pk,
    )
    assert often_decided(make.MembershipFactory(role=Role.CASEWORKER).user) == [], "words said to others"
    word = suggest("blorper", uri=HOUSEKEEPER, kind="occupation", language="en", by=by)
    assert often_decided(noa) == []
    refuse(word, by=second, reason="Only one family says so.")
    assert often_decided(noa) == [], "somebody has said no"
