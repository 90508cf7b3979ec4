"""Which courses close a gap: the bundle that leaves the least to learn elsewhere, then is over soonest, then costs least.

    minimise (what nobody teaches or no timetable holds, week in which all is over, fees, hours on the way, number of courses)

in this order. The search takes the skill that the fewest courses teach and tries each of them, together with all they ask
for; or leaves the skill out. A bundle holds whatever a smaller one holds, later or dearer, so a branch whose bundle is
already worse than the best known is left: the answer is exact unless :data:`STEPS` runs out, and then says so. Every best
bundle is reached: each of its courses is there for a skill, a language or another course, and those are the branches.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from kesher.engine.pathways.courses import Course, Limits, exclude
from kesher.engine.pathways.languages import NONE, LanguageGap, Speaks, enough, language_gap, lower, together
from kesher.engine.pathways.timetable import Timetable, Why, helps, soonest, timetable

#: Bundles looked at for one gap, four orders tried in a timetable counted as one; then the best so far is the answer. More is
#: for whoever can wait: what a page waits for must be there within a tenth of a second.
STEPS: Final = 36
#: What a language that stays too weak weighs beside skills that nobody teaches (a skill of one occupation only weighs 1).
LANGUAGE: Final = 1.0

Key = tuple[float, float, float, float, int]
_WORST: Final[Key] = (float("inf"),) * 4 + (0,)


@dataclass(frozen=True, slots=True)
class Want:
    """What is to be learnt. skills: number → weight · languages: levels · speaks: what there is · done: ids of courses that
    are over.
    """

    skills: Mapping[int, float]
    languages: Speaks = field(default_factory=dict)
    speaks: Speaks = field(default_factory=dict)
    done: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Line:
    """One course of a bundle: weeks from now, the end not included."""

    course: Course
    start: int
    end: int

    @property
    def income(self) -> float:
        return self.course.income * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Bundle:
    """One timetable, by start. ready: the week in which all is over (0: nothing to learn here) · untaught: skills left to
    learn elsewhere, such as at work · languages: what stays too weak · conflicts: why what could have helped is not in it ·
    exact: none is better.
    """

    lines: tuple[Line, ...]
    ready: int
    untaught: tuple[int, ...]
    languages: tuple[LanguageGap, ...]
    conflicts: tuple[str, ...]
    exact: bool

    @property
    def fees(self) -> float:
        return sum(line.course.fee for line in self.lines)

    @property
    def income(self) -> float:
        """Of all weeks until it is over."""
        return sum(line.income for line in self.lines)

    @property
    def travel(self) -> float:
        """Hours on the way, in all."""
        return sum(line.course.travel * (line.end - line.start) for line in self.lines)

    @property
    def first_income(self) -> int | None:
        """The week in which a course first pays."""
        return min((line.start for line in self.lines if line.course.income > 0), default=None)

    @property
    def busiest(self) -> float:
        """Hours of the fullest week, ways included."""
        return max(
            (sum(one.course.load for one in self.lines if one.start <= line.start < one.end) for line in self.lines),
            default=0.0,
        )


def bundle(courses: Mapping[str, Course], want: Want, limits: Limits, *, steps: int = STEPS) -> Bundle:
    """The best bundle of a catalogue (:func:`kesher.engine.pathways.courses.catalogue`)."""
    search = _Search(courses, want, limits, steps)
    nobody = frozenset(skill for skill, teachers in search.teachers.items() if not teachers)
    search.descend(frozenset(), nobody, frozenset())
    return search.told()


class _Search:
    def __init__(self, courses: Mapping[str, Course], want: Want, limits: Limits, steps: int) -> None:
        self.courses, self.want, self.limits, self.steps = courses, want, limits, steps
        self.open = {
            one: course
            for one, course in courses.items()
            if not course.full
            and one not in want.done
            and not course.excludes & want.done
            and not any(one in courses[other].excludes for other in want.done if other in courses)
        }
        self.teachers: dict[int, list[str]] = {skill: [] for skill in want.skills}
        wanted = frozenset(want.skills)
        teaching = [one for one, course in self.open.items() if not wanted.isdisjoint(course.teaches)]
        for one in sorted(teaching, key=lambda one: (self._weeks(one), self.courses[one].fee, one)):
            for skill in wanted & self.open[one].teaches:
                self.teachers[skill].append(one)
        self.speakers = sorted(
            (one for one in self.open if self.open[one].gives), key=lambda one: (self._weeks(one), one)
        )
        # Who needs B2 where courses lead to B1 is helped by the course to B1: more than all give cannot be asked for here.
        most = together(want.speaks, *(self.courses[one].gives for one in self.speakers))
        self.languages = {
            language: lower(levels, most.get(language, NONE)) for language, levels in want.languages.items()
        }
        self.best: tuple[Key, frozenset[str], Timetable] = (_WORST, frozenset(), Timetable((), 0))
        self.seen: set[tuple[frozenset[str], frozenset[int], frozenset[str]]] = set()
        self._bounds: dict[frozenset[str], int | None] = {}
        self._with: dict[str, frozenset[str] | None] = {}
        self.gave_up = False
        self.most = max((self._worth(one, wanted) for one in teaching), default=0.0)

    def _weeks(self, one: str) -> int:
        return self.courses[one].weeks or 0

    # --- the search ----------------------------------------------------------------------------------------------------

    def descend(self, chosen: frozenset[str], left: frozenset[int], weak: frozenset[str]) -> None:
        """``left``: skills given up; ``weak``: languages given up."""
        if self.steps <= 0 or (chosen, left, weak) in self.seen:
            return
        self.steps -= 1
        self.seen.add((chosen, left, weak))
        bound = self._soonest(chosen)
        if bound is None:
            return
        key = self._key(chosen, left, weak, bound)
        taught = frozenset(skill for one in chosen for skill in self.courses[one].teaches)
        skills = [skill for skill in self.want.skills if skill not in taught and skill not in left]
        # What is left to learn however well the courses that may still join are chosen.
        still = sum(self.want.skills[skill] for skill in skills)
        still -= (self.limits.courses - len(self._timed(chosen))) * self.most
        if max(key, (round(key[0] + still - 1e-8, 9), *key[1:])) >= self.best[0]:
            return
        shut = self._shut_out(chosen)
        if shut is not None:  # nobody lets them in without more of a language
            self._branch(chosen, left, weak, shut)
            return
        if skills:
            skill = min(skills, key=lambda one: (len(self.teachers[one]), -self.want.skills[one], one))
            missing = frozenset(skills)
            self._branch(chosen, left, weak, sorted(self.teachers[skill], key=lambda one: -self._worth(one, missing)))
            self.descend(chosen, left | {skill}, weak)
            return
        speaks = self._speaks(chosen)
        language = next(
            (
                one
                for one in sorted(self.languages)
                if one not in weak and not enough(speaks, {one: self.languages[one]})
            ),
            None,
        )
        if language is not None:
            needs = {language: self.languages[language]}
            self._branch(
                chosen, left, weak, [one for one in self.speakers if helps(speaks, needs, self.courses[one].gives)]
            )
            self.descend(chosen, left, weak | {language})
            return
        found = self._timetable(chosen, Why())
        if found is not None:
            key = self._key(chosen, left, weak, found.ready)
            if key < self.best[0]:
                self.best = (key, chosen, found)

    def _branch(self, chosen: frozenset[str], left: frozenset[int], weak: frozenset[str], tried: Iterable[str]) -> None:
        for one in tried:
            if one not in chosen:
                more = self._joined(chosen, one)
                if more is not None:
                    self.descend(more, left, weak)

    def _shut_out(self, chosen: frozenset[str]) -> list[str] | None:
        """Courses that would help somebody into one of the chosen that does not let them in; None where all do."""
        for one in sorted(chosen):
            course = self.courses[one]
            if not course.entry:
                continue
            speaks = self._speaks(chosen - {one})
            if not enough(speaks, course.entry):
                return [other for other in self.speakers if helps(speaks, course.entry, self.courses[other].gives)]
        return None

    def _speaks(self, chosen: Iterable[str]) -> dict[str, tuple[int, int, int, int, int]]:
        return together(self.want.speaks, *(self.courses[one].gives for one in chosen))

    def _joined(self, chosen: frozenset[str], one: str) -> frozenset[str] | None:
        """The chosen with one more and all it asks for; None where that cannot be."""
        if one not in self._with:
            self._with[one] = self._asked_with(one)
        extra = self._with[one]
        if extra is None:
            return None
        more = chosen | extra
        if any(exclude(self.courses[new], self.courses[other]) for new in extra for other in more if new != other):
            return None
        if (
            sum(self.courses[each].fee for each in more) > self.limits.money
            or len(self._timed(more)) > self.limits.courses
        ):
            return None
        return more

    def _asked_with(self, one: str) -> frozenset[str] | None:
        found: set[str] = set()
        waiting = [one]
        while waiting:
            each = waiting.pop()
            if each in found:
                continue
            if each not in self.open:
                return None
            found.add(each)
            course = self.open[each]
            # What must run beside it must be had now, also if it was had before.
            waiting += [other for other in course.before if other not in self.want.done]
            waiting += course.together
        return frozenset(found)

    def _worth(self, one: str, missing: frozenset[int]) -> float:
        return sum(self.want.skills[skill] for skill in self.courses[one].teaches & missing)

    def _soonest(self, chosen: frozenset[str]) -> int | None:
        if chosen not in self._bounds:
            self._bounds[chosen] = soonest(self._timed(chosen), self.limits)
        return self._bounds[chosen]

    def _timetable(self, chosen: frozenset[str], why: Why) -> Timetable | None:
        found = timetable(self._timed(chosen), self.want.speaks, self.limits, why=why)
        self.gave_up = self.gave_up or why.gave_up
        self.steps -= why.work // 4
        return found

    def _timed(self, chosen: Iterable[str]) -> list[Course]:
        return [self.courses[one] for one in sorted(chosen) if self.courses[one].weeks is not None]

    def _key(self, chosen: frozenset[str], left: frozenset[int], weak: frozenset[str], ready: int) -> Key:
        lost = sum(self.want.skills[skill] for skill in left) + LANGUAGE * len(weak)
        fees = sum(self.courses[one].fee for one in chosen)
        way = sum(self.courses[one].travel * self._weeks(one) for one in chosen)
        return (round(lost, 9), ready, round(fees, 6), round(way, 6), len(chosen))

    # --- the answer ----------------------------------------------------------------------------------------------------

    def told(self) -> Bundle:
        _, chosen, found = self.best
        exact = self.steps > 0 and not self.gave_up
        starts = dict(zip((course.id for course in self._timed(chosen)), found.starts, strict=True))
        lines = [Line(self.courses[one], start, start + self._weeks(one)) for one, start in starts.items()]
        lines += [self._alongside(one, lines) for one in sorted(chosen - starts.keys())]
        taught = {skill for one in chosen for skill in self.courses[one].teaches}
        untaught = tuple(sorted(skill for skill in self.want.skills if skill not in taught))
        weak = language_gap(self._speaks(chosen), self.want.languages)
        return Bundle(
            tuple(sorted(lines, key=lambda line: (line.start, line.end, line.course.id))),
            found.ready,
            untaught,
            weak,
            tuple(self._conflicts(chosen, untaught, {one.language for one in weak})),
            exact,
        )

    def _alongside(self, one: str, lines: Iterable[Line]) -> Line:
        beside = [line for line in lines if one in line.course.together]
        return Line(
            self.courses[one],
            min((line.start for line in beside), default=0),
            max((line.end for line in beside), default=0),
        )

    def _conflicts(self, chosen: frozenset[str], untaught: Iterable[int], weak: set[str]) -> list[str]:
        """For each course that teaches what stays missing, why it is not in the bundle."""
        missing = set(untaught)
        needed = {language: levels for language, levels in self.want.languages.items() if language in weak}
        speaks = self._speaks(chosen)
        found: list[str] = []
        for one, course in sorted(self.courses.items()):
            if one in chosen or one in self.want.done:
                continue
            if not missing.isdisjoint(course.teaches) or (needed and helps(speaks, needed, course.gives)):
                found += [said for said in self._why_not(one, chosen) if said not in found]
        return found

    def _why_not(self, one: str, chosen: frozenset[str]) -> list[str]:
        course = self.courses[one]
        if course.full:
            return [f"{one} has no free place"]
        barred = [other for other in sorted(self.want.done) if other in course.excludes]
        barred += [
            other
            for other in sorted(self.want.done)
            if other in self.courses and one in self.courses[other].excludes and other not in barred
        ]
        if barred:
            return [f"{one} and {barred[0]}, which is over, exclude each other"]
        extra = self._asked_with(one)
        if extra is None:
            return [f"{one} asks for {self._unavailable(one)}, which cannot be had"]
        for new, other in product(sorted(extra), sorted(chosen | extra)):
            if new != other and exclude(self.courses[new], self.courses[other]):
                return [f"{new} and {other} exclude each other"]
        if sum(self.courses[each].fee for each in chosen | extra) > self.limits.money:
            return [f"{one} costs more than there is"]
        if len(self._timed(chosen | extra)) > self.limits.courses:
            return [f"{one} would be one of more than {self.limits.courses} courses"]
        why = Why()
        if self._timetable(chosen | extra, why) is None:
            return why.reasons or [f"{one} fits into no timetable with the others"]
        return [f"{one} was not tried: the search ended early"]

    def _unavailable(self, one: str) -> str:
        asked, waiting, passed = "", [one], set[str]()
        while waiting and not asked:
            each = waiting.pop()
            if each in passed:
                continue
            passed.add(each)
            if each not in self.open and each != one:
                asked = each
            elif each in self.courses:
                waiting += sorted(self.courses[each].before - self.want.done) + sorted(self.courses[each].together)
        return asked or one
