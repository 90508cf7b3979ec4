"""Whose file it is: one's own, and nobody else's. Whoever has none is told how one begins."""

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy

from kesher.accounts.models import User
from kesher.base import logs
from kesher.base.transitions import Actor
from kesher.people import files
from kesher.people.consents import PERSON
from kesher.people.models import Person
from kesher.www.caseworker.access import signed_in

OWN = "own"
#: To whoever cancels an appointment that is another by now than the one they have read.
CHANGED_MEANWHILE = gettext_lazy(
    "The appointment was changed meanwhile. Nothing is cancelled yet: this is how it stands now."
)


def own_file(user: User) -> Person | None:
    return Person.objects.visible_to(user).active().filter(user=user).select_related("area").first()


def as_the_person(user: User) -> Actor:
    return Actor(user.pk, roles=frozenset({PERSON}))


class OwnFile(LoginRequiredMixin):
    """Log in first. ``person`` and ``by`` are the file's and as whom one acts; that one looked is written down."""

    person: Person
    by: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        user = signed_in(request)
        person = own_file(user)
        if person is None:
            return self.without(request)
        self.person, self.by = person, as_the_person(user)
        files.read(person, by=self.by, purpose=OWN, request_id=logs.request_id.get())
        response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return not_kept(response)

    def without(self, request: HttpRequest) -> HttpResponse:
        """Nothing is theirs here: how a file begins."""
        return not_kept(render(request, "jobseeker/none.html"))


def not_kept(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"  # a telephone that others use after us
    return response
