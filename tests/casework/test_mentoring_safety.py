"""Mentoring when something goes wrong: the file closes, the named one has left, a worker is the mentor, a child turns up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from kesher.accounts.models import Membership, User
from kesher.accounts.roles import Role
from kesher.base.models import Event, Notification
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework import today
from kesher.casework.mentoring import concerns, matches, notices, offers, sources
from kesher.casework.models import CheckIn, Concern, Match, MentoringGoal, MentoringMeeting
from kesher.people.consents import give, withdraw
from kesher.people.erasing import erase
from kesher.people.files import claim, claim_key
from kesher.people.merging import merge, undo
from kesher.people.models import Access, Consent, Person
from kesher.people.models.consents import Purpose
from tests.casework.people import in_days, worker
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.mentoring import named, pair, ready


@contextmanager
def below_the_pages() -> Iterator[None]:
    """As the application's role of the database, for which the second wall holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


# --- the file closes ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_with_the_agreement_to_the_file_the_mentoring_ends_and_the_mentor_sees_nothing() -> None:
    two = pair("active", shows=["called", "contact"])
    matches.set_goal(two.match, "Read", by=two.by)
    matches.meet(two.match, on=in_days(1), place="library", by=two.by)
    consent = Access.objects.get(person=two.person, organisation=two.organisation).consent
    assert consent is not None
    with below_the_pages():
        with acting_for(user_id=two.by.user_id, organisation_ids=[two.organisation.pk]):
            withdraw(Consent.objects.get(pk=consent.pk), by=two.by)
        with acting_for(user_id=two.mentor.user_id):
            assert not Match.objects.exists()
            assert not MentoringGoal.objects.exists()
            assert not MentoringMeeting.objects.exists()
            assert not CheckIn.objects.filter(side="person").exists()
    row = Match.objects.get(pk=two.match.pk)
    assert (row.state, row.reason, row.ended_on, row.place) == ("ended", "unwanted", in_days(0), None)
    assert (row.person_contact, row.mentor_contact, row.contact_shown) == ("", "", False)
    for event in Event.objects.filter(name="match.tell", data__about="close"):
        notices.tell(event.pk)
    assert Notification.objects.get().recipient_id == two.mentor.user_id


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "after"), [("proposed", "declined"), ("asked", "declined"), ("paused", "ended")])
def test_what_had_not_begun_comes_to_nothing(state: str, after: str) -> None:
    two = pair(state)
    consent = Access.objects.get(person=two.person, organisation=two.organisation).consent
    assert consent is not None
    withdraw(consent, by=two.by)
    assert Match.objects.get(pk=two.match.pk).state == after
    told = Event.objects.filter(name="match.tell", data__about="close", data__side="mentor").exists()
    assert told == (state != "proposed"), "who never knew of it is told nothing"


@pytest.mark.django_db
def test_while_the_organisation_keeps_the_file_by_another_agreement_it_goes_on() -> None:
    two = pair("active")
    other = give(two.person, Purpose.SHARE, with_=two.organisation, how="present", language="am", by=two.by)
    withdraw(other, by=two.by)
    assert Match.objects.get(pk=two.match.pk).state == "active"


@pytest.mark.django_db
def test_an_erased_file_ends_it_too() -> None:
    two = pair("active", shows=["called", "contact"])
    almaz: User = UserFactory()
    claim(claim_key(two.person), user=almaz)
    # their access had ended otherwise: no withdrawal ends what is left
    Access.objects.filter(person=two.person, organisation=two.organisation).update(until=timezone.now())
    with below_the_pages(), acting_for(user_id=almaz.pk):
        erase(Person.objects.get(pk=two.person.pk), by=Actor(almaz.pk, None, frozenset({"person"})))
    row = Match.objects.get(pk=two.match.pk)
    assert (row.state, row.person_contact) == ("ended", "")
    assert not Match.objects.of_mentor(two.mentor.user).exists()


# --- a worker is the mentor ---------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_mentor_who_works_there_neither_reads_nor_writes_what_the_person_says() -> None:
    here = OrganisationFactory(approved=True)
    dina = worker(here)
    two = pair("active", mentor=ready(here, user=dina))
    by = dina.as_actor(here.pk)
    sides = {one.side: one for one in CheckIn.objects.filter(match=two.match)}
    with pytest.raises(Refused, match="a colleague decides"):
        matches.answer(sides["person"], going="well", by=by)
    matches.answer(sides["person"], going="badly", words="She is late", by=two.by)
    with pytest.raises(Refused, match="a colleague decides"):
        matches.read(sides["person"], by=by)
    assert {one.side for one in CheckIn.objects.visible_to(dina)} == {"mentor"}
    assert {one.side for one in CheckIn.objects.visible_to(two.match.caseworker)} == {"person", "mentor"}
    with below_the_pages():
        with acting_for(user_id=dina.pk, organisation_ids=[here.pk]):
            assert {one.side for one in CheckIn.objects.all()} == {"mentor"}
        with acting_for(organisation_ids=[here.pk]):  # as a task does
            assert {one.side for one in CheckIn.objects.all()} == {"person", "mentor"}


# --- whoever was named has left -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_who_was_named_and_has_left_reads_nothing_and_administrators_are_told() -> None:
    two = pair("active")
    here, ruth = two.organisation, two.organisation.safeguarding.user
    chief: User = MembershipFactory(organisation=here, role=Role.ORGANISATION_ADMIN).user
    before = concerns.raise_concern(here, match=two.match, side="mentor", kind="uneasy", by=two.mentor_by)
    Membership.objects.filter(user=ruth, organisation=here).update(since=in_days(-9), until=in_days(-1))
    assert not offers.takes_mentors(here)
    assert not Concern.objects.visible_to(ruth).exists()
    assert not Concern.objects.entrusted_to(ruth).exists()
    with pytest.raises(Refused):
        concerns.take(before, by=concerns.as_named(ruth, here.pk))
    with below_the_pages(), acting_for(user_id=ruth.pk, organisation_ids=[here.pk]):
        assert not Concern.objects.exists()
    after = concerns.raise_concern(here, match=two.match, side="mentor", kind="hurt", words="x", by=two.mentor_by)
    notices.tell(Event.objects.get(name="concern.raise", about_id=after.pk).pk)
    told = Notification.objects.get()
    assert (told.recipient_id, told.link) == (chief.pk, f"/{chief.language}/caseworker/mentors/named/")
    assert told.context == {}
    assert not Concern.objects.visible_to(chief).exists()
    second = named(here)
    with below_the_pages(), acting_for(user_id=second.pk, organisation_ids=[here.pk]):
        assert Concern.objects.count() == 2


@pytest.mark.django_db
def test_of_a_concern_past_its_time_administrators_are_told_once() -> None:
    two = pair("active")
    here, ruth = two.organisation, two.organisation.safeguarding.user
    MembershipFactory(organisation=here, role=Role.ORGANISATION_ADMIN)
    late = concerns.raise_concern(here, side="mentor", kind="danger", by=two.mentor_by)
    taken = concerns.raise_concern(here, side="mentor", kind="danger", by=two.mentor_by)
    concerns.take(taken, by=concerns.as_named(ruth, here.pk))
    with below_the_pages():
        assert concerns.tell_of_late(late.answer_by - timedelta(minutes=1)) == 0
        assert concerns.tell_of_late(late.answer_by + timedelta(minutes=1)) == 1
        assert concerns.tell_of_late(late.answer_by + timedelta(hours=1)) == 0
    notices.tell(Event.objects.get(name="concern.late").pk)
    assert {one.link.rpartition("caseworker/")[2] for one in Notification.objects.all()} == {"mentors/named/"}


# --- a child was thought grown ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_where_the_file_says_under_18_only_later_the_start_is_refused_in_words_until_a_guardian_is_told() -> None:
    two = pair("agreed", shows=["called", "contact"])
    two.person.born = in_days(-16 * 366)
    two.person.save()
    match = Match.objects.get(pk=two.match.pk)
    with pytest.raises(Refused, match="guardian is told first"):
        matches.start(match, by=two.by)
    match = Match.objects.get(pk=two.match.pk)
    assert (match.minor, match.state, match.shows) == (True, "agreed", ["called"])
    matches.tell_guardian(match, guardian="her mother", on=in_days(0), by=two.by)
    matches.start(match, by=two.by)
    match = Match.objects.get(pk=two.match.pk)
    assert (match.state, match.contact_shown, match.person_contact, match.mentor_contact) == ("active", False, "", "")


def numbers(match: Match) -> tuple[bool, str, str]:
    return match.contact_shown, match.person_contact, match.mentor_contact


@pytest.mark.django_db
@pytest.mark.parametrize("learnt", ["at night", "as they meet", "as they go on"])
def test_where_the_file_says_under_18_only_after_it_began_no_number_stays_and_it_rests_until_a_guardian_is_told(
    learnt: str,
) -> None:
    two = pair("active", shows=["called", "contact"])
    planned = [matches.meet(two.match, on=in_days(days), place=place, by=two.by) for days, place in MEETINGS]
    if learnt == "as they go on":
        matches.rest(two.match, "pause", by=two.by)
    assert numbers(two.match) == (True, two.person.phone, "050-555-0170")
    almaz: User = UserFactory()
    claim(claim_key(two.person), user=almaz)
    Person.objects.filter(pk=two.person.pk).update(born=in_days(-16 * 366))
    match = Match.objects.get(pk=two.match.pk)  # as each page opens it
    with below_the_pages():
        if learnt == "at night":
            notices.how_old_they_are(0)
        elif learnt == "as they meet":
            with acting_for(user_id=two.mentor.user_id), pytest.raises(Refused, match="present state"):
                matches.meet(match, on=in_days(1), place="elsewhere", by=two.mentor_by)
        else:
            with (
                acting_for(user_id=two.by.user_id, organisation_ids=[two.organisation.pk]),
                pytest.raises(Refused, match="guardian is told first"),
            ):
                matches.rest(match, "resume", by=two.by)
    match = Match.objects.get(pk=two.match.pk)
    assert (match.state, match.minor, match.shows, match.place) == ("paused", True, ["called"], 1)
    assert numbers(match) == (False, "", "")
    left = set(match.meetings.values_list("pk", "minor"))
    assert left == {(planned[0].pk, False), (planned[1].pk, True)}, "what was stays, and what will be among others"
    for event in Event.objects.filter(name="match.tell", data__about="under age"):
        notices.tell(event.pk)
    told = set(Notification.objects.values_list("recipient_id", flat=True))
    assert told >= {match.caseworker_id, two.mentor.user_id, almaz.pk}
    worker_ = User.objects.get(pk=match.caseworker_id)
    rows_, _full = today.today(worker_, day=timezone.localdate(), own=False)
    assert sources.WAITS.code in {row.reason.code for one in rows_ for row in (one.main, *one.also)}, (
        "a caseworker sees to it"
    )
    matches.tell_guardian(match, guardian="her mother", on=in_days(0), by=two.by)
    matches.rest(match, "resume", by=two.by)
    assert (match.state, numbers(match)) == ("active", (False, "", ""))
    with pytest.raises(Refused, match="where other people are"):
        matches.meet(match, on=in_days(2), place="phone", by=two.by)


#: One that was, and two to come: among others, and not.
MEETINGS = ((-3, "phone"), (2, "cafe"), (3, "elsewhere"))


@pytest.mark.django_db
def test_what_the_clock_does_keeps_no_file_in_use() -> None:
    two = pair("active", shows=["called"])
    long_ago = timezone.now() - timedelta(days=400)
    Person.objects.filter(pk=two.person.pk).update(born=in_days(-16 * 366), last_step_at=long_ago)
    notices.how_old_they_are(0)
    assert Person.objects.get(pk=two.person.pk).last_step_at == long_ago
    assert Match.objects.get(pk=two.match.pk).state == "paused"


# --- two files of one person --------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kept", "other", "after"),
    [("active", "proposed", ("active", "declined")), ("asked", "active", ("declined", "active"))],
)
def test_of_two_mentorings_with_one_mentor_the_one_that_came_further_goes_on(
    kept: str, other: str, after: tuple[str, str]
) -> None:
    mentor = ready(mentees_at_most=2)
    first, second = pair(kept, mentor=mentor), pair(other, mentor=mentor)
    apart = pair("asked", person=second.person, organisation=mentor.organisation)
    matches.set_goal(first.match if kept == "active" else second.match, "Read", by=first.by)
    with below_the_pages(), acting_for(user_id=first.by.user_id, organisation_ids=[mentor.organisation_id]):
        done = merge(first.person, second.person, by=first.by)
    here = Match.objects.filter(person=first.person)
    assert [here.get(pk=one.match.pk).state for one in (first, second)] == [*after]
    assert here.get(pk=apart.match.pk).state == "asked", "another mentor is another matter"
    assert MentoringGoal.objects.get().person_id == first.person.pk
    undo(done, by=first.by)
    assert set(Match.objects.filter(person=second.person)) == {second.match, apart.match}


@pytest.mark.django_db
def test_both_under_way_one_is_over_with_its_reason_and_nobody_chooses_that_reason() -> None:
    mentor = ready(mentees_at_most=2)
    first, second = pair("active", mentor=mentor), pair("active", mentor=mentor)
    merge(first.person, second.person, by=first.by)
    row = Match.objects.get(pk=second.match.pk)
    assert (row.state, row.reason, row.place) == ("ended", "twice", None)
    with pytest.raises(Refused, match="choose a reason"):
        matches.end(first.match, reason="twice", by=first.by)
