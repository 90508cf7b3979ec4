"""The probe keeps what its README says: a hundred titles a language, halved, all major groups, codes that there are."""

import csv
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

import kesher

FOLDER = Path(__file__).resolve().parent / "probe"
LETTERS = {
    "en": "LATIN",
    "he": "HEBREW",
    "ar": "ARABIC",
    "ru": "CYRILLIC",
    "uk": "CYRILLIC",
    "fr": "LATIN",
    "am": "ETHIOPIC",
}


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_there_is_a_probe_in_every_language() -> None:
    assert {path.stem for path in FOLDER.glob("*.tsv")} == set(LETTERS)


@pytest.mark.parametrize("language", LETTERS)
def test_a_hundred_titles_are_halved_and_said_once(language: str) -> None:
    probe = rows(FOLDER / f"{language}.tsv")
    assert Counter(row["split"] for row in probe) == {"dev": 50, "held": 50}
    assert [title for title, times in Counter(row["title"].casefold() for row in probe).items() if times > 1] == []


@pytest.mark.parametrize("language", LETTERS)
def test_codes_are_unit_groups_of_all_major_groups(language: str) -> None:
    groups = {row["code"] for row in rows(Path(kesher.__file__).parent / "data" / "isco" / "groups.tsv")}
    named = [code for row in rows(FOLDER / f"{language}.tsv") for code in row["isco08"].split("|")]
    assert [code for code in named if len(code) != 4 or code not in groups] == []
    assert {code[0] for code in named} == set("0123456789")


@pytest.mark.parametrize("language", LETTERS)
def test_titles_are_in_the_script_of_their_language(language: str) -> None:
    for row in rows(FOLDER / f"{language}.tsv"):
        assert any(unicodedata.name(letter).startswith(LETTERS[language]) for letter in row["title"]), row
