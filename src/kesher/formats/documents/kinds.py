"""What a file is, told from its first bytes, and whether its name says the same."""

import io
import re
import zipfile
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say


class Kind(StrEnum):
    """What can be read."""

    PDF = "PDF"
    DOCX = "DOCX"
    TEXT = "TXT"


#: Endings that promise a kind. Any other ending promises nothing.
_PROMISED: Final = {
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".md": Kind.TEXT,
}
_PICTURES: Final = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00")
#: Old Word (and every other OLE file), RTF.
_OTHER_PROGRAMS: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"{\\rtf")
_MARKUP: Final = re.compile(rb"\s*<[A-Za-z!?/]")  # HTML, XML: no text of a person as it stands
#: PDF readers look for the mark in the first 1,024 bytes (ISO 32000-1, annex H, note 13).
_PDF_WITHIN: Final = 1_024


def find_kind(content: bytes, name: str) -> Kind:
    """The kind of a file. Raises UnreadableFile for a kind we do not read and for a name that promises another kind."""
    if not content:
        raise UnreadableFile(name, say.FILE_EMPTY())
    kind = _told_by(content, name)
    ending = PurePath(name).suffix.lower()
    if _PROMISED.get(ending, kind) is not kind:
        raise UnreadableFile(name, say.DOCUMENT_MISNAMED(named=ending, found=kind))
    return kind


def _told_by(content: bytes, name: str) -> Kind:
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return packed(content, name)
    if content.startswith(_PICTURES) or content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypavif"):
        raise UnreadableFile(name, say.DOCUMENT_IS_PICTURE())
    if (content[:4], content[8:12]) == (b"RIFF", b"WEBP") or (content[:2], content[6:10]) == (b"BM", bytes(4)):
        raise UnreadableFile(name, say.DOCUMENT_IS_PICTURE())
    if content.startswith(_OTHER_PROGRAMS):
        if "EncryptedPackage".encode("utf-16-le") in content:  # how Office wraps a .docx with a password (MS-OFFCRYPTO)
            raise UnreadableFile(name, say.DOCUMENT_LOCKED())
        raise UnreadableFile(name, say.DOCUMENT_OF_OTHER_PROGRAM())
    if b"%PDF-" in content[:_PDF_WITHIN]:
        return Kind.PDF
    if _MARKUP.match(content[:_PDF_WITHIN]):
        raise UnreadableFile(name, say.DOCUMENT_KIND_UNKNOWN())
    return Kind.TEXT


def packed(content: bytes, name: str) -> Kind:
    """The kind of an archive. Raises UnreadableFile for one that is no document we read."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = {member.filename: member for member in archive.infolist()}
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise UnreadableFile(name, say.DOCUMENT_BROKEN(why=error)) from error
    if any(member.flag_bits & 1 for member in members.values()):
        raise UnreadableFile(name, say.DOCUMENT_LOCKED())
    if "[Content_Types].xml" in members and any(one.startswith("word/") for one in members):
        return Kind.DOCX
    if members.keys() & {"mimetype", "content.xml", "Index/Document.iwa"}:  # OpenDocument, Pages
        raise UnreadableFile(name, say.DOCUMENT_OF_OTHER_PROGRAM())
    raise UnreadableFile(name, say.DOCUMENT_KIND_UNKNOWN())
