"""What worries somebody most: three at most, until it passes; and what is not for everybody who helps."""

import pytest

from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.people import worries
from kesher.people.models import Access, Person, Worry
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


def keeper_of(person: Person) -> Actor:
    organisation = person.accesses.get(kind="keeper").organisation
    return MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user.as_actor(organisation.pk)


def now(person: Person) -> set[str]:
    return set(person.worries.now().values_list("kind", flat=True))


def test_what_is_said_now_counts_and_the_rest_has_passed() -> None:
    person = PersonFactory()
    by = keeper_of(person)
    worries.say(person, ["money", "home"], by=by)
    first = person.worries.get(kind="money")
    worries.say(person, ["money", "papers"], by=by)
    assert now(person) == {"money", "papers"}
    assert person.worries.now().get(kind="money") == first, "it is the same worry still"
    assert person.worries.get(kind="home").over_at is not None
    worries.say(person, ["home"], by=by)
    assert person.worries.filter(kind="home").count() == 2, "it came back"
    assert Event.objects.filter(name="file.worries_said", about_id=person.pk).count() == 3
    worries.say(person, ["home"], by=by)
    assert Event.objects.filter(name="file.worries_said", about_id=person.pk).count() == 3, "nothing new was said"


def test_three_at_most_and_by_those_who_may() -> None:
    person, stranger = PersonFactory(), OrganisationFactory(approved=True)
    theirs = MembershipFactory(organisation=stranger, role=Role.CASEWORKER).user.as_actor(stranger.pk)
    for kinds, by in ((["money", "home", "papers", "work"], keeper_of(person)), (["money"], theirs)):
        with pytest.raises(Refused):
            worries.say(person, kinds, by=by)
    assert not Worry.objects.exists()


def test_a_helper_never_sees_that_somebody_is_not_safe() -> None:
    person, helper, own = PersonFactory(), UserFactory(), UserFactory()
    worries.say(person, ["safety", "money"], by=keeper_of(person))
    Access.objects.create(person=person, kind="helper", user=helper)
    Access.objects.create(person=person, kind="person", user=own)
    kinds = {
        user: set(Worry.objects.visible_to(user).values_list("kind", flat=True))
        for user in (helper, own, UserFactory())
    }
    assert list(kinds.values()) == [{"money"}, {"money", "safety"}, set()]
