"""A session ends when nobody is there; what was being sent then is kept for whose it is, and for nobody else."""

import json
import re
import time
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from kesher import settings as production
from kesher.accounts.models import LogIn, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.rows import acting_for
from kesher.people.models import Person
from kesher.settings import Environment
from kesher.www.idle import BEGAN, SEEN
from kesher.www.kept_forms import KEY
from tests.casework.people import Case, a_case
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db
MINUTE = 60


@pytest.fixture(autouse=True)
def _as_in_production(settings: Any) -> None:
    settings.IDLE_STAFF_MINUTES, settings.IDLE_MINUTES = production.IDLE_STAFF_MINUTES, production.IDLE_MINUTES


@pytest.fixture
def noa() -> User:
    return MembershipFactory(role=Role.CASEWORKER).user


def gone_for(client: Client, seconds: int, *, since: str = SEEN) -> None:
    """As if nobody had been there for so long: what the server reads is what the database keeps."""
    session = client.session
    session[since] = int(time.time()) - seconds
    session.save()


def logged_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def kinds_of(user: User) -> list[str]:
    with acting_for(user_id=user.pk):
        return list(LogIn.objects.filter(user=user).order_by("at", "id").values_list("kind", flat=True))


@pytest.mark.parametrize(("works", "minutes"), [(True, 30), (False, 120)])
def test_staff_after_half_an_hour_and_others_after_two(client: Client, noa: User, works: bool, minutes: int) -> None:
    user = noa if works else UserFactory()
    client.force_login(user)
    page = reverse("working_for")
    gone_for(client, minutes * MINUTE - 10)
    assert client.get(page).status_code == 200
    gone_for(client, minutes * MINUTE)
    answer = client.get(page)
    assert answer.status_code == 302
    assert unquote(answer["Location"]) == f"{reverse('account_login')}?next={page}"
    assert not logged_in(client)
    assert f"nobody was here for {minutes} minutes" in client.get(answer["Location"]).content.decode()
    assert kinds_of(user)[-1] == LogIn.Kind.TIMED_OUT


def test_each_page_counts_anew_and_is_written_once_a_minute(client: Client, noa: User) -> None:
    client.force_login(noa)
    gone_for(client, 20 * MINUTE)
    client.get(reverse("working_for"))
    assert time.time() - client.session[SEEN] < 10
    kept = client.session[SEEN] - 30
    gone_for(client, 30)
    client.get(reverse("working_for"))
    assert abs(client.session[SEEN] - kept) <= 2, "within the minute nothing is written"


def test_after_twelve_hours_everybody_however_busy(client: Client, noa: User) -> None:
    client.force_login(noa)
    gone_for(client, 12 * 3600, since=BEGAN)
    assert client.get(reverse("working_for")).status_code == 302
    assert not logged_in(client)


def test_it_holds_over_a_restart(client: Client, noa: User) -> None:
    """All that is known stands in the database: a client with nothing but its cookie meets the same end."""
    client.force_login(noa)
    gone_for(client, 31 * MINUTE)
    other, key = Client(), client.cookies["kesher_session"].value
    other.cookies["kesher_session"] = key
    assert Session.objects.get().get_decoded()[SEEN] < time.time() - 30 * MINUTE
    assert other.get(reverse("home")).status_code == 302
    assert not Session.objects.filter(session_key=key).exists()


def test_a_page_that_is_open_to_all_stays_open(client: Client, noa: User) -> None:
    client.force_login(noa)
    gone_for(client, 31 * MINUTE)
    assert client.get(reverse("front")).status_code == 200
    assert not logged_in(client)


def test_a_part_of_a_page_sends_the_whole_window_to_log_in(client: Client, noa: User) -> None:
    client.force_login(noa)
    gone_for(client, 31 * MINUTE)
    answer = client.get(reverse("caseworker_people"), headers={"HX-Request": "true"})
    assert reverse("account_login") in answer["HX-Redirect"]


def test_asking_how_long_there_is_is_not_being_there_and_saying_so_is(client: Client, noa: User) -> None:
    client.force_login(noa)
    gone_for(client, 26 * MINUTE)
    asks = reverse("still_here")
    assert 230 <= client.get(asks).json()["left"] <= 240
    assert 230 <= client.get(asks).json()["left"] <= 240
    assert client.post(asks).json()["left"] >= 29 * MINUTE
    assert Client().get(asks).json() == {"left": 0}
    gone_for(client, 31 * MINUTE)
    assert client.get(asks).json() == {"left": 0}
    assert client.post(asks).json() == {"left": 0}


def test_the_page_says_to_its_script_when_to_ask(client: Client, noa: User) -> None:
    assert "data-idle" not in client.get(reverse("front")).content.decode()
    client.force_login(noa)
    shown = client.get(reverse("working_for")).content.decode()
    found = re.search(r'data-idle="(\d+)" data-warned="(\d+)"', shown)
    assert found
    assert 29 * MINUTE <= int(found[1]) <= 30 * MINUTE
    assert int(found[2]) == 5 * MINUTE


# --- what was typed ----------------------------------------------------------------------------------------------------


@pytest.fixture
def case() -> Case:
    return a_case(called="Almaz", language="en")


def too_late(client: Client, case: Case, **more: Any) -> Any:
    """A note is sent, and the session has ended."""
    client.force_login(case.worker)
    gone_for(client, 31 * MINUTE)
    told = {"text": "She can begin on Monday.", "scope": "private", "password": "never kept"} | more
    return client.post(reverse("person_notes", args=[case.person.pk]), told)


def note_is_there(case: Case) -> bool:
    with acting_for(user_id=case.worker.pk, organisation_ids=[case.keeper.pk]):
        return Person.objects.get(pk=case.person.pk).notes.filter(text="She can begin on Monday.").exists()  # type: ignore[attr-defined]


def test_what_was_sent_too_late_is_kept_read_and_sent_by_whose_it_is(client: Client, case: Case) -> None:
    answer = too_late(client, case)
    assert answer.status_code == 302
    assert reverse("kept_form") in unquote(answer["Location"])
    assert not note_is_there(case)
    raw = json.dumps(Session.objects.get().get_decoded())
    assert "Monday" not in raw, "encrypted"
    client.force_login(case.worker)
    page = client.get(reverse("kept_form"))
    shown = page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert "She can begin on Monday." in shown
    assert "never kept" not in shown
    again = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', shown))
    assert set(again) >= {"text", "scope", "kept_and_sent"}
    to = re.search(r'<form method="post" action="([^"]+/notes/)"', shown)
    assert to
    assert client.post(to[1], again).status_code == 302
    assert note_is_there(case)
    assert KEY not in client.session
    assert client.get(reverse("kept_form"))["Location"] == reverse("home")


def test_what_was_kept_for_another_organisation_is_not_lost(client: Client, case: Case) -> None:
    """Logged in again one works for the oldest of one's organisations: the form was of another."""
    older = MembershipFactory(role=Role.CASEWORKER, organisation=OrganisationFactory(approved=True))
    case.worker = older.user
    MembershipFactory(organisation=case.keeper, user=case.worker, role=Role.CASEWORKER)
    client.force_login(case.worker)
    client.post(reverse("working_for"), {"organisation": str(case.keeper.pk)})
    gone_for(client, 31 * MINUTE)
    told = {"text": "She can begin on Monday.", "scope": "private", "working_for": str(case.keeper.pk)}
    client.post(reverse("person_notes", args=[case.person.pk]), told)
    client.force_login(case.worker)
    again = told | {"kept_and_sent": "1"}
    refused = client.post(reverse("person_notes", args=[case.person.pk]), again)
    assert refused.status_code == 409
    assert "opened for another organisation" in refused.content.decode()
    assert "She can begin on Monday." in client.get(reverse("kept_form")).content.decode()
    changed = client.post(reverse("working_for"), {"organisation": str(case.keeper.pk)})
    assert changed["Location"] == reverse("kept_form"), "nothing else leads back to it"
    assert client.post(reverse("person_notes", args=[case.person.pk]), again).status_code == 302
    assert note_is_there(case)
    assert KEY not in client.session


@pytest.mark.parametrize("status", [400, 404])
def test_what_was_refused_is_kept(client: Client, case: Case, status: int) -> None:
    too_late(client, case)
    client.force_login(case.worker)
    key = case.person.pk if status == 400 else uuid7()
    path = reverse("person_notes", args=[key])
    assert client.post(path, {"text": "", "scope": "private", "kept_and_sent": "1"}).status_code == status
    assert "She can begin on Monday." in client.get(reverse("kept_form")).content.decode()


def test_whoever_else_logs_in_there_does_not_read_it(client: Client, case: Case) -> None:
    too_late(client, case)
    client.force_login(case.partner_worker)
    answer = client.get(reverse("kept_form"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("home"))
    assert KEY not in client.session
    client.force_login(case.worker)
    assert client.get(reverse("kept_form")).status_code == 302


def test_it_is_kept_for_half_an_hour_and_not_longer(
    client: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_late(client, case)
    client.force_login(case.worker)
    assert client.get(reverse("kept_form")).status_code == 200
    monkeypatch.setattr("kesher.www.kept_forms.WITHIN", -1)
    assert client.get(reverse("kept_form")).status_code == 302
    assert KEY not in client.session


def test_what_the_script_sends_as_it_covers_the_page_is_read_and_not_sent_on(client: Client, case: Case) -> None:
    too_late(client, case, kept_as_covered="1")
    client.force_login(case.worker)
    shown = client.get(reverse("kept_form")).content.decode()
    assert "She can begin on Monday." in shown
    assert "Copy what you need" in shown
    assert 'name="text"' not in shown, "no button was pressed: which one was meant, nobody knows"
    client.post(reverse("kept_form"))
    assert KEY not in client.session


def test_a_form_of_another_site_is_kept_for_nobody(case: Case) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = too_late(strict, case)
    assert answer.status_code == 403
    assert KEY not in strict.session


def test_too_much_is_not_kept(client: Client, case: Case) -> None:
    answer = too_late(client, case, text="x" * 100_001)
    assert reverse("kept_form") not in unquote(answer["Location"])
    assert KEY not in client.session


@pytest.mark.parametrize("wrong", ["4", "0", "-30", "half", "241", "٣٠"])
def test_the_setting_is_a_number_of_minutes(wrong: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KESHER_IDLE_STAFF"):
        Environment.read({"KESHER_IDLE_STAFF": wrong})


def test_the_setting_counts(client: Client, noa: User, settings: Any) -> None:
    settings.IDLE_STAFF_MINUTES = 5
    client.force_login(noa)
    gone_for(client, 6 * MINUTE)
    assert client.get(reverse("working_for")).status_code == 302
