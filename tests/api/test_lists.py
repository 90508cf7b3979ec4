"""Pages against brute force, filters that all must hold, and a number of queries that does not grow."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from kesher.api.hsds.pages import page
from kesher.directory import exporting
from kesher.directory.models import Service, ServiceAtLocation
from tests import factories as make
from tests.api.conftest import Api


@given(st.integers(0, 200), st.integers(1, 60), st.integers(1, 30))
def test_pages_are_as_if_cut_by_hand(total: int, number: int, per_page: int) -> None:
    everything = [{"id": n} for n in range(total)]
    by_hand = [everything[begin : begin + per_page] for begin in range(0, total, per_page)]
    here = by_hand[number - 1] if number <= len(by_hand) else []
    found = page(total=total, number=number, per_page=per_page, contents=here)
    assert list(found) == [
        "total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents",
    ]  # fmt: skip
    assert found["total_items"] == sum(map(len, by_hand))
    assert found["total_pages"] == len(by_hand)
    assert found["page_number"] == number
    assert found["size"] == len(here)
    assert found["first_page"] == (by_hand[: number - 1] == [] if number <= len(by_hand) else number == 1)
    assert found["last_page"] == (by_hand[number:] == [])
    assert found["empty"] == (not here)


@pytest.mark.django_db
@pytest.mark.parametrize("per_page", [1, 3, 7, 50])
def test_all_pages_together_are_everything_once(api: Api, per_page: int) -> None:
    made = {str(found.pk) for found in make.ServiceFactory.create_batch(7, published=True)}
    first = api.json("/services", per_page=per_page)
    seen = []
    for number in range(1, first["total_pages"] + 1):
        found = api.json("/services", per_page=per_page, page=number)
        assert found["first_page"] == (number == 1)
        assert found["last_page"] == (number == first["total_pages"])
        seen += [item["id"] for item in found["contents"]]
    assert len(seen) == 7
    assert set(seen) == made
    beyond = api.json("/services", per_page=per_page, page=first["total_pages"] + 1)
    assert beyond["empty"]
    assert beyond["total_items"] == 7


@pytest.mark.django_db
def test_a_page_is_never_larger_than_we_give(api: Api) -> None:
    make.ServiceFactory.create_batch(60, published=True)
    found = api.json("/services", full="true", per_page=5000)
    assert found["size"] == 50
    assert found["total_pages"] == 2


@pytest.mark.django_db
def test_lines_go_on_past_what_is_read_together(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kesher.api.hsds.pages.AT_A_TIME", 3)
    make.ServiceFactory.create_batch(8, published=True)
    lines = b"".join(api.get("/services", format="ndjson").streaming_content).splitlines()
    assert len(lines) == len(set(lines)) == 8


# --- filters ---------------------------------------------------------------------------------------------------------


class Town:
    """Services that differ in everything one can filter by."""

    def __init__(self) -> None:
        taxonomies = make.TaxonomyFactory.create_batch(2)
        self.terms = [make.TermFactory(taxonomy=taxonomies[n // 2]) for n in range(4)]
        self.organisations = make.OrganisationFactory.create_batch(2, approved=True)
        self.begin = datetime(2026, 1, 1, tzinfo=UTC)
        words = ["course", "clinic"]
        for n in range(16):
            service = make.ServiceFactory(
                published=True,
                organisation=self.organisations[n % 2],
                name={"en": f"{words[n // 2 % 2]} {n}", "he": f"שירות {n}"},
                description={},
            )
            for bit, term in enumerate(self.terms):
                if n >> bit & 1 or n % 5 == bit:
                    make.ServiceTermFactory(service=service, term=term)
            Service.objects.filter(pk=service.pk).update(
                updated_at=self.begin + timedelta(days=n),
                last_modified=self.begin + timedelta(days=30) if n == 3 else None,
            )
            if n % 3:
                make.ServiceAtLocationFactory(service=service)
        ServiceAtLocation.objects.update(updated_at=self.begin)
        for site in ServiceAtLocation.objects.all():
            type(site.location).objects.filter(pk=site.location_id).update(updated_at=self.begin)

    def expected(self, asked: dict[str, Any]) -> set[str]:
        return {
            str(service.pk) for service in Service.objects.prefetch_related("terms__term") if self.holds(service, asked)
        }

    def holds(self, service: Service, asked: dict[str, Any]) -> bool:
        terms = [said.term for said in service.terms.all()]
        since = asked.get("modified_after")
        return (
            all(any(str(term.pk) == wanted for term in terms) for wanted in asked.get("taxonomy_term_id", []))
            and ("taxonomy_id" not in asked or any(str(t.taxonomy_id) == asked["taxonomy_id"] for t in terms))
            and asked.get("organization_id", str(service.organisation_id)) == str(service.organisation_id)
            and asked.get("search", "") in service.name["en"]
            and (since is None or exporting.last_modified(service) >= datetime.fromisoformat(since))
        )

    def questions(self) -> Iterator[dict[str, Any]]:
        """Every filter with every other, there or not."""
        terms = [str(term.pk) for term in self.terms]
        choices: dict[str, list[Any]] = {
            "taxonomy_term_id": [None, terms[:1], terms[1:3]],
            "taxonomy_id": [None, str(self.terms[0].taxonomy_id)],
            "organization_id": [None, str(self.organisations[1].pk)],
            "search": [None, "clinic"],
            "modified_after": [None, (self.begin + timedelta(days=6)).isoformat()],
        }
        asked: list[dict[str, Any]] = [{}]
        for name, values in choices.items():
            asked = [one | ({name: value} if value else {}) for one in asked for value in values]
        yield from asked


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["services", "service_at_locations"])
def test_every_filter_given_must_hold(api: Api, path: str) -> None:
    town = Town()
    with_place = {str(pk) for pk in ServiceAtLocation.objects.values_list("service_id", flat=True)}
    sizes = set()
    for asked in town.questions():
        expected = town.expected(asked)
        if path == "service_at_locations":
            expected &= with_place
        found = api.json(f"/{path}", **asked)["contents"]
        assert {item["id"] if path == "services" else item["service_id"] for item in found} == expected, asked
        sizes.add(len(expected))
    assert len(sizes) > 4  # the questions told things apart


@pytest.mark.django_db
def test_organisations_by_what_they_offer(api: Api) -> None:
    town = Town()
    lonely = make.OrganisationFactory(approved=True, with_page=True)
    term = make.ServiceTermFactory(service__organisation=town.organisations[0]).term
    assert {item["id"] for item in api.json("/organizations")["contents"]} >= {str(lonely.pk)}
    found = api.json("/organizations", taxonomy_term_id=str(term.pk))["contents"]
    assert [item["id"] for item in found] == [str(town.organisations[0].pk)]
    found = api.json("/organizations", taxonomy_id=str(term.taxonomy_id))["contents"]
    assert [item["id"] for item in found] == [str(town.organisations[0].pk)]
    assert api.json("/organizations", search="גשר", taxonomy_id=str(town.terms[0].taxonomy_id))["total_items"] == 2


@pytest.mark.django_db
def test_terms_by_taxonomy_parent_and_top(api: Api) -> None:
    top = make.TermFactory()
    below = make.TermFactory(taxonomy=top.taxonomy, parent=top)
    make.TermFactory()

    def ids(**asked: Any) -> set[str]:
        return {item["id"] for item in api.json("/taxonomy_terms", **asked)["contents"]}

    assert ids(taxonomy_id=str(top.taxonomy_id)) == {str(top.pk), str(below.pk)}
    assert ids(parent_id=str(top.pk)) == {str(below.pk)}
    assert ids(taxonomy_id=str(top.taxonomy_id), top_only="true") == {str(top.pk)}
    assert api.json(f"/taxonomy_terms/{below.pk}")["parent_id"] == str(top.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("words", "finds"),
    [("50%", 1), ("_", 0), ('"', 1), ("en", 0), ("גשר ערב", 1), ("ערב גשר", 1), ("\\", 0)],
)
def test_search_takes_words_as_they_are(api: Api, words: str, finds: int) -> None:
    make.ServiceFactory(published=True, name={"en": '50% "off"', "he": "אולפן ערב גשר"}, description={})
    assert api.json("/services", search=words)["total_items"] == finds


@pytest.mark.django_db
def test_a_changed_place_is_a_changed_site(api: Api) -> None:
    site = make.ServiceAtLocationFactory()
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    Service.objects.update(updated_at=long_ago)
    ServiceAtLocation.objects.update(updated_at=long_ago)
    type(site.location).objects.update(updated_at=long_ago)
    since = (long_ago + timedelta(days=1)).isoformat()
    assert api.json("/service_at_locations", modified_after=since)["empty"]
    site.location.save()
    assert api.json("/service_at_locations", modified_after=since)["total_items"] == 1


# --- queries ---------------------------------------------------------------------------------------------------------


def queries(api: Api, path: str, **asked: Any) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        response = api.get(path, **asked)
        if response.streaming:
            b"".join(response.streaming_content)
    assert response.status_code == 200
    return len(captured)


QUESTIONS = [
    ("services", {}, 4), ("services", {"full": "true"}, 40), ("services", {"minimal": "true"}, 4),
    ("service_at_locations", {}, 4), ("service_at_locations", {"full": "true"}, 40),
    ("organizations", {}, 4), ("organizations", {"full": "true"}, 24), ("organizations", {"full_service": "true"}, 60),
    ("taxonomies", {}, 4), ("taxonomy_terms", {}, 4),
]  # fmt: skip


def exported() -> tuple[int, int]:
    """(services, queries) of exporting everything in full."""
    with CaptureQueriesContext(connection) as captured:
        found = exporting.export_services(exporting.public_services().order_by("pk"), full=True)
    assert all(record.at_locations and record.terms and record.contacts for record in found.services)
    return len(found.services), len(captured)


@pytest.mark.django_db
def test_200_services_take_as_many_queries_as_one(api: Api) -> None:
    make.ServiceFactory(complete=True)
    one, exporting_one = exported()
    before = [queries(api, f"/{path}", **asked) for path, asked, _ in QUESTIONS]
    make.ServiceFactory.create_batch(199, complete=True)
    assert (one, *exported()) == (1, 200, exporting_one)
    assert api.json("/services", per_page=200)["size"] == 200
    after = [queries(api, f"/{path}", per_page=200, **asked) for path, asked, _ in QUESTIONS]
    assert after == before
    for (path, asked, most), seen in zip(QUESTIONS, after, strict=True):
        assert seen <= most, (path, asked, seen)
