"""Logs: one JSON object per line, with the request's id; ids and numbers only, never names or free text."""

import json
import logging
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

request_id: ContextVar[str] = ContextVar("request_id", default="")

FACTS = ("route", "method", "status", "milliseconds", "user_id")


class RequestIdFilter(logging.Filter):
    """Puts the id of the current request on every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get()
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple):
            # Django names the path of what went wrong, and paths hold signed links: the route says enough.
            match = getattr(request, "resolver_match", None)
            route = match.route if match else "(no such route)"
            # Django escapes what is no ASCII: a link is often followed by a mark of direction, or by another script's comma.
            paths = (request.path, request.path.encode("unicode_escape").decode("ascii"))
            record.args = tuple(route if argument in paths else argument for argument in record.args)
        return True


class JsonFormatter(logging.Formatter):
    """One line of JSON per record."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            "request_id": getattr(record, "request_id", ""),
        }
        line |= {name: getattr(record, name) for name in FACTS if hasattr(record, name)}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            # The stack without the exception's words, which may quote what a person typed.
            line["exception"] = class_name(error)
            line["stack"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames(error)]
            if causes := [class_name(cause) for cause in chain(error)[1:]]:
                line["causes"] = causes
        return json.dumps({key: value for key, value in line.items() if value != ""}, ensure_ascii=False, default=str)


class PlainFormatter(logging.Formatter):
    """One line of text per record, for whoever watches a terminal; below it, the way to what went wrong.

    ``values``: also the words of exceptions, which may quote what a person typed: only where all persons are invented.
    """

    def __init__(self, fmt: str = "%(asctime)s %(levelname)s %(name)s %(message)s", *, values: bool = False) -> None:
        super().__init__(fmt)
        self.values = values

    def format(self, record: logging.LogRecord) -> str:
        kept, record.exc_text = record.exc_text, None  # another handler may have left the words there
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: Any) -> str:
        if self.values:
            return super().formatException(ei)
        lines = []
        for number, error in enumerate(chain(ei[1])):
            lines.append(f"{'caused by ' if number else ''}{class_name(error)}")
            for frame in frames(error):
                lines.append(f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}')
                lines += [f"    {frame.line}"] if frame.line else []
        return "\n".join(lines)


def class_name(error: BaseException) -> str:
    """The full name of the exception's class, without its words."""
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def frames(error: BaseException) -> list[traceback.FrameSummary]:
    """The lines of code on the way to the exception, outermost first, without the values they worked on."""
    return list(traceback.extract_tb(error.__traceback__))


def chain(error: BaseException | None) -> list[BaseException]:
    """The exception, what caused it, what caused that, and so on."""
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return found
