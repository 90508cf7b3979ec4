"""What mentoring adds to a caseworker's today: offers, matches that wait, questions that are due, concerns."""

from datetime import timedelta
from typing import Any, Final

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, Value
from django.db.models.functions import TruncDate
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kesher.casework.models import CheckIn, Concern, Match, Mentor
from kesher.casework.models.mentors import CHECK_HOLDS
from kesher.casework.reasons import reason
from kesher.casework.today import Ask, Told, part

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

#: Whom a question is for, and how far a mentoring is, in words.
SIDES: Final = {one.value: one.label for one in CheckIn.Side}
STATES: Final = {one.value: one.label for one in Match.State}


@part
def concerns(ask: Ask) -> Told:
    """To whom an organisation has named, whichever list they look at. Neither who nor whom: the page says."""
    mine = Concern.objects.entrusted_to(ask.user).open()
    return Told(mine, CONCERN, TruncDate("answer_by"), called=Value(gettext("A concern")))


def _checks(ask: Ask) -> Any:
    ours = CheckIn.objects.visible_to(ask.user).filter(ask.people(), organisation__in=ask.here)
    return ours.filter(match__state=Match.State.ACTIVE)


@part
def due(ask: Ask) -> Told:
    """Questions to ask now."""
    now = _checks(ask).filter(answered_at=None, due_on__lte=ask.day + timedelta(days=3))
    return Told(now, CHECK, "due_on", about="match_id", person="person_id", kind="side", kinds=SIDES)


@part
def unwell(ask: Ask) -> Told:
    """Answers that are bad, and that nobody has seen to."""
    bad = _checks(ask).filter(going=CheckIn.Going.BADLY, seen_at=None)
    on = TruncDate("answered_at")
    return Told(bad, UNWELL, on, about="match_id", person="person_id", kind="side", kinds=SIDES)


@part
def waits(ask: Ask) -> Told:
    """Both agreed and not begun; asked and no answer for days; ended, and another mentor is wanted; a guardian to tell."""
    later = Match.objects.filter(person=OuterRef("person"), state__in=Match.OPEN)
    silent = Q(state__in=["proposed", "asked"], moved_at__lt=ask.at(1 - WAITS_DAYS))
    replace = Q(state="ended", wants_another=True) & ~Exists(later)
    ours = Match.objects.visible_to(ask.user).filter(ask.people(), organisation__in=ask.here)
    guardian = Q(state="paused", minor=True, guardian_told_on=None)
    waiting = ours.filter(silent | replace | guardian | Q(state="agreed"))
    on = TruncDate("moved_at")
    return Told(waiting, WAITS, on, person="person_id", kind="state", kinds=STATES)


@part
def offers(ask: Ask) -> Told:
    """Offers that nobody has answered."""
    return Told(Mentor.objects.of_organisations(ask.user).waiting(), OFFER, TruncDate("created_at"), called="called")


@part
def runs_out(ask: Ask) -> Told:
    """Checks of mentors that run out."""
    ready = Mentor.objects.of_organisations(ask.user).ready()
    soon = ready.filter(vetted_on__lt=ask.day - CHECK_HOLDS + CHECK_AHEAD)
    on = ExpressionWrapper(F("vetted_on") + Value(CHECK_HOLDS.days), output_field=DateField())
    return Told(soon, CHECK_AGAIN, on, called="called")
