"""The columns this process holds are what the database says, however it came to say it."""

import threading
from datetime import time
from typing import Any
from uuid import UUID

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from kesher.areas.models import Area
from kesher.directory.models import Location, SearchChange, SearchDocument, Service
from kesher.directory.search import SearchQuery, facts_of, find, index
from kesher.directory.search import columns as held
from kesher.directory.search.columns import Columns, _Reader, columns, words_of
from kesher.directory.search.indexing import forget_changes
from tests.directory.search.town import area, organisation, service


def said(of: Columns) -> dict[UUID, Any]:
    """All that the columns say, per document."""
    return {
        row.key: {
            "name": (row.name, dict(row.names)),
            "public": bool(of.public[place]),
            "organisation": next((key for key, n in of.organisations.items() if n == of.organisation[place]), None),
            "numbers": (int(of.free[place]), int(of.remote[place]), int(of.check_by[place])),
            "hours": of.timetables[of.hours[place]],
            "sets": [sets.carried(place) for sets in (of.terms, of.languages, of.referral, of.areas)],
            "places": sorted(zip(of.latitude[of.place_of == place], of.longitude[of.place_of == place], strict=True)),
        }
        for place, row in enumerate(of.rows)
    }


def by_hand(language: str) -> list[UUID]:
    """The documents in the order of their names."""
    named = [
        ((document.sort_names.get(language, document.sort_name)), document.pk.bytes, document.pk)
        for document in SearchDocument.objects.order_by("pk")
    ]
    return [key for _, _, key in sorted(named)]


def check() -> None:
    """The columns of this process against columns read from nothing."""
    now = columns()
    assert said(now) == said(_Reader().newest())
    for language in ("he", "en"):
        order = now.in_order(language)
        assert [row.key for row in now.rows[np.argsort(order)]] == by_hand(language)
    for place, row in enumerate(now.rows):
        assert now.positions(row.key.bytes).tolist() == [place]


@pytest.fixture
def town(transactional_db: None) -> list[Service]:
    north = area("north")
    east = area("east", north)
    return [
        service("Bread", at=(32.0, 34.8), languages=("he", "ar"), organisation=organisation("Bakers"), amounts=(0,)),
        service({"en": "Roses", "he": "ורדים"}, place_area=east, hours=("MO", time(9), time(17)), remote=True),
        service("Apples", serves=north, referral_modes=["self"]),
    ]


def test_every_way_a_document_can_change_is_seen(town):
    bread, roses, apples = town
    index()
    check()
    before = held._readers[next(reversed(held._readers))]

    bread.name = {"en": "Zwieback"}
    bread.save()
    index([bread.pk])
    check()
    Service.objects.filter(pk=roses.pk).update(state="suspended")  # a trigger takes it from the public
    check()
    assert find(SearchQuery(text="roses")).total == 0
    Location.objects.filter(latitude=32.0).update(latitude=31.0)  # only the place moves
    index([bread.pk])
    check()
    assert find(SearchQuery(near=(31.0, 34.8), within_km=1)).service_ids == (bread.pk,)
    service("Milk", at=(31.0, 34.0), languages=("ru",))
    index()
    check()
    assert find(SearchQuery(languages=("ru",))).total == 1
    apples.delete()
    check()
    assert find(SearchQuery()).total == 2
    assert held._readers[next(reversed(held._readers))] is before, "read from nothing, not kept up"
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE directory_searchdocument CASCADE")
    check()
    assert find(SearchQuery()).total == 0


def test_a_list_of_keys_is_looked_up_once_and_anew_after_a_change(town, monkeypatch):
    index()
    bread, roses, _apples = town
    keys = bread.pk.bytes + roses.pk.bytes + UUID(int=7).bytes  # the last is of no document
    now = columns()
    first = now.among(keys)
    assert {now.rows[place].key for place in np.flatnonzero(first)} == {bread.pk, roses.pk}
    assert first.shape == (3,)
    assert not now.among(b"").any()
    with monkeypatch.context() as patched:
        patched.setattr(Columns, "positions", None)
        assert now.among(bytes(bytearray(keys))) is first
    for number in range(20):
        assert not now.among(UUID(int=number).bytes).any()
    assert len(now.lists) <= held.LISTS_HELD
    bread.delete()
    service("Milk")
    index()
    then = columns()
    assert {then.rows[place].key for place in np.flatnonzero(then.among(keys))} == {roses.pk}


def test_facts_of_many_are_those_of_each(town):
    """A document with several places has them in the order in which they were read, wherever it stands."""
    for latitude in (31.5, 33.0, 30.0):
        where = Location.objects.create(latitude=latitude, longitude=35.0)
        town[1].at_locations.create(location=where)
    index()
    keys = [town[2].pk, town[1].pk, UUID(int=7), town[0].pk]
    together = facts_of(keys)
    assert together == {key: facts for one in keys for key, facts in facts_of([one]).items()}
    assert list(together) == [keys[0], keys[1], keys[3]]
    assert sorted(together[keys[1]].points) == [(30.0, 35.0), (31.5, 35.0), (33.0, 35.0)]
    assert together[keys[3]].points == ((32.0, 34.8),)
    assert together[keys[0]].points == ()
    now = columns()
    for place in range(now.size):
        assert now.places_at(place).tolist() == np.flatnonzero(now.place_of == place).tolist()
    assert facts_of([]) == {}


def test_areas_below_those_served_follow_the_tree(town):
    index()
    north = Area.objects.get(code="north")
    assert find(SearchQuery(area=Area.objects.get(code="east").pk)).total == 2
    west = area("west", north)
    assert find(SearchQuery(area=west.pk)).total == 1
    assert find(SearchQuery()).facets.areas[west.pk] == 1
    Area.objects.filter(pk=west.pk).update(path="elsewhere/")
    assert find(SearchQuery(area=west.pk)).total == 0


def test_what_is_rolled_back_does_not_stay(town):
    index()
    assert columns().size == 3
    with transaction.atomic():
        service("Milk")
        index()
        assert find(SearchQuery(text="milk")).total == 1
        transaction.set_rollback(True)
    assert find(SearchQuery(text="milk")).total == 0
    check()


def test_what_commits_late_is_seen_although_others_were_read_meanwhile(town):
    """A transaction that began before the columns were read and ends after: the classic way to miss a change."""
    index()
    columns()
    wrote, read = threading.Event(), threading.Event()

    def slow() -> None:
        try:
            with transaction.atomic():
                SearchDocument.objects.filter(pk=town[0].pk).update(is_free=False)
                wrote.set()
                assert read.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert wrote.wait(20)
    SearchDocument.objects.filter(pk=town[1].pk).update(is_free=True)  # a later transaction, which ends first
    assert find(SearchQuery(free_only=True)).total == 2
    read.set()
    thread.join()
    assert find(SearchQuery(free_only=True)).service_ids == (town[1].pk,)
    check()


def test_a_long_transaction_does_not_have_changes_read_again_and_again(town, monkeypatch):
    """A backup or an import under way, anywhere on the server: what ended after it began is read once."""
    index()
    columns()
    server = connection.settings_dict
    with psycopg.connect(
        host=server["HOST"], port=server["PORT"] or None, user=server["USER"], dbname="postgres"
    ) as other:
        other.execute("SELECT pg_current_xact_id()")
        SearchDocument.objects.filter(pk=town[1].pk).update(is_free=True)
        now = columns()
        read = []
        monkeypatch.setattr(_Reader, "_read", lambda self, where, given: read.append(where))
        assert columns() is now
        assert read == []
    assert columns() is now


def test_many_new_names_find_their_places(town):
    index()
    columns().in_order("en")
    for name in ["Bread", "bread a", "bread b", "Aa", "zz", "bread aa"]:
        service(name)
        index()
        check()


def test_changes_are_dropped_after_a_day_and_columns_older_than_that_read_anew(town, monkeypatch):
    index()
    columns()
    SearchChange.objects.all().delete()
    SearchDocument.objects.filter(pk=town[0].pk).update(is_free=None)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_searchchange SET at = now() - interval '25 hours'")
    forget_changes()
    assert not SearchChange.objects.exists()
    monkeypatch.setattr(held, "OLDEST_SECONDS", -1.0)
    check()


def test_columns_asleep_for_longer_than_changes_are_kept_are_read_anew_by_the_clock_of_the_database(town):
    """A machine that slept, or was moved, comes back with a clock of its own that knows nothing of the time between."""
    index()
    columns()
    reader = held._readers[next(reversed(held._readers))]
    SearchDocument.objects.filter(pk=town[0].pk).update(is_free=None)
    SearchChange.objects.all().delete()  # the worker has dropped them meanwhile
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now())::float8")
        (now,) = cursor.fetchone()
    assert abs(reader.read_at - now) < 60
    reader.read_at -= held.OLDEST_SECONDS + 1
    check()


def test_another_start_of_the_server_means_columns_read_anew(town):
    """A data folder put back as it was last night counts its transactions from there, under the same names."""
    index()
    columns()
    reader = held._readers[next(reversed(held._readers))]
    SearchDocument.objects.filter(pk=town[0].pk).update(is_free=None)
    SearchChange.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM pg_postmaster_start_time())::text")
        (begun,) = cursor.fetchone()
    assert begun in reader.table
    reader.table = reader.table.replace(begun, "1")
    check()


def test_changes_that_came_with_a_backup_are_not_read_again_and_again(town, monkeypatch):
    """Numbers of transactions in a restored database are those of the server it was saved from, perhaps far ahead."""
    index()
    columns()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_searchchange SET xid = '1000000000000'")
    read: list[str] = []
    really = _Reader._read
    monkeypatch.setattr(_Reader, "_read", lambda self, where, given: read.append(where) or really(self, where, given))
    for _ in range(3):
        columns()
    assert read == []
    check()


def test_keys_whose_marks_would_meet_are_told_apart(db):
    factor = 0x9E3779B97F4A7C15
    one, other = UUID(int=0), UUID(int=(1 << 64) | factor)  # low xor high times factor: 0 for both
    for key in (one, other):
        SearchDocument.objects.create(service=Service.objects.create(id=key, name={"en": "x"}), sort_name="x")
    now = columns()
    assert [now.rows[place].key for place in now.positions(one.bytes + other.bytes)] == [one, other]
    assert now.positions(UUID(int=5).bytes).tolist() == []


def test_overgrown_dictionaries_are_made_anew(town, monkeypatch):
    index()
    columns()
    reader = held._readers[next(reversed(held._readers))]
    monkeypatch.setattr(_Reader, "overgrown", lambda self: self is reader)
    check()
    assert held._readers[next(reversed(held._readers))] is not reader


@pytest.mark.parametrize("words", [[], ["he"], ["a b", "c,d"], ['"', "\\", "{}"], ["", "x"]])
def test_arrays_are_read_as_postgresql_writes_them(words, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]::text", [words])
        assert words_of(cursor.fetchone()[0]) == words
