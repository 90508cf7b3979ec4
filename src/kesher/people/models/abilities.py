"""What a person can do, skill by skill: from where it was proposed, and who of two has said that it is right."""

from typing import Final, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person


class Often(models.IntegerChoices):
    """The four answers of a task card."""

    NEVER = 1, _("never")
    SELDOM = 2, _("seldom")
    OFTEN = 3, _("often")
    DAILY = 4, _("every day")


#: From this answer on a task is proposed as a skill.
PROPOSED_FROM: Final = Often.OFTEN


class PersonSkillQuerySet(PartQuerySet):
    def answered(self) -> Self:
        """Those of which a card was answered, whatever the answer."""
        return self.exclude(often=None)

    def proposed(self) -> Self:
        """Those a person may have: what they never or seldom did is an answer, not a skill, until somebody confirms it."""
        confirmed = Q(person_confirmed_at__isnull=False) | Q(caseworker_confirmed_at__isnull=False)
        return self.filter(Q(often=None) | Q(often__gte=PROPOSED_FROM) | confirmed)

    def confirmed(self) -> Self:
        """Those the person themselves has said are theirs."""
        return self.filter(person_confirmed_at__isnull=False)


@tracked()
class PersonSkill(Model):
    """One skill of the lists, as a proposal until each of two has said yes. ``words``: those it was read in, if any."""

    class Source(models.TextChoices):
        WORDS = "words", _("read in their own words")
        CARD = "card", _("from a task card")
        BROUGHT = "brought", _("from a CV they brought")

    person = of_person("skills")
    # a concept of the lists in use when it was proposed (ESCO's address, or ours)
    uri = models.CharField(_("skill"), max_length=300)
    source = models.CharField(_("where it comes from"), max_length=10, choices=Source)
    words = models.CharField(_("in their own words"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    # the unit group whose card was answered, and the answer
    isco08 = models.CharField(_("group of occupations"), max_length=4, blank=True, editable=False)
    often = models.PositiveSmallIntegerField(_("how often they have done it"), choices=Often, null=True, blank=True)
    # the proposal (words.Proposal) it came from: a plain key, for proposals are erased after a year
    proposal_id = models.UUIDField(null=True, editable=False)
    person_confirmed_at = models.DateTimeField(_("the person says it is right"), null=True, editable=False)
    # plain keys: the history outlives the accounts. Who wrote the person's yes down: themselves, or to whom they said it
    person_confirmed_by_id = models.UUIDField(_("who wrote down that the person says so"), null=True, editable=False)
    caseworker_confirmed_at = models.DateTimeField(_("a caseworker says it is right"), null=True, editable=False)
    caseworker_id = models.UUIDField(_("the caseworker who says so"), null=True, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PersonSkillQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know what a person can do",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                ("uri", "source", "words", "language", "often"), "what you can do, and where we know it from"
            ),
            **dict.fromkeys(
                ("person_confirmed_at", "person_confirmed_by_id", "caseworker_confirmed_at", "caseworker_id"),
                "who says that it is right",
            ),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "proposal_id", "isco08"),
        uses=used(
            KNOW="person",
            WORK="uri source words language often",
            PROVE="person_confirmed_at person_confirmed_by_id caseworker_confirmed_at caseworker_id noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "uri"],
                name="person_skill_once",
                violation_error_message=_("This skill is noted already."),
            ),
            models.CheckConstraint(
                condition=~Q(uri=""), name="person_skill_is_one", violation_error_message=_("Please choose a skill.")
            ),
            models.CheckConstraint(
                condition=Q(often=None) | Q(often__range=(1, 4)),
                name="person_skill_often",
                violation_error_message=_("Never, seldom, often or every day."),
            ),
            models.CheckConstraint(
                condition=Q(caseworker_confirmed_at=None) | Q(caseworker_id__isnull=False),
                name="person_skill_confirmed_by_somebody",
                violation_error_message=_("A person decides, and is named."),
            ),
        ]

    def __str__(self) -> str:
        return f"skill {self.pk}"
