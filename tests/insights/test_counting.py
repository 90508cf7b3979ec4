"""A month is counted once and for all; every vintage holds all months; nothing that was hidden is kept."""

import json
from collections.abc import Iterable
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kesher.areas.models import Area, choose_home
from kesher.base.history import System, acting
from kesher.engine.indicators.disclosure import Published, small_cells_known
from kesher.formats.statistics import Status
from kesher.insights import counting
from kesher.insights.counting import CannotBeCounted, Counter, count_month, counts, due, registered
from kesher.insights.latest import latest
from kesher.insights.models import Observation, Vintage
from kesher.insights.monthly import Counted, How

TODAY = date(2026, 11, 2)
OCTOBER = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def written_by_tests(request):
    with acting(actor=System("tests"), reason="counted"):
        yield


def places() -> dict[str, Area]:
    """A land with a town that is the portal's own, its two quarters, and another town."""
    found: dict[str, Area] = {}
    levels = {"l/": "country", "l/t/": "authority", "l/t/q/": "locality", "l/t/p/": "locality", "l/o/": "authority"}
    for path, level in levels.items():
        parent = found.get(path[: path[:-1].rfind("/") + 1])
        found[path] = Area.objects.create(
            scheme="l", code=path, level=level, name={"en": path}, path=path, parent=parent
        )
    choose_home([found["l/t/"]])
    return found


@pytest.fixture
def town(db) -> dict[str, Area]:
    return places()


def counter(rows: Iterable[Counted], indicator: str = "loop-referrals", how: How = How.COUNT) -> list[Counter]:
    return [Counter(indicator, how, lambda first, last: rows)]


def shown(vintage: Vintage | None = None) -> dict[tuple[str, str, str], float | None]:
    rows = Observation.objects.filter(vintage=vintage) if vintage else Observation.objects.current()
    return {
        (path, part, period): value
        for path, part, period, value in rows.values_list("area__path", "part", "period", "value")
    }


def test_the_rooms_register_what_they_count(db):
    assert [one.indicator for one in registered()] == [
        "loop-outcomes",
        "loop-referrals",
        "loop-refusals",
        "loop-training-places",
    ]
    with pytest.raises(ValueError, match="counted by"):
        counts("loop-referrals")(lambda first, last: [])
    with pytest.raises(ValueError, match="no declared"):
        counts("population")


def test_a_month_by_area_and_part_as_pages_find_it(town):
    rows = [
        Counted(town["l/t/q/"].pk, "work", 9),
        Counted(town["l/t/"].pk, "food", 7),
        Counted(town["l/o/"].pk, "work", 6),
    ]
    told = count_month(OCTOBER, counters=counter(rows), today=TODAY)
    assert str(told) == "2026-10: 9 figures, 0 of them hidden"
    assert shown() == {
        ("l/t/", "work", "2026-10"): 9,
        ("l/t/", "food", "2026-10"): 7,
        ("l/t/", "", "2026-10"): 16,
        ("l/t/q/", "work", "2026-10"): 9,
        ("l/t/q/", "food", "2026-10"): 0,
        ("l/t/q/", "", "2026-10"): 9,
        ("l/o/", "work", "2026-10"): 6,
        ("l/o/", "food", "2026-10"): 0,
        ("l/o/", "", "2026-10"): 6,
    }, "nothing of the land, of which nobody knows what part comes here"
    assert latest().figure("loop-referrals", town["l/t/"].pk).value == 16


def test_twice_is_refused_whoever_asks_and_changes_nothing(town):
    count_month(OCTOBER, counters=counter([Counted(town["l/t/"].pk, "work", 9)]), today=TODAY)
    before = shown()
    with pytest.raises(CannotBeCounted, match="counted already"):
        count_month(OCTOBER, counters=counter([Counted(town["l/t/"].pk, "work", 8)]), today=TODAY)
    assert shown() == before
    assert Vintage.objects.count() == 1
    first = Vintage.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():  # past our code, too
        Vintage.objects.create(dataset=first.dataset, mark="2026-10", released=TODAY, figures=1)


@pytest.mark.parametrize(("day", "why"), [(date(2026, 11, 1), "not over"), (date(2026, 10, 2), "first day")])
def test_a_month_that_is_not_over_or_no_month_is_refused(town, day, why):
    with pytest.raises(CannotBeCounted, match=why):
        count_month(day, counters=[], today=TODAY)
    assert not Vintage.objects.exists()


def test_an_empty_month_is_nought_and_is_counted(town):
    count_month(OCTOBER, counters=counter([]), today=TODAY)
    assert shown() == {("l/t/", "", "2026-10"): 0}
    assert counting.counted_months() == ["2026-10"]


def test_a_portal_without_an_area_counts_nothing_and_the_month_is_over_with(db):
    count_month(OCTOBER, counters=counter([]), today=TODAY)
    assert shown() == {}
    assert counting.counted_months() == ["2026-10"]


def test_a_clock_that_was_set_back_takes_no_month_away(town):
    key = town["l/t/"].pk
    count_month(OCTOBER, counters=counter([Counted(key, "work", 9)]), today=date(2026, 12, 2))
    count_month(date(2026, 9, 1), counters=counter([Counted(key, "work", 7)]), today=TODAY)
    assert {period for _area, _part, period in shown()} == {"2026-09", "2026-10"}


def test_all_months_stand_in_the_latest_vintage_as_they_were_counted(town):
    key = town["l/t/"].pk
    count_month(date(2026, 9, 1), counters=counter([Counted(key, "work", 9), Counted(key, "food", 2)]), today=TODAY)
    first = Vintage.objects.get()
    count_month(OCTOBER, counters=counter([Counted(key, "work", 5)]), today=TODAY)
    second = Vintage.objects.exclude(pk=first.pk).get()
    assert {key: value for key, value in shown(second).items() if key[2] == "2026-09"} == shown(first)
    assert shown() == shown(second)
    assert [one["file"] for one in second.files] == ["2026-09", "2026-10"]
    assert second.files[0] == first.files[0]
    count_month(date(2026, 8, 1), counters=counter([Counted(key, "work", 7)]), today=TODAY)  # one before, later
    assert {period for _area, _part, period in shown()} == {"2026-08", "2026-09", "2026-10"}
    assert latest().figure("loop-referrals", key).period == "2026-10"


def test_what_had_a_figure_has_one_in_every_later_month(town):
    rows = [Counted(town["l/o/"].pk, "work", 9), Counted(town["l/t/"].pk, "food", 8)]
    count_month(date(2026, 9, 1), counters=counter(rows), today=TODAY)
    count_month(OCTOBER, counters=counter([Counted(town["l/t/"].pk, "work", 5)]), today=TODAY)
    october = {key[:2]: value for key, value in shown().items() if key[2] == "2026-10"}
    assert october == {
        ("l/t/", "work"): 5,
        ("l/t/", "food"): 0,
        ("l/t/", ""): 5,
        ("l/o/", "work"): 0,
        ("l/o/", "food"): 0,
        ("l/o/", ""): 0,
    }


def test_what_was_missed_is_due_and_nothing_before_the_first(town):
    assert due(TODAY) == [OCTOBER]
    count_month(date(2026, 7, 1), counters=[], today=TODAY)
    assert due(TODAY) == [date(2026, 8, 1), date(2026, 9, 1), OCTOBER]
    assert due(date(2026, 8, 2)) == []
    for first_day in due(TODAY):
        count_month(first_day, counters=[], today=TODAY)
    assert due(TODAY) == []
    assert due(date(2027, 1, 2)) == [date(2026, 11, 1), date(2026, 12, 1)]


def test_what_is_hidden_is_nowhere(town):
    """Three are hidden beside five thousand: no number that is kept is either, nor stands in what is told of the vintage."""
    rows = [Counted(town["l/t/q/"].pk, "work", 3), Counted(town["l/t/p/"].pk, "work", 5003)]
    count_month(OCTOBER, counters=counter(rows), today=TODAY)
    kept = list(Observation.objects.values("value", "low", "high", "behind"))
    numbers = {number for row in kept for number in row.values() if number is not None}
    assert not numbers & {3, 5003}
    vintage = Vintage.objects.get()
    assert "5003" not in json.dumps(vintage.files)
    assert {one.status for one in Observation.objects.filter(value=None)} == {Status.SUPPRESSED}


@pytest.mark.usefixtures("as_application")
def test_the_application_s_role_counts(town):
    count_month(OCTOBER, today=TODAY)
    rows = Observation.objects.values_list("indicator", "value", "status")
    assert sorted(rows) == [
        ("loop-referrals", 0, 0),
        ("loop-refusals", None, Status.NOT_APPLICABLE),
        ("loop-training-places", 0, 0),
    ]


def test_the_worker_counts_the_month_before_and_then_nothing(town):
    counting.count_months_that_are_over(timestamp=0)
    assert [date.fromisoformat(f"{one}-01") for one in counting.counted_months()] == [
        counting.first_of_before(timezone.localdate())
    ]
    counting.count_months_that_are_over(timestamp=0)
    assert Vintage.objects.count() == 1


class Months(TestCase):
    """All vintages of several months, read together, tell of no small group more than the months do one by one."""

    @settings(max_examples=6, deadline=None)
    @given(st.lists(st.lists(st.sampled_from([0, 1, 2, 4, 5, 7, 12]), min_size=6, max_size=6), min_size=2, max_size=3))
    def test_no_small_count_follows_from_all_months_and_vintages(self, months):
        with acting(actor=System("tests"), reason="counted"):
            town = places()
            for number, cells in enumerate(months):
                rows = [
                    Counted(town[path].pk, part, count)
                    for (path, part), count in zip(
                        [(path, part) for path in ("l/t/q/", "l/t/p/", "l/t/") for part in ("food", "work")],
                        cells,
                        strict=True,
                    )
                ]
                count_month(date(2026, 6 + number, 1), counters=counter(rows), today=TODAY)
        published = {
            Published(period, _members(path, part, period), int(value))
            for path, part, period, value in Observation.objects.values_list("area__path", "part", "period", "value")
            if value is not None
        }
        assert all(one.count == 0 or one.count >= 5 for one in published)
        assert not small_cells_known(sorted(published, key=lambda one: (one.where, sorted(one.members))))


def _members(path: str, part: str, period: str) -> frozenset[str]:
    leaves = [one for one in ("l/t/q/", "l/t/p/", "l/t/") if one.startswith(path)]
    return frozenset(f"{one} {which} {period}" for one in leaves for which in ([part] if part else ["food", "work"]))
