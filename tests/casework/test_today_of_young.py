"""What young people said leads to a next step on Today, until it is taken; and a course that begins is not forgotten."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pgtrigger
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import User
from kesher.casework import plans
from kesher.casework.today import Row, today
from kesher.casework.today_of_young import ADDED, COURSE_BEHIND
from kesher.people import parts
from kesher.people.models import Youth
from kesher.referrals.models import Cohort
from tests.casework.people import Case, a_case, in_days, same_as_apart, worker
from tests.factories import LoopFactory, OrganisationFactory, ReferralFactory
from tests.hosting import three
from tests.mentoring import pair

pytestmark = pytest.mark.django_db


def rows(user: User, own: bool = False) -> list[Row]:
    same_as_apart(user, own=own)
    entries, _full = today(user, day=timezone.localdate(), own=own)
    named = [(one.called, row) for one in entries for row in (one.main, *one.also)]
    return [replace(row, called=called) for called, row in named if row.reason.code in ADDED]


def codes(user: User) -> list[str]:
    return [row.reason.code for row in rows(user)]


def young(case: Case, **said: Any) -> Youth:
    youth = Youth(person=case.person, **said)
    parts.keep(youth, by=case.by)
    return youth


def test_a_mentor_who_is_wanted_is_proposed_until_one_is_looked_for(client: Client) -> None:
    case = a_case(called="Selam")
    young(case, wants_mentor=False)
    assert codes(case.worker) == []
    Youth.objects.update(wants_mentor=True)
    (row,) = rows(case.worker)
    assert (row.reason.code, row.called) == ("wants_mentor", "Selam")
    client.force_login(case.worker)
    page = client.get(reverse("caseworker_today")).content.decode()
    assert "Would like a mentor, and has none" in page
    assert reverse("person_mentor", kwargs={"pk": case.person.pk}) in page
    assert (
        "They would like a mentor"
        in client.get(reverse("caseworker_person", kwargs={"pk": case.person.pk})).content.decode()
    )


def test_the_day_is_the_one_on_which_they_said_so_whatever_else_was_put_right_since() -> None:
    case = a_case(called="Selam")
    youth = young(case, wants_mentor=True, ready="supported")
    told: Any = Youth._meta.get_field("history").related_model
    with pgtrigger.ignore("people.YouthEvent:append_only"):
        told.objects.update(pgh_created_at=timezone.now() - timedelta(days=40))

    def days() -> dict[str, int]:
        return {row.reason.code: (timezone.localdate() - row.on).days for row in rows(case.worker)}

    youth.school = "goes"
    parts.keep(youth, by=case.by)
    assert days() == {"wants_mentor": 40, "ready": 40}
    Youth.objects.update(wants_mentor=None)
    Youth.objects.update(wants_mentor=True, ready="ready")
    assert days() == {"wants_mentor": 0, "ready": 0}, "said again, and of another kind"


def test_whoever_has_or_had_a_mentor_is_not_proposed_one_again_by_this() -> None:
    two = pair("active")
    Youth.objects.create(person=two.match.person, wants_mentor=True)
    assert "wants_mentor" not in codes(two.match.caseworker)


@pytest.mark.parametrize(
    ("ready", "code", "route"),
    [
        ("not_yet", None, ""),
        ("tries", "would_try", "person_step_new"),
        ("supported", "ready", "person_training"),
        ("ready", "ready", "person_training"),
        ("in_one", None, ""),
    ],
)
def test_who_is_ready_for_a_trade_is_shown_the_next_step(
    client: Client, ready: str, code: str | None, route: str
) -> None:
    case = a_case()
    young(case, ready=ready)
    assert codes(case.worker) == ([code] if code else [])
    if not code:
        return
    client.force_login(case.worker)
    assert reverse(route, kwargs={"pk": case.person.pk}) in client.get(reverse("caseworker_today")).content.decode()
    case.step(kind="papers")
    assert codes(case.worker) == [code], "papers are no way to a trade"
    step = plans.agree(case.person, kind="taster", due_on=in_days(9), by=case.by)
    assert codes(case.worker) == []
    plans.drop(step, reason="impossible", by=case.by)
    assert codes(case.worker) == [code]


def test_with_an_agreement_nobody_is_asked_again() -> None:
    agreement = three("active").agreement
    Youth.objects.create(person=agreement.person, ready="ready")
    assert codes(agreement.caseworker) == []


def seated(case: Case, days: int, state: str = "accepted") -> Cohort:
    loop = LoopFactory(person=case.person, organisation=case.keeper)
    referral = ReferralFactory(loop=loop, sender=case.keeper)
    cohort = Cohort.objects.create(service=referral.service, name="Morning", starts_on=in_days(days), seats=9)
    type(referral).objects.filter(pk=referral.pk).update(cohort=cohort, state=state, worker_id=case.worker.pk)
    return cohort


@pytest.mark.parametrize(
    ("days", "shown"), [(0, True), (14, True), (15, False), (-COURSE_BEHIND, True), (-COURSE_BEHIND - 1, False)]
)
def test_a_course_that_begins_is_on_today_of_whoever_sent_them(client: Client, days: int, shown: bool) -> None:
    case = a_case(called="Almaz")
    cohort = seated(case, days)
    assert codes(case.worker) == (["course_begins"] if shown else [])
    assert codes(case.partner_worker) == [], "who sent them asks"
    assert codes(worker(OrganisationFactory(approved=True))) == []
    if shown:
        (row,) = rows(case.worker)
        assert (row.on, row.called) == (cohort.starts_on, "Almaz")
        assert cohort.service.name["en"] == row.text
        client.force_login(case.worker)
        page = client.get(reverse("caseworker_today")).content.decode()
        assert "Has a seat in a course that begins" in page
        assert reverse("referral", kwargs={"pk": row.about_id}) in page


def test_whoever_has_left_the_course_is_not_asked_whether_they_come() -> None:
    case = a_case()
    seated(case, 3)
    assert codes(case.worker) == ["course_begins"]
    case.person.referrals.update(cohort=None)
    assert codes(case.worker) == []
