"""What was proposed for somebody's words and who chose what; and the words this town's staff have added to the lists.

Accounts stand on a floor above, so organisations and users are plain keys here, and roles their names.
"""

from datetime import timedelta
from typing import Any, Final

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, Retention

#: Who decides what words mean, each for their own organisation.
CODERS: Final = frozenset({"caseworker", "referrer"})
#: Who, as a second person, takes words into the town's list: theirs of the same organisation, and officers everywhere.
REVIEWERS: Final = CODERS | {"officer"}
#: Who may see every word that waits, and every one decided.
OVERSEERS: Final = frozenset({"officer", "platform_admin", "auditor"})

LONGEST_WORDS: Final = 500
LONGEST_LOCAL_WORD: Final = 80


class Kind(models.TextChoices):
    """What words are coded to."""

    OCCUPATION = "occupation", _("occupation")
    SKILL = "skill", _("skill")


def _coded_for(user: Any) -> list[Any]:
    """The keys of the organisations for which this visitor decides what words mean."""
    return user.organisation_ids_as(CODERS) if user.is_authenticated else []


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def unsure(self) -> "ProposalQuerySet":
        """Those that wait for a person because the engine was not sure, the longest wait first."""
        return self.filter(state=Proposal.State.OPEN).exclude(answer=Proposal.Answer.CODE).order_by("created_at", "id")

    def open(self) -> "ProposalQuerySet":
        """All that wait for a person, the longest wait first."""
        return self.filter(state=Proposal.State.OPEN).order_by("created_at", "id")

    def decided(self) -> "ProposalQuerySet":
        """The latest first."""
        return self.exclude(state=Proposal.State.OPEN).order_by("-decided_at", "-id")

    def visible_to(self, user: Any) -> "ProposalQuerySet":
        """Only to those who decide such things in the organisation the words were said to. Nobody oversees these."""
        return self.filter(organisation_id__in=_coded_for(user))


@tracked(exclude=["text"])
class Proposal(Model):
    """Somebody's words, what the engine proposed for them, and what a person chose. A model never decides."""

    class Answer(models.TextChoices):
        CODE = "code", _("likely right")
        QUESTION = "question", _("not sure")
        NONE = "none", _("nothing found")

    class State(models.TextChoices):
        OPEN = "open", _("waits for a decision")
        CHOSEN = "chosen", _("decided")
        NONE = "none", _("none of these")

    class Purpose(models.TextChoices):
        INTERVIEW = "interview", _("what somebody did or can do")
        VACANCY = "vacancy", _("a vacancy")
        COURSE = "course", _("what a course leads to")
        GOAL = "goal", _("what somebody wants to do")

    # plain keys: organisations and accounts are a floor above; a merge of organisations moves these rows
    organisation_id = models.UUIDField(editable=False)
    made_by_id = models.UUIDField(null=True, editable=False)
    kind = models.CharField(_("what is looked for"), max_length=20, choices=Kind)
    purpose = models.CharField(_("what for"), max_length=20, choices=Purpose, default=Purpose.INTERVIEW)
    language = models.CharField(_("language"), max_length=10, blank=True)
    text = models.TextField(_("words"), max_length=LONGEST_WORDS)
    # characters [start, end) of `text` are what was coded
    start = models.PositiveIntegerField(default=0, editable=False)
    end = models.PositiveIntegerField(editable=False)
    embedder = models.CharField(max_length=200, editable=False)
    vocabulary = models.CharField(max_length=200, editable=False)
    answer = models.CharField(max_length=20, choices=Answer, editable=False)
    question = models.TextField(blank=True, editable=False)
    # [{"uri", "isco08", "label", "matched", "language", "confidence"}, …], the likeliest first, as they were shown
    candidates = models.JSONField(default=list, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN)
    chosen_uri = models.CharField(max_length=300, blank=True, editable=False)
    chosen_isco08 = models.CharField(max_length=4, blank=True, editable=False)
    decided_by_id = models.UUIDField(null=True, editable=False)
    decided_at = models.DateTimeField(null=True, editable=False)
    # the person whose words these are chose for themselves; they may have no account
    by_person = models.BooleanField(default=False, editable=False)

    objects = ProposalQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to have a person check which occupation or skill somebody's words mean",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="created_at", keep=timedelta(days=365)),
        fields={
            "text": "the words somebody said of their work",
            "language": "the language",
            "chosen_uri": "the occupation or skill that was chosen",
            "chosen_isco08": "the occupation or skill that was chosen",
            "made_by_id": "who wrote it",
            "decided_by_id": "who chose",
            "by_person": "who chose",
        },
        plain=(
            "id",
            "created_at",
            "updated_at",
            "organisation_id",
            "kind",
            "purpose",
            "start",
            "end",
            "embedder",
            "vocabulary",
            "answer",
            "question",
            "candidates",
            "state",
            "decided_at",
        ),
    )

    class Meta:
        verbose_name = _("words to decide")
        verbose_name_plural = _("words to decide")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_by_id__isnull=False) | Q(by_person=True),
                name="proposal_decided_by_a_person",
                violation_error_message=_("A person decides, and is named."),
            ),
            models.CheckConstraint(
                condition=Q(state="chosen") & ~Q(chosen_uri="") | ~Q(state="chosen") & Q(chosen_uri=""),
                name="proposal_chosen_is_something",
                violation_error_message=_("What is decided names an occupation or skill, and nothing else does."),
            ),
            models.CheckConstraint(
                condition=Q(start__lt=F("end")),
                name="proposal_of_some_words",
                violation_error_message=_("There are no words."),
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "state", "created_at"], name="proposal_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.pk}"

    @property
    def words(self) -> str:
        """The part of the text that was coded."""
        return self.text[self.start : self.end]


class LocalWordQuerySet(models.QuerySet["LocalWord"]):
    def in_use(self) -> "LocalWordQuerySet":
        """Those the index holds, in a fixed order."""
        return self.filter(state=LocalWord.State.IN_USE).order_by("id")

    def waiting(self) -> "LocalWordQuerySet":
        """Those that wait for a second person, the longest wait first."""
        return self.filter(state=LocalWord.State.WAITING).order_by("created_at", "id")

    def visible_to(self, user: Any) -> "LocalWordQuerySet":
        """Those in use to all who code; others to their own organisation and to those who oversee."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(*OVERSEERS):
            return self
        own = _coded_for(user)
        return self.filter(Q(organisation_id__in=own) | Q(state=LocalWord.State.IN_USE)) if own else self.none()


@tracked()
class LocalWord(Model):
    """What people here call an occupation or skill. It counts when a second person has agreed."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a second person")
        IN_USE = "in use", _("in use")
        REFUSED = "refused", _("not taken")
        WITHDRAWN = "withdrawn", _("no longer used")

    # plain keys, as above; the words outlive the proposal they came from
    organisation_id = models.UUIDField(editable=False)
    proposal_id = models.UUIDField(null=True, editable=False)
    kind = models.CharField(_("what is looked for"), max_length=20, choices=Kind)
    language = models.CharField(_("language"), max_length=10)
    text = models.CharField(_("words"), max_length=LONGEST_LOCAL_WORD)
    uri = models.CharField(max_length=300, editable=False)
    isco08 = models.CharField(max_length=4, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.WAITING)
    proposed_by_id = models.UUIDField(editable=False)
    reviewed_by_id = models.UUIDField(null=True, editable=False)
    reviewed_at = models.DateTimeField(null=True, editable=False)

    objects = LocalWordQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who added and who checked what this town calls an occupation or skill",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the list of local words: who decided it must be found again"),
        fields={"proposed_by_id": "who wrote it", "reviewed_by_id": "who agreed"},
        plain=(
            "id",
            "created_at",
            "updated_at",
            "organisation_id",
            "proposal_id",
            "kind",
            "language",
            "text",
            "uri",
            "isco08",
            "state",
            "reviewed_at",
        ),
    )

    class Meta:
        verbose_name = _("local word")
        verbose_name_plural = _("local words")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="local_word_is_a_word", violation_error_message=_("There are no words.")
            ),
            models.CheckConstraint(
                condition=~Q(state="in use") | Q(reviewed_by_id__isnull=False) & ~Q(reviewed_by_id=F("proposed_by_id")),
                name="local_word_agreed_by_a_second_person",
                violation_error_message=_("Another person than the one who wrote it must agree."),
            ),
            models.UniqueConstraint(
                Lower("text"),
                "kind",
                "language",
                "uri",
                condition=Q(state__in=["waiting", "in use"]),
                name="local_word_once",
                violation_error_message=_("These words are on the list already."),
            ),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="local_word_in_use")]

    def __str__(self) -> str:
        return f"{self.kind} {self.state} {self.pk}"
