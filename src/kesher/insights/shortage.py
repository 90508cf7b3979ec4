"""The shortage board of a place: each occupation by several methods side by side, what the table says, how far they agree.

    board = board_of(latest(), area)
    board.rows                          # one for each occupation of which any method or the table can tell
    board.agreement.mean                # Kendall's τ over the pairs of methods

What a method is made of are observations whose part is an occupation: "isco08-2221", else the source's own code, such as
"fap-V1Z80"; "all" is the whole place. A score that a source printed itself (an observation of ``shortage-dares``, say) stands
for what would be reckoned. Where something is missing the method cannot tell, and nothing is put in its place.

Vacancies of the portal come in the same way: whoever counts them writes :data:`VACANCIES` with :func:`occupation` as its part.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from kesher.areas.models import Area
from kesher.engine.indicators import IndicatorError, registry
from kesher.engine.indicators.arrays import Floats
from kesher.engine.indicators.shortage import (
    BA_SIGNS,
    Agreement,
    MethodResult,
    PanelJudgement,
    Thresholds,
    Verdict,
    agreement,
    ba,
    ba_verdicts,
    dares,
    dares_verdicts,
    oecd,
    oecd_verdicts,
    panel,
    thresholds_of,
    uwv,
    uwv_verdicts,
)
from kesher.insights.latest import Figure, Latest, Place
from kesher.insights.models import Judgement

#: The part that is the whole place, not one occupation.
ALL: Final = "all"
ISCO: Final = "isco08-"
#: People at the table who must have said something before the middle is told.
VOICES: Final = 3
PANEL: Final = "panel"
#: In the order in which a page shows them.
METHODS: Final = ("uwv", "dares", "ba", "oecd", PANEL)

#: The indicator as which a room above writes vacancies it has counted, hidden where they are few.
VACANCIES: Final = "occupation-vacancies"


def occupation(isco08: str) -> str:
    """The part that is a unit group of ISCO-08. Raises ValueError for what has not four digits."""
    if len(isco08) != 4 or not (isco08.isascii() and isco08.isdigit()):
        raise ValueError(f"{isco08!r} is no unit group of ISCO-08: four digits")
    return ISCO + isco08


UWV_INPUTS: Final = {"vacancies": VACANCIES, "recently_unemployed": "occupation-newly-unemployed"}
DARES_INPUTS: Final = {
    "hiring_difficulty": "occupation-hiring-difficulty",
    "offers_per_jobseeker": "occupation-offers-per-jobseeker",
    "outflow": "occupation-outflow",
}
BA_INPUTS: Final = {
    "vacancy_days": "occupation-vacancy-days",
    "jobseekers_per_vacancy": "occupation-jobseekers-per-vacancy",
    "unemployment_rate": "occupation-unemployment-rate",
    "change_in_foreign_workers": "occupation-change-in-foreign-workers",
    "outflow_rate": "occupation-outflow",
    "change_in_pay": "occupation-change-in-pay",
}
OECD_INPUTS: Final = {
    "wage_growth": "occupation-change-in-pay",
    "employment_growth": "occupation-change-in-employment",
    "hours_growth": "occupation-change-in-hours",
    "unemployment_rate": "occupation-unemployment-rate",
    "growth_of_underqualified": "occupation-change-in-underqualified",
}
#: Figures of which a method may need four different ones, for quartiles.
QUARTILES: Final = 4

Columns = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Way:
    """How one of the four public methods is reckoned. ``inputs``: its argument -> the indicator it is."""

    inputs: Mapping[str, str]
    reckon: Callable[[Columns, Mapping[str, float]], MethodResult]
    verdicts: Callable[[Floats], tuple[Verdict, ...]]


def _uwv(columns: Columns, _whole: Mapping[str, float]) -> MethodResult:
    """People are counted here: fewer than may be shown are not divided by, either, or the quotient would tell how many."""
    vacancies, people = columns["vacancies"], columns["recently_unemployed"]
    known = ~np.isnan(vacancies) & (people >= registry()[UWV_INPUTS["recently_unemployed"]].minimum)
    theta = np.full(vacancies.shape, np.nan)
    if known.any():
        theta[known] = uwv(vacancies[known], people[known]).score
    return MethodResult("uwv", theta, uwv_verdicts(theta))


def _ba(columns: Columns, _whole: Mapping[str, float]) -> MethodResult:
    """A sign that too few occupations have is none: quartiles of three figures say nothing."""
    kept, bounds = dict(columns), {}
    for name, column in columns.items():
        if np.count_nonzero(~np.isnan(column)) < QUARTILES:
            kept[name], bounds[name] = np.full_like(column, np.nan), Thresholds(0.0, 0.0, 0.0)
        else:
            bounds[name] = thresholds_of(column, BA_SIGNS[name])
    return ba(kept, bounds)


def _oecd(columns: Columns, whole: Mapping[str, float]) -> MethodResult:
    if whole.keys() < columns.keys() or any(np.isnan(column).all() for column in columns.values()):
        raise IndicatorError("one of the five signs, or that of the whole economy, is missing")
    return oecd(columns, whole)


WAYS: Final[Mapping[str, Way]] = {
    "uwv": Way(UWV_INPUTS, _uwv, uwv_verdicts),
    "dares": Way(DARES_INPUTS, lambda columns, _whole: dares(columns), dares_verdicts),
    "ba": Way(BA_INPUTS, _ba, ba_verdicts),
    "oecd": Way(OECD_INPUTS, _oecd, oecd_verdicts),
}
#: All that may stand on a board of what is counted.
COUNTED: Final = frozenset(
    {code for way in WAYS.values() for code in way.inputs.values()} | {f"shortage-{name}" for name in WAYS}
)


#: Indicators whose figures stand on the board, not on a page of their own.
ON_THE_BOARD: Final = frozenset({f"shortage-{name}" for name in METHODS} | {"shortage-agreement"})


@dataclass(frozen=True, slots=True)
class Cell:
    """What one method says of one occupation; ``score`` is None just where it cannot tell."""

    verdict: Verdict
    score: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One occupation. ``cells``: in the order of :data:`METHODS`."""

    part: str
    cells: tuple[Cell, ...]

    @property
    def isco08(self) -> str:
        """Its unit group; "" where the source has codes of its own."""
        return self.part.removeprefix(ISCO) if self.part.startswith(ISCO) else ""

    @property
    def known(self) -> int:
        """How many can tell."""
        return sum(one.verdict is not Verdict.UNKNOWN for one in self.cells)

    @property
    def short(self) -> int:
        """How many of them call it a shortage."""
        return sum(one.verdict is Verdict.SHORTAGE for one in self.cells)

    @property
    def enough(self) -> int:
        return sum(one.verdict is Verdict.NONE for one in self.cells)


@dataclass(frozen=True, slots=True)
class Method:
    """Where the figures of one method come from. ``printed``: the source's own scores, not reckoned here."""

    name: str
    printed: bool = False
    vintages: frozenset[uuid.UUID] = frozenset()
    periods: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()  # indicators without any figure here

    @property
    def indicator(self) -> str:
        return f"shortage-{self.name}"


@dataclass(frozen=True, slots=True)
class Board:
    """``place``: whose counted figures these are, the place itself or the nearest it lies in; None where nobody has any.

    ``last_said``: the day of the latest judgement that counts.
    """

    area: uuid.UUID
    place: Place | None
    methods: tuple[Method, ...]
    rows: tuple[Row, ...]
    agreement: Agreement
    last_said: date | None = None

    @property
    def vintages(self) -> frozenset[uuid.UUID]:
        return frozenset().union(*(one.vintages for one in self.methods))


@dataclass(slots=True)
class _Counted:
    """The figures of the board at one place: indicator -> part -> figure."""

    figures: dict[str, dict[str, Figure]] = field(default_factory=dict)

    def values(self, indicator: str, parts: Sequence[str]) -> Floats:
        there = self.figures.get(indicator, {})
        found = [there[one].value if one in there else None for one in parts]
        return np.array([np.nan if one is None else one for one in found], dtype=np.float64)


def board_of(now: Latest, area: Area) -> Board:
    """The board of a place. One query: what people at the table said."""
    place, counted = _nearest(now, area)
    voices = _voices(area)
    told = {part for part, said in voices.items() if len(said) >= VOICES}
    parts = sorted({part for by_part in counted.figures.values() for part in by_part if part != ALL} | told)
    methods, results = [], []
    for name, way in WAYS.items():
        method, result = _method(name, way, counted, parts)
        methods.append(method)
        results.append(result)
    said = [
        PanelJudgement(at, points) for at, part in enumerate(parts) if part in told for points, _day in voices[part]
    ]
    methods.append(Method(PANEL))
    results.append(panel(said, len(parts), minimum=VOICES))
    rows = tuple(
        Row(part, tuple(_cell(one, at) for one in results))
        for at, part in enumerate(parts)
        if any(one.verdict[at] is not Verdict.UNKNOWN for one in results)
    )
    last = max((day for part in told for _points, day in voices[part]), default=None)
    return Board(area.pk, place, tuple(methods), rows, agreement(results), last)


def places_with_boards(now: Latest) -> list[Place]:
    """Those with counted figures of occupations, in the order of their paths."""
    there = now.with_parts(COUNTED)
    return [place for key, place in now.places.items() if key in there]


def has_board(now: Latest, path: str) -> bool:
    """Whether a place, told by its path, or what it lies in has counted figures of occupations."""
    return any(path.startswith(one.path) for one in places_with_boards(now))


def _nearest(now: Latest, area: Area) -> tuple[Place | None, _Counted]:
    """The place itself where it has figures of occupations, else the nearest of those it lies in."""
    above = [one for one in places_with_boards(now) if area.path.startswith(one.path)]
    if not above:
        return None, _Counted()
    place = max(above, key=lambda one: len(one.path))
    return place, _Counted(now.parts_of(COUNTED, place.key))


def _voices(area: Area) -> dict[str, list[tuple[int, date]]]:
    """Part -> what each person said last of it, and when."""
    found: dict[str, list[tuple[int, date]]] = {}
    rows = Judgement.objects.filter(area=area).last_words().values_list("occupation", "score", "given_on")
    for code, score, day in rows:
        found.setdefault(occupation(code), []).append((score, day))
    return found


def _method(name: str, way: Way, counted: _Counted, parts: Sequence[str]) -> tuple[Method, MethodResult]:
    cannot = MethodResult(name, np.full(len(parts), np.nan), (Verdict.UNKNOWN,) * len(parts))
    printed = f"shortage-{name}"
    if counted.figures.get(printed):
        scores = counted.values(printed, parts)
        try:
            return _from(name, counted, [printed], printed=True), MethodResult(name, scores, way.verdicts(scores))
        except IndicatorError:
            return Method(name, lacks=(printed,)), cannot
    used = list(dict.fromkeys(way.inputs.values()))
    columns = {argument: counted.values(code, parts) for argument, code in way.inputs.items()}
    whole = {
        argument: value
        for argument, code in way.inputs.items()
        if (figure := counted.figures.get(code, {}).get(ALL)) is not None and (value := figure.value) is not None
    }
    lacks = tuple(code for code in used if not counted.figures.get(code))
    try:
        result = way.reckon(columns, whole) if parts else cannot
    except IndicatorError:
        return Method(name, lacks=lacks), cannot
    if all(one is Verdict.UNKNOWN for one in result.verdict):
        return Method(name, lacks=lacks), cannot
    return _from(name, counted, used, lacks=lacks), result


def _from(
    name: str, counted: _Counted, used: Sequence[str], *, printed: bool = False, lacks: tuple[str, ...] = ()
) -> Method:
    figures = [one for code in used for one in counted.figures.get(code, {}).values()]
    periods = dict(sorted((one.period, one.start) for one in figures))
    return Method(
        name,
        printed=printed,
        vintages=frozenset(one.vintage for one in figures),
        periods=tuple(sorted(periods, key=lambda one: periods[one])),
        lacks=lacks,
    )


def _cell(result: MethodResult, at: int) -> Cell:
    score = float(result.score[at])
    return Cell(result.verdict[at], None if np.isnan(score) else score)
