"""One value from an outside file, cleaned: ``None`` for nothing, the value, or :class:`Unclean` with reason and remedy.

Never a guess: a date that may be read two ways, a URL without a host, a number out of bounds are refused, not mended.
"""

import re
import unicodedata
from datetime import UTC, date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import Final
from urllib.parse import quote, urlsplit, urlunsplit

from kesher.formats.remarks import Said, say


class Unclean(ValueError):
    """One value that cannot be taken as it is: what is wrong with it, and what to do."""

    def __init__(self, said: Said) -> None:
        super().__init__(f"{said.reason} {said.remedy}")
        self.said = said


# C0 and C1 controls but tab and line feed, byte order marks, the two overrides that make text read other than it is
# stored, line and paragraph separators, and halves of surrogate pairs, which no database stores.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)
#: What is refused where a text is taken as it stands (a form, a Bundle) and not cleaned: controls but tab and line feed, line
#: and paragraph separators, the two overrides of direction, byte order marks, what stands for a sign that could not be read
#: (U+FFFD), and what is no sign at all.
UNREADABLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202d\u202e\ufeff\ufff9-\ufffd\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = str.maketrans({"\r": "\n", "\x0b": "\n", "\x0c": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})


def clean_text(value: object, limit: int | None = None) -> str | None:
    """Words without control characters, in Unicode form NFC, line breaks as ``\\n``, no blanks around.

    A number is taken as its digits. Anything else that is not text, or text above ``limit`` characters, is refused.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise Unclean(say.TEXT_EXPECTED(value=value))
        try:
            value = str(value)
        except ValueError:  # more digits than Python prints
            raise Unclean(say.NUMBER_TOO_LONG()) from None
    if _UNWANTED.search(value):
        value = _UNWANTED.sub("", value.replace("\r\n", "\n").translate(_BREAKS))
    value = value.strip()
    if not value:
        return None
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    if limit is not None and len(value) > limit:
        raise Unclean(say.TEXT_TOO_LONG(count=len(value), limit=limit))
    return value


_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?!\d)")
_HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))+\.?|localhost|\[[0-9a-f:.]+\]")


def clean_url(value: object, limit: int = 2_048) -> str | None:
    """An absolute ``http`` or ``https`` URI (RFC 3986: other letters encoded). A missing scheme is ``https``."""
    text = clean_text(value, limit)
    if text is None:
        return None
    if text.startswith("//"):
        text = "https:" + text
    elif not _SCHEME.match(text):
        text = "https://" + text
    if re.search(r"\s", text):
        raise Unclean(say.NOT_ONE_WEB_ADDRESS(value=text))
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise Unclean(say.NOT_A_WEB_ADDRESS(value=text)) from None
    if parts.scheme.lower() not in {"http", "https"}:
        raise Unclean(say.NOT_HTTP(value=text))
    host = (parts.hostname or "").lower()
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            raise Unclean(say.NO_HOST(value=text)) from None
    if ":" in host:
        host = f"[{host}]"
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise Unclean(say.NO_HOST(value=text))
    if parts.username or parts.password:
        raise Unclean(say.PASSWORD_IN_ADDRESS(value=text))
    safe = "/:@!$&'()*+,;=-._~%"
    return urlunsplit(
        (
            parts.scheme.lower(),
            host if port is None else f"{host}:{port}",
            _percent(quote(parts.path, safe=safe)),
            _percent(quote(parts.query, safe=safe + "?")),
            _percent(quote(parts.fragment, safe=safe + "?")),
        )
    )


def _percent(text: str) -> str:
    """A percent sign that starts no escape is itself escaped."""
    return re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)


_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@(?:[\w](?:[\w-]{0,61}[\w])?\.)+[^\W\d_][\w-]{1,62}")


def clean_email(value: object) -> str | None:
    """One e-mail address; ``mailto:`` and angle brackets are taken off."""
    text = clean_text(value, 320)
    if text is None:
        return None
    text = re.sub(r"(?i)^mailto:", "", text).strip("<> ")
    if not _EMAIL.fullmatch(text) or ".." in text or text.startswith("."):
        raise Unclean(say.NOT_AN_EMAIL(value=text))
    return text


_TIME = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2})(?:\.\d+)?)?(?:\s*([ap])(?:\.?m\.?)?)?\s*(z|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE | re.ASCII,
)
_NAMED_TIMES = {"noon": time(12), "midday": time(12), "midnight": time(0)}


def parse_time(value: object) -> time | None:
    """Time of day on the wall: ``9:00am``, ``09:00``, ``17.30``, ``09:00:00+02:00`` (its offset is left out), ``noon``.

    ``24:00`` is midnight, ``00:00``.
    """
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return value.replace(tzinfo=None, microsecond=0)
    text = clean_text(value, 60)
    if text is None:
        return None
    fault = Unclean(say.NOT_A_TIME(value=text))
    if text.lower() in _NAMED_TIMES:
        return _NAMED_TIMES[text.lower()]
    found = _TIME.fullmatch(text)
    if not found or (found[2] is None and found[4] is None):
        raise fault
    hour, minute, second = int(found[1]), int(found[2] or 0), int(found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            raise fault
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    if (hour, minute, second) == (24, 0, 0):
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        raise fault from None


def parse_date(value: object, *, day_first: bool | None = None) -> date | None:
    """``2024-01-31``, its date-time form, or ``31/01/2024`` (also with dots and hyphens).

    ``day_first`` says how the source writes; without it, a date that may be read two ways (``03/04/2024``) is refused.
    """
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = clean_text(value, 60)
    if text is None:
        return None
    try:
        return (
            date.fromisoformat(text[:10]) if re.fullmatch(r"\d{4}-\d\d-\d\d([T ].*)?", text) else _day(text, day_first)
        )
    except Unclean:
        raise
    except ValueError:
        raise Unclean(say.NOT_A_DATE(value=text)) from None


def _day(text: str, day_first: bool | None) -> date:
    found = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text)
    if not found:
        raise Unclean(say.NOT_A_DATE(value=text))
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if day_first is None:
        if first <= 12 and second <= 12 and first != second:
            raise Unclean(say.TWO_DATES(value=text))
        day_first = first > 12 or first == second
    return date(year, second, first) if day_first else date(year, first, second)


def parse_datetime(value: object) -> datetime | None:
    """An ISO 8601 moment; one without offset is taken as UTC, a date alone as its first moment."""
    if isinstance(value, datetime):
        moment = value
    else:
        text = clean_text(value, 60)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text.upper())
        except ValueError:
            day = parse_date(text)
            if day is None or re.search(r"[T ]", text):
                raise Unclean(say.NOT_A_MOMENT(value=text)) from None
            moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise Unclean(say.OUTSIDE_THE_CALENDAR(value=value)) from None


_TRUE, _FALSE = {"true", "yes", "1", "y", "t"}, {"false", "no", "0", "n", "f"}


def parse_flag(value: object) -> bool | None:
    """True or false, in the words CSV files use (true/false, yes/no, 1/0)."""
    if isinstance(value, bool):
        return value
    text = (clean_text(value, 60) or "").lower()
    if not text:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    raise Unclean(say.NOT_A_FLAG(value=text))


def parse_number(
    value: object, *, lowest: float | None = None, highest: float | None = None, digits: int = 18
) -> Decimal | None:
    """A finite decimal number with a point, of at most ``digits`` digits, within the bounds."""
    if isinstance(value, bool):
        raise Unclean(say.NUMBER_EXPECTED())
    try:
        text = clean_text(value, 60)
    except Unclean:
        raise Unclean(say.NOT_A_NUMBER_WE_TAKE(value=value)) from None
    if text is None:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise Unclean(say.NOT_A_NUMBER(value=text)) from None
    if not number.is_finite():
        raise Unclean(say.NOT_A_NUMBER_WE_TAKE(value=text))
    if number and number.adjusted() >= digits:
        raise Unclean(say.TOO_MANY_DIGITS(value=text, digits=digits))
    if (lowest is not None and number < Decimal(str(lowest))) or (
        highest is not None and number > Decimal(str(highest))
    ):
        raise Unclean(_bounds(text, lowest, highest))
    return number


def _bounds(text: str, lowest: float | None, highest: float | None) -> Said:
    if highest is None:
        return say.TOO_LOW(value=text, lowest=lowest)
    if lowest is None:
        return say.TOO_HIGH(value=text, highest=highest)
    return say.OUT_OF_BOUNDS(value=text, lowest=lowest, highest=highest)


def parse_integer(value: object, *, lowest: int | None = None, highest: int | None = None) -> int | None:
    """A whole number within the bounds; ``12.0`` is 12."""
    number = parse_number(value, lowest=lowest, highest=highest)
    if number is None:
        return None
    if number != int(number):
        raise Unclean(say.NOT_WHOLE(value=value))
    return int(number)
