"""Work done after the answer: three verbs over procrastinate, so that another queue could take its place.

    enqueue(send_notification, notification_id=str(pk))       in the caller's transaction: no commit, no task
    @every("0 3 * * *")                                       by the clock of the site's cron expression, UTC
    status(job_id)                                            "todo" | "doing" | "succeeded" | "failed" | ...

What a task writes is written by the system, by the task's name, as history has it.

Tasks must be idempotent: a worker killed in the middle leaves a job that the sweep starts again.
"""

import logging
import uuid
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from kesher.base.history import System, acting

logger = logging.getLogger(__name__)

#: How often a task that fails is tried again: after seconds at first, in the end after hours; a day in all.
ATTEMPTS = 8
RETRY = RetryStrategy(max_attempts=ATTEMPTS, exponential_wait=4)
SECONDS_WITHOUT_HEARTBEAT = 60


def task(*, queue: str = "default", retry: bool = True) -> Callable[[Callable[..., None]], Any]:
    """Decorator: make a function a task. Arguments must be JSON: ids as strings."""

    def register(function: Callable[..., None]) -> Any:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def run(**arguments: Any) -> None:
            with acting(actor=System(name), reason=""):
                function(**arguments)

        return app.task(name=name, queue=queue, retry=RETRY if retry else False)(run)

    return register


def every(cron: str, *, queue: str = "default") -> Callable[[Callable[..., None]], Any]:
    """Decorator: run the function (no arguments) at these times; one run at a time, missed runs are not made up."""

    def register(function: Callable[[], None]) -> Any:
        name = f"{function.__module__}.{function.__qualname__}"

        def run(timestamp: int) -> None:
            with acting(actor=System(name), reason=""):
                function()

        # queueing_lock only: a `lock` as well would let a killed run block every later one for ever
        return app.periodic(cron=cron)(app.task(name=name, queue=queue, queueing_lock=name)(run))

    return register


def enqueue(task: Any, **arguments: Any) -> int:
    """Ask for the task to be run; returns the job's number. Takes effect when the transaction commits."""
    job: int = task.defer(**arguments)
    return job


def status(job_id: int) -> str | None:
    """Where a job stands, or None when there is no such job (finished ones are cleared after a week)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job_id])
        row = cursor.fetchone()
    return row[0] if row else None


@task()
def deliver_event(*, event_id: str, subscriber: str) -> None:
    """Call one subscriber with one event."""
    from kesher.base.events import subscribers
    from kesher.base.models import Event

    event = Event.objects.get(pk=event_id)
    function = subscribers(event.name).get(subscriber)
    if function is None:  # the subscriber is gone since: nothing left to do, but say so
        logger.warning("event %s has no subscriber %s any more", event_id, subscriber)
        return
    with acting(actor=System(subscriber), reason=event.name):
        function(uuid.UUID(event_id))


@every("*/2 * * * *")
def restart_stalled_jobs() -> None:
    """Put back the jobs of workers that died. Covers what procrastinate's own look-up misses: a worker row already gone."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs AS job
               SET status = 'todo', worker_id = NULL, scheduled_at = now()
             WHERE job.status = 'doing'
               AND NOT EXISTS (
                     SELECT FROM procrastinate_workers AS worker
                      WHERE worker.id = job.worker_id
                        AND worker.last_heartbeat > now() - make_interval(secs => %s))
         RETURNING job.id, job.task_name
            """,
            [SECONDS_WITHOUT_HEARTBEAT],
        )
        for job_id, name in cursor.fetchall():
            logger.warning("job %s (%s) was left by a worker that died; started again", job_id, name)


@every("17 2 * * *")
def clear_finished_jobs() -> None:
    """Forget jobs that succeeded more than a week ago; failed ones stay to be looked at."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            DELETE FROM procrastinate_jobs AS job
             WHERE job.status = 'succeeded'
               AND (SELECT max(at) FROM procrastinate_events WHERE job_id = job.id) < now() - interval '7 days'
            """
        )


#: Of rooms above: what is kept of sessions beside them, and is kept no longer than they are.
_with_sessions: list[Callable[[], None]] = []


def ends_with_sessions(forget: Callable[[], None]) -> Callable[[], None]:
    """Decorator: call this after ended sessions were forgotten."""
    if forget not in _with_sessions:
        _with_sessions.append(forget)
    return forget


@every("23 2 * * *")
def clear_ended_sessions() -> None:
    """Forget sessions nobody can use any more: a list keeps in one what was searched for, a name at times."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    for forget in _with_sessions:
        forget()


@every("31 2 * * *")
def erase_what_is_due() -> None:
    """Erase personal data whose retention has ended (:mod:`kesher.base.retention`)."""
    import_module("kesher.base.retention").run()
