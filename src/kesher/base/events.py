"""What happened: one append-only row per event, written in the transaction that made it happen.

    emit("service.publish", service, by=actor, reason="checked by phone")

    @on("service.publish")
    def tell_the_subscribers(event_id: str) -> None: ...

Subscribers run as background tasks after commit: a mail server that is down delays a mail, never a decision.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

if TYPE_CHECKING:
    from kesher.base.models import Event
    from kesher.base.transitions import Actor

Subscriber = Callable[[uuid.UUID], None]
_subscribers: dict[str, dict[str, Subscriber]] = defaultdict(dict)


def on(*names: str) -> Callable[[Subscriber], Subscriber]:
    """Decorator: call the function with the event's id after each event of these names."""

    def register(subscriber: Subscriber) -> Subscriber:
        key = f"{subscriber.__module__}.{subscriber.__qualname__}"
        for name in names:
            _subscribers[name][key] = subscriber
        return subscriber

    return register


def subscribers(name: str) -> Mapping[str, Subscriber]:
    """Who listens to events of this name: full name of the function -> function."""
    return _subscribers[name]


def emit(
    name: str,
    about: models.Model,
    *,
    by: "Actor",
    reason: str = "",
    data: Mapping[str, Any] | None = None,
) -> "Event":
    """Write the event and, after commit, start its subscribers. ``data`` holds ids, codes and numbers only."""
    from kesher.base.models import Event
    from kesher.base.tasks import deliver_event, enqueue

    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an event is written in the transaction of what it tells of")
    event = Event.objects.create(
        name=name,
        about_type=about._meta.label_lower,
        about_id=about.pk,
        actor_id=by.user_id,
        organisation_id=by.organisation_id,
        reason=reason,
        data=dict(data or {}),
    )
    for key in _subscribers[name]:
        enqueue(deliver_event, event_id=str(event.pk), subscriber=key)
    return event
