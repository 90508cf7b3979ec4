"""A person's plan: what they are heading for, and the steps agreed with them."""

from typing import TYPE_CHECKING, Any, Final, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.conditions import Compiled, Condition, Keys, among, is_said_before
from kesher.base.history import tracked
from kesher.base.models import Event, Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models import FILE_ROLES, Person
from kesher.people.models.named import named_to
from kesher.people.models.parts import PartQuerySet
from kesher.referrals.models import Loop
from kesher.referrals.models.loops import TellsNothing

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

WITH_THE_FILE = Kept("as long as the file")


def looked_after(user: User, person: str = "person") -> Q:
    """Rows of people whose caseworker this user is, and of those who have none in the user's organisations.

    ``person``: the row's field that holds the person's key.
    """
    return Q(LookedAfter(F(person), user=user))


#: Whom others look after, where a statement names them once.
WITH_OTHERS: Final = "with_others"
#: Asked of all at once: whom a colleague looks after, and oneself does not.
THEIRS: Final = (
    "SELECT looks_after.person_id FROM casework_caseworker looks_after WHERE looks_after.organisation_id = ANY(%s)"
    " GROUP BY looks_after.person_id HAVING NOT bool_or(looks_after.user_id = %s)"
)


class LookedAfter(Condition):
    """:func:`looked_after` as one line of SQL; why not the ORM's: :mod:`kesher.people.models.open_files`."""

    def __init__(self, person: Any, *, user: User) -> None:
        super().__init__(person)
        self.user = user

    def written(self, *expressions: Compiled) -> Compiled:
        ((key, values),) = expressions
        here = list(self.user.organisation_ids_as(FILE_ROLES))
        if not here:  # nobody has a caseworker where one has no organisation
            return Compiled("TRUE", [])
        if is_said_before(WITH_OTHERS, self.user.pk):
            return Compiled(f"NOT {among(expressions[0], WITH_OTHERS).sql}", values)
        others = self.keys()
        return Compiled(f"NOT {key} IN ({others.sql})", [*values, *others.values])

    def keys(self) -> Keys:
        """Of those of whom this does not hold: others look after them, and this user does not."""
        here = list(self.user.organisation_ids_as(FILE_ROLES))
        return Keys(WITH_OTHERS, self.user.pk, THEIRS, [here, self.user.pk])


class CaseworkerQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """Of the files this user may read whole, in organisations that are named to them."""
        if not user.is_authenticated:
            return self.none()
        return super().visible_to(user).filter(named_to(user))


@tracked()
class Caseworker(Model):
    """Who looks after a person in an organisation. Colleagues still may; the person knows whom to ask for."""

    # CASCADE all: means nothing without any of them; history keeps that it was so
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="caseworkers")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="people_looked_after")

    objects = CaseworkerQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who looks after a person",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={"person": "whose file", "user": "your caseworker"},
        plain=("id", "created_at", "updated_at", "organisation"),
        uses=used(KNOW="person", STEP="user"),
    )

    class Meta:
        verbose_name = _("caseworker of a person")
        verbose_name_plural = _("caseworkers of people")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                name="caseworker_one_per_organisation",
                violation_error_message=_("In one organisation a person has one caseworker."),
            )
        ]
        indexes = [models.Index(fields=["user", "person"], name="caseworker_of_user")]

    def __str__(self) -> str:
        return f"caseworker {self.pk}"


@tracked()
class Plan(Model):
    """One per person, shared by all who have the file. What is counted here is written with every step."""

    # CASCADE: the plan is part of the file
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="plan")
    aim = models.CharField(
        _("what we are heading for"), max_length=500, blank=True, help_text=_("In the person's own words.")
    )
    # when the next open step is due; NULL = no step is open
    next_on = models.DateField(_("next step"), null=True, editable=False)
    moved_at = models.DateTimeField(_("last movement"), default=timezone.now, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to agree with a person who does what by when",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "aim": "what you are heading for",
            "next_on": "the step",
            "moved_at": "the last change",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", STEP="aim next_on moved_at"),
    )

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        ordering = ["id"]
        indexes = [models.Index(fields=["next_on", "moved_at"], name="plan_next")]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class StepKind(models.TextChoices):
    """Steps that come again and again: each is said in all languages of the portal, so that any plan can be read by its
    person. Words of one's own are added, not translated."""

    CALL = "call", _("call this place")
    VISIT = "visit", _("go to this place")
    PAPERS = "papers", _("bring these papers")
    FORM = "form", _("fill in this form")
    COURSE = "course", _("sign up for this course")
    APPLY = "apply", _("apply for this work")
    CV = "cv", _("write a list of what you can do and where you have worked")
    RECOGNITION = "recognition", _("have a certificate recognised")
    LANGUAGE = "language", _("take a language test")
    HEALTH = "health", _("see a doctor or nurse")
    MONEY = "money", _("ask for this benefit")
    CHILDREN = "children", _("find a place for the children")
    WORKPLACE = "workplace", _("visit a workplace and look")
    TASTER = "taster", _("try the work for a day")
    ROLE_MODEL = "role_model", _("meet somebody who does this work")
    TALK = "talk", _("talk about how it went")
    OTHER = "other", _("something else")


class WhyDropped(models.TextChoices):
    """Codes, not words of one's own: they stay in the trail of events."""

    MET = "met", _("it has been solved in another way")
    UNWANTED = "unwanted", _("the person no longer wants it")
    IMPOSSIBLE = "impossible", _("it cannot be done")
    REPLACED = "replaced", _("another step takes its place")
    MOVED = "moved", _("the person has moved away")
    MISTAKE = "mistake", _("it was written down by mistake")


class StepQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """Of the files this user may read whole; without those that tell of an organisation that is not named to them: done by
        it, or agreed there whoever does it."""
        if not user.is_authenticated:
            return self.none()
        return super().visible_to(user).filter(named_to(user, through="step.agree"))

    def open(self) -> Self:
        return self.filter(state=Step.State.OPEN)

    def shown_to_helpers(self) -> Self:
        """Without those from which one could read that somebody is known where that is told to nobody else: done by such an
        organisation, agreed there whoever does it, or for a wish that it follows or that was sent there.

        Who agreed stands in the event of it; of a step without one, whoever wrote it down must not work there.
        """
        telling = Organisation.objects.sensitive()
        agreed = Event.objects.filter(name="step.agree", about_id=OuterRef("pk"))
        works_there = Membership.objects.filter(user=OuterRef("agreed_by_id"), organisation__in=telling)
        return self.filter(
            Q(organisation=None) | ~Q(organisation__in=telling),
            Q(loop=None) | Q(TellsNothing("loop")),
            ~Exists(agreed.filter(organisation_id__in=telling.values("pk"))),
            Exists(agreed.filter(organisation_id__isnull=False)) | ~Exists(works_there),
        )


@tracked()
class Step(Model):
    """One thing that somebody does by a day, agreed with the person."""

    class Owner(models.TextChoices):
        PERSON = "person", _("the person")
        CASEWORKER = "caseworker", _("a caseworker")
        PARTNER = "partner", _("a partner organisation")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    class How(models.TextChoices):
        PRESENT = "present", _("face to face")
        PHONE = "phone", _("on the telephone")
        WRITTEN = "written", _("in writing")
        HELPER = "helper", _("through somebody who helps")
        # of a conference alone, and of no step of the person's own
        APART = "apart", _("not at all: the organisations met among themselves")

    #: How something is agreed with the person.
    WITH_THEM: Final = [(one.value, one.label) for one in How if one.value != "apart"]

    # CASCADE: the step is part of the file
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="steps")
    # SET_NULL: a step that was agreed stays agreed
    loop = models.ForeignKey(
        Loop, null=True, blank=True, on_delete=models.SET_NULL, related_name="steps", verbose_name=_("what it is for")
    )
    # SET_NULL: the same
    conference = models.ForeignKey(
        "casework.Conference",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="steps",
        verbose_name=_("agreed at the conference"),
    )
    kind = models.CharField(_("what"), max_length=20, choices=StepKind, default=StepKind.OTHER)
    text = models.CharField(
        _("in your own words"), max_length=300, blank=True, help_text=_("Where, what to bring, whom to ask for.")
    )
    owner = models.CharField(_("who does it"), max_length=20, choices=Owner, default=Owner.PERSON)
    # PROTECT: who promised must be found again. Of whoever does it, where that is not the person.
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    # plain keys: the trail outlives the account
    owner_user_id = models.UUIDField(_("the caseworker who does it"), null=True, editable=False)
    due_on = models.DateField(_("by when"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN)
    reason = models.CharField(_("why it was dropped"), max_length=20, choices=WhyDropped, blank=True)
    agreed_on = models.DateField(_("agreed on"), default=timezone.localdate)
    agreed_how = models.CharField(_("how it was agreed"), max_length=20, choices=How, default=How.PRESENT)
    agreed_by_id = models.UUIDField(null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    objects = StepQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to agree with a person who does what by when",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "loop": "the step",
            "conference": "the step",
            "kind": "the step",
            "text": "the step",
            "owner": "who does it",
            "owner_user_id": "who does it",
            "due_on": "the step",
            "state": "what came of it",
            "reason": "what came of it",
            "ended_at": "what came of it",
            "agreed_on": "when and how it was agreed with you, and who wrote it down",
            "agreed_how": "when and how it was agreed with you, and who wrote it down",
            "agreed_by_id": "when and how it was agreed with you, and who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "organisation"),
        uses=used(
            KNOW="person",
            STEP="loop conference kind text owner owner_user_id due_on state reason ended_at",
            PROVE="agreed_on agreed_how agreed_by_id",
        ),
    )

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="other", text=""),
                name="step_says_what",
                violation_error_message=_("Say in a few words what is to be done."),
            ),
            models.CheckConstraint(
                condition=Q(owner="person", organisation=None, owner_user_id=None)
                | Q(owner="caseworker", organisation__isnull=False)
                | Q(owner="partner", organisation__isnull=False, owner_user_id=None),
                name="step_has_an_owner",
                violation_error_message=_("Say who does it: the person, a caseworker or a partner organisation."),
            ),
            models.CheckConstraint(
                condition=~Q(agreed_how="apart") | ~Q(owner="person"),
                name="step_of_the_person_agreed_with_them",
                violation_error_message=_("What the person does is agreed with the person."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at=None) | Q(state__in=["done", "dropped"], ended_at__isnull=False),
                name="step_ended_when",
                violation_error_message=_("What is done or dropped ended on a day."),
            ),
            models.CheckConstraint(
                condition=Q(state="dropped") & ~Q(reason="") | Q(state__in=["open", "done"], reason=""),
                name="step_dropped_why",
                violation_error_message=_("Say why it is dropped."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state", "due_on"], name="step_of_person"),
            models.Index(fields=["due_on", "id"], name="step_due", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.due_on < timezone.localdate()

    @property
    def what(self) -> str | Promise:
        """The kind of step in the reader's language; nothing for one that is said in somebody's own words alone."""
        return "" if self.kind == StepKind.OTHER else StepKind(self.kind).label
