"""Two who set the same day to look again, at the same moment, in a list: one day is set, and the second is told."""

import threading

import pytest
from django.db import connection

from kesher.base.transitions import Refused
from kesher.casework import plans
from kesher.casework.models import Review
from tests.casework.people import a_case, in_days


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_the_same_day_at_once_one_is_told() -> None:
    case = a_case()
    at_once, said = threading.Barrier(2, timeout=20), list[str]()

    def go() -> None:
        try:
            at_once.wait()
            plans.set_date(case.person, kind="plan", on=in_days(9), by=case.by, once=True)
            said.append("set")
        except Refused as refused:
            said.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=go) for _two in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(said) == ["date", "set"]
    assert Review.objects.count() == 1
    plans.set_date(case.person, kind="plan", on=in_days(10), by=case.by, once=True)
    assert Review.objects.count() == 2, "another day is another"
