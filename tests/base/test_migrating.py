"""A fresh database in a fifth of the time: few models are made anew, and what Django does otherwise comes back."""

import re
from contextlib import nullcontext
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.operations import AddField, AddIndex, AlterField, AlterModelOptions
from django.db.migrations.state import ModelState, ProjectState
from pytest_django.plugin import DjangoDbBlocker

from kesher.base.migrating import OF_ONE_TABLE, OF_OPTIONS, few_new_models
from tests import database


def state() -> ProjectState:
    made = ProjectState()
    made.add_model(ModelState("base", "Thing", [("id", models.IntegerField(primary_key=True))]))
    points = models.ForeignKey("base.Thing", models.CASCADE)
    made.add_model(ModelState("base", "Pointer", [("id", models.IntegerField(primary_key=True)), ("thing", points)]))
    assert made.apps.get_model("base", "Thing")
    return made


def test_an_index_stands_in_the_state_and_the_models_stay() -> None:
    before = [one.state_forwards for one in (*OF_OPTIONS, *OF_ONE_TABLE)]
    reload = ProjectState.reload_model
    here = state()
    model = here.apps.get_model("base", "Thing")
    with few_new_models():
        AddIndex("Thing", models.Index(fields=["id"], name="by_id")).state_forwards("base", here)
        assert here.apps.get_model("base", "Thing") is model
        assert [one.name for one in here.models["base", "thing"].options["indexes"]] == ["by_id"]
        AddField("Thing", "name", models.TextField(default="")).state_forwards("base", here)
        assert here.apps.get_model("base", "Thing")._meta.get_field("name"), "a column does change them"
    assert [one.state_forwards for one in (*OF_OPTIONS, *OF_ONE_TABLE)] == before
    assert ProjectState.reload_model is reload


def target(here: ProjectState) -> type[models.Model]:
    return here.apps.get_model("base", "Pointer")._meta.get_field("thing").remote_field.model


def test_a_column_makes_its_own_model_anew_and_whoever_wants_all_of_them_gets_them() -> None:
    here = state()
    pointer = here.apps.get_model("base", "Pointer")
    with few_new_models():
        AddField("Thing", "name", models.TextField(default="")).state_forwards("base", here)
        assert here.apps.get_model("base", "Pointer") is pointer, "what points to it is that of before"
        here.clear_delayed_apps_cache()  # as Django does before a function reads rows, and after the last migration
        assert target(here) is here.apps.get_model("base", "Thing")
        assert target(here)._meta.get_field("name")

        AddField("Thing", "size", models.IntegerField(default=0)).state_forwards("base", here)
        AlterModelOptions("Thing", {"ordering": ["size"]}).state_forwards("base", here)  # asks who is related
        assert target(here)._meta.get_field("size")

        AddField("Thing", "place", models.IntegerField(default=0)).state_forwards("base", here)
        AlterField("Thing", "id", models.BigIntegerField(primary_key=True)).state_forwards("base", here)
        assert target(here) is here.apps.get_model("base", "Thing")
        assert isinstance(target(here)._meta.pk, models.BigIntegerField), "a key is held by whoever points to it"


SHAPE = """
SELECT 'column', table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
  FROM information_schema.columns
 WHERE table_schema = 'public'
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
 WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'policy', tablename, policyname, concat(qual, with_check) FROM pg_policies
ORDER BY 1, 2, 3, 4"""


@pytest.mark.long
@pytest.mark.slow
def test_a_database_made_so_is_the_one_django_makes(
    monkeypatch: pytest.MonkeyPatch, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> None:
    shapes = []
    for name, how in (("few", few_new_models), ("all", nullcontext)):
        monkeypatch.setattr(database, "migrations_fingerprint", lambda name=name: f"shape_{name}")
        monkeypatch.setattr(database, "few_new_models", how)
        with django_db_blocker.unblock():
            made = database.make_template()
            with database._maintenance() as maintenance:
                maintenance.execute(f'ALTER DATABASE "{made}" ALLOW_CONNECTIONS true')
            with database._to(made) as fresh:
                shapes.append(fresh.execute(SHAPE).fetchall())
            with database._maintenance() as maintenance:
                maintenance.execute(f'DROP DATABASE "{made}"')
    few, everything = shapes
    assert len(few) > 2000
    assert few == everything


@pytest.mark.django_db
def test_for_whom_one_works_is_read_once_a_statement() -> None:
    """Every policy asks in a subquery; and one made before this was so is brought to it by the migration, once."""
    read_once = import_module("kesher.base.migrations.0004_read_once").READ_ONCE

    def policies(cursor: Any) -> dict[str, str]:
        cursor.execute("SELECT tablename, concat(qual, with_check) FROM pg_policies WHERE policyname = 'own_rows'")
        return dict(cursor.fetchall())

    with connection.cursor() as cursor:
        now = policies(cursor)
        assert len(now) > 50
        bare = re.compile(r"(?<!SELECT )(?<!SELECT \()(string_to_array|NULLIF)\(current_setting")
        assert not [name for name, rule in now.items() if bare.search(rule)]
        cursor.execute(read_once)
        assert policies(cursor) == now, "what asks once stays as it is"
        cursor.execute(
            "ALTER POLICY own_rows ON base_notification"
            " USING (recipient_id = NULLIF(current_setting('app.user', true), '')::uuid)"
        )
        cursor.execute(read_once)
        again = policies(cursor)["base_notification"]
        assert re.search(r"SELECT \(?NULLIF\(current_setting", again), again
