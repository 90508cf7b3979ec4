"""Structured logs: one JSON object per line, with the request's id; ids and numbers only, never names or free text."""

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

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
            record.args = tuple(route if argument == request.path else argument for argument in record.args)
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
        if record.exc_info:
            # The stack without the exception's words, which may quote what a person typed.
            kind = record.exc_info[0]
            line["exception"] = kind.__name__ if kind else ""
            line["stack"] = _stack(record)
        return json.dumps({key: value for key, value in line.items() if value != ""}, ensure_ascii=False, default=str)


def _stack(record: logging.LogRecord) -> list[str]:
    import traceback

    trace = record.exc_info[2] if record.exc_info else None
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
