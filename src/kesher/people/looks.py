"""Who looked at a file, in as many words as a sheet of paper has: the day, the organisation, as what, and what for.

    everything(person)              to the person alone: their own page, and what they take along
    on_paper(person, by=by)         what a caseworker may print for somebody without an account

Of an organisation of which nobody else is told (a shelter, a clinic) no line stands on the paper of another: neither its name
nor that there is one, so nothing is counted or numbered, and what is left out leaves no gap (decision 0054).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation
from kesher.base.models import AccessLog, Event
from kesher.base.transitions import Actor
from kesher.people.models import FILE_ROLES, Consent, Person
from kesher.people.models.named import Named

MERGED, PARTED = "file.merged", "file.merge_undone"
#: More lines than these nobody reads on paper; the person's own page has them all.
MOST_LINES: Final = 60


@dataclass(frozen=True, slots=True)
class Look:
    """What one organisation's people in one role did with the file on one day. ``purposes``: codes of ``LOOKED_FOR``."""

    day: date
    organisation: Organisation | None
    roles: tuple[str, ...]
    purposes: tuple[str, ...]


def everything(person: Person) -> QuerySet[AccessLog]:
    """Each look, the latest first, at the file or at one that was made part of it; one's own are not among them."""
    log = AccessLog.objects.filter(about_type=Person._meta.label_lower, about_id__in=_all_of(person.pk))
    if person.user_id is not None:
        log = log.exclude(actor_id=person.user_id, organisation_id=None)
    return log.order_by("-id")


def _all_of(key: UUID) -> list[UUID]:
    """The file, and those merged into it, and into these. Of the trail: who has the file need not see the others."""
    found, new = [key], [key]
    while new:
        merges = Event.objects.filter(name__in=[MERGED, PARTED], about_id__in=new).order_by("id")
        merged: dict[UUID, bool] = {}
        for name, other in merges.values_list("name", "data__other"):
            merged[UUID(other)] = name == MERGED
        new = [other for other, stands in merged.items() if stands and other not in found]
        found += new
    return found


def on_paper(person: Person, *, by: Actor) -> list[Look]:
    """The looks that may stand on a sheet printed by ``by``, a line for each day, organisation and role; the latest first."""
    return _lines(everything(person).exclude(organisation_id__in=_untold(person, by)))[:MOST_LINES]


def _untold(person: Person, by: Actor) -> list[UUID]:
    """The organisations that must not stand on this sheet.

    Named are those which whoever prints may name beside this person, their own among them. Nobody's, where the person asked
    for discretion: somebody else may find the sheet.
    """
    quiet = Organisation.objects.sensitive().values_list("pk", flat=True)
    if person.discreet:
        return list(quiet)
    mine = [by.organisation_id] if by.organisation_id else []
    agreed = Consent.objects.filter(person=person, organisation__in=quiet).filter(Named(mine=mine, user_id=None))
    known = {*mine, *agreed.values_list("organisation_id", flat=True)}
    return [one for one in quiet if one not in known]


def _lines(log: QuerySet[AccessLog]) -> list[Look]:
    looks = list(log)
    roles = roles_at(looks)
    keys = {one.organisation_id for one in looks if one.organisation_id}
    organisations = {one.pk: one for one in Organisation.objects.filter(pk__in=keys)}
    lines: dict[tuple[date, UUID | None, tuple[str, ...]], list[str]] = {}
    for one in looks:
        purposes = lines.setdefault((timezone.localdate(one.at), one.organisation_id, roles[one.pk]), [])
        if one.purpose not in purposes:
            purposes.append(one.purpose)
    return [
        Look(day, organisations.get(organisation) if organisation else None, as_what, tuple(purposes))
        for (day, organisation, as_what), purposes in lines.items()
    ]


def roles_at(looks: Iterable[AccessLog]) -> dict[UUID, tuple[str, ...]]:
    """Key of a look -> as what they looked: the roles they held there that day, those that open files before the others.

    Two statements, however many looks.
    """
    rows = list(looks)
    users, organisations = {one.actor_id for one in rows}, {one.organisation_id for one in rows}
    there = _held({one for one in users if one}, {one for one in organisations if one})
    found = {}
    for look in rows:
        day = timezone.localdate(look.at)
        theirs = there.get((look.actor_id, look.organisation_id), []) if look.actor_id and look.organisation_id else []
        then = [role for role, since, until in theirs if since <= day and (until is None or until >= day)]
        found[look.pk] = tuple(role for role in then if role in FILE_ROLES) or tuple(then)
    return found


def _held(
    users: Iterable[UUID], organisations: Iterable[UUID]
) -> dict[tuple[UUID, UUID], list[tuple[str, date, date | None]]]:
    """The roles these held there, each from a day, perhaps until one. Of their history: one that has ended is no row."""
    told: Any = Membership.pgh_event_model  # type: ignore[attr-defined]
    events = told.objects.filter(user__in=list(users), organisation__in=list(organisations))
    of_one: dict[UUID, list[Any]] = {}
    for event in events.order_by("role", "pgh_obj_id", "pgh_id"):
        of_one.setdefault(event.pgh_obj_id, []).append(event)
    found: dict[tuple[UUID, UUID], list[tuple[str, date, date | None]]] = {}
    for those in of_one.values():
        last = those[-1]
        until = timezone.localdate(last.pgh_created_at) if last.pgh_label == "delete" else last.until
        held = (last.role, min(event.since for event in those), until)
        found.setdefault((last.user_id, last.organisation_id), []).append(held)
    return found
