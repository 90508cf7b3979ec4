"""The vocabulary of remarks: declared once, whole, in use; and no sentence about a file that is not of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import kesher
from kesher.directory.importing import say as importer
from kesher.formats.esco import remarks as esco
from kesher.formats.remarks import REMARKS, Remark, brief, placeholders, say, standards, statistics
from kesher.formats.remarks.core import LENGTH

PACKAGE = Path(kesher.__file__).parent
VOCABULARIES = {Path(module.__file__): module for module in (say, standards, statistics, importer)}
#: What takes a remark -> in which place, counted without ``self``.
TAKERS = {
    "Unclean": 0,
    "UnreadableFile": 1,
    "Refusal": 3,
    "refuse": 3,
    "fault": 2,
    "_tell": 2,
    "_refuse": 2,
    "noted": 1,
}


#: ESCO's reader names its faults: "row twice" is the remark "esco-row-twice".
OF_ESCO = {**{name: fault.remark for name, fault in esco.FAULTS.items()}, **esco.UNREADABLE}
DECLARING = {*VOCABULARIES, Path(esco.__file__)}


def declared(module: object) -> dict[str, Remark]:
    return {name: found for name, found in vars(module).items() if isinstance(found, Remark)}


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            yield name, node


def sources() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "migrations" not in path.parts]


def test_a_constant_is_named_as_its_code() -> None:
    found = {remark.code for module in VOCABULARIES.values() for remark in declared(module).values()}
    assert found | {remark.code for remark in OF_ESCO.values()} == set(REMARKS)
    for name, remark in OF_ESCO.items():
        assert remark.code == f"esco-{name.replace(' ', '-')}"
    for module in VOCABULARIES.values():
        for name, remark in declared(module).items():
            assert name == remark.code.upper().replace("-", "_")


def test_every_remark_is_said_somewhere() -> None:
    text = "\n".join(path.read_text() for path in sources() if path not in DECLARING)
    assert not [name for name in OF_ESCO if f'"{name}"' not in text]
    unsaid = [
        name for module in VOCABULARIES.values() for name in declared(module) if not re.search(rf"\.{name}\b", text)
    ]
    assert not unsaid


def test_remarks_are_declared_in_the_vocabularies_and_made_by_calling_them() -> None:
    for path in sources():
        for name, _call in calls(path):
            if name == "Remark":
                assert path in DECLARING, path
            if (
                name == "Said" and "kesher.formats.remarks" in path.read_text()
            ):  # made by a Remark, or read back from what was kept
                assert path.relative_to(PACKAGE).as_posix() in {"formats/remarks/core.py", "formats/refusals.py"}, path


def test_nobody_says_a_sentence_of_their_own() -> None:
    counted = 0
    for path in sources():
        for name, call in calls(path):
            at = TAKERS.get(name)
            if at is None or len(call.args) <= at:
                continue
            counted += 1
            spoken = [node for node in ast.walk(call.args[at]) if isinstance(node, ast.JoinedStr | ast.Constant)]
            sentences = [
                node for node in spoken if isinstance(node, ast.Constant) and re.search(r"\w \w+ \w", str(node.value))
            ]
            assert not sentences, f"{path}:{call.lineno}"
    assert counted > 150  # the walk has found them


def test_every_sentence_is_marked_for_the_translators() -> None:
    """What ``makemessages`` does not see as ``_("…")`` would never be translated."""
    seen: set[str] = set()
    for path in DECLARING:
        for name, call in calls(path):
            if name == "_":
                assert isinstance(call.args[0], ast.Constant)
                seen.add(call.args[0].value)
    assert seen == {sentence for remark in REMARKS.values() for sentence in (remark.reason, remark.remedy)}


@pytest.mark.parametrize(
    ("code", "reason", "remedy"),
    [
        ("file-empty", "It is taken.", "Choose another code."),
        ("Not Small", "It is wrong.", "Mend it."),
        ("x-no-stop", "It is wrong", "Mend it."),
        ("x-no-remedy", "It is wrong.", ""),
        ("x-number", "{0} is wrong.", "Mend it."),
        ("x-attribute", "{value.name} is wrong.", "Mend it."),
        ("x-format", "{value:>5} is wrong.", "Mend it."),
        ("x-conversion", "{value!r} is wrong.", "Mend it."),
        ("x-nameless", "{} is wrong.", "Mend it."),
    ],
)
def test_a_wrong_declaration_stops_the_program(code: str, reason: str, remedy: str) -> None:
    before = dict(REMARKS)
    with pytest.raises(ValueError):
        Remark(code, reason, remedy)
    assert before == REMARKS


@pytest.mark.parametrize("params", [{}, {"other": 1}, {"value": 1, "other": 1}])
def test_a_remark_is_said_with_its_parameters_and_no_others(params: dict[str, object]) -> None:
    with pytest.raises(TypeError, match="value"):
        say.NOT_A_DATE(**params)


def test_what_a_file_says_is_never_read_as_a_placeholder() -> None:
    said = say.NOT_A_DATE(value="{why} {0} {value.__class__}")
    assert said.reason == "“{why} {0} {value.__class__}” is not a date."


def test_lists_are_named_and_cut() -> None:
    assert say.NOT_A_LEVEL(value="x", choices=("a", "b")).remedy == "Use one of: a, b."
    many = say.NOT_A_LEVEL(value="x", choices=[str(number) for number in range(1000)])
    assert many.remedy.endswith("39….")


@given(st.recursive(st.none() | st.integers() | st.floats() | st.text() | st.binary(), st.lists))
def test_a_value_is_short_and_on_one_line_whatever_it_is(value: object) -> None:
    shown = brief(value)
    assert len(shown) <= LENGTH + 1
    assert shown.isprintable()
    said = say.NOT_A_DATE(value=value)
    assert said.params.keys() == placeholders(say.NOT_A_DATE.reason)
    said.reason.encode("utf-8")
