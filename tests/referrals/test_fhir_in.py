"""A Bundle comes in: an answer to a referral known by its id, or a new one; what is wrong is refused whole."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import PartnerAgreement
from kesher.formats import fhir
from kesher.formats.fhir import FhirRefusal, to_bundle
from kesher.people.consents import acts_for_file, withdraw
from kesher.people.models import Access, Consent, Person
from kesher.referrals.answering import reject
from kesher.referrals.fhir import neutral
from kesher.referrals.fhir_in import take_in
from kesher.referrals.models import Loop, Referral
from kesher.referrals.recalls import withdraw_what_rests_on_it
from tests.factories import MembershipFactory
from tests.mutations import WRONG, places, value_at, with_value, without
from tests.referrals.conftest import Two, between_two
from tests.shared import shared

pytestmark = pytest.mark.django_db
BASE = "https://town.example/fhir"


def bundle(value: fhir.Referral) -> str:
    return json.dumps(to_bundle(value, base=BASE))


def answered(two: Two, referral: Referral, state: str, **said: Any) -> str:
    """The Bundle that went out, as the receiver's software gives it back."""
    found = Referral.objects.select_related("sender", "receiver", "service", "consent").get(pk=referral.pk)
    value = neutral(found, two.person, language="en")
    told = {"state": fhir.State(state), "changed": timezone.now(), "reason": "", "reason_code": None} | said
    return bundle(fhir.Referral(**{name: getattr(value, name) for name in value.__slots__} | told))


def arriving(two: Two, **said: Any) -> fhir.Referral:
    """A new one, as a sender's software writes it."""
    told: dict[str, Any] = {
        "id": str(uuid4()),
        "state": fhir.State.REQUESTED,
        "person": fhir.Party("pat-7", "Almaz Tessema"),
        "sender": fhir.Party(str(two.sender.pk), ""),
        "receiver": fhir.Party(str(two.receiver.pk), ""),
        "service": two.service.name["en"],
        "authored": timezone.now() - timedelta(hours=2),
        "consent": fhir.ConsentGiven("c-1", timezone.localdate() - timedelta(days=1), "to be sent"),
    }
    return fhir.Referral(**(told | said))


def counts() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Referral, Person, Consent, Access, Loop, Event))


PATHS = {
    "accepted": {},
    "rejected": {"reason": "Full until May", "reason_code": fhir.Reason.NO_CAPACITY},
    "in-progress": {},
    "completed": {"business_status": "met", "result": "Taught for ten weeks."},
    "failed": {"reason": "Moved away"},
}


@pytest.mark.parametrize("state", PATHS)
def test_an_answer_moves_the_referral_and_twice_is_once(two: Two, state: str) -> None:
    referral = two.send()
    text = answered(two, referral, state, **PATHS[state])
    (taken,) = take_in(text, by=two.by_receiver, language="am")
    assert (taken.moved, taken.new, taken.referral.state) == (True, False, state)
    before = counts()
    (again,) = take_in(text, by=two.by_receiver, language="am")
    assert (again.moved, again.referral.state) == (False, state)
    assert counts() == before
    referral.refresh_from_db()
    if state == "rejected":
        assert (referral.reason, referral.reason_words) == ("no_capacity", "Full until May")
    if state == "failed":
        assert (referral.reason, referral.reason_words) == ("other", "Moved away")
    if state == "completed":
        assert (referral.outcome, referral.done, referral.attended) == ("met", "Taught for ten weeks.", True)


@pytest.mark.parametrize(
    ("state", "said", "where"),
    [
        ("on-hold", {"reason": "Ill"}, "Task.status"),
        ("completed", {"business_status": "great", "result": "Taught."}, "Task.businessStatus"),
        ("completed", {"business_status": "met"}, "Task.output"),
        ("cancelled", {"reason": "x", "reason_code": fhir.Reason.CONSENT_WITHDRAWN}, "Task.statusReason"),
        ("accepted", {"person": fhir.Party(str(uuid4()), "Else")}, "Task.for"),
        ("accepted", {"sender": fhir.Party(str(uuid4()), "Else")}, "Task.requester"),
        ("accepted", {"receiver": fhir.Party("else", "Else")}, "Task.owner"),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_nothing_moves(
    two: Two, state: str, said: dict[str, Any], where: str
) -> None:
    text = answered(two, two.send(), state, **said)
    before = counts()
    with pytest.raises(FhirRefusal) as refusal:
        take_in(text, by=two.by_receiver, language="am")
    assert refusal.value.where == where
    assert counts() == before
    assert Referral.objects.get().state == "requested"


def test_the_sender_cannot_bring_the_receivers_answer(two: Two) -> None:
    referral = two.send()
    with pytest.raises(Refused):
        take_in(answered(two, referral, "accepted"), by=two.by_sender, language="am")
    text = answered(two, referral, "cancelled", reason="Found work", reason_code=fhir.Reason.STARTED_WORK)
    with pytest.raises(Refused):
        take_in(text, by=two.by_receiver, language="am")
    (taken,) = take_in(text, by=two.by_sender, language="am")
    assert (taken.referral.state, taken.referral.reason) == ("cancelled", "started_work")


def test_a_strangers_referral_is_not_known(two: Two) -> None:
    text = answered(two, two.send(), "accepted")
    with pytest.raises(FhirRefusal, match="no referral"):
        take_in(text, by=Actor(uuid4(), uuid4(), frozenset({Role.PROVIDER})), language="am")


# --- a new one ----------------------------------------------------------------------------------------------------------


def test_a_new_one_arrives_as_requested_with_what_it_says_and_no_more(two: Two, as_application: None) -> None:
    value = arriving(two)
    with acting_for(user_id=two.provider.pk, organisation_ids=[two.receiver.pk]):
        (taken,) = take_in(bundle(value), by=two.by_receiver, language="am")
        assert taken.new
        referral = Referral.objects.get(pk=value.id)
        person = Person.objects.get(pk=referral.person_id)
        assert (referral.state, referral.wait_list, person.called) == ("requested", True, "Almaz Tessema")
        assert not acts_for_file(person, two.by_receiver)  # the receiver reads what the referral carries
        assert Event.objects.filter(name="referral.send", about_id=referral.pk).count() == 1
        (again,) = take_in(bundle(value), by=two.by_receiver, language="am")
        assert not again.new
        # the same person again: the same file
        (other,) = take_in(bundle(arriving(two)), by=two.by_receiver, language="am")
        assert other.referral.person_id == person.pk
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk]):
        assert acts_for_file(person, two.by_sender)
        consent = Consent.objects.get(pk=referral.consent_id)
        assert (consent.purpose, consent.organisation_id) == ("referral", two.receiver.pk)
        withdraw(consent, by=two.by_sender)  # and everything that rests on it ends
    with acting_for(organisation_ids=[two.receiver.pk]):
        assert not Access.objects.in_force().filter(person=person).exists()


def test_it_is_taken_to_its_end_like_any_other(two: Two) -> None:
    value = arriving(two, sender=fhir.Party("org-1", two.sender.name["en"]))
    take_in(bundle(value), by=two.by_receiver, language="am")
    referral = Referral.objects.select_related("sender", "receiver", "service", "consent", "person").get(pk=value.id)
    assert referral.sender == two.sender  # by its name
    out = neutral(referral, referral.person, language="en")
    done = fhir.Referral(
        **{name: getattr(out, name) for name in out.__slots__}
        | {"state": fhir.State.COMPLETED, "business_status": "work", "result": "Placed."}
    )
    (taken,) = take_in(bundle(done), by=two.by_receiver, language="am")
    assert (taken.referral.state, taken.referral.outcome) == ("completed", "work")


def arrived(two: Two, value: fhir.Referral) -> Referral:
    with acting_for(user_id=two.provider.pk, organisation_ids=[two.receiver.pk]):
        (taken,) = take_in(bundle(value), by=two.by_receiver, language="am")
        assert taken.new
        return taken.referral


def taken_back(two: Two, referral: Referral) -> None:
    """By the sender, who wrote down what the person said; and the task that follows."""
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk]):
        withdraw(Consent.objects.get(pk=referral.consent_id), by=two.by_sender)
    withdraw_what_rests_on_it(Event.objects.get(name="consent.withdrawn", about_id=referral.consent_id).pk)


def refused(two: Two, value: fhir.Referral, where: str) -> None:
    with acting_for(user_id=two.provider.pk, organisation_ids=[two.receiver.pk]):
        with pytest.raises(FhirRefusal) as refusal:
            take_in(bundle(value), by=two.by_receiver, language="am")
        assert refusal.value.where == where
        assert not Referral.objects.filter(pk=value.id).exists()


def test_what_was_taken_back_does_not_come_alive_by_its_bundle(two: Two, as_application: None) -> None:
    """Sent again with the same consent it is refused; agreed anew, later, the file is the same."""
    referral = arrived(two, arriving(two))
    taken_back(two, referral)
    refused(two, arriving(two), "Consent.dateTime")
    today = fhir.ConsentGiven("c-2", timezone.localdate())
    refused(two, arriving(two, consent=today), "Consent.dateTime")  # the day it was taken back
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk, two.receiver.pk]):
        assert not Access.objects.in_force().filter(person=referral.person_id).exists()


def test_agreed_anew_after_it_was_taken_back_the_file_opens_again(two: Two) -> None:
    long_ago = fhir.ConsentGiven("c-1", timezone.localdate() - timedelta(days=30))
    referral = arrived(two, arriving(two, consent=long_ago))
    taken_back(two, referral)
    Consent.objects.filter(pk=referral.consent_id).update(withdrawn_at=timezone.now() - timedelta(days=9))
    again = arrived(two, arriving(two))
    assert again.person_id == referral.person_id
    assert again.consent_id != referral.consent_id
    assert acts_for_file(again.person, two.by_sender)


@pytest.mark.parametrize("ended", [False, True])
def test_the_senders_access_ends_with_the_agreement_it_rests_on(two: Two, ended: bool, as_application: None) -> None:
    """The person takes it back, who does not see the row of the sender; also when the referral has long ended."""
    referral = arrived(two, arriving(two))
    person = referral.person_id
    if ended:
        with acting_for(user_id=two.provider.pk, organisation_ids=[two.receiver.pk]):
            reject(referral, by=two.by_receiver, reason="no_capacity", words="Full.")
    user = MembershipFactory().user
    with acting_for(user_id=user.pk, organisation_ids=[two.sender.pk]):
        Access.objects.create(person_id=person, kind=Access.Kind.PERSON, user=user)
    with acting_for(user_id=user.pk):
        own = Actor(user.pk, None, frozenset({"person"}))
        withdraw(Consent.objects.select_related("person").get(pk=referral.consent_id), by=own)
    withdraw_what_rests_on_it(Event.objects.get(name="consent.withdrawn", about_id=referral.consent_id).pk)
    with acting_for(organisation_ids=[two.sender.pk, two.receiver.pk]):
        assert not Access.objects.in_force().filter(person=person).exists()
        assert not Loop.objects.open().filter(person=person).exists()
    with acting_for(user_id=user.pk):
        assert Access.objects.in_force().filter(person=person).exists()  # their own file stays open to them


def test_for_a_file_the_sender_keeps_here_the_consent_stands_here(two: Two, as_application: None) -> None:
    mine = fhir.Party(str(two.person.pk), "Almaz")
    refused(two, arriving(two, person=mine), "Consent")
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk]):
        consent = two.agree()
    assert arrived(two, arriving(two, person=mine)).consent_id == consent.pk


@pytest.mark.parametrize("state", ["closed", "merged"])
def test_a_file_out_of_use_takes_nothing_in(two: Two, state: str) -> None:
    referral = arrived(two, arriving(two))
    into = two.person.pk if state == "merged" else None
    Person.objects.filter(pk=referral.person_id).update(state=state, **({"merged_into": into} if into else {}))
    refused(two, arriving(two), "Task.for")


@pytest.fixture
def others(db: None) -> Two:
    return between_two()


def test_the_id_of_a_referral_between_others_is_refused(two: Two, others: Two, as_application: None) -> None:
    with acting_for(user_id=others.caseworker.pk, organisation_ids=[others.sender.pk]):
        theirs = others.send()
    refused(two, arriving(two, id=str(theirs.pk)), "Task.id")


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"consent": None}, "ServiceRequest.supportingInfo"),
        ({"consent": fhir.ConsentGiven("c", timezone.localdate() + timedelta(days=3))}, "Consent.dateTime"),
        ({"service": "A service nobody offers"}, "ServiceRequest.code"),
        ({"sender": fhir.Party("x", "Nobody Knows Us")}, "Task.requester"),
        ({"id": "task-7"}, "Task.id"),
        ({"state": fhir.State.ACCEPTED}, "Task.id"),
        ({"receiver": "the sender"}, "Task.owner"),
        ({"sender": "the receiver"}, "Task.requester"),
    ],
)
def test_a_new_one_that_does_not_fit_is_refused_and_nothing_is_kept(two: Two, said: dict[str, Any], where: str) -> None:
    parties = {"the sender": two.sender, "the receiver": two.receiver}
    told = {
        name: fhir.Party(str(parties[value].pk), "") if isinstance(value, str) and value in parties else value
        for name, value in said.items()
    }
    before = counts()
    with pytest.raises(FhirRefusal) as refusal:
        take_in(bundle(arriving(two, **told)), by=two.by_receiver, language="am")
    assert refusal.value.where == where
    assert counts() == before


def test_nothing_comes_in_without_an_agreement_and_of_two_both_or_neither(two: Two) -> None:
    fits, other = (
        to_bundle(arriving(two), base=BASE),
        to_bundle(arriving(two, consent=None, id=str(uuid4())), base=BASE),
    )
    for entry in other["entry"]:
        names = {one["fullUrl"] for one in fits["entry"]}
        if entry["fullUrl"] not in names:
            fits["entry"].append(entry)
    before = counts()
    with pytest.raises(FhirRefusal):
        take_in(json.dumps(fits), by=two.by_receiver, language="am")
    assert counts() == before
    PartnerAgreement.objects.update(
        until=timezone.localdate() - timedelta(days=1), since=timezone.localdate() - timedelta(days=9)
    )
    with pytest.raises(FhirRefusal, match="no agreement in force"):
        take_in(bundle(arriving(two)), by=two.by_receiver, language="am")


#: What a Bundle says that nothing here rests on: it may be missing. Where it stands it is of its kind all the same.
SPARED = ("fullUrl", "name", "active", "scope", "category", "policy", "display")


def test_one_wrong_value_anywhere_is_refused_with_its_place_and_nothing_is_kept(two: Two) -> None:
    fits = to_bundle(arriving(two), base=BASE)
    tried, before = 0, counts()
    for place in places(fits):
        spared = any(name in place for name in SPARED)
        wrong = [with_value(fits, place, value) for value in WRONG if value != value_at(fits, place)]
        if not spared:
            wrong.append(without(fits, place))
        for document in wrong:
            tried += 1
            try:
                with transaction.atomic():
                    take_in(json.dumps(document), by=two.by_receiver, language="am")
                    transaction.set_rollback(True)
            except FhirRefusal as refusal:
                assert refusal.where.startswith(("Bundle", "Task", "ServiceRequest", "Consent")), refusal
                assert refusal.why
            else:
                assert spared, (place, "was taken in")
    assert counts() == before
    assert tried > 400


def negatives() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(shared("conformance/fhir-sdoh/negative_tasks.json").read_text())
    return found


def test_every_negative_task_of_the_guide_is_refused_in_its_bundle(two: Two) -> None:
    whole = json.loads(shared("conformance/fhir-sdoh/closed_loop_referral_bundle.r4.json").read_text())
    assert len(negatives()) >= 4
    before = counts()
    for negative in negatives():
        others = [entry for entry in whole["entry"] if entry["resource"]["resourceType"] != "Task"]
        wrong = whole | {"entry": [*others, {"fullUrl": "urn:x:task", "resource": negative["resource"]}]}
        with pytest.raises(FhirRefusal) as refusal:
            take_in(json.dumps(wrong), by=two.by_receiver, language="am")
        assert refusal.value.why, negative["name"]
        assert refusal.value.where.startswith("Bundle.entry"), negative["name"]
    assert counts() == before
