"""Opens the rows of :mod:`tests.browser.pages` in the town: one browser context per visitor, one page each, used again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from unittest.mock import patch
from urllib.parse import urlsplit

from django.contrib.sessions.backends.db import SessionStore
from django.urls import Resolver404, resolve
from django.utils import translation
from playwright.sync_api import Browser, Page, Response

from tests.browser.axe import AXE
from tests.browser.pages import Row
from tests.browser.town import Town

PHONE = {"width": 390, "height": 844}
#: Addresses that stand on one of the browser's own complaints: it says so itself when an answer is an error.
OF_THE_BROWSER = "Failed to load resource"


@dataclass
class Watch:
    """What happened on a page since it was last opened."""

    complaints: list[str] = field(default_factory=list)
    status: int = 0

    def listen(self, page: Page) -> None:
        page.on("console", lambda m: self.complaints.append(f"console: {m.text}") if self._counts(m) else None)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("response", lambda response: self._answered(page, response))

    @staticmethod
    def _counts(message: object) -> bool:
        return message.type == "error" and not message.text.startswith(OF_THE_BROWSER)  # type: ignore[attr-defined]

    def _answered(self, page: Page, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == page.main_frame:
            self.status = response.status
        elif response.status >= 400:
            self.complaints.append(f"{response.status}: {response.url}")


class Visits:
    """``open(row, language)`` gives the page as that visitor sees it, after what they did there."""

    def __init__(self, browser: Browser, town: Town) -> None:
        self.browser, self.town = browser, town
        self.pages: dict[str, tuple[Page, Watch]] = {}

    def page_of(self, visitor: str) -> tuple[Page, Watch]:
        """The one page of this visitor, who is logged in when the town knows them."""
        if visitor not in self.pages:
            context = self.browser.new_context(viewport=PHONE, reduced_motion="reduce")
            context.add_init_script(AXE)  # sent once, not with every page
            if key := self.town.sessions.get(visitor):
                context.add_cookies([{"name": "kesher_session", "value": key, "url": self.town.address}])
            page, watch = context.new_page(), Watch()
            watch.listen(page)
            self.pages[visitor] = page, watch
        return self.pages[visitor]

    def open(self, row: Row, language: str, *, act: bool = True) -> tuple[Page, Watch]:
        page, watch = self.page_of(row.visitor)
        if key := self.town.sessions.get(row.visitor):
            _forget_lists(key)
        else:
            page.context.clear_cookies()  # a stranger comes for the first time, every time
        page.set_viewport_size(PHONE)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        with _broken_on_purpose() if row.status == 500 else _as_it_is():
            page.goto(self.town.address + row.address(language, self.town.things), wait_until="domcontentloaded")
        watch.complaints.clear()
        if row.act and act:
            row.act(page)
        return page, watch

    def close(self) -> None:
        for page, _watch in self.pages.values():
            page.context.close()


def _forget_lists(key: str) -> None:
    """Lists keep their filters from visit to visit: each row begins without those of the one before."""
    session = SessionStore(key)
    for name in [name for name in session.keys() if name.startswith("list-")]:  # noqa: SIM118
        del session[name]
    if session.modified:
        session.save()


@contextmanager
def _as_it_is() -> Iterator[None]:
    yield


@contextmanager
def _broken_on_purpose() -> Iterator[None]:
    """A fault in a view, to see the page people then get."""
    with patch("kesher.www.front.views.PersonView.get", side_effect=RuntimeError("a fault put in by the test")):
        yield


def route_of(page: Page) -> str:
    """The URL name the page stands under; "" for none."""
    path = urlsplit(page.url).path
    try:
        with translation.override(path.split("/")[1]):
            return resolve(path).view_name
    except Resolver404:
        return ""
