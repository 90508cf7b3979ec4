"""Lengths and dates as they are said in seven languages, and what only looks like one."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.coding.said_text import SaidText
from kesher.engine.coding.said_times import Time, TimeKind, times


def said(text: str, language: str) -> list[Time]:
    return times(SaidText(text, language))


#: Language, words, months.
LENGTHS = [
    ("en", "ten years", 120),
    ("en", "10 years", 120),
    ("en", "12yrs", 144),
    ("en", "twenty-two years", 264),
    ("en", "a year", 12),
    ("en", "half a year", 6),
    ("en", "eight and a half years", 102),
    ("en", "one and a half years", 18),
    ("en", "2.5 years", 30),
    ("en", "a couple of years", 24),
    ("en", "six months", 6),
    ("en", "two weeks", 0.5),
    ("fr", "dix ans", 120),
    ("fr", "un an et demi", 18),
    ("fr", "vingt et un ans", 252),
    ("fr", "une dizaine d'années", 120),
    ("fr", "six mois", 6),
    ("he", "עשר שנים", 120),
    ("he", "שנתיים", 24),
    ("he", "ושנתיים", 24),
    ("he", "כשנתיים", 24),
    ("he", "חודשיים", 2),
    ("he", "שנה", 12),
    ("he", "שנה וחצי", 18),
    ("he", "שנתיים וחצי", 30),
    ("he", "חצי שנה", 6),
    ("he", "11 שנה", 132),
    ("he", "חמש עשרה שנה", 180),
    ("he", "עשרים ושתיים שנים", 264),
    ("he", "שלושה חודשים", 3),
    ("ar", "خمس سنوات", 60),
    ("ar", "سنتين", 24),
    ("ar", "وسنتين", 24),
    ("ar", "عامين", 24),
    ("ar", "شهرين", 2),
    ("ar", "سنة", 12),
    ("ar", "سنة ونص", 18),
    ("ar", "سنتين ونصف", 30),
    ("ar", "نص سنة", 6),
    ("ar", "١٠ سنوات", 120),
    ("ar", "خمس عشرة سنة", 180),
    ("ar", "خمسة وعشرين سنة", 300),
    ("ar", "ستة أشهر", 6),
    ("ru", "десять лет", 120),
    ("ru", "двадцать два года", 264),
    ("ru", "полтора года", 18),
    ("ru", "полгода", 6),
    ("ru", "год", 12),
    ("ru", "лет восемь", 96),
    ("ru", "два с половиной года", 30),
    ("ru", "5 месяцев", 5),
    ("uk", "дванадцять років", 144),
    ("uk", "дев'ять років", 108),
    ("uk", "півтора року", 18),
    ("uk", "пів року", 6),
    ("uk", "рік", 12),
    ("uk", "три місяці", 3),
    ("am", "አስር ዓመት", 120),
    ("am", "ለአምስት ዓመት", 60),
    ("am", "አስራ ሁለት ዓመት", 144),
    ("am", "አንድ ዓመት ተኩል", 18),
    ("am", "ስድስት ወር", 6),
    ("am", "ለ10 ዓመት", 120),
]


@pytest.mark.parametrize(("language", "words", "months"), LENGTHS)
def test_a_length_is_heard_alone_and_inside_a_sentence(language, words, months):
    for text in (words, f"xyz, {words}, xyz"):
        [time] = said(text, language)
        assert (time.kind, time.months, time.since, time.until) == (TimeKind.DURATION, months, None, None)
        assert SaidText(text, language).part(time.first, time.behind) in (words, words.removeprefix("a "))


#: Language, words, since, until, goes on.
DATES = [
    ("en", "2008-2014", (2008, 0), (2014, 0), False),
    ("en", "2015 – 2021", (2015, 0), (2021, 0), False),
    ("en", "from 2009 to 2016", (2009, 0), (2016, 0), False),
    ("en", "03/2015 - 11/2018", (2015, 3), (2018, 11), False),
    ("en", "since 2015", (2015, 0), None, True),
    ("en", "since March 2021", (2021, 3), None, True),
    ("en", "2018 - present", (2018, 0), None, True),
    ("en", "until 2019", None, (2019, 0), False),
    ("en", "since '98", (1998, 0), None, True),
    ("fr", "de 2006 à 2015", (2006, 0), (2015, 0), False),
    ("fr", "depuis 2011", (2011, 0), None, True),
    ("fr", "janvier 2010", (2010, 1), None, False),
    ("he", "מ-2008 עד 2014", (2008, 0), (2014, 0), False),
    ("he", "מאז 2019", (2019, 0), None, True),
    ("he", "ומאז 2019", (2019, 0), None, True),
    ("he", "משנת 2010", (2010, 0), None, True),
    ("he", "2019-היום", (2019, 0), None, True),
    ("ar", "من ٢٠٠٨ إلى ٢٠١٤", (2008, 0), (2014, 0), False),
    ("ar", "منذ 2015", (2015, 0), None, True),
    ("ar", "من ٢٠١٨ حتى الآن", (2018, 0), None, True),
    ("ru", "с 2005 по 2013 год", (2005, 0), (2013, 0), False),
    ("ru", "с 2012 года", (2012, 0), None, True),
    ("ru", "с марта 2016", (2016, 3), None, True),
    ("uk", "з 2010 по 2019", (2010, 0), (2019, 0), False),
    ("uk", "з 2022 року", (2022, 0), None, True),
    ("am", "ከ2010 እስከ 2015", (2010, 0), (2015, 0), False),
    ("am", "ከ2010 ጀምሮ", (2010, 0), None, True),
]


@pytest.mark.parametrize(("language", "words", "since", "until", "current"), DATES)
def test_dates_are_heard(language, words, since, until, current):
    [time] = said(words, language)
    assert (time.kind, time.since, time.until, time.current) == (TimeKind.DATES, since, until, current)
    assert time.months is None


def test_a_year_in_amharic_may_be_of_the_other_calendar():
    assert said("ከ2007 ጀምሮ", "am")[0].ethiopic
    assert not said("እ.ኤ.አ. ከ2015 ጀምሮ", "am")[0].ethiopic
    assert not said("since 2015", "en")[0].ethiopic


#: Language, text, kind of the one time in it.
NO_LENGTH = [
    ("en", "I am 45 years old", TimeKind.AGE),
    ("en", "sold it five years ago", TimeKind.AGO),
    ("fr", "J'ai 44 ans", TimeKind.AGE),
    ("fr", "il y a cinq ans", TimeKind.AGO),
    ("he", "אני בת 47", TimeKind.AGE),
    ("he", "בן 45 שנים", TimeKind.AGE),
    ("he", "לפני חמש שנים", TimeKind.AGO),
    ("ar", "عمري 38 سنة", TimeKind.AGE),
    ("ar", "قبل خمس سنوات", TimeKind.AGO),
    ("ru", "Мне 50 лет", TimeKind.AGE),
    ("ru", "с 15 лет", TimeKind.AGE),
    ("ru", "пять лет назад", TimeKind.AGO),
    ("uk", "Мені 35 років", TimeKind.AGE),
    ("uk", "п'ять років тому", TimeKind.AGO),
    ("am", "ከ5 ዓመት በፊት", TimeKind.AGO),
]


@pytest.mark.parametrize(("language", "text", "kind"), NO_LENGTH)
def test_ages_and_points_in_the_past_are_no_lengths(language, text, kind):
    [time] = said(text, language)
    assert time.kind is kind


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "5,000 a month for 3 children and 10 workers"),
        ("he", "שלושה ילדים וכל שנה חופש"),
        ("ar", "خمسة أولاد"),
        ("ru", "трое детей, 5-й разряд"),
        ("en", "room 2300, phone 052 123 4567"),
    ],
)
def test_numbers_of_other_things_are_no_times(language, text):
    assert said(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "about ten years"),
        ("en", "5-6 years"),
        ("he", "בערך שלוש שנים"),
        ("ru", "лет восемь"),
        ("ar", "حوالي خمس سنوات"),
    ],
)
def test_about_is_told(language, text):
    [time] = said(text, language)
    assert time.about
    assert time.months is not None


@pytest.mark.parametrize(
    ("language", "text"),
    [("ar", "منذ سبع سنوات"), ("fr", "depuis 7 ans"), ("ru", "последние полтора года"), ("uk", "останні 4 роки")],
)
def test_a_length_up_to_today_goes_on(language, text):
    [time] = said(text, language)
    assert (time.kind, time.current) == (TimeKind.DURATION, True)


@pytest.mark.parametrize("digit", ["1", "٣", "9"])
@pytest.mark.parametrize(
    "wording", ["{}", "since {}", "{}/2015", "{} years", "2.{} years", "from {} to {}", "until {}"]
)
def test_digits_without_end_are_no_number(digit, wording):
    """Python makes no number of more than 4,300 digits: who pasted them was shown an error of the server."""
    for language in ("en", "he", "ar", "ru", "am", "fr"):
        said(wording.replace("{}", digit * 5_000), language)


def test_nothing_is_read_over_a_full_stop():
    """The last years of the second sentence say nothing of the first."""
    first, second = said("стаж пятнадцать лет. Последние полтора года", "ru")
    assert (first.months, first.current, second.months, second.current) == (180, False, 18, True)


@given(st.text(), st.sampled_from(["en", "fr", "he", "ar", "ru", "uk", "am"]))
def test_any_text_is_read_without_fault_and_times_do_not_overlap(text, language):
    whole = SaidText(text, language)
    found = times(whole)
    assert all(0 <= time.first < time.behind <= len(whole) for time in found)
    assert all(one.behind <= other.first for one, other in pairwise(found))


@given(
    st.integers(1, 60),
    st.sampled_from([("en", "{} years"), ("he", "{} שנים"), ("ar", "{} سنوات"), ("ru", "{} лет"), ("am", "{} ዓመት")]),
)
def test_every_number_of_years_in_digits_is_heard(years, wording):
    language, words = wording
    [time] = said(words.format(years), language)
    assert time.months == 12 * years
