"""What matters more for somebody who came young: school that was broken off, who answers for them, what comes at 18."""

from datetime import date
from typing import Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet
from kesher.people.models.persons import Person

OF_AGE: Final = 18  # years


def of_age_on(born: date) -> date:
    """The day somebody is 18. Who was born on 29 February is so on 1 March of a year without one."""
    try:
        return born.replace(year=born.year + OF_AGE)
    except ValueError:
        return date(born.year + OF_AGE, 3, 1)


@tracked()
class Youth(Model):
    """One row each. Nothing in it is required; of a guardian only what they are is noted, never who."""

    class School(models.TextChoices):
        GOES = "goes", _("goes to school")
        BROKEN = "broken", _("went to school, with years missing")
        ENDED = "ended", _("has finished school")
        NEVER = "never", _("never went to school")

    class Guardian(models.TextChoices):
        PARENTS = "parents", _("a parent, here")
        FAMILY = "family", _("somebody of the family")
        APPOINTED = "appointed", _("a guardian whom a court or an authority appointed")
        ASKED = "asked", _("a guardian is asked for, there is none yet")
        NOBODY = "nobody", _("nobody")
        OF_AGE = "of_age", _("nobody needs to: they are of age")

    class Ready(models.TextChoices):
        """How far they are from learning a trade in a firm."""

        NOT_YET = "not_yet", _("first the language and school")
        TRIES = "tries", _("would try: a visit, a few days")
        SUPPORTED = "supported", _("ready, with somebody beside them")
        READY = "ready", _("ready")
        IN_ONE = "in_one", _("is learning a trade now")

    # CASCADE: with the file goes each part of it
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="youth")
    here_since = models.PositiveSmallIntegerField(_("in this country since (year)"), null=True, blank=True)
    school = models.CharField(_("school"), max_length=10, choices=School, blank=True)
    years_missed = models.PositiveSmallIntegerField(_("years of school that are missing"), null=True, blank=True)
    guardian = models.CharField(_("who answers for them"), max_length=10, choices=Guardian, blank=True)
    ready = models.CharField(_("learning a trade in a firm"), max_length=10, choices=Ready, blank=True)
    wants_mentor = models.BooleanField(_("would like a mentor"), null=True, blank=True)
    at_18 = models.CharField(
        _("what is agreed for the time after they turn 18"),
        max_length=300,
        blank=True,
        help_text=_("Where to live, who pays, which papers, who is there for them."),
    )
    # plain key: the history outlives the account
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="that nobody who came young falls between school, work and the age of 18",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                ("here_since", "school", "years_missed", "guardian", "ready", "wants_mentor", "at_18"),
                "what matters for you because you came young",
            ),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(
            KNOW="person",
            STEP="here_since school years_missed ready wants_mentor at_18",
            SAFE="guardian at_18",
            PROVE="noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("young and new here")
        verbose_name_plural = _("young and new here")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(here_since=None) | Q(here_since__range=(1900, 2200)),
                name="youth_here_since_a_year",
                violation_error_message=_("A year has four digits."),
            ),
            models.CheckConstraint(
                condition=Q(years_missed=None) | Q(years_missed__lte=20),
                name="youth_years_missed",
                violation_error_message=_("At most 20 years."),
            ),
        ]

    def __str__(self) -> str:
        return f"youth {self.pk}"
