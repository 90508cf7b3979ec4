"""Which referrals may be counted beyond those who hold them: a question that those who see no file may ask."""

from django.db import migrations

from kesher.people.purposes import COUNTED

#: As the owner, who sees every row: it answers with keys of referrals, which stand in the trail anyhow, and with nothing else.
FUNCTION = f"""
CREATE OR REPLACE FUNCTION referrals_counted(since timestamptz) RETURNS SETOF uuid AS $$
    SELECT referral.id FROM referrals_referral AS referral
     WHERE referral.sent_at >= since - interval '1 day' AND {COUNTED.format(person="referral.person_id")}
$$ LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
"""  # noqa: S608


class Migration(migrations.Migration):
    dependencies = [("referrals", "0005_labels"), ("people", "0010_worries_and_helpers")]

    operations = [
        migrations.RunSQL(
            [FUNCTION, "REVOKE ALL ON FUNCTION referrals_counted(timestamptz) FROM PUBLIC"],
            "DROP FUNCTION referrals_counted(timestamptz)",
        )
    ]
