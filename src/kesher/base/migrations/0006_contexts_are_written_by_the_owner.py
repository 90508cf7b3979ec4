"""Who and why of history: written by the function of the owner, by nobody else, and never over what another transaction wrote."""

from django.db import migrations

from kesher.base.history import ATTACH
from kesher.base.rights import APPLICATION_ROLE

#: Again after each migration (kesher.base.rights); here so that no moment passes between the two.
REVOKE = f"""
DO $$ BEGIN
    IF current_user <> '{APPLICATION_ROLE}' AND EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN
        REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON pghistory_context FROM {APPLICATION_ROLE};
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0005_no_history_without_actor")]

    operations = [
        migrations.RunSQL([(ATTACH, None)], migrations.RunSQL.noop),
        migrations.RunSQL([(REVOKE, None)], migrations.RunSQL.noop),
    ]
