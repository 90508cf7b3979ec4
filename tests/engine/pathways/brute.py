"""Every bundle and every timetable there is: what the search must equal. The rules are written down again."""

from itertools import combinations, product

from kesher.engine.pathways.courses import Limits
from kesher.engine.pathways.languages import enough, together


def allowed(chosen, starts, courses, want, limits: Limits) -> bool:
    """Whether these courses may begin in these weeks (id → week; what lasts as long as another has none)."""
    end = {one: starts[one] + courses[one].weeks for one in starts}
    for one in chosen:
        course = courses[one]
        if course.full or one in want.done:
            return False
        for other in {*chosen, *want.done} - {one}:
            named = courses[other].excludes if other in courses else frozenset()
            if other in course.excludes or one in named:
                return False
        if not course.before - want.done <= set(chosen) or not course.together <= set(chosen):
            return False
        if one not in starts:
            continue
        if course.starts and starts[one] not in course.starts:
            return False
        if end[one] > limits.weeks:
            return False
        if any(end[other] > starts[one] for other in course.before if other in starts):
            return False
        if any(not starts[other] <= starts[one] < end[other] for other in course.together if other in starts):
            return False
        over = [courses[other].gives for other in starts if other != one and end[other] <= starts[one]]
        if not enough(together(want.speaks, *over), course.entry):
            return False
    for week in range(limits.weeks):
        if sum(courses[one].load for one in starts if starts[one] <= week < end[one]) > limits.hours + 1e-9:
            return False
    return sum(courses[one].fee for one in chosen) <= limits.money and len(starts) <= limits.courses


def can_be_had(course, courses, want) -> bool:
    """Whether it has a place, is not over, and nothing that is over excludes it."""
    barred = any(course.id in courses[other].excludes for other in want.done if other in courses)
    return not course.full and course.id not in want.done and not course.excludes & want.done and not barred


def value(chosen, starts, courses, want, languages=1.0):
    """What is minimised."""
    taught = {skill for one in chosen for skill in courses[one].teaches}
    speaks = together(want.speaks, *(courses[one].gives for one in chosen))
    most = together(want.speaks, *(course.gives for course in courses.values() if can_be_had(course, courses, want)))
    asked = {
        one: tuple(min(pair) for pair in zip(levels, most.get(one, (0,) * 5), strict=True))
        for one, levels in want.languages.items()
    }
    weak = [one for one in asked if not enough(speaks, {one: asked[one]})]
    lost = sum(weight for skill, weight in want.skills.items() if skill not in taught) + languages * len(weak)
    return (
        round(lost, 9),
        max((starts[one] + courses[one].weeks for one in starts), default=0),
        round(sum(courses[one].fee for one in chosen), 6),
        round(sum(courses[one].travel * (courses[one].weeks or 0) for one in chosen), 6),
        len(chosen),
    )


def best(courses, want, limits: Limits):
    """The least value of all that is allowed."""
    found = None
    for size in range(len(courses) + 1):
        for chosen in combinations(sorted(courses), size):
            timed = [one for one in chosen if courses[one].weeks is not None]
            for weeks in product(range(limits.weeks), repeat=len(timed)):
                starts = dict(zip(timed, weeks, strict=True))
                if allowed(chosen, starts, courses, want, limits):
                    now = value(chosen, starts, courses, want)
                    found = now if found is None or now < found else found
    return found
