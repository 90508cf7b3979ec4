"""From a service and what hangs on it to its search document. Pure functions: values in, values out, no database.

What goes in: the plain values of rows. What comes out: the columns of :class:`~kesher.directory.models.SearchDocument`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from kesher.base.translated import in_language
from kesher.engine.text import fold, tokens, variants

Text = Mapping[str, str]

MINUTES_OF_DAY = 24 * 60
MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

# A tsvector may hold words of 2 kB, a row 1 MB; nobody looks for the 3,000th word of a text.
LONGEST_WORD = 60
MOST_WORDS = 3_000
LONGEST_SORT_NAME = 60

# The whole of a price in words, folded, where it says nothing else than that there is none.
FREE_IN_WORDS = frozenset(
    fold(words)
    for words in (
        "free",
        "no fee",
        "no fees",
        "no charge",
        "free of charge",
        "no cost",
        "חינם",
        "ללא תשלום",
        "ללא עלות",
        "מגאני",
        "مجانا",
        "مجاني",
        "بدون مقابل",
        "бесплатно",
        "безкоштовно",
        "gratuit",
        "ነጻ",
        "በነጻ",
    )
)
_END = re.compile(r"[\s.!]+$")


@dataclass(frozen=True, slots=True)
class Hours:
    """The values of one opening rule that decide when it is open."""

    byday: str
    opens_at: time | None
    closes_at: time | None
    valid_from: date | None = None
    valid_to: date | None = None
    freq: str = ""
    interval: int | None = None


@dataclass(slots=True)
class Source:
    """All that search wants to know of one service."""

    service_id: UUID
    public: bool
    organisation_id: UUID | None
    organisation_names: Sequence[Text]
    names: Sequence[Text]
    texts: Sequence[Text]
    fees: Text
    remote: bool | None
    referral_modes: Sequence[str]
    check_by: date | None
    terms: set[UUID] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)
    place_areas: set[UUID] = field(default_factory=set)
    service_areas: set[UUID] = field(default_factory=set)
    costs: list[Decimal | None] = field(default_factory=list)
    hours: list[Hours] = field(default_factory=list)
    places: set[tuple[float, float]] = field(default_factory=set)


@lru_cache(maxsize=100_000)
def _forms(word: str, language: str) -> tuple[str, ...]:
    return tuple(form for form in variants(word, language) if len(form) <= LONGEST_WORD)


@lru_cache(maxsize=20_000)
def _cut(text: str, language: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of a text, and the further forms of them. Cached: names of organisations and standard texts repeat."""
    words = dict.fromkeys(word for word in tokens(text) if len(word) <= LONGEST_WORD)
    forms: dict[str, None] = {}
    for word in words:
        forms.update(dict.fromkeys(_forms(word, language)))
    return tuple(words)[:MOST_WORDS], tuple(forms)[:MOST_WORDS]


def weighted_words(names: Iterable[Text], organisations: Iterable[Text], texts: Iterable[Text]) -> dict[str, str]:
    """Each word -> the best weight it has: "A" to "D", as :class:`SearchDocument` says. Those that tell most first."""
    by_weight: dict[str, dict[str, None]] = {"A": {}, "B": {}, "C": {}, "D": {}}
    for part, weight, weight_of_forms in ((names, "A", "B"), (organisations, "B", "D"), (texts, "C", "D")):
        for text in part:
            for language, value in text.items():
                words, forms = _cut(value, language.split("-")[0].lower())
                by_weight[weight].update(dict.fromkeys(words))
                by_weight[weight_of_forms].update(dict.fromkeys(forms))
    found: dict[str, str] = {}
    for weight, held in by_weight.items():
        found = dict.fromkeys(held, weight) | found  # the better weight, which came first, stays
    if len(found) > MOST_WORDS:
        found = dict(sorted(found.items(), key=lambda item: item[1])[:MOST_WORDS])
    return found


def vector(words: Mapping[str, str]) -> str:
    """The words as PostgreSQL writes a ``tsvector``, each with its weight as its first letter: ``'Aulpan' 'Cevening'``.

    Not as a weight of PostgreSQL's own: its indexes know none, so that every document found would have to be read
    again to learn where the word stands.
    """
    return " ".join([quoted(weight + word) for word, weight in words.items()])


def quoted(word: str) -> str:
    """A word as it stands in a ``tsvector`` or a ``tsquery``."""
    if "'" in word or "\\" in word:
        word = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{word}'"


def sort_names(name: Text, languages: Sequence[str]) -> tuple[str, dict[str, str]]:
    """The folded name to sort by, and per language of the site the one to use instead where it differs."""
    first = _sort_key(in_language(name, "").text)
    others = {language: _sort_key(in_language(name, language).text) for language in languages}
    return first, {language: key for language, key in others.items() if key != first}


def _sort_key(text: str) -> str:
    return " ".join(fold(text).split())[:LONGEST_SORT_NAME]


def primary_language(code: str) -> str | None:
    """``he-IL`` -> ``he``; None where the language is not known."""
    primary = code.split("-")[0].lower()
    return None if primary in ("", "und", "mul", "zxx") else primary


def is_free(costs: Iterable[Decimal | None], fees: Text) -> bool | None:
    """True: somebody says it costs nothing. False: it has a price. None: nobody said."""
    amounts = [amount for amount in costs if amount is not None]
    if amounts:
        return not any(amounts)
    if fees:
        return any(_END.sub("", fold(words).strip()) in FREE_IN_WORDS for words in fees.values()) or None
    return None


def weekly_minutes(hours: Iterable[Hours], on: date) -> list[tuple[int, int]] | None:
    """When it is open in the week of ``on``: half-open spans of minutes since Monday 00:00, joined, in order.

    None = not known: there is no weekly rule with days and both times in force. A rule that closes at or before it
    opens goes on into the next day. Rules by the month or every other week do not say whether it is open *this* week,
    so they count as not known.
    """
    spans: list[tuple[int, int]] = []
    for rule in hours:
        days = [day for day in rule.byday.split(",") if day in WEEKDAYS]
        if not days or rule.opens_at is None or rule.closes_at is None:
            continue
        if rule.freq not in ("", "WEEKLY") or (rule.interval or 1) != 1:
            continue
        if (rule.valid_from and rule.valid_from > on) or (rule.valid_to and rule.valid_to < on):
            continue
        opens = rule.opens_at.hour * 60 + rule.opens_at.minute
        closes = rule.closes_at.hour * 60 + rule.closes_at.minute
        if rule.closes_at >= time(23, 59):
            closes = MINUTES_OF_DAY  # "until 23:59" is until midnight
        if closes <= opens:
            closes += MINUTES_OF_DAY
        for day in days:
            start = WEEKDAYS.index(day) * MINUTES_OF_DAY
            begin, end = start + opens, start + closes
            spans.append((begin, min(end, MINUTES_OF_WEEK)))
            if end > MINUTES_OF_WEEK:  # Sunday night into Monday
                spans.append((0, end - MINUTES_OF_WEEK))
    if not spans:
        return None
    joined: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def multirange(spans: Sequence[tuple[int, int]] | None) -> str | None:
    """Spans as PostgreSQL writes an ``int4multirange``."""
    return None if spans is None else "{" + ",".join(f"[{begin},{end})" for begin, end in spans) + "}"
