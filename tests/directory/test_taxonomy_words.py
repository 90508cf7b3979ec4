"""The labels and synonyms of the Open Eligibility taxonomy: complete, in their scripts, one row per term."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

import kesher.directory
from kesher.engine.text import tokens
from tests.search_quality.test_queries import taxonomy_codes

DATA = Path(kesher.directory.__file__).parent / "data"
SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "he": re.compile(r"[\u0590-\u05ff]"),
    "ru": re.compile(r"[А-Яа-яЁё]"),
    "uk": re.compile(r"[А-Яа-яІіЇїЄєҐґ]"),
    "fr": re.compile(r"[A-Za-zÀ-ÿŒœ]"),
    "en": re.compile(r"[A-Za-z]"),
    "am": re.compile(r"[\u1200-\u137f]"),
}
# Names that are written in Latin letters in every language: initials of a condition or a virus.
LATIN_EVERYWHERE = {"HIV", "FD", "ADHD", "AA", "NA", "DNA", "OT", "CV"}


def read(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


LABELS = read("open_eligibility_ar.csv")
SYNONYMS = read("open_eligibility_synonyms.csv")


def strange_letters(text: str, language: str) -> list[str]:
    words = re.sub(rf"\b(?:{'|'.join(LATIN_EVERYWHERE)})\b", "", text)
    return [letter for letter in words if letter.isalpha() and not SCRIPTS[language].match(letter)]


def test_a_term_has_one_row_of_labels():
    assert [code for code, times in Counter(row["code"] for row in LABELS).items() if times > 1] == []


@pytest.mark.parametrize("language", ["ar", "ru", "uk", "fr", "am"])
def test_labels_are_there_in_the_right_letters_and_short(language):
    for row in LABELS:
        label = row[language]
        assert label == label.strip() != "", row["code"]
        assert strange_letters(label, language) == [], (row["code"], label)
        assert len(label) <= 60, (row["code"], label)


def test_labels_say_that_nobody_has_reviewed_them():
    assert all(re.fullmatch(r"machine, unreviewed|reviewed by .+, \d{4}-\d{2}-\d{2}", row["origin"]) for row in LABELS)


@pytest.mark.parametrize("language", ["ar", "ru", "uk", "fr", "am"])
def test_siblings_do_not_share_a_label(language):
    """A list of terms to choose from must not show the same words twice."""
    seen = Counter((row["code"].rpartition(":")[0], row[language]) for row in LABELS)
    assert [place for place, times in seen.items() if times > 1] == []


def test_synonyms_are_at_most_five_for_a_term_in_a_language_and_none_twice():
    counts = Counter((row["code"], row["language"]) for row in SYNONYMS)
    assert max(counts.values()) <= 5
    triples = Counter((row["code"], row["language"], " ".join(tokens(row["synonym"]))) for row in SYNONYMS)
    assert [triple for triple, times in triples.items() if times > 1] == []


def test_synonyms_are_in_the_letters_of_their_language():
    for row in SYNONYMS:
        assert row["language"] in ("he", "en", "ar")
        assert row["synonym"] == row["synonym"].strip() != ""
        assert strange_letters(row["synonym"], row["language"]) == [], row


@pytest.mark.conformance
def test_every_term_has_labels_and_every_service_term_has_synonyms():
    codes = taxonomy_codes()
    assert {row["code"] for row in LABELS} == codes
    with_synonyms = {(row["code"], row["language"]) for row in SYNONYMS}
    assert {code for code, _ in with_synonyms} <= codes
    services = {code for code in codes if code.startswith("human_services:")}
    for language in ("he", "en", "ar"):
        assert {code for code in services if (code, language) not in with_synonyms} == set(), language
