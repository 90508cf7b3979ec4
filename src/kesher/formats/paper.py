"""PDF of what people take along, set by typst: right-to-left and left-to-right words on one page, tagged for screen readers.

    data = pdf("profile", {"heading": "מה שביכולתי", "language": "he", …})

A template (``data/paper/*.typ``) is ours; what it says comes as JSON, which typst never evaluates. Nothing is written to a
disk, no font or package is fetched. Our own fonts hold the scripts of the portal; where a name has a letter that is in none of
them, those of the machine are asked too, and the page promises no accessibility, for the letter may be missing there as well.
typst comes with the extra ``print``; without it :func:`can_print` is false. Why typst: docs/decisions/0027-interview.md.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "data" / "paper"
#: In this order a letter is looked for in them.
FONTS: Final = tuple(
    f"Kesher Noto Sans{script}"
    for script in ("", " Extended", " Cyrillic", " Hebrew", " Arabic", " Ethiopic", " Shekel")
)
#: Accessible PDF: tagged, with language and title (ISO 14289-1).
STANDARD: Final = "ua-1"


class CannotPrint(RuntimeError):
    """typst is not installed, or refused what it was given."""


@lru_cache(maxsize=1)
def can_print() -> bool:
    return find_spec("typst") is not None


def pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """The document of a template with its data: what :mod:`json` can write. Takes about 40 ms, the first time 0.4 s."""
    if not can_print():
        raise CannotPrint("typst is not installed: pip install kesher[print]")
    told = json.dumps({**data, "fonts": FONTS}, ensure_ascii=False)
    try:
        return _set(template, told, ours_alone=True)
    except RuntimeError:  # typst's own error is one
        pass
    try:
        return _set(template, told, ours_alone=False)
    except RuntimeError as fault:
        raise CannotPrint(str(fault).splitlines()[0][:300]) from None


def _set(template: str, told: str, *, ours_alone: bool) -> bytes:
    made: bytes = import_module("typst").compile(
        str(FOLDER / f"{template}.typ"),
        font_paths=[str(FOLDER / "fonts")],
        ignore_system_fonts=ours_alone,
        sys_inputs={"data": told},
        pdf_standards=[STANDARD] if ours_alone else [],
    )
    return made
