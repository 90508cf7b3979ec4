"""Why a vacancy is proposed, what is missing, and what would change it; for a person, and for who offers a vacancy.

Nothing here is prose: each answer names a part, a limit or a skill with its numbers; pages say it in the reader's language.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from kesher.engine.matching.limits import Atoms, Change
from kesher.engine.matching.market import Market
from kesher.engine.matching.model import Integers, Verdict
from kesher.engine.matching.nearness import skill_credits

#: What a skill must be covered by, so that it is not called missing.
COVERED = 0.999


@dataclass(frozen=True, slots=True)
class PartSaid:
    """One part of a score: ``value`` 0 to 1, None unknown; ``adds`` what it adds to its side."""

    name: str
    side: str  # "gain" or "fit"
    value: float | None
    adds: float


@dataclass(frozen=True, slots=True)
class MissingSkill:
    """A skill asked for that is not covered: what the person has towards it, ``nearest`` what that is, "" nothing."""

    skill: str
    essential: bool
    credit: float
    nearest: str
    trainable: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """One pair. ``gain`` P and ``fit`` Q, and what each could be at most if all that is unknown turned out well.

    ``parts`` are sorted by what they add: the first are why. ``changes`` are limits broken or unknown; ``verdict`` the least
    of them. ``travel`` in the unit of the market, None unknown: also where it is no limit, moving and commuting have a cost.
    """

    person: str
    vacancy: str
    score: float
    gain: float
    fit: float
    gain_at_most: float
    fit_at_most: float
    verdict: Verdict
    parts: tuple[PartSaid, ...]
    missing: tuple[MissingSkill, ...]
    changes: tuple[Change, ...]
    travel: float | None

    @property
    def unknown(self) -> tuple[str, ...]:
        """Limits of which somebody has to be asked."""
        return tuple(dict.fromkeys(one.limit for one in self.changes if one.verdict is Verdict.UNKNOWN))


def explain(
    market: Market, person: int, vacancies: Integers, *, trainable: Collection[str] = frozenset()
) -> list[Explanation]:
    """Of one person and some vacancies, by their numbers. ``trainable``: skills that can be learned here."""
    return _explained(market, np.full(len(vacancies), person), np.asarray(vacancies, dtype=np.int64), trainable)


def explain_candidates(
    market: Market, vacancy: int, people: Integers, *, trainable: Collection[str] = frozenset()
) -> list[Explanation]:
    """Of one vacancy and some people: the same reasons, read from the other side."""
    return _explained(market, np.asarray(people, dtype=np.int64), np.full(len(people), vacancy), trainable)


def _explained(market: Market, rows: Integers, cols: Integers, trainable: Collection[str]) -> list[Explanation]:
    if not rows.size:
        return []
    sides = (("gain", market.scores.gain), ("fit", market.scores.fit))
    known = {name: side.said(rows, cols) for name, side in sides}
    weights = {(name, part.name): weight for name, side in sides for part, weight in side.parts}
    values, most = ({name: side.total(known[name], unknown) for name, side in sides} for unknown in (0.0, 1.0))
    verdicts = market.limits.verdicts(rows, cols).min(axis=0, initial=Verdict.YES)
    far = market.travel.amount(rows, cols)
    missing = _missing(market, rows.tolist(), cols.tolist(), trainable)
    rest = 1 - market.weights.scale["least"]
    found = []
    for at, (row, col) in enumerate(zip(rows.tolist(), cols.tolist(), strict=True)):
        parts = []
        for (side, name), weight in weights.items():
            value = float(known[side][name][at])
            unknown = value != value  # NaN
            parts.append(PartSaid(name, side, None if unknown else value, 0.0 if unknown else rest * weight * value))
        parts.sort(key=lambda part: (-part.adds, part.side, part.name))
        gain, fit = float(values["gain"][at]), float(values["fit"][at])
        found.append(
            Explanation(
                market.people[row].id,
                market.vacancies[col].id,
                gain * fit,
                gain,
                fit,
                float(most["gain"][at]),
                float(most["fit"][at]),
                Verdict(int(verdicts[at])),
                tuple(parts),
                tuple(missing[at]),
                tuple(market.limits.changes(row, col)) if verdicts[at] != Verdict.YES else (),
                None if np.isnan(far[at]) else float(far[at]),
            )
        )
    return found


def _missing(market: Market, rows: list[int], cols: list[int], trainable: Collection[str]) -> list[list[MissingSkill]]:
    """Of each pair: skills asked for that are not covered, essential ones first; none where nobody knows what they can do."""
    open_ = [_open_skills(market, row, col) for row, col in zip(rows, cols, strict=True)]
    held = sorted({skill for row in set(rows) for skill in market.people[row].skills or ()})
    asked = sorted({skill for wanted in open_ for skill, _ in wanted})
    credits = skill_credits(held, asked, market.skills, market.weights.near).toarray()
    number, column = ({skill: at for at, skill in enumerate(skills)} for skills in (held, asked))
    found = []
    for row, wanted in zip(rows, open_, strict=True):
        mine = [number[skill] for skill in sorted(market.people[row].skills or ())]
        missing = []
        for skill, essential in wanted:
            towards = credits[mine, column[skill]]
            best = int(towards.argmax()) if mine else 0
            credit = float(towards[best]) if mine else 0.0
            if credit < COVERED:
                nearest = held[mine[best]] if credit > 0 else ""
                missing.append(MissingSkill(skill, essential, credit, nearest, skill in trainable))
        found.append(missing)
    return found


def _open_skills(market: Market, person: int, vacancy: int) -> list[tuple[str, bool]]:
    """Skills asked for that are not held as such, and whether they are essential."""
    held, offer = market.people[person].skills, market.vacancies[vacancy]
    if held is None:
        return []
    wanted = dict.fromkeys(offer.optional, False) | dict.fromkeys(offer.essential, True)
    return sorted(
        ((skill, essential) for skill, essential in wanted.items() if skill not in held), key=lambda one: not one[1]
    )


@dataclass(frozen=True, slots=True)
class Opening:
    """What would open more: one limit, or one thing of it, and the number of pairs that only this keeps apart."""

    limit: str
    what: str  # the thing asked for; "" the limit as a whole
    more: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Reach:
    """How many pass surely, how many maybe, and what would open more, the most first."""

    sure: int
    maybe: int
    openings: tuple[Opening, ...]


def what_would_open(market: Market, person: int) -> Reach:
    """For a person: vacancies that a single limit keeps from them, and of which nobody knows."""
    return _reach(market, np.array([person]), np.arange(len(market.vacancies)))


def what_would_widen(market: Market, vacancy: int) -> Reach:
    """For a vacancy: people that a single requirement keeps from it. Counts only, for an employer reads them."""
    return _reach(market, np.arange(len(market.people)), np.array([vacancy]))


def _reach(market: Market, rows: Integers, cols: Integers) -> Reach:
    rows, cols = (one.ravel() for one in np.broadcast_arrays(rows, cols))
    names = market.limits.names
    verdicts = market.limits.verdicts(rows, cols)
    least = verdicts.min(axis=0, initial=Verdict.YES)
    counts: Counter[tuple[str, str, Verdict]] = Counter()
    for verdict in (Verdict.NO, Verdict.UNKNOWN):
        alone = ((verdicts == verdict).sum(axis=0) == 1) & (verdicts >= verdict).all(axis=0)
        if verdict is Verdict.NO:
            alone &= (verdicts == Verdict.NO).sum(axis=0) == 1
        for at, name in enumerate(names):
            only = np.flatnonzero(alone & (verdicts[at] == verdict))
            if only.size:
                counts[name, "", verdict] += only.size
                counts.update(_single_atoms(market, name, verdict, rows[only], cols[only]))
    openings = [Opening(name, what, more, verdict) for (name, what, verdict), more in counts.items()]
    openings.sort(key=lambda one: (-one.more, one.limit, one.what, one.verdict))
    return Reach(int((least == Verdict.YES).sum()), int((least == Verdict.UNKNOWN).sum()), tuple(openings))


def _single_atoms(
    market: Market, name: str, verdict: Verdict, rows: Integers, cols: Integers
) -> Counter[tuple[str, str, Verdict]]:
    """Of pairs that one limit keeps apart: those that a single thing of it does."""
    found: Counter[tuple[str, str, Verdict]] = Counter()
    for limit in market.limits.all:
        if isinstance(limit, Atoms) and limit.name == name:
            askers, havers = (cols, rows) if limit.of_person else (rows, cols)
            lacks = limit.lacks_maybe if verdict is Verdict.NO else limit.lacks_sure
            missing = limit.asked[askers] & lacks[havers]
            single = np.flatnonzero(np.bitwise_count(missing).sum(axis=1) == 1)
            bits = np.unpackbits(missing[single].view(np.uint8), axis=1, bitorder="little")
            for atom, count in enumerate(bits.sum(axis=0).tolist()):
                if count:
                    found[name, limit.labels[atom], verdict] += count
    return found
