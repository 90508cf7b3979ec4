"""Fields of study: the list that comes with Kesher is the published one, and each code reads by a name."""

import re

import pytest

from kesher.formats import isced
from tests.shared import shared


def test_codes_and_english_names_are_those_of_the_published_list():
    published = (shared("conformance/elm-v3") / "codelists" / "isced-f.xsd").read_text(encoding="utf-8")
    rows = re.findall(
        r'isced-f/(\d+)">\s*<xs:annotation>\s*<xs:documentation>(.*?)</xs:documentation>', published, re.S
    )
    names = {code: " ".join(name.split()) for code, name in rows}
    left_out = re.compile("not further defined|not elsewhere classified|Inter-disciplinary|Field unknown")
    said = {code: name for code, name in names.items() if not left_out.search(name)}
    assert {code: one.names["en"] for code, one in isced.listed().items()} == said
    assert len(said) == 120
    assert all(isced.names_of(code) for code in names if not code.startswith("99"))


def test_each_field_has_a_name_of_its_own_in_each_language():
    for language in isced.LANGUAGES:
        offered = [one.names[language] for broad in isced.broad() for one in isced.within(broad.code)]
        assert len(offered) == len(set(offered)), language
    letters = {"he": r"[\u05d0-\u05ea]", "ar": r"[\u0621-\u064a]"}
    for one in isced.listed().values():
        assert all(re.search(pattern, one.names[language]) for language, pattern in letters.items()), one.code


def test_a_code_the_list_leaves_out_reads_by_the_field_above_it():
    assert isced.names_of("0619")["en"] == isced.names_of("061")["en"]
    assert isced.names_of("0188") == isced.names_of("01")
    assert not isced.names_of("9999")
    assert not isced.names_of("")


def test_a_detailed_field_that_says_nothing_more_is_not_offered():
    assert [one.code for one in isced.within("08")] == ["081", "0811", "0812", "082", "083", "084"]


HEAD = "code\ten\the\tar\tstatus\torigin\n"


@pytest.mark.parametrize(
    "text",
    [
        "code\ten\n",
        HEAD + "01\tEducation\tחינוך\n",
        HEAD + "01\tEducation\t\tتعليم\tnew\tmachine\n",
        HEAD + "1\tEducation\tחינוך\tتعليم\tnew\tmachine\n",
        HEAD + "011\tEducation\tחינוך\tتعليم\tnew\tmachine\n",
        HEAD + 2 * "01\tEducation\tחינוך\tتعليم\tnew\tmachine\n",
    ],
)
def test_a_broken_list_says_where(text: str):
    with pytest.raises(isced.BrokenList, match=r"line \d"):
        isced.read(text)
