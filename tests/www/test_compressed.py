"""Answers are compressed by ourselves, and their length tells nothing about what is in them."""

import gzip

import pytest
from django.test import Client

from tests.factories import ServiceFactory

pytestmark = pytest.mark.django_db
TAKES = {"Accept-Encoding": "gzip, br"}


def test_a_page_is_compressed_for_whoever_takes_it(client: Client) -> None:
    plain, packed = client.get("/en/accessibility/"), client.get("/en/accessibility/", headers=TAKES)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.content) < len(plain.content) / 2
    assert b"<h1" in gzip.decompress(packed.content)


def test_the_same_page_has_many_lengths(client: Client) -> None:
    """Who cannot trust the length cannot guess a secret by it (BREACH)."""
    lengths = {len(client.get("/en/accessibility/", headers=TAKES).content) for _ in range(12)}
    assert len(lengths) > 3


def test_an_unchanged_object_is_still_not_sent_again(client: Client) -> None:
    path = f"/api/hsds/3.1.1/services/{ServiceFactory(published=True).pk}"
    first = client.get(path, headers=TAKES)
    assert first.headers["Content-Encoding"] == "gzip"
    again = client.get(path, headers=TAKES | {"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
