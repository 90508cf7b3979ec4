"""A concern: somebody fears for somebody's safety, in a mentoring or at a workplace."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import of_own
from kesher.accounts.models import Organisation, User
from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, Retention, used
from kesher.casework.models.matches import Match
from kesher.casework.models.mentors import Safeguarding

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class ConcernQuerySet(models.QuerySet["Concern"]):
    def visible_to(self, user: "Visitor") -> "ConcernQuerySet":
        """To whom the organisation has named, and to whoever raised it."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(raised_by_id=user.pk) | _entrusted(user))

    def entrusted_to(self, user: User) -> "ConcernQuerySet":
        """Those of organisations that have named this user, who still works there, and not about a workplace of theirs."""
        return self.filter(_entrusted(user))

    def open(self) -> "ConcernQuerySet":
        return self.exclude(state=Concern.State.CLOSED)


def _entrusted(user: User) -> Q:
    """Of concerns: those of organisations that have named this user. Never about a workplace they belong to."""
    named = Safeguarding.objects.in_force().filter(user=user, organisation=OuterRef("organisation"))
    return Q(Exists(named)) & ~of_own(user.pk, "host")


@tracked()
class Concern(Model):
    """Somebody fears for somebody's safety. It goes to the named person alone, and never to the other side."""

    class State(models.TextChoices):
        OPEN = "open", _("not yet read")
        TAKEN = "taken", _("somebody looks into it")
        CLOSED = "closed", _("settled")

    class Kind(models.TextChoices):
        DANGER = "danger", _("somebody is in danger now")
        HURT = "hurt", _("somebody was hurt, touched or threatened")
        SECRET = "secret", _("secrets, gifts or meetings that nobody may know of")
        PRESSURE = "pressure", _("pressure about money, work or papers")
        UNSAFE = "unsafe", _("work that is dangerous or forbidden")
        UNEASY = "uneasy", _("something does not feel right")

    class Side(models.TextChoices):
        PERSON = "person", _("the person")
        MENTOR = "mentor", _("the mentor")
        WORKER = "worker", _("a caseworker")

    # PROTECT: where it was raised must be found again
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # SET_NULL: a concern outlives the file it was about
    match = models.ForeignKey(Match, null=True, blank=True, on_delete=models.SET_NULL, related_name="concerns")
    training = models.ForeignKey(
        "casework.TrainingAgreement", null=True, blank=True, on_delete=models.SET_NULL, related_name="concerns"
    )
    # PROTECT, and here again: the wall asks it of each row, also when the agreement is gone with the file
    host = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("who raised it"), max_length=10, choices=Side)
    raised_by_id = models.UUIDField(editable=False)
    kind = models.CharField(_("what it is about"), max_length=20, choices=Kind)
    words = EncryptedTextField(_("in their own words"), max_length=2000, blank=True)
    answer_by = models.DateTimeField(_("to be looked into by"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN)
    taken_at = models.DateTimeField(null=True, editable=False)
    taken_by_id = models.UUIDField(null=True, editable=False)
    done = EncryptedTextField(_("what was done"), max_length=2000, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = ConcernQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to keep people who are mentored or learn at work, and mentors, safe",
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="closed_at", keep=timedelta(days=7 * 365)),
        fields={
            "side": "who raised it",
            "raised_by_id": "who raised it",
            "kind": "what worries, in which words",
            "words": "what worries, in which words",
            "answer_by": "what was done, by whom and when",
            "state": "what was done, by whom and when",
            "taken_at": "what was done, by whom and when",
            "taken_by_id": "what was done, by whom and when",
            "done": "what was done, by whom and when",
            "closed_at": "what was done, by whom and when",
        },
        plain=("id", "created_at", "updated_at", "organisation", "match", "training", "host"),
        export=False,
        uses=used(SAFE="side raised_by_id kind words answer_by state taken_at taken_by_id done closed_at"),
    )

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        ordering = ["answer_by", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", taken_at=None, closed_at=None)
                | Q(state="taken", taken_at__isnull=False, taken_by_id__isnull=False, closed_at=None)
                | Q(state="closed", taken_at__isnull=False, taken_by_id__isnull=False, closed_at__isnull=False),
                name="concern_settled_by_somebody",
                violation_error_message=_("Somebody looks into it before it is settled."),
            )
        ]
        indexes = [models.Index(fields=["organisation", "state", "answer_by"], name="concern_of_organisation")]

    def __str__(self) -> str:
        return f"concern {self.pk}"

    @property
    def is_late(self) -> bool:
        return self.state == self.State.OPEN and self.answer_by < timezone.now()
