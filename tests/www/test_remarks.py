"""Remarks about an import in the reader's language: all of them, right in form, and safe whatever a file says."""

import csv
import io
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils import translation

from kesher.formats.records import Refusal
from kesher.formats.refusals import COLUMNS, said_from_data
from kesher.formats.remarks import REMARKS, Remark, Said, placeholders, say, standards
from kesher.www import remarks
from kesher.www.messages import LOCALE

TRANSLATED = [code for code in settings.COMPLETE_LANGUAGES if code != settings.LANGUAGE_CODE]
CATALOGUES = sorted(LOCALE.glob("*/LC_MESSAGES/django.po"))


def worded(remark: Remark) -> Said:
    """The remark about values that stand out."""
    return remark(**{name: f"<{name}>" for name in remark.parameters})


def english() -> set[str]:
    return {sentence for remark in REMARKS.values() for sentence in (remark.reason, remark.remedy)}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_remark_has_its_words(code: str) -> None:
    entries = {entry.msgid: entry for entry in polib.pofile(str(LOCALE / code / "LC_MESSAGES" / "django.po"))}
    assert not english() - entries.keys(), "run make messages"
    lacking = [text for text in english() if not entries[text].translated() or entries[text].fuzzy]
    assert not lacking
    same = {text for text in english() if entries[text].msgstr == text}
    assert not same


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_the_parameters_survive_translation(path: Path) -> None:
    for entry in polib.pofile(str(path)):
        if entry.msgid in english() and entry.msgstr:
            assert placeholders(entry.msgstr) == placeholders(entry.msgid), entry.msgid


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("remark", REMARKS.values(), ids=lambda remark: remark.code)
def test_a_page_says_it_in_its_language_with_the_values_apart(remark: Remark, code: str) -> None:
    with translation.override(code):
        reason, remedy = remarks.reason(worded(remark)), remarks.remedy(worded(remark))
    for sentence, source in ((reason, remark.reason), (remedy, remark.remedy)):
        letters = sum("\u0590" <= letter <= "\u06ff" for letter in sentence)
        assert letters > 3, sentence
        assert 'lang="en"' not in sentence.replace('<bdi lang="en" dir="ltr">&lt;why&gt;</bdi>', "")
        for name in placeholders(source):
            bdi = '<bdi lang="en" dir="ltr">' if name == "why" else "<bdi>"
            assert f"{bdi}&lt;{name}&gt;</bdi>" in sentence
        assert "<script" not in sentence


@pytest.mark.parametrize("code", TRANSLATED)
def test_signs_of_numbers_stay_where_they_are(code: str) -> None:
    with translation.override(code):
        said = remarks.reason(say.OUT_OF_BOUNDS(value="131.25", lowest=-90, highest=90))
        assert '<bdi dir="ltr">-90</bdi>' in said
        assert '<bdi dir="ltr">131.25</bdi>' in said
        assert "<bdi>באר שבע 8</bdi>" in remarks.reason(say.NOT_A_PHONE(value="באר שבע 8"))


def test_english_pages_say_what_the_command_says() -> None:
    said = say.NOT_A_DATE(value="31/02")
    with translation.override("en"):
        assert remarks.reason(said) == '“<bdi dir="ltr">31/02</bdi>” is not a date.'
        assert remarks.remedy(said) == said.remedy


@pytest.mark.parametrize(
    "kept",
    [
        {"reason": "It <b>was</b> {wrong}.", "remedy": "Mend it."},  # before there were codes
        {"reason": "It <b>was</b> {wrong}.", "remedy": "Mend it.", "code": "", "params": {}},
        {"reason": "It <b>was</b> {wrong}.", "remedy": "Mend it.", "code": "of-old", "params": {}},
        {"reason": "It <b>was</b> {wrong}.", "remedy": "Mend it.", "code": "not-a-date", "params": {"word": "x"}},
    ],
)
@pytest.mark.parametrize("code", ["en", *TRANSLATED])
def test_one_kept_from_another_time_shows_as_it_was(kept: dict[str, object], code: str) -> None:
    said = said_from_data(kept)
    with translation.override(code):
        assert remarks.reason(said) == '<span lang="en" dir="ltr">It &lt;b&gt;was&lt;/b&gt; {wrong}.</span>'
        table = remarks.as_table([Refusal("a.csv", 2, None, said)])
    assert "It <b>was</b> {wrong}." in table


def test_a_kept_remark_follows_its_wording_of_today() -> None:
    kept = {"reason": "Worded badly.", "remedy": "Mend.", "code": "not-a-date", "params": {"value": "x", "more": 1}}
    with translation.override("he"):
        assert "״<bdi>x</bdi>״" in remarks.reason(said_from_data(kept))


@pytest.mark.parametrize("code", ["en", *TRANSLATED])
def test_the_table_of_all_remarks_is_in_the_language_of_the_page(code: str) -> None:
    found = [
        Refusal("a.csv", 7, "טלפון", say.NOT_A_PHONE(value="=HYPERLINK(1)"), fatal=False),
        Refusal("a.csv", 9, None, standards.NO_ID(), record="=1+1"),
    ]
    with translation.override(code):
        headings, first, second = csv.reader(io.StringIO(remarks.as_table(found)))
    assert len(headings) == len(set(headings)) == len(COLUMNS)
    assert (first[1:4], first[6]) == (["a.csv", "7", "טלפון"], "not-a-phone")
    assert second[4] == "'=1+1"
    translated = {"he": "לרשומה אין מזהה.", "ar": "لا معرّف للسجل.", "en": "The record has no id."}
    assert second[7] == translated[code]
