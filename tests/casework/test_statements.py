"""A statement that is kept says for everybody of its kind, at every later moment, what one written for them then would say."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.base.history import System, acting
from kesher.base.keys import uuid7
from kesher.casework import statements, today
from kesher.casework.statements import Prepared, Statement, kept, send, to_keep
from kesher.casework.today import PARTS, Ask, Part, statement_for, write
from kesher.people.models import Access
from tests.casework.people import a_case, in_days, same_as_apart
from tests.factories import MembershipFactory, StepFactory

NOON = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)
MIDNIGHT = timezone.make_aware(datetime.combine(NOON.date(), time.min))


@pytest.fixture(autouse=True)
def _none_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_KEPT", {})


def asked_by(user: User, *, own: bool = True) -> Ask:
    return Ask(User.objects.get(pk=user.pk), timezone.localdate(), own)


def written(ask: Ask, part: Part) -> Prepared[Any] | None:
    begun = timezone.now()
    statement = write(ask, [part])
    organisations = [one.pk for one in ask.user.organisations]
    return to_keep(statement, begun, timezone.now(), user=ask.user.pk, organisations=organisations)


@pytest.mark.django_db
@pytest.mark.parametrize("own", [True, False])
@pytest.mark.parametrize("part", PARTS, ids=lambda one: f"{one.__module__.rsplit('.')[-1]}-{one.__name__}")
def test_every_part_is_written_from_the_kind_of_user_and_the_day_alone(part: Part, own: bool) -> None:
    first, second = asked_by(a_case().worker, own=own), asked_by(a_case().worker, own=own)
    for ask in (first, second):
        assert ask.user.all_memberships, "the user's memberships are read before"
        assert ask.keys
    with CaptureQueriesContext(connection) as asked:
        of_first, of_second = written(first, part), written(second, part)
    assert [one["sql"] for one in asked] == []
    assert of_first is not None, "it holds a moment that is neither now nor a midnight, or a key that is nobody's here"
    assert of_second is not None
    assert of_first.sql == of_second.sql
    assert not [one for one in (*first.keys, first.user.pk, *first.here) if one.hex in of_first.sql.replace("-", "")]


@pytest.mark.django_db
def test_what_is_given_when_it_is_sent_stands_in_no_text() -> None:
    connection.ensure_connection()
    user, here, there, other = uuid7(), uuid7(), uuid7(), uuid7()
    kind: Any = {"user": user, "organisations": [here, there]}
    values = ([other], NOON, MIDNIGHT, "50%'s", user, there, [there, here], {here}, [], ["a", "b"], 3, None)
    asked = ", ".join(["%s"] * len(values))
    lasting = to_keep(Statement(f"SELECT {asked}, 'x%%'", values, ()), NOON, NOON, **kind)
    assert lasting is not None
    midnight = "'2026-11-28 22:00:00+00:00'::timestamptz"
    assert lasting.sql.replace(midnight, "<midnight>").split(", ") == [
        *("SELECT $1", "$2", lasting.sql.split(", ")[2].replace(midnight, "<midnight>"), "'50%''s'", "$3", "$5"),
        *("ARRAY[$5", "$4]::uuid[]", "ARRAY[$4]::uuid[]", "'{}'", "'{a,b}'", "3", "NULL", "'x%'"),
    ]
    assert lasting.prepare.startswith(f"PREPARE {lasting.name} (uuid[], timestamptz, uuid, uuid, uuid) AS SELECT $1")
    later = NOON + timedelta(seconds=1)
    for value in (NOON, other, [here, other], [NOON], [MIDNIGHT]):
        assert to_keep(Statement("SELECT %s, %s", ([], value), ()), later, later, **kind) is None, value


@pytest.mark.django_db
def test_only_so_many_are_kept_and_the_same_is_written_once(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    monkeypatch.setattr(statements, "MOST_KEPT", 3)
    written_: list[int] = []

    def of(number: int) -> Statement[str]:
        def writes() -> Statement[str]:
            written_.append(number)
            return Statement(f"SELECT {number}, %s", ([],), ())

        return kept(number, writes, user=uuid7(), organisations=[])

    for number in (1, 2, 3, 1, 4, 4, 2, 1):
        assert of(number).sql == f"SELECT {number}, $1"
    assert written_ == [1, 2, 3, 4, 1]
    assert len(statements._KEPT) == 3


@pytest.mark.django_db
def test_only_so_many_are_prepared_on_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    def there() -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'kesher_%'")
            return {name for (name,) in cursor.fetchall()}

    monkeypatch.setattr(statements, "MOST_PREPARED", 2)
    keys = [uuid7(), uuid7()]
    those = {number: Prepared(f"SELECT {number}, unnest($1), $2, $3", 0, ()) for number in (1, 2, 3)}
    for number in (1, 2, 3, 1, 1):
        one = those[number]
        told = send(one, keys, user=keys[0], organisations=[])
        assert [(row[0], row[1], row[3]) for row in told] == [(number, key, keys[0]) for key in keys]
    assert there() == {those[3].name, those[1].name}
    assert len({replace(one, organisations=n).name for one in those.values() for n in (0, 1)}) == 6


@pytest.mark.django_db
def test_whoever_is_of_the_same_kind_sends_the_same_and_finds_their_own() -> None:
    case, other = a_case(called="Almaz"), a_case(called="Bogdan")
    for one in (case, other):
        StepFactory(person=one.person, due_on=in_days(-1))
    first = statement_for(asked_by(case.worker), PARTS)
    assert isinstance(first, Prepared)
    assert statement_for(asked_by(case.worker), PARTS) is first
    assert statement_for(asked_by(other.worker), PARTS) is first
    assert statement_for(asked_by(case.worker, own=False), PARTS) is not first
    with translation.override("he"):
        assert statement_for(asked_by(case.worker), PARTS) is not first
    Organisation.objects.filter(pk=other.keeper.pk).update(sensitive=True, sensitive_why="a shelter")
    assert statement_for(asked_by(other.worker), PARTS) is not first
    for one in (case, other):
        assert [entry.called for entry in today.today(one.worker, day=timezone.localdate())[0]] == [one.person.called]
        for own in (True, False):
            same_as_apart(one.worker, own=own)


@pytest.mark.django_db
def test_whoever_serves_two_organisations_finds_each_ones_own() -> None:
    case, other = a_case(called="Almaz"), a_case(called="Bogdan")
    MembershipFactory(user=case.worker, organisation=other.keeper, role="caseworker")
    for one in (case, other):
        StepFactory(person=one.person, due_on=in_days(-1))
    for working_for, names in ((None, {"Almaz", "Bogdan"}), (case.keeper, {"Almaz"}), (other.keeper, {"Bogdan"})):
        user = User.objects.get(pk=case.worker.pk)
        if working_for is not None:
            user.work_for(working_for.pk)
        assert {entry.called for entry in today.today(user, day=timezone.localdate())[0]} == names


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
