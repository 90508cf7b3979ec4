"""A referral on a caseworker's day: silent, come back, or on the way."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kesher.casework.referred import referrals
from kesher.casework.today import Ask, today
from kesher.referrals import answering
from kesher.referrals.models import Referral
from tests.referrals.conftest import Two, two

__all__ = ["two"]

pytestmark = pytest.mark.django_db


def reasons(town: Two) -> list[tuple[str, int]]:
    day = timezone.localdate()
    return [(row.reason.code, (day - row.on).days) for row in referrals(Ask(town.caseworker, day, True))]


def test_a_silent_referral_and_one_that_came_back_stand_on_the_list(two: Two) -> None:
    day = timezone.localdate()
    referral = two.send()
    assert reasons(two) == []
    entries, _full = today(two.caseworker, day=day)
    assert "no_step" not in {entry.main.reason.code for entry in entries}  # somebody is on the way with it
    Referral.objects.update(sent_at=timezone.now() - timedelta(days=5))
    assert reasons(two) == [("referral_silent", 5)]
    answering.reject(referral, by=two.by_receiver, reason="no_capacity")
    assert reasons(two) == [("referral_back", 0)]
    entries, _full = today(two.caseworker, day=day)
    assert entries[0].main.reason.code == "referral_back"
    assert entries[0].main.key == referral.pk
    with CaptureQueriesContext(connection) as queries:
        list(referrals(Ask(two.caseworker, day, True)))
    assert len(queries) == 1
    assert not list(referrals(Ask(two.provider, day, True)))
