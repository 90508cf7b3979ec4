"""Whoever only helps a person reads no referral, for it says where to and why it came back; of wishes those that tell nothing."""

from django.db import migrations

from kesher.referrals.rows import (
    CREATE_TELLS_NOTHING,
    DROP_TELLS_NOTHING,
    of_loop,
    of_loop_history,
    of_loop_that_tells_nothing,
    of_referral,
    of_referral_and_no_helper,
)


def _policy(table: str, condition: str) -> list[str]:
    check = "true" if table.endswith("event") else condition
    return [
        f'DROP POLICY own_rows ON "{table}"',
        f'CREATE POLICY own_rows ON "{table}" USING ({condition}) WITH CHECK ({check})',
    ]


TABLES = (
    ("referrals_referral", of_referral_and_no_helper, of_referral),
    ("referrals_referralevent", of_referral_and_no_helper, of_referral),
    ("referrals_loop", of_loop_that_tells_nothing, of_loop),
    ("referrals_loopevent", of_loop_history, of_loop),
)


class Migration(migrations.Migration):
    dependencies = [("referrals", "0007_watched")]

    operations = [
        migrations.RunSQL(sql=CREATE_TELLS_NOTHING, reverse_sql=DROP_TELLS_NOTHING),
        *(migrations.RunSQL(sql=_policy(table, now(table)), reverse_sql=_policy(table, before(table))) for table, now, before in TABLES),
    ]
