"""Why a service has its colour, in the reader's words: what decides, what is missing, what would change a "no".

    verdict = why(result)          verdict.lines: "age: at least 18 years", "status in the country: permanent resident"

Nothing of the engine is shown as it stands: no name of a fact, no operator, no value of the program.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.directory.facts import VOCABULARY, WORDS, Who
from kesher.directory.served import path_of
from kesher.engine.eligibility import Change, Condition, Explanation, Unknown
from kesher.engine.orientation import Colour, Result
from kesher.www.rule_words.conditions import depends_on, phrase
from kesher.www.rule_words.values import all_of, name_of, one_of, said, unique

MOST_CHANGES: Final = 3
MOST_AREAS: Final = 4


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


def names_of_areas(paths: Collection[str]) -> Mapping[str, str]:
    """What areas are called, by their paths, in one query; none where there are none."""
    if not paths:
        return {}
    language = translation.get_language() or "en"
    rows = Area.objects.filter(path__in=paths).order_by("path").values_list("path", "name")
    return {path: in_language(name, language).text for path, name in rows}


def why(result: Result, *, areas: Mapping[str, str] | None = None, who: Who = Who.PERSON) -> Why:
    """The reasons of one result. Builds its trace: ask it only for what is shown. ``areas``: their names, by their paths."""
    told = result.explanation()
    deciding = [step for step in told.because if step.condition is not None]
    here = [] if areas is None else [areas[path] for path in result.service.areas if path in areas]
    where = _living(here, who)
    lines = unique(
        where if any(map(path_of, step.condition.facts)) else _asked(step.condition)
        for step in deciding
        if step.condition is not None
    )
    if result.colour is Colour.FITS:
        return Why(result.colour, lines)
    if result.colour is Colour.MAY_FIT:
        missing = unique(_place(who) if path_of(fact) else name_of(fact) for fact in told.missing)
        return Why(result.colour, lines, missing=missing, open=told.missing)
    known = {fact: value for step in deciding for fact, value in step.found if not isinstance(value, Unknown)}
    return Why(
        result.colour,
        lines,
        said=unique(said(fact, value) for fact, value in known.items() if fact in WORDS),
        changes=changes(told),
    )


def _place(who: Who) -> str:
    return _("where the business is") if who is Who.BUSINESS else _("where you live")


def _living(names: Iterable[str], who: Who) -> str:
    """Where one must live; with too many names, only that it depends on that."""
    names = unique(names)
    if not names or len(names) > MOST_AREAS:
        return _("it depends on where one lives")
    said = one_of(names)
    if who is Who.BUSINESS:
        return _("the business is in %(place)s") % {"place": said}
    return _("lives in %(place)s") % {"place": said}


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
