"""Case conferences: those around a person meet. What they agree on becomes steps of the one plan."""

from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, used
from kesher.casework.models.plans import WITH_THE_FILE, Step
from kesher.people.models import Person
from kesher.people.models.named import named_to
from kesher.people.models.open_files import FileOpen, Through
from kesher.people.models.parts import PartQuerySet

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

PURPOSE: Final = "to agree with a person who does what by when"


class ConferenceQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To every organisation with the file, and to the person, as a shared note; none that was called by an organisation
        that is not named to whoever reads, and none at all to somebody who only helps."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(FileOpen(user, through=Through.NOT_HELPING), named_to(user))


@tracked()
class Conference(Model):
    """One meeting. Written once, whole; what was wrong is put right by the next one, or in the steps themselves."""

    # CASCADE: it is part of the file
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="conferences")
    # PROTECT: who called those around somebody together must be found again
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("who called it")
    )
    # made with the form: of two that come from one form the second is the first
    form_key = models.UUIDField(editable=False)
    held_on = models.DateField(_("day of the conference"), default=timezone.localdate)
    place = models.CharField(_("where it was held"), max_length=120, blank=True)
    how = models.CharField(_("how the person took part"), max_length=20, choices=Step.How)
    agreed = models.TextField(_("what was agreed"), max_length=2000)
    # plain key: the trail outlives the account
    called_by_id = models.UUIDField(_("who wrote it down"), editable=False)

    objects = ConferenceQuerySet.as_manager()

    privacy = PersonalData(
        purpose=PURPOSE,
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            **dict.fromkeys(("held_on", "place", "how"), "when and where those around you met, and who was there"),
            "agreed": "what was agreed there",
            "called_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "organisation", "form_key"),
        uses=used(KNOW="person", STEP="held_on place how agreed", PROVE="called_by_id"),
    )

    class Meta:
        verbose_name = _("case conference")
        verbose_name_plural = _("case conferences")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "form_key"],
                name="conference_once",
                violation_error_message=_("This conference is written down already."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed=""),
                name="conference_agreed_something",
                violation_error_message=_("Say in a few words what was agreed."),
            ),
        ]
        indexes = [models.Index(fields=["person", "-held_on"], name="conference_of_person")]

    def __str__(self) -> str:
        return f"conference {self.pk}"


class AttendanceQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """Of the conferences one may read; without organisations that are not named to whoever reads."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(named_to(user), conference__in=Conference.objects.visible_to(user).values("pk"))


@tracked()
class Attendance(Model):
    """One organisation that took part in a conference; the one that called it, too."""

    # CASCADE both: part of the file, and of the conference
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    conference = models.ForeignKey(
        Conference, on_delete=models.CASCADE, related_name="attended", verbose_name=_("case conference")
    )
    # PROTECT: who was there must be found again
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("who was there")
    )

    objects = AttendanceQuerySet.as_manager()

    privacy = PersonalData(
        purpose=PURPOSE,
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={"person": "whose file", "conference": "when and where those around you met, and who was there"},
        plain=("id", "created_at", "updated_at", "organisation"),
        uses=used(KNOW="person", STEP="conference"),
    )

    class Meta:
        verbose_name = _("organisation at a conference")
        verbose_name_plural = _("organisations at conferences")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "organisation"],
                name="attendance_once",
                violation_error_message=_("An organisation is at a conference once."),
            )
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
