"""Who is in the tests of casework: one person, the organisation that keeps their file, and one that shares it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.transitions import Actor
from kesher.casework.models import Step
from kesher.casework.plans import agree
from kesher.casework.today import PARTS, Ask, told_by
from kesher.people.consents import give
from kesher.people.models import Person
from kesher.people.models.consents import Purpose
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory


def worker(organisation: Organisation, role: str = Role.CASEWORKER) -> User:
    user: User = MembershipFactory(organisation=organisation, role=role).user
    return user


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@dataclass
class Case:
    """``by`` and ``partner_by`` act; ``worker`` and ``partner_worker`` look."""

    person: Person
    keeper: Organisation
    partner: Organisation
    worker: User
    partner_worker: User

    @property
    def by(self) -> Actor:
        return self.worker.as_actor(self.keeper.pk)

    @property
    def partner_by(self) -> Actor:
        return self.partner_worker.as_actor(self.partner.pk)

    def step(self, *, due: int = 3, **said: Any) -> Step:
        told = {"kind": "papers", "text": "Your passport", **said}
        return agree(self.person, due_on=in_days(due), by=self.by, **told)


def a_case(**person: Any) -> Case:
    one = PersonFactory(**person)
    keeper = one.accesses.get().organisation
    partner = OrganisationFactory(approved=True)
    case = Case(one, keeper, partner, worker(keeper), worker(partner))
    give(one, Purpose.SHARE, with_=partner, how="present", language="am", by=case.by)
    return case


def same_as_apart(user: User, *, own: bool = True, day: date | None = None) -> None:
    """What all parts of Today say in one statement, prepared for all of a kind, is what each says that is asked for itself."""
    ask = Ask(User.objects.get(pk=user.pk), day or timezone.localdate(), own)
    apart = [told.row(*columns) for told in (part(ask) for part in PARTS) for _n, *columns in told.columns(0)]
    assert told_by(ask, PARTS)[0] == apart
