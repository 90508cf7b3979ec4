"""Paper: the words in their order in every script of the portal, data that is never evaluated, names in any other script."""

import pytest

from kesher.formats.paper import can_print, pdf

pytestmark = pytest.mark.skipif(not can_print(), reason="needs the extra print")

SAID = {
    "en": "What I can do",
    "he": "מה שביכולתי",
    "ar": "ما أستطيع فعله",
    "ru": "Что я умею",
    "uk": "Що я вмію",
    "fr": "Ce que je sais faire",
    "am": "ማድረግ የምችለው",
}
PAGE = {
    "language": "en",
    "heading": "What I can do",
    "called": "Олена К.",
    "reach": ["+972-50-555-0123"],
    "goal": '#panic(1) $x$ *b* \\ #read("/etc/passwd")',
    "goal_title": "What I want to do",
    "parts": [{"heading": "Skills", "lines": [{"main": "אופייה (1999)", "more": "a caseworker says so too"}]}],
    "nothing": "–",
    "date": "1 May 2031",
}


@pytest.mark.parametrize("language", SAID)
def test_each_language_is_set_and_tagged(language: str) -> None:
    made = pdf("profile", PAGE | {"language": language, "heading": SAID[language]})
    assert made.startswith(b"%PDF-")
    assert b"pdfuaid" in made
    assert f"/Lang ({language}".encode() in made or f"/Lang({language}".encode() in made


def test_what_people_type_is_data() -> None:
    from pypdfium2 import PdfDocument

    text = PdfDocument(pdf("profile", PAGE))[0].get_textpage().get_text_range()
    assert "#panic(1)" in text
    assert "/etc/passwd" in text
    assert "root:" not in text


def test_a_name_in_a_script_of_which_we_have_no_letters() -> None:
    assert pdf("profile", PAGE | {"called": "日本 ก 😀"}).startswith(b"%PDF-")
