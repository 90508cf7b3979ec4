"""docs/asvs.md and docs/law.md: every requirement has a row; what is met names a test that exists; what is not, says so."""

import ast
import csv
import re
from functools import cache
from pathlib import Path

import pytest

from tests.shared import shared

ROOT = Path(__file__).resolve().parents[2]
STATUSES = ("met", "not applicable", "gap", "met in part")
ROW = re.compile(r"^\| ([A-Z][A-Z0-9]*(?:[.-]\d+)+[A-Z]?) \| ([a-z ]+) \| (.*) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
#: Of the matrix: personal data in the EU, in Israel, and security. The others belong to rooms that are not built yet.
LAWS = ("GDPR", "IL", "SEC")


def rows(page: str) -> dict[str, tuple[str, str]]:
    """Requirement -> its status and what is said of it."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = ROW.findall(text)
    assert len({key for key, _status, _said in found}) == len(found), "a requirement stands there twice"
    return {key: (status, said) for key, status, said in found}


@cache
def names_in(path: str) -> frozenset[str]:
    """Names of the tests of a file; none where there is no such file."""
    file = ROOT / path
    if not file.exists():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def asvs() -> set[str]:
    """The identifiers of levels 1 and 2."""
    path = shared("conformance/owasp-asvs-5.0") / "OWASP_Application_Security_Verification_Standard_5.0.0_en.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["req_id"] for row in csv.DictReader(file) if row["L"] in ("1", "2")}


def law() -> set[str]:
    with shared("conformance/law/compliance_matrix.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["id"] for row in csv.DictReader(file) if row["id"].split("-")[0] in LAWS}


@pytest.mark.parametrize(("page", "asked", "many"), [("asvs.md", asvs, 253), ("law.md", law, 24)])
def test_every_requirement_has_a_row_and_no_row_is_of_none(page: str, asked, many: int) -> None:
    wanted = asked()
    assert len(wanted) == many
    found = set(rows(page))
    assert wanted - found == set(), f"without a row in docs/{page}"
    assert found - wanted == set(), f"rows of docs/{page} that nobody asks for"


@pytest.mark.parametrize("page", ["asvs.md", "law.md"])
def test_what_is_met_names_a_test_that_exists_and_what_is_not_says_why(page: str) -> None:
    wrong = []
    for key, (status, said) in rows(page).items():
        named = TEST.findall(said)
        if status not in STATUSES:
            wrong.append(f"{key}: {status!r} is no status")
        if status.startswith("met") and not named:
            wrong.append(f"{key}: {status}, and no test is named")
        if status != "met" and len(TEST.sub("", said).strip()) < 15:
            wrong.append(f"{key}: {status}, and not why")
        wrong += [f"{key}: there is no {path}::{name}" for path, name in named if name not in names_in(path)]
    assert wrong == []


@pytest.mark.parametrize("page", ["asvs.md", "law.md"])
def test_the_sums_at_the_top_are_those_of_the_rows(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    found = [status for status, _said in rows(page).values()]
    for status in STATUSES:
        count = found.count(status)
        assert f"{count} {status}" in text or (count == 0 and f" {status}" not in text.split("\n## ")[0]), (
            status,
            count,
        )


def test_access_logs_are_kept_for_24_months() -> None:
    """Israel's Data Security Regulations, 2017, regulation 10."""
    from datetime import timedelta

    from kesher.base.models import AccessLog
    from kesher.base.privacy import Retention

    kept = AccessLog.privacy.retention
    assert isinstance(kept, Retention)
    assert kept.keep >= timedelta(days=730)
