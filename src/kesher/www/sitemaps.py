"""For search engines: which pages there are, in which languages, and where not to look."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from kesher.directory.exporting import public_services

#: Names of the pages that everybody may see and that stay where they are.
STANDING = ("front", "person", "business", "words", "about", "guides", "accessibility", "privacy", "software")
SERVICE = "service"
Entry = tuple[UUID, datetime]

if TYPE_CHECKING:  # generic in the type stubs only
    _Sitemap = Sitemap[Any]
    Sections = dict[str, type[_Sitemap] | _Sitemap]
else:
    _Sitemap, Sections = Sitemap, dict


class _InEveryLanguage(_Sitemap):
    """Each page once per language, and each saying where its other languages are."""

    i18n = True
    alternates = True
    x_default = True
    protocol = "https" if settings.HTTPS else "http"
    # entries (page × language) in one file: with all alternates written out, about 6 MB
    limit = 5000


class StandingPages(_InEveryLanguage):
    changefreq = "weekly"

    def items(self) -> Sequence[str]:
        return [name for name in STANDING if _there_is(name)]

    def location(self, item: str) -> str:
        return reverse(item)


class Services(_InEveryLanguage):
    """Every service that everybody may see."""

    def items(self) -> Sequence[Entry]:
        return list(public_services().order_by("pk").values_list("pk", "updated_at"))

    def location(self, item: Entry) -> str:
        return reverse(SERVICE, args=[item[0]])

    def lastmod(self, item: Entry) -> datetime:
        return item[1]


def sections() -> Sections:
    found: Sections = {"pages": StandingPages}
    if _there_is(SERVICE, UUID(int=0)):
        found["services"] = Services
    return found


def _there_is(name: str, *args: object) -> bool:
    try:
        reverse(name, args=args)
    except NoReverseMatch:
        return False
    return True


@require_safe
@cache_control(public=True, max_age=3600)
def index(request: HttpRequest) -> HttpResponse:
    """``/sitemap.xml``: the list of sitemaps."""
    from django.contrib.sitemaps.views import index as answer

    return answer(request, sitemaps=sections(), sitemap_url_name="sitemap_section")


@require_safe
@cache_control(public=True, max_age=3600)
def section(request: HttpRequest, section: str) -> HttpResponse:
    """``/sitemap-services.xml?p=2``: one of them."""
    from django.contrib.sitemaps.views import sitemap as answer

    return answer(request, sitemaps=sections(), section=section)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt``. Nothing of a demo town is to be found by anybody in need of a real service."""
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    else:
        lines = ["User-agent: *"]
        lines += [f"Disallow: /{code}/accounts/" for code, _ in settings.LANGUAGES]
        lines += ["Disallow: /health/", "", f"Sitemap: {request.build_absolute_uri(reverse('sitemap'))}"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
