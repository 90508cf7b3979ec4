"""A real Chromium against the running portal: open pages, and check what no unit test can see.

``check_page(page)`` is the house rule in one call: axe finds nothing (WCAG 2.0 to 2.2, A and AA), nothing scrolls sideways
at 320 px, the console is silent and the Content-Security-Policy was not broken. Rooms use it for their own pages:

    def test_my_page(open_page, check_page):
        check_page(open_page("/he/my/page/", scheme="dark"))
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.plugin import DjangoDbBlocker

from tests.browser.axe import axe_violations

if TYPE_CHECKING:
    from tests.browser.town import Town

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright's synchronous interface runs an event loop

CHROMIUM = os.environ.get("KESHER_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",  # CI runs as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
NARROWEST = 320  # CSS pixels, WCAG 1.4.10

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("KESHER_CI") == "1":
            pytest.fail("No Chromium: apt-get install chromium, or set KESHER_CHROMIUM.")
        pytest.skip("no Chromium here: apt-get install chromium, or set KESHER_CHROMIUM")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


class Watched:
    """What a page complained about: console errors, uncaught errors, broken policy, failed requests."""

    def __init__(self, page: Page) -> None:
        self.complaints: list[str] = []
        page.on("console", lambda m: self.complaints.append(f"console: {m.text}") if m.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("requestfailed", lambda r: self.complaints.append(f"request failed: {r.url}"))
        page.on(
            "response",
            lambda r: (
                self.complaints.append(f"{r.status}: {r.url}") if "/static/" in r.url and r.status >= 400 else None
            ),
        )


WATCHED: dict[int, Watched] = {}


@pytest.fixture
def open_page(browser: Browser, live_server) -> Iterator[OpenPage]:
    """``open_page(path, width=1280, height=900, scheme="light", script=True)`` -> a page of a fresh visitor."""
    contexts: list[BrowserContext] = []

    def open_(
        path: str,
        *,
        width: int = 1280,
        height: int = 900,
        scheme: str = "light",
        script: bool = True,
        **options: object,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=script,
            **options,
        )
        contexts.append(context)
        page = context.new_page()
        watched = WATCHED[id(page)] = Watched(page)
        response = page.goto(live_server.url + path)
        expected = response.status if response else 0
        if expected >= 400:  # the browser itself says so in the console
            watched.complaints.clear()
        return page

    yield open_
    for context in contexts:
        context.close()
    WATCHED.clear()


def sideways(page: Page) -> list[str]:
    """The elements that make the page wider than its window; empty when nothing scrolls sideways."""
    return page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll('body *')].filter(e => {
                const box = e.getBoundingClientRect();
                const outside = box.width && (box.right > width + 1 || box.left < -1);
                return outside && !e.closest('.scroll, .tabs, .visually-hidden, .skip-link');
            }).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).concat(['(page)']);
        }"""
    )


@pytest.fixture
def check_page() -> Callable[[Page], None]:
    def check(page: Page) -> None:
        found = axe_violations(page)
        assert not found, f"{page.url}: axe finds\n" + "\n".join(found)
        before = page.viewport_size
        page.set_viewport_size({"width": NARROWEST, "height": 700})
        assert not sideways(page), f"{page.url} at {NARROWEST} px scrolls sideways: {sideways(page)}"
        if before:
            page.set_viewport_size(before)
        complaints = WATCHED[id(page)].complaints
        assert not complaints, f"{page.url}: {complaints}"

    return check


@pytest.fixture
def demo(settings) -> None:
    settings.DEMO = True


@pytest.fixture(scope="module")
def built(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator["Town"]:
    """A town of the module's own: a database with the demo in it, and the portal that serves it."""
    from tests.browser.town_served import town

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
    with django_db_blocker.unblock(), town(f"{name}_{worker}") as there:
        yield there


@pytest.fixture(autouse=True)
def portal(transactional_db: None) -> None:
    """A portal with names in three languages, as a town would set it up."""
    from kesher.base.models import Portal
    from tests.writing import name_the_tests

    name_the_tests()  # Playwright runs an event loop, and beside one Django opens a connection of its own
    Portal.objects.create(
        name={"en": "Work in Demo Town", "he": "עבודה בעיר לדוגמה", "ar": "العمل في المدينة النموذجية"},
        contact={
            "en": "Employment office, 1 Market Street, Sunday to Thursday 8:00–16:00",
            "he": "לשכת התעסוקה, רחוב השוק 1, ימים א׳–ה׳ 8:00–16:00",
            "ar": "مكتب التشغيل، شارع السوق 1، الأحد–الخميس 8:00–16:00",
        },
        contact_phone="08-000-0000",
        contact_email="office@example.org",
    )
