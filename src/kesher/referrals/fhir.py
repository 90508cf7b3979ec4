"""A referral as the plain value that :mod:`kesher.formats.fhir` writes as a Bundle.

    to_bundle(neutral(referral, person, language="en"), base="https://town.example/fhir")

Only what a list may hold goes along: the name to call the person by, the service, where it stands. Why they are referred, and
what else it carries, is read on its page, where who looked is written down.
"""

from datetime import datetime
from typing import Final

from kesher.base.translated import in_language
from kesher.formats import fhir
from kesher.people.models import Person
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import State

#: What stands where the person took it back: they owe nobody a reason.
WITHDRAWN: Final = "consent withdrawn"


def neutral(referral: Referral, person: Person, *, language: str) -> fhir.Referral:
    """Of a referral that was sent, for one of its two sides. ``language``: of the names of services and organisations.

    Raises ``ValueError`` for what has no place in a Bundle: a draft that was thrown away, or one that was never sent.
    """
    if referral.state == State.DELETED or referral.sent_at is None:
        raise ValueError("a referral that was never sent is nobody else's")
    by_person = referral.state == State.CANCELLED and not referral.reason
    consent = referral.consent
    return fhir.Referral(
        id=str(referral.pk),
        state=fhir.State(referral.state),
        person=fhir.Party(str(person.pk), person.called),
        sender=fhir.Party(str(referral.sender_id), in_language(referral.sender.name, language).text),
        receiver=fhir.Party(str(referral.receiver_id), in_language(referral.receiver.name, language).text),
        service=in_language(referral.service.name, language).text,
        authored=referral.sent_at,
        changed=_changed(referral),
        reason=WITHDRAWN if by_person else referral.reason_words or referral.reason,
        reason_code=fhir.Reason.CONSENT_WITHDRAWN if by_person else _reason(referral),
        business_status=referral.outcome,
        result=referral.done,
        replaces=str(referral.replaces_id) if referral.replaces_id else None,
        consent=fhir.ConsentGiven(str(consent.pk), consent.given_at.date(), consent.purpose) if consent else None,
    )


def _changed(referral: Referral) -> datetime:
    return referral.closed_at or referral.answered_at or referral.updated_at


def _reason(referral: Referral) -> fhir.Reason | None:
    return fhir.Reason(referral.reason.replace("_", "-")) if referral.reason else None
