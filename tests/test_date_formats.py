"""Dates as each language writes them."""

from datetime import date, datetime

import pytest
from django.utils import formats, translation

DAY = date(2026, 5, 13)


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "13 May 2026", "13 May 2026"),
        ("he", "13 במאי 2026", "13/05/2026"),
        ("am", "13 ሜይ 2026", "13/05/2026"),
    ],
)
def test_the_day_comes_before_the_month(language: str, long: str, short: str) -> None:
    with translation.override(language):
        assert formats.date_format(DAY) == long
        assert formats.date_format(DAY, "SHORT_DATE_FORMAT") == short


def test_english_writes_24_hours_and_reads_the_day_first() -> None:
    with translation.override("en"):
        assert formats.date_format(datetime(2026, 12, 3, 16, 5), "DATETIME_FORMAT") == "3 December 2026, 16:05"
        assert formats.date_format(datetime(2026, 12, 3, 16, 5), "SHORT_DATETIME_FORMAT") == "3 Dec 2026, 16:05"
        assert formats.get_format("DATE_INPUT_FORMATS")[1] == "%d/%m/%Y"
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 0, "Sunday, as Django's own English"


def test_arabic_is_written_as_beside_it_in_hebrew() -> None:
    """Day before month and 24 hours, also in the short form, which Django's Arabic lacks; 1,234.5 as everybody here writes."""
    with translation.override("ar"):
        assert formats.date_format(datetime(2026, 12, 3, 16, 5), "SHORT_DATETIME_FORMAT") == "03/12/2026 16:05"
        assert formats.number_format(1234.5, use_l10n=True, force_grouping=True) == "1,234.5"
