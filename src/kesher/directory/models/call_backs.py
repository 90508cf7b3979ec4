"""Somebody without an account asks the organisation behind a service to call them."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, Retention
from kesher.directory.models.services import Service

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Who calls back, in the organisation that was asked.
CALLERS = frozenset({Role.PROVIDER, Role.COLLEGE, Role.ORGANISATION_ADMIN, Role.CASEWORKER})
KEPT = timedelta(days=90)
#: When it is gone for certain: what is too old is erased by night, so it may outlive its time by most of a day.
GONE = KEPT + timedelta(days=1)


class CallBackQuerySet(models.QuerySet["CallBack"]):
    def waiting(self) -> "CallBackQuerySet":
        """Nobody has reached them yet, the longest wait first."""
        return self.filter(state__in=[CallBack.State.ASKED, CallBack.State.NOT_REACHED]).order_by("created_at", "id")

    def visible_to(self, user: "Visitor") -> "CallBackQuerySet":
        """Only to those who call back in the organisation that was asked, while it is approved. Nobody oversees these."""
        if not user.is_authenticated:
            return self.none()
        mine = [m.organisation_id for m in user.memberships_in_force if m.role in CALLERS]
        return self.filter(organisation__in=mine, organisation__state=Organisation.State.APPROVED)


@tracked(exclude=["called", "phone", "note"])
class CallBack(Model):
    """A request to be called. It goes to one organisation, and is erased after 90 days; referrals take it over later.

    Whoever asks has no account and gives no identity number. Nothing of what they answered in the portal is in it.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("waits for a call")
        NOT_REACHED = "not reached", _("called, not reached")
        REACHED = "reached", _("spoken with")
        CLOSED = "closed", _("closed without a call")

    class When(models.TextChoices):
        MORNING = "morning", _("in the morning (8 to 12)")
        NOON = "noon", _("around noon (12 to 16)")
        EVENING = "evening", _("in the evening (16 to 20)")

    # CASCADE: a request about nothing helps nobody
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="call_backs")
    # RESTRICT: people are waiting for this organisation
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="call_backs")
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.ASKED)
    called = models.CharField(_("how shall we call you"), max_length=80)
    phone = models.CharField(_("telephone"), max_length=40)
    language = models.CharField(_("language"), max_length=10)
    when = ArrayField(models.CharField(max_length=10, choices=When), default=list, blank=True, verbose_name=_("when"))
    note = models.TextField(_("anything we should know"), max_length=500, blank=True)
    consent_at = models.DateTimeField(_("agreed that this organisation gets it"))
    answered_by_id = models.UUIDField(null=True, editable=False)
    answered_at = models.DateTimeField(null=True, editable=False)

    objects = CallBackQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to call somebody back who asked for it",
        legal_basis=LegalBasis.CONSENT,
        retention=Retention(after="created_at", keep=KEPT, sooner="the person or the organisation asks for it"),
        fields={
            "called": "the name",
            "phone": "the telephone number",
            "language": "the language",
            "when": "good times for a call",
            "note": "what you wrote beside",
            "consent_at": "when you agreed",
            "answered_by_id": "who called back",
        },
        plain=("id", "created_at", "updated_at", "service", "organisation", "state", "answered_at"),
    )

    class Meta:
        verbose_name = _("request to be called")
        verbose_name_plural = _("requests to be called")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(phone=""),
                name="call_back_has_a_number",
                violation_error_message=_("Without a number nobody can call."),
            ),
            models.CheckConstraint(
                condition=Q(state="asked") | Q(answered_by_id__isnull=False),
                name="call_back_answered_by_somebody",
                violation_error_message=_("Somebody of the organisation answers, and is named."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="call_back_of_organisation")]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def is_waiting(self) -> bool:
        return self.state in (self.State.ASKED, self.State.NOT_REACHED)

    @property
    def waits_since(self) -> datetime:
        """Since it was asked, or since somebody last tried."""
        return self.answered_at or self.created_at

    @property
    def erased_on(self) -> datetime:
        """The day on which it is gone for certain: erased that night, or the night before."""
        return self.created_at + GONE
