"""A partner whom no account and no link reaches: a sheet of paper, and what they said written down by whoever sent it."""

import re

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from kesher.base.models import AccessLog, Event
from kesher.base.transitions import Refused
from kesher.people.models import Person
from kesher.referrals import answering
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import OF_REFUSAL
from tests.referrals.conftest import Two

pytestmark = pytest.mark.django_db
YES = {"event": "write down", "told_how": "phone", "told_by": "Samir at the desk", "answer": "accept"}
NO = YES | {"answer": "reject", "reason": "no_capacity"}


@pytest.fixture
def referral(two: Two) -> Referral:
    """Sent to a partner of whom nobody has an account."""
    Person.objects.update(called="Almaz of the hill")
    two.receiver.memberships.all().delete()
    return two.send(to_call=True)


@pytest.fixture
def page(client: Client, two: Two) -> Client:
    client.force_login(two.caseworker)
    return client


def test_the_sheet_says_outside_who_opens_it_and_nothing_else(page: Client, two: Two, referral: Referral) -> None:
    shown = page.get(reverse("referral_sheet", args=[referral.pk]))
    assert shown["Cache-Control"] == "no-store"
    outside, _fold, inside = shown.content.decode().partition('<hr class="sheet__fold">')
    outside = outside.partition('<section class="sheet__outside"')[2]
    receiver, sender = (next(iter(one.name.values())) for one in (two.receiver, two.sender))
    assert receiver in outside
    for telling in (sender, "Almaz", next(iter(two.service.name.values())), str(referral.pk)):
        assert telling not in outside
        assert telling in inside
    assert two.person.phone in inside, "what goes along, as the link would show it"
    assert inside.count("sheet__box") >= len(OF_REFUSAL) + 2
    assert AccessLog.objects.filter(about_id=two.person.pk, actor_id=two.caseworker.pk, purpose="referral").exists()


def test_the_link_of_the_sheet_answers(page: Client, two: Two, referral: Referral) -> None:
    shown = page.get(reverse("referral_sheet", args=[referral.pk])).content.decode()
    found = re.search(r'class="sheet__link">https?://[^/]+(/[^<]+)<', shown)
    assert found
    assert Client().post(found[1], {"event": "accept", "name": "Samir"}).status_code == 200
    referral.refresh_from_db()
    assert (referral.state, referral.told_how) == ("accepted", "")
    assert page.get(reverse("referral_sheet", args=[referral.pk])).status_code == 404, "nothing waits any more"


def test_what_they_said_is_written_down_with_who_said_it_and_who_wrote_it(
    page: Client, two: Two, referral: Referral
) -> None:
    there = reverse("referral", args=[referral.pk])
    assert "They have no account" in page.get(there).content.decode()
    assert page.post(there, YES).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.told_how, referral.told_by) == ("accepted", "phone", "Samir at the desk")
    assert (referral.worker_name, referral.worker_id) == ("Samir at the desk", None)
    moved, written = (Event.objects.get(name=f"referral.{name}") for name in ("accept", "answer_written_down"))
    assert (moved.organisation_id, moved.actor_id) == (two.receiver.pk, None)
    assert (written.organisation_id, written.actor_id) == (two.sender.pk, two.caseworker.pk)
    assert "Samir" not in str(written.data)
    shown = page.get(there).content.decode()
    assert "on the telephone" in shown
    assert "Samir at the desk" in shown


def test_a_no_comes_with_a_reason_and_the_loop_stays_open(page: Client, referral: Referral) -> None:
    there = reverse("referral", args=[referral.pk])
    assert page.post(there, NO | {"reason": ""}).status_code == 400
    referral.refresh_from_db()
    assert (referral.state, referral.told_how) == ("requested", "")
    assert page.post(there, NO).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.reason) == ("rejected", "no_capacity")
    assert referral.loop.is_open


@pytest.mark.parametrize("lacks", [{"told_by": " "}, {"told_how": ""}, {"told_how": "pigeon"}, {"answer": "perhaps"}])
def test_who_said_it_how_and_what_are_asked(page: Client, referral: Referral, lacks: dict[str, str]) -> None:
    assert page.post(reverse("referral", args=[referral.pk]), YES | lacks).status_code == 400
    referral.refresh_from_db()
    assert referral.state == "requested"


def test_where_somebody_has_an_account_they_answer_themselves(page: Client, two: Two) -> None:
    referral = two.send()
    assert page.get(reverse("referral_sheet", args=[referral.pk])).status_code == 404
    assert "They have no account" not in page.get(reverse("referral", args=[referral.pk])).content.decode()
    with pytest.raises(Refused, match="answer themselves"):
        answering.write_down(referral, "accept", by=two.by_sender, how="phone", told_by="Samir")


def test_only_who_sent_it_writes_it_down(two: Two, referral: Referral) -> None:
    with pytest.raises(Refused):
        answering.write_down(referral, "accept", by=two.by_receiver, how="phone", told_by="Samir")


def test_the_database_keeps_how_and_who_together(referral: Referral) -> None:
    with pytest.raises(IntegrityError, match="referral_answer_told_by_somebody"), transaction.atomic():
        Referral.objects.filter(pk=referral.pk).update(told_how="phone")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'referrals_referralevent'"
        )
        kept = {name for (name,) in cursor.fetchall()}
    assert "told_how" in kept
    assert "told_by" not in kept, "a name somebody typed is in the row alone"
