"""Facts, their values, and lists of either, in the reader's words."""

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kesher.directory.facts import CHILD_OF_THAT_AGE, WORDS
from kesher.directory.served import path_of
from kesher.engine.eligibility.values import Json

#: Of this many, every language says what it says of a part of one: no number of whole things is meant by 17.5.
_UNCOUNTED = 100


def name_of(fact: str, *, otherwise: str | None = None) -> str:
    """What people call a fact. One that has no words is ``otherwise``; where nothing is given, never its own name."""
    if fact in WORDS:
        return str(WORDS[fact].name)
    if path_of(fact):
        return _("where one lives")
    if fact == CHILD_OF_THAT_AGE:
        return _("how old the child is")
    return _("something the office asks itself") if otherwise is None else otherwise


def said(fact: str, value: Json, *, otherwise: str | None = None) -> str:
    """A fact with its value: "age: 34 years", "has no child under 3"."""
    words = WORDS.get(fact)
    if isinstance(value, bool) and words is not None and words.yes:
        return str(words.yes if value else words.no)
    name = name_of(fact, otherwise=otherwise)
    return _("%(name)s: %(what)s") % {"name": name, "what": value_in_words(fact, value)}


def value_in_words(fact: str, value: Json, *, bound: bool = False) -> str:
    """A value by itself: "34 years", "yes", "employed". ``bound``: it follows "at least", "more than" and the like, for
    which several languages have a form of their own."""
    words = WORDS.get(fact)
    if value is None:
        return _("not known")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list | tuple):
        return listed([value_in_words(fact, item) for item in value]) or _("none")
    if words is not None and isinstance(value, str) and value in words.choices:
        return str(words.choices[value])
    if is_number(value):
        number = str(formats.localize(value))
        if words is None or words.counted is None:
            return number
        count = int(value) if float(value).is_integer() else _UNCOUNTED
        return words.counted(number, abs(count), bound=bound)
    try:
        return formats.date_format(date.fromisoformat(str(value)[:10]), "DATE_FORMAT")
    except ValueError:
        return _("another value")


def is_number(value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def span(amount: int, unit: str) -> str:
    """A length of time: "2 years"."""
    match unit:
        case "year":
            return ngettext("%(count)d year", "%(count)d years", amount) % {"count": amount}
        case "month":
            return ngettext("%(count)d month", "%(count)d months", amount) % {"count": amount}
        case "day":
            return ngettext("%(count)d day", "%(count)d days", amount) % {"count": amount}
        case _:
            return ngettext("%(count)d hour", "%(count)d hours", amount) % {"count": amount}


# --- several ----------------------------------------------------------------------------------------------------------


def listed(items: Iterable[str]) -> str:
    """ "a, b, c"."""
    return pgettext("between items of a list", ", ").join(items)


def beside(items: Iterable[str]) -> str:
    """Parts of a line that may hold commas themselves: "a; b; c"."""
    return pgettext("between conditions on one line", "; ").join(items)


def one_of(items: Sequence[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    if len(items) < 2:
        return items[0] if items else _("none")
    return _("%(first)s or %(last)s") % {"first": listed(items[:-1]), "last": items[-1]}


def all_of(items: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(items) < 2:
        return items[0] if items else ""
    return _("%(first)s and %(last)s") % {"first": listed(items[:-1]), "last": items[-1]}


def unique(items: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(items))
