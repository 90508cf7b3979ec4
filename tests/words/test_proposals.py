"""What is kept of a proposal, who may decide, and that the database refuses what no person chose."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.directory.duplicates import merge
from kesher.formats.isco import ESCO_GROUP
from kesher.words import code
from kesher.words.local_words import suggest
from kesher.words.models import CODERS, OVERSEERS, REVIEWERS, LocalWord, Proposal
from kesher.words.proposals import PERSON, PROPOSAL_STATES, choose, none_fits, reconsider, record
from tests import factories as make

pytestmark = pytest.mark.django_db
SAID = "I baked bread in Aleppo, then I drove"
BAKERS = ESCO_GROUP + "7512"
LEADS = {
    ("open", "choose"): "chosen",
    ("open", "none"): "none",
    ("chosen", "reconsider"): "open",
    ("none", "reconsider"): "open",
}


def kept(by: Actor, text: str = "ነርስ ነበርኩ") -> Proposal:
    return record(code(text, language="am"), kind="occupation", by=by, language="am")


def test_roles_are_those_of_accounts() -> None:
    """Accounts stand above this room, so it names roles by their values."""
    assert set(Role.values) >= CODERS | REVIEWERS | OVERSEERS


def test_everything_that_was_shown_is_kept(inside: None, by: Actor) -> None:
    coding = code("ነርስ ነበርኩ", language="am")
    one = kept(by)
    one.refresh_from_db()
    assert (one.text, one.words, one.state, one.answer) == ("ነርስ ነበርኩ", "ነርስ ነበርኩ", "open", "question")
    assert (one.embedder, one.vocabulary, one.question) == (coding.embedder, coding.vocabulary, coding.question)
    assert [c["uri"] for c in one.candidates] == [c.uri for c in coding.candidates]
    assert one.candidates[0]["matched"] == coding.candidates[0].matched
    assert (one.organisation_id, one.made_by_id, one.purpose) == (by.organisation_id, by.user_id, "interview")


def test_a_part_of_what_was_said_keeps_its_place(inside: None, by: Actor) -> None:
    one = record(code("then I drove"), kind="occupation", by=by, text=SAID, start=SAID.index("then"))
    assert one.words == "then I drove"
    with pytest.raises(ValueError, match="do not stand there"):
        record(code("then I drove"), kind="occupation", by=by, text=SAID, start=3)
    with pytest.raises(ValueError, match="do not stand there"):
        record(code(" "), kind="occupation", by=by)
    with pytest.raises(ValueError, match="at most"):
        record(code("baker " * 200), kind="occupation", by=by)
    with pytest.raises(ValueError, match="an organisation keeps"):
        record(code("baker"), kind="occupation", by=Actor(by.user_id))


@pytest.mark.parametrize(
    ("state", "event", "role"),
    list(product(Proposal.State.values, ("choose", "none", "reconsider"), [*Role.values, PERSON])),
)
def test_every_state_event_and_role(inside: None, by: Actor, state: str, event: str, role: str) -> None:
    one = kept(by)
    if state != "open":
        chosen = BAKERS if state == "chosen" else ""
        Proposal.objects.update(state=state, chosen_uri=chosen, decided_by_id=uuid7(), decided_at=timezone.now())
        one.refresh_from_db()
    actor = Actor(uuid7(), by.organisation_id, frozenset({role}))
    does = {
        "choose": lambda: choose(one, BAKERS, by=actor),
        "none": lambda: none_fits(one, by=actor),
        "reconsider": lambda: reconsider(one, by=actor, reason="It was the uncle's work."),
    }[event]
    may = role in CODERS or (role == PERSON and event != "reconsider")
    if (state, event) in LEADS and may:
        does()
        one.refresh_from_db()
        assert one.state == LEADS[state, event]
        assert (one.decided_by_id, one.by_person) == (
            (None, False) if event == "reconsider" else (actor.user_id, role == PERSON)
        )
        told = Event.objects.get(about_id=one.pk, name=f"proposal.{event}")
        assert (told.actor_id, told.organisation_id) == (actor.user_id, by.organisation_id)
    else:
        with pytest.raises(Refused):
            does()
        one.refresh_from_db()
        assert one.state == state
        assert not Event.objects.filter(about_id=one.pk).exclude(name="proposal.made").exists()


def test_the_table_says_the_same() -> None:
    assert {(s, t.event): t.target for t in PROPOSAL_STATES.transitions for s in t.sources} == LEADS


def test_another_organisation_decides_nothing(inside: None, by: Actor) -> None:
    one = kept(by)
    with pytest.raises(Refused, match="Another organisation"):
        choose(one, BAKERS, by=Actor(uuid7(), uuid7(), frozenset({"caseworker"})))


def test_what_no_list_has_cannot_be_chosen_but_what_was_not_proposed_can(inside: None, by: Actor) -> None:
    one = kept(by)
    with pytest.raises(Refused, match="one of the list"):
        choose(one, "urn:of-nothing", by=by)
    assert BAKERS not in {c["uri"] for c in one.candidates}
    choose(one, BAKERS, by=by)
    assert (one.chosen_uri, one.chosen_isco08, one.state) == (BAKERS, "7512", "chosen")


def test_what_was_decided_before_stays_in_history_and_words_do_not(inside: None, by: Actor) -> None:
    one = kept(by)
    choose(one, BAKERS, by=by)
    with pytest.raises(Refused, match="reason"):
        reconsider(one, by=by, reason=" ")
    reconsider(one, by=by, reason="I misheard.")
    none_fits(one, by=by)
    history = Proposal.pgh_event_model.objects.filter(pgh_obj_id=one.pk).order_by("pgh_id")
    assert [(h.state, h.chosen_uri) for h in history] == [("open", ""), ("chosen", BAKERS), ("open", ""), ("none", "")]
    assert "text" not in {field.name for field in Proposal.pgh_event_model._meta.fields}
    told = Event.objects.filter(about_id=one.pk).order_by("id")
    assert [(e.name, e.reason) for e in told][2] == ("proposal.reconsider", "I misheard.")
    assert not any("ነርስ" in str(e.data) + e.reason for e in told)


def _by_nobody(one: Proposal) -> None:
    Proposal.objects.filter(pk=one.pk).update(state="none")


def _of_nothing(one: Proposal) -> None:
    Proposal.objects.filter(pk=one.pk).update(state="chosen", by_person=True)


def _of_no_words(one: Proposal) -> None:
    Proposal.objects.filter(pk=one.pk).update(end=0)


@pytest.mark.parametrize(
    ("name", "violate"),
    [
        ("proposal_decided_by_a_person", _by_nobody),
        ("proposal_chosen_is_something", _of_nothing),
        ("proposal_of_some_words", _of_no_words),
    ],
)
def test_the_database_itself_refuses(inside: None, by: Actor, name: str, violate: Callable[[Proposal], None]) -> None:
    one = kept(by)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        violate(one)


def test_only_those_who_code_in_an_approved_organisation_see_it(inside: None, noa: User, by: Actor) -> None:
    kept(by)
    assert Proposal.objects.visible_to(noa).count() == 1
    for role in Role.values:
        colleague = make.MembershipFactory(role=role, organisation_id=by.organisation_id).user
        stranger = make.MembershipFactory(role=role).user
        assert Proposal.objects.visible_to(colleague).exists() == (role in CODERS), role
        assert not Proposal.objects.visible_to(stranger).exists(), role
    Organisation.objects.filter(pk=by.organisation_id).update(state="suspended")
    assert not Proposal.objects.visible_to(User.objects.get(pk=noa.pk)).exists()


def test_the_second_wall_shows_them_to_their_organisation_alone(as_application: None, by: Actor) -> None:
    assert by.organisation_id
    with acting_for(organisation_ids=[by.organisation_id]):
        kept(by)
        assert Proposal.objects.count() == 1
    assert Proposal.objects.count() == 0
    with acting_for(organisation_ids=[uuid7()]):
        assert Proposal.objects.count() == 0
        with pytest.raises(Exception, match="row-level security"), transaction.atomic():
            kept(by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM words_proposalevent")


def test_it_is_erased_after_a_year_with_its_history(inside: None, by: Actor) -> None:
    one, other = kept(by), kept(by)
    Proposal.objects.filter(pk=one.pk).update(created_at=timezone.now() - timedelta(days=366))
    retention.run()
    assert list(Proposal.objects.values_list("pk", flat=True)) == [other.pk]
    assert not Proposal.pgh_event_model.objects.filter(pgh_obj_id=one.pk).exists()


def test_the_queue_holds_what_is_not_sure_the_longest_wait_first(inside: None, by: Actor) -> None:
    sure, asked, nothing = kept(by, "נהג משאית"), kept(by), kept(by, "qwzx vbnm")
    Proposal.objects.filter(pk=nothing.pk).update(created_at=timezone.now() - timedelta(days=2))
    assert [one.pk for one in Proposal.objects.unsure()] == [nothing.pk, asked.pk]
    assert set(Proposal.objects.open()) == {sure, asked, nothing}
    none_fits(asked, by=by)
    choose(sure, sure.candidates[0]["uri"], by=by)
    assert list(Proposal.objects.decided()) == [sure, asked]


def test_a_merge_of_organisations_takes_their_words_along(inside: None, noa: User, by: Actor) -> None:
    """What was said to an organisation that is now another's stays with those who can decide it."""
    other, kept_one = Organisation.objects.get(pk=by.organisation_id), make.OrganisationFactory()
    one = kept(by)
    word = suggest("אקונומית", uri=ESCO_GROUP + "5151", kind="occupation", language="he", by=by)
    merge(kept_one, other, by=Actor(uuid7(), None, frozenset({Role.OFFICER})), reason="One office.")
    with acting_for(organisation_ids=[kept_one.pk]):
        assert Proposal.objects.get(pk=one.pk).organisation_id == kept_one.pk
    assert LocalWord.objects.get(pk=word.pk).organisation_id == kept_one.pk
