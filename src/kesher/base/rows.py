"""Row-level security, the second wall: even a query that forgot ``visible_to`` sees only one's own rows.

Tables protected by :class:`ProtectRows` show a row only while the connection says for whom it works: ``app.user`` (one
UUID) and ``app.orgs`` (UUIDs of the organisations the user belongs to). With nothing said, such tables are empty.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.db import connection, migrations, transaction

# Each in a subquery of its own: read once a statement, not once a row.
OWN_USER = "(SELECT NULLIF(current_setting('app.user', true), ''))::uuid"
OWN_ORGANISATIONS = "(SELECT string_to_array(current_setting('app.orgs', true), ','))::uuid[]"


class ProtectRows(migrations.RunSQL):
    """Migration operation: enable and force row-level security on ``table`` with the policy ``condition``."""

    def __init__(self, table: str, condition: str, *, insert: str | None = None) -> None:
        check = insert or condition
        super().__init__(
            sql=[
                f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
                f'CREATE POLICY own_rows ON "{table}" USING ({condition}) WITH CHECK ({check})',
            ],
            reverse_sql=[
                f'DROP POLICY own_rows ON "{table}"',
                f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
            ],
        )


def say_for_whom(user_id: uuid.UUID | None, organisation_ids: Iterable[uuid.UUID], *, for_transaction: bool) -> None:
    """Tell the connection whose rows to show, until the end of the transaction or until said otherwise."""
    _say(str(user_id) if user_id else "", _joined(organisation_ids), for_transaction=for_transaction)


def _joined(organisation_ids: Iterable[uuid.UUID]) -> str:
    return ",".join(sorted(map(str, organisation_ids)))


def _say(user: str, organisations: str, *, for_transaction: bool) -> dict[str, str]:
    """Set both; gives what they were, as :func:`settings_of_connection` does.

    In one statement, for every task and every move of a referral asks: OFFSET 0 has the old values read before the new are set.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT before.of_user, before.of_orgs, set_config('app.user', %s, %s), set_config('app.orgs', %s, %s)"
            " FROM (SELECT current_setting('app.user', true) AS of_user, current_setting('app.orgs', true) AS of_orgs"
            " OFFSET 0) AS before",
            [user, for_transaction, organisations, for_transaction],
        )
        of_user, of_organisations, *_now = cursor.fetchone() or ("", "")
    return {"user": of_user or "", "organisations": of_organisations or ""}


@contextmanager
def acting_for(*, user_id: uuid.UUID | None = None, organisation_ids: Iterable[uuid.UUID] = ()) -> Iterator[None]:
    """For tasks and commands: a transaction that sees the rows of this user and these organisations.

    Inside another transaction (a request's, say) what was told before holds again afterwards; an error undoes it anyway, and
    the end of a transaction of its own does.
    """
    inside = connection.in_atomic_block
    with transaction.atomic():
        before = _say(str(user_id) if user_id else "", _joined(organisation_ids), for_transaction=True)
        yield
        if inside:
            _say(before["user"], before["organisations"], for_transaction=True)


def settings_of_connection() -> dict[str, str]:
    """What the connection has been told: ``user`` and ``organisations``, as it keeps them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.user', true), current_setting('app.orgs', true)")
        user, organisations = cursor.fetchone() or ("", "")
    return {"user": user or "", "organisations": organisations or ""}
