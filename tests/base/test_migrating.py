"""A fresh database in half the time: an index makes no models anew, and what Django does otherwise comes back."""

from django.db import models
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
