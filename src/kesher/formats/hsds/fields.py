"""One field of an HSDS object to the value that its record holds, or :class:`Unclean` with reason and remedy."""

from datetime import time
from functools import lru_cache, partial

from kesher.formats.files import Unclean
from kesher.formats.hsds.languages import language_named, language_tag
from kesher.formats.records import (
    LocationType,
    ServiceStatus,
    Weekday,
)
from kesher.formats.remarks import say, standards
from kesher.formats.values import (
    clean_text,
    parse_integer,
    parse_number,
    parse_time,
)

NAME, WORDS, CODE = 1_000, 100_000, 255  # characters; the longest description seen in a public directory is 9,000

name = partial(clean_text, limit=NAME)
words = partial(clean_text, limit=WORDS)
code = partial(clean_text, limit=CODE)
latitude = partial(parse_number, lowest=-90, highest=90)
longitude = partial(parse_number, lowest=-180, highest=180)
age = partial(parse_integer, lowest=0, highest=150)
year = partial(parse_integer, lowest=1, highest=9999)
amount = partial(parse_number, lowest=0, digits=12)
_time_of = lru_cache(maxsize=4096)(parse_time)

_STATUSES = {status.value: status for status in ServiceStatus} | {
    "temporarily_closed": ServiceStatus.TEMPORARILY_CLOSED,
    "temporarily-closed": ServiceStatus.TEMPORARILY_CLOSED,
    "closed": ServiceStatus.DEFUNCT,
}
_DAYS = {day.value: day for day in Weekday}
for _number, _day in enumerate(Weekday, start=1):  # HSDS 1.1 names the days or numbers them, Monday first
    _DAYS[_day.name] = _DAYS[_day.name[:3]] = _DAYS[str(_number)] = _day
_DAYS |= {"TUES": Weekday.TUESDAY, "THUR": Weekday.THURSDAY, "THURS": Weekday.THURSDAY, "WEDS": Weekday.WEDNESDAY}


def clock(value: object) -> time | None:
    return _time_of(value) if isinstance(value, str) else parse_time(value)


def status(value: object) -> ServiceStatus | None:
    word = (code(value) or "").lower()
    if word and word not in _STATUSES:
        raise Unclean(standards.TAKEN_AS_INACTIVE(value=word))
    return _STATUSES.get(word)


def weekdays(value: object) -> tuple[Weekday, ...] | None:
    text = code(value)
    if text is None:
        return None
    days = []
    for part in text.replace(";", ",").split(","):
        word = part.strip().upper()
        if word not in _DAYS:
            raise Unclean(standards.NOT_A_WEEKDAY(value=part.strip()))
        if _DAYS[word] not in days:
            days.append(_DAYS[word])
    return tuple(days)


def freq(value: object) -> str | None:
    word = (code(value) or "").upper()
    if word and word not in {"WEEKLY", "MONTHLY"}:
        raise Unclean(standards.NOT_A_FREQUENCY(value=word))
    return word or None


def location_type(value: object) -> LocationType | None:
    word = (code(value) or "").lower()
    try:
        return LocationType(word) if word else None
    except ValueError:
        raise Unclean(standards.NOT_A_LOCATION_TYPE(value=word)) from None


def country(value: object) -> str | None:
    word = (code(value) or "").upper()
    if word and not (len(word) == 2 and word.isascii() and word.isalpha()):
        raise Unclean(say.NOT_A_COUNTRY(value=word))
    return word or None


def currency(value: object) -> str | None:
    word = (code(value) or "").upper()
    if word and not (len(word) == 3 and word.isascii() and word.isalpha()):
        raise Unclean(say.NOT_A_CURRENCY(value=word))
    return word or None


def tag(value: object) -> str | None:
    text = code(value)
    if text is None:
        return None
    tag = language_tag(text) or language_named(text)
    if tag is None:
        raise Unclean(say.NOT_A_LANGUAGE(value=text))
    return tag


def cefr(value: object) -> str | None:
    word = (code(value) or "").upper()
    if word and word not in {"A1", "A2", "B1", "B2", "C1", "C2"}:
        raise Unclean(standards.NOT_A_CEFR_LEVEL(value=word))
    return word or None


def extension(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return clean_text(value, 40)
