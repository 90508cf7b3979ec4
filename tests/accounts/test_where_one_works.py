"""Where somebody does what their role says: in approved organisations, in the one they work for now, in every room alike."""

from typing import Any

import pytest

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.casework.models import looked_after
from kesher.casework.models.plans import Caseworker
from kesher.people.models import Access, Person
from kesher.referrals.models import Loop, PlaceQuestion, Referral
from kesher.words.models import Proposal
from kesher.www.caseworker.people.access import organisations_with_files
from tests.factories import (
    LoopFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    PlaceQuestionFactory,
    ReferralFactory,
)

pytestmark = pytest.mark.django_db

#: What a caseworker of one organisation finds in each room, asked by the room's own way.
ROOMS: dict[str, Any] = {
    "files": lambda user: organisations_with_files(user),
    "people": lambda user: Person.objects.visible_to(user),
    "accesses": lambda user: Access.objects.visible_to(user),
    "words": lambda user: Proposal.objects.visible_to(user),
    "loops": lambda user: Loop.objects.visible_to(user),
    "referrals": lambda user: Referral.objects.sent_by(user),
    "places": lambda user: PlaceQuestion.objects.visible_to(user),
}


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def here() -> Organisation:
    """An approved organisation with one of each thing."""
    one: Organisation = OrganisationFactory(approved=True)
    person = PersonFactory(keeper=one)
    loop = LoopFactory(person=person, organisation=one)
    ReferralFactory(loop=loop, sender=one)
    PlaceQuestionFactory(sender=one)
    Proposal.objects.create(text="baker", kind="occupation", answer="question", organisation_id=one.pk, end=5)
    return one


@pytest.mark.parametrize("room", ROOMS)
@pytest.mark.parametrize("state", Organisation.State.values)
def test_only_an_approved_organisation_counts_in_every_room(here: Organisation, room: str, state: str) -> None:
    user = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    assert len(ROOMS[room](fresh(user))) == 1, "the room has something to see"
    Organisation.objects.filter(pk=here.pk).update(state=state)
    assert len(ROOMS[room](fresh(user))) == (1 if state == "approved" else 0)


@pytest.mark.parametrize("room", ROOMS)
def test_whoever_works_for_another_of_their_organisations_finds_nothing_of_this_one(
    here: Organisation, room: str
) -> None:
    user = fresh(MembershipFactory(organisation=here, role=Role.CASEWORKER).user)
    other = MembershipFactory(user=user, role=Role.CASEWORKER, organisation=OrganisationFactory(approved=True))
    user.forget_memberships()
    user.work_for(other.organisation_id)
    assert here not in [getattr(one, "organisation", one) for one in ROOMS[room](user)]
    assert len(ROOMS[room](user)) == (1 if room == "files" else 0)


def test_whom_one_looks_after_is_asked_in_approved_organisations_alone(here: Organisation) -> None:
    """A colleague's people of a suspended organisation are nobody's: who else has the file is asked to look."""
    user, colleague = (MembershipFactory(organisation=here, role=Role.CASEWORKER).user for _ in range(2))
    person = Person.objects.get()
    Caseworker.objects.create(person=person, organisation=here, user=colleague)
    assert not Person.objects.filter(looked_after(fresh(user), "pk")).exists()
    Organisation.objects.filter(pk=here.pk).update(state="suspended")
    assert Person.objects.filter(looked_after(fresh(user), "pk")).exists()


def test_each_once_in_a_fixed_order_whatever_the_roles() -> None:
    user = MembershipFactory(role=Role.CASEWORKER, organisation=OrganisationFactory(approved=True)).user
    first = user.memberships.get().organisation
    MembershipFactory(user=user, organisation=first, role=Role.REFERRER)
    second = MembershipFactory(
        user=user, role=Role.REFERRER, organisation=OrganisationFactory(approved=True)
    ).organisation
    MembershipFactory(user=user, role=Role.PROVIDER, organisation=OrganisationFactory(approved=True))
    found = fresh(user).organisations_as({Role.CASEWORKER, Role.REFERRER})
    assert found == sorted([first, second], key=lambda one: one.pk)
    assert fresh(user).organisations_as(()) == []
