"""What can be learnt, and what goes with it: courses, language courses, and support such as childcare or a mentor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kesher.engine.pathways.graph import PathwayError
from kesher.engine.pathways.languages import LEVELS, Speaks


@dataclass(frozen=True, slots=True)
class Course:
    """One course, or one service that accompanies courses.

    teaches: numbers of skills, its learning outcomes · gives, entry: language levels afterwards and to be let in · weeks:
    how long; None: as long as what it accompanies (childcare, a mentor) · hours, travel: of a week · fee: of the whole ·
    income: of a week · starts: weeks from now in which it begins, sorted; none: any week · places: free ones, None where it
    is not known.

    before: what must be over when it begins · together: what must be running when it begins (what has no weeks of its own
    runs all along) · excludes: what the same person cannot have as well, now or earlier; either of the two may say so.
    """

    id: str
    weeks: int | None
    teaches: frozenset[int] = frozenset()
    gives: Speaks = field(default_factory=dict)
    entry: Speaks = field(default_factory=dict)
    hours: float = 0.0
    travel: float = 0.0
    fee: float = 0.0
    income: float = 0.0
    starts: tuple[int, ...] = ()
    places: int | None = None
    before: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    name: str = ""

    @property
    def load(self) -> float:
        """Hours of a week, way there and back included."""
        return self.hours + self.travel

    @property
    def full(self) -> bool:
        return self.places == 0

    def next_start(self, week: int) -> int | None:
        """The first week from ``week`` in which it begins, or None."""
        if not self.starts:
            return week
        return next((one for one in self.starts if one >= week), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a person can give: hours of a week for all courses and ways, weeks until all must be over, money for fees, and
    how many courses of one step, what runs beside them not counted: nobody follows ten.
    """

    hours: float = 40.0
    weeks: int = 104
    money: float = float("inf")
    courses: int = 6


def catalogue(courses: Iterable[Course]) -> Mapping[str, Course]:
    """Courses by id. Raises :class:`PathwayError` that names course and field, for what no timetable could be made of."""
    found: dict[str, Course] = {}
    for course in courses:
        if course.id in found:
            raise PathwayError(f"course {course.id!r}, id: it stands twice")
        found[course.id] = course
        if course.weeks is not None and course.weeks < 1:
            raise PathwayError(f"course {course.id!r}, weeks: {course.weeks} is less than 1")
        if course.weeks is None and (course.starts or course.before or course.together or course.gives or course.entry):
            raise PathwayError(
                f"course {course.id!r}, weeks: what lasts as long as what it accompanies has no starts, languages, "
                "or other courses of its own; say how many weeks it takes"
            )
        for name in ("hours", "travel", "fee", "income"):
            value = getattr(course, name)
            if not 0 <= value < float("inf"):
                raise PathwayError(f"course {course.id!r}, {name}: {value} must be finite and at least 0")
        if list(course.starts) != sorted(set(course.starts)) or any(week < 0 for week in course.starts):
            raise PathwayError(f"course {course.id!r}, starts: weeks from now, from 0, in order, each once")
        if course.places is not None and course.places < 0:
            raise PathwayError(f"course {course.id!r}, places: {course.places} is less than 0")
        for name, speaks in (("gives", course.gives), ("entry", course.entry)):
            for language, levels in speaks.items():
                if len(levels) != 5 or any(not 0 <= one < len(LEVELS) for one in levels):
                    raise PathwayError(
                        f"course {course.id!r}, {name}: {language} needs five levels from 0 to 6, not {levels}"
                    )
        for name in ("before", "together", "excludes"):
            if course.id in getattr(course, name):
                raise PathwayError(f"course {course.id!r}, {name}: it names itself")
    for course in found.values():
        for other in sorted(course.before & found.keys()):
            if found[other].weeks is None:
                raise PathwayError(
                    f"course {course.id!r}, before: {other!r} has no end of its own; write it under together"
                )
    return found


def exclude(one: Course, other: Course) -> bool:
    """Whether either says that the other cannot be had as well."""
    return other.id in one.excludes or one.id in other.excludes
