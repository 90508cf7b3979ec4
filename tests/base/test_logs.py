"""Logs carry routes and ids, never paths (one may hold a signed link), and never what a person typed."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import path

from kesher.base.logs import JsonFormatter, PlainFormatter, RequestIdFilter
from kesher.cli import checks
from kesher.settings import Environment
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NAME = "Rivka Example-Levi"


@contextmanager
def written(formatter: logging.Formatter) -> Iterator[io.StringIO]:
    """What a handler with this formatter writes of everything that is logged meanwhile."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    handler.addFilter(RequestIdFilter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def _fails_with_what_was_typed(request):  # type: ignore[no-untyped-def]
    typed = request.POST["name"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE typed (name text UNIQUE) ON COMMIT DROP")
        try:
            # PostgreSQL quotes the value in its words: Key (name)=(…) already exists.
            cursor.execute("INSERT INTO typed VALUES (%s), (%s)", [typed, typed])
        except IntegrityError as error:
            raise ValueError(f"cannot save {typed}") from error


urlpatterns = [path("fails", _fails_with_what_was_typed)]


@pytest.mark.urls("tests.base.test_logs")
@pytest.mark.parametrize("formatter", [JsonFormatter(), PlainFormatter()], ids=["json", "plain"])
def test_what_a_person_typed_is_in_no_log(client: Client, formatter: logging.Formatter) -> None:
    client.raise_request_exception = False
    client.force_login(UserFactory())  # this page is on no list of open ones
    with written(PlainFormatter(values=True)) as debugging, written(formatter) as log:
        assert client.post("/fails", {"name": NAME}).status_code == 500
    said = log.getvalue()
    assert NAME in debugging.getvalue(), "the exception does quote it; only debugging shows its words"
    assert NAME not in said
    assert "ValueError" in said
    assert "IntegrityError" in said
    assert "_fails_with_what_was_typed" in said, "the code lines are there"


def test_json_is_one_object_a_line() -> None:
    with written(JsonFormatter()) as log:
        try:
            raise ValueError(NAME)
        except ValueError:
            logging.getLogger("x").exception("two\nlines")
    [line] = log.getvalue().splitlines()
    found = json.loads(line)
    assert (found["message"], found["exception"]) == ("two\nlines", "ValueError")


@pytest.mark.parametrize(
    ("given", "format"),
    [
        ({}, "json"),
        ({"KESHER_DEMO": "1"}, "plain"),
        ({"KESHER_DEBUG": "1"}, "plain"),
        ({"KESHER_LOG": "plain"}, "plain"),
        ({"KESHER_LOG": "json", "KESHER_DEMO": "1"}, "json"),
    ],
)
def test_a_portal_in_production_logs_json(given: dict[str, str], format: str) -> None:
    assert Environment.read({"KESHER_SECRET_KEY": "x", **given}).log_format == format


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="KESHER_LOG"):
        Environment.read({"KESHER_SECRET_KEY": "x", "KESHER_LOG": "xml"})


def test_check_warns_of_plain_logs(settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO = False
    settings.ENVIRONMENT = Environment.read({"KESHER_SECRET_KEY": "x", "KESHER_LOG": "plain"})
    assert checks.logs().status is checks.Status.WARN
    settings.ENVIRONMENT = Environment.read({"KESHER_SECRET_KEY": "x"})
    assert checks.logs().status is checks.Status.OK


@pytest.mark.parametrize(
    "path",
    [
        "/en/services/a-secret-key/",
        "/en/call-back/a-secret-key/take-back/",
        "/en/call-back/a-secret-key\u200f/",  # as a link stands in a message written from right to left
        "/en/call-back/a-secret-key/take-back/\u060c",
        "/he/no-such-room/a-secret-key\\",
        "/he/no-such-room/a-secret-key%0A",
    ],
)
@pytest.mark.django_db
def test_what_went_wrong_is_logged_by_route(client: Client, caplog: pytest.LogCaptureFixture, path: str) -> None:
    caplog.handler.addFilter(RequestIdFilter())
    with caplog.at_level(logging.INFO):
        assert client.get(path).status_code == 404
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "Not Found" in said
    assert "secret-key" not in said
