"""Which services stand behind which door of the portal: the person's, the business's, or both.

Nobody writes it down; a service's own rule tells. What asks only for facts of a business is for businesses.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from kesher.directory.facts import QUESTION_OF, Who
from kesher.engine.orientation import Catalogue
from kesher.engine.orientation.catalogue import Mask

#: Themes that only somebody with a business, or on the way to one, looks for. Of our own taxonomies: the catalogue does not
#: take another's "business" for ours.
BUSINESS_THEMES: Final = (
    "business",
    "human_services:work:business_mentorship",
    "human_services:money:loans:business_loan",
)


@dataclass(frozen=True, slots=True)
class Doors:
    """Arrays of length n. ``behind``: for each door what it may show. ``for_businesses``: what is meant for them. ``keys``: of
    the services behind each door, 16 bytes each; None where all are. ``themes``: codes of those that some of them serve."""

    behind: Mapping[Who, Mask]
    for_businesses: Mask
    keys: Mapping[Who, bytes | None]
    themes: Mapping[Who, frozenset[str]]


_known: tuple[Catalogue, Doors] | None = None


def doors(catalogue: Catalogue) -> Doors:
    """Held for the last catalogue that was asked about: it is made anew only when services or rules change."""
    global _known
    known = _known  # read once: another thread may put its own there at any time
    if known is None or known[0] is not catalogue:
        _known = known = (catalogue, _doors(catalogue))
    return known[1]


def _doors(catalogue: Catalogue) -> Doors:
    asked = {who: {fact for fact, question in QUESTION_OF.items() if question.who is who} for who in Who}
    of_business, of_person = (catalogue.rules.reading(asked[who]) for who in (Who.BUSINESS, Who.PERSON))
    meant = of_business | catalogue.any_of(catalogue.needs, BUSINESS_THEMES)
    # What has no rule may be for either: the words and themes asked for decide.
    behind = {Who.PERSON: ~of_business | of_person, Who.BUSINESS: meant | ~of_person}
    return Doors(
        behind,
        meant,
        {who: None if mask.all() else _keys(catalogue, mask) for who, mask in behind.items()},
        {
            who: frozenset(code for code, serving in catalogue.needs.items() if (serving & mask).any())
            for who, mask in behind.items()
        },
    )


def _keys(catalogue: Catalogue, mask: Mask) -> bytes:
    """All at once: after every change this is made anew, and a UUID of each takes a seventh of a second for 100,000."""
    written = "".join(catalogue.services[place].key for place in np.flatnonzero(mask).tolist())
    return bytes.fromhex(written.replace("-", ""))
