"""Tables as people type them: columns of a vocabulary, rows, cells with ticks and bounds; and people to ask them about."""

from typing import Any

from hypothesis import strategies as st

from kesher.directory.facts import VOCABULARY
from kesher.engine.eligibility import Fact, Kind
from kesher.www.officer.rules.grid import EMPTY, NO, YES, Grid, TypedCell, TypedRow

BOUNDS = st.one_of(st.none(), st.integers(0, 70), st.sampled_from([0, 17, 18, 66, 67, 1_000_000]))


def cells(fact: Fact) -> st.SearchStrategy[TypedCell]:
    """What one can tick or type for a fact; empty as often as not."""
    if fact.kind is Kind.TEXT:
        ticked = st.sets(st.sampled_from(fact.choices), max_size=len(fact.choices))
        return ticked.map(lambda chosen: TypedCell(ticked=tuple(one for one in fact.choices if one in chosen)))
    if fact.kind is Kind.BOOLEAN:
        return st.sampled_from(["", YES, NO]).map(lambda holds: TypedCell(holds=holds))
    return st.tuples(BOUNDS, BOUNDS).map(_bounds)


def _bounds(ends: tuple[int | None, int | None]) -> TypedCell:
    low, high = ends
    if low is not None and high is not None and low > high:
        low, high = high, low
    return TypedCell(low="" if low is None else str(low), high="" if high is None else str(high))


@st.composite
def grids(draw: st.DrawFn) -> Grid:
    """Any table that fits the form."""
    columns = draw(st.lists(st.sampled_from(list(VOCABULARY)), unique=True, max_size=6))
    notes = st.dictionaries(
        st.sampled_from(["en", "he", "ar"]), st.sampled_from(["newcomers", "הורים", "a, b"]), max_size=2
    )
    rows = []
    for _row in range(draw(st.integers(0, 8))):
        typed = {path: draw(st.one_of(st.just(EMPTY), cells(VOCABULARY[path]))) for path in columns}
        kept = {path: cell for path, cell in typed.items() if cell != EMPTY}
        rows.append(TypedRow(kept, draw(st.sampled_from([YES, YES, NO])), draw(notes)))
    return Grid(columns, rows)


def answers(fact: Fact) -> st.SearchStrategy[Any]:
    if fact.kind is Kind.TEXT:
        return st.sampled_from(fact.choices)
    return st.booleans() if fact.kind is Kind.BOOLEAN else st.integers(0, 120)


#: Somebody who has answered some of the questions.
PEOPLE: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={path: answers(fact) for path, fact in VOCABULARY.items()}
)
