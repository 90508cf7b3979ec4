"""What is taken out of a text that was read: marks nobody sees, and the spaces of a page."""

import re
import unicodedata
from typing import Final

#: Embeddings, overrides and isolates of direction: PDF readers write them around right-to-left lines. On a page the
#: direction comes from the letters and the markup; inside a text that is searched they only split words.
_DIRECTIONS: Final = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
#: Control characters but tab and line feed, and the no-characters that PostgreSQL or XML refuse.
_CONTROLS: Final = dict.fromkeys([*range(9), 0x0B, *range(0x0E, 0x20), *range(0x7F, 0xA0), 0xFFFE, 0xFFFF, 0xFEFF])
_BREAKS: Final = re.compile(r"\r\n?|\f|\u2028|\u2029|\x85")
_BEFORE_BREAK: Final = re.compile(r"[ \t]+\n")
_MANY_BREAKS: Final = re.compile(r"\n{3,}")


def cleaned(text: str) -> str:
    """The text in NFC, with line feeds only, at most one empty line in a row, and no invisible marks of direction."""
    text = _BREAKS.sub("\n", text).translate(_DIRECTIONS).translate(_CONTROLS)
    text = text.encode("utf-8", "replace").decode("utf-8")  # a half surrogate is no character
    text = _MANY_BREAKS.sub("\n\n", _BEFORE_BREAK.sub("\n", text))
    return unicodedata.normalize("NFC", text).strip()
