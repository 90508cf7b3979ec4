"""An organisation with two people who code, and an officer of another."""

from collections.abc import Iterator

import pytest

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.words import coders
from tests import factories as make


@pytest.fixture
def noa(db: None) -> User:
    user: User = make.MembershipFactory(role=Role.CASEWORKER, user__name="Noa").user
    return user


@pytest.fixture
def by(noa: User) -> Actor:
    """Noa, for her organisation."""
    return noa.as_actor(noa.memberships_in_force[0].organisation_id)


@pytest.fixture
def second(by: Actor) -> Actor:
    """A colleague of hers."""
    member = make.MembershipFactory(role=Role.CASEWORKER, organisation_id=by.organisation_id)
    actor: Actor = member.user.as_actor(by.organisation_id)
    return actor


@pytest.fixture
def officer(by: Actor) -> Actor:
    """Somebody who keeps the town's lists, of another organisation, towards Noa's."""
    actor: Actor = make.MembershipFactory(role=Role.OFFICER).user.as_actor(by.organisation_id)
    return actor


@pytest.fixture
def inside(by: Actor) -> Iterator[None]:
    """What a request of Noa's organisation sees."""
    assert by.organisation_id
    with acting_for(user_id=by.user_id, organisation_ids=[by.organisation_id]):
        yield


@pytest.fixture
def looks_at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Local words of the test are known as soon as they are decided, and forgotten with it."""
    yield
    coders.look_again()
