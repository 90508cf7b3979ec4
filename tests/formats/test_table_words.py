"""Headings people really write, in three languages, and templates that read themselves."""

import json

import pytest

from kesher.formats import tables
from kesher.formats.records import Refusal
from kesher.formats.refusals import COLUMNS, as_csv, as_data, from_data, told
from kesher.formats.remarks import say
from kesher.formats.table_mapping import FIELDS, default_mapping
from kesher.formats.table_words import HEADINGS, field_of_heading, spoken_in

REAL = {
    "שם השירות": ("name", None),
    "שם השירות בעברית": ("name", "he"),
    "שם (ערבית)": ("name", "ar"),
    "תיאור": ("description", None),
    'דוא"ל': ("email", None),
    "דוא״ל": ("email", None),
    "טלפון*": ("phone", None),
    "יישוב": ("city", None),
    "ימי קבלה": ("days", None),
    "קהל יעד": ("eligibility_description", None),
    "اسم الخدمة": ("name", None),
    "الوصف بالعربية": ("description", "ar"),
    "رقم الهاتف": ("phone", None),
    "المدينة": ("city", None),
    "Service Name": ("name", None),
    "Description in Arabic": ("description", "ar"),
    "Phone Number": ("phone", None),
    "Zip code": ("postal_code", None),
    "הערות פנימיות": None,
    "Remarks": None,
    "": None,
    "עברית": None,
}


@pytest.mark.parametrize("heading", REAL)
def test_headings_as_people_write_them(heading):
    assert field_of_heading(heading) == REAL[heading]


def test_every_heading_is_of_a_field_there_is_and_means_one_thing():
    seen = {}
    for field, languages in HEADINGS.items():
        assert field in FIELDS
        for words in languages.values():
            for word in words:
                assert seen.setdefault(word, field) == field, word
                found = field_of_heading(word)
                assert found == (field, None), word


@pytest.mark.parametrize("language", ["he", "ar", "en"])
def test_each_template_reads_itself_whole(tmp_path, language):
    path = tmp_path / "services.csv"
    path.write_text("\ufeff" + tables.template_csv(language), encoding="utf-8")
    reading = tables.read(str(path))
    (service,) = reading.services
    assert reading.refusals == []
    assert reading.language == language
    assert set(service.name) == {"he", "ar", "en"}
    assert {one.code for one in service.languages} == {"he", "ar", "en"}
    assert service.phones[0].number
    assert service.email == "jobs@example.org"
    assert service.costs[0].amount == 0
    assert len(service.schedules[0].byday) == 5
    assert len(service.referral_modes) == 2
    assert service.at_locations
    assert service.terms


def test_the_language_of_a_table_is_that_of_its_headings():
    assert spoken_in(["שם השירות", "טלפון", "notes"]) == "he"
    assert spoken_in(["name", "phone"]) is None
    mapping = default_mapping(["שם השירות", "טלפון", "הערות"])
    assert mapping is not None
    assert mapping.language == "he"
    assert set(mapping.columns) == {"שם השירות", "טלפון"}


def test_peek_shows_columns_examples_and_rows(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("שם,טלפון,ריק\nקורס,08-1,\nסדנה,08-2,\n,,\nמפגש,08-3,\nעוד,08-4,\n", encoding="utf-8")
    seen = tables.peek(path)
    assert seen.columns == ["שם", "טלפון", "ריק"]
    assert seen.examples == {"שם": ["קורס", "סדנה", "מפגש"], "טלפון": ["08-1", "08-2", "08-3"], "ריק": []}
    assert seen.rows == 4


def test_remarks_as_a_table_run_nothing_in_a_spreadsheet():
    kept = {"file": "a.csv", "row": 3, "field": "name", "reason": "=HYPERLINK(1)", "remedy": "+mend", "record": "-1"}
    (refusal,) = from_data([kept | {"kind": "organisation", "fatal": True}])
    header, row = as_csv([refusal]).splitlines()
    assert header.split(",") == list(COLUMNS)
    assert row == "organisation,a.csv,3,name,'-1,left out,,'=HYPERLINK(1),'+mend"


def test_what_was_kept_is_read_back():
    refusal = Refusal("a.csv", 3, "phone", say.NOT_A_PHONE(value="אין"), "7", False, "organisation")
    kept = as_data([refusal])
    assert from_data(json.loads(json.dumps(kept))) == [refusal]
    assert from_data(kept)[0].said.params == {"value": "אין"}


@pytest.mark.parametrize("lacking", [("kind",), ("code", "params"), ("code", "params", "kind", "record", "fatal")])
def test_what_was_kept_before_a_field_was_added_still_shows(lacking: tuple[str, ...]):
    (kept,) = as_data([Refusal("a.csv", 3, "phone", say.NOT_A_PHONE(value="אין"), "7", True, "service")])
    (found,) = from_data([{name: value for name, value in kept.items() if name not in lacking}])
    assert (found.reason, found.remedy) == (kept["reason"], kept["remedy"])
    assert (found.kind, found.fatal) == ("service", True)
    assert found.code == ("" if "code" in lacking else "not-a-phone")
    assert "“אין” is not a phone number." in told(found)
