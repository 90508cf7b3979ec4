"""What the privacy page says of cookies is what a browser is given."""

import pytest
from django.test import Client

from kesher.directory.models import MistakeReport
from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db


def test_a_visitor_who_looks_for_help_is_given_a_third_and_no_more(client: Client) -> None:
    client.post("/en/find/person/", {"do": "say", "words": "work"})
    client.get("/en/find/person/")
    client.get("/en/find/send/")
    given = {morsel.key for morsel in client.cookies.values()}
    assert given == {"kesher_answers", "kesher_csrf"}
    client.post("/en/find/person/", {"do": "forget"})
    assert {morsel.value for morsel in client.cookies.values() if morsel.key == "kesher_answers"} == {""}


def test_who_chooses_a_language_is_given_one_for_that_and_the_privacy_page_says_so(client: Client) -> None:
    client.get("/he/?keep=language")
    assert {morsel.key for morsel in client.cookies.values()} == {"kesher_language"}
    assert "One holds the language you chose, for a year." in client.get("/en/privacy/").content.decode()


def test_a_visitor_who_reports_a_mistake_is_given_two_cookies_and_no_more(client: Client) -> None:
    service = ServiceFactory(published=True)
    service.organisation.state = "approved"
    service.organisation.save()
    page = f"/en/services/{service.pk}/"
    client.get("/")
    client.get("/he/")
    client.get(page)
    answer = client.post(page, {"what": MistakeReport.What.values[0], "text": "Closed on Sundays"}, follow=True)
    assert "Thank you." in answer.content.decode()
    assert set(client.cookies) <= {"kesher_session", "kesher_csrf"}
    assert MistakeReport.objects.count() == 1
