"""How figures and periods are said in the reader's language."""

from django.utils import formats
from django.utils.dates import MONTHS
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from kesher.base.translated import in_language
from kesher.engine.indicators import Family, Indicator, Standing, Uncertainty
from kesher.formats.statistics import Frequency, Status, parse_period
from kesher.insights.latest import Figure
from kesher.insights.shortage import ALL
from kesher.www.insights.occupations import names

FAMILIES = {
    Family.PEOPLE: gettext_lazy("The people who live here"),
    Family.ACTIVITY: gettext_lazy("Working and looking for work"),
    Family.JOB_QUALITY: gettext_lazy("Pay and hours"),
    Family.INCOME: gettext_lazy("Income"),
    Family.SCHOOLING: gettext_lazy("Schooling"),
    Family.STRUCTURE: gettext_lazy("What work there is"),
    Family.TIGHTNESS: gettext_lazy("Vacancies and people who look"),
    Family.SHORTAGE: gettext_lazy("Where people are short"),
    Family.EXPOSURE: gettext_lazy("What machines may change"),
    Family.CENTRE_PERIPHERY: gettext_lazy("Near and far"),
    Family.MIGRANTS: gettext_lazy("People who came from elsewhere"),
    Family.SHOCK: gettext_lazy("Crises and what came after"),
    Family.SKILLS: gettext_lazy("Skills"),
    Family.OUR_LOOP: gettext_lazy("What we do together"),
}
STANDINGS = {
    Standing.VERIFIED: gettext_lazy("Checked: a published value comes out to its last digit."),
    Standing.RECOMPUTED: gettext_lazy("Recomputed, not verified."),
    Standing.LAWS: gettext_lazy("There is no published value to check it by. What must always hold of it is tested."),
    Standing.PUBLISHED: gettext_lazy("Shown as its source printed it."),
}
UNCERTAINTIES = {
    Uncertainty.WILSON: gettext_lazy("An interval is shown (Wilson, 95 percent)."),
    Uncertainty.NEWCOMBE: gettext_lazy("An interval of the difference is shown (Newcombe, 95 percent)."),
    Uncertainty.FAY_HERRIOT: gettext_lazy("An interval is shown (Fay–Herriot)."),
    Uncertainty.RANGE: gettext_lazy("The lowest and the highest of several methods are shown."),
    Uncertainty.SOURCE: gettext_lazy("A sample; the source's own error is not in the table we were given."),
    Uncertainty.COUNT: gettext_lazy("A full count: no sampling error. Small counts are hidden."),
    Uncertainty.NONE: gettext_lazy("No interval can be given."),
}
#: What a source says of a figure that is there, as the reader is told it.
REMARKS = (
    (Status.BREAK, gettext_lazy("not comparable with earlier ones")),
    (Status.PROVISIONAL, gettext_lazy("provisional")),
    (Status.ESTIMATED, gettext_lazy("estimated")),
    (Status.FORECAST, gettext_lazy("a forecast")),
    (Status.REVISED, gettext_lazy("revised")),
    (Status.UNRELIABLE, gettext_lazy("few people behind it")),
    (Status.DEFINITION, gettext_lazy("defined otherwise")),
)


def number(value: float) -> str:
    """With as many decimals as say something: 5.5, 41.2, 7,614."""
    decimals = 0 if abs(value) >= 100 or value == int(value) else 1 if abs(value) >= 1 else 2
    return str(formats.number_format(round(value, decimals), decimals, use_l10n=True, force_grouping=True))


def not_there(status: int) -> str:
    """Why there is no value."""
    if status & Status.SUPPRESSED:
        return _("too few to show")
    if status & Status.NOT_APPLICABLE:
        return _("not applicable")
    return _("not known")


def said(figure: Figure | None, indicator: Indicator | None = None) -> str:
    """The value with its unit, or why it is not there; "–" where nobody said anything."""
    if figure is None:
        return "–"
    if figure.value is None:
        return not_there(figure.status)
    value = number(figure.value)
    return value if indicator is None else with_unit(value, indicator)


def with_unit(value: str, indicator: Indicator) -> str:
    """“41.2 percent of families”."""
    return _("%(value)s %(unit)s") % {"value": value, "unit": _(indicator.unit)}


def period(text: str) -> str:
    """“2019”, “December 2021”, “3rd quarter of 2024” as the language says it."""
    found = parse_period(text)
    year = {"year": found.start.year}
    match found.frequency:
        case Frequency.YEAR:
            return str(found.start.year)
        case Frequency.QUARTER:
            return _("quarter %(number)d of %(year)d") % {"number": (found.start.month + 2) // 3, **year}
        case Frequency.MONTH:
            return _("%(month)s %(year)d") % {"month": MONTHS[found.start.month], **year}
        case Frequency.DAY | Frequency.WEEK:
            return str(formats.date_format(found.start, "DATE_FORMAT"))
        case _:
            return text


def remarks(status: int) -> list[str]:
    """What the source adds to a figure."""
    return [str(words) for flag, words in REMARKS if status & flag]


#: Parts that sources tell apart, in words. Industries: Israel's list of 1993; occupations: its list of 1994.
PARTS = {
    ALL: gettext_lazy("All occupations together"),
    "il-1993-a": gettext_lazy("Agriculture"),
    "il-1993-b": gettext_lazy("Manufacturing and mining"),
    "il-1993-c": gettext_lazy("Electricity and water"),
    "il-1993-d": gettext_lazy("Construction"),
    "il-1993-e": gettext_lazy("Trade and repairs"),
    "il-1993-f": gettext_lazy("Hotels and restaurants"),
    "il-1993-g": gettext_lazy("Transport, storage and communication"),
    "il-1993-h": gettext_lazy("Banking and insurance"),
    "il-1993-i": gettext_lazy("Business services and real estate"),
    "il-1993-j": gettext_lazy("Public administration"),
    "il-1993-k": gettext_lazy("Education"),
    "il-1993-l": gettext_lazy("Health, welfare and social work"),
    "il-1993-m": gettext_lazy("Community and personal services"),
    "il-1993-n": gettext_lazy("Work in households"),
    "il-1993-o": gettext_lazy("Organisations of other states"),
    "il-1994-0": gettext_lazy("Academic professionals"),
    "il-1994-1": gettext_lazy("Associate professionals and technicians"),
    "il-1994-2": gettext_lazy("Managers"),
    "il-1994-3": gettext_lazy("Clerical workers"),
    "il-1994-4": gettext_lazy("Agents, sales and service workers"),
    "il-1994-5": gettext_lazy("Skilled agricultural workers"),
    "il-1994-678": gettext_lazy("Skilled workers in industry and construction"),
    "il-1994-9": gettext_lazy("Unskilled workers"),
}


def part(code: str) -> str:
    """A part's name, or its code where nobody gave it one."""
    return str(PARTS[code]) if code in PARTS else in_language(names(code), get_language() or "en").text
