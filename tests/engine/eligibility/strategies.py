"""Rules and facts made up by hypothesis: any valid expression, any JSON facts, and facts of which some are not known yet."""

import os
from collections.abc import Callable
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

PATHS = ("age", "income", "resident", "district", "languages", "home.status", "home.rooms", "born", "children", "today")
NUMBERS = st.one_of(st.integers(-3, 70), st.sampled_from([0.5, 18, 2**53, -1.25]))
TEXTS = st.sampled_from(["north", "south", "he", "am", "", "0", "2004-02-29", "1990", "2020-13-01"])
SINGLES = st.one_of(NUMBERS, TEXTS, st.booleans())
VARIABLES = st.sampled_from([*PATHS, "children.0", "children.1.age", "home", ""]).map(lambda path: {"var": path})
UNITS = st.sampled_from(["year", "month", "day", "hour"])
MOMENTS = st.builds(
    lambda value, amount, unit: {"plusTime": [value, amount, unit]},
    st.one_of(VARIABLES, st.sampled_from(["2004-02-29", "1990", "2020-01-31T23:00:00+02:00"])),
    st.one_of(st.integers(-40, 40), st.just(10**12)),
    UNITS,
)
LISTS = st.lists(SINGLES, max_size=4)


def _operation(name: str) -> Any:
    return lambda *operands: {name: list(operands)}


def _within_reduce() -> st.SearchStrategy[Any]:
    """Functions a reduce may apply: on `current`, `accumulator` and facts behind `data.`."""
    names = ["current", "current.age", "accumulator", "data.age", "data.home.rooms", "data.languages.0"]
    leaves = st.one_of(SINGLES, st.sampled_from(names).map(lambda path: {"var": path}))

    def grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        return st.one_of(
            st.builds(_operation("+"), inner, inner),
            st.builds(_operation("if"), inner, inner, inner),
            st.builds(_operation(">="), inner, inner),
            st.builds(_operation("==="), inner, inner),
            st.builds(_operation("and"), inner, inner),
        )

    return st.recursive(leaves, grow, max_leaves=6)


REDUCES = st.builds(
    _operation("reduce"), st.sampled_from(["children", "languages", "age"]).map(lambda path: {"var": path}),
    _within_reduce(), SINGLES,
)  # fmt: skip
LEAVES = st.one_of(SINGLES, VARIABLES, VARIABLES, MOMENTS, LISTS, REDUCES)


def _grow(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    sizes = st.sampled_from(["<", "<=", ">", ">="])
    times = st.sampled_from(["before", "after", "not-before", "not-after"])
    return st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda parts: {"and": parts}),
        inner.map(lambda part: {"!": [part]}),
        st.builds(_operation("if"), inner, inner, inner),
        st.builds(_operation("==="), inner, inner),
        st.builds(_operation("==="), VARIABLES, SINGLES),
        st.builds(_operation("in"), inner, st.one_of(LISTS, VARIABLES, inner)),
        st.builds(_operation("+"), inner, inner),
        st.builds(lambda name, parts: {name: parts}, sizes, st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda name, variable, number: {name: [variable, number]}, sizes, VARIABLES, NUMBERS),
        st.builds(lambda name, one, v, two: {name: [one, v, two]}, sizes, NUMBERS, VARIABLES, NUMBERS),
        st.builds(lambda name, parts: {name: parts}, times, st.lists(MOMENTS, min_size=2, max_size=3)),
        st.lists(inner, max_size=3),
    )


#: Any valid expression, at odds with its facts' types more often than a person would write it.
EXPRESSIONS: st.SearchStrategy[Any] = st.recursive(LEAVES, _grow, max_leaves=12)

#: Expressions as a person writes them: true or false, made of conditions on single facts.
CONDITIONS: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda name, number: {name: [{"var": "age"}, number]}, st.sampled_from(["<", ">=", "==="]), st.integers(0, 6)
    ),
    st.builds(lambda low, high: {"<=": [low, {"var": "income"}, high]}, st.integers(0, 4), st.integers(2, 6)),
    st.just({"var": "resident"}),
    st.builds(
        lambda names: {"in": [{"var": "district"}, names]}, st.lists(st.sampled_from(["north", "south"]), max_size=2)
    ),
    st.builds(lambda name: {"in": [name, {"var": "languages"}]}, st.sampled_from(["he", "am"])),
)
SENSIBLE: st.SearchStrategy[Any] = st.recursive(
    st.one_of(CONDITIONS, CONDITIONS, CONDITIONS, st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"and": parts}),
        inner.map(lambda part: {"!": [part]}),
        st.builds(_operation("if"), inner, inner, inner),
    ),
    max_leaves=7,
)

#: Answers that decide any of the conditions one way and the other, by fact.
ANSWERS: dict[str, list[Any]] = {
    "age": list(range(8)),
    "income": list(range(8)),
    "resident": [True, False],
    "district": ["north", "south", "west"],
    "languages": [[], ["he"], ["am"], ["he", "am"]],
}
#: Facts as an answer gives them, some of them not known.
PLAIN_FACTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={fact: st.sampled_from([None, *answers]) for fact, answers in ANSWERS.items()}
)
#: Rules as an office writes them: all of, not, and so also any of, over conditions that each ask one fact.
SIMPLE: st.SearchStrategy[Any] = st.recursive(
    CONDITIONS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: {"and": parts}),
        inner.map(lambda part: {"!": [part]}),
    ),
    max_leaves=6,
)

#: Values of "and" and "if" compared as values: where a truth that is known hides a value that is not.
_SMALL = st.one_of(
    st.sampled_from(["age", "resident"]).map(lambda path: {"var": path}),
    st.sampled_from([True, False, 0, ""]),
)
_JOINED = st.one_of(
    st.builds(_operation("and"), _SMALL, _SMALL),
    st.builds(_operation("and"), _SMALL, _SMALL, _SMALL),
    st.builds(_operation("if"), _SMALL, _SMALL, _SMALL),
)
_HIDDEN = st.builds(_operation("==="), _JOINED, st.sampled_from([True, False, 0, ""]))

#: All kinds of rules: any valid one, those a person writes, those with values hidden behind truths.
RULES: st.SearchStrategy[Any] = st.one_of(
    EXPRESSIONS, SENSIBLE, _HIDDEN, st.builds(_operation("and"), _HIDDEN, SENSIBLE), st.builds(_operation("!"), _HIDDEN)
)

JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), SINGLES, st.floats(), st.integers(-(10**20), 10**20), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["age", "status", "rooms", "0"]), inner, max_size=3),
    ),
    max_leaves=6,
)
CHILDREN = st.one_of(NUMBERS, st.fixed_dictionaries({"age": NUMBERS}), st.none())
FACTS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "age": st.one_of(st.integers(0, 6), NUMBERS, JSON),
        "income": st.one_of(st.integers(0, 6), JSON),
        "resident": st.one_of(st.booleans(), st.sampled_from([0, "", True]), JSON),
        "district": st.one_of(st.sampled_from(["north", "south", "west"]), JSON),
        "languages": st.one_of(st.lists(st.sampled_from(["he", "am", "fr", None]), max_size=3), JSON),
        "home": st.one_of(
            st.fixed_dictionaries({}, optional={"status": TEXTS, "rooms": NUMBERS}), JSON
        ),
        "born": st.one_of(st.sampled_from(["1990-05-01", "2004-02-29", "2010"]), JSON),
        "children": st.one_of(st.lists(CHILDREN, max_size=4), JSON),
        "today": st.just("2026-11-22"),
    },
)  # fmt: skip


@st.composite
def fewer_and_more(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two sets of facts: the second knows all the first does, and perhaps more. Not known: left out, or null."""
    more = draw(FACTS)
    return draw(_forgotten(more)), more


@st.composite
def _forgotten(draw: st.DrawFn, known: Any) -> Any:
    if isinstance(known, dict):
        kept = {}
        for key, value in known.items():
            fate = draw(st.sampled_from(["kept", "kept", "left out", "null", "within"]))
            if fate != "left out":
                kept[key] = None if fate == "null" else draw(_forgotten(value)) if fate == "within" else value
        return kept
    if isinstance(known, list):
        return [None if draw(st.booleans()) and draw(st.booleans()) else draw(_forgotten(item)) for item in known]
    return known


Property = TypeVar("Property", bound=Callable[..., None])

#: How many cases a property gets in `make test`, and in `make test-long`.
USUAL, LONG = 200, 2000


def cases(number: int) -> Callable[[Property], Property]:
    """The same property with so many cases. In the long run a property is asked twice: briefly, and at length."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    wanted = settings(
        max_examples=int(os.environ.get("KESHER_CASES", number)), deadline=None, suppress_health_check=checks
    )

    def asked(holds: Property) -> Property:
        # Hypothesis lets a function have its settings once; the second number of cases would be refused.
        vars(holds).pop("_hypothesis_internal_settings_applied", None)
        return wanted(holds)

    return asked
