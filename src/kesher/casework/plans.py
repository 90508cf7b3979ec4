"""Agreeing on steps, and what comes of them; who looks after whom; notes; dates to see to.

step = agree(person, kind="papers", text="Your passport", owner="person", due_on=friday, how="present", by=actor)
finish(step, by=actor)                          done; by the person themselves, too
drop(step, reason="unwanted", by=actor)
look_after(person, user=colleague, by=actor)
write_note(person, text="…", scope="private", by=actor)
set_date(person, kind="permit", on=day, by=actor)
"""

import uuid
from datetime import date
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import SYSTEM, Actor, Refused, Transition, TransitionTable
from kesher.casework.models import Caseworker, Conference, Note, Plan, Review, Step, StepKind, WhyDropped
from kesher.casework.moving import (
    ANYBODY,
    THEMSELVES,
    WORKERS,
    changing,
    has_the_file,
    move,
    must_work_with_files,
    team,
)
from kesher.people import files
from kesher.people.consents import HELPER, ends_with_the_file
from kesher.people.models import FILE_ROLES, Person
from kesher.referrals.models import Loop

State = Step.State


def _may_finish(step: Step, by: Actor) -> str | Promise | None:
    """Guard: the file is open to them; and whoever only helps says so of no step that is not shown to them."""
    if HELPER in by.roles and not Step.objects.shown_to_helpers().filter(pk=step.pk).exists():
        return _("This file is not open to you.")
    return has_the_file(step, by)


STEP_STATES: Final = TransitionTable(
    name="step",
    field="state",
    transitions=(
        Transition("finish", sources={State.OPEN}, target=State.DONE, roles=ANYBODY, guard=_may_finish),
        Transition(
            "drop",
            sources={State.OPEN},
            target=State.DROPPED,
            roles=WORKERS | THEMSELVES,
            guard=has_the_file,
            reason_required=True,
        ),
        # whoever was to do it sees the file no more
        Transition("close", sources={State.OPEN}, target=State.DROPPED, roles={SYSTEM}),
        Transition("reopen", sources={State.DONE, State.DROPPED}, target=State.OPEN, roles=WORKERS, guard=has_the_file),
    ),
)


def agree(
    person: Person,
    *,
    kind: str,
    due_on: date,
    by: Actor,
    text: str = "",
    owner: str = Step.Owner.PERSON,
    organisation: Organisation | None = None,
    owner_user_id: uuid.UUID | None = None,
    how: str = Step.How.PRESENT,
    loop: Loop | None = None,
    conference: Conference | None = None,
) -> Step:
    """Write down a step that was agreed with the person.

    ``loop``: the wish or need of this person that it serves, if it is one that is followed. ``organisation``: the
    partner who does it, one that has the file; a caseworker's step is the own organisation's, and ``owner_user_id`` one
    of its workers. ``conference``: where it was agreed, if at one (:mod:`kesher.casework.conferences`); what organisations
    agree there among themselves (``how`` apart) is no step of the person's. Raises :class:`Refused` and changes nothing
    where that is not so.
    """
    own = must_work_with_files(person, by)
    if kind == StepKind.OTHER and not text.strip():
        raise Refused(_("Say in a few words what is to be done."), "text")
    if how == Step.How.APART and (conference is None or owner == Step.Owner.PERSON):
        raise Refused(_("What the person does is agreed with the person."), "how")
    if loop is not None and (loop.person_id != person.pk or loop.closed_at is not None):
        raise Refused(_("This wish is closed, or somebody else’s."), "loop")
    if owner == Step.Owner.PARTNER:
        if organisation is None or organisation not in team(person, by=by):
            raise Refused(_("Only a partner with whom the person shares the file can take a step."), "organisation")
        owner_user_id = None
    elif owner == Step.Owner.CASEWORKER:
        organisation = own
        if owner_user_id is not None and not works_here(owner_user_id, own.pk):
            raise Refused(_("They do not work with files in your organisation."), "owner")
    else:
        organisation, owner_user_id = None, None
    with changing(person, by=by, reason="step agreed"):
        step = Step.objects.create(
            person=person,
            loop=loop,
            conference=conference,
            kind=kind,
            text=text.strip(),
            owner=owner,
            organisation=organisation,
            owner_user_id=owner_user_id,
            due_on=due_on,
            agreed_how=how,
            agreed_by_id=by.user_id,
        )
        emit("step.agree", step, by=by, data={"person": str(person.pk), "owner": owner})
    return step


def finish(step: Step, *, by: Actor) -> None:
    """It is done. Raises :class:`Refused`, also for what has ended already."""
    with changing(step.person, by=by, reason="step done"):
        move(STEP_STATES, step, "finish", by=by, fields={"ended_at": timezone.now()})


def drop(step: Step, *, reason: str, by: Actor) -> None:
    """It will not be done; ``reason``: a :class:`WhyDropped`."""
    if reason not in WhyDropped.values:
        raise Refused(_("Please choose a reason."), "reason")
    with changing(step.person, by=by, reason=f"step dropped: {reason}"):
        move(STEP_STATES, step, "drop", by=by, reason=reason, fields={"ended_at": timezone.now(), "reason": reason})


@ends_with_the_file
def drop_all(person_id: uuid.UUID, organisation_id: uuid.UUID | None) -> None:
    """What this organisation promised to do: it cannot any more, and what it was for is again without a step.

    Of a file that closes to everybody (None) the plan goes with it.
    """
    if organisation_id is None:
        return
    theirs = Step.objects.open().filter(person=person_id, organisation=organisation_id).select_related("person")
    for step in theirs.order_by("id"):
        with changing(step.person, by=Actor.the_system(), reason="step dropped: file closed"):
            fields = {"ended_at": timezone.now(), "reason": WhyDropped.IMPOSSIBLE}
            move(STEP_STATES, step, "close", by=Actor.the_system(), reason=WhyDropped.IMPOSSIBLE, fields=fields)


def reopen(step: Step, *, by: Actor) -> None:
    """It was not done after all."""
    with changing(step.person, by=by, reason="step opened again"):
        move(STEP_STATES, step, "reopen", by=by, fields={"ended_at": None, "reason": ""})


def postpone(step: Step, *, due_on: date, by: Actor, seen: str | None) -> None:
    """It is agreed anew by when. ``seen``: the :func:`stamp_of_day` of what was read before; raises
    :class:`~kesher.people.files.Changed` where another day stands there by now, and :class:`Refused` for what has ended."""
    must_work_with_files(step.person, by)
    with changing(step.person, by=by, reason="step postponed"):
        locked = Step.objects.select_for_update(of=("self",)).get(pk=step.pk)
        if not locked.is_open:
            raise Refused(_("This is not possible in the present state."), "state")
        files.must_be_as_seen(locked, {"due_on": due_on}, seen=seen, now=stamp_of_day(locked))
        if locked.due_on == due_on:
            return
        before, locked.due_on = locked.due_on, due_on
        locked.save(update_fields=["due_on", "updated_at"])
        emit("step.postpone", locked, by=by, data={"from": before.isoformat(), "to": due_on.isoformat()})
    step.due_on = due_on


def stamp_of_day(step: Step) -> str:
    """What tells the day that was agreed from another."""
    return files.stamp_of(step, ["due_on"])


def head_for(person: Person, aim: str, *, by: Actor, seen: str | None) -> Plan:
    """What the person is heading for, in their own words. ``seen``: the :func:`stamp_of_aim` of what was read before;
    raises :class:`~kesher.people.files.Changed` where something else stands there by now."""
    must_work_with_files(person, by)
    with changing(person, by=by, reason="what they are heading for") as plan:
        files.must_be_as_seen(plan, {"aim": aim.strip()}, seen=seen, now=stamp_of_aim(plan))
        plan.aim = aim.strip()
    return plan


def stamp_of_aim(plan: Plan | None) -> str:
    """What tells an aim from another; "" where nobody has asked yet."""
    return files.stamp_of(plan, ["aim"]) if plan is not None and plan.aim else ""


def works_here(user_id: uuid.UUID, organisation_id: uuid.UUID) -> bool:
    """Whether somebody works with files in an organisation today."""
    members = Membership.objects.in_force().filter(user=user_id, organisation=organisation_id, role__in=FILE_ROLES)
    return members.exists()


def looks_after(person: Person, organisation_id: uuid.UUID | None) -> Caseworker | None:
    """The person's caseworker in an organisation."""
    return Caseworker.objects.filter(person=person, organisation=organisation_id).select_related("user").first()


def look_after(person: Person, *, user: User, by: Actor, seen: str | None = None) -> Caseworker:
    """``user`` is from now on the person's caseworker in the organisation ``by`` acts for. ``seen``: the stamp of who did
    before (:func:`kesher.people.files.stamp_of` of their "user_id"); raises :class:`~kesher.people.files.Changed` where it
    is somebody else by now."""
    own = must_work_with_files(person, by)
    if not works_here(user.pk, own.pk):
        raise Refused(_("They do not work with files in your organisation."), "user")
    with transaction.atomic(), acting(actor=by, reason="caseworker"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)  # of two who press at once the second waits
        there = looks_after(person, own.pk)
        who = {"user_id": user.pk}
        files.must_be_as_seen(there or Caseworker(), who, seen=seen, now=files.stamp_of(there, ["user_id"]))
        one, _made = Caseworker.objects.update_or_create(person=person, organisation=own, defaults={"user": user})
        emit("person.looked_after", person, by=by, data={"user": str(user.pk), "organisation": str(own.pk)})
    return one


# --- notes and dates ----------------------------------------------------------------------------------------------------


def write_note(person: Person, *, text: str, scope: str, by: Actor) -> Note:
    """Write down what was talked about, for everybody with the file or for one's own organisation."""
    own = must_work_with_files(person, by)
    if not text.strip():
        raise Refused(_("An empty note says nothing."), "text")
    if scope not in Note.Scope.values:
        raise Refused(_("Say who may read it."), "scope")
    assert by.user_id is not None  # a worker has an account
    with changing(person, by=by, reason="note"):
        note = Note.objects.create(
            person=person, organisation=own, scope=scope, text=text.strip(), written_by_id=by.user_id
        )
        emit("note.write", note, by=by, data={"person": str(person.pk), "scope": scope})
    return note


def set_date(person: Person, *, kind: str, on: date, by: Actor, text: str = "", once: bool = False) -> Review:
    """A day on which somebody must look at this file again. ``once``: raises :class:`Refused` where it is set already, also by
    somebody who does so at this moment."""
    must_work_with_files(person, by)
    with changing(person, by=by, reason="date set"):
        if once and Review.objects.open().filter(person=person, kind=kind, on=on).exists():
            raise Refused(_("This day is set for them already."), "date")
        review = Review.objects.create(person=person, kind=kind, on=on, text=text.strip(), set_by_id=by.user_id)
        emit("review.set", review, by=by, data={"person": str(person.pk), "kind": kind})
    return review


def see_to(review: Review, *, by: Actor) -> None:
    """It has been seen to. Twice is once."""
    must_work_with_files(review.person, by)
    with changing(review.person, by=by, reason="date seen to"):
        locked = Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
        if locked.done_at is None:
            locked.done_at = timezone.now()
            locked.save(update_fields=["done_at", "updated_at"])
            emit("review.done", locked, by=by, data={"person": str(locked.person_id), "kind": locked.kind})
    review.done_at = locked.done_at
