"""The starter taxonomy is complete, in the script of its language, and says each title once."""

import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

import kesher
from tests.shared import shared

FOLDER = Path(kesher.__file__).parent / "data" / "isco"
LANGUAGES = ("en", "he", "ar", "ru", "uk", "fr", "am")
#: Questions in these; other languages ask in their own alone.
FIRST = ("en", "he", "ar")
LETTERS = {
    "en": "LATIN",
    "he": "HEBREW",
    "ar": "ARABIC",
    "ru": "CYRILLIC",
    "uk": "CYRILLIC",
    "fr": "LATIN",
    "am": "ETHIOPIC",
}
#: Feminine forms are given where the language has them: at least so many of the usual titles.
FEMININE = {"he": 0.95, "ar": 0.95, "uk": 0.8, "ru": 0.3, "fr": 0.75}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table, each of as many cells as there are headings."""
    head, *lines = (FOLDER / name).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    names = head.split("\t")
    return [dict(zip(names, line.split("\t"), strict=True)) for line in lines]


def folded(title: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", title).casefold().split())


#: Characters of a skill's name, at most: it stands on a button of a phone.
LONGEST_NAME = 60
#: Said in Latin letters in every language.
ABBREVIATIONS = "CAD|CNC|SQL"

UNITS = {row["code"] for row in rows("groups.tsv") if len(row["code"]) == 4}


def test_all_groups_of_isco_are_there() -> None:
    lengths = Counter(len(row["code"]) for row in rows("groups.tsv"))
    assert lengths == {1: 10, 2: 43, 3: 130, 4: 436}
    assert all(row["code"][:-1] in {r["code"] for r in rows("groups.tsv")} | {""} for row in rows("groups.tsv"))
    assert all(row[language] for row in rows("groups.tsv") for language in LANGUAGES)


@pytest.mark.conformance
def test_groups_are_those_that_were_published() -> None:
    lines = (shared("data/isco08_titles_multilingual") / "isco08_titles_25_languages.csv").read_text(encoding="utf-8")
    published = set(re.findall(r"^(\d{1,4}),", lines, re.MULTILINE))
    assert {row["code"] for row in rows("groups.tsv")} == published


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_unit_group_has_titles_as_people_say_them(language: str) -> None:
    titles = rows(f"{language}.tsv")
    every = Counter(row["isco08"] for row in titles)
    spoken = Counter(row["isco08"] for row in titles if row["kind"] == "spoken")
    assert set(every) == UNITS
    assert min(every.values()) >= 5
    assert set(spoken) == UNITS
    assert {row["kind"] for row in titles} == {"usual", "spoken", "variant"}
    assert {row["status"] for row in titles} <= {"unreviewed", "reviewed"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_are_in_the_script_of_the_language(language: str) -> None:
    for row in rows(f"{language}.tsv"):
        for form in filter(None, (row["title"], row["feminine"])):
            assert form == form.strip()
            assert form == unicodedata.normalize("NFC", form)
            scripts = {unicodedata.name(letter).split()[0] for letter in form if letter.isalpha()}
            abbreviation = {"LATIN"} if row["kind"] == "variant" else set()
            assert scripts <= {LETTERS[language], *abbreviation}, row
            assert not any(unicodedata.combining(sign) for sign in form), "no points or vowels"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_title_stands_in_one_group_or_among_the_ambiguous(language: str) -> None:
    where: dict[str, set[str]] = {}
    for row in rows(f"{language}.tsv"):
        for form in filter(None, (row["title"], row["feminine"])):
            where.setdefault(folded(form), set()).add(row["isco08"])
    assert {title: groups for title, groups in where.items() if len(groups) > 1} == {}
    asked = [folded(row["title"]) for row in rows("ambiguous.tsv") if row["lang"] == language]
    assert len(asked) == len(set(asked))
    assert set(asked).isdisjoint(where)


@pytest.mark.parametrize("language", FEMININE)
def test_usual_titles_have_their_feminine_form(language: str) -> None:
    usual = [row for row in rows(f"{language}.tsv") if row["kind"] == "usual"]
    assert sum(bool(row["feminine"]) for row in usual) >= FEMININE[language] * len(usual)


def test_what_is_ambiguous_has_groups_and_a_question() -> None:
    for row in rows("ambiguous.tsv"):
        codes = row["codes"].split(" ")
        assert len(codes) == len(set(codes)) >= 2, row
        assert set(codes) <= UNITS, row
        for language in FIRST if row["lang"] in FIRST else (row["lang"],):
            assert row[f"question_{language}"].endswith(("?", "؟")), row


def test_skills_are_named_once_and_tied_to_every_unit_group() -> None:
    skills, ties = rows("skills.tsv"), rows("unit_skills.tsv")
    known = {row["id"] for row in skills}
    assert len(known) == len(skills)
    assert {row["kind"] for row in skills} == {"transferable", "specific", "tool", "knowledge", "language"}
    assert {row["skill"] for row in ties} == known
    assert len({(row["isco08"], row["skill"]) for row in ties}) == len(ties)
    each = Counter(row["isco08"] for row in ties)
    assert set(each) == UNITS
    assert 8 <= min(each.values()) <= max(each.values()) <= 15
    heart = {row["skill"] for row in ties if row["weight"] == "1"}
    assert {row["id"] for row in skills if row["kind"] == "specific"} <= heart


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_skill_is_named_in_every_language_and_told_from_the_others(language: str) -> None:
    skills = rows("skills.tsv")
    assert [row["id"] for row in skills if not row[language]] == []
    named = Counter(folded(row[language]) for row in skills)
    assert [name for name, times in named.items() if times > 1] == []
    assert {row["status"] for row in skills} <= {"unreviewed", "reviewed"}
    assert {row["origin"] for row in skills if row["status"] == "unreviewed"} == {"machine"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_skills_are_short_and_in_the_script_of_the_language(language: str) -> None:
    names = [row[language] for row in rows("skills.tsv")]
    for name in names:
        assert name == " ".join(name.split())
        assert name == unicodedata.normalize("NFC", name)
        assert not any(unicodedata.combining(sign) for sign in name), "no points or vowels"
        assert len(name) <= LONGEST_NAME, name
        written = re.sub(ABBREVIATIONS, "", name)
        assert {unicodedata.name(letter).split()[0] for letter in written if letter.isalpha()} == {LETTERS[language]}
    assert sum(len(name) for name in names) < 40 * len(names)


@pytest.mark.parametrize(("language", "foreign"), [("ru", "ёіїєґ"), ("uk", "ёыэъ’ʼ")])
def test_russian_and_ukrainian_keep_to_letters_of_their_own(language: str, foreign: str) -> None:
    """Russian with е for ё, Ukrainian with the apostrophe of keyboards, as the titles are written."""
    assert [row[language] for row in rows("skills.tsv") if set(row[language].casefold()) & set(foreign)] == []
