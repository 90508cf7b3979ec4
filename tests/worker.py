"""What the worker does after commit, done now."""

from concurrent.futures import ThreadPoolExecutor


def work_off_tasks() -> None:
    """Run every waiting task. In a thread of its own: where a browser test ran before, this one has an event loop."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(_work).result()


def _work() -> None:
    from django.db import connection
    from procrastinate.contrib.django import app

    try:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:
            worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)
    finally:
        connection.close()
