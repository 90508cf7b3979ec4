"""Dates, equality, unknowns and JSONLogic, by example. CertLogic's and JSONLogic's own suites: tests/cli."""

from typing import Any

import pytest

from kesher.engine.eligibility import Missing, Unknown, Verdict, evaluate, validate, verdict
from kesher.engine.eligibility.interpreter import EvaluationError
from kesher.engine.eligibility.jsonlogic import JsonLogicError, from_jsonlogic
from kesher.engine.eligibility.values import Moment, moment, plus_time

UNSURE = {"var": "unsure"}
NO_PARTS = "the fact before .deeper in 'list.0.deeper' is a single value and has no parts"


@pytest.mark.parametrize(
    ("text", "amount", "unit", "expected"),
    [
        ("2020-02-29", 1, "day", "2020-03-01"),
        ("2020-02-29", 1, "month", "2020-03-29"),
        ("2020-02-29", 1, "year", "2021-03-01"),
        ("2021-01-31", 1, "month", "2021-03-03"),
        ("2021-01-31", -14, "month", "2019-12-01"),
        ("2004", 0, "day", "2004-12-31"),
        ("2004-02", 0, "day", "2004-02-29"),
        ("2021-06-01T23:30:00-02", 0, "day", "2021-06-02T01:30:00Z"),
        ("2021-06-01T00:00:00.1239+0130", 0, "hour", "2021-05-31T22:30:00.123Z"),
        ("2021-06-01", 40, "hour", "2021-06-02T16:00:00Z"),
        ("9999-12-31", 0, "day", "9999-12-31"),
    ],
)
def test_dates_are_moved_as_certlogic_says(text: str, amount: int, unit: str, expected: str) -> None:
    assert plus_time(text, amount, unit) == moment(expected)


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("2021-02-29", 0, "day"), ("2021-13", 0, "day"), ("2021-1-1", 0, "day"), ("", 0, "day"), ("0000", 0, "day"),
        ("2021-01-01T24:00:00", 0, "day"), ("٢٠٢١", 0, "day"), ("9999-12-31", 1, "day"), ("9999-12-01", 1, "month"),
        ("2021-01-01", 10**15, "year"), ("2021-01-01", -(10**15), "hour"), ("0001-01-01T00:00:00+05", 0, "day"),
    ],
)  # fmt: skip
def test_a_day_that_does_not_exist_is_no_date(text: str, amount: int, unit: str) -> None:
    assert plus_time(text, amount, unit) is None


def test_a_moment_says_its_day() -> None:
    assert (str(moment("2020-05-01")), str(Moment(1))) == ("2020-05-01", "1970-01-01T00:00:00.001000+00:00")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ({"===": [1, True]}, False),
        ({"===": [1, {"+": [0.5, 0.5]}]}, True),
        ({"in": [True, [1, 2]]}, False),
        ({"and": [UNSURE, False]}, Unknown(truth=False)),
        ({"===": [{"and": [UNSURE, False]}, False]}, Unknown()),
        ({"if": [UNSURE, 3, 3]}, 3),
        ({"if": [UNSURE, 3, 4]}, Unknown(truth=True)),
        ({"if": [UNSURE, 3, 0]}, Unknown()),
        ({"<": [1, UNSURE, 0]}, Unknown()),
        ({"<": [2, 1, UNSURE]}, False),
        ({"in": ["a", ["a", UNSURE]]}, True),
        ({"in": ["b", ["a", UNSURE]]}, Unknown()),
        ({"var": "list.5"}, None),
        ({"!": [{"var": "list.0.deeper"}]}, Unknown(problem=NO_PARTS)),
        ({"reduce": [{"var": "list"}, {"+": [{"var": "current"}, {"var": "accumulator"}]}, {"var": "data"}]}, Unknown()),
        ({"reduce": [{"var": "list"}, {"if": [{">": [{"var": "current"}, {"var": "data.limit"}]},
                                              {"+": [{"var": "accumulator"}, 1]}, {"var": "accumulator"}]}, 0]}, 2),
    ],
)  # fmt: skip
def test_what_is_known_is_said_and_no_more(expression: Any, expected: Any) -> None:
    assert validate(expression) == []
    assert evaluate(expression, {"list": [1, 2, 3], "limit": 1, "unsure": None}) == expected


def test_certlogic_to_the_letter_raises_where_values_do_not_fit() -> None:
    for expression in (
        {"<": ["1", 2]},
        {"and": [{"plusTime": ["2020", 0, "day"]}, True]},
        {"in": [1, 2]},
        {"+": ["a", 1]},
    ):
        with pytest.raises(EvaluationError):
            evaluate(expression, {}, missing=Missing.NULL)
        assert verdict(expression, {}) is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({"or": [1, 2]}, 'the operation "or" is not kept'),
        ({"if": [{"cat": ["a"]}, 1, 2]}, '/if/0: the operation "cat" is not kept'),
        ({"in": [{"var": "x"}, "text"]}, "a search within a text"),
        ({"var": {"var": "x"}}, "the name of a fact is computed"),
        ({"!": [1, 2]}, '"!" has 2 operand'),
        ({"+": ["word"]}, "this cannot be added up"),
        ({"a": 1, "b": 2}, "an operation has one key, this has 2"),
    ],
)
def test_jsonlogic_that_has_no_equal_is_refused_with_its_place(rule: Any, said: str) -> None:
    with pytest.raises(JsonLogicError) as caught:
        from_jsonlogic(rule)
    assert said in str(caught.value)


def test_a_jsonlogic_rule_without_else_is_not_yet_a_rule_here() -> None:
    written = from_jsonlogic({"if": [{">": [{"var": "age"}, "17"]}, True]})
    assert written == {"if": [{">": [{"var": "age"}, 17]}, True, None]}
    assert [issue.path for issue in validate(written)] == ["/if/2"]
