"""Data sets, their vintages, and the observations that pages serve; what people at the table say of a figure.

What an indicator is stands in the registry (:func:`kesher.engine.indicators.registry`), not in the database: a row names it
by its code. A vintage is what a source said at one time. It is never changed, nor are its observations: a revised figure is
an observation of a later vintage, and the database takes no other (append-only tables).
"""

from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.base.history import tracked
from kesher.base.keys import uuid7
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, NoPersonalData, PersonalData
from kesher.engine.indicators import Indicator, registry

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Who may write beside a figure what the place wants said of it.
ANNOTATORS = frozenset({Role.CONVENOR, Role.OFFICER})
#: Who is asked at the table whether an occupation is short.
JUDGES = frozenset({Role.CONVENOR, Role.OFFICER, Role.PARTNER, Role.EMPLOYER, Role.COLLEGE})


def known_indicator(code: str) -> None:
    """A validator: the registry declares it."""
    if code not in registry():
        raise ValidationError(_("There is no indicator “%(code)s”."), params={"code": code})


@tracked()
class Dataset(Model):
    """A table that some source publishes again and again."""

    code = models.CharField(_("code"), max_length=200, unique=True)
    title = models.CharField(_("title"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=500, blank=True)
    licence = models.CharField(_("licence"), max_length=500, blank=True)
    url = models.CharField(_("address"), max_length=1000, blank=True)

    privacy = NoPersonalData("published figures")

    class Meta:
        verbose_name = _("data set")
        verbose_name_plural = _("data sets")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title or self.code


class VintageQuerySet(models.QuerySet["Vintage"]):
    def current(self) -> "VintageQuerySet":
        """The latest of each data set."""
        return self.order_by("dataset_id", "-released", "-id").distinct("dataset_id")

    def in_time(self) -> "VintageQuerySet":
        """The latest first."""
        return self.order_by("-released", "-id")


class Vintage(Model):
    """What a source said of a data set at one time. ``released`` is its own date of it, else when it was fetched or loaded.

    ``mark`` is the hash of its content; of our own loop, the month that came. ``files``: name, SHA-256, dialect, source,
    licence, address, days, of each file it was read from. ``breaks``: from which period figures are not comparable, with the
    reason. ``figures`` were read; what pages show of them are its observations.
    """

    # CASCADE: only the demo is emptied
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="vintages")
    mark = models.CharField(max_length=64)
    released = models.DateField(_("released"))
    loaded_by_id = models.UUIDField(null=True, editable=False)
    files = models.JSONField(default=list)
    breaks = models.JSONField(default=list)
    figures = models.PositiveIntegerField(_("figures"))

    objects = VintageQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know where a figure comes from",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the figures are shown"),
        fields={"loaded_by_id": "who loaded it"},
        plain=("id", "created_at", "updated_at", "dataset", "mark", "released", "files", "breaks", "figures"),
        export=False,
    )

    class Meta:
        verbose_name = _("vintage")
        verbose_name_plural = _("vintages")
        ordering = ["-id"]
        triggers = [pgtrigger.Protect(name="vintage_stays", operation=pgtrigger.Update)]
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "mark"],
                name="vintage_content_once",
                violation_error_message=_("The same content is here already."),
            )
        ]
        indexes = [models.Index(F("dataset"), F("released").desc(), F("id").desc(), name="vintage_latest")]

    def __str__(self) -> str:
        return f"{self.dataset_id} {self.released:%Y-%m-%d}"


class ObservationQuerySet(models.QuerySet["Observation"]):
    def current(self) -> "ObservationQuerySet":
        """Those of the latest vintage of each data set."""
        return self.filter(vintage__in=list(Vintage.objects.current().values_list("pk", flat=True)))

    def of(self, *indicators: str) -> "ObservationQuerySet":
        return self.filter(indicator__in=indicators)


class Observation(models.Model):
    """One figure of a declared indicator, for one place and period. ``part``: of which part it is, such as an industry.

    ``value`` is None just where ``status`` says why (:class:`kesher.formats.statistics.Status`, same numbers). ``low`` and
    ``high`` bound it where its method gives an interval; ``behind``: how many people or firms stand behind it, if known.
    """

    #: kesher.formats.statistics.Status: MISSING | SUPPRESSED | NOT_APPLICABLE
    WITHOUT_VALUE: ClassVar[int] = 1 | 2 | 4

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # CASCADE: only the demo is emptied
    vintage = models.ForeignKey(Vintage, on_delete=models.CASCADE, related_name="observations", db_index=False)
    indicator = models.CharField(_("indicator"), max_length=60, validators=[known_indicator])
    part = models.CharField(_("part"), max_length=60, blank=True)
    # RESTRICT: a place with figures cannot vanish under them
    area = models.ForeignKey(Area, on_delete=models.RESTRICT, related_name="observations", db_index=False)
    period = models.CharField(_("period"), max_length=10)
    start = models.DateField(_("first day of the period"))
    value = models.FloatField(_("value"), null=True)
    low = models.FloatField(_("at least"), null=True)
    high = models.FloatField(_("at most"), null=True)
    behind = models.PositiveIntegerField(_("people behind it"), null=True)
    status = models.PositiveSmallIntegerField(_("status"), default=0)

    objects = ObservationQuerySet.as_manager()

    privacy = NoPersonalData("published figures")

    class Meta:
        verbose_name = _("observation")
        verbose_name_plural = _("observations")
        ordering = ["indicator", "part", "area", "start"]
        triggers = [pgtrigger.Protect(name="observation_stays", operation=pgtrigger.Update)]
        constraints = [
            models.UniqueConstraint(
                fields=["area", "indicator", "part", "period", "vintage"],
                name="observation_once",
                violation_error_message=_("A vintage says one figure once."),
            ),
            models.CheckConstraint(
                # Two tests and not their equality: a NULL would make either side unknown, which a constraint lets pass.
                condition=Q(value__isnull=True, status__gt=0) | Q(value__isnull=False),
                name="observation_says_why_it_is_not_there",
                violation_error_message=_("A figure that is not there says why."),
            ),
            models.CheckConstraint(
                condition=(Q(low=None) | Q(low__lte=F("value"))) & (Q(high=None) | Q(high__gte=F("value"))),
                name="observation_within_its_interval",
                violation_error_message=_("A figure lies within its interval."),
            ),
        ]
        indexes = [models.Index(fields=["indicator", "vintage"], name="observation_of_indicator")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area_id} {self.period}"

    @property
    def declared(self) -> Indicator:
        """What it is."""
        return registry()[self.indicator]

    @property
    def too_few(self) -> bool:
        """Hidden, by its source or by us, because too few people stand behind it."""
        return bool(self.status & 2)


class AnnotationQuerySet(models.QuerySet["Annotation"]):
    def shown(self) -> "AnnotationQuerySet":
        return self.filter(withdrawn_at=None)

    def editable_by(self, user: "Visitor") -> "AnnotationQuerySet":
        """Those of one's own organisation."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(organisation_id__in=user.organisation_ids_as(ANNOTATORS))

    def visible_to(self, user: "Visitor") -> "AnnotationQuerySet":
        """What stands beside a public figure is public; what was withdrawn is seen where it was written."""
        if not user.is_authenticated:
            return self.shown()
        return self.filter(Q(withdrawn_at=None) | Q(organisation_id__in=user.organisation_ids_as(ANNOTATORS)))


@tracked()
class Annotation(Model):
    """What the place itself says beside one of its figures: "a factory closed in May". Public, with the organisation's name."""

    # CASCADE: words about a place that is gone say nothing
    area = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="annotations")
    indicator = models.CharField(_("indicator"), max_length=60, validators=[known_indicator])
    text = models.TextField(_("what should be known of this figure"), max_length=1000)
    language = models.CharField(_("language"), max_length=10)
    # RESTRICT: whose words they are must be said
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="annotations")
    written_by_id = models.UUIDField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = AnnotationQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to say beside a figure what the place knows of it",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the place's figures are shown"),
        fields={"written_by_id": "who wrote it"},
        plain=(
            "id",
            "created_at",
            "updated_at",
            "area",
            "indicator",
            "text",
            "language",
            "organisation",
            "withdrawn_at",
        ),
        export=False,
    )

    class Meta:
        verbose_name = _("note beside a figure")
        verbose_name_plural = _("notes beside figures")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="annotation_says_something",
                violation_error_message=_("Say what should be known of this figure."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area_id}"

    @property
    def declared(self) -> Indicator:
        """Of what figure it speaks."""
        return registry()[self.indicator]


class JudgementQuerySet(models.QuerySet["Judgement"]):
    def last_words(self) -> "JudgementQuerySet":
        """The last word of each person on each occupation and place."""
        return self.order_by("area_id", "occupation", "judge_id", "-given_on", "-id").distinct(
            "area_id", "occupation", "judge_id"
        )

    def visible_to(self, user: "Visitor") -> "JudgementQuerySet":
        """One's own, and those of others at the table: with name and date. The public sees medians of three and more alone."""
        if not user.is_authenticated or not user.organisation_ids_as(JUDGES):
            return self.none()
        return self.all()


@tracked()
class Judgement(Model):
    """What somebody at the table says of an occupation: −2 far too many people, 0 in balance, 2 badly short."""

    area = models.ForeignKey(
        Area, on_delete=models.CASCADE, related_name="judgements"
    )  # CASCADE: about a place that is gone
    occupation = models.CharField(_("occupation"), max_length=4)  # ISCO-08 unit group
    score = models.SmallIntegerField(
        _("how short"),
        choices=[
            (2, _("badly short")),
            (1, _("short")),
            (0, _("in balance")),
            (-1, _("more people than work")),
            (-2, _("far more people than work")),
        ],
    )
    why = models.CharField(_("why you say so"), max_length=300, blank=True)
    # CASCADE: with the account go the judgements; a median of others stays
    judge = models.ForeignKey(User, on_delete=models.CASCADE, related_name="judgements")
    # RESTRICT: for whom somebody spoke must be said
    organisation = models.ForeignKey(Organisation, on_delete=models.RESTRICT, related_name="judgements")
    given_on = models.DateField(_("when"))

    objects = JudgementQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to set what people at the table know beside what is counted",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as the account"),
        fields={
            "judge": "who said it",
            "score": "what was said",
            "why": "the reason given",
            "given_on": "when it was said",
        },
        plain=("id", "created_at", "updated_at", "area", "occupation", "organisation"),
    )

    class Meta:
        verbose_name = _("judgement of the table")
        verbose_name_plural = _("judgements of the table")
        ordering = ["-given_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__range=(-2, 2)),
                name="judgement_from_far_too_many_to_badly_short",
                violation_error_message=_("A judgement is a number from −2 to 2."),
            ),
            models.UniqueConstraint(
                fields=["area", "occupation", "judge", "given_on"],
                name="judgement_once_a_day",
                violation_error_message=_("You have said so today already: change what you said."),
            ),
        ]
        indexes = [models.Index(fields=["area", "occupation"], name="judgement_of_occupation")]

    def __str__(self) -> str:
        return f"{self.occupation} {self.score}"
