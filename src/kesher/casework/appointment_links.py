"""The link by which a person without an account reads when and where they are expected, and says that they cannot come.

    key = key_for(appointment)             signed, about one appointment: it says nothing of whose it is, or when
    link = opened(key)                     None for one that was never ours, or is old

It shows what stands there today, also after it was moved: of a link that was sent before, nothing is out of date. Where the
place alone would tell whoever holds the telephone what it is about, it does not show it (:func:`shows_the_place`).
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.core import signing

from kesher.accounts.models import Organisation
from kesher.base.transitions import Actor
from kesher.casework.models import Appointment
from kesher.referrals.vocabularies import LINK

SALT: Final = "kesher.casework.appointment_links"
#: The page, behind the language.
PAGE: Final = "meet/"
#: No appointment is booked further ahead; what is over says nothing any more.
LASTS: Final = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Link:
    """``organisation``: which invited, and as which one looks at it (the database's wall)."""

    about: UUID
    organisation: UUID

    @property
    def actor(self) -> Actor:
        """Whoever has the link: nobody with a name, as the organisation that sent it to them."""
        return Actor(None, self.organisation, frozenset({LINK}))


def shows_the_place(appointment: Appointment) -> bool:
    """Whether the address stands behind the link: not that of a shelter or a clinic, and of nobody who asked for discretion."""
    telling = Organisation.objects.sensitive().filter(pk=appointment.organisation_id)
    return not appointment.person.discreet and not telling.exists()


def key_for(appointment: Appointment) -> str:
    return signing.dumps([appointment.pk.hex, appointment.organisation_id.hex], salt=SALT)


def opened(key: str) -> Link | None:
    try:
        about, organisation = signing.loads(key, salt=SALT, max_age=LASTS)
        return Link(UUID(about), UUID(organisation))
    except (signing.BadSignature, ValueError):
        return None
