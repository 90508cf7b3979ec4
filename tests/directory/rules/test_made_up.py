"""Made-up visitors: the same everywhere, as the module says they are, and counted as the rules themselves would say."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given

from kesher.directory.facts import VOCABULARY
from kesher.directory.made_up import AT_MOST, NOT_SAID, OPEN_SHARE, RANGES, SIZE, Counts, count, facts_of, visitors
from kesher.engine.eligibility import Kind, Verdict, expression_of, verdict
from kesher.www.officer.rules.grid import Grid
from tests.engine.eligibility.strategies import LONG, cases
from tests.www.officer.rules.strategies import grids

AGE = {"var": "age"}


def one_by_one(expression: Any) -> Counts:
    said = [verdict(expression, facts_of(place, list(VOCABULARY))) for place in range(SIZE)]
    return Counts(*(said.count(one) for one in (Verdict.YES, Verdict.NO, Verdict.UNKNOWN)))


def test_every_fact_is_there_with_the_shares_that_are_printed() -> None:
    assert set(visitors()) == set(VOCABULARY)
    for path, codes in visitors().items():
        fact = VOCABULARY[path]
        assert abs((codes == NOT_SAID).mean() - OPEN_SHARE) < 0.01
        said = codes[codes != NOT_SAID]
        if fact.kind is Kind.NUMBER:
            low, high = RANGES[path]
            assert said.min() >= low
            assert said.max() <= high
            if path not in AT_MOST:
                assert abs(said.mean() - (low + high) / 2) < 0.03 * high
        else:
            shares = np.bincount(said) / len(said)
            assert len(shares) == (len(fact.choices) or 2)
            assert np.abs(shares - 1 / len(shares)).max() < 0.02
            assert all(fact.problem(facts_of(place, [path]).get(path)) == "" for place in range(50))


def test_nobody_has_lived_here_for_longer_than_they_have_lived() -> None:
    for lower, upper in AT_MOST.items():
        both = (visitors()[lower] != NOT_SAID) & (visitors()[upper] != NOT_SAID)
        assert (visitors()[lower] <= visitors()[upper])[both].all()


@pytest.mark.parametrize(
    "expression",
    [
        True,
        False,
        {">=": [AGE, 18]},
        {"and": [{"<": [17, AGE, 67]}, {"in": [{"var": "work"}, ["unemployed"]]}]},
        {"!": [{"===": [AGE, 40]}]},
        {">=": [{"+": [AGE, {"var": "years_here"}]}, 50]},
        {"if": [{"===": [{"var": "rents"}, True]}, {"<=": [{"var": "employees"}, 50]}, {"===": [AGE, 0]}]},
        {"===": [{"var": "nobody knows"}, 1]},
    ],
)
def test_counts_are_what_asking_each_one_says(expression: Any) -> None:
    found = count([expression])[0]
    assert found == one_by_one(expression)
    assert found.yes + found.no + found.unknown == SIZE


def test_several_at_once_are_each_by_itself() -> None:
    several = [{">=": [AGE, 18]}, {">=": [AGE, 65]}, {"===": [{"var": "rents"}, True]}]
    assert count(several) == [count([one])[0] for one in several]


@given(grids())
def tables_count_as_they_decide(grid: Grid) -> None:
    expression = expression_of(grid.table())
    sample = range(0, SIZE, 97)
    found = count([expression, expression_of(grid.without(0).table())])
    assert all(one.yes + one.no + one.unknown == SIZE for one in found)
    said = [verdict(expression, facts_of(place, list(VOCABULARY))) for place in sample]
    for one, number in ((Verdict.YES, found[0].yes), (Verdict.NO, found[0].no)):
        assert (one in said) <= (number > 0)
        assert number < SIZE or set(said) == {one}


def test_tables() -> None:
    cases(50)(tables_count_as_they_decide)()


@pytest.mark.long
def test_tables_at_length() -> None:
    cases(LONG)(tables_count_as_they_decide)()
