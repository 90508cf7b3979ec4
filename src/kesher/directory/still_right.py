"""The link in the mail that asks "is it still right?": signed, for one person, one organisation and this question alone.

Whoever has it may say "still right" without logging in, and nothing else. It ends after ``LASTS``, with the account, and
with the role in the organisation.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core import signing

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.transitions import Actor
from kesher.directory.models import Service
from kesher.directory.states import EDITORS

SALT = "kesher.directory.still_right"
LASTS = 45 * 24 * 3600  # seconds


class Expired(Exception):
    """The link was good once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who was asked, about which organisation, and the day on which the mail was written."""

    user: User
    organisation: Organisation
    on: date

    @property
    def actor(self) -> Actor:
        return self.user.as_actor(self.organisation.pk)


def token_for(user: User, organisation: Organisation, *, on: date) -> str:
    """What stands in the link."""
    return signing.dumps([user.pk.hex, organisation.pk.hex, on.isoformat()], salt=SALT)


def asked_by(token: str) -> Asked | None:
    """Who is answering; None for a link that was never ours. Raises :class:`Expired`."""
    try:
        user_id, organisation_id, on = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.SignatureExpired:
        raise Expired from None
    except signing.BadSignature:
        return None
    role = (
        Membership.objects.in_force()
        .filter(user_id=UUID(user_id), organisation_id=UUID(organisation_id), role__in=EDITORS, user__is_active=True)
        .select_related("user", "organisation")
        .order_by("id")
        .first()
    )
    if role is None:
        raise Expired
    return Asked(role.user, role.organisation, date.fromisoformat(on))


def waiting(asked: Asked, until: date) -> list[Service]:
    """The services that wait for an answer by ``until``, the longest waiting first."""
    services = Service.objects.published().filter(organisation=asked.organisation, check_by__lte=until)
    return list(services.order_by("check_by", "id"))


def answered(asked: Asked) -> list[Service]:
    """Those that somebody has confirmed since the mail was written."""
    services = Service.objects.published().filter(organisation=asked.organisation, assured_date__gte=asked.on)
    return list(services.order_by("id"))
