"""What follows from what happens elsewhere: two files become one, and two again; somebody leaves an organisation."""

import uuid
from typing import Any, Final

from django.db.models import Min
from django.utils import timezone

from kesher.accounts.models import Membership
from kesher.accounts.roles import Role
from kesher.base.events import on
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.casework.mentoring.matches import close
from kesher.casework.mentoring.offers import MENTOR_STATES
from kesher.casework.models import Caseworker, Match, Mentor, Plan, Step, WhyEnded, WhyNotMentor
from kesher.casework.plans import works_here
from kesher.people.merging import before_they_are_one
from kesher.people.models import Person

#: How far a mentoring has come, the furthest last.
_FURTHER: Final = (Match.State.PROPOSED, Match.State.ASKED, Match.State.AGREED, Match.State.PAUSED, Match.State.ACTIVE)


@before_they_are_one
def one_mentoring_with_each(into: Person, out: Person) -> None:
    """One person, one mentor, two files with a mentoring of the two in each: what has come further goes on, the other is over.

    It stays over where the files become two again: a mentor's place is not given to somebody by an undoing.
    """
    going = Match.objects.open().filter(person__in=[into, out]).exclude(mentor=None).order_by("id")
    by_mentor: dict[Any, list[Match]] = {}
    for match in going.select_for_update(of=("self",)):
        by_mentor.setdefault(match.mentor_id, []).append(match)
    for of_one in by_mentor.values():
        *less, _goes_on = sorted(of_one, key=lambda one: (_FURTHER.index(one.state), one.person_id == into.pk))
        for match in less:
            close(match, by=Actor.the_system(), why=WhyEnded.TWICE)


@on("file.merged", "file.merge_undone")
def count_anew(event_id: uuid.UUID) -> None:
    """The steps have gone from one file to another: both plans tell their next date anew."""
    event = Event.objects.get(pk=event_id)
    here = [event.organisation_id] if event.organisation_id else []
    with acting_for(organisation_ids=here), acting(actor=THE_SYSTEM, reason="files merged"):
        for person in Person.objects.filter(pk__in=[event.about_id, event.data["other"]]).order_by("pk"):
            Plan.objects.get_or_create(person=person)
            plan = Plan.objects.select_for_update(of=("self",)).get(person=person)
            plan.next_on = Step.objects.open().filter(person=person).aggregate(next=Min("due_on"))["next"]
            plan.save(update_fields=["next_on", "updated_at"])


@on("membership.end")
def whoever_has_left(event_id: uuid.UUID) -> None:
    """People whom somebody looked after there are their colleagues' again, and stand in their lists; whoever is no mentor there
    any more sees nobody, and a caseworker looks for another one. Run twice, the second finds nothing.
    """
    event = Event.objects.get(pk=event_id)
    user_id, here = uuid.UUID(event.data["user"]), uuid.UUID(event.data["organisation"])
    with acting_for(organisation_ids=[here]), acting(actor=THE_SYSTEM, reason="somebody has left"):
        if not works_here(user_id, here):
            Caseworker.objects.filter(user=user_id, organisation=here).delete()
        still = Membership.objects.in_force().filter(user=user_id, organisation=here, role=Role.MENTOR)
        if still.exists():
            return
        going = Match.objects.open().filter(mentor_user_id=user_id, organisation=here)
        for match in going.select_for_update(of=("self",)).order_by("id"):
            close(match, by=Actor.the_system(), another=True)
        for mentor in Mentor.objects.filter(user=user_id, organisation=here, state__in=["ready", "paused"]):
            fields = {"reason": WhyNotMentor.UNWANTED, "left_at": timezone.now()}
            MENTOR_STATES.apply(mentor, "gone", by=Actor.the_system(), fields=fields)
