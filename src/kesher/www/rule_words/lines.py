"""A whole rule in the reader's words, line below line."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kesher.engine.eligibility import Step, StepKind, explain
from kesher.engine.eligibility.values import Json
from kesher.www.rule_words.conditions import depends_on, phrase


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rule. ``lines``: below it; ``any``: one of them is enough. ``code``: of a condition that cannot be said
    in words, as those who write rules may read it; ``denied``: it must not be so."""

    text: str = ""
    lines: tuple["Line", ...] = ()
    any: bool = False
    code: str = ""
    denied: bool = False


def rule_in_words(expression: Json) -> tuple[Line, ...]:
    """A rule as lines, all of which must hold. One line that says so for a rule that is open to all."""
    line = line_of(explain(True if expression is None else expression, {}).trace)
    return line.lines if line.lines and not line.any else (line,)


def line_of(step: Step) -> Line:
    """A rule of any shape, as one line with those below it."""
    if step.kind is StepKind.CONDITION and step.condition is not None:
        words = phrase(step.condition)
        if words is not None:
            return Line(capfirst(words))
        return Line(capfirst(depends_on(step.condition)), code=step.condition.key, denied=step.condition.negated)
    if step.kind is StepKind.CHOICE:
        guard, then, otherwise = map(line_of, step.steps)
        return Line(
            lines=(
                Line(
                    _("If: %(what)s") % {"what": guard.text or _("what follows")},
                    (*guard.lines, then),
                    code=guard.code,
                    denied=guard.denied,
                ),
                Line(_("Else"), (otherwise,)),
            )
        )
    parts = tuple(line_of(part) for part in step.steps)
    if step.kind is StepKind.ANY:
        return Line(_("One of these is enough:"), parts, any=True)
    return Line(_("All of these:"), parts)
