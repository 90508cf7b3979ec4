"""How long the interview takes, as counts of nobody: what is counted, from how many on it is shown, and when it goes."""

from datetime import date, timedelta
from statistics import median_low

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.people import pace
from kesher.people.models import InterviewPace, Person
from kesher.people.pace import LONGEST, count, forget_older, medians
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

DAY = date(2026, 11, 17)


@pytest.mark.django_db
def test_a_median_is_shown_from_five_on_and_for_a_year() -> None:
    for minutes in (3, 3, 4, 9):
        count("work", timedelta(minutes=minutes), today=DAY)
    assert medians(DAY) == {}, "four might be known by name"
    count("work", timedelta(minutes=50), today=DAY - timedelta(days=40))
    assert medians(DAY) == {"work": pace.Typical(4, 5)}
    assert medians(DAY + timedelta(days=370)) == {}
    assert medians(DAY + timedelta(days=330)) == {}, "of the older month nothing is left, of the other four"


@pytest.mark.django_db
def test_what_is_nothing_to_count() -> None:
    assert not count("work", timedelta(minutes=61), today=DAY), "it lay about"
    assert not count("work", timedelta(seconds=-1), today=DAY)
    assert not count("nothing", timedelta(minutes=1), today=DAY)
    assert not InterviewPace.objects.exists()


@pytest.mark.django_db
def test_no_row_says_when_or_whose_it_was() -> None:
    """All rows of a month are there from the first count on, and counting writes no time: else a file could be found by it."""
    count("work", timedelta(minutes=3), today=DAY)
    rows = InterviewPace.objects.all()
    assert rows.count() == LONGEST
    before = dict(rows.values_list("pk", "updated_at"))
    count("work", timedelta(minutes=7), today=DAY)
    assert dict(rows.values_list("pk", "updated_at")) == before
    named = {one.name for one in InterviewPace._meta.concrete_fields}
    assert named == {"id", "created_at", "updated_at", "section", "month", "half_minutes", "times"}
    assert not hasattr(InterviewPace, "pgh_event_model"), "a history would tell when"


@pytest.mark.django_db
def test_after_a_year_the_counts_are_gone() -> None:
    today = timezone.localdate()
    count("work", timedelta(minutes=3), today=today)
    count("work", timedelta(minutes=3), today=today - timedelta(days=400))
    forget_older(today)
    assert {one.month for one in InterviewPace.objects.all()} == {today.replace(day=1)}


class Medians(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.integers(1, 60 * 60), min_size=1, max_size=30))
    def test_the_median_is_that_of_the_half_minutes(self, seconds: list[int]) -> None:
        for one in seconds:
            assert count("work", timedelta(seconds=one), today=DAY)
        half = [-(-one // 30) for one in seconds]
        found = medians(DAY)
        assert found == ({"work": pace.Typical(median_low(half) / 2, len(half))} if len(half) >= 5 else {})


@pytest.fixture
def worker(client: Client) -> User:
    here = OrganisationFactory(approved=True)
    user: User = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    client.force_login(user)
    return user


def someone(worker: User) -> Person:
    made: Person = PersonFactory(keeper=Organisation.objects.get(pk=next(iter(worker.organisation_ids))), language="en")
    return made


@pytest.mark.django_db
def test_from_first_opened_to_done_and_never_what_was_skipped_or_done_before(client: Client, worker: User) -> None:
    person = someone(worker)

    def at(section: str) -> str:
        return reverse("caseworker_interview_section", kwargs={"pk": person.pk, "section": section})

    def counted() -> list[tuple[str, int]]:
        return list(InterviewPace.objects.filter(times__gt=0).order_by("id").values_list("section", "times"))

    assert client.post(at("digital"), {"do": "on"}).status_code == 302
    assert counted() == [], "it was never opened here"
    client.get(at("schooling"))
    client.post(at("schooling"), {"do": "skip"})
    assert counted() == []
    client.get(at("worries"))
    opened = client.session["interview_opened"]
    assert len(opened) == 1
    assert str(person.pk) not in str(dict(client.session)), "the session does not name the file"
    client.get(at("worries"))
    assert client.session["interview_opened"] == opened, "the first time counts"
    client.post(at("worries"), {"do": "on"})
    assert counted() == [("worries", 1)]
    assert client.session["interview_opened"] == {}
    client.get(at("worries"))
    client.post(at("worries"), {"do": "on"})
    assert counted() == [("worries", 1)], "looked at again is not held again"


@pytest.mark.django_db
def test_the_page_shows_medians_beside_the_guess(client: Client, worker: User) -> None:
    path = reverse("interview_pace")
    assert "too few to show" in client.get(path).content.decode()
    for _five in range(5):
        count("work", timedelta(minutes=7), today=timezone.localdate())
    shown = client.get(path).content.decode()
    assert "half took at most 7 min." in shown
    assert shown.count("too few to show") == 8
    assert path in client.get(reverse("caseworker_interview", kwargs={"pk": someone(worker).pk})).content.decode()
