"""How many files say something highly sensitive: counted for who sees none of them, as one number; and what the check says."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.base.suppression import shown
from kesher.casework import sensitivity
from kesher.cli.checks import Status, assessment
from kesher.directory.models import ImpactAssessment
from kesher.people.models import Person, RightToWork, Told, Worry, Youth
from tests.casework.people import a_case
from tests.factories import OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_each_kind_makes_a_file_count_once_and_nothing_else_does() -> None:
    assert sensitivity.count() == (0, 0)
    plain = PersonFactory()
    Worry.objects.create(person=plain, kind="work")
    Told.objects.create(person=plain, fact="age", value="34", where="door")
    Youth.objects.create(person=plain, wants_mentor=True)
    assert sensitivity.count() == (1, 0)
    for number, said in enumerate(
        (
            lambda one: Worry.objects.create(person=one, kind="health"),
            lambda one: Worry.objects.create(person=one, kind="safety"),
            lambda one: RightToWork.objects.create(person=one, kind="permit"),
            lambda one: Told.objects.create(person=one, fact="disability", value="true", where="door"),
            lambda one: Youth.objects.create(person=one, here_since=2021),
        ),
        start=1,
    ):
        person = PersonFactory()
        said(person)
        assert sensitivity.count() == (1 + number, number)
        Worry.objects.create(person=person, kind="papers")
        assert sensitivity.count() == (1 + number, number), "twice is once"


def test_a_step_to_a_doctor_and_a_shelter_that_has_the_file_count() -> None:
    case = a_case()
    assert sensitivity.count() == (1, 0)
    case.step(kind="health", text="The clinic")
    assert sensitivity.count() == (1, 1)
    PersonFactory(keeper=OrganisationFactory(approved=True, kind=Organisation.Kind.HEALTH))
    PersonFactory(keeper=OrganisationFactory(approved=True, sensitive=True, sensitive_why="A shelter"))
    assert sensitivity.count() == (3, 3)
    Person.objects.filter(pk=case.person.pk).update(state=Person.State.CLOSED)
    assert sensitivity.count() == (2, 2)


def test_whoever_sees_no_file_gets_the_number_and_no_row(as_application: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM people_person")
        assert cursor.fetchone() == (0,)
    files, sensitive = sensitivity.count()
    assert (files, sensitive) == (0, 0)


def test_shown_it_is_hidden_below_five() -> None:
    for _one in range(3):
        PersonFactory(keeper=OrganisationFactory(approved=True, kind=Organisation.Kind.HEALTH))
    assert sensitivity.count_shown().sensitive == shown(3)
    assert sensitivity.count_shown().sensitive.hidden


def test_check_complains_where_files_are_open_and_nothing_was_assessed_or_it_is_past() -> None:
    today = timezone.localdate()
    assert assessment().status == Status.WARN, "before there are files there is time"
    PersonFactory()
    assert assessment().status == Status.FAIL
    made = {"author": "Dana", "kept_at": "binder 3", "recorded_by_id": UserFactory().pk}
    past = today - timedelta(days=1)
    ImpactAssessment.objects.create(made_on=today - timedelta(days=400), review_on=past, **made)
    found = assessment()
    assert (found.status, str(past) in found.seen) == (Status.FAIL, True)
    ImpactAssessment.objects.create(made_on=today, review_on=today + timedelta(days=1), **made)
    assert assessment().status == Status.OK
