"""PDF: by poppler's ``pdftotext`` where it is installed, else by PDFium; Arabic by PDFium where it is installed.

Why, measured on CVs that Chromium printed in four scripts and several typefaces (docs/decisions/0016-documents.md): pdftotext
orders columns best and gives words of Hebrew, Latin, Cyrillic and Ethiopic as spoken, but writes the ligature lam-alef back to
front (الإدارة becomes اإلدارة, and سلام becomes سالم, which is a word too: it cannot be mended afterwards). PDFium reverses
some words of right-to-left lines and not others, but knows where each letter stands; from the places the order is certain.
pdfminer returns Hebrew back to front; pypdf moves digits and marks.
"""

import os
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from kesher.formats.documents.direction import has_arabic, runs_from_right, spoken, unembedded, with_brackets_mended
from kesher.formats.documents.limits import DocumentLimits
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say

_VERSION: Final = re.compile(r"version ([\d.]+)")
_LOCKED: Final = re.compile(r"incorrect password|encrypt", re.IGNORECASE)
#: A page may hold so many characters for each that is allowed in all: spaces and marks that are taken out later.
_RAW: Final = 4

#: Room between two letters from which on it is a space, in parts of the letters' size. In four typefaces spaces had .17 to .41,
#: and letters of one word .13 at most.
_SPACE: Final = 0.15

Read = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class _Letter:
    """A letter with the marks on it, in points of the page: the middle of its ink, the edges of its room, its size."""

    text: str
    middle: float
    left: float
    right: float
    size: float


def read(path: Path, limits: DocumentLimits) -> Read:
    """Text, number of pages, reader. Raises UnreadableFile."""
    program = shutil.which("pdftotext")
    if program is None:
        return by_pdfium(path, limits)
    found = by_pdftotext(program, path, limits)
    if has_arabic(found[0]):
        try:
            return by_pdfium(path, limits)
        except UnreadableFile:  # not installed, or stricter about a broken file: read as it could be
            return found
    return found


def by_pdftotext(program: str, path: Path, limits: DocumentLimits) -> Read:
    """Reads one page more than is allowed, so that too many are seen without counting what the file claims."""
    out = path.with_name("text")
    done = subprocess.run(
        [program, "-enc", "UTF-8", "-eol", "unix", "-f", "1", "-l", str(limits.pages + 1), path.name, out.name],
        cwd=path.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
    )
    complaint = done.stderr.decode("utf-8", "replace")
    if "bad_alloc" in complaint or "out of memory" in complaint.lower():
        raise MemoryError
    if done.returncode < 0:  # a limit, or a crash on a broken file: ends as it ended, and who started us tells it
        os.kill(os.getpid(), -done.returncode)
    if done.returncode:
        if _LOCKED.search(complaint):
            raise UnreadableFile(path.name, say.DOCUMENT_LOCKED())
        first = complaint.strip().partition("\n")[0]
        raise UnreadableFile(path.name, say.DOCUMENT_BROKEN(why=first or done.returncode))
    text = out.read_bytes().decode("utf-8", "replace")
    pages = text.count("\f")
    _within(pages, path, limits)
    return "\n".join(map(unembedded, text.split("\n"))), pages, f"pdftotext {_version(program)}"


def _version(program: str) -> str:
    told = subprocess.run([program, "-v"], capture_output=True, check=False).stderr.decode("utf-8", "replace")
    found = _VERSION.search(told)
    return found[1] if found else "of unknown version"


def by_pdfium(path: Path, limits: DocumentLimits) -> Read:
    """Lines that hold right-to-left letters are put in order by the places of their letters."""
    try:
        import pypdfium2
    except ImportError:
        raise UnreadableFile(path.name, say.DOCUMENT_READER_MISSING(program="pdftotext")) from None
    texts: list[str] = []
    left = _RAW * limits.characters
    try:
        document = pypdfium2.PdfDocument(path)
        _within(len(document), path, limits)
        for number in range(len(document)):
            page = document[number].get_textpage()
            left -= page.count_chars()
            if left < 0:
                raise UnreadableFile(path.name, say.DOCUMENT_TEXT_TOO_LONG(limit=limits.characters))
            texts.append("\n".join(_lines(page)))
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile(path.name, say.DOCUMENT_LOCKED()) from error
        raise UnreadableFile(path.name, say.DOCUMENT_BROKEN(why=error)) from error
    return "\f".join(texts), len(document), f"PDFium, pypdfium2 {pypdfium2.PYPDFIUM_INFO}"


def _lines(page: Any) -> Iterator[str]:
    """The lines of a page, in NFKC: letters that the file names by the shapes they are drawn in become letters again."""
    import pypdfium2.raw as pdfium

    text = page.get_text_range()
    if not _holds_right_to_left(text):
        yield from unicodedata.normalize("NFKC", text).splitlines()
        return
    mostly = runs_from_right(text)
    line: list[_Letter] = []
    for number in range(page.count_chars()):
        letter = chr(pdfium.FPDFText_GetUnicode(page, number))
        if letter in "\r\n":
            if letter == "\n":
                yield _line(line, mostly)
                line = []
            continue
        if line and unicodedata.combining(letter):
            line[-1] = replace(line[-1], text=line[-1].text + letter)  # a point stands on its letter
            continue
        ink_left, _, ink_right, _ = page.get_charbox(number)
        left, _, right, _ = page.get_charbox(number, loose=True)
        size = pdfium.FPDFText_GetFontSize(page, number)
        line.append(_Letter(letter, (ink_left + ink_right) / 2, left, right, max(size, 1.0)))
    yield _line(line, mostly)


def _line(letters: list[_Letter], mostly_from_right: bool) -> str:
    """One line as it is spoken."""
    as_given = "".join(letter.text for letter in letters)
    if _holds_right_to_left(as_given) and (mostly_from_right or runs_from_right(as_given)):
        as_given = with_brackets_mended(spoken(_on_page(letters)))
    return unicodedata.normalize("NFKC", as_given)


def _on_page(letters: list[_Letter]) -> list[str]:
    """The letters from left to right with spaces where there is room for one.

    The file's own spaces are not used: PDFium adds some of its own beside words it has reversed. Two letters of a ligature may
    have one box: sorting from the right is stable and leaves them as the file gives them.
    """
    from_right = sorted((one for one in letters if not one.text.isspace()), key=lambda one: -one.middle)
    found: list[str] = []
    reached = float("inf")
    for one in from_right:
        if found and reached - one.right > _SPACE * one.size:
            found.append(" ")
        found.append(one.text)
        reached = min(reached, one.left)
    return found[::-1]


def _holds_right_to_left(text: str) -> bool:
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def _within(pages: int, path: Path, limits: DocumentLimits) -> None:
    if pages > limits.pages:
        raise UnreadableFile(path.name, say.DOCUMENT_TOO_MANY_PAGES(limit=limits.pages))
