"""What is known of a business that lets people learn at work: how its last placements ended; and who let it go on all the same.

Counts and names of organisations, nothing of a person: whoever sends somebody must see them, and each sees only its own files.
"""

from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData, used
from kesher.people.models import FILE_ROLES

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: The rule, in this one place: after so many placements in a row that were unpaid and led to no work, nobody is sent there. The
#: rows of one family are added up (:mod:`kesher.casework.hosting.families`): what one department did another does not undo.
UNPAID_IN_A_ROW: Final = 3


@tracked()
class HostRecord(Model):
    """How the placements of one host ended, each counted once, whoever had sent somebody."""

    # CASCADE: counts of no organisation mean nothing
    host = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="host_record")
    ended = models.PositiveIntegerField(_("placements that ended"), default=0)
    unpaid = models.PositiveIntegerField(_("of which unpaid"), default=0)
    led_to_work = models.PositiveIntegerField(_("of which led to work"), default=0)
    unpaid_in_a_row = models.PositiveIntegerField(_("unpaid and without work, the last ones in a row"), default=0)
    # the row holds what was counted after this one (``ended`` as it was when the row began)
    row_after = models.PositiveIntegerField(default=0, editable=False)

    privacy = NoPersonalData("businesses, as counts")

    class Meta:
        verbose_name = _("record of a host")
        verbose_name_plural = _("records of hosts")
        constraints = [
            models.CheckConstraint(
                condition=Q(unpaid_in_a_row__lte=models.F("unpaid"), unpaid__lte=models.F("ended")),
                name="host_record_adds_up",
                violation_error_message=_("The counts do not add up."),
            ),
        ]

    def __str__(self) -> str:
        return f"record {self.pk}"


class HostPermitQuerySet(models.QuerySet["HostPermit"]):
    def visible_to(self, user: "Visitor") -> "HostPermitQuerySet":
        """To the organisation that gave it."""
        return self.filter(organisation__in=user.organisation_ids) if user.is_authenticated else self.none()

    def unused(self) -> "HostPermitQuerySet":
        return self.filter(agreement=None)

    def of_workers(self, user: "Visitor") -> "HostPermitQuerySet":
        """Those of organisations for which this user works with files."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation__in=user.organisation_ids_as(FILE_ROLES))


@tracked()
class HostPermit(Model):
    """A named person lets a blocked host take somebody once more, and says why. It serves for one agreement."""

    # PROTECT both: who let whom must be found again
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    given_by_id = models.UUIDField(editable=False)
    given_by = models.CharField(_("who decided"), max_length=120)
    why = models.CharField(_("why"), max_length=300)

    objects = HostPermitQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who let a business go on that has people work unpaid again and again",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the organisations"),
        fields={"given_by_id": "who decided", "given_by": "who decided", "why": "the reason given"},
        plain=("id", "created_at", "updated_at", "host", "organisation"),
        export=False,
        uses=used(PROVE="given_by_id given_by why"),
    )

    class Meta:
        verbose_name = _("permit for a blocked host")
        verbose_name_plural = _("permits for blocked hosts")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(why="") & ~Q(given_by=""),
                name="host_permit_says_why",
                violation_error_message=_("Say why, in a few words."),
            ),
        ]

    def __str__(self) -> str:
        return f"permit {self.pk}"
