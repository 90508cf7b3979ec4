"""Scarce places: the best of all divisions on small cases, floors and parity always, and clear refusals."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.needs.allocation import CASELOADS, AllocationError, allocate, people_for_one_more

LOADS = 1 / np.array(CASELOADS)
#: Seconds a division may take: no clock decides on a busy machine.
PATIENT = 120


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_against_all_divisions(seed):
    rng = np.random.default_rng(seed)
    n = 6
    gain, floor = rng.random((n, 4)), rng.integers(0, 4, n)
    advisers = LOADS[floor].sum() + rng.random() * 0.1
    found = allocate(gain, floor, advisers, seconds=PATIENT)
    best = max(
        sum(gain[person, level] for person, level in enumerate(levels))
        for levels in product(range(4), repeat=n)
        if all(level >= least for level, least in zip(levels, floor, strict=True))
        and sum(LOADS[level] for level in levels) <= advisers + 1e-9
    )
    assert found.gain == pytest.approx(best, rel=1e-3)
    assert (found.level >= floor).all()
    assert found.advisers_used <= advisers + 1e-6


@pytest.fixture(scope="module")
def office():
    rng = np.random.default_rng(42)
    n = 1200
    floor = rng.choice(4, n, p=[0.5, 0.3, 0.15, 0.05])
    gain = np.cumsum(np.column_stack([np.zeros(n), rng.gamma(2, 1, (n, 3))]), axis=1)
    groups = rng.choice(["a", "b", "few"], n, p=[0.7, 0.29, 0.01])
    gain[groups == "b", 2:] *= 0.5  # the score would pass this group by
    return gain, floor, groups.tolist(), 1.3 * LOADS[floor].sum()


def test_parity_and_floors_hold(office):
    gain, floor, groups, advisers = office
    unequal = allocate(gain, floor, advisers, groups=groups, seconds=PATIENT)
    # Time enough: other work on the machine must not make it another division.
    found = allocate(gain, floor, advisers, groups=groups, parity=0.02, seconds=PATIENT)
    everybody = found.intensive / len(floor)
    assert set(found.shares) == {"a", "b"}  # the few are too few to hold to it
    assert all(abs(share - everybody) <= 0.02 + 1e-9 for share in found.shares.values())
    assert abs(unequal.shares["b"] - unequal.intensive / len(floor)) > 0.02
    assert (found.level >= floor).all()
    assert found.advisers_used <= advisers + 1e-6
    assert found.gain <= unequal.bound
    assert 0 <= found.gap < 1e-3


def test_who_has_waited_longest_gets_what_was_proposed(office):
    gain, floor, _, advisers = office
    waited = np.zeros(len(floor))
    waited[:20] = 100
    proposed = np.minimum(floor + 1, 3)
    found = allocate(gain, floor, advisers * 1.2, waited=waited, longest_wait=90, proposed=proposed, seconds=PATIENT)
    assert (found.level[:20] >= proposed[:20]).all()


def test_one_more_adviser_has_a_price(office):
    gain, floor, _, advisers = office
    now, more = (allocate(gain, floor, number, seconds=PATIENT) for number in (advisers, advisers + 1))
    assert people_for_one_more(now, more) == more.intensive - now.intensive
    assert more.gain > now.gain


def test_floors_that_advisers_do_not_reach_are_refused(office):
    gain, floor, *_ = office
    with pytest.raises(AllocationError, match=r"take \d+\.\d advisers; there are 1"):
        allocate(gain, floor, 1.0, seconds=PATIENT)


def test_parity_that_cannot_be_is_refused():
    floor = np.array([3] * 40 + [0] * 40)
    groups = ["a"] * 40 + ["b"] * 40
    with pytest.raises(AllocationError, match="cannot be that close"):
        allocate(np.zeros((80, 4)), floor, 40 / 25 + 40 / 300, groups=groups, parity=0.01, seconds=PATIENT)
