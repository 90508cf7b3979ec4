"""The partner's list: what it names twice is found as a pair, and what only looks like another is proposed and is another."""

import re
from datetime import date
from uuid import UUID

import pytest

from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.demo.build import build
from kesher.demo.directory import reading as main_list
from kesher.demo.organisations import MARK
from kesher.demo.twins import SOURCE, TWINS, reading
from kesher.directory import search
from kesher.directory.duplicates import find_duplicates, merge, not_the_same, undo
from kesher.directory.merging_records import MODELS
from kesher.directory.models import DuplicateCandidate, Kind, Service
from tests.directory.test_duplicates import everything

DAY = date(2026, 11, 1)
OFFICER = Actor(user_id=UUID(int=1), roles=frozenset({str(Role.OFFICER)}))


@pytest.mark.parametrize("seed", [1, 7, 1948])
def test_same_seed_same_list_and_nothing_in_it_is_real(seed: int) -> None:
    def told(seed: int) -> list[str]:
        found = reading(seed, today=DAY)
        return [
            one.model_dump_json() for kind in (found.organisations, found.locations, found.services) for one in kind
        ]

    assert told(seed) == told(seed)
    assert told(seed) != told(seed + 1)
    text = "\n".join(told(seed))
    assert all(address.endswith("@demo.example") for address in re.findall(r"[\w.+-]+@[\w.-]+", text))
    assert set(re.findall(r"\+972-\d[\d-]{6,}", text)) == {"+972-8-555-0104", "+972-8-555-0108"}
    for record in (*reading(seed).organisations, *reading(seed).locations):
        assert all(name.endswith(MARK[language]) for language, name in record.name.items())


def test_the_twin_of_a_course_stands_under_its_terms() -> None:
    """The search is judged by terms: a twin with others would count as a wrong answer."""
    originals = {service.external_id: service for service in main_list(1948).services}
    twins = {service.external_id: service for service in reading(1948).services}
    pairs = {"ivrit-taasukatit": "hebrew-for-work.wadi-training", "evening-duty": "family-doctor.oasis-clinic"}
    assert {key: twins[key].terms for key in pairs} == {key: originals[value].terms for key, value in pairs.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [7, 1948])
def test_the_officer_finds_the_pairs_that_were_planted_and_no_others(seed: int) -> None:
    town = build(seed=seed, people=0, progress=lambda line: None, today=DAY)
    assert find_duplicates() == dict.fromkeys(Kind.values, 2), "a second search says the same"
    assert town.pairs == DuplicateCandidate.objects.open().count() == 6
    twins = Service.objects.filter(dataset__slug=SOURCE)
    rows = list(DuplicateCandidate.objects.filter(kind=Kind.SERVICE))
    assert {row.second for row in rows} == set(twins.values_list("pk", flat=True))
    course, duty = rows
    assert course.score > duty.score, "the surest first"
    assert "evening-duty" in twins.values_list("external_id", flat=True).filter(pk=duty.second)
    before = everything()
    # What a person would do at that desk: two offices, their doors and the course become one; the evening duty is another.
    merges = []
    for kind in (Kind.LOCATION, Kind.ORGANISATION):
        for row in DuplicateCandidate.objects.open().filter(kind=kind):
            kept, other = (MODELS[kind]._default_manager.get(pk=key) for key in (row.first, row.second))
            merges.append(merge(kept, other, by=OFFICER, reason="one office"))
    merges.append(
        merge(*(Service.objects.get(pk=key) for key in (course.first, course.second)), by=OFFICER, reason="one course")
    )
    not_the_same(duty, by=OFFICER, reason="The clinic by day, and the duty when it is closed.")
    assert sum(find_duplicates().values()) == 0
    owners = {service.organisation.profile.external_id for service in twins.select_related("organisation__profile")}
    assert owners == {twin.of for twin in TWINS}, "their services are the kept offices' now"
    assert twins.get(external_id="evening-duty").at_locations.get().location.external_id == "oasis-clinic"
    for done in reversed(merges):
        undo(done, by=OFFICER)
    assert everything() == before
    assert search.find(search.SearchQuery(text="ivrit taasukatit")).total >= 1


def test_each_twin_is_of_another_office() -> None:
    assert len({twin.of for twin in TWINS}) == len({twin.key for twin in TWINS}) == len(TWINS)
