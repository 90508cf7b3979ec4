"""A visitor asks to be called: what is kept, what is said, what is refused, and that nothing personal gets out."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import User
from kesher.base.rows import acting_for
from kesher.directory.call_backs import asked_with
from kesher.directory.models import CallBack, Service
from kesher.www.front.call_backs import MOST_PER_CONNECTION, MOST_PER_NUMBER
from tests import factories as make
from tests.worker import work_off_tasks

pytestmark = pytest.mark.django_db
TYPED = {
    "called": "Almaz",
    "phone": "050-555-0123",
    "language": "am",
    "when": ["evening"],
    "note": "My son is ill.",
    "consent": "on",
}
PERSONAL = ("Almaz", "555-0123", "5550123", "My son")  # not "555" alone: keys and moments may hold that


@pytest.fixture
def service() -> Service:
    made: Service = make.ServiceFactory(
        complete=True, name={"en": "Evening Hebrew", "he": "עברית בערב"}, phone__number="08-999-0001"
    )
    make.LanguageFactory(service=made, code="ti")
    return made


@pytest.fixture
def samir(service: Service) -> User:
    user: User = make.MembershipFactory(organisation=service.organisation).user
    return user


def address(service: Service, language: str = "en") -> str:
    with translation.override(language):
        return reverse("call_back", kwargs={"pk": service.pk})


def kept(service: Service) -> list[CallBack]:
    with acting_for(organisation_ids=[service.organisation_id]):
        return list(CallBack.objects.order_by("id"))


def main(response: Any) -> str:
    page: str = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return re.sub(r'(name="csrfmiddlewaretoken" value=")[^"]+', r"\1", page.split(">", 1)[1])


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_from_the_button_to_the_thanks_in_every_language(
    client: Client, service: Service, samir: User, as_application: None, language: str
) -> None:
    page = client.get(f"/{language}/services/{service.pk}/").content.decode()
    assert f'href="{address(service, language)}"' in page
    form = client.get(address(service, language))
    assert form.status_code == 200
    assert re.search(rf'<option value="{language}" selected>', form.content.decode()), "the page's language is chosen"
    assert '<option value="ti">' in form.content.decode(), "and the service's own are offered"
    thanks = client.post(address(service, language), TYPED, follow=True)
    assert thanks.status_code == 200
    assert "undefined" not in thanks.content.decode()
    (one,) = kept(service)
    assert (one.called, one.phone, one.language, one.when, one.note) == (
        "Almaz", "050-555-0123", "am", ["evening"], "My son is ill.",
    )  # fmt: skip
    assert not client.cookies.get("kesher_session"), "nobody is followed"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES if code != "en"])
def test_every_word_is_said_in_every_language(client: Client, service: Service, samir: User, language: str) -> None:
    """The front door speaks seven languages: no English is left over in the four pages."""
    with translation.override(language):
        there = [client.get(address(service, language)), client.post(address(service, language), {})]
        key = client.post(address(service, language), TYPED)["Location"].split("/")[-2]
        there += [
            client.get(reverse("call_back_thanks", kwargs={"key": key})),
            client.get(reverse("call_back_take_back", kwargs={"key": key})),
            client.post(reverse("call_back_take_back", kwargs={"key": key})),
        ]
        User.objects.update(is_active=False)
        there.append(client.get(address(service, language)))
    for response in there:
        text = re.sub(r"<bdi.*?</bdi>|<option.*?</option>|<[^>]+>", " ", main(response))
        left = re.findall(r"[A-Za-z]{3,}", text)
        assert not (left if language != "fr" else re.findall(r"\b(the|you|and|your|call|request)\b", text)), left


def test_taken_back_with_the_link_of_the_thanks(
    client: Client, service: Service, samir: User, as_application: None
) -> None:
    thanks = client.post(address(service), TYPED, follow=True)
    assert thanks["Cache-Control"] == "no-store"
    assert thanks["Referrer-Policy"] == "strict-origin"
    assert thanks["X-Robots-Tag"] == "noindex"
    (link,) = re.findall(r'href="([^"]+/take-back/)"', main(thanks))
    asks = client.get(link)
    assert asks.status_code == 200
    assert len(kept(service)) == 1, "looking changes nothing"
    for _press in range(2):
        assert "It is deleted" in client.post(link).content.decode()
        assert kept(service) == []
    for word in PERSONAL:
        assert word not in main(asks)


def test_the_second_time_looks_like_the_first(
    client: Client, service: Service, samir: User, as_application: None
) -> None:
    """Nobody finds out here whether somebody else's number has asked."""

    def seen(response: Any) -> str:
        return re.sub(r"/call-back/[^/]+/", "/call-back/KEY/", main(response))

    first = client.post(address(service), TYPED, follow=True)
    second = client.post(address(service), TYPED | {"called": "Somebody"}, follow=True)
    assert seen(first) == seen(second)
    assert [one.called for one in kept(service)] == ["Almaz"]
    (link,) = re.findall(r'href="([^"]+/take-back/)"', main(second))
    assert seen(client.get(link)) == seen(client.get(re.findall(r'href="([^"]+/take-back/)"', main(first))[0]))
    done = client.post(link)
    assert [one.called for one in kept(service)] == ["Almaz"], "another's request stays"
    for page in (client.get(link), done):
        assert "your first request is still there" in main(page)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"called": ""}, "Write a name"),
        ({"phone": ""}, "Without a number nobody can call."),
        ({"phone": "12345"}, "does not look like a telephone number"),
        ({"phone": "call me maybe 0505550123"}, "does not look like a telephone number"),
        ({"phone": "0" * 16}, "does not look like a telephone number"),
        ({"consent": ""}, "Tick this box"),
        ({"language": "xx"}, "Select a valid choice"),
        ({"when": ["midnight"]}, "Select a valid choice"),
        ({"note": "x" * 501}, "at most 500"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: Client, service: Service, samir: User, wrong: dict[str, Any], says: str
) -> None:
    response = client.post(address(service), TYPED | {"when": ["evening", "noon"]} | wrong)
    assert response.status_code == 400
    page = main(response)
    assert says in page
    for name in {"called", "phone", "note"} - set(wrong):
        assert str(TYPED[name]) in page
    if "when" not in wrong:
        assert len(re.findall(r'name="when"[^>]*checked', page)) == 2
    assert not kept(service)


def test_a_program_that_fills_in_everything_leaves_nothing(client: Client, service: Service, samir: User) -> None:
    response = client.post(address(service), TYPED | {"website": "https://spam.example"})
    assert response.status_code == 302
    assert not kept(service)


def test_one_connection_cannot_ask_for_ever(client: Client, service: Service, samir: User) -> None:
    for number in range(MOST_PER_CONNECTION):
        assert client.post(address(service), TYPED | {"phone": f"050-555-{number:04}"}).status_code == 302
    refused = client.post(address(service), TYPED)
    assert refused.status_code == 429
    assert "My son is ill." in main(refused), "what was typed stays"
    assert "08-999-0001" in main(refused), "and one can call oneself"
    assert len(kept(service)) == MOST_PER_CONNECTION


def test_nobody_makes_anothers_telephone_ring_all_day(client: Client, service: Service, samir: User) -> None:
    others = [make.ServiceFactory(complete=True, organisation=service.organisation) for _n in range(MOST_PER_NUMBER)]
    for number, other in enumerate(others):
        from_elsewhere = {"REMOTE_ADDR": f"192.0.2.{number}"}
        typed = TYPED | {"phone": ("050-555-0123", "+972505550123", "00972 50 5550123")[number % 3]}
        assert client.post(address(other), typed, **from_elsewhere).status_code == 302  # type: ignore[arg-type]
    assert client.post(address(service), TYPED, REMOTE_ADDR="192.0.2.99").status_code == 429


def test_where_nobody_would_see_it_no_number_is_taken(client: Client, service: Service) -> None:
    page = client.get(address(service))
    assert page.status_code == 200
    assert 'name="phone"' not in main(page)
    assert 'href="tel:08-999-0001"' in main(page)
    assert client.post(address(service), TYPED).status_code == 400
    assert not kept(service)
    shown = client.get(f"/en/services/{service.pk}/").content.decode()
    assert address(service) not in shown
    assert 'href="tel:08-999-0001"' in shown


def test_only_public_services(client: Client, service: Service, samir: User) -> None:
    client.force_login(samir)
    for state, status in (("draft", 404), ("suspended", 404), ("archived", 410)):
        Service.objects.filter(pk=service.pk).update(state=state)
        assert client.get(address(service)).status_code == status
        assert client.post(address(service), TYPED).status_code == status


def test_keys_that_are_none_and_keys_that_are_over(
    client: Client, service: Service, samir: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    location = client.post(address(service), TYPED)["Location"]
    for path in ("/en/call-back/x:y:z/", "/en/call-back/x:y:z/take-back/"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code in (404, 405)
    later = (timezone.now() + timedelta(days=91, minutes=1)).timestamp()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    for path in (location, f"{location}take-back/"):
        assert client.get(path).status_code == 410


def test_somebody_logged_in_is_not_written_down_as_who_asked(client: Client, service: Service, samir: User) -> None:
    stranger = make.UserFactory()
    client.force_login(stranger)
    client.post(address(service), TYPED)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(c::text, ' ') FROM pghistory_context c JOIN directory_callbackevent e ON e.pgh_context_id = c.id"
        )
        (told,) = cursor.fetchone()
    assert str(stranger.pk) not in told
    assert str(stranger.pk) not in str(list(kept(service)[0].history.values()))  # type: ignore[attr-defined]


@pytest.mark.django_db(transaction=True)
def test_nothing_personal_in_addresses_logs_mail_or_jobs(
    client: Client, service: Service, samir: User, caplog: pytest.LogCaptureFixture
) -> None:
    from django.db import connection

    caplog.set_level(logging.DEBUG)
    seen: list[str] = []
    look: Callable[[Any], None] = lambda response: seen.append(str(response.get("Location", "")))  # noqa: E731
    look(client.post(address(service), TYPED | {"phone": "050-555-0123 ext"}))
    response = client.post(address(service), TYPED)
    look(response)
    key = response["Location"].split("/")[-2]
    assert asked_with(key)
    client.get(response["Location"])
    client.post(f"{response['Location']}take-back/")
    client.post(address(service), TYPED)
    work_off_tasks()
    assert mail.outbox
    logged = [record.getMessage() + str(record.__dict__) for record in caplog.records if "sql" not in record.__dict__]
    told = "\n".join([*seen, *logged, *(f"{m.subject} {m.body} {m.to} {m.extra_headers}" for m in mail.outbox)])
    with connection.cursor() as cursor:
        for table in ("procrastinate_jobs", "base_event", "base_notification", "directory_callbackevent"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} AS t")
            told += str(cursor.fetchone())
    for word in ("Almaz", "5550123", "555-0123", "My son"):
        assert word not in told, word
    assert key not in "\n".join(logged), "the address is the key"


def test_nobody_is_told_to_wait_for_an_organisation_that_cannot_call(
    client: Client, service: Service, samir: User, as_application: None
) -> None:
    """Suspended since, or all who call back there have gone: the page of thanks says it, and the request waits or is taken
    back as before."""
    thanks = client.post(address(service), TYPED)["Location"]
    assert "You will be called" in main(client.get(thanks))
    organisation = service.organisation
    assert organisation is not None
    organisation.state = "suspended"
    organisation.save()
    told = main(client.get(thanks))
    assert "You will be called" not in told
    assert "nobody there can call you" in told
    assert "take-back" in told
    organisation.state = "approved"
    organisation.save()
    assert "You will be called" in main(client.get(thanks))
    samir.is_active = False
    samir.save()
    assert "nobody there can call you" in main(client.get(thanks))


@pytest.mark.parametrize("field", ["called", "phone", "note"])
@pytest.mark.parametrize("sign", ["\u202e", "\u202d", "\x07", "\ufffe"])
def test_no_number_is_kept_that_reads_another_way_than_it_is_dialled(
    client: Client, service: Service, samir: User, as_application: None, field: str, sign: str
) -> None:
    """ "\u202e3210-555-050" is shown as 050-555-0123, and 32105550 is what the telephone rings."""
    typed = TYPED | {field: f"{sign}{TYPED[field]}"}
    refused = client.post(address(service), typed)
    assert refused.status_code == 400
    assert "There are signs in this that cannot be shown" in main(refused)
    assert not kept(service)
