"""Two files of one person: merged, and two again exactly as before."""

import pytest

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.people import erasing, mandates, worries
from kesher.people.consents import give
from kesher.people.finding import named
from kesher.people.merging import merge, undo
from kesher.people.models import Access, FileMerge, LanguageSkill, Person, Wish, Worry
from kesher.people.models.consents import Purpose
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Organisation:
    return OrganisationFactory(approved=True)


@pytest.fixture
def by(here: Organisation) -> Actor:
    return MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)


def now(person: Person) -> set[str]:
    return set(person.worries.now().values_list("kind", flat=True))


def test_what_belongs_to_the_second_goes_into_the_first_and_back(here: Organisation, by: Actor) -> None:
    kept = PersonFactory(keeper=here, called="Almaz", phone="")
    other = PersonFactory(keeper=here, called="אלמז", phone="050-555-0142")
    worries.say(kept, ["money"], by=by)
    worries.say(other, ["money", "papers"], by=by)
    done = merge(kept, other, by=by)
    assert (kept.phone, kept.other_names) == ("050-555-0142", "אלמז")
    assert now(kept) == {"money", "papers"}
    assert (other.state, other.merged_into) == ("merged", kept)
    assert list(named(Person.objects.active(), "050-555-0142")) == [kept]
    assert Event.objects.filter(name="file.merged", about_id=kept.pk).count() == 1

    undo(done, by=by)
    undo(done, by=by)  # twice is once
    kept.refresh_from_db()
    other.refresh_from_db()
    assert (kept.phone, kept.other_names) == ("", "")
    assert (now(kept), now(other)) == ({"money"}, {"money", "papers"})
    assert (other.state, other.merged_into, other.phone) == ("active", None, "050-555-0142")
    assert Event.objects.filter(name="file.merge_undone", about_id=kept.pk).count() == 1
    merge(kept, other, by=by)  # and again


def test_undoing_keeps_what_was_written_since(here: Organisation, by: Actor) -> None:
    kept, other = PersonFactory(keeper=here, phone=""), PersonFactory(keeper=here, phone="050-555-0142")
    done = merge(kept, other, by=by)
    kept.phone, kept.other_names = "050-555-0177", "Tigist of the bakery"
    kept.save()
    undo(done, by=by)
    kept.refresh_from_db()
    assert (kept.phone, kept.other_names) == ("050-555-0177", "Tigist of the bakery")


def test_undoing_leaves_what_the_other_has_of_its_own_by_now(here: Organisation, by: Actor) -> None:
    """Of what there is once, a page left open has written one into the other file before it was undone."""
    kept, other = PersonFactory(keeper=here), PersonFactory(keeper=here)
    worries.say(other, ["papers", "money"], by=by)
    Wish.objects.create(person=other, hours_most=20)
    LanguageSkill.objects.create(person=other, language="am", judge="person")
    done = merge(kept, other, by=by)
    Worry.objects.create(person=other, kind="papers")
    Wish.objects.create(person=other, hours_most=30)
    LanguageSkill.objects.create(person=other, language="am", judge="person")
    undo(done, by=by)
    other.refresh_from_db()
    assert other.state == "active"
    assert (now(other), now(kept)) == ({"papers", "money"}, {"papers"})
    assert (Wish.objects.get(person=other).hours_most, Wish.objects.get(person=kept).hours_most) == (30, 20)
    assert (other.languages.count(), kept.languages.count()) == (1, 1)


def test_what_may_not_be_merged_changes_nothing(here: Organisation, by: Actor) -> None:
    kept, claimed, shared = (PersonFactory(keeper=here) for _ in range(3))
    claimed.user = UserFactory()
    claimed.save()
    give(shared, Purpose.SHARE, with_=OrganisationFactory(approved=True), how="present", language="am", by=by)
    foreign = PersonFactory()
    stranger = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER).user
    theirs = stranger.as_actor(stranger.memberships_in_force[0].organisation_id)
    pairs = [(kept, claimed, by), (kept, shared, by), (kept, foreign, by), (kept, kept, by), (kept, claimed, theirs)]
    for first, second, actor in pairs:
        with pytest.raises(Refused):
            merge(first, second, by=actor)
    assert not FileMerge.objects.exists()
    assert merge(claimed, kept, by=by), "the other way round: the one that its person reads stays"


def test_merging_works_behind_the_second_wall(as_application: None) -> None:
    here = OrganisationFactory(approved=True)
    by = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    with acting_for(user_id=by.user_id, organisation_ids=[here.pk]):
        kept, other = PersonFactory(keeper=here), PersonFactory(keeper=here)
        worries.say(other, ["papers"], by=by)
        done = merge(kept, other, by=by)
        assert now(kept) == {"papers"}
        undo(done, by=by)
        assert now(other) == {"papers"}
    with acting_for(organisation_ids=[OrganisationFactory(approved=True).pk]):
        assert not FileMerge.objects.exists()
        assert not Access.objects.exists()


def test_neither_an_erasure_nor_help_nor_the_right_to_it_is_lost(here: Organisation, by: Actor) -> None:
    kept, other = PersonFactory(keeper=here), PersonFactory(keeper=here)
    for one in (kept, other):
        erasing.ask_for(one, how="phone", by=by)
        with pytest.raises(Refused, match="to be erased"):
            merge(kept, other, by=by)
        erasing.keep_after_all(one, by=by)
    mandate = mandates.ask_for(other, "family", how="phone", by=by)
    with pytest.raises(Refused, match="helps them"):
        merge(kept, other, by=by)
    mandates.end(mandate, by=by)

    elsewhere = OrganisationFactory(approved=True)
    theirs = PersonFactory(keeper=elsewhere)
    keeper = MembershipFactory(organisation=elsewhere, role=Role.CASEWORKER).user.as_actor(elsewhere.pk)
    give(theirs, Purpose.SHARE, with_=here, how="present", language="am", by=keeper)
    with pytest.raises(Refused, match="only there"):
        merge(theirs, other, by=by)
    merge(kept, other, by=by)
