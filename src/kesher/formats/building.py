"""Records made from cleaned values, and identifiers for sources that have none of their own."""

import hashlib
import re
import unicodedata
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kesher.formats.files import Ledger
from kesher.formats.records import Record
from kesher.formats.remarks import Said, say

AnyRecord = TypeVar("AnyRecord", bound=Record)

#: The class of a record -> what a row of it stands for; every other class is a detail of one of these.
KIND_OF = {
    "TaxonomyRecord": "taxonomy",
    "TermRecord": "term",
    "OrganisationRecord": "organisation",
    "ProgrammeRecord": "programme",
    "LocationRecord": "location",
    "ServiceRecord": "service",
}

_APART = re.compile(r"[\W_]+")


def build(
    kind: type[AnyRecord], ledger: Ledger, file: str, row: int | None, record: str | None = None, /, **fields: Any
) -> AnyRecord | None:
    """``kind(**fields)``, or ``None`` and a fatal refusal per field that the record cannot hold."""
    try:
        return kind(**fields)
    except ValidationError as faults:
        stood_for = KIND_OF.get(kind.__name__, "detail")
        for fault in faults.errors(include_url=False):
            field = ".".join(str(part) for part in fault["loc"])
            known = record if record is None or len(record) <= 255 else record[:254] + "…"
            ledger.refuse(file, row, field, why_not(fault), record=known, kind=stood_for)
        return None


def why_not(fault: ErrorDetails) -> Said:
    """Why a record cannot hold a value."""
    limit = (fault.get("ctx") or {}).get("max_length")
    if fault["type"] == "string_too_long" and limit is not None:
        return say.TEXT_TOO_LONG(count=len(fault["input"]), limit=limit)
    return say.CANNOT_BE_TAKEN(value=fault["input"], why=fault["msg"].lower())


def name_key(name: str) -> str:
    """A name as it is compared: letters and digits of any script in one case; points, quotes and blanks left out.

    >>> name_key("St. Stephen's  House") == name_key("St Stephens House")
    True
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(_APART.sub(" ", re.sub(r"['’‘`׳״\".]", "", plain)).split())


def derived_id(*parts: str | None) -> str:
    """A stable identifier of 20 hexadecimal digits from the words that tell a record apart (see :func:`name_key`)."""
    words = "\x1f".join(name_key(part or "") for part in parts)
    return hashlib.sha256(words.encode()).hexdigest()[:20]
