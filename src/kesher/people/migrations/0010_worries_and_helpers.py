"""The second wall hides what somebody fears at home from whoever only helps them, as the first does; its history, too."""

from django.db import migrations

from kesher.people.rows import seen, worries_seen


def _policy(table: str, condition: str, *, history: bool) -> list[str]:
    check = "true" if history else condition
    return [
        f'DROP POLICY own_rows ON "{table}"',
        f'CREATE POLICY own_rows ON "{table}" USING ({condition}) WITH CHECK ({check})',
    ]


TABLES = (("people_worry", False), ("people_worryevent", True))


class Migration(migrations.Migration):
    dependencies = [("people", "0009_papers")]

    operations = [
        migrations.RunSQL(
            sql=_policy(table, worries_seen(table), history=history),
            reverse_sql=_policy(table, seen(table, "person_id"), history=history),
        )
        for table, history in TABLES
    ]
