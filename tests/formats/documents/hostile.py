"""Files made to harm, small enough to make in a test: PDFs written by hand, and DOCX archives put together wrongly."""

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence

import docx

Objects = Mapping[int, bytes]


def stream(content: bytes, *, packed: bytes | None = None, more: bytes = b"") -> bytes:
    """A stream object; `packed`: its content packed by zlib, ready made."""
    body = packed if packed is not None else zlib.compress(content, 9)
    return b"<< /Length %d /Filter /FlateDecode %b >>\nstream\n%b\nendstream" % (len(body), more, body)


def pdf(objects: Objects, trailer: bytes = b"") -> bytes:
    """A file of these objects; 1 is the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places: dict[int, int] = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, count = len(out), max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count
    for number in range(1, count):
        out += b"%010d 00000 %b \n" % (places.get(number, 0), b"n" if number in places else b"f")
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (count, trailer, start)
    return bytes(out)


_CATALOGUE = b"<< /Type /Catalog /Pages 2 0 R >>"
_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def pages(contents: Sequence[bytes], *, claimed: int | None = None, trailer: bytes = b"") -> bytes:
    """A PDF with a page for each content stream (as :func:`stream` gives it); `claimed`: how many it says it has."""
    kids = b" ".join(b"%d 0 R" % (10 + 2 * number) for number in range(len(contents)))
    objects: dict[int, bytes] = {
        1: _CATALOGUE,
        2: b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, len(contents) if claimed is None else claimed),
        3: _FONT,
    }
    for number, content in enumerate(contents):
        objects[10 + 2 * number] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F 3 0 R >> /XObject << /X %d 0 R >> >> >>" % (11 + 2 * number, 11 + 2 * number)
        )
        objects[11 + 2 * number] = content
    return pdf(objects, trailer)


def line(text: bytes) -> bytes:
    """The content of a page with one line."""
    return stream(b"BT /F 12 Tf 72 720 Td (%b) Tj ET" % text)


def repeated(block: bytes, times: int) -> bytes:
    """`block` repeated, as a packed stream, without ever holding it unpacked."""
    packer = zlib.compressobj(9)
    many = block * 10_000
    body = b"".join(packer.compress(many) for _ in range(times // 10_000)) + packer.flush()
    return stream(b"", packed=body)


def endless_pdf() -> bytes:
    """One page of ten million text operators in a megabyte."""
    return pages([repeated(b"BT /F 9 Tf 10 10 Td (ab) Tj ET ", 10_000_000)])


def circular_pdf() -> bytes:
    """A tree of pages that holds itself."""
    return pdf({1: _CATALOGUE, 2: b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"})


def self_drawing_pdf() -> bytes:
    """A page that draws a form that draws itself, twice each time."""
    form = stream(
        b"/X Do /X Do", more=b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 11 0 R >> >>"
    )
    return pages([form])


def locked_pdf() -> bytes:
    """Encrypted with a password nobody has: no key fits these two entries."""
    entries = b"/O <%b> /U <%b>" % (b"5a" * 32, b"a5" * 32)
    return pages(
        [line(b"secret")],
        trailer=b"/ID [<00><00>] /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 %b >>" % entries,
    )


def picture_pdf() -> bytes:
    """A scanned page: one grey picture, no text."""
    image = stream(
        b"\x80" * 64,
        more=b"/Type /XObject /Subtype /Image /Width 8 /Height 8 /ColorSpace /DeviceGray /BitsPerComponent 8",
    )
    objects: dict[int, bytes] = {
        1: _CATALOGUE,
        2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /XObject << /I 6 0 R >> >> >>",
        5: stream(b"q 400 0 0 400 50 50 cm /I Do Q"),
        6: image,
    }
    return pdf(objects)


# DOCX


def plain_docx(text: str = "baker in Aleppo") -> bytes:
    """An honest file of one paragraph."""
    document = docx.Document()
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def with_parts(changed: Mapping[str, bytes], *, base: bytes | None = None) -> bytes:
    """An honest file in which these members have other contents, or are added."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base or plain_docx())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, changed.get(name, old.read(name)))
        for name in changed.keys() - set(old.namelist()):
            new.writestr(name, changed[name])
    return out.getvalue()


def part(content: bytes, name: str = "word/document.xml") -> bytes:
    """One member of a DOCX."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def zip_bomb() -> bytes:
    """300 MB of zeros in 300 kB, as a picture of the document."""
    return with_parts({"word/media/image1.png": bytes(300_000_000)})


def lying_zip_bomb() -> bytes:
    """The same, with headers that claim 100 bytes."""
    bomb = bytearray(with_parts({"word/media/image1.png": bytes(30_000_000)}))
    size = (30_000_000).to_bytes(4, "little")
    while (at := bomb.find(size)) >= 0:
        bomb[at : at + 4] = (100).to_bytes(4, "little")
    return bytes(bomb)


def entity_bomb(encoding: str = "utf-8") -> bytes:
    """A billion laughs in the document's own part."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    text = part(plain_docx()).decode("utf-8").partition("?>")[2].replace("baker", "&a9;")
    whole = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE d [<!ENTITY a0 "ha">{levels}]>{text}'
    return with_parts({"word/document.xml": whole.encode(encoding)})


def outside_entity() -> bytes:
    """Asks for a file of the machine that reads it."""
    text = part(plain_docx()).decode("utf-8").partition("?>")[2].replace("baker", "&f;")
    whole = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/passwd">]>{text}'
    return with_parts({"word/document.xml": whole.encode()})


def deep_docx(depth: int = 100_000) -> bytes:
    """Paragraphs in paragraphs, without end."""
    text = part(plain_docx()).decode("utf-8")
    return with_parts({"word/document.xml": text.replace("baker", "<w:p>" * depth + "</w:p>" * depth).encode()})


def many_parts() -> bytes:
    """More members than any document has."""
    return with_parts({f"word/media/{number}.png": b"" for number in range(3_000)})


def open_document() -> bytes:
    """What LibreOffice saves by itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content/>")
    return out.getvalue()


def zip_of_anything() -> bytes:
    """An archive that is no document."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", b"\xff\xd8\xff")
    return out.getvalue()


def locked_zip() -> bytes:
    """A DOCX packed with a password: the mark of encryption set on every member."""
    content = bytearray(plain_docx())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(mark)
        while place >= 0:
            content[place + at] |= 1
            place = content.find(mark, place + 1)
    return bytes(content)
