"""Addresses for machines."""

from django.urls import URLPattern, URLResolver, path

from kesher.api.hsds.openapi import APIS

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"hsds/{version.value}/", api.urls) for version, api in APIS.items()
]
