"""Why somebody is looked after today, and how much each reason counts: data, which a page shows.

A room above or below adds its own beside what finds it: ``LOOP = reason("loop", _("…"), …)``.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: A person of whose plan nothing has moved for so long is looked at again.
QUIET_DAYS: Final = 21
#: How far ahead a day throws its shadow: a step, an appointment, a date to see to, a permit that runs out.
STEP_AHEAD, MEETING_AHEAD, DATE_AHEAD, PERMIT_AHEAD = 7, 7, 14, 60
#: How long after it an appointment of which nobody said what came of it is asked about, and a missed one.
MEETING_BEHIND: Final = 30


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody stands on the list.

    ``points`` on the day itself; ``per_day`` more for each day since, up to ``after`` days, and fewer for each day until,
    up to ``before`` days. ``verb`` is the next step, and ``route`` the page on which it is taken: of the thing itself
    (``of`` "about") or of the person.
    """

    code: str
    label: str | Promise
    day: str | Promise
    verb: str | Promise
    route: str
    points: int
    per_day: int = 0
    before: int = 0
    after: int = 0
    of: str = "about"

    def urgency(self, days: int) -> int:
        """``days`` since the day it is about; negative before it."""
        return self.points + self.per_day * max(-self.before, min(days, self.after))


#: What makes something urgent. The order of the list follows from the points, not from the order here.
REASONS: Final[dict[str, Reason]] = {}


def reason(code: str, label: str | Promise, day: str | Promise, verb: str | Promise, route: str, **rule: Any) -> Reason:
    """Add a reason to those a row may have; ``rule``: see :class:`Reason`."""
    REASONS[code] = Reason(code, label, day, verb, route, **rule)
    return REASONS[code]


PERMIT = reason(
    "permit",
    _("A permit or status runs out"),
    _("the day it runs out"),
    _("See to it"),
    "person_plan",
    points=85,
    per_day=1,
    before=PERMIT_AHEAD,
    after=15,
    of="person",
)
CALL = reason(
    "call",
    _("Waits for a call"),
    _("the day they asked"),
    _("Call"),
    "provider_call_back",
    points=70,
    per_day=3,
    after=10,
)
MEETING = reason(
    "meeting",
    _("Has an appointment"),
    _("the day of the appointment"),
    _("See the appointment"),
    "appointment",
    points=75,
    per_day=10,
    before=MEETING_AHEAD,
)
INTERPRETER = reason(
    "interpreter",
    _("Has an appointment, and nobody interprets yet"),
    _("the day of the appointment"),
    _("Find an interpreter"),
    "appointment",
    points=80,
    per_day=3,
    before=MEETING_AHEAD,
)
EXPECTED = reason(
    "booking",
    _("Has an appointment, and no file yet"),
    _("the day of the appointment"),
    _("See the appointment"),
    "booking",
    points=75,
    per_day=10,
    before=MEETING_AHEAD,
    after=1,
)
MISSED = reason(
    "missed",
    _("Did not come, and has no new appointment"),
    _("the day of the appointment"),
    _("Ask how they are"),
    "person_plan",
    points=60,
    per_day=1,
    after=MEETING_BEHIND,
    of="person",
)
CAME = reason(
    "came",
    _("Had an appointment: did they come?"),
    _("the day of the appointment"),
    _("Say what came of it"),
    "appointment",
    points=50,
    per_day=1,
    after=MEETING_BEHIND,
)
STEP_LATE = reason(
    "step_late",
    _("A step is overdue"),
    _("the day it was due"),
    _("See the step"),
    "step",
    points=55,
    per_day=1,
    after=30,
)
STEP_SOON = reason(
    "step_soon",
    _("A step is due"),
    _("the day it is due"),
    _("See the step"),
    "step",
    points=54,
    per_day=4,
    before=STEP_AHEAD,
)
COURSE = reason(
    "course",
    _("A course begins or ends"),
    _("that day"),
    _("See to it"),
    "person_plan",
    points=52,
    per_day=2,
    before=DATE_AHEAD,
    after=10,
    of="person",
)
REVIEW = reason(
    "review",
    _("It is time to look at the plan together"),
    _("the day that was set"),
    _("See to it"),
    "person_plan",
    points=45,
    per_day=1,
    before=DATE_AHEAD,
    after=20,
    of="person",
)
NO_STEP = reason(
    "no_step",
    _("Has no next step"),
    _("the day something last happened"),
    _("Agree on a step"),
    "person_plan",
    points=40,
    per_day=1,
    after=30,
    of="person",
)
QUIET = reason(
    "quiet",
    _("Nothing has happened for three weeks"),
    _("the day something last happened"),
    _("Ask how it goes"),
    "person_plan",
    points=5,
    per_day=1,
    after=60,
    of="person",
)
