"""What leaves in a profile is what the person says of themselves."""

import pytest

from kesher.base.transitions import Actor
from kesher.people import work
from kesher.people.models import LanguageSkill, Person
from kesher.people.profile import profile_of
from tests.factories import PersonFactory
from tests.people.test_telling import keeper_of

pytestmark = pytest.mark.django_db
MECHANIC = "http://data.europa.eu/esco/isco/C7231"


@pytest.fixture
def person() -> Person:
    made: Person = PersonFactory()
    return made


@pytest.fixture
def by(person: Person) -> Actor:
    return keeper_of(person)


def test_an_occupation_is_named_on_the_persons_yes_only(person: Person, by: Actor) -> None:
    work.tell(person, "car mechanic", kind="paid", language="en", by=by)
    row = person.experiences.get()
    work.confirm(row, MECHANIC, by=by)  # the caseworker alone
    (told,) = profile_of(person, language="he").work
    assert (told.position, told.description) == ("car mechanic", "")
    work.confirm(row, MECHANIC, by=by, said=True)
    (named,) = profile_of(person, language="he").work
    assert named.description == "car mechanic"
    assert named.position not in ("", "car mechanic")


def test_a_certificate_that_only_a_caseworker_noted_does_not_leave(person: Person) -> None:
    for judge, paper in (("person", "Course B1"), ("caseworker", "Test of ours")):
        LanguageSkill.objects.create(person=person, language="he", judge=judge, certificate=paper)
    assert [one.name for one in profile_of(person, language="en").certificates] == ["Course B1"]
