"""The checks of rules against the standards' own suites: CertLogic, JSONLogic and the DMN Technology Compatibility Kit."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import parse

from kesher.directory.decision_tables import table_from_dmn
from kesher.engine.eligibility.conformance import Check, certlogic_evaluation, certlogic_validation, jsonlogic
from kesher.engine.eligibility.interpreter import Missing
from kesher.engine.eligibility.tables import DecisionTable, TableError
from kesher.formats.dmn import read_dmn

RULES: Final = Path("conformance/rules")
#: The cases of the kit that are decision tables within what is read (formats.dmn); all must pass.
DMN_CASES: Final = (
    "0004-simpletable-U",
    "0010-multi-output-U",
    "0108-first-hitpolicy",
    "0111-first-hitpolicy-singleoutputcol",
    "0114-min-collect-hitpolicy",
    "0115-sum-collect-hitpolicy",
    "0116-count-collect-hitpolicy",
    "0119-multi-collect-hitpolicy",
)


def certlogic_checks(shared: Path) -> Iterator[Check]:
    """All suites of CertLogic 1.3.3, evaluation and validation."""
    folder = shared / RULES / "certlogic"
    for path in sorted((folder / "testSuite").glob("*.json")):
        yield from certlogic_evaluation(json.loads(path.read_bytes()))
    for path in sorted((folder / "validation-testSuite").glob("*.json")):
        yield from certlogic_validation(json.loads(path.read_bytes()))


def jsonlogic_checks(shared: Path) -> Iterator[Check]:
    """JSONLogic's compatible.json, for the operations kept."""
    yield from jsonlogic(json.loads((shared / RULES / "jsonlogic/suites/compatible.json").read_bytes()))


def dmn_checks(shared: Path) -> Iterator[Check]:
    """The kit's cases of compliance level 2: a check for each test of a table that is read.

    Cases outside DMN_CASES pass where they can be read whole, and are skipped, with the refusal, where not.
    """
    for folder in sorted((shared / RULES / "dmn-tck/compliance-level-2").iterdir()):
        yield from _dmn_case(folder)


def _dmn_case(folder: Path) -> Iterator[Check]:
    reading = read_dmn(folder / f"{folder.name}.dmn")
    if reading.refusals or not reading.tables:
        said = "; ".join(map(str, reading.refusals)) or "the model holds no decision"
        wanted = folder.name in DMN_CASES
        yield folder.name, False if wanted else None, said if wanted else "other FEEL than what tables here may hold"
        return
    tables = {table.decision: table_from_dmn(table) for table in reading.tables}
    for test in parse(folder / f"{folder.name}-test-01.xml").getroot().iter():
        if _local(test) == "testCase":
            said = _dmn_test(test, tables)
            yield f"{folder.name} / {test.get('id')}", not said, said


def _dmn_test(test: Element, tables: dict[str, DecisionTable]) -> str:
    facts = {node.get("name", ""): _value(node) for node in test if _local(node) == "inputNode"}
    for node in test:
        if _local(node) != "resultNode":
            continue
        name = node.get("name", "")
        (expected_node,) = node
        expected = _value(expected_node)
        try:
            said = tables[name].decide(facts, missing=Missing.NULL).outputs
        except TableError as error:
            return f"{name}: {error}"
        found = _simple(said, name)
        if not _equal(found, expected):
            return f"{name}: {found!r}, not {expected!r}"
    return ""


def _simple(said: Any, decision: str) -> Any:
    """A single output without a name of its own is the decision itself, as DMN has it."""
    if isinstance(said, list):
        return [_simple(item, decision) for item in said]
    return said[decision] if isinstance(said, dict) and set(said) == {decision} else said


def _equal(found: Any, expected: Any) -> bool:
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(_equal(found[key], expected[key]) for key in found)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(_equal, found, expected))
    if isinstance(found, float) or isinstance(expected, float):
        return isinstance(found, int | float) and abs(found - expected) < 1e-8
    return type(found) is type(expected) and bool(found == expected)


def _value(node: Element) -> Any:
    """What a node of the test file holds: a value, a structure of components, or a list of items."""
    children = list(node)
    components = {child.get("name", ""): _value(child) for child in children if _local(child) == "component"}
    if components:
        return components
    if not children:
        return None
    first = children[0]
    if _local(first) == "list":
        return [_value(item) for item in first]
    if _local(first) != "value":
        return _value(first)
    kind, text = first.get("{http://www.w3.org/2001/XMLSchema-instance}type", "").rpartition(":")[2], first.text or ""
    if kind == "boolean":
        return text == "true"
    if kind in ("decimal", "double", "integer"):
        return float(text) if "." in text else int(text)
    return text


def _local(node: Element) -> str:
    return str(node.tag).rpartition("}")[2]
