"""The reader of the starter taxonomy."""

import shutil

import pytest

from kesher.formats import isco

LISTS = isco.read()


def test_it_reads_every_list():
    assert len(LISTS.unit_groups) == 436
    assert set(LISTS.titles.language) == {"en", "he", "ar", "ru", "uk", "fr", "am"}
    assert set(LISTS.titles.kind) == {"usual", "spoken", "variant"}
    assert LISTS.group["2221"]["en"] == "Nursing professionals"
    assert all(one.uri.startswith(("http://data.europa.eu/esco/skill/", isco.OWN_SKILL)) for one in LISTS.skills)
    assert all(set(one.label) == {"en", "he", "ar", "ru", "uk", "fr", "am"} for one in LISTS.skills)
    assert {code for code, _, _ in LISTS.unit_skills} == set(LISTS.unit_groups)


def test_both_gender_forms_are_entries_of_one_row():
    titles = LISTS.titles
    him, her = (titles.text.index(form) for form in ("קצין בצבא", "קצינה בצבא"))
    assert titles.row[him] == titles.row[her]
    assert titles.isco08[him] == titles.isco08[her] == "0110"


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("he.tsv", b"0110\tx\n", r"he\.tsv, line \d+: 2 cells under 6 headings"),
        ("ar.tsv", b"0110\t\xff\t\tusual\tunreviewed\tmachine\n", r"ar\.tsv: byte \d+ is not UTF-8"),
    ],
)
def test_a_broken_list_says_where(tmp_path, name, line, said):
    folder = shutil.copytree(isco.FOLDER, tmp_path / "isco")
    with (folder / name).open("ab") as stream:
        stream.write(line)
    with pytest.raises(isco.BrokenList, match=said):
        isco.read(folder)


def test_a_missing_column_is_told(tmp_path):
    folder = shutil.copytree(isco.FOLDER, tmp_path / "isco")
    lists = folder / "skills.tsv"
    lists.write_text(lists.read_text(encoding="utf-8").replace("\tesco\t", "\turi\t", 1), encoding="utf-8")
    with pytest.raises(isco.BrokenList, match=r"skills\.tsv, line 1: there is no column esco"):
        isco.read(folder)
