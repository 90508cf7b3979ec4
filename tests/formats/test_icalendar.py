"""Appointments as iCalendar: nothing in them but what was passed in, there and back; published files read or refused."""

from datetime import UTC, date, datetime, timedelta, timezone

import icalendar as library
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.icalendar import LARGEST, Appointment, UnreadableCalendar, read, write
from kesher.formats.person_conformance import icalendar_checks
from tests.shared import SHARED, shared

MADE = datetime(2026, 11, 28, 12, tzinfo=UTC)
START = datetime(2026, 12, 1, 9, 30, tzinfo=timezone(timedelta(hours=2)))
TEXTS = st.text(alphabet="abc אבג عربي አበበ 12,;:\\\"'<>\n", max_size=90).map(str.strip)
TIMES = st.datetimes(
    min_value=datetime(1980, 1, 1),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=3))]),
).map(lambda moment: moment.replace(microsecond=0))


def appointment(**changes: object) -> Appointment:
    fields = {"uid": "a1@kesher", "starts": START, "ends": START + timedelta(minutes=45), "summary": "שיחה"}
    return Appointment(**{**fields, **changes})


@st.composite
def appointments(draw: st.DrawFn) -> Appointment:
    starts = draw(TIMES)
    cancelled = draw(st.booleans())
    return Appointment(
        uid=draw(st.uuids().map(str)),
        starts=starts,
        ends=starts + timedelta(minutes=draw(st.integers(0, 10_000))),
        summary=draw(TEXTS.filter(bool)),
        language=draw(st.sampled_from(["", "he", "ar", "en-IL", "am"])),
        location=draw(TEXTS),
        description=draw(TEXTS),
        url=draw(st.sampled_from(["", "https://kesher.example.org/a/1?x=1,2;3"])),
        cancelled=cancelled,
        sequence=draw(st.integers(0, 9)),
        remind=None if cancelled else draw(st.sampled_from([None, timedelta(hours=24), timedelta(minutes=30)])),
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(appointments(), max_size=3))
def test_appointments_come_back_as_they_went(given_ones):
    assert read(write(given_ones, made=MADE)) == tuple(given_ones)


def test_the_texts_say_their_language():
    event = library.Calendar.from_ical(write([appointment(language="he", location="ירושלים")], made=MADE)).walk(
        "VEVENT"
    )[0]
    assert {name: event[name].params["LANGUAGE"] for name in ("SUMMARY", "LOCATION")} == {
        "SUMMARY": "he",
        "LOCATION": "he",
    }


def test_nothing_stands_in_it_but_what_was_passed_in():
    lines = write([appointment(summary="Talk")], made=MADE).decode().replace("\r\n ", "").split("\r\n")
    assert sorted(lines) == sorted(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Kesher//Appointments 1//EN",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            "BEGIN:VEVENT",
            "SUMMARY:Talk",
            "DTSTART:20261201T073000Z",
            "DTEND:20261201T081500Z",
            "DTSTAMP:20261128T120000Z",
            "UID:a1@kesher",
            "CLASS:PRIVATE",
            "SEQUENCE:0",
            "STATUS:CONFIRMED",
            "END:VEVENT",
            "END:VCALENDAR",
            "",
        ]
    )


def test_lines_are_folded_and_end_as_the_standard_says():
    data = write([appointment(description="שלום " * 100)], made=MADE)
    assert max(map(len, data.split(b"\r\n"))) <= 75
    assert b"\n" not in data.replace(b"\r\n", b"")


def test_nothing_typed_can_add_a_line():
    typed = "x\r\nATTENDEE:mailto:a@example.org\x00\nEND:VEVENT"
    data = write([appointment(summary=typed, description=typed, location=typed)], made=MADE)
    (event,) = library.Calendar.from_ical(data).walk("VEVENT")
    assert "ATTENDEE" not in event
    assert read(data)[0].summary == "xATTENDEE:mailto:a@example.org\nEND:VEVENT".replace("xA", "x\nA")


def test_a_cancelled_appointment_rings_no_more():
    data = write([appointment(cancelled=True, sequence=2, remind=timedelta(hours=1))], made=MADE)
    assert b"VALARM" not in data
    assert (read(data)[0].cancelled, read(data)[0].sequence) == (True, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"uid": ""},
        {"uid": "a b"},
        {"uid": "a\r\nX:1"},
        {"uid": "x" * 256},
        {"language": "he;X=1"},
        {"language": 'he"'},
        {"url": "javascript:alert(1)"},
        {"url": "https://a.example/\r\nX:1"},
        {"starts": datetime(2026, 12, 1, 9)},
        {"starts": date(2026, 12, 1)},
        {"ends": START - timedelta(minutes=1)},
        {"sequence": -1},
    ],
)
def test_what_is_no_appointment_is_not_written(changes):
    with pytest.raises(ValueError):
        write([appointment(**changes)], made=MADE)


EVENT = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def test_days_durations_and_series_are_read():
    (day,) = read(EVENT.format("DTSTART;VALUE=DATE:20261201\r\nRRULE:FREQ=DAILY").encode())
    assert (day.starts, day.ends, day.repeats) == (date(2026, 12, 1), date(2026, 12, 2), True)
    (lasting,) = read(EVENT.format("DTSTART:20261201T090000Z\r\nDURATION:PT45M").encode())
    assert lasting.ends == datetime(2026, 12, 1, 9, 45, tzinfo=UTC)
    (moment,) = read(EVENT.format("DTSTART:20261201T090000Z").encode())
    assert moment.ends == moment.starts


def test_odd_nesting_does_no_harm():
    event = EVENT.format("DTSTART:20261201T090000Z").encode()
    deep = b"BEGIN:VCALENDAR\r\n" * 30_000 + event + b"END:VCALENDAR\r\n" * 30_000
    assert len(read(deep)) <= 1
    assert read(b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n") == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no calendar"),
        (b"\x00\x01", "no calendar"),
        (b"{}", "no calendar"),
        (b"BEGIN:VCALENDAR\r\n", "no calendar"),
        (b"\xff\xfeB\x00", "no calendar"),
        (b"/etc/passwd", "no calendar"),
        (b"BEGIN:" * 10_000, "no calendar"),
        (b"x" * (LARGEST + 1), "larger than"),
        (EVENT.format("SUMMARY:x").encode(), r"appointment 1 \(1\): it has no start"),
        (EVENT.format("DTSTART:yesterday").encode(), r"appointment 1 \(1\): DTSTART is no date"),
        (EVENT.format("DTSTART:20261301T000000Z").encode(), r"appointment 1 \(1\): DTSTART is no date"),
        (EVENT.format("DTSTART:20261201T090000Z\r\nDTEND:later").encode(), r"appointment 1 \(1\): DTEND is no date"),
        (
            EVENT.format("DTSTART:20261201T090000Z\r\nDURATION:P99999999999D").encode(),
            r"appointment 1 \(1\): DURATION is no length",
        ),
        (
            EVENT.format("DTSTART:20261201T090000Z\r\nDURATION:P9999999D").encode(),
            r"appointment 1 \(1\): its end is no time",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(content, said):
    with pytest.raises(UnreadableCalendar, match=said) as caught:
        read(content)
    assert len(str(caught.value)) < 400


@pytest.mark.conformance
@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::DeprecationWarning")
def test_every_published_file_is_read_or_refused():
    shared("conformance/icalendar/READ_MATRIX.json")
    checks = list(icalendar_checks(SHARED))
    assert [(name, said) for name, passed, said in checks if not passed] == []
    assert len(checks) == 2 * 160
