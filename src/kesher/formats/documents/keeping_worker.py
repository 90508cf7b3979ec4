"""The process that looks at one paper before it is kept: sets its own limits, looks, writes one JSON object, ends.

    python -P -m kesher.formats.documents.keeping_worker '{"path": …, "kind": "JPEG", limits}'

Output as of :mod:`kesher.formats.documents.worker`: ``{}`` or ``{"refused", "params"}``. A picture made anew lies beside the
given one, under the name ``made``.
"""

import errno
import io
import json
import re
import sys
import zipfile
import zlib
from pathlib import Path
from typing import Final

import defusedxml.ElementTree
from defusedxml.common import DefusedXmlException

from kesher.formats.documents.docx_parts import look_at
from kesher.formats.documents.limits import MIB, DocumentLimits
from kesher.formats.documents.worker import limit
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say

#: The longer side of a picture that is kept, in points: a sheet of A4 at 300 to the inch. Small print stays readable.
SIDE: Final = 3_508
#: Points of a picture that is opened at all: telephones take 12 to 108 million.
POINTS: Final = 120_000_000
QUALITY: Final = 88

#: Names in a PDF of what runs, opens or carries something. Looked for outside of streams, and in streams of objects.
_RUNS: Final = re.compile(
    rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA|ImportData|SubmitForm|GoToE|Movie|Sound"
    rb"|EF|FileAttachment|GoToR|Rendition)(?![A-Za-z0-9])"
)
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM: Final = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_BEGINS: Final = re.compile(rb"stream\r?\n")
_DICTIONARY: Final = 1_000  # bytes before a stream in which its dictionary is looked for
#: Parts of a .docx that hold programs, or files of other programs.
_PROGRAMS: Final = re.compile(
    r"vbaProject|vbaData|activeX/|(^|/)embeddings/|\.(bin|exe|dll|js|vbs|ole)$|macroEnabled", re.IGNORECASE
)
#: What a relation in a .docx names that is a file of another program, or runs.
_OF_OTHERS: Final = ("/package", "/oleobject", "/afchunk", "/control")
#: What a .docx may point to outside of itself: where a reader clicks.
_CLICKED: Final = "/hyperlink"


def look(path: Path, kind: str, limits: DocumentLimits) -> None:
    """Raises UnreadableFile for what is not kept."""
    match kind:
        case "PDF":
            look_at_pdf(path, limits)
        case "DOCX":
            look_at_docx(path, limits)
        case "JPEG" | "PNG":
            make_anew(path, kind, limits)
        case _:
            raise ValueError(kind)


def look_at_pdf(path: Path, limits: DocumentLimits) -> None:
    """Opened by PDFium, with pages within the limit, and nothing in it that runs or is a file of its own."""
    try:
        import pypdfium2
        import pypdfium2.raw as pdfium
    except ImportError:
        raise UnreadableFile(path.name, say.DOCUMENT_READER_MISSING(program="pypdfium2")) from None
    try:
        document = pypdfium2.PdfDocument(path)
        pages = len(document)
        held = pdfium.FPDFDoc_GetJavaScriptActionCount(document) > 0 or pdfium.FPDFDoc_GetAttachmentCount(document) > 0
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableFile(path.name, say.DOCUMENT_LOCKED()) from error
        raise UnreadableFile(path.name, say.PAPER_BROKEN()) from error
    if not pages:
        raise UnreadableFile(path.name, say.PAPER_BROKEN())
    if pages > limits.pages:
        raise UnreadableFile(path.name, say.PAPER_TOO_MANY_PAGES(limit=limits.pages))
    content = path.read_bytes()
    if b"/Encrypt" in _STREAM.sub(b"", content):  # opens without a password, and nobody can look into its objects
        raise UnreadableFile(path.name, say.DOCUMENT_LOCKED())
    if held or any(_RUNS.search(_unescaped(part)) for part in _said_in(content, limits)):
        raise UnreadableFile(path.name, say.PAPER_HOLDS_MORE())


def _said_in(content: bytes, limits: DocumentLimits) -> list[bytes]:
    """What stands outside of streams, and in the streams that hold objects; these unpack to a limit in all."""
    parts = [_STREAM.sub(b"", content)]
    left = limits.unpacked_bytes
    for begins in _BEGINS.finditer(content):
        before = content[max(0, begins.start() - _DICTIONARY) : begins.start()].rpartition(b" obj")[2]
        if b"ObjStm" not in _unescaped(before):
            continue
        unpacker = zlib.decompressobj()
        try:
            part = unpacker.decompress(content[begins.end() :], left)
        except zlib.error:  # another filter: PDFium has read it, and what it counts is counted
            continue
        left -= len(part)
        if left <= 0:
            raise UnreadableFile("", say.PAPER_TOO_HEAVY())
        parts.append(part)
    return parts


def _unescaped(part: bytes) -> bytes:
    """Names as they are meant: ``/J#61vaScript`` is one."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part)


def look_at_docx(path: Path, limits: DocumentLimits) -> None:
    """Unpacks within the limit, has no program and no file of another one in it, and fetches nothing from elsewhere."""
    content = path.read_bytes()
    look_at(content, path.name, limits)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        if any(_PROGRAMS.search(name) for name in names) or b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise UnreadableFile(path.name, say.PAPER_HOLDS_MORE())
        for name in names:
            if name.endswith(".rels"):
                _points_outside(archive.read(name), path.name)


def _points_outside(part: bytes, name: str) -> None:
    try:
        relations = defusedxml.ElementTree.fromstring(part)
    except (DefusedXmlException, SyntaxError, ValueError) as error:  # ParseError is a SyntaxError
        raise UnreadableFile(name, say.PAPER_BROKEN()) from error
    for one in relations:
        if one.get("Type", "").casefold().endswith(_OF_OTHERS):
            raise UnreadableFile(name, say.PAPER_HOLDS_MORE())
        if one.get("TargetMode") == "External" and not one.get("Type", "").endswith(_CLICKED):
            raise UnreadableFile(name, say.PAPER_HOLDS_MORE())


def make_anew(path: Path, kind: str, limits: DocumentLimits) -> None:
    """The points of a picture and nothing else of it, upright, its longer side at most :data:`SIDE`."""
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise UnreadableFile(path.name, say.DOCUMENT_READER_MISSING(program="pillow")) from None
    Image.MAX_IMAGE_PIXELS = None  # counted here, before a point is unpacked
    try:
        with Image.open(path, formats=[kind]) as opened:
            if opened.width * opened.height > POINTS:
                raise UnreadableFile(path.name, say.PAPER_PICTURE_TOO_LARGE(limit=POINTS // 1_000_000))
            if kind == "JPEG":
                opened.draft("RGB", (SIDE, SIDE))  # a larger one is unpacked at a half or a quarter
            opened.load()
            upright = ImageOps.exif_transpose(opened)
            upright.thumbnail((SIDE, SIDE))
            with_holes = kind == "PNG" and (upright.mode in ("LA", "PA", "RGBA") or "transparency" in upright.info)
            points = upright.convert("RGBA" if with_holes else "RGB")
            bare = Image.new(points.mode, points.size)
            bare.paste(points)
    except (UnreadableFile, MemoryError):
        raise
    except Exception as error:  # a picture that lies about itself breaks decoders in ways without number
        raise UnreadableFile(path.name, say.PAPER_BROKEN()) from error
    try:
        bare.save(
            path.with_name("made"), format=kind, **({"quality": QUALITY} if kind == "JPEG" else {"compress_level": 6})
        )
    except OSError as error:
        if error.errno == errno.EFBIG:
            raise UnreadableFile(path.name, say.PAPER_TOO_LARGE(limit=limits.bytes // MIB)) from error
        raise


def main() -> int:
    asked = json.loads(sys.argv[1])
    path, kind = Path(asked.pop("path")), asked.pop("kind")
    limits = DocumentLimits(**asked)
    limit(limits, written=limits.bytes)
    answer: dict[str, object] = {}
    try:
        look(path, kind, limits)
    except UnreadableFile as fault:
        answer = {"refused": fault.said.code, "params": dict(fault.said.params)}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
