"""What happens around a log-in is written down, kept half a year without any address, and read by whose account it is."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts import log_ins
from kesher.accounts.log_ins import device_of
from kesher.accounts.models import LogIn, User
from kesher.base import retention, rights
from kesher.base.rows import acting_for
from kesher.base.tasks import clear_ended_sessions
from tests.factories import UserFactory
from tests.www.test_second_step import code_of, set_up

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence as password"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = (
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36"
)


@pytest.fixture
def noa(db: None) -> User:
    user = User.objects.create_user("noa@office.example", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def tries(
    client: Client, password: str = PASSWORD, *, email: str = "noa@office.example", browser: str = FIREFOX
) -> Any:
    return client.post(
        reverse("account_login"), {"login": email, "password": password}, headers={"User-Agent": browser}
    )


def written(user: User) -> list[tuple[str, str, bool]]:
    with acting_for(user_id=user.pk):
        return list(LogIn.objects.filter(user=user).order_by("at", "id").values_list("kind", "device", "is_new"))


def test_right_and_wrong_passwords_are_written_down_and_the_first_time_from_elsewhere(noa: User) -> None:
    tries(Client(), "wrong")
    tries(Client())
    tries(Client())
    tries(Client(), browser=CHROME)
    assert written(noa) == [
        ("wrong_password", "Firefox, Windows", False),
        ("logged_in", "Firefox, Windows", False),
        ("logged_in", "Firefox, Windows", False),
        ("logged_in", "Chrome, Android", True),
    ]


def test_an_account_that_closes_is_written_down_once(noa: User, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "5/300s/key"}
    cache.clear()
    for _time in range(8):
        tries(Client(), "wrong")
    assert [kind for kind, *_rest in written(noa)] == ["wrong_password"] * 5 + ["closed"]


def test_of_an_address_without_an_account_nothing_is(noa: User) -> None:
    tries(Client(), email="nobody@office.example")
    assert written(noa) == []


def test_the_second_step_right_and_wrong(client: Client, noa: User) -> None:
    tries(client)
    secret = set_up(client)
    other = Client()
    answer = tries(other)
    other.post(answer["Location"], {"code": "000000"}, headers={"User-Agent": FIREFOX})
    other.post(answer["Location"], {"code": code_of(secret)}, headers={"User-Agent": FIREFOX})
    kinds = [kind for kind, *_rest in written(noa)]
    assert kinds[0] == "logged_in"
    assert "wrong_second_step" in kinds
    assert kinds.index("wrong_second_step") < kinds.index("second_step")
    assert kinds.count("logged_in") == 2


def test_whose_account_it_is_reads_it_and_nobody_else(client: Client, noa: User) -> None:
    tries(Client(), "wrong")
    tries(client)
    page = client.get(reverse("log_ins")).content.decode()
    assert "a wrong password was typed" in page
    assert "Firefox, Windows" in page
    client.force_login(UserFactory())
    assert "a wrong password was typed" not in client.get(reverse("log_ins")).content.decode()


def test_wrong_ones_push_no_log_in_off_the_page(client: Client, noa: User) -> None:
    tries(Client())
    tries(Client(), browser=CHROME)
    for _time in range(60):
        log_ins.record(noa, LogIn.Kind.WRONG_PASSWORD, device="Firefox, Windows")
    client.force_login(noa)
    page = client.get(reverse("log_ins")).content.decode()
    assert "for the first time from there" in page
    assert page.count("a wrong password was typed") == log_ins.SHOWN_FAILED


def test_a_program_that_does_not_say_what_it_is_comes_from_elsewhere(noa: User) -> None:
    tries(Client())
    tries(Client(), browser="curl/8.0")
    tries(Client(), browser="curl/8.0")
    assert written(noa)[1:] == [("logged_in", "", True), ("logged_in", "", False)]


def test_the_database_shows_it_to_nobody_else(noa: User) -> None:
    log_ins.record(noa, LogIn.Kind.LOGGED_IN)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relrowsecurity AND relforcerowsecurity FROM pg_class WHERE relname = 'accounts_login'")
        assert cursor.fetchone() == (True,)
    assert "accounts_login" in rights.append_only_tables()


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (FIREFOX, "Firefox, Windows"),
        (CHROME, "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) Version/17.4 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/124.0.0.0 Safari/537.36 Edg/124.0.0.0", "Edge, Linux"),
        ("curl/8.0 by noa@office.example from 198.51.100.7", ""),
        ("x" * 10_000, ""),
        ("", ""),
    ],
)
def test_of_the_browsers_own_words_only_two_are_kept(said: str, kept: str) -> None:
    assert device_of(said) == kept


def test_no_address_is_kept_here_and_beside_a_session_no_longer_than_it(client: Client, noa: User) -> None:
    tries(client)
    assert {field.name for field in LogIn._meta.fields} == {"id", "at", "user", "kind", "device", "is_new"}
    UserSession.objects.create(user=noa, ip="198.51.100.7", session_key="long-gone", user_agent="x")
    kept = client.cookies["kesher_session"].value
    UserSession.objects.get_or_create(session_key=kept, defaults={"user": noa, "ip": "198.51.100.7", "user_agent": "x"})
    clear_ended_sessions.func(0)
    assert list(UserSession.objects.values_list("session_key", flat=True)) == [kept]


def test_it_is_kept_for_half_a_year(noa: User) -> None:
    log_ins.record(noa, LogIn.Kind.LOGGED_IN)
    now = timezone.now()
    assert not retention.due(LogIn, now + timedelta(days=179)).exists() or not written(noa)
    with acting_for(user_id=noa.pk):
        assert retention.due(LogIn, now + timedelta(days=181)).count() == 1
        assert retention.due(LogIn, now + timedelta(days=179)).count() == 0
