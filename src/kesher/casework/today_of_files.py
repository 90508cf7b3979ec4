"""What of people's files has a day: dates set to see to, a permit that runs out, an eighteenth birthday, a qualification; a
goal to ask about again, a talk of which the person says that it was not so.

Most of the tables are of :mod:`kesher.people`, which knows no day of a caseworker; so what is urgent about them is said here.
"""

from datetime import date, timedelta
from typing import Any, Final

from django.db.models import CharField, Exists, F, OuterRef, Q, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from kesher.casework.models import Review, Talk
from kesher.casework.today import (
    COURSE,
    DATE_AHEAD,
    MOST,
    PERMIT,
    PERMIT_AHEAD,
    REASONS,
    REVIEW,
    Ask,
    Row,
    reason,
    source,
)
from kesher.people.models import Aspiration, Person, Recognition, RecognitionStep, RightToWork
from kesher.people.models.wishes import ASKED_AFTER
from kesher.people.models.youth import of_age_on

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


_OF_KIND: Final = {Review.Kind.PERMIT: PERMIT, Review.Kind.COURSE: COURSE}
#: The reason does not say what the day is about.
_SAID_ITSELF: Final = frozenset({Review.Kind.GOAL, Review.Kind.OTHER})


@source
def of_files(ask: Ask) -> list[Row]:
    """All of them in one query: each kind brings its most pressing, as rows of the same seven columns."""
    first, *others = (each(ask) for each in (_set_dates, _permits, _of_age, _answers, _steps, _goals, _talks))
    found = []
    for why, about, whom, day, called, kind, text in first.union(*others, all=True):
        if why == REVIEW.code:
            rule = _OF_KIND.get(Review.Kind(kind), REVIEW)
            what = Review.Kind(kind).label if kind in _SAID_ITSELF else ""
        else:
            rule, what = REASONS[why], RecognitionStep.Kind(kind).label if kind else ""
        found.append(Row(rule, about, _day_of(why, day), whom, called, what, text))
    return found


def _day_of(why: str, day: date) -> date:
    """The day a row is about, of the one the database knows."""
    if why == OF_AGE.code:
        return of_age_on(day)
    return day + ASKED_AFTER if why == GOAL_AGAIN.code else day


def _columns(rows: Any, why: str, *, on: Any, person: str = "person", kind: str = "", text: str = "") -> Any:
    """Rows of one kind as those of all: why, what about, who, the day, the name, and what it is in a code and in words.

    ``on``: the field of the day, or an expression of it.
    """
    words = CharField()

    def said(field: str) -> Any:
        return F(field) if field else Value("", output_field=words)

    return rows.annotate(
        row_why=Value(why, output_field=words),
        row_whom=F("pk" if person == "pk" else f"{person}_id"),
        row_on=F(on) if isinstance(on, str) else on,
        row_called=F("called" if person == "pk" else f"{person}__called"),
        row_kind=said(kind),
        row_text=said(text),
    ).values_list("row_why", "pk", "row_whom", "row_on", "row_called", "row_kind", "row_text")[:MOST]


def _set_dates(ask: Ask) -> Any:
    """Permits that run out, courses, and days on which something is to be looked at again, as somebody set them."""
    ahead = Q(on__lte=ask.day + timedelta(days=DATE_AHEAD))
    permits = Q(kind=Review.Kind.PERMIT, on__lte=ask.day + timedelta(days=PERMIT_AHEAD))
    rows = Review.objects.visible_to(ask.user).open().filter(ask.people()).filter(ahead | permits).order_by("on", "id")
    return _columns(rows, REVIEW.code, on="on", kind="kind", text="text")


def _permits(ask: Ask) -> Any:
    """Permits whose last day stands in the file; where a date is set to see to it, that one speaks for both."""
    set_already = Review.objects.open().filter(kind=Review.Kind.PERMIT, person=OuterRef("person"))
    rows = (
        RightToWork.objects.visible_to(ask.user)
        .filter(ask.people(), ~Q(Exists(set_already)), person__state=Person.State.ACTIVE)
        .filter(until__range=(ask.day - timedelta(days=PERMIT_BEHIND), ask.day + timedelta(days=PERMIT_AHEAD)))
        .order_by("until", "id")
    )
    return _columns(rows, PERMIT.code, on="until")


def _of_age(ask: Ask) -> Any:
    """Those who turn 18, or just did, of whom nothing is agreed for the time after."""
    first = _years_before(ask.day - timedelta(days=BIRTHDAY_BEHIND))
    last = _years_before(ask.day + timedelta(days=BIRTHDAY_AHEAD))
    rows = (
        Person.objects.visible_to(ask.user)
        .active()
        .filter(ask.people("pk"), born__range=(first, last))
        .filter(Q(youth=None) | Q(youth__at_18=""))
        .order_by("born", "id")
    )
    return _columns(rows, OF_AGE.code, on="born", person="pk")


def _years_before(day: date) -> date:
    """The birthday of whoever turns 18 on this day."""
    try:
        return day.replace(year=day.year - 18)
    except ValueError:  # 29 February of a year that has none
        return date(day.year - 18, 2, 28)


def _answers(ask: Ask) -> Any:
    """Recognitions of which an answer is expected."""
    rows = (
        Recognition.objects.visible_to(ask.user)
        .under_way()
        .filter(ask.people(), expected_on__lte=ask.day + timedelta(days=RECOGNITION_AHEAD))
        .filter(person__state=Person.State.ACTIVE)
        .order_by("expected_on", "id")
    )
    return _columns(rows, ANSWER.code, on="expected_on", text="qualification__title")


def _steps(ask: Ask) -> Any:
    """What is to be done on the way, and by when."""
    rows = (
        RecognitionStep.objects.visible_to(ask.user)
        .open()
        .filter(ask.people(), due_on__lte=ask.day + timedelta(days=RECOGNITION_AHEAD))
        .filter(person__state=Person.State.ACTIVE)
        .order_by("due_on", "id")
    )
    return _columns(rows, TRACK_STEP.code, on="due_on", kind="kind", text="text")


def _goals(ask: Ask) -> Any:
    """Goals nobody has spoken of for three months, twice at most."""
    rows = Aspiration.objects.visible_to(ask.user).to_ask_again(ask.day).filter(ask.people())
    return _columns(rows, GOAL_AGAIN.code, on=TruncDate("said_at"), text="goal")


def _talks(ask: Ask) -> Any:
    """Talks that the person has read and says were not so, until somebody has taken it up."""
    rows = (
        Talk.objects.visible_to(ask.user)
        .not_right()
        .filter(ask.people(), person__state=Person.State.ACTIVE)
        .order_by("answered_at", "id")
    )
    return _columns(rows, TALK_NOT_RIGHT.code, on=TruncDate("answered_at"), text="answer_words")
