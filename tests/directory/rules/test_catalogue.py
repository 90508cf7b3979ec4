"""The services this process holds with their rules are what the database says, however it came to say it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection, transaction
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.areas.models import Area
from kesher.directory import catalogue as held
from kesher.directory.catalogue import catalogue, services
from kesher.directory.models import (
    Capacity,
    EligibilityRule,
    Location,
    RuleVersion,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceChange,
    ServiceLanguage,
    ServiceRule,
    ServiceTerm,
    Term,
)
from kesher.directory.search.indexing import forget_changes
from kesher.directory.taxonomies import load_open_eligibility
from kesher.engine.orientation import Catalogue
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.finding import find_for
from tests import factories as make
from tests.directory.rules.test_orienting import with_rule
from tests.writing import name_the_tests

RENTS = {"===": [{"var": "rents"}, True]}


def keeper() -> Any:
    return held._keepers[next(reversed(held._keepers))]


def check() -> Catalogue:
    """What this process holds against what is read from nothing."""
    now = catalogue()
    anew = Catalogue(services(timezone.localdate()))
    assert now.services == anew.services
    for facts in ({}, {"age": 30}, {"age": 70, "rents": True}, {"rents": False}):
        assert now.rules.verdicts(facts).tolist() == anew.rules.verdicts(facts).tolist()
    return now


@pytest.fixture
def town(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Service]]:
    held._keepers.clear()
    yield [make.ServiceFactory(published=True, minimum_age=None, maximum_age=None) for _ in range(3)]
    if held._keepers and keeper().builder:
        keeper().builder.join(20)
    held._keepers.clear()


def test_every_way_a_service_can_change_is_seen_and_only_it_is_read(
    town: list[Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other, third = town
    load_open_eligibility()
    check()
    read: list[Any] = []
    really = held.services
    monkeypatch.setattr(held, "services", lambda today, keys=None: read.append(keys) or really(today, keys))
    term = Term.objects.filter(path__startswith="open-eligibility/human_services/").order_by("path").first()
    place = Location.objects.create(latitude=32.0, longitude=34.8)
    area = Area.objects.create(scheme="x", code="1", level="locality", name={"en": "Here"}, path="x.1/")

    def seen(*changed: Service) -> None:
        read.clear()
        check()
        shared = {place.pk, *EligibilityRule.objects.values_list("pk", flat=True)}
        shared |= set(Organisation.objects.values_list("pk", flat=True))
        assert [set(keys or ()) - shared for keys in read] == [{service.pk for service in changed}]

    Service.objects.filter(pk=one.pk).update(minimum_age=18)
    seen(one)
    Service.objects.filter(pk=one.pk).update(maximum_age=30, assured_date=timezone.localdate(), remote=True)
    seen(one)
    Service.objects.filter(pk=one.pk).update(name={"en": "Another name"})  # which orientation does not hold
    read.clear()
    check()
    assert read == []
    Service.objects.filter(pk=one.pk).update(description={"en": "One course at several places"})
    seen(one)
    Service.objects.filter(pk=one.pk).update(open_to_all=False)
    seen(one)
    Service.objects.filter(pk=one.pk).update(eligibility_description={"en": "For residents"})
    seen(one)
    served = ServiceArea.objects.create(service=one, area=area, name={"en": "here"})
    seen(one)
    Area.objects.filter(pk=area.pk).update(path="x.2/")
    read.clear()
    keeper().true_at = float("-inf")
    check()
    assert read == [None], "where an area lies concerns everything"
    ServiceArea.objects.filter(pk=served.pk).update(area=None)
    seen(one)
    served.delete()
    seen(one)
    at = ServiceAtLocation.objects.create(service=other, location=place)
    ServiceArea.objects.create(service_at_location=at, area=area)
    seen(other)
    at.delete()
    seen(other)
    tagged = ServiceTerm.objects.create(service=one, term=term)
    seen(one)
    tagged.delete()
    seen(one)
    spoken = ServiceLanguage.objects.create(service=one, code="am")
    seen(one)
    ServiceLanguage.objects.filter(pk=spoken.pk).update(service=other)  # as when two are merged
    seen(one, other)
    ServiceAtLocation.objects.create(service=one, location=place)
    seen(one)
    Location.objects.filter(pk=place.pk).update(latitude=31.0)
    seen(one)
    Capacity.objects.create(service=other, available=3, updated=timezone.now())
    seen(other)
    Capacity.objects.filter(service=other).update(available=0)
    seen(other)
    Schedule.objects.create(service=other, valid_from=timezone.localdate() + timedelta(days=9))
    seen(other)
    rule = with_rule(one, RENTS)
    ServiceRule.objects.create(service=other, rule=rule)
    seen(one, other)
    RuleVersion.objects.filter(rule=rule).update(state="withdrawn")
    seen(one, other)
    ServiceRule.objects.filter(service=other).delete()
    seen(other)
    Service.objects.filter(pk=third.pk).update(state="suspended")
    seen(third)
    assert str(third.pk) not in catalogue().number_of
    Service.objects.filter(pk=third.pk).update(state="published")
    seen(third)
    Organisation.objects.filter(pk=other.organisation_id).update(state="suspended")
    seen(*(service for service in town if service.organisation_id == other.organisation_id))
    assert str(other.pk) not in catalogue().number_of
    new = make.ServiceFactory(published=True)
    seen(new)
    key = new.pk
    new.delete()
    new.pk = key
    seen(new)
    Term.objects.filter(pk=term.pk).update(code="called:otherwise")
    read.clear()
    keeper().true_at = float("-inf")
    check()
    assert read == [None], "what themes are called concerns everything"


def test_a_draft_of_a_rule_changes_nothing(town: list[Service]) -> None:
    rule = with_rule(town[0], RENTS)
    check()
    before = catalogue()
    RuleVersion.objects.create(
        rule=rule, number=2, state="draft", valid_from=timezone.localdate(), source_title="x", when=False
    )
    assert catalogue() is before


def test_what_is_rolled_back_does_not_stay(town: list[Service]) -> None:
    check()
    with transaction.atomic():
        Service.objects.filter(pk=town[0].pk).update(state="suspended")
        assert len(catalogue()) == 2
        transaction.set_rollback(True)
    assert len(check()) == 3


def test_what_commits_late_is_seen_although_others_were_read_meanwhile(town: list[Service]) -> None:
    """Two rules are withdrawn, and who began first ends last: a count and a newest date would not have shown it."""
    rules = [with_rule(service, RENTS) for service in town[:2]]
    check()
    wrote, read = threading.Event(), threading.Event()

    def slow() -> None:
        name_the_tests()
        try:
            with transaction.atomic():
                RuleVersion.objects.filter(rule=rules[0]).update(state="withdrawn")
                wrote.set()
                assert read.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=slow)
    thread.start()
    assert wrote.wait(20)
    RuleVersion.objects.filter(rule=rules[1]).update(state="withdrawn")
    assert [service.rule for service in catalogue().services[:2]] == [RENTS, None]
    read.set()
    thread.join()
    assert [service.rule for service in catalogue().services[:2]] == [None, None]
    check()


@contextmanager
def meanwhile(change: Callable[[], Any]) -> Iterator[Callable[[], None]]:
    """A transaction of somebody else that has made this change; it commits when told, and at the end at the latest."""
    done, may = threading.Event(), threading.Event()

    def work() -> None:
        name_the_tests()
        try:
            with transaction.atomic():
                change()
                done.set()
                assert may.wait(20)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()

    def commit() -> None:
        may.set()
        thread.join()

    try:
        assert done.wait(20)
        yield commit
    finally:
        commit()


@pytest.mark.parametrize("behind", ["place", "rule", "organisation"])
@pytest.mark.parametrize("first", ["joins", "changes"])
def test_whoever_joins_what_is_just_changing_hears_of_it(town: list[Service], behind: str, first: str) -> None:
    """The change sees no service that joins in a transaction under way: so it says what changed, and not whose it is."""
    one = town[0]
    place = Location.objects.create(latitude=32.0, longitude=34.8)
    rule, other = with_rule(town[1], RENTS), make.OrganisationFactory(state="suspended")
    joins, changes = {
        "place": (
            lambda: ServiceAtLocation.objects.create(service=one, location=place),
            lambda: Location.objects.filter(pk=place.pk).update(latitude=31.0),
        ),
        "rule": (
            lambda: ServiceRule.objects.create(service=one, rule=rule),
            lambda: RuleVersion.objects.filter(rule=rule).update(state="withdrawn"),
        ),
        "organisation": (
            lambda: Service.objects.filter(pk=one.pk).update(organisation=other),
            lambda: Organisation.objects.filter(pk=other.pk).update(state="approved"),
        ),
    }[behind]
    check()
    with meanwhile(joins) as join, meanwhile(changes) as change:
        for commit in (join, change) if first == "joins" else (change, join):
            commit()
            check()


def test_a_long_transaction_does_not_have_changes_read_again_and_again(town: list[Service]) -> None:
    server = connection.settings_dict
    with psycopg.connect(
        host=server["HOST"], port=server["PORT"] or None, user=server["USER"], dbname="postgres"
    ) as other:
        other.execute("SELECT pg_current_xact_id()")
        check()
        Service.objects.filter(pk=town[0].pk).update(minimum_age=18)
        now = check()
        assert catalogue() is now
    assert catalogue() is now


def test_a_new_day_brings_rules_and_courses_that_begin_and_takes_those_that_end(
    town: list[Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    for service, first, last in ((town[0], 1, None), (town[1], -5, 0)):
        rule = with_rule(service, RENTS)
        RuleVersion.objects.filter(rule=rule).delete()
        RuleVersion.objects.create(
            rule=rule,
            number=1,
            state="published",
            valid_from=today + timedelta(days=first),
            valid_until=None if last is None else today + timedelta(days=last),
            source_title="x",
            when=RENTS,
        )
    Schedule.objects.create(service=town[2], valid_from=today + timedelta(days=1))
    assert [service.rule for service in check().services] == [None, RENTS, None]
    assert catalogue().services[2].next_start == today + timedelta(days=1)
    read: list[Any] = []
    really = held.services
    monkeypatch.setattr(held, "services", lambda day, keys=None: read.append(keys) or really(day, keys))
    monkeypatch.setattr(timezone, "localdate", lambda *_given: today + timedelta(days=1))
    assert [service.rule for service in check().services] == [RENTS, None, None]
    assert catalogue().services[2].next_start is None
    assert read == [{service.pk for service in town}]


def test_much_is_taken_in_beside_and_nothing_older_than_a_minute_is_answered(
    town: list[Service], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = check()
    monkeypatch.setattr(held, "AT_ONCE", 0)
    begun, may = threading.Event(), threading.Event()
    really = held.services

    def slowly(today: Any, keys: Any = None) -> Any:
        begun.set()
        assert may.wait(20)
        return really(today, keys)

    monkeypatch.setattr(held, "services", slowly)
    Service.objects.filter(pk=town[0].pk).update(state="suspended")
    assert catalogue() is before, "visitors are answered while it is built"
    assert begun.wait(20)
    assert catalogue() is before
    shown = find_for(Answers(), AnonymousUser(), area=None)
    assert {card.pk for card in shown.cards} == {town[1].pk, town[2].pk}, "what was suspended is never shown"

    keeper().true_at -= held.STALE_SECONDS
    threading.Timer(0.2, may.set).start()
    assert len(catalogue()) == 2, "who would get something older waits"
    assert catalogue() is keeper().held.catalogue
    check()


def test_a_build_that_fails_is_done_by_who_asks_once_what_is_held_is_too_old(
    town: list[Service], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = check()
    monkeypatch.setattr(held, "AT_ONCE", 0)
    really = held.services

    def broken(today: Any, keys: Any = None) -> Any:
        raise OSError("the database went away")

    monkeypatch.setattr(held, "services", broken)
    Service.objects.filter(pk=town[0].pk).update(state="suspended")
    assert catalogue() is before
    keeper().builder.join(20)
    assert "could not be built" in caplog.text
    monkeypatch.setattr(held, "services", really)
    keeper().true_at -= held.STALE_SECONDS
    assert len(catalogue()) == 2


def test_what_slept_longer_than_changes_are_kept_is_read_anew(town: list[Service]) -> None:
    check()
    Service.objects.filter(pk=town[0].pk).update(minimum_age=40)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE directory_servicechange SET at = now() - interval '25 hours'")
    forget_changes()
    assert not ServiceChange.objects.exists()
    seen = keeper().held
    keeper().held = held._Held(seen.catalogue, seen.seen, seen.table, seen.read_at - held.OLDEST_SECONDS - 1, seen.day)
    keeper().true_at = float("-inf")
    check()


def test_a_service_is_written_down_once_a_transaction(town: list[Service]) -> None:
    ServiceChange.objects.all().delete()
    with transaction.atomic():
        for youngest in (10, 20, 30):
            Service.objects.filter(pk=town[0].pk).update(minimum_age=youngest)
        ServiceLanguage.objects.create(service=town[0], code="fr")
    assert ServiceChange.objects.count() == 1
