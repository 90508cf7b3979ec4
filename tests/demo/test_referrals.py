"""The demo town's people, and what happened to them: every state there is, in order of time, by the rooms' own functions."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.casework.mentoring.proposals import proposals_for
from kesher.casework.today import today
from kesher.demo import past
from kesher.demo.build import build
from kesher.demo.people import ALMAZ, NOA, OLEKSANDR, PEOPLE
from kesher.people.models import Access, Aspiration, Consent, Person
from kesher.people.ways import from_here
from kesher.referrals.models import FollowUp, PlaceQuestion, Referral
from kesher.referrals.vocabularies import State

pytestmark = pytest.mark.django_db


def test_the_town_is_alive() -> None:
    build(seed=1948, people=10, progress=lambda line: None)
    assert 12 <= Person.objects.count() == len(PEOPLE) <= 20
    assert len({person.language for person in Person.objects.all()}) >= 6
    states = set(Referral.objects.values_list("state", flat=True))
    assert states == {state.value for state in State} - {"deleted"}, "a thrown away draft is gone; its trail stays"
    assert Event.objects.filter(name="referral.discard").exists()
    assert Referral.objects.values("receiver").distinct().count() >= 4
    assert not Consent.objects.filter(person=None).exists()

    # everything in its order: sent after it was agreed, answered after it was sent, ended after it was answered
    for referral in Referral.objects.filter(sent_at__isnull=False).select_related("consent", "person"):
        assert referral.consent is not None
        times = [referral.person.created_at, referral.consent.given_at, referral.sent_at]
        times += [at for at in (referral.answered_at, referral.closed_at) if at is not None]
        assert times == sorted(times), referral
        sent = Event.objects.get(name="referral.send", about_id=referral.pk)
        assert abs(sent.at - referral.sent_at) < timedelta(minutes=1), "the event is of the day on which it was sent"
        assert not Access.objects.filter(person=referral.person, since__gt=timezone.now()).exists()

    due = FollowUp.objects.unanswered().filter(asked_at__isnull=False)
    assert {one.day for one in due} >= {30, 90}, "somebody is to be asked after 30 days, somebody after 90"
    assert PlaceQuestion.objects.waiting().exists()

    noa = User.objects.get(email=NOA)
    office = noa.memberships.get().organisation_id
    with acting_for(user_id=noa.pk, organisation_ids=[office]):
        entries, _full = today(noa, day=timezone.localdate())
    reasons = {row.reason.code for entry in entries for row in (entry.main, *entry.also)}
    assert {"silent", "loop", "asked", "helped", "step_late", "meeting", "permit"} <= reasons

    samir = User.objects.get(email="samir@demo.example")
    assert Referral.objects.received_by(samir).filter(state=State.REQUESTED).count() >= 1
    for address in (ALMAZ, OLEKSANDR):
        user = User.objects.get(email=address)
        assert Referral.objects.visible_to(user).filter(person__user=user).count() >= 2
    _what_they_want_leads_somewhere(noa)


def _what_they_want_leads_somewhere(noa: User) -> None:
    """Goals with an occupation beside the words, of every kind; the way there, and a mentor who works in it."""
    said = Aspiration.objects.said_last()
    assert said.filter(person_confirmed_at__isnull=False, caseworker_confirmed_at__isnull=False).count() >= 3
    assert said.filter(person_confirmed_at=None, caseworker_confirmed_at__isnull=False).exists(), "it waits for a yes"
    assert said.filter(person_confirmed_at__isnull=False, caseworker_confirmed_at=None).count() >= 2
    assert said.filter(none_fits=True).exists()
    assert said.filter(occupation="", none_fits=False).exists(), "in words only"
    found = {one.person.called.split(" (")[0]: from_here(one.person).found for one in said.select_related("person")}
    for called in ("Олександр", "סיגל", "በቀለ", "Сергей"):
        way = found[called]
        assert way is not None, called
        assert way.lacks, called
        assert not way.done, called
    assert any(way.stones for way in found.values() if way is not None), "somebody has a quicker step on the way"
    sigal = Person.objects.get(called__startswith="סיגל (")
    office = noa.memberships.get().organisation_id
    with acting_for(user_id=noa.pk, organisation_ids=[office]):
        ((mentor, fit),) = proposals_for(sigal, user=noa)
    assert fit.because[0] == "goal_same", mentor


def test_the_past_is_one_flow_of_controls_alone() -> None:
    then = timezone.now() - timedelta(days=30)
    with past.at(then):
        made = Organisation.objects.create(name={"en": "Long ago"})
        assert timezone.now() == then
    assert abs(timezone.now() - then) > timedelta(days=29)
    assert made.created_at == made.updated_at == then
    with pytest.raises(ValueError, match="has not happened"), past.at(timezone.now() + timedelta(hours=1)):
        pass
    assert Organisation.objects.create(name={"en": "Now"}).created_at > then + timedelta(days=29)
