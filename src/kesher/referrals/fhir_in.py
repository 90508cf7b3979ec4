"""A Bundle from another office's software: an answer to a referral of ours, or a new one to us.

    for taken in take_in(data, by=provider, language="am"): taken.referral, taken.new, taken.moved

A referral is known by its id, which goes out with it (:mod:`kesher.referrals.fhir`) and comes back. What comes in is judged by
the same table of states as what is pressed on a page, as the person who brings it: the receiver's staff bring the
receiver's answers, the sender's staff bring that it is withdrawn. All of a Bundle is taken in, or nothing of it.

A new referral comes from an organisation of the directory with which an agreement is in force, names a service of ours in its
words, and carries the person's consent. Nothing is guessed: what a Bundle cannot say (until when a referral is paused)
is refused, with the page on which it can be said. Raises :class:`~kesher.formats.fhir.FhirRefusal` and
:class:`~kesher.base.transitions.Refused`.
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.keys import uuid7
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.directory.agreements import in_force
from kesher.directory.models import Service
from kesher.directory.registration import folded_names
from kesher.formats import fhir
from kesher.formats.fhir import FhirRefusal
from kesher.people import eea
from kesher.people.consents import open_to
from kesher.people.models import Access, Consent, ConsentText, Person
from kesher.people.models.consents import Purpose
from kesher.referrals import answering, eligibility, sending
from kesher.referrals.models import Loop, Referral
from kesher.referrals.vocabularies import RECEIVERS, SENDERS, Outcome, Reason, State

#: The name a person goes by where a Bundle gives none.
NAMELESS: Final = "—"


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one Task: a ``new`` referral, one that ``moved``, or one that stood there already."""

    referral: Referral
    new: bool = False
    moved: bool = False


def take_in(data: bytes | str, *, by: Actor, language: str) -> list[Taken]:
    """All referrals of a Bundle as JSON. ``language``: to speak with people who are new here; a Bundle does not say it."""
    values = fhir.from_json(data)
    with transaction.atomic(), acting(actor=by, reason="bundle"):
        return [_take(value, by, language) for value in values]


def _take(value: fhir.Referral, by: Actor, language: str) -> Taken:
    if by.user_id is None or by.organisation_id is None or not by.roles & (RECEIVERS | SENDERS):
        raise FhirRefusal("Task", "you neither send nor receive referrals")
    key = _uuid(value.id)
    known = None
    if key is not None:
        mine = Referral.objects.filter(pk=key, sent_at__isnull=False)
        known = mine.select_related("service", "sender", "receiver").filter(_of(by.organisation_id)).first()
    if known is not None:
        return _answer(known, value, by)
    if value.state is not fhir.State.REQUESTED:
        raise FhirRefusal("Task.id", f"no referral {value.id} was sent to you or by you; a new one is “requested”")
    if key is None:
        raise FhirRefusal("Task.id", "a new referral needs a UUID as its id: the answer goes back under the same")
    return _arrive(key, value, by, language)


def _of(organisation_id: UUID) -> Q:
    return Q(sender=organisation_id) | Q(receiver=organisation_id)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# --- an answer ----------------------------------------------------------------------------------------------------------


def _answer(referral: Referral, value: fhir.Referral, by: Actor) -> Taken:
    if referral.person_id not in _person_keys(value, referral.sender_id):
        raise FhirRefusal("Task.for", f"referral {value.id} is here for another person than {value.person.id[:64]}")
    for where, said, ours in (
        ("Task.requester", value.sender.id, referral.sender_id),
        ("Task.owner", value.receiver.id, referral.receiver_id),
    ):
        if _uuid(said) != ours:
            raise FhirRefusal(where, f"referral {value.id} is here with another one than {said[:64]}")
    if referral.state == value.state.value:
        return Taken(referral)
    _move(referral, value, by)
    referral.refresh_from_db()
    return Taken(referral, moved=True)


def _move(referral: Referral, value: fhir.Referral, by: Actor) -> None:
    match value.state:
        case fhir.State.ACCEPTED:
            answering.accept(referral, by=by)
        case fhir.State.REJECTED:
            answering.reject(referral, by=by, reason=_reason(value), words=value.reason)
        case fhir.State.IN_PROGRESS:
            _under_way(referral, value, by)
        case fhir.State.COMPLETED:
            # Judged before anything moves: a result that is none leaves the referral where it was.
            outcome = _outcome(value)
            _under_way(referral, value, by)
            # The Procedure was done with the person, so they came.
            answering.finish(referral, by=by, outcome=outcome, attended=True, done=value.result)
        case fhir.State.FAILED:
            _under_way(referral, value, by)
            answering.cannot_finish(referral, by=by, reason=_reason(value), words=value.reason)
        case fhir.State.CANCELLED:
            if value.reason_code is fhir.Reason.CONSENT_WITHDRAWN:
                raise FhirRefusal(
                    "Task.statusReason", "a person takes back what they agreed to on the page of their consents"
                )
            sending.withdraw(referral, by=by, reason=_reason(value), words=value.reason)
        case fhir.State.ENTERED_IN_ERROR:
            sending.entered_in_error(referral, by=by, note=value.reason or "entered in error")
        case fhir.State.ON_HOLD:
            raise FhirRefusal("Task.status", "a Bundle does not say until when it is paused: pause it on its page")
        case _:
            raise FhirRefusal("Task.status", f"it is {referral.state} here and cannot become {value.state.value} again")


def _under_way(referral: Referral, value: fhir.Referral, by: Actor) -> None:
    """Through the steps between: a system that reports the end alone has accepted it and spoken with the person."""
    if referral.state == State.REQUESTED:
        answering.accept(referral, by=by)
    if referral.state == State.ACCEPTED:
        answering.first_contact(referral, by=by, on=_day(value))
    if referral.state == State.ON_HOLD and value.state is fhir.State.IN_PROGRESS:
        answering.resume(referral, by=by)


def _day(value: fhir.Referral) -> date:
    return timezone.localdate(value.changed or value.authored)


def _reason(value: fhir.Referral) -> str:
    """Ours, where it is one of ours; else "other", with their words."""
    code = value.reason_code.value.replace("-", "_") if value.reason_code else ""
    return code if code in Reason.values else Reason.OTHER.value


def _outcome(value: fhir.Referral) -> str:
    if value.business_status not in Outcome.values:
        raise FhirRefusal("Task.businessStatus", "it says what came of it: one of " + ", ".join(Outcome.values))
    if not value.result.strip():
        raise FhirRefusal("Task.output", "a completed referral says what was done, in a Procedure")
    return value.business_status


# --- a new one ----------------------------------------------------------------------------------------------------------


def _arrive(key: UUID, value: fhir.Referral, by: Actor, language: str) -> Taken:
    if not by.roles & RECEIVERS:
        raise FhirRefusal("Task.owner", "whoever answers referrals here takes a new one in")
    assert by.user_id is not None  # a person brings it
    receiver = _organisation(value.receiver, "Task.owner")
    if receiver.pk != by.organisation_id:
        raise FhirRefusal(
            "Task.owner", f"it is for {value.receiver.name or value.receiver.id}, not for your organisation"
        )
    sender = _organisation(value.sender, "Task.requester")
    if sender.pk == receiver.pk:
        raise FhirRefusal("Task.requester", "sender and receiver are one organisation")
    if not in_force(sender.pk, receiver.pk):
        raise FhirRefusal("Task.requester", "there is no agreement in force between your organisation and theirs")
    if value.consent is None:
        raise FhirRefusal("ServiceRequest.supportingInfo", "nothing comes in without the person's active Consent")
    if value.consent.given > timezone.localdate():
        raise FhirRefusal("Consent.dateTime", "that day is still to come")
    service = _service(value, receiver)
    with acting_for(user_id=by.user_id, organisation_ids={sender.pk, receiver.pk}):
        if Referral.objects.filter(pk=key).exists():
            raise _another_ones()
        person, consent = _person(value, sender, receiver, by, language)
        if eea.is_there(value.person.country) or eea.is_there(value.sender.country):
            eea.came_from_there(person)
        loop = Loop.objects.create(
            person=person, organisation=sender, wish=value.service[:300], opened_by_id=by.user_id
        )
        referral = Referral(
            pk=key,
            person=person,
            loop=loop,
            service=service,
            sender=sender,
            receiver=receiver,
            sender_user_id=by.user_id,
            state=State.REQUESTED,
            language=person.language,
            consent=consent,
            eligibility=eligibility.verdict(service, person),
            wait_list=True,  # no place was shown to whoever sent it
            sent_at=timezone.now(),
        )
        referral.full_clean()
        try:
            with transaction.atomic():
                referral.save(force_insert=True)
        except IntegrityError as fault:
            if "referrals_referral_pkey" not in str(fault):
                raise
            raise _another_ones() from None  # between others: neither of these two sees it
        open_to(person, receiver, kind=Access.Kind.REFERRAL, consent=consent, whole=False)
        parties = {"sender": str(sender.pk), "receiver": str(receiver.pk), "service": str(service.pk)}
        told = parties | {
            "from": State.DRAFT.value,
            "to": State.REQUESTED.value,
            "person": str(person.pk),
            "by": "fhir",
        }
        emit("referral.send", referral, by=by, data=told)
    return Taken(referral, new=True)


def _another_ones() -> FhirRefusal:
    return FhirRefusal("Task.id", "this id is of another referral")


def _organisation(party: fhir.Party, where: str) -> Organisation:
    """By its id here, else by its name, where one organisation alone has it."""
    approved = Organisation.objects.approved()
    if (key := _uuid(party.id)) and (found := approved.filter(pk=key).first()):
        return found
    name = folded_names([party.name])
    named = [one for one in approved.only("name", "state").order_by("id") if name & folded_names(one.name.values())]
    if len(named) != 1:
        raise FhirRefusal(where, f"{party.name or party.id} is no organisation of this portal, or more than one")
    return named[0]


def _service(value: fhir.Referral, receiver: Organisation) -> Service:
    asked = folded_names([value.service])
    offered = Service.objects.published().filter(organisation=receiver).order_by("id")
    found = [one for one in offered if asked & folded_names(one.name.values())]
    if len(found) != 1:
        raise FhirRefusal("ServiceRequest.code", f"“{value.service[:100]}” is no service of yours, or more than one")
    return found[0]


def _person(
    value: fhir.Referral, sender: Organisation, receiver: Organisation, by: Actor, language: str
) -> tuple[Person, Consent]:
    """Whom the sender has sent before, or somebody new: a file that holds the name they go by, which the sender keeps.

    It rests on the consent that came along: taken back, it ends what both may see. One that was taken back does not come
    alive again by the Bundle it came in; and in a file that the sender opened here, what the person agreed to stands here.
    """
    keys = _person_keys(value, sender.pk)
    ours = keys[-1]
    kept = Person.objects.kept_by(sender.pk).filter(pk__in=keys)
    # held until it has come in, as when it is sent (kesher.referrals.sending.send)
    person = kept.active().select_for_update(of=("self",), no_key=True).first()
    if person is not None:
        return person, _agreed(person, receiver) or _new_consent(value, person, receiver, by, ours=ours)
    if kept.exists():
        raise _out_of_use()
    consent_id = uuid7()
    # The access comes first: the database takes rows of a file only where there is one (decision 0025).
    Access.objects.create(person_id=ours, kind=Access.Kind.KEEPER, organisation=sender, consent_id=consent_id)
    person = Person.objects.filter(pk=ours).first()
    if person is not None:  # sent before, and taken back: the sender saw nothing of it until now
        if person.state != Person.State.ACTIVE:
            raise _out_of_use()
        return person, _new_consent(value, person, receiver, by, ours=ours, key=consent_id)
    called = " ".join(value.person.name.split())[:120] or NAMELESS
    person = Person.objects.create(pk=ours, called=called, language=language)
    emit("file.opened", person, by=by, data={"organisation": str(sender.pk), "by": "fhir"})
    return person, _consent(consent_id, value, person, receiver, by)


def _out_of_use() -> FhirRefusal:
    return FhirRefusal("Task.for", "the file of this person is closed, or one with another")


def _agreed(person: Person, receiver: Organisation) -> Consent | None:
    """What the person agreed to and has not taken back, the latest first."""
    agreed = Consent.objects.in_force().filter(person=person, purpose=Purpose.REFERRAL, organisation=receiver)
    return agreed.select_for_update(of=("self",), no_key=True).order_by("-given_at", "-id").first()


def _new_consent(
    value: fhir.Referral, person: Person, receiver: Organisation, by: Actor, *, ours: UUID, key: UUID | None = None
) -> Consent:
    """The consent of the Bundle, where none is in force: later than any the person took back, and for a file of a Bundle."""
    assert value.consent is not None
    if person.pk != ours:
        raise FhirRefusal("Consent", "the person's file is kept here, and no consent to this stands in it")
    back = Consent.objects.filter(
        person=person, purpose=Purpose.REFERRAL, organisation=receiver, withdrawn_at__date__gte=value.consent.given
    )
    if back.exists():
        raise FhirRefusal("Consent.dateTime", "the person has taken this back since then")
    return _consent(key or uuid7(), value, person, receiver, by)


def _person_keys(value: fhir.Referral, sender: UUID) -> list[UUID]:
    """The keys a sender's patient may have here: the one that went out, or one made of the sender and their own id."""
    return [key for key in (_uuid(value.person.id), uuid5(sender, value.person.id)) if key]


def _consent(key: UUID, value: fhir.Referral, person: Person, receiver: Organisation, by: Actor) -> Consent:
    assert value.consent is not None
    given = timezone.make_aware(datetime.combine(value.consent.given, time()))
    consent = Consent.objects.create(
        pk=key,
        person=person,
        purpose=Purpose.REFERRAL,
        organisation=receiver,
        text=ConsentText.current(Purpose.REFERRAL),
        language=person.language,
        how=Consent.How.PAPER,
        given_at=given,
        recorded_by_id=by.user_id,
    )
    emit("consent.given", consent, by=by, data={"purpose": Purpose.REFERRAL.value, "person": str(person.pk)})
    return consent
