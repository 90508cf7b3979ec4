"""From the mail to the confirmed page: one link, one click, no log-in."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from kesher.accounts.models import User
from kesher.base.models import Event
from kesher.directory import reminders, still_right
from kesher.directory.models import Service
from tests.factories import MembershipFactory, ServiceFactory
from tests.worker import work_off_tasks
from tests.www.provider.test_services import page

TODAY = timezone.localdate


@pytest.fixture
def asked() -> tuple[User, Service]:
    service = ServiceFactory(published=True, check_by=TODAY() - timedelta(days=1), assured_date=None)
    service.organisation.state = "approved"
    service.organisation.save()
    return MembershipFactory(organisation=service.organisation, user__language="he").user, service


@pytest.mark.django_db(transaction=True)
def test_from_the_mail_to_the_confirmed_page(client: Client, asked: tuple[User, Service]) -> None:
    user, service = asked
    assert reminders.remind(now=timezone.now()) == 1
    work_off_tasks()
    [sent] = mail.outbox
    assert sent.to == [user.email]
    [link] = re.findall(r"https?://\S+", sent.body)
    path = link[link.index("/he/") :]
    shown = client.get(path)
    assert shown.status_code == 200
    assert user.email not in shown.content.decode()
    assert (shown["Cache-Control"], shown["Referrer-Policy"]) == ("no-store", "strict-origin"), "the address is the key"
    service.refresh_from_db()
    assert service.assured_date is None, "looking changes nothing"
    done = client.post(path, {"service": str(service.pk)}, follow=True)
    service.refresh_from_db()
    assert service.assured_date == TODAY()
    assert service.check_by is not None
    assert service.check_by > TODAY() + timedelta(days=100)
    assert done.context["waiting"] == []
    assert done.context["answered"] == [service]
    event = Event.objects.get(name="service.confirm")
    assert event.actor_id == user.pk
    client.post(path, {"service": str(service.pk)})
    assert Event.objects.filter(name="service.confirm").count() == 1, "a used link does nothing more"
    assert "_auth_user_id" not in client.session, "it is no log-in"


@pytest.mark.django_db
def test_a_link_confirms_only_what_it_was_sent_for(client: Client, asked: tuple[User, Service]) -> None:
    user, service = asked
    path = page("still_right", still_right.token_for(user, service.organisation, on=TODAY()))
    other = ServiceFactory(published=True, check_by=TODAY() - timedelta(days=1), assured_date=None)
    assert client.post(path, {"service": str(other.pk)}).status_code == 302
    other.refresh_from_db()
    assert other.assured_date is None
    assert client.get(path[:-3] + "x/").status_code == 404
    assert client.get(page("provider_service_sections", service.pk)).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("ended", ["time", "role", "account"])
def test_a_link_that_has_ended_says_so(
    client: Client, asked: tuple[User, Service], ended: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    user, service = asked
    path = page("still_right", still_right.token_for(user, service.organisation, on=TODAY()))
    if ended == "time":
        monkeypatch.setattr(still_right, "LASTS", -1)
    elif ended == "role":
        user.memberships.all().delete()
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)
    for response in (client.get(path), client.post(path, {"service": str(service.pk)})):
        assert response.status_code == 410
        assert "This link no longer works" in response.content.decode()
    service.refresh_from_db()
    assert service.assured_date is None
