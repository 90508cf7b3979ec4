"""Small counts are not shown: with fewer than five people behind a number, a neighbour knows who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

MINIMUM = 5
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Shown:
    """A count as it may be shown: ``value`` is None when it is hidden."""

    value: int | None
    minimum: int = MINIMUM

    @property
    def hidden(self) -> bool:
        return self.value is None


def shown(count: int, *, minimum: int = MINIMUM) -> Shown:
    """``count`` itself when it is 0 or at least ``minimum``, else hidden.

    Zero is shown: that nobody did something singles nobody out, and hiding it would hide what is missing.
    """
    if count < 0:
        raise ValueError(f"a count cannot be negative: {count}")
    return Shown(count if count == 0 or count >= minimum else None, minimum)


def shown_table(cells: Mapping[Key, int], *, minimum: int = MINIMUM) -> dict[Key, Shown]:
    """Counts that stand beside their sum: when exactly one is hidden, the smallest other non-zero one is hidden too.

    Otherwise the hidden one is the sum less the rest (complementary suppression; Hundepool et al., Statistical
    Disclosure Control, 2012, section 4.2). Where two or more are hidden whose sum is below ``minimum``, or nothing else
    can be hidden, the caller must not print the sum: see :func:`sum_may_be_shown`.
    """
    result = {key: shown(count, minimum=minimum) for key, count in cells.items()}
    hidden = [key for key, cell in result.items() if cell.hidden]
    if len(hidden) == 1:
        others = [key for key, count in cells.items() if count > 0 and key not in hidden]
        if others:
            smallest = min(others, key=lambda key: cells[key])
            result[smallest] = Shown(None, minimum)
    return result


def sum_may_be_shown(cells: Mapping[Key, int], *, minimum: int = MINIMUM) -> bool:
    """Whether the sum can stand beside :func:`shown_table` without giving a hidden count away."""
    hidden = [cells[key] for key, cell in shown_table(cells, minimum=minimum).items() if cell.hidden]
    return not hidden or (len(hidden) > 1 and sum(hidden) >= minimum)
