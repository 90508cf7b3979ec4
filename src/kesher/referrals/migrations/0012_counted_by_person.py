"""Of referrals whether they may be counted, and which are of one person: asked by those who see no file (decision 0062)."""

from django.db import migrations

from kesher.people.purposes import COUNTED

#: As the owner, who sees every row. The numbers are drawn anew each time and say nothing but "the same person": of five
#: referrals of one person no figure may be made.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION referrals_counted_by_person(asked uuid[]) RETURNS TABLE (referral uuid, person bigint, agreed boolean) AS $$
    WITH sent AS MATERIALIZED (
        SELECT one.id, one.person_id, {COUNTED.format(person="one.person_id")} AS agreed FROM referrals_referral AS one
         WHERE one.id = ANY (asked) AND one.sent_at IS NOT NULL
    ), numbered AS MATERIALIZED (
        SELECT person_id, row_number() OVER (ORDER BY random()) AS number
          FROM (SELECT DISTINCT person_id FROM sent) AS people
    )
    SELECT sent.id, numbered.number, sent.agreed FROM sent JOIN numbered USING (person_id)
$$ LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = public, pg_temp
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("referrals", "0011_figures_prepared")]

    operations = [
        migrations.RunSQL(
            [FUNCTION, "REVOKE ALL ON FUNCTION referrals_counted_by_person(uuid[]) FROM PUBLIC"],
            "DROP FUNCTION referrals_counted_by_person(uuid[])",
        )
    ]
