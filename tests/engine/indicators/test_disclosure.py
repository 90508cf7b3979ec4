"""Suppression: every hidden small count keeps a range that tells nobody anything, by an audit that brute force agrees with."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.indicators import IndicatorError
from kesher.engine.indicators.disclosure import (
    MINIMUM,
    Published,
    Sums,
    audited,
    differences,
    feasible_range,
    is_safe,
    may_be_published,
    small_cells_known,
    suppressed,
)


def with_sums(inner: np.ndarray) -> np.ndarray:
    """A table with its sums, row by row."""
    table = np.zeros((inner.shape[0] + 1, inner.shape[1] + 1))
    table[:-1, :-1] = inner
    table[-1, :-1] = inner.sum(axis=0)
    table[:, -1] = table[:, :-1].sum(axis=1)
    return table.ravel()


def test_one_small_count_in_a_row_takes_three_others_with_it() -> None:
    counts = with_sums(np.array([[3, 20, 30], [40, 50, 60], [25, 70, 80]]))
    found = suppressed(counts, Sums.of_table(3, 3))
    assert found.primary.sum() == 1
    assert found.hidden.sum() == 4  # a rectangle: each of its rows and columns has two hidden
    (own,) = found.ranges
    assert is_safe(own)
    shown = set(np.flatnonzero(~found.hidden))
    assert {15, 3, 7, 11} <= shown  # the sums stay


def test_a_count_alone_in_its_equation_is_known() -> None:
    counts = with_sums(np.array([[3, 20], [40, 50]]))
    sums = Sums.of_table(2, 2)
    hidden = np.zeros(9, dtype=bool)
    hidden[0] = True
    (own,) = audited(counts, sums, hidden)
    assert (own.low, own.high) == (pytest.approx(3), pytest.approx(3))
    assert not is_safe(own)


def test_two_small_ones_do_not_protect_each_other_when_their_sum_is_small() -> None:
    counts = with_sums(np.array([[1, 2, 90], [50, 60, 70]]))
    found = suppressed(counts, Sums.of_table(2, 3))
    assert all(is_safe(one) for one in found.ranges)


def check_a_table(seed: int, largest: int) -> None:
    generator = np.random.default_rng(seed)
    rows, columns = generator.integers(2, largest, 2)
    inner = generator.choice([0, 1, 2, 4, 7, 12, 30, 55], size=(rows, columns))
    counts, sums = with_sums(inner), Sums.of_table(int(rows), int(columns))
    found = suppressed(counts, sums)
    small = (counts > 0) & (counts < MINIMUM)
    assert (found.hidden >= small).all()
    if counts[-1] >= 2 * MINIMUM:
        for one in found.ranges:
            assert is_safe(one), (inner, found.hidden.reshape(rows + 1, -1), one)
    for cell in np.flatnonzero(found.hidden & ~found.primary):
        without = found.hidden.copy()
        without[cell] = False
        assert not all(is_safe(one) for one in audited(counts, sums, without))


@given(st.integers(0, 100_000))
@settings(max_examples=8, deadline=None)
def test_every_hidden_small_count_is_safe_and_no_hiding_is_idle(seed: int) -> None:
    check_a_table(seed, largest=4)


@pytest.mark.long
@given(st.integers(0, 100_000))
@settings(max_examples=200, deadline=None)
def test_every_hidden_small_count_is_safe_in_many_tables(seed: int) -> None:
    check_a_table(seed, largest=7)


@given(st.integers(0, 100_000))
@settings(max_examples=15, deadline=None)
def test_the_range_is_that_of_all_tables_that_fit(seed: int) -> None:
    """Brute force over whole numbers: a 2 × 2 table with four hidden cells."""
    generator = np.random.default_rng(seed)
    inner = generator.integers(0, 9, (2, 2))
    counts, sums = with_sums(inner), Sums.of_table(2, 2)
    hidden = np.zeros(9, dtype=bool)
    hidden[[0, 1, 3, 4]] = True
    right, below = inner[0].sum(), inner[:, 0].sum()
    # one cell decides the other three; those tables are possible in which no count is negative
    fitting = [a for a in range(20) if min(right - a, below - a, inner[1].sum() - (below - a)) >= 0]
    found = feasible_range(counts, sums, hidden, 0)
    assert (found.low, found.high) == (pytest.approx(min(fitting)), pytest.approx(max(fitting)))


def test_areas_within_areas() -> None:
    #            nation district district   four towns
    parents = [None, 0, 0, 1, 1, 2, 2]
    counts = [103, 33, 70, 3, 30, 30, 40]
    found = suppressed(counts, Sums.of_tree(parents))
    assert found.hidden[3]
    assert found.hidden[4]  # the other town of the district
    assert not found.hidden[0]
    assert all(is_safe(one) for one in found.ranges)


def test_two_tables_over_the_same_cells_are_audited_together() -> None:
    """Hiding two of a row is enough for one table; an earlier one that printed their difference gives them away."""
    counts = [3, 20, 23, 20]  # a, b, a + b, and b as it was printed before
    row = Sums(np.array([[1.0, 1, -1, 0]]))
    hidden = np.array([True, True, False, False])
    assert is_safe(audited(counts, row, hidden)[0])
    both = row.with_more(Sums(np.array([[0.0, 1, 0, -1]])))
    assert not is_safe(audited(counts, both, hidden)[0])


def test_sums_that_do_not_hold_are_refused() -> None:
    with pytest.raises(IndicatorError, match="does not add up"):
        suppressed([1, 2, 4], Sums(np.array([[1.0, 1, -1]])))


# --- differences -----------------------------------------------------------------------------------------------------


def figure(where: str, members: str, count: int) -> Published:
    return Published(where, frozenset(members), count)


def test_a_total_less_its_part_is_a_small_count() -> None:
    (found,) = differences([figure("district", "abc", 33), figure("without the village", "ab", 30)])
    assert (found.count, found.members) == (3, frozenset("c"))
    assert not differences([figure("district", "abc", 40), figure("without", "ab", 30)])
    assert not differences([figure("district", "abc", 30), figure("without", "ab", 30)])  # nobody is nobody


def test_two_vintages_of_different_areas() -> None:
    found = differences([figure("2024, old bounds", "abcd", 104), figure("2025, new bounds", "abcde", 106)])
    assert [one.count for one in found] == [2]


def test_all_parts_but_one() -> None:
    parts = [figure("a", "a", 30), figure("b", "b", 40)]
    (found,) = differences([figure("all", "abc", 72), *parts])
    assert (found.count, found.members, found.smaller.where) == (2, frozenset("c"), "a + b")


def test_neighbours_that_overlap() -> None:
    """Neither lies within the other, and no pair tells; together with the whole they do."""
    before = [figure("ab", "ab", 50), figure("bc", "bc", 40), figure("abc", "abc", 53)]
    assert {one.count for one in differences(before)} == {3}  # abc less ab
    allowed, told = may_be_published(before[2], before[:2])
    assert not allowed
    assert told[0].members == frozenset("c")


def test_a_system_of_figures_that_no_pair_gives_away() -> None:
    """ab = 20, bc = 31, ac = 17 make b = 17, a = 3: three sums, no one of them within another."""
    before = [figure("ab", "ab", 20), figure("bc", "bc", 31)]
    new = figure("ac", "ac", 17)
    assert not differences([*before, new])
    assert small_cells_known([*before, new]) == frozenset("a")
    allowed, _ = may_be_published(new, before)
    assert not allowed
    assert may_be_published(figure("cd", "cd", 60), before)[0]


def test_a_small_count_itself_is_never_published() -> None:
    assert not may_be_published(figure("a", "a", 4), [])[0]
    assert may_be_published(figure("a", "a", 0), [])[0]
    assert may_be_published(figure("a", "a", 5), [])[0]


def test_figures_that_contradict_each_other_are_told() -> None:
    with pytest.raises(IndicatorError, match="contradict"):
        small_cells_known([figure("a", "a", 5), figure("again", "a", 6)])
