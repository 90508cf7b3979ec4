"""A file in which nothing happens is erased after two years; a month before, whoever keeps it and its person are told.

Somebody without an account is written to by :mod:`kesher.referrals.silence`, the way they said is safe, or asked by those who
keep the file. The notice names no one: it carries a link. Whoever opens the page and writes something down keeps the file
alive. Erasing itself is the nightly run of :mod:`kesher.base.retention`, by what
:class:`~kesher.people.models.Person` declares.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, OuterRef
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation, User
from kesher.base.events import emit
from kesher.base.history import THE_SYSTEM, acting
from kesher.base.models import Event
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor
from kesher.people.models import FILE_ROLES, Access, Person, PersonQuerySet
from kesher.people.models.persons import KEPT

#: So long before the end it is said.
BEFORE: Final = timedelta(days=30)
TOLD: Final = "file.ends_soon"


@every("5 4 * * *")
def tell_of_silent_files() -> None:
    """A month before a file ends, each morning."""
    tell_all(timezone.now())


def tell_all(now: datetime) -> None:
    """Each organisation and each person by themselves: the database shows each only their own. Told once per silence."""
    for organisation_id in Organisation.objects.approved().order_by("id").values_list("pk", flat=True):
        tell_keeper(organisation_id, now)
    # Whoever works somewhere, or is somebody's mentor, may have a file of their own as well.
    for user in User.objects.filter(is_active=True).order_by("id").iterator():
        tell_owner(user, now)


def tell_keeper(organisation_id: uuid.UUID, now: datetime) -> int:
    """Tell those who work with files in the organisation that opened them; returns of how many files."""
    with acting_for(organisation_ids=[organisation_id]), acting(actor=THE_SYSTEM, reason="file silent"):
        kept = Access.objects.in_force().filter(kind=Access.Kind.KEEPER, organisation=organisation_id)
        people = ending(now, told=organisation_id).filter(Exists(kept.filter(person=OuterRef("pk"))))
        workers = Membership.objects.in_force().filter(organisation=organisation_id, role__in=FILE_ROLES)
        staff = list(User.objects.filter(pk__in=workers.values("user"), is_active=True).order_by("id"))
        return _tell(people, staff, "file_ends_soon", "caseworker/people/{person}/", told=organisation_id)


def tell_owner(user: User, now: datetime) -> int:
    """Tell somebody of their own file; returns of how many files: one or none."""
    with acting_for(user_id=user.pk), acting(actor=THE_SYSTEM, reason="file silent"):
        return _tell(ending(now, told=None).filter(user=user), [user], "own_file_ends_soon", "me/", told=None)


def ending(now: datetime, *, told: uuid.UUID | None) -> PersonQuerySet:
    """Files that end within the month, and of which it was not said (to this organisation; None: to the person) since
    something last happened in them."""
    said = Event.objects.filter(name=TOLD, about_id=OuterRef("pk"), at__gte=OuterRef("last_step_at"))
    silent = Person.objects.active().filter(last_step_at__lt=now - KEPT + BEFORE, last_step_at__gte=now - KEPT)
    return silent.exclude(Exists(said.filter(organisation_id=told))).order_by("id")


def _tell(people: PersonQuerySet, users: Iterable[User], kind: str, page: str, *, told: uuid.UUID | None) -> int:
    system, count = Actor(None, organisation_id=told, roles=frozenset({"system"})), 0
    for person in people.defer(*Person.ENCRYPTED):
        for user in users:
            with acting_for(user_id=user.pk):  # each sees their own notices alone
                link = f"/{user.language}/{page.format(person=person.pk)}"
                notify(user.pk, kind, language=user.language, link=link)
        emit(TOLD, person, by=system)
        count += 1
    return count
