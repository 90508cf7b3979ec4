"""A file becomes its person's page: at once by a link that only they hold, with a second person by a printed one."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings as used
from django.core import mail, signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event, Notification, OutgoingMail
from kesher.base.notifications import render
from kesher.base.transitions import Actor, Refused
from kesher.people import claiming, files
from kesher.people.files import NotClaimable, Waits
from kesher.people.models import Access, Person
from kesher.www.caseworker.people.page_links import send_the_link
from tests.casework.people import Case, a_case, worker
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def case() -> Case:
    return a_case(called="Almaz", language="en")


@pytest.fixture
def almaz() -> User:
    user: User = UserFactory()
    return user


def asks(case: Case, user: User, *, handed_by: User | None = None) -> str:
    """They press the button of a link that somebody printed; the number on their screen."""
    with pytest.raises(Waits) as waits:
        files.claim(files.claim_key(case.person, handed_by=(handed_by or case.worker).pk), user=user)
    return claiming.ask(waits.value, user=user)


def owner(case: Case) -> User | None:
    return Person.objects.get(pk=case.person.pk).user


def test_a_printed_link_gives_nothing_until_a_second_person_has_seen_them(case: Case, almaz: User) -> None:
    number = asks(case, almaz)
    assert re.fullmatch(r"\d{4}", number)
    assert owner(case) is None
    assert not Access.objects.filter(user=almaz).exists(), "the second wall shows them nothing, either"
    assert asks(case, almaz) == number, "pressed twice is once"
    assert Event.objects.filter(name=claiming.ASKED).count() == 1
    colleague = worker(case.keeper).as_actor(case.keeper.pk)
    wrong = f"{(int(number) + 1) % 10_000:04d}"
    with pytest.raises(Refused, match="not the number"):
        claiming.confirm(case.person, wrong, by=colleague)
    claiming.confirm(case.person, f" {number} ", by=colleague)
    assert owner(case) == almaz
    event = Event.objects.get(name=claiming.CLAIMED)
    assert (event.actor_id, event.data) == (almaz.pk, {"confirmed_by": str(colleague.user_id)})
    assert Notification.objects.get(kind="own_page_open").recipient_id == almaz.pk
    with pytest.raises(Refused, match="answered already"):
        claiming.confirm(case.person, number, by=colleague)


def test_whoever_printed_it_cannot_confirm_it_nor_open_it_in_another_name(case: Case) -> None:
    """The way of decision 0054 that was left open: a caseworker with a second account."""
    sham: User = UserFactory()
    number = asks(case, sham)
    with pytest.raises(Refused, match="than who printed"):
        claiming.confirm(case.person, number, by=case.by)
    stranger = worker(OrganisationFactory(approved=True))
    with pytest.raises(Refused, match="not open to you"):
        claiming.confirm(case.person, number, by=stranger.as_actor(stranger.memberships.get().organisation_id))
    provider = MembershipFactory(organisation=case.keeper, role=Role.PROVIDER).user
    with pytest.raises(Refused, match="not open to you"):
        claiming.confirm(case.person, number, by=provider.as_actor(case.keeper.pk))
    claiming.refuse(case.person, by=case.partner_by)
    claiming.refuse(case.person, by=case.partner_by)
    assert Event.objects.filter(name=claiming.REFUSED).count() == 1
    assert claiming.open_unconfirmed(timezone.now() + timedelta(days=8)) == 0
    assert owner(case) is None
    with pytest.raises(Waits) as waits:
        files.claim(files.claim_key(case.person, handed_by=case.worker.pk), user=sham)
    with pytest.raises(NotClaimable, match="refused"):
        claiming.ask(waits.value, user=sham)


def test_somebody_else_who_asks_meanwhile_is_told_that_it_was_used(case: Case, almaz: User) -> None:
    asks(case, UserFactory())
    with pytest.raises(Waits) as waits:
        files.claim(files.claim_key(case.person, handed_by=case.worker.pk), user=almaz)
    with pytest.raises(NotClaimable, match="used"):
        claiming.ask(waits.value, user=almaz)
    claiming.refuse(case.person, by=case.by)
    number = claiming.ask(waits.value, user=almaz)
    claiming.confirm(case.person, number, by=case.partner_by)
    assert owner(case) == almaz, "a worker of another organisation that has the file is a second person, too"


def test_after_a_week_it_opens_if_nobody_said_no(case: Case, almaz: User) -> None:
    asks(case, almaz)
    now = timezone.now()
    assert claiming.open_unconfirmed(now + timedelta(days=6, hours=23)) == 0
    assert owner(case) is None
    assert claiming.open_unconfirmed(now + timedelta(days=7, minutes=1)) == 1
    assert owner(case) == almaz
    assert claiming.open_unconfirmed(now + timedelta(days=8)) == 0, "once"


def test_who_works_with_it_or_has_one_already_gets_nothing_by_waiting(case: Case, almaz: User) -> None:
    asks(case, almaz)
    other = a_case()
    files.claim(files.claim_key(other.person), user=almaz)
    assert claiming.open_unconfirmed(timezone.now() + timedelta(days=8)) == 0
    with pytest.raises(Refused, match="has a file already"):
        claiming.confirm(case.person, claiming.number(case.person.pk, almaz.pk), by=case.partner_by)
    assert owner(case) is None


def test_everybody_who_has_the_file_and_who_runs_the_office_is_told_once(case: Case, almaz: User) -> None:
    shelter = OrganisationFactory(approved=True, sensitive=True, sensitive_why="x")
    ruth = worker(shelter)
    Access.objects.create(person=case.person, organisation=shelter, kind=Access.Kind.REFERRAL, whole=True)
    carried = worker(OrganisationFactory(approved=True))
    Access.objects.create(
        person=case.person,
        organisation=carried.memberships.get().organisation,
        kind=Access.Kind.REFERRAL,
        whole=False,
    )
    head = MembershipFactory(organisation=case.keeper, role=Role.ORGANISATION_ADMIN).user
    asks(case, almaz)
    for _time in range(2):
        claiming.tell_whoever_has_it(Event.objects.get(name=claiming.ASKED).pk)
    told = {one.recipient_id: one for one in Notification.objects.filter(kind__startswith="page_asked")}
    assert set(told) == {case.worker.pk, case.partner_worker.pk, ruth.pk, head.pk}
    assert Notification.objects.filter(kind__startswith="page_asked").count() == 4
    assert {key for key, one in told.items() if one.kind == "page_asked_here"} == {head.pk}
    for one in told.values():
        said = "".join(render(one))
        assert "Almaz" not in said
        assert str(almaz) not in said


def test_a_link_of_before_is_refused_as_unknown(case: Case, almaz: User) -> None:
    """What was printed before there was a second person would pass by them."""
    old = signing.dumps([case.person.pk.hex, case.keeper.pk.hex], salt=files.SALT)
    with pytest.raises(NotClaimable, match="unknown"):
        files.claim(old, user=almaz)


@given(st.uuids(), st.uuids())
def test_a_number_is_four_digits_and_always_the_same(person: Any, user: Any) -> None:
    assert re.fullmatch(r"\d{4}", claiming.number(person, user))
    assert claiming.number(person, user) == claiming.number(person, user)


# --- sent to them alone --------------------------------------------------------------------------------------------------


def test_a_link_that_is_sent_opens_at_once_and_the_page_shows_it_to_nobody(client: Client, almaz: User) -> None:
    case = a_case(called="Almaz", language="en", email="almaz@example.org", reach_by="mail", discreet=False)
    client.force_login(case.worker)
    path = reverse("caseworker_page_asked", args=[case.person.pk])
    assert "Send the link to their e-mail address" in client.get(path).content.decode()
    assert client.post(path, {"verb": "email"}).status_code == 302
    send_the_link(Event.objects.get(name=claiming.SENT).pk)
    (message,) = mail.outbox
    assert (message.to, message.from_email) == (["almaz@example.org"], used.NEUTRAL_FROM)
    assert "Almaz" not in message.subject + str(message.body)
    (link,) = re.findall(r"https?://\S+/me/claim/\S+", str(message.body))
    client.force_login(almaz)
    assert client.post(urlsplit(link).path).status_code == 302
    assert owner(case) == almaz
    send_the_link(Event.objects.get(name=claiming.SENT).pk)
    assert len(mail.outbox) == 1, "it is theirs: nothing is sent any more"


def test_by_text_where_the_town_has_a_gateway(client: Client, settings: Any) -> None:
    case = a_case(called="Almaz", language="am", phone="050-123-4567", reach_by="text", discreet=False)
    client.force_login(case.worker)
    path = reverse("caseworker_page_asked", args=[case.person.pk])
    assert client.post(path, {"verb": "phone"}).status_code == 404, "no gateway, no button"
    settings.DEMO = True
    assert client.post(path, {"verb": "email"}).status_code == 404, "they want no mail"
    assert client.post(path, {"verb": "phone"}).status_code == 302
    send_the_link(Event.objects.get(name=claiming.SENT).pk)
    (sent,) = OutgoingMail.objects.all()
    assert "/am/me/claim/" in sent.body


@pytest.mark.parametrize(
    "said",
    [
        {"reach_by": "call"},
        {"reach_by": "visit"},
        {"reach_by": "helper"},
        {"discreet": True},
        {"email": ""},
    ],
)
def test_it_is_not_sent_where_it_may_not_or_could_be_read_by_others(said: dict[str, Any]) -> None:
    told = {"email": "almaz@example.org", "reach_by": "mail", "discreet": False} | said
    case = a_case(called="Almaz", language="en", **told)
    assert claiming.ways(case.person, timezone.now()) == []
    with pytest.raises(Refused, match="cannot be sent"):
        claiming.send(case.person, "email", by=case.by)


def test_an_address_written_anew_is_not_sent_to_for_a_week() -> None:
    """Whoever wants the link for themselves would write their own address there."""
    case = a_case(called="Almaz", language="en", email="almaz@example.org", reach_by="mail", discreet=False)
    now = timezone.now()
    assert claiming.ways(case.person, now) == ["email"]
    case.person.email = "noa@example.org"
    case.person.save()
    person = Person.objects.get(pk=case.person.pk)
    assert claiming.ways(person, now) == []
    assert claiming.ways(person, now + timedelta(days=6)) == []
    assert claiming.ways(person, now + timedelta(days=8)) == ["email"]


def test_who_may_not_write_into_the_file_sends_and_answers_nothing(case: Case, almaz: User) -> None:
    asks(case, almaz)
    for by in (Actor(uuid7()), Actor(almaz.pk, None, frozenset({"person"}))):
        for deed in (claiming.refuse, lambda person, by: claiming.send(person, "email", by=by)):
            with pytest.raises(Refused):
                deed(case.person, by=by)
    assert claiming.waiting(case.person.pk) is not None


# --- the pages -----------------------------------------------------------------------------------------------------------


def test_from_the_printed_link_to_the_page_by_two_workers(client: Client, case: Case, almaz: User) -> None:
    client.force_login(case.worker)
    path = reverse("caseworker_page_asked", args=[case.person.pk])
    page = client.get(path)
    assert page["Cache-Control"] == "no-store"
    (link,) = re.findall(r"https?://\S+/me/claim/[^\s<]+", page.content.decode())
    client.force_login(almaz)
    shown = client.post(link)
    assert shown.status_code == 200
    found = re.search(r'class="receipt" dir="ltr">(\d{4})<', shown.content.decode())
    assert found
    assert client.get(reverse("my_file")).status_code == 200
    assert "Almaz" not in client.get(reverse("my_file")).content.decode()
    client.force_login(case.worker)
    page = client.get(path).content.decode()
    assert "than who printed the link" in page
    assert "/me/claim/" not in page
    assert client.post(path, {"verb": "confirm", "number": found[1]}).status_code == 400
    client.force_login(worker(case.keeper))
    assert client.post(path, {"verb": "confirm", "number": "none"}).status_code == 400
    assert client.post(path, {"verb": "confirm"}).status_code == 400
    assert client.post(path, {"verb": "confirm", "number": found[1]}).status_code == 302
    assert owner(case) == almaz
    client.force_login(almaz)
    assert client.post(link).status_code == 302, "pressed once more it leads to the file"


def test_that_it_is_not_they_is_said_on_the_page(client: Client, case: Case, almaz: User) -> None:
    asks(case, almaz)
    client.force_login(case.partner_worker)
    path = reverse("caseworker_page_asked", args=[case.person.pk])
    assert client.post(path, {"verb": "refuse"}).status_code == 302
    client.force_login(almaz)
    link = reverse("claim_file", kwargs={"key": files.claim_key(case.person, handed_by=case.worker.pk)})
    refused = client.post(link)
    assert refused.status_code == 410
    assert "said that it is not you" in refused.content.decode()
