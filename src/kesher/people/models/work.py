"""What a person has worked at, paid and unseen: their words first, what was made of them, and who said that it is right."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person


class ExperienceQuerySet(PartQuerySet):
    def confirmed(self) -> Self:
        """Those whose occupation the person themselves has said is right."""
        return self.exclude(occupation="").filter(person_confirmed_at__isnull=False)


@tracked()
class Experience(Model):
    """Work a person has done. ``words`` are theirs; the occupation is a proposal until each of two has said yes."""

    class Kind(models.TextChoices):
        PAID = "paid", _("paid work")
        OWN = "own", _("my own business")
        FAMILY = "family", _("in the family's business or on its land")
        CARE = "care", _("caring for somebody")
        INFORMAL = "informal", _("work without a contract")
        VOLUNTEER = "volunteer", _("voluntary work")

    person = of_person("experiences")
    kind = models.CharField(_("kind of work"), max_length=10, choices=Kind)
    words = models.CharField(_("what they did, in their own words"), max_length=500)
    language = models.CharField(_("language"), max_length=10, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    begun = models.PositiveSmallIntegerField(_("from year"), null=True, blank=True)
    ended = models.PositiveSmallIntegerField(_("to year"), null=True, blank=True)
    # the proposal (words.Proposal) it came from: a plain key, for proposals are erased after a year
    proposal_id = models.UUIDField(null=True, editable=False)
    # a concept of the lists in use when it was chosen (ISCO-08 or ESCO), and its ISCO-08 unit group
    occupation = models.CharField(_("occupation"), max_length=300, blank=True, editable=False)
    isco08 = models.CharField(_("group of occupations"), max_length=4, blank=True, editable=False)
    person_confirmed_at = models.DateTimeField(_("the person says it is right"), null=True, editable=False)
    # who wrote the person's yes down: themselves, or to whom they said it
    person_confirmed_by_id = models.UUIDField(_("who wrote down that the person says so"), null=True, editable=False)
    caseworker_confirmed_at = models.DateTimeField(_("a caseworker says it is right"), null=True, editable=False)
    # plain keys: the history outlives the accounts
    caseworker_id = models.UUIDField(_("the caseworker who says so"), null=True, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = ExperienceQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know what a person can do",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                ("kind", "words", "language", "country", "begun", "ended", "occupation", "isco08"),
                "the work you have done, in your own words and as an occupation",
            ),
            "person_confirmed_at": "who says that it is right",
            "person_confirmed_by_id": "who says that it is right",
            "caseworker_confirmed_at": "who says that it is right",
            "caseworker_id": "who says that it is right",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "proposal_id"),
        uses=used(
            KNOW="person",
            WORK="kind words language country begun ended occupation isco08",
            PROVE="person_confirmed_at person_confirmed_by_id caseworker_confirmed_at caseworker_id noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("work they have done")
        verbose_name_plural = _("work they have done")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(words=""), name="experience_in_words", violation_error_message=_("What did they do?")
            ),
            models.CheckConstraint(
                condition=Q(begun=None) | Q(ended=None) | Q(ended__gte=models.F("begun")),
                name="experience_ends_after_it_begins",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=~Q(occupation="") | Q(person_confirmed_at=None, caseworker_confirmed_at=None),
                name="experience_confirmed_is_something",
                violation_error_message=_("Only an occupation can be right."),
            ),
            models.CheckConstraint(
                condition=Q(caseworker_confirmed_at=None) | Q(caseworker_id__isnull=False),
                name="experience_confirmed_by_somebody",
                violation_error_message=_("A person decides, and is named."),
            ),
        ]

    def __str__(self) -> str:
        return f"experience {self.pk}"
