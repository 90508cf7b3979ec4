"""What an auditor reads: who looked at which file; who did what, when, why and for which organisation. No contents of a file.

People stand here by their file's number alone. Whoever looked or acted for an organisation is named; a person at their own
file, and who helps them, is not: their name beside the number would say whose file it is. What is told to few elsewhere is not
told here either: of an organisation of which nobody else is told neither its name nor who acted for it; nothing of concerns and
complaints; nothing but what the lists below hold.
"""

from collections.abc import Collection, Iterable
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog, Event
from kesher.base.privacy import FILES

READERS: Final = frozenset({Role.AUDITOR})
#: Who raised a concern, and who complained, is told to those who look into it alone.
TOLD_TO_FEW: Final = ("casework.concern", "referrals.complaint")
#: What is done with files, as far as it is read here, with the name of who did it for an organisation.
DEEDS: Final = frozenset(
    f"{of}.{done}"
    for of, those in {
        "appointment": ("book", "move", "over"),
        "booking": ("book", "over", "filed", "erased"),
        "cohort": ("open", "change", "seat", "leave", "close"),
        "consent": ("given", "withdrawn"),
        "file": (
            *(
                "opened",
                "claim_asked",
                "claim_refused",
                "claim_sent",
                "claimed",
                "merged",
                "merge_undone",
                "erased",
                "answers_kept",
                "answer_forgotten",
            ),
            *("goal_said", "goal_meant"),
            *("part_kept", "part_removed", "interview_section", "cards_answered", "work_told", "work_confirmed"),
            *("skill_proposed", "skill_confirmed", "erasure_asked", "erasure_confirmed", "erasure_stopped"),
        ),
        "host": ("permitted",),
        "interpreter": ("list", "unlist"),
        "loop": ("opened", "reopened", "closed"),
        "mandate": ("asked", "accepted", "ended"),
        "match": ("propose", "start", "pause", "resume", "close", "goal", "goal_reached", "meeting", "guardian_told"),
        "mentor": ("offer", "vet", "train", "vet again"),
        "note": ("write",),
        "people": ("looked_elsewhere",),
        "referral": (
            *("drafted", "send", "accept", "reject", "first contact", "pause", "resume", "finish", "cannot finish"),
            *("over", "entered in error", "next best", "link_sent", "recall_requested", "recall_confirmed"),
        ),
        "review": ("set", "done"),
        "safeguarding": ("named",),
        "step": ("agree", "finish", "reopen", "postpone"),
        "talk": ("held", "read", "taken_up"),
        "training": ("propose", "start", "close", "host", "learnt", "guardian_told", "certificate", "link_sent"),
    }.items()
    for done in those
)
#: Told apart they would say of somebody that they did not come, or took back that they agreed.
ALIKE: Final = {
    **dict.fromkeys(
        ("appointment.keep", "appointment.miss", "appointment.cancel", "appointment.close"), "appointment.over"
    ),
    **dict.fromkeys(("booking.keep", "booking.miss", "booking.cancel"), "booking.over"),
    **dict.fromkeys(("referral.withdraw", "referral.consent withdrawn"), "referral.over"),
}
#: Codes of reasons about files that are read here. Whatever else was given may say something of the person.
REASONS: Final = frozenset({
    *("started_work", "in_training", "not_eligible", "cannot_travel", "barrier_first", "no_capacity", "no_such_service"),
    *("duplicate", "other", "private", "met", "gone", "cannot_be_met", "impossible", "replaced", "mistake"),
    *("reached", "time", "no_time", "twice", "hired", "job", "done", "not_agreed", "host", "us"),
})  # fmt: skip
_OF_FILES: Final = tuple(f"{room}." for room in sorted(FILES))


def looks_for(user: Any) -> QuerySet[AccessLog]:
    """Looks at files, the latest first; none for whoever is no auditor."""
    found = AccessLog.objects.order_by("-id")
    return found if user.has_role(*READERS) else found.none()


def deeds_for(user: Any) -> QuerySet[Event]:
    """What was done, the latest first; none for whoever is no auditor."""
    found = Event.objects.exclude(about_type__in=TOLD_TO_FEW).order_by("-id")
    return found if user.has_role(*READERS) else found.none()


def untold(user: Any) -> frozenset[UUID]:
    """The organisations of which this auditor is not told that anybody is known there: all such but those they are of."""
    elsewhere = Organisation.objects.sensitive().exclude(pk__in=user.organisation_ids)
    return frozenset(elsewhere.values_list("pk", flat=True))


def is_of_a_file(about_type: str) -> bool:
    return about_type.startswith(_OF_FILES)


def name_of(name: str, about_type: str) -> str:
    """What an event is called here; of what is done with files and stands in no list, nothing."""
    if not is_of_a_file(about_type):
        return name
    name = ALIKE.get(name, name)
    return name if name in DEEDS else ""


def called(name: str) -> list[str]:
    """The events that :func:`name_of` calls so."""
    return [name, *(one for one, shown in ALIKE.items() if shown == name)]


def may_be_named(row: AccessLog | Event, untold: Collection[UUID]) -> bool:
    """Whether it may be said who it was: beside the number of a file only who acted for an organisation, and for one of which
    others are told."""
    if row.actor_id is None or row.organisation_id in untold:
        return False
    if isinstance(row, AccessLog):
        return row.organisation_id is not None
    if is_of_a_file(row.about_type):
        return row.organisation_id is not None and bool(name_of(row.name, row.about_type))
    return True


def reason_of(event: Event) -> str:
    """The reason given, as far as it is read here."""
    if not is_of_a_file(event.about_type):
        return event.reason
    return event.reason if event.reason in REASONS and name_of(event.name, event.about_type) else ""


def by_somebody_called(rows: QuerySet[Any], words: str, untold: Collection[UUID]) -> QuerySet[Any]:
    """Of those that may be named: by users with these words in their name or address; or about the thing with this number."""
    try:
        return rows.filter(about_id=UUID(words.strip()))
    except ValueError:
        pass
    users = User.objects.filter(Q(name__icontains=words) | Q(email__iexact=words)).order_by().values("pk")
    named = Q(organisation_id__isnull=False)
    if rows.model is Event:
        of_files = Q()
        for room in _OF_FILES:
            of_files |= Q(about_type__startswith=room)
        named = named & Q(name__in=[*DEEDS, *ALIKE]) | ~of_files
    there = rows.exclude(organisation_id__in=untold) if untold else rows
    return there.filter(named, actor_id__in=users)


def names_of(rows: Iterable[AccessLog | Event], untold: Collection[UUID]) -> dict[UUID, str]:
    """Key of a user -> what they are called; one query."""
    keys = {row.actor_id for row in rows if row.actor_id is not None and may_be_named(row, untold)}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys).order_by("pk")}
