"""The parts of a file: what they must be, who writes them, what stays when two files become one."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Refused
from kesher.people import aspirations, files, parts, work
from kesher.people.merging import merge, undo
from kesher.people.models import (
    Aspiration,
    DigitalSkill,
    Experience,
    LanguageSkill,
    Person,
    Qualification,
    RightToWork,
    Wish,
)
from kesher.words.models import Proposal
from kesher.www.jobseeker.access import as_the_person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    organisation: Organisation = OrganisationFactory(approved=True)
    return organisation


@pytest.fixture
def by(here: Organisation) -> Actor:
    actor: Actor = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    return actor


@pytest.fixture
def person(here: Organisation) -> Person:
    made: Person = PersonFactory(keeper=here)
    return made


def owner(person: Person) -> Actor:
    user = UserFactory()
    files.claim(files.claim_key(person), user=user)
    person.refresh_from_db()
    return as_the_person(user)


def test_two_judge_a_language_and_neither_overwrites_the_other(person: Person, by: Actor) -> None:
    own = owner(person)
    parts.keep(LanguageSkill(person=person, language="he", judge="person", listening="B1"), by=own)
    parts.keep(LanguageSkill(person=person, language="he", judge="caseworker", listening="A2", script="slow"), by=by)
    with pytest.raises(Refused):
        parts.keep(LanguageSkill(person=person, language="am", judge="caseworker", listening="C2"), by=own)
    with pytest.raises(ValidationError):
        parts.keep(LanguageSkill(person=person, language="he", judge="person"), by=by)
    found = dict(person.languages.values_list("judge", "listening"))
    assert found == {"person": "B1", "caseworker": "A2"}


@pytest.mark.parametrize(
    ("model", "wrong", "name"),
    [
        (LanguageSkill, {"language": ""}, "language_skill_of_one"),
        (Qualification, {"title": ""}, "qualification_has_a_title"),
        (Qualification, {"eqf": 9}, "qualification_eqf"),
        (Qualification, {"begun": 2010, "ended": 2009}, "qualification_ends_after_it_begins"),
        (Qualification, {"field_code": "abc"}, "qualification_field_code"),
        (Wish, {"hours_least": 61}, "wish_hours"),
        (Wish, {"hours_least": 30, "hours_most": 20}, "wish_hours_in_order"),
        (Wish, {"licence_abroad": True}, "wish_licence_to_convert"),
        (DigitalSkill, {"safety": ""}, "digital_skill_says_something"),
        (RightToWork, {"kind": "citizen", "until": date(2030, 1, 1)}, "right_to_work_until"),
        (Aspiration, {"goal": ""}, "aspiration_has_a_goal"),
        (Aspiration, {"change": "lowered"}, "aspiration_lowered_in_their_words"),
        (Experience, {"words": ""}, "experience_in_words"),
        (Experience, {"begun": 2010, "ended": 2009}, "experience_ends_after_it_begins"),
        (Experience, {"person_confirmed_at": timezone.now()}, "experience_confirmed_is_something"),
        (
            Experience,
            {"occupation": "x", "caseworker_confirmed_at": timezone.now()},
            "experience_confirmed_by_somebody",
        ),
    ],
)
def test_the_database_refuses_what_cannot_be(person: Person, model: Any, wrong: dict[str, Any], name: str) -> None:
    right: dict[Any, dict[str, Any]] = {
        LanguageSkill: {"language": "he", "judge": "person"},
        Qualification: {"title": "Nurse", "proof": "lost"},
        Wish: {},
        DigitalSkill: {"judge": "person", "safety": "0"},
        RightToWork: {"kind": "permit", "until": date(2030, 1, 1)},
        Aspiration: {"goal": "a nurse", "language": "en", "sure": 3, "change": "first"},
        Experience: {"kind": "paid", "words": "nurse"},
    }
    with pytest.raises(DatabaseError, match=name), transaction.atomic():
        model.objects.create(person=person, **(right[model] | wrong))
    model.objects.create(person=person, **right[model])


def test_only_those_who_may_write_and_take_out(person: Person, by: Actor) -> None:
    stranger = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER).user
    theirs = stranger.as_actor(stranger.memberships_in_force[0].organisation_id)
    paper = Qualification(person=person, title="Nurse", proof="lost")
    with pytest.raises(Refused):
        parts.keep(paper, by=theirs)
    parts.keep(paper, by=by)
    with pytest.raises(Refused):
        parts.remove(paper, by=theirs)
    assert Qualification.objects.visible_to(stranger).count() == 0
    parts.remove(paper, by=by)
    assert not Qualification.objects.exists()


def test_a_goal_is_lowered_only_in_their_own_words_and_the_one_before_stays(person: Person, by: Actor) -> None:
    said: dict[str, Any] = {"sure": 3, "language": "am", "by": by}
    assert aspirations.say(person, "a nurse in a hospital", change="lowered", **said).change == "first"
    assert aspirations.say(person, "a nurse in  a hospital", **said).change == "same"
    with pytest.raises(ValidationError, match="own words"):
        aspirations.say(person, "a cleaner", change="lowered", **said)
    with pytest.raises(ValidationError, match="higher, lower"):
        aspirations.say(person, "a cleaner", **said)  # nor by leaving open that it is lower
    assert person.aspirations.said_last().get().goal == "a nurse in a hospital"
    lower = aspirations.say(
        person, "an assistant", change="lowered", why="the examination takes too long for me", **said
    )
    assert Aspiration.objects.count() == 3
    assert person.aspirations.said_last().get() == lower
    # nor by rewriting what was said, in whatever way, nor by taking it out so that a lower one is the first
    with pytest.raises(DatabaseError, match="aspiration"), transaction.atomic():
        Aspiration.objects.filter(change="first").update(goal="a cleaner")
    first = person.aspirations.get(change="first")
    colleague = MembershipFactory(organisation_id=by.organisation_id, role=Role.CASEWORKER).user
    with pytest.raises(Refused):
        parts.remove(first, by=colleague.as_actor(by.organisation_id))
    Aspiration.objects.filter(pk=first.pk).update(said_at=timezone.now() - timedelta(days=2))
    first.refresh_from_db()
    with pytest.raises(Refused):
        parts.remove(first, by=by)
    parts.remove(first, by=owner(person))


def test_a_goal_is_asked_again_at_three_and_at_six_months_and_then_left_in_peace(person: Person, by: Actor) -> None:
    today = timezone.localdate()
    said: dict[str, Any] = {"sure": 3, "language": "am", "by": by}

    def age(days: int) -> None:
        Aspiration.objects.update(said_at=timezone.now() - timedelta(days=days))

    aspirations.say(person, "a nurse", **said)
    age(90)
    assert not Aspiration.objects.to_ask_again(today).exists()
    for _time in range(2):
        age(92)
        assert [one.person for one in Aspiration.objects.to_ask_again(today)] == [person]
        aspirations.say(person, "a nurse", **said)
        assert not Aspiration.objects.to_ask_again(today).exists()
    age(400)
    assert not Aspiration.objects.to_ask_again(today).exists()


def test_own_words_become_proposals_and_each_says_yes_apart(person: Person, by: Actor) -> None:
    made = work.tell(person, "I was a nurse in Addis for ten years", kind="paid", language="en", by=by)
    one = made[0]
    assert one.words
    proposal = Proposal.objects.get(pk=one.proposal_id)
    uri = proposal.candidates[0]["uri"]
    assert one.occupation == "", "a proposal is not an answer"
    own = owner(person)
    with pytest.raises(Refused):
        work.confirm(one, "urn:nothing", by=by)
    work.confirm(one, uri, by=by)
    assert (one.caseworker_id, one.person_confirmed_at) == (by.user_id, None)
    proposal.refresh_from_db()
    assert (proposal.state, proposal.chosen_uri) == ("chosen", uri)
    assert not Experience.objects.confirmed().exists()
    work.confirm(one, uri, by=own)
    assert one.caseworker_confirmed_at is not None
    assert list(Experience.objects.confirmed()) == [one]
    other = next(c["uri"] for c in proposal.candidates if c["uri"] != uri)
    work.confirm(one, other, by=own)
    assert one.caseworker_confirmed_at is None, "that yes was for something else"


def test_two_files_of_one_keep_one_of_what_there_is_once(person: Person, here: Organisation, by: Actor) -> None:
    other = PersonFactory(keeper=here)
    for one in (person, other):
        parts.keep(LanguageSkill(person=one, language="he", judge="person", listening="A1"), by=by)
        parts.keep(Wish(person=one, hours_most=30), by=by)
        parts.keep(Qualification(person=one, title="Nurse", proof="lost"), by=by)
    parts.keep(LanguageSkill(person=other, language="am", judge="person", listening="C2"), by=by)
    done = merge(person, other, by=by)
    assert set(person.languages.values_list("language", flat=True)) == {"he", "am"}
    assert (person.qualifications.count(), Wish.objects.filter(person=person).count()) == (2, 1)
    undo(done, by=by)
    assert (person.qualifications.count(), other.languages.count()) == (1, 2)


def test_two_judge_what_is_done_with_a_computer_and_files_that_become_one_keep_each_once(
    person: Person, here: Organisation, by: Actor
) -> None:
    other = PersonFactory(keeper=here)
    own = owner(person)
    parts.keep(DigitalSkill(person=person, judge="person", safety="2"), by=own)
    with pytest.raises(Refused):
        parts.keep(DigitalSkill(person=person, judge="caseworker", safety="3"), by=own)
    with pytest.raises(ValidationError):
        parts.keep(DigitalSkill(person=person, judge="person", safety="3"), by=by)
    parts.keep(DigitalSkill(person=other, judge="person", safety="1"), by=by)
    parts.keep(DigitalSkill(person=other, judge="caseworker", safety="0"), by=by)
    done = merge(person, other, by=by)
    assert dict(person.digital_skills.values_list("judge", "safety")) == {"person": "2", "caseworker": "0"}
    undo(done, by=by)
    assert dict(other.digital_skills.values_list("judge", "safety")) == {"person": "1", "caseworker": "0"}
