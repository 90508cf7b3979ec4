"""Legal demands: one named officer, a log that only grows, and nobody else reads it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.directory import legal
from kesher.directory.models import LegalDecision, LegalDemand, LegalNotice, NamedOfficer
from tests.factories import LegalDemandFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
ASKED: dict[str, Any] = {"authority": "Police", "basis": "Letter of 1 May", "asked": "Who comes to the Hebrew course"}


@pytest.fixture
def chief(db: None) -> User:
    user: User = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    return user


@pytest.fixture
def dana(chief: User) -> User:
    user: User = UserFactory()
    legal.appoint(kind="legal", user=user, name="Dana Levi", contact="08-999-0001", by=chief.as_actor())
    return user


def by(user: User) -> Actor:
    return Actor(user.pk)


def demanded(dana: User) -> LegalDemand:
    return legal.receive(received_on=timezone.localdate(), by=by(dana), **ASKED)


def test_one_is_named_at_a_time_and_who_it_was_stays(dana: User, chief: User) -> None:
    with pytest.raises(Refused, match="makes themselves"):
        legal.appoint(kind="legal", user=chief, name="Chief", contact="1", by=chief.as_actor())
    with pytest.raises(Refused):
        legal.appoint(kind="legal", user=dana, name="Dana", contact="1", by=by(dana))
    other = UserFactory()
    legal.appoint(kind="legal", user=other, name="Omar", contact="08-999-0002", by=chief.as_actor())
    assert legal.officer("legal").user_id == other.pk
    assert NamedOfficer.objects.get(user_id=dana.pk).until == timezone.localdate()
    with pytest.raises(Refused, match="legal officer alone"):
        demanded(dana)


def test_a_demand_is_written_decided_and_the_person_told_or_why_not(dana: User) -> None:
    demand = demanded(dana)
    with pytest.raises(ValidationError, match="exactly what was given"):
        legal.decide(demand, outcome="given", why="Order of a court", by=by(dana))
    with pytest.raises(ValidationError, match="nothing was"):
        legal.decide(demand, outcome="refused", why="No order", given="All of it", by=by(dana))
    legal.decide(demand, outcome="refused", why="No order of a court", by=by(dana))
    legal.decide(demand, outcome="part", why="Order of 9 May", given="That somebody came on 3 April", by=by(dana))
    today = timezone.localdate()
    with pytest.raises(Refused, match="day to come"):
        legal.not_told(demand, why="Forbidden by the order", look_again_on=today, by=by(dana))
    legal.not_told(demand, why="Forbidden by the order", look_again_on=today + timedelta(days=30), by=by(dana))
    legal.told(demand, on=today, by=by(dana))
    assert list(demand.decisions.order_by("id").values_list("outcome", flat=True)) == ["refused", "part"]
    assert demand.notices.count() == 2


@pytest.mark.parametrize("role", [*Role.values])
def test_nobody_else_writes_or_reads(dana: User, role: str) -> None:
    demand = demanded(dana)
    user = MembershipFactory(role=role).user
    with pytest.raises(Refused, match="legal officer alone"):
        legal.decide(demand, outcome="refused", why="x", by=user.as_actor())
    reads = LegalDemand.objects.visible_to(user).exists()
    assert reads == (role == Role.AUDITOR)


def test_the_log_only_grows_whoever_writes(dana: User) -> None:
    demand = demanded(dana)
    legal.decide(demand, outcome="refused", why="No order", by=by(dana))
    legal.told(demand, on=timezone.localdate(), by=by(dana))
    for model in (LegalDemand, LegalDecision, LegalNotice):
        for change in ("UPDATE {} SET at = now()", "DELETE FROM {}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(change.format(model._meta.db_table))


def test_the_second_wall_shows_it_to_the_officer_and_to_auditors(dana: User, as_application: None) -> None:
    auditor, caseworker = (MembershipFactory(role=role).user for role in (Role.AUDITOR, Role.CASEWORKER))
    with acting_for(user_id=dana.pk):
        demand = demanded(dana)
    for user, sees in ((dana, True), (auditor, True), (caseworker, False)):
        with acting_for(user_id=user.pk, organisation_ids=user.organisation_ids):
            assert LegalDemand.objects.filter(pk=demand.pk).exists() == sees
    with (
        pytest.raises(DatabaseError),
        acting_for(user_id=auditor.pk, organisation_ids=auditor.organisation_ids),
    ):
        LegalDemandFactory()  # who reads it writes nothing into it


def test_no_person_is_named_by_a_key() -> None:
    """A list of who is looked for would itself be what they are looked for with."""
    for model in (LegalDemand, LegalDecision, LegalNotice):
        related = {field.related_model._meta.label for field in model._meta.concrete_fields if field.is_relation}
        assert related <= {"directory.LegalDemand"}


def test_after_seven_years_it_is_erased(dana: User) -> None:
    demand = LegalDemandFactory(at=timezone.now() - timedelta(days=7 * 365 + 1))
    retention.run()
    assert not LegalDemand.objects.filter(pk=demand.pk).exists()
