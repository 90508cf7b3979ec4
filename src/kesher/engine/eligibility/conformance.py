"""The checks of CertLogic and JSONLogic against the standards' own suites, for ``kesher conformance`` and the tests.

The suites are handed in as JSON. Each check yields its name, whether it passed (None: it is not about the operations
kept here) and what is wrong.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kesher.engine.eligibility.interpreter import EvaluationError, Missing, evaluate
from kesher.engine.eligibility.jsonlogic import KEPT, JsonLogicError, from_jsonlogic
from kesher.engine.eligibility.schema import OPERATIONS, Dialect, validate
from kesher.engine.eligibility.values import Json

Check = tuple[str, bool | None, str]

_NOT_KEPT: Final = "the case is about an operation that rules here do not have"
_SKIPPED: Final = "the suite itself skips the case, and Kesher differs"


def certlogic_evaluation(suite: Mapping[str, Any]) -> Iterator[Check]:
    """One of CertLogic's suites of evaluations: an outcome for each assertion. Cases the suite skips are tried too."""
    for case in suite["cases"]:
        for number, assertion in enumerate(case["assertions"], 1):
            name = f"{suite['name']} / {case['name']} / {number}"
            expression = assertion.get("certLogicExpression", case.get("certLogicExpression"))
            if not _operations(expression) <= {"var", *OPERATIONS}:
                yield name, None, _NOT_KEPT
                continue
            said = _evaluated(expression, assertion["data"], assertion["expected"], Dialect.CERTLOGIC)
            skipped = "skip" in (part.get("directive") for part in (suite, case, assertion))
            yield (name, None, _SKIPPED) if said and skipped else (name, not said, said)


def certlogic_validation(suite: Mapping[str, Any]) -> Iterator[Check]:
    """One of CertLogic's suites of expressions and the issues a validator must find: the same parts, the same words."""
    for number, case in enumerate(suite["cases"], 1):
        found = [
            {"expr": issue.expression, "message": issue.message}
            for issue in validate(case["certLogicExpression"], dialect=Dialect.CERTLOGIC)
        ]
        same = _plain(found) == _plain(case["issues"])
        yield f"{suite['name']} / {number}", same, "" if same else f"{found}, not {case['issues']}"


def jsonlogic(cases: Iterable[Any]) -> Iterator[Check]:
    """JSONLogic's ``compatible.json``: an outcome for each case; texts between the cases are headings."""
    heading = ""
    for case in cases:
        if isinstance(case, str):
            heading = case.lstrip("# ").rstrip(".")
            continue
        name = f"{heading} / {case['description']}"
        if not _operations(case["rule"]) <= set(KEPT):
            yield name, None, _NOT_KEPT
            continue
        try:
            expression = from_jsonlogic(case["rule"])
        except JsonLogicError as error:
            yield name, False, str(error)
            continue
        said = _evaluated(expression, case.get("data"), case["result"], Dialect.JSONLOGIC)
        yield name, not said, said


def _evaluated(expression: Json, data: Json, expected: Json, dialect: Dialect) -> str:
    issues = validate(expression, dialect=dialect)
    if issues:
        return f"refused: {issues[0]}"
    try:
        value = evaluate(expression, data, missing=Missing.NULL)
    except EvaluationError as error:
        return f"raised: {error}"
    return "" if _plain(value) == _plain(expected) else f"{value!r}, not {expected!r}"


def _plain(value: Json) -> str:
    """JSON text, in which 1 and true differ as they do not in Python."""
    return json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)


def _operations(expression: Json) -> set[str]:
    if isinstance(expression, dict):
        return set(expression).union(*map(_operations, expression.values()))
    return set().union(*map(_operations, expression)) if isinstance(expression, list) else set()
