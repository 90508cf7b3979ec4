"""The flags of statistical offices in our words.

Sources: SDMX cross-domain code lists CL_OBS_STATUS 2.2 and CL_CONF_STATUS 1.2 (https://sdmx.org/?page_id=3215);
Eurostat, "Special symbols and abbreviations" (flags of the dissemination data base, lower case, several in one cell:
``bd``); ILOSTAT, "Bulk download guide", table obs_status; OECD.Stat, "Flag codes".
"""

from collections.abc import Mapping
from functools import cache

from kesher.formats.statistics.records import Status

_NONE = Status.NORMAL

#: CL_OBS_STATUS.
SDMX: Mapping[str, Status] = {
    "A": _NONE,
    "B": Status.BREAK,
    "D": Status.DEFINITION,
    "E": Status.ESTIMATED,
    "F": Status.FORECAST,
    "G": Status.OTHER,  # experimental
    "H": Status.MISSING,  # a holiday or week-end
    "I": Status.ESTIMATED,
    "J": Status.OTHER,  # derogation
    "K": Status.MISSING,  # included in another category
    "L": Status.MISSING,  # exists, was not collected
    "M": Status.MISSING,  # cannot exist
    "N": Status.UNRELIABLE,  # not significant
    "O": Status.MISSING,
    "P": Status.PROVISIONAL,
    "Q": Status.SUPPRESSED,
    "R": Status.REVISED,  # not of the list; several agencies use it
    "S": Status.OTHER,  # strike and other special events
    "U": Status.UNRELIABLE,
    "V": Status.PROVISIONAL,  # unvalidated
    "W": Status.OTHER,  # includes data from another category
    "X": Status.OTHER,
    "Y": Status.OTHER,
    "Z": Status.NOT_APPLICABLE,
}
#: CL_CONF_STATUS: all but "free" may not be passed on.
CONFIDENTIALITY: Mapping[str, Status] = {
    "": _NONE,
    "F": _NONE,
    **dict.fromkeys(("A", "C", "D", "E", "G", "M", "N", "O", "P", "R", "S", "T"), Status.SUPPRESSED),
}
#: Eurostat's dissemination data base.
EUROSTAT: Mapping[str, Status] = {
    "b": Status.BREAK,
    "c": Status.SUPPRESSED,
    "d": Status.DEFINITION,
    "e": Status.ESTIMATED,
    "f": Status.FORECAST,
    "i": Status.ESTIMATED,
    "m": Status.MISSING,
    "n": Status.UNRELIABLE,
    "p": Status.PROVISIONAL,
    "r": Status.REVISED,
    "s": Status.ESTIMATED,
    "u": Status.UNRELIABLE,
    "z": Status.NOT_APPLICABLE,
    ":": Status.MISSING,
}
#: ILOSTAT's obs_status; "S" and "N" hide a value that rests on too few answers.
ILOSTAT: Mapping[str, Status] = {
    "A": _NONE,
    "B": Status.BREAK,
    "C": Status.SUPPRESSED,
    "D": Status.DEFINITION,
    "E": Status.ESTIMATED,
    "F": Status.FORECAST,
    "I": Status.ESTIMATED,
    "M": Status.MISSING,
    "N": Status.UNRELIABLE,
    "P": Status.PROVISIONAL,
    "R": Status.REVISED,
    "S": Status.SUPPRESSED,
    "T": Status.OTHER,
    "U": Status.UNRELIABLE,
    "V": Status.PROVISIONAL,
    "X": Status.MISSING,
    "Z": Status.NOT_APPLICABLE,
}
#: Words in the place of a number that say that there is none.
NOTHING: Mapping[str, Status] = {
    "": Status.MISSING,
    ":": Status.MISSING,
    "..": Status.MISSING,
    "...": Status.MISSING,
    "-": Status.MISSING,
    "NA": Status.MISSING,
    "NaN": Status.MISSING,
    "nan": Status.MISSING,
    "null": Status.MISSING,
    "None": Status.MISSING,
    "#N/A": Status.MISSING,
    "n/a": Status.MISSING,
    "c": Status.SUPPRESSED,
    "C": Status.SUPPRESSED,
    "*": Status.SUPPRESSED,
    "**": Status.SUPPRESSED,
    "#": Status.SUPPRESSED,
}


@cache
def _letters(text: str, known: str) -> tuple[Status, str]:
    meanings = {"sdmx": SDMX, "eurostat": EUROSTAT, "ilostat": ILOSTAT}[known]
    if text in meanings:
        return meanings[text], ""
    status, unknown = Status.NORMAL, ""
    for letter in text.replace(",", "").replace(" ", "").replace(";", ""):
        meaning = meanings.get(letter)
        if meaning is None and known == "sdmx":
            meaning = EUROSTAT.get(letter)  # several agencies write Eurostat's small letters into OBS_STATUS
        if meaning is None:
            status, unknown = status | Status.OTHER, unknown + letter
        else:
            status |= meaning
    return status, unknown


def status_of(text: str, known: str = "sdmx") -> tuple[Status, str]:
    """What the flags in one cell mean, and those of them that nobody knows. ``known``: sdmx, eurostat or ilostat.

    >>> status_of("bd", "eurostat")
    (<Status.BREAK|DEFINITION: 520>, '')
    """
    return _letters(text.strip(), known)
