"""What a chart is made of: figures with their uncertainty, figures there are none of, units, places by what they are to us."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from django.utils import formats, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

#: Around a number with a sign: within Hebrew and Arabic the sign would go to its other side.
LEFT_TO_RIGHT, END = "\N{LEFT-TO-RIGHT ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
MINUS = "\N{MINUS SIGN}"


class CannotDraw(ValueError):
    """What a chart was given is none: the message says which figure and why."""


class Missing(StrEnum):
    """Why there is no figure. It is never drawn, counted or written as nought."""

    TOO_FEW = "too few"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not applicable"

    def said(self) -> str:
        return str(_MISSING[self])


_MISSING = {
    Missing.TOO_FEW: gettext_lazy("too few to show"),
    Missing.UNKNOWN: gettext_lazy("no figure"),
    Missing.NOT_APPLICABLE: gettext_lazy("does not apply"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure and the interval it lies in, where one is known; or why there is none.

    >>> Reading(5.2, 4.1, 6.3).has_interval, Reading(missing=Missing.TOO_FEW).is_known
    (True, False)
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    missing: Missing | None = None

    def __post_init__(self) -> None:
        if (self.value is None) == (self.missing is None):
            raise CannotDraw(f"a figure is a number or says why it is missing, not {self!r}")
        if (self.low is None) != (self.high is None) or (self.value is None and self.low is not None):
            raise CannotDraw(f"an interval has two ends and a figure within, not {self!r}")
        if not all(math.isfinite(number) for number in (self.value, self.low, self.high) if number is not None):
            raise CannotDraw(f"not a number one can draw: {self!r}")
        if self.value is not None and self.low is not None and self.high is not None:
            within = self.low <= self.value <= self.high
            if not within:
                raise CannotDraw(f"the figure lies outside its own interval: {self!r}")

    @property
    def is_known(self) -> bool:
        return self.value is not None

    @property
    def has_interval(self) -> bool:
        return self.low is not None

    @property
    def ends(self) -> tuple[float, float]:
        """Least and greatest of what is drawn for it; only of a known one."""
        assert self.value is not None
        return (
            self.value if self.low is None else self.low,
            self.value if self.high is None else self.high,
        )


class Sign(StrEnum):
    """How a number is written."""

    NUMBER = "number"
    PERCENT = "percent"  # 5.2 is written 5.2%


@dataclass(frozen=True, slots=True)
class Unit:
    """What the numbers count. ``words`` stands once over the chart ("of people aged 25 to 64"), in the reader's language."""

    words: str
    sign: Sign = Sign.NUMBER
    decimals: int = 0

    def said(self, value: float, *, signed: bool = False, decimals: int | None = None) -> str:
        """A number as the reader's language writes it.

        >>> with translation.override("en"):
        ...     Unit("people").said(12345), Unit("", Sign.PERCENT, 1).said(5.25), Unit("").said(-0.2)
        ('12,345', '5.3%', '0')
        """
        places = self.decimals if decimals is None else decimals
        rounded = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        number = formats.number_format(abs(rounded), places, use_l10n=True, force_grouping=True)
        if self.sign is Sign.PERCENT:
            number += "%"
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        if sign and translation.get_language_bidi():
            return f"{LEFT_TO_RIGHT}{sign}{number}{END}"
        return sign + number

    def told(self, reading: Reading) -> str:
        """A figure or the word for its being missing, without the interval."""
        return self.said(reading.value) if reading.value is not None else _word(reading)

    def told_whole(self, reading: Reading) -> str:
        """A figure with its interval: "5.2% (4.1% to 6.3%)"."""
        if reading.value is None:
            return _word(reading)
        if reading.low is None or reading.high is None:
            return self.said(reading.value)
        return _("%(value)s (likely %(low)s to %(high)s)") % {
            "value": self.said(reading.value),
            "low": self.said(reading.low),
            "high": self.said(reading.high),
        }

    def axis_label(self, step: float) -> str:
        """The Vega expression that writes the tick ``datum.value``; the locale stands in the chart's configuration."""
        digits = max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0
        ends = " + '%'" if self.sign is Sign.PERCENT else ""
        return f"format(datum.value, ',.{digits}f'){ends}"


def _word(reading: Reading) -> str:
    assert reading.missing is not None
    return reading.missing.said()


class Role(StrEnum):
    """What a place, or a row of figures, is to the reader of the page."""

    OURS = "ours"
    SIMILAR = "similar"
    DISTRICT = "district"
    NATION = "nation"
    OTHER = "other"

    def said(self) -> str:
        """What the reader is told beside the name; nothing where the name says it."""
        return str(_ROLES.get(self, ""))


_ROLES = {Role.OURS: gettext_lazy("this place"), Role.SIMILAR: gettext_lazy("similar place")}


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its figure. ``people``: how many live there, where it is drawn by it. ``code``: of its boundary on a map."""

    name: str
    reading: Reading
    role: Role = Role.OTHER
    people: int | None = None
    code: str = ""

    @property
    def is_named(self) -> bool:
        """Whether its name stands in the picture: other places are context, not a ranking."""
        return self.role is not Role.OTHER

    @property
    def shown_name(self) -> str:
        return self.name if self.is_named else pgettext("in a table of places", "another place")


def ours(places: Iterable[Place]) -> Place | None:
    """The place the page is about, if it is among them."""
    return next((place for place in places if place.role is Role.OURS), None)


class Than(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    ABOUT = "about"


def compared(one: Reading, other: Reading) -> Than | None:
    """Whether a figure is above or below another beyond what their intervals leave open; ``None`` where one is missing or the
    first has no interval, for then nobody can say."""
    if not one.is_known or not other.is_known or not one.has_interval:
        return None
    low, high = one.ends
    other_low, other_high = other.ends
    if low > other_high:
        return Than.HIGHER
    return Than.LOWER if high < other_low else Than.ABOUT
