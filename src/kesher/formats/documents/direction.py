"""From the order on the page to the order of speech, for lines that run from right to left.

A PDF holds glyphs at places, not a text. What a reader gives for a Hebrew or Arabic line is in parts as it stands on the page,
from left to right: ``)2016–2009``. These functions undo the reordering of the Unicode Bidirectional Algorithm (UAX 9) in a
right-to-left paragraph: Latin words and numbers are islands that run from left to right; everything between them runs from
right to left. Of the rules for weak types, what matters for CVs is kept: separators inside a number belong to it
(W4: 052-1234567 after Hebrew letters, but not after Arabic ones, W2), and so do signs beside it (W5: 30%).
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

_RIGHT: Final = frozenset({"R", "AL"})
_EMBEDDED: Final = re.compile("\u202a([^\u202a-\u202e]*)\u202c")
_MIRRORED: Final = str.maketrans("()[]{}<>«»", ")(][}{><»«")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


def runs_from_right(text: str) -> bool:
    """Whether most letters of a text belong to a script that runs from right to left."""
    kinds = [unicodedata.bidirectional(letter) for letter in text]
    return sum(kind in _RIGHT for kind in kinds) > kinds.count("L")


def has_arabic(text: str) -> bool:
    """Whether a text holds Arabic letters, in their plain or presented forms."""
    return any(unicodedata.bidirectional(letter) == "AL" for letter in text)


def spoken(on_page: Sequence[str], before: str = "") -> str:
    """A line of a right-to-left paragraph in the order of speech.

    on_page: its characters from left to right, each with the marks that stand on it. before: what was read of the line before
    (its last letter decides how a number with hyphens runs).
    """
    said = before
    for island in reversed(list(_islands(on_page))):
        said += "".join(_number(island, said)) if _is_number(island) else "".join(island)
    return said[len(before) :]


def _kind(cluster: str) -> str:
    return unicodedata.bidirectional(cluster[0]) if cluster else ""


def _islands(on_page: Sequence[str]) -> Iterator[Sequence[str]]:
    """Parts that keep their order: runs from a Latin letter to the last one before a letter of the other direction, numbers
    with their signs and separators, and every other character alone."""
    place = 0
    while place < len(on_page):
        kind, end = _kind(on_page[place]), place + 1
        if kind == "L":
            for further in range(end, len(on_page)):
                other = _kind(on_page[further])
                if other in _RIGHT:
                    break
                # A number behind a Latin word belongs to it (W7): Word 2016. On the page it could as well be one that was said
                # before the word; so only right behind it or behind one space. Further marks only with a letter behind them.
                near = further == end or (further == end + 1 and _kind(on_page[end]) == "WS")
                if other in ("L", "NSM") or (other == "EN" and near):
                    end = further + 1
        elif kind in ("EN", "AN"):
            while end < len(on_page):
                if _kind(on_page[end]) in (kind, "ET"):
                    end += 1
                elif _kind(on_page[end]) in ("ES", "CS") and end + 1 < len(on_page) and _kind(on_page[end + 1]) == kind:
                    end += 2
                else:
                    break
        elif kind == "ET" and place + 1 < len(on_page) and _kind(on_page[place + 1]) == "EN":
            rest = next(_islands(on_page[place + 1 :]))
            end = place + 1 + len(rest)
        yield on_page[place:end]
        place = end


def _is_number(island: Sequence[str]) -> bool:
    return any(_kind(one) in ("EN", "AN") for one in island) and not any(_kind(one) == "L" for one in island)


def _number(island: Sequence[str], said: str) -> Iterator[str]:
    """A number as it is said. After an Arabic letter hyphens and plus signs do not bind its parts: they stand in reverse."""
    last = next((kind for kind in map(unicodedata.bidirectional, reversed(said)) if kind in ("L", "R", "AL")), "R")
    arabic = last == "AL" or any(_kind(one) == "AN" for one in island)
    if not arabic:
        yield from island
        return
    parts: list[list[str]] = [[]]
    for one in island:
        if _kind(one) == "ES":
            parts += [[one], []]
        else:
            parts[-1].append(one)
    for part in reversed(parts):
        yield from part


def unembedded(line: str) -> str:
    """A line as pdftotext writes it, in the order of speech, without its marks of direction.

    It puts U+202B in front of a line that runs from right to left and writes such words as spoken; but everything between
    them, from the first to the last Latin letter or digit with the marks beside it, as it stands on the page, between
    U+202A and U+202C (poppler, TextOutputDev.cc, ``TextPage::dumpFragment``).
    """
    if "\u202a" not in line:
        return line
    said, place = "", 0
    for found in _EMBEDDED.finditer(line):
        said += line[place : found.start()]
        said += spoken(found[1], said) if line.startswith("\u202b") else found[1]
        place = found.end()
    return said + line[place:]


def with_brackets_mended(line: str) -> str:
    """A line whose brackets are all the wrong way round, turned; any other as it is."""
    return line.translate(_MIRRORED) if _unpaired(line) > _unpaired(line.translate(_MIRRORED)) else line


def _unpaired(line: str) -> int:
    open_ones = wrong = 0
    for letter in line:
        if letter in _OPENING:
            open_ones += 1
        elif letter in _CLOSING:
            if open_ones:
                open_ones -= 1
            else:
                wrong += 1
    return wrong + open_ones
