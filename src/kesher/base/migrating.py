"""Bringing a database to the present migrations in a fifth of the time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db.migrations import operations
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

#: What changes an option of a table and none of its columns.
OF_OPTIONS: tuple[type[Any], ...] = (
    operations.AddConstraint,
    operations.AddIndex,
    operations.RemoveConstraint,
    operations.RemoveIndex,
    AddTrigger,
    RemoveTrigger,
)
#: What changes the columns of one table, and nothing that other tables hold of it.
OF_ONE_TABLE: tuple[type[Any], ...] = (
    operations.CreateModel,
    operations.AddField,
    operations.RemoveField,
    operations.AlterField,
)


@contextmanager
def few_new_models() -> Iterator[None]:
    """While our migrations run: after each step as few models are made anew as the next one asks for.

    Django's ``ProjectState`` renders a model and all that are related to it, to the last, after each operation; where a user
    stands in every history, that is nearly all there are, a thousand times: nine tenths of all the work of a fresh database.
    An index, a constraint or a trigger stands in the state, from which it is taken: it needs none. A new table or column
    needs the model of this table; those that point to it point to the one before, whose key is the same. Whatever wants them
    all (a function that reads rows, an operation that is not named here, the migrations of others) finds the state marked
    as ``is_delayed``, which is Django's own mark for that, and has all of them rendered once.
    """
    before = {one: one.state_forwards for one in (*OF_OPTIONS, *OF_ONE_TABLE)}
    reloads = {name: getattr(ProjectState, name) for name in ("reload_model", "reload_models")}
    for one, forwards in before.items():
        one.state_forwards = _with_few(forwards, its_own=one in OF_ONE_TABLE)
    for name, reload in reloads.items():
        setattr(ProjectState, name, _from_the_start(reload))
    try:
        yield
    finally:
        for one, forwards in before.items():
            one.state_forwards = forwards
        for name, reload in reloads.items():
            setattr(ProjectState, name, reload)


def _with_few(
    forwards: Callable[[Any, str, ProjectState], None], *, its_own: bool
) -> Callable[[Any, str, ProjectState], None]:
    def state_forwards(operation: Any, app_label: str, state: ProjectState) -> None:
        ours = apps.get_app_config(app_label).name.startswith("kesher.")  # how others write theirs is theirs
        if not ours or (its_own and _others_hold(operation, app_label, state)):
            return forwards(operation, app_label, state)
        # a cached property: where it is not there, nothing is rendered
        models = state.__dict__.pop("apps", None)
        try:
            forwards(operation, app_label, state)
        finally:
            if models is not None:
                state.__dict__["apps"] = models
        if models is not None and its_own:
            name = operation.name if isinstance(operation, operations.CreateModel) else operation.model_name
            state._reload({(app_label, name.lower())})  # type: ignore[attr-defined]  # as reload_models ends
            state.is_delayed = True
        return None

    return state_forwards


def _others_hold(operation: Any, app_label: str, state: ProjectState) -> bool:
    """Whether what changes is held elsewhere too: a key to which others point, or a table between two."""
    if isinstance(operation, operations.AlterField):
        then = state.models[app_label, operation.model_name_lower].get_field(operation.name)
        return any(one.primary_key or one.unique or one.many_to_many for one in (then, operation.field))
    return False


def _from_the_start(reload: Callable[..., None]) -> Callable[..., None]:
    """Where models are those of before, nothing can be told from whom they are related to: all are rendered when asked for."""

    def reloading(state: ProjectState, *arguments: Any, **options: Any) -> None:
        state.clear_delayed_apps_cache()
        reload(state, *arguments, **options)

    return reloading
