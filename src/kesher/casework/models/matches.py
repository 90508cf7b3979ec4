"""A mentor and a person go a way together: what each agreed that the other learns, goals, meetings, how it goes.

The row of a match is all that a mentor ever sees of a person. What the person lets them know is copied into it when the
person says yes; the file stays shut to them.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation, User
from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, used
from kesher.casework.models.mentors import MOST_MENTEES, Mentor
from kesher.casework.models.plans import WITH_THE_FILE
from kesher.people.models.open_files import FileOpen, Through
from kesher.people.models.parts import PartQuerySet, of_person

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Both are asked how it goes once in so many days.
ASK_EVERY: Final = timedelta(days=30)


class Shown(models.TextChoices):
    """What a person may let a mentor know before they say yes; each by itself."""

    CALLED = "called", _("the name I am called by")
    LANGUAGES = "languages", _("my languages")
    GOAL = "goal", _("what I want to do")
    TIMES = "times", _("when I have time")
    CONTACT = "contact", _("my telephone number, once we have begun")


class WhyEnded(models.TextChoices):
    """Codes, not words of one's own: they stay in the trail of events."""

    REACHED = "reached", _("the goals are reached")
    TIME = "time", _("the time we agreed is over")
    UNSUITED = "unsuited", _("the two do not suit each other")
    NO_TIME = "no_time", _("there is no time for it")
    MOVED = "moved", _("one of them has moved away")
    UNWANTED = "unwanted", _("one of them no longer wants it")
    SAFETY = "safety", _("it is safer to end it")
    # said by nobody: two files of one person became one
    TWICE = "twice", _("the two of them go on in another file of this person")

    @classmethod
    def to_choose(cls) -> list[tuple[str, Promise | str]]:
        """What somebody may say when they end it."""
        return [(one.value, one.label) for one in cls if one is not cls.TWICE]


class MatchQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To the person and every organisation with the file; to the mentor from when they are asked until it ends.

        Whoever else helps the person is told of it by the person, or not.
        """
        if not user.is_authenticated:
            return self.none()
        readers = FileOpen(user, through=Through.NOT_HELPING)
        return self.filter(Q(readers) | Q(mentor_user_id=user.pk, state__in=Match.SEEN_BY_MENTOR))

    def of_mentor(self, user: "Visitor") -> Self:
        """What this user sees as a mentor, whatever else they are."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(mentor_user_id=user.pk, state__in=Match.SEEN_BY_MENTOR)

    def open(self) -> Self:
        return self.filter(state__in=Match.OPEN)

    def under_way(self) -> Self:
        return self.filter(state__in=["active", "paused"])


@tracked()
class Match(Model):
    """One mentor for one person: proposed by a caseworker, agreed by the person, then by the mentor, then begun."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        ASKED = "asked", _("the person agreed, the mentor is asked")
        AGREED = "agreed", _("both agreed")
        ACTIVE = "active", _("under way")
        PAUSED = "paused", _("resting")
        DECLINED = "declined", _("came to nothing")
        ENDED = "ended", _("ended")

    OPEN: Final = ("proposed", "asked", "agreed", "active", "paused")
    SEEN_BY_MENTOR: Final = ("asked", "agreed", "active", "paused")
    #: A place of the mentor's is taken from when both have agreed.
    TAKES_A_PLACE: Final = ("agreed", "active", "paused")

    person = of_person("mentor_matches")
    # SET_NULL: what was agreed is told by this row; a mentor's own data have an end of their own
    mentor = models.ForeignKey(Mentor, null=True, on_delete=models.SET_NULL, related_name="matches")
    # a plain key: whose mentoring it is, for the walls
    mentor_user_id = models.UUIDField(editable=False)
    # PROTECT: who brought them together must be found again
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # PROTECT: through whom the two of them reach each other; another takes over first
    caseworker = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("caseworker"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PROPOSED)
    # which of the mentor's places it takes: one, two or three; NULL = none
    place = models.PositiveSmallIntegerField(null=True, editable=False)
    because = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("why they may suit"))
    # SET_NULL: the earlier mentor may be gone
    replaces = models.ForeignKey("self", null=True, editable=False, on_delete=models.SET_NULL, related_name="replaced")
    wants_another = models.BooleanField(_("the person wants another mentor"), default=False)
    minor = models.BooleanField(_("the person is under 18"), default=False)
    guardian = models.CharField(_("guardian who was told"), max_length=120, blank=True)
    guardian_told_on = models.DateField(_("told on"), null=True, blank=True)
    guardian_told_by_id = models.UUIDField(null=True, editable=False)
    # what the mentor lets the person know
    mentor_called = models.CharField(_("mentor"), max_length=120)
    mentor_trade = models.CharField(_("trade of the mentor, from the list"), max_length=300, blank=True)
    mentor_trade_words = models.CharField(_("trade of the mentor, in their own words"), max_length=200, blank=True)
    mentor_languages = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("languages of the mentor")
    )
    mentor_times = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("when the mentor has time")
    )
    mentor_about = models.CharField(_("what they would like to pass on"), max_length=500, blank=True)
    mentor_contact = EncryptedTextField(_("telephone of the mentor"), max_length=40, blank=True)
    # what the person lets the mentor know
    shows = ArrayField(
        models.CharField(max_length=20, choices=Shown), default=list, blank=True, verbose_name=_("what is shown")
    )
    shown_called = models.CharField(_("name"), max_length=120, blank=True)
    shown_languages = ArrayField(models.CharField(max_length=10), default=list, blank=True, verbose_name=_("languages"))
    shown_goal = models.CharField(_("what they want to do"), max_length=300, blank=True)
    shown_times = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, verbose_name=_("when they have time")
    )
    shown_words = models.CharField(_("in their own words"), max_length=300, blank=True)
    person_contact = EncryptedTextField(_("telephone of the person"), max_length=40, blank=True)
    contact_shown = models.BooleanField(_("they have each other's number"), default=False)
    person_agreed_on = models.DateField(_("the person agreed on"), null=True, editable=False)
    person_agreed_how = models.CharField(_("how"), max_length=20, blank=True)
    mentor_agreed_on = models.DateField(_("the mentor agreed on"), null=True, editable=False)
    started_on = models.DateField(_("began on"), null=True, editable=False)
    ended_on = models.DateField(_("ended on"), null=True, editable=False)
    reason = models.CharField(_("why it ended"), max_length=20, choices=WhyEnded, blank=True)
    moved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MatchQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to bring a person and a mentor together, safely",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "mentor": "your mentor",
            "mentor_user_id": "your mentor",
            "caseworker": "through whom you reach each other",
            "state": "how far it has come, and why it ended",
            "because": "why it was proposed",
            "replaces": "how far it has come, and why it ended",
            "wants_another": "how far it has come, and why it ended",
            "minor": "whether you are under 18, and who of your guardians was told",
            "guardian": "whether you are under 18, and who of your guardians was told",
            "guardian_told_on": "whether you are under 18, and who of your guardians was told",
            "guardian_told_by_id": "whether you are under 18, and who of your guardians was told",
            "mentor_called": "what the mentor said of themselves",
            "mentor_trade": "what the mentor said of themselves",
            "mentor_trade_words": "what the mentor said of themselves",
            "mentor_languages": "what the mentor said of themselves",
            "mentor_times": "what the mentor said of themselves",
            "mentor_about": "what the mentor said of themselves",
            "mentor_contact": "the numbers you gave each other",
            "shows": "what you let the mentor know",
            "shown_called": "what you let the mentor know",
            "shown_languages": "what you let the mentor know",
            "shown_goal": "what you let the mentor know",
            "shown_times": "what you let the mentor know",
            "shown_words": "what you let the mentor know",
            "person_contact": "the numbers you gave each other",
            "contact_shown": "the numbers you gave each other",
            "person_agreed_on": "when each of you agreed",
            "person_agreed_how": "when each of you agreed",
            "mentor_agreed_on": "when each of you agreed",
            "started_on": "from when to when",
            "ended_on": "from when to when",
            "reason": "how far it has come, and why it ended",
        },
        plain=("id", "created_at", "updated_at", "organisation", "place", "moved_at"),
        uses=used(
            KNOW="person",
            MENTOR="mentor mentor_user_id caseworker state because replaces wants_another mentor_called mentor_trade "
            "mentor_trade_words mentor_languages mentor_times mentor_about shows shown_called shown_languages shown_goal "
            "shown_times shown_words started_on ended_on reason",
            SAFE="minor guardian guardian_told_on guardian_told_by_id",
            REACH="mentor_contact person_contact contact_shown",
            PROVE="person_agreed_on person_agreed_how mentor_agreed_on",
        ),
    )

    class Meta:
        verbose_name = _("mentoring")
        verbose_name_plural = _("mentoring")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["mentor", "place"],
                condition=Q(place__isnull=False),
                name="match_three_at_most",
                violation_error_message=_("A mentor goes along with three people at most."),
            ),
            models.CheckConstraint(
                # IS NOT NULL said, for a comparison with nothing is no refusal to a CHECK
                condition=Q(
                    state__in=["agreed", "active", "paused"],
                    place__isnull=False,
                    place__gte=1,
                    place__lte=MOST_MENTEES,
                )
                | ~Q(state__in=["agreed", "active", "paused"]) & Q(place=None),
                name="match_takes_a_place",
                violation_error_message=_("A mentor goes along with three people at most."),
            ),
            models.UniqueConstraint(
                fields=["person", "mentor"],
                condition=Q(state__in=["proposed", "asked", "agreed", "active", "paused"]),
                name="match_once",
                violation_error_message=_("These two have been proposed to each other already."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["asked", "agreed", "active", "paused"]) | Q(person_agreed_on__isnull=False),
                name="match_person_agreed",
                violation_error_message=_("The person has not agreed yet."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "active", "paused"]) | Q(mentor_agreed_on__isnull=False),
                name="match_mentor_agreed",
                violation_error_message=_("The mentor has not agreed yet."),
            ),
            models.CheckConstraint(
                # while it rests nobody meets: of whom it turns out later that they are a child, it rests
                condition=Q(minor=False)
                | ~Q(state="active")
                | Q(guardian_told_on__isnull=False, guardian_told_by_id__isnull=False) & ~Q(guardian=""),
                name="match_guardian_told",
                violation_error_message=_("Under 18, a guardian is told first: who, and when."),
            ),
            models.CheckConstraint(
                condition=Q(minor=False) | Q(contact_shown=False),
                name="match_no_private_channel",
                violation_error_message=_(
                    "Under 18, neither sees the other's number: they meet through the caseworker."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state="ended", ended_on__isnull=False) & ~Q(reason="")
                | Q(state="declined", ended_on__isnull=False)
                | ~Q(state__in=["ended", "declined"]) & Q(ended_on=None, reason=""),
                name="match_ended_why",
                violation_error_message=_("Say why it ends."),
            ),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="match_of_person"),
            models.Index(fields=["mentor_user_id", "state"], name="match_of_mentor"),
            models.Index(fields=["organisation", "state", "moved_at"], name="match_of_organisation"),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (self.State.ACTIVE, self.State.PAUSED)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN


class OfMatchQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To whoever sees the match."""
        return self.filter(match__in=Match.objects.visible_to(user))


@tracked()
class MentoringGoal(Model):
    """What the two of them want to reach, in their own words."""

    person = of_person("mentoring_goals")
    # CASCADE: a goal of no match means nothing
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="goals")
    text = models.CharField(_("what we want to reach"), max_length=300)
    reached_on = models.DateField(_("reached on"), null=True, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = OfMatchQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know what a person and a mentor want to reach",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "text": "what you want to reach together",
            "reached_on": "what you want to reach together",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "match"),
        uses=used(KNOW="person", MENTOR="text reached_on", PROVE="noted_by_id"),
    )

    class Meta:
        verbose_name = _("goal of a mentoring")
        verbose_name_plural = _("goals of a mentoring")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="mentoring_goal_says_what",
                violation_error_message=_("Say what you want to reach."),
            )
        ]

    def __str__(self) -> str:
        return f"goal {self.pk}"


@tracked()
class MentoringMeeting(Model):
    """The two of them met, or will: when, in what kind of place, and what came of it. Both read it."""

    class Place(models.TextChoices):
        LIBRARY = "library", _("a library")
        CENTRE = "centre", _("a community centre")
        SCHOOL = "school", _("a school or college, while it is open")
        OFFICE = "office", _("a room of the organisation")
        WORKPLACE = "workplace", _("a workplace, with others there")
        CAFE = "cafe", _("a café")
        PHONE = "phone", _("on the telephone or by video")
        ELSEWHERE = "elsewhere", _("somewhere else")

    #: Where others are: the only places for somebody under 18.
    PUBLIC: Final = ("library", "centre", "school", "office", "workplace", "cafe")

    person = of_person("mentoring_meetings")
    # CASCADE: a meeting of no match means nothing
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="meetings")
    on = models.DateField(_("day"))
    place = models.CharField(_("kind of place"), max_length=20, choices=Place)
    where = models.CharField(_("where exactly"), max_length=200, blank=True)
    note = models.CharField(_("what we did, or want to do"), max_length=500, blank=True)
    # copied from the match, so that the database can refuse
    minor = models.BooleanField(default=False, editable=False)
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = OfMatchQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know when and where a person and a mentor meet",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "on": "when and where",
            "place": "when and where",
            "where": "when and where",
            "note": "what you did",
            "minor": "whether you were under 18",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "match"),
        uses=used(KNOW="person", MENTOR="on note", SAFE="place where minor", PROVE="noted_by_id"),
    )

    class Meta:
        verbose_name = _("meeting with a mentor")
        verbose_name_plural = _("meetings with a mentor")
        ordering = ["-on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minor=False) | Q(place__in=["library", "centre", "school", "office", "workplace", "cafe"]),
                name="mentoring_meeting_in_public",
                violation_error_message=_("Under 18, they meet where other people are."),
            )
        ]

    def __str__(self) -> str:
        return f"meeting {self.pk}"


class CheckInQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """To the organisation that brought them together, and to each their own. Never one's to the other: not where the
        mentor also works with files there.
        """
        if not user.is_authenticated:
            return self.none()
        ours = FileOpen(user, organisation="organisation")
        own = FileOpen(user, through=Through.OWN)
        of_my_mentee = Q(side=CheckIn.Side.PERSON, mentor_user_id=user.pk)
        return self.filter(
            Q(ours) & ~of_my_mentee
            | Q(side=CheckIn.Side.PERSON) & Q(own)
            | Q(side=CheckIn.Side.MENTOR, mentor_user_id=user.pk)
        )

    def waiting(self) -> Self:
        return self.filter(answered_at=None)


@tracked()
class CheckIn(Model):
    """Once a month each is asked how it goes. What one says the other never sees."""

    class Side(models.TextChoices):
        PERSON = "person", _("the person")
        MENTOR = "mentor", _("the mentor")

    class Going(models.TextChoices):
        WELL = "well", _("it goes well")
        SO_SO = "so_so", _("so-so")
        BADLY = "badly", _("it does not go well")

    person = of_person("mentoring_checks")
    # CASCADE: a question about no match means nothing
    match = models.ForeignKey(Match, on_delete=models.CASCADE, related_name="checks")
    # PROTECT: who asked must be found again
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    mentor_user_id = models.UUIDField(editable=False)
    side = models.CharField(_("who is asked"), max_length=10, choices=Side)
    due_on = models.DateField(_("to be asked on"))
    going = models.CharField(_("how it goes"), max_length=10, choices=Going, blank=True)
    words = models.CharField(_("in their own words"), max_length=500, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by_id = models.UUIDField(null=True, editable=False)
    seen_at = models.DateTimeField(_("a caseworker has read it"), null=True, editable=False)

    objects = CheckInQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to ask each by themselves how the mentoring goes",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "mentor_user_id": "your mentor",
            "side": "how it goes, as you said",
            "due_on": "how it goes, as you said",
            "going": "how it goes, as you said",
            "words": "how it goes, as you said",
            "answered_at": "when you said it, and who wrote it down",
            "answered_by_id": "when you said it, and who wrote it down",
            "seen_at": "when it was read",
        },
        plain=("id", "created_at", "updated_at", "match", "organisation"),
        uses=used(
            KNOW="person",
            MENTOR="mentor_user_id side due_on answered_at seen_at",
            SAFE="going words",
            PROVE="answered_by_id",
        ),
    )

    class Meta:
        verbose_name = _("monthly question about a mentoring")
        verbose_name_plural = _("monthly questions about a mentoring")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["match", "side", "due_on"],
                name="check_in_once",
                violation_error_message=_("This is asked already."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, going="", words="") | Q(answered_at__isnull=False) & ~Q(going=""),
                name="check_in_answered",
                violation_error_message=_("Say how it goes."),
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="check_in_due", condition=Q(answered_at=None))]

    def __str__(self) -> str:
        return f"check {self.pk}"

    @property
    def is_due(self) -> bool:
        return self.answered_at is None and self.due_on <= timezone.localdate() + timedelta(days=3)


def age_on(born: date, day: date) -> int:
    """Whole years; who is born on 29 February is a year older on 1 March."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
