"""Which organisations are one workplace for the rule of unpaid placements: a body, its departments, and what was merged.

Whoever is blocked shall not go on under the name of a department, of the body it is part of, or of an entry of the directory
that another was merged into. A family is all that hang together by "part of" and by merges that stand; it is asked for, never
stored, so it is right again when a merge is undone. In the database (migration 0011), for the trigger that refuses asks there.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from kesher.accounts.models import Organisation

FAMILY = """
CREATE FUNCTION casework_host_family(host uuid) RETURNS SETOF uuid AS $$
    WITH RECURSIVE family(id) AS (
        SELECT host
        UNION
        SELECT near.id FROM family, LATERAL (
            SELECT parent_id AS id FROM accounts_organisation WHERE id = family.id AND parent_id IS NOT NULL
            UNION ALL SELECT id FROM accounts_organisation WHERE parent_id = family.id
            UNION ALL SELECT kept FROM directory_merge
                       WHERE kind = 'organisation' AND undone_at IS NULL AND merged = family.id
            UNION ALL SELECT merged FROM directory_merge
                       WHERE kind = 'organisation' AND undone_at IS NULL AND kept = family.id
        ) AS near
    )
    SELECT id FROM family
$$ LANGUAGE sql STABLE
"""
ROW = """
CREATE FUNCTION casework_unpaid_in_a_row(host uuid) RETURNS integer AS $$
    SELECT coalesce(sum(unpaid_in_a_row), 0)::integer FROM casework_hostrecord
     WHERE host_id IN (SELECT casework_host_family(host))
$$ LANGUAGE sql STABLE
"""
#: One number for all of a family, whoever of it is asked for.
LOCK = """
CREATE FUNCTION casework_host_family_lock(host uuid) RETURNS bigint AS $$
    SELECT hashtextextended('casework_host_family ' || one::text, 0)
      FROM casework_host_family(host) AS one ORDER BY one LIMIT 1
$$ LANGUAGE sql STABLE
"""


def unpaid_in_a_row(host_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Of each, the unpaid placements without work in a row, of its whole family. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT host, casework_unpaid_in_a_row(host) FROM unnest(%s::uuid[]) AS host", [sorted(set(host_ids))]
        )
        return dict(cursor.fetchall())


def of_at_least(row: int, *, among: Iterable[UUID]) -> set[UUID]:
    """Those whose family has so many unpaid ones in a row, or more: from the few records that have any. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT member FROM casework_hostrecord AS record, casework_host_family(record.host_id) AS member"
            " WHERE record.unpaid_in_a_row > 0 AND casework_unpaid_in_a_row(record.host_id) >= %s AND member = ANY(%s)",
            [row, list(among)],
        )
        return {key for (key,) in cursor.fetchall()}


def others_of(host_ids: Iterable[UUID]) -> QuerySet[Organisation]:
    """The approved organisations of their families."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT casework_host_family(host) FROM unnest(%s::uuid[]) AS host", [sorted(set(host_ids))])
        keys = {key for (key,) in cursor.fetchall()}
    return Organisation.objects.approved().filter(pk__in=keys).order_by("id")


def wait_for_others(host_id: UUID) -> None:
    """Until the end of this transaction no other counts or begins a placement in this family; one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(casework_host_family_lock(%s))", [host_id])
