"""One form in two languages: each question and each answer as the person reads it and as the caseworker reads it.

    both = Both("am", "en")
    for question in asked(form, lambda: LanguagesForm(), both): …       label, hint and options, each a pair

The form is one, with one set of fields; only its words are said twice. Words come from gettext, with the language set anew
for the person's column, so that no question stands anywhere a second time.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField, BoundWidget
from django.utils import translation
from django.utils.functional import Promise

from kesher.www.languages import language_name
from kesher.www.templatetags.kesher import direction_of

#: Keeps words of one direction from turning those of the other round, where there is no mark-up: in the options of a list.
ISOLATE: Final = "\u2068"
END: Final = "\u2069"


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of a column: its code, its direction, and what it is called in the reader's language."""

    code: str
    direction: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Pair:
    """The same words for both. ``theirs`` is "" where both read the same language."""

    theirs: str
    ours: str


@dataclass(frozen=True, slots=True)
class Both:
    """The person's language and the caseworker's."""

    theirs: str
    ours: str

    @property
    def is_one(self) -> bool:
        return self.theirs == self.ours

    @property
    def tongues(self) -> list[Tongue]:
        return [
            Tongue(code, direction_of(code), language_name(code)) for code in dict.fromkeys((self.theirs, self.ours))
        ]

    def of(self, words: str | Promise | Callable[[], object]) -> Pair:
        """Words in both languages: lazy ones, or what a function says in the language that is set."""

        def say() -> str:
            return str(words() if callable(words) else words)

        ours = say()
        if self.is_one:
            return Pair("", ours)
        with translation.override(self.theirs):
            return Pair(say(), ours)

    def on_one_line(self, theirs: str, ours: str) -> str:
        """Both in a text without mark-up."""
        return ours if self.is_one or theirs == ours else f"{ISOLATE}{theirs}{END} · {ISOLATE}{ours}{END}"


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a question."""

    widget: BoundWidget
    words: Pair


@dataclass(frozen=True, slots=True)
class Question:
    """One question. ``options`` where it is a group of answers; ``ticked`` where it is a single box. ``number``: its place."""

    number: int
    bound: BoundField
    words: Pair
    hint: Pair
    options: tuple[Option, ...] = ()
    ticked: bool = False


_Said = tuple[str, str, dict[str, str]]
_NOTHING: Final[_Said] = ("", "", {})


def asked(form: forms.BaseForm, make: Callable[[], forms.BaseForm], both: Both) -> list[Question]:
    """The visible questions of a form in both languages. ``make``: the same form, empty; it is made once in the person's.

    What a form asks the caseworker alone (``for_us``, names of fields) is not among them.
    """
    ours: Collection[str] = getattr(form, "for_us", ())
    theirs: dict[str, _Said] = {}
    if not both.is_one:
        with translation.override(both.theirs):
            theirs = {bound.name: _said(bound) for bound in make().visible_fields()}
    return [
        _question(number, bound, theirs.get(bound.name, _NOTHING), both)
        for number, bound in enumerate((one for one in form.visible_fields() if one.name not in ours), 1)
    ]


def _value(value: object) -> str:
    return "" if value is None else str(value)


def _said(bound: BoundField) -> _Said:
    choices: Any = getattr(bound.field, "choices", None) or getattr(bound.field.widget, "choices", ())
    return str(bound.label), str(bound.help_text), dict(_flat(choices))


def _flat(choices: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Each answer of a list by its value; the heading of a group by its place, for it has none."""
    for place, (value, said) in enumerate(choices):
        if isinstance(said, list | tuple):
            yield _heading(place), str(value)
            yield from _flat(said)
        else:
            yield _value(value), str(said)


def _heading(place: int) -> str:
    return f"group {place}"


def _twice(choices: Iterable[Any], words: Mapping[str, str], both: Both) -> list[Any]:
    """The answers of a list in both languages, and the headings of its groups."""
    found: list[Any] = []
    for place, (value, said) in enumerate(choices):
        if isinstance(said, list | tuple):
            heading = both.on_one_line(words.get(_heading(place), str(value)), str(value))
            found.append((heading, _twice(said, words, both)))
        else:
            found.append((value, both.on_one_line(words.get(_value(value), str(said)), str(said))))
    return found


def _pair(theirs: str, ours: str) -> Pair:
    """What reads alike in both languages (their own words, a name) is said once."""
    return Pair("" if theirs == ours else theirs, ours)


def _question(number: int, bound: BoundField, theirs: _Said, both: Both) -> Question:
    label, hint, words = theirs
    widget: Any = bound.field.widget
    options: tuple[Option, ...] = ()
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        options = tuple(
            Option(one, _pair(words.get(_value(one.data["value"]), ""), str(one.choice_label)))
            for one in bound.subwidgets
            if _value(one.data["value"])
        )
    elif isinstance(widget, forms.Select) and not both.is_one:
        widget.choices = _twice(widget.choices, words, both)
    return Question(
        number=number,
        bound=bound,
        words=Pair(label, str(bound.label)),
        hint=Pair(hint, str(bound.help_text)),
        options=options,
        ticked=isinstance(widget, forms.CheckboxInput),
    )
