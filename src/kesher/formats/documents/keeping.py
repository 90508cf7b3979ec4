"""A paper that is kept as somebody sent it: a certificate, a CV, a letter. What it is, is told from its bytes.

    paper = keepable(content, "diploma.jpg")     # bytes as uploaded, and the name they came under
    paper.kind, paper.content, paper.name        # what may be kept and handed out again

A closed list: PDF, JPEG, PNG, DOCX. Pictures are made anew: what a telephone writes beside them (where and when they were
taken, with which telephone, a small copy of them) and whatever hides behind them is gone. PDF and DOCX stay byte for byte, for
signatures stand in them; those with programs, other files or a password inside are refused, and files that are of two kinds.
The looking runs in a process of its own (:mod:`kesher.formats.documents.keeping_worker`) within :data:`PAPER_LIMITS`.
"""

import io
import re
import tempfile
import unicodedata
import zipfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import Final

from kesher.formats.documents.kinds import Kind, packed
from kesher.formats.documents.limits import MIB, DocumentLimits
from kesher.formats.documents.reading import ask
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import REMARKS, Said, say

PAPER_LIMITS: Final = DocumentLimits(pages=100)
_WORKER: Final = "kesher.formats.documents.keeping_worker"


class PaperKind(StrEnum):
    """What is kept. The value is its media type."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    @property
    def ending(self) -> str:
        return _ENDINGS[self]

    @property
    def is_picture(self) -> bool:
        return self in (PaperKind.JPEG, PaperKind.PNG)


_ENDINGS: Final = {PaperKind.PDF: ".pdf", PaperKind.JPEG: ".jpg", PaperKind.PNG: ".png", PaperKind.DOCX: ".docx"}
#: Endings that promise a kind; of those with None nothing is kept, whatever is in them.
_PROMISED: Final[dict[str, PaperKind | None]] = {
    ".pdf": PaperKind.PDF,
    ".jpg": PaperKind.JPEG,
    ".jpeg": PaperKind.JPEG,
    ".png": PaperKind.PNG,
    ".docx": PaperKind.DOCX,
    **dict.fromkeys((".htm", ".html", ".xhtml", ".svg", ".xml", ".js", ".exe", ".com", ".bat", ".cmd", ".scr"), None),
    **dict.fromkeys((".doc", ".docm", ".xls", ".xlsx", ".rtf", ".odt", ".zip", ".rar", ".7z", ".gif", ".heic"), None),
}
_WORD_WITH_PASSWORD: Final = "EncryptedPackage".encode("utf-16-le")  # MS-OFFCRYPTO
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: Signs that mean something to a file system, a shell or a header.
_UNSAFE: Final = re.compile(r"[<>:\"|?*;%&$`'\\/]+")
_LONGEST_NAME: Final = 80
#: What the readers of CVs say of a file -> what is said here, where no text can be pasted instead.
_SAID_HERE: Final = {
    "document-too-slow": say.PAPER_TOO_HEAVY,
    "document-too-heavy": say.PAPER_TOO_HEAVY,
    "document-unpacks-too-large": say.PAPER_TOO_HEAVY,
    "document-text-too-long": say.PAPER_TOO_HEAVY,
    "document-hides-definitions": say.PAPER_HOLDS_MORE,
    "document-broken": say.PAPER_BROKEN,
    "document-kind-unknown": say.PAPER_KIND_NOT_KEPT,
    "document-of-other-program": say.PAPER_KIND_NOT_KEPT,
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What may be kept. ``name``: safe to show and to save under, with the ending of its kind; at most 85 characters."""

    kind: PaperKind
    content: bytes
    name: str


def keepable(content: bytes, name: str, limits: DocumentLimits = PAPER_LIMITS) -> Paper:
    """Look at a file that came under ``name``. Raises :class:`UnreadableFile`, whose remark says what to do."""
    if len(content) > limits.bytes:
        raise UnreadableFile(name, say.PAPER_TOO_LARGE(limit=limits.bytes // MIB))
    try:
        kind = paper_kind(content, name)
        with tempfile.TemporaryDirectory(prefix="kesher-paper-") as folder:
            path = Path(folder) / "paper"  # under a name of ours: what people call a file is no argument for a program
            path.write_bytes(content)
            ask(path, kind.name, name, limits, worker=_WORKER)
            if kind.is_picture:
                content = path.with_name("made").read_bytes()
    except UnreadableFile as fault:
        raise UnreadableFile(name, _here(fault.said)) from None
    return Paper(kind, content, shown_name(name, kind))


def paper_kind(content: bytes, name: str) -> PaperKind:
    """The kind of a file, from its first bytes. Raises UnreadableFile for others, and where the name promises another."""
    if not content:
        raise UnreadableFile(name, say.PAPER_EMPTY())
    if content.startswith(b"%PDF-"):  # nothing may stand before it: a page or an archive would
        kind = PaperKind.PDF
    elif content.startswith(b"\xff\xd8\xff"):
        kind = PaperKind.JPEG
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        kind = PaperKind.PNG
    elif content.startswith(b"PK\x03\x04") and packed(content, name) is Kind.DOCX:
        kind = PaperKind.DOCX
    elif content.startswith(_OLE) and _WORD_WITH_PASSWORD in content:
        raise UnreadableFile(name, say.DOCUMENT_LOCKED())
    else:
        raise UnreadableFile(name, say.PAPER_KIND_NOT_KEPT())
    ending = PurePath(_visible(name)).suffix.lower()
    promised = _PROMISED.get(ending, kind)
    if promised is not kind and not (promised is not None and promised.is_picture and kind.is_picture):
        raise UnreadableFile(name, say.DOCUMENT_MISNAMED(named=ending, found=kind.name))
    if kind is PaperKind.PDF and zipfile.is_zipfile(io.BytesIO(content)):
        raise UnreadableFile(name, say.PAPER_HOLDS_MORE())
    return kind


def shown_name(name: str, kind: PaperKind) -> str:
    """The file's own name: no folders, no signs that cannot be seen or turn a line round, and the ending of its kind."""
    stem = _visible(re.split(r"[\\/]", name)[-1])
    while (ending := PurePath(stem).suffix) and ending.lower() in _PROMISED:
        stem = stem.removesuffix(ending)
    stem = " ".join(_UNSAFE.sub("_", stem).split()).strip("._ -")[:_LONGEST_NAME].strip("._ -")
    return (stem or "paper") + kind.ending


def _visible(text: str) -> str:
    """Without control signs, marks of direction, halves of pairs, and separators other than the space."""
    kept = (
        sign for sign in unicodedata.normalize("NFC", text) if sign == " " or unicodedata.category(sign)[0] not in "CZ"
    )
    return "".join(kept).strip()


def _here(said: Said) -> Said:
    if said.code in _SAID_HERE:
        return _SAID_HERE[said.code]()
    if said.code == "document-too-many-pages":
        return say.PAPER_TOO_MANY_PAGES(**said.params)
    return REMARKS[said.code](**said.params)
