"""Which taxonomies may be taken in and passed on.

An allow-list, because a directory seldom says what its codes may be used for: the codes of 211 LA County and AIRS,
which fill the directories of North America, are licensed to each user and may not be shown or passed on by another.
A taxonomy that is not listed here, or in what the town adds, is never read: neither its terms nor the links to them.
"""

import re
from collections.abc import Collection

REDISTRIBUTABLE: frozenset[str] = frozenset(
    {
        "open-eligibility",  # CC BY-SA 3.0
        "esco",  # European Union, reuse with acknowledgement
        "esco-occupations",
        "esco-skills",
        "isco-08",  # ILO, CC BY 4.0
        "isced-f-2013",  # UNESCO, CC BY-SA 3.0 IGO
        "data-inclusion-thematiques",  # Etalab 2.0
        "data-inclusion-types",
        "data-inclusion-publics",
        "data-inclusion-frais",
        "data-inclusion-modes-accueil",
        "kesher",  # our own words
        "kesher-business",
        "kesher-needs",
        "kesher-services",
    }
)
_ALIASES = {"openeligibility": "open-eligibility", "open-eligibility-taxonomy": "open-eligibility", "isco": "isco-08"}


def slug_of(name: str) -> str:
    """``"Open Eligibility"`` -> ``"open-eligibility"``; the key under which a taxonomy is known."""
    slug = re.sub(r"[\W_]+", "-", name.strip().lower()).strip("-")
    return _ALIASES.get(slug, slug)


def permitted(name: str | None, allowed: Collection[str] = REDISTRIBUTABLE) -> str | None:
    """The slug of the named taxonomy if it may be passed on, else ``None``. A taxonomy without a name may not."""
    slug = slug_of(name) if name else ""
    return slug if slug in allowed else None
