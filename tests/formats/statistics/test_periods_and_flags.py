"""Periods as every source writes them, and flags in our words."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.files import Ledger
from kesher.formats.statistics.building import Teller, number_of, settled
from kesher.formats.statistics.flags import status_of
from kesher.formats.statistics.periods import Frequency, containing, parse_period, period_of
from kesher.formats.statistics.records import WITHOUT_VALUE, Status
from kesher.formats.values import Unclean


@pytest.mark.parametrize(
    ("text", "written", "start", "end"),
    [
        ("2024", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2013.0", "2013", date(2013, 1, 1), date(2013, 12, 31)),
        ("2024-A1", "2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-S2", "2024-S2", date(2024, 7, 1), date(2024, 12, 31)),
        ("2024S1", "2024-S1", date(2024, 1, 1), date(2024, 6, 30)),
        ("2024-T3", "2024-T3", date(2024, 9, 1), date(2024, 12, 31)),
        ("2024-Q1", "2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024Q4", "2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024M05", "2024-05", date(2024, 5, 1), date(2024, 5, 31)),
        ("2024-02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-M02", "2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2020-W53", "2020-W53", date(2020, 12, 28), date(2021, 1, 3)),
        ("2024-D060", "2024-02-29", date(2024, 2, 29), date(2024, 2, 29)),
        ("2013-01-18", "2013-01-18", date(2013, 1, 18), date(2013, 1, 18)),
        ("2013-01-18T00:00:00Z", "2013-01-18", date(2013, 1, 18), date(2013, 1, 18)),
    ],
)
def test_a_period_is_read_and_written(text: str, written: str, start: date, end: date) -> None:
    period = parse_period(text)
    assert (str(period), period.start, period.end) == (written, start, end)
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    "text",
    ["", "twelve", "2024-Q5", "2024-13", "2024-02-30", "2021-W53", "2023-D366", "2024-S3", "24", "2024-Q0", "20240"],
)
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Unclean):
        parse_period(text)


@settings(deadline=None)  # what is slow is no counterexample
@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.sampled_from(list(Frequency)))
def test_each_day_lies_in_one_period_of_each_kind(day: date, frequency: Frequency) -> None:
    period = containing(day, frequency)
    assert period.start <= day <= period.end
    assert parse_period(str(period)) == period
    assert containing(period.end + timedelta(days=1), frequency).start == period.end + timedelta(days=1)


def test_a_day_may_stand_for_its_month() -> None:
    assert parse_period("2000-12-01", Frequency.MONTH) == period_of(2000, 12, Frequency.MONTH)
    with pytest.raises(Unclean):
        parse_period("2000", Frequency.MONTH)


def test_flags() -> None:
    assert status_of("bd", "eurostat") == (Status.BREAK | Status.DEFINITION, "")
    assert status_of("A") == (Status.NORMAL, "")
    assert status_of("A;F") == (Status.FORECAST, "")
    assert status_of("e") == (Status.ESTIMATED, "")  # ISTAT writes small letters into OBS_STATUS
    assert status_of("Q") == (Status.SUPPRESSED, "")
    assert status_of("§") == (Status.OTHER, "§")


@pytest.mark.parametrize("text", ["1_000", "inf", "twelve", "1.234,5"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Unclean):
        number_of(text)


@settings(deadline=None)  # what is slow is no counterexample
@given(
    st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
    st.sampled_from(["", "A", "B", "Q", "M", "Z", "bd", "c", "§"]),
    st.sampled_from([None, "", "F", "C", "N", "odd"]),
)
def test_there_is_no_value_just_where_the_status_says_so(value: float | None, flag: str, secrecy: str | None) -> None:
    notes = {"OBS_STATUS": flag} | ({} if secrecy is None else {"CONF_STATUS": secrecy})
    teller = Teller("file", Ledger())
    found, status = settled(value, Status.NORMAL if value is not None else Status.MISSING, notes, 1, teller)
    assert (found is None) == bool(status & WITHOUT_VALUE)
    if secrecy in ("C", "N", "odd"):
        assert found is None
        assert status & Status.SUPPRESSED
    if found is not None:
        assert found == value
