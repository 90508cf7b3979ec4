"""Who gets this month's intensive places: exactly, with needs as a floor, waits capped and audited groups alike.

    maximise   Σ gain[i, level of i]
    such that  each person has one level, not below what the needs rules say
               advisers: Σ 1 / caseload[level] of everybody's levels ≤ advisers at hand
               whoever has waited the longest allowed has at least the level proposed
               in each audited group the share of intensive places lies within ``parity`` of everybody's

The gain is the score's and may only add to what needs give. Solved by HiGHS (Huangfu and Hall 2018): the relaxed programme
first, in which nearly everybody has a whole level already; then, exactly, a mixed-integer programme over those who have
not and those nearest to another level (smallest reduced cost), everybody else fixed. The relaxed programme bounds what any
other division could reach, so the gap to the best is known; where it is not small, the whole programme is solved.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import highspy
import numpy as np
from numpy.typing import NDArray

from kesher.engine import programmes

Floats: TypeAlias = NDArray[np.float64]
Whole: TypeAlias = NDArray[np.int64]
#: People per adviser at self-service, supported, intensive and wrap-around; offices may set others.
CASELOADS = (300.0, 150.0, 60.0, 25.0)
#: The level from which a place is called intensive.
INTENSIVE = 2
#: Groups smaller than this are not held to parity: one person more would swing their share too far.
LEAST_IN_GROUP = 30
#: The gap that is small enough, as a share of the gain, at which each programme stops, and the people left free.
_ENOUGH, _GAP, _FREE = 1e-3, 5e-5, 500


class AllocationError(ValueError):
    """No division meets all that was asked; the message says what would."""


@dataclass(frozen=True, slots=True)
class Allocation:
    """``level`` (n,) of each person; ``gain`` reached and the ``bound`` no division can pass; advisers used; intensive
    places in all, and the share of them in each audited group."""

    level: Whole
    gain: float
    bound: float
    advisers_used: float
    intensive: int
    shares: dict[str, float]

    @property
    def gap(self) -> float:
        """How far, at most, the gain is from the best, as a share of the bound."""
        return (self.bound - self.gain) / abs(self.bound) if self.bound else 0.0


def allocate(
    gain: Floats,
    floor: Whole,
    advisers: float,
    *,
    caseloads: Sequence[float] = CASELOADS,
    waited: Floats | None = None,
    longest_wait: float | None = None,
    proposed: Whole | None = None,
    groups: Sequence[str] | None = None,
    parity: float | None = None,
    seconds: float = 10.0,
) -> Allocation:
    """Divides advisers among people. ``gain`` is (n, levels), ``floor`` and ``proposed`` (n,) levels from 0, ``waited`` in the
    unit of ``longest_wait``.

    Raises AllocationError where advisers do not reach the floors, or parity cannot be met within them.
    """
    n, levels = gain.shape
    loads = 1 / np.asarray(caseloads, dtype=np.float64)
    if len(loads) != levels:
        raise AllocationError(f"there are {levels} levels but {len(loads)} caseloads")
    if not np.isfinite(gain).all():
        raise AllocationError("a gain is not a finite number")
    least = floor.astype(np.int64)
    if waited is not None and longest_wait is not None and proposed is not None:
        least = np.where(waited >= longest_wait, np.maximum(least, proposed), least)
    needed = float(loads[least].sum())
    if needed > advisers + 1e-9:
        raise AllocationError(
            f"the least levels that needs and waits ask for take {needed:.1f} advisers; there are {advisers:g}"
        )
    parts, names = _parity(groups, n)
    lp = _programme(gain, least, loads, advisers, parts if parity is not None else [], parity or 0.0)
    values, reached, bound = _solved(lp, n, levels, seconds)
    level = values.reshape(n, levels).argmax(axis=1).astype(np.int64)
    intensive = level >= INTENSIVE
    return Allocation(
        level,
        reached,
        bound,
        float(loads[level].sum()),
        int(intensive.sum()),
        {name: float(intensive[part].mean()) for name, part in zip(names, parts, strict=True)},
    )


def people_for_one_more(now: Allocation, more: Allocation) -> int:
    """The price of one more adviser in people per month: intensive places with one more, less those now.

    Both are from :func:`allocate` with everything else the same.
    """
    return more.intensive - now.intensive


def _parity(groups: Sequence[str] | None, n: int) -> tuple[list[Whole], list[str]]:
    if groups is None:
        return [], []
    if len(groups) != n:
        raise AllocationError(f"there are {n} people but groups for {len(groups)}")
    array = np.array(list(groups), dtype=object)
    names = [name for name in sorted(set(groups)) if int((array == name).sum()) >= LEAST_IN_GROUP]
    return [np.flatnonzero(array == name).astype(np.int64) for name in names], names


def _programme(
    gain: Floats, least: Whole, loads: Floats, advisers: float, parts: Sequence[Whole], parity: float
) -> highspy.HighsLp:
    """Variables in the order of ``gain.ravel()``, then everybody's share of intensive places; rows: one per person, the
    advisers, the share, then one per audited group."""
    n, levels = gain.shape
    place = np.arange(n * levels)
    person, level = place // levels, place % levels
    intensive = place[level >= INTENSIVE]
    share = n * levels
    rows = [person, np.full(n * levels, n), np.full(len(intensive) + 1, n + 1)]
    columns = [place, place, np.append(intensive, share)]
    entries = [np.ones(n * levels), loads[level], np.append(np.full(len(intensive), 1 / n), -1.0)]
    for number, part in enumerate(parts):
        inside = np.zeros(n, dtype=bool)
        inside[part] = True
        theirs = intensive[inside[person[intensive]]]
        rows.append(np.full(len(theirs) + 1, n + 2 + number))
        columns.append(np.append(theirs, share))
        entries.append(np.append(np.full(len(theirs), 1 / len(part)), -1.0))
    row, column, entry = np.concatenate(rows), np.concatenate(columns), np.concatenate(entries)
    order = np.lexsort((row, column))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = n * levels + 1, n + 2 + len(parts)
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.append(gain.ravel(), 0.0)
    lp.col_lower_ = np.zeros(n * levels + 1)
    lp.col_upper_ = np.append((level >= least[person]).astype(np.float64), 1.0)
    lp.row_lower_ = np.concatenate([np.ones(n), [-highspy.kHighsInf, 0.0], np.full(len(parts), -parity)])
    lp.row_upper_ = np.concatenate([np.ones(n), [advisers, 0.0], np.full(len(parts), parity)])
    lp.integrality_ = [highspy.HighsVarType.kInteger] * (n * levels) + [highspy.HighsVarType.kContinuous]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=n * levels + 1))])
    lp.a_matrix_.index_ = row[order]
    lp.a_matrix_.value_ = entry[order]
    return lp


def _solved(lp: highspy.HighsLp, n: int, levels: int, seconds: float) -> tuple[Floats, float, float]:
    """Values of the division's variables, the gain and its bound; see the module's text."""
    whole = lp.integrality_
    lp.integrality_ = []
    relaxed = _run(lp, seconds)
    if relaxed is None:
        raise AllocationError("the shares of the audited groups cannot be that close with these advisers and floors")
    values, duals, bound = relaxed
    shares = values[: n * levels].reshape(n, levels)
    reduced = np.abs(duals[: n * levels].reshape(n, levels))
    chosen = shares.argmax(axis=1)
    reduced[np.arange(n), chosen] = np.inf
    nearness = np.where(shares.max(axis=1) < 1 - 1e-7, -1.0, reduced.min(axis=1))
    fixed = np.ones(n, dtype=bool)
    fixed[np.argsort(nearness, kind="stable")[:_FREE]] = False
    lower, upper = np.array(lp.col_lower_), np.array(lp.col_upper_)
    kept = np.zeros((n, levels))
    kept[np.arange(n), chosen] = 1.0
    columns = np.repeat(fixed, levels)
    lp.col_lower_ = np.concatenate([np.where(columns, kept.ravel(), lower[: n * levels]), lower[n * levels :]])
    lp.col_upper_ = np.concatenate([np.where(columns, kept.ravel(), upper[: n * levels]), upper[n * levels :]])
    lp.integrality_ = whole
    found = _run(lp, seconds)
    if found is None or bound - found[2] > _ENOUGH * max(abs(bound), 1e-9):
        lp.col_lower_, lp.col_upper_ = lower, upper
        better = _run(lp, seconds)
        if better is None and found is None:
            raise AllocationError(
                "the shares of the audited groups cannot be that close with these advisers and floors"
            )
        if better is not None and (found is None or better[2] > found[2]):
            found = better
    assert found is not None
    return found[0][: n * levels], found[2], bound


def _run(lp: highspy.HighsLp, seconds: float) -> tuple[Floats, Floats, float] | None:
    """Values, reduced costs and objective; None where nothing meets the rows. Raises AllocationError when time is up."""
    solver = programmes.solver(seconds, mip_rel_gap=_GAP, random_seed=42)
    solver.passModel(lp)
    programmes.run(solver)
    status = solver.getModelStatus()
    if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
        return None
    info, solution = solver.getInfo(), solver.getSolution()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise AllocationError(f"no division was found within {seconds:g} seconds")
    values = np.asarray(solution.col_value, dtype=np.float64)
    duals = np.asarray(solution.col_dual, dtype=np.float64)
    if len(duals) != len(values):
        duals = np.zeros(len(values))
    return values, duals, float(info.objective_function_value)
