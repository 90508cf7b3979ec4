"""What mentoring adds to a caseworker's today: offers, matches that wait, questions that are due, concerns."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import (
    CharField,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kesher.casework.models import CheckIn, Concern, Match, Mentor
from kesher.casework.models.mentors import CHECK_HOLDS
from kesher.casework.today import MOST, REASONS, Ask, Reason, Row, reason, source

#: A proposal without an answer for so long is asked about.
WAITS_DAYS: Final = 5
#: So long before a check of a mentor runs out it is done again.
CHECK_AHEAD: Final = timedelta(days=30)

CONCERN = reason(
    "concern",
    _("A concern waits for you"),
    _("the day by which somebody looks into it"),
    _("Read it now"),
    "concern",
    points=200,
    per_day=10,
    before=2,
    after=30,
)
UNWELL = reason(
    "mentoring_unwell",
    _("Said that the mentoring does not go well"),
    _("the day they said it"),
    _("Call them"),
    "match",
    points=72,
    per_day=3,
    after=10,
)
CHECK = reason(
    "mentoring_check",
    _("Ask both how the mentoring goes"),
    _("the day to ask"),
    _("Ask"),
    "match",
    points=48,
    per_day=1,
    before=3,
    after=30,
)
WAITS = reason(
    "mentoring_waits",
    _("A mentoring waits for the next step"),
    _("the day something last happened"),
    _("See to it"),
    "match",
    points=46,
    per_day=1,
    after=30,
)
OFFER = reason(
    "mentor_offer",
    _("Offered to be a mentor"),
    _("the day they offered"),
    _("Check and train them"),
    "mentor",
    points=35,
    per_day=1,
    after=30,
)
CHECK_AGAIN = reason(
    "mentor_check_again",
    _("A mentor’s check runs out"),
    _("the day it runs out"),
    _("Check them again"),
    "mentor",
    points=42,
    per_day=1,
    before=30,
    after=30,
)

#: The reasons above, by code.
ADDED: Final = frozenset(one.code for one in (CONCERN, UNWELL, CHECK, WAITS, OFFER, CHECK_AGAIN))


@source
def mentoring(ask: Ask) -> list[Row]:
    """All of it in one statement, for each question more is one more on everybody's morning."""
    parts = (_concerns(ask), _due(ask), _unwell(ask), _waits(ask), _offers(ask), _runs_out(ask))
    first, *others = (part[:MOST] for part in parts)
    rows = [_row(*values) for values in first.union(*others, all=True)]
    rows.sort(key=lambda row: (-row.urgency(ask.day), row.on, str(row.about_id)))
    return rows[:MOST]


def _row(code: str, about_id: UUID, on: date, person_id: UUID | None, called: str, kind: str) -> Row:
    why = REASONS[code]
    if why is CONCERN:  # neither who nor whom: the page says
        called = gettext("A concern")
    words: dict[str, str | Promise] = {**dict(Match.State.choices), **dict(CheckIn.Side.choices)}
    return Row(why, about_id, on, person_id, called, words.get(kind, ""))


def _told(
    rows: Any, why: Reason, on: Any, *, about: str = "pk", person: str = "", called: str = "", kind: str = ""
) -> "QuerySet[Any, tuple[Any, ...]]":
    """The six values of a row, the longest wait first."""
    nobody, nothing = Cast(Value(None), UUIDField()), Value("", output_field=CharField())
    said: QuerySet[Any, tuple[Any, ...]] = rows.order_by("id").values_list(
        Value(why.code, output_field=CharField()),
        F(about),
        on,
        F(person) if person else nobody,
        Cast(F(called), CharField()) if called else nothing,
        Cast(F(kind), CharField()) if kind else nothing,
    )
    return said


def _concerns(ask: Ask) -> Any:
    """To whom an organisation has named, whichever list they look at."""
    return _told(Concern.objects.entrusted_to(ask.user).open(), CONCERN, TruncDate("answer_by"))


def _checks(ask: Ask) -> Any:
    ours = CheckIn.objects.visible_to(ask.user).filter(ask.people(), organisation__in=ask.here)
    return ours.filter(match__state=Match.State.ACTIVE)


def _due(ask: Ask) -> Any:
    """Questions to ask now."""
    due = _checks(ask).filter(answered_at=None, due_on__lte=ask.day + timedelta(days=3))
    return _told(due, CHECK, F("due_on"), about="match_id", person="person_id", called="person__called", kind="side")


def _unwell(ask: Ask) -> Any:
    """Answers that are bad, and that nobody has seen to."""
    bad = _checks(ask).filter(going=CheckIn.Going.BADLY, seen_at=None)
    on = TruncDate("answered_at")
    return _told(bad, UNWELL, on, about="match_id", person="person_id", called="person__called", kind="side")


def _waits(ask: Ask) -> Any:
    """Both agreed and not begun; asked and no answer for days; ended, and the person wants another mentor."""
    later = Match.objects.filter(person=OuterRef("person"), state__in=Match.OPEN)
    silent = Q(state__in=["proposed", "asked"], moved_at__lt=ask.at(1 - WAITS_DAYS))
    replace = Q(state="ended", wants_another=True) & ~Exists(later)
    ours = Match.objects.visible_to(ask.user).filter(ask.people(), organisation__in=ask.here)
    waiting = ours.filter(silent | replace | Q(state="agreed"))
    return _told(waiting, WAITS, TruncDate("moved_at"), person="person_id", called="person__called", kind="state")


def _offers(ask: Ask) -> Any:
    """Offers that nobody has answered."""
    return _told(Mentor.objects.of_organisations(ask.user).waiting(), OFFER, TruncDate("created_at"), called="called")


def _runs_out(ask: Ask) -> Any:
    """Checks of mentors that run out."""
    ready = Mentor.objects.of_organisations(ask.user).ready()
    soon = ready.filter(vetted_on__lt=ask.day - CHECK_HOLDS + CHECK_AHEAD)
    on = ExpressionWrapper(F("vetted_on") + Value(CHECK_HOLDS.days), output_field=DateField())
    return _told(soon, CHECK_AGAIN, on, called="called")
