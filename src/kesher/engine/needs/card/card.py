"""A points card, and how it is applied: look up, add, and only then a chance.

    points      = the sum of the whole points of the answers given; nothing else
    chance      = 1 / (1 + exp(-(intercept + slope × points + offset of the area)))
    band        = likely / unlikely / cannot tell, from two limits on the chance (kesher.engine.needs.card.calibration)

Applying needs numpy alone. Answers come as columns by question: numbers (n,) with NaN for none, or texts with "".
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kesher.engine.needs.card.refusals import Refusal, Use

Floats: TypeAlias = NDArray[np.float64]
Answers: TypeAlias = Mapping[str, "Sequence[str] | Floats | NDArray[np.str_]"]
#: Points of one answer lie between minus and plus this.
MOST_POINTS = 10
#: The version of the file; a card of another is refused, not guessed at.
FORMAT = 1
#: People who gave an answer, or outcomes known in an area, below which the card has not learnt from them.
LEAST_PEOPLE, LEAST_LOCAL = 30, 100
_MISSING, _UNKNOWN, _OUTSIDE = -1, -2, -3


class Band(StrEnum):
    """What the card says of a chance, with 90 % coverage of each outcome; mostly, honestly, that it cannot tell."""

    LIKELY = "likely"
    UNLIKELY = "unlikely"
    CANNOT_TELL = "cannot tell"


class CardError(ValueError):
    """The card, or what it should be learnt from, cannot be used. ``column`` and ``row`` (from 0) where known."""

    def __init__(self, message: str, *, column: str | None = None, row: int | None = None) -> None:
        super().__init__(message)
        self.column, self.row = column, row


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the column, and points (k,) for its answers with the number of people (k,) who gave each.

    For a figure ``edges`` (k - 1,) part the answers, each band holding its lower edge, and ``lowest`` and ``highest``
    are the range learnt from; for words ``choices`` (k,) lists them.
    """

    column: str
    points: tuple[int, ...]
    people: tuple[int, ...]
    edges: tuple[float, ...] = ()
    lowest: float = -np.inf
    highest: float = np.inf
    choices: tuple[str, ...] | None = None

    def answer(self, place: int) -> str:
        """An answer in words: a choice, or "10 to below 20"."""
        if self.choices is not None:
            return self.choices[place]
        if not self.edges:
            return "any"
        if place == 0:
            return f"below {self.edges[0]:g}"
        if place == len(self.edges):
            return f"{self.edges[-1]:g} or more"
        return f"{self.edges[place - 1]:g} to below {self.edges[place]:g}"

    def places(self, answers: "Sequence[str] | Floats | NDArray[np.str_]") -> NDArray[np.int64]:
        """Which answer each person gave (n,); negative where none, an unknown one or one out of range."""
        if self.choices is not None:
            known = {choice: place for place, choice in enumerate(self.choices)}
            texts = [str(one).strip() for one in answers]
            return np.array([known.get(one, _UNKNOWN) if one else _MISSING for one in texts], dtype=np.int64)
        figures = np.asarray(answers, dtype=np.float64)
        found = np.searchsorted(np.array(self.edges), figures, side="right").astype(np.int64)
        with np.errstate(invalid="ignore"):
            found[(figures < self.lowest) | (figures > self.highest)] = _OUTSIDE
        found[np.isnan(figures)] = _MISSING
        return found


@dataclass(frozen=True, slots=True)
class Card:
    """A card with what it needs to be judged: when it was learnt, until when it holds, for whom, and how well it did."""

    target: str
    questions: tuple[Question, ...]
    intercept: float
    slope: float
    likely_from: float
    unlikely_to: float
    learnt: date
    valid_until: date
    areas: Mapping[str, tuple[float, int]]  # area -> (offset on the logit, outcomes known there)
    area_column: str | None = None
    demo: bool = False
    measures: Mapping[str, float] = field(default_factory=dict)
    fingerprint: str = ""

    @property
    def damaged(self) -> bool:
        """True when the card is not as :func:`sealed` left it."""
        return self.fingerprint != _fingerprint(self)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What holds for a whole run besides the card itself."""

    today: date
    use: str = Use.MORE_SUPPORT
    switched_off: bool = False
    drifted_areas: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scores:
    """Per person: ``points`` (n,), ``chance`` (n,), NaN where refused; ``band``, ``refusal`` and the places of answers."""

    points: NDArray[np.int64]
    chance: Floats
    band: tuple[Band | None, ...]
    refusal: tuple[Refusal | None, ...]
    places: NDArray[np.int64]  # (n, questions)

    def reasons(self, card: Card, person: int) -> tuple[tuple[str, str, int], ...]:
        """(question, answer, points) of one person who was not refused; the points add up to the person's exactly."""
        if self.refusal[person] is not None:
            return ()
        return tuple(
            (one.column, one.answer(int(place)), one.points[int(place)])
            for one, place in zip(card.questions, self.places[person], strict=True)
        )


def points_of(card: Card, answers: Answers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Points (n,) and places (n, questions); an answer that has no place adds nothing here and is refused by score."""
    columns = [one.places(answers[one.column]) for one in card.questions]
    places = np.column_stack(columns)
    total = np.zeros(len(places), dtype=np.int64)
    for one, column in zip(card.questions, columns, strict=True):
        total += np.where(column >= 0, np.array(one.points, dtype=np.int64)[np.maximum(column, 0)], 0)
    return total, places


def chance_of(card: Card, points: NDArray[np.int64], offsets: Floats | float = 0.0) -> Floats:
    """The chance (n,) that points stand for, in an area with such an offset."""
    exponent = card.intercept + card.slope * points + offsets
    return np.asarray(1 / (1 + np.exp(-exponent)), dtype=np.float64)


def score(
    card: Card,
    answers: Answers,
    circumstances: Circumstances,
    *,
    areas: Sequence[str] | None = None,
    objected: NDArray[np.bool_] | None = None,
) -> Scores:
    """Scores people, or refuses them. Raises CardError where a column that the card asks for is not there."""
    for one in card.questions:
        if one.column not in answers:
            raise CardError("the card asks for this column and it is not there", column=one.column)
    points, places = points_of(card, answers)
    n = len(points)
    everybody = _for_everybody(card, circumstances)
    if everybody is not None:
        nothing = np.full(n, np.nan)
        return Scores(points, nothing, (None,) * n, (everybody,) * n, places)
    where = [""] * n if card.area_column is None else ["" if areas is None else one for one in areas or [""] * n]
    local = [card.areas.get(one, (0.0, 0)) for one in where]
    offsets = np.array([offset for offset, _ in local])
    chance = chance_of(card, points, offsets)
    supported = np.column_stack(
        [
            np.where(place >= 0, np.array(one.people)[np.maximum(place, 0)], 0)
            for one, place in zip(card.questions, places.T, strict=True)
        ]
    )
    conditions = {
        Refusal.DRIFTED: np.array([one in circumstances.drifted_areas for one in where]),
        Refusal.OBJECTED: np.zeros(n, dtype=bool) if objected is None else objected,
        Refusal.NO_LOCAL_HISTORY: np.array([known < LEAST_LOCAL for _, known in local]),
        Refusal.MISSING_ANSWER: (places == _MISSING).any(axis=1),
        Refusal.UNKNOWN_ANSWER: (places == _UNKNOWN).any(axis=1),
        Refusal.OUT_OF_RANGE: (places == _OUTSIDE).any(axis=1),
        Refusal.GROUP_NOT_REPRESENTED: (supported < LEAST_PEOPLE).any(axis=1),
    }
    refusal: list[Refusal | None] = [None] * n
    for kind, holds in reversed(conditions.items()):
        for person in np.flatnonzero(holds):
            refusal[person] = kind
    refused = np.array([one is not None for one in refusal], dtype=bool)
    chance[refused] = np.nan
    likely, unlikely = chance >= card.likely_from, chance <= card.unlikely_to
    bands = np.where(likely & ~unlikely, 0, np.where(unlikely & ~likely, 1, 2))
    names = (Band.LIKELY, Band.UNLIKELY, Band.CANNOT_TELL)
    band = tuple(None if no else names[place] for no, place in zip(refused, bands, strict=True))
    return Scores(points, chance, band, tuple(refusal), places)


def _for_everybody(card: Card, circumstances: Circumstances) -> Refusal | None:
    if circumstances.switched_off:
        return Refusal.SWITCHED_OFF
    if circumstances.use not in set(Use):
        return Refusal.USE_NOT_ALLOWED
    if card.damaged:
        return Refusal.DAMAGED
    if card.demo:
        return Refusal.DEMO_WEIGHTS
    if circumstances.today > card.valid_until:
        return Refusal.EXPIRED
    return None


def sealed(card: Card) -> Card:
    """The card with the fingerprint of all it says."""
    return replace(card, fingerprint=_fingerprint(card))


def _fingerprint(card: Card) -> str:
    content = as_data(replace(card, fingerprint=""))
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def as_data(card: Card) -> dict[str, Any]:
    """The card as JSON can hold it."""
    return {
        "format": FORMAT,
        "target": card.target,
        "learnt": card.learnt.isoformat(),
        "valid_until": card.valid_until.isoformat(),
        "demo": card.demo,
        "questions": [
            {
                "column": one.column,
                "points": list(one.points),
                "people": list(one.people),
                **(
                    {"choices": list(one.choices)}
                    if one.choices is not None
                    else {"edges": list(one.edges), "lowest": one.lowest, "highest": one.highest}
                ),
            }
            for one in card.questions
        ],
        "intercept": card.intercept,
        "slope": card.slope,
        "likely_from": card.likely_from,
        "unlikely_to": card.unlikely_to,
        "area_column": card.area_column,
        "areas": {name: {"offset": offset, "outcomes": known} for name, (offset, known) in card.areas.items()},
        "measures": dict(card.measures),
        "fingerprint": card.fingerprint,
    }


def from_data(data: Any) -> Card:
    """The card that :func:`as_data` wrote. Raises CardError where it is none, with what is wrong."""
    try:
        if data["format"] != FORMAT:
            raise CardError(f"it is a card of format {data['format']!r}; this program reads {FORMAT}")
        questions = tuple(_question(one) for one in data["questions"])
        card = Card(
            target=str(data["target"]),
            questions=questions,
            intercept=float(data["intercept"]),
            slope=float(data["slope"]),
            likely_from=float(data["likely_from"]),
            unlikely_to=float(data["unlikely_to"]),
            learnt=date.fromisoformat(data["learnt"]),
            valid_until=date.fromisoformat(data["valid_until"]),
            areas={name: (float(one["offset"]), int(one["outcomes"])) for name, one in data["areas"].items()},
            area_column=data["area_column"],
            demo=bool(data["demo"]),
            measures={name: float(value) for name, value in data["measures"].items()},
            fingerprint=str(data["fingerprint"]),
        )
    except CardError:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as fault:
        raise CardError(f"it is not a points card ({type(fault).__name__}: {fault})") from None
    if not questions:
        raise CardError("it asks no question")
    return card


def _question(data: Any) -> Question:
    points, people = tuple(map(int, data["points"])), tuple(map(int, data["people"]))
    choices = None if "choices" not in data else tuple(map(str, data["choices"]))
    edges = tuple(map(float, data.get("edges", ())))
    answers = len(edges) + 1 if choices is None else len(choices)
    if not len(points) == len(people) == answers:
        raise CardError(f"question {data['column']!r} has {answers} answers but points for {len(points)}")
    if any(abs(one) > MOST_POINTS for one in points):
        raise CardError(f"question {data['column']!r} has points beyond ±{MOST_POINTS}")
    if list(edges) != sorted(edges):
        raise CardError(f"question {data['column']!r} has edges out of order")
    if choices is not None:
        return Question(str(data["column"]), points, people, choices=choices)
    return Question(
        str(data["column"]), points, people, edges, lowest=float(data["lowest"]), highest=float(data["highest"])
    )
