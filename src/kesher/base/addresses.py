"""From which address a request comes: the one question every limit asks, answered in one place."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The visitor's address.

    In production (https) it is what the reverse proxy says in ``X-Real-IP``, which the proxy must set itself and never
    pass through (deploy/nginx does); without a proxy it is the socket's.
    """
    told = request.headers.get("X-Real-IP", "") if settings.HTTPS else ""
    return str(told or request.META.get("REMOTE_ADDR", ""))
