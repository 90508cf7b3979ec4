"""What a rule computes with: JSON values, moments in time, and the value that is not known.

*Unknown* is a value of its own (Kleene, "Introduction to Metamathematics", 1952, section 64): an operation that cannot
do without an unknown operand is unknown; one that can (`false and unknown`) is not. Every operation is monotone: to know
more never turns yes into no. To keep that, an unknown value may still have a known truth: `unknown and 0` is falsy
whatever the unknown turns out to be, but whether it *is* `0` or `false` nobody can say yet.

Date arithmetic follows the CertLogic specification 1.3.3 (`plusTime`), which follows ECMAScript's `setUTCMonth` and its
like: 29 February plus a year is 1 March.
"""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

#: A rule's expression, and the facts it is asked about: what `json.loads` gives.
Json = Any

#: Beyond it whole numbers lose digits in other languages that read the same rule (and in our columns of float64).
LARGEST_NUMBER: Final = 2**53
#: Longest list in the facts that a condition looks into; a longer one is "not known" with a problem, never slow.
LONGEST_LIST: Final = 1000


class Verdict(StrEnum):
    """What a rule says about somebody."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    @classmethod
    def of(cls, truth: bool | None) -> "Verdict":
        return cls.UNKNOWN if truth is None else cls.YES if truth else cls.NO

    @property
    def truth(self) -> bool | None:
        """True, False, or None for unknown."""
        return None if self is Verdict.UNKNOWN else self is Verdict.YES

    @property
    def opposite(self) -> "Verdict":
        return {Verdict.YES: Verdict.NO, Verdict.NO: Verdict.YES}.get(self, self)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A value nobody knows yet. `truth`: whether it is true or false, where that much is known. `problem`: why not known,
    when the facts are there but do not fit (a text where a number is needed)."""

    truth: bool | None = None
    problem: str = ""


UNKNOWN: Final = Unknown()
SOMETHING_TRUE: Final = Unknown(truth=True)
SOMETHING_FALSE: Final = Unknown(truth=False)


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """A date-time, to the millisecond, as CertLogic has it. `milliseconds` since 1970-01-01T00:00Z."""

    milliseconds: int

    def __str__(self) -> str:
        moment = _EPOCH + timedelta(milliseconds=self.milliseconds)
        return moment.date().isoformat() if not self.milliseconds % _DAY else moment.isoformat()


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_DAY = 86_400_000
_FIRST = (date.min.toordinal() - _EPOCH_DAY) * _DAY
_END = (date.max.toordinal() + 1 - _EPOCH_DAY) * _DAY

_DATE_TIME = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?(?:(Z)|([+-])(\d{1,2})(?::?(\d{2}))?)?)?)?)?",
    re.ASCII,
)
UNITS: Final = ("year", "month", "day", "hour")


def is_number(value: object) -> bool:
    """A finite number, no truth value, no larger than LARGEST_NUMBER."""
    kind = type(value)
    return (kind is int or kind is float) and -LARGEST_NUMBER <= value <= LARGEST_NUMBER  # type: ignore[operator]


def tag(value: object) -> tuple[str, Any] | None:
    """A key under which two single values are equal exactly when `===` says so: same type, same value.

    None for what `===` cannot compare: lists, objects, numbers out of range. `1` and `1.0` are one number; `true` and `1`
    are not equal, which Python alone would say.
    """
    kind = type(value)
    if kind is str:
        return ("text", value)
    if kind is bool:
        return ("truth", value)
    if kind is int or kind is float:
        return ("number", value) if is_number(value) else None
    if value is None:
        return ("null", None)
    if kind is Moment:
        return ("moment", value)
    return None


def truth(value: object, *, missing_is_unknown: bool) -> bool | None:
    """Truthy, falsy, or None: unknown, or a value that is neither (a moment). CertLogic, "Truthy and falsy values".

    An object without a key is not falsy while missing means unknown: its keys may only not be known yet.
    """
    kind = type(value)
    if kind is bool:
        return bool(value)
    if kind is Unknown:
        return value.truth  # type: ignore[attr-defined, no-any-return]
    if value is None:
        return False
    if kind is str or kind is list or kind is tuple:
        return bool(value)
    if kind is int or kind is float:
        return value != 0 if is_number(value) else None
    if isinstance(value, Mapping):
        return True if value else (None if missing_is_unknown else False)
    return None


def moment(text: str) -> Moment | None:
    """A date or date-time of CertLogic's formats; None for another text or a day that does not exist.

    A part date (`2004`, `2004-02`) is its last day; a missing time is midnight, a missing offset is Z; more than three
    decimals are cut off.
    """
    found = _DATE_TIME.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, _, sign, hours, minutes = found.groups()
    try:
        if day is None:
            first = datetime(int(year), int(month or 12), 1, tzinfo=UTC)
            known = first + timedelta(days=monthrange(first.year, first.month)[1] - 1)
        else:
            known = datetime(int(year), int(month), int(day), tzinfo=UTC)
        if hour is not None:
            known += timedelta(
                hours=_below(hour, 24), minutes=_below(minute, 60), seconds=_below(second, 60),
                milliseconds=int((fraction or "0")[:3].ljust(3, "0")),
            )  # fmt: skip
        if sign is not None:
            offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
            known += -offset if sign == "+" else offset
        return _moment(known)
    except (ValueError, OverflowError):
        return None


def plus_time(text: str, amount: int, unit: str) -> Moment | None:
    """`plusTime`: the moment `amount` units after the date or date-time; None where `moment` or `shifted` has none."""
    start = moment(text)
    return None if start is None else shifted(start, amount, unit)


def shifted(start: Moment, amount: int, unit: str) -> Moment | None:
    """The moment `amount` units later; None where the year would leave 1 to 9999. A day that the month does not have runs
    over into the next month."""
    if unit == "day" or unit == "hour":
        later = start.milliseconds + amount * (_DAY if unit == "day" else _DAY // 24)
        return Moment(later) if _FIRST <= later < _END else None
    days, time = divmod(start.milliseconds, _DAY)
    day = date.fromordinal(days + _EPOCH_DAY)
    years, months = (amount, 0) if unit == "year" else (0, amount)
    try:
        first = _first_of(day.year + years, day.month + months)
        later = (first.toordinal() + day.day - 1 - _EPOCH_DAY) * _DAY + time
    except (ValueError, OverflowError):
        return None
    return Moment(later) if later < _END else None


def _first_of(year: int, month: int) -> date:
    """The first day of a month that may lie outside 1 to 12."""
    years, months = divmod(month - 1, 12)
    return date(year + years, months + 1, 1)


def _below(digits: str, limit: int) -> int:
    value = int(digits)
    if value >= limit:
        raise ValueError(digits)
    return value


def _moment(known: datetime) -> Moment:
    since = known - _EPOCH
    return Moment(since.days * _DAY + since.seconds * 1000 + since.microseconds // 1000)
