"""Services for one situation, in three colours, ordered by fit, with the score in parts that can be shown.

    score = Σ weight · value,   each value between 0 and 1, weights summing to 1 (`WEIGHTS`)

    need       how well it answers the visitor's own words, as a share of the best; without words 1 for the need chosen first,
               0.8 for another one chosen; 1 when nothing was said
    distance   1 / (1 + kilometres to the nearest place / 5): half at 5 km; at least 0.8 when also remote; 0.5 when unknown, or
               farther than 250 km: nobody goes there, it is rung up or written to, and how well that goes is not known
    language   1 when one of the visitor's languages is offered, 0 when not, 0.5 when not known
    start      1 when one can begin within two weeks, then 1 / (1 + days / 60); 0.5 when the date has passed
    places     1 when a place is free, 0 when none is, 0.5 when not known
    checked    1 within 90 days of the last check, falling to 0 a year later; 0 when never checked

What it is for weighs most: the right course an hour away helps more than another one next door.

A weighted sum and not a learned score: each part can be said in a sentence, and a weight argued about. The score does not
know the verdict. What does not fit comes last; what may fit stands a tenth lower than if it fitted: of two that answer a
need alike the one that fits comes first, but what was asked for and waits for an answer comes before what anybody may have
and nobody asked for. (All that fits before all that may fit was tried: before anything was answered, in 75 of a hundred
written situations the right service was among the first five, so in 89.) What is farther than an hour's way, and cannot be had
from here, stands a tenth lower too: a distance that counts a twentieth more or less does not say that nobody will go there.
Of what is one thing at several places the best comes first and the others stand lower: five answers instead of one at five
addresses.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.distance import kilometres
from kesher.engine.eligibility import Explanation, SharedAnswers, explain
from kesher.engine.eligibility.rule_set import NO, UNSETTLED, YES
from kesher.engine.eligibility.values import Json
from kesher.engine.orientation.catalogue import Catalogue, Floats, Mask, Numbers, Service, Situation

WEIGHTS: Final[Mapping[str, float]] = MappingProxyType(
    {"need": 0.60, "distance": 0.15, "language": 0.10, "start": 0.04, "places": 0.07, "checked": 0.04}
)
HALF_DISTANCE: Final = 5.0  # kilometres at which a place is half as near as next door
REMOTE_AT_LEAST: Final = 0.8
BEYOND: Final = 250.0  # kilometres that nobody travels: the head office of a help line for the whole country
#: Kilometres of about an hour's way: nobody goes farther for everyday help; and how much lower stands what is.
AN_HOUR: Final = 60.0
FAR_STANDS_LOWER: Final = 0.10
SOON: Final = 14  # days
#: How much lower a service stands while it is not known whether it fits.
UNSETTLED_STANDS_LOWER: Final = 0.10
#: How much lower each further place of the same kind stands, and at most.
REPEATED, REPEATED_AT_MOST = 0.10, 0.20
TOP: Final = 10


class Colour(StrEnum):
    """How a service suits: it fits, it may fit (something is not known), it does not fit."""

    FITS = "fits"
    MAY_FIT = "may fit"
    DOES_NOT_FIT = "does not fit"


_COLOURS: Final = {YES: Colour.FITS, UNSETTLED: Colour.MAY_FIT, NO: Colour.DOES_NOT_FIT}


@dataclass(frozen=True)
class Part:
    """One part of a score: `points` = `weight` · `value`."""

    name: str
    value: float
    weight: float

    @property
    def points(self) -> float:
        return self.weight * self.value


@dataclass(frozen=True)
class Result:
    """One service in the result. `distance`: kilometres as the crow flies, None when unknown. `index`: its place in the
    catalogue. `explanation()` builds the trace; ask it only for what is shown."""

    service: Service
    index: int
    colour: Colour
    score: float
    parts: tuple[Part, ...]
    distance: float | None
    facts: Mapping[str, Json]

    def explanation(self) -> Explanation:
        """Why this colour: the conditions that decide, the facts missing, what would change a "no"."""
        return explain(True if self.service.rule is None else self.service.rule, self.facts)


@dataclass(frozen=True)
class Group:
    """The results that serve one need, best first; `total` counts those not shown too."""

    need: str
    results: tuple[Result, ...]
    total: int


class Orientation:
    """All services of a catalogue for one situation.

    `verdicts`: shape (n,), −1, 0, +1; `ruled`: those of the rules alone, by which questions are chosen: what only an office can
    say is as settled as it gets. `relevant`: shape (n,), those that serve a need asked for. `scores`: shape (n,), of the
    relevant; what stands at the others means nothing (a question speaks of a fiftieth of a large directory).
    `distances`: shape (n,), kilometres, NaN when unknown. `among`: shape (n,), the only services looked at (a visitor's
    filters); None for all.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        situation: Situation,
        answers: SharedAnswers | None = None,
        among: Mask | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.situation = situation
        self.answers = answers or catalogue.rules.answers(situation.asked)
        self.among = among

    def only(self, among: Mask) -> "Orientation":
        """The same orientation, looking at these services alone."""
        fewer = Orientation(self.catalogue, self.situation, self.answers, among)
        for name in ("found", "distances", "ruled"):
            if name in self.__dict__:
                fewer.__dict__[name] = self.__dict__[name]
        if "scores" in self.__dict__ and not (among & ~self.relevant).any():
            fewer.__dict__["relevant"], fewer.__dict__["scores"] = among, self.scores
            if "by_score" in self.__dict__:  # some of what has been put in order stands in the same order
                fewer.__dict__["by_score"] = self.by_score[among[self.by_score]]
        return fewer

    @cached_property
    def ruled(self) -> NDArray[np.int8]:
        return self.answers.verdicts

    @cached_property
    def verdicts(self) -> NDArray[np.int8]:
        return np.where(self.catalogue.unsaid & (self.ruled == YES), UNSETTLED, self.ruled).astype(np.int8)

    def with_answer(self, fact: str, value: Json) -> "Orientation":
        """The orientation when one more fact is known; what the answer does not touch is not computed again."""
        answers = self.answers.with_fact(fact, value)
        facts = {key: given for key, given in answers.facts.items() if key != "today" or key in self.situation.facts}
        situation = replace(self.situation, facts=facts)
        return self._standing_as_now(Orientation(self.catalogue, situation, answers, self.among))

    def with_one_of(self, fact: str, values: Sequence[Json]) -> "Orientation":
        """The orientation when of one more fact only that much is known that its value is one of these.

        A verdict stands where it is the same for each of them, and is open where they differ: Kleene's reading of "not known",
        by trying (supervaluation: van Fraassen, The Journal of Philosophy 63, 1966). Asked for an explanation, a result tells
        the fact as not known.
        """
        tried = np.stack([self.answers.with_fact(fact, value).verdicts for value in values])
        after = self._standing_as_now(Orientation(self.catalogue, self.situation, self.answers, self.among))
        after.__dict__["ruled"] = np.where((tried == tried[0]).all(axis=0), tried[0], UNSETTLED)
        return after

    def _standing_as_now(self, after: "Orientation") -> "Orientation":
        """What no fact changes is not computed again."""
        for name in ("found", "relevant", "distances", "scores", "standing", "by_score"):
            if name in self.__dict__:
                after.__dict__[name] = self.__dict__[name]
        return after

    @cached_property
    def relevant(self) -> Mask:
        everything = np.ones(len(self.catalogue), dtype=bool) if self.among is None else self.among
        if not self.situation.needs and not self.situation.found:
            return everything
        return everything & (self.catalogue.any_of(self.catalogue.needs, self.situation.needs) | (self.found > 0))

    @cached_property
    def found(self) -> Floats:
        """Shape (n,): how well each answers the visitor's own words; 0 for those that the words did not find."""
        found = np.zeros(len(self.catalogue))
        for key, score in self.situation.found.items():
            number = self.catalogue.number_of.get(key)
            if number is not None:
                found[number] = score
        return found

    @cached_property
    def distances(self) -> Floats:
        return self._distances_of(np.arange(len(self.catalogue)))

    def _distances_of(self, which: Numbers) -> Floats:
        """Shape (which,): kilometres from the visitor to the nearest place of each; NaN when unknown."""
        if "distances" in self.__dict__:
            return self.distances[which]
        if self.situation.place is None:
            return np.full(len(which), np.nan)
        catalogue = self.catalogue
        wanted = np.zeros(len(catalogue), dtype=bool)
        wanted[which] = True
        here = np.flatnonzero(wanted[catalogue.place_of])
        nearest = np.full(len(catalogue), np.inf)
        away = kilometres(*self.situation.place, catalogue.latitude[here], catalogue.longitude[here])
        np.minimum.at(nearest, catalogue.place_of[here], away)
        return np.where(np.isinf(nearest[which]), np.nan, nearest[which])

    def parts_of(self, which: Numbers) -> dict[str, Floats]:
        """For each part of the score its values for these services, shape (which,)."""
        catalogue, today = self.catalogue, self.situation.today.toordinal()
        distances = self._distances_of(which)
        near = np.where(distances <= BEYOND, 1 / (1 + distances / HALF_DISTANCE), 0.5)  # also where it is not known
        wait = catalogue.starts[which] - today
        age = today - catalogue.checks[which]
        free = catalogue.free[which]
        spoken = catalogue.any_of(catalogue.languages, self.situation.languages)[which]
        language = np.where(catalogue.speaks[which] & bool(self.situation.languages), spoken, 0.5)
        start = np.where(wait < 0, 0.5, np.where(wait <= SOON, 1.0, 1 / (1 + np.maximum(wait, 0) / 60)))
        return {
            "need": self._need_of(which),
            "distance": np.where(catalogue.remote[which], np.maximum(near, REMOTE_AT_LEAST), near),
            "language": language.astype(float),
            "start": np.where(np.isnan(wait), 1.0, start),
            "places": np.where(np.isnan(free), 0.5, free > 0).astype(float),
            "checked": np.where(np.isnan(age), 0.0, np.clip(1 - (age - 90) / 365, 0.0, 1.0)),
        }

    def _need_of(self, which: Numbers) -> Floats:
        if not self.situation.needs and not self.situation.found:
            return np.ones(len(which))
        if self.situation.found:
            return self.found[which]
        found = np.zeros(len(self.catalogue))
        for place, need in reversed(tuple(enumerate(self.situation.needs))):
            found[self.catalogue.any_of(self.catalogue.needs, [need])] = 0.8 if place else 1.0
        return found[which]

    @cached_property
    def scores(self) -> Floats:
        scores = np.full(len(self.catalogue), -np.inf)
        relevant = np.flatnonzero(self.relevant)
        scores[relevant] = _weighed(self.parts_of(relevant), len(relevant))
        return scores

    @cached_property
    def standing(self) -> Floats:
        """Shape (n,): the score, less what is too far, and less what further places of the same kind lose: the best of each
        kind stands before the second of any that is as good. Not relevant: minus infinity."""
        standing = np.full(len(self.catalogue), -np.inf)
        relevant = np.flatnonzero(self.relevant)
        away = self._distances_of(relevant)
        far = (away > AN_HOUR) & (away <= BEYOND) & ~self.catalogue.remote[relevant]
        scores = self.scores.copy()
        scores[relevant] -= FAR_STANDS_LOWER * far
        best_first = relevant[np.argsort(-scores[relevant], kind="stable")]
        kinds = self.catalogue.kinds[best_first]
        by_kind = np.argsort(kinds, kind="stable")
        _, first = np.unique(kinds[by_kind], return_index=True)
        sizes = np.diff(np.append(first, len(kinds)))
        before = np.empty(len(kinds))  # how many of the same kind stand before
        before[by_kind] = np.arange(len(kinds)) - np.repeat(first, sizes)
        standing[best_first] = scores[best_first] - np.minimum(REPEATED * before, REPEATED_AT_MOST)
        return standing

    @cached_property
    def by_score(self) -> NDArray[np.int64]:
        """The relevant services, the highest standing first; equal ones in the catalogue's order."""
        relevant = np.flatnonzero(self.relevant)
        ordered: NDArray[np.int64] = relevant[np.argsort(-self.standing[relevant], kind="stable")]
        return ordered

    def order(self) -> NDArray[np.int64]:
        """The relevant services as they are shown: by standing, what may fit a little lower; last what does not fit."""
        verdicts = self.verdicts[self.by_score]
        standing = self.standing_of(self.by_score)
        ordered: NDArray[np.int64] = self.by_score[np.lexsort((-standing, verdicts == NO))]
        return ordered

    def standing_of(self, which: NDArray[np.int64]) -> Floats:
        """Shape (which,): the standing of some, what may fit a little lower."""
        standing: Floats = self.standing[which] - UNSETTLED_STANDS_LOWER * (self.verdicts[which] == UNSETTLED)
        return standing

    def counts(self) -> dict[Colour, int]:
        """How many relevant services have each colour."""
        verdicts = self.verdicts[self.relevant]
        return {colour: int((verdicts == number).sum()) for number, colour in _COLOURS.items()}

    def results(self, limit: int = TOP, *, colour: Colour | None = None) -> list[Result]:
        """The first `limit` results, of one colour or of all."""
        order = self.order()
        if colour is not None:
            wanted = next(number for number, one in _COLOURS.items() if one is colour)
            order = order[self.verdicts[order] == wanted]
        return self.results_of(order[:limit].tolist())

    def groups(self, limit: int = TOP) -> list[Group]:
        """The results by need, in the order the visitor named them (all needs, by name, when none was named). A service
        that serves two needs stands in both groups."""
        needs = self.situation.needs or tuple(sorted(self.catalogue.needs))
        return [group for need in needs if (group := self._group(need, limit)).total]

    def by_words(self, limit: int = TOP) -> Group:
        """What only the visitor's words found: no need that was named stands above it."""
        return self._those(
            "", (self.found > 0) & ~self.catalogue.any_of(self.catalogue.needs, self.situation.needs), limit
        )

    def open_above_top(self, top: int = TOP) -> NDArray[np.int64]:
        """The open services that could still enter the first `top` that fit, highest score first.

        Walking down by score: until `top` services have been met that fit, each that may fit could be one of them. When
        none is left no answer can change the first `top`. What waits for the office's word alone stays where it is.
        """
        candidates: NDArray[np.int64] = self.by_score[self.ruled[self.by_score] != NO]
        return candidates[open_above(self.ruled[candidates], top)]

    def settled(self, top: int = TOP) -> bool:
        """Whether no further answer could change which services are the first `top` that fit."""
        return not len(self.open_above_top(top))

    def _group(self, need: str, limit: int) -> Group:
        return self._those(need, self.catalogue.any_of(self.catalogue.needs, [need]), limit)

    def _those(self, need: str, mask: NDArray[np.bool_], limit: int) -> Group:
        order = self.order()
        order = order[mask[order]]
        return Group(need, tuple(self.results_of(order[:limit].tolist())), len(order))

    def results_of(self, numbers: Sequence[int]) -> list[Result]:
        """Services of the catalogue by their numbers, relevant or not, in the order given."""
        which = np.array(numbers, dtype=np.int64)
        parts = self.parts_of(which)
        return [
            Result(
                service=self.catalogue.services[index],
                index=index,
                colour=_COLOURS[verdict],
                score=score,
                parts=tuple(Part(name, value, WEIGHTS[name]) for name, value in zip(parts, values, strict=True)),
                distance=None if np.isnan(distance) else distance,
                facts=self.answers.facts,
            )
            for index, verdict, score, distance, *values in zip(
                which.tolist(),
                self.verdicts[which].tolist(),
                _weighed(parts, len(which)).tolist(),
                self._distances_of(which).tolist(),
                *(values.tolist() for values in parts.values()),
                strict=True,
            )
        ]


def _weighed(parts: Mapping[str, Floats], size: int) -> Floats:
    """Shape (size,): the sum of the parts by their weights, always in the same order: equal scores stay equal."""
    total: Floats = sum((weight * parts[name] for name, weight in WEIGHTS.items()), np.zeros(size))
    return total


def open_above(verdicts: NDArray[np.int8], top: int) -> NDArray[np.int64]:
    """Places, in verdicts ordered by score, of those unsettled before the `top`-th that fits."""
    fits = np.cumsum(verdicts == YES)
    return np.flatnonzero((verdicts == UNSETTLED) & (fits < top))


def orient(catalogue: Catalogue, situation: Situation) -> Orientation:
    """The services of a catalogue for one situation."""
    return Orientation(catalogue, situation)
