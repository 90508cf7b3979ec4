"""Case conferences: those around a person meet, and each says what they do by when.

hold(person, form_key=key, how="present", agreed="Mornings, near the nursery", with_=[partner],
     lines=[Line("partner", "Hold a place in the course", friday, organisation=partner)], seen=stamp, by=by)

Each line is a step of the plan like any other: on Today, on paper, on the person's own page. Nobody promises for who was not
there: whoever is to do something took part, the person too.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.events import emit
from kesher.base.transitions import Actor, Refused
from kesher.casework import plans
from kesher.casework.models import Attendance, Conference, Step, StepKind
from kesher.casework.moving import changing, must_work_with_files, team
from kesher.people import files
from kesher.people.models import Person
from kesher.people.models.named import Named

#: More than five things nobody remembers on the way home.
MOST_LINES: Final = 5


@dataclass(frozen=True, slots=True)
class Line:
    """Who does what by when; ``owner``, ``organisation``, ``owner_user_id`` as of :func:`kesher.casework.plans.agree`."""

    owner: str
    text: str
    due_on: date
    organisation: Organisation | None = None
    owner_user_id: uuid.UUID | None = None


def latest(person: Person, *, by: Actor) -> Conference | None:
    """The one that was written down last, of those that may be named to whoever asks."""
    mine = [by.organisation_id] if by.organisation_id else []
    named = Named(mine=mine, user_id=by.user_id)
    found: Conference | None = Conference.objects.filter(named, person=person).order_by("-id").first()
    return found


def stamp_of_latest(person: Person, *, by: Actor) -> str:
    """What tells whether another was written down meanwhile."""
    return files.stamp_of(latest(person, by=by), ["pk"])


def hold(
    person: Person,
    *,
    form_key: uuid.UUID,
    how: str,
    agreed: str,
    by: Actor,
    seen: str | None,
    held_on: date | None = None,
    place: str = "",
    with_: Iterable[Organisation] = (),
    lines: Sequence[Line] = (),
) -> Conference:
    """Write a conference down with all its steps, or nothing of it. What comes twice from one form is written once.

    ``how`` the person took part, a :class:`Step.How`; ``with_``: the other organisations that were there, of those with the
    file. ``seen``: the :func:`stamp_of_latest` as the form was opened; raises :class:`~kesher.people.files.Changed` with the
    other conference where somebody has written one down since, for it may be the same one; :class:`Refused` for what cannot be.
    """
    own = must_work_with_files(person, by)
    asked = {one.pk: one for one in with_ if one.pk != own.pk}
    if held_on is not None and held_on > timezone.localdate():
        raise Refused(_("That day has not come yet."), "held_on")
    if not agreed.strip():
        raise Refused(_("Say in a few words what was agreed."), "agreed")
    if how not in Step.How.values:
        raise Refused(_("Say how the person took part."), "how")
    if not set(asked) <= {one.pk for one in team(person, by=by)}:
        raise Refused(_("Only those with whom the person shares the file meet about it."), "with")
    if not asked and how == Step.How.APART:
        raise Refused(_("Say who was there: one organisation alone is no conference."), "with")
    if len(lines) > MOST_LINES:
        raise Refused(_("These are too many at once."), "lines")
    for line in lines:
        if not was_there(line, how=how, organisations=asked):
            raise Refused(_("Nobody promises for who was not there."), "who")
    assert by.user_id is not None  # a worker has an account
    with changing(person, by=by, reason="case conference"):
        there: Conference | None = Conference.objects.filter(person=person, form_key=form_key).first()
        if there is not None:
            return there
        before = latest(person, by=by)
        if seen is not None and before is not None and seen != files.stamp_of(before, ["pk"]):
            raise files.Changed(before)
        held = Conference(
            person=person,
            organisation=own,
            form_key=form_key,
            held_on=held_on or timezone.localdate(),
            place=" ".join(place.split()),
            how=how,
            agreed=agreed.strip(),
            called_by_id=by.user_id,
        )
        held.full_clean()
        held.save(force_insert=True)
        for organisation in (own, *asked.values()):
            Attendance.objects.create(person=person, conference=held, organisation=organisation)
        for line in lines:
            plans.agree(
                person,
                kind=StepKind.OTHER,
                text=line.text,
                owner=line.owner,
                organisation=line.organisation,
                owner_user_id=line.owner_user_id,
                due_on=line.due_on,
                how=how,
                conference=held,
                by=by,
            )
        emit("conference.held", held, by=by, data={"person": str(person.pk), "how": how, "steps": len(lines)})
    return held


def was_there(line: Line, *, how: str, organisations: Iterable[uuid.UUID]) -> bool:
    """Whether who is to do it took part: the person in some way, a partner among ``organisations``; one's own always does."""
    if line.owner == Step.Owner.PERSON:
        return how != Step.How.APART
    if line.owner == Step.Owner.PARTNER:
        return line.organisation is not None and line.organisation.pk in set(organisations)
    return True
