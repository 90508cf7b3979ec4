"""A partner without an account answers by link; a link that is used, old or overtaken changes nothing and says so."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.base.events import emit
from kesher.base.keys import uuid7
from kesher.base.models import AccessLog, Event
from kesher.base.transitions import Actor
from kesher.directory.models import OrganisationProfile
from kesher.people.models import Person
from kesher.referrals import answering, follow_ups, links, places, recalls, sending
from kesher.referrals.links import Purpose, key_for
from kesher.referrals.models import FollowUp, PlaceQuestion, Referral
from kesher.referrals.vocabularies import LINK
from tests.factories import OrganisationFactory
from tests.referrals.conftest import Two

pytestmark = pytest.mark.django_db


def address(purpose: Purpose, about: object, organisation: object, name: str = "answer") -> str:
    with translation.override("en"):
        return reverse(name, args=[key_for(purpose, about.pk, organisation.pk)])  # type: ignore[attr-defined]


def state_of(referral: Referral) -> tuple[str, int]:
    referral.refresh_from_db()
    return referral.state, Event.objects.exclude(name="referral.told").count()


def test_a_partner_accepts_by_link_once(client: Client, two: Two) -> None:
    Person.objects.update(called="Almaz")
    referral = two.send()
    page = address(Purpose.ANSWER, referral, two.receiver)
    seen = client.get(page)
    assert seen.status_code == 200
    assert "Almaz" in seen.content.decode()
    assert two.person.phone in seen.content.decode()  # it is carried
    assert seen["Cache-Control"] == "no-store"
    assert seen["X-Robots-Tag"] == "noindex"
    assert AccessLog.objects.get(about_id=two.person.pk, purpose="link").organisation_id == two.receiver.pk
    assert client.post(page, {"event": "accept", "name": " "}).status_code == 400  # nobody is named
    assert state_of(referral)[0] == "requested"
    assert client.post(page, {"event": "accept", "name": "Samir"}).status_code == 200
    before = state_of(referral)
    assert (before[0], referral.worker_name) == ("accepted", "Samir")
    # replay, and a look at it afterwards
    for event in ("accept", "reject"):
        again = client.post(page, {"event": event, "name": "Somebody", "reason": "no_capacity"})
        assert again.status_code == 409
        assert "answered already" in again.content.decode()
    assert "answered already" in client.get(page).content.decode()
    assert "Almaz" not in client.get(page).content.decode()
    assert state_of(referral) == before
    assert referral.worker_name == "Samir"


def test_a_refusal_by_link_needs_a_reason(client: Client, two: Two) -> None:
    referral = two.send()
    page = address(Purpose.ANSWER, referral, two.receiver)
    for said in ({}, {"reason": "because"}, {"reason": "other"}, {"reason": "no_show"}):
        assert client.post(page, {"event": "reject", **said}).status_code == 400
    assert state_of(referral)[0] == "requested"
    assert client.post(page, {"event": "reject", "reason": "no_capacity"}).status_code == 200
    assert (state_of(referral)[0], referral.reason) == ("rejected", "no_capacity")


def test_each_link_does_its_own_thing_only(client: Client, two: Two) -> None:
    referral = two.send()
    page = address(Purpose.ANSWER, referral, two.receiver)
    for event in ("finish", "first contact", "entered in error", "withdraw", "recalled", ""):
        assert client.post(page, {"event": event, "name": "Samir", "words": "x"}).status_code == 404
    report = address(Purpose.REPORT, referral, two.receiver)
    assert client.post(report, {"event": "accept", "name": "Samir"}).status_code == 409  # nothing to report yet
    assert state_of(referral)[0] == "requested"


def test_what_becomes_of_it_is_reported_by_link(client: Client, two: Two) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    page = address(Purpose.REPORT, referral, two.receiver)
    today = timezone.localdate()
    assert client.post(page, {"event": "first contact", "on": "soon"}).status_code == 400
    assert client.post(page, {"event": "first contact", "on": str(today + timedelta(days=1))}).status_code == 400
    assert client.post(page, {"event": "first contact", "on": str(today)}).status_code == 200
    assert client.post(page, {"event": "pause", "reason": "in_training", "on": str(today)}).status_code == 400
    later = str(today + timedelta(days=9))
    assert client.post(page, {"event": "pause", "reason": "in_training", "on": later}).status_code == 200
    assert client.post(page, {"event": "resume"}).status_code == 200
    told = {"event": "finish", "attended": "yes", "outcome": "met", "done": "Taught."}
    for missing in ("attended", "outcome", "done"):
        assert client.post(page, told | {missing: ""}).status_code == 400
    assert client.post(page, told).status_code == 200
    assert state_of(referral)[0] == "completed"
    assert client.post(page, told).status_code == 409


def test_a_link_that_has_run_out_sends_a_new_one_to_the_address_on_record_alone(
    client: Client, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    OrganisationProfile.objects.create(organisation=two.receiver, email="office@partner.example.org")
    referral = two.send()
    page = address(Purpose.ANSWER, referral, two.receiver)
    refresh = address(Purpose.ANSWER, referral, two.receiver, "answer_refresh")
    monkeypatch.setitem(links.LASTS, Purpose.ANSWER, timedelta(seconds=-1))
    before = state_of(referral)
    for response in (client.get(page), client.post(page, {"event": "accept", "name": "Samir"})):
        assert response.status_code == 410
        assert "run out" in response.content.decode()
        assert "office@partner" not in response.content.decode()
    assert state_of(referral) == before
    asked: list[links.Link] = []
    monkeypatch.setattr("kesher.www.referrals.links.enqueue_link", asked.append)
    for _time in range(3):  # pressed three times: one mail in an hour
        assert client.post(refresh, {"email": "thief@example.org"}).status_code == 200
    assert asked == [links.Link(Purpose.ANSWER, referral.pk, two.receiver.pk)]
    assert links.address_on_record(two.service) == "office@partner.example.org"


def test_who_lost_the_first_link_gets_the_one_that_fits_now(
    client: Client, two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    asked: list[links.Link] = []
    monkeypatch.setattr("kesher.www.referrals.links.enqueue_link", asked.append)
    client.post(address(Purpose.ANSWER, referral, two.receiver, "answer_refresh"))
    assert [link.purpose for link in asked] == [Purpose.REPORT]


@pytest.mark.parametrize("key", ["x", "a:b:c", "WyJhIl0:1:2", "%00"])
def test_a_link_that_was_never_ours_is_no_page(client: Client, key: str) -> None:
    assert client.get(f"/en/answer/{key}/").status_code == 404
    assert client.post(f"/en/answer/{key}/", {"event": "accept"}).status_code == 404
    assert client.post(f"/en/answer/{key}/new/").status_code == 404


def test_another_organisation_s_link_opens_nothing_of_it(client: Client, two: Two) -> None:
    referral = two.send()
    assert client.get(address(Purpose.ANSWER, referral, two.sender)).status_code == 410


def test_it_is_erased_can_be_said_after_the_row_is_gone_with_the_file(client: Client, two: Two) -> None:
    """The mail with the link outlives the referral: whoever has no account has no other way to say it."""
    referral, stranger = two.send(), OrganisationFactory(approved=True)
    sending.withdraw(referral, by=two.by_sender, reason="started_work")
    page, number = address(Purpose.RECALL, referral, two.receiver), referral.pk
    others = [address(Purpose.RECALL, referral, stranger), address(Purpose.ANSWER, referral, two.receiver)]
    Referral.objects.filter(pk=number).delete()
    for other in others:
        assert client.get(other).status_code == 410
        assert client.post(other, {"event": "recalled"}).status_code == 410
    shown = client.get(page)
    assert shown.status_code == 200
    assert str(number) in shown.content.decode()
    assert client.post(page, {"event": "accept"}).status_code == 404
    assert not Event.objects.filter(name=recalls.CONFIRMED).exists()
    assert "It is recorded" in client.post(page, {"event": "recalled"}).content.decode()
    said = Event.objects.get(name=recalls.CONFIRMED)
    assert (said.about_id, said.organisation_id, said.actor_id) == (number, two.receiver.pk, None)
    assert client.post(page, {"event": "recalled"}).status_code == 409
    assert Event.objects.filter(name=recalls.CONFIRMED).count() == 1


def test_a_recall_is_confirmed_by_link(client: Client, two: Two) -> None:
    referral = two.send()
    sending.withdraw(referral, by=two.by_sender, reason="started_work")
    page = address(Purpose.RECALL, referral, two.receiver)
    Person.objects.update(called="Almaz")
    assert "Almaz" not in client.get(page).content.decode()
    assert client.post(page, {"event": "recalled"}).status_code == 200
    referral.refresh_from_db()
    assert referral.recall_confirmed_at is not None
    assert recalls.CONFIRMED in set(Event.objects.values_list("name", flat=True))


def test_a_place_is_answered_by_link_once(client: Client, two: Two) -> None:
    question = places.ask(two.service, by=two.by_sender)
    page = address(Purpose.PLACE, question, two.receiver)
    assert client.get(page).status_code == 200
    assert client.post(page, {"answer": "perhaps"}).status_code == 400
    assert client.post(page, {"answer": "later"}).status_code == 200
    assert client.post(page, {"answer": "yes"}).status_code == 409
    assert PlaceQuestion.objects.get().answer == "later"


@pytest.mark.parametrize("language", ["he", "ar", "en", "ru", "uk", "fr", "am"])
def test_the_person_answers_one_question_in_their_language(client: Client, two: Two, language: str) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome="partly", attended=True, done="Taught.")
    asked = FollowUp.objects.create(referral=referral, day=0, due_on=timezone.localdate(), asked_at=timezone.now())
    with translation.override(language):
        page = reverse("answer", args=[key_for(Purpose.FOLLOW_UP, asked.pk, two.sender.pk)])
    body = client.get(page).content.decode().split("<main")[1].split("</main")[0]
    assert body.count("<svg") == 3  # a face for each answer: understood without reading
    for secret in (two.person.called, *two.service.name.values(), *two.receiver.name.values()):
        assert secret not in body
    assert client.post(page, {"answer": "partly"}).status_code == 200
    assert client.post(page, {"answer": "no"}).status_code == 409
    asked.refresh_from_db()
    assert (asked.answer, asked.recorded_by_id) == ("partly", None)
    assert follow_ups.ANSWERED in set(Event.objects.values_list("name", flat=True))


@pytest.mark.django_db(transaction=True)
def test_pressed_twice_at_once_it_is_said_once_that_it_is_erased() -> None:
    number, receiver = uuid7(), OrganisationFactory(approved=True)
    by = Actor(None, receiver.pk, frozenset({LINK}))
    with transaction.atomic():
        emit(recalls.RECALL, Referral(pk=number), by=Actor.the_system(), data={"receiver": str(receiver.pk)})

    def press() -> None:
        try:
            recalls.confirm_gone(number, by=by)
        finally:
            connection.close()

    other = threading.Thread(target=press)
    with transaction.atomic():
        recalls.confirm_gone(number, by=by)
        other.start()
        other.join(2)  # it waits for this one
    other.join(60)
    assert not other.is_alive()
    assert Event.objects.filter(name=recalls.CONFIRMED, about_id=number).count() == 1
