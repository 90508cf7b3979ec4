"""Who comes in: those who send people on; those who answer; either."""

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from kesher.accounts.models import User
from kesher.base import logs
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.models import Person
from kesher.referrals.models import Referral
from kesher.referrals.vocabularies import RECEIVERS, SENDERS, Reason
from kesher.www.forms import readable
from kesher.www.referrals.words import HAPPENED

PAGE_SIZE = 30


class InARole(AccessMixin):
    """Log in first; for anybody without one of these roles there is no such page."""

    roles_let_in: frozenset[str] = frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not request.user.has_role(*self.roles_let_in):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class SendersOnly(InARole):
    roles_let_in = frozenset(SENDERS)


class ReceiversOnly(InARole):
    roles_let_in = frozenset(RECEIVERS)


def signed_in(request: HttpRequest) -> User:
    """The user; the classes above have let nobody else in."""
    assert request.user.is_authenticated
    return request.user


def sends_for(user: User, person: Person) -> Actor | None:
    """As whom this user sends this person on: for the first of their organisations that has the file."""
    for membership in user.memberships_in_force:
        if membership.role in SENDERS:
            has_it = Person.objects.kept_by(membership.organisation_id).filter(pk=person.pk)
            if has_it.exists():
                return user.as_actor(membership.organisation_id)
    return None


def person_of(user: User, pk: UUID) -> Person:
    """A person whose whole file this user may read; else there is no such page."""
    person = Person.objects.visible_to(user).active().filter(pk=pk).first()
    if person is None:
        raise Http404
    return person


def note_read(person: Person, by: Actor, purpose: str) -> None:
    files.read(person, by=by, purpose=purpose, request_id=logs.request_id.get())


def drawn(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page about a person: never kept on a screen that others use after us."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store"
    return response


def typed(request: HttpRequest, name: str, longest: int) -> str:
    """What was typed outside a form, one sentence say. Raises :class:`Refused` for what is too long, or cannot be read."""
    text = request.POST.get(name, "").replace("\r\n", "\n").strip()
    if len(text) > longest:
        raise Refused(_("This is too long: %(most)d letters at most.") % {"most": longest}, name)
    try:
        readable(text)
    except ValidationError as error:
        raise Refused(error.messages[0], name) from None
    return text


def trail(referral: Referral) -> list[dict[str, Any]]:
    """What has happened to a referral, when, and by which colleague or organisation."""
    events = list(Event.objects.filter(about_id=referral.pk, name__in=HAPPENED).order_by("id"))
    actors = {event.actor_id for event in events if event.actor_id}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=actors).order_by("id")}
    reasons = dict(Reason.choices)
    return [
        {
            "at": event.at,
            "what": HAPPENED[event.name],
            "why": reasons.get(event.reason, ""),
            "who": names.get(event.actor_id, "") if event.actor_id else "",
        }
        for event in events
    ]
