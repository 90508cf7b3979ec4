"""Who comes in: those who work with files in an approved organisation; and how a file is opened, which is written down."""

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponseBase

from kesher.accounts.models import Organisation, User
from kesher.base import logs
from kesher.base.transitions import Actor
from kesher.people import files
from kesher.people.models import FILE_ROLES, Access, Person
from kesher.www.caseworker.access import signed_in

#: What stands in "who looked at my file".
PLAN, NOTES, MEETING, TEAM = "plan", "notes", "appointment", "team"


def organisations_with_files(user: User) -> list[Organisation]:
    """The approved organisations in which this user works with files, in a fixed order."""
    found = {
        one.organisation_id: one.organisation
        for one in user.memberships_in_force
        if one.role in FILE_ROLES and one.organisation.state == Organisation.State.APPROVED
    }
    return [found[key] for key in sorted(found)]


class FilesOnly(AccessMixin):
    """Log in first; for whoever works with files nowhere there is no such page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not organisations_with_files(request.user):
            raise Http404
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        response["Cache-Control"] = "no-store"  # a screen that others use after us
        return response


def acting_towards(user: User, person_id: UUID) -> Actor:
    """This user for that of their organisations which has the file; the one that opened it before one it is shared with.

    No such page for a file that none of them has.
    """
    own = [one.pk for one in organisations_with_files(user)]
    accesses = Access.objects.in_force().filter(person=person_id, organisation__in=own, whole=True)
    access = accesses.order_by("kind", "id").first()
    if access is None:
        raise Http404
    return user.as_actor(access.organisation_id)


def opened(request: HttpRequest, pk: UUID, *, purpose: str) -> tuple[Person, Actor]:
    """The person and as whom one acts; that one has looked is written down."""
    user = signed_in(request)
    by = acting_towards(user, pk)
    person = Person.objects.visible_to(user).active().filter(pk=pk).first()
    if person is None:
        raise Http404
    files.read(person, by=by, purpose=purpose, request_id=logs.request_id.get())
    return person, by


def thing_opened(request: HttpRequest, things: Any, pk: UUID, *, purpose: str) -> tuple[Any, Actor]:
    """A step, appointment, … of somebody's file: ``things`` is a queryset of rows that belong to a person."""
    thing = things.visible_to(signed_in(request)).filter(pk=pk).first()
    if thing is None:
        raise Http404
    person, by = opened(request, thing.person_id, purpose=purpose)
    thing.person = person
    return thing, by
