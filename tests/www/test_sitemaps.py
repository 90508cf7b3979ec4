"""What search engines are told of the site."""

from typing import Any

import pytest
from defusedxml import ElementTree
from django.conf import settings as django_settings
from django.http import Http404
from django.test import Client, RequestFactory
from django.utils import timezone

from kesher.www import sitemaps
from tests import factories as make

pytestmark = pytest.mark.django_db
SPACES = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
LANGUAGES = [code for code, _ in django_settings.LANGUAGES]


def read(client: Client, address: str) -> Any:
    response = client.get(address)
    assert response.status_code == 200, address
    return ElementTree.fromstring(response.content)


def test_the_first_page_is_there_in_every_language_with_all_the_others(client: Client) -> None:
    index = read(client, "/sitemap.xml")
    addresses = [found.text for found in index.findall("s:sitemap/s:loc", SPACES)]
    assert "http://testserver/sitemap-pages.xml" in addresses
    entries = {
        entry.findtext("s:loc", namespaces=SPACES): {
            link.get("hreflang"): link.get("href") for link in entry.findall("x:link", SPACES)
        }
        for entry in read(client, "/sitemap-pages.xml").findall("s:url", SPACES)
    }
    for code in LANGUAGES:
        others = entries[f"http://testserver/{code}/"]
        assert others.keys() == {*LANGUAGES, "x-default"}
        assert others["ar"] == "http://testserver/ar/"


@pytest.mark.urls("tests.www.with_service_pages")
def test_only_public_services_are_listed(client: Client) -> None:
    public = make.ServiceFactory(published=True)
    make.ServiceFactory()
    make.ServiceFactory(published=True, organisation__state="pending")
    assert "http://testserver/sitemap-services.xml" in client.get("/sitemap.xml").content.decode()
    found = read(client, "/sitemap-services.xml").findall("s:url", SPACES)
    addresses = {entry.findtext("s:loc", namespaces=SPACES) for entry in found}
    assert addresses == {f"http://testserver/{code}/services/{public.pk}/" for code in LANGUAGES}
    assert found[0].findtext("s:lastmod", namespaces=SPACES) == f"{timezone.localtime(public.updated_at):%Y-%m-%d}"


def test_robots_are_sent_to_the_sitemap_and_away_from_a_demo(client: Client, settings: Any) -> None:
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
    settings.DEMO = True
    assert client.get("/robots.txt").content == b"User-agent: *\nDisallow: /\n"


def test_what_is_no_section_is_not_found(rf: RequestFactory) -> None:
    with pytest.raises(Http404):
        sitemaps.section(rf.get("/sitemap-nothing.xml"), "nothing")
