"""What worries a person most: with this a file begins, not with an exam."""

from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person
from kesher.people.models.persons import Access

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: How many somebody picks: what worries most, not everything that worries.
MOST_WORRIES: Final = 3


class WorryQuerySet(PartQuerySet):
    def now(self) -> Self:
        """Those that have not passed."""
        return self.filter(over_at=None)

    def visible_to(self, user: "Visitor") -> Self:
        """Of the files this user may read; what somebody fears at home is not for those who only help them."""
        seen = super().visible_to(user)
        if not user.is_authenticated:
            return seen
        more_than_help = Access.objects.in_force().of(user).exclude(kind=Access.Kind.HELPER)
        return seen.filter(
            ~Q(kind=Worry.Kind.SAFETY) | Exists(more_than_help.filter(whole=True, person=OuterRef("person")))
        )


@tracked()
class Worry(Model):
    """Something that worries a person, until it does no more."""

    class Kind(models.TextChoices):
        MONEY = "money", _("money until the end of the month")
        WORK = "work", _("finding work")
        LANGUAGE = "language", _("the language here")
        PAPERS = "papers", _("papers and permits")
        HOME = "home", _("where to live")
        CHILDREN = "children", _("children and who looks after them")
        LEARNING = "learning", _("school, training, a certificate")
        HEALTH = "health", _("health, my own or in the family")
        ALONE = "alone", _("being alone here")
        SAFETY = "safety", _("I am not safe")
        DEBTS = "debts", _("debts and letters")
        OTHER = "other", _("something else")

    person = of_person("worries")
    kind = models.CharField(_("what worries"), max_length=20, choices=Kind)
    # plain key: the file's history outlives the account; NULL = the person on their own page without one
    noted_by_id = models.UUIDField(null=True, editable=False)
    said_at = models.DateTimeField(_("said"), default=timezone.now, editable=False)
    over_at = models.DateTimeField(_("passed"), null=True, blank=True)

    objects = WorryQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to begin with what matters most to a person",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose worry",
            "kind": "what worries you most",
            "noted_by_id": "who wrote it down",
            "said_at": "when you said it",
            "over_at": "when it passed",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", HELP="kind", PROVE="noted_by_id", STEP="said_at over_at"),
    )

    class Meta:
        verbose_name = _("worry")
        verbose_name_plural = _("worries")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"],
                condition=Q(over_at=None),
                name="worry_once",
                violation_error_message=_("This worry is noted already."),
            ),
            models.CheckConstraint(
                condition=Q(over_at=None) | Q(over_at__gte=models.F("said_at")),
                name="worry_passes_after_it_came",
                violation_error_message=_("A worry cannot pass before it came."),
            ),
        ]

    def __str__(self) -> str:
        return f"worry {self.pk}"
