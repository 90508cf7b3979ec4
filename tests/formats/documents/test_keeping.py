"""Papers before they are kept: what is taken, what it is afterwards, and what is refused with what to do."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kesher.formats.documents import PaperKind, keepable
from kesher.formats.documents.keeping import shown_name
from kesher.formats.documents.keeping_worker import SIDE
from kesher.formats.records import UnreadableFile
from tests.formats.documents import hostile, papers


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_picture_is_made_anew_and_tells_nothing_of_where_it_was_taken(kind: str) -> None:
    """What hides behind it is gone, too; what is to be seen is the same, upright."""
    sent = papers.picture(kind, turned=True) + papers.HTML + papers.zipped()
    with Image.open(io.BytesIO(sent)) as before:
        assert before.getexif().get_ifd(0x8825), "else there is nothing to take away"
    paper = keepable(sent, "IMG_20261128.jpg" if kind == "JPEG" else "IMG_20261128.png")
    assert paper.kind is PaperKind[kind]
    for hidden in (b"Secret", b"hidden words", b"Exif", b"eXIf", b"script", b"PK\x03\x04", b"2026"):
        assert hidden not in paper.content
    with Image.open(io.BytesIO(paper.content)) as made:
        assert not made.getexif()
        assert set(made.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert made.size == (40, 60), "turned as it is to be seen"
        (red, green, blue), below = made.getpixel((20, 5)), made.getpixel((20, 55))
        assert (red > 200, green < 60, blue < 60) == (True, True, True)
        assert below[2] > 200


def test_a_large_picture_becomes_a_sheet_that_can_be_read_and_holes_stay() -> None:
    with Image.open(io.BytesIO(keepable(papers.picture(size=(8_000, 2_000)), "a.jpeg").content)) as made:
        assert made.size == (SIDE, SIDE // 4)
    with Image.open(io.BytesIO(keepable(papers.picture("PNG", mode="RGBA"), "a.png").content)) as made:
        assert made.mode == "RGBA"


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (papers.pdf(), "diploma.pdf", PaperKind.PDF),
        (papers.pdf(), "תעודה", PaperKind.PDF),
        (papers.with_objects_packed(b"<< /Title (nothing that runs) >>"), "a.pdf", PaperKind.PDF),
        (hostile.plain_docx(), "شهادة.docx", PaperKind.DOCX),
        (
            papers.docx_with({"word/_rels/settings.xml.rels": papers.relations("External", "hyperlink")}),
            "cv.docx",
            PaperKind.DOCX,
        ),
    ],
)
def test_what_may_be_signed_stays_byte_for_byte(content: bytes, name: str, kind: PaperKind) -> None:
    paper = keepable(content, name)
    assert (paper.kind, paper.content) == (kind, content)


@pytest.mark.parametrize("case", papers.REFUSED)
def test_what_is_no_paper_is_refused_with_what_to_do(case: str) -> None:
    content, name, code = papers.REFUSED[case]
    with pytest.raises(UnreadableFile) as refused:
        keepable(content, name)
    assert refused.value.said.code == code
    assert refused.value.said.remedy


@given(name=st.text(max_size=300), kind=st.sampled_from(PaperKind))
def test_any_name_becomes_one_that_is_safe_to_show_and_to_save(name: str, kind: PaperKind) -> None:
    shown = shown_name(name, kind)
    assert shown.endswith(kind.ending)
    assert 5 <= len(shown) <= 85
    assert shown.isprintable()
    assert not set(shown) & set("/\\<>:\"|?*;%&$`'")
    assert not shown.startswith((".", " ", "-"))
    assert shown_name(shown, kind) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Almaz\\My diploma.PDF", "My diploma.pdf"),
        ("\u202efdp.exe.pdf", "fdp.pdf"),
        ("תעודה של אלמז.pdf", "תעודה של אלמז.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie_ x=1.pdf"),
        ("\u200f\u2066\u2069", "paper.pdf"),
        ("x" * 500, "x" * 80 + ".pdf"),
    ],
)
def test_names_that_mean_harm(name: str, shown: str) -> None:
    assert shown_name(name, PaperKind.PDF) == shown
