"""HiGHS's threads belong to the process: engines that were told different numbers of them would not run beside one another."""

import numpy as np
import pytest

from kesher.engine import programmes
from kesher.engine.needs.allocation import CASELOADS, allocate
from kesher.engine.placement import problem, solve


def divided() -> np.ndarray:
    floor = np.zeros(6, np.int64)
    gain = np.random.default_rng(1).random((6, len(CASELOADS)))
    return allocate(gain, floor, float((1 / np.array(CASELOADS))[floor].sum()) + 0.05).level


def placed() -> float:
    draw = np.random.default_rng(2)
    found = solve(problem(draw.random((8, 3)), np.ones(8), np.full(3, 3.0)))
    assert found.exact
    return found.gain


def test_engines_run_one_after_another_in_one_process() -> None:
    first, gain = divided(), placed()
    assert (divided() == first).all()
    assert placed() == pytest.approx(gain)


def test_a_run_that_did_not_start_is_no_answer() -> None:
    divided()
    other = programmes.solver(1.0, threads=programmes.THREADS + 1)
    with pytest.raises(RuntimeError, match="did not run"):
        programmes.run(other)
    with pytest.raises(ValueError, match="no_such_option"):
        programmes.solver(1.0, no_such_option=1)
