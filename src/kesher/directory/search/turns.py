"""Who writes search documents when: locks in the database, since the writers are processes on several machines."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

#: Numbers of PostgreSQL's advisory locks: "KESH", and which one.
_LOCKS, _TURN, _REBUILD = 0x4B455348, 1, 2


def take_turn(*, shared: bool, wait: bool) -> bool:
    """Until the end of the transaction: batches of one build share it, everybody else has it alone. False = not now."""
    name = f"pg_{'' if wait else 'try_'}advisory_xact_lock{'_shared' if shared else ''}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s, %s)", [_LOCKS, _TURN])
        (taken,) = cursor.fetchone()
    return taken is not False  # what waits says nothing


@contextmanager
def alone(large: bool) -> Iterator[None]:
    """Of builds of many batches one at a time. The lock is the connection's: it ends with the process."""
    if not large or connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCKS, _REBUILD])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCKS, _REBUILD])
