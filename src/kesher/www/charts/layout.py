"""Small helpers of the builders: where labels go, how long they are, where axes end, and which way words run."""

import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.utils import translation

from kesher.www.charts.look import FONT, SIZE, colour

ISOLATES: Final = {"rtl": "\N{RIGHT-TO-LEFT ISOLATE}", "ltr": "\N{FIRST STRONG ISOLATE}"}
END_OF_ISOLATE: Final = "\N{POP DIRECTIONAL ISOLATE}"
#: Makes a label differ from one with the same letters.
UNSEEN: Final = "\N{ZERO WIDTH SPACE}"
SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"


def is_rtl() -> bool:
    return translation.get_language_bidi()


def isolated(text: str) -> str:
    """Words for inside a drawing, which stands left to right whatever the page: each line runs its language's way."""
    begin = ISOLATES["rtl" if is_rtl() else "ltr"]
    return "\n".join(f"{begin}{line}{END_OF_ISOLATE}" for line in text.split("\n"))


def bare(text: str) -> str:
    """The words again, without what was put around them."""
    for sign in (*ISOLATES.values(), END_OF_ISOLATE, UNSEEN):
        text = text.replace(sign, "")
    return text


def wrapped(text: str, width: int, lines: int = 2) -> str:
    """In at most ``lines`` lines of about ``width`` letters, parted by newlines; what is more ends with an ellipsis."""
    parts = textwrap.wrap(" ".join(text.split()), width) or [""]
    if len(parts) > lines:
        parts = [*parts[: lines - 1], textwrap.shorten(" ".join(parts[lines - 1 :]), width, placeholder="…")]
        if parts[-1] == "…":  # one long word
            parts[-1] = textwrap.wrap(" ".join(text.split()), width)[lines - 1][: width - 1] + "…"
    return "\n".join(parts)


def with_figure(name: str, figure: str, width: int) -> str:
    """A name and its figure in at most two lines; where the name is too long for that it is cut, and never the figure.

    >>> with_figure("Nahal Tamar Regional Council of the South", "58.8%", 17)
    'Nahal Tamar…\\n58.8%'
    """
    whole = f"{name} {figure}"
    told = wrapped(whole, width)
    return told if bare(told).replace("\n", " ") == " ".join(whole.split()) else f"{wrapped(name, width, 1)}\n{figure}"


def distinct(labels: Sequence[str]) -> list[str]:
    """The labels, those that are written alike made different by signs nobody sees: a chart's axis would merge them."""
    seen: dict[str, int] = {}
    told = []
    for label in labels:
        told.append(label + UNSEEN * seen.get(label, 0))
        seen[label] = seen.get(label, 0) + 1
    return told


def width_of(text: str, size: float = SIZE) -> float:
    """About how many pixels the longest line takes; rather more than less."""
    return max((len(bare(line)) for line in text.split("\n")), default=0) * size * 0.58


def nice(low: float, high: float, *, count: int = 5, zero: bool = False) -> tuple[float, float, float]:
    """Round ends of an axis that hold ``low`` and ``high``, and the step between its ticks: 1, 2 or 5 of a power of ten.

    >>> nice(3.2, 14.1)
    (2.0, 16.0, 2.0)
    >>> nice(0.0, 0.0, zero=True)
    (0.0, 1.0, 0.2)
    """
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    if high <= low:
        low, high = (low, low + 1.0) if zero else (low - 0.5, high + 0.5)
    raw = (high - low) / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return _clean(first * step), _clean(last * step), _clean(step)


def ticks(low: float, high: float, step: float) -> list[float]:
    return [_clean(low + step * number) for number in range(round((high - low) / step) + 1)]


def _clean(number: float) -> float:
    return round(number, 10) + 0.0


def wants_zero(values: Iterable[float]) -> bool:
    """Whether an axis of positions (not of lengths) begins at nought: where that does not squeeze what is to be seen."""
    known = list(values)
    low, high = min(known), max(known)
    return low >= 0 and low <= 0.5 * high


def dodged(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Places near the wanted ones, at least ``gap`` apart and within ``low`` … ``high`` if there is room; the order is kept."""
    order = sorted(range(len(wanted)), key=lambda index: wanted[index])
    placed = [wanted[index] for index in order]
    for _round in range(200):
        moved = False
        for index in range(len(placed) - 1):
            short = gap - (placed[index + 1] - placed[index])
            if short > 0.01:
                placed[index] -= short / 2
                placed[index + 1] += short / 2
                moved = True
        if placed and placed[0] < low:
            placed[0], moved = low, True
        if placed and placed[-1] > high and (placed[-1] - high) > 0.01 and gap * (len(placed) - 1) <= high - low:
            placed[-1], moved = high, True
        if not moved:
            break
    found = [0.0] * len(wanted)
    for place, index in zip(placed, order, strict=True):
        found[index] = round(place, 1)
    return found


def words(**options: Any) -> dict[str, Any]:
    """A text mark; words may have several lines."""
    return {"type": "text", "font": FONT, "fontSize": SIZE, "fill": colour("ink"), "lineBreak": "\n", **options}


def quantitative(name: str, **options: Any) -> dict[str, Any]:
    return {"field": name, "type": "quantitative", **options}


def nominal(name: str, **options: Any) -> dict[str, Any]:
    return {"field": name, "type": "nominal", **options}


def chart(*layers: dict[str, Any], data: str, height: int, **options: Any) -> dict[str, Any]:
    """A specification as wide as the room there is."""
    return {
        "$schema": SCHEMA,
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"name": data},
        "layer": list(layers),
        **options,
    }
