"""A partner finds who waits, opens a request, calls, and records what came of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.base.rows import acting_for
from kesher.directory.call_backs import answer, ask
from kesher.directory.models import CallBack, Service
from tests import factories as make

pytestmark = pytest.mark.django_db
INBOX = "/en/provider/call-backs/"


def asks(service: Service, number: int = 0, **more: Any) -> CallBack:
    told: dict[str, Any] = {"called": f"Almaz {number}", "language": "am", "when": ["evening"], "note": "Ring twice."}
    ask(service, phone=f"050-555-{number:04}", **(told | more))
    with acting_for(organisation_ids=[service.organisation_id]):
        return CallBack.objects.latest("id")


def again(call_back: CallBack) -> CallBack:
    with acting_for(organisation_ids=[call_back.organisation_id]):
        return CallBack.objects.get(pk=call_back.pk)


def main(response: Any) -> str:
    return response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]  # type: ignore[no-any-return]


def test_from_the_list_to_the_record(client: Client, service: Service, provider: User, as_application: None) -> None:
    one = asks(service, 123)
    page = client.get(INBOX)
    assert page.status_code == 200
    assert "Almaz" not in main(page), "no name and no number in the list"
    assert "555-0123" not in main(page)
    assert "5550123" not in main(page)
    assert "Amharic" in main(page)
    assert re.search(r"Calls\s*<span[^>]*>1<", page.content.decode()), "the navigation counts"
    assert not AccessLog.objects.exists()
    opened = client.get(f"{INBOX}{one.pk}/")
    assert 'href="tel:0505550123"' in main(opened)
    for word in ("Almaz 123", "050-555-0123", "Amharic", "in the evening", "Ring twice."):
        assert word in main(opened), word
    assert opened["Cache-Control"] == "no-store"
    log = AccessLog.objects.get()
    assert (log.about_type, log.about_id, log.actor_id, log.organisation_id, log.purpose) == (
        "directory.callback", one.pk, provider.pk, service.organisation_id, "call back",
    )  # fmt: skip
    assert log.request_id == opened["X-Request-ID"]
    client.post(f"{INBOX}{one.pk}/", {"event": "miss"})
    assert again(one).state == "not reached"
    done = client.post(f"{INBOX}{one.pk}/", {"event": "reach"}, follow=True)
    assert "Recorded: spoken with." in done.content.decode()
    assert again(one).state == "reached"
    assert again(one).answered_by_id == provider.pk
    assert "Nobody waits for a call" in main(done)
    record = main(client.get(f"{INBOX}{one.pk}/"))
    assert "called, not reached" in record
    assert "Dana" in record, "colleagues see who called"
    assert 'name="event"' not in record, "what is done stays done"


def test_closing_needs_a_reason_of_the_list(
    client: Client, service: Service, provider: User, as_application: None
) -> None:
    one = asks(service)
    for reason in ("", "She said her son is ill"):
        refused = client.post(f"{INBOX}{one.pk}/", {"event": "close", "reason": reason})
        assert refused.status_code == 400
        assert "Please choose a reason." in main(refused)
    assert again(one).state == "asked"
    assert AccessLog.objects.count() == 2, "the page that refuses shows the number, too"
    client.post(f"{INBOX}{one.pk}/", {"event": "close", "reason": "wrong_number"})
    assert again(one).state == "closed"
    assert "The number is wrong" in main(client.get(f"{INBOX}{one.pk}/"))


def test_what_is_no_verb_is_refused(client: Client, service: Service, provider: User) -> None:
    one = asks(service)
    for event in ("", "reopen", "asked"):
        assert client.post(f"{INBOX}{one.pk}/", {"event": event}).status_code == 400
    assert again(one).state == "asked"


def test_erased_when_they_ask_for_it(client: Client, service: Service, provider: User, as_application: None) -> None:
    one = asks(service)
    assert client.get(f"{INBOX}{one.pk}/erase/").status_code == 405
    client.post(f"{INBOX}{one.pk}/erase/")
    assert client.get(f"{INBOX}{one.pk}/").status_code == 404
    with acting_for(organisation_ids=[service.organisation_id]):
        assert not CallBack.objects.exists()


@pytest.mark.parametrize("role", list(Role))
def test_another_organisation_finds_nothing(client: Client, service: Service, as_application: None, role: str) -> None:
    make.MembershipFactory(organisation=service.organisation, role=Role.COLLEGE)
    one = asks(service)
    client.force_login(make.MembershipFactory(role=role).user)
    assert client.get(f"{INBOX}{one.pk}/").status_code == 404
    assert client.post(f"{INBOX}{one.pk}/", {"event": "reach"}).status_code == 404
    assert client.post(f"{INBOX}{one.pk}/erase/").status_code == 404
    listed = client.get(INBOX)
    assert listed.status_code in (200, 404)
    assert str(one.pk) not in listed.content.decode()
    assert not AccessLog.objects.exists()
    assert again(one).state == "asked"


def test_the_longest_wait_first_and_what_is_done_apart(client: Client, service: Service, provider: User) -> None:
    now = timezone.now()
    young, old, middle = (asks(service, n, now=now - timedelta(days=days)) for n, days in ((1, 1), (2, 9), (3, 4)))
    by = provider.as_actor(service.organisation_id)
    answer(middle, "reach", by=by)

    def listed(query: str) -> list[str]:
        return re.findall(rf'<h2[^>]*><a href="{INBOX}([0-9a-f-]+)/"', main(client.get(INBOX + query)))

    assert listed("") == [str(old.pk), str(young.pk)]
    assert listed("?show=done") == [str(middle.pk)]
    assert listed("?show=everything") == listed("")
    assert "working days" in main(client.get(INBOX))


def test_the_same_number_of_queries_however_many_wait(client: Client, service: Service, provider: User) -> None:
    asks(service)
    client.get(INBOX)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(INBOX)
    for number in range(1, 25):
        asks(service, number)
    with CaptureQueriesContext(connection) as many:
        assert main(client.get(INBOX)).count("own-service__name") == 25
    assert len(many) == len(few)


def test_an_administrator_of_an_organisation_finds_the_calls(client: Client, service: Service) -> None:
    client.force_login(make.MembershipFactory(organisation=service.organisation, role=Role.ORGANISATION_ADMIN).user)
    navigation = client.get("/en/services/").content.decode().split('class="site-nav"', 1)[1].split("</nav>", 1)[0]
    words = re.findall(r"<a [^>]*>([^<]+)", navigation)
    assert [word.strip() for word in words] == ["My services", "Sent to us", "Calls", "Colleagues"]


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", "{{ settings }}", "‮evil"])
def test_what_somebody_typed_is_words_and_nothing_else(
    client: Client, service: Service, provider: User, typed: str
) -> None:
    one = asks(service, called=typed, note=typed)
    page = main(client.get(f"{INBOX}{one.pk}/"))
    assert "<script>alert" not in page
    assert "<bdi>" in page


def test_who_was_called_and_wants_a_file_need_not_say_all_again(
    client: Client, service: Service, provider: User, as_application: None
) -> None:
    one = asks(service, 123)
    offered = f"/en/caseworker/people/new/?call={one.pk}"
    client.post(f"{INBOX}{one.pk}/", {"event": "reach"})
    assert offered not in main(client.get(f"{INBOX}{one.pk}/")), "who works with no files opens none"
    provider.memberships.create(organisation=service.organisation, role=Role.CASEWORKER)
    assert offered in main(client.get(f"{INBOX}{one.pk}/"))
    page = client.get(offered)
    form = page.context["form"]
    assert (form["called"].value(), form["phone"].value(), form["language"].value()) == (
        "Almaz 123",
        "050-555-0123",
        "am",
    )
    assert "Almaz" not in offered
    assert page["Cache-Control"] == "no-store"
    elsewhere = make.MembershipFactory(role=Role.CASEWORKER).user
    client.force_login(elsewhere)
    assert "Almaz" not in client.get(offered).content.decode(), "the key of somebody else's call tells nothing"
