"""A new organisation asks, a moderator decides, its administrators are told."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import subscribers
from kesher.base.models import Event, Notification
from kesher.base.notifications import render
from kesher.directory.models import MistakeReport, Service
from kesher.directory.reminders import remind
from tests.factories import MembershipFactory, OrganisationFactory, ServiceFactory, UserFactory

pytestmark = pytest.mark.django_db


def page(name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


@pytest.fixture
def moderator(client: Client) -> User:
    user: User = MembershipFactory(role=Role.MODERATOR).user
    client.force_login(user)
    return user


ASKED = {
    "name_he": "עמותת הגשר החדש",
    "name_en": "New Bridge",
    "kind": "charity",
    "description_en": "We teach people to weld.",
    "email": "office@newbridge.example.org",
    "website": "newbridge.example.org",
    "registration_number": "58-123",
}


def deliver(event: Event) -> None:
    """What the worker does after commit."""
    for subscriber in subscribers(event.name).values():
        subscriber(event.pk)


def test_an_organisation_asks_prepares_is_approved_and_publishes(client: Client) -> None:
    asking = UserFactory(language="he")
    client.force_login(asking)
    assert "Register your organisation" in client.get(page("provider_services")).content.decode()
    assert client.post(page("register_organisation"), ASKED).status_code == 302
    organisation = Organisation.objects.get(name__en="New Bridge")
    assert organisation.state == Organisation.State.PENDING
    assert asking.memberships.get().role == Role.ORGANISATION_ADMIN
    service = ServiceFactory(organisation=organisation)
    assert "Waiting for approval" in client.get(page("provider_services")).content.decode()
    refused = client.post(page("provider_service_move", service.pk), {"event": "publish"})
    assert refused.status_code == 400
    assert "not approved" in refused.content.decode()

    client.force_login(MembershipFactory(role=Role.MODERATOR).user)
    desk = client.get(page("moderation")).content.decode()
    assert "We teach people to weld." in desk
    assert client.post(page("moderation_decide", organisation.pk), {"event": "approve"}).status_code == 302
    deliver(Event.objects.get(name="organisation.approve"))
    told = Notification.objects.get(recipient_id=asking.pk)
    subject, body = render(told)
    assert "עמותת הגשר החדש" in subject
    assert page("provider_services", language="he") in body
    assert asking.email not in subject + body

    client.force_login(asking)
    assert client.post(page("provider_service_move", service.pk), {"event": "publish"}).status_code == 302
    service.refresh_from_db()
    assert service.state == Service.State.PUBLISHED


def test_nothing_typed_is_lost_when_asking(client: Client) -> None:
    client.force_login(UserFactory())
    wrong = client.post(page("register_organisation"), {"description_en": "We weld", "kind": "charity", "email": "x"})
    assert wrong.status_code == 400
    text = wrong.content.decode()
    assert "We weld" in text
    assert "Fill in at least one language." in text
    assert not Organisation.objects.exists()


def test_a_refusal_needs_a_reason_and_can_be_asked_again(client: Client, moderator: User) -> None:
    administrator = MembershipFactory(organisation=OrganisationFactory(), role=Role.ORGANISATION_ADMIN).user
    organisation = administrator.memberships.get().organisation
    path = page("moderation_decide", organisation.pk)
    assert client.post(path, {"event": "refuse", "reason": ""}).status_code == 400
    assert client.post(path, {"event": "refuse", "reason": "No such address"}).status_code == 302
    deliver(Event.objects.get(name="organisation.refuse"))
    _subject, body = render(Notification.objects.get())
    assert "No such address" not in body
    client.force_login(administrator)
    assert "No such address" in client.get(page("provider_services")).content.decode()
    assert client.post(page("organisation_ask_again", organisation.pk)).status_code == 302
    organisation.refresh_from_db()
    assert organisation.state == Organisation.State.PENDING


@pytest.mark.parametrize(
    "like",
    [
        {"name": {"en": "bridge, New"}},
        {"name": {"en": "NEW  BRIDGE"}},
        {"name": {"he": "עֲמותת הגשר החדש"}},
        {"name": {"en": "Else"}, "registration_number": "58 123"},
    ],
)
def test_likely_duplicates_are_shown(client: Client, moderator: User, like: dict[str, Any]) -> None:
    there = OrganisationFactory(approved=True, **like)
    OrganisationFactory(approved=True, name={"en": "Bridge of Old"})
    OrganisationFactory(name={"en": "New Bridge", "he": "עמותת הגשר החדש"}, registration_number="58-123")
    (card,) = client.get(page("moderation")).context["cards"]
    assert card["like"] == [there]


def test_suspended_ones_and_reports_have_their_lists(client: Client, moderator: User) -> None:
    OrganisationFactory(suspended=True, name={"en": "Gone for now"})
    service = ServiceFactory(published=True)
    report = MistakeReport.objects.create(service=service, what="contact", language="en", text="Wrong number")
    assert "Gone for now" in client.get(page("moderation") + "?show=suspended").content.decode()
    assert "Wrong number" in client.get(page("moderation") + "?show=reports").content.decode()
    settled = client.post(page("provider_report_settle", report.pk), {"next": "moderation"})
    assert settled.headers["Location"] == page("moderation")
    assert "Wrong number" not in client.get(page("moderation") + "?show=reports").content.decode()


def test_the_number_of_queries_does_not_grow_with_the_queue(client: Client, moderator: User) -> None:
    for show in ("waiting", "reports"):
        counts = []
        for _more in range(2):
            for _n in range(5):
                OrganisationFactory(with_page=True)
                MistakeReport.objects.create(service=ServiceFactory(), what="contact", language="en")
            client.get(page("moderation"))
            with CaptureQueriesContext(connection) as queries:
                client.get(page("moderation") + f"?show={show}")
            counts.append(len(queries))
        assert counts[0] == counts[1], show


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_the_desk_is_whole(client: Client, moderator: User, language: str) -> None:
    OrganisationFactory(with_page=True)
    OrganisationFactory(suspended=True)
    for show in ("waiting", "reports", "suspended", "refused"):
        text = client.get(page("moderation", language=language) + f"?show={show}").content.decode()
        assert "undefined:" not in text
        assert text.count("<h1") == 1


# --- "is it still right?" --------------------------------------------------------------------------------------------


def test_partners_are_reminded_once_and_again_after_a_fortnight() -> None:
    now = timezone.now()
    today = timezone.localdate(now)
    first = MembershipFactory(user__language="he")
    own = {"organisation": first.organisation, "published": True}
    second = MembershipFactory(organisation=first.organisation, role=Role.ORGANISATION_ADMIN)
    MembershipFactory(user=second.user, organisation=first.organisation, role=Role.PROVIDER)  # two roles, one mail
    MembershipFactory(organisation=first.organisation, role=Role.MENTOR)
    ServiceFactory(**own, check_by=today - timedelta(days=400))
    ServiceFactory(**own, check_by=today + timedelta(days=14))
    ServiceFactory(**own, check_by=today + timedelta(days=15))
    ServiceFactory(organisation=first.organisation, check_by=today)  # a draft
    ServiceFactory(published=True, check_by=today)  # nobody to ask
    pending = MembershipFactory(organisation=OrganisationFactory())
    ServiceFactory(organisation=pending.organisation, published=True, check_by=today)

    assert remind(now=now) == 1
    assert remind(now=now) == 0
    assert remind(now=now + timedelta(days=13)) == 0
    told = {n.recipient_id: n for n in Notification.objects.all()}
    assert set(told) == {first.user_id, second.user_id}
    assert Notification.objects.count() == 2
    assert {n.context["count"] for n in told.values()} == {2}
    with translation.override("he"):
        assert resolve(told[first.user_id].link.partition("?")[0]).url_name == "still_right"
    subject, body = render(told[second.user_id])
    assert subject == "2 services of yours: are they still right?"
    assert "/still-right/" in body
    assert remind(now=now + timedelta(days=15)) == 1
    assert Service.objects.published().count() == 5  # marked, never hidden
    assert not mail.outbox
