"""Logs carry routes and ids, never paths: a path may hold a signed link."""

import logging

import pytest
from django.test import Client

from kesher.base.logs import RequestIdFilter

pytestmark = pytest.mark.django_db


def test_what_went_wrong_is_logged_by_route(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(RequestIdFilter())
    with caplog.at_level(logging.INFO):
        assert client.get("/en/services/a-secret-key/").status_code == 404
    said = " ".join(record.getMessage() for record in caplog.records)
    assert "Not Found" in said
    assert "secret-key" not in said
