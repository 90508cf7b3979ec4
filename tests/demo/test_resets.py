"""A town somebody has used is brought back to the day it was built on; and what stands in it for the first visitor."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from kesher.accounts.models import Organisation, User
from kesher.base.rows import acting_for
from kesher.demo.build import build, reset
from kesher.demo.organisations import MARK
from kesher.directory.call_backs import can_be_asked
from kesher.directory.models import CallBack, Service, UnfinishedEdit
from kesher.people.consents import withdraw
from kesher.people.models import Person
from tests.demo.test_build import DAY, export, silent

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo resets")]


@pytest.fixture(scope="module", autouse=True)
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The town, once for all tests here: what a test changes is rolled back to it, and it is at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(seed=3, people=1, progress=silent, today=DAY)
        with connection.cursor() as cursor:
            cursor.execute("DISCARD TEMP")  # of the owner, who has built it; the application resets it in its own
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


def test_reset_brings_the_town_back() -> None:
    before = export()
    Service.objects.update(name={"en": "spoilt"})
    User.objects.create_user("stranger@town.example", "a long password")
    reset(today=DAY)
    assert export() == before
    assert not User.objects.filter(email="stranger@town.example").exists()


@pytest.mark.usefixtures("as_application")
def test_reset_works_with_the_rights_of_the_application() -> None:
    assert reset(today=DAY).services == Service.objects.count()


@pytest.mark.usefixtures("as_application")
def test_reset_takes_what_only_its_owners_see() -> None:
    """Behind row-level security: who waits for a call, and what somebody has begun to write."""
    samir = User.objects.get(email="samir@demo.example")
    with acting_for(user_id=samir.pk):
        UnfinishedEdit.objects.create(user=samir, service=Service.objects.order_by("id")[0], section="reach")
    reset(today=DAY)
    bridge = Organisation.objects.get(profile__external_id="bridge-association")
    with acting_for(organisation_ids=[bridge.pk]):
        assert CallBack.objects.count() == 2
    with acting_for(user_id=samir.pk):
        assert not UnfinishedEdit.objects.exists()


def test_two_wait_for_a_call_and_are_called_invented() -> None:
    waiting = CallBack.objects.waiting().filter(organisation__profile__external_id="bridge-association")
    assert [call.language for call in waiting] == ["ar", "am"]
    for call in waiting:
        assert MARK[call.language] in call.called
        assert re.fullmatch(r"08-555-01\d\d", call.phone)
    can = [can_be_asked(service) for service in Service.objects.published().select_related("organisation")]
    assert any(can), "most offices have somebody who calls back"
    assert not all(can), "some have nobody, and their pages say whom to ring"
    for user in User.objects.filter(password__startswith="!"):
        assert user.email.endswith("@demo.example")
        assert not user.has_usable_password()


@pytest.mark.usefixtures("as_application")
def test_people_have_files_in_several_languages_and_a_file_taken_back_goes_with_the_reset() -> None:
    noa, hiba, almaz = (User.objects.get(email=f"{name}@demo.example") for name in ("noa", "hiba", "almaz"))

    def seen(user: User) -> list[Person]:
        with acting_for(user_id=user.pk, organisation_ids=user.organisation_ids):
            return list(Person.objects.visible_to(user).order_by("id"))

    assert {person.language for person in seen(noa)} == {"am", "uk", "ru", "he", "ar", "fr"}
    assert all("(" in person.called for person in seen(noa)), "each name says that it is invented"
    assert len(set(seen(noa)) & set(seen(hiba))) == 1, "one shares her file"
    assert [person.user for person in seen(almaz)] == [almaz]
    before = len(seen(noa))
    assert before >= 7
    with acting_for(user_id=noa.pk, organisation_ids=noa.organisation_ids):
        for person in seen(noa):
            consent = person.consents.get(purpose="file")
            withdraw(consent, by=noa.as_actor(consent.organisation_id))
    assert seen(noa) == []
    reset(today=DAY)
    assert len(seen(User.objects.get(email="noa@demo.example"))) == before
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        assert Person.objects.count() == 18, "nothing is left of before"
