"""Answers that were kept: told again they replace, taken out they are gone, and nobody else writes them."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.people.models import Person, Told
from kesher.people.telling import forget, tell
from tests.factories import OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
COUNTER = Told.Where.COUNTER


def keeper_of(person: Person) -> Actor:
    return Actor(uuid7(), person.accesses.get(kind="keeper").organisation_id, frozenset({Role.CASEWORKER}))


def test_told_again_replaces_and_taken_out_is_gone() -> None:
    person = PersonFactory()
    by = keeper_of(person)
    assert tell(person, {"age": 34, "hebrew": "none", "disability": True}, where=COUNTER, by=by) == 3
    tell(person, {"hebrew": "some"}, where=Told.Where.DOOR, by=by)
    assert {row.fact: row.said for row in person.told.all()} == {"age": 34, "hebrew": "some", "disability": True}
    event = Event.objects.filter(name="file.answers_kept").latest("id")
    assert event.data == {"count": 1, "where": "door"}, "the trail holds no answer"
    forget(person, "disability", by=by)
    forget(person, "disability", by=by)
    assert not person.told.filter(fact="disability").exists()
    assert Event.objects.filter(name="file.answer_forgotten").count() == 1


@pytest.mark.parametrize(
    "facts", [{"age": "old"}, {"employees": 5}, {"nothing": 1}, {"hebrew": "perfect"}, {"age": None}]
)
def test_what_answers_no_question_about_a_person_is_refused_whole(facts: dict[str, object]) -> None:
    person = PersonFactory()
    with pytest.raises(Refused):
        tell(person, {"rents": True, **facts}, where=COUNTER, by=keeper_of(person))  # type: ignore[dict-item]
    assert not Told.objects.exists()


def test_nobody_else_writes_or_takes_out() -> None:
    person = PersonFactory()
    stranger = Actor(uuid7(), OrganisationFactory(approved=True).pk, frozenset({Role.CASEWORKER}))
    for does in (
        lambda: tell(person, {"age": 34}, where=COUNTER, by=stranger),
        lambda: forget(person, "age", by=stranger),
    ):
        with pytest.raises(Refused):
            does()


def test_an_old_answer_holds_no_more() -> None:
    person = PersonFactory()
    tell(person, {"age": 34, "work": "unemployed"}, where=COUNTER, by=keeper_of(person))
    Told.objects.filter(fact="work").update(told_at=timezone.now() - timedelta(days=366))
    assert [row.fact for row in Told.objects.holding(timezone.localdate())] == ["age"]
    assert [row.fact for row in Told.objects.all() if row.holds(timezone.localdate())] == ["age"]
