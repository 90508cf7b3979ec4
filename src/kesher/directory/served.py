"""Where one must live, or a business must be: the areas a service is for, as a condition like any other.

    asks_for(["il.1/6/62/"])                  the condition; None where no area is named
    living_in("il.1/6/62/9000/", facts)       what is then known of each area that the facts ask for

Each area is a fact of its own, "area" and its path: an area holds whoever lives in it or in a part of it, holds nobody who
lives elsewhere, and of somebody who named a wider place only (a district, of which it is one town) nobody knows.
"""

from collections.abc import Collection, Iterable
from typing import Final

from kesher.engine.eligibility.values import Json

AREA: Final = "area"
#: A service that names more areas than this is asked about by its own words.
MOST_AREAS: Final = 40


def fact_of(path: str) -> str:
    """A fact's name has full stops between its parts, and so may a path: there they are written otherwise."""
    return f"{AREA}.{path.replace('.', '~')}"


def path_of(fact: str) -> str:
    """The area a fact asks for; empty where it asks for something else."""
    begins, _stop, path = fact.partition(".")
    return path.replace("~", ".") if begins == AREA else ""


def widest(paths: Iterable[str]) -> tuple[str, ...]:
    """Without those that lie in another one of them."""
    found: list[str] = []
    for path in sorted(set(paths)):
        if not found or not path.startswith(found[-1]):
            found.append(path)
    return tuple(found)


def asks_for(paths: Collection[str]) -> Json:
    """That one lives in one of these areas."""
    if not paths:
        return None
    inside: list[Json] = [{"var": fact_of(path)} for path in paths]
    return inside[0] if len(inside) == 1 else {"!": [{"and": [{"!": [one]} for one in inside]}]}


def living_in(path: str, facts: Iterable[str]) -> dict[str, bool]:
    """What somebody who lives in this area answers to those of the facts that ask for areas, by the end of their names."""
    known: dict[str, bool] = {}
    for fact in facts:
        asked = path_of(fact)
        if asked and not (asked != path and asked.startswith(path)):
            known[fact.partition(".")[2]] = path.startswith(asked)
    return known
