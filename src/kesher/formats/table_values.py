"""What people write into the cells of a table of services: days, costs, languages, who may refer."""

import re
from collections.abc import Iterable
from decimal import Decimal

from kesher.formats.building import name_key
from kesher.formats.hsds.languages import language_named, language_tag
from kesher.formats.records import CostRecord, LanguageRecord, ReferralMode, Weekday
from kesher.formats.remarks import say
from kesher.formats.values import Unclean, clean_text, parse_number

WEEK = [  # as many towns of this software count it
    Weekday.SUNDAY,
    Weekday.MONDAY,
    Weekday.TUESDAY,
    Weekday.WEDNESDAY,
    Weekday.THURSDAY,
    Weekday.FRIDAY,
    Weekday.SATURDAY,
]
_DAY_NAMES = {
    Weekday.SUNDAY: "su sun sunday א ראשון الأحد الاحد",
    Weekday.MONDAY: "mo mon monday ב שני الاثنين الإثنين",
    Weekday.TUESDAY: "tu tue tues tuesday ג שלישי الثلاثاء",
    Weekday.WEDNESDAY: "we wed wednesday ד רביעי الأربعاء الاربعاء",
    Weekday.THURSDAY: "th thu thur thurs thursday ה חמישי الخميس",
    Weekday.FRIDAY: "fr fri friday ו שישי الجمعة",
    Weekday.SATURDAY: "sa sat saturday ש שבת السبت",
}
_DAYS = {name_key(name): day for day, names in _DAY_NAMES.items() for name in names.split()}
_EVERY_DAY = {name_key(words) for words in ("daily", "every day", "all week", "כל יום", "כל השבוע", "كل يوم", "يوميا")}
_TO = re.compile(r"\s*(?:[-–—־]|\bto\b|\bעד\b|\bالى\b|\bإلى\b)\s*")
_DAY_WORD = re.compile(r"(?:^|(?<=\s))(?:days?|יום|ימים|ימי|يوم|ايام|أيام)\s+", re.IGNORECASE)


def parse_days(value: object) -> tuple[Weekday, ...] | None:
    """``Sun-Thu``, ``Mon, Wed``, ``א-ה``, ``يوم الأحد`` or ``daily`` as weekdays in the order of the week.

    >>> [day.value for day in parse_days("Sun-Tue; Fri")]
    ['SU', 'MO', 'TU', 'FR']
    """
    text = clean_text(value, 200)
    if text is None:
        return None
    if name_key(text) in _EVERY_DAY:
        return tuple(WEEK)
    days: set[Weekday] = set()
    for part in re.split(r"[,;/&\n]|\band\b", text):
        part = _DAY_WORD.sub("", part.strip())
        if not part:
            continue
        ends = _TO.split(part)
        known = [_DAYS.get(name_key(end)) for end in ends]
        if len(ends) > 2 or None in known:
            known = [_DAYS.get(name_key(word)) for word in part.split()]  # Mon Wed Fri
            if None in known or not known:
                raise Unclean(say.NOT_A_DAY(value=part))
            days.update(day for day in known if day)
            continue
        first, last = WEEK.index(known[0] or WEEK[0]), WEEK.index(known[-1] or WEEK[0])
        days.update(WEEK[(first + step) % 7] for step in range((last - first) % 7 + 1))
    return tuple(day for day in WEEK if day in days) or None


_CURRENCIES = {"₪": "ILS", "nis": "ILS", "ils": "ILS", "שח": "ILS", "€": "EUR", "$": "USD", "£": "GBP"}
_FREE = {name_key(words) for words in ("free", "free of charge", "no cost", "0", "חינם", "ללא עלות", "ללא תשלום")} | {
    name_key(words) for words in ("مجاني", "مجانا", "مجانًا", "بدون رسوم", "gratuit", "бесплатно", "безкоштовно")
}
_AMOUNT = re.compile(
    r"(?P<before>[^\d\s.,-]{1,4})?\s*(?P<amount>\d+(?:\.\d{1,2})?)\s*(?P<after>[^\d\s.,-][^\d\s]{0,4})?"
)


def parse_cost(value: object, language: str, currency: str | None = None) -> CostRecord | None:
    """``free`` (in seven languages), ``120``, ``₪120``, ``50 EUR`` as an amount; other words stay words.

    An amount whose currency neither the cell nor ``currency`` says stays words too.
    """
    text = clean_text(value, 1_000)
    if text is None:
        return None
    if name_key(text) in _FREE:
        return CostRecord(amount=Decimal(0), currency=currency, amount_description={language: text})
    found = _AMOUNT.fullmatch(text)
    if found:
        sign = (found["before"] or found["after"] or "").lower()
        named = _CURRENCIES.get(re.sub(r"['\"״׳]", "", sign)) or (
            sign.upper() if re.fullmatch(r"[a-z]{3}", sign) else None
        )
        if not sign or named:
            amount = parse_number(found["amount"], lowest=0, digits=9)
            if named or currency:
                return CostRecord(amount=amount, currency=named or currency)
    return CostRecord(amount_description={language: text})


def parse_language(value: object) -> LanguageRecord | None:
    """A language by name or code; one we do not know stays a name beside ``und``."""
    text = clean_text(value, 100)
    if text is None:
        return None
    code = language_named(text) or _LANGUAGES.get(name_key(text)) or (language_tag(text) if len(text) < 12 else None)
    return LanguageRecord(code=code) if code else LanguageRecord(code="und", name=text)


_LANGUAGES = {
    name_key(name): code
    for code, names in {
        "uk": "אוקראינית українська",
        "ti": "טיגרינית ትግርኛ",
        "am": "አማርኛ",
        "ar": "عربي عربية",
        "he": "العبرية עברי",
        "ru": "الروسية",
        "en": "الإنجليزية الانجليزية",
        "yi": "יידיש",
    }.items()
    for name in names.split()
}

_REFERRERS = {
    "self person yourself themselves עצמי עצמאי בעצמו": (ReferralMode.SELF,),
    "professional professionals caseworker referral partner מקצוע מקצועי מפנה مهني": (ReferralMode.PROFESSIONAL,),
    "both anyone everyone all anybody כולם الجميع": (ReferralMode.SELF, ReferralMode.PROFESSIONAL),
}
_REFERRER_WORDS = {name_key(word): modes for words, modes in _REFERRERS.items() for word in words.split()}


def parse_referrers(value: object) -> tuple[ReferralMode, ...] | None:
    """Who may refer: ``self``, ``professional``, both, ``anyone``.

    >>> [mode.value for mode in parse_referrers("self; professional")]
    ['self', 'professional']
    """
    text = clean_text(value, 200)
    if text is None:
        return None
    modes: set[ReferralMode] = set()
    for part in re.split(r"[,;/&+\n]|\band\b|\bor\b", text):
        if not part.strip():
            continue
        found = _REFERRER_WORDS.get(name_key(part))
        if found is None:
            raise Unclean(say.NOT_A_REFERRER(value=part.strip()))
        modes.update(found)
    return tuple(mode for mode in ReferralMode if mode in modes) or None


def term_code(words: str) -> str:
    """A code for a term that has only words: ``Jobs & Work`` -> ``jobs-work``."""
    code = name_key(words).replace(" ", "-")[:100]
    if not code:
        raise Unclean(say.NO_LETTERS(value=words))
    return code


def first_words(texts: Iterable[dict[str, str]]) -> str:
    """The words of the first text that has some, for identifiers."""
    return next((next(iter(text.values())) for text in texts if text), "")
