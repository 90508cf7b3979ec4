"""Decision tables of other systems: DMN (OMG Decision Model and Notation 1.1 to 1.5), read from its XML.

Only tables are read, and in their cells only what an officer can check by eye: literals (number, "text", true, false,
date("…")), comparisons, intervals, lists of these, ``not(…)`` and ``-``. Anything else of FEEL, DMN's expression
language, is refused with the reference of its cell, and its table with it: half a table would decide wrongly.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Literal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from pydantic import BaseModel, ConfigDict

Value = bool | int | float | str


class DmnError(ValueError):
    """The file is no DMN model at all."""


class DmnType(StrEnum):
    """The types of FEEL that cells may hold."""

    NUMBER = "number"
    STRING = "string"
    BOOLEAN = "boolean"
    DATE = "date"


class DmnCode(StrEnum):
    """Why something was not read, for those who say it in other languages than English."""

    NO_TABLE = "no table"
    POLICY = "hit policy"
    AGGREGATION = "aggregation"
    COMPUTED = "computed column"
    TYPE = "type of a column"
    SHAPE = "shape of a row"
    EXPRESSION = "expression"
    OTHER_TYPE = "value of another type"
    ORDER = "no order"
    INTERVAL = "ends of an interval"
    DAY = "no day"
    NUMBER = "number too large"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True)


class DmnTest(_Model):
    """One test of a cell: ``operator value``, or an interval from `low` to `high`. Dates are ISO text."""

    operator: Literal["=", "<", "<=", ">", ">=", "interval"]
    value: Value | None = None
    low: Value | None = None
    high: Value | None = None
    closed: tuple[bool, bool] = (True, True)


class DmnCell(_Model):
    """The tests of an input cell, any of which may be met; none for ``-``. `negated`: ``not(…)``."""

    tests: tuple[DmnTest, ...] = ()
    negated: bool = False
    text: str = "-"


class DmnInput(_Model):
    """An input column: the name or path it reads, its label and type, the texts it allows."""

    name: str
    label: str = ""
    type: DmnType
    allowed: tuple[str, ...] = ()


class DmnOutput(_Model):
    """An output column; a table with one output may leave its name out, and it is the decision's."""

    name: str
    type: DmnType | None = None
    allowed: tuple[str, ...] = ()
    default: Value | None = None


class DmnRow(_Model):
    """One rule of the table."""

    id: str = ""
    cells: tuple[DmnCell, ...]
    outputs: tuple[Value | None, ...]
    annotation: str = ""


class DmnTable(_Model):
    """One decision given as a table. `hit_policy` and `aggregation` in DMN's words."""

    decision: str
    hit_policy: Literal["UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER"] = "UNIQUE"
    aggregation: Literal["SUM", "MIN", "MAX", "COUNT"] | None = None
    inputs: tuple[DmnInput, ...]
    outputs: tuple[DmnOutput, ...]
    rows: tuple[DmnRow, ...]


class DmnRefusal(_Model):
    """What was not read. `row` and `column` count from 1, inputs before outputs; 0 where the whole table or column is
    meant. `cell`: the id the file gives the cell."""

    decision: str
    row: int = 0
    column: int = 0
    cell: str = ""
    text: str = ""
    reason: str
    code: DmnCode

    def __str__(self) -> str:
        places = (("row", self.row), ("column", self.column), ("cell", self.cell))
        place = ", ".join(f"{name} {value}" for name, value in places if value)
        return f"decision {self.decision!r}{', ' if place else ''}{place}: {self.reason}"


class DmnReading(_Model):
    """The tables of a file that could be read whole, and what was refused."""

    tables: tuple[DmnTable, ...]
    refusals: tuple[DmnRefusal, ...]


class _Refused(Exception):
    def __init__(
        self, code: DmnCode, reason: str, *, row: int = 0, column: int = 0, cell: str = "", text: str = ""
    ) -> None:
        super().__init__(reason)
        self.code, self.reason, self.row, self.column, self.cell, self.text = code, reason, row, column, cell, text


class _NotFeel(ValueError):
    """A text that is not of the part of FEEL that is read."""

    def __init__(self, code: DmnCode, reason: str) -> None:
        super().__init__(reason)
        self.code = code


def read_dmn(source: Path | bytes | str) -> DmnReading:
    """Reads a DMN file (a path, or its content). Raises `DmnError` when it is no DMN model.

    >>> read_dmn("<definitions/>").tables
    ()
    """
    try:
        root = fromstring(source.read_bytes() if isinstance(source, Path) else source)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:  # also an encoding nobody knows
        raise DmnError(f"this is not XML that can be read: {error}") from error
    if _local(root) != "definitions":
        raise DmnError(f"this is no DMN model: its root is <{_local(root)}>, not <definitions>")
    types = dict(_item_types(root))
    tables, refusals = [], []
    for decision in _children(root, "decision"):
        name = decision.get("name") or decision.get("id") or "?"
        table = next(_children(decision, "decisionTable"), None)
        try:
            if table is None:
                raise _Refused(DmnCode.NO_TABLE, "it is no decision table; only tables are read")
            tables.append(_table(name, table, types))
        except _Refused as refused:
            refusals.append(
                DmnRefusal(
                    decision=name,
                    row=refused.row,
                    column=refused.column,
                    cell=refused.cell,
                    text=refused.text,
                    reason=refused.reason,
                    code=refused.code,
                )
            )
    return DmnReading(tables=tuple(tables), refusals=tuple(refusals))


# --- the table --------------------------------------------------------------------------------------------------------

_HIT_POLICIES = ("UNIQUE", "FIRST", "ANY", "COLLECT", "RULE ORDER")


def _table(decision: str, table: Element, types: dict[str, DmnType]) -> DmnTable:
    policy = table.get("hitPolicy", "UNIQUE")
    if policy not in _HIT_POLICIES:
        said = f"hit policy {policy} is not read; only {', '.join(_HIT_POLICIES)}"
        raise _Refused(DmnCode.POLICY, said, text=policy)
    columns = list(_children(table, "input"))
    rules = list(_children(table, "rule"))
    cells = [list(_children(rule, "inputEntry")) for rule in rules]
    inputs = []
    for number, column in enumerate(columns, 1):
        texts = [_text(row[number - 1]) for row in cells if len(row) >= number]
        inputs.append(_input(column, number, types, texts))
    outputs = [
        _output(column, decision, len(columns) + number, types)
        for number, column in enumerate(_children(table, "output"), 1)
    ]
    rows = tuple(_row(rule, number, inputs, outputs) for number, rule in enumerate(rules, 1))
    aggregation = table.get("aggregation") if policy == "COLLECT" else None
    if aggregation is not None and len(outputs) != 1:
        said = f"{aggregation} over {len(outputs)} outputs; an aggregation needs exactly one"
        raise _Refused(DmnCode.AGGREGATION, said)
    return DmnTable(
        decision=decision, hit_policy=policy, aggregation=aggregation,  # type: ignore[arg-type]
        inputs=tuple(inputs), outputs=tuple(outputs), rows=rows,
    )  # fmt: skip


_NAME = re.compile(r"[^\W\d][\w '/&+-]*(\.[^\W\d][\w '/&+-]*)*")


def _input(column: Element, number: int, types: dict[str, DmnType], texts: list[str]) -> DmnInput:
    expression = next(_children(column, "inputExpression"), None)
    name = "" if expression is None else _text(expression)
    if not _NAME.fullmatch(name):
        said = f"{name!r} is computed; a column reads one fact by its name"
        raise _Refused(DmnCode.COMPUTED, said, column=number, cell=column.get("id", ""), text=name)
    declared = "" if expression is None else expression.get("typeRef", "")
    kind = _type(declared, types) or _guessed(texts)
    if kind is None:
        said = f"the type {declared or '(none)'} of {name!r} is not number, string, boolean or date"
        raise _Refused(DmnCode.TYPE, said, column=number, cell=column.get("id", ""), text=declared)
    return DmnInput(
        name=name, label=column.get("label") or name, type=kind, allowed=_allowed(column, "inputValues", number)
    )


def _output(column: Element, decision: str, number: int, types: dict[str, DmnType]) -> DmnOutput:
    default = next(_children(column, "defaultOutputEntry"), None)
    return DmnOutput(
        name=column.get("name") or decision,
        type=_type(column.get("typeRef", ""), types),
        allowed=_allowed(column, "outputValues", number),
        default=None if default is None or not _text(default) else _said(default, 0, number),
    )


def _allowed(column: Element, tag: str, number: int) -> tuple[str, ...]:
    """The texts a column allows; a constraint of another kind (numbers, ranges) is left to the cells."""
    found = next(_children(column, tag), None)
    if found is None or not _text(found):
        return ()
    try:
        tests = _unary_tests(_text(found)).tests
    except _NotFeel as error:
        identity = found.get("id", "")
        raise _Refused(error.code, str(error), column=number, cell=identity, text=_text(found)) from error
    values = [test.value for test in tests if test.operator == "="]
    return tuple(value for value in values if isinstance(value, str)) if len(values) == len(tests) else ()


def _row(rule: Element, number: int, inputs: list[DmnInput], outputs: list[DmnOutput]) -> DmnRow:
    entries, said = list(_children(rule, "inputEntry")), list(_children(rule, "outputEntry"))
    if len(entries) != len(inputs) or len(said) != len(outputs):
        reason = f"{len(entries)} inputs and {len(said)} outputs where the table has {len(inputs)} and {len(outputs)}"
        raise _Refused(DmnCode.SHAPE, reason, row=number, cell=rule.get("id", ""))
    cells = []
    for place, (entry, column) in enumerate(zip(entries, inputs, strict=True), 1):
        try:
            cells.append(_cell(_text(entry), column))
        except _NotFeel as error:
            identity, text = entry.get("id", ""), _text(entry)
            raise _Refused(error.code, str(error), row=number, column=place, cell=identity, text=text) from error
    annotation = next(_children(rule, "description"), None)
    return DmnRow(
        id=rule.get("id", ""),
        cells=tuple(cells),
        outputs=tuple(_said(entry, number, len(inputs) + place) for place, entry in enumerate(said, 1)),
        annotation="" if annotation is None else (annotation.text or "").strip(),
    )


def _said(entry: Element, row: int, column: int) -> Value | None:
    text = _text(entry)
    if text in ("", "-", "null"):
        return None
    try:
        return _literal(text)
    except _NotFeel as error:
        identity = entry.get("id", "")
        raise _Refused(error.code, str(error), row=row, column=column, cell=identity, text=text) from error


def _cell(text: str, column: DmnInput) -> DmnCell:
    cell = _unary_tests(text)
    for test in cell.tests:
        values = [test.low, test.high] if test.operator == "interval" else [test.value]
        for value in values:
            if _type_of(value) is not column.type and not (column.type is DmnType.DATE and _type_of(value) == "string"):
                raise _NotFeel(DmnCode.OTHER_TYPE, f"{value!r} is no {column.type}, which {column.name!r} is")
    return cell


# --- the part of FEEL that is read -------------------------------------------------------------------------------------

_STRING = r'"(?:[^"\\]|\\.)*"'
_DATE = rf"date\(\s*{_STRING}\s*\)"
_LITERAL = rf"(?:-?\d+(?:\.\d+)?|-?\.\d+|{_STRING}|{_DATE}|true|false)"
_ONE_TEST = re.compile(
    rf"(?P<open>[\[\](])\s*(?P<low>{_LITERAL})\s*\.\.\s*(?P<high>{_LITERAL})\s*(?P<close>[\])\[])"
    rf"|(?P<operator><=|>=|<|>|=)?\s*(?P<value>{_LITERAL})"
)
_BETWEEN = re.compile(r"\s*(,\s*|$)")
_DATE_VALUE = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Signs of a number: more of them are none that an officer can check by eye, and Python reads no more than 4,300.
LONGEST_NUMBER = 30
_ESCAPES = {r"\"": '"', r"\\": "\\", r"\n": "\n", r"\t": "\t"}


def _unary_tests(text: str) -> DmnCell:
    """The tests of a cell; raises `_NotFeel` for FEEL that is not read.

    >>> [test.operator for test in _unary_tests('<18, [60..65)').tests]
    ['<', 'interval']
    """
    if text in ("", "-"):
        return DmnCell()
    negated = re.fullmatch(r"not\s*\((.*)\)", text, re.DOTALL)
    inner = (negated[1] if negated else text).strip()
    tests, at = [], 0
    while True:
        found = _ONE_TEST.match(inner, at)
        if found is None:
            raise _not_read(text)
        tests.append(_test(found))
        rest = _BETWEEN.match(inner, found.end())
        if rest is None:
            raise _not_read(text)
        at = rest.end()
        if not rest[1]:
            return DmnCell(tests=tuple(tests), negated=negated is not None, text=text)


def _test(found: re.Match[str]) -> DmnTest:
    if found["low"] is None:
        value = _literal(found["value"])
        if isinstance(value, bool | str) and found["operator"] not in (None, "=") and "date(" not in found["value"]:
            raise _NotFeel(DmnCode.ORDER, f"{found[0]!r}: only numbers and dates have an order")
        return DmnTest(operator=found["operator"] or "=", value=value)  # type: ignore[arg-type]
    low, high = _literal(found["low"]), _literal(found["high"])
    if isinstance(low, bool) or _type_of(low) is not _type_of(high) or isinstance(low, str) != ("date(" in found[0]):
        said = f"{found[0]!r}: an interval goes from number to number or from date to date"
        raise _NotFeel(DmnCode.INTERVAL, said)
    return DmnTest(
        operator="interval", low=low, high=high, closed=(found["open"] == "[", found["close"] == "]")
    )  # fmt: skip


def _literal(text: str) -> Value:
    if not re.fullmatch(_LITERAL, text):
        raise _not_read(text)
    if text in ("true", "false"):
        return text == "true"
    if text.startswith("date("):
        day = text[text.index('"') + 1 : text.rindex('"')]
        if not _DATE_VALUE.fullmatch(day):
            raise _NotFeel(DmnCode.DAY, f'{text!r} is not a day such as date("2026-11-22")')
        return day
    if text.startswith('"'):
        return re.sub(r"\\.", lambda escape: _ESCAPES.get(escape[0], escape[0]), text[1:-1])
    if len(text) > LONGEST_NUMBER:
        raise _NotFeel(DmnCode.NUMBER, f"{text[:20]!r}… has more than {LONGEST_NUMBER} digits")
    return float(text) if "." in text else int(text)


def _not_read(text: str) -> _NotFeel:
    said = f"{text!r} is not a literal, a comparison, an interval or a list of these; write it so"
    return _NotFeel(DmnCode.EXPRESSION, said)


# --- types and XML ------------------------------------------------------------------------------------------------------


def _type_of(value: Value | None) -> DmnType:
    if isinstance(value, bool):
        return DmnType.BOOLEAN
    return DmnType.STRING if isinstance(value, str) else DmnType.NUMBER


def _type(declared: str, types: dict[str, DmnType]) -> DmnType | None:
    plain = declared.rpartition(":")[2]
    return types.get(plain) or (DmnType(plain) if plain in list(DmnType) else None)


def _guessed(texts: list[str]) -> DmnType | None:
    """The type of a column that declares none: that of all literals in its cells, where they agree."""
    found = set()
    for text in texts:
        try:
            tests = _unary_tests(text).tests
        except _NotFeel:
            return None
        found |= {_type_of(test.low if test.operator == "interval" else test.value) for test in tests}
        found |= {DmnType.DATE} if "date(" in text else set()
    found -= {DmnType.STRING} if DmnType.DATE in found else set()
    return found.pop() if len(found) == 1 else None


def _item_types(root: Element) -> Iterator[tuple[str, DmnType]]:
    """Own types that are only another name for one of FEEL's."""
    for item in _children(root, "itemDefinition"):
        reference = next(_children(item, "typeRef"), None)
        base = "" if reference is None else (reference.text or "").strip().rpartition(":")[2]
        if base in list(DmnType) and item.get("isCollection") != "true":
            yield item.get("name", ""), DmnType(base)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _local(child) == name)


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(element: Element) -> str:
    found = next(_children(element, "text"), None)
    return "" if found is None else " ".join((found.text or "").split())
