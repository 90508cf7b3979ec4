"""Notifications are read by their recipient alone, whatever a query forgets."""

from django.db import migrations

from kesher.base.rows import OWN_USER, ProtectRows


class Migration(migrations.Migration):
    dependencies = [("base", "0002_cache")]
    operations = [
        # Anybody may be told something; only the recipient may read it.
        ProtectRows("base_notification", f"recipient_id = {OWN_USER}", insert="true"),
    ]
