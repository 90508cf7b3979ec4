"""A fresh database in half the time: an index makes no models anew, and what Django does otherwise comes back."""

import re
from importlib import import_module
from typing import Any

import pytest
from django.db import connection, models
from django.db.migrations.operations import AddField, AddIndex
from django.db.migrations.state import ModelState, ProjectState

from kesher.base.migrating import OF_OPTIONS, options_need_no_new_models


def state() -> ProjectState:
    made = ProjectState()
    made.add_model(ModelState("base", "Thing", [("id", models.IntegerField(primary_key=True))]))
    assert made.apps.get_model("base", "Thing")
    return made


def test_an_index_stands_in_the_state_and_the_models_stay() -> None:
    before = [one.state_forwards for one in OF_OPTIONS]
    here = state()
    model = here.apps.get_model("base", "Thing")
    with options_need_no_new_models():
        AddIndex("Thing", models.Index(fields=["id"], name="by_id")).state_forwards("base", here)
        assert here.apps.get_model("base", "Thing") is model
        assert [one.name for one in here.models["base", "thing"].options["indexes"]] == ["by_id"]
        AddField("Thing", "name", models.TextField(default="")).state_forwards("base", here)
        assert here.apps.get_model("base", "Thing")._meta.get_field("name"), "a column does change them"
    assert [one.state_forwards for one in OF_OPTIONS] == before


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
