"""Links by which a workplace without an account reads, signs, and answers the weekly question.

As those of referrals: signed, for one purpose about one thing, and they run out. They go to the address the directory has of
the organisation, and nowhere else.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from django.core import signing

from kesher.base.transitions import Actor
from kesher.directory.models import OrganisationProfile
from kesher.referrals.vocabularies import LINK

SALT: Final = "kesher.casework.hosting.links"
#: The page, behind the language, on which a link is answered.
PAGE: Final = "workplace/"


class Purpose(StrEnum):
    SIGN = "sign"  # read the agreement and sign, or say no
    WEEK = "week"  # how does it go this week? about one question


LASTS: Final = {Purpose.SIGN: timedelta(days=14), Purpose.WEEK: timedelta(days=14)}


@dataclass(frozen=True, slots=True)
class Link:
    """``about``: the key of the agreement or the question; ``host``: for whom one looks at it (the database's wall)."""

    purpose: Purpose
    about: UUID
    host: UUID

    @property
    def actor(self) -> Actor:
        """Whoever has the link: nobody with a name, for the workplace."""
        return Actor(None, self.host, frozenset({LINK}))


class Expired(Exception):
    """The link was good once."""

    def __init__(self, link: Link) -> None:
        super().__init__(link.purpose)
        self.link = link


def key_for(link: Link) -> str:
    """What stands in the link: keys, and nothing of a person."""
    return signing.dumps([link.purpose.value, link.about.hex, link.host.hex], salt=SALT)


def opened(key: str) -> Link | None:
    """What a link is for; None for one that was never ours. Raises :class:`Expired`."""
    try:
        purpose, about, host = signing.loads(key, salt=SALT)
        link = Link(Purpose(purpose), UUID(about), UUID(host))
    except (signing.BadSignature, ValueError):
        return None
    try:
        signing.loads(key, salt=SALT, max_age=LASTS[link.purpose])
    except signing.SignatureExpired:
        raise Expired(link) from None
    return link


def address_on_record(host_id: UUID) -> str:
    """The address of the organisation in the directory, or ""."""
    profile = OrganisationProfile.objects.filter(organisation=host_id).only("email").first()
    return profile.email if profile is not None else ""
