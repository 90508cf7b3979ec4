"""Requests to be called: for one organisation's eyes, by two walls, and gone after ninety days."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.base import retention, rows
from kesher.directory.models import CallBack, Service
from tests import factories as make

pytestmark = pytest.mark.django_db


def ask(service: Service, **more: Any) -> CallBack:
    return CallBack.objects.create(
        service=service,
        organisation=service.organisation,
        **({"called": "Almaz", "phone": "050-5550123", "language": "am", "consent_at": timezone.now()} | more),
    )


@pytest.mark.parametrize(
    ("role", "sees"),
    [(role, role in {Role.PROVIDER, Role.COLLEGE, Role.ORGANISATION_ADMIN, Role.CASEWORKER}) for role in Role],
)
def test_seen_by_who_calls_back_in_the_organisation_asked_and_by_nobody_else(role: str, sees: bool) -> None:
    request = ask(make.ServiceFactory(published=True))
    own = make.MembershipFactory(role=role, organisation=request.organisation).user
    other = make.MembershipFactory(role=role).user
    assert CallBack.objects.visible_to(own).exists() is sees
    assert not CallBack.objects.visible_to(other).exists()


def test_the_second_wall_holds_when_a_query_forgets() -> None:
    request = ask(make.ServiceFactory(published=True))
    other = make.OrganisationFactory()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE kesher_app")
    for whose, seen in ((), 0), ((other.pk,), 0), ((request.organisation_id,), 1):
        rows.say_for_whom(None, whose, for_transaction=True)
        assert CallBack.objects.count() == seen


def test_anybody_may_ask_as_the_application_and_sees_nothing_afterwards() -> None:
    service = make.ServiceFactory(published=True)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE kesher_app")
    ask(service)
    assert CallBack.objects.count() == 0
    rows.say_for_whom(None, [service.organisation_id], for_transaction=True)
    assert CallBack.objects.get().phone == "050-5550123"


def test_erased_after_ninety_days_with_its_history() -> None:
    old, new = ask(make.ServiceFactory(published=True)), ask(make.ServiceFactory(published=True))
    CallBack.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=91))
    retention.run()
    assert list(CallBack.objects.all()) == [new]
    assert not CallBack.pgh_event_model.objects.filter(pgh_obj_id=old.pk).exists()  # type: ignore[attr-defined]


def test_history_holds_no_name_no_number_no_words() -> None:
    request = ask(make.ServiceFactory(published=True), note="my son is ill")
    kept = request.history.get()  # type: ignore[attr-defined]
    assert not {"called", "phone", "note"} & {field.name for field in kept._meta.get_fields()}


@pytest.mark.parametrize(
    ("broken", "name"),
    [({"phone": ""}, "call_back_has_a_number"), ({"state": "reached"}, "call_back_answered_by_somebody")],
)
def test_each_invariant_has_an_example(broken: dict[str, str], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ask(make.ServiceFactory(published=True), **broken)
