"""How long and when: durations, years and dates in a text, as people say them in seven languages.

"Ten years", "שנתיים", "سنتين", "полтора года", "since 2015", "2008–2014", "un an et demi". Kept apart from them: ages ("I am
45 years old", "בת 47"), points in the past ("five years ago") and rates ("twice a year"), which look the same and are no
duration of work. Nothing here knows today's date.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kesher.engine.coding.said_numbers import Number, number_at
from kesher.engine.coding.said_text import SaidText
from kesher.engine.coding.said_words import GLUED, Small, without_glued
from kesher.engine.text import tokens

#: Years that are taken for years of work.
EARLIEST: Final = 1940
LATEST: Final = 2060
#: Nobody worked longer.
MOST_YEARS: Final = 75

_MONTHS_OF_UNIT: Final[Mapping[str, str]] = {
    "en": "12 year years yr yrs; 1 month months mo mos; 0.25 week weeks; 120 decade decades; 0 season seasons",
    "fr": "12 an ans année années; 1 mois; 0.25 semaine semaines; 0 saison saisons",
    "he": "12 שנה שנים שנות; 1 חודש חודשים חודשי; 0.25 שבוע שבועות; 120 עשור; 0 עונה עונות",
    "ar": "12 سنة سنين سنوات عام أعوام عاما سنه; 1 شهر أشهر شهور شهرا; 0.25 أسبوع أسابيع; 0 موسم مواسم",
    "cyrillic": (
        "12 год года годов лет годик рік роки років року; 1 месяц месяца месяцев мес місяць місяці місяців; "
        "0.25 неделя недели недель тиждень тижні тижнів; 0 сезон сезона сезонов сезони сезонів"
    ),
    "am": "12 ዓመት አመት ዓመታት አመታት ዓመታትን ዓመትን; 1 ወር ወራት; 0.25 ሳምንት ሳምንታት",
}
#: Words that are a number and its unit at once.
_DUALS: Final[Mapping[str, str]] = {
    "en": "",
    "fr": "",
    "he": "24 שנתיים כשנתיים; 2 חודשיים כחודשיים; 0.5 שבועיים",
    "ar": "24 سنتين سنتان عامين عامان; 2 شهرين شهران; 0.5 أسبوعين أسبوعان",
    "cyrillic": "6 полгода півроку полугода; 18 полтора-года; 24 двухлетний",
    "am": "",
}
_MONTH_NAMES: Final[Mapping[str, str]] = {
    "en": (
        "january february march april may june july august september october november december; jan feb mar "
        "apr may jun jul aug sep oct nov dec"
    ),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "he": "ינואר פברואר מרץ אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר; - - מרס",
    "ar": (
        "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر; - شباط آذار نيسان أيار "
        "حزيران تموز آب أيلول - -"
    ),
    "cyrillic": (
        "январь февраль март апрель май июнь июль август сентябрь октябрь ноябрь декабрь; января февраля "
        "марта апреля мая июня июля августа сентября октября ноября декабря; январе феврале марте апреле мае "
        "июне июле августе сентябре октябре ноябре декабре; січень лютий березень квітень травень червень "
        "липень серпень вересень жовтень листопад грудень; січня лютого березня квітня травня червня липня "
        "серпня вересня жовтня листопада грудня"
    ),
    "am": "ጃንዋሪ ፌብሩዋሪ ማርች ኤፕሪል ሜይ ጁን ጁላይ ኦገስት ሴፕቴምበር ኦክቶበር ኖቬምበር ዲሴምበር",
}


def _values(listed: str) -> dict[str, float]:
    found = {}
    for entry in filter(None, (one.strip() for one in listed.split(";"))):
        value, *forms = entry.split()
        found.update({"".join(tokens(form)): float(value) for form in forms})
    return found


_UNITS: Final = {group: _values(listed) for group, listed in _MONTHS_OF_UNIT.items()}
_DUAL: Final = {group: _values(listed) for group, listed in _DUALS.items()}
_MONTHS: Final = {
    group: {
        "".join(tokens(name)): number
        for row in listed.split(";")
        for number, name in enumerate(row.split(), 1)
        if name != "-"
    }
    for group, listed in _MONTH_NAMES.items()
}


class TimeKind(StrEnum):
    """What a time says."""

    DURATION = "duration"
    DATES = "dates"
    AGE = "age"  # how old somebody was or is
    AGO = "ago"  # how long ago something was
    RATE = "rate"  # how often


@dataclass(frozen=True, slots=True)
class Time:
    """One time said. `first`, `behind`: the words that say it.

    months: of a duration, None where it is not in years, months or weeks ("two seasons") · since, until: (year, month
    or 0) · current: it is said to go on · about: it is said as about · ethiopic: the year may be of the Ethiopian
    calendar (an Amharic text that does not name the calendar).
    """

    kind: TimeKind
    first: int
    behind: int
    months: float | None = None
    since: tuple[int, int] | None = None
    until: tuple[int, int] | None = None
    current: bool = False
    about: bool = False
    ethiopic: bool = False


def times(said: SaidText) -> list[Time]:
    """All times of a text, in order, none of which overlap."""
    found: list[Time] = []
    place = 0
    while place < len(said):
        time = _dates_at(said, place) or _duration_at(said, place)
        if time is None:
            place += 1
            continue
        found.append(time)
        place = time.behind
    return found


# --- durations -------------------------------------------------------------------------------------------------------


def _unit(said: SaidText, place: int) -> float | None:
    """Months of the unit at `place`, 0 for a unit without a length; None where there is none."""
    return _UNITS[said.group].get(said.folded[place]) if place < len(said) else None


def _dual(said: SaidText, place: int) -> tuple[float, bool] | None:
    """Months of a word that is number and unit, and whether a "כ" (about) is glued to it."""
    known = _DUAL[said.group]
    word = said.folded[place]
    if word in known:
        return known[word], word.startswith("כ")
    for rest in without_glued(word, said.group):
        if rest in known and word[: len(word) - len(rest)] in ("ו", "و", "ل", "ב", "ب"):
            return known[rest], False
    return None


def _single_unit(said: SaidText, place: int) -> float | None:
    """Months of a unit that stands for one of it: "שנה", "وسنة", "год", "a year"."""
    unit = _unit(said, place)
    if unit is None and said.group in ("he", "ar"):
        word = said.folded[place]
        front, rest = word[:1], word[1:]
        unit = _UNITS[said.group].get(rest) if front in ("ו", "و") else None
    if not unit or said.folded[place].lstrip("וو") not in _SINGULAR:
        return None
    return unit


_SINGULAR: Final = frozenset(
    word
    for said in (
        "year month week decade an mois année semaine שנה חודש שבוע עשור سنة عام شهر أسبوع",
        "год месяц рік місяць года року",
    )
    for word in tokens(said)
)


def _duration_at(said: SaidText, place: int) -> Time | None:
    first = place
    about = False
    while steps := said.does(place, Small.ABOUT):  # about ten years
        about, place = True, place + steps
        if place >= len(said):
            return None
    counted = _counted(said, place)
    if counted is None:
        return _bare_age(said, place)
    months, behind, vague = counted
    about = about or vague
    if behind < len(said) and (steps := said.does(behind, Small.AND_HALF)):
        months, behind = months + _last_unit(said, behind) / 2, behind + steps
    elif behind < len(said) and said.group == "ar" and said.does(behind, Small.AND_HALF):
        behind += 1
    steps = said.does(behind, Small.ABOUT) if said.group in ("ar", "am") else 0  # سنتين تقريبا, አምስት ዓመት ገደማ
    if steps:
        about, behind = True, behind + steps
    return _classified(said, first, behind, months, about)


def _bare_age(said: SaidText, place: int) -> Time | None:
    """An age without a unit: בת 47, عمري 38, aged 45."""
    number = number_at(said.folded, place, said.group)
    before = _said_before(said, place, Small.AGE_BEFORE)
    if number is None or before is None or not 14 <= number.value <= 99:
        return None
    if said.group not in ("he", "ar") and said.folded[place - 1] not in ("age", "aged", "of"):
        return None
    return Time(TimeKind.AGE, place, place + number.words)


def _last_unit(said: SaidText, behind: int) -> float:
    """Months of the unit that ends before `behind`."""
    dual = _dual(said, behind - 1)
    if dual is not None:
        return dual[0] / 2
    unit = _unit(said, behind - 1) or _single_unit(said, behind - 1)
    return unit or 12.0


def _counted(said: SaidText, place: int) -> tuple[float, int, bool] | None:
    """Months, the word behind, and whether it is said as about: of a number with its unit that begins at `place`."""
    dual = _dual(said, place)
    if dual is not None:
        return dual[0], place + 1, dual[1]
    for small, factor in ((Small.ONE_AND_HALF, 1.5), (Small.HALF, 0.5)):
        steps = said.does(place, small)
        unit = _unit(said, place + steps) if steps else None
        if unit:
            return factor * unit, place + steps + 1, False
    number = number_at(said.folded, place, said.group)
    if number is not None:
        return _with_unit(said, place, number)
    unit = _unit(said, place)
    if said.group == "cyrillic" and unit and place + 1 < len(said):  # лет восемь: about eight years
        behind = number_at(said.folded, place + 1, said.group)
        spoken = behind is not None and not said.folded[place + 1].isdecimal()
        if behind is not None and spoken and _unit(said, place + 1 + behind.words) is None:
            return behind.value * unit, place + 1 + behind.words, True
    single = _single_unit(said, place)
    if single is None or said.does(place - 1, Small.EACH) or (place and said.folded[place - 1].isdecimal()):
        return None
    if said.group == "en":  # only "a year", "one year"; "year" alone says nothing
        if place and said.folded[place - 1] in ("a", "an") and not (place > 1 and _counts(said, place - 2)):
            return single, place + 1, False
        return None
    if said.group == "fr" or said.folded[place] in ("года", "року"):
        return None
    return single, place + 1, False


def _counts(said: SaidText, place: int) -> bool:
    return number_at(said.folded, place, said.group) is not None or said.folded[place] in ("once", "twice", "times")


def _with_unit(said: SaidText, place: int, number: Number) -> tuple[float, int, bool] | None:
    value, at, about = number.value, place + number.words, number.about
    if _is_decimal(said, place, at):
        value += int(said.folded[at]) / 10 ** len(said.folded[at])
        at += 1
    elif at < len(said) and (second := _second_of_range(said, at)) is not None:  # 5–6 years, two or three years
        about, at = True, second
    if at < len(said) and (steps := said.does(at, Small.AND_HALF)) and _unit(said, at + steps) is not None:
        value, at = value + 0.5, at + steps
    while at < len(said) and said.folded[at] in ("of", "d", "de", "") and not _unit(said, at):
        at += 1
    if at < len(said) and said.gap(at).strip() not in ("", "-", "־", "+", "'", "’", ".", "–"):
        return None
    unit = _unit(said, at)
    if unit is None or value > (MOST_YEARS if unit >= 12 else 600):
        return None
    return value * unit, at + 1, about or "+" in said.gap(at)


def _is_decimal(said: SaidText, place: int, at: int) -> bool:
    return (
        at == place + 1
        and at < len(said)
        and said.folded[place].isdecimal()
        and said.folded[at].isdecimal()
        and said.gap(at) in (".", ",", "٫")
        and len(said.folded[at]) == 1
    )


_OR: Final = frozenset(tokens("or to או עד أو إلى или до або чи ou à ወይም እስከ"))


def _second_of_range(said: SaidText, at: int) -> int | None:
    """Where the second number of a range ends."""
    if said.folded[at] in _OR and at + 1 < len(said):
        at += 1
    elif said.gap(at).strip() not in ("-", "–", "—"):
        return None
    number = number_at(said.folded, at, said.group)
    return at + number.words if number is not None and number.value <= MOST_YEARS else None


def _classified(said: SaidText, first: int, behind: int, months: float, about: bool) -> Time:
    """A duration, or the age or the past that it is said to be."""
    kind, current = TimeKind.DURATION, False
    if _said_before(said, first, Small.AGE_BEFORE) is not None and not _work_between(said, first):
        steps = said.does(behind, Small.AGE_AFTER)
        if said.group != "en" or steps or said.folded[first - 1] in ("age", "of", "aged"):
            kind = TimeKind.AGE
    joined = not said.gap(behind).strip()  # what stands behind a comma belongs to something else
    if joined and (steps := said.does(behind, Small.AGE_AFTER)):
        kind, behind = TimeKind.AGE, behind + steps
    elif said.group == "am" and said.folded[behind - 1] in _OLD_IN_AMHARIC:
        kind = TimeKind.AGE
    elif said.group == "cyrillic" and first and said.folded[first - 1] in ("в", "у", "с", "з") and months >= 60:
        kind = TimeKind.AGE  # в 20 лет, с 15 лет
    elif joined and (steps := said.does(behind, Small.AGO_AFTER)):
        kind, behind = TimeKind.AGO, behind + steps
    elif (before := _said_before(said, first, Small.AGO_BEFORE)) is not None:
        kind, first = TimeKind.AGO, before
    elif (before := _said_before(said, first, Small.LAST)) is not None:
        current, first = True, before
    elif joined and (steps := said.does(behind, Small.LAST)):
        current, behind = True, behind + steps
    elif (before := _said_before(said, first, Small.SINCE)) is not None and said.folded[before] in _THESE_YEARS:
        current, first = True, before
    elif first and said.does(first - 1, Small.EACH) == 1 and said.group != "en" and months <= 12:
        kind = TimeKind.RATE
    if first and not said.gap(first) and said.folded[first - 1] in GLUED.get(said.group, ()):
        first -= 1  # ለ10 ዓመት: for ten years
    length = months if months > 0 else None
    return Time(kind, first, behind, length if kind is not TimeKind.RATE else None, current=current, about=about)


_OLD_IN_AMHARIC: Final = frozenset(tokens("ዓመቴ አመቴ"))


#: "Since" before a duration: منذ سبع سنوات, depuis 7 ans are these seven years.
_THESE_YEARS: Final = frozenset(tokens("since depuis منذ من مذ מאז"))


def _said_before(said: SaidText, place: int, small: Small) -> int | None:
    """Where a phrase begins that stands right before `place`; None where there is none."""
    if said.gap(place).strip(" -־"):
        return None
    lengths = range(min(4, place), 0, -1)
    return next((place - length for length in lengths if said.small[place - length].get(small) == length), None)


def _work_between(said: SaidText, first: int) -> bool:
    return bool(first and said.does(first - 1, Small.WORK) and said.group not in ("en", "fr"))


# --- dates -----------------------------------------------------------------------------------------------------------


def _year(said: SaidText, place: int) -> int | None:
    if not 0 <= place < len(said):
        return None
    word = said.folded[place]
    if len(word) == 4 and word.isdecimal() and EARLIEST <= int(word) <= LATEST:
        return int(word)
    if len(word) == 2 and word.isdecimal() and int(word) >= 50 and said.gap(place)[-1:] in ("'", "’", "׳"):
        return 1900 + int(word)  # '98
    return None


@dataclass(frozen=True, slots=True)
class _Date:
    """A year with its month, and the words that say it."""

    first: int
    behind: int
    year: int
    month: int


def _date_at(said: SaidText, place: int) -> _Date | None:
    """A date that begins at `place`: 2015, 03/2015, March 2015, в 2015 году, سنة 2015."""
    word = said.folded[place]
    month = _MONTHS[said.group].get(word, 0)
    for rest in without_glued(word, said.group) if not month else ():
        month = month or _MONTHS[said.group].get(rest, 0)
    if not month and len(word) <= 2 and word.isdecimal() and 1 <= int(word) <= 12 and said.gap(place + 1) in ("/", "."):
        month = int(word)
    at = place + 1 if month else place
    if at < len(said) and month and said.folded[at] in ("of", "de", "ל", "ב", "של"):
        at += 1
    year = _year(said, at)
    if year is None:
        return None
    behind = at + 1
    while (
        behind < len(said) and said.gap(behind).strip() in ("", ".") and said.folded[behind] in _YEAR_WORDS[said.group]
    ):
        behind += 1
    return _Date(place, behind, year, month)


_YEAR_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "en": frozenset(),
    "fr": frozenset(),
    "he": frozenset(),
    "ar": frozenset(tokens("م")),
    "cyrillic": frozenset(tokens("год года году годы г гг рік року роки р рр")),
    "am": frozenset(tokens("ዓ ም ዓም")),
}


def _dates_at(said: SaidText, place: int) -> Time | None:
    """One date or two, with the words before and behind them; `place` is where the first of these words stands."""
    if (steps := said.does(place, Small.UNTIL)) and (now := said.does(place + steps, Small.NOW)):  # until now
        return Time(TimeKind.DATES, place, place + steps + now, current=True)
    lead, start = _lead(said, place)
    date = _date_at(said, start) if start < len(said) else None
    if date is None or (lead is None and start != place):
        return None
    since = lead is not Small.UNTIL
    behind = date.behind
    joined = _to(said, behind)
    if since and joined is not None:
        second, present = joined
        if isinstance(second, _Date) and (second.year, second.month) >= (date.year, 0):
            return _dated(said, place, second.behind, (date.year, date.month), (second.year, second.month))
        if present:
            return _dated(said, place, present, (date.year, date.month), None, current=True)
    if said.group == "am" and behind < len(said) and said.folded[behind] in _STARTING:  # ከ2010 ጀምሮ
        return _dated(said, place, behind + 1, (date.year, date.month), None, current=True)
    when = (date.year, date.month)
    if not since:
        return _dated(said, place, behind, None, when)
    return _dated(said, place, behind, when, None, current=lead is Small.SINCE)


_STARTING: Final = frozenset(tokens("ጀምሮ"))


def _dated(
    said: SaidText,
    first: int,
    behind: int,
    since: tuple[int, int] | None,
    until: tuple[int, int] | None,
    *,
    current: bool = False,
) -> Time:
    words = said.folded[max(0, first - 3) : behind + 2]
    named = "እ" in words  # እ.ኤ.አ.: named as of the European calendar
    return Time(
        TimeKind.DATES, first, behind, None, since, until, current=current, ethiopic=said.group == "am" and not named
    )


def _lead(said: SaidText, place: int) -> tuple[Small | None, int]:
    """What the words before a date say of it, and where the date begins: since, until, in."""
    word = said.folded[place]
    for small in (Small.SINCE, Small.UNTIL, Small.IN):
        steps = said.does(place, small)
        if (
            steps
            and place + steps < len(said)
            and said.gap(place + steps).strip() in ("", "-", "־", "–", ".", "'", "’", "׳")
        ):
            further = said.does(place + steps, Small.IN)  # since the year 2015, с начала ... is not
            at = place + steps + further
            if at < len(said) and _date_at(said, at) is not None:
                return small, at
    for fronts, small in ((("מ", "ומ", "כ"), Small.SINCE), (("ב", "וב"), Small.IN), (("ל",), Small.UNTIL)):
        if word in fronts and place + 1 < len(said) and _date_at(said, place + 1) is not None:
            return small, place + 1
    return None, place


def _to(said: SaidText, place: int) -> tuple[_Date | None, int] | None:
    """What follows a date: a second one (behind a dash or "to"), or the present; and for that, the word behind."""
    if place >= len(said):
        return None
    if said.gap(place).strip() in ("-", "–", "—", "־", "/"):
        if (date := _date_at(said, place)) is not None:
            return date, 0
        if steps := said.does(place, Small.NOW):
            return None, place + steps
    if said.gap(place).strip() not in ("", "-", "–", "—", "־"):
        return None
    steps = said.does(place, Small.UNTIL) or (1 if said.folded[place] in _AND_OF_BETWEEN else 0)
    if not steps:
        return None
    at = place + steps
    at += said.does(at, Small.IN) if at < len(said) and said.does(at, Small.IN) and _year(said, at) is None else 0
    if at < len(said):
        if (date := _date_at(said, at)) is not None:
            return date, 0
        if now := said.does(at, Small.NOW):
            return None, at + now
    return None


_AND_OF_BETWEEN: Final = frozenset(tokens("ל"))
