"""DOCX, by python-docx, after the archive has been looked at: what it unpacks to, and whether its XML defines entities.

python-docx shows paragraphs and tables of the body only; the text boxes many templates of CVs are made of are walked here.
Deleted text of tracked changes, codes of fields and the second copy that Word keeps of every text box are left out.
"""

import io
import xml.sax
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import defusedxml.sax
from defusedxml.common import DefusedXmlException

from kesher.formats.documents.limits import DocumentLimits
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT: Final = frozenset({f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", _FALLBACK})
_TEXT: Final = f"{_W}t"
_STANDS_FOR: Final = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
    f"{_W}txbxContent": "\n",  # a text box begins a line of its own
}
_ENDS_WITH: Final = {f"{_W}p": "\n", f"{_W}tc": "\t", f"{_W}tr": "\n"}
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)


def read(path: Path, limits: DocumentLimits) -> tuple[str, int, str]:
    """Text, 1, reader. Raises UnreadableFile."""
    try:
        import docx
    except ImportError:
        raise UnreadableFile(path.name, say.DOCUMENT_READER_MISSING(program="python-docx")) from None
    content = path.read_bytes()
    look_at(content, path.name, limits)
    try:
        document = docx.Document(io.BytesIO(content))
        parts = [document.element.body]
        heads, feet = _repeated(document)
        text = "".join(piece for part in (*heads, *parts, *feet) for piece in _pieces(part))
    except MemoryError:
        raise
    except Exception as error:  # a package that lies about itself breaks python-docx in ways without number
        raise UnreadableFile(path.name, say.DOCUMENT_BROKEN(why=f"{type(error).__name__}: {error}")) from error
    return text, 1, f"python-docx {docx.__version__}"


def look_at(content: bytes, name: str, limits: DocumentLimits) -> None:
    """Refuses what unpacks too large, whatever its headers claim, and XML with definitions of its own."""
    left = limits.unpacked_bytes
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > limits.members or len({one.filename for one in members}) < len(members):
                raise UnreadableFile(name, say.DOCUMENT_UNPACKS_TOO_LARGE())
            for member in members:
                if member.file_size > left:
                    raise UnreadableFile(name, say.DOCUMENT_UNPACKS_TOO_LARGE())
                part = archive.read(member)  # at most file_size bytes: zipfile stops there
                left -= len(part)
                if _is_markup(part):
                    _without_definitions(part, name)
    except _BROKEN as error:
        raise UnreadableFile(name, say.DOCUMENT_BROKEN(why=error)) from error
    except RuntimeError as error:  # how zipfile says that a password is needed
        raise UnreadableFile(name, say.DOCUMENT_LOCKED()) from error


def _is_markup(part: bytes) -> bool:
    """Whether bytes may be XML, in any encoding a parser would take: told from the bytes, never from the member's name."""
    head = part[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return head.startswith(b"<")


def _without_definitions(part: bytes, name: str) -> None:
    try:
        defusedxml.sax.parse(io.BytesIO(part), xml.sax.ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise UnreadableFile(name, say.DOCUMENT_HIDES_DEFINITIONS()) from error
    except xml.sax.SAXException as error:
        raise UnreadableFile(name, say.DOCUMENT_BROKEN(why=error)) from error


def _repeated(document: Any) -> tuple[list[Any], list[Any]]:
    """Headers and footers, each once: those that are another's again are left out."""
    heads: list[Any] = []
    feet: list[Any] = []
    for section in document.sections:
        for repeated, found in ((section.header, heads), (section.footer, feet)):
            if not repeated.is_linked_to_previous:
                found.append(repeated._element)  # the one way to text boxes inside
    return heads, feet


def _pieces(element: Any) -> Iterator[str]:
    """The text under an element, in order. A walk of our own stack: depth costs memory that is limited, not recursion."""
    stack: list[tuple[Any, bool]] = [(element, False)]
    last = ""
    while stack:
        node, done = stack.pop()
        if done:
            piece = _ENDS_WITH[node.tag]
            if node.tag == f"{_W}p" and node.getparent() is not None and node.getparent().tag == f"{_W}tc":
                piece = "\n" if node.getnext() is not None and node.getnext().tag == f"{_W}p" else ""
        elif node.tag in _LEFT_OUT:
            continue
        elif node.tag == _TEXT:
            piece = node.text or ""
        else:
            piece = _STANDS_FOR.get(node.tag, "")
            if node.tag in _ENDS_WITH:
                stack.append((node, True))
            stack.extend((child, False) for child in reversed(node) if isinstance(child.tag, str))
        if piece and not (piece == "\n" and last == "\n"):
            yield piece
            last = piece[-1]
