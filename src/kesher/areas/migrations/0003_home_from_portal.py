"""What a portal said by code alone becomes an area of its own."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from kesher.base.history import System, acting


def take_over(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    area_model, home_model = apps.get_model("areas", "Area"), apps.get_model("areas", "HomeArea")
    for portal in apps.get_model("base", "Portal").objects.exclude(home_area_code=""):
        area = area_model.objects.filter(code=portal.home_area_code).order_by("path").last()
        if area is not None:
            with acting(actor=System("migration areas.0003"), reason="home from the portal"):
                home_model.objects.get_or_create(area=area)


class Migration(migrations.Migration):
    dependencies = [("areas", "0002_home_areas"), ("base", "0003_notification_rows")]
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
