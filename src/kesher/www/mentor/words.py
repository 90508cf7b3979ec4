"""Codes of a mentoring as words: languages, times of the day, the trade in the reader's language."""

from collections.abc import Iterable
from typing import Any

from kesher.accounts.conflicts import belongs_to
from kesher.casework.mentoring.proposals import POINTS
from kesher.casework.models import Match, Safeguarding
from kesher.people.models.wishes import Shift
from kesher.words.coders import loaded
from kesher.words.vocabularies import OCCUPATION
from kesher.www.languages import language_name


def trade_name(uri: str) -> dict[str, str]:
    """The names of an occupation by language; empty for none, and for one the lists have lost."""
    concept = loaded(OCCUPATION).concept(uri) if uri else None
    return dict(concept.names) if concept is not None else {}


def spoken(codes: Iterable[str]) -> list[str]:
    return [language_name(code) for code in codes]


def times(codes: Iterable[str]) -> list[Any]:
    return [Shift(code).label for code in codes if code in Shift.values]


def reasons(codes: Iterable[str]) -> list[Any]:
    return [POINTS[code][1] for code in codes if code in POINTS]


def language_names(match: Match) -> dict[str, Any]:
    """What both sides of a match said of themselves, in words."""
    return {
        "mentor_spoken": spoken(match.mentor_languages),
        "mentor_has_time": times(match.mentor_times),
        "mentor_trade": trade_name(match.mentor_trade),
        "shown_spoken": spoken(match.shown_languages),
        "shown_has_time": times(match.shown_times),
    }


def named_at(organisation_id: Any, *, of_host: Any = None) -> str:
    """The name of whom the organisation has named for safeguarding; "" for nobody, and for who belongs to this workplace."""
    named = Safeguarding.objects.in_force().filter(organisation=organisation_id).select_related("user").first()
    return str(named.user) if named is not None and not belongs_to(named.user_id, of_host) else ""
