"""How a step, an appointment, … of somebody's file is opened: through the file, and written down."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest

from kesher.base.transitions import Actor
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.access import opened

#: What stands in "who looked at my file".
PLAN, NOTES, MEETING, TEAM = "plan", "notes", "appointment", "team"


def thing_opened(request: HttpRequest, things: Any, pk: UUID, *, purpose: str) -> tuple[Any, Actor]:
    """The thing and as whom one acts; ``things`` is a queryset of rows that belong to a person."""
    thing = things.visible_to(signed_in(request)).filter(pk=pk).first()
    if thing is None:
        raise Http404
    thing.person, by = opened(request, thing.person_id, purpose=purpose)
    return thing, by
