"""What of people's files has a day: dates set to see to, a permit that runs out, an eighteenth birthday, a qualification; a
goal to ask about again, a talk of which the person says that it was not so.

Most of the tables are of :mod:`kesher.people`, which knows no day of a caseworker; so what is urgent about them is said here.
"""

from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import DateTimeField, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.casework.models import Review, Talk
from kesher.casework.reasons import COURSE, DATE_AHEAD, PERMIT, PERMIT_AHEAD, REVIEW, reason
from kesher.casework.today import Ask, Told, part
from kesher.people.models import Aspiration, Person, Recognition, RecognitionStep, RightToWork
from kesher.people.models.persons import KEPT
from kesher.people.models.wishes import ASKED_AFTER
from kesher.people.models.youth import of_age_on
from kesher.people.silence import BEFORE

#: So long before somebody is 18 it is asked what comes then, and so long after.
BIRTHDAY_AHEAD: Final = 180
BIRTHDAY_BEHIND: Final = 30
#: How long a permit that has run out is still asked about.
PERMIT_BEHIND: Final = 60
#: How far ahead an answer or a step of a recognition is shown.
RECOGNITION_AHEAD: Final = 7

OF_AGE = reason(
    "of_age",
    _("Turns 18, and nothing is agreed for the time after"),
    _("the day they turn 18"),
    _("Talk about it"),
    "caseworker_young",
    points=80,
    before=60,
    per_day=1,
    of="person",
)
ANSWER = reason(
    "recognition",
    _("The answer on a qualification is due"),
    _("the day it is expected"),
    _("Ask the authority"),
    "caseworker_recognition",
    points=54,
    per_day=2,
    before=RECOGNITION_AHEAD,
    after=20,
    of="person",
)
TRACK_STEP = reason(
    "recognition_step",
    _("A step to recognition is due"),
    _("the day it is due"),
    _("See how far it is"),
    "caseworker_recognition",
    points=53,
    per_day=2,
    before=RECOGNITION_AHEAD,
    after=20,
    of="person",
)
GOAL_AGAIN = reason(
    "goal_again",
    _("It is time to ask again what they want to do"),
    _("three months after they said it"),
    _("Ask them"),
    "person_talks",
    points=42,
    per_day=1,
    after=30,
    of="person",
)
TALK_NOT_RIGHT = reason(
    "talk_not_right",
    _("They say that something written down of a talk is not right"),
    _("the day they said so"),
    _("Talk about it"),
    "person_talks",
    points=62,
    per_day=2,
    after=15,
    of="person",
)
FILE_ENDS = reason(
    "file_ends",
    _("The file ends, for nothing has happened in it; they have no account in which to read it"),
    _("the day it is erased"),
    _("Try to reach them: shall it be kept?"),
    "caseworker_person",
    points=50,
    per_day=1,
    before=30,
    of="person",
)


#: Of a date that somebody set: what is said instead of "look at the plan", and what the reason does not say itself.
_OF_KIND: Final = {Review.Kind.PERMIT.value: PERMIT, Review.Kind.COURSE.value: COURSE}
_UNSAID: Final = {one.value: one.label for one in (Review.Kind.GOAL, Review.Kind.OTHER)}
_STEPS: Final = {one.value: one.label for one in RecognitionStep.Kind}


@part
def set_dates(ask: Ask) -> Told:
    """Permits that run out, courses, and days on which something is to be looked at again, as somebody set them."""
    ahead = Q(on__lte=ask.day + timedelta(days=DATE_AHEAD))
    permits = Q(kind=Review.Kind.PERMIT, on__lte=ask.day + timedelta(days=PERMIT_AHEAD))
    return Told(
        Review.objects.visible_to(ask.user).open().filter(ask.people()).filter(ahead | permits), REVIEW, "on",
        person="person_id", kind="kind", text="text", kinds=_UNSAID, instead=_OF_KIND,
        first=("on", "id"),
    )  # fmt: skip


@part
def permits(ask: Ask) -> Told:
    """Permits whose last day stands in the file; where a date is set to see to it, that one speaks for both."""
    set_already = Review.objects.open().filter(kind=Review.Kind.PERMIT, person=OuterRef("person"))
    rows = (
        RightToWork.objects.visible_to(ask.user)
        .filter(ask.people(), ~Q(Exists(set_already)), person__state=Person.State.ACTIVE)
        .filter(until__range=(ask.day - timedelta(days=PERMIT_BEHIND), ask.day + timedelta(days=PERMIT_AHEAD)))
    )
    return Told(rows, PERMIT, "until", person="person_id", first=("until", "id"))


@part
def of_age(ask: Ask) -> Told:
    """Those who turn 18, or just did, of whom nothing is agreed for the time after."""
    first = _years_before(ask.day - timedelta(days=BIRTHDAY_BEHIND))
    last = _years_before(ask.day + timedelta(days=BIRTHDAY_AHEAD))
    rows = (
        Person.objects.visible_to(ask.user)
        .active()
        .filter(ask.people("pk"), born__range=(first, last))
        .filter(Q(youth=None) | Q(youth__at_18=""))
    )
    return Told(rows, OF_AGE, "born", person="pk", day=of_age_on, first=("born", "id"))


def _years_before(day: date) -> date:
    """The birthday of whoever turns 18 on this day."""
    try:
        return day.replace(year=day.year - 18)
    except ValueError:  # 29 February of a year that has none
        return date(day.year - 18, 2, 28)


@part
def answers(ask: Ask) -> Told:
    """Recognitions of which an answer is expected."""
    rows = (
        Recognition.objects.visible_to(ask.user)
        .under_way()
        .filter(ask.people(), expected_on__lte=ask.day + timedelta(days=RECOGNITION_AHEAD))
        .filter(person__state=Person.State.ACTIVE)
    )
    return Told(
        rows, ANSWER, "expected_on", person="person_id", text="qualification__title",
        first=("expected_on", "id"),
    )  # fmt: skip


@part
def track_steps(ask: Ask) -> Told:
    """What is to be done on the way, and by when."""
    rows = (
        RecognitionStep.objects.visible_to(ask.user)
        .open()
        .filter(ask.people(), due_on__lte=ask.day + timedelta(days=RECOGNITION_AHEAD))
        .filter(person__state=Person.State.ACTIVE)
    )
    return Told(
        rows, TRACK_STEP, "due_on", person="person_id", kind="kind", text="text", kinds=_STEPS,
        first=("due_on", "id"),
    )  # fmt: skip


@part
def goals(ask: Ask) -> Told:
    """Goals nobody has spoken of for three months, twice at most."""
    rows = Aspiration.objects.visible_to(ask.user).to_ask_again(ask.day).filter(ask.people())
    return Told(
        rows, GOAL_AGAIN, TruncDate("said_at"), person="person_id",
        text="goal", day=lambda day: day + ASKED_AFTER, first=("said_at", "id"),
    )  # fmt: skip


@part
def talks(ask: Ask) -> Told:
    """Talks that the person has read and says were not so, until somebody has taken it up."""
    rows = Talk.objects.visible_to(ask.user).not_right().filter(ask.people(), person__state=Person.State.ACTIVE)
    return Told(
        rows, TALK_NOT_RIGHT, TruncDate("answered_at"), person="person_id", text="answer_words", first=("answered_at", "id"),
    )  # fmt: skip


#: The moment a file ends, of itself.
_END: Final = ExpressionWrapper(
    F("last_step_at") + Value(KEPT, output_field=DurationField()), output_field=DateTimeField()
)


@part
def ending(ask: Ask) -> Told:
    """Files that end within the month, of people who have no account: after a mail, too, for nobody may have read it."""
    ended = timezone.make_aware(datetime.combine(ask.day, time())) - KEPT
    rows = (
        Person.objects.visible_to(ask.user)
        .active()
        .filter(ask.people("pk"), user=None, last_step_at__range=(ended, ended + BEFORE))
    )
    return Told(rows, FILE_ENDS, TruncDate(_END), person="pk", first=("last_step_at", "id"))


#: All of them.
OF_FILES: Final = (set_dates, permits, of_age, answers, track_steps, goals, talks, ending)
