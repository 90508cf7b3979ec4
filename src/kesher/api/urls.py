"""Addresses for machines."""

from django.urls import URLPattern, URLResolver, path

from kesher.api.hsds.openapi import APIS
from kesher.api.insights.openapi import API as INSIGHTS

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(f"hsds/{version.value}/", api.urls) for version, api in APIS.items()),
    path("insights/", INSIGHTS.urls),
]
