"""History by trigger: every insert, update and delete of a tracked row, with who and why, kept append-only.

    @tracked()
    class Service(Model): ...

    with acting(actor=user.pk, reason="merged duplicate"):
        service.save()

Triggers also see ``queryset.update()``, ``COPY`` and plain SQL, which signals miss. They fire once per statement, so
that an import of a million rows writes its history as one set-based insert.
"""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pghistory
from django.db import connection, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Tracked = TypeVar("Tracked", bound=type[models.Model])


def tracked(*, exclude: list[str] | None = None) -> Callable[[Tracked], Tracked]:
    """Class decorator: keep the history of this model in ``<table>event``."""

    def track(model: Tracked) -> Tracked:
        # Names of our own: pgtrigger tells triggers of one name apart by 20 bits of a hash, and they do collide.
        name = model.__name__.lower()
        decorated: Tracked = pghistory.track(
            pghistory.InsertEvent(trigger_name=f"{name}_insert"),
            pghistory.UpdateEvent(trigger_name=f"{name}_update"),
            pghistory.DeleteEvent(trigger_name=f"{name}_delete"),
            obj_field=pghistory.ObjForeignKey(db_constraint=False, related_name="history", on_delete=models.DO_NOTHING),
            **({"exclude": exclude} if exclude else {}),
        )(model)
        return decorated

    return track


@contextmanager
def acting(*, actor: uuid.UUID | None, reason: str, **facts: str | int) -> Iterator[None]:
    """Everything written inside is recorded as done by ``actor`` (None = the system) for ``reason``.

    ``facts`` are ids and numbers, never names or free text about a person. Inside another ``acting`` the facts are
    added to the outer ones.
    """
    with pghistory.context(actor=str(actor) if actor else None, reason=reason, **facts):
        yield


def begin_statement_free_writing() -> None:
    """Make the current ``acting`` known to writes that bypass Django's cursor, such as ``COPY``.

    Call inside the transaction: the setting is local to it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("history needs a transaction around writes that bypass the ORM")
    with connection.cursor() as cursor:
        # Any statement that pghistory does not skip as read-only carries the context into the transaction.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class InstallTriggers(Operation):
    """Migration operation: install the triggers that ``CreateModel`` carries in its options.

    pgtrigger writes one operation per trigger, each of which makes Django render the whole project anew: with forty
    tables that is a minute. Initial migrations are arranged by hand to say it once.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model_names: list[str]) -> None:
        self.model_names = model_names

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        pass

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for name in self.model_names:
            for trigger in to_state.models[app_label, name.lower()].options["triggers"]:
                schema_editor.execute(trigger.install_sql, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for name in self.model_names:
            for trigger in to_state.models[app_label, name.lower()].options["triggers"]:
                schema_editor.execute(trigger.uninstall_sql, params=None)

    def describe(self) -> str:
        return f"Install the history triggers of {', '.join(self.model_names)}"
