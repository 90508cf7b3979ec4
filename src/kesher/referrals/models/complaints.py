"""Somebody complains, with or without an account; somebody who is not involved answers, by a day."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import belonging, belongs
from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, Retention, used
from kesher.directory.models import Service

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Who answers complaints, for an organisation that is not the one complained about.
HANDLERS: Final = frozenset({Role.MODERATOR, Role.CONVENOR, Role.PLATFORM_ADMIN})
#: Complaint and reply are erased so long after it was made.
KEPT: Final = timedelta(days=2 * 365)

#: Past our code, too: whoever answers belongs neither to what is complained about nor to a part of it.
NOBODY_INVOLVED = pgtrigger.Trigger(
    name="nobody_involved",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.Update,
    func=f"""
        IF TG_OP = 'UPDATE' THEN
            IF NEW.handler_id IS NOT DISTINCT FROM OLD.handler_id AND NEW.reply = OLD.reply
               AND NEW.organisation_id IS NOT DISTINCT FROM OLD.organisation_id THEN
                RETURN NEW;  -- what was answered stays so, wherever whoever answered works later
            END IF;
        END IF;
        IF NEW.handler_id IS NOT NULL AND {belongs("NEW.handler_id", "NEW.organisation_id")} THEN
            RAISE EXCEPTION 'complaint_nobody_involved: whoever answers does not belong to whom it is about'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'complaint_nobody_involved';
        END IF;
        RETURN NEW;
    """,
)


class ComplaintQuerySet(models.QuerySet["Complaint"]):
    def open(self) -> "ComplaintQuerySet":
        """Without an answer, the nearest day first."""
        return self.filter(state__in=[Complaint.State.RECEIVED, Complaint.State.TAKEN]).order_by("due_on", "id")

    def of(self, user: "Visitor") -> "ComplaintQuerySet":
        """One's own, made with one's account."""
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()

    def visible_to(self, user: "Visitor") -> "ComplaintQuerySet":
        """To those who answer in the organisation that was chosen to, unless they belong to the one it is about, under
        whichever of their memberships, or were not to be asked again; nobody else, whatever their role."""
        if not user.is_authenticated:
            return self.none()
        mine = [m.organisation_id for m in user.memberships_in_force if m.role in HANDLERS]
        here = self.filter(answerer__in=mine, answerer__state=Organisation.State.APPROVED)
        here = here.exclude(passed_by__contains=[user.pk])
        return here.exclude(organisation__in=belonging(user.pk))


# Words somebody wrote are in the row alone, encrypted: history keeps who moved it, when and where to.
@tracked(exclude=["words", "reply", "called", "email"])
class Complaint(Model):
    """About a service, an organisation, a decision, or how one was treated. It is no part of a file: whoever keeps a file of
    the person sees nothing of it."""

    class About(models.TextChoices):
        SERVICE = "service", _("a service")
        ORGANISATION = "organisation", _("an office or organisation")
        DECISION = "decision", _("a decision about me")
        TREATMENT = "treatment", _("how I was treated")
        PRIVACY = "privacy", _("what is kept about me")

    class State(models.TextChoices):
        RECEIVED = "received", _("waits for somebody")
        TAKEN = "taken", _("somebody looks into it")
        ANSWERED = "answered", _("answered")
        TAKEN_BACK = "taken back", _("taken back")

    class Finding(models.TextChoices):
        RIGHT = "right", _("you are right, and this changes")
        PARTLY = "partly", _("you are right in part")
        NOT = "not", _("we see it differently")

    about = models.CharField(_("what it is about"), max_length=20, choices=About)
    # RESTRICT: what is complained about stays to be found
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.RESTRICT, related_name="complaints_about"
    )
    # SET_NULL: the complaint outlives the service
    service = models.ForeignKey(Service, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    words = EncryptedTextField(_("what happened"), max_length=4000)
    language = models.CharField(_("language to answer in"), max_length=10, choices=settings.LANGUAGES)
    called = EncryptedTextField(_("how shall we call you"), max_length=80, blank=True)
    email = EncryptedTextField(_("e-mail address"), max_length=254, blank=True)
    # Whose it is to the database's wall: a key of its own, which the link holds; and the account, where there is one.
    holder_id = models.UUIDField(editable=False)
    user_id = models.UUIDField(null=True, editable=False)

    state = models.CharField(_("state"), max_length=20, choices=State, default=State.RECEIVED)
    # RESTRICT: people wait for this organisation
    answerer = models.ForeignKey(
        Organisation, null=True, editable=False, on_delete=models.RESTRICT, related_name="complaints_to_answer"
    )
    #: Organisations that gave it back, users who have answered it once, and whom it was said to be about before it was passed
    #: on as about another (the organisation, its family and who belongs there): not asked again, nor shown it.
    passed_by = ArrayField(models.UUIDField(), default=list, editable=False)
    # plain key: the trail outlives the account
    handler_id = models.UUIDField(null=True, editable=False)
    due_on = models.DateField(_("answered by"))
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)
    finding = models.CharField(_("what we found"), max_length=10, choices=Finding, blank=True)
    reply = EncryptedTextField(_("our answer"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    asked_again_at = models.DateTimeField(null=True, editable=False)

    objects = ComplaintQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to answer a complaint by somebody who is not involved",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="created_at", keep=KEPT, sooner="the person takes it back"),
        fields={
            "words": "what you complained about",
            "about": "what you complained about",
            "language": "the language",
            "called": "the name, if you gave one",
            "email": "the e-mail address",
            "user_id": "the account",
            "holder_id": "the key of your link",
            "handler_id": "who answered",
            "passed_by": "who answered",
            "reply": "what we answered",
            "finding": "what we answered",
        },
        plain=(
            "id",
            "created_at",
            "updated_at",
            "organisation",
            "service",
            "state",
            "answerer",
            "due_on",
            "reminded",
            "answered_at",
            "asked_again_at",
        ),
        uses=used(
            ANSWER="words about language handler_id passed_by reply finding",
            REACH="language called email",
            OPEN="user_id holder_id",
        ),
    )

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(answerer=None) | ~Q(organisation=F("answerer")),
                name="complaint_answered_by_others",
                violation_error_message=_("Nobody answers a complaint about themselves."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["taken", "answered"]) | Q(handler_id__isnull=False, answerer__isnull=False),
                name="complaint_looked_into_by_somebody",
                violation_error_message=_("Somebody looks into it, and is named."),
            ),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(finding="") & Q(answered_at__isnull=False),
                name="complaint_answered_with_a_finding",
                violation_error_message=_("Say what you found, and answer in words."),
            ),
        ]
        triggers = [NOBODY_INVOLVED]
        indexes = [models.Index(fields=["answerer", "state", "due_on"], name="complaint_of_answerer")]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.RECEIVED, self.State.TAKEN)
