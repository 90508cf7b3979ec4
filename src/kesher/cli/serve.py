"""``kesher serve``: the web server for production (gunicorn), behind a reverse proxy that speaks TLS."""

import argparse
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kesher.cli.environment import Environment, Subparsers, database_up, one_thread_for_algebra, set_up_django


def add_parser(subparsers: Subparsers) -> None:
    """Adds the command."""
    parser = subparsers.add_parser("serve", help="run the web server")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="processes (default 2; one per core)")
    parser.add_argument("--threads", type=int, default=4, metavar="N", help="threads in each (default 4)")
    parser.add_argument(
        "--bind", metavar="ADDRESS", help="where to listen, as host:port or unix:/path (default 127.0.0.1:$PORT)"
    )
    parser.add_argument(
        "--patience", type=int, default=20, metavar="SECONDS", help="for requests under way when told to stop"
    )
    parser.set_defaults(run=run)


def gunicorn_settings(*, bind: str, workers: int, threads: int, patience: int) -> dict[str, Any]:
    """gunicorn's configuration, in one place."""
    memory = Path("/dev/shm")  # noqa: S108  heartbeats in memory: a slow disk must not look like a dead worker
    return {
        "bind": [bind],
        "workers": workers,
        "threads": threads,
        "worker_class": "gthread",
        # Loaded once and forked, so that the workers share the code's memory. Nothing may connect to the database
        # while loading; Django's connection pool opens with the first request.
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": patience,
        "keepalive": 5,
        # A slow leak in any library ends with its worker; the jitter keeps them from restarting together.
        "max_requests": 5000,
        "max_requests_jitter": 500,
        "worker_tmp_dir": str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None,
        # The portal writes its own access log, structured and without personal data; gunicorn's would hold addresses.
        "accesslog": None,
        "errorlog": "-",
        "loglevel": "warning",
        "proc_name": "kesher",
        "control_socket_disable": True,
        "post_worker_init": _warm,
    }


def _warm(worker: Any) -> None:
    """Let a new process read the directory beside its first requests: at 100,000 services that takes seconds."""
    from kesher.directory import catalogue
    from kesher.directory.search import columns
    from kesher.words import coders, own_words

    def warm() -> None:
        columns.warm()
        catalogue.warm()
        coders.warm()
        own_words.warm()

    threading.Thread(target=warm, name="warm", daemon=True).start()


@contextmanager
def _shared_metrics() -> Iterator[None]:
    """A folder where the workers put their counts together; each start counts from nothing, as Prometheus expects."""
    with tempfile.TemporaryDirectory(prefix="kesher-metrics-") as folder:
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", folder)
        yield


def run(args: argparse.Namespace) -> int:
    """Serves until SIGTERM or SIGINT."""
    environment = Environment.read()
    settings = gunicorn_settings(
        bind=args.bind or f"127.0.0.1:{environment.port}",
        workers=args.workers,
        threads=args.threads,
        patience=args.patience,
    )
    one_thread_for_algebra()
    with database_up(environment), _shared_metrics():
        set_up_django("app")
        from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

        class Portal(BaseApplication):  # type: ignore[misc]
            """gunicorn's application, configured here rather than by a file."""

            def load_config(self) -> None:
                for name, value in settings.items():
                    if name in self.cfg.settings:
                        self.cfg.set(name, value)

            def load(self) -> Any:
                from kesher.wsgi import application

                return application

        try:
            Portal().run()
        except SystemExit as end:
            return 0 if end.code in (0, None) else 1
    return 0
