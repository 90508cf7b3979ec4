"""A strip: where a place stands among others, drawn by the server: no script, no picture to fetch.

A line from the lowest to the highest place, a bar for the middle half of those it is compared with, a tick for the nation, a
dot for the place itself. Positions are percent of the width, from left to right in every language, as numbers are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kesher.insights.latest import Spread

EDGE = 3.0  # percent left free at both ends, for half a dot


@dataclass(frozen=True, slots=True)
class Strip:
    """All in percent of the width. ``bar``: (from, width)."""

    here: str
    bar: tuple[str, str] | None
    middle: str | None
    nation: str | None


def strip(here: float, others: Iterable[float], spread: Spread | None, nation: float | None) -> Strip | None:
    """None where there is nothing to stand among."""
    values = [here, *others, *([] if nation is None else [nation])]
    low, high = min(values), max(values)
    if low == high:
        return None

    def at(value: float) -> float:
        return EDGE + (value - low) / (high - low) * (100 - 2 * EDGE)

    bar = None
    if spread is not None:
        start, end = at(max(low, spread.lower)), at(min(high, spread.upper))
        bar = (_percent(start), _percent(max(0.5, end - start)))
    return Strip(
        _percent(at(here)),
        bar,
        None if spread is None else _percent(at(min(high, max(low, spread.middle)))),
        None if nation is None else _percent(at(nation)),
    )


def _percent(value: float) -> str:
    return f"{value:.2f}%"
