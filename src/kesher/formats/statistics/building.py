"""What all readers do alike: a number from a cell, a status from flags, and the remarks that are made once for a file."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from kesher.formats.files import Ledger
from kesher.formats.remarks import Said, say
from kesher.formats.remarks import statistics as telling
from kesher.formats.statistics.flags import CONFIDENTIALITY, NOTHING, status_of
from kesher.formats.statistics.records import WITHOUT_VALUE, Status
from kesher.formats.values import Unclean

#: Where flags are written, in the order in which they are asked.
STATUS_ATTRIBUTES = ("OBS_STATUS", "OBS_FLAG", "obs_status", "obs_flag", "Flag Codes")
CONFIDENTIALITY_ATTRIBUTES = ("CONF_STATUS", "CONF_STATUS_OBS", "conf_status")


def number_of(text: str, *, decimal_comma: bool = False) -> tuple[float | None, Status]:
    """The value in a cell, or what the word there says. Raises :class:`Unclean`.

    >>> number_of("12,4", decimal_comma=True), number_of(":")
    ((12.4, <Status.NORMAL: 0>), (None, <Status.MISSING: 1>))
    """
    try:
        value = float(text.replace(",", ".") if decimal_comma else text)
    except ValueError:
        text = text.strip()
        if text in NOTHING:
            return None, NOTHING[text]
        raise Unclean(say.NOT_A_NUMBER(value=text)) from None
    if math.isfinite(value) and "_" not in text:
        return value, Status.NORMAL
    if value != value:  # "NaN"
        return None, Status.MISSING
    raise Unclean(say.NOT_A_NUMBER_WE_TAKE(value=text))


@dataclass(slots=True)
class Teller:
    """Remarks of one file. One that would be made for each row is made for the first row only."""

    file: str
    ledger: Ledger
    _told: set[tuple[str, str, str]] = field(default_factory=set)

    def refuse(self, row: int | None, name: str | None, said: Said) -> None:
        """The observation was left out."""
        self.ledger.refuse(self.file, row, name, said)

    def once(self, row: int | None, name: str | None, said: Said, about: str = "") -> None:
        """The observation was kept; said of the first row where it happens."""
        key = (said.code, name or "", about)
        if key not in self._told:
            self._told.add(key)
            self.ledger.refuse(self.file, row, name, said, fatal=False)


def settled(
    value: float | None, status: Status, attributes: Mapping[str, str], row: int, teller: Teller, known: str = "sdmx"
) -> tuple[float | None, Status]:
    """Value and status made consistent, with the flags among ``attributes``.

    A value that is marked confidential is not kept: what a source hides stays hidden, though it forgot to empty the
    cell.
    """
    for name in STATUS_ATTRIBUTES:
        if text := attributes.get(name):
            meant, unknown = status_of(text, known)
            if unknown:
                teller.once(row, name, telling.FLAG_UNKNOWN(value=unknown), unknown)
            status |= meant
            break
    for name in CONFIDENTIALITY_ATTRIBUTES:
        if (text := attributes.get(name)) is not None:
            status |= CONFIDENTIALITY.get(text.strip(), Status.SUPPRESSED)
            break
    if value is None:
        if status & Status.SUPPRESSED or status & Status.NOT_APPLICABLE:
            status &= ~Status.MISSING
        elif not status & WITHOUT_VALUE:
            status |= Status.MISSING
    elif status & Status.SUPPRESSED:
        teller.once(row, None, telling.CONFIDENTIAL())
        value = None
    elif status & WITHOUT_VALUE:
        status &= ~WITHOUT_VALUE  # flagged as missing, and there: the value counts
    return value, status
