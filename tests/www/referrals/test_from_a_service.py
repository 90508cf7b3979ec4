"""Somebody is referred from a service: chosen among one's people, proposed first, and no address tells who goes where."""

import re
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kesher.accounts.roles import Role
from kesher.accounts.sensitive import mark
from kesher.base.transitions import Actor
from kesher.people.models import Access
from kesher.referrals.models import Loop, Referral
from tests.factories import LoopFactory, MembershipFactory, ServiceFactory
from tests.referrals.conftest import Two
from tests.www.referrals.test_pages import main_of

pytestmark = pytest.mark.django_db
LIST = "/en/caseworker/people/"


@pytest.fixture
def taking(two: Two) -> Two:
    """The partner says that professionals may refer to its service."""
    two.service.referral_modes = ["professional"]
    two.service.save()
    return two


def test_from_a_service_to_one_of_ones_people(client: Client, taking: Two) -> None:
    two = taking
    page, listed = reverse("service", args=[two.service.pk]), f"{LIST}?service={two.service.pk}"
    assert "Refer somebody" not in main_of(client.get(page)), "only for those who refer"
    client.force_login(two.caseworker)
    assert f'href="{listed}"' in main_of(client.get(page))
    people = main_of(client.get(listed))
    assert "Choose who is referred to" in people
    assert two.service.name["en"] in people
    new = reverse("referral_new", args=[two.person.pk])
    assert f'form="refer" formaction="{new}"' in people
    proposed = client.post(new, {"event": "propose", "service": two.service.pk})
    assert (proposed.status_code, proposed["Cache-Control"]) == (200, "no-store")
    told = main_of(proposed)
    assert "The service you came from" in told
    assert "3 places free" in told
    # no wish yet: said, and the service is still there
    empty = client.post(new, {"event": "begin", "service": two.service.pk, "proposed": two.service.pk, "wish": " "})
    assert empty.status_code == 400
    assert "Say what they wish for" in empty.content.decode()
    assert "The service you came from" in main_of(empty)
    begun = client.post(new, {"event": "begin", "service": two.service.pk, "wish": "Hebrew"})
    assert begun["Location"] == reverse("referral", args=[Referral.objects.get().pk])


def test_no_address_says_who_is_referred_where(client: Client, taking: Two) -> None:
    two = taking
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    pages = [
        client.get(f"{LIST}?service={two.service.pk}"),
        client.post(new, {"event": "propose", "service": two.service.pk}),
        client.post(new, {"event": "look", "wish": "Hebrew", "proposed": two.service.pk}),
    ]
    for page in pages:
        found = re.findall(r'(?:href|action|formaction|src)="([^"]*)"', page.content.decode())
        assert any(str(two.person.pk) in one for one in found)
        assert not [one for one in found if str(two.person.pk) in one and str(two.service.pk) in one]
    assert "The service you came from" not in main_of(client.get(f"{new}?service={two.service.pk}&proposed=1"))


def test_looking_further_keeps_the_service_first_and_once(client: Client, taking: Two) -> None:
    two = taking
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    name = reverse("service", args=[two.service.pk])
    plain = main_of(client.post(new, {"event": "look", "wish": "Evening Hebrew course"}))
    assert plain.count(f'href="{name}"') == 1, "it answers the words"
    told = main_of(client.post(new, {"event": "look", "wish": "Evening Hebrew course", "proposed": two.service.pk}))
    assert told.count(f'href="{name}"') == 1
    assert told.index(f'href="{name}"') < told.index("Or look for another service")


def test_a_wish_that_waits_can_be_what_it_is_for(client: Client, taking: Two) -> None:
    two = taking
    waits = LoopFactory(person=two.person, organisation=two.sender, wish="To speak Hebrew at work")
    LoopFactory(person=two.person, organisation=two.receiver, wish="What another organisation follows")
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    told = main_of(client.post(new, {"event": "propose", "service": two.service.pk}))
    assert f'<option value="{waits.pk}" dir="auto">To speak Hebrew at work' in told
    assert "What another organisation follows" not in told
    client.post(new, {"event": "begin", "service": two.service.pk, "loop": waits.pk, "wish": ""})
    assert Referral.objects.get().loop == waits
    assert Loop.objects.filter(person=two.person, organisation=two.sender).count() == 1, "no second one was begun"


def test_the_list_stays_with_the_service_until_it_is_dropped(client: Client, taking: Two) -> None:
    two = taking
    client.force_login(two.caseworker)
    listed = f"{LIST}?service={two.service.pk}"
    assert f'href="{LIST}"' in main_of(client.get(listed))
    filtered = client.post(listed, {"words": "zzzz"})
    assert filtered["Location"] == listed
    assert "Nobody found" in main_of(client.get(listed))
    assert client.post(listed, {"clear": "1"})["Location"] == listed
    plain = main_of(client.get(LIST))
    assert "Choose who" not in plain
    assert "formaction" not in plain


@pytest.mark.parametrize("told", ["x", "", "00000000-0000-0000-0000-000000000000", "{}", "9" * 4000])
def test_a_made_up_service_changes_nothing(client: Client, taking: Two, told: str) -> None:
    client.force_login(taking.caseworker)
    answer = client.get(LIST, {"service": told}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    assert "Nobody can be referred to this service now." in answer.content.decode()
    new = reverse("referral_new", args=[taking.person.pk])
    sent = client.post(new, {"event": "propose", "service": told}, follow=True)
    assert sent.redirect_chain == [(new, 302)]
    assert "The service you came from" not in sent.content.decode()
    looked = client.post(new, {"event": "look", "wish": "Hebrew", "proposed": told})
    assert looked.status_code == 200
    assert "The service you came from" not in looked.content.decode()


def test_a_key_that_no_database_can_hold_is_refused(client: Client, taking: Two) -> None:
    client.force_login(taking.caseworker)
    assert client.get(LIST, {"service": "a\x00b"}).status_code in (302, 400)
    new = reverse("referral_new", args=[taking.person.pk])
    for sent in ({"event": "propose", "service": "a\x00b"}, {"event": "look", "wish": "Hebrew", "proposed": "a\x00b"}):
        assert client.post(new, sent).status_code == 400


@pytest.mark.parametrize("why", ["not published", "not referred to", "organisation not approved", "unknown"])
def test_nobody_is_referred_to_what_takes_nobody(client: Client, taking: Two, why: str) -> None:
    service = taking.service
    if why == "not published":
        service = ServiceFactory(organisation=taking.receiver, referral_modes=["professional"], name={"en": "Hidden"})
    elif why == "not referred to":
        service.referral_modes = ["self"]
        service.save()
    elif why == "organisation not approved":
        taking.receiver.state = "suspended"
        taking.receiver.save()
    key = uuid4() if why == "unknown" else service.pk
    client.force_login(taking.caseworker)
    told = client.get(f"{LIST}?service={key}", follow=True).content.decode()
    assert "Nobody can be referred" in told
    assert service.name["en"] not in told
    new = reverse("referral_new", args=[taking.person.pk])
    sent = client.post(new, {"event": "propose", "service": key}, follow=True).content.decode()
    assert service.name["en"] not in sent
    page = client.get(reverse("service", args=[key]))
    assert "Refer somebody from here" not in page.content.decode()


def test_a_discreet_service_stands_in_no_title(client: Client, taking: Two) -> None:
    two = taking
    moderator = Actor(uuid4(), None, frozenset({Role.MODERATOR}))
    mark(two.receiver, sensitive=True, why="a shelter", by=moderator)
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    for page in (
        client.get(f"{LIST}?service={two.service.pk}"),
        client.post(new, {"event": "propose", "service": two.service.pk}),
    ):
        head = page.content.decode().split("<main")[0]
        assert two.service.name["en"] in main_of(page)
        assert two.service.name["en"] not in head
        assert page["Cache-Control"] == "no-store"


@pytest.mark.parametrize("role", [Role.PROVIDER, Role.MANAGER, Role.OFFICER, Role.EMPLOYER, Role.AUDITOR])
def test_who_sends_nobody_sees_no_way_to(client: Client, taking: Two, role: Role) -> None:
    client.force_login(MembershipFactory(role=role, organisation=taking.sender).user)
    page = client.get(reverse("service", args=[taking.service.pk])).content.decode()
    assert "Refer somebody from here" not in page
    assert client.get(f"{LIST}?service={taking.service.pk}").status_code == 404
    new = reverse("referral_new", args=[taking.person.pk])
    assert client.post(new, {"event": "propose", "service": taking.service.pk}).status_code == 404


def test_somebody_elses_person_is_proposed_to_nobody(client: Client, taking: Two) -> None:
    client.force_login(taking.caseworker)
    Access.objects.filter(person=taking.person).delete()
    assert str(taking.person.pk) not in main_of(client.get(f"{LIST}?service={taking.service.pk}"))
    new = reverse("referral_new", args=[taking.person.pk])
    assert client.post(new, {"event": "propose", "service": taking.service.pk}).status_code == 404
