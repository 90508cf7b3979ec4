"""Links by which somebody without an account answers: signed, for one purpose about one thing, and they run out.

    key = key_for(Purpose.ANSWER, referral.pk, referral.receiver_id)
    link = opened(key)                     None: never ours. Raises Expired, which knows what the link was for.

The link says nothing of a person. What it may do is judged by the state of what it is about: used twice, the second use finds
that it has been answered, and changes nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.core import signing
from django.db.models import Exists, OuterRef

from kesher.accounts.models import Membership, Organisation
from kesher.base.transitions import Actor
from kesher.directory.models import CALLERS, OrganisationProfile, Service
from kesher.referrals.vocabularies import LINK

SALT: Final = "kesher.referrals.links"
#: The page, behind the language, on which a link is answered.
PAGE: Final = "answer/"


class Purpose(StrEnum):
    ANSWER = "answer"  # accept or refuse a referral
    REPORT = "report"  # say what becomes of one that was accepted
    RECALL = "recall"  # say that it is erased
    PLACE = "place"  # is there a place?
    FOLLOW_UP = "follow-up"  # did it help? for the person


LASTS: Final = {
    Purpose.ANSWER: timedelta(days=14),
    Purpose.REPORT: timedelta(days=60),
    Purpose.RECALL: timedelta(days=30),
    Purpose.PLACE: timedelta(days=7),
    Purpose.FOLLOW_UP: timedelta(days=30),
}


@dataclass(frozen=True, slots=True)
class Link:
    """``about``: the key of the referral or question; ``organisation``: for whom one looks at it (the database's wall)."""

    purpose: Purpose
    about: UUID
    organisation: UUID

    @property
    def actor(self) -> Actor:
        """Whoever has the link: nobody with a name, for the organisation that was asked."""
        return Actor(None, self.organisation, frozenset({LINK}))


class Reached(StrEnum):
    """How what is sent to a service comes to somebody's eyes there."""

    ACCOUNT = "account"
    ADDRESS = "address"
    NOBODY = "nobody"


class Expired(Exception):
    """The link was good once."""

    def __init__(self, link: Link) -> None:
        super().__init__(link.purpose)
        self.link = link


def key_for(purpose: Purpose, about: UUID, organisation: UUID) -> str:
    """What stands in the link."""
    return signing.dumps([purpose.value, about.hex, organisation.hex], salt=SALT)


def opened(key: str) -> Link | None:
    """What a link is for; None for one that was never ours. Raises :class:`Expired`."""
    try:
        purpose, about, organisation = signing.loads(key, salt=SALT)
        link = Link(Purpose(purpose), UUID(about), UUID(organisation))
    except (signing.BadSignature, ValueError):
        return None
    try:
        signing.loads(key, salt=SALT, max_age=LASTS[link.purpose])
    except signing.SignatureExpired:
        raise Expired(link) from None
    return link


def is_closed_to(link: Link) -> bool:
    """Whether nothing opens behind this link now: its organisation is not approved (any more). That it has erased what it had
    may be said all the same; and what a person says by their link is not their organisation's."""
    if link.purpose in (Purpose.RECALL, Purpose.FOLLOW_UP):
        return False
    return not Organisation.objects.approved().filter(pk=link.organisation).exists()


def address_on_record(service: Service) -> str:
    """Where links about a service go, and nowhere else: the organisation's office, else the service's own address; or "".

    It is what the directory says, which the organisation and officers keep; no visitor of a link can name another.
    """
    profile = OrganisationProfile.objects.filter(organisation=service.organisation_id).only("email").first()
    return (profile.email if profile is not None else "") or service.email


def readers() -> Exists:
    """Of services: whether somebody of their organisation has an account with which what is sent is read and answered."""
    there = Membership.objects.in_force().filter(role__in=CALLERS, user__is_active=True)
    return Exists(there.filter(organisation=OuterRef("organisation")))


def reaches(service: Service, *, is_read: bool | None = None) -> Reached:
    """Whether somebody there sees what is sent: with an account of theirs, or by a link to the address on record.

    ``is_read``: what :func:`readers` has said, where it was asked with the service.
    """
    if is_read is None:
        is_read = Service.objects.filter(readers(), pk=service.pk).exists()
    if is_read:
        return Reached.ACCOUNT
    return Reached.ADDRESS if address_on_record(service) else Reached.NOBODY
