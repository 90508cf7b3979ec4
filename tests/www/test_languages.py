"""The catalogues: complete where we promise it, right in form everywhere, and honest about who read them."""

import re
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.utils import dates, translation

from kesher.base.privacy import Kept, PersonalData, declaration, declared_models
from kesher.www.coverage import coverage
from kesher.www.declared import MOMENTS, PURPOSES, WORDS
from kesher.www.languages import language_name
from kesher.www.messages import LOCALE, LOCALE_DJANGO

CATALOGUES = sorted([*LOCALE.glob("*/LC_MESSAGES/django.po"), *LOCALE_DJANGO.glob("*/LC_MESSAGES/django.po")])
TRANSLATED = [code for code in settings.COMPLETE_LANGUAGES if code != settings.LANGUAGE_CODE]


def entries(code: str) -> list[polib.POEntry]:
    path = LOCALE / code / "LC_MESSAGES" / "django.po"
    return [entry for entry in polib.pofile(str(path)) if not entry.obsolete]


@pytest.mark.parametrize("code", TRANSLATED)
def test_complete_languages_lack_nothing(code: str) -> None:
    lacking = [entry.msgid for entry in entries(code) if not entry.translated() or entry.fuzzy]
    assert not lacking


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: f"{path.parts[-4]}-{path.parts[-3]}")
def test_placeholders_survive_translation(path: Path) -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]")
    for entry in polib.pofile(str(path)):
        wanted = set(placeholder.findall(entry.msgid))
        if entry.msgstr:
            assert set(placeholder.findall(entry.msgstr)) == wanted, entry.msgid
        for text in filter(None, entry.msgstr_plural.values()):
            assert set(placeholder.findall(text)) <= wanted, entry.msgid  # "two years" may be one word


def test_privacy_words_are_those_of_the_declarations() -> None:
    words: set[str] = set()
    purposes: set[str] = set()
    moments: set[str] = set()
    for declared in map(declaration, declared_models()):
        if isinstance(declared, PersonalData):
            purposes.add(declared.purpose)
            words |= set(declared.said)
            if isinstance(declared.retention, Kept):
                words.add(declared.retention.reason)
            else:
                moments.add(declared.retention.after)
    listed = [purpose for group in PURPOSES.values() for purpose in group]
    assert sorted(listed) == sorted(purposes), "kesher/www/declared.py must name each purpose once"
    assert set(WORDS) == words, "kesher/www/declared.py must name the words of every declaration"
    assert set(MOMENTS) == moments, "kesher/www/declared.py must say each moment after which something is erased"


def test_coverage_counts_what_the_catalogues_hold() -> None:
    rows = {row.code: row for row in coverage()}
    assert set(rows) == {code for code, _ in settings.LANGUAGES}
    assert rows["en"].percent_translated == rows["en"].percent_reviewed == 100
    assert rows["he"].percent_translated == 100
    assert 0 < rows["am"].percent_translated < 100
    machine = sum("origin: machine" in entry.tcomment for entry in entries("he"))
    assert rows["he"].machine == machine


@pytest.mark.django_db
def test_pages_say_that_a_machine_translated_them_as_long_as_one_did(client: Client) -> None:
    """Once people have read all of a catalogue, ``worded_by_machine`` in www/context.py must leave that language out."""
    for row in coverage():
        page = client.get(f"/{row.code}/").content.decode()
        with translation.override(row.code):
            mark = translation.gettext("A machine translated many of the words on this page.")
        assert (mark in page) is (row.machine > 0), row.code
        assert row.code == settings.LANGUAGE_CODE or not mark.startswith("A machine"), row.code


def test_amharic_months_are_amharic() -> None:
    with translation.override("am"):
        for month in range(1, 13):
            for name in (dates.MONTHS[month], dates.MONTHS_ALT[month], dates.MONTHS_AP[month]):
                assert re.fullmatch(r"[\u1200-\u137f.]+", str(name)), name


@pytest.mark.parametrize("code", ["ru", "uk", "fr"])
def test_names_of_languages_look_alike_in_a_list(code: str) -> None:
    """The catalogues do not agree whether a language has a capital letter; beside one another they must."""
    with translation.override(code):
        for language in (*dict(settings.LANGUAGES), "ti", "es"):
            assert language_name(language)[0].isupper(), language_name(language)
