"""A statement that is kept says at every later moment what one written then would say."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.base.history import System, acting
from kesher.casework import statements, today
from kesher.casework.statements import NOW, Statement, kept, to_keep
from kesher.casework.today import PARTS, Ask, Part, statement_for, write
from kesher.people.models import Access
from tests.casework.people import a_case, in_days
from tests.factories import StepFactory

NOON = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
MIDNIGHT = timezone.make_aware(datetime.combine(NOON.date(), time.min))


@pytest.fixture(autouse=True)
def _none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_KEPT", {})


def asked_by(user: User, *, own: bool = True) -> Ask:
    return Ask(User.objects.get(pk=user.pk), timezone.localdate(), own)


@pytest.mark.django_db
@pytest.mark.parametrize("part", PARTS, ids=lambda one: f"{one.__module__.rsplit('.')[-1]}-{one.__name__}")
def test_every_part_is_written_from_the_user_and_the_day_alone(part: Part) -> None:
    ask = asked_by(a_case().worker)
    assert ask.user.all_memberships, "the user's memberships are read before"
    assert ask.here
    begun = timezone.now()
    with CaptureQueriesContext(connection) as asked:
        statement = write(ask, [part])
    assert [one["sql"] for one in asked] == []
    lasting = to_keep(statement, begun, timezone.now())
    assert lasting is not None, "it holds a moment that is neither now nor a midnight"
    assert not [
        one for one in lasting.values if isinstance(one, list) and any(isinstance(each, datetime) for each in one)
    ]


def test_now_is_put_in_when_it_is_sent_and_other_moments_are_not_kept() -> None:
    written = Statement("SELECT %s, %s, %s", (NOON, MIDNIGHT, "x"), ())
    lasting = to_keep(written, NOON, NOON)
    assert lasting is not None
    assert lasting.values == (NOW, MIDNIGHT, "x")
    before = timezone.now()
    sent = lasting.values_now()
    assert sent[1:] == [MIDNIGHT, "x"]
    assert before <= sent[0] <= timezone.now()
    assert to_keep(written, NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)) is None


def test_only_so_many_are_kept_and_the_same_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "MOST_KEPT", 3)
    written: list[int] = []

    def of(number: int) -> Statement[str]:
        def writes() -> Statement[str]:
            written.append(number)
            return Statement(f"SELECT {number}", (), ())

        return kept(number, writes)

    for number in (1, 2, 3, 1, 4, 4, 2, 1):
        assert of(number).sql == f"SELECT {number}"
    assert written == [1, 2, 3, 4, 1]
    assert len(statements._KEPT) == 3


@pytest.mark.django_db
def test_the_second_time_nothing_is_written_and_the_same_is_found() -> None:
    case = a_case()
    StepFactory(person=case.person, due_on=in_days(-1))
    first = statement_for(asked_by(case.worker), PARTS)
    assert statement_for(asked_by(case.worker), PARTS) is first
    assert statement_for(asked_by(case.worker, own=False), PARTS) is not first
    with translation.override("he"):
        assert statement_for(asked_by(case.worker), PARTS) is not first
    assert [one.called for one in today.today(case.worker, day=timezone.localdate())[0]] == [case.person.called]


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["access", "membership", "organisation"])
def test_what_ends_between_two_looks_is_gone_at_the_second(what: str) -> None:
    case = a_case()
    StepFactory(person=case.person, due_on=in_days(-1))

    def shown() -> list[str]:
        user = User.objects.get(pk=case.worker.pk)
        return [one.called for one in today.today(user, day=timezone.localdate())[0]]

    assert shown() == [case.person.called]
    with acting(actor=System("test"), reason="ends"):
        if what == "access":
            Access.objects.filter(person=case.person).update(until=timezone.now())
        elif what == "membership":
            User.objects.get(pk=case.worker.pk).memberships.all().delete()
        else:
            Organisation.objects.filter(pk=case.keeper.pk).update(state=Organisation.State.SUSPENDED)
    assert shown() == []
