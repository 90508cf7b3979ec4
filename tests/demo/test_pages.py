"""Spending a day as somebody, and that nobody can where the portal is not a demo."""

from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker

from kesher.accounts.models import User
from kesher.base.models import Portal
from kesher.demo.build import build
from kesher.demo.rules import SOURCE, rule_of, section_of
from kesher.demo.visitors import EVERYBODY, PASSWORD, VISITORS
from kesher.directory.models import Service

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo pages")]
DAY = date(2026, 11, 1)


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The town, once for all tests here: what a test changes is rolled back to it, and it is at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        build(seed=1948, people=10, progress=lambda line: None, today=DAY)
        with django_db_blocker.block():
            yield
        transaction.set_rollback(True)


@pytest.fixture
def town(built: None, settings) -> None:
    settings.DEMO = True
    cache.clear()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("language", [code for code, _ in configured.LANGUAGES])
def test_six_visitors_each_with_a_task_in_ones_language(client: Client, language: str) -> None:
    page = client.get(f"/{language}/demo/").content.decode()
    assert "undefined:" not in page
    assert 'class="demo-band"' in page
    assert page.count("/demo/log-in/") == len(EVERYBODY)
    for visitor in VISITORS:
        told = visitor.task.get(language) or visitor.task["en"]
        assert told.replace("'", "&#x27;") in page
    assert page.count("<h1") == 1


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("visitor", EVERYBODY, ids=lambda visitor: visitor.key)
def test_one_press_logs_in_and_lands_on_a_page(client: Client, visitor) -> None:
    response = client.post(f"/en/demo/log-in/{visitor.key}/", follow=True)
    assert response.status_code == 200
    assert response.context["user"].email == visitor.email
    assert visitor.task["en"] in response.content.decode()
    assert 'class="demo-band"' in response.content.decode()


NO_DEMO = ("the process is not a demo", "the portal is not a demo", "there is no portal")


def end_the_demo(settings, how: str) -> None:
    """In one of the ways of :data:`NO_DEMO`."""
    if how == NO_DEMO[0]:
        settings.DEMO = False
    elif how == NO_DEMO[1]:
        Portal.current()  # in the cache it still is one
        Portal.objects.update(is_demo=False)
    else:
        Portal.objects.all().delete()


@pytest.mark.usefixtures("town")
def test_the_log_in_page_of_the_demo_shows_its_staff_and_how_to_be_each_of_them(client: Client) -> None:
    page = client.get("/en/accounts/login/").content.decode()
    staff = [visitor for visitor in EVERYBODY if visitor.role]
    assert staff
    for visitor in staff:
        assert visitor.email in page
        assert f'action="/en/demo/log-in/{visitor.key}/"' in page
    assert page.count("/demo/log-in/") == len(staff), "and nobody who has no role"
    assert PASSWORD in page


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("how", NO_DEMO)
def test_no_other_log_in_page_shows_anybody(client: Client, settings, how: str) -> None:
    end_the_demo(settings, how)
    page = client.get("/en/accounts/login/")
    shown = page.content.decode()
    assert page.status_code == 200
    assert "/demo/log-in/" not in shown
    assert PASSWORD not in shown
    assert not [visitor.email for visitor in EVERYBODY if visitor.email in shown]


@pytest.mark.usefixtures("town")
def test_log_in_takes_a_press_not_a_link(client: Client) -> None:
    assert client.get("/en/demo/log-in/convenor/").status_code == 405
    assert client.get("/en/demo/reset/").status_code == 405
    assert client.post("/en/demo/log-in/mayor/").status_code == 404
    assert Client(enforce_csrf_checks=True).post("/en/demo/log-in/convenor/").status_code == 403


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("how", NO_DEMO)
def test_impossible_where_it_is_not_a_demo(client: Client, settings, how: str) -> None:
    end_the_demo(settings, how)
    assert client.get("/en/demo/").status_code == 404
    assert client.post("/en/demo/log-in/administrator/").status_code == 404
    assert client.post("/en/demo/reset/").status_code == 404
    assert "_auth_user_id" not in client.session
    assert User.objects.exclude(password__startswith="!").count() == len(EVERYBODY), "nobody was taken away"


@pytest.mark.usefixtures("town")
def test_reset_undoes_and_is_refused_the_second_time_in_a_minute(client: Client) -> None:
    client.post("/en/demo/log-in/convenor/")
    Service.objects.update(name={"en": "spoilt"})
    response = client.post("/en/demo/reset/", follow=True)
    assert response.status_code == 200
    assert "as it was on the first day" in response.content.decode()
    assert not response.context["user"].is_authenticated
    assert not Service.objects.filter(name={"en": "spoilt"}).exists()
    again = client.post("/en/demo/reset/")
    assert again.status_code == 429
    assert "Wait a minute" in again.content.decode()


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_the_law_of_the_demo_is_cited_in_hebrew_like_the_law_of_the_country(client: Client, language: str) -> None:
    rule = rule_of("newcomers")
    service = Service.objects.filter(eligibility_rules=rule).order_by("pk").first()
    assert service
    page = client.get(f"/{language}/services/{service.pk}/").content.decode()
    law = page.split('<cite class="rule__law">')[1].split("</cite>")[0]
    marked = "" if language == "he" else ' lang="he" dir="rtl"'
    assert law == f"<bdi{marked}>{SOURCE}</bdi>, <bdi{marked}>{section_of('newcomers')}</bdi>"
