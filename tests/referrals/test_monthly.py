"""What becomes of real referrals in the figures of a month: who agreed, where, of what; and nobody in it."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import serializers
from django.db import connection
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.areas.models import Area, choose_home
from kesher.base.rows import acting_for
from kesher.directory.models import Taxonomy, Term
from kesher.directory.monthly import areas_of, subjects_of
from kesher.formats.statistics import Status
from kesher.insights.counting import CannotBeCounted, count_month, first_of_next
from kesher.insights.models import Observation, Vintage
from kesher.people.consents import give, withdraw
from kesher.people.models import Consent, Person
from kesher.referrals import answering, cohorts, sending
from kesher.referrals.models import Cohort, Referral
from tests.factories import (
    LocationFactory,
    MembershipFactory,
    PersonFactory,
    ServiceAtLocationFactory,
    ServiceFactory,
    ServiceTermFactory,
    TaxonomyFactory,
    TermFactory,
)
from tests.referrals.conftest import Two

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(two: Two) -> Area:
    """The portal's own; the service is there, and of work."""
    land = Area.objects.create(scheme="l", code="l", level="country", name={"en": "Land"}, path="l/")
    town = Area.objects.create(scheme="l", code="t", level="authority", name={"en": "Town"}, path="l/t/", parent=land)
    choose_home([town])
    ServiceAtLocationFactory(service=two.service, location__area=town)
    ServiceTermFactory(service=two.service, term=term("human_services:work:looking"))
    return town


def term(code: str, taxonomy: str = "open-eligibility") -> Any:
    of = Taxonomy.objects.filter(slug=taxonomy).first() or TaxonomyFactory(slug=taxonomy)
    return Term.objects.filter(code=code, taxonomy=of).first() or TermFactory(code=code, taxonomy=of)


def send(two: Two, many: int, *, counted: bool = True) -> list[Referral]:
    """Each of another person."""
    sent = []
    for number in range(many):
        two.person = PersonFactory(keeper=two.sender)
        two.agree()
        if counted:
            give(two.person, "statistics", how="present", language="am", by=two.by_sender)
        sent.append(two.draft(f"wish {number}", wait_list=True))
        sending.send(sent[-1], by=two.by_sender)
    return sent


def count() -> dict[tuple[str, str, str], tuple[float | None, int]]:
    """The month that is now, once it is over: (indicator, area, part) -> value, status."""
    first = timezone.localdate().replace(day=1)
    count_month(first, today=first_of_next(first) + timedelta(days=1))
    rows = Observation.objects.current().values_list("indicator", "area__path", "part", "value", "status")
    return {(indicator, path, part): (value, status) for indicator, path, part, value, status in rows}


HIDDEN = (None, int(Status.SUPPRESSED))


def test_those_who_agreed_are_counted_where_the_service_is_and_by_what_it_is_about(two: Two, town: Area) -> None:
    send(two, 6)
    found = count()
    assert found["loop-referrals", "l/t/", "human_services:work"] == (6, 0)
    assert found["loop-referrals", "l/t/", ""] == (6, 0)
    assert {path for _indicator, path, _part in found} == {"l/t/"}


def test_fewer_than_five_are_hidden_and_one_person_five_times_is_one(two: Two, town: Area) -> None:
    send(two, 4)
    for number in range(5):  # the last of them again and again
        sending.send(two.draft(f"more {number}", wait_list=True), by=two.by_sender)
    found = count()
    assert found["loop-referrals", "l/t/", ""] == HIDDEN, "nine referrals of four people"


@pytest.mark.parametrize("others", range(5))
def test_who_said_no_is_not_counted_nor_found_by_whoever_knows_the_whole(two: Two, town: Area, others: int) -> None:
    send(two, 6)
    send(two, others, counted=False)
    assert count()["loop-referrals", "l/t/", ""] == (HIDDEN if others else (6, 0))


def test_many_who_said_no_are_left_out(two: Two, town: Area) -> None:
    send(two, 6)
    send(two, 5, counted=False)
    assert count()["loop-referrals", "l/t/", ""] == (6, 0)


def test_one_who_said_no_and_came_often_is_one(two: Two, town: Area) -> None:
    """Whoever knows all by name and how often each came would find the only one who came five times."""
    send(two, 6)
    send(two, 1, counted=False)
    for number in range(4):
        sending.send(two.draft(f"more {number}", wait_list=True), by=two.by_sender)
    assert count()["loop-referrals", "l/t/", ""] == HIDDEN


def test_taken_back_before_the_count_it_counts_and_afterwards_the_figure_stays(two: Two, town: Area) -> None:
    send(two, 11)
    agreed = list(Consent.objects.filter(purpose="statistics").select_related("person").order_by("pk"))
    for consent in agreed[:5]:
        withdraw(consent, by=two.by_sender)
    found = count()
    assert found["loop-referrals", "l/t/", ""] == (6, 0)
    withdraw(agreed[5], by=two.by_sender)
    with pytest.raises(CannotBeCounted):
        count()
    assert Observation.objects.current().get(indicator="loop-referrals", part="").value == 6
    assert Vintage.objects.count() == 1


def test_refused_for_want_of_a_place_among_those_answered(two: Two, town: Area) -> None:
    sent = send(two, 11)
    for number, referral in enumerate(sent):
        if number < 5:
            answering.reject(referral, by=two.by_receiver, reason="no_capacity" if number else "no_such_service")
        elif number < 7:
            answering.reject(referral, by=two.by_receiver, reason="not_eligible")
        elif number < 10:
            answering.accept(referral, by=two.by_receiver)
    found = count()
    assert found["loop-refusals", "l/t/", "human_services:work"] == (50, 0)
    assert Observation.objects.current().get(indicator="loop-refusals", part="").behind == 10


def test_what_became_of_those_who_ended(two: Two, town: Area) -> None:
    sent = send(two, 11)
    for number, referral in enumerate(sent):
        if number < 5:
            answering.accept(referral, by=two.by_receiver)
            answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
            answering.finish(referral, by=two.by_receiver, outcome="work", attended=True, done="An interview.")
        elif number < 10:
            sending.withdraw(referral, by=two.by_sender, reason="started_work")
        else:
            answering.reject(referral, by=two.by_receiver, reason="no_capacity")
    found = count()
    assert found["loop-outcomes", "l/t/", "work"] == (50, 0)
    assert found["loop-outcomes", "l/t/", "unfinished"] == (50, 0)
    assert {part for indicator, _path, part in found if indicator == "loop-outcomes"} == {"work", "unfinished"}


def test_a_draft_whose_person_takes_back_their_word_has_not_ended(two: Two, town: Area) -> None:
    for _number in range(6):
        two.person = PersonFactory(keeper=two.sender)
        two.agree()
        give(two.person, "statistics", how="present", language="am", by=two.by_sender)
        two.draft(wait_list=True)
        withdraw(Consent.objects.get(person=two.person, purpose="referral"), by=two.by_sender)
    assert not [key for key in count() if key[0] == "loop-outcomes"]


def test_mistakes_and_those_of_whom_it_is_not_told_are_no_figures(two: Two, town: Area) -> None:
    sent = send(two, 7)
    for referral in sent[:2]:
        sending.entered_in_error(referral, by=two.by_sender, note="twice")
    assert count()["loop-referrals", "l/t/", ""] == (5, 0)


def test_a_shelter_s_referrals_are_counted_nowhere(two: Two, town: Area) -> None:
    send(two, 7)
    two.receiver.sensitive, two.receiver.sensitive_why = True, "a shelter"
    two.receiver.save()
    assert count()["loop-referrals", "l/t/", ""] == (0, 0)


def test_an_erased_file_is_left_out(two: Two, town: Area) -> None:
    send(two, 10)
    Referral.objects.filter(pk__in=list(Referral.objects.values_list("pk", flat=True)[:5])).delete()
    assert count()["loop-referrals", "l/t/", ""] == (5, 0)


def test_nothing_of_a_person_is_kept(two: Two, town: Area) -> None:
    referrals = send(two, 6)
    answering.reject(referrals[0], by=two.by_receiver, reason="other", words="Somebody knows her there.")
    count()
    kept = serializers.serialize("json", [*Observation.objects.all(), *Vintage.objects.all()])
    people = list(Person.objects.all())
    forbidden = {str(one.pk) for one in [*people, *referrals]} | {one.called for one in people}
    forbidden |= {str(referral.loop_id) for referral in referrals} | {"Somebody knows"}
    assert not [word for word in forbidden if word in kept]
    assert {name for row in json.loads(kept) for name in row["fields"]} <= {
        *("created_at", "updated_at", "dataset", "mark", "released", "loaded_by_id", "files", "breaks", "figures"),
        *("vintage", "indicator", "part", "area", "period", "start", "value", "low", "high", "behind", "status"),
    }


def test_it_is_counted_without_seeing_anybody(two: Two, town: Area, as_application: None) -> None:
    """As the application, for whom the wall holds: figures come, and no row of a file or a referral can be read."""
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk]):
        keys = [referral.pk for referral in send(two, 5)]
        give(two.person, "statistics", how="present", language="am", by=two.by_sender)
    assert count()["loop-referrals", "l/t/", ""] == (5, 0)
    assert not Referral.objects.filter(pk__in=keys).exists()
    assert not Consent.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM referrals_counted_by_person(%s)", [keys])
        rows = cursor.fetchall()
        assert {key for key, _number, _agreed in rows} == set(keys)
        assert sorted(number for _key, number, _agreed in rows) == [1, 2, 3, 4, 5], "drawn for this once, and no keys"


# --- where, and what about ----------------------------------------------------------------------------------------------


def test_a_service_is_counted_where_all_its_places_are(two: Two, town: Area) -> None:
    near = Area.objects.create(scheme="l", code="q", level="locality", name={"en": "Q"}, path="l/t/q/", parent=town)
    other = Area.objects.create(scheme="l", code="o", level="authority", name={"en": "O"}, path="l/o/")
    village, both, far, online, nowhere = (ServiceFactory(published=True) for _ in range(5))
    for service, places in ((village, [near]), (both, [near, town]), (far, [near, other]), (online, [None])):
        for place in places:
            ServiceAtLocationFactory(service=service, location=LocationFactory(area=place))
    found = areas_of([one.pk for one in (village, both, far, online, nowhere)])
    assert [found[one.pk] for one in (village, both, far, online, nowhere)] == [
        near.pk,
        town.pk,
        town.pk,  # in two towns: the portal's own
        town.pk,
        town.pk,
    ]


def test_a_service_is_about_what_most_of_its_themes_are_of(two: Two, town: Area) -> None:
    services = [ServiceFactory(published=True) for _ in range(4)]
    said = [
        ["human_services:work", "human_services:work:x", "human_services:food", "human_situations:citizenship:a"],
        ["human_services:legal", "human_services:money"],
        ["human_situations:survivors", "human_situations:citizenship"],
        ["human_services"],
    ]
    for service, codes in zip(services, said, strict=True):
        for code in codes:
            ServiceTermFactory(service=service, term=term(code))
    trade = ServiceFactory(published=True)
    ServiceTermFactory(service=trade, term=term("business:money:loan", "kesher-business"))
    found = subjects_of([one.pk for one in (*services, trade)])
    assert [found[one.pk] for one in (*services, trade)] == [
        "human_services:work",
        "other",
        "other",  # who somebody is, is no subject
        "other",
        "business:money",
    ]


# --- seats --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def group(two: Two, town: Area) -> Cohort:
    by = MembershipFactory(organisation=two.receiver, role=Role.COLLEGE).user.as_actor(two.receiver.pk)
    return cohorts.open_cohort(
        two.service, name="Morning", starts_on=timezone.localdate() + timedelta(days=40), seats=12, by=by
    )


def test_seats_free_at_the_end_of_the_month_as_they_were_shown(two: Two, group: Cohort) -> None:
    by = MembershipFactory(organisation=two.receiver, role=Role.COLLEGE).user.as_actor(two.receiver.pk)
    cohorts.change(group, by=by, seen=None, taken_elsewhere=3)
    found = count()
    assert found["loop-training-places", "l/t/", "human_services:work"] == (9, 0)


def test_what_is_closed_or_came_later_has_no_seats(two: Two, group: Cohort) -> None:
    by = MembershipFactory(organisation=two.receiver, role=Role.COLLEGE).user.as_actor(two.receiver.pk)
    cohorts.close(group, by=by)
    assert count()["loop-training-places", "l/t/", ""] == (0, 0)
    before = timezone.localdate().replace(day=1) - timedelta(days=1)
    count_month(before.replace(day=1))
    rows = Observation.objects.current().filter(indicator="loop-training-places", start=before.replace(day=1))
    assert set(rows.values_list("value", flat=True)) == {0}, "the group was not there"


def test_a_month_begins_at_midnight_where_the_portal_is() -> None:
    from kesher.referrals.monthly import _bounds

    begin, end = _bounds(date(2026, 10, 1), date(2026, 10, 31))
    assert (timezone.localtime(begin).isoformat()[:16], timezone.localtime(end).isoformat()[:16]) == (
        "2026-10-01T00:00",
        "2026-11-01T00:00",
    )
    assert begin.utcoffset() != end.utcoffset()  # summer ends between them
