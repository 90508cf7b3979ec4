"""One page as one visitor meets it, and what they may do there before one looks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils import translation
from playwright.sync_api import Page

LANGUAGES = ("en", "he", "ar")
SCHEMES = ("light", "dark")

Act = Callable[[Page], None]


@dataclass(frozen=True, slots=True)
class Row:
    """One page as one visitor meets it.

    ``route``: the URL name it stands under, "" for an address that has none. ``thing``: key of ``Town.things``, what the
    address holds. ``act``: what the visitor does there before one looks (press a button, make a mistake). ``ends``: the
    route one is on then, where it is another. ``status``: of the answer looked at.
    """

    route: str
    visitor: str = "anonymous"
    thing: str = ""
    query: str = ""
    status: int = 200
    act: Act | None = None
    ends: str = ""
    path: str = ""

    def address(self, language: str, things: dict[str, dict[str, Any]]) -> str:
        """The path, with its language and query."""
        if not self.route:
            return f"/{language}/{self.path}"
        with translation.override(language):
            return reverse(self.route, kwargs=things[self.thing] if self.thing else None) + self.query

    @property
    def shows(self) -> str:
        return self.ends or self.route


def submits(selector: str, button: str = "button:not([type=button]) >> nth=-1", **fields: str) -> Act:
    """Fill in fields by name and send the form that ``selector`` names, past the browser's own checks."""

    def act(page: Page) -> None:
        form = page.locator(selector)
        for name, value in fields.items():
            form.locator(f"[name={name}]").fill(value)
        form.evaluate("form => form.noValidate = true")
        with page.expect_navigation():
            form.locator(button).click()

    return act


def sends_areas(table: str) -> Act:
    """Choose a table of areas and try it out."""

    def act(page: Page) -> None:
        file: Any = {"name": "areas.csv", "mimeType": "text/csv", "buffer": table.encode()}
        page.locator("main [type=file]").set_input_files(file)
        with page.expect_navigation():
            page.locator("main form:has([type=file]) button").click()

    return act
