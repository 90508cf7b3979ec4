"""Tables of a town: the plain template, mapping files and their faults, and what people write into cells."""

import csv
import io
import json
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.opening_hours import parse_opening_hours
from kesher.formats.records import ReferralMode, UnreadableFile, Weekday
from kesher.formats.table_values import WEEK, parse_cost, parse_days, parse_language, parse_referrers
from kesher.formats.tables import read, template_csv
from kesher.formats.values import Unclean
from tests.formats.malformed import exhaust

SUN_TO_THU = tuple(WEEK[:5])


def written(folder: Path, text: str, name: str = "services.csv") -> str:
    (folder / name).write_text(text, "utf-8")
    return str(folder / name)


def test_the_template_is_read_without_a_refusal(tmp_path: Path) -> None:
    text = template_csv()
    header, example = csv.reader(io.StringIO(text))
    asked = (
        "name_en name_he name_ar organisation phone email url address city latitude longitude languages cost theme "
        "days opens closes who_may_refer"
    )
    assert set(asked.split()) <= set(header)
    assert all(example)
    reading = read(written(tmp_path, text))
    found = exhaust(reading)
    assert reading.refusals == []
    (service,), (organisation,), (location,) = found["services"], found["organisations"], found["locations"]
    assert set(service.name) == set(service.description) == {"en", "he", "ar"}
    assert service.schedules[0].byday == SUN_TO_THU
    assert (service.schedules[0].opens_at, service.schedules[0].closes_at) == (time(8, 30), time(16))
    assert [language.code for language in service.languages] == ["he", "ar", "en"]
    assert service.costs[0].amount == 0
    assert service.referral_modes == (ReferralMode.SELF, ReferralMode.PROFESSIONAL)
    assert service.organisation_id == organisation.external_id
    assert service.at_locations[0].location_id == location.external_id
    assert [(term.taxonomy, term.code) for term in service.terms] == [("themes", "work")]
    assert [(term.taxonomy, term.code) for term in found["terms"]] == [("themes", "work")]
    assert [taxonomy.slug for taxonomy in found["taxonomies"]] == ["themes"]


def test_ten_services_of_two_bodies_in_a_workbook(tmp_path: Path) -> None:
    header, example = csv.reader(io.StringIO(template_csv()))
    book = openpyxl.Workbook()
    book.active.append(header)
    for number in range(10):
        row = dict(zip(header, example, strict=True))
        row |= {
            "name_en": f"Course {number}",
            "organisation": f"College {number % 2}",
            "opens": time(8, 30),
            "phone": 89000000,
        }
        row |= {"latitude": 31.25, "longitude": 35.21}
        book.active.append([row[column] for column in header])
    book.save(tmp_path / "ten.xlsx")
    reading = read(str(tmp_path / "ten.xlsx"))
    found = exhaust(reading)
    assert reading.refusals == []
    assert (len(found["services"]), len(found["organisations"])) == (10, 2)
    assert found["services"][0].schedules[0].opens_at == time(8, 30)
    assert found["services"][0].phones[0].number == "89000000"


MAPPING = """\
source: arad-services
language: he
key: [מספר]
day_first: true
columns:
  מספר: id
  שם: name
  الاسم: {field: name, language: ar}
  גוף: organisation
  טלפונים: {field: phone, split: "/"}
  נושא:
    field: term
    taxonomy: open-eligibility
    values: {עבודה: "human_services:work", דיור: "human_services:housing"}
    others: refuse
  עודכן: {field: assured_date, format: "%d.%m.%y"}
  פתיחה: {field: opens, format: "%Hh%M"}
  סגירה: closes
  ימים: days
constants: {country: IL, city: ערד}
ignore: [הערות]
"""
TABLE = """\
מספר,שם,الاسم,גוף,טלפונים,נושא,עודכן,פתיחה,סגירה,ימים,הערות,צבע
7,סיוע,مساعدة,עירייה,08-1234567/08-1234568,עבודה,03.04.25,09h15,12:00,א-ה,x,כחול
8,קורס,,עירייה,,גינון,31.02.25,25h00,12:00,,,
"""


def test_a_mapping_file(tmp_path: Path) -> None:
    mapping = written(tmp_path, MAPPING, "map.yaml")
    reading = read(written(tmp_path, TABLE), mapping=mapping)
    found = exhaust(reading)
    assert (reading.source, reading.language) == ("arad-services", "he")
    first, second = found["services"]
    assert (first.external_id, second.external_id) == ("7", "8")
    assert first.name == {"he": "סיוע", "ar": "مساعدة"}
    assert [phone.number for phone in first.phones] == ["08-1234567", "08-1234568"]
    assert [(term.taxonomy, term.code) for term in first.terms] == [("open-eligibility", "human_services:work")]
    assert found["terms"] == []  # they are another taxonomy's own
    assert first.assured_date == date(2025, 4, 3)
    assert first.schedules[0].byday == SUN_TO_THU
    assert first.schedules[0].opens_at == time(9, 15)
    assert found["locations"][0].addresses[0].country == "IL"
    assert [(one.row, one.field, one.fatal) for one in reading.refusals] == [
        (1, "צבע", False),
        (3, "נושא", False),
        (3, "עודכן", False),
        (3, "פתיחה", False),
        (3, "סגירה", False),  # with the opening hour gone the closing one stands alone
    ]


def test_the_mapping_beside_the_table_is_taken(tmp_path: Path) -> None:
    written(tmp_path, json.dumps({"columns": {"x": "name"}}), "mapping.json")
    written(tmp_path, "x\nA service\n")
    assert [one.name for one in read(str(tmp_path)).services] == [{"en": "A service"}]


FAULTS = {  # the fault, a piece of the mapping -> the line it must be told with, a word of the reason
    "unknown field": ("columns:\n  a: name\n  b: {field: nme}\n", 3, "not a field"),
    "unknown short field": ("columns:\n  a: name\n  b: nme\n", 3, "not a field"),
    "unknown key": ("columns:\n  a: name\ncolour: red\n", 3, "not permitted"),
    "unknown key of a column": ("columns:\n  a:\n    field: name\n    colour: red\n", 4, "not permitted"),
    "no columns": ("source: x\n", 1, "required"),
    "no name": ("columns:\n  a: phone\n", 1, "name of the service"),
    "two of one field": ("columns:\n  a: name\n  b: name\n", 1, "are both name"),
    "language that is none": ("columns:\n  a: {field: name, language: hebrew!}\n", 2, "pattern"),
    "language of a phone": ("columns:\n  a: name\n  b: {field: phone, language: he}\n", 3, "no language"),
    "term without taxonomy": ("columns:\n  a: name\n  b: term\n", 3, "taxonomy"),
    "format of a phone": ("columns:\n  a: name\n  b: {field: phone, format: '%H'}\n", 3, "format"),
    "split of a text": ("columns:\n  a: {field: name, split: ';'}\n", 2, "not split"),
    "empty split": ("columns:\n  a: name\n  b: {field: phone, split: ''}\n", 3, "at least 1"),
    "key that is no column": ("key: [z]\ncolumns:\n  a: name\n", 1, "key column"),
    "constant name": ("columns:\n  a: name\nconstants:\n  name: x\n", 3, "same for all"),
    "constant of no field": ("columns:\n  a: name\nconstants:\n  colour: x\n", 3, "not a field"),
    "others": ("columns:\n  a: name\n  b: {field: phone, others: perhaps}\n", 3, "refuse"),
    "source with blanks": ("source: My Town\ncolumns:\n  a: name\n", 1, "pattern"),
    "currency": ("columns:\n  a: name\n  b: {field: cost, currency: shekel}\n", 3, "pattern"),
    "columns as a list": ("columns: [a, b]\n", 1, "dictionary"),
    "a column as a list": ("columns:\n  a: [name]\n", 2, "dictionary"),
    "a tab": ("columns:\n\ta: name\n", 2, "tab|token"),
    "a quote not closed": ("columns:\n  a: 'name\n", 2, "end of stream|scalar"),
    "a key twice": ("columns:\n  a: name\n  a: phone\n", 3, "twice"),
    "an alias": ("columns: &x\n  a: name\ny: *x\n", 3, "aliases"),
    "a list": ("- a\n- b\n", None, "no mapping of columns"),
    "nothing": ("# only a remark\n", None, "no mapping of columns"),
    "JSON cut short": ('{"columns": {"a": "name"', 1, "expected|flow"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_the_mapping_is_told_with_its_line(name: str, tmp_path: Path) -> None:
    text, line, word = FAULTS[name]
    table = written(tmp_path, "a,b\nx,y\n")
    with pytest.raises(UnreadableFile, match=word) as caught:
        read(table, mapping=written(tmp_path, text, "map.yaml"))
    assert caught.value.file == "map.yaml"
    if line is not None:
        assert f"Line {line}" in caught.value.reason


def test_a_column_of_the_mapping_that_the_table_has_not(tmp_path: Path) -> None:
    mapping = written(tmp_path, "columns:\n  a: name\n  z: phone\n", "map.yaml")
    with pytest.raises(UnreadableFile, match=r"“z” of map\.yaml, line 3"):
        read(written(tmp_path, "a,b\nx,y\n"), mapping=mapping)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("email", "nobody"),
        ("url", "ftp://x.example"),
        ("phone", "ask inside"),
        ("latitude", "north"),
        ("latitude", "91"),
        ("days", "Blursday"),
        ("opens", "25:00"),
        ("who_may_refer", "the king"),
        ("minimum_age", "-1"),
        ("weekly_hours", "200"),
        ("status", "sleeping"),
        ("remote", "perhaps"),
        ("country", "Israel"),
        ("assured_date", "03/04/2025"),
        ("theme", "!!!"),
    ],
)
def test_a_cell_that_cannot_be_taken(column: str, value: str, tmp_path: Path) -> None:
    reading = read(written(tmp_path, f"name_en,{column}\nA,{value}\n"))
    assert len(list(reading.services)) == 1
    assert reading.refusals[0].row == 2
    assert reading.refusals[0].field == column
    assert not reading.refusals[0].fatal


def test_two_rows_of_one_service(tmp_path: Path) -> None:
    reading = read(written(tmp_path, "name_en,organisation,city\nA,B,C\nA,b ,c\nA,B,D\n"))
    assert len(list(reading.services)) == 2
    assert [(one.row, one.fatal) for one in reading.refusals] == [(3, True)]
    assert "row 2" in reading.refusals[0].reason


WORD = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(names=st.lists(WORD, min_size=1, max_size=15, unique_by=lambda word: word.casefold()), numbers=st.randoms())
def test_order_of_rows_and_columns_changes_no_identifier(names: list[str], numbers, tmp_path_factory) -> None:
    folder = tmp_path_factory.mktemp("order")
    rows = [{"name_en": name, "organisation": "Body", "city": "Arad"} for name in names]

    def ids(columns: list[str], shuffled: list[dict[str, str]]) -> dict[str, str]:
        stream = io.StringIO()
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(shuffled)
        found = read(written(folder, stream.getvalue()))
        return {service.external_id: service.name["en"] for service in found.services}

    first = ids(["name_en", "organisation", "city"], rows)
    again = [dict(row) for row in rows]
    numbers.shuffle(again)
    second = ids(["city", "name_en", "organisation"], again)
    assert first.keys() == second.keys()


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Sun-Thu", "SU MO TU WE TH"),
        ("Fri-Mon", "SU MO FR SA"),
        ("Mon, Wed", "MO WE"),
        ("Mon Wed Fri", "MO WE FR"),
        ("monday to thursday", "MO TU WE TH"),
        ("א-ה", "SU MO TU WE TH"),
        ("ימים א'-ה'", "SU MO TU WE TH"),
        ("יום ראשון, יום שלישי", "SU TU"),
        ("الأحد - الخميس", "SU MO TU WE TH"),
        ("كل يوم", "SU MO TU WE TH FR SA"),
        ("daily", "SU MO TU WE TH FR SA"),
        ("MO,TU", "MO TU"),
    ],
)
def test_days(text: str, days: str) -> None:
    assert parse_days(text) == tuple(Weekday(day) for day in days.split())


@given(first=st.sampled_from(WEEK), last=st.sampled_from(WEEK))
def test_a_span_of_days_holds_its_ends_and_nothing_outside(first: Weekday, last: Weekday) -> None:
    days = parse_days(f"{first.value}-{last.value}")
    assert days is not None
    assert {first, last} <= set(days)
    assert len(days) == (WEEK.index(last) - WEEK.index(first)) % 7 + 1


@given(st.text(max_size=60))
def test_no_cell_raises_anything_but_unclean(text: str) -> None:
    for parse in (parse_days, parse_language, parse_referrers, lambda cell: parse_cost(cell, "en", "ILS")):
        try:
            parse(text)
        except Unclean as fault:
            assert fault.said.remedy


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("free", 0, None),
        ("חינם", 0, None),
        ("مجاني", 0, None),
        ("₪120", 120, "ILS"),
        ("120 ₪", 120, "ILS"),
        ("49.90 EUR", Decimal("49.90"), "EUR"),
        ("120", None, None),
        ("120 or more", None, None),
        ("1,200", None, None),
    ],
)
def test_costs(text: str, amount: Decimal | int | None, currency: str | None) -> None:
    cost = parse_cost(text, "en")
    assert cost is not None
    assert (cost.amount, cost.currency) == (amount, currency)
    assert cost.amount is not None or cost.amount_description == {"en": text}


@pytest.mark.parametrize(
    ("text", "code"),
    [("Hebrew", "he"), ("עברית", "he"), ("ar", "ar"), ("اللغة العربية", "und"), ("Klingon", "und"), ("pt-br", "pt-BR")],
)
def test_languages(text: str, code: str) -> None:
    language = parse_language(text)
    assert language is not None
    assert language.code == code
    assert (language.name == text) == (code == "und")


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("Mo-Fr 08:30-12:30; PH off", [("MO TU WE TH FR", time(8, 30), time(12, 30))]),
        ("Mo,We 14:00-18:00", [("MO WE", time(14), time(18))]),
        ("Mo-Fr 09:00-18:00; We off", [("MO TU TH FR", time(9), time(18))]),
        ("Mo-Tu 09:00-12:00,14:00-17:00", [("MO TU", time(9), time(12)), ("MO TU", time(14), time(17))]),
        ("08:00-24:00", [("MO TU WE TH FR SA SU", time(8), time(0))]),
    ],
)
def test_opening_hours(text: str, spans: list) -> None:
    found = parse_opening_hours(text)
    assert found is not None
    assert [(" ".join(one.byday), one.opens_at, one.closes_at) for one in found] == spans


@pytest.mark.parametrize(
    "text", ["24/7", "Mo-Fr sunrise-sunset", "Dec 25 off", "Mo 18:00-02:00", "sur rendez-vous", "Mo 99:00-12:00", ""]
)
def test_hours_that_say_more_stay_words(text: str) -> None:
    assert parse_opening_hours(text) is None


def test_a_moment_of_a_spreadsheet_is_a_date(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["name_en", "assured_date", "opens", "closes"])
    book.active.append(["A", datetime(2025, 3, 4), time(9), time(12)])
    book.save(tmp_path / "x.xlsx")
    (service,) = read(str(tmp_path / "x.xlsx")).services
    assert service.assured_date == date(2025, 3, 4)
    assert service.schedules[0].closes_at == time(12)


def test_whose_words_they_are_is_read_by_language(tmp_path: Path) -> None:
    text = "name_he,name_ar,human_languages,machine_languages\nחונכות,إرشاد,he; ar,ar\n"
    (service,) = exhaust(read(written(tmp_path, text)))["services"]
    assert (service.human_languages, service.machine_languages) == (("he",), ("ar",))  # of both: in doubt a machine's
