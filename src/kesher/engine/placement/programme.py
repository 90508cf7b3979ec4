"""The programme (1) of :mod:`kesher.engine.placement.model` on chosen columns, solved by HiGHS.

Rows: one per household that has a column (≤ 1), then one per place and service that is used and can be short. Columns:
the pairs, then, for services with soft capacities, the overflow o_jk ≤ c_jk − s_jk at the cost p. The matrix is built
by hand, column by column: HiGHS's modelling layer takes longer than the solver. (Huangfu and Hall, Mathematical
Programming Computation 10, 2018.)
"""

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from kesher.engine import programmes
from kesher.engine.placement.model import Floats, Integers, Problem
from kesher.engine.placement.prices import Columns

#: Above so many columns the interior point method is faster than the simplex method.
SIMPLEX_COLUMNS = 250_000


@dataclass(frozen=True)
class Relaxed:
    """An optimum of the linear relaxation on the columns: ``shares`` x (pairs,), prices λ (m, K), and its gain."""

    shares: Floats
    prices: Floats
    gain: float
    solved: bool


@dataclass(frozen=True)
class Whole:
    """What the integer programme found: ``chosen`` pairs (numbers into the columns), the proven bound on its gain."""

    chosen: Integers
    bound: float
    proven: bool


@dataclass(frozen=True)
class _Programme:
    model: Any
    households: int
    capacity_rows: Integers  # numbers place × K + service
    pairs: int


def _programme(round_: Problem, columns: Columns, room: Floats) -> _Programme:
    """``room`` (m, K): the hard capacities that are left."""
    _, row = np.unique(columns.rows, return_inverse=True)
    households = int(row.max()) + 1 if row.size else 0
    services = room.shape[1]
    pairs = columns.rows.size
    needs = round_.needs[columns.rows]
    cells = columns.places[:, None] * services + np.arange(services)
    # A capacity that even everybody together cannot fill is no row.
    most = np.bincount(cells.ravel(), weights=needs.ravel(), minlength=room.size)
    spread = np.where(round_.crowded, np.maximum(round_.hard - round_.soft, 0.0), 0.0).ravel()
    limit = room.ravel()
    short = np.flatnonzero(most > np.maximum(limit - spread, 0.0))
    number = np.full(room.size, -1)
    number[short] = households + np.arange(short.size)
    over = short[spread[short] > 0]
    inside = (number[cells] >= 0) & (needs > 0)
    height = 1 + inside.sum(axis=1)
    starts = np.concatenate([[0], np.cumsum(height), height.sum() + 1 + np.arange(over.size)]).astype(np.int32)
    index = np.empty(int(starts[-1]), dtype=np.int32)
    value = np.empty(index.size)
    heads = starts[:pairs]
    index[heads], value[heads] = row, 1.0
    pair, service = np.nonzero(inside)
    within = np.arange(pair.size) - np.repeat(np.cumsum(height - 1) - (height - 1), height - 1)
    at = heads[pair] + 1 + within
    index[at], value[at] = number[cells[pair, service]], needs[pair, service]
    index[starts[pairs : pairs + over.size]] = number[over]
    value[starts[pairs : pairs + over.size]] = -1.0
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = pairs + over.size, households + short.size
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate([columns.gains, np.full(over.size, -round_.soft_price)])
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([np.ones(pairs), np.minimum(spread[over], limit[over])])
    lp.row_lower_ = np.full(lp.num_row_, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate([np.ones(households), np.maximum(limit[short] - spread[short], 0.0)])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, value
    return _Programme(lp, households, short, pairs)


def relax(round_: Problem, columns: Columns, room: Floats, *, time_limit: float, vertex: bool | None = None) -> Relaxed:
    """The linear relaxation on ``columns`` with the capacities ``room`` (m, K).

    ``vertex``: a corner of the polytope (simplex), where at most m × K households are split, or any optimum (interior
    point); by the number of columns where None. When the time is up ``solved`` is False and shares and prices are what
    was reached.
    """
    prices = np.zeros_like(room)
    if not len(columns):
        return Relaxed(np.zeros(0), prices, 0.0, True)
    programme = _programme(round_, columns, room)
    solver = programmes.solver(time_limit)
    simplex = len(columns) <= SIMPLEX_COLUMNS if vertex is None else vertex
    solver.setOptionValue("solver", "simplex" if simplex else "ipm")
    if not simplex:
        solver.setOptionValue("run_crossover", "off")
    solver.passModel(programme.model)
    programmes.run(solver)
    solution = solver.getSolution()
    shares = np.array(solution.col_value, dtype=np.float64)[: programme.pairs]
    duals = np.array(solution.row_dual, dtype=np.float64)[programme.households :]
    if shares.size:
        prices.ravel()[programme.capacity_rows] = np.maximum(duals, 0.0)
    solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    gain = float(solver.getInfo().objective_function_value)
    return Relaxed(shares if shares.size else np.zeros(programme.pairs), prices, gain, solved)


def choose(
    round_: Problem, columns: Columns, room: Floats, *, time_limit: float, start: Integers | None = None
) -> Whole:
    """The integer programme on ``columns``, to the optimum (``mip_rel_gap = 0``) or until the time is up.

    ``start``: numbers of the pairs of a placement that is known. An empty ``chosen`` with ``proven`` False: nothing was
    found.
    """
    if not len(columns):
        return Whole(np.zeros(0, np.int64), 0.0, True)
    programme = _programme(round_, columns, room)
    lp = programme.model
    whole = [highspy.HighsVarType.kInteger] * programme.pairs
    lp.integrality_ = whole + [highspy.HighsVarType.kContinuous] * (lp.num_col_ - programme.pairs)
    solver = programmes.solver(time_limit, mip_rel_gap=0.0, mip_abs_gap=1e-9)
    solver.passModel(lp)
    if start is not None and lp.num_col_ == programme.pairs:
        known = highspy.HighsSolution()
        values = np.zeros(lp.num_col_)
        values[start] = 1.0
        known.col_value = list(values)
        solver.setSolution(known)
    programmes.run(solver)
    info = solver.getInfo()
    values = np.array(solver.getSolution().col_value, dtype=np.float64)
    found = bool(info.primal_solution_status == 2) and values.size > 0
    proven = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    chosen = np.flatnonzero(values[: programme.pairs] > 0.5) if found else np.zeros(0, np.int64)
    return Whole(chosen, float(info.mip_dual_bound), proven)
