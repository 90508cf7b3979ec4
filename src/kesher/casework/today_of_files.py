"""What of people's files has a day: dates set to see to, a permit that runs out, an eighteenth birthday, a qualification.

Most of the tables are of :mod:`kesher.people`, which knows no day of a caseworker; so what is urgent about them is said here.
"""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.casework.models import Review
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
from kesher.people.models import Person, Recognition, RecognitionStep, RightToWork
from kesher.people.models.persons import KEPT
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


_OF_KIND: Final = {Review.Kind.PERMIT: PERMIT, Review.Kind.COURSE: COURSE}
#: The reason does not say what the day is about.
_SAID_ITSELF: Final = frozenset({Review.Kind.GOAL, Review.Kind.OTHER})


@source
def of_files(ask: Ask) -> list[Row]:
    """All of them in one query: each kind brings its most pressing, as rows of the same seven columns."""
    first, *others = (_set_dates(ask), _permits(ask), _of_age(ask), _answers(ask), _steps(ask), _ending(ask))
    found = []
    for why, about, whom, day, called, kind, text in first.union(*others, all=True):
        if why == REVIEW.code:
            rule = _OF_KIND.get(Review.Kind(kind), REVIEW)
            what = Review.Kind(kind).label if kind in _SAID_ITSELF else ""
        else:
            rule, what = REASONS[why], RecognitionStep.Kind(kind).label if kind else ""
        found.append(Row(rule, about, of_age_on(day) if why == OF_AGE.code else day, whom, called, what, text))
    return found


def _columns(rows: Any, why: str, *, on: str, person: str = "person", kind: str = "", text: str = "") -> Any:
    """Rows of one kind as those of all: why, what about, who, the day, the name, and what it is in a code and in words."""
    words = CharField()

    def said(field: str) -> Any:
        return F(field) if field else Value("", output_field=words)

    return rows.annotate(
        row_why=Value(why, output_field=words),
        row_whom=F("pk" if person == "pk" else f"{person}_id"),
        row_on=F(on),
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


#: The moment a file ends, of itself.
_END: Final = ExpressionWrapper(
    F("last_step_at") + Value(KEPT, output_field=DurationField()), output_field=DateTimeField()
)


def _ending(ask: Ask) -> Any:
    """Files that end within the month, of people who have no account: after a mail, too, for nobody may have read it."""
    ended = timezone.make_aware(datetime.combine(ask.day, time())) - KEPT
    rows = (
        Person.objects.visible_to(ask.user)
        .active()
        .filter(ask.people("pk"), user=None, last_step_at__range=(ended, ended + BEFORE))
        .annotate(ends_on=Cast(_END, DateField()))
        .order_by("last_step_at", "id")
    )
    return _columns(rows, FILE_ENDS.code, on="ends_on", person="pk")


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
