"""What a person wishes or needs, followed until somebody closes it and says why."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Exists, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models import Access, Person
from kesher.referrals.rows import TELLS_NOTHING
from kesher.referrals.vocabularies import OPEN, SENDERS, Closing

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: What besides an open referral is a next step towards closing a loop: each gives, for a queryset of loops, which of them
#: have one. Rooms above (steps of a plan) add theirs when they are loaded.
NEXT_STEPS: Final[list[Callable[[], Q]]] = []


class TellsNothing(Func):
    """Condition, of the key of a loop: neither who follows it nor where it was ever sent says something by itself about the
    person (:data:`~kesher.referrals.rows.TELLS_NOTHING`)."""

    function = TELLS_NOTHING
    arity = 1
    output_field = models.BooleanField()


class LoopQuerySet(models.QuerySet["Loop"]):
    def open(self) -> "LoopQuerySet":
        """Nobody has closed them yet."""
        return self.filter(closed_at=None)

    def without_next_step(self) -> "LoopQuerySet":
        """Open, and nothing is under way: somebody must act."""
        from kesher.referrals.models.referrals import Referral

        under_way = Referral.objects.filter(loop=OuterRef("pk"), state__in=OPEN)
        found = self.open().filter(~Exists(under_way))
        for has_one in NEXT_STEPS:
            found = found.exclude(has_one())
        return found

    def visible_to(self, user: "Visitor") -> "LoopQuerySet":
        """To whoever works with files in the organisation that follows it, to the person, and to their helpers where it tells
        nothing of where they are known."""
        if not user.is_authenticated:
            return self.none()
        ways = Access.objects.in_force().filter(user=user, person=OuterRef("person"))
        own = Q(Exists(ways.filter(kind=Access.Kind.PERSON))) | Q(Exists(ways)) & Q(TellsNothing("pk"))
        theirs = Q(organisation__in=user.organisation_ids_as(SENDERS), organisation__state=Organisation.State.APPROVED)
        return self.filter(theirs | own)


@tracked(exclude=["wish", "closing_words"])
class Loop(Model):
    """A wish or a need of a person that somebody follows. Open until one of :class:`Closing` is recorded; never lost.

    It has an open referral or another step under way, or it stands in the list of those who follow it until it has.
    """

    # CASCADE: with the file goes what was followed in it
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="loops")
    # RESTRICT: somebody must follow it
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="loops_followed")
    wish = models.CharField(_("what they wish for or need"), max_length=300)
    # plain keys: the trail outlives the account
    opened_by_id = models.UUIDField(null=True, editable=False)
    closing = models.CharField(_("why it is closed"), max_length=20, choices=Closing, blank=True)
    closing_words = models.TextField(_("why it is closed, in words"), max_length=1000, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    closed_by_id = models.UUIDField(_("who closed it"), null=True, editable=False)

    objects = LoopQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to follow a person to the next step, and to an outcome",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose wish",
            "wish": "what you wished for or needed",
            "closing": "what became of it",
            "closing_words": "what became of it",
            "opened_by_id": "who wrote it down",
            "closed_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "organisation", "closed_at"),
        uses=used(KNOW="person", STEP="wish closing closing_words", PROVE="opened_by_id closed_by_id"),
    )

    class Meta:
        verbose_name = _("wish or need that is followed")
        verbose_name_plural = _("wishes and needs that are followed")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None, closing="") | Q(closed_at__isnull=False) & ~Q(closing=""),
                name="loop_closed_with_a_reason",
                violation_error_message=_("Say why nothing more need follow."),
            ),
            models.CheckConstraint(
                condition=~Q(closing="cannot_be_met") | ~Q(closing_words=""),
                name="loop_cannot_be_met_because",
                violation_error_message=_("Say why it cannot be met."),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "id"], condition=Q(closed_at=None), name="loop_open_of_organisation"),
            # of many people at once: without it the planner goes through all loops of the organisation for each of them
            models.Index(fields=["person", "organisation"], condition=Q(closed_at=None), name="loop_open_of_person"),
            models.Index(fields=["person", "-id"], name="loop_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.closing or 'open'} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
