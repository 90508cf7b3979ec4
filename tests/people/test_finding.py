"""The same person is found again in another script, among the files one may see; elsewhere only when they are here."""

import pytest

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.transitions import Actor
from kesher.people.finding import elsewhere, named, similar
from kesher.people.models import Person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db


def actor(organisation: Organisation) -> Actor:
    return MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)


@pytest.mark.parametrize(
    ("written", "sought"),
    [
        ("Almaz Tesfaye", "אלמז"),
        ("אלמז טספאיה", "Almaz"),
        ("Almaz", "алмаз"),
        ("محمد أبو ربيعة", "Muhammad"),
        ("מוחמד אבו רביעה", "محمد"),
        ("Igor Demidov", "игорь"),
        ("Almaz Tesfaye", "almaz tes"),
    ],
)
def test_a_name_is_found_in_another_script(written: str, sought: str) -> None:
    person, other = PersonFactory(called=written), PersonFactory(called="Bogdan Kowal")
    assert person in named(Person.objects.all(), sought)
    assert other not in named(Person.objects.all(), sought)


@pytest.mark.parametrize(
    ("written", "said", "found"),
    [
        ("Almaz", "አልማዝ ተስፋዬ", True),  # of whom only one word is known
        ("אברהם כהן", "Avraham Cohen", True),
        ("Mohammed Abu Kaf", "מוחמד אבו כף", True),
        ("Mohammed Abu Kaf", "Mohammed Ali", False),  # half a town shares a first name
        ("Mohammed", "Ahmed", False),
    ],
)
def test_a_file_is_proposed_before_a_second_one_is_opened(written: str, said: str, found: bool) -> None:
    person = PersonFactory(called=written)
    assert [one.person for one in similar(Person.objects.all(), called=said)] == ([person] if found else [])


def test_a_number_is_found_however_it_is_written() -> None:
    person = PersonFactory(phone="050-555-0142")
    PersonFactory(phone="050-555-0143")
    assert list(named(Person.objects.all(), "+972 50 555 0142")) == [person]


def test_a_name_that_was_corrected_is_found() -> None:
    person = PersonFactory(called="Almas")
    person.called = "Тигист"
    person.save(update_fields=["called"])
    assert list(named(Person.objects.all(), "Tigist")) == [person]


def test_perhaps_the_same_person_with_reasons_the_likeliest_first() -> None:
    both = PersonFactory(called="אלמז", phone="050-555-0142")
    name = PersonFactory(called="Almaz Tesfaye", phone="050-555-0199")
    number = PersonFactory(called="Bogdan", phone="0505550142")
    PersonFactory(called="Yael", phone="050-555-0100")
    found = similar(Person.objects.all(), called="Almaz", phone="050 555 0142")
    assert [(one.person, one.because) for one in found] == [
        (both, ("phone", "name")),
        (name, ("name",)),
        (number, ("phone",)),
    ]


def test_another_organisation_is_named_only_for_the_same_name_and_number() -> None:
    here, there = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    clinic = OrganisationFactory(approved=True, kind=Organisation.Kind.HEALTH)
    shelter = OrganisationFactory(approved=True, sensitive=True, sensitive_why="a shelter for women")
    by = actor(here)
    for keeper in (here, there, clinic, shelter):
        PersonFactory(keeper=keeper, called="אלמז", phone="050-555-0142")
    assert elsewhere(called="Almaz", phone="0505550142", by=by) == [there], "never a clinic or a shelter, never oneself"
    assert elsewhere(called="Almaz", phone="050-555-0143", by=by) == [], "a name alone tells nothing"
    assert elsewhere(called="Bogdan", phone="0505550142", by=by) == [], "nor does a number alone"
    assert Event.objects.filter(name="people.looked_elsewhere", about_id=here.pk, actor_id=by.user_id).count() == 3


def test_looking_elsewhere_works_behind_the_second_wall_and_leaves_it_standing(as_application: None) -> None:
    from kesher.base.rows import acting_for

    with acting_for():  # the factories of this test write as whoever keeps the file
        here, there = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
        by = actor(here)
    with acting_for(organisation_ids=[there.pk]):
        PersonFactory(keeper=there, called="Almaz", phone="050-555-0142")
    with acting_for(user_id=by.user_id, organisation_ids=[here.pk]):
        assert elsewhere(called="Almaz", phone="050-555-0142", by=by) == [there]
        assert not Person.objects.exists(), "the file itself stays closed"
