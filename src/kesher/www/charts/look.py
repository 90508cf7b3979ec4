"""How charts look: colours by what they mean, and Vega's configuration.

A colour in a specification is the name of a property of ``static/kesher/charts.css`` (``var(--chart-ours)``), which a browser
resolves where it draws: light, dark, more contrast, forced colours and paper are the style sheet's business, and a change of
scheme needs no drawing anew. A file is drawn with :data:`PAPER` instead.
"""

import re
from typing import Any, Final

from django.utils import formats, translation
from django.utils.dates import MONTHS, MONTHS_AP, WEEKDAYS, WEEKDAYS_ABBR

from kesher.www.charts.figures import Role

#: Name -> its colour on white paper. The same names stand in charts.css; tests/www/charts/test_look.py holds them together.
PAPER: Final = {
    "ours": "#066d76",
    "similar": "#9e5a32",
    "third": "#7a4fa3",
    "fourth": "#5f5c59",
    "district": "#5f5c59",
    "nation": "#7b7875",
    "other": "#7b7875",
    "up": "#066d76",
    "down": "#9e5a32",
    "total": "#3a3834",
    "ink": "#2e2b28",
    "soft": "#5f5c59",
    "line": "#7b7875",
    "grid": "#dcdad6",
    "sheet": "#ffffff",
    "nothing": "#ebe8e4",
    "step-1": "#d3e6e8",
    "step-2": "#9cc3c8",
    "step-3": "#5b9ba2",
    "step-4": "#1c6f78",
    "step-5": "#003d43",
}
_VARIABLE = re.compile(r"var\(--chart-([a-z0-9-]+)\)")

#: As ``--k-font`` in kesher.css; vl-convert is given the fonts of paper, by these names before them.
FONT: Final = "Noto, Noto Sans, Noto Sans Hebrew, Noto Sans Arabic, Noto Sans Ethiopic, sans-serif"
SIZE: Final = 13


def colour(name: str) -> str:
    """The colour of that name, resolved by whoever draws."""
    assert name in PAPER, name
    return f"var(--chart-{name})"


def on_paper(text: str) -> str:
    """The same with the colours of a file."""
    return _VARIABLE.sub(lambda found: PAPER[found.group(1)], text)


#: What a place is to us -> its colour, the dash of its line, the shape of its point. No two share a dash and a shape.
STROKES: Final = {
    Role.OURS: ("ours", [1, 0], "circle"),
    Role.SIMILAR: ("similar", [7, 3], "diamond"),
    Role.DISTRICT: ("district", [3, 2], "square"),
    Role.NATION: ("nation", [8, 3, 2, 3], "triangle-up"),
    Role.OTHER: ("other", [1, 0], "circle"),
}
#: For rows that are no places (kinds of work, say), in order; more than four are small charts beside one another.
SERIES: Final = (
    ("ours", [1, 0], "circle"),
    ("similar", [7, 3], "diamond"),
    ("third", [3, 2], "square"),
    ("fourth", [8, 3, 2, 3], "triangle-up"),
)


def by_role() -> dict[str, Any]:
    """The channel of colour: what a place is to us."""
    scale = {"domain": [role.value for role in STROKES], "range": [colour(one[0]) for one in STROKES.values()]}
    return {"field": "role", "type": "nominal", "scale": scale, "legend": None}


def number_locale() -> dict[str, Any]:
    """d3's description of how the reader's language writes numbers: the same separators Django writes the table with."""
    return {
        "decimal": str(formats.get_format("DECIMAL_SEPARATOR")),
        "thousands": str(formats.get_format("THOUSAND_SEPARATOR")),
        "grouping": [3],
        "currency": ["", ""],
        "minus": "\N{MINUS SIGN}",
    }


def time_locale() -> dict[str, Any]:
    """d3's names of months and days, Django's."""
    days = [6, 0, 1, 2, 3, 4, 5]  # d3 begins on Sunday
    return {
        "dateTime": "%d %B %Y %H:%M",
        "date": "%d %B %Y",
        "time": "%H:%M",
        "periods": ["AM", "PM"],
        "days": [str(WEEKDAYS[day]) for day in days],
        "shortDays": [str(WEEKDAYS_ABBR[day]) for day in days],
        "months": [str(MONTHS[month]) for month in range(1, 13)],
        "shortMonths": [str(MONTHS_AP[month]) for month in range(1, 13)],
    }


def configuration(language: str) -> dict[str, Any]:
    """Vega-Lite's ``config`` of every chart."""
    with translation.override(language):
        locale = {"number": number_locale(), "time": time_locale()}
    text = {"font": FONT, "fontSize": SIZE, "fill": colour("ink")}
    return {
        "locale": locale,
        "font": FONT,
        "background": None,
        "aria": False,  # the figure around it is the picture, with its sentence; the table is read cell by cell
        "padding": 4,
        "view": {"stroke": None},
        "axis": {
            "labelFont": FONT,
            "labelFontSize": SIZE,
            "labelColor": colour("soft"),
            "title": None,
            "titleFont": FONT,
            "titleFontSize": SIZE,
            "titleFontWeight": "normal",
            "titleColor": colour("soft"),
            "gridColor": colour("grid"),
            "domainColor": colour("line"),
            "tickColor": colour("line"),
            "ticks": False,
            "domain": False,
            "labelPadding": 6,
        },
        "text": text,
        "title": {"font": FONT, "color": colour("ink"), "subtitleFont": FONT, "subtitleColor": colour("soft")},
        "line": {"strokeJoin": "round"},
        "legend": {"disable": True},  # the page writes it, in words that wrap
        "style": {"cell": {"stroke": None}},
    }
