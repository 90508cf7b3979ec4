"""Every page of the front room × English, Hebrew, Arabic × light and dark: nothing for axe, nothing sideways."""

import pytest

from tests.browser.pages import LANGUAGES, PAGES, SCHEMES


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_page(open_page, check_page, demo, name: str, language: str, scheme: str) -> None:
    page = open_page(f"/{language}/{PAGES[name]}", scheme=scheme, width=390, height=844)
    assert page.evaluate("document.documentElement.lang") == language
    assert page.evaluate("getComputedStyle(document.body).direction") == ("ltr" if language == "en" else "rtl")
    check_page(page)
