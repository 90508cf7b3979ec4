"""``/metrics`` for Prometheus: requests from all web workers, and the state of the house asked when somebody asks."""

import os
from collections.abc import Iterator
from ipaddress import ip_address

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

STATE = {
    "kesher_services": ("Services by state", "SELECT state, count(*) FROM directory_service GROUP BY state"),
    "kesher_jobs": (
        "Background jobs by status",
        "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status",
    ),
    "kesher_job_wait_seconds": (
        "Age of the oldest job that is due and not begun",
        "SELECT 'oldest', coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, now()))), 0) "
        "FROM procrastinate_jobs WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())",
    ),
    "kesher_workers": (
        "Workers heard of within a minute",
        "SELECT 'alive', count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'",
    ),
    "kesher_database_bytes": ("Size of the database", "SELECT 'all', pg_database_size(current_database())"),
}


class House(Collector):
    """Numbers that live in the database, not in a process."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        with connection.cursor() as cursor:
            for name, (words, statement) in STATE.items():
                family = GaugeMetricFamily(name, words, labels=["of"])
                cursor.execute(statement)
                for label, value in cursor.fetchall():
                    family.add_metric([label], float(value))
                yield family


def _may_ask(request: HttpRequest) -> bool:
    """Whoever holds the token; without one set, only this machine itself and not through a proxy."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ")
        return constant_time_compare(given, settings.METRICS_TOKEN)
    if request.headers.get("X-Forwarded-For") or request.headers.get("X-Real-IP"):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers; 404 to strangers."""
    if not _may_ask(request):
        raise Http404
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = REGISTRY
    house = CollectorRegistry()
    house.register(House())
    return HttpResponse(generate_latest(registry) + generate_latest(house), content_type=CONTENT_TYPE_LATEST)
