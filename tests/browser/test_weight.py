"""What a visit costs: the portal as a town runs it (gunicorn, collected and compressed files), counted by the browser.

Bar: the first page ≤ 150 kB transferred, fonts included, following pages ≤ 50 kB; only the alphabets a page shows are loaded.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.browser.serving import FIRST, FOLLOWING, Meter, collect_into, serve

pytestmark = pytest.mark.xdist_group("weight")


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the static files collected into it."""
    folder = tmp_path_factory.mktemp("weight")
    collect_into(folder)
    return folder


@pytest.fixture
def served(collected: Path, portal: None) -> Iterator[str]:
    """Address of the portal on this test's database."""
    with serve(collected) as address:
        yield address


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
FOLLOWED = ("person/", "find/person/", "privacy/", "accounts/login/")


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
