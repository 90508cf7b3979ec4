"""Reading DMN: what of a table is read, and what is refused with its place."""

from typing import Any

import pytest

from kesher.formats.dmn import DmnCode, DmnError, DmnTest, DmnType, read_dmn

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">
 <itemDefinition name="tAge"><typeRef>number</typeRef></itemDefinition>
 <decision name="Course"><decisionTable hitPolicy="{policy}">
  <input id="i1"><inputExpression typeRef="{type}"><text>{name}</text></inputExpression></input>
  <output><defaultOutputEntry><text>false</text></defaultOutputEntry></output>
  <rule id="r1"><inputEntry id="c1"><text>{cell}</text></inputEntry>
   <outputEntry id="o1"><text>{said}</text></outputEntry></rule>
 </decisionTable></decision></definitions>"""


def model(**given: str) -> str:
    words = {"policy": "UNIQUE", "type": "number", "name": "Age", "cell": "-", "said": "true", **given}
    return TABLE.format(**{key: value.replace("<", "&lt;").replace(">", "&gt;") for key, value in words.items()})


@pytest.mark.parametrize(
    ("cell", "kind", "tests"),
    [
        ("", "number", []),
        ("-", "number", []),
        ("18", "number", [DmnTest(operator="=", value=18)]),
        (">= -2.5", "tAge", [DmnTest(operator=">=", value=-2.5)]),
        ("<18, >=60", "number", [DmnTest(operator="<", value=18), DmnTest(operator=">=", value=60)]),
        ("[18..25)", "number", [DmnTest(operator="interval", low=18, high=25, closed=(True, False))]),
        ("]18..25]", "number", [DmnTest(operator="interval", low=18, high=25, closed=(False, True))]),
        ('"a, b","c\\"d"', "string", [DmnTest(operator="=", value="a, b"), DmnTest(operator="=", value='c"d')]),
        ("true", "boolean", [DmnTest(operator="=", value=True)]),
        ('> date("2026-01-01")', "date", [DmnTest(operator=">", value="2026-01-01")]),
        ('"only a text"', "", [DmnTest(operator="=", value="only a text")]),
    ],
)
def test_a_cell_is_read(cell: str, kind: str, tests: list[DmnTest]) -> None:
    reading = read_dmn(model(cell=cell, type=kind))
    if not reading.refusals:
        assert list(reading.tables[0].rows[0].cells[0].tests) == tests
        return
    raise AssertionError(str(reading.refusals))


def test_a_negated_cell_and_a_guessed_type() -> None:
    (table,) = read_dmn(model(cell='not("a", "b")', type="")).tables
    assert table.rows[0].cells[0].negated
    assert table.inputs[0].type is DmnType.STRING
    assert table.outputs[0].default is False
    assert table.outputs[0].name == "Course"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"cell": "Age + 1"}, "decision 'Course', row 1, column 1, cell c1: 'Age + 1' is not a literal"),
        ({"cell": ">= limit"}, "row 1, column 1, cell c1: '>= limit' is not a literal"),
        ({"cell": "18,"}, "row 1, column 1, cell c1"),
        ({"cell": '"eighteen"'}, "row 1, column 1, cell c1: 'eighteen' is no number, which 'Age' is"),
        ({"cell": '["a".."b"]', "type": "string"}, "an interval goes from number to number"),
        ({"cell": '< "b"', "type": "string"}, "only numbers and dates have an order"),
        ({"cell": 'date("next week")', "type": "date"}, "is not a day such as"),
        ({"said": "Age * 2"}, "row 1, column 2, cell o1: 'Age * 2' is not a literal"),
        ({"name": "Age * 2"}, "decision 'Course', column 1, cell i1: 'Age * 2' is computed"),
        ({"type": "tPerson"}, "the type tPerson of 'Age' is not number, string, boolean or date"),
        ({"policy": "PRIORITY"}, "decision 'Course': hit policy PRIORITY is not read"),
    ],
)
def test_other_feel_is_refused_with_its_cell_and_its_table(given: dict[str, Any], said: str) -> None:
    reading = read_dmn(model(**given))
    assert reading.tables == ()
    (refusal,) = reading.refusals
    assert said in str(refusal)


def test_a_row_with_too_few_cells_is_refused() -> None:
    broken = model().replace('<inputEntry id="c1"><text>-</text></inputEntry>', "")
    (refusal,) = read_dmn(broken).refusals
    assert "0 inputs and 1 outputs where the table has 1 and 1" in str(refusal)


@pytest.mark.parametrize(
    "content", ["not xml", "<html/>", '<!DOCTYPE d [<!ENTITY e "x">]><definitions>&e;</definitions>']
)
def test_what_is_no_model_is_refused_whole(content: str) -> None:
    with pytest.raises(DmnError):
        read_dmn(content)


@pytest.mark.parametrize("encoding", ["foo", "utf-7", "gb2312", "rot13", "base64"])
def test_an_encoding_nobody_reads_is_no_file_that_can_be_read(encoding: str) -> None:
    with pytest.raises(DmnError):
        read_dmn(f'<?xml version="1.0" encoding="{encoding}"?><definitions/>'.encode())


@pytest.mark.parametrize("number", ["9" * 31, "9" * 5000, "9" * 400 + ".0", "-" + "9" * 400 + ".5"])
@pytest.mark.parametrize("where", ["cell", "said"])
def test_a_number_longer_than_anybody_reads_is_refused_with_its_place(number: str, where: str) -> None:
    """Python reads no more than 4,300 digits, and makes infinity of what is too large with a full stop in it."""
    (refusal,) = read_dmn(model(**{where: number})).refusals
    assert refusal.code is DmnCode.NUMBER
    assert refusal.row == 1


def test_a_column_that_allows_a_number_too_long_is_refused() -> None:
    allows = f"<inputValues><text>{'9' * 5000}</text></inputValues></input>"
    (refusal,) = read_dmn(model().replace("</input>", allows)).refusals
    assert (refusal.code, refusal.column) == (DmnCode.NUMBER, 1)
