"""Counts hidden together: brute force over all tables that fit what is shown finds no small count, in no layer."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from kesher.engine.indicators import IndicatorError
from kesher.engine.indicators.disclosure import MINIMUM, Sums
from kesher.engine.indicators.layers import hidden_together, tables

COUNTS = st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 9, 14])


def whole(inner: np.ndarray) -> np.ndarray:
    """(layers, rows, columns) with a sum below and beside, as (layers, cells)."""
    table = np.zeros((inner.shape[0], inner.shape[1] + 1, inner.shape[2] + 1))
    table[:, :-1, :-1] = inner
    table[:, -1, :-1] = inner.sum(axis=1)
    table[:, :, -1] = table[:, :, :-1].sum(axis=2)
    return table.reshape(inner.shape[0], -1)


def sums_of(rows: int, columns: int) -> Sums:
    areas = Sums.of_tree([*([rows] * rows), None])
    parts = Sums.of_tree([*([columns] * columns), None])
    return tables(areas, parts)


def guarded(layers: np.ndarray) -> np.ndarray:
    return (layers > 0) & (layers < MINIMUM)


def hide(layers: np.ndarray, sums: Sums) -> np.ndarray:
    guard = guarded(layers)
    return hidden_together(layers, sums, hidden=guard.any(axis=0), guarded=guard)


def whole_numbers(values: np.ndarray, sums: Sums, hidden: np.ndarray, cell: int) -> tuple[float, float]:
    """The least and the largest whole number a hidden cell can be, to a reader who knows that hidden cells that hold
    anybody are not nought. By integer programmes over all cells at once: another way than the audit's."""
    least = np.where(hidden, np.minimum(values, 1), values)
    most = np.where(hidden, 200, values)
    ends = []
    for direction in (1, -1):
        answer = optimize.milp(
            direction * (np.arange(values.size) == cell).astype(float),
            constraints=optimize.LinearConstraint(sums.signs, 0, 0),
            bounds=optimize.Bounds(least, most),
            integrality=np.ones(values.size),
        )
        assert answer.status == 0
        ends.append(direction * answer.fun)
    return ends[0], ends[1]


def check(layers: np.ndarray, sums: Sums) -> np.ndarray:
    hidden = hide(layers, sums)
    guard = guarded(layers)
    assert not (guard & ~hidden).any()
    for layer, values in enumerate(layers):
        for cell in np.flatnonzero(guard[layer]):
            low, high = whole_numbers(values, sums, hidden, int(cell))
            assert high >= MINIMUM, (layers, hidden, layer, cell)
            assert high - low >= MINIMUM - 1e-6, (layers, hidden, layer, cell)
    return hidden


@settings(max_examples=15, deadline=None)
@given(st.data(), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2))
def test_no_small_count_of_any_layer_can_be_worked_out(data: st.DataObject, rows: int, columns: int, many: int) -> None:
    inner = data.draw(st.lists(COUNTS, min_size=many * rows * columns, max_size=many * rows * columns))
    check(whole(np.array(inner).reshape(many, rows, columns)), sums_of(rows, columns))


@pytest.mark.long
@settings(max_examples=150, deadline=None)
@given(st.data(), st.integers(1, 5), st.integers(1, 5), st.integers(1, 4))
def test_nor_in_many_larger_tables(data: st.DataObject, rows: int, columns: int, many: int) -> None:
    inner = data.draw(st.lists(COUNTS, min_size=many * rows * columns, max_size=many * rows * columns))
    check(whole(np.array(inner).reshape(many, rows, columns)), sums_of(rows, columns))


SMALL = st.integers(0, 7)


@settings(max_examples=12, deadline=None)
@given(st.lists(SMALL, min_size=2, max_size=3), st.lists(SMALL, min_size=2, max_size=3))
def test_all_tables_that_fit_are_listed_one_by_one(one: list[int], two: list[int]) -> None:
    """A row of cells with its sum, in two layers: what each hidden cell may be, by writing every possibility down."""
    length = min(len(one), len(two))
    layers = whole(np.array([[one[:length]], [two[:length]]]))
    sums = sums_of(1, length)
    hidden = hide(layers, sums)
    for values in layers:
        row = values[: length + 1]
        shown, cells = ~hidden[: length + 1], np.flatnonzero(hidden[:length])
        ends = range(int(row[length]) + 7)
        missing = int(
            row[length] - row[:length][shown[:length]].sum()
        )  # what the hidden ones add up to, where it is told
        possible = [
            fit
            for fit in product(*(ends if row[cell] else [0] for cell in cells))
            if all(count or not row[cell] for cell, count in zip(cells, fit, strict=True))
            and (not shown[length] or sum(fit) == missing)
        ]
        for place, cell in enumerate(cells):
            if 0 < row[cell] < MINIMUM:
                may_be = {fit[place] for fit in possible}
                assert max(may_be) >= MINIMUM
                assert max(may_be) - min(may_be) >= MINIMUM


def test_five_hidden_ones_that_add_up_to_five_would_be_known() -> None:
    layers = whole(np.array([[[1, 1, 1, 1, 1, 40]]]))
    sums = sums_of(1, 6)
    hidden = check(layers, sums)
    assert hidden[5] or hidden[6], "the large one, or the sum"


def test_what_one_layer_needs_is_hidden_in_the_other() -> None:
    """Of 40 and of 30 who were answered, 20 and 2 were refused: neither share is shown, for the second would follow."""
    refused, others = [[20, 2, 20]], [[20, 28, 40]]
    hidden = check(whole(np.array([refused, others])), sums_of(1, 3))
    assert hidden[1]
    assert hidden[[0, 2, 3]].any()


def test_nothing_is_hidden_for_nothing() -> None:
    layers = whole(np.array([[[0, 5], [7, 30]]]))
    assert not hide(layers, sums_of(2, 2)).any()
    layers = whole(np.array([[[3, 20, 30], [40, 50, 60], [25, 70, 80]]]))
    assert hide(layers, sums_of(3, 3)).sum() == 4


def test_a_town_of_a_few_tells_nothing_at_all() -> None:
    layers = whole(np.array([[[1, 2]]]))
    hidden = hide(layers, sums_of(1, 2))
    assert hidden.all()


def test_a_wrong_table_is_refused() -> None:
    sums = sums_of(1, 1)
    nothing, layers = np.zeros((1, 4), dtype=bool), np.array([[5.0, 5, 5, 5]])
    with pytest.raises(IndicatorError, match="add up"):
        hidden_together([[5.0, 5, 5, 6]], sums, hidden=nothing[0], guarded=nothing)
    with pytest.raises(IndicatorError, match="is hidden"):
        hidden_together(layers, sums, hidden=nothing[0], guarded=~nothing)
    with pytest.raises(IndicatorError, match="cells"):
        hidden_together(layers, sums, hidden=nothing, guarded=nothing)
