"""Closed by default: the list of what is open, the table of permissions, and what really answers are one and the same."""

import pytest
from django.test import Client
from django.urls import path, reverse

from kesher.urls import urlpatterns as all_patterns
from kesher.www.closed import PUBLIC, PUBLIC_NAMESPACES
from tests.permissions.table import ANONYMOUS, LOGIN, OPEN_DATA_NAMESPACES, ROUTES
from tests.permissions.test_table import address, town  # noqa: F401 - a fixture

#: Open, because what is asked for is a key in the address, a moment of logging in, or the demo: the route alone lets nobody in.
BY_KEY = {
    "answer", "answer_refresh", "complaint", "meeting_link", "meeting_link_calendar",
    "workplace_link", "workplace_link_refresh",
    "outbox", "call_back_thanks", "call_back_take_back", "invitation", "demo_visitors", "demo_log_in", "demo_reset",
    "account_confirm_login_code", "mfa_authenticate", "openid_connect_login", "openid_connect_callback",
    "socialaccount_login_error", "socialaccount_signup",
}  # fmt: skip


def test_the_list_is_what_the_table_says() -> None:
    service = {"service", "find_service"}  # open to all while it is published
    open_to_all = {name for name, row in ROUTES.items() if ANONYMOUS in row.own} - service
    assert PUBLIC - BY_KEY - service == open_to_all
    assert BY_KEY <= PUBLIC
    assert PUBLIC_NAMESPACES == OPEN_DATA_NAMESPACES


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(set(ROUTES) - PUBLIC))
def test_everything_else_sends_a_stranger_to_the_log_in(client: Client, town, name: str) -> None:  # noqa: F811
    row = ROUTES[name]
    where = address(name, row, town["own"])
    for method in ("get", "post"):
        response = getattr(client, method)(where)
        assert response.status_code == 302, method
        assert response["Location"].startswith("/en/accounts/login/?next="), method
    part = client.get(where, headers={"HX-Request": "true"})
    assert part["HX-Redirect"].startswith("/en/accounts/login/?next="), "a part of a page sends the whole window"
    assert row.refused in (LOGIN, 404, 403)


def forgotten(request):
    raise AssertionError("a page nobody thought about was opened to a stranger")


@pytest.mark.django_db
def test_a_page_nobody_thought_about_is_closed(client: Client, settings) -> None:
    class Urls:
        urlpatterns = [path("forgotten/", forgotten, name="forgotten"), *all_patterns]

    settings.ROOT_URLCONF = Urls
    response = client.get(reverse("forgotten", urlconf=Urls))
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]
