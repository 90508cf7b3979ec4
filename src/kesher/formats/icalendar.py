"""Appointments as iCalendar (RFC 5545): written for a person's own calendar, read from one. Parsing and folding: ``icalendar``.

Written is what is passed in and nothing else: whose appointment it is, with whom and why stand in it only if the caller puts
them into a text. Every appointment is ``CLASS:PRIVATE``, so that shared calendars show "busy" to others. Times go out in UTC:
a calendar shows them in its own zone, and no definition of zones can be wrong. A change keeps the ``uid`` and raises
``sequence`` (section 3.8.7.4); a cancelled appointment is sent again with ``cancelled``.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from icalendar import Alarm, Calendar, Component, Event, vText, vUri
from icalendar.prop.broken import vBroken

LARGEST = 5_000_000
"""Bytes of a file that is read."""
MOST = 10_000
"""Appointments of one file."""
PRODUCT: Final = "-//Kesher//Appointments 1//EN"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")
_NAME = re.compile(r"[!-~]{1,255}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


class UnreadableCalendar(ValueError):
    """A calendar that cannot be read, with what is wrong."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment. ``starts`` and ``ends`` carry their zone when written; a day without a time is a :class:`date`.

    ``uid`` is for ever the same, tells nothing of anybody, and holds no space. ``language``: BCP 47 tag of the texts.
    ``remind``: how long before the start to ring. ``repeats`` is only read: Kesher writes each appointment by itself.
    """

    uid: str
    starts: date | datetime
    ends: date | datetime
    summary: str
    language: str = ""
    location: str = ""
    description: str = ""
    url: str = ""
    cancelled: bool = False
    sequence: int = 0
    remind: timedelta | None = None
    repeats: bool = False


# --- out --------------------------------------------------------------------------------------------------------------


def write(appointments: list[Appointment], *, made: datetime) -> bytes:
    """The appointments as one calendar; ``made``: when, with its zone. :class:`ValueError` for what is no appointment."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for appointment in appointments:
        calendar.add_component(_event(appointment, made=_utc(made, "the time it is made")))
    return bytes(calendar.to_ical())


def _utc(moment: date | datetime, what: str) -> datetime:
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise ValueError(f"{what} needs a time with its zone")
    return moment.astimezone(UTC).replace(microsecond=0)


def _text(event: Component, name: str, text: str, language: str) -> None:
    if text := _CONTROLS.sub("", text).strip():
        event.add(name, vText(text), parameters={"LANGUAGE": language} if language else {})


def _event(one: Appointment, *, made: datetime) -> Event:
    if not _NAME.fullmatch(one.uid):
        raise ValueError("the uid of an appointment is 1 to 255 visible Latin letters and signs")
    if one.language and not _LANGUAGE.fullmatch(one.language):
        raise ValueError(f"“{one.language[:40]}” is no tag of a language")
    if one.url and not _ADDRESS.fullmatch(one.url):
        raise ValueError("the url of an appointment begins with https:// or http:// and holds no space")
    starts, ends = _utc(one.starts, "the start"), _utc(one.ends, "the end")
    if ends < starts:
        raise ValueError("an appointment ends after it starts")
    if one.sequence < 0:
        raise ValueError("the sequence of an appointment counts from 0")
    event = Event()
    event.add("uid", one.uid)
    event.add("dtstamp", made)
    event.add("dtstart", starts)
    event.add("dtend", ends)
    for name, text in (("summary", one.summary), ("location", one.location), ("description", one.description)):
        _text(event, name, text, one.language)
    if one.url:
        event.add("url", vUri(one.url))
    event.add("class", "PRIVATE")
    event.add("sequence", one.sequence)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    if one.remind is not None and not one.cancelled:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("trigger", -abs(one.remind))
        _text(alarm, "description", one.summary or "-", one.language)
        event.add_component(alarm)
    return event


# --- in ---------------------------------------------------------------------------------------------------------------


def parse(data: bytes) -> list[Component]:
    """The components of a file; :class:`UnreadableCalendar` for what is none."""
    if len(data) > LARGEST:
        raise UnreadableCalendar(f"the file is larger than {LARGEST:,} bytes")
    try:
        found = Component.from_ical(data, multiple=True)
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError, OverflowError) as fault:
        raise UnreadableCalendar(f"the file is no calendar: {str(fault)[:200]}") from None
    components = list(found) if isinstance(found, list) else [found]
    if not components:
        raise UnreadableCalendar("the file holds no calendar")
    return components


def read(data: bytes) -> tuple[Appointment, ...]:
    """The appointments (VEVENT) of a file. What else is in it (tasks, journals, free time) is passed over.

    An event without a start, or with one that is no time, is refused with its uid: half a calendar would look whole.
    """
    events = [event for component in parse(data) for event in component.walk("VEVENT")]
    if len(events) > MOST:
        raise UnreadableCalendar(f"the file holds more than {MOST:,} appointments")
    return tuple(_appointment(event, number) for number, event in enumerate(events, 1))


def _meant(value: Any) -> Any:
    """The Python value of a property, the first where there are several; None for one that is broken."""
    value = value[0] if isinstance(value, list) and value else value
    return None if isinstance(value, vBroken) else getattr(value, "dt", None)


def _moment(event: Component, name: str, where: str) -> date | datetime | None:
    if name not in event:
        return None
    moment = _meant(event[name])
    if not isinstance(moment, date):
        raise UnreadableCalendar(f"{where}: {name} is no date and no time")
    return moment


def _words(event: Component, name: str) -> tuple[str, str]:
    """A text and the language it says it is in; the first where there are several."""
    value: Any = event.get(name, "")
    value = value[0] if isinstance(value, list) and value else value
    return str(value), "" if isinstance(value, vBroken) else str(getattr(value, "params", {}).get("LANGUAGE", ""))


def _appointment(event: Component, number: int) -> Appointment:
    uid = _words(event, "UID")[0]
    where = f"appointment {number}" + (f" ({uid[:80]})" if uid else "")
    starts = _moment(event, "DTSTART", where)
    if starts is None:
        raise UnreadableCalendar(f"{where}: it has no start (DTSTART)")
    ends = _moment(event, "DTEND", where)
    if ends is None:
        lasts = _meant(event.get("DURATION"))
        if "DURATION" in event and not isinstance(lasts, timedelta):
            raise UnreadableCalendar(f"{where}: DURATION is no length of time")
        try:
            # RFC 5545, section 3.6.1: without an end, a day lasts a day and a time no time at all.
            ends = starts + (lasts or timedelta(days=0 if isinstance(starts, datetime) else 1))
        except (OverflowError, TypeError):
            raise UnreadableCalendar(f"{where}: its end is no time there is") from None
    summary, language = _words(event, "SUMMARY")
    sequence = event.get("SEQUENCE", 0)
    return Appointment(
        uid=uid,
        starts=starts,
        ends=ends,
        summary=summary,
        language=language,
        location=_words(event, "LOCATION")[0],
        description=_words(event, "DESCRIPTION")[0],
        url=_words(event, "URL")[0],
        cancelled=_words(event, "STATUS")[0].upper() == "CANCELLED",
        sequence=int(sequence) if isinstance(sequence, int) else 0,
        remind=_reminder(event),
        repeats="RRULE" in event or "RDATE" in event,
    )


def _reminder(event: Component) -> timedelta | None:
    """How long before the start the first alarm rings; None for one that rings at a time of its own or after it."""
    for alarm in event.walk("VALARM"):
        trigger = _meant(alarm.get("TRIGGER"))
        if isinstance(trigger, timedelta) and trigger <= timedelta(0):
            return -trigger
    return None
