"""Who comes in: those who work with files in an approved organisation; and how a file is opened, which is written down."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from kesher.accounts.models import Organisation, User
from kesher.base import logs
from kesher.base.transitions import Actor
from kesher.people import files
from kesher.people.models import FILE_ROLES, Access, Person, PersonQuerySet
from kesher.www.caseworker.access import signed_in

#: What stands in "who looked at my file".
READ, CHANGED, MERGED, TAKEN = "file", "change", "merge", "list"


def organisations_with_files(user: User) -> list[Organisation]:
    """The organisations for which this user works with files."""
    return user.organisations_as(FILE_ROLES)


class MergedAway(Exception):
    """The file that was asked for is part of another: ``kept``, by which one goes on. Nothing is written."""

    def __init__(self, person: Person, kept: Person) -> None:
        super().__init__("merged into another file")
        self.person, self.kept = person, kept


class FilesOnly(AccessMixin):
    """Log in first; for whoever works with files nowhere there is no such page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (request.method or "").lower() not in self.http_method_names:  # type: ignore[attr-defined]
            return HttpResponseNotAllowed([one.upper() for one in self.http_method_names])  # type: ignore[attr-defined]
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not organisations_with_files(request.user):
            raise Http404
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except MergedAway as merged:
            response = _to_kept(request, merged)
        response["Cache-Control"] = "no-store"  # a screen that others use after us
        return response


def people_of(request: HttpRequest) -> PersonQuerySet:
    """The people whose file one's organisations may see: never as a helper or as the person, which have pages of their own."""
    user = signed_in(request)
    own = [one.pk for one in organisations_with_files(user)]
    accesses = Access.objects.in_force().filter(organisation__in=own, whole=True)
    return Person.objects.visible_to(user).filter(pk__in=accesses.values("person"))


def acting_towards(request: HttpRequest, person: Person) -> Actor:
    """This user for that of their organisations which has the file; the one that opened it before one it is shared with."""
    user = signed_in(request)
    own = [one.pk for one in organisations_with_files(user)]
    access = (
        Access.objects.in_force().filter(person=person, organisation__in=own, whole=True).order_by("kind", "id").first()
    )
    if access is None:
        raise Http404
    return user.as_actor(access.organisation_id)


def organisation_for_each(user: User, people: Iterable[UUID]) -> dict[UUID, UUID]:
    """Of each of these people that of the user's organisations for which they are read, as :func:`acting_towards` has it."""
    accesses = Access.objects.in_force().filter(
        person__in=list(people), organisation__in=user.organisation_ids_as(FILE_ROLES), whole=True
    )
    found: dict[UUID, UUID] = {}
    for person, organisation in accesses.order_by("kind", "id").values_list("person_id", "organisation_id"):
        if organisation is not None:
            found.setdefault(person, organisation)
    return found


def opened(request: HttpRequest, pk: UUID, *, purpose: str = READ, merged: bool = False) -> tuple[Person, Actor]:
    """The person and as whom one acts; that one has looked is written down. No such page for a file one may not see.

    A file that was merged into another is opened only with ``merged``, to compare it or to read what was agreed about it;
    else :class:`MergedAway` sends on to the kept one (:class:`FilesOnly`), so that nothing is written where nobody looks.
    """
    person = people_of(request).select_related("area", "merged_into").filter(pk=pk).first()
    if person is None:
        raise Http404
    if person.state == Person.State.MERGED and not merged:
        kept = people_of(request).filter(pk__in=[person.merged_into_id]).first()
        if kept is None:
            raise Http404
        raise MergedAway(person, kept)
    by = acting_towards(request, person)
    files.read(person, by=by, purpose=purpose, request_id=logs.request_id.get())
    return person, by


def _to_kept(request: HttpRequest, merged: MergedAway) -> HttpResponse:
    """The same page of the kept file; what was sent is not written there, for it was said of what stood in the other."""
    kept = merged.kept
    if request.method not in ("GET", "HEAD"):
        words = _("This file is part of the file of %(name)s by now. What you sent is not written down: go on here.")
        messages.warning(request, words % {"name": kept.called})
        return redirect("caseworker_person", pk=kept.pk)
    match = request.resolver_match
    if match is not None and match.url_name and match.kwargs.get("pk") == merged.person.pk:
        same: HttpResponse = redirect(match.url_name, **match.kwargs | {"pk": kept.pk})
        return same
    return redirect("caseworker_person", pk=kept.pk)


def not_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    return response
