"""The labels and synonyms of the Open Eligibility taxonomy: complete, in their scripts, one row per term."""

import csv
import re
from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

import kesher.directory
from kesher.directory.taxonomies import LANGUAGES, load_business, load_open_eligibility
from kesher.engine.text import tokens
from kesher.formats import kolsherut
from tests.search_quality.test_queries import taxonomy_codes
from tests.shared import shared

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


TAXONOMY = read("open_eligibility.csv")
SYNONYMS = read("open_eligibility_synonyms.csv")
SITUATIONS = read("open_eligibility_situations.csv")
SHOWN = read("open_eligibility_shown.csv")
BUSINESS = read("business.csv")
BUSINESS_SYNONYMS = read("business_synonyms.csv")


def strange_letters(text: str, language: str) -> list[str]:
    words = re.sub(rf"\b(?:{'|'.join(LATIN_EVERYWHERE)})\b", "", text)
    return [letter for letter in words if letter.isalpha() and not SCRIPTS[language].match(letter)]


def test_a_term_has_one_row_of_labels():
    assert [code for code, times in Counter(row["code"] for row in TAXONOMY).items() if times > 1] == []


@pytest.mark.parametrize("language", ["ar", "ru", "uk", "fr", "am"])
def test_labels_are_there_in_the_right_letters_and_short(language):
    for row in TAXONOMY:
        label = row[language]
        assert label == label.strip() != "", row["code"]
        assert strange_letters(label, language) == [], (row["code"], label)
        assert len(label) <= 60, (row["code"], label)


def test_labels_say_that_nobody_has_reviewed_them():
    assert all(
        re.fullmatch(r"machine, unreviewed|reviewed by .+, \d{4}-\d{2}-\d{2}", row["origin"]) for row in TAXONOMY
    )


@pytest.mark.parametrize("language", ["ar", "ru", "uk", "fr", "am"])
def test_siblings_do_not_share_a_label(language):
    """A list of terms to choose from must not show the same words twice."""
    seen = Counter((row["code"].rpartition(":")[0], row[language]) for row in TAXONOMY)
    assert [place for place, times in seen.items() if times > 1] == []


def test_synonyms_are_at_most_nine_for_a_term_in_a_language_and_none_twice():
    counts = Counter((row["code"], row["language"]) for row in SYNONYMS)
    assert {key: times for key, times in counts.items() if times > 9} == {}
    triples = Counter((row["code"], row["language"], " ".join(tokens(row["synonym"]))) for row in SYNONYMS)
    assert [triple for triple, times in triples.items() if times > 1] == []


ORDER = ("en", "he", "ar", "ru", "uk", "fr", "am")


def test_synonyms_of_a_term_stand_together_language_by_language():
    """The file is read and mended by people: one place for a term, its languages always in the same order."""
    groups = [code for code, _ in groupby(row["code"] for row in SYNONYMS)]
    assert len(groups) == len(set(groups))
    for code, rows in groupby(SYNONYMS, key=lambda row: row["code"]):
        places = [ORDER.index(row["language"]) for row in rows]
        assert places == sorted(places), code


def test_synonyms_are_short_and_in_the_letters_of_their_language():
    for row in SYNONYMS:
        assert row["language"] in LANGUAGES
        assert row["synonym"] == row["synonym"].strip() != ""
        assert len(row["synonym"].split()) <= 5, row
        assert strange_letters(row["synonym"], row["language"]) == [], row


def test_what_people_say_stands_under_known_terms_short_in_the_letters_of_its_language_and_once():
    seen = {(row["code"], row["language"], " ".join(tokens(row["synonym"]))) for row in SYNONYMS}
    for rows, labels in ((SITUATIONS, TAXONOMY), (BUSINESS_SYNONYMS, BUSINESS)):
        codes = {row["code"] for row in labels}
        for row in rows:
            said = (row["code"], row["language"], " ".join(tokens(row["synonym"])))
            assert row["code"] in codes, row
            assert said not in seen, row
            seen.add(said)
            assert row["synonym"] == row["synonym"].strip() != ""
            assert len(row["synonym"].split()) <= 8, row
            assert strange_letters(row["synonym"], row["language"]) == [], row


def test_the_terms_for_businesses_are_complete_in_every_language_and_have_words():
    seen = {""}
    for row in BUSINESS:
        assert row["parent"] in seen, row["code"]
        assert row["code"] not in seen
        seen.add(row["code"])
        for language in LANGUAGES:
            assert row[language] == row[language].strip() != ""
            assert strange_letters(row[language], language) == [], (row["code"], row[language])
            if row["parent"]:
                assert any((r["code"], r["language"]) == (row["code"], language) for r in BUSINESS_SYNONYMS), row[
                    "code"
                ]
    for language in LANGUAGES:
        assert len({row[language] for row in BUSINESS}) == len(BUSINESS), language


@pytest.mark.django_db
def test_the_themes_of_businesses_are_loaded_beside_and_twice_changes_nothing():
    taxonomy = load_business()
    before = list(taxonomy.terms.values())
    assert len(before) == len(BUSINESS)
    assert load_business() == taxonomy
    assert list(taxonomy.terms.values()) == before
    licence = taxonomy.terms.get(code="business:permits:licence")
    assert licence.path == "kesher-business/business/permits/licence/"
    assert set(licence.machine_translated) == set(LANGUAGES) - {"en"}
    assert licence.synonyms["ar"]


@pytest.mark.conformance
def test_every_term_has_labels_and_every_service_term_has_synonyms():
    codes = taxonomy_codes()
    assert {row["code"] for row in TAXONOMY} == codes
    counts = Counter((row["code"], row["language"]) for row in SYNONYMS)
    assert {code for code, _ in counts} <= codes
    services = {code for code in codes if code.startswith("human_services:")}
    for language in ("he", "en", "ar"):
        assert {code for code in services if counts[code, language] < 5} == set(), language


def test_the_shipped_taxonomy_is_complete_and_a_term_stands_before_those_below_it():
    assert [row["code"] for row in TAXONOMY] == list(dict.fromkeys(row["code"] for row in TAXONOMY))
    seen = {""}
    for row in TAXONOMY:
        assert row["parent"] in seen, row["code"]
        seen.add(row["code"])
        assert row["en"] == row["en"].strip() != ""
        assert row["he"] == row["he"].strip() != ""


@pytest.mark.conformance
def test_the_shipped_taxonomy_is_the_published_one():
    reading = kolsherut.read(str(shared("data/il_services_kolsherut/openeligibility_taxonomy_he_en.yaml")))
    published = {term.code: (term.parent_code or "", term.name) for term in reading.terms}
    ours = {row["code"]: (row["parent"], {"en": row["en"], "he": row["he"]}) for row in TAXONOMY}
    assert ours == published


@pytest.mark.django_db
def test_loading_the_taxonomy_twice_changes_nothing():
    taxonomy = load_open_eligibility()
    before = list(taxonomy.terms.values())
    assert len(before) == len(TAXONOMY)
    assert load_open_eligibility() == taxonomy
    assert list(taxonomy.terms.values()) == before
    term = taxonomy.terms.get(code="human_services:food:food_pantry")
    assert term.parent.code == "human_services:food"
    assert term.path.startswith(term.parent.path)
    assert term.synonyms["he"]
    assert set(term.machine_translated) == {"ar", "ru", "uk", "fr", "am"}


@pytest.mark.django_db
def test_what_is_shown_by_another_name_is_a_term_and_is_that_in_this_language_only():
    taxonomy = load_open_eligibility()
    rows = {row["code"]: row for row in TAXONOMY}
    assert [pair for pair, times in Counter((row["code"], row["language"]) for row in SHOWN).items() if times > 1] == []
    for code in {row["code"] for row in SHOWN}:
        published = {language: rows[code][language] for language in LANGUAGES}
        names = {row["language"]: row["name"] for row in SHOWN if row["code"] == code}
        assert names.keys() < published.keys()
        assert taxonomy.terms.get(code=code).name == published | names


def test_a_name_shown_is_another_than_the_published_in_its_letters_and_says_why():
    rows = {row["code"]: row for row in TAXONOMY}
    for row in SHOWN:
        assert row["name"] == row["name"].strip() != rows[row["code"]][row["language"]], row
        assert strange_letters(row["name"], row["language"]) == []
        assert len(row["name"]) <= 60
        assert row["why"], row


@pytest.mark.django_db
def test_nobody_meets_the_american_meaning_of_what_has_another_here():
    """Each English name that was wrong for the services on its shelf, with a word of what stands there."""
    names = {term.code: term.name for term in load_open_eligibility().terms.all()}
    for code, word in {
        "human_services:care:accessibility:translation": "Sign language",
        "human_services:care:vacations": "Respite",
        "human_services:emergency:emergency_shelter": "in an attack",
        "human_services:housing:emergency_shelter": "housing",
        "human_services:education:ulpana": "girls",
        "human_services:money:financial_assistance:help_pay_for_childcare": "scholarships",
    }.items():
        assert word in names[code]["en"]
    services = Counter(name["en"] for code, name in names.items() if code.startswith("human_services:"))
    twice = {name for name, times in services.items() if times > 1}
    assert twice == {"In-Home Support", "Skills & Training"}, "the same thing on two shelves"


@pytest.mark.django_db
def test_a_label_changed_in_the_database_is_brought_back():
    taxonomy = load_open_eligibility()
    taxonomy.terms.filter(code="human_services:food").update(name={"en": "Fud"})
    load_open_eligibility()
    assert taxonomy.terms.get(code="human_services:food").name["en"] == "Food"
