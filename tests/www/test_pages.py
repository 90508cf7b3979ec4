"""Every page of the front room, in every language, without a browser."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from kesher.base.models import OutgoingMail, Portal

pytestmark = pytest.mark.django_db

PAGES = [
    "front",
    "person",
    "business",
    "guides",
    "accessibility",
    "privacy",
    "status",
    "software",
    "outbox",
    "design",
    "design_charts",
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
]


def address(name: str, language: str) -> str:
    with translation.override(language):
        return reverse(name)


@pytest.mark.parametrize("language", [code for code, _ in settings.LANGUAGES])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_whole(client: Client, settings, name: str, language: str) -> None:
    settings.DEMO = True
    Portal.objects.create(name={"en": "Demo"}, is_demo=True)
    response = client.get(address(name, language))
    page = response.content.decode()
    assert response.status_code == 200
    assert "undefined:" not in page
    parts = re.sub(r'<script id="[\w-]+" type="application/json">.*?</script>', "", page)  # data: no browser runs it
    assert not re.search(r"\{[{%#]|[%#}]\}", parts), "a template tag was not understood"
    assert not re.search(r"\sstyle=|\son[a-z]+=\"|<style|<script(?![^>]*\ssrc=)", parts), "inline style or script"
    assert f'<html lang="{language}" dir="{"rtl" if language in ("he", "ar") else "ltr"}"' in page
    assert page.count("<h1") == 1
    assert page.count("<main ") == 1
    for code, own_name in settings.LANGUAGES:
        assert f'lang="{code}"' in page
        assert own_name in page
        assert f'href="{address(name, code)}"' in page, "this same page in each language"
    identities = re.findall(r'\sid="([^"]+)"', page)
    assert len(identities) == len(set(identities))


def test_outbox_is_only_in_the_demo(client: Client, settings) -> None:
    OutgoingMail.objects.create(to="a@example.org", subject="A <b>question</b>", body="See https://example.org/x")
    settings.DEMO = False
    assert client.get(address("outbox", "en")).status_code == 404
    settings.DEMO = True
    assert client.get(address("outbox", "en")).status_code == 404, "a real portal's, with a setting left over"
    Portal.objects.create(name={"en": "Demo"}, is_demo=True)
    page = client.get(address("outbox", "en")).content.decode()
    assert "A &lt;b&gt;question&lt;/b&gt;" in page
    assert '<a href="https://example.org/x"' in page


def test_demo_band_is_on_every_page_of_the_demo_and_on_no_other(client: Client, settings) -> None:
    settings.DEMO = False
    assert 'class="demo-band"' not in client.get("/en/").content.decode()
    settings.DEMO = True
    assert 'class="demo-band"' in client.get("/en/").content.decode()
    assert 'class="demo-band"' in client.get("/en/no-such-page").content.decode()
