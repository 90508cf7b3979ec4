"""An answer that may be kept: its mark, its language, for how long."""

import hashlib
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

FRESH = 60  # seconds for which an answer may be kept without asking again


def settled(
    request: HttpRequest,
    body: bytes,
    language: str,
    modified: datetime | None = None,
    *,
    kind: str = "application/json",
) -> HttpResponseBase:
    """The answer, or that it is the same as before."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type=kind)
    response["Content-Language"] = language
    response["Cache-Control"] = f"public, max-age={FRESH}"
    response["ETag"] = etag
    if modified:
        response["Last-Modified"] = http_date(modified.timestamp())
    # The ETag alone decides on 304: a detail that was taken away leaves no date behind.
    return get_conditional_response(request, etag=etag, response=response) or response
