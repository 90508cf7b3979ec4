"""The engine's reasons in the reader's words: conditions, what is missing, what would change a "no".

    verdict = why(result)          verdict.lines: "age: at least 18 years", "status in the country: permanent resident"
    rule_in_words(expression)      a whole rule as lines, for the page of a service

Nothing of the engine is shown as it stands: no name of a fact, no operator, no value of the program.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.engine.eligibility import Change, Condition, Explanation, Kind, Step, StepKind, Unknown, explain
from kesher.engine.eligibility.values import Json
from kesher.engine.orientation import Colour, Result

MOST_CHANGES: Final = 3
_OPPOSITE: Final = {"<": ">=", "<=": ">", ">": "<=", ">=": "<"}
_AS_NUMBERS: Final = {"before": "<", "not-after": "<=", "after": ">", "not-before": ">="}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rule in words. ``lines``: below it; ``any``: one of them is enough."""

    text: str = ""
    lines: tuple["Line", ...] = ()
    any: bool = False


@dataclass(frozen=True, slots=True)
class Why:
    """Why a service has its colour. ``lines``: the conditions that decide; ``missing``: names of what we would need to know
    (``open``: the facts themselves); ``said``: what the visitor had answered; ``changes``: ways in which it would fit."""

    colour: Colour
    lines: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """Of the pill: its colour and its shape."""
        return {Colour.FITS: "fits", Colour.MAY_FIT: "ask", Colour.DOES_NOT_FIT: "no"}[self.colour]

    @property
    def word(self) -> str:
        return colour_word(self.colour)


def colour_word(colour: Colour) -> str:
    return {
        Colour.FITS: pgettext("a service", "Fits"),
        Colour.MAY_FIT: pgettext("a service", "May fit"),
        Colour.DOES_NOT_FIT: pgettext("a service", "Does not fit"),
    }[colour]


def why(result: Result) -> Why:
    """The reasons of one result. Builds its trace: ask it only for what is shown."""
    told = result.explanation()
    deciding = [step for step in told.because if step.condition is not None]
    lines = _unique(phrase(step.condition) for step in deciding if step.condition is not None)
    if result.colour is Colour.FITS:
        return Why(result.colour, lines)
    if result.colour is Colour.MAY_FIT:
        return Why(result.colour, lines, missing=_unique(name_of(fact) for fact in told.missing), open=told.missing)
    known = {fact: value for step in deciding for fact, value in step.found if not isinstance(value, Unknown)}
    return Why(
        result.colour,
        lines,
        said=_unique(said(fact, value) for fact, value in known.items() if fact in WORDS),
        changes=changes(told),
    )


def changes(told: Explanation) -> tuple[str, ...]:
    """What would change a "no", as far as somebody can change it: nobody is told to be younger."""
    possible = (change for change in told.changes if all(map(_changeable, change.conditions)))
    return _unique(_all_of([phrase(condition) for condition in _wanted(change)]) for change in possible)[:MOST_CHANGES]


def _wanted(change: Change) -> tuple[Condition, ...]:
    return (*change.conditions, *change.unknown)


def _changeable(condition: Condition) -> bool:
    return bool(condition.facts) and all(fact in VOCABULARY and VOCABULARY[fact].changeable for fact in condition.facts)


# --- a whole rule ----------------------------------------------------------------------------------------------------


def rule_in_words(expression: Json) -> tuple[Line, ...]:
    """A rule as lines, all of which must hold. One line that says so for a rule that is open to all."""
    trace = explain(True if expression is None else expression, {}).trace
    line = _line(trace)
    return line.lines if line.lines and not line.any else (line,)


def _line(step: Step) -> Line:
    if step.kind is StepKind.CONDITION and step.condition is not None:
        return Line(capfirst(phrase(step.condition)))
    if step.kind is StepKind.CHOICE:
        guard, then, otherwise = map(_line, step.steps)
        return Line(
            lines=(
                Line(_("If: %(what)s") % {"what": guard.text or _("what follows")}, (*guard.lines, then)),
                Line(_("Else"), (otherwise,)),
            )
        )
    parts = tuple(_line(part) for part in step.steps)
    if step.kind is StepKind.ANY:
        return Line(_("One of these is enough:"), parts, any=True)
    return Line(_("All of these:"), parts)


# --- one condition ---------------------------------------------------------------------------------------------------


def name_of(fact: str) -> str:
    """What people call it; never its name in the program."""
    return str(WORDS[fact].name) if fact in WORDS else _("something the office asks itself")


def phrase(condition: Condition) -> str:
    """A condition as it should be: "age: at least 18 years", "has a child under 3"."""
    if condition.operator == "always":
        return (
            _("closed to everybody for now")
            if condition.negated or not condition.expression
            else _("open to everybody")
        )
    fact = condition.fact
    if fact is None or fact not in VOCABULARY or condition.operator == "computed":
        names = _unique(name_of(one) for one in condition.facts)
        return _("depends on: %(what)s") % {"what": listed(names)}
    what = _what(condition, VOCABULARY[fact].kind)
    if VOCABULARY[fact].kind is Kind.BOOLEAN:
        return what
    if condition.offset is not None:
        amount, unit = condition.offset
        return _("%(name)s and %(span)s later: %(what)s") % {
            "name": name_of(fact),
            "span": _span(amount, unit),
            "what": what,
        }
    return _("%(name)s: %(what)s") % {"name": name_of(fact), "what": what}


def _what(condition: Condition, kind: Kind) -> str:
    fact, operator, negated = condition.fact or "", condition.operator, condition.negated
    values = [value_in_words(fact, value) for value in condition.expected]
    if kind is Kind.BOOLEAN:
        return _yes_or_no(condition)
    if operator in ("===", "in"):
        if negated:
            return _("not %(what)s") % {"what": one_of(values)}
        return one_of(values)
    if operator == "holds":
        pattern = _("without %(what)s") if negated else _("with %(what)s")
        return pattern % {"what": one_of(values)}
    if operator == "between":
        return _between(condition, values, kind)
    if operator in _AS_NUMBERS or operator in _OPPOSITE:
        return _bound(_AS_NUMBERS.get(operator, operator), values[0], kind)
    return _("none") if negated else _("any")


def _between(condition: Condition, values: Sequence[str], kind: Kind) -> str:
    from_closed, to_closed = condition.closed
    lower, upper = (">=" if from_closed else ">"), ("<=" if to_closed else "<")
    if condition.negated:
        return one_of([_bound(_OPPOSITE[lower], values[0], kind), _bound(_OPPOSITE[upper], values[1], kind)])
    if from_closed and to_closed:
        return _("from %(first)s to %(last)s") % {"first": _bare(condition, 0), "last": values[1]}
    return _all_of([_bound(lower, values[0], kind), _bound(upper, values[1], kind)])


def _bare(condition: Condition, place: int) -> str:
    """The first of two numbers, whose unit stands behind the second."""
    value = condition.expected[place]
    return formats.localize(value) if _is_number(value) else value_in_words(condition.fact or "", value)


def _bound(operator: str, value: str, kind: Kind) -> str:
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
    return pattern % {"value": value}


def _yes_or_no(condition: Condition) -> str:
    words = WORDS[condition.fact or ""]
    wanted = {value for value in condition.expected if isinstance(value, bool)} or {True}
    if condition.negated:
        wanted = {True, False} - wanted
    if len(wanted) != 1:
        return _("%(name)s: %(what)s") % {"name": words.name, "what": _("any") if wanted else _("none")}
    return str((words.yes if True in wanted else words.no) or words.name)


# --- values ----------------------------------------------------------------------------------------------------------


def said(fact: str, value: Json) -> str:
    """What somebody answered: "age: 34 years", "has no child under 3"."""
    words = WORDS[fact]
    if isinstance(value, bool):
        return str((words.yes if value else words.no) or words.name)
    return _("%(name)s: %(what)s") % {"name": words.name, "what": value_in_words(fact, value)}


def value_in_words(fact: str, value: Json) -> str:
    words = WORDS.get(fact)
    if value is None:
        return _("not known")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return listed([value_in_words(fact, item) for item in value]) or _("none")
    if words is not None and isinstance(value, str) and value in words.choices:
        return str(words.choices[value])
    if _is_number(value):
        number = str(formats.localize(value))
        return _("%(number)s %(unit)s") % {"number": number, "unit": words.unit} if words and words.unit else number
    try:
        return formats.date_format(date.fromisoformat(str(value)[:10]), "DATE_FORMAT")
    except ValueError:
        return _("another value")


def listed(items: Iterable[str]) -> str:
    return pgettext("between items of a list", ", ").join(items)


def one_of(items: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    if len(items) < 2:
        return items[0] if items else _("none")
    return _("%(first)s or %(last)s") % {"first": listed(items[:-1]), "last": items[-1]}


def _all_of(items: Sequence[str]) -> str:
    if len(items) < 2:
        return items[0] if items else ""
    return _("%(first)s and %(last)s") % {"first": listed(items[:-1]), "last": items[-1]}


def _span(amount: int, unit: str) -> str:
    match unit:
        case "year":
            return ngettext("%(count)d year", "%(count)d years", amount) % {"count": amount}
        case "month":
            return ngettext("%(count)d month", "%(count)d months", amount) % {"count": amount}
        case "day":
            return ngettext("%(count)d day", "%(count)d days", amount) % {"count": amount}
        case _:
            return ngettext("%(count)d hour", "%(count)d hours", amount) % {"count": amount}


def _is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
