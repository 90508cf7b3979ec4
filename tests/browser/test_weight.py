"""What a visit costs: the portal as a town runs it (gunicorn, collected and compressed files), counted by the browser.

Bar: the first page ≤ 150 kB transferred, fonts included, following pages ≤ 50 kB; only the alphabets a page shows are loaded.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.xdist_group("weight")
FIRST, FOLLOWING = 150_000, 50_000  # bytes
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the static files collected into it."""
    folder = tmp_path_factory.mktemp("weight")
    subprocess.run(
        [sys.executable, "-m", "django", "collectstatic", "--noinput", "--verbosity=0"],
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "kesher.settings",
            "KESHER_DATA": str(folder),
            "KESHER_SECRET_KEY": settings.SECRET_KEY,
        },
        check=True,
        timeout=120,
    )
    return folder


@pytest.fixture
def served(collected: Path, portal: None) -> Iterator[str]:
    """Address of the portal served by gunicorn on this test's database, with static files collected."""
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
        "KESHER_DATA": str(collected),
        "KESHER_SECRET_KEY": settings.SECRET_KEY,
        "KESHER_DEMO": "1",
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (collected / "server.log").open("w")
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "kesher.wsgi:application",
        "--bind",
        f"127.0.0.1:{port}",
        "--threads",
        "4",
    ]
    server = subprocess.Popen(command, env=environment, cwd=collected, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{address}/health/live", timeout=5).close()
                break
            except OSError:
                assert server.poll() is None, (collected / "server.log").read_text()
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


class Meter:
    """Counts what the network carries for a page: address -> bytes, headers included, nothing for what is kept."""

    def __init__(self, page: Page) -> None:
        self.carried: dict[str, int] = {}
        self._address: dict[str, str] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda e: self._address.update({e["requestId"]: e["request"]["url"]}))
        session.on("Network.loadingFinished", self._finished)

    def _finished(self, event: dict) -> None:
        address = self._address.get(event["requestId"], "?")
        if event["encodedDataLength"]:
            self.carried[address] = self.carried.get(address, 0) + int(event["encodedDataLength"])

    def visit(self, page: Page, address: str) -> dict[str, int]:
        self.carried = {}
        page.goto(address, wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => null)")
        return dict(self.carried)


#: Language of a public page -> the alphabet it is written in.
ALPHABETS = {
    "en": "latin",
    "he": "hebrew",
    "ar": "arabic",
    "ru": "cyrillic",
    "uk": "cyrillic",
    "fr": "latin",
    "am": "ethiopic",
}
FOLLOWED = ("person/", "privacy/", "accounts/login/")


def test_pages_are_light_in_every_language(browser: Browser, served: str, record_testsuite_property) -> None:
    """One server for all: starting it takes longer than looking."""
    assert set(ALPHABETS) == {code for code, _name in settings.LANGUAGES}
    wrong: list[str] = []
    for language, alphabet in ALPHABETS.items():
        context = browser.new_context(viewport={"width": 390, "height": 844})
        page = context.new_page()
        meter = Meter(page)
        first = meter.visit(page, f"{served}/{language}/")
        following = {path: meter.visit(page, f"{served}/{language}/{path}") for path in FOLLOWED}
        context.close()
        fonts = [url for url in first if "/noto-sans-" in url]
        own = f"-{alphabet}."
        if not any(own in url for url in fonts):
            wrong.append(f"/{language}/ does not load its own alphabet")
        if strangers := [url for url in fonts if own not in url and "-latin." not in url]:
            wrong.append(f"/{language}/ loads alphabets it does not show: {strangers}")
        for path, carried, most in [("", first, FIRST), *((path, one, FOLLOWING) for path, one in following.items())]:
            total = sum(carried.values())
            record_testsuite_property(f"/{language}/{path}, bytes", total)
            if total > most:
                wrong.append(f"/{language}/{path}: {total} bytes, at most {most}: {carried}")
    assert not wrong, "\n".join(wrong)


def test_static_files_are_compressed_and_kept_for_ever(browser: Browser, served: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    sheets = []
    page.on(
        "response", lambda r: sheets.append(r) if r.request.resource_type in ("stylesheet", "script", "font") else None
    )
    page.goto(f"{served}/en/", wait_until="networkidle")
    assert sheets
    for response in sheets:
        assert "immutable" in response.headers["cache-control"], response.url
        if response.request.resource_type == "stylesheet":
            assert response.headers.get("content-encoding") in ("gzip", "br"), response.url
    context.close()
