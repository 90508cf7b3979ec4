"""Why a service has its colour, in the reader's words: what decides, what is missing, what would change a "no".

    verdict = why(result)          verdict.lines: "age: at least 18 years", "status in the country: permanent resident"

Nothing of the engine is shown as it stands: no name of a fact, no operator, no value of the program.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import pgettext

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.engine.eligibility import Change, Condition, Explanation, Unknown
from kesher.engine.orientation import Colour, Result
from kesher.www.rule_words.conditions import depends_on, phrase
from kesher.www.rule_words.values import all_of, name_of, said, unique

MOST_CHANGES: Final = 3


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
    lines = unique(_asked(step.condition) for step in deciding if step.condition is not None)
    if result.colour is Colour.FITS:
        return Why(result.colour, lines)
    if result.colour is Colour.MAY_FIT:
        return Why(result.colour, lines, missing=unique(name_of(fact) for fact in told.missing), open=told.missing)
    known = {fact: value for step in deciding for fact, value in step.found if not isinstance(value, Unknown)}
    return Why(
        result.colour,
        lines,
        said=unique(said(fact, value) for fact, value in known.items() if fact in WORDS),
        changes=changes(told),
    )


def changes(told: Explanation) -> tuple[str, ...]:
    """What would change a "no", as far as somebody can change it: nobody is told to be younger."""
    possible = (change for change in told.changes if all(map(_changeable, change.conditions)))
    return unique(all_of([_asked(condition) for condition in _wanted(change)]) for change in possible)[:MOST_CHANGES]


def _wanted(change: Change) -> tuple[Condition, ...]:
    return (*change.conditions, *change.unknown)


def _changeable(condition: Condition) -> bool:
    return bool(condition.facts) and all(fact in VOCABULARY and VOCABULARY[fact].changeable for fact in condition.facts)


def _asked(condition: Condition) -> str:
    """What is asked for, as far as it can be said."""
    return phrase(condition) or depends_on(condition)
