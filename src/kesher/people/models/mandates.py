"""Somebody who helps a person with their file: asked by the person, accepted by the helper, ended by either in a moment."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Somebody who was asked has so long to say yes.
ACCEPT_WITHIN: Final = timedelta(days=14)


class MandateQuerySet(PartQuerySet):
    def standing(self) -> Self:
        """Those by which somebody helps now, or is asked to."""
        young = Q(asked_at__gt=timezone.now() - ACCEPT_WITHIN)
        return self.filter(ended_at=None).filter(young | Q(accepted_at__isnull=False))

    def of_helper(self, user: "Visitor") -> Self:
        """Those by which this user helps now."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(user=user, ended_at=None, accepted_at__isnull=False)


@tracked()
class Mandate(Model):
    """A person lets somebody act for them in their file. What they fear at home is not part of it."""

    class Relation(models.TextChoices):
        FAMILY = "family", _("family")
        FRIEND = "friend", _("friend or neighbour")
        MENTOR = "mentor", _("mentor or volunteer")
        GUARDIAN = "guardian", _("guardian")

    person = of_person("mandates")
    # CASCADE: help of nobody means nothing; NULL = asked, and not yet accepted
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="mandates")
    relation = models.CharField(_("who helps"), max_length=20, choices=Relation)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    # plain key: the trail outlives the account
    ended_by_id = models.UUIDField(null=True, editable=False)

    objects = MandateQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who may act for a person, and since when",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "user": "the account",
            "relation": "who helps",
            "accepted_at": "since when",
            "ended_at": "until when",
            "ended_by_id": "who ended it",
        },
        plain=("id", "created_at", "updated_at", "asked_at"),
        uses=used(OPEN="person user relation accepted_at ended_at", PROVE="ended_by_id"),
    )

    class Meta:
        verbose_name = _("help with a file")
        verbose_name_plural = _("help with files")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at=None, user=None) | Q(accepted_at__isnull=False, user__isnull=False),
                name="mandate_accepted_by_somebody",
                violation_error_message=_("Whoever accepts is named."),
            ),
            models.UniqueConstraint(
                fields=["person", "user"],
                condition=Q(ended_at=None, user__isnull=False),
                name="mandate_once",
                violation_error_message=_("They help this person already."),
            ),
        ]

    def __str__(self) -> str:
        return f"mandate {self.pk}"
