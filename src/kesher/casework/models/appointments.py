"""Meetings with a person, and those who interpret at them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.casework.models.plans import WITH_THE_FILE
from kesher.people.models import FILE_ROLES, Person
from kesher.people.models.named import named_to
from kesher.people.models.open_files import FileOpen
from kesher.people.models.parts import PartQuerySet

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class Gender(models.TextChoices):
    """What somebody asks for, or is. Nobody is asked to say."""

    ANY = "any", _("no preference")
    WOMAN = "woman", _("a woman")
    MAN = "man", _("a man")


class Interpreting(models.TextChoices):
    """How somebody interprets; ``none``: nobody is needed."""

    IN_PERSON = "in person", _("an interpreter in the room")
    PHONE = "phone", _("an interpreter on the telephone")
    NONE = "none", _("no interpreter needed")


class WhyCancelled(models.TextChoices):
    """Codes, not words of one's own: they stay in the trail of events."""

    PERSON = "person", _("the person asked for it")
    US = "us", _("we cannot")
    INTERPRETER = "interpreter", _("nobody could interpret")
    MISTAKE = "mistake", _("it was booked by mistake")


def kept_time(name: str) -> tuple[models.CheckConstraint, models.CheckConstraint]:
    """What a time that is kept for somebody has, with a file or without: a length, and a place unless it is by telephone.

    ``name``: before the constraints' names.
    """
    return (
        models.CheckConstraint(
            condition=Q(minutes__gte=5, minutes__lte=480),
            name=f"{name}_has_a_length",
            violation_error_message=_("Between 5 minutes and 8 hours."),
        ),
        models.CheckConstraint(
            condition=Q(where="phone") | ~Q(place=""),
            name=f"{name}_has_a_place",
            violation_error_message=_("Say where: an address and room, or the link."),
        ),
    )


class InterpreterQuerySet(models.QuerySet["Interpreter"]):
    def visible_to(self, user: "Visitor") -> "InterpreterQuerySet":
        """To those who work with files: their organisation's list, and what others share."""
        if not user.is_authenticated:
            return self.none()
        here = user.organisation_ids_as(FILE_ROLES)
        if not here:
            return self.none()
        shared = Q(shared=True, organisation__state=Organisation.State.APPROVED)
        mine = Q(organisation__in=here, organisation__state=Organisation.State.APPROVED)
        # a suspended organisation sees nobody's list
        if not Organisation.objects.approved().filter(pk__in=here).exists():
            return self.none()
        return self.filter(mine | shared)

    def for_language(self, code: str) -> "InterpreterQuerySet":
        return self.filter(languages__contains=[code])


@tracked()
class Interpreter(Model):
    """Somebody of age who interprets, on the list of one organisation."""

    # CASCADE: the list goes with its organisation
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="interpreters")
    name = models.CharField(_("name"), max_length=120)
    phone = EncryptedTextField(_("telephone"), max_length=40)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"))
    gender = models.CharField(_("woman or man"), max_length=10, choices=Gender, default=Gender.ANY)
    in_person = models.BooleanField(_("comes to the room"), default=True)
    by_phone = models.BooleanField(_("interprets on the telephone"), default=True)
    of_age = models.BooleanField(_("18 or older"), default=False)
    shared = models.BooleanField(_("other organisations may ask them, too"), default=False)
    note = models.CharField(_("when, and how to ask them"), max_length=200, blank=True)
    asked_at = models.DateTimeField(_("they agreed to be on this list"), default=timezone.now, editable=False)

    objects = InterpreterQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to find somebody who interprets",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as you are on the list of interpreters"),
        fields={
            "name": "the name",
            "phone": "the telephone number",
            "languages": "the languages",
            "gender": "woman or man, where it was said",
            "in_person": "how you interpret",
            "by_phone": "how you interpret",
            "of_age": "that you are of age",
            "note": "when you can be asked",
            "asked_at": "when you agreed",
        },
        plain=("id", "created_at", "updated_at", "organisation", "shared"),
        export=False,
        uses=used(REACH="name phone note", MEET="languages gender in_person by_phone", SAFE="of_age", PROVE="asked_at"),
    )

    class Meta:
        verbose_name = _("interpreter")
        verbose_name_plural = _("interpreters")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(of_age=True),
                name="interpreter_of_age",
                violation_error_message=_("A child never interprets: who is on the list is 18 or older."),
            ),
            models.CheckConstraint(
                condition=Q(in_person=True) | Q(by_phone=True),
                name="interpreter_can_be_reached",
                violation_error_message=_("In the room, on the telephone, or both?"),
            ),
            models.CheckConstraint(
                condition=~Q(languages=[]),
                name="interpreter_speaks",
                violation_error_message=_("Choose at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return f"interpreter {self.pk}"


class AppointmentQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To the person, whoever helps them, and the organisation that booked; to others while it is booked, but for
        those of an organisation that is not named to them.

        That somebody did not come is told to nobody else, lest it be used against them.
        """
        if not user.is_authenticated:
            return self.none()
        theirs = FileOpen(user, organisation="organisation", or_self=True)
        others = Q(state=Appointment.State.BOOKED) & Q(FileOpen(user)) & Q(named_to(user))
        return self.filter(Q(theirs) | others)

    def booked(self) -> Self:
        return self.filter(state=Appointment.State.BOOKED)


@tracked()
class Appointment(Model):
    """A person and somebody meet, at a time, in a room or on the telephone; who interprets is thought of beforehand."""

    class Where(models.TextChoices):
        PLACE = "place", _("in a room")
        PHONE = "phone", _("on the telephone")
        VIDEO = "video", _("by video")

    class State(models.TextChoices):
        BOOKED = "booked", _("booked")
        KEPT = "kept", _("they came")
        MISSED = "missed", _("they did not come")
        CANCELLED = "cancelled", _("cancelled")

    # CASCADE: part of the file
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="appointments")
    # PROTECT: who invited must be found again
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    with_whom = models.CharField(_("with whom"), max_length=120)
    # plain keys: the trail outlives the account
    with_user_id = models.UUIDField(null=True, editable=False)
    booked_by_id = models.UUIDField(null=True, editable=False)
    starts_at = models.DateTimeField(_("when"))
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"), default=30)
    where = models.CharField(_("where"), max_length=20, choices=Where, default=Where.PLACE)
    place = models.CharField(
        _("address, room, number or link"),
        max_length=300,
        blank=True,
        help_text=_("As the person needs it to find it."),
    )
    language = models.CharField(_("language of the meeting"), max_length=10, choices=settings.LANGUAGES)
    interpreting = models.CharField(_("interpreter"), max_length=20, choices=Interpreting, default=Interpreting.NONE)
    interpreter_gender = models.CharField(
        _("interpreter: woman or man?"), max_length=10, choices=Gender, default=Gender.ANY
    )
    # SET_NULL: whoever leaves the list takes their name along
    interpreter = models.ForeignKey(
        Interpreter, null=True, blank=True, on_delete=models.SET_NULL, related_name="appointments"
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.BOOKED)
    reason = models.CharField(_("why it was cancelled"), max_length=20, choices=WhyCancelled, blank=True)
    # how often it was moved: calendars take the newer
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = AppointmentQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to meet a person, with somebody who interprets where that is needed",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "with_whom": "whom you meet",
            "with_user_id": "whom you meet",
            "booked_by_id": "who wrote it down",
            "starts_at": "when and where",
            "minutes": "when and where",
            "where": "when and where",
            "place": "when and where",
            "language": "the language",
            "interpreting": "whether somebody interprets, and whom you would like",
            "interpreter_gender": "whether somebody interprets, and whom you would like",
            "interpreter": "whether somebody interprets, and whom you would like",
            "state": "what came of it",
            "reason": "what came of it",
        },
        plain=("id", "created_at", "updated_at", "organisation", "sequence"),
        uses=used(
            KNOW="person",
            MEET="with_whom with_user_id starts_at minutes where place language interpreting interpreter_gender interpreter",
            PROVE="booked_by_id",
            STEP="state reason",
        ),
    )

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["starts_at", "id"]
        constraints = [
            *kept_time("appointment"),
            models.CheckConstraint(
                condition=Q(interpreter=None) | ~Q(interpreting="none"),
                name="appointment_interpreter_needed",
                violation_error_message=_("Whoever interprets is needed: say how."),
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled") & ~Q(reason="") | ~Q(state="cancelled") & Q(reason=""),
                name="appointment_cancelled_why",
                violation_error_message=_("Say why it is cancelled."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "starts_at"], name="appointment_of_person"),
            models.Index(
                fields=["starts_at", "id"], name="appointment_waits", condition=Q(state__in=["booked", "missed"])
            ),
            models.Index(fields=["interpreter", "starts_at"], name="appointment_interpreter"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_booked(self) -> bool:
        return self.state == self.State.BOOKED

    @property
    def is_over(self) -> bool:
        return self.ends_at < timezone.now()

    @property
    def lacks_interpreter(self) -> bool:
        """One is needed, and nobody has been asked."""
        return self.is_booked and self.interpreting != Interpreting.NONE and self.interpreter_id is None
