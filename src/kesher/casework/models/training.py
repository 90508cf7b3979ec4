"""Learning at work: an agreement of a person, a host and whoever sends them; goals, a question a week, a certificate.

The row of an agreement is all that a host ever sees of a person. It holds what the person lets stand in it, and what the law
allows at their age, copied from the table of the country, so that the database itself can refuse what the law forbids.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.conflicts import STILL
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, used
from kesher.casework.models.hosts import UNPAID_IN_A_ROW, HostPermit
from kesher.casework.models.plans import WITH_THE_FILE
from kesher.people.models.open_files import FileOpen, Through
from kesher.people.models.parts import PartQuerySet, of_person

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Both are asked how it goes once in so many days.
ASK_EVERY: Final = timedelta(days=7)
#: So long after an ordinary ending the host still sees the agreement: pay and hours are settled by then.
HOST_SEES: Final = timedelta(days=365)
#: In which role somebody acts for a host.
HOSTS: Final = frozenset({Role.EMPLOYER})


class WhyTrainingEnded(models.TextChoices):
    """Codes, not words of one's own: they stay in the trail of events."""

    HIRED = "hired", _("the person was hired there")
    JOB = "job", _("the person found other work through it")
    DONE = "done", _("the agreed time is over")
    UNSUITED = "unsuited", _("the work and the person do not suit each other")
    NOT_AGREED = "not_agreed", _("hours, pay or tasks were not as agreed")
    HOST = "host", _("the workplace cannot go on")
    PERSON = "person", _("the person no longer wants it")
    MOVED = "moved", _("the person has moved away or is ill")
    SAFETY = "safety", _("it is safer to end it")


#: The host may not say of a person why they leave, nor that it was unsafe: that is the person's and the sender's to say.
SAID_BY_HOST: Final = ("hired", "done", "unsuited", "host")
LED_TO_WORK: Final = frozenset({"hired", "job"})


class TrainingQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To the person and every organisation with the file; to the host from when it is asked."""
        if not user.is_authenticated:
            return self.none()
        readers = FileOpen(user, through=Through.NOT_HELPING)
        hosts = user.organisation_ids_as(HOSTS)
        return self.filter(Q(readers) | seen_by_hosts() & Q(host__in=hosts))

    def of_host(self, user: "Visitor") -> Self:
        """What this user sees for the organisation that hosts, whatever else they are."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(seen_by_hosts(), host__in=user.organisation_ids_as(HOSTS))

    def open(self) -> Self:
        return self.filter(state__in=TrainingAgreement.OPEN)


def seen_by_hosts() -> Q:
    """Of agreements: asked, signed and under way; for a year after an ordinary ending; never one that fell with the file."""
    return Q(state__in=TrainingAgreement.SEEN_BY_HOST) | Q(state="ended", host_until__gte=timezone.localdate())


#: Nobody is sent to a host that is blocked, itself or by its family, but by a permit of one's own organisation for this host.
#: Asked when an agreement is begun and again when the last of the three signs: a host may have been blocked in between. Who
#: counts an ending in the family at this moment is waited for, and the statement after it sees what was counted.
NOT_TO_A_BLOCKED_HOST = pgtrigger.Trigger(
    name="not_to_a_blocked_host",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),
    func=f"""
        IF TG_OP = 'UPDATE' AND (NEW.state <> 'active' OR OLD.state = 'active') THEN
            RETURN NEW;
        END IF;
        PERFORM pg_advisory_xact_lock(casework_host_family_lock(NEW.host_id));
        IF casework_unpaid_in_a_row(NEW.host_id) >= {UNPAID_IN_A_ROW}
           AND NOT EXISTS (SELECT FROM casework_hostpermit AS permit
                            WHERE permit.id = NEW.permit_id AND permit.host_id = NEW.host_id
                              AND permit.organisation_id = NEW.organisation_id) THEN
            RAISE EXCEPTION 'training_host_blocked: nobody is sent to this host'
                  USING ERRCODE = 'check_violation', CONSTRAINT = 'training_host_blocked';
        END IF;
        RETURN NEW;
    """,
)

_NEEDS_PERSON: Final = ["asked", "signed", "active"]
_NEEDS_HOST: Final = ["signed", "active"]


@tracked()
class TrainingAgreement(Model):
    """Somebody learns at a workplace: proposed by a caseworker, signed by the person, then by the host, then by the sender."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed to the person")
        ASKED = "asked", _("the person signed, the workplace is asked")
        SIGNED = "signed", _("the workplace signed, the sender signs last")
        ACTIVE = "active", _("signed by all three")
        DECLINED = "declined", _("came to nothing")
        ENDED = "ended", _("ended")

    OPEN: Final = ("proposed", "asked", "signed", "active")
    SEEN_BY_HOST: Final = ("asked", "signed", "active")

    person = of_person("trainings")
    # PROTECT all three: who sent whom to whom must be found again
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("sender"))
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("workplace"))
    caseworker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("caseworker"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED)
    # what is agreed
    trade = models.CharField(_("occupation, as the lists name it"), max_length=300, blank=True)
    trade_words = models.CharField(_("occupation"), max_length=200)
    about = models.CharField(_("what they do there"), max_length=500, blank=True)
    where = models.CharField(_("where"), max_length=200)
    starts_on = models.DateField(_("begins on"))
    ends_on = models.DateField(_("ends on"))
    hours_a_day = models.DecimalField(
        _("hours a day at most"),
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(24)],
    )
    hours_a_week = models.DecimalField(
        _("hours a week"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(168)]
    )
    day_from = models.TimeField(_("the day begins at"))
    day_to = models.TimeField(_("the day ends at"))
    pay = models.DecimalField(_("pay for an hour"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    currency = models.CharField(max_length=3)
    tutor = models.CharField(_("tutor at the workplace"), max_length=120)
    # which terms these are: whoever signs has read them, not those of before
    terms = models.PositiveSmallIntegerField(default=1, editable=False)
    # what the law allows, as its table said (casework/data/work_limits.toml)
    country = models.CharField(max_length=2, editable=False)
    band = models.CharField(_("age, as the law tells ages apart"), max_length=20, editable=False)
    minor = models.BooleanField(_("the person is under 18"), default=False)
    limit_day = models.DecimalField(max_digits=4, decimal_places=2, null=True, editable=False)
    limit_week = models.DecimalField(max_digits=5, decimal_places=2, null=True, editable=False)
    night_from = models.TimeField(null=True, editable=False)
    night_to = models.TimeField(null=True, editable=False)
    minimum = models.DecimalField(max_digits=8, decimal_places=2, null=True, editable=False)
    guardian = models.CharField(_("guardian who was told"), max_length=120, blank=True)
    guardian_told_on = models.DateField(_("told on"), null=True, blank=True)
    guardian_told_by_id = models.UUIDField(null=True, editable=False)
    # found out later that the law does not allow these terms at the person's age: on this day
    too_young_since = models.DateField(_("the day its terms no longer fitted your age"), null=True, editable=False)
    # what the person lets the host know
    shown_called = models.CharField(_("name"), max_length=120, blank=True)
    shown_words = models.CharField(_("in their own words"), max_length=300, blank=True)
    # who signed, and when
    person_signed_on = models.DateField(_("the person signed on"), null=True, editable=False)
    person_signed_how = models.CharField(_("how"), max_length=20, blank=True)
    host_signed_on = models.DateField(_("the workplace signed on"), null=True, editable=False)
    host_signed_by = models.CharField(_("who signed for the workplace"), max_length=120, blank=True)
    sender_signed_on = models.DateField(_("the sender signed on"), null=True, editable=False)
    sender_signed_by_id = models.UUIDField(null=True, editable=False)
    # SET_NULL would let a blocked host go on without one: PROTECT
    permit = models.OneToOneField(
        HostPermit, null=True, editable=False, on_delete=models.PROTECT, related_name="agreement"
    )
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    reason = models.CharField(_("why it ended"), max_length=20, choices=WhyTrainingEnded, blank=True)
    host_until = models.DateField(null=True, editable=False)
    # which of its host's placements it was, once it was counted
    counted_as = models.PositiveIntegerField(null=True, editable=False)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = TrainingQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to let a person learn at a workplace, safely and for fair pay",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "host": "the workplace, and your tutor there",
            "tutor": "the workplace, and your tutor there",
            "caseworker": "your caseworker",
            "state": "how far it has come, and why it ended",
            "reason": "how far it has come, and why it ended",
            **dict.fromkeys(
                ["trade", "trade_words", "about", "where", "starts_on", "ends_on", "hours_a_day", "hours_a_week"],
                "what was agreed: work, days, hours and pay",
            ),
            **dict.fromkeys(["day_from", "day_to", "pay", "minimum"], "what was agreed: work, days, hours and pay"),
            **dict.fromkeys(
                ["band", "minor", "guardian", "guardian_told_on", "guardian_told_by_id", "too_young_since"],
                "whether you are under 18, and who of your guardians was told",
            ),
            "shown_called": "what you let the workplace know",
            "shown_words": "what you let the workplace know",
            **dict.fromkeys(
                ["person_signed_on", "person_signed_how", "host_signed_on", "host_signed_by", "sender_signed_on"],
                "when each of you agreed",
            ),
            "sender_signed_by_id": "when each of you agreed",
            "ended_on": "from when to when",
        },
        plain=(
            "id",
            "created_at",
            "updated_at",
            "organisation",
            "currency",
            "terms",
            "country",
            "limit_day",
            "limit_week",
            "night_from",
            "night_to",
            "permit",
            "host_until",
            "counted_as",
            "moved_at",
        ),
        uses=used(
            KNOW="person",
            LEARN="host tutor caseworker state reason trade trade_words about where starts_on ends_on shown_called "
            "shown_words ended_on",
            SAFE="hours_a_day hours_a_week day_from day_to pay minimum band minor guardian guardian_told_on "
            "guardian_told_by_id too_young_since",
            PROVE="person_signed_on person_signed_how host_signed_on host_signed_by sender_signed_on sender_signed_by_id",
        ),
    )

    class Meta:
        verbose_name = _("work-based training")
        verbose_name_plural = _("work-based trainings")
        ordering = ["-id"]
        triggers = [NOT_TO_A_BLOCKED_HOST]
        constraints = [
            models.CheckConstraint(
                condition=~Q(host=F("organisation")),
                name="training_host_is_another",
                violation_error_message=_("Who sends somebody is not the workplace too."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="training_ends_after_it_begins",
                violation_error_message=_("It cannot end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(hours_a_day__gt=0, hours_a_week__gte=F("hours_a_day")),
                name="training_has_hours",
                violation_error_message=_("Say the hours: those of a week are not fewer than those of a day."),
            ),
            models.CheckConstraint(
                condition=(Q(limit_day=None) | Q(hours_a_day__lte=F("limit_day")))
                & (Q(limit_week=None) | Q(hours_a_week__lte=F("limit_week"))),
                name="training_within_the_hours",
                violation_error_message=_("At this age the law allows fewer hours."),
            ),
            models.CheckConstraint(
                condition=Q(night_from=None)
                | Q(day_from__lt=F("day_to"), day_from__gte=F("night_to"), day_to__lte=F("night_from")),
                name="training_not_at_night",
                violation_error_message=_("At this age nobody works at night."),
            ),
            models.CheckConstraint(
                condition=Q(minor=False)
                | Q(limit_day__isnull=False, limit_week__isnull=False, night_from__isnull=False),
                name="training_minor_has_limits",
                violation_error_message=_("Under 18, hours have a limit."),
            ),
            models.CheckConstraint(
                condition=Q(pay__gte=0),
                name="training_pay_not_less_than_nothing",
                violation_error_message=_("Pay is nothing or more."),
            ),
            models.CheckConstraint(
                condition=~Q(trade_words="") & ~Q(where="") & ~Q(tutor=""),
                name="training_says_what_where_and_who",
                violation_error_message=_("Say which work, where, and who is the tutor."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_NEEDS_PERSON) | Q(person_signed_on__isnull=False) & ~Q(shown_called=""),
                name="training_person_signed",
                violation_error_message=_("The person has not signed yet."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=_NEEDS_HOST) | Q(host_signed_on__isnull=False) & ~Q(host_signed_by=""),
                name="training_host_signed",
                violation_error_message=_("The workplace has not signed yet."),
            ),
            models.CheckConstraint(
                condition=~Q(state="active") | Q(sender_signed_on__isnull=False, sender_signed_by_id__isnull=False),
                name="training_sender_signed",
                violation_error_message=_("The sender has not signed yet."),
            ),
            models.CheckConstraint(
                condition=Q(minor=False)
                | ~Q(state="active")
                | Q(guardian_told_on__isnull=False, guardian_told_by_id__isnull=False) & ~Q(guardian=""),
                name="training_guardian_told",
                violation_error_message=_("Under 18, a guardian is told first: who, and when."),
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) & ~Q(reason="")
                | Q(state="declined", ended_on__isnull=False)
                | ~Q(state__in=["ended", "declined"]) & Q(ended_on=None, reason="", host_until=None),
                name="training_ended_why",
                violation_error_message=_("Say why it ends."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="training_of_person"),
            models.Index(fields=["host", "state"], name="training_of_host"),
            models.Index(fields=["organisation", "state", "moved_at"], name="training_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def unpaid(self) -> bool:
        return self.pay == 0

    @property
    def below_minimum(self) -> bool:
        """Paid, and less than the law says; where the law's figure is not known, nothing is said."""
        return bool(self.pay and self.minimum is not None and self.pay < self.minimum)

    @property
    def has_begun(self) -> bool:
        """By now, or before it ended."""
        today = timezone.localdate()
        return self.starts_on <= min(today, self.ended_on or today)


class OfTrainingQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To whoever sees the agreement."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(agreement__in=TrainingAgreement.objects.visible_to(user).values("pk"))


def of_agreement(related_name: str) -> Any:
    """The key of a part's agreement. CASCADE: a part of no agreement means nothing."""
    return models.ForeignKey(TrainingAgreement, on_delete=models.CASCADE, related_name=related_name)


@tracked()
class TrainingGoal(Model):
    """What is to be learnt; the tutor or a caseworker says that it is."""

    person = of_person("training_goals")
    agreement = of_agreement("goals")
    text = models.CharField(_("what is learnt"), max_length=200)
    reached_on = models.DateField(_("learnt on"), null=True, blank=True)
    said_by_id = models.UUIDField(null=True, editable=False)

    objects = OfTrainingQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to let a person learn at a workplace, safely and for fair pay",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "text": "what you learn there",
            "reached_on": "what you learn there",
            "said_by_id": "who says so",
        },
        plain=("id", "created_at", "updated_at", "agreement"),
        uses=used(KNOW="person", LEARN="text reached_on", PROVE="said_by_id"),
    )

    class Meta:
        verbose_name = _("learning goal")
        verbose_name_plural = _("learning goals")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="training_goal_says_what",
                violation_error_message=_("Say what is to be learnt."),
            )
        ]

    def __str__(self) -> str:
        return f"learning goal {self.pk}"


class WeeklyCheckQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To the sender, and to each side its own. Never the person's to the host, nor to who belongs to the host and works
        with files at the sender."""
        if not user.is_authenticated:
            return self.none()
        ours = FileOpen(user, organisation="organisation")
        own = FileOpen(user, through=Through.OWN)
        still = Q(until=None) | Q(until__gte=timezone.localdate() - STILL)
        of_the_host = Membership.objects.filter(still, user=user, organisation=OuterRef("host"))
        seen = TrainingAgreement.objects.of_host(user).filter(pk=OuterRef("agreement"))
        return self.filter(
            Q(ours) & ~(Q(side=WeeklyCheck.Side.PERSON) & Exists(of_the_host))
            | Q(side=WeeklyCheck.Side.PERSON) & Q(own)
            | Q(side=WeeklyCheck.Side.TUTOR) & Exists(seen)
        )


@tracked()
class WeeklyCheck(Model):
    """Once a week each is asked how it goes, and whether all is as agreed. No host sees the person's."""

    class Side(models.TextChoices):
        PERSON = "person", _("the person")
        TUTOR = "tutor", _("the tutor")

    class Going(models.TextChoices):
        WELL = "well", _("it goes well")
        SO_SO = "so_so", _("so-so")
        BADLY = "badly", _("it does not go well")

    person = of_person("training_checks")
    agreement = of_agreement("checks")
    # PROTECT both, and here again: the walls ask each row
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    side = models.CharField(_("who is asked"), max_length=10, choices=Side)
    due_on = models.DateField(_("to be asked on"))
    going = models.CharField(_("how it goes"), max_length=10, choices=Going, blank=True)
    as_agreed = models.BooleanField(_("hours, pay and tasks are as agreed"), null=True)
    words = models.CharField(_("in their own words"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by_id = models.UUIDField(null=True, editable=False)
    seen_at = models.DateTimeField(_("a caseworker has read it"), null=True, editable=False)

    objects = WeeklyCheckQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to ask each by themselves how the learning at work goes",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "side": "how it goes, as you said",
            "due_on": "how it goes, as you said",
            "going": "how it goes, as you said",
            "as_agreed": "how it goes, as you said",
            "words": "how it goes, as you said",
            "answered_at": "when you said it, and who wrote it down",
            "answered_by_id": "when you said it, and who wrote it down",
            "seen_at": "when it was read",
        },
        plain=("id", "created_at", "updated_at", "agreement", "organisation", "host"),
        uses=used(
            KNOW="person",
            LEARN="side due_on answered_at seen_at",
            SAFE="going as_agreed words",
            PROVE="answered_by_id",
        ),
    )

    class Meta:
        verbose_name = _("weekly question about learning at work")
        verbose_name_plural = _("weekly questions about learning at work")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "side", "due_on"],
                name="weekly_check_once",
                violation_error_message=_("This is asked already."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, going="", words="", as_agreed=None)
                | Q(answered_at__isnull=False, as_agreed__isnull=False) & ~Q(going=""),
                name="weekly_check_answered",
                violation_error_message=_("Say how it goes, and whether all is as agreed."),
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="weekly_check_due", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return f"weekly check {self.pk}"

    @property
    def is_due(self) -> bool:
        return self.answered_at is None and self.due_on <= timezone.localdate() + timedelta(days=2)

    @property
    def worries(self) -> bool:
        return self.going == self.Going.BADLY or self.as_agreed is False


@tracked()
class TrainingCertificate(Model):
    """What somebody did and learnt at a workplace, to take along. What it says is written down when it is given."""

    person = of_person("training_certificates")
    agreement = models.OneToOneField(TrainingAgreement, on_delete=models.CASCADE, related_name="certificate")
    name = models.CharField(_("name that stands on it"), max_length=120)
    work = models.CharField(_("occupation"), max_length=300)
    hours = models.PositiveIntegerField(_("hours in all"), validators=[MinValueValidator(1)])
    learnt = ArrayField(models.CharField(max_length=200), default=list, blank=True, verbose_name=_("what was learnt"))
    language = models.CharField(_("language"), max_length=10)
    issued_on = models.DateField(_("given on"))
    issued_by_id = models.UUIDField(editable=False)

    # the person's: the host sees none, for the name on it may be another than the one it knows
    objects = PartQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to prove what a person learnt at a workplace",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "name": "certificates",
            "work": "certificates",
            "hours": "certificates",
            "learnt": "certificates",
            "language": "the language",
            "issued_on": "certificates",
            "issued_by_id": "who says that it is right",
        },
        plain=("id", "created_at", "updated_at", "agreement"),
        uses=used(
            KNOW="person",
            PROVE="name work hours learnt language issued_on issued_by_id",
            WORK="work hours learnt",
        ),
    )

    class Meta:
        verbose_name = _("certificate of learning at work")
        verbose_name_plural = _("certificates of learning at work")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & Q(hours__gt=0),
                name="training_certificate_says_who_and_how_long",
                violation_error_message=_("Say whose name stands on it, and how many hours it were."),
            )
        ]

    def __str__(self) -> str:
        return f"certificate {self.pk}"
