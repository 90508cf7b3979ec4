"""Documents that are nearly right: one value of a JSON document is another thing, missing, or too much."""

import copy
from collections.abc import Iterator
from typing import Any

#: What no field of ours expects, whatever it is.
WRONG: tuple[Any, ...] = (None, [], {}, 7, True, "", "\x00", "a" * 70_000, "‮drowssap", [[[[]]]])
Place = tuple[str | int, ...]


def places(document: Any, below: Place = ()) -> Iterator[Place]:
    """Every value in it, the outer before the inner."""
    if isinstance(document, dict):
        for key in document:
            yield (*below, key)
            yield from places(document[key], (*below, key))
    elif isinstance(document, list):
        for number, one in enumerate(document):
            yield (*below, number)
            yield from places(one, (*below, number))


def value_at(document: Any, place: Place) -> Any:
    for step in place:
        document = document[step]
    return document


def with_value(document: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(document)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = value
    return changed


def without(document: Any, place: Place) -> Any:
    changed = copy.deepcopy(document)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    del holder[place[-1]]
    return changed
