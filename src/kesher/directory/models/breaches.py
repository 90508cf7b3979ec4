"""The register of breaches of personal data (GDPR, articles 33 and 34), and when the impact of all this was assessed (35, 36).
Append-only, in the shape of legal demands: a later line does not change an earlier one, it stands beneath it."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role
from kesher.base.models import AppendOnly
from kesher.base.privacy import LegalBasis, PersonalData, Retention
from kesher.directory.models.legal import KEPT, NamedOfficer, stays

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Article 33(1): hours from the moment one knew; nights and holidays count.
TO_REPORT: Final = timedelta(hours=72)
PURPOSE: Final = (
    "to mend it when what is kept about people was lost or seen by others, and to be able to show what was done"
)


def may_read(user: "Visitor") -> bool:
    """Whether this user is the data-protection officer, or runs the platform."""
    if not user.is_authenticated:
        return False
    officer = NamedOfficer.objects.in_force().filter(kind=NamedOfficer.Kind.PRIVACY, user_id=user.pk)
    return user.has_role(Role.PLATFORM_ADMIN) or officer.exists()


class BreachQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Visitor") -> Self:
        """To the data-protection officer and to whoever runs the platform; to nobody else, auditors among them."""
        return self if may_read(user) else self.none()


class Breach(AppendOnly):
    """Something about people was lost, changed, or seen by who should not. No person is named in it: what is written here
    would itself be what was lost."""

    aware_at = models.DateTimeField(_("known since"))
    happened = models.TextField(_("what happened"), max_length=2000)
    whose = models.TextField(_("whose data, and which"), max_length=1000)
    # None: not known yet
    people = models.PositiveIntegerField(_("about how many people"), null=True, blank=True)
    likely = models.TextField(_("what may come of it for them"), max_length=1000)
    recorded_by_id = models.UUIDField(editable=False)

    objects = BreachQuerySet.as_manager()

    privacy = PersonalData(
        purpose=PURPOSE,
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=KEPT),
        fields={
            "happened": "what happened, and what may come of it",
            "whose": "of whom and of how many, never who",
            "people": "of whom and of how many, never who",
            "likely": "what happened, and what may come of it",
            "recorded_by_id": "who wrote it down",
        },
        plain=("id", "at", "aware_at"),
        export=False,
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("breach of personal data")
        verbose_name_plural = _("breaches of personal data")
        constraints = [
            models.CheckConstraint(
                condition=~Q(happened="") & ~Q(whose="") & ~Q(likely=""),
                name="breach_is_whole",
                violation_error_message=_("Say what happened, whose data it is, and what may come of it."),
            ),
            models.CheckConstraint(
                condition=Q(aware_at__lte=F("at")),
                name="breach_known_before_written",
                violation_error_message=_("That is still to come."),
            ),
        ]
        triggers: ClassVar = [stays()]

    def __str__(self) -> str:
        return f"breach {self.pk}"

    @property
    def due_at(self) -> datetime:
        """Until when the authority is to be told."""
        return self.aware_at + TO_REPORT


class BreachNote(AppendOnly):
    """What was done about a breach, learnt of it, or told of it: one line each."""

    class Kind(models.TextChoices):
        DONE = "done", _("done about it")
        LEARNT = "learnt", _("learnt since")
        REPORTED = "reported", _("the authority was told")
        UNLIKELY = "unlikely", _("the authority need not be told: no risk for people is likely")
        TOLD = "told", _("the people were told")
        NOT_TOLD = "not_told", _("the people were not told")

    class Ground(models.TextChoices):
        """Why people need not be told (articles 34(1) and 34(3))."""

        LOW = "low", _("no high risk for them is likely")
        UNREADABLE = "unreadable", _("nobody can read what was lost: it is encrypted")
        AVERTED = "averted", _("what was done since takes the high risk away")
        PUBLIC = "public", _("to tell each one is out of proportion: it was said in public")

    # CASCADE: retention takes both
    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    words = models.TextField(_("in words"), max_length=2000)
    # when the authority or the people were told
    on = models.DateTimeField(_("when"), null=True, blank=True)
    why_late = models.TextField(_("why later than 72 hours"), max_length=1000, blank=True)
    people = models.PositiveIntegerField(_("about how many people"), null=True, blank=True)
    ground = models.CharField(_("why not"), max_length=10, choices=Ground, blank=True)
    recorded_by_id = models.UUIDField(editable=False)

    objects = BreachQuerySet.as_manager()

    privacy = PersonalData(
        purpose=PURPOSE,
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=KEPT),
        fields={
            **dict.fromkeys(
                ("kind", "words", "on", "why_late", "ground"), "what was done, and who was told or why not"
            ),
            "people": "of whom and of how many, never who",
            "recorded_by_id": "who wrote it down",
        },
        plain=("id", "at", "breach"),
        export=False,
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("note on a breach")
        verbose_name_plural = _("notes on breaches")
        constraints = [
            models.CheckConstraint(
                condition=~Q(words=""),
                name="breach_note_says_something",
                violation_error_message=_("Say it in words."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["reported", "told"], on__isnull=False)
                | ~Q(kind__in=["reported", "told"]) & Q(on=None),
                name="breach_note_when_told",
                violation_error_message=_("Say when they were told."),
            ),
            models.CheckConstraint(
                condition=Q(kind="not_told") & ~Q(ground="") | ~Q(kind="not_told") & Q(ground=""),
                name="breach_note_why_not_told",
                violation_error_message=_("Say why the people were not told, and only then."),
            ),
            models.CheckConstraint(
                condition=Q(why_late="") | Q(kind="reported"),
                name="breach_note_late_is_of_reports",
                violation_error_message=_("Only what is told to the authority can be late."),
            ),
            models.CheckConstraint(
                condition=Q(people=None) | Q(kind__in=["learnt", "told"]),
                name="breach_note_counts_people",
                violation_error_message=_("How many people: where it was learnt, or where they were told."),
            ),
        ]
        triggers: ClassVar = [stays()]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class AssessmentQuerySet(models.QuerySet["ImpactAssessment"]):
    def visible_to(self, user: "Visitor") -> Self:
        return self if may_read(user) else self.none()

    def newest(self) -> "ImpactAssessment | None":
        """The one that counts."""
        return self.order_by("-made_on", "-id").first()


class ImpactAssessment(AppendOnly):
    """That the impact on people was assessed: when, by whom, where it lies, when it is looked at again. Not what it says."""

    made_on = models.DateField(_("made on"))
    author = models.CharField(_("who made it"), max_length=200)
    kept_at = models.CharField(_("where it is kept"), max_length=300)
    review_on = models.DateField(_("looked at again on"))
    recorded_by_id = models.UUIDField(editable=False)

    objects = AssessmentQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to say who answers for the portal",
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=KEPT),
        fields={"author": "the name", "recorded_by_id": "who wrote it down"},
        plain=("id", "at", "made_on", "kept_at", "review_on"),
        export=False,
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("impact assessment")
        verbose_name_plural = _("impact assessments")
        constraints = [
            models.CheckConstraint(
                condition=~Q(author="") & ~Q(kept_at=""),
                name="assessment_is_whole",
                violation_error_message=_("Say who made it, and where it is kept."),
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("made_on")),
                name="assessment_looked_at_again",
                violation_error_message=_("It is looked at again after it was made."),
            ),
        ]
        triggers: ClassVar = [stays()]

    def __str__(self) -> str:
        return f"assessment {self.pk}"

    def is_past(self, today: date | None = None) -> bool:
        """Whether it should have been looked at again."""
        return self.review_on < (today or timezone.localdate())
