"""Named officers of the portal, and the log of legal demands: who asked for what, and what was given. Append-only."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Final

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.models import AppendOnly, Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, Retention

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: As long as one may have to show what was given to whom.
KEPT: Final = timedelta(days=7 * 365)
PURPOSE: Final = "to answer legal demands of authorities, and to be able to show what was given"


class NamedOfficerQuerySet(models.QuerySet["NamedOfficer"]):
    def in_force(self) -> "NamedOfficerQuerySet":
        return self.filter(until=None)


@tracked()
class NamedOfficer(Model):
    """Who answers for the portal to authorities, and who for data protection: one of each at a time, named to everybody."""

    class Kind(models.TextChoices):
        LEGAL = "legal", _("legal officer")
        PRIVACY = "privacy", _("data-protection officer")

    kind = models.CharField(_("for what"), max_length=10, choices=Kind)
    # a plain key: the log outlives the account
    user_id = models.UUIDField()
    name = models.CharField(_("name"), max_length=120)
    contact = models.CharField(_("how to reach them"), max_length=200)
    since = models.DateField(_("since"), default=timezone.localdate)
    until = models.DateField(_("until"), null=True, blank=True)
    appointed_by_id = models.UUIDField(editable=False)

    objects = NamedOfficerQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to say who answers for the portal",
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Kept("as long as the log of legal demands"),
        fields={
            "user_id": "the account",
            "name": "the name",
            "contact": "how to reach whoever answers for the portal",
            "since": "since when",
            "until": "until when",
            "appointed_by_id": "who did it",
        },
        plain=("id", "created_at", "updated_at", "kind"),
        export=False,
    )

    class Meta:
        verbose_name = _("named officer")
        verbose_name_plural = _("named officers")
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(until=None),
                name="named_officer_one_at_a_time",
                violation_error_message=_("There is one already."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(contact=""),
                name="named_officer_is_named",
                violation_error_message=_("Give a name, and how to reach them."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class LegalQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "Visitor") -> "LegalQuerySet":
        """To the legal officer, and to auditors; to no administrator, and to nobody who works with people."""
        if not user.is_authenticated:
            return self.none()
        officer = NamedOfficer.objects.in_force().filter(kind=NamedOfficer.Kind.LEGAL, user_id=user.pk)
        return self if user.has_role(Role.AUDITOR) or officer.exists() else self.none()


def stays() -> pgtrigger.Trigger:
    """Written once: the owner of the database cannot change it either. Retention alone takes it away."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


class LegalDemand(AppendOnly):
    """An authority asks for what is kept about somebody. Which person is not said here: a list of who is looked for would
    itself be what they are looked for with."""

    received_on = models.DateField(_("received on"))
    authority = models.CharField(_("who asks"), max_length=200)
    reference = models.CharField(_("their reference"), max_length=120, blank=True)
    basis = models.CharField(_("on what basis: law, order, date"), max_length=300)
    asked = models.TextField(_("what they ask for"), max_length=2000)
    recorded_by_id = models.UUIDField(editable=False)

    objects = LegalQuerySet.as_manager()

    privacy = PersonalData(
        purpose=PURPOSE,
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=KEPT),
        fields={
            "authority": "who asked, and on what basis",
            "reference": "who asked, and on what basis",
            "basis": "who asked, and on what basis",
            "asked": "what they asked for",
            "recorded_by_id": "who wrote it down",
        },
        plain=("id", "at", "received_on"),
        export=False,
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("legal demand")
        verbose_name_plural = _("legal demands")
        constraints = [
            models.CheckConstraint(
                condition=~Q(authority="") & ~Q(basis="") & ~Q(asked=""),
                name="legal_demand_is_whole",
                violation_error_message=_("Say who asks, on what basis, and for what."),
            )
        ]
        triggers: ClassVar = [stays()]

    def __str__(self) -> str:
        return f"demand {self.pk}"


class LegalDecision(AppendOnly):
    """What was decided. A later one does not change an earlier one; it stands beside it."""

    class Outcome(models.TextChoices):
        REFUSED = "refused", _("refused: nothing was given")
        PART = "part", _("part of it was given")
        GIVEN = "given", _("what was asked for was given")

    # CASCADE: retention takes both
    demand = models.ForeignKey(LegalDemand, on_delete=models.CASCADE, related_name="decisions")
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    why = models.TextField(_("why"), max_length=2000)
    given = models.TextField(_("what was given, exactly"), max_length=2000, blank=True)
    decided_by_id = models.UUIDField(editable=False)

    objects = LegalQuerySet.as_manager()

    privacy = PersonalData(
        purpose=PURPOSE,
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=KEPT),
        fields={
            "outcome": "what was decided, and what was given",
            "why": "what was decided, and what was given",
            "given": "what was decided, and what was given",
            "decided_by_id": "who decided",
        },
        plain=("id", "at", "demand"),
        export=False,
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("decision on a legal demand")
        verbose_name_plural = _("decisions on legal demands")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="refused", given="") | ~Q(outcome="refused") & ~Q(given=""),
                name="legal_decision_says_what_was_given",
                violation_error_message=_("Say exactly what was given; where it was refused, nothing was."),
            ),
            models.CheckConstraint(
                condition=~Q(why=""),
                name="legal_decision_says_why",
                violation_error_message=_("Say why."),
            ),
        ]
        triggers: ClassVar = [stays()]

    def __str__(self) -> str:
        return f"{self.outcome} {self.pk}"


class LegalNotice(AppendOnly):
    """Whether the person was told that somebody asked for them, or why not yet and when that is looked at again."""

    # CASCADE: retention takes both
    demand = models.ForeignKey(LegalDemand, on_delete=models.CASCADE, related_name="notices")
    informed_on = models.DateField(_("the person was told on"), null=True, blank=True)
    why_not = models.TextField(_("why they were not told yet"), max_length=1000, blank=True)
    look_again_on = models.DateField(_("looked at again on"), null=True, blank=True)
    recorded_by_id = models.UUIDField(editable=False)

    objects = LegalQuerySet.as_manager()

    privacy = PersonalData(
        purpose=PURPOSE,
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=KEPT),
        fields={
            "informed_on": "whether you were told, or why not yet",
            "why_not": "whether you were told, or why not yet",
            "look_again_on": "whether you were told, or why not yet",
            "recorded_by_id": "who wrote it down",
        },
        plain=("id", "at", "demand"),
        export=False,
    )

    class Meta(AppendOnly.Meta):
        verbose_name = _("notice of a legal demand")
        verbose_name_plural = _("notices of legal demands")
        constraints = [
            models.CheckConstraint(
                condition=Q(informed_on__isnull=False, why_not="", look_again_on=None)
                | Q(informed_on=None, look_again_on__isnull=False) & ~Q(why_not=""),
                name="legal_notice_told_or_why_not",
                violation_error_message=_("Either the day they were told, or why not yet and when you look again."),
            )
        ]
        triggers: ClassVar = [stays()]

    def __str__(self) -> str:
        return f"notice {self.pk}"
