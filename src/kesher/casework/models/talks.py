"""Coaching talks: what they were for, the strengths found in them, the next experience, and what the person says of it all."""

from typing import TYPE_CHECKING, Final, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, used
from kesher.casework.models.plans import WITH_THE_FILE, Step, StepKind
from kesher.people.models import Aspiration, Person
from kesher.people.models.named import named_to
from kesher.people.models.parts import PartQuerySet

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: What somebody does to find out whether a kind of work is for them; each is a step of the plan.
EXPERIENCES: Final = (StepKind.WORKPLACE, StepKind.TASTER, StepKind.ROLE_MODEL)


class TalkQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """Of the files this user may read whole, with organisations that are named to them."""
        if not user.is_authenticated:
            return self.none()
        return super().visible_to(user).filter(named_to(user))

    def not_right(self) -> Self:
        """Those of which the person says that something is not right, and nobody has taken it up yet."""
        return self.filter(answer=Talk.Answer.NOT_RIGHT, heard_at=None)


@tracked()
class Talk(Model):
    """One talk about where a person wants to go. It is written down with them, and read back by them on their own page."""

    class Purpose(models.TextChoices):
        GOAL = "goal", _("the goal, and the way to it")
        STRENGTHS = "strengths", _("what goes well")
        BARRIER = "barrier", _("what stands in the way")
        TRY = "try", _("trying out a kind of work")
        BACK = "back", _("how it went since last time")
        OTHER = "other", _("something else")

    class Answer(models.TextChoices):
        RIGHT = "right", _("that is how it was")
        NOT_RIGHT = "not_right", _("something is not right")

    # CASCADE: the talk is part of the file
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="talks")
    # PROTECT: with whom somebody talked must be found again
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # made with the form: of two that come from one form the second is the first
    form_key = models.UUIDField(editable=False)
    held_on = models.DateField(_("day of the talk"), default=timezone.localdate)
    how = models.CharField(_("how they talked"), max_length=20, choices=Step.WITH_THEM, default=Step.How.PRESENT)
    purpose = models.CharField(_("what the talk was for"), max_length=20, choices=Purpose)
    about = models.CharField(_("what the talk was about, in their own words"), max_length=300, blank=True)
    # SET_NULL both: the talk was held, whatever becomes of what was said in it
    aspiration = models.ForeignKey(
        Aspiration, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("goal")
    )
    step = models.ForeignKey(
        Step, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", verbose_name=_("next experience")
    )
    answer = models.CharField(_("what the person says of it"), max_length=10, choices=Answer, blank=True)
    answer_words = models.CharField(_("in their own words"), max_length=300, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    heard_at = models.DateTimeField(_("taken up"), null=True, editable=False)
    # plain keys: the trail outlives the accounts
    heard_by_id = models.UUIDField(null=True, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = TalkQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to work towards what a person wants, not towards less",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            **dict.fromkeys(("held_on", "how", "purpose", "about"), "what you talked about, and when"),
            "aspiration": "the work you want, in your own words",
            "step": "the step",
            **dict.fromkeys(("answer", "answer_words", "answered_at"), "what you say of it"),
            **dict.fromkeys(("heard_at", "heard_by_id"), "who took it up, and when"),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "organisation", "form_key"),
        uses=used(
            KNOW="person",
            STEP="held_on how step",
            WORK="purpose about aspiration answer answer_words",
            PROVE="answered_at heard_at heard_by_id noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("coaching talk")
        verbose_name_plural = _("coaching talks")
        ordering = ["-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "form_key"],
                name="talk_once",
                violation_error_message=_("This talk is written down already."),
            ),
            models.CheckConstraint(
                condition=~Q(purpose="other", about=""),
                name="talk_says_what_for",
                violation_error_message=_("Say in a few words what the talk was for."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None, answer_words="")
                | ~Q(answer="") & Q(answered_at__isnull=False),
                name="talk_answered_when",
                violation_error_message=_("An answer has a day."),
            ),
            models.CheckConstraint(
                condition=Q(heard_at=None, heard_by_id=None)
                | Q(heard_at__isnull=False, heard_by_id__isnull=False) & Q(answer="not_right"),
                name="talk_taken_up_by_somebody",
                violation_error_message=_("Only what is not right is taken up, by somebody who is named."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-held_on"], name="talk_of_person"),
            models.Index(fields=["answered_at"], name="talk_not_right", condition=Q(answer="not_right", heard_at=None)),
        ]

    def __str__(self) -> str:
        return f"talk {self.pk}"

    @property
    def waits_to_be_taken_up(self) -> bool:
        return self.answer == self.Answer.NOT_RIGHT and self.heard_at is None


class StrengthQuerySet(PartQuerySet):
    def confirmed(self) -> Self:
        """Those the person says are theirs."""
        return self.filter(person_confirmed_at__isnull=False)


@tracked()
class Strength(Model):
    """What somebody is good at, found in a talk. It is theirs with their own yes, and with nobody else's."""

    class Source(models.TextChoices):
        CARD = "card", _("from a task card")
        WORK = "work", _("from work they told of")
        SAID = "said", _("in their own words")

    # CASCADE both: part of the file, and of the talk it was found in
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="strengths")
    talk = models.ForeignKey(Talk, on_delete=models.CASCADE, related_name="strengths")
    source = models.CharField(_("where it comes from"), max_length=10, choices=Source)
    # the address of a skill, as in the file's own list of skills; "" for words of one's own
    uri = models.CharField(_("skill"), max_length=300, blank=True)
    words = models.CharField(_("in their own words"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    person_confirmed_at = models.DateTimeField(_("the person says it is right"), null=True, editable=False)
    # plain keys. Who wrote the person's yes down: themselves, or to whom they said it
    person_confirmed_by_id = models.UUIDField(null=True, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = StrengthQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to work towards what a person wants, not towards less",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "talk": "what you talked about, and when",
            **dict.fromkeys(("source", "uri", "words", "language"), "what you can do, and where we know it from"),
            **dict.fromkeys(("person_confirmed_at", "person_confirmed_by_id"), "who says that it is right"),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(
            KNOW="person",
            WORK="talk source uri words language",
            PROVE="person_confirmed_at person_confirmed_by_id noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("strength")
        verbose_name_plural = _("strengths")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(uri="", words=""),
                name="strength_is_something",
                violation_error_message=_("Say in a few words what the strength is."),
            ),
            models.CheckConstraint(
                condition=Q(person_confirmed_at=None, person_confirmed_by_id=None)
                | Q(person_confirmed_at__isnull=False, person_confirmed_by_id__isnull=False),
                name="strength_confirmed_by_somebody",
                violation_error_message=_("A person decides, and is named."),
            ),
        ]

    def __str__(self) -> str:
        return f"strength {self.pk}"
