"""History by trigger: every insert, update and delete of a tracked row, with who and why, kept append-only.

    @tracked()
    class Service(Model): ...

    with acting(actor=user.pk, reason="merged duplicate"):
        service.save()
    with acting(actor=System("duplicates"), reason="nightly"):
        find_duplicates()

A write without an actor is refused by the database (:data:`ATTACH`): history that does not say who is none. What was said stays
said until the transaction ends: what is written after an ``acting`` has ended, in the same transaction, goes to its actor
(docs/decisions/0003), so ``acting`` stands around the transaction.

Triggers also see ``queryset.update()``, ``COPY`` and plain SQL, which signals miss. They fire once per statement, so
that an import of a million rows writes its history as one set-based insert.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import pghistory
from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pghistory import runtime

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


@dataclass(frozen=True, slots=True)
class System:
    """The system itself, by the name of what writes: a task, a command, a migration, the demo.

    Without a name (:data:`THE_SYSTEM`) it is the task that runs, and where none runs it is known by its reason.
    """

    task: str = ""

    def __str__(self) -> str:
        return f"{SYSTEM}: {self.task}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a page who is not logged in, or answers by a link; ``page`` says where, and nothing says who."""

    page: str

    def __str__(self) -> str:
        return f"{VISITOR}: {self.page}"


class Acts(Protocol):
    """What :class:`kesher.base.transitions.Actor` says of itself: the user, or in which role somebody without account acts."""

    @property
    def user_id(self) -> uuid.UUID | None: ...

    @property
    def roles(self) -> frozenset[str]: ...


THE_SYSTEM = System()
Who = uuid.UUID | System | Visitor | Acts
#: The role of the system, and how its name begins in history; and how that of somebody without account does.
SYSTEM, VISITOR = "system", "visitor"
#: How long a name in history may be; the database takes no longer one (:data:`ATTACH`).
LONGEST = 200


@contextmanager
def acting(*, actor: Who, reason: str, **facts: str | int) -> Iterator[None]:
    """Everything written inside is recorded as done by ``actor`` for ``reason``.

    ``facts`` are ids and numbers, never names or free text about a person. Inside another ``acting`` of the same user the
    reason and the facts are added to what is said already: one request is one piece of work. Whoever else acts inside, or the
    system, is written down apart, and afterwards the outer one acts again.
    """
    outer = getattr(runtime._tracker, "value", None)
    said = dict(outer.metadata) if outer is not None else {}
    named = _named(actor, reason, inside=str(said.get("actor") or ""))
    what: dict[str, Any] = {"actor": named, "reason": reason, **facts}
    if outer is None:
        with ExitStack() as hooks:
            hooks.enter_context(pghistory.context(**what))
            for alias in connections:
                if alias != DEFAULT_DB_ALIAS:  # pghistory tells the default connection only
                    hooks.enter_context(connections[alias].execute_wrapper(_as_its_own(alias)))
            yield
    elif named == said.get("actor") and not named.startswith(SYSTEM):
        outer.metadata.update(what)
        yield
    else:
        same = {name: said[name] for name in ("request",) if name in said}  # in which request it was, they share
        runtime._tracker.value = runtime.Context(id=uuid.uuid4(), metadata=same | what)
        try:
            yield
        finally:
            runtime._tracker.value = outer


def _named(actor: Who, reason: str, *, inside: str) -> str:
    """How an actor is written down."""
    if actor is None:
        raise TypeError("history needs an actor: a user's key, System(task) or Visitor(page)")
    if isinstance(actor, uuid.UUID | Visitor):
        return str(actor)[:LONGEST]
    if isinstance(actor, System):
        return str(actor)[:LONGEST] if actor.task else _the_system(reason, inside)
    if actor.user_id is not None:
        return str(actor.user_id)
    if SYSTEM in actor.roles:
        return _the_system(reason, inside)
    return str(Visitor(" ".join(sorted(map(str, actor.roles))) or "link"))[:LONGEST]


def _the_system(reason: str, inside: str) -> str:
    return inside if inside.startswith(f"{SYSTEM}: ") else str(System(reason.strip() or "rule"))[:LONGEST]


def _as_its_own(alias: str) -> Callable[..., Any]:
    """The same actor and reason for another connection, under a key of its own: two transactions that wrote one row of
    context would wait for one another for ever."""

    def tell(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        held = runtime._tracker.value
        runtime._tracker.value = runtime.Context(id=uuid.uuid5(held.id, alias), metadata=held.metadata)
        try:
            return runtime._inject_history_context(execute, sql, params, many, context)
        finally:
            runtime._tracker.value = held

    return tell


#: In the place of pghistory's function, which gives no context where none was said. Each of our triggers calls it.
#:
#: Who and why stand in ``pghistory_context`` alone, so the application may not write there: this runs as the owner of the
#: tables. What is written is of this transaction and this actor: the key is made of both and of what the program said, so no
#: key that the program can name reaches a row that stands already. After each migration it is put back where the database holds
#: another text (:func:`kesher.base.rights.guard_history`), and ``kesher check`` tells of it.
ATTACH = r"""
CREATE OR REPLACE FUNCTION _pgh_attach_context() RETURNS uuid AS $$
DECLARE
    said_id constant uuid := NULLIF(current_setting('pghistory.context_id', true), '');
    said constant jsonb := NULLIF(current_setting('pghistory.context_metadata', true), '');
    kept uuid;
BEGIN
    IF said_id IS NULL OR coalesce(said->>'actor', '')
        !~ '^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(system|visitor): \S.{0,191})$'
    THEN
        RAISE EXCEPTION 'history needs an actor: nobody is named as the one who writes this'
        USING HINT = 'In the program: with acting(actor=user.pk or System("name of the task"), reason="...") of '
            'kesher.base.history. In SQL, inside the transaction: SELECT set_config(''pghistory.context_id'', '
            'gen_random_uuid()::text, true), set_config(''pghistory.context_metadata'', '
            '''{"actor": "system: name of the task", "reason": "..."}'', true);';
    END IF;
    kept := encode(substring(sha256(convert_to(
        concat_ws(' ', said_id, pg_current_xact_id(), said->>'actor'), 'UTF8')) FOR 16), 'hex')::uuid;
    INSERT INTO public.pghistory_context AS one (id, metadata, created_at, updated_at) VALUES (kept, said, now(), now())
        ON CONFLICT (id) DO UPDATE SET metadata = EXCLUDED.metadata
        WHERE one.metadata != EXCLUDED.metadata
            AND one.created_at = now() AND one.metadata->>'actor' = EXCLUDED.metadata->>'actor';
    RETURN kept;
END
$$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
"""


def said_in_sql(task: str) -> str:
    """A statement that names the system as the actor of what follows in the transaction; for migrations written in SQL."""
    if not task.replace(" ", "").replace(".", "").replace("_", "").isalnum():
        raise ValueError("the name of a task is letters, figures and full stops")
    said = json.dumps({"actor": str(System(task)), "reason": task})
    return (
        "SELECT set_config('pghistory.context_id', gen_random_uuid()::text, true),"
        f" set_config('pghistory.context_metadata', '{said}', true)"
    )


def user_in(actor: object) -> uuid.UUID | None:
    """The user whom a context names; None where it was the system or a visitor."""
    try:
        return uuid.UUID(str(actor))
    except ValueError:
        return None


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
