"""What happened in the demo town before today: the rooms' own functions, called as on the day it happened.

    with at(moment):
        sending.send(referral, by=noa)      sent then, its event dated then, answered in time by then

Rows written straight into the tables with old dates would be quicker, and would tell of moves that no rule has let pass. The
portal's functions ask ``timezone.now``; here it answers with the moment, to this flow of control alone: whoever opens a page
meanwhile has today. What the database itself dates (its history, its policies) has the day on which the town was built.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from django.db.models import Model
from django.db.models.signals import pre_save
from django.utils import timezone

_REAL: Final = timezone.now
_moment: ContextVar[datetime | None] = ContextVar("moment of the demo town", default=None)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Everything inside happens at that moment, which has passed. Raises ``ValueError`` for one to come."""
    if moment > _REAL():
        raise ValueError("what is to come has not happened")
    before = _moment.set(moment)
    pre_save.connect(_date, dispatch_uid=_date)
    timezone.now = _now
    try:
        yield
    finally:
        _moment.reset(before)
        if _moment.get() is None:
            timezone.now = _REAL
            pre_save.disconnect(dispatch_uid=_date)


def _now() -> datetime:
    return _moment.get() or _REAL()


def _date(sender: type[Model], instance: Model, **_more: Any) -> None:
    """A new row's own dates: fields hold on to the function that dates them, and so did not hear of the moment."""
    moment = _moment.get()
    if moment is None or not instance._state.adding:
        return
    for field in sender._meta.concrete_fields:
        if field.default is _REAL and getattr(instance, field.attname) > moment:
            setattr(instance, field.attname, moment)
