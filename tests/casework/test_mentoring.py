"""Mentoring: the two tables of states, places, who sees what, what is refused, and that walls hold below the pages."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event, Notification
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework import today
from kesher.casework.mentoring import concerns, matches, notices, offers, proposals, sources
from kesher.casework.mentoring.concerns import CONCERN_STATES
from kesher.casework.mentoring.matches import MATCH_STATES
from kesher.casework.mentoring.offers import MENTOR_STATES
from kesher.casework.mentoring.proposals import POINTS, Offered, Wanted, fits
from kesher.casework.models import CheckIn, Concern, Match, Mentor, MentoringGoal, MentoringMeeting
from kesher.casework.models.matches import age_on
from kesher.people import aspirations
from kesher.people.consents import give, withdraw
from kesher.people.files import claim, claim_key
from kesher.people.models import Access, Consent, Person
from kesher.people.purposes import matchable, may_be_matched
from tests.casework.people import in_days, same_as_apart, worker
from tests.factories import OrganisationFactory, PersonFactory, UserFactory
from tests.mentoring import Pair, as_mentor, by_worker, named, offered, pair, ready

WORK = {"caseworker", "referrer"}
EITHER = WORK | {"mentor"}
GONE = {"gone": ("left", {"system"})}
#: From -> event -> (to, who), by hand: what the code's tables must say.
MENTORS: dict[str, dict[str, tuple[str, set[str]]]] = {
    "offered": {"vet": ("vetted", WORK), "refuse": ("refused", WORK), "leave": ("left", EITHER)},
    "vetted": {"train": ("ready", WORK), "refuse": ("refused", WORK), "leave": ("left", EITHER)},
    "ready": {"vet again": ("ready", WORK), "pause": ("paused", EITHER), "leave": ("left", EITHER), **GONE},
    "paused": {"resume": ("ready", EITHER), "leave": ("left", EITHER), **GONE},
    "refused": {},
    "left": {},
}
CLOSE = {"close": ("declined", {"system"})}
MATCHES: dict[str, dict[str, tuple[str, set[str]]]] = {
    "proposed": {"person agrees": ("asked", WORK | {"person"}), "decline": ("declined", WORK | {"person"}), **CLOSE},
    "asked": {
        "mentor agrees": ("agreed", {"mentor"}),
        "mentor declines": ("declined", {"mentor"}),
        "decline": ("declined", WORK | {"person"}),
        **CLOSE,
    },
    "agreed": {
        "mentor declines": ("declined", {"mentor"}),
        "decline": ("declined", WORK | {"person"}),
        "start": ("active", WORK),
        **CLOSE,
    },
    "active": {
        "pause": ("paused", WORK),
        "under age": ("paused", {"system"}),
        "end": ("ended", EITHER | {"person"}),
        "close": ("ended", {"system"}),
    },
    "paused": {"resume": ("active", WORK), "end": ("ended", EITHER | {"person"}), "close": ("ended", {"system"})},
    "declined": {},
    "ended": {},
}
CONCERNS: dict[str, dict[str, tuple[str, set[str]]]] = {
    "open": {"take": ("taken", {"safeguarding"})},
    "taken": {"settle": ("closed", {"safeguarding"})},
    "closed": {},
}
TABLES = {"mentor": (MENTOR_STATES, MENTORS), "match": (MATCH_STATES, MATCHES), "concern": (CONCERN_STATES, CONCERNS)}
ROLES = [*Role.values, "person", "helper", "system", "safeguarding", "nobody"]


@pytest.mark.parametrize("name", TABLES)
def test_every_state_role_and_event_is_in_the_table_or_refused(name: str) -> None:
    table, by_hand = TABLES[name]
    events = {event for row in by_hand.values() for event in row} | {one.event for one in table.transitions} | {"x"}
    states = {str(one) for one in {"mentor": Mentor, "match": Match, "concern": Concern}[name].State}  # type: ignore[attr-defined]
    assert states == set(by_hand)
    for state, event, role in product(states, events, ROLES):
        target, who = by_hand[state].get(event, ("", set()))
        found = table.find(event, state)
        allowed = found is not None and role in found.roles
        assert allowed == (role in who), (state, event, role)
        if found is not None:
            assert found.target == target


steps = st.lists(
    st.tuples(st.sampled_from([*{one.event for one in MATCH_STATES.transitions}]), st.sampled_from(ROLES)), max_size=12
)


@pytest.mark.django_db
@pytest.mark.parametrize("examples", [12, pytest.param(400, marks=pytest.mark.long)])
def test_no_path_begins_before_both_agreed_or_shows_a_mentor_what_is_over(examples: int) -> None:
    """Whatever is tried in whatever order: the row is in a state of the table, and nothing begins without both."""
    two = pair()

    @settings(deadline=None, max_examples=examples, suppress_health_check=[HealthCheck.too_slow])
    @given(path=steps)
    def walk(path: list[tuple[str, str]]) -> None:
        with transaction.atomic():
            two.match.refresh_from_db()
            for event, role in path:
                _step(two, event, role)
            match = Match.objects.get(pk=two.match.pk)
            if match.state in ("active", "paused"):
                assert match.person_agreed_on
                assert match.mentor_agreed_on
            seen = Match.objects.of_mentor(two.mentor.user).filter(pk=match.pk).exists()
            assert seen == (match.state in ("asked", "agreed", "active", "paused"))
            transaction.set_rollback(True)

    walk()


def _step(two: Pair, event: str, role: str) -> None:
    before = two.match.state
    try:
        _try(event, two, _actor(role, two), {"reason": "time"} if event == "end" else {})
    except Refused:
        two.match.refresh_from_db()
        assert two.match.state == before
    else:
        target, who = MATCHES[before][event]
        assert (two.match.state, role in who) == (target, True)


def _actor(role: str, two: Pair) -> Actor:
    if role == "mentor":
        return two.mentor_by
    return Actor(two.by.user_id if role in WORK else uuid7(), two.organisation.pk, frozenset({role}))


def _try(event: str, two: Pair, by: Actor, fields: dict[str, Any]) -> None:
    match = two.match
    if event == "person agrees":
        matches.person_agrees(match, shows=["called"], how="present", by=by)
    elif event == "mentor agrees":
        matches.mentor_agrees(match, by=by)
    elif event == "mentor declines":
        matches.mentor_declines(match, by=by)
    elif event == "decline":
        matches.decline(match, by=by)
    elif event == "start":
        matches.start(match, by=by)
    elif event == "end":
        matches.end(match, by=by, **fields)
    elif event == "close":
        matches.close(match, by=by)
    else:
        matches.rest(match, event, by=by)


# --- offers -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_offer_is_checked_then_trained_and_makes_a_mentor_of_the_organisation() -> None:
    mentor = offered()
    by = by_worker(mentor.organisation)
    with pytest.raises(Refused):
        offers.train(mentor, on=in_days(0), by=by)
    with pytest.raises(Refused, match="not come"):
        offers.vet(mentor, vetting="police", on=in_days(1), by=by)
    offers.vet(mentor, vetting="police", on=in_days(-3), by=by)
    assert (mentor.vetted_by_id, mentor.vetted_on) == (by.user_id, in_days(-3))
    assert not Membership.objects.filter(user=mentor.user, role=Role.MENTOR).exists()
    offers.train(mentor, on=in_days(0), by=by)
    assert Membership.objects.in_force().filter(user=mentor.user, role=Role.MENTOR).exists()
    offers.end_offer(mentor, "leave", reason="moved", by=Actor(mentor.user_id, None, frozenset({"mentor"})))
    assert not Membership.objects.filter(user=mentor.user, role=Role.MENTOR).exists()
    assert Mentor.objects.get(pk=mentor.pk).left_at is not None


@pytest.mark.django_db
def test_nobody_checks_themselves_and_nobody_offers_where_no_concern_is_heard() -> None:
    here = OrganisationFactory(approved=True)
    noa = worker(here)
    with pytest.raises(Refused, match="takes no mentors"):
        offers.offer(here, user=noa, called="N", trade_words="x", languages=["he"], times=["day"], of_age=True)
    mentor = offered(here, user=noa)
    with pytest.raises(Refused, match="Nobody checks themselves"):
        offers.vet(mentor, vetting="police", on=in_days(0), by=noa.as_actor(here.pk))
    ruth = here.safeguarding.user
    with pytest.raises(Refused, match="cannot be the one"):
        offered(here, user=ruth)
    with pytest.raises(Refused, match="administrator"):
        offers.name_safeguarding(here, user=noa, by=noa.as_actor(here.pk))
    chief = Actor(uuid7(), here.pk, frozenset({Role.ORGANISATION_ADMIN}))
    with pytest.raises(Refused, match="cannot be the one"):
        offers.name_safeguarding(here, user=noa, by=chief)


VIOLATIONS: dict[str, dict[str, Any]] = {
    "mentor_of_age": {"of_age": False},
    "mentor_speaks": {"languages": []},
    "mentor_has_time": {"times": []},
    "mentor_one_to_three": {"mentees_at_most": 4},
    "mentor_checked_by_somebody": {"vetting": ""},
    "mentor_checked_first": {"vetting": "", "vetted_on": None, "vetted_by_id": None},
    "mentor_trained_first": {"trained_on": None},
    "mentor_left_why": {"state": "left"},
}


@pytest.mark.django_db
@pytest.mark.parametrize("constraint", VIOLATIONS)
def test_what_cannot_be_of_a_mentor_the_database_refuses(constraint: str) -> None:
    mentor = ready()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Mentor.objects.filter(pk=mentor.pk).update(**VIOLATIONS[constraint])


# --- proposals ----------------------------------------------------------------------------------------------------------


def test_reasons_and_points_by_hand() -> None:
    wanted = Wanted(frozenset({"5120"}), "am", frozenset({"am", "he"}), frozenset({"evening"}))

    def one(isco08: str, languages: set[str], times: set[str], mentees: int) -> Offered:
        return Offered(uuid7(), isco08, frozenset(languages), frozenset(times), mentees)

    cook, waiter, nurse, stranger = (
        one("5120", {"he"}, {"evening"}, 1),
        one("5131", {"am"}, {"day"}, 0),
        one("2221", {"am"}, {"day"}, 2),
        one("5120", {"ru"}, {"evening"}, 0),
    )
    found = fits(wanted, [stranger, nurse, waiter, cook])
    assert [(fit.key, fit.because, fit.points) for fit in found] == [
        (cook.key, ("trade_same", "language", "times"), 11),
        (waiter.key, ("trade_kin", "language_first", "free"), 7),
        (nurse.key, ("language_first",), 4),
    ]


def test_the_goal_comes_before_all_that_was_done() -> None:
    """Whoever is in the least near to the goal comes before the best by past work, as the sum of all other points is less."""
    most = sum(
        max(POINTS[one][0] for one in POINTS if one.startswith(kind)) for kind in ("trade", "language", "times", "free")
    )
    assert min(points for code, (points, _words) in POINTS.items() if code.startswith("goal")) > most
    wanted = Wanted(frozenset({"9112"}), "am", frozenset({"am", "he"}), frozenset({"evening"}), goal="3434")

    def one(isco08: str, language: str, times: set[str], mentees: int) -> Offered:
        return Offered(uuid7(), isco08, frozenset({language}), frozenset(times), mentees)

    cleaner, photographer, chef = (
        one("9112", "am", {"evening"}, 0),
        one("3431", "he", set(), 2),
        one("3434", "he", set(), 2),
    )
    found = fits(wanted, [cleaner, photographer, chef])
    assert [(fit.key, fit.because[0]) for fit in found] == [
        (chef.key, "goal_same"),
        (photographer.key, "goal_near"),
        (cleaner.key, "trade_same"),
    ]


codes = st.sampled_from(["5120", "5131", "5121", "2221", ""])
tongues = st.frozensets(st.sampled_from(["he", "am", "ru"]))
hours = st.frozensets(st.sampled_from(["day", "evening"]))
somebody = st.builds(Offered, st.uuids(), codes, tongues, hours, st.integers(0, 3))


@settings(deadline=None)
@given(
    st.builds(Wanted, st.frozensets(codes.filter(bool)), st.sampled_from(["he", "am"]), tongues, hours, codes),
    st.lists(somebody, max_size=8, unique_by=lambda one: one.key),
)
def test_laws_of_a_proposal(wanted: Wanted, everybody: list[Offered]) -> None:
    """Points are the sum of the reasons told; the order of asking changes nothing; nobody without a shared language."""
    found = fits(wanted, everybody)
    assert found == fits(wanted, everybody[::-1])
    assert [fit.points for fit in found] == sorted((fit.points for fit in found), reverse=True)
    known = {one.key: one for one in everybody}
    for fit in found:
        assert fit.points == sum(POINTS[code][0] for code in fit.because)
        assert known[fit.key].languages & (wanted.languages | {wanted.language})


@pytest.mark.django_db
def test_only_who_is_ready_has_room_and_a_check_that_holds_is_proposed() -> None:
    mentor = ready(mentees_at_most=1)
    here = mentor.organisation
    noa = worker(here)
    person = PersonFactory(keeper=here)
    offered(here)  # not checked
    old = ready(here)
    Mentor.objects.filter(pk=old.pk).update(vetted_on=in_days(-800))
    ready()  # of another organisation
    assert proposals.proposals_for(person, user=noa, isco08="5120") == [], "they have not agreed to be compared"
    consent = give(person, "matching", how="present", language="am", by=noa.as_actor(here.pk))
    found = proposals.proposals_for(person, user=noa, isco08="5120")
    assert [(one.pk, fit.because[0]) for one, fit in found] == [(mentor.pk, "trade_same")]
    withdraw(consent, by=noa.as_actor(here.pk))
    assert proposals.proposals_for(person, user=noa, isco08="5120") == [], "taken back, it ends"
    give(person, "matching", how="present", language="am", by=noa.as_actor(here.pk))
    assert proposals.proposals_for(person, user=noa, isco08="5120")
    pair("agreed", mentor=mentor)
    assert proposals.proposals_for(person, user=noa) == []


@pytest.mark.django_db
def test_what_they_want_to_do_stands_first_where_they_have_said_what_it_is() -> None:
    here = OrganisationFactory(approved=True)
    noa = worker(here)
    by = noa.as_actor(here.pk)
    person = PersonFactory(keeper=here)
    chef, cleaner = ready(here, isco08="3434"), ready(here, isco08="9112")
    give(person, "matching", how="present", language="am", by=by)
    person.experiences.create(kind="paid", words="I cleaned offices", isco08="9112")
    goal = aspirations.say(person, "to run a kitchen", sure=3, language="en", by=by)
    uri = "http://data.europa.eu/esco/isco/C3434"

    def first() -> list[tuple[object, str]]:
        return [(one.pk, fit.because[0]) for one, fit in proposals.proposals_for(person, user=noa)]

    by_work = (cleaner.pk, "trade_same")
    aspirations.mean(goal, uri, seen=aspirations.meaning_of(goal), by=by)
    assert first()[0] == by_work, "a caseworker's yes alone is not theirs"
    aspirations.mean(goal, uri, seen=aspirations.meaning_of(goal), by=by, said=True)
    assert first() == [(chef.pk, "goal_same"), by_work]
    found = proposals.proposals_for(person, user=noa, isco08="9112")
    assert found[0][0].pk == cleaner.pk, "what was just looked for stands alone"


@pytest.mark.django_db
def test_who_may_be_matched_is_one_question_of_one_and_of_many() -> None:
    here = worker(OrganisationFactory(approved=True))
    by = here.as_actor(next(iter(here.organisation_ids)))
    keeper = Organisation.objects.get(pk=by.organisation_id)
    willing, unasked, changed_mind, outdated = (PersonFactory(keeper=keeper) for _one in range(4))
    for one in (willing, changed_mind, outdated):
        give(one, "matching", how="present", language="am", by=by)
    give(unasked, "statistics", how="present", language="am", by=by)
    withdraw(Consent.objects.get(person=changed_mind, purpose="matching"), by=by)
    Consent.objects.filter(person=outdated, purpose="matching").update(until=timezone.now() - timedelta(days=1))
    everybody = [willing, unasked, changed_mind, outdated]
    assert [may_be_matched(one) for one in everybody] == [True, False, False, False]
    assert list(Person.objects.filter(matchable()).order_by("pk")) == [willing]


# --- matches ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_mentor_learns_only_what_the_person_lets_them_know() -> None:
    two = pair(shows=[])
    assert not Match.objects.visible_to(two.mentor.user).exists(), "nothing before the person says yes"
    with pytest.raises(Refused, match="what to call you"):
        matches.person_agrees(two.match, shows=["languages"], how="present", by=two.by)
    matches.person_agrees(two.match, shows=["called", "languages"], how="present", by=two.by)
    seen = Match.objects.of_mentor(two.mentor.user).get()
    assert (seen.shown_called, seen.shown_languages, seen.shown_goal, seen.shown_times) == ("Almaz", ["am"], "", [])
    assert not Access.objects.filter(user=two.mentor.user).exists()
    assert not Person.objects.visible_to(two.mentor.user).exists()


@pytest.mark.django_db
def test_three_at_most_and_the_fourth_is_told_so() -> None:
    mentor = ready(mentees_at_most=3)
    for _number in range(3):
        pair("active", mentor=mentor)
    fourth = pair("asked", mentor=mentor)
    with pytest.raises(Refused, match="as many people as you said"):
        matches.mentor_agrees(fourth.match, by=fourth.mentor_by)
    values = {"state": "agreed", "mentor_agreed_on": in_days(0)}
    for place, name in ((1, "match_three_at_most"), (4, "match_takes_a_place"), (None, "match_takes_a_place")):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Match.objects.filter(pk=fourth.match.pk).update(place=place, **values)
    first = Match.objects.filter(mentor=mentor, place=2).get()
    matches.end(first, reason="time", by=as_mentor(first))
    matches.mentor_agrees(fourth.match, by=fourth.mentor_by)
    assert fourth.match.place == 2


@pytest.mark.django_db
def test_under_18_a_guardian_is_told_first_places_are_public_and_no_number_is_shown() -> None:
    two = pair("agreed", minor=True)
    with pytest.raises(Refused, match="guardian is told first"):
        matches.start(two.match, by=two.by)
    for changed, name in (
        ({"state": "active"}, "match_guardian_told"),
        ({"contact_shown": True}, "match_no_private_channel"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Match.objects.filter(pk=two.match.pk).update(**changed)
    matches.tell_guardian(two.match, guardian="her mother", on=in_days(-1), by=two.by)
    matches.start(two.match, by=two.by)
    for place in ("phone", "elsewhere"):
        with pytest.raises(Refused, match="where other people are"):
            matches.meet(two.match, on=in_days(1), place=place, by=two.mentor_by)
    meeting = matches.meet(two.match, on=in_days(1), place="library", by=two.mentor_by)
    with pytest.raises(IntegrityError, match="mentoring_meeting_in_public"), transaction.atomic():
        MentoringMeeting.objects.filter(pk=meeting.pk).update(place="elsewhere")
    young = pair(minor=True)
    with pytest.raises(Refused, match="neither sees"):
        matches.person_agrees(young.match, shows=["called", "contact"], how="present", by=young.by)


@pytest.mark.django_db
def test_age_is_what_the_file_says_and_whoever_comes_of_age_is_a_grown_up_the_same_night() -> None:
    mentor = ready()
    today_ = timezone.localdate()
    born = today_.replace(year=today_.year - 18, day=1) + timedelta(days=40)
    person = PersonFactory(keeper=mentor.organisation, born=born)
    two = pair("asked", mentor=mentor, person=person, minor=False)
    assert two.match.minor, "the date of birth counts, not what was ticked"
    with pytest.raises(Refused, match="under 18"):
        matches.propose(PersonFactory(keeper=mentor.organisation), mentor, by=two.by)
    assert matches.as_old_as_the_file_says(mentor.organisation_id, born) == 0
    eighteenth = born.replace(year=born.year + 18)
    assert (age_on(born, eighteenth), age_on(born, eighteenth - timedelta(days=1))) == (18, 17)
    assert matches.as_old_as_the_file_says(mentor.organisation_id, eighteenth) == 1
    two.match.refresh_from_db()
    assert not two.match.minor


@pytest.mark.django_db
def test_grown_ups_who_agreed_see_each_others_number_until_it_ends() -> None:
    shows = ["called", "contact"]
    two = pair("active", shows=shows)
    assert (two.match.person_contact, two.match.mentor_contact) == (two.person.phone, "050-555-0170")
    matches.end(two.match, reason="time", by=two.mentor_by, another=True)
    row = Match.objects.get(pk=two.match.pk)
    assert (row.person_contact, row.mentor_contact, row.contact_shown, row.wants_another) == ("", "", False, True)
    assert not Match.objects.of_mentor(two.mentor.user).exists()
    again = matches.propose(two.person, ready(two.organisation), by=two.by, minor=False, replaces=row)
    assert again.replaces == row
    assert not Match.objects.get(pk=row.pk).wants_another


@pytest.mark.django_db
def test_goals_meetings_and_answers_only_while_it_goes_on_and_by_those_it_is_about() -> None:
    two = pair("active")
    goal = matches.set_goal(two.match, "Read a recipe in Hebrew", by=two.mentor_by)
    matches.reach_goal(goal, by=two.by)
    assert MentoringGoal.objects.get().reached_on == in_days(0)
    stranger = Actor(uuid7(), None, frozenset({"mentor"}))
    for attempt in (
        lambda by: matches.set_goal(two.match, "x", by=by),
        lambda by: matches.meet(two.match, on=in_days(1), place="cafe", by=by),
        lambda by: matches.answer(two.match.checks.first(), going="well", by=by),
    ):
        with pytest.raises(Refused):
            attempt(stranger)
    matches.rest(two.match, "pause", by=two.by)
    with pytest.raises(Refused):
        matches.meet(two.match, on=in_days(1), place="cafe", by=two.mentor_by)


@pytest.mark.django_db
def test_each_is_asked_by_themselves_and_never_sees_what_the_other_says() -> None:
    two = pair("active")
    almaz = UserFactory()
    claim(claim_key(two.person), user=almaz)
    sides = {one.side: one for one in CheckIn.objects.filter(match=two.match)}
    assert {one.due_on for one in sides.values()} == {in_days(30)}
    with pytest.raises(Refused, match="themselves"):
        matches.answer(sides["person"], going="well", by=two.mentor_by)
    matches.answer(sides["person"], going="badly", words="He is late", by=Actor(almaz.pk, None, frozenset({"person"})))
    matches.answer(sides["mentor"], going="well", by=two.mentor_by)
    assert {one.side for one in CheckIn.objects.visible_to(almaz)} == {"person"}
    assert {one.side for one in CheckIn.objects.visible_to(two.mentor.user)} == {"mentor"}
    noa = User.objects.get(pk=two.by.user_id)
    assert CheckIn.objects.visible_to(noa).count() == 4, "both answers, and the next question to each"
    assert sorted(CheckIn.objects.waiting().values_list("due_on", flat=True)) == [in_days(60)] * 2


@pytest.mark.django_db
def test_the_second_wall_shows_a_mentor_the_match_and_no_file(as_application: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    two = pair("active")
    almaz = UserFactory()
    claim(claim_key(two.person), user=almaz)
    matches.set_goal(two.match, "Read", by=two.by)
    concern = concerns.raise_concern(
        two.organisation, match=two.match, side="person", kind="uneasy", by=Actor(almaz.pk, None, frozenset({"person"}))
    )
    ruth = two.organisation.safeguarding.user
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
    with acting_for(user_id=two.mentor.user_id):
        assert Match.objects.get().shown_called == "Almaz"
        assert MentoringGoal.objects.count() == 1
        assert {one.side for one in CheckIn.objects.all()} == {"mentor"}
        assert (Person.objects.count(), Access.objects.count(), Concern.objects.count()) == (0, 0, 0)
        matches.meet(Match.objects.get(), on=in_days(2), place="library", by=two.mentor_by)
    with acting_for(user_id=almaz.pk):
        assert {one.side for one in CheckIn.objects.all()} == {"person"}
        assert (Match.objects.count(), Mentor.objects.count(), Concern.objects.count()) == (1, 0, 1)
    with acting_for(user_id=two.by.user_id, organisation_ids=[two.organisation.pk]):
        assert (Match.objects.count(), CheckIn.objects.count(), Concern.objects.count()) == (1, 2, 0)
    with acting_for(user_id=ruth.pk, organisation_ids=[two.organisation.pk]):
        assert Concern.objects.get() == concern
    other = OrganisationFactory.build().pk
    with acting_for(user_id=uuid7(), organisation_ids=[other]):
        assert (Match.objects.count(), Mentor.objects.count(), CheckIn.objects.count()) == (0, 0, 0)
    with acting_for(user_id=two.mentor.user_id):
        matches.end(Match.objects.get(), reason="no_time", by=two.mentor_by)
        assert (Match.objects.count(), MentoringGoal.objects.count()) == (0, 0)


# --- concerns, notices, today -------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_concern_goes_to_the_named_person_alone_until_it_is_settled() -> None:
    two = pair("active", minor=True)
    here, ruth = two.organisation, two.organisation.safeguarding.user
    noa = User.objects.get(pk=two.by.user_id)
    concern = concerns.raise_concern(here, match=two.match, side="mentor", kind="danger", words="x", by=two.mentor_by)
    assert concern.answer_by - timezone.now() < timedelta(hours=2, minutes=1)
    assert [Concern.objects.visible_to(one).count() for one in (ruth, two.mentor.user, noa)] == [1, 1, 0]
    with pytest.raises(Refused):
        concerns.take(concern, by=concerns.as_named(noa, here.pk))
    assert ("A concern", "concern") in _reasons(ruth)
    assert "concern" not in {code for _called, code in _reasons(noa)}
    by = concerns.as_named(ruth, here.pk)
    concerns.take(concern, by=by)
    with pytest.raises(Refused):
        concerns.settle(concern, done=" ", by=by)
    concerns.settle(concern, done="Spoke with both.", by=by)
    assert "concern" not in {code for _called, code in _reasons(ruth)}
    with connection.cursor() as cursor:  # what was written cannot be read in the table
        cursor.execute("SELECT words, done FROM casework_concern")
        assert "Spoke" not in str(cursor.fetchone())


@pytest.mark.django_db
def test_another_is_named_and_has_the_open_concerns() -> None:
    two = pair("active")
    concern = concerns.raise_concern(two.organisation, side="mentor", kind="uneasy", by=two.mentor_by)
    first, second = two.organisation.safeguarding.user, named(two.organisation)
    assert not Concern.objects.visible_to(first).exists()
    assert Concern.objects.visible_to(second).get() == concern


@pytest.mark.django_db
def test_notices_carry_a_link_and_nothing_else() -> None:
    two = pair("asked")
    concern = concerns.raise_concern(two.organisation, side="mentor", kind="uneasy", words="secret", by=two.mentor_by)
    for event in Event.objects.filter(name__in=["match.propose", "match.tell", "concern.raise"]):
        notices.tell(event.pk)
    told = {(one.recipient_id, one.kind, one.link, str(one.context)) for one in Notification.objects.all()}
    ruth = two.organisation.safeguarding.user
    assert told == {
        (two.mentor.user_id, "mentor_news", f"/{two.mentor.user.language}/mentor/", "{}"),
        (ruth.pk, "concern_raised", f"/{ruth.language}/caseworker/concerns/{concern.pk}/", "{}"),
    }
    assert mail.outbox == []


def _reasons(user: User) -> set[tuple[str, str]]:
    same_as_apart(user, own=False)
    entries, _full = today.today(user, day=timezone.localdate(), own=False)
    return {(one.called, row.reason.code) for one in entries for row in (one.main, *one.also)}


@pytest.mark.django_db
def test_what_stands_on_today() -> None:
    here = OrganisationFactory(approved=True)
    noa, ruth = worker(here), named(here)

    def person(name: str) -> Person:
        one: Person = PersonFactory(keeper=here, called=name)
        return one

    offered(here, called="new")
    Mentor.objects.filter(pk=ready(here, called="old").pk).update(vetted_on=in_days(-720))
    pair("agreed", mentor=ready(here, mentees_at_most=3), person=person("both agreed"))
    asked = pair("asked", mentor=ready(here), person=person("silent"))
    Match.objects.filter(pk=asked.match.pk).update(moved_at=timezone.now() - timedelta(days=6))
    pair("asked", mentor=ready(here), person=person("just asked"))
    due = pair("active", mentor=ready(here), person=person("due"))
    CheckIn.objects.filter(match=due.match, side="mentor").update(due_on=in_days(1))
    bad = pair("active", mentor=ready(here), person=person("bad"))
    check = CheckIn.objects.get(match=bad.match, side="person")
    matches.answer(check, going="badly", by=bad.by)
    another = pair("active", mentor=ready(here), person=person("another"))
    matches.end(another.match, reason="unsuited", another=True, by=another.mentor_by)
    concerns.raise_concern(here, side="mentor", kind="uneasy", by=due.mentor_by)
    mine = {row for row in _reasons(noa) if row[1] in sources.ADDED}
    assert mine == {
        ("new", "mentor_offer"),
        ("old", "mentor_check_again"),
        ("both agreed", "mentoring_waits"),
        ("silent", "mentoring_waits"),
        ("another", "mentoring_waits"),
        ("due", "mentoring_check"),
        ("bad", "mentoring_unwell"),
    }
    assert {code for _called, code in _reasons(ruth)} >= sources.ADDED
    matches.read(check, by=bad.by)
    assert ("bad", "mentoring_unwell") not in _reasons(noa)
