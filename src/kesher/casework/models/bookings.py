"""A time kept for somebody who has no file: who stands at the counter, or has rung up, and wants to come again."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, Retention, used
from kesher.casework.models.appointments import Appointment, Gender, Interpreting, kept_time
from kesher.people.models import FILE_ROLES

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: How long after the day it was for.
KEPT: Final = timedelta(days=30)


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: "Visitor") -> "BookingQuerySet":
        """To those who work with files in the organisation at which it was booked."""
        if not user.is_authenticated:
            return self.none()
        here = user.organisation_ids_as(FILE_ROLES)
        return self.filter(organisation__in=here, organisation__state=Organisation.State.APPROVED)

    def booked(self) -> "BookingQuerySet":
        return self.filter(state=Booking.State.BOOKED)


@tracked(exclude=["called", "phone", "language", "interpreting", "interpreter_gender", "place", "with_whom"])
class Booking(Model):
    """A name to call, a number, a language, and whether somebody interprets. It becomes an appointment when a file is made, and
    is erased when that day is past. Its history knows that a time was kept, and nothing of who was to come, or where to: what
    is erased on request is gone at once."""

    class State(models.TextChoices):
        BOOKED = "booked", _("booked")
        KEPT = "kept", _("they came")
        MISSED = "missed", _("they did not come")
        CANCELLED = "cancelled", _("cancelled")

    # RESTRICT: somebody will come to this organisation
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="bookings")
    called = models.CharField(_("a name to call them by"), max_length=80)
    phone = EncryptedTextField(_("telephone"), max_length=40, blank=True)
    language = models.CharField(_("language of the meeting"), max_length=10, choices=settings.LANGUAGES)
    interpreting = models.CharField(_("interpreter"), max_length=20, choices=Interpreting, default=Interpreting.NONE)
    interpreter_gender = models.CharField(
        _("interpreter: woman or man?"), max_length=10, choices=Gender, default=Gender.ANY
    )
    starts_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), default=30)
    where = models.CharField(_("where"), max_length=20, choices=Appointment.Where, default=Appointment.Where.PLACE)
    place = models.CharField(_("address, room, number or link"), max_length=300, blank=True)
    with_whom = models.CharField(_("with whom"), max_length=120)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.BOOKED)
    consent_at = models.DateTimeField(_("agreed that this is kept"), default=timezone.now, editable=False)
    # plain key: the trail outlives the account
    booked_by_id = models.UUIDField(null=True, editable=False)

    objects = BookingQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to expect somebody who has no file yet at the time that was agreed",
        legal_basis=LegalBasis.CONSENT,
        retention=Retention(
            after="starts_at",
            keep=KEPT,
            sooner="the person or the organisation asks for it, or a file is made (that a time "
            "was kept, and nothing of who or where, stays the 30 days)",
        ),
        fields={
            "called": "the name",
            "phone": "the telephone number",
            "language": "the language",
            "interpreting": "whether somebody interprets, and whom you would like",
            "interpreter_gender": "whether somebody interprets, and whom you would like",
            "starts_at": "when and where",
            "minutes": "when and where",
            "where": "when and where",
            "place": "when and where",
            "with_whom": "whom you meet",
            "state": "what came of it",
            "consent_at": "when you agreed",
            "booked_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "organisation"),
        uses=used(
            KNOW="called",
            REACH="phone",
            MEET="with_whom starts_at minutes where place language interpreting interpreter_gender",
            STEP="state",
            PROVE="consent_at booked_by_id",
        ),
    )

    class Meta:
        verbose_name = _("appointment of somebody without a file")
        verbose_name_plural = _("appointments of people without a file")
        ordering = ["starts_at", "id"]
        constraints = [
            *kept_time("booking"),
        ]
        indexes = [models.Index(fields=["organisation", "state", "starts_at"], name="booking_of_organisation")]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_booked(self) -> bool:
        return self.state == self.State.BOOKED

    @property
    def has_begun(self) -> bool:
        return self.starts_at <= timezone.now()

    @property
    def erased_on(self) -> datetime:
        """The day on which it is gone for certain: what is too old is erased by night."""
        return self.starts_at + KEPT + timedelta(days=1)
