"""What Prometheus may know of a running portal: how many requests, how long, how they ended. Routes, never paths."""

from prometheus_client import Counter, Histogram

REQUESTS = Counter("kesher_requests", "Requests answered", ["route", "method", "status"])
SECONDS = Histogram(
    "kesher_request_seconds",
    "Time to answer",
    ["route"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10),
)


def answered(route: str, method: str, status: int, seconds: float) -> None:
    """Count one answer."""
    REQUESTS.labels(route, method if method in METHODS else "other", status).inc()
    SECONDS.labels(route).observe(seconds)


#: Anything else somebody sends as a method is one label, or a stranger could make us keep millions.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
