"""When the courses of a bundle begin, so that all is over as soon as it can be.

Every rule says "not before": a course begins when what comes before it is over, no earlier than what runs beside it, in a
week in which it begins at all. Such rules are monotone in the starts, so there is one least timetable (Knaster and Tarski):
it is found by raising starts until nothing moves, and no other has any course earlier. What is no such rule (hours of a
week, a language learnt in another course of the bundle) is looked for in the least timetable; where it is broken, one of a
few orders "this one before that one" holds in every timetable that keeps it, and each is tried, the soonest over first. So
the first that breaks nothing is the best.
"""

import heapq
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, permutations
from typing import Final

from kesher.engine.pathways.courses import Course, Limits
from kesher.engine.pathways.languages import Speaks, better, enough, together

#: Timetables looked at before one is only looked for, not proven; a bundle of six needs a handful.
TRIES: Final = 16
#: Orders added one after the other in that looking.
DEEPEST: Final = 12
_ROUNDING: Final = 1e-9

#: (number of the one that must be over, number of the one that waits)
Orders = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Timetable:
    """Start week of each course, in the order given; ``ready``: the week in which all is over."""

    starts: tuple[int, ...]
    ready: int


@dataclass(slots=True)
class Why:
    """Filled in where there is no timetable: sentences that name the courses. ``gave_up``: there may be one all the same;
    ``work``: least timetables computed."""

    reasons: list[str] = field(default_factory=list)
    gave_up: bool = False
    work: int = 0

    def add(self, reason: str) -> None:
        if reason not in self.reasons:
            self.reasons.append(reason)


def timetable(courses: Sequence[Course], speaks: Speaks, limits: Limits, *, why: Why | None = None) -> Timetable | None:
    """The soonest timetable of all of these, or None. Where ``why.gave_up`` is set, there may be a sooner one.

    What lasts as long as what it accompanies takes no place here: leave it out. Rules that name courses not among these are
    kept by whoever chose them.
    """
    why = why if why is not None else Why()
    if not courses:
        return Timetable((), 0)
    at = {course.id: number for number, course in enumerate(courses)}
    first = frozenset((at[one], number) for number, course in enumerate(courses) for one in course.before if one in at)
    beside = tuple(tuple(at[one] for one in course.together if one in at) for course in courses)
    ticket, seen = count(), {first}
    begun = _least(courses, first, beside, limits, why)
    waiting = [] if begun is None else [(_ready(courses, begun), next(ticket), first, begun)]
    for tried in range(TRIES + DEEPEST):
        if not waiting:
            break
        ready, _, orders, starts = heapq.heappop(waiting)
        choices = _too_much(courses, starts, limits, why)
        if choices is None:
            choices = _not_let_in(courses, starts, speaks, why)
        if choices is None:
            return Timetable(starts, ready)
        if tried >= TRIES:  # from here on straight ahead, without turning back
            why.gave_up, waiting = True, []
        for order in choices:
            more = orders | {order}
            if more not in seen:
                seen.add(more)
                found = _least(courses, more, beside, limits, why)
                if found is not None:
                    heapq.heappush(waiting, (_ready(courses, found), next(ticket), more, found))
    if why.gave_up:
        why.add("too many orders to try: " + ", ".join(sorted(at)))
    return None


def soonest(courses: Sequence[Course], limits: Limits) -> int | None:
    """A week before which all of these cannot be over, hours counted in sum; None where they can never be."""
    if not courses:
        return 0
    at = {course.id: number for number, course in enumerate(courses)}
    first = frozenset((at[one], number) for number, course in enumerate(courses) for one in course.before if one in at)
    beside = tuple(tuple(at[one] for one in course.together if one in at) for course in courses)
    starts = _least(courses, first, beside, limits, Why())
    if starts is None:
        return None
    hours = sum(course.load * _weeks(course) for course in courses)
    if hours > limits.hours * limits.weeks + _ROUNDING:
        return None
    return max(_ready(courses, starts), math.ceil(hours / limits.hours - _ROUNDING) if hours else 0)


def _ready(courses: Sequence[Course], starts: Sequence[int]) -> int:
    return max(start + _weeks(course) for course, start in zip(courses, starts, strict=True))


def _weeks(course: Course) -> int:
    if course.weeks is None:
        raise TypeError(f"{course.id} lasts as long as what it accompanies")
    return course.weeks


def _least(
    courses: Sequence[Course], orders: Orders, beside: Sequence[Sequence[int]], limits: Limits, why: Why
) -> tuple[int, ...] | None:
    """The least timetable that keeps all "not before", or None where one would not be over within the limit."""
    why.work += 1
    starts = [0] * len(courses)
    # (number, weeks): not before the start of that one and so many weeks.
    not_before: list[list[tuple[int, int]]] = [[(other, 0) for other in companions] for companions in beside]
    for earlier, later in orders:
        not_before[later].append((earlier, _weeks(courses[earlier])))
    for other, companions in enumerate(beside):
        for number in set(companions):  # it must still be running when the other begins
            not_before[number].append((other, 1 - _weeks(courses[number])))
    moved = True
    while moved:
        moved = False
        for number, course in enumerate(courses):
            week = starts[number]
            for other, weeks in not_before[number]:
                if starts[other] + weeks > week:
                    week = starts[other] + weeks
            begins = course.next_start(week)
            if begins is None:
                why.add(f"{course.id} does not begin in week {week} or later")
                return None
            if begins + _weeks(course) > limits.weeks:
                why.add(f"{course.id} would not be over within {limits.weeks} weeks")
                return None
            if begins != starts[number]:
                starts[number], moved = begins, True
    return tuple(starts)


def _too_much(
    courses: Sequence[Course], starts: Sequence[int], limits: Limits, why: Why
) -> list[tuple[int, int]] | None:
    """Where a week has too many hours: the orders one of which must hold. The heaviest that together are too much suffice:
    intervals of which each two meet have a week in common (Helly), so two of them must not meet."""
    for week in sorted(set(starts)):
        running = [
            number for number, course in enumerate(courses) if starts[number] <= week < starts[number] + _weeks(course)
        ]
        hours, heavy = 0.0, []
        for number in sorted(running, key=lambda one: (-courses[one].load, one)):
            hours += courses[number].load
            heavy.append(number)
            if hours > limits.hours + _ROUNDING:
                names = " and ".join(courses[one].id for one in heavy)
                why.add(f"{names} take {hours:g} hours a week, {limits.hours:g} are there")
                return list(permutations(heavy, 2))
    return None


def _not_let_in(
    courses: Sequence[Course], starts: Sequence[int], speaks: Speaks, why: Why
) -> list[tuple[int, int]] | None:
    """Where a course asks for a language that is learnt too late: the courses one of which must be over before."""
    for number, course in enumerate(courses):
        over = [
            other
            for other, one in enumerate(courses)
            if other != number and starts[other] + _weeks(one) <= starts[number]
        ]
        now = together(speaks, *(courses[other].gives for other in over))
        if not enough(now, course.entry):
            helping = [
                (other, number)
                for other, one in enumerate(courses)
                if other != number and other not in over and helps(now, course.entry, one.gives)
            ]
            if not helping:
                why.add(f"{course.id} asks for more of a language than there is by then")
            return helping
    return None


def helps(speaks: Speaks, needs: Speaks, gives: Mapping[str, tuple[int, int, int, int, int]]) -> bool:
    """Whether what a course gives brings somebody nearer to what is needed."""
    for language, wanted in needs.items():
        has = speaks.get(language, (0, 0, 0, 0, 0))
        then = better(has, gives.get(language, has))
        if any(new > old and old < level for old, new, level in zip(has, then, wanted, strict=True)):
            return True
    return False
