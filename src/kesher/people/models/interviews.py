"""How far the interview has come: which of its sections were spoken of, and which the person would rather skip.

What was said stands in the parts of the file themselves; here is only that it was, when, and to whom.
"""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person


@tracked()
class InterviewSection(Model):
    """One section of the interview of one person."""

    class Section(models.TextChoices):
        """In the order they are asked: as the EU Skills Profile Tool has them, after what worries most."""

        WORRIES = "worries", _("What worries you most?")
        PERSONAL = "personal", _("About you")
        EXPECTATIONS = "expectations", _("What you want")
        LANGUAGES = "languages", _("Languages you speak")
        SCHOOLING = "schooling", _("What you have learnt")
        WORK = "work", _("Work you have done")
        CARDS = "cards", _("What you have done with your own hands")
        DIGITAL = "digital", _("Telephone and computer")
        NEXT = "next", _("What we know now, and what comes next")

    class State(models.TextChoices):
        DONE = "done", _("done")
        SKIPPED = "skipped", _("skipped")

    person = of_person("interview_sections")
    section = models.CharField(_("section"), max_length=20, choices=Section)
    state = models.CharField(_("state"), max_length=10, choices=State)
    said_at = models.DateTimeField(_("said"), default=timezone.now, editable=False)
    # plain key: the history outlives the account
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to go on with the interview where it was left, and not to ask twice",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "section": "what we have spoken of",
            "state": "what we have spoken of",
            "said_at": "when",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", STEP="section state said_at", PROVE="noted_by_id"),
    )

    class Meta:
        verbose_name = _("section of the interview")
        verbose_name_plural = _("sections of the interview")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "section"],
                name="interview_section_once",
                violation_error_message=_("This section is noted already."),
            )
        ]

    def __str__(self) -> str:
        return f"interview {self.section} {self.pk}"


class InterviewPace(Model):
    """How many interviews of a month took so many half minutes for a section. Whose they were stands nowhere.

    No history: it would tell when somebody was counted, and so who. All rows of a section and a month are made at once.
    """

    section = models.CharField(_("section"), max_length=20, choices=InterviewSection.Section)
    # its first day
    month = models.DateField(_("month"))
    half_minutes = models.PositiveSmallIntegerField(_("so many half minutes, begun"))
    times = models.PositiveIntegerField(_("how often"), default=0)

    privacy = NoPersonalData("how long the interview takes, as counts")

    class Meta:
        verbose_name = _("length of a section of the interview")
        verbose_name_plural = _("lengths of sections of the interview")
        ordering = ["month", "section", "half_minutes"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "month", "half_minutes"],
                name="interview_pace_once",
                violation_error_message=_("This length is counted already."),
            ),
            models.CheckConstraint(
                condition=models.Q(half_minutes__gte=1, half_minutes__lte=120),
                name="interview_pace_within_the_hour",
                violation_error_message=_("A section takes an hour at most; what took longer lay about."),
            ),
            models.CheckConstraint(
                condition=models.Q(month__day=1),
                name="interview_pace_by_month",
                violation_error_message=_("It is counted by the month."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.month:%Y-%m} {self.half_minutes}"
