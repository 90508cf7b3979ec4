"""What a person wants and how far they can go: conditions of work, the right to work, and the goal in their own words."""

from datetime import date, timedelta
from typing import Final, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person
from kesher.people.models.persons import Person

#: A goal is asked again so long after it was said, so many times: at three months, and at six.
ASKED_AFTER: Final = timedelta(days=91)
ASKED_TIMES: Final = 2


class Shift(models.TextChoices):
    MORNING = "morning", _("mornings")
    DAY = "day", _("during the day")
    EVENING = "evening", _("evenings")
    NIGHT = "night", _("nights")
    WEEKEND = "weekend", _("weekends and holidays")


class Way(models.TextChoices):
    FOOT = "foot", _("on foot")
    BICYCLE = "bicycle", _("by bicycle")
    BUS = "bus", _("by bus or train")
    CAR = "car", _("by car")
    LIFT = "lift", _("with a lift")


class Licence(models.TextChoices):
    """Categories of driving licences, as the European Union and most countries name them; T: tractors."""

    AM = "AM", _("AM: moped")
    A1 = "A1", _("A1: light motorcycle")
    A2 = "A2", _("A2: middle motorcycle")
    A = "A", _("A: any motorcycle")
    B = "B", _("B: car")
    BE = "BE", _("B+E: car with a heavy trailer")
    C1 = "C1", _("C1: small lorry")
    C1E = "C1E", _("C1+E: small lorry with a trailer")
    C = "C", _("C: lorry")
    CE = "CE", _("C+E: lorry with a trailer")
    D1 = "D1", _("D1: minibus")
    D1E = "D1E", _("D1+E: minibus with a trailer")
    D = "D", _("D: bus")
    DE = "DE", _("D+E: bus with a trailer")
    T = "T", _("T: tractor")


@tracked()
class Wish(Model):
    """Which work a person can and wants to take now. One row each; nothing in it is required."""

    # CASCADE: with the file goes each part of it
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="wish")
    hours_least = models.PositiveSmallIntegerField(_("hours a week, at least"), null=True, blank=True)
    hours_most = models.PositiveSmallIntegerField(_("hours a week, at most"), null=True, blank=True)
    shifts = ArrayField(
        models.CharField(max_length=10, choices=Shift), default=list, blank=True, verbose_name=_("when they can work")
    )
    ways = ArrayField(
        models.CharField(max_length=10, choices=Way), default=list, blank=True, verbose_name=_("how they get to work")
    )
    minutes_most = models.PositiveSmallIntegerField(_("minutes to work, at most"), null=True, blank=True)
    licences = ArrayField(
        models.CharField(max_length=3, choices=Licence), default=list, blank=True, verbose_name=_("driving licences")
    )
    # None: nobody has asked
    licence_abroad = models.BooleanField(
        _("the driving licence is from abroad, and is still to be converted"), null=True, blank=True
    )
    care = models.CharField(_("whom they look after, and when"), max_length=200, blank=True)
    # a month's pay before tax, in the town's currency
    wage_floor = models.PositiveIntegerField(_("pay a month, at least"), null=True, blank=True)
    sectors = models.CharField(_("lines of work they like"), max_length=200, blank=True)
    would_move = models.BooleanField(_("would move for work"), null=True, blank=True)
    starts_on = models.DateField(_("can start on"), null=True, blank=True)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know which work a person can take",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                (
                    "hours_least",
                    "hours_most",
                    "shifts",
                    "ways",
                    "minutes_most",
                    "wage_floor",
                    "sectors",
                    "would_move",
                    "starts_on",
                ),
                "which work you can and want to take",
            ),
            **dict.fromkeys(("licences", "licence_abroad"), "which driving licences you have"),
            "care": "whom you look after",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(
            KNOW="person",
            WORK="hours_least hours_most shifts ways minutes_most wage_floor sectors would_move starts_on care licences "
            "licence_abroad",
            PROVE="noted_by_id",
        ),
    )

    class Meta:
        verbose_name = _("wishes for work")
        verbose_name_plural = _("wishes for work")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(hours_least=None) | Q(hours_least__range=(1, 60)))
                & (Q(hours_most=None) | Q(hours_most__range=(1, 60))),
                name="wish_hours",
                violation_error_message=_("Hours a week are from 1 to 60."),
            ),
            models.CheckConstraint(
                condition=Q(hours_least=None) | Q(hours_most=None) | Q(hours_most__gte=models.F("hours_least")),
                name="wish_hours_in_order",
                violation_error_message=_("At most cannot be fewer than at least."),
            ),
            models.CheckConstraint(
                condition=~Q(licence_abroad=True) | ~Q(licences=[]),
                name="wish_licence_to_convert",
                violation_error_message=_("Say which driving licence is from abroad."),
            ),
        ]

    def __str__(self) -> str:
        return f"wish {self.pk}"


@tracked()
class RightToWork(Model):
    """Whether and until when a person may work here. Optional: asked only where a rule needs it, never for its own sake."""

    class Kind(models.TextChoices):
        CITIZEN = "citizen", _("may work without limit")
        PERMIT = "permit", _("with a permit")
        LIMITED = "limited", _("for some work only")
        NOT_YET = "not_yet", _("not yet")

    # CASCADE: with the file goes each part of it
    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="right_to_work")
    kind = models.CharField(_("may work"), max_length=10, choices=Kind)
    until = models.DateField(_("until"), null=True, blank=True)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know when a permit runs out, before it does",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "kind": "whether and until when you may work",
            "until": "whether and until when you may work",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", STEP="kind until", HELP="kind until", PROVE="noted_by_id"),
    )

    class Meta:
        verbose_name = _("right to work")
        verbose_name_plural = _("rights to work")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(kind__in=["permit", "limited"]),
                name="right_to_work_until",
                violation_error_message=_("Only a permit runs out."),
            )
        ]
        indexes = [models.Index(fields=["until"], name="right_to_work_until_day")]

    def __str__(self) -> str:
        return f"right to work {self.pk}"


class AspirationQuerySet(PartQuerySet):
    def said_last(self) -> Self:
        """What each person said last."""
        last = Aspiration.objects.filter(person=OuterRef("person")).order_by("-said_at", "-id")
        return self.filter(pk=Subquery(last.values("pk")[:1]))

    def to_ask_again(self, today: date) -> Self:
        """Goals nobody has spoken of for three months, until they were said anew twice; the longest ago first."""
        due = self.said_last().filter(said_at__date__lte=today - ASKED_AFTER, times_same__lt=ASKED_TIMES)
        return due.filter(person__state=Person.State.ACTIVE).order_by("said_at", "id")


@tracked()
class Aspiration(Model):
    """The work a person wants to do in the end, in their own words. A new one never overwrites the one before.

    A goal is lowered only in the person's own words: then ``why`` holds them. Steps on the way do not change it. Beside the
    words may stand which occupation is meant, or that none of the lists is (``none_fits``), and who says so: never for them.
    """

    #: Which occupation is meant is no part of what was said: a page on which a goal is said anew is not outdated by it.
    NOT_SAID: Final = frozenset(
        ("proposal_id", "looked_for", "proposed_by", "occupation", "isco08", "none_fits", "person_confirmed_at")
    ) | {"person_confirmed_by_id", "caseworker_confirmed_at", "caseworker_id"}

    class Change(models.TextChoices):
        FIRST = "first", _("said for the first time")
        SAME = "same", _("the same, said anew")
        RAISED = "raised", _("they aim higher")
        OTHER = "other", _("something else")
        LOWERED = "lowered", _("they aim lower")

    class Sure(models.IntegerChoices):
        NOT = 1, _("not sure at all")
        LITTLE = 2, _("a little")
        RATHER = 3, _("rather sure")
        VERY = 4, _("very sure")

    person = of_person("aspirations")
    goal = models.CharField(_("what they want to do, in their own words"), max_length=300)
    language = models.CharField(_("language"), max_length=10)
    sure = models.PositiveSmallIntegerField(_("how sure they are"), choices=Sure)
    in_the_way = models.CharField(_("what stands in the way"), max_length=300, blank=True)
    change = models.CharField(_("what changed"), max_length=10, choices=Change)
    why = models.CharField(_("why, in their own words"), max_length=300, blank=True)
    said_at = models.DateTimeField(_("said"), default=timezone.now, editable=False)
    # how often it was said anew since it last changed
    times_same = models.PositiveSmallIntegerField(default=0, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)
    # the proposal (words.Proposal), where an organisation keeps it: a plain key, for proposals are erased after a year
    proposal_id = models.UUIDField(null=True, editable=False)
    # by which words the occupation was looked for, and which encoder and lists proposed it
    looked_for = models.CharField(_("words by which the occupation was looked for"), max_length=300, blank=True)
    proposed_by = models.CharField(_("what proposed the occupation"), max_length=200, blank=True, editable=False)
    # a concept of the lists in use when it was chosen (ISCO-08 or ESCO), and its ISCO-08 unit group
    occupation = models.CharField(_("occupation that is meant"), max_length=300, blank=True, editable=False)
    isco08 = models.CharField(_("group of occupations that is meant"), max_length=4, blank=True, editable=False)
    none_fits = models.BooleanField(_("no occupation of the lists is meant"), default=False, editable=False)
    person_confirmed_at = models.DateTimeField(_("the person says it is what they mean"), null=True, editable=False)
    # who wrote the person's yes down: themselves, or to whom they said it
    person_confirmed_by_id = models.UUIDField(_("who wrote down that they mean it"), null=True, editable=False)
    caseworker_confirmed_at = models.DateTimeField(
        _("a caseworker says it is what they mean"), null=True, editable=False
    )
    # plain keys: the history outlives the accounts
    caseworker_id = models.UUIDField(_("the caseworker who says it is what they mean"), null=True, editable=False)

    objects = AspirationQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to work towards what a person wants, not towards less",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            **dict.fromkeys(
                ("goal", "language", "sure", "in_the_way", "change", "why", "said_at"),
                "the work you want, in your own words",
            ),
            **dict.fromkeys(
                ("looked_for", "occupation", "isco08", "none_fits"),
                "the work you want, as an occupation beside your words",
            ),
            **dict.fromkeys(
                ("person_confirmed_at", "person_confirmed_by_id", "caseworker_confirmed_at", "caseworker_id"),
                "who says that it is right",
            ),
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "times_same", "proposal_id", "proposed_by"),
        uses=used(
            KNOW="person",
            WORK="goal language sure in_the_way change why said_at looked_for occupation isco08 none_fits",
            PROVE="noted_by_id person_confirmed_at person_confirmed_by_id caseworker_confirmed_at caseworker_id",
        ),
    )

    class Meta:
        verbose_name = _("goal")
        verbose_name_plural = _("goals")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(goal=""),
                name="aspiration_has_a_goal",
                violation_error_message=_("What do they want to do?"),
            ),
            models.CheckConstraint(
                condition=~Q(change="lowered") | ~Q(why=""),
                name="aspiration_lowered_in_their_words",
                violation_error_message=_(
                    "A goal is lowered only in the person's own words: write down why they say so."
                ),
            ),
            models.CheckConstraint(
                condition=Q(none_fits=False) | Q(occupation=""),
                name="aspiration_means_one_or_none",
                violation_error_message=_("Either an occupation is meant, or none of the lists."),
            ),
            models.CheckConstraint(
                condition=~Q(occupation="")
                | Q(none_fits=True)
                | Q(person_confirmed_at=None, caseworker_confirmed_at=None),
                name="aspiration_confirmed_is_something",
                violation_error_message=_("Only an occupation, or that none is meant, can be right."),
            ),
            models.CheckConstraint(
                condition=Q(occupation="", none_fits=False)
                | Q(person_confirmed_at__isnull=False)
                | Q(caseworker_confirmed_at__isnull=False),
                name="aspiration_meaning_said_by_somebody",
                violation_error_message=_("A person decides, and is named."),
            ),
            models.CheckConstraint(
                condition=Q(caseworker_confirmed_at=None) | Q(caseworker_id__isnull=False),
                name="aspiration_confirmed_by_somebody",
                violation_error_message=_("A person decides, and is named."),
            ),
        ]
        # found when it is to be asked again: those said longest ago first
        indexes = [models.Index(fields=["said_at", "id"], name="aspiration_asked", condition=Q(times_same__lt=2))]
        # What somebody said is not rewritten afterwards, by whatever way: another goal is another row.
        triggers = [
            pgtrigger.ReadOnly(
                name="aspiration_stays_as_said",
                fields=["goal", "language", "sure", "in_the_way", "change", "why"],
            )
        ]

    def __str__(self) -> str:
        return f"goal {self.pk}"
