"""For whom the connection works is read once a statement: policies made before read it once a row."""

from django.db import migrations

READ_ONCE = """
DO $$
DECLARE
    one record;
    orgs constant text := '(string_to_array(current_setting(''app.orgs''::text, true), '',''::text))::uuid[]';
    who constant text := '(NULLIF(current_setting(''app.user''::text, true), ''''::text))::uuid';
BEGIN
    FOR one IN SELECT tablename, qual, with_check FROM pg_policies
                WHERE policyname = 'own_rows' AND schemaname = current_schema()
                  AND concat(qual, with_check) NOT LIKE '%SELECT (string_to_array%'
                  AND concat(qual, with_check) NOT LIKE '%SELECT string_to_array%'
                  AND concat(qual, with_check) NOT LIKE '%SELECT (NULLIF%'
                  AND concat(qual, with_check) NOT LIKE '%SELECT NULLIF%'
    LOOP
        EXECUTE format('ALTER POLICY own_rows ON %I USING (%s) WITH CHECK (%s)', one.tablename,
            replace(replace(one.qual, orgs, '((SELECT ' || orgs || '))::uuid[]'), who, '(SELECT ' || who || ')'),
            replace(replace(one.with_check, orgs, '((SELECT ' || orgs || '))::uuid[]'), who, '(SELECT ' || who || ')'));
    END LOOP;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("base", "0003_notification_rows")]

    operations = [migrations.RunSQL(READ_ONCE, reverse_sql=migrations.RunSQL.noop)]
