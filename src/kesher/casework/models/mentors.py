"""People who offer to be somebody's mentor, and whom an organisation has named for what worries about a child or a grown-up."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, Retention, used
from kesher.people.models import FILE_ROLES
from kesher.people.models.wishes import Shift

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Nobody has more people to mentor at once. The database has one place for each, and no fourth.
MOST_MENTEES: Final = 3
#: A check of somebody holds for so long; then they are checked again before another person is entrusted to them.
CHECK_HOLDS: Final = timedelta(days=2 * 365)
#: Kept for so long after somebody has left, for whoever asks afterwards who was entrusted to whom.
KEPT_AFTER_LEAVING: Final = timedelta(days=365)


class SafeguardingQuerySet(models.QuerySet["Safeguarding"]):
    def in_force(self) -> "SafeguardingQuerySet":
        """Who still works with files there: whoever has left hears nothing any more."""
        here = Membership.objects.in_force().filter(organisation=OuterRef("organisation"), role__in=FILE_ROLES)
        return self.filter(Exists(here.filter(user=OuterRef("user"))), user__is_active=True)


@tracked()
class Safeguarding(Model):
    """Whom an organisation has named: concerns go to them, and to nobody else. An organisation without one has no mentors."""

    # CASCADE both: named by nobody, or nobody, means nothing; history keeps that it was so
    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="safeguarding")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="safeguards")
    named_by_id = models.UUIDField(null=True, editable=False)

    objects = SafeguardingQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know to whom a concern about somebody's safety goes",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Kept("as long as they are named"),
        fields={"user": "whom the organisation has named", "named_by_id": "who named them"},
        plain=("id", "created_at", "updated_at", "organisation"),
        export=False,
        uses=used(SAFE="user", PROVE="named_by_id"),
    )

    class Meta:
        verbose_name = _("person named for safeguarding")
        verbose_name_plural = _("people named for safeguarding")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"safeguarding {self.pk}"


class Vetting(models.TextChoices):
    """What was looked at. That it was is written down; the paper itself is not kept."""

    POLICE = "police", _("a police certificate of good conduct was shown")
    REFERENCES = "references", _("two people who know them were asked")
    TALK = "talk", _("a long talk with them")


class WhyNotMentor(models.TextChoices):
    """Codes, not words of one's own: they stay in the trail of events."""

    CHECK = "check", _("the check was not passed")
    UNSUITED = "unsuited", _("it does not suit, as agreed with them")
    UNREACHABLE = "unreachable", _("they cannot be reached")
    UNWANTED = "unwanted", _("they no longer want to")
    MOVED = "moved", _("they have moved away")


class MentorQuerySet(models.QuerySet["Mentor"]):
    def visible_to(self, user: "Visitor") -> "MentorQuerySet":
        """Oneself, and to those who work with files in the organisation the offer was made to."""
        if not user.is_authenticated:
            return self.none()
        here = Q(organisation__in=user.organisation_ids_as(FILE_ROLES))
        return self.filter(here | Q(user=user))

    def of_organisations(self, user: User) -> "MentorQuerySet":
        """Those of the organisations in which this user works with files."""
        return self.filter(organisation__in=user.organisation_ids_as(FILE_ROLES))

    def ready(self) -> "MentorQuerySet":
        """Checked, trained, and not resting."""
        return self.filter(state=Mentor.State.READY)

    def waiting(self) -> "MentorQuerySet":
        """Those whose offer is not answered yet."""
        return self.filter(state__in=[Mentor.State.OFFERED, Mentor.State.VETTED])


@tracked()
class Mentor(Model):
    """Somebody of age who offers to go along with a person for a while: what they can show, in which languages, when."""

    class State(models.TextChoices):
        OFFERED = "offered", _("offered, not yet checked")
        VETTED = "vetted", _("checked, not yet trained")
        READY = "ready", _("ready")
        PAUSED = "paused", _("resting")
        REFUSED = "refused", _("not taken on")
        LEFT = "left", _("has left")

    # CASCADE: an offer to nobody, or of nobody, means nothing
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="mentors")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mentoring")
    called = models.CharField(_("name to be called by"), max_length=120)
    # a concept of the lists in use when it was chosen, and its ISCO-08 unit group
    trade_words = models.CharField(_("trade, in their own words"), max_length=200)
    trade = models.CharField(max_length=300, blank=True, editable=False)
    isco08 = models.CharField(max_length=4, blank=True, editable=False)
    languages = ArrayField(models.CharField(max_length=10), verbose_name=_("languages"))
    times = ArrayField(models.CharField(max_length=10, choices=Shift), verbose_name=_("when they have time"))
    hours = models.PositiveSmallIntegerField(_("hours a month"), default=4)
    mentees_at_most = models.PositiveSmallIntegerField(_("how many people at once"), default=1)
    about = models.CharField(_("what they would like to pass on"), max_length=500, blank=True)
    phone = EncryptedTextField(_("telephone"), max_length=40, blank=True)
    of_age = models.BooleanField(_("18 or older"), default=False)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OFFERED)
    reason = models.CharField(_("why"), max_length=20, choices=WhyNotMentor, blank=True)
    vetting = models.CharField(_("what was looked at"), max_length=20, choices=Vetting, blank=True)
    vetted_on = models.DateField(_("checked on"), null=True, blank=True)
    # plain keys: the trail outlives the accounts
    vetted_by_id = models.UUIDField(null=True, editable=False)
    trained_on = models.DateField(_("trained on"), null=True, blank=True)
    trained_by_id = models.UUIDField(null=True, editable=False)
    left_at = models.DateTimeField(null=True, editable=False)

    objects = MentorQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to find a mentor whom a person can trust",
        legal_basis=LegalBasis.CONSENT,
        retention=Retention(after="left_at", keep=KEPT_AFTER_LEAVING),
        fields={
            "user": "the account",
            "called": "the name",
            "trade_words": "your trade",
            "trade": "your trade",
            "isco08": "your trade",
            "languages": "the languages",
            "times": "when you have time",
            "hours": "when you have time",
            "mentees_at_most": "how many people at once",
            "about": "what you would like to pass on",
            "phone": "the telephone number",
            "of_age": "that you are of age",
            "state": "whether you were taken on",
            "reason": "whether you were taken on",
            "vetting": "that you were checked, when and by whom, without the papers",
            "vetted_on": "that you were checked, when and by whom, without the papers",
            "vetted_by_id": "that you were checked, when and by whom, without the papers",
            "trained_on": "when you were trained",
            "trained_by_id": "when you were trained",
            "left_at": "when you left",
        },
        plain=("id", "created_at", "updated_at", "organisation"),
        export=False,
        uses=used(
            REACH="user phone",
            MENTOR="called trade_words trade isco08 languages times hours mentees_at_most about state reason",
            SAFE="of_age vetting vetted_on vetted_by_id trained_on trained_by_id left_at",
        ),
    )

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(of_age=True),
                name="mentor_of_age",
                violation_error_message=_("A mentor is 18 or older."),
            ),
            models.CheckConstraint(
                condition=~Q(languages=[]),
                name="mentor_speaks",
                violation_error_message=_("Choose at least one language."),
            ),
            models.CheckConstraint(
                condition=~Q(times=[]),
                name="mentor_has_time",
                violation_error_message=_("Say when you have time."),
            ),
            models.CheckConstraint(
                condition=Q(mentees_at_most__gte=1, mentees_at_most__lte=MOST_MENTEES),
                name="mentor_one_to_three",
                violation_error_message=_("A mentor goes along with one, two or three people at once."),
            ),
            models.CheckConstraint(
                condition=Q(vetted_on=None, vetted_by_id=None, vetting="")
                | Q(vetted_on__isnull=False, vetted_by_id__isnull=False) & ~Q(vetting=""),
                name="mentor_checked_by_somebody",
                violation_error_message=_("A check has a date, a way and somebody who did it."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["vetted", "ready", "paused"]) | Q(vetted_on__isnull=False),
                name="mentor_checked_first",
                violation_error_message=_("Nobody mentors before they were checked."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ready", "paused"]) | Q(trained_on__isnull=False),
                name="mentor_trained_first",
                violation_error_message=_("Nobody mentors before they were trained."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["refused", "left"], left_at__isnull=False) & ~Q(reason="")
                | ~Q(state__in=["refused", "left"]) & Q(reason="", left_at=None),
                name="mentor_left_why",
                violation_error_message=_("Say why."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=~Q(state__in=["refused", "left"]),
                name="mentor_offers_once",
                violation_error_message=_("You have offered this to them already."),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="mentor_of_organisation")]

    def __str__(self) -> str:
        return f"mentor {self.pk}"

    @property
    def check_runs_out_on(self) -> date | None:
        """The day on which the check has to be done again."""
        return self.vetted_on + CHECK_HOLDS if self.vetted_on else None

    @property
    def check_holds(self) -> bool:
        return self.vetted_on is not None and self.vetted_on + CHECK_HOLDS > timezone.localdate()
