"""One value at a time: what is cleaned, what is refused."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.formats import values
from kesher.formats.remarks import REMARKS
from kesher.formats.values import Unclean

CLEANED = [
    (values.clean_text, "  a\x00b\x07 ", "ab"),
    (values.clean_text, "one\r\ntwo\u2028three", "one\ntwo\nthree"),
    (values.clean_text, "שלו\u202eם", "שלום"),
    (values.clean_text, "\ud800x", "x"),
    (values.clean_text, "e\u0301", "é"),
    (values.clean_text, " \t ", None),
    (values.clean_text, 42, "42"),
    (values.clean_url, "www.example.org", "https://www.example.org"),
    (values.clean_url, "HTTP://Example.org/A b".replace(" ", "%20"), "http://example.org/A%20b"),
    (values.clean_url, "https://example.org/חוג?q=א#ב", "https://example.org/%D7%97%D7%95%D7%92?q=%D7%90#%D7%91"),
    (values.clean_url, "https://bücher.example", "https://xn--bcher-kva.example"),
    (values.clean_url, "example.org:8080/x", "https://example.org:8080/x"),
    (values.clean_url, "//example.org/100%", "https://example.org/100%25"),
    (values.clean_email, "mailto:Dana@example.org", "Dana@example.org"),
    (values.clean_email, "<a.b+c@mail.example.org>", "a.b+c@mail.example.org"),
    (values.parse_time, "9:00am", time(9)),
    (values.parse_time, "12:00 PM", time(12)),
    (values.parse_time, "12:15 a.m.", time(0, 15)),
    (values.parse_time, "17.30", time(17, 30)),
    (values.parse_time, "9am", time(9)),
    (values.parse_time, "09:00:00+02:00", time(9)),
    (values.parse_time, "10:00Z", time(10)),
    (values.parse_time, "24:00", time(0)),
    (values.parse_time, "noon", time(12)),
    (values.parse_date, "2024-01-31", date(2024, 1, 31)),
    (values.parse_date, "2024-01-31T10:00:00Z", date(2024, 1, 31)),
    (values.parse_date, "31/1/2024", date(2024, 1, 31)),
    (values.parse_date, "1.31.2024", date(2024, 1, 31)),
    (values.parse_date, "05-05-2024", date(2024, 5, 5)),
    (values.parse_datetime, "2024-09-25T14:23:06.5+01:00", datetime(2024, 9, 25, 13, 23, 6, 500000, tzinfo=UTC)),
    (values.parse_datetime, "2024-09-25", datetime(2024, 9, 25, tzinfo=UTC)),
    (values.parse_flag, "Yes", True),
    (values.parse_flag, 0, False),
    (values.parse_number, "12.50", Decimal("12.50")),
    (values.parse_number, 0.1, Decimal("0.1")),
    (values.parse_integer, "12.0", 12),
]
REFUSED = [
    (values.clean_text, ["a"], "text-expected"),
    (values.clean_text, True, "text-expected"),
    (values.clean_url, "call us", "not-one-web-address"),
    (values.clean_url, "ftp://example.org", "not-http"),
    (values.clean_url, "data:text/html,x", "not-http"),
    (values.clean_url, "https://user:secret@example.org", "password-in-address"),
    (values.clean_url, "https://-a.org", "no-host"),
    (values.clean_url, "https://[::1", "not-a-web-address"),
    (values.clean_email, "none", "not-an-email"),
    (values.clean_email, "a@b", "not-an-email"),
    (values.clean_email, "a b@example.org", "not-an-email"),
    (values.parse_time, "8", "not-a-time"),
    (values.parse_time, "8:00m", "not-a-time"),
    (values.parse_time, "13:00pm", "not-a-time"),
    (values.parse_time, "6:300pm", "not-a-time"),
    (values.parse_time, "830am", "not-a-time"),
    (values.parse_time, "٩:٠٠", "not-a-time"),
    (values.parse_date, "2024-13-01", "not-a-date"),
    (values.parse_date, "03/04/2024", "two-dates"),
    (values.parse_date, "spring", "not-a-date"),
    (values.parse_datetime, "2024-01-01T99:00", "not-a-moment"),
    (values.parse_flag, "maybe", "not-a-flag"),
    (values.parse_number, "1,5", "not-a-number"),
    (values.parse_number, "1e30", "too-many-digits"),
    (values.parse_number, float("nan"), "not-a-number-we-take"),
    (values.parse_number, True, "number-expected"),
    (values.parse_integer, "1.5", "not-whole"),
]


@pytest.mark.parametrize(("parse", "value", "clean"), CLEANED)
def test_cleaned(parse, value, clean):
    assert parse(value) == clean


@pytest.mark.parametrize(("parse", "value", "code"), REFUSED)
def test_refused_with_reason_and_remedy(parse, value, code):
    with pytest.raises(Unclean) as raised:
        parse(value)
    said = raised.value.said
    assert said.code == code
    assert said == REMARKS[code](**said.params)


def test_a_number_too_long_to_print_is_refused():
    for parse in (values.clean_text, values.parse_number, values.parse_date):
        with pytest.raises(Unclean):
            parse(10**5000)


@pytest.mark.parametrize(
    "parse", [value for name, value in vars(values).items() if name.startswith(("clean_", "parse_"))]
)
def test_nothing_is_nothing(parse):
    assert parse(None) is None
    assert parse("") is None
    assert parse("  ") is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(json_values)
def test_whatever_comes_is_cleaned_or_refused(value):
    for name, parse in vars(values).items():
        if name.startswith(("clean_", "parse_")):
            try:
                found = parse(value)
                if isinstance(found, str):
                    assert parse(found) == found, "cleaning twice changes nothing"
            except Unclean:
                pass


@given(st.times().map(lambda moment: moment.replace(microsecond=0)), st.dates(min_value=date(1000, 1, 1)))
def test_iso_forms_come_back(moment, day):
    assert values.parse_time(moment.isoformat()) == moment
    assert values.parse_date(day.isoformat()) == day


def test_a_date_is_read_as_its_source_writes():
    assert values.parse_date("03/04/2024", day_first=True) == date(2024, 4, 3)
    assert values.parse_date("03/04/2024", day_first=False) == date(2024, 3, 4)
