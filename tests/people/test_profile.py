"""What leaves in a profile is what the person says of themselves."""

import pytest

from kesher.base.transitions import Actor
from kesher.people import brought, work
from kesher.people.models import DigitalSkill, LanguageSkill, Person, Qualification, Wish
from kesher.people.profile import profile_of, written
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


def test_a_field_of_study_leaves_as_its_code_with_its_name_and_comes_back_as_the_code(person: Person) -> None:
    Qualification.objects.create(person=person, title="Nurse", proof="held", field_code="0913")
    made = profile_of(person, language="he")
    (school,) = made.education
    assert (school.fields, school.field) == (("0913",), "סיעוד ומיילדות")
    for file in ("resume.json", "europass.xml"):
        _kind, data = written(made, file)
        assert b"0913" in data
        (entry,) = (one for one in brought.entries_in(brought.read_cv(data)) if one.kind == "school")
        assert entry.values["field_code"] == "0913"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("http://data.europa.eu/snb/isced-f/0913", "0913"),
        ("061", "061"),
        ("nursing", ""),
        ("9999", ""),
        ("00001", ""),
        ("٠٩١٣", ""),
        ("", ""),
    ],
)
def test_a_field_of_a_brought_cv_is_a_code_of_the_list_or_none(said: str, code: str) -> None:
    assert brought._field(said) == code


def test_what_they_say_they_can_do_with_a_computer_leaves_and_what_a_caseworker_thinks_does_not(person: Person) -> None:
    DigitalSkill.objects.create(person=person, judge="person", safety="2", creation="0")
    DigitalSkill.objects.create(person=person, judge="caseworker", safety="1", problems="3")
    made = profile_of(person, language="en")
    (skill,) = made.skills  # what they cannot do yet is none
    assert (skill.name, skill.level) == ("Staying safe online", "by myself")
    for file in ("resume.json", "europass.xml"):
        (read,) = brought.read_cv(written(made, file)[1]).skills
        assert (read.name, read.level) == ("Staying safe online", "by myself"), file


def test_driving_licences_leave_as_certificates_and_say_where_they_hold_not_yet(person: Person) -> None:
    wish = Wish.objects.create(person=person, licences=["C1", "B"])
    assert [one.name for one in profile_of(person, language="en").certificates] == [
        "Driving licence B: car",
        "Driving licence C1: small lorry",
    ]
    wish.licence_abroad = True
    wish.save()
    made = profile_of(person, language="en")
    assert all(one.name.endswith("(from abroad, still to be converted)") for one in made.certificates)
    assert "C1: small lorry" in written(made, "europass.xml")[1].decode()
