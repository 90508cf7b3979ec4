"""What the place itself says beside one of its figures: written by its convenor or officer, public, and taken away again.

    write(area, "income-per-head", "A factory closed in May.", language="en", by=actor)

Figures themselves are never changed: whoever thinks one is wrong says so here.
"""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.areas.models import Area
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.insights.judging import is_ours
from kesher.insights.models import ANNOTATORS, Annotation


def write(area: Area, indicator: str, text: str, *, language: str, by: Actor) -> Annotation:
    """Raises :class:`Refused` for who may not, and for a place that the portal is not for."""
    if by.organisation_id is None or by.user_id is None or not by.roles & ANNOTATORS:
        raise Refused(_("Only a convenor or an officer writes beside a figure."), "role")
    if not is_ours(area):
        raise Refused(_("This portal is not for that place."), "place")
    told = {"indicator": indicator, "text": text.strip(), "language": language}
    note = Annotation(area=area, organisation_id=by.organisation_id, written_by_id=by.user_id, **told)
    note.full_clean(exclude=["area", "organisation"])
    with acting(actor=by, reason="note beside a figure"), transaction.atomic():
        note.save()
    return note


def withdraw(note: Annotation, *, by: Actor) -> None:
    """It is no longer shown; that it stood there stays in its history. Twice is once."""
    if by.organisation_id != note.organisation_id or not by.roles & ANNOTATORS:
        raise Refused(_("Only a convenor or an officer writes beside a figure."), "role")
    with acting(actor=by, reason="note beside a figure withdrawn"), transaction.atomic():
        Annotation.objects.filter(pk=note.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())
