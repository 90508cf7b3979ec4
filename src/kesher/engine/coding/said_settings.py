"""In what setting somebody worked, where it was said: own business, a relative's, care, no contract, voluntary.

What was never a job on paper is work all the same, and the words for it are few. Nothing is concluded from silence.
"""

from enum import StrEnum
from typing import Final

from kesher.engine.coding.said_text import SaidText
from kesher.engine.coding.said_words import Small


class Setting(StrEnum):
    """What was said of the setting."""

    OWN_BUSINESS = "own business"
    FAMILY = "family"  # in the business of relatives
    UNPAID_CARE = "unpaid care"  # of relatives, or raising children
    INFORMAL = "informal"  # without a contract, not declared
    VOLUNTARY = "voluntary"


#: Marks between sentences.
STOPS: Final = frozenset(".!?;\n•|؛؟።፤…")
_ALONE: Final = {
    Small.OWN: Setting.OWN_BUSINESS,
    Small.HOUSEHOLD: Setting.FAMILY,
    Small.RAISE: Setting.UNPAID_CARE,
    Small.INFORMAL: Setting.INFORMAL,
    Small.VOLUNTARY: Setting.VOLUNTARY,
}

Places = tuple[int, int]


def settings(said: SaidText, first: int = 0, behind: int | None = None) -> dict[Setting, list[Places]]:
    """Each setting said from the word `first` to before `behind`, with the words that say it (from, to before)."""
    behind = len(said) if behind is None else behind
    found: dict[Setting, list[Places]] = {}
    start = first
    for place in range(first + 1, behind + 1):
        if place == behind or STOPS & set(said.gap(place)):
            for setting, places in _in_sentence(said, start, place).items():
                found.setdefault(setting, []).extend(places)
            start = place
    return found


def _in_sentence(said: SaidText, first: int, behind: int) -> dict[Setting, list[Places]]:
    there: dict[Small, list[Places]] = {}
    for place in range(first, behind):
        for small, steps in said.small[place].items():
            there.setdefault(small, []).append((place, min(place + steps, behind)))
    found = {setting: list(there[small]) for small, setting in _ALONE.items() if small in there}
    relatives, care, unpaid = (there.get(small, []) for small in (Small.RELATIVE, Small.CARE, Small.UNPAID))
    if care and (relatives or unpaid):
        found.setdefault(Setting.UNPAID_CARE, []).extend([*care, *relatives, *unpaid])
    elif relatives and Setting.UNPAID_CARE not in found:
        found.setdefault(Setting.FAMILY, []).extend([*relatives, *unpaid])
    elif unpaid and Setting.UNPAID_CARE not in found:
        found.setdefault(Setting.VOLUNTARY, []).extend(unpaid)
    return {setting: sorted(places) for setting, places in found.items()}
