"""Which organisations have agreed to take referrals from one another, and under which paper."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData

if TYPE_CHECKING:
    from datetime import date

    from kesher.accounts.models import Visitor

#: Who records what was signed.
AGREEMENT_KEEPERS = frozenset({Role.OFFICER, Role.PLATFORM_ADMIN})


class PartnerAgreementQuerySet(models.QuerySet["PartnerAgreement"]):
    def in_force(self, today: "date | None" = None) -> "PartnerAgreementQuerySet":
        """Signed, begun and not ended."""
        day = today or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def visible_to(self, user: "Visitor") -> "PartnerAgreementQuerySet":
        """All to those who record them and to auditors; to everybody else those of their own organisations."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*AGREEMENT_KEEPERS, Role.AUDITOR):
            return self
        mine = user.organisation_ids
        return self.filter(Q(organisation__in=mine) | Q(other__in=mine))


@tracked()
class PartnerAgreement(Model):
    """An organisation has signed the agreement of the town's table (``other`` empty), or one with another organisation.

    Before a referral leaves, one must be in force between sender and receiver (:mod:`kesher.directory.agreements`).
    """

    # RESTRICT both: what was signed must be found again
    organisation = models.ForeignKey(
        Organisation, on_delete=models.RESTRICT, related_name="agreements", verbose_name=_("who signed")
    )
    other = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.RESTRICT,
        related_name="agreements_with_it",
        verbose_name=_("with whom"),
        help_text=_("Leave empty for the agreement of the whole table."),
    )
    document = models.CharField(
        _("name of the document"), max_length=200, help_text=_("As it is filed, so that others find it.")
    )
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    # a plain key: the trail outlives the account
    recorded_by_id = models.UUIDField(null=True, editable=False)

    objects = PartnerAgreementQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know which organisations may send people to one another",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the organisations"),
        fields={"recorded_by_id": "who wrote it down"},
        plain=("id", "created_at", "updated_at", "organisation", "other", "document", "since", "until"),
    )

    class Meta:
        verbose_name = _("agreement of partners")
        verbose_name_plural = _("agreements of partners")
        ordering = ["-since", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(other=F("organisation")),
                name="agreement_with_another",
                violation_error_message=_("An organisation needs no agreement with itself."),
            ),
            models.CheckConstraint(
                condition=~Q(document=""),
                name="agreement_has_a_document",
                violation_error_message=_("Name the document, so that others find it."),
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="agreement_ends_after_it_begins",
                violation_error_message=_("An agreement cannot end before it begins."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "other"],
                condition=Q(until=None),
                nulls_distinct=False,
                name="agreement_once",
                violation_error_message=_("There is such an agreement already, without an end."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.pk}"
