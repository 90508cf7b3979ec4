"""Every kind of chart with invented figures, for those who build pages and for the tests that photograph them.

The places are invented, the figures too; each kind has a missing one and one that is too small to show.
"""

import math
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.utils import translation
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from kesher.base.translated import in_language
from kesher.www.charts import (
    Axis,
    Corners,
    Every,
    Happened,
    Mark,
    Missing,
    Part,
    Picture,
    Place,
    Reading,
    Role,
    Series,
    Sign,
    Slope,
    Spot,
    Unit,
    bars,
    choropleth,
    dots,
    lines,
    multiples,
    quadrant,
    slopes,
    waterfall,
)

#: Invented names, in the languages of the frame: English, Hebrew, Arabic.
NAMES: Final = {
    "town": ("Demo Town", "עיר לדוגמה", "المدينة النموذجية"),
    "district": ("Southern Hills District", "מחוז גבעות הדרום", "لواء تلال الجنوب"),
    "nation": ("The whole country", "כל הארץ", "كل البلاد"),
    "similar-1": ("Upper Wells", "באר עליון", "الآبار العليا"),
    "similar-2": ("Nahal Tamar Regional Council", "מועצה אזורית נחל תמר", "المجلس الإقليمي وادي التمر"),
    "similar-3": ("Tel Arad South", "תל ערד דרום", "تل عراد الجنوبي"),
    "similar-4": ("Ein Sela", "עין סלע", "عين الصخرة"),
    "care": ("Care and health", "טיפול ובריאות", "الرعاية والصحة"),
    "building": ("Building", "בנייה", "البناء"),
    "teaching": ("Teaching", "הוראה", "التعليم"),
    "trade": ("Shops and selling", "חנויות ומכירה", "المتاجر والبيع"),
    "nurses": ("Nurses", "אחים ואחיות", "الممرضون والممرضات"),
    "electricians": ("Electricians", "חשמלאים", "الكهربائيون"),
    "welders": ("Welders", "רתכים", "اللحّامون"),
    "drivers": ("Lorry drivers", "נהגי משאית", "سائقو الشاحنات"),
    "clerks": ("Office clerks", "פקידי משרד", "موظفو المكاتب"),
    "sellers": ("Shop sellers", "מוכרים בחנויות", "بائعو المتاجر"),
    "cleaners": ("Cleaners", "מנקים", "عمال النظافة"),
    "programmers": ("Programmers", "מתכנתים", "المبرمجون"),
    "covid": ("Shops and schools closed (Covid)", "סגירת חנויות ובתי ספר (קורונה)", "إغلاق المتاجر والمدارس (كورونا)"),
    "survey": ("a new questionnaire", "שאלון חדש", "استبيان جديد"),
    "furlough": (
        "People on unpaid leave count as employed",
        "מי שבחופשה ללא תשלום נספרים כמועסקים",
        "من هم في إجازة بلا أجر يُحسبون عاملين",
    ),
    "growth": ("The country grew", "הארץ צמחה", "البلاد نمت"),
    "mix": ("Our mix of trades", "תמהיל הענפים שלנו", "مزيج فروعنا"),
    "own": ("What is our own", "מה שייחודי לנו", "ما هو خاص بنا"),
    "moved": ("A plant that moved away", "מפעל שעבר למקום אחר", "مصنع انتقل"),
    "change": ("Change in jobs", "השינוי במספר המשרות", "التغيّر في الوظائف"),
    "unemployment": ("Unemployment, 2025", "אבטלה, 2025", "البطالة، 2025"),
    "over-time": ("Unemployment since 2017", "אבטלה מאז 2017", "البطالة منذ 2017"),
    "by-trade": ("Open jobs by trade", "משרות פנויות לפי ענף", "الوظائف الشاغرة حسب الفرع"),
    "jobs": ("Jobs, 2019 to 2025", "משרות, 2019 עד 2025", "الوظائف، 2019 إلى 2025"),
    "shortage": ("Wanted, and hard to find", "מבוקשים, וקשה למצוא", "مطلوبون، ويصعب إيجادهم"),
    "two-times": ("Employment of women", "תעסוקת נשים", "عمل النساء"),
    "everywhere": ("Unemployment in every place", "אבטלה בכל המקומות", "البطالة في كل الأماكن"),
    "map": ("Unemployment on the map", "אבטלה על המפה", "البطالة على الخريطة"),
    "of-workers": ("of those who work or look for work", "ממי שעובדים או מחפשים עבודה", "ممن يعملون أو يبحثون عن عمل"),
    "of-women": ("of women aged 25 to 64", "מהנשים בגיל 25 עד 64", "من النساء بعمر 25 إلى 64"),
    "open-jobs": ("open jobs", "משרות פנויות", "وظائف شاغرة"),
    "per-seeker": ("Open jobs per jobseeker", "משרות פנויות לכל מחפש עבודה", "وظائف شاغرة لكل باحث عن عمل"),
    "weeks": ("Weeks until filled", "שבועות עד לאיוש", "أسابيع حتى الإشغال"),
    "here": ("here", "כאן", "هنا"),
    "fast-wanted": ("wanted, soon filled", "מבוקש, מתמלא מהר", "مطلوب، يُشغل سريعاً"),
    "slow-wanted": ("wanted, hard to fill", "מבוקש, קשה לאייש", "مطلوب، يصعب إشغاله"),
    "fast-calm": ("calm", "רגוע", "هادئ"),
    "slow-calm": ("few jobs, hard to fill", "מעט משרות, קשה לאייש", "وظائف قليلة، يصعب إشغالها"),
    "source": ("invented figures, demo data", "מספרים מומצאים, נתוני הדגמה", "أرقام مُختلقة، بيانات توضيحية"),
    "village": ("Village", "כפר", "قرية"),
}
_PERCENT: Final = Sign.PERCENT


def said(key: str) -> str:
    """An invented name in the reader's language."""
    words: Mapping[str, str] = dict(zip(("en", "he", "ar"), NAMES[key], strict=True))
    return in_language(words, translation.get_language() or "en").text


class DesignChartsView(TemplateView):
    """The page of charts."""

    template_name = "front/design_charts.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(charts=samples(), **kwargs)


def samples() -> dict[str, Picture]:
    """One of each kind, and one with nothing to show."""
    made = {
        "bars": _bars(),
        "lines": _lines(),
        "dots": dots(said("everywhere"), Unit(said("of-workers"), _PERCENT, 1), _places()),
        "map": choropleth(said("map"), Unit(said("of-workers"), _PERCENT, 1), _places(30), boundaries()),
        "multiples": _multiples(),
        "waterfall": _waterfall(),
        "quadrant": _quadrant(),
        "slopes": _slopes(),
        "nothing": bars(
            said("unemployment"),
            Unit(said("of-workers"), _PERCENT, 1),
            [Place(said("town"), Reading(missing=Missing.TOO_FEW), Role.OURS)],
        ),
    }
    caveats = {
        "bars": _(
            "Short lines show where the true figure is likely to lie; the survey asks few people in small places."
        )
    }
    return {
        name: picture.with_words(source=said("source"), caveat=caveats.get(name, "")) for name, picture in made.items()
    }


def _bars() -> Picture:
    return bars(
        said("unemployment"),
        Unit(said("of-workers"), _PERCENT, 1),
        [
            Place(said("town"), Reading(6.4, 5.1, 7.9), Role.OURS),
            Place(said("district"), Reading(4.8, 4.3, 5.4), Role.DISTRICT),
            Place(said("nation"), Reading(3.4, 3.3, 3.5), Role.NATION),
            Place(said("similar-1"), Reading(5.6, 4.0, 7.7), Role.SIMILAR),
            Place(said("similar-2"), Reading(7.1, 5.2, 9.4), Role.SIMILAR),
            Place(said("similar-3"), Reading(missing=Missing.TOO_FEW), Role.SIMILAR),
            Place(said("similar-4"), Reading(missing=Missing.UNKNOWN), Role.SIMILAR),
        ],
    )


def _wave(number: int, least: float, spread: float, pace: float = 5.0) -> float:
    """A figure that goes up and down, the same on every machine."""
    return round(least + spread * (1 + math.sin(number / pace) + 0.4 * math.sin(number * 1.7)) / 2, 1)


def _months(first: int, last: int) -> list[date]:
    return [date(year, month, 1) for year in range(first, last + 1) for month in (1, 4, 7, 10)]


def _lines() -> Picture:
    days = _months(2017, 2025)

    def figure(number: int, day: date, level: float, swing: float) -> float:
        shock = 6.5 * math.exp(-abs((day - date(2020, 10, 1)).days) / 260)
        return round(level + shock * swing + 0.35 * math.sin(number * 1.9), 1)

    ours_points = []
    for number, day in enumerate(days):
        value = figure(number, day, 5.4, 1.15)
        reading = Reading(value, round(value - 1.1, 1), round(value + 1.2, 1))
        if day in (date(2018, 4, 1), date(2018, 7, 1)):
            reading = Reading(missing=Missing.TOO_FEW)
        ours_points.append((day, reading))
    district = tuple((day, Reading(figure(number + 3, day, 4.4, 0.95))) for number, day in enumerate(days))
    nation = tuple((day, Reading(figure(number + 5, day, 3.5, 0.8))) for number, day in enumerate(days))
    return lines(
        said("over-time"),
        Unit(said("of-workers"), _PERCENT, 1),
        Every.QUARTER,
        [
            Series(said("town"), tuple(ours_points), Role.OURS),
            Series(said("district"), district, Role.DISTRICT),
            Series(said("nation"), nation, Role.NATION),
        ],
        [
            Mark(Happened.SHOCK, date(2020, 4, 1), said("covid"), date(2021, 4, 1)),
            Mark(Happened.BREAK, date(2023, 1, 1), said("survey")),
        ],
    )


def _places(count: int = 90) -> list[Place]:
    """A town, its likes, and others; two have no figure."""
    named = {
        0: ("town", Role.OURS),
        7: ("similar-1", Role.SIMILAR),
        12: ("similar-2", Role.SIMILAR),
        18: ("similar-4", Role.SIMILAR),
    }
    found = []
    for number in range(count):
        key, role = named.get(number, ("", Role.OTHER))
        name = said(key) if key else f"{said('village')} {number}"
        value = _wave(number * 7, 1.5, 8.0, 11.0) + (0.0 if number % 5 else 0.6)
        reading = Reading(round(value, 1))
        if number == 15:
            reading = Reading(missing=Missing.TOO_FEW)
        if number == 21:
            reading = Reading(missing=Missing.UNKNOWN)
        if role is Role.OURS:
            reading = Reading(6.4, 5.1, 7.9)
        people = 48_000 if role is Role.OURS else round(900 + 260_000 / (1 + (number * 13 % count)) ** 1.1)
        found.append(Place(name, reading, role, people, f"A{number:02}"))
    return found


def boundaries() -> dict[str, Any]:
    """Thirty invented areas: a bent net of five by six, somewhere in the south."""

    def corner(column: int, row: int) -> list[float]:
        bend = 0.035 * math.sin(column * 2.3 + row * 1.1) if 0 < column < 5 else 0.02 * math.sin(row * 1.3)
        lift = 0.03 * math.cos(row * 1.9 + column * 1.4) if 0 < row < 6 else 0.025 * math.sin(column)
        return [34.5 + column * 0.13 + bend, 31.6 - row * 0.11 + lift]

    def side(start: tuple[int, int], end: tuple[int, int]) -> list[list[float]]:
        """From corner to corner, the same bends from either side."""
        a, b = corner(*start), corner(*end)
        turn = 1 if start < end else -1
        key = min(start, end)
        steps = []
        for part in (0.0, 0.25, 0.5, 0.75):
            jag = 0.012 * math.sin(3 * key[0] + 5 * key[1] + 7 * (part if turn == 1 else 1 - part)) * (part > 0)
            steps.append([a[0] + (b[0] - a[0]) * part + jag, a[1] + (b[1] - a[1]) * part + jag])
        return steps

    features = []
    for number in range(30):
        column, row = number % 5, number // 5
        ring = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        points = [point for start, end in zip(ring, [*ring[1:], ring[0]], strict=True) for point in side(start, end)]
        code = f"A{number * 7 % 30:02}"  # the numbers of areas say nothing of where they lie
        geometry = {"type": "Polygon", "coordinates": [[*points, points[0]]]}
        features.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    return {"type": "FeatureCollection", "features": features}


def _multiples() -> Picture:
    years = [date(year, 1, 1) for year in range(2016, 2026)]
    charts = []
    for number, trade in enumerate(("care", "building", "teaching", "trade", "welders", "drivers")):
        here = [(day, Reading(_wave(step + number * 3, 20, 60, 3.0))) for step, day in enumerate(years)]
        if trade == "teaching":
            here[3] = (here[3][0], Reading(missing=Missing.TOO_FEW))
        around = tuple((day, Reading(_wave(step + number * 2, 30, 30, 4.0))) for step, day in enumerate(years))
        both = [Series(said("here"), tuple(here), Role.OURS), Series(said("similar-1"), around, Role.SIMILAR)]
        charts.append((said(trade), both))
    return multiples(said("by-trade"), Unit(said("open-jobs")), Every.YEAR, charts)


def _waterfall() -> Picture:
    parts = [
        Part(said("growth"), Reading(1450.0)),
        Part(said("mix"), Reading(-620.0)),
        Part(said("own"), Reading(380.0)),
        Part(said("moved"), Reading(-940.0)),
    ]
    return waterfall(said("jobs"), Unit(said("change")), parts, Part(said("change"), Reading(270.0)))


def _quadrant() -> Picture:
    figures = {
        "nurses": (2.9, 14.0),
        "electricians": (2.1, 9.5),
        "welders": (1.7, 11.5),
        "drivers": (2.5, 5.0),
        "clerks": (0.4, 3.0),
        "sellers": (0.9, 4.0),
        "cleaners": (1.3, 2.2),
        "programmers": (0.6, 8.6),
    }
    spots = [Spot(said(key), Reading(x), Reading(y), key in ("nurses", "welders")) for key, (x, y) in figures.items()]
    spots.append(Spot(said("teaching"), Reading(1.4), Reading(missing=Missing.TOO_FEW)))
    return quadrant(
        said("shortage"),
        Axis(said("per-seeker"), Unit("", decimals=1), 1.0),
        Axis(said("weeks"), Unit("", decimals=1), 6.0),
        Corners(
            high_low=said("slow-calm"),
            high_high=said("slow-wanted"),
            low_low=said("fast-calm"),
            low_high=said("fast-wanted"),
        ),
        spots,
    )


def _slopes() -> Picture:
    return slopes(
        said("two-times"),
        Unit(said("of-women"), _PERCENT, 1),
        ("2015", "2025"),
        [
            Slope(said("town"), Reading(51.2), Reading(60.4), Role.OURS),
            Slope(said("district"), Reading(58.9), Reading(63.0), Role.DISTRICT),
            Slope(said("nation"), Reading(66.8), Reading(72.1), Role.NATION),
            Slope(said("similar-1"), Reading(54.0), Reading(52.7), Role.SIMILAR),
            Slope(said("similar-2"), Reading(49.1), Reading(58.8), Role.SIMILAR),
            Slope(said("similar-3"), Reading(missing=Missing.TOO_FEW), Reading(61.2), Role.SIMILAR),
        ],
    )
