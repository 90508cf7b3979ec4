"""History is refused where nobody is named as the one who writes."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from kesher.base.history import ATTACH


def as_it_was(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    from pghistory.models import Context

    Context.install_pgh_attach_context_func(using=schema_editor.connection.alias)


def refuse(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    schema_editor.execute(ATTACH, params=None)


class Migration(migrations.Migration):
    dependencies = [("base", "0004_read_once"), ("pghistory", "0007_auto_20250421_0444")]

    operations = [migrations.RunPython(refuse, as_it_was)]
