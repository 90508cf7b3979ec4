"""The way of a qualification: two routes, papers or an interview, states that follow one another, steps, and an answer."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Refused
from kesher.people import files, recognitions
from kesher.people.files import READ_NOTHING
from kesher.people.models import Person, Qualification, Recognition, RecognitionStep
from kesher.people.models.recognition import ENDED
from kesher.people.recognitions import RECOGNITION_STATES, VERBS
from kesher.www.jobseeker.access import as_the_person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory


@pytest.fixture
def by(db: None) -> Actor:
    organisation = OrganisationFactory(approved=True)
    actor: Actor = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)
    return actor


@pytest.fixture
def person(by: Actor) -> Person:
    made: Person = PersonFactory(keeper=Organisation.objects.get(pk=by.organisation_id))
    return made


def nurse(person: Person, proof: str = "lost") -> Qualification:
    made: Qualification = Qualification.objects.create(person=person, title="Nurse", proof=proof)
    return made


@pytest.mark.parametrize(
    ("proof", "way"), [("held", "papers"), ("copy", "papers"), ("lost", "interview"), ("none", "interview")]
)
def test_without_papers_it_goes_by_an_interview(person: Person, by: Actor, proof: str, way: str) -> None:
    assert recognitions.begin(nurse(person, proof), route="licence", by=by).way == way


def test_two_routes_each_once(person: Person, by: Actor) -> None:
    held = nurse(person)
    for route in Recognition.Route.values:
        recognitions.begin(held, route=route, by=by)
    for wrong in ("licence", "magic"):
        with pytest.raises(ValidationError):
            recognitions.begin(held, route=wrong, by=by)
    stranger = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER).user
    with pytest.raises(Refused):
        recognitions.begin(
            nurse(person), route="licence", by=stranger.as_actor(stranger.memberships_in_force[0].organisation_id)
        )
    assert Recognition.objects.count() == 2
    assert not Recognition.objects.visible_to(stranger).exists()


def test_it_is_applied_for_asked_back_and_recognised(person: Person, by: Actor) -> None:
    row = recognitions.begin(nurse(person), route="licence", by=by)
    recognitions.change(
        row, by=by, authority="Ministry of Health", fee=350, expected_on=date(2020, 1, 1), seen=READ_NOTHING
    )
    recognitions.move(row, "apply", by=by)
    assert row.applied_on is not None
    assert row.expected_on is None  # an answer before the application is expected no more
    with pytest.raises(ValidationError, match="before the application"):
        recognitions.change(row, by=by, expected_on=row.applied_on - timedelta(days=1), seen=READ_NOTHING)
    with pytest.raises(ValueError, match="state"):
        recognitions.change(row, by=by, state="recognised", seen=READ_NOTHING)
    with pytest.raises(Refused):
        recognitions.move(row, "gather", by=by)
    for event in ("ask_more", "apply", "recognise_part", "recognise"):
        recognitions.move(row, event, by=by)
    row.refresh_from_db()
    assert (row.state, row.is_under_way) == ("recognised", False)


def test_steps_are_done_once_by_the_person_too(person: Person, by: Actor) -> None:
    row = recognitions.begin(nurse(person), route="academic", by=by)
    step = recognitions.add_step(row, kind="translate", due_on=date(2030, 1, 1), by=by)
    with pytest.raises(ValidationError, match="few words"):
        recognitions.add_step(row, kind="other", by=by)
    user = UserFactory()
    files.claim(files.claim_key(person), user=user)
    person.refresh_from_db()
    step.person = person
    recognitions.finish_step(step, by=as_the_person(user))
    done = step.done_on
    recognitions.finish_step(step, by=by)
    assert step.done_on == done is not None
    helper = Actor(UserFactory().pk, roles=frozenset({"helper"}))
    with pytest.raises(Refused):
        recognitions.finish_step(step, by=helper)
    other = recognitions.add_step(row, kind="pay", by=by)
    recognitions.move(row, "stop", by=by)
    assert other not in RecognitionStep.objects.open()
    row.qualification.delete()
    assert not RecognitionStep.objects.exists()


def test_every_event_has_its_word_and_every_state_a_way_to_it() -> None:
    events = {one.event for one in RECOGNITION_STATES.transitions}
    assert events == set(VERBS)
    reached = {one.target for one in RECOGNITION_STATES.transitions}
    assert reached == set(Recognition.State.values)


@given(st.lists(st.sampled_from(sorted(VERBS)), max_size=12))
@settings(max_examples=200, deadline=None)
def test_every_state_and_event_is_in_the_table_or_refused(events: list[str]) -> None:
    """From whichever state, an event moves to its target or is refused; what has ended is only taken up again."""
    state = str(Recognition.State.THINKING)
    for event in events:
        found = RECOGNITION_STATES.find(event, state)
        if found is None:
            continue
        assert state in found.sources
        if state in ENDED:
            assert event == "take_up"
        state = found.target
    assert state in Recognition.State.values
