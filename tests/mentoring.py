"""Mentors and matches for tests, made as the rooms make them, with somebody named for safeguarding."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.transitions import Actor
from kesher.casework.mentoring import concerns, matches, offers
from kesher.casework.mentoring.offers import OF_THEMSELVES
from kesher.casework.models import Concern, Match, Mentor
from kesher.people.models import Person
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory


def named(organisation: Organisation) -> User:
    """Somebody of the organisation whom it has named for safeguarding."""
    ruth: User = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user
    chief = Actor(uuid7(), organisation.pk, frozenset({Role.ORGANISATION_ADMIN}))
    offers.name_safeguarding(organisation, user=ruth, by=chief)
    return ruth


def offered(organisation: Organisation | None = None, **said: Any) -> Mentor:
    """An offer to an organisation that takes mentors."""
    organisation = organisation or OrganisationFactory(approved=True)
    if not offers.takes_mentors(organisation):
        named(organisation)
    told = {
        "user": said.pop("user", None) or UserFactory(),
        "called": "Dina",
        "trade_words": "cook",
        "isco08": "5120",
        "languages": ["he", "am"],
        "times": ["evening"],
        "phone": "050-555-0170",
        "of_age": True,
        **said,
    }
    return offers.offer(organisation, **told)


def by_worker(organisation: Organisation) -> Actor:
    user = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user
    return Actor(user.pk, organisation.pk, frozenset({Role.CASEWORKER}))


def ready(organisation: Organisation | None = None, **said: Any) -> Mentor:
    """A mentor who was checked and trained."""
    mentor = offered(organisation, **said)
    by = by_worker(mentor.organisation)
    today = timezone.localdate()
    offers.vet(mentor, vetting="police", on=today - timedelta(days=20), by=by)
    offers.train(mentor, on=today - timedelta(days=10), by=by)
    return mentor


def as_mentor(match: Match) -> Actor:
    return Actor(match.mentor_user_id, match.organisation_id, OF_THEMSELVES)


@dataclass
class Pair:
    """A match and who acts in it: ``by`` for the organisation, ``mentor_by`` as the mentor."""

    match: Match
    mentor: Mentor
    person: Person
    by: Actor

    @property
    def mentor_by(self) -> Actor:
        return as_mentor(self.match)

    @property
    def organisation(self) -> Organisation:
        return self.match.organisation


def pair(
    state: str = "proposed", *, organisation: Organisation | None = None, minor: bool = False, **said: Any
) -> Pair:
    """Brought so far: "proposed", "asked", "agreed", "active", "paused", "declined" or "ended"."""
    mentor = said.pop("mentor", None) or ready(organisation)
    person = said.pop("person", None) or PersonFactory(keeper=mentor.organisation, called="Almaz")
    by = by_worker(mentor.organisation)
    match = matches.propose(person, mentor, by=by, because=["trade_same", "language"], minor=minor)
    found = Pair(match, mentor, person, by)
    path = {"asked": 1, "agreed": 2, "active": 3, "paused": 3, "ended": 3}.get(state, 0)
    if path >= 1:
        shows = said.pop("shows", ["called", "languages", "goal"])
        matches.person_agrees(match, shows=shows, how="present", by=by)
    if path >= 2:
        matches.mentor_agrees(match, by=found.mentor_by)
    if path >= 3:
        if minor:
            matches.tell_guardian(match, guardian="her mother", on=timezone.localdate(), by=by)
        matches.start(match, by=by)
    if state == "paused":
        matches.rest(match, "pause", by=by)
    if state == "ended":
        matches.end(match, reason="reached", by=by)
    if state == "declined":
        matches.decline(match, by=by)
    assert match.state == state
    return found


def concern(organisation: Organisation) -> Concern:
    """A concern that a mentor of the organisation has raised."""
    two = pair("active", organisation=organisation)
    return concerns.raise_concern(organisation, match=two.match, side="mentor", kind="uneasy", by=two.mentor_by)
