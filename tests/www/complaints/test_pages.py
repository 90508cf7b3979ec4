"""Complaining without an account, the link on which the answer stands, and the desk of those who answer."""

import logging
from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.referrals.models import Complaint
from kesher.www.complaints.public import MOST_PER_CONNECTION
from tests.factories import MembershipFactory, ServiceFactory
from tests.referrals.test_complaints import WORDS, Town
from tests.worker import work_off_tasks

pytestmark = pytest.mark.django_db
TYPED = {"about": "treatment", "words": WORDS, "language": "am"}


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def address(name: str, *args: object, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_the_form_opens_in_every_language_and_keeps_what_was_typed(client: Client, town: Town, language: str) -> None:
    page = client.get(address("complain", language=language))
    assert page.status_code == 200
    wrong = client.post(address("complain", language=language), TYPED | {"email": "no"})
    assert wrong.status_code == 400
    assert WORDS in wrong.content.decode()
    assert not Complaint.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_from_the_form_to_the_answer_without_an_account(
    client: Client, town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    sent = client.post(address("complain"), TYPED | {"organisation": str(town.office.pk), "email": "a@example.org"})
    link = sent.headers["Location"]
    complaint = Complaint.objects.get()
    page = client.get(link)
    assert WORDS in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    assert page["X-Robots-Tag"] == "noindex"
    assert not client.cookies.get("kesher_session"), "nobody is followed"

    desk = Client()
    desk.force_login(town.noa)
    assert str(complaint.pk) in desk.get(address("complaints")).content.decode()
    path = address("complaint_answer", complaint.pk)
    assert WORDS in desk.get(path).content.decode()
    assert desk.post(path, {"event": "take"}).status_code == 302
    assert desk.post(path, {"event": "answer", "finding": "right", "reply": ""}).status_code == 400
    assert desk.post(path, {"event": "answer", "finding": "right", "reply": "ይቅርታ"}).status_code == 302
    answered = client.get(link).content.decode()
    assert "ይቅርታ" in answered
    assert 'lang="am"' in answered
    work_off_tasks()
    assert "/am/complaint/" in mail.outbox[-1].body
    for said in (*(one.subject + one.body for one in mail.outbox), caplog.text):
        assert WORDS not in said
        assert "ይቅርታ" not in said
    assert client.post(link, {"event": "ask again"}).status_code == 302
    assert client.post(link, {"event": "ask again"}).status_code == 409
    assert client.post(link, {"event": "anything"}).status_code == 404
    assert client.post(link, {"event": "take back"}).status_code == 200
    assert client.get(link).status_code == 410


def test_nobody_of_whom_it_is_about_finds_it(client: Client, town: Town) -> None:
    complaint = town.complain()
    for user in (
        town.of_office,
        MembershipFactory(organisation=town.office, role=Role.PLATFORM_ADMIN).user,
        MembershipFactory(organisation=town.office, role=Role.CASEWORKER).user,
    ):
        client.force_login(user)
        assert client.get(address("complaint_answer", complaint.pk)).status_code == 404
        desk = client.get(address("complaints"))
        assert str(complaint.pk) not in desk.content.decode()


def test_with_an_account_it_stands_on_ones_own_page(client: Client, town: Town) -> None:
    client.force_login(town.samir)
    client.post(address("complain"), TYPED | {"organisation": str(town.office.pk)})
    assert address("complaint", "x")[:-2] in client.get(address("my_complaints")).content.decode()
    client.force_login(town.noa)
    assert (
        "/complaint/"
        not in client.get(address("my_complaints")).content.decode().split("<main", 1)[1].split("</main", 1)[0]
    )


def test_from_the_page_of_a_service(client: Client, town: Town) -> None:
    service = ServiceFactory(published=True, organisation=town.office)
    form = client.get(address("complain"), {"service": str(service.pk)}).content.decode()
    assert str(service.pk) in form
    client.post(address("complain"), TYPED | {"about": "service", "service": str(service.pk)})
    assert Complaint.objects.get().organisation_id == town.office.pk
    for wrong in ("no", "00000000-0000-0000-0000-000000000000"):
        assert client.get(address("complain"), {"service": wrong}).status_code == 200


def test_programs_and_floods_leave_nothing(client: Client, town: Town) -> None:
    client.post(address("complain"), TYPED | {"website": "https://spam.example"})
    assert not Complaint.objects.exists()
    for _time in range(MOST_PER_CONNECTION):
        assert client.post(address("complain"), TYPED).status_code == 302
    refused = client.post(address("complain"), TYPED)
    assert refused.status_code == 429
    assert WORDS in refused.content.decode()
    assert Complaint.objects.count() == MOST_PER_CONNECTION


HOSTILE = [
    {"words": ""},
    {"words": " \n\t "},
    {"words": "x" * 4001},
    {"words": "a\x00b"},
    {"about": "everything"},
    {"about": ""},
    {"language": "xx"},
    {"organisation": "1"},
    {"organisation": "00000000-0000-0000-0000-000000000000"},
    {"email": "a@b"},
    {"email": "a@example.org\r\nBcc: all@example.org"},
    {"called": "x" * 81},
    {"service": "no key"},
]


@pytest.mark.parametrize("wrong", HOSTILE, ids=range(len(HOSTILE)))
def test_what_cannot_be_is_refused_and_nothing_is_kept(client: Client, town: Town, wrong: dict[str, str]) -> None:
    assert client.post(address("complain"), TYPED | wrong).status_code == 400
    assert not Complaint.objects.exists()


def test_passed_on_it_leaves_the_desk(client: Client, town: Town) -> None:
    complaint = town.complain()
    client.force_login(town.noa)
    path = address("complaint_answer", complaint.pk)
    assert client.post(path, {"event": "pass on", "pass-why": "about_another"}).status_code == 400
    assert client.post(path, {"event": "pass on", "pass-why": "cannot"}).status_code == 302
    assert client.get(path).status_code == 404
    client.force_login(town.samir)
    assert client.get(path).status_code == 200
    assert (
        client.post(path, {"event": "answer", "finding": "right", "reply": "Yes"}).status_code == 400
    )  # not taken yet


def test_the_desk_takes_as_many_queries_for_one_as_for_many(
    client: Client, town: Town, django_assert_max_num_queries
) -> None:
    for _one in range(12):
        town.complain()
    Complaint.objects.order_by("id")[0:1].get()
    client.force_login(town.noa)
    with django_assert_max_num_queries(25):
        assert client.get(address("complaints")).status_code == 200


def test_the_figures_name_nobody_and_hide_what_is_small(client: Client, town: Town) -> None:
    town.complain(called="Almaz")
    Event.objects.filter(name="complaint.made").update(at=timezone.now() - timedelta(days=3))
    client.force_login(MembershipFactory(role=Role.PARTNER).user)
    page = client.get(address("complaint_figures")).content.decode()
    assert "not shown" in page
    for kept in ("Almaz", WORDS, str(town.office)):
        assert kept not in page
