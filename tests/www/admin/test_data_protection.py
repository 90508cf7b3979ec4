"""The page of data protection: whom to tell, for everybody; the register, the assessment and the count for who keeps them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.casework import sensitivity
from kesher.directory import legal
from kesher.directory.models import Breach, BreachNote, ImpactAssessment
from tests.factories import BreachFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


def address(name: str, *args: object) -> str:
    with translation.override("en"):
        return reverse(name, args=args)


@pytest.fixture
def chief() -> User:
    user: User = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    return user


@pytest.fixture
def dana(chief: User) -> User:
    user: User = UserFactory()
    legal.appoint(kind="privacy", user=user, name="Dana Levi", contact="08-999-0001", by=chief.as_actor())
    return user


def test_everybody_with_an_account_reads_whom_to_tell_and_no_register(client: Client, dana: User) -> None:
    breach = BreachFactory()
    for role in Role.values:
        client.force_login(MembershipFactory(role=role).user)
        page = client.get(address("data_protection")).content.decode()
        assert "Dana Levi" in page
        keeps = role == Role.PLATFORM_ADMIN
        assert (breach.happened in page) == keeps
        assert client.get(address("breach", breach.pk)).status_code == (200 if keeps else 404)
        if not keeps:
            assert client.post(address("data_protection"), {"verb": "breach"}).status_code == 404
            assert client.post(address("breach", breach.pk), {"verb": "deed"}).status_code == 404


def test_the_officer_writes_it_down_sees_the_hours_and_says_who_was_told(client: Client, dana: User) -> None:
    client.force_login(dana)
    knew = timezone.localtime() - timedelta(hours=4)
    told: dict[str, Any] = {
        "verb": "breach",
        "day": knew.date().isoformat(),
        "time": knew.strftime("%H:%M"),
        "happened": "A list was left on a bus",
        "whose": "People of the course",
        "likely": "Calls",
        "people": "",
    }
    assert client.post(address("data_protection"), told | {"likely": ""}).status_code == 400
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert client.post(address("data_protection"), told | {"day": tomorrow}).status_code == 400
    assert not Breach.objects.exists()
    answer = client.post(address("data_protection"), told)
    breach = Breach.objects.get()
    path = address("breach", breach.pk)
    assert answer.headers["Location"] == path
    page = client.get(path)
    assert page["Cache-Control"] == "no-store"
    assert "67 hours left" in page.content.decode()
    assert "67 hours left" in client.get(address("data_protection")).content.decode()
    day, time = timezone.localtime().date().isoformat(), timezone.localtime().strftime("%H:%M")
    for wrong in (
        {"verb": "deed", "kind": "reported", "words": "x"},
        {"verb": "authority", "kind": "reported", "words": "By its form"},
        {"verb": "authority", "kind": "reported", "words": "x", "day": day, "time": time, "why_late": "it is not"},
        {"verb": "people", "kind": "not_told", "words": "No need"},
        {"verb": "people", "kind": "told", "words": "x", "day": day, "time": time, "ground": "low"},
    ):
        assert client.post(path, wrong).status_code == 400, wrong
    assert not BreachNote.objects.exists()
    for right in (
        {"verb": "deed", "kind": "learnt", "words": "Fourteen names", "people": "14"},
        {"verb": "authority", "kind": "reported", "words": "By its form", "day": day, "time": time},
        {"verb": "people", "kind": "not_told", "words": "Said in class", "ground": "averted", "people": "3"},
    ):
        assert client.post(path, right).status_code == 302, right
    page = client.get(path).content.decode()
    assert "Told in time" in page
    assert "Fourteen names" in page
    assert "not decided yet" not in page


def test_late_is_said_and_why(client: Client, dana: User) -> None:
    client.force_login(dana)
    breach = BreachFactory(aware_at=timezone.now() - timedelta(hours=75, minutes=30))
    path = address("breach", breach.pk)
    assert "4 hours late" in client.get(path).content.decode()
    now = timezone.localtime()
    told = {"verb": "authority", "kind": "reported", "words": "By its form", "day": now.date().isoformat()}
    told |= {"time": now.strftime("%H:%M")}
    assert client.post(path, told).status_code == 400
    assert client.post(path, told | {"why_late": "The officer was ill"}).status_code == 302
    assert "Told 4 hours late" in client.get(path).content.decode()


def test_the_assessment_is_written_down_and_says_when_it_is_past(client: Client, chief: User) -> None:
    client.force_login(chief)
    page = address("data_protection")
    assert "None is written down" in client.get(page).content.decode()
    today = timezone.localdate()
    told = {"verb": "assessment", "author": "Dana", "kept_at": "binder 3", "made_on": today.isoformat()}
    assert client.post(page, told | {"review_on": today.isoformat()}).status_code == 400
    assert client.post(page, told | {"review_on": (today + timedelta(days=1)).isoformat()}).status_code == 302
    shown = client.get(page).content.decode()
    assert "binder 3" in shown
    assert "is over" not in shown
    made = today - timedelta(days=9)
    ImpactAssessment.objects.create(
        made_on=today, author="Dana", kept_at="x", review_on=today + timedelta(days=1), recorded_by_id=chief.pk
    )
    assert client.post(page, told | {"made_on": made.isoformat(), "review_on": today.isoformat()}).status_code == 302
    assert ImpactAssessment.objects.newest().made_on == today, "an older one written down later does not count"


def test_the_count_is_hidden_while_small_and_warns_when_large(
    client: Client, chief: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(chief)
    page = address("data_protection")
    for counted, words, warns in (
        ((40, 3), "Fewer than five", False),
        ((250_000, 99_999), "99,999", False),
        ((250_000, 100_000), "100,000", True),
    ):
        monkeypatch.setattr(sensitivity, "count", lambda counted=counted: counted)
        shown = client.get(page).content.decode()
        assert words in shown
        assert ("the law of Israel asks for more" in shown) == warns
