"""A person is sent to a service, with what they agreed to carry, and comes back with an outcome."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.directory.models import Service
from kesher.people.models import Access, Consent, Person
from kesher.referrals.models.cohorts import Cohort
from kesher.referrals.models.loops import Loop
from kesher.referrals.vocabularies import (
    CAME_BACK,
    OPEN,
    RECEIVERS,
    SENDERS,
    TAKEN_ON,
    Gender,
    Interpreter,
    Outcome,
    Reason,
    State,
    ToldHow,
    Verdict,
)

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: In these somebody of the receiver is named.
NAMED = [state.value for state in (*TAKEN_ON, State.COMPLETED, State.FAILED)]


class ReferralQuerySet(models.QuerySet["Referral"]):
    def open(self) -> "ReferralQuerySet":
        return self.filter(state__in=OPEN)

    def drafts(self) -> "ReferralQuerySet":
        return self.filter(state=State.DRAFT)

    def waiting_for_answer(self) -> "ReferralQuerySet":
        """Sent, and the receiver has said neither yes nor no; the longest wait first."""
        return self.filter(state=State.REQUESTED).order_by("sent_at", "id")

    def taken_on(self) -> "ReferralQuerySet":
        return self.filter(state__in=TAKEN_ON)

    def came_back(self) -> "ReferralQuerySet":
        """Refused or failed, while what was wished for is still open and nothing else is under way."""
        others = Referral.objects.filter(loop=OuterRef("loop"), state__in=OPEN)
        return self.filter(~Exists(others), state__in=CAME_BACK, loop__closed_at=None)

    def counted(self) -> "ReferralQuerySet":
        """Those of statistics: sent, and not by mistake."""
        return self.filter(sent_at__isnull=False).exclude(state=State.ENTERED_IN_ERROR)

    def sent_by(self, user: "Visitor") -> "ReferralQuerySet":
        """Of the organisations for which this user sends."""
        return self.filter(_sent_by(user)) if user.is_authenticated else self.none()

    def received_by(self, user: "Visitor") -> "ReferralQuerySet":
        """To the organisations for which this user answers; never a draft."""
        return self.filter(_received_by(user)) if user.is_authenticated else self.none()

    def visible_to(self, user: "Visitor") -> "ReferralQuerySet":
        """Sender and receiver; the person, once it was sent. Nobody else, whoever has the file or helps them."""
        if not user.is_authenticated:
            return self.none()
        own = Access.objects.in_force().filter(user=user, kind=Access.Kind.PERSON, person=OuterRef("person"))
        return self.filter(_sent_by(user) | _received_by(user) | Q(Exists(own), sent_at__isnull=False))


def _sent_by(user: Any) -> Q:
    return Q(sender__in=user.organisation_ids_as(SENDERS))


def _received_by(user: Any) -> Q:
    return Q(receiver__in=user.organisation_ids_as(RECEIVERS), sent_at__isnull=False)


# Words somebody typed about a person are in the row alone: history keeps who moved it, when and where to.
@tracked(exclude=["why", "safe_contact", "override_reason", "reason_words", "done", "worker_name", "told_by"])
class Referral(Model):
    """From one organisation to another, about one person and one service. Where it may go: :mod:`kesher.referrals.states`."""

    State = State

    # CASCADE both: with the file goes what was sent about it
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="referrals")
    loop = models.ForeignKey(Loop, on_delete=models.CASCADE, related_name="referrals")
    # RESTRICT: people are on their way there
    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="referrals")
    sender = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="referrals_sent")
    receiver = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="referrals_received")
    # plain keys: the trail outlives the accounts
    sender_user_id = models.UUIDField(editable=False)
    worker_id = models.UUIDField(null=True, editable=False)
    worker_name = models.CharField(_("who there takes care of it"), max_length=120, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    # SET_NULL: the loop holds them together as well
    replaces = models.ForeignKey(
        "self", null=True, editable=False, on_delete=models.SET_NULL, related_name="followed_by"
    )
    # SET_NULL: the referral outlives the group
    cohort = models.ForeignKey(
        Cohort, null=True, editable=False, on_delete=models.SET_NULL, related_name="referrals", verbose_name=_("group")
    )

    why = models.TextField(_("why you refer them"), max_length=2000, blank=True)
    carries = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("what goes along"))
    language = models.CharField(_("language to speak with them"), max_length=10)
    interpreter = models.CharField(_("interpreter"), max_length=20, choices=Interpreter, default=Interpreter.NONE)
    interpreter_gender = models.CharField(_("the interpreter is"), max_length=10, choices=Gender, blank=True)
    safe_contact = EncryptedTextField(_("how and when it is safe to reach them"), max_length=300, blank=True)

    # what was known when it was sent
    # RESTRICT: what was agreed to must be found again
    consent = models.ForeignKey(Consent, null=True, editable=False, on_delete=models.RESTRICT, related_name="referrals")
    eligibility = models.CharField(_("conditions"), max_length=10, choices=Verdict, blank=True, editable=False)
    override_reason = models.TextField(_("why they are sent all the same"), max_length=1000, blank=True)
    overridden_by_id = models.UUIDField(null=True, editable=False)
    places_shown = models.PositiveIntegerField(_("places free, as shown"), null=True, editable=False)
    wait_list = models.BooleanField(_("waiting is accepted"), default=False)

    reason = models.CharField(_("reason"), max_length=20, choices=Reason, blank=True)
    reason_words = models.TextField(_("in words"), max_length=1000, blank=True)
    review_on = models.DateField(_("look at it again on"), null=True, blank=True)
    outcome = models.CharField(_("what came of it"), max_length=20, choices=Outcome, blank=True)
    attended = models.BooleanField(_("they came"), null=True, blank=True)
    done = models.TextField(_("what was done"), max_length=2000, blank=True)

    sent_at = models.DateTimeField(_("sent"), null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    contacted_on = models.DateField(_("first contact"), null=True, editable=False)
    closed_at = models.DateTimeField(_("ended"), null=True, editable=False)
    # day of the last reminder: 0, 3, 10 or 14
    reminded_day = models.PositiveSmallIntegerField(default=0, editable=False)
    # when either side last said something of it; what was sent without a word since is reminded of anew after each
    moved_at = models.DateTimeField(_("last movement"), null=True, editable=False)
    # day of the last reminder since then, of one that was accepted: 0, 7, 21 or 45
    nudged_day = models.PositiveSmallIntegerField(default=0, editable=False)
    # nobody there is reached by us: whoever sends calls them
    to_call = models.BooleanField(_("whoever sends calls them"), default=False)
    # they had no account and no link that reached them: how they answered, and who there said so
    told_how = models.CharField(_("how they answered"), max_length=10, choices=ToldHow, blank=True, editable=False)
    told_by = models.CharField(_("who there answered"), max_length=120, blank=True, editable=False)
    recall_confirmed_at = models.DateTimeField(_("erased by the receiver"), null=True, editable=False)

    objects = ReferralQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to send a person to a service and know what came of it",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "who was referred",
            "sender_user_id": "who referred you",
            "worker_id": "who took care of it",
            "worker_name": "who took care of it",
            "told_how": "how they answered",
            "told_by": "who there answered",
            "why": "why you were referred",
            "carries": "what went along",
            "language": "the language",
            "interpreter": "whether you need an interpreter",
            "interpreter_gender": "whether you need an interpreter",
            "safe_contact": "how and when to reach you safely",
            "eligibility": "whether you meet the conditions, and why you were sent all the same",
            "override_reason": "whether you meet the conditions, and why you were sent all the same",
            "overridden_by_id": "whether you meet the conditions, and why you were sent all the same",
            "reason": "why it ended",
            "reason_words": "why it ended",
            "review_on": "when it is looked at again",
            "outcome": "what came of it",
            "attended": "what came of it",
            "done": "what was done",
            "contacted_on": "when you were first spoken with",
        },
        plain=(
            "id",
            "created_at",
            "updated_at",
            "loop",
            "service",
            "sender",
            "receiver",
            "state",
            "replaces",
            "cohort",
            "consent",
            "places_shown",
            "wait_list",
            "sent_at",
            "answered_at",
            "closed_at",
            "reminded_day",
            "moved_at",
            "nudged_day",
            "to_call",
            "recall_confirmed_at",
        ),
        uses=used(
            KNOW="person",
            PROVE="sender_user_id override_reason overridden_by_id",
            REFER="worker_id worker_name told_how told_by why carries eligibility reason reason_words review_on outcome "
            "attended done contacted_on",
            REACH="language interpreter interpreter_gender",
            SAFE="safe_contact",
        ),
    )

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "deleted", "cancelled", "entered-in-error"])
                | Q(sent_at__isnull=False, consent__isnull=False),
                name="referral_sent_by_consent",
                violation_error_message=_("Nothing leaves without an agreement."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=NAMED) | Q(worker_id__isnull=False) | ~Q(worker_name=""),
                name="referral_taken_on_by_somebody",
                violation_error_message=_("Say who takes care of it."),
            ),
            models.CheckConstraint(
                condition=Q(told_how="", told_by="") | ~Q(told_how="") & ~Q(told_by=""),
                name="referral_answer_told_by_somebody",
                violation_error_message=_("Say who there answered, and how."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["rejected", "failed"]) | ~Q(reason=""),
                name="referral_came_back_with_a_reason",
                violation_error_message=_("Choose a reason."),
            ),
            models.CheckConstraint(
                condition=~Q(reason="other") | ~Q(reason_words=""),
                name="referral_other_reason_in_words",
                violation_error_message=_("Say in words what the reason is."),
            ),
            models.CheckConstraint(
                condition=~Q(state="on-hold") | Q(review_on__isnull=False),
                name="referral_paused_until",
                violation_error_message=_("Say when you will look at it again."),
            ),
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(attended__isnull=False) & ~Q(outcome="") & ~Q(done=""),
                name="referral_finished_with_an_outcome",
                violation_error_message=_("Say whether they came, what was done, and what came of it."),
            ),
            models.CheckConstraint(
                condition=Q(override_reason="") | Q(overridden_by_id__isnull=False),
                name="referral_overridden_by_somebody",
                violation_error_message=_("Somebody is named who sends them all the same."),
            ),
            models.CheckConstraint(
                condition=~Q(replaces=F("id")),
                name="referral_not_its_own_successor",
                violation_error_message=_("A referral does not follow itself."),
            ),
            models.UniqueConstraint(
                fields=["loop"],
                condition=Q(state__in=[state.value for state in OPEN]),
                name="referral_one_open_per_loop",
                violation_error_message=_("They are on their way to a service for this already."),
            ),
        ]
        indexes = [
            models.Index(fields=["sender", "state", "id"], name="referral_of_sender"),
            models.Index(fields=["receiver", "state", "sent_at"], name="referral_of_receiver"),
            models.Index(fields=["person", "-id"], name="referral_of_person"),
            models.Index(fields=["service", "sent_at"], name="referral_of_service"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
