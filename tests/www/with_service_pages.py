"""Our addresses, and a page per service."""

from typing import Any

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import path

from kesher import urls


def page(request: HttpRequest, pk: Any) -> HttpResponse:
    return HttpResponse()


urlpatterns = [*urls.urlpatterns, *i18n_patterns(path("services/<uuid:pk>/", page, name="service"))]
