"""A text message about what one asked: to the number of the request alone, once, and without a trace of number or words."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.adapters.text_messages import LONGEST, HttpGateway
from kesher.base.models import Event, OutgoingMail, Portal
from kesher.base.rows import acting_for
from kesher.cli import checks
from kesher.directory.call_backs import TEXT_WITHIN
from kesher.directory.models import CallBack, Service
from kesher.www.front import texts
from kesher.www.front.call_backs import MOST_TEXTS
from kesher.www.front.services.in_a_text import NAME
from kesher.www.front.texts import MOST_PER_NUMBER, send_the_text
from tests import factories as make
from tests.text_gateway import Gateway, gateway
from tests.worker import work_off_tasks

pytestmark = pytest.mark.django_db
TYPED = {"called": "Almaz", "phone": "050-555-0123", "language": "am", "note": "My son is ill.", "consent": "on"}
OFFERED = "Yes, send me a text message"
ON_ITS_WAY = "on its way"


@pytest.fixture
def service() -> Service:
    made: Service = make.ServiceFactory(
        complete=True, name={"en": "Evening Hebrew", "he": "עברית בערב"}, phone__number="08-999-0001"
    )
    make.MembershipFactory(organisation=made.organisation)
    return made


@pytest.fixture
def town(settings: Any) -> Iterator[Gateway]:
    """The town's gateway, which takes what it is sent."""
    with gateway() as running:
        settings.TEXT_GATEWAY = HttpGateway(f"http://{running.address}/send", seconds=1)
        yield running


def thanks(client: Client, service: Service, language: str = "en", **typed: str) -> str:
    """Ask to be called; the address of the page of thanks."""
    with translation.override(language):
        address = reverse("call_back", kwargs={"pk": service.pk})
    return str(client.post(address, TYPED | typed)["Location"])


def main(response: Any) -> str:
    return str(response.content.decode().split("<main", 1)[1].split("</main>", 1)[0])


def sent(town: Gateway) -> list[dict[str, list[str]]]:
    work_off_tasks()
    return [parse_qs(body.decode()) for _path, _headers, body in town.got]


def test_nothing_is_offered_without_a_gateway(client: Client, service: Service) -> None:
    page = thanks(client, service)
    assert OFFERED not in main(client.get(page))
    assert OFFERED not in main(client.post(page))
    assert not Event.objects.filter(name="call_back.text_wanted").exists()
    assert "After you have asked to be called" not in client.get("/en/privacy/").content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", ["en", "he"])
def test_what_the_service_page_says_to_the_number_of_the_request(
    client: Client, service: Service, town: Gateway, language: str
) -> None:
    page = thanks(client, service, language)
    assert re.search(r'<form method="post">.*?</form>', main(client.get(page)), re.DOTALL)
    assert sent(town) == [], "looking sends nothing"
    client.post(page)
    (one,) = sent(town)
    assert one["to"] == ["+972505550123"]
    lines = one["text"][0].split("\n")
    assert lines[0] == service.name[language]
    assert "08-999-0001" in lines
    assert lines[-1] == f"{settings.PUBLIC_URL}/{language}/services/{service.pk}/"
    assert "Almaz" not in one["text"][0]
    assert "son" not in one["text"][0]
    assert not client.cookies.get("kesher_session"), "nobody is followed"


@pytest.mark.django_db(transaction=True)
def test_once_for_each_request(client: Client, service: Service, town: Gateway) -> None:
    page = thanks(client, service)
    for _press in range(3):
        assert ON_ITS_WAY in main(client.post(page))
    assert len(sent(town)) == 1


@pytest.mark.django_db(transaction=True)
def test_a_second_request_of_the_same_number_looks_the_same_and_sends_nothing(
    client: Client, service: Service, town: Gateway
) -> None:
    """Nobody finds out whether somebody else's number has asked, and nobody makes it ring."""

    def seen(response: Any) -> str:
        return re.sub(r'/call-back/[^/]+/|name="csrfmiddlewaretoken" value="[^"]+"', "", main(response))

    first, second = thanks(client, service), thanks(client, service)
    assert seen(client.get(first)) == seen(client.get(second))
    assert seen(client.post(second)) == seen(client.post(first))
    assert len(sent(town)) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("phone", ["08-555-0123", "+44 7700 900123", "1-900-555-012"])
def test_not_to_numbers_the_town_does_not_pay_for(client: Client, service: Service, town: Gateway, phone: str) -> None:
    page = thanks(client, service, phone=phone)
    assert "if it is a mobile number" in main(client.post(page))
    assert sent(town) == []


class Killed(BaseException):
    """As if the worker had been killed while it waited for the gateway."""


@pytest.mark.django_db(transaction=True)
def test_killed_after_it_was_handed_over_it_is_not_sent_again(client: Client, service: Service, town: Gateway) -> None:
    page = thanks(client, service)
    client.post(page)
    event = Event.objects.get(name="call_back.text_wanted")
    really = HttpGateway.send

    def killed(self: HttpGateway, number: str, text: str) -> None:
        really(self, number, text)
        assert not connection.in_atomic_block, "whoever takes the request back must not wait for the gateway"
        raise Killed

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HttpGateway, "send", killed)
        with pytest.raises(Killed):
            send_the_text(event.pk)
    send_the_text(event.pk)
    assert len(town.got) == 1


@pytest.mark.django_db(transaction=True)
def test_an_old_link_sends_nothing(client: Client, service: Service, town: Gateway) -> None:
    page = thanks(client, service)
    with acting_for(organisation_ids=[service.organisation_id]):
        CallBack.objects.update(created_at=timezone.now() - TEXT_WITHIN - timedelta(minutes=1))
    assert ON_ITS_WAY in main(client.post(page))
    assert sent(town) == []


@pytest.mark.django_db(transaction=True)
def test_pressing_uses_up_nothing_of_the_towns(
    client: Client, service: Service, town: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MOST_IN_ALL", 2)
    landline = thanks(client, service, phone="08-555-0123")
    mobile = thanks(client, service)
    for page in (landline, mobile, mobile):
        assert client.post(page).status_code == 200
    cache.clear()  # this connection's own count
    other = make.ServiceFactory(complete=True)
    make.MembershipFactory(organisation=other.organisation)
    for _ in range(2):
        client.post(thanks(client, other, phone="052-555-0177"))
    assert len(sent(town)) == 2


@pytest.mark.django_db(transaction=True)
def test_what_the_town_pays_for_in_a_day_ends(
    client: Client, service: Service, town: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(texts, "MOST_IN_ALL", 1)
    client.post(thanks(client, service))
    other = make.ServiceFactory(complete=True)
    make.MembershipFactory(organisation=other.organisation)
    assert client.post(thanks(client, other, phone="052-555-0177")).status_code == 429
    assert len(sent(town)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_telephone_gets_two_a_day(client: Client, town: Gateway) -> None:
    for _ in range(MOST_PER_NUMBER + 2):
        other = make.ServiceFactory(complete=True)
        make.MembershipFactory(organisation=other.organisation)
        client.post(thanks(client, other))
    assert len(sent(town)) == MOST_PER_NUMBER


@pytest.mark.django_db(transaction=True)
def test_one_connection_cannot_go_on_for_ever(client: Client, service: Service, town: Gateway) -> None:
    page = thanks(client, service)
    answers = [client.post(page) for _ in range(MOST_TEXTS + 1)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert "That was a lot of text messages" in main(answers[-1])


@pytest.mark.django_db(transaction=True)
def test_taken_back_before_it_left(client: Client, service: Service, town: Gateway) -> None:
    page = thanks(client, service)
    client.post(page)
    with acting_for(organisation_ids=[service.organisation_id]):
        CallBack.objects.all().delete()
    assert sent(town) == []


@pytest.mark.django_db(transaction=True)
def test_a_gateway_that_is_busy_is_asked_again_and_one_that_is_silent_is_not(
    client: Client, service: Service, town: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    client.post(thanks(client, service))
    event = Event.objects.get(name="call_back.text_wanted")
    town.status = 503
    for tries in (1, 2):
        with pytest.raises(OSError, match="503"):
            send_the_text(event.pk)
        assert len(town.got) == tries
        assert Event.objects.filter(name="call_back.text_not_taken").count() == tries
    town.status = 0
    with caplog.at_level(logging.WARNING):
        send_the_text(event.pk)
    assert "not tried again" in caplog.text
    town.status = 200
    send_the_text(event.pk)
    assert len(town.got) == 3, "it may have been sent already"


@pytest.mark.django_db(transaction=True)
def test_after_an_hour_it_is_given_up_and_that_is_written_down(client: Client, service: Service, town: Gateway) -> None:
    client.post(thanks(client, service))
    event = Event.objects.get(name="call_back.text_wanted")
    town.status = 503
    with pytest.raises(OSError, match="503"):
        send_the_text(event.pk)
    town.status = 200
    Event.objects.filter(pk=event.pk).update(at=event.at - TEXT_WITHIN - timedelta(seconds=1))
    for _again in range(2):
        send_the_text(event.pk)  # raises nothing: the task has ended, and is not put back
    assert len(town.got) == 1
    late = Event.objects.get(name="call_back.text_too_late")
    assert (late.about_id, late.data) == (event.about_id, {"tried": 1})


@pytest.mark.django_db(transaction=True)
def test_within_the_hour_it_is_tried_until_it_is_taken(client: Client, service: Service, town: Gateway) -> None:
    client.post(thanks(client, service))
    event = Event.objects.get(name="call_back.text_wanted")
    Event.objects.filter(pk=event.pk).update(at=event.at - TEXT_WITHIN + timedelta(minutes=1))
    send_the_text(event.pk)
    assert len(town.got) == 1
    assert not Event.objects.filter(name="call_back.text_too_late").exists()


@pytest.mark.django_db(transaction=True)
def test_neither_number_nor_words_stay_anywhere_but_in_the_request(
    client: Client, service: Service, town: Gateway, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        client.post(thanks(client, service))
        assert len(sent(town)) == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT args::text FROM procrastinate_jobs")
        jobs = " ".join(row[0] for row in cursor.fetchall())
    told = f"{caplog.text} {jobs} {list(Event.objects.order_by('at').values_list('name', 'data', 'reason'))}"
    for word in ("5550123", "555-0123", "Almaz", "My son"):
        assert word not in told
    assert "call_back.text_tried" in told


@pytest.mark.django_db(transaction=True)
def test_in_the_demo_it_is_shown_beside_the_mails(client: Client, service: Service, settings: Any) -> None:
    settings.DEMO = True
    Portal.objects.create(name={"en": "Demo Town"}, is_demo=True)
    client.post(thanks(client, service))
    work_off_tasks()
    kept = OutgoingMail.objects.get(body__contains="Evening Hebrew")
    assert kept.to == "…23", "the page of mails is open to everybody: it holds no number"
    page = client.get("/en/outbox/").content.decode()
    assert "Text message" in page
    assert "Evening Hebrew" in page


def test_as_the_application_to_whom_the_database_shows_no_request(
    client: Client, service: Service, town: Gateway, as_application: None
) -> None:
    client.post(thanks(client, service))
    assert not CallBack.objects.exists()
    send_the_text(Event.objects.get(name="call_back.text_wanted").pk)
    assert len(town.got) == 1
    assert Event.objects.filter(name="call_back.text_tried").count() == 1


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_the_link_of_the_service_page_opens_the_telephones_own_message(
    client: Client, service: Service, language: str
) -> None:
    """Name, telephone, address and link; the answers of whoever looks are not in it."""
    page = client.get(f"/{language}/services/{service.pk}/").content.decode()
    (link,) = re.findall(r'href="sms:\?&amp;body=([^"]+)"', page)
    lines = unquote(link).split("\n")
    place = service.at_locations.order_by("pk").first()
    assert place
    address = place.location.addresses.order_by("pk").first()
    assert lines[0] == service.name.get(language, service.name["en"])
    assert "08-999-0001" in lines
    assert any(line.startswith(address.address_1) for line in lines)
    assert lines[-1] == f"{settings.PUBLIC_URL}/{language}/services/{service.pk}/"


LONG = {"en": "A course of Hebrew for nurses " * 60, "he": "קורס עברית לאחיות ולאחים " * 60, "ar": "دورة" * 400}


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_the_link_is_whole_however_long_the_names_are(
    client: Client, service: Service, town: Gateway, language: str
) -> None:
    Service.objects.filter(pk=service.pk).update(name=LONG)
    type(service.organisation).objects.filter(pk=service.organisation_id).update(name=LONG)
    place = service.at_locations.order_by("pk").first()
    assert place
    place.location.addresses.update(address_1="Street of the long names " * 5, city="")
    page = client.get(f"/{language}/services/{service.pk}/").content.decode()
    client.post(thanks(client, service, language))
    send_the_text(Event.objects.get(name="call_back.text_wanted").pk)
    (body,) = [parse_qs(body.decode())["text"][0] for _path, _headers, body in town.got]
    (link,) = re.findall(r'href="sms:\?&amp;body=([^"]+)"', page)
    assert unquote(link) == body
    name, organisation, number, *address, link = body.split("\n")
    assert len(body) <= LONGEST
    assert link == f"{settings.PUBLIC_URL}/{language}/services/{service.pk}/"
    assert number == "08-999-0001"
    assert len(name) <= NAME
    assert name.endswith("…")
    if language != "ar":  # there it is one word
        assert set(name.rstrip("…").split()) <= set(LONG[language].split()), "whole words"
    assert organisation != name
    assert address


def test_kesher_check_says_whether_there_is_one(settings: Any) -> None:
    assert checks.text_messages().seen == "no gateway: none is offered"
    settings.DEMO = True
    assert "page of mails" in checks.text_messages().seen
    with gateway() as running:
        settings.TEXT_GATEWAY = HttpGateway(f"http://town:secret@{running.address}/send")
        found = checks.text_messages()
        assert (found.status, found.seen) == (checks.Status.OK, running.address)
        assert running.got == [], "asking sends nothing"
    gone = checks.text_messages()
    assert gone.status == checks.Status.FAIL
    assert "secret" not in f"{gone.seen} {gone.remedy}"
