"""Groups and seats: never more people than seats, one truth of what is free, and nothing said of few."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import Capacity, Service
from kesher.people.files import READ_NOTHING
from kesher.referrals import answering, cohorts, sending
from kesher.referrals.eligibility import free_places
from kesher.referrals.models import Cohort, Referral
from kesher.referrals.vocabularies import Reason, State
from tests.factories import (
    MembershipFactory,
    OrganisationFactory,
    ReferralFactory,
    ServiceFactory,
    ServiceTermFactory,
    TermFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def college() -> Organisation:
    return OrganisationFactory(approved=True)


@pytest.fixture
def by(college: Organisation) -> Actor:
    return MembershipFactory(organisation=college, role=Role.COLLEGE).user.as_actor(college.pk)


@pytest.fixture
def course(college: Organisation) -> Service:
    return ServiceFactory(published=True, organisation=college)


def a_cohort(course: Service, by: Actor, *, seats: int = 2, **said: Any) -> Cohort:
    day = timezone.localdate() + timedelta(days=30)
    return cohorts.open_cohort(course, **{"name": "Morning", "starts_on": day, "seats": seats, "by": by} | said)


def accepted(course: Service, by: Actor) -> Referral:
    referral = ReferralFactory(receiver=course.organisation, service=course)
    answering.accept(referral, by=by)
    return referral


def shown_free(course: Service) -> int | None:
    return free_places(course, OrganisationFactory().pk)


def test_the_directory_shows_what_is_free_and_nothing_else_does(course: Service, by: Actor) -> None:
    cohort = a_cohort(course, by, seats=3, taken_elsewhere=1)
    assert shown_free(course) == 2
    first, second = accepted(course, by), accepted(course, by)
    cohorts.seat(first, cohort, by=by)
    assert shown_free(course) == 1
    cohorts.seat(first, cohort, by=by)
    assert shown_free(course) == 1, "twice is once"
    cohorts.seat(second, cohort, by=by)
    assert shown_free(course) == 0
    cohorts.leave_seat(second, by=by)
    assert shown_free(course) == 1
    cohorts.change(cohort, by=by, seats=5, taken_elsewhere=0, seen=READ_NOTHING)
    assert shown_free(course) == 4
    assert Capacity.objects.get(service=course).maximum == 5
    cohorts.close(cohort, by=by)
    assert shown_free(course) == 0
    assert Capacity.objects.filter(service=course).count() == 1


def test_nobody_sits_where_no_seat_is_free_or_where_they_were_not_sent(course: Service, by: Actor) -> None:
    cohort = a_cohort(course, by, seats=1)
    cohorts.seat(accepted(course, by), cohort, by=by)
    late = accepted(course, by)
    with pytest.raises(Refused, match="No seat"):
        cohorts.seat(late, cohort, by=by)
    waiting = ReferralFactory(receiver=course.organisation, service=course)
    other = a_cohort(course, by)
    with pytest.raises(Refused, match="accepted"):
        cohorts.seat(waiting, other, by=by)
    elsewhere = accepted(ServiceFactory(published=True, organisation=course.organisation), by)
    with pytest.raises(Refused, match="another service"):
        cohorts.seat(elsewhere, other, by=by)
    cohorts.close(other, by=by)
    with pytest.raises(Refused, match="closed"):
        cohorts.seat(late, other, by=by)
    assert Referral.objects.filter(cohort__isnull=False).count() == 1


def test_a_page_left_open_gives_back_no_seat_in_another_group(course: Service, by: Actor) -> None:
    morning, evening = a_cohort(course, by, seats=2), a_cohort(course, by, seats=2, name="Evening")
    referral = accepted(course, by)
    cohorts.seat(referral, morning, by=by)
    stale = Referral.objects.select_related("cohort__service").get(pk=referral.pk)
    cohorts.seat(referral, evening, by=by)
    with pytest.raises(Refused, match="present state"):
        cohorts.leave_seat(stale, by=by)
    assert Referral.objects.get(pk=referral.pk).cohort == evening
    assert [one.capacity.available for one in Cohort.objects.order_by("id")] == [2, 1]


def test_a_seat_is_given_back_when_a_referral_is_withdrawn(course: Service, by: Actor) -> None:
    cohort = a_cohort(course, by, seats=1)
    referral = accepted(course, by)
    cohorts.seat(referral, cohort, by=by)
    sender = MembershipFactory(organisation=referral.sender, role=Role.CASEWORKER).user.as_actor(referral.sender_id)
    sending.withdraw(referral, by=sender, reason=Reason.STARTED_WORK)
    event = sorted(referral_events(referral), key=lambda one: one.pk)[-1]
    cohorts.recounted(event.pk)
    assert shown_free(course) == 1


def referral_events(referral: Referral) -> list[Any]:
    from kesher.base.models import Event

    return list(Event.objects.filter(about_id=referral.pk))


def test_from_one_group_to_another_one_seat_is_taken_and_one_given_back(course: Service, by: Actor) -> None:
    morning, evening = a_cohort(course, by, seats=1), a_cohort(course, by, seats=1, name="Evening")
    referral = accepted(course, by)
    cohorts.seat(referral, morning, by=by)
    cohorts.seat(referral, evening, by=by)
    for cohort, free in ((morning, 1), (evening, 0)):
        cohort.refresh_from_db()
        assert Capacity.objects.get(pk=cohort.capacity_id).available == free


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.OBSERVER, Role.EMPLOYER, Role.MANAGER])
def test_only_who_runs_the_service_opens_groups(course: Service, role: Role) -> None:
    user = MembershipFactory(organisation=course.organisation, role=role).user
    with pytest.raises(Refused):
        a_cohort(course, user.as_actor(course.organisation_id))
    stranger = MembershipFactory(role=Role.COLLEGE, organisation=OrganisationFactory(approved=True)).user
    with pytest.raises(Refused):
        a_cohort(course, stranger.as_actor(stranger.memberships.get().organisation_id))
    assert not Capacity.objects.filter(service=course).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"seats": 0}, {"taken_elsewhere": 3}, {"name": " "}, {"ends_on": timezone.localdate() - timedelta(days=9)}],
)
def test_a_group_that_cannot_be_is_not_opened(course: Service, by: Actor, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        a_cohort(course, by, **wrong)
    assert not Cohort.objects.exists()
    assert not Capacity.objects.filter(service=course).exists()


def test_fewer_seats_than_are_taken_are_refused(course: Service, by: Actor) -> None:
    cohort = a_cohort(course, by, seats=2)
    cohorts.seat(accepted(course, by), cohort, by=by)
    with pytest.raises(Refused, match="More seats"):
        cohorts.change(cohort, by=by, taken_elsewhere=2, seen=READ_NOTHING)
    cohort.refresh_from_db()
    assert cohort.taken_elsewhere == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.sampled_from(["seat", "leave", "close", "more"]), max_size=8), st.integers(1, 3))
def test_whatever_happens_free_and_taken_are_all_the_seats(steps: list[str], seats: int) -> None:
    organisation = OrganisationFactory(approved=True)
    by = Actor(None, organisation.pk, frozenset({Role.COLLEGE}))
    course = ServiceFactory(published=True, organisation=organisation)
    cohort = a_cohort(course, by, seats=seats)
    people = [
        ReferralFactory(receiver=organisation, service=course, state="accepted", worker_name="Sara") for _ in range(2)
    ]
    for number, step in enumerate(steps):
        one = people[number % 2]
        try:
            match step:
                case "seat":
                    cohorts.seat(one, cohort, by=by)
                case "leave":
                    cohorts.leave_seat(one, by=by)
                case "close":
                    cohorts.close(cohort, by=by)
                case "more":
                    cohorts.change(cohort, by=by, seats=cohort.seats + 1, seen=READ_NOTHING)
        except Refused:
            pass
        taken = Referral.objects.filter(cohort=cohort).count()
        free = Capacity.objects.get(service=course).available
        assert taken <= Cohort.objects.get(pk=cohort.pk).seats
        assert free == (cohort.seats - taken if cohort.is_open else 0)


# --- demand and results -------------------------------------------------------------------------------------------------


def refuse(course: Service, by: Actor, reason: Reason, times: int) -> None:
    for _ in range(times):
        answering.reject(ReferralFactory(receiver=course.organisation, service=course), by=by, reason=reason)


def test_what_is_asked_for_in_vain_is_said_from_five_on(college: Organisation, course: Service, by: Actor) -> None:
    small = ServiceFactory(published=True, organisation=college)
    hebrew = TermFactory()
    for service in (course, small):
        ServiceTermFactory(service=service, term=hebrew)
    refuse(course, by, Reason.NO_CAPACITY, 3)
    refuse(course, by, Reason.NO_SUCH_SERVICE, 2)
    refuse(course, by, Reason.NOT_ELIGIBLE, 6)
    refuse(small, by, Reason.NO_CAPACITY, 4)
    services, terms = cohorts.demand(since=timezone.now() - timedelta(days=1))
    assert [(one.key, one.refused.value) for one in services] == [(course.pk, 5)]
    assert terms == [], "the four that are not shown would be what a subject has beyond its five"
    other = ServiceFactory(published=True, organisation=college)
    ServiceTermFactory(service=other, term=hebrew)
    refuse(other, by, Reason.NO_CAPACITY, 3)
    services, terms = cohorts.demand(since=timezone.now() - timedelta(days=1))
    assert [(one.key, one.refused.value) for one in services] == [(course.pk, 5)]
    assert [(one.key, one.refused.value) for one in terms] == [(hebrew.pk, 10)], "12, of which 7 are two services'"
    assert cohorts.demand(since=timezone.now() + timedelta(days=1)) == ([], [])


def test_a_subject_does_not_tell_of_the_one_service_that_is_not_shown(
    college: Organisation, course: Service, by: Actor
) -> None:
    """8 and 2 make 10: rounded it would be exact, and the two would be its difference."""
    small, full, alone = ServiceFactory(published=True, organisation=college), TermFactory(), TermFactory()
    for service, term in ((course, full), (small, full), (course, alone)):
        ServiceTermFactory(service=service, term=term)
    refuse(course, by, Reason.NO_CAPACITY, 8)
    refuse(small, by, Reason.NO_CAPACITY, 2)
    _services, terms = cohorts.demand(since=timezone.now() - timedelta(days=1))
    assert [(one.key, one.refused.value) for one in terms] == [(alone.pk, 5)]


def test_results_of_a_small_group_are_not_said(course: Service, by: Actor) -> None:
    cohort = a_cohort(course, by, seats=20)

    def sat(count: int, **came: Any) -> None:
        for _ in range(count):
            ReferralFactory(receiver=course.organisation, service=course, cohort=cohort, worker_name="Sara", **came)

    done = {"state": State.COMPLETED, "attended": True, "done": "the course"}
    sat(4, **done, outcome="work")
    assert cohorts.results(cohort) == {}
    sat(2, **done, outcome="work")
    sat(5, **done, outcome="met")
    sat(1, state=State.ACCEPTED)
    found = {end: count.value for end, count in cohorts.results(cohort).items()}
    assert found == {"work": 6, "met": None, "there": None}, "the one hidden takes the smallest other with it"
