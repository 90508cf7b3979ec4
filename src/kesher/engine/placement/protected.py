"""What may not enter a prospect, and how the prospects of several adults become those of their household.

Nationality, ethnicity and religion are no inputs: a place is not better for somebody because of where they were born.
They may be labels in the audit of who is worse off (:func:`kesher.engine.placement.chance.shares`).
"""

import re
import unicodedata
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from kesher.engine.placement.model import Floats, PlacementError

#: Words of column names, in the languages that files here come in. A name is split at whatever is no letter, and at
#: capitals.
_WORDS_TEXT = """
nationality nationalities nation citizenship citizen ethnicity ethnic ethnicities ethnos race racial religion
religions religious faith denomination birthplace tribe origin לאום לאומיות אזרחות מוצא דת עדה גזע جنسية الجنسية
قومية القومية عرق العرق دين الدين ديانة الديانة أصل الأصل طائفة الطائفة национальность гражданство религия
вероисповедание этничность раса происхождение національність громадянство релігія етнічність раса походження
nationalité citoyenneté ethnie religion origine confession ዜግነት ብሔር ሃይማኖት
"""
_WORDS = frozenset(_WORDS_TEXT.split())
_PHRASES = ("country of birth", "birth country", "place of birth", "ארץ לידה", "بلد الميلاد")
_BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])|[^\w]+|_|\d+")


class ProtectedInput(PlacementError):
    """A column that may not be an input to prospects; ``column`` is its name."""

    def __init__(self, column: str) -> None:
        super().__init__(
            f"The column {column!r} may not be an input to prospects: nationality, ethnicity and religion are used only "
            "in the audit of who is worse off. Leave it out here, or give it as a group."
        )
        self.column = column


def is_protected(column: str) -> bool:
    """Whether the name of a column says nationality, ethnicity or religion."""
    words = [word for word in _BOUNDARY.split(unicodedata.normalize("NFC", column)) if word]
    folded = [word.casefold() for word in words]
    return any(word in _WORDS for word in folded) or any(phrase in " ".join(folded) for phrase in _PHRASES)


def refuse_protected(columns: Iterable[str]) -> None:
    """Raises :class:`ProtectedInput` for the first column that may not be an input to prospects."""
    for column in columns:
        if is_protected(column):
            raise ProtectedInput(column)


def household_prospects(adults: ArrayLike, household_of: ArrayLike, households: int) -> tuple[Floats, Floats]:
    """Prospects of households from those of *every* adult: the sum and the minimum, each (households, m).

    ``adults`` (a, m): NaN where the place is incompatible for that adult, which makes it incompatible for the
    household. ``household_of`` (a,): whose adult each is. A household without adults has the prospect 0 everywhere
    (sum) and no minimum (0): it can be placed and counts nothing. Not the best-placed member's: a family where one of
    two adults has no prospect is not a family that has arrived.
    """
    values, owner = np.asarray(adults, dtype=np.float64), np.asarray(household_of, dtype=np.int64)
    if values.ndim != 2 or owner.shape != values.shape[:1]:
        raise PlacementError(
            f"adults are (a, places) and household_of (a,); they have {values.shape} and {owner.shape}"
        )
    if owner.size and not (owner.min() >= 0 and owner.max() < households):
        raise PlacementError(f"household_of must number one of {households} households")
    total = np.zeros((households, values.shape[1]))
    np.add.at(total, owner, values)  # NaN stays NaN
    least = np.full_like(total, np.inf)
    np.minimum.at(least, owner, values)
    return total, np.where(np.isinf(least), 0.0, least)
