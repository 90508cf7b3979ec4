"""Photographs pages in English, Hebrew and Arabic, on a desk and on a phone, to be looked at by people.

    python -m tests.browser.screenshots design/ person/            # on an empty portal of its own
    python -m tests.browser.screenshots --server http://127.0.0.1:8000 services/?q=hebrew
    python -m tests.browser.screenshots --languages am,uk --schemes dark ""
    python -m tests.browser.screenshots --every service mistake   # rows of pages.py by the beginning of their names, in a town

Paths are what follows the language in the address. Pictures land in screenshots/ (not committed).
"""

import argparse
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# This tree's portal, wherever else one may be installed; pytest does the same by its setting "pythonpath".
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "src"))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
os.environ.setdefault("KESHER_DEMO", "1")

WIDTHS = {"desk": (1280, 900), "phone": (390, 844)}


@contextmanager
def own_server() -> Iterator[str]:
    """The portal on a test database of its own."""
    import django

    django.setup()
    from django.contrib.staticfiles.handlers import StaticFilesHandler
    from django.test.testcases import LiveServerThread

    from kesher.base.models import Portal
    from kesher.www.messages import compile_catalogues
    from tests import database

    compile_catalogues()
    database.server().start()
    name = database.make_test_database("screenshots")
    Portal.objects.create(
        name={"en": "Work in Demo Town", "he": "עבודה בעיר לדוגמה", "ar": "العمل في المدينة النموذجية"},
        contact={
            "en": "Employment office, 1 Market Street",
            "he": "לשכת התעסוקה, רחוב השוק 1",
            "ar": "مكتب التشغيل، شارع السوق 1",
        },
        contact_phone="08-000-0000",
        is_demo=True,
    )
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()
        database.drop_test_database(name)


def photograph(server: str, paths: list[str], languages: list[str], schemes: list[str], folder: Path) -> list[Path]:
    """One picture per path, language, width and colour scheme; returns the files written."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import CHROMIUM, FLAGS

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for scheme in schemes:
            for device, (width, height) in WIDTHS.items():
                context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
                page = context.new_page()
                for path in paths:
                    for language in languages:
                        page.goto(f"{server}/{language}/{path}")
                        page.evaluate("document.fonts.ready")
                        name = re.sub(r"[^\w]+", "-", path).strip("-") or "front"
                        file = folder / f"{name}-{language}-{device}{'-dark' if scheme == 'dark' else ''}.png"
                        page.screenshot(path=file, full_page=True)
                        written.append(file)
                context.close()
        browser.close()
    return written


def photograph_rows(beginnings: list[str], languages: list[str], schemes: list[str], folder: Path) -> list[Path]:
    """The rows of ``pages.py`` whose name begins so (no beginning: all), as each visitor sees them in the demo town."""
    import django

    django.setup()
    from playwright.sync_api import sync_playwright

    from kesher.www.messages import compile_catalogues
    from tests import database
    from tests.browser.conftest import CHROMIUM, FLAGS
    from tests.browser.pages import PAGES
    from tests.browser.town_served import town
    from tests.browser.visiting import Visits

    compile_catalogues()
    database.server().start()
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    chosen = {name: row for name, row in PAGES.items() if not beginnings or name.startswith(tuple(beginnings))}
    with town("pictures") as there, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        visits = Visits(browser, there)
        for name, row in chosen.items():
            for language in languages:
                page, _watch = visits.open(row, language)
                for device, (width, height) in WIDTHS.items():
                    page.set_viewport_size({"width": width, "height": height})
                    for scheme in schemes:
                        page.emulate_media(color_scheme=scheme)
                        page.evaluate("document.fonts.ready")
                        file = folder / f"{name}-{language}-{device}{'-dark' if scheme == 'dark' else ''}.png"
                        page.screenshot(path=file, full_page=True)
                        written.append(file)
        visits.close()
        browser.close()
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*")
    parser.add_argument(
        "--every", action="store_true", help="paths are beginnings of names in pages.py; none: all pages"
    )
    parser.add_argument("--server", default="")
    parser.add_argument("--languages", default="en,he,ar")
    parser.add_argument("--schemes", default="light")
    parser.add_argument("--folder", type=Path, default=Path("screenshots"))
    options = parser.parse_args()
    arguments = (options.paths, options.languages.split(","), options.schemes.split(","), options.folder)
    if options.every:
        photograph_rows(*arguments)
    elif options.server:
        photograph(options.server.rstrip("/"), *arguments)
    else:
        with own_server() as server:
            photograph(server, *arguments)


if __name__ == "__main__":
    main()
