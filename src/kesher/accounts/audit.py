"""What an auditor reads: who looked at which file; who did what, when, why and for which organisation. No contents of a file.

People stand here by their file's number alone. Whoever looked or acted for an organisation is named; a person at their own
file, and who helps them, is not: their name beside the number would say whose file it is.
"""

import re
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog, Event
from kesher.base.privacy import FILES

READERS: Final = frozenset({Role.AUDITOR})
#: A reason that is a code. Whatever else was typed about a file may say something of the person, and is not read here.
_CODE: Final = re.compile(r"[a-z][a-z0-9_]*")
_OF_FILES: Final = tuple(f"{room}." for room in sorted(FILES))


def looks_for(user: Any) -> QuerySet[AccessLog]:
    """Looks at files, the latest first; none for whoever is no auditor."""
    found = AccessLog.objects.order_by("-id")
    return found if user.has_role(*READERS) else found.none()


def deeds_for(user: Any) -> QuerySet[Event]:
    """What was done, the latest first; none for whoever is no auditor."""
    found = Event.objects.order_by("-id")
    return found if user.has_role(*READERS) else found.none()


def is_of_a_file(about_type: str) -> bool:
    return about_type.startswith(_OF_FILES)


def may_be_named(row: AccessLog | Event) -> bool:
    """Whether it may be said who it was: beside the number of a file only who acted for an organisation."""
    if row.actor_id is None:
        return False
    return row.organisation_id is not None or not (isinstance(row, AccessLog) or is_of_a_file(row.about_type))


def reason_of(event: Event) -> str:
    """The reason given, as far as it is read here."""
    return event.reason if not is_of_a_file(event.about_type) or _CODE.fullmatch(event.reason) else ""


def by_somebody_called(rows: QuerySet[Any], words: str) -> QuerySet[Any]:
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
        named |= ~of_files
    return rows.filter(named, actor_id__in=users)


def names_of(rows: Iterable[AccessLog | Event]) -> dict[UUID, str]:
    """Key of a user -> what they are called; one query."""
    keys = {row.actor_id for row in rows if row.actor_id is not None and may_be_named(row)}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=keys).order_by("pk")}
