"""Filters and counts against a plain reading of the rules in Python, over small random directories."""

import math
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.areas.models import Area
from kesher.directory.models import Service, Taxonomy, Term
from kesher.directory.search import Facets, SearchQuery, find, index
from tests.directory.search.town import area, organisation, service

pytestmark = pytest.mark.django_db

# north > (east, west); themes a > (b > c), d
TREE = {"north": None, "east": "north", "west": "north"}
THEMES = {"a": None, "b": "a", "c": "b", "d": None}
PLACES = [(32.0, 34.8), (32.05, 34.8), (31.25, 34.79), (32.0, 179.99), (89.9, 10.0)]
HOURS = [("MO", time(9), time(17)), ("SU", time(22), time(2)), ("MO,WE", time(0), time(23, 59))]
MOMENTS = [datetime(2026, 11, 23, 8, tzinfo=UTC), datetime(2026, 11, 22, 23, 30, tzinfo=UTC)]

offers = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["bread", "Bread and roses", "roses", "כלנית", "apple"]),
        "state": st.sampled_from(["published", "published", "published", "draft", "suspended", "archived"]),
        "organisation": st.sampled_from([None, "approved", "pending"]),
        "terms": st.lists(st.sampled_from(sorted(THEMES)), unique=True, max_size=2).map(tuple),
        "languages": st.lists(st.sampled_from(["he", "ar-IL", "en"]), unique=True, max_size=2).map(tuple),
        "amounts": st.sampled_from([(), (0,), (10,), (0, 10)]),
        "remote": st.sampled_from([None, True, False]),
        "referral_modes": st.sampled_from([[], ["self"], ["professional"], ["self", "professional"]]),
        "at": st.sampled_from([None, *PLACES]),
        "place_area": st.sampled_from([None, *TREE]),
        "serves": st.sampled_from([None, *TREE]),
        "hours": st.sampled_from([None, *HOURS]),
    }
)
questions = st.fixed_dictionaries(
    {
        "text": st.sampled_from(["", "", "bread", "roses"]),
        "themes": st.sampled_from([(), ("a",), ("b",), ("c", "d"), ("nothing",)]),
        "area": st.sampled_from([None, *TREE]),
        "languages": st.sampled_from([(), ("he",), ("ar", "en")]),
        "free_only": st.booleans(),
        "remote": st.sampled_from([None, None, True, False]),
        "referral": st.sampled_from([None, None, "self", "professional"]),
        "near": st.sampled_from([None, *PLACES]),
        "within_km": st.sampled_from([None, 1.0, 10.0, 200.0, 30_000.0]),
        "open_at": st.sampled_from([None, None, *MOMENTS]),
    }
)


def above(key: str, tree: dict[str, str | None]) -> set[str]:
    line = {key}
    while (key := tree[key]) is not None:
        line.add(key)
    return line


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The spherical law of cosines by vectors: another way to the same number."""
    points = []
    for latitude, longitude in (one, other):
        a, b = math.radians(latitude), math.radians(longitude)
        points.append((math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a)))
    chord = math.dist(*points)
    return 2 * 6371.0088 * math.asin(min(1, chord / 2))


def covered(offer: dict[str, Any]) -> set[str]:
    """The areas under which the offer is found."""
    found = set()
    for place in (offer["place_area"], offer["serves"]):
        if place:
            found |= above(place, TREE)
    return found | {key for key in TREE if offer["serves"] in above(key, TREE)}


def free(offer: dict[str, Any]) -> bool | None:
    return None if not offer["amounts"] else not any(offer["amounts"])


def is_open(offer: dict[str, Any], at: datetime) -> bool:
    if offer["hours"] is None:
        return False
    from zoneinfo import ZoneInfo

    from django.conf import settings as site

    local = at.astimezone(ZoneInfo(site.TIME_ZONE))
    days, opens, closes = offer["hours"]
    week = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
    today, yesterday = week[local.weekday()], week[local.weekday() - 1]
    now = local.time()
    if closes == time(23, 59):
        return today in days.split(",")
    if closes > opens:
        return today in days.split(",") and opens <= now < closes
    return (today in days.split(",") and now >= opens) or (yesterday in days.split(",") and now < closes)


def missed(offer: dict[str, Any], question: dict[str, Any]) -> set[str]:
    """The kinds of filters an offer does not meet."""
    kinds = set()
    themes = {key for term in offer["terms"] for key in above(term, THEMES)}
    if question["themes"] and not themes & set(question["themes"]):
        kinds.add("theme")
    if question["area"] and question["area"] not in covered(offer):
        kinds.add("area")
    if question["languages"] and not {code[:2] for code in offer["languages"]} & set(question["languages"]):
        kinds.add("language")
    if question["free_only"] and free(offer) is not True:
        kinds.add("cost")
    if question["remote"] is not None and offer["remote"] is not question["remote"]:
        kinds.add("remote")
    if question["referral"] and question["referral"] not in offer["referral_modes"]:
        kinds.add("referral")
    near, within = question["near"], question["within_km"]
    if near and within and (offer["at"] is None or kilometres(near, offer["at"]) > within):
        kinds.add("other")
    if question["open_at"] and not is_open(offer, question["open_at"]):
        kinds.add("other")
    return kinds


class _Undo(Exception):
    pass


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(offers, max_size=8), st.lists(questions, min_size=1, max_size=4))
def test_what_is_found_and_counted_is_what_the_rules_say(offered, asked):
    try:
        with transaction.atomic():
            _compare(offered, asked)
            raise _Undo
    except _Undo:
        pass


def _compare(offered: list[dict[str, Any]], asked: list[dict[str, Any]]) -> None:
    areas: dict[str, Area] = {}
    for key, parent in TREE.items():
        areas[key] = area(key, areas[parent] if parent else None)
    taxonomy = Taxonomy.objects.create(slug="t", name={"en": "t"})
    terms: dict[str, Term] = {}
    for key, parent in THEMES.items():
        terms[key] = Term.objects.create(
            taxonomy=taxonomy, code=key, name={"en": f"theme{key}"}, parent=terms[parent] if parent else None, path=key
        )
    owners = {"approved": organisation(), "pending": organisation(state="pending"), None: None}
    made: dict[UUID, dict[str, Any]] = {}
    for offer in offered:
        changes = {
            "organisation": owners[offer["organisation"]],
            "place_area": areas.get(offer["place_area"]),
            "serves": areas.get(offer["serves"]),
        }
        made[service(**(offer | changes)).pk] = offer
    index()
    public = {k: o for k, o in made.items() if o["state"] == "published" and o["organisation"] != "pending"}
    assert set(Service.objects.published().filter(id__in=public).values_list("id", flat=True)) == set(public)
    for question in asked:
        word = question["text"]
        spoken = {k: o for k, o in public.items() if not word or word in o["name"].lower()}
        without = {key: missed(offer, question) for key, offer in spoken.items()}
        query = SearchQuery(**(question | {"area": areas[question["area"]].pk if question["area"] else None}))
        found = find(query)
        assert set(found.service_ids) == {key for key, kinds in without.items() if not kinds}
        assert found.total == len(found.hits) == len(set(found.service_ids))

        def but(kind: str, kinds: dict[UUID, set[str]] = without) -> list[dict[str, Any]]:
            return [made[key] for key, missing in kinds.items() if missing <= {kind}]

        facets: Facets = found.facets
        assert facets.themes == _count(
            but("theme"), lambda o: {terms[k].pk for t in o["terms"] for k in above(t, THEMES)}
        )
        assert facets.areas == _count(but("area"), lambda o: {areas[key].pk for key in covered(o)})
        assert facets.languages == _count(but("language"), lambda o: {code[:2] for code in o["languages"]})
        assert facets.free == sum(free(o) is True for o in but("cost"))
        assert (facets.remote, facets.on_site) == (
            sum(o["remote"] is True for o in but("remote")),
            sum(o["remote"] is False for o in but("remote")),
        )
        for mode in ("self", "professional"):
            assert facets.referral[mode] == sum(mode in o["referral_modes"] for o in but("referral"))


def _count(rows: list[dict[str, Any]], values: Any) -> dict[Any, int]:
    counts: dict[Any, int] = {}
    for row in rows:
        for value in values(row):
            counts[value] = counts.get(value, 0) + 1
    return counts


@pytest.mark.parametrize("state", ["draft", "suspended", "archived"])
def test_the_public_stops_finding_a_service_at_once(state):
    shown = service("bread", organisation=organisation())
    index()
    assert find(SearchQuery(text="bread")).total == 1
    Service.objects.filter(pk=shown.pk).update(state=state)  # as an import does, without any event
    assert find(SearchQuery(text="bread")).total == 0
    assert find(SearchQuery()).facets == find(SearchQuery(text="nothing")).facets


def test_the_public_stops_finding_the_services_of_a_suspended_organisation_at_once():
    owner = organisation()
    service("bread", organisation=owner)
    index()
    owner.state = "pending"
    owner.save()
    assert find(SearchQuery()).total == 0
    owner.state = "approved"
    owner.save()
    assert find(SearchQuery()).total == 1


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=600))
def test_nothing_typed_raises(text):
    found = find(SearchQuery(text=text, language=text[:3], today=date(2026, 1, 1)))
    assert found.total == 0


@pytest.mark.parametrize(
    "text", ["\x00", "a\x00b", "\ud800", "'); DROP TABLE x; --", "%s %(p0)s %", "\\' : & | ! <->", "״"]
)
def test_marks_and_statements_are_only_words(text):
    service("bread")
    index()
    find(SearchQuery(text=text, language="\x00'%", languages=("'%s",), themes=("\x00" if False else "'",)))


@pytest.mark.django_db(transaction=True)
def test_the_number_of_statements_does_not_grow():
    for number in range(3):
        service(f"bread {number}", at=(32.0, 34.8), languages=("he",))
    index()
    asked = (
        SearchQuery(text="bread breed", languages=("he",), near=(32, 34.8), within_km=3),
        SearchQuery(languages=("he",)),
    )
    counts = []
    for extra in (0, 30):
        for number in range(extra):
            service(f"bread {number} more", at=(32.0, 34.8), languages=("he",))
        index()
        find(SearchQuery())  # the columns are read once
        for query in asked:
            with CaptureQueriesContext(connection) as captured:
                find(query)
            counts.append(len(captured))
    # Four to understand (one for themes by meaning), two for words, two or three for columns (areas served or none), BEGIN
    # and COMMIT.
    assert counts[:2] == counts[2:]
    assert counts[0] <= 11
    assert counts[1] <= 5
