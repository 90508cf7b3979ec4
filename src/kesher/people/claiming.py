"""A file becomes its person's page by a link. Whoever prints that link could open an account in another's name; so it is seen
by a second person, and by everybody who has the file (decision 0056).

    ask(waits, user=user)                             they pressed "This is my file": a number stands on their screen
    confirm(person, number, by=colleague)             who sees them and the number says that it is they; never who printed it
    refuse(person, by=caseworker)                     it is not they: this account gets nothing
    send(person, "email", by=caseworker)              the link goes to them alone, and opens at once
    open_unconfirmed(now)                             each night: nobody has said no for a week
"""

import logging
import uuid
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.events import emit, on
from kesher.base.history import acting
from kesher.base.models import Event, Notification
from kesher.base.notifications import notify
from kesher.base.rows import acting_for
from kesher.base.tasks import every
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import acts_for_file
from kesher.people.models import FILE_ROLES, Access, Person

logger = logging.getLogger(__name__)

#: So long anybody who has the file may say that it is not them. A right does not wait for a colleague: then it opens.
TO_CONFIRM: Final = timedelta(days=7)
ASKED, REFUSED, CLAIMED = "file.claim_asked", "file.claim_refused", "file.claimed"
SENT: Final = "file.claim_sent"
PAGE: Final = "caseworker/people/{person}/page/"
SALT: Final = "kesher.people.claiming"


def number(person_id: uuid.UUID, user_id: uuid.UUID) -> str:
    """Four digits that tie what stands on somebody's screen to what a colleague types."""
    digest = salted_hmac(SALT, f"{person_id.hex}{user_id.hex}", algorithm="sha256").hexdigest()
    return f"{int(digest[:12], 16) % 10_000:04d}"


def waiting(person_id: uuid.UUID) -> Event | None:
    """That somebody asks for this file, and nobody has answered yet; the last who asked."""
    last = Event.objects.filter(about_id=person_id, name__in=[ASKED, REFUSED, CLAIMED]).order_by("-id").first()
    return last if last is not None and last.name == ASKED else None


def ask(waits: files.Waits, *, user: User) -> str:
    """It waits; returns the number to show. Pressed twice is once. Raises :class:`~kesher.people.files.NotClaimable` for a link
    that was refused, or with which somebody else asks already."""
    person_id, organisation = waits.person.pk, waits.organisation_id
    with acting_for(organisation_ids=[organisation]), acting(actor=user.pk, reason="file asked for"):
        Person.objects.select_for_update(of=("self",)).get(pk=person_id)  # of two who press at once the second waits
        last = waiting(person_id)
        if last is not None and last.actor_id != user.pk:
            raise files.NotClaimable("used")
        if last is None:
            refused = Event.objects.filter(name=REFUSED, about_id=person_id, data__user=str(user.pk))
            if refused.exists():
                raise files.NotClaimable("refused")
            said = {"organisation": str(organisation), "handed_by": str(waits.handed_by)}
            emit(ASKED, waits.person, by=Actor(user.pk, roles=frozenset({"person"})), data=said)
    return number(person_id, user.pk)


def opens_on(asked: Event) -> datetime:
    """When it opens by itself."""
    return asked.at + TO_CONFIRM


def why_not_by(asked: Event, person: Person, by: Actor) -> Any:
    """Why this worker cannot say that it is they, or None."""
    if not (by.roles & FILE_ROLES and by.organisation_id is not None and acts_for_file(person, by)):
        return _("This file is not open to you.")
    if by.user_id is None or by.user_id == asked.actor_id or str(by.user_id) == asked.data["handed_by"]:
        return _("Somebody else says so than who printed the link.")
    return None


def confirm(person: Person, typed: str, *, by: Actor) -> None:
    """A second person sees them, and the number on their screen: the page is theirs at once. Raises :class:`Refused`."""
    asked = waiting(person.pk)
    if asked is None or asked.actor_id is None:
        raise Refused(_("Nobody asks for this file, or it was answered already."), "state")
    if refusal := why_not_by(asked, person, by):
        raise Refused(refusal, "second")
    if not constant_time_compare(typed.strip(), number(person.pk, asked.actor_id)):
        raise Refused(
            _("This is not the number on their screen. Look at it together; if there is none, it is not they."),
            "number",
        )
    _open(asked, confirmed_by=by.user_id)


def refuse(person: Person, *, by: Actor) -> None:
    """Whoever asks is not the person. Twice is once. Raises :class:`Refused` for whoever may not write into the file."""
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    with transaction.atomic(), acting(actor=by, reason="page refused"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        asked = waiting(person.pk)
        if asked is not None:
            emit(REFUSED, person, by=by, data={"user": str(asked.actor_id)})


def _open(asked: Event, *, confirmed_by: uuid.UUID | None) -> bool:
    user = User.objects.filter(pk=asked.actor_id, is_active=True).first() if asked.actor_id else None
    if user is None:
        return False
    keepers = [uuid.UUID(asked.data["organisation"])]
    try:
        person = files.take_over(asked.about_id, user=user, keepers=keepers, confirmed_by=confirmed_by)
    except files.NotClaimable:
        if confirmed_by is not None:
            raise Refused(
                _("This account cannot take it: it has a file already, or works with this one."), "state"
            ) from None
        return False
    with acting_for(user_id=user.pk):
        notify(user.pk, "own_page_open", language=person.language, link=f"/{person.language}/me/")
    return True


# --- sent to their own address ------------------------------------------------------------------------------------------


def ways(person: Person, now: datetime) -> list[str]:
    """By what a link may be sent to the person so that nobody else holds it: "email", "phone"; none where messages to them are
    read by others, where they may only be called or visited, and none that was written anew within the week: whoever wants a
    link for themselves would write their own there."""
    if person.discreet or person.user_id is not None:
        return []
    reached = {Person.Reach.MAIL: "email", Person.Reach.TEXT: "phone"}.get(Person.Reach(person.reach_by))
    if reached is None or not getattr(person, reached) or _is_new(person, f"{reached}_index", now):
        return []
    return [reached]


def _is_new(person: Person, index: str, now: datetime) -> bool:
    """Whether another one stood there within the week. What was written as the file was opened is not new."""
    history: Any = person.history  # type: ignore[attr-defined]
    lately = history.filter(pgh_created_at__gte=now - TO_CONFIRM).values_list(index, flat=True)
    before = history.filter(pgh_created_at__lt=now - TO_CONFIRM).order_by("-pgh_id").values_list(index, flat=True)[:1]
    return any(one != getattr(person, index) for one in (*lately, *before))


def send(person: Person, way: str, *, by: Actor) -> None:
    """They ask for it now, and read it alone. Raises :class:`Refused`. Sent by what listens to the event."""
    if not (by.roles & FILE_ROLES and by.organisation_id is not None and acts_for_file(person, by)):
        raise Refused(_("This file is not open to you."), "role")
    with transaction.atomic(), acting(actor=by, reason="page sent"):
        locked = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if way not in ways(locked, timezone.now()):
            raise Refused(_("It cannot be sent there."), "way")
        emit(SENT, locked, by=by, data={"way": way, "organisation": str(by.organisation_id)})


@every("40 3 * * *")
def open_what_nobody_refused() -> None:
    """Each night: what nobody has answered for a week."""
    logger.info("opened %s files to their people", open_unconfirmed(timezone.now()))


def open_unconfirmed(now: datetime) -> int:
    """Open what was asked for a week ago and nobody answered; returns how many. One that cannot be keeps no other from it."""
    asked = Event.objects.filter(name=ASKED, at__lte=now - TO_CONFIRM, at__gt=now - 5 * TO_CONFIRM).order_by("id")
    done = 0
    for event in asked:
        last = waiting(event.about_id)
        if last is not None and last.pk == event.pk:
            try:
                done += _open(event, confirmed_by=None)
            except Exception:
                logger.exception("the file %s was to be opened to its person, and is not", event.about_id)
    return done


@on(ASKED)
def tell_whoever_has_it(event_id: uuid.UUID) -> None:
    """Everybody who works with the file, in each organisation that has it whole, and the administrators there. Nobody learns
    who else has it, nor whose it is: the link leads to a page that only who has the file can open."""
    event = Event.objects.get(pk=event_id)
    approved = Organisation.objects.approved().values_list("pk", flat=True)
    with acting_for(organisation_ids=list(approved)):
        there = Access.objects.in_force().filter(person=event.about_id, whole=True, organisation__in=approved)
        organisations = set(there.values_list("organisation_id", flat=True))
    held = Membership.objects.in_force().filter(organisation__in=organisations)
    workers = set(held.filter(role__in=FILE_ROLES).values_list("user_id", flat=True))
    heads = set(held.filter(role=Role.ORGANISATION_ADMIN).values_list("user_id", flat=True)) - workers
    page = PAGE.format(person=event.about_id)
    for user in User.objects.filter(pk__in=workers | heads, is_active=True).order_by("id"):
        kind, link = ("page_asked", page) if user.pk in workers else ("page_asked_here", "office/data-protection/")
        with acting_for(user_id=user.pk):
            since = Notification.objects.filter(recipient_id=user.pk, kind=kind, created_at__gte=event.at)
            if not since.filter(link__endswith=link).exists():
                notify(user.pk, kind, language=user.language, link=f"/{user.language}/{link}")
