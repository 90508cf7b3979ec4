"""Tables of areas: what is read, and what a broken row says."""

import openpyxl
import pytest

from kesher.formats.areas import read, template_csv
from kesher.formats.records import UnreadableFile

HEADER = (
    "level,code,parent_code,name_en,name_he,latitude,longitude,population,population_year,source,scheme,parent_scheme\n"
)


def table(tmp_path, *rows, header=HEADER):
    path = tmp_path / "areas.csv"
    path.write_text(header + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_the_template_reads_itself(tmp_path):
    path = tmp_path / "areas.csv"
    path.write_text("\ufeff" + template_csv(), encoding="utf-8")
    reading = read(path, scheme="il-cbs-locality")
    assert reading.refusals == []
    assert [(row.level, row.code, row.parent) for row in reading.rows] == [
        ("country", "IL", None),
        ("district", "6", ("", "IL")),
        ("authority", "2560", ("", "6")),
    ]
    arad = reading.rows[-1]
    assert arad.name == {"en": "Arad", "he": "ערד", "ar": "عراد"}
    assert (arad.latitude, arad.longitude, arad.population, arad.scheme) == (31.2589, 35.2139, 27582, "il-cbs-locality")


def test_a_workbook_where_codes_became_numbers(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["Code", "Level", "Name EN", "Population"])
    book.active.append([2560.0, "Sub district", "Arad", 27582.0])
    book.save(tmp_path / "areas.xlsx")
    (row,) = read(tmp_path / "areas.xlsx").rows
    assert (row.code, row.level, row.population, row.scheme) == ("2560", "sub-district", 27582, "local")


# row, field at fault
BROKEN = {
    "no code": ("district,,,South,,,,,,,,", "code"),
    "no level": (",6,,South,,,,,,,,", "level"),
    "no such level": ("galaxy,6,,South,,,,,,,,", "level"),
    "no name": ("district,6,,,,,,,,,,", "name_en"),
    "code with a slash": ("district,6/7,,South,,,,,,,,", "code"),
    "code with a blank": ("district,6 7,,South,,,,,,,,", "code"),
    "parent code with a slash": ("district,6,a/b,South,,,,,,,,", "parent_code"),
    "latitude alone": ("district,6,,South,,31.2,,,,,,", "longitude"),
    "longitude alone": ("district,6,,South,,,35.1,,,,,", "latitude"),
    "off the earth": ("district,6,,South,,91,35,,,,,", "latitude"),
    "words for a number": ("district,6,,South,,north,35,,,,,", "latitude"),
    "people below nothing": ("district,6,,South,,,,-1,,,,", "population"),
    "half a person": ("district,6,,South,,,,10.5,,,,", "population"),
    "a year before censuses": ("district,6,,South,,,,10,12,,,", "population_year"),
    "scheme with blanks": ("district,6,,South,,,,,,,My List,", "scheme"),
    "parent scheme with capitals": ("district,6,,South,,,,,,,,ISO", "parent_scheme"),
    "over-long code": (f"district,{'6' * 41},,South,,,,,,,,", "code"),
    "more cells than headings": ("district,6,,South,,,,,,,,,extra", None),
    "formula": ("district,6,,=1+1,,,,,,,,", "name_en"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_row_is_refused_with_its_place(tmp_path, name):
    row, field = BROKEN[name]
    reading = read(table(tmp_path, row, "country,IL,,Israel,,,,,,,,"))
    refused = [one for one in reading.refusals if one.row == 2]
    assert refused, reading
    assert refused[0].field == field
    assert refused[0].reason
    assert refused[0].remedy
    assert refused[0].kind == "area"
    assert "IL" in [row.code for row in reading.rows]


def test_the_same_code_twice(tmp_path):
    reading = read(table(tmp_path, "district,6,,South,,,,,,,,", "district,6,,Other,,,,,,,,"))
    assert [(one.row, one.field) for one in reading.refusals] == [(3, "code")]
    assert "row 2" in reading.refusals[0].reason


@pytest.mark.parametrize(
    "content", ["", "\n\n", "level,code\ndistrict,6\n", "a,b\n1,2\n", HEADER, "level,code,name_en,name_en\n"]
)
def test_what_is_no_table_of_areas(tmp_path, content):
    (tmp_path / "areas.csv").write_text(content)
    with pytest.raises(UnreadableFile):
        read(tmp_path / "areas.csv")
