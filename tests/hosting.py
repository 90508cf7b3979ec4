"""Agreements on learning at work for tests, made as the rooms make them, with somebody named for safeguarding."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.casework.hosting import agreements, certificates, limits
from kesher.casework.hosting.agreements import Terms
from kesher.casework.models import TrainingAgreement
from kesher.people.models import Person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory
from tests.mentoring import by_worker, named


def terms(**said: Any) -> Terms:
    today = timezone.localdate()
    usual = Terms(
        trade_words="baker",
        where="Market street 3",
        tutor="Rami",
        starts_on=today,
        ends_on=today + timedelta(days=60),
        hours_a_day=Decimal(6),
        hours_a_week=Decimal(30),
        day_from=time(8),
        day_to=time(15),
        pay=Decimal("40"),
    )
    return replace(usual, **said)


def business() -> Organisation:
    found: Organisation = OrganisationFactory(approved=True, kind=Organisation.Kind.EMPLOYER, name={"en": "Bakery"})
    return found


@dataclass
class Three:
    """An agreement and who acts in it: ``by`` for the sender, ``host_by`` for the workplace."""

    agreement: TrainingAgreement
    person: Person
    host: Organisation
    by: Actor
    employer: User

    @property
    def host_by(self) -> Actor:
        return Actor(self.employer.pk, self.host.pk, frozenset({Role.EMPLOYER.value}))

    @property
    def sender(self) -> Organisation:
        return self.agreement.organisation


def three(state: str = "proposed", *, organisation: Organisation | None = None, **said: Any) -> Three:
    """Brought so far: "proposed", "asked", "signed", "active", "declined" or "ended" (``reason``: "done")."""
    sender = organisation or OrganisationFactory(approved=True)
    if not hasattr(sender, "safeguarding"):
        named(sender)
    by = said.pop("by", None) or by_worker(sender)
    host = said.pop("host", None) or business()
    employer = said.pop("employer", None) or MembershipFactory(organisation=host, role=Role.EMPLOYER).user
    person = said.pop("person", None) or PersonFactory(keeper=sender, called="Almaz", born=date(1990, 5, 1))
    reason, goals = said.pop("reason", "done"), said.pop("goals", ["Bake bread"])
    asked = {name: said.pop(name) for name in ("age", "in_school") if name in said}
    agreement = agreements.propose(person, host=host, terms=terms(**said), goals=goals, by=by, **asked)
    found = Three(agreement, person, host, by, employer)
    path = {"asked": 1, "signed": 2, "active": 3, "ended": 4}.get(state, 0)
    if path >= 1:
        agreements.person_signs(agreement, terms=1, called="Almaz", how="present", by=by)
    if path >= 2:
        agreements.host_signs(agreement, terms=1, name="Dina", by=found.host_by)
    if path >= 3:
        if agreement.minor:
            agreements.tell_guardian(agreement, guardian="her mother", on=timezone.localdate(), by=by)
        agreements.start(agreement, terms=1, by=by)
    if path >= 4:
        agreements.end(agreement, reason=reason, by=by)
    if state == "declined":
        agreements.decline(agreement, by=by)
    assert agreement.state == state
    return found


def ran(days: int, three: Three) -> None:
    """As if it had begun so many days ago."""
    begun = timezone.localdate() - timedelta(days=days)
    TrainingAgreement.objects.filter(pk=three.agreement.pk).update(starts_on=begun)
    three.agreement.starts_on = begun


def certified(organisation: Organisation) -> TrainingAgreement:
    """One that has ended, with its certificate."""
    one = three("ended", organisation=organisation)
    certificates.issue(one.agreement, name="Almaz Tadesse", work="baker", hours=200, by=one.by)
    return one.agreement


@contextmanager
def a_wage_in_force(folder: Path) -> Iterator[None]:
    """As if the last minimum wage of the table held today: the same file, with another last day."""
    real = limits.FILE
    (folder / real.name).write_text(real.read_text().replace("until = 2026-03-31", "until = 2999-12-31"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "FILE", folder / real.name)
        limits.load.cache_clear()
        yield
    limits.load.cache_clear()
