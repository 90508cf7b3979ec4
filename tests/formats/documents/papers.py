"""Papers to send, good ones and such as are refused, small enough to make in a test."""

import io
import zipfile
import zlib

from PIL import Image

from tests.formats.documents import hostile

#: Where the picture was taken, as a telephone writes it: degrees, minutes and seconds.
GPS = {1: "N", 2: (31.0, 14.0, 30.0), 3: "E", 4: (34.0, 47.0, 20.0)}


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), *, turned: bool = False, mode: str = "RGB") -> bytes:
    """The left half is red, the right one blue; with where and when and on what it was taken."""
    made = Image.new(mode, size, "blue")
    made.paste("red", (0, 0, size[0] // 2, size[1]))
    facts = made.getexif()
    facts[0x010F], facts[0x0132] = "Secret Phone", "2026:11:28 09:00:00"
    facts.get_ifd(0x8825).update(GPS)
    if turned:
        facts[0x0112] = 6  # the camera was held upright: to be shown turned by a quarter
    out = io.BytesIO()
    made.save(out, kind, exif=facts, **({"comment": b"hidden words"} if kind == "JPEG" else {}))
    return out.getvalue()


def pdf(text: bytes = b"Diploma of a baker") -> bytes:
    return hostile.pages([hostile.line(text)])


def pdf_with(catalogue: bytes, **more: bytes) -> bytes:
    """A PDF of one page whose catalogue says more; ``more``: objects by number, ``o20=b"<< >>"``."""
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalogue,
        2: b"<< /Type /Pages /Kids [4 0 R] /Count 1 >>",
        4: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
    }
    return hostile.pdf(objects | {int(name[1:]): body for name, body in more.items()})


def with_objects_packed(inside: bytes) -> bytes:
    """A PDF with a stream of objects, in which ``inside`` stands packed."""
    body = zlib.compress(b"21 0 " + inside)
    packed = b"<< /Type /ObjStm /N 1 /First 5 /Filter /FlateDecode /Length %d >>\nstream\n%b\nendstream" % (
        len(body),
        body,
    )
    return pdf_with(b"", o20=packed)


def docx_with(parts: dict[str, bytes]) -> bytes:
    return hostile.with_parts(parts)


def relations(target_mode: str, kind: str) -> bytes:
    return (
        b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%b"'
        b' Target="https://example.org/x" TargetMode="%b"/></Relationships>' % (kind.encode(), target_mode.encode())
    )


def zipped(name: str = "x.txt", content: bytes = b"x") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, content)
    return out.getvalue()


def picture_bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 40,000 times 40,000 points."""
    good = picture("PNG")
    header = b"IHDR" + (40_000).to_bytes(4, "big") * 2 + good[24:29]
    return good[:12] + header + zlib.crc32(header).to_bytes(4, "big") + good[33:]


HTML = b"<!doctype html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>'
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'

#: What is refused: name of the case -> content, the name it comes under, code of the remark.
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "nothing": (b"", "diploma.pdf", "paper-empty"),
    "too large": (b"%PDF-" + bytes(10 << 20), "diploma.pdf", "paper-too-large"),
    "a page named PDF": (HTML, "diploma.pdf", "paper-kind-not-kept"),
    "a page before a PDF": (HTML + pdf(), "diploma.pdf", "paper-kind-not-kept"),
    "a PDF named page": (pdf(), "diploma.html", "document-misnamed"),
    "a PDF named program, turned round": (pdf(), "diploma\u202efdp.exe", "document-misnamed"),
    "a drawing with a program": (SVG, "scan.png", "paper-kind-not-kept"),
    "a drawing named as one": (SVG, "scan.svg", "paper-kind-not-kept"),
    "a moving picture": (b"GIF89a" + bytes(40), "scan.gif", "paper-kind-not-kept"),
    "a program": (b"MZ" + bytes(200), "diploma.pdf", "paper-kind-not-kept"),
    "text": ("אני אופה".encode(), "cv.txt", "paper-kind-not-kept"),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "cv.doc", "paper-kind-not-kept"),
    "Word with a password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
        "cv.docx",
        "document-locked",
    ),
    "an archive": (zipped(), "cv.docx", "paper-kind-not-kept"),
    "an archive with a password": (hostile.locked_zip(), "cv.docx", "document-locked"),
    "a zip bomb": (hostile.zip_bomb(), "cv.docx", "paper-too-heavy"),
    "a zip bomb that lies": (hostile.lying_zip_bomb(), "cv.docx", "paper-broken"),
    "definitions": (hostile.entity_bomb(), "cv.docx", "paper-holds-more"),
    "a macro": (docx_with({"word/vbaProject.bin": b"x"}), "cv.docx", "paper-holds-more"),
    "a file in a document": (docx_with({"word/embeddings/oleObject1.bin": b"x"}), "cv.docx", "paper-holds-more"),
    "another document in a document": (docx_with({"word/Embeddings/x.docx": b"x"}), "cv.docx", "paper-holds-more"),
    **{
        f"a relation to a file of another program ({kind})": (
            docx_with({"word/_rels/document.xml.rels": relations("Internal", kind)}),
            "cv.docx",
            "paper-holds-more",
        )
        for kind in ("package", "oleObject", "aFChunk", "CONTROL")
    },
    **{
        f"a PDF with {name}": (pdf_with(b"/OpenAction << /S /%b >>" % name.encode()), "d.pdf", "paper-holds-more")
        for name in ("FileAttachment", "GoToR", "Rendition")
    },
    "a template from elsewhere": (
        docx_with({"word/_rels/settings.xml.rels": relations("External", "attachedTemplate")}),
        "cv.docx",
        "paper-holds-more",
    ),
    "relations with definitions": (
        docx_with({"word/_rels/settings.xml.rels": ENTITIES}),
        "cv.docx",
        "paper-holds-more",
    ),
    "a PDF and an archive": (pdf() + zipped(), "diploma.pdf", "paper-holds-more"),
    "a PDF that runs": (pdf_with(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "d.pdf", "paper-holds-more"),
    "a PDF that runs under another spelling": (
        pdf_with(b"/OpenAction << /S /J#61v#61Script /J#53 (app.alert(1)) >>"),
        "d.pdf",
        "paper-holds-more",
    ),
    "a PDF that starts something": (pdf_with(b"/OpenAction << /S /Launch /F (x.exe) >>"), "d.pdf", "paper-holds-more"),
    "a PDF that runs, packed": (with_objects_packed(b"<< /S /JavaScript /JS (x) >>"), "d.pdf", "paper-holds-more"),
    "a PDF with a file inside": (
        pdf_with(
            b"/Names << /EmbeddedFiles << /Names [(x.exe) 20 0 R] >> >>",
            o20=b"<< /Type /Filespec /F (x.exe) /EF << /F 21 0 R >> >>",
            o21=hostile.stream(b"MZ", more=b"/Type /EmbeddedFile"),
        ),
        "d.pdf",
        "paper-holds-more",
    ),
    "a PDF with a password": (hostile.locked_pdf(), "d.pdf", "document-locked"),
    "a PDF without pages": (hostile.pages([]), "d.pdf", "paper-broken"),
    "the beginning of a PDF": (pdf()[:60], "d.pdf", "paper-broken"),
    "a PDF of too many pages": (hostile.pages([hostile.line(b"x")] * 101), "d.pdf", "paper-too-many-pages"),
    "the beginning of a picture": (picture()[:200], "scan.jpg", "paper-broken"),
    "a picture bomb": (picture_bomb(), "scan.png", "paper-picture-too-large"),
    "a page named picture": (b"\xff\xd8\xff" + HTML, "scan.jpg", "paper-broken"),
}
