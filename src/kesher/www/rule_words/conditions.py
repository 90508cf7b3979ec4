"""One condition in the reader's words: every operator on every kind of fact."""

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.engine.eligibility import Condition, Kind, Verdict, verdict
from kesher.engine.eligibility.values import Json
from kesher.www.rule_words.values import (
    all_of,
    is_number,
    listed,
    name_of,
    one_of,
    said,
    span,
    unique,
    value_in_words,
)

OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_AS_NUMBERS: Final = {"before": "<", "not-after": "<=", "after": ">", "not-before": ">="}


def phrase(condition: Condition) -> str | None:
    """A condition as it should be: "age: at least 18 years", "has a child under 3". None for one that holds a fact against
    something computed: it has to be read as it is written, or named by the facts it depends on (:func:`depends_on`)."""
    if condition.operator == "always":
        return _("open to everybody") if _holds_always(condition) else _("closed to everybody for now")
    fact = condition.fact
    if fact is None or fact not in VOCABULARY or condition.operator == "computed":
        return None
    if any(isinstance(value, dict | list) for value in condition.expected):
        return None
    kind = VOCABULARY[fact].kind
    if kind is Kind.BOOLEAN:
        return _yes_or_no(condition, fact)
    what = _what(condition, fact, kind)
    if condition.offset is not None:
        amount, unit = condition.offset
        return _("%(name)s and %(span)s later: %(what)s") % {
            "name": name_of(fact),
            "span": span(amount, unit),
            "what": what,
        }
    return _("%(name)s: %(what)s") % {"name": name_of(fact), "what": what}


def depends_on(condition: Condition) -> str:
    """What is asked for, of a condition that cannot be said in a line."""
    return _("depends on: %(what)s") % {"what": listed(unique(name_of(one) for one in condition.facts))}


def _holds_always(condition: Condition) -> bool:
    return (verdict(condition.expression, {}) is Verdict.YES) is not condition.negated


def _what(condition: Condition, fact: str, kind: Kind) -> str:
    operator, expected = condition.operator, condition.expected
    if operator in ("===", "in"):
        values = [value_in_words(fact, value) for value in expected]
        return unlike(values) if condition.negated else one_of(values)
    if operator == "holds":
        pattern = _("without %(what)s") if condition.negated else _("with %(what)s")
        return pattern % {"what": one_of([value_in_words(fact, value) for value in expected])}
    if operator == "between":
        low, high = expected
        return between(fact, low, high, condition.closed, kind=kind, negated=condition.negated)
    if operator in _AS_NUMBERS or operator in OPPOSITE:
        return bound(_AS_NUMBERS.get(operator, operator), fact, expected[0], kind=kind)
    return _("none") if condition.negated else _("any")


def unlike(values: Sequence[str]) -> str:
    """What is asked not to be so. Never "not …": a choice may be worded with a "not" itself ("not looking for work")."""
    return _("anything but %(this)s") % {"this": one_of(values)}


def between(fact: str, low: Json, high: Json, closed: tuple[bool, bool], *, kind: Kind, negated: bool = False) -> str:
    """Two bounds: "from 18 to 66 years", "more than 18 years and less than 66 years"."""
    lower, upper = (">=" if closed[0] else ">"), ("<=" if closed[1] else "<")
    if negated:
        return one_of([bound(OPPOSITE[lower], fact, low, kind=kind), bound(OPPOSITE[upper], fact, high, kind=kind)])
    if closed == (True, True):
        return _("from %(first)s to %(last)s") % {
            "first": value_in_words("" if is_number(low) else fact, low),  # the unit stands once, behind the second
            "last": value_in_words(fact, high, bound=True),
        }
    return all_of([bound(lower, fact, low, kind=kind), bound(upper, fact, high, kind=kind)])


def bound(operator: str, fact: str, value: Json, *, kind: Kind) -> str:
    """One bound: "at least 18 years", "before 1 May 2026". ``operator``: ``<, <=, >, >=``."""
    if kind is Kind.DATE:
        pattern = {
            "<": _("before %(value)s"),
            "<=": _("until %(value)s"),
            ">": _("after %(value)s"),
            ">=": _("from %(value)s on"),
        }[operator]
    else:
        pattern = {
            "<": _("less than %(value)s"),
            "<=": _("at most %(value)s"),
            ">": _("more than %(value)s"),
            ">=": _("at least %(value)s"),
        }[operator]
    return pattern % {"value": value_in_words(fact, value, bound=True)}


def _yes_or_no(condition: Condition, fact: str) -> str:
    wanted = {value for value in condition.expected if isinstance(value, bool)} or {True}
    if condition.negated:
        wanted = {True, False} - wanted
    if len(wanted) != 1:
        return _("%(name)s: %(what)s") % {"name": WORDS[fact].name, "what": _("any") if wanted else _("none")}
    return said(fact, True in wanted)
