"""The portal as a town runs it, for tests that count what the network carries: gunicorn, collected and compressed files."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[2]
FIRST, FOLLOWING = 150_000, 50_000  # bytes a first page and each following one may take, fonts included


def collect_into(folder: Path) -> None:
    """Collect the static files into a data folder."""
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "kesher.settings",
            "KESHER_DATA": str(folder),
            "KESHER_SECRET_KEY": settings.SECRET_KEY,
            "KESHER_FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        },
        check=True,
        timeout=120,
    )


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """Address of the portal served by gunicorn on the database Django works on now; ``folder`` holds its static files."""
    database = connection.settings_dict
    host = f"?host={quote(database['HOST'])}" if str(database["HOST"]).startswith("/") else ""
    place = "" if host else f"{database['HOST']}:{database['PORT']}"
    secret = f":{quote(database['PASSWORD'])}" if database["PASSWORD"] else ""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "kesher.settings",
        "DATABASE_URL": f"postgresql://{quote(database['USER'])}{secret}@{place}/{quote(database['NAME'])}{host}",
        "KESHER_DB_ROLE": "owner",
        "KESHER_DATA": str(folder),
        "KESHER_SECRET_KEY": settings.SECRET_KEY,
        "KESHER_FIELD_KEYS": ",".join(settings.FIELD_KEYS),
        "KESHER_DEMO": "1",
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bind = ["--bind", f"127.0.0.1:{port}", "--threads", "4"]
    address = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("w") as log:
        command = [sys.executable, "-m", "gunicorn", "kesher.wsgi:application", *bind]
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(100):
                try:
                    urllib.request.urlopen(f"{address}/health/live", timeout=5).close()
                    break
                except OSError:
                    assert server.poll() is None, (folder / "server.log").read_text()
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(timeout=20)


class Meter:
    """Counts what the network carries for a page: address -> bytes, headers included, nothing for what is kept."""

    def __init__(self, page: Page) -> None:
        self.carried: dict[str, int] = {}
        self._address: dict[str, str] = {}
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._asked)
        self.session.on("Network.loadingFinished", self._finished)

    def slow_down(self, *, kilobits_down: int, kilobits_up: int, latency: int) -> None:
        """The network of a cheap telephone: ``kilobits`` per second, ``latency`` in milliseconds, for every request."""
        self.session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": latency,
                "downloadThroughput": kilobits_down * 1000 / 8,
                "uploadThroughput": kilobits_up * 1000 / 8,
                "connectionType": "cellular2g",
            },
        )

    def _asked(self, event: dict) -> None:
        if passed := event.get("redirectResponse"):  # the answer before this one: a form sent, and where it leads
            self._add(passed["url"], passed["encodedDataLength"])
        self._address[event["requestId"]] = event["request"]["url"]

    def _finished(self, event: dict) -> None:
        self._add(self._address.get(event["requestId"], "?"), event["encodedDataLength"])

    def _add(self, address: str, length: float) -> None:
        if length:
            self.carried[address] = self.carried.get(address, 0) + int(length)

    def visit(self, page: Page, address: str) -> dict[str, int]:
        self.carried = {}
        page.goto(address, wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => null)")
        return dict(self.carried)
