"""State machines as data: one table per model says who may do what, from where, to where, and under which condition.

    SERVICE_STATES = TransitionTable(field="state", transitions=(
        Transition("publish", sources={"draft", "suspended"}, target="published",
                   roles={Role.PROVIDER, Role.OFFICER}, guard=has_what_a_reader_needs),
        ...
    ))
    SERVICE_STATES.apply(service, "publish", by=Actor(user.pk, organisation.pk, {Role.PROVIDER}), reason="")

A transition writes the row and an event in one transaction and does nothing else: mails, reminders and recounts
subscribe to the event and run after commit (:mod:`kesher.base.events`).
"""

import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import SYSTEM as SYSTEM
from kesher.base.history import acting

Guard = Callable[[Any, "Actor"], str | Promise | None]


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation, in which of their roles. ``user_id`` None = the system itself."""

    user_id: uuid.UUID | None
    organisation_id: uuid.UUID | None = None
    roles: frozenset[str] = frozenset()

    @classmethod
    def the_system(cls) -> "Actor":
        return cls(user_id=None, roles=frozenset({SYSTEM}))


class Refused(Exception):
    """A transition that may not happen; ``message`` tells a person why, in their language."""

    def __init__(self, message: str | Promise, code: str) -> None:
        super().__init__(str(message))
        self.message, self.code = message, code


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of the table. ``guard`` returns the reason why not, or None when all is well."""

    event: str
    sources: frozenset[str]
    target: str
    roles: frozenset[str]
    guard: Guard | None = None
    reason_required: bool = False

    def __init__(
        self,
        event: str,
        *,
        sources: Iterable[str],
        target: str,
        roles: Iterable[str],
        guard: Guard | None = None,
        reason_required: bool = False,
    ) -> None:
        object.__setattr__(self, "event", event)
        object.__setattr__(self, "sources", frozenset(str(source) for source in sources))
        object.__setattr__(self, "target", str(target))
        object.__setattr__(self, "roles", frozenset(str(role) for role in roles))
        object.__setattr__(self, "guard", guard)
        object.__setattr__(self, "reason_required", reason_required)


@dataclass(frozen=True, slots=True)
class TransitionTable:
    """All the transitions of one model. ``name`` prefixes the events: "service" -> "service.publish".

    ``stamps``: whether moving counts as changing the row (``updated_at``), for those who hold what it says in memory.
    """

    name: str
    field: str
    transitions: tuple[Transition, ...] = ()
    stamps: bool = False

    def find(self, event: str, state: str) -> Transition | None:
        return next((t for t in self.transitions if t.event == event and state in t.sources), None)

    def refusal(self, instance: models.Model, event: str, *, by: Actor, reason: str = "") -> Refused | None:
        """Why ``event`` may not happen to ``instance`` now, or None when it may."""
        transition = self.find(event, getattr(instance, self.field))
        if transition is None:
            return Refused(_("This is not possible in the present state."), "state")
        if not transition.roles & by.roles:
            return Refused(_("Your role does not allow this."), "role")
        if transition.reason_required and not reason.strip():
            return Refused(_("Please give a reason."), "reason")
        if transition.guard and (why_not := transition.guard(instance, by)):
            return Refused(why_not, "guard")
        return None

    def possible(self, instance: models.Model, *, by: Actor, guards: bool = True) -> list[Transition]:
        """What ``by`` could do now (a missing reason is no obstacle: the form will ask).

        Without ``guards`` by state and role alone: for a list that has asked for all its rows at once what they ask for each.
        """
        state = getattr(instance, self.field)
        return [
            t
            for t in self.transitions
            if state in t.sources and t.roles & by.roles and not (guards and t.guard and t.guard(instance, by))
        ]

    def apply(
        self,
        instance: models.Model,
        event: str,
        *,
        by: Actor,
        reason: str = "",
        fields: Mapping[str, Any] | None = None,
        related: Mapping[str, Any] | None = None,
        **facts: str | int,
    ) -> None:
        """Move ``instance`` and write the event, or raise :class:`Refused` and change nothing.

        The row is locked and read again first, so that of two people acting at once the second is judged by what the
        first has done. ``fields``: what else is written in the row with it; the guard judges the row as it would be.
        ``related``: rows it points to that were read in this transaction, and need not be read again for the guard.
        """
        model = type(instance)
        with transaction.atomic(), acting(actor=by, reason=reason or event):
            locked = model._base_manager.select_for_update(of=("self",)).get(pk=instance.pk)
            for name, value in (related or {}).items():
                if getattr(locked, f"{name}_id") == value.pk:  # else it points elsewhere since, and is read
                    setattr(locked, name, value)
            for name, value in (fields or {}).items():
                setattr(locked, name, value)
            if refusal := self.refusal(locked, event, by=by, reason=reason):
                raise refusal
            transition = self.find(event, getattr(locked, self.field))
            assert transition is not None  # refusal() has said so
            before = getattr(locked, self.field)
            setattr(locked, self.field, transition.target)
            stamped = ["updated_at"] if self.stamps else []
            locked.save(update_fields=[self.field, *(fields or {}), *stamped])
            for name in (self.field, *(fields or {})):
                setattr(instance, name, getattr(locked, name))
            emit(
                f"{self.name}.{event}",
                instance,
                by=by,
                reason=reason,
                data={"from": before, "to": transition.target, **facts},
            )
