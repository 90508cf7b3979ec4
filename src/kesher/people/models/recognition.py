"""The way of a qualification from elsewhere until it counts here: by which route, where, how far it is, and what it costs."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person
from kesher.people.models.skills import Qualification

#: Nothing more happens after these, unless it is taken up again.
ENDED = ("recognised", "refused", "stopped")


class RecognitionQuerySet(PartQuerySet):
    def under_way(self) -> Self:
        return self.exclude(state__in=ENDED)


@tracked()
class Recognition(Model):
    """One route of one qualification. A nurse may need both: that her degree equals one here, and leave to work as a nurse."""

    class Route(models.TextChoices):
        ACADEMIC = "academic", _("equal to a qualification here (academic)")
        LICENCE = "licence", _("leave to work in the profession (licence)")

    class Way(models.TextChoices):
        """Refugees who fled without papers are asked what they know and can do instead (Lisbon convention, article VII)."""

        PAPERS = "papers", _("with papers")
        INTERVIEW = "interview", _("without papers: by an interview of what they know and can do")

    class State(models.TextChoices):
        THINKING = "thinking", _("we look into it")
        GATHERING = "gathering", _("gathering papers")
        APPLIED = "applied", _("applied for")
        ASKED = "asked", _("they ask for more")
        PARTLY = "partly", _("recognised in part: something is to be made up")
        RECOGNISED = "recognised", _("recognised")
        REFUSED = "refused", _("refused")
        STOPPED = "stopped", _("stopped by the person")

    person = of_person("recognitions")
    # CASCADE: the way of a qualification that is taken out of the file leads nowhere
    qualification = models.ForeignKey(
        Qualification, on_delete=models.CASCADE, related_name="recognitions", verbose_name=_("qualification")
    )
    route = models.CharField(_("what is to be reached"), max_length=10, choices=Route)
    way = models.CharField(_("how"), max_length=10, choices=Way)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.THINKING, editable=False)
    authority = models.CharField(_("which authority decides"), max_length=200, blank=True)
    # in the town's currency; all fees together
    fee = models.PositiveIntegerField(_("fees, all together"), null=True, blank=True)
    fee_paid_by = models.CharField(_("who pays the fees"), max_length=120, blank=True)
    applied_on = models.DateField(_("applied on"), null=True, blank=True)
    expected_on = models.DateField(_("an answer is expected on"), null=True, blank=True)
    bridging = models.CharField(_("course that makes up what is missing"), max_length=200, blank=True)
    # plain key: the history outlives the account
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = RecognitionQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to have what a person learnt elsewhere count here",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                (
                    "qualification",
                    "route",
                    "way",
                    "state",
                    "authority",
                    "fee",
                    "fee_paid_by",
                    "applied_on",
                    "expected_on",
                    "bridging",
                ),
                "how far the recognition of your qualification is",
            ),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(
            KNOW="person",
            WORK="qualification route way authority bridging",
            STEP="state fee fee_paid_by applied_on expected_on",
            PROVE="noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("recognition")
        verbose_name_plural = _("recognitions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["qualification", "route"],
                name="recognition_once",
                violation_error_message=_("This way is noted already for this qualification."),
            ),
            models.CheckConstraint(
                condition=Q(applied_on=None) | Q(expected_on=None) | Q(expected_on__gte=models.F("applied_on")),
                name="recognition_answer_after_application",
                violation_error_message=_("An answer cannot come before the application."),
            ),
        ]
        indexes = [models.Index(fields=["expected_on"], name="recognition_expected")]

    def __str__(self) -> str:
        return f"recognition {self.pk}"

    def clean(self) -> None:
        if self.qualification_id and self.person_id and self.qualification.person_id != self.person_id:
            raise ValidationError(_("This qualification stands in another file."))

    @property
    def is_under_way(self) -> bool:
        return self.state not in ENDED


class RecognitionStepQuerySet(PartQuerySet):
    def open(self) -> Self:
        """Those of ways that are still walked."""
        return self.filter(done_on=None).exclude(recognition__state__in=ENDED)


@tracked()
class RecognitionStep(Model):
    """Something to do on the way: a paper to find, a translation, an exam."""

    class Kind(models.TextChoices):
        FIND = "find", _("find the papers")
        TRANSLATE = "translate", _("have them translated")
        CERTIFY = "certify", _("have copies certified")
        APPLY = "apply", _("hand in the application")
        PAY = "pay", _("pay the fee")
        TALK = "talk", _("go to the interview")
        LANGUAGE = "language", _("pass the language test")
        EXAM = "exam", _("pass the exam")
        BRIDGE = "bridge", _("take the course that makes up what is missing")
        OTHER = "other", _("something else")

    person = of_person("recognition_steps")
    # CASCADE: a step of no way
    recognition = models.ForeignKey(Recognition, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(_("what is to be done"), max_length=12, choices=Kind)
    text = models.CharField(_("in your own words"), max_length=200, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = RecognitionStepQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to have what a person learnt elsewhere count here",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                ("recognition", "kind", "text", "due_on", "done_on"), "how far the recognition of your qualification is"
            ),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", STEP="recognition kind text due_on done_on", PROVE="noted_by_id"),
    )

    class Meta:
        verbose_name = _("step to recognition")
        verbose_name_plural = _("steps to recognition")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(text=""),
                name="recognition_step_says_what",
                violation_error_message=_("Say in a few words what is to be done."),
            )
        ]
        indexes = [models.Index(fields=["due_on"], name="recognition_step_due")]

    def __str__(self) -> str:
        return f"step to recognition {self.pk}"

    def clean(self) -> None:
        if self.recognition_id and self.person_id and self.recognition.person_id != self.person_id:
            raise ValidationError(_("This stands in another file."))

    @property
    def what(self) -> str | Promise | Any:
        return self.Kind(self.kind).label
