"""Bringing a database to the present migrations in half the time."""

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


@contextmanager
def options_need_no_new_models() -> Iterator[None]:
    """While migrations run: an index, a constraint or a trigger does not make all related models anew.

    Django's ``ProjectState`` renders a model and all that are related to it after each operation. After these the models
    differ in nothing that later operations ask them for: what was added or removed stands in the state, from which it is
    taken. With 70 tables, each with its history, that is half of all the work of a fresh database.
    """
    before = {one: one.state_forwards for one in OF_OPTIONS}
    for one, forwards in before.items():
        one.state_forwards = _without_models(forwards)
    try:
        yield
    finally:
        for one, forwards in before.items():
            one.state_forwards = forwards


def _without_models(forwards: Callable[[Any, str, ProjectState], None]) -> Callable[[Any, str, ProjectState], None]:
    def state_forwards(operation: Any, app_label: str, state: ProjectState) -> None:
        ours = apps.get_app_config(app_label).name.startswith("kesher.")  # how others write theirs is theirs
        # a cached property: where it is not there, nothing is rendered
        models = state.__dict__.pop("apps", None) if ours else None
        try:
            forwards(operation, app_label, state)
        finally:
            if models is not None:
                state.__dict__["apps"] = models

    return state_forwards
