"""A referral of each state goes out as a Bundle and reads the same."""

from datetime import timedelta

import pytest
from django.utils import timezone

from kesher.formats import fhir
from kesher.referrals import answering, recalls, sending
from kesher.referrals.fhir import neutral
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import Outcome, Reason, State
from tests.referrals.conftest import Two

pytestmark = pytest.mark.django_db


def brought_to(two: Two, state: str) -> Referral:
    referral = two.send(why="Fled from her husband.")
    by, today = two.by_receiver, timezone.localdate()
    if state == State.REJECTED:
        answering.reject(referral, by=by, reason=Reason.NO_CAPACITY)
    if state == State.CANCELLED:
        sending.withdraw(referral, by=two.by_sender, reason=Reason.STARTED_WORK)
    if state in (State.ACCEPTED, State.IN_PROGRESS, State.ON_HOLD, State.COMPLETED, State.FAILED):
        answering.accept(referral, by=by)
    if state in (State.IN_PROGRESS, State.ON_HOLD, State.COMPLETED, State.FAILED):
        answering.first_contact(referral, by=by, on=today)
    if state == State.ON_HOLD:
        answering.pause(referral, by=by, reason=Reason.OTHER, words="Ill.", review_on=today + timedelta(days=9))
    if state == State.COMPLETED:
        answering.finish(referral, by=by, outcome=Outcome.MET, attended=True, done="Taught.")
    if state == State.FAILED:
        answering.cannot_finish(referral, by=by, reason=Reason.CANNOT_TRAVEL)
    if state == State.ENTERED_IN_ERROR:
        sending.entered_in_error(referral, by=two.by_sender, note="Twice.")
    found = Referral.objects.select_related("sender", "receiver", "service", "consent").get(pk=referral.pk)
    assert found.state == state
    return found


@pytest.mark.parametrize("state", sorted(set(State.values) - {State.DRAFT, State.DELETED}))
def test_each_state_goes_out_and_reads_the_same(two: Two, state: str) -> None:
    value = neutral(brought_to(two, state), two.person, language="en")
    bundle = fhir.to_bundle(value, base="https://town.example/fhir")
    (read,) = fhir.from_bundle(bundle)
    assert (read.id, read.state, read.person, read.sender, read.receiver) == (
        value.id,
        value.state,
        value.person,
        value.sender,
        value.receiver,
    )
    assert (read.reason_code, read.result) == (value.reason_code, value.result)
    text = str(bundle)
    for kept in (two.person.phone, "Fled"):
        assert kept not in text


def test_what_the_person_took_back_says_so(two: Two) -> None:
    referral = two.send()
    from kesher.base.models import Event
    from kesher.people.consents import withdraw

    withdraw(referral.consent, by=two.by_sender)
    recalls.withdraw_what_rests_on_it(Event.objects.get(name="consent.withdrawn").pk)
    referral = Referral.objects.get()
    assert neutral(referral, two.person, language="en").reason_code == fhir.Reason.CONSENT_WITHDRAWN


def test_a_draft_is_nobody_else_s(two: Two) -> None:
    with pytest.raises(ValueError, match="never sent"):
        neutral(two.draft(), two.person, language="en")


def test_each_reason_of_ours_has_its_code() -> None:
    assert {reason.value.replace("_", "-") for reason in Reason} <= {code.value for code in fhir.Reason}
