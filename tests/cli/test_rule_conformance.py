"""The standards' own suites for rules and tables; all of the operations kept must pass."""

from collections import Counter

import pytest

from kesher.cli import rule_conformance
from kesher.cli.rule_conformance import DMN_CASES
from tests.shared import shared

pytestmark = pytest.mark.conformance


@pytest.mark.parametrize(("standard", "least"), [("certlogic", 211), ("jsonlogic", 136), ("dmn", 36)])
def test_no_check_fails(standard: str, least: int) -> None:
    checks = list(getattr(rule_conformance, f"{standard}_checks")(shared("conformance/rules").parent.parent))
    assert [(name, said) for name, passed, said in checks if passed is False] == []
    assert Counter(passed for _, passed, _ in checks)[True] >= least


def test_every_case_of_the_kit_that_is_promised_is_read_and_passes() -> None:
    checks = list(rule_conformance.dmn_checks(shared("conformance/rules").parent.parent))
    passed = {name.partition(" / ")[0] for name, well, _ in checks if well}
    assert set(DMN_CASES) <= passed
