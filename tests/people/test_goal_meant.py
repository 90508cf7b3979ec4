"""Which occupation a goal is: beside the words, said to be right by two apart, kept with what proposed it."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from kesher import words
from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.people import aspirations, erasing, files, work
from kesher.people.aspirations import heading_for, mean, meaning_of
from kesher.people.consents import HELPER
from kesher.people.models import Aspiration, Person
from kesher.people.ways import from_here
from kesher.words.models import Proposal
from kesher.www.jobseeker.access import as_the_person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db

COOK, CHEF, NURSE = (f"http://data.europa.eu/esco/isco/C{code}" for code in ("5120", "3434", "2221"))


@pytest.fixture
def by() -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


@pytest.fixture
def person(by: Actor) -> Person:
    made: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    files.claim(files.claim_key(made), user=UserFactory())
    made.refresh_from_db()
    return made


def own(person: Person) -> Actor:
    assert person.user is not None
    return as_the_person(person.user)


def say(person: Person, by: Actor, goal: str = "I want to run a kitchen", **more: Any) -> Aspiration:
    return aspirations.say(person, goal, sure=3, language="en", by=by, **more)


def test_two_say_yes_apart_and_the_words_stay(person: Person, by: Actor) -> None:
    said = say(person, by)
    coding = words.code("chef", kind="occupation")
    mean(said, CHEF, seen=meaning_of(said), coding=coding, by=by)
    assert (said.goal, said.occupation, said.isco08) == ("I want to run a kitchen", CHEF, "3434")
    assert said.caseworker_id == by.user_id
    assert said.person_confirmed_at is None
    assert heading_for(person) == "", "without their own yes nothing starts from it"
    proposal = Proposal.objects.get(pk=said.proposal_id)
    assert (proposal.purpose, proposal.state, proposal.chosen_uri) == ("goal", "chosen", CHEF)
    assert (said.looked_for, said.proposed_by) == ("chef", f"{coding.embedder}, {coding.vocabulary}")
    mean(said, CHEF, seen=meaning_of(said), by=own(person))
    assert said.person_confirmed_by_id == person.user_id
    assert heading_for(person) == "3434"
    assert said.looked_for == "chef", "a yes keeps what proposed it"
    mean(said, COOK, seen=meaning_of(said), coding=words.code("cook", kind="occupation"), by=own(person))
    assert (said.isco08, said.caseworker_confirmed_at, said.caseworker_id) == ("5120", None, None)
    assert said.proposal_id is None, "of the person's own page no organisation keeps the words"
    assert said.looked_for == "cook"
    assert Event.objects.filter(name="file.goal_meant", about_id=person.pk).count() == 3
    assert "kitchen" not in str(list(Event.objects.filter(name="file.goal_meant").values("data")))
    with pytest.raises(DatabaseError, match="aspiration"), transaction.atomic():
        Aspiration.objects.filter(pk=said.pk).update(goal="Chefs")


def test_none_of_these_is_an_answer(person: Person, by: Actor) -> None:
    said = say(person, by, "to live from my music and my bees")
    mean(said, "", seen=meaning_of(said), coding=words.code("musician", kind="occupation"), by=by, said=True)
    assert (said.none_fits, said.occupation, said.isco08) == (True, "", "")
    assert said.person_confirmed_at is not None
    assert Proposal.objects.get(pk=said.proposal_id).state == "none"
    assert heading_for(person) == ""
    assert from_here(person).lacks_goal


def test_the_same_words_mean_the_same_and_others_are_asked_anew(person: Person, by: Actor) -> None:
    said = say(person, by)
    mean(said, CHEF, seen=meaning_of(said), by=by, said=True)
    again = say(person, by, "I want to  run a kitchen")
    assert again.pk != said.pk
    assert (again.occupation, again.person_confirmed_at) == (CHEF, said.person_confirmed_at)
    assert heading_for(person) == "3434"
    assert say(person, by, "a nurse", change="other").occupation == ""
    assert heading_for(person) == ""


def test_who_may_not_and_what_is_another_by_now(person: Person, by: Actor) -> None:
    said = say(person, by)
    seen = meaning_of(said)
    stranger = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER).user
    elsewhere = stranger.as_actor(next(iter(stranger.organisation_ids)))
    assert person.user is not None
    helper = Actor(person.user.pk, roles=frozenset({HELPER}))
    themselves = Actor(person.user.pk, roles=by.roles, organisation_id=by.organisation_id)
    for actor in (elsewhere, helper, themselves):
        with pytest.raises(Refused):
            mean(said, CHEF, seen=seen, by=actor)
    with pytest.raises(Refused, match="Say who"):
        mean(said, CHEF, seen=seen, by=by, judged=False)
    with pytest.raises(Refused, match="one of the list"):
        mean(said, "urn:nothing", seen=seen, by=by)
    mean(said, CHEF, seen=seen, by=own(person))
    with pytest.raises(Refused, match="something else meanwhile"):
        mean(said, COOK, seen=seen, by=by)
    mean(said, CHEF, seen=seen, by=by)  # the same as stands there: nothing is lost by it
    other = say(person, by, "a nurse", change="other")
    with pytest.raises(Refused, match="another by now"):
        mean(said, NURSE, seen=meaning_of(said), by=by)
    assert (other.occupation, Aspiration.objects.get(pk=said.pk).occupation) == ("", CHEF)


def test_a_page_on_which_the_goal_is_said_anew_is_not_outdated_by_it(person: Person, by: Actor) -> None:
    said = say(person, by)
    before = files.stamp_of(aspirations.latest(person))
    mean(said, CHEF, seen=meaning_of(said), by=by)
    assert files.stamp_of(aspirations.latest(person)) == before
    assert say(person, by, "a nurse", change="other", seen=before).goal == "a nurse"


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (
            {"none_fits": True, "occupation": CHEF, "person_confirmed_at": timezone.now()},
            "aspiration_means_one_or_none",
        ),
        ({"person_confirmed_at": timezone.now()}, "aspiration_confirmed_is_something"),
        ({"occupation": CHEF}, "aspiration_meaning_said_by_somebody"),
        ({"none_fits": True}, "aspiration_meaning_said_by_somebody"),
        ({"occupation": CHEF, "caseworker_confirmed_at": timezone.now()}, "aspiration_confirmed_by_somebody"),
    ],
)
def test_the_database_refuses_what_cannot_be(person: Person, by: Actor, wrong: dict[str, Any], name: str) -> None:
    said = say(person, by)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Aspiration.objects.filter(pk=said.pk).update(**wrong)


def test_the_proposal_goes_with_the_file(person: Person, by: Actor) -> None:
    said = say(person, by)
    mean(said, CHEF, seen=meaning_of(said), coding=words.code("chef", kind="occupation"), by=by)
    (found,) = erasing.words_that_were_read([person.pk], "default")
    assert [one.pk for one in found] == [said.proposal_id]


def test_from_here_to_the_goal_goes_by_what_they_said_themselves(person: Person, by: Actor) -> None:
    said = say(person, by)
    mean(said, CHEF, seen=meaning_of(said), by=by, said=True)
    assert from_here(person).lacks_work
    row, *_more = work.tell(person, "kitchen helper", kind="paid", language="en", by=by)
    work.confirm(row, "http://data.europa.eu/esco/isco/C9412", by=by)
    assert from_here(person).lacks_work, "a caseworker's yes alone is not theirs"
    work.confirm(row, "http://data.europa.eu/esco/isco/C9412", by=by, said=True)
    found = from_here(person).found
    assert found is not None
    assert [one.isco08 for one in found.stones] == ["5120"]
