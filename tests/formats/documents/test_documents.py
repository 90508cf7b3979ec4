"""CVs in four scripts come out in logical order; files made to harm are refused with what to do, in bounded time and memory."""

import os
import shutil
import time
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from playwright.sync_api import sync_playwright

from kesher.formats.documents import DOCUMENT_LIMITS, Kind, read_document
from kesher.formats.documents import reading as reading_module
from kesher.formats.documents.cleaning import cleaned
from kesher.formats.documents.direction import spoken, with_brackets_mended
from kesher.formats.documents.pdf import by_pdftotext
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import say
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.formats.documents import hostile
from tests.formats.documents.cvs import CVS, html, printed, written

#: The same CV in other typefaces: they join letters in other ways. Where one is missing the browser takes what it has.
TYPEFACES = {"ar, Naskh": "Noto Naskh Arabic", "ar, DejaVu": "DejaVu Sans", "he, serif": "serif"}


@pytest.fixture(scope="session")
def pdfs() -> dict[str, bytes]:
    """The four CVs, printed by a real browser."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("KESHER_CI") == "1":
            pytest.fail("No Chromium: apt-get install chromium, or set KESHER_CHROMIUM.")
        pytest.skip("no Chromium here: apt-get install chromium, or set KESHER_CHROMIUM")
    # In a thread of its own: Playwright runs once in a thread, and the browser tests may have it in this one.
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(_printed).result()


def _printed() -> dict[str, bytes]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        made = {language: printed(browser, html(cv)) for language, cv in CVS.items()}
        made |= {name: printed(browser, html(CVS[name[:2]], typeface)) for name, typeface in TYPEFACES.items()}
        browser.close()
    return made


@pytest.fixture
def without_pdftotext(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine on which poppler is not installed."""
    monkeypatch.setenv("PATH", str(tmp_path))


def needs_pdftotext() -> None:
    if shutil.which("pdftotext") is None:
        if os.environ.get("KESHER_CI") == "1":
            pytest.fail("No pdftotext: apt-get install poppler-utils.")
        pytest.skip("no pdftotext here: apt-get install poppler-utils")


def lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]


def expected(name: str) -> list[str]:
    return [unicodedata.normalize("NFC", line) for line in CVS[name[:2]].lines]


# What comes out


@pytest.mark.parametrize("name", [*CVS, *TYPEFACES])
def test_a_printed_cv_is_read_in_logical_order(pdfs, name):
    """Arabic is read by PDFium: pdftotext turns one ligature round."""
    needs_pdftotext()
    document = read_document(pdfs[name], "cv.pdf")
    assert (document.kind, document.pages) == (Kind.PDF, 1)
    assert document.reader.startswith("PDFium" if name.startswith("ar") else "pdftotext ")
    assert lines(document.text) == expected(name)


@pytest.mark.usefixtures("without_pdftotext")
@pytest.mark.parametrize("name", [*CVS, *TYPEFACES])
def test_without_pdftotext_it_is_the_same(pdfs, name):
    document = read_document(pdfs[name], "cv.pdf")
    assert document.reader.startswith("PDFium")
    assert lines(document.text) == expected(name)


@pytest.mark.parametrize("name", CVS)
def test_pdftotext_alone_errs_in_the_one_ligature(pdfs, name, tmp_path):
    needs_pdftotext()
    path = tmp_path / "document"
    path.write_bytes(pdfs[name])
    text, pages, _ = by_pdftotext("pdftotext", path, DOCUMENT_LIMITS)
    found = lines(cleaned(text))
    assert pages == 1
    if name == "ar":
        assert [sorted(line) for line in found] == [sorted(line) for line in expected(name)]
        assert [found[at] for at in (0, 1, 2, 5)] == [expected(name)[at] for at in (0, 1, 2, 5)]
    else:
        assert found == expected(name)


# Each line as it stands on the page from left to right, and as it is said: worked out by hand from UAX 9.
ON_PAGE = {
    "בא": "אב",
    ":2017 זאמ": "מאז 2017:",
    "30%-מ": "מ-30%",
    "30% םולשת": "תשלום 30%",
    ",Word, Excel :תונכות": "תוכנות: Word, Excel,",
    "++C :םיעדוי": "יודעים: C++",
    "rachel@example.org ,052-1234567": "052-1234567, rachel@example.org",
    "052-1234567 ןופלט": "טלפון 052-1234567",
    "1234567-052 فتاه": "هاتف 052-1234567",
    "2016–2009": "2009–2016",
    "Word 2016 הנכות": "תוכנה Word 2016",
}


@pytest.mark.parametrize("on_page", ON_PAGE)
def test_lines_are_put_in_the_order_of_speech(on_page):
    assert spoken(on_page) == ON_PAGE[on_page]


@given(st.lists(st.sampled_from(["שלום", "سلام", "Word", "12", "1,5", " ", "-", ".", "(", "٣"])))
def test_no_letter_is_lost_by_putting_a_line_in_order(parts):
    text = "".join(parts)
    assert sorted(spoken(text)) == sorted(text)
    assert sorted(with_brackets_mended(text)) in (sorted(text), sorted(text.translate(str.maketrans("()", ")("))))


@pytest.mark.parametrize("language", CVS)
def test_a_written_cv_is_read_whole_with_header_table_and_text_box(language):
    document = read_document(written(CVS[language]), "cv.docx")
    head, *between, last = CVS[language].lines
    assert document.kind is Kind.DOCX
    assert lines(document.text) == [head, *(f"{number}\t{line}" for number, line in enumerate(between, 1)), last]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "\n".join(CVS["am"].lines)),
        ("utf-8-sig", "\n".join(CVS["uk"].lines)),
        ("utf-16", "\n".join(CVS["ar"].lines)),
        ("windows-1255", "אחות מוסמכת בבית חולים"),
        ("cp1252", "Infirmière à l'hôpital"),
    ],
)
def test_text_in_every_encoding_people_save_in(encoding, text):
    document = read_document(text.encode(encoding), "cv.txt")
    assert (document.kind, document.text) == (Kind.TEXT, unicodedata.normalize("NFC", text))


def test_deleted_words_and_field_codes_are_no_text_of_the_person():
    body = hostile.part(hostile.plain_docx()).decode()
    changed = body.replace(
        "</w:p>",
        "<w:del><w:r><w:delText>butcher</w:delText></w:r></w:del><w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:r><w:tab/><w:t>twelve</w:t><w:noBreakHyphen/><w:t>hour</w:t><w:br/><w:t>shifts</w:t></w:r></w:p>",
        1,
    )
    document = read_document(hostile.with_parts({"word/document.xml": changed.encode()}), "cv.docx")
    assert document.text == "baker in Aleppo\ttwelve-hour\nshifts"


def test_the_name_is_told_and_never_used():
    name = "../../etc/; rm -rf $(HOME).docx"
    assert read_document(hostile.plain_docx(), name).name == name
    with pytest.raises(UnreadableFile) as refused:
        read_document(hostile.plain_docx(), "cv.pdf")
    assert refused.value.file == "cv.pdf"


def test_pages_are_counted_and_kept_apart():
    document = read_document(hostile.pages([hostile.line(b"first"), hostile.line(b"second")]), "cv.pdf")
    assert (document.pages, lines(document.text)) == (2, ["first", "second"])


@given(st.text())
def test_cleaning_is_idempotent_and_leaves_no_invisible_direction(text):
    once = cleaned(text)
    assert cleaned(once) == once
    assert not {letter for letter in once if 0x202A <= ord(letter) <= 0x202E or 0x2066 <= ord(letter) <= 0x2069}
    assert "\x00" not in once
    assert "\r" not in once


@given(st.text(alphabet=st.characters(categories=("L", "N"))))
def test_cleaning_loses_no_letter(text):
    assert cleaned(text) == unicodedata.normalize("NFC", text)


# What is refused

SMALL = replace(DOCUMENT_LIMITS, cpu_seconds=2, seconds=20.0)

REFUSED: dict[str, tuple[str, Callable[[], bytes], str, set[str]]] = {
    "nothing": ("cv.pdf", lambda: b"", "Export", {"file-empty"}),
    "a zip bomb": ("cv.docx", hostile.zip_bomb, "paste", {"document-unpacks-too-large"}),
    "a zip bomb with lying headers": ("cv.docx", hostile.lying_zip_bomb, "paste", {"document-broken"}),
    "too many members": ("cv.docx", hostile.many_parts, "paste", {"document-unpacks-too-large"}),
    "an entity bomb": ("cv.docx", hostile.entity_bomb, "paste", {"document-hides-definitions"}),
    "an entity bomb in UTF-16": (
        "cv.docx",
        lambda: hostile.entity_bomb("utf-16"),
        "paste",
        {"document-hides-definitions"},
    ),
    "an entity from outside": ("cv.docx", hostile.outside_entity, "paste", {"document-hides-definitions"}),
    "paragraphs in paragraphs": ("cv.docx", hostile.deep_docx, "paste", {"document-broken"}),
    "half a DOCX": ("cv.docx", lambda: hostile.plain_docx()[:4_000], "paste", {"document-broken"}),
    "a DOCX without its text": (
        "cv.docx",
        lambda: hostile.with_parts({"word/document.xml": b"<a/>"}),
        "paste",
        {"document-broken"},
    ),
    "an empty DOCX": ("cv.docx", lambda: hostile.plain_docx(" \t"), "type the text", {"document-without-text"}),
    "a DOCX with a password": ("cv.docx", hostile.locked_zip, "without a password", {"document-locked"}),
    "a DOCX locked by Office": (
        "cv.docx",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le"),
        "without a password",
        {"document-locked"},
    ),
    "a PDF with a password": ("cv.pdf", hostile.locked_pdf, "without a password", {"document-locked"}),
    "an endless PDF": (
        "cv.pdf",
        hostile.endless_pdf,
        "",
        # PDFium ends itself where memory ends.
        {"document-too-slow", "document-too-heavy", "document-text-too-long", "document-broken"},
    ),
    "pages that hold themselves": (
        "cv.pdf",
        hostile.circular_pdf,
        "",
        {"document-broken", "document-without-text", "document-too-many-pages"},
    ),
    "a page that draws itself": (
        "cv.pdf",
        hostile.self_drawing_pdf,
        "",
        {"document-without-text", "document-too-slow"},
    ),
    "more pages than a CV": (
        "cv.pdf",
        lambda: hostile.pages([hostile.line(b"page")] * 41),
        "only the CV",
        {"document-too-many-pages"},
    ),
    "pictures only": ("cv.pdf", hostile.picture_pdf, "type the text", {"document-without-text"}),
    "half a PDF": ("cv.pdf", lambda: b"%PDF-1.7\n1 0 obj\n<<", "paste", {"document-broken"}),
    "a PDF named .docx": ("cv.docx", lambda: hostile.pages([hostile.line(b"x")]), "name", {"document-misnamed"}),
    "a DOCX named .pdf": ("cv.pdf", hostile.plain_docx, "name", {"document-misnamed"}),
    "a text named .pdf": ("cv.pdf", lambda: b"baker", "name", {"document-misnamed"}),
    "NUL in a text": ("cv.txt", lambda: b"baker in \x00 Aleppo", "UTF-8", {"nul-inside"}),
    "no text at all": ("cv.txt", lambda: bytes(range(256)) * 40, "", {"encoding-unknown", "nul-inside"}),
    "a photograph": ("cv.pdf", lambda: b"\xff\xd8\xff\xe0" + bytes(90), "type the text", {"document-is-picture"}),
    "an old Word file": (
        "cv.doc",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90),
        ".docx",
        {"document-of-other-program"},
    ),
    "RTF": ("cv.rtf", lambda: rb"{\rtf1 baker}", ".docx", {"document-of-other-program"}),
    "OpenDocument": ("cv.odt", hostile.open_document, ".docx", {"document-of-other-program"}),
    "an archive": ("cv.zip", hostile.zip_of_anything, "Send a PDF", {"document-kind-unknown"}),
    "a web page": ("cv.html", lambda: b"<!doctype html><p>baker", "Send a PDF", {"document-kind-unknown"}),
    "too many characters": ("cv.txt", lambda: "א".encode() * 200_001, "only the CV", {"document-text-too-long"}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_file_made_to_harm_is_refused_with_what_to_do(case):
    name, made, remedy, codes = REFUSED[case]
    content = made()
    begun = time.monotonic()
    with pytest.raises(UnreadableFile) as refused:
        read_document(content, name, SMALL)
    assert time.monotonic() - begun < SMALL.seconds + 5
    assert refused.value.said.code in codes
    assert remedy in refused.value.remedy
    assert refused.value.file == name


@pytest.mark.usefixtures("without_pdftotext")
@pytest.mark.parametrize(
    "case",
    [
        "a PDF with a password",
        "an endless PDF",
        "pages that hold themselves",
        "a page that draws itself",
        "more pages than a CV",
        "pictures only",
        "half a PDF",
    ],
)
def test_the_same_without_pdftotext(case):
    test_a_file_made_to_harm_is_refused_with_what_to_do(case)


def test_a_claim_of_many_pages_is_not_believed():
    """A page tree that says it has a thousand million pages has the one it has, or is broken; nobody counts to it."""
    try:
        assert read_document(hostile.pages([hostile.line(b"baker")], claimed=10**9), "cv.pdf", SMALL).text == "baker"
    except UnreadableFile as refused:
        assert refused.said.code in {"document-broken", "document-too-many-pages"}


def test_a_file_over_the_limit_is_not_even_looked_at(monkeypatch):
    monkeypatch.setattr(reading_module, "ask", lambda *_: pytest.fail("a process was started"))
    with pytest.raises(UnreadableFile) as refused:
        read_document(b"x" * 11, "cv.txt", replace(DOCUMENT_LIMITS, bytes=10))
    assert refused.value.said.code == "document-too-large"


def test_memory_is_bounded():
    """Ten MB of XML that is a tree of 20 times that: the address space ends first."""
    body = hostile.part(hostile.plain_docx()).decode()
    grown = body.replace("</w:p>", "</w:p>" + "<w:p/>" * 1_500_000, 1)
    content = hostile.with_parts({"word/document.xml": grown.encode()})
    with pytest.raises(UnreadableFile) as refused:
        read_document(content, "cv.docx", replace(DOCUMENT_LIMITS, memory_bytes=200 << 20))
    assert refused.value.said.code in {"document-too-heavy", "document-broken"}


def test_what_the_child_started_ends_with_it(monkeypatch, tmp_path):
    """A pdftotext that never answers is gone when the refusal comes, and the folder with the person's file too."""
    slow = tmp_path / "pdftotext"
    slow.write_text(f"#!/bin/sh\necho $$ > {tmp_path}/pid\npwd > {tmp_path}/folder\nexec sleep 600\n")
    slow.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(UnreadableFile) as refused:
        read_document(hostile.pages([hostile.line(b"x")]), "cv.pdf", replace(DOCUMENT_LIMITS, seconds=3.0))
    assert refused.value.said == say.DOCUMENT_TOO_SLOW(seconds=3)
    number = int((tmp_path / "pid").read_text())
    for _ in range(50):
        if not Path(f"/proc/{number}").exists() or " Z " in Path(f"/proc/{number}/stat").read_text():
            break
        time.sleep(0.1)
    else:
        pytest.fail("the program still runs")
    assert not Path((tmp_path / "folder").read_text().strip()).exists()


def test_the_child_sees_no_setting_of_the_portal(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    monkeypatch.setenv("KESHER_SECRET_KEY", "secret")
    assert not {"DATABASE_URL", "KESHER_SECRET_KEY"} & reading_module._environment(Path("/tmp")).keys()
