"""The table of Django's database cache, so that ``migrate`` is all the set-up there is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("base", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=[
                "CREATE TABLE kesher_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, "
                "expires timestamptz NOT NULL)",
                "CREATE INDEX kesher_cache_expires ON kesher_cache (expires)",
            ],
            reverse_sql="DROP TABLE kesher_cache",
        )
    ]
