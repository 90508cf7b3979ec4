"""Days on which somebody must look at a file again."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, used
from kesher.casework.models.plans import WITH_THE_FILE
from kesher.people.models import Person
from kesher.people.models.parts import PartQuerySet


class ReviewQuerySet(PartQuerySet):
    def open(self) -> Self:
        return self.filter(done_at=None)


@tracked()
class Review(Model):
    """A day that must not be missed: a permit runs out, a course begins or ends, the plan is looked at together."""

    class Kind(models.TextChoices):
        PLAN = "plan", _("look at the plan together")
        GOAL = "goal", _("ask again what they are heading for")
        PERMIT = "permit", _("a permit or status runs out")
        COURSE = "course", _("a course begins or ends")
        OTHER = "other", _("something else")

    # CASCADE: part of the file
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="reviews")
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    on = models.DateField(_("day"))
    text = models.CharField(_("in your own words"), max_length=200, blank=True)
    done_at = models.DateTimeField(_("seen to"), null=True, editable=False)
    # plain key: the trail outlives the account
    set_by_id = models.UUIDField(null=True, editable=False)

    objects = ReviewQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to see to a person's dates in time",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "kind": "what happens on which day",
            "on": "what happens on which day",
            "text": "what happens on which day",
            "done_at": "what happens on which day",
            "set_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", STEP="kind on text done_at", PROVE="set_by_id"),
    )

    class Meta:
        verbose_name = _("date to see to")
        verbose_name_plural = _("dates to see to")
        ordering = ["on", "id"]
        indexes = [
            models.Index(fields=["person", "on"], name="review_of_person"),
            models.Index(fields=["on", "id"], name="review_open", condition=models.Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
