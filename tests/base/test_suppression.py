"""Several sums over the same people: none of a few can be reckoned from those that are shown."""

from itertools import product

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.base.suppression import MINIMUM, shown_sums, shown_table

KEYS = ("a", "b", "c", "d")
#: Everything that four cells of up to 12 could be.
ALL = np.array(list(product(range(13), repeat=len(KEYS))))


def row(of: frozenset[str]) -> np.ndarray:
    return np.array([key in of for key in KEYS], dtype=int)


def differences(sums: list[frozenset[str]]) -> set[frozenset[str]]:
    return {*sums, *(one - other for one in sums for other in sums if other < one)}


@settings(max_examples=150, deadline=None)
@given(
    st.tuples(*(st.integers(0, 7) for _ in KEYS)),
    st.lists(st.frozensets(st.sampled_from(KEYS), min_size=1), min_size=1, max_size=5, unique=True),
)
def test_what_is_few_has_more_than_one_answer(counts: tuple[int, ...], sums: list[frozenset[str]]) -> None:
    """Brute force: among all tables that agree with what is shown, every small count is at least two things."""
    cells = dict(zip(KEYS, counts, strict=True))
    found = shown_sums(cells, dict(enumerate(sums)))
    agree = np.ones(len(ALL), dtype=bool)
    for number, shown in found.items():
        if shown.value is not None:
            assert shown.value == sum(cells[key] for key in sums[number])
            agree &= ALL @ row(sums[number]) == shown.value
    possible = ALL[agree]
    for watched in differences([*sums, *(frozenset(key) for key in KEYS)]):
        true = sum(cells[key] for key in watched)
        if 0 < true < MINIMUM:
            assert len(set(possible @ row(watched))) > 1, (watched, true)


def test_as_much_as_can_be_is_shown_the_most_telling_first() -> None:
    cells = {"unanswered": 2, "refused": 5, "finished": 7}
    sums = {"sent": set(cells), "answered": {"refused", "finished"}, "refused": {"refused"}, "finished": {"finished"}}
    found = shown_sums(cells, sums)
    assert found["sent"].value == 14
    assert found["answered"].hidden, "two did not get an answer"
    assert found["refused"].value == 5
    assert found["finished"].hidden, "beside sent and refused it tells of the two"


def test_nobody_is_shown_and_what_it_tells_is_minded() -> None:
    found = shown_sums({"x": 3, "y": 0}, {"both": {"x", "y"}, "y": {"y"}})
    assert found["both"].hidden
    assert found["y"].value == 0


def test_a_few_hidden_cells_take_another_along_until_they_are_many() -> None:
    found = shown_table({"a": 1, "b": 2, "c": 10, "d": 20})
    assert [key for key, cell in found.items() if cell.hidden] == ["a", "b", "c"]
