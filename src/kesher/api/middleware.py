"""What holds for every answer under ``/api/``: open to all origins, limited per address, marked where it is demo data."""

import time
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from kesher.api.problems import CONTENT_TYPE, problem
from kesher.base.addresses import address_of

PREFIX = "/api/"
DEMO_HEADER = "X-Kesher-Data"
_WINDOW = 60  # seconds
_ALLOWED = "GET, HEAD, OPTIONS"
_EXPOSED = "Content-Language, ETag, Last-Modified, Retry-After, X-Request-ID, " + DEMO_HEADER

Answer = Callable[[HttpRequest], HttpResponseBase]


class MachineAnswers:
    """Outermost of what touches ``/api/``; everything else passes by untouched.

    These addresses are public and the same for everybody: no credentials are asked for, none are looked at.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self.get_response(request)
        response = self._answer(request)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = _EXPOSED
        # Pages may show what is here from anywhere: it is public (the site's own pages keep same-origin).
        response["Cross-Origin-Resource-Policy"] = "cross-origin"
        if settings.DEMO:
            response[DEMO_HEADER] = "demo"
        _vary_by_language_only(response)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return _preflight()
        if wait := _seconds_to_wait(request):
            refused = problem(
                HTTPStatus.TOO_MANY_REQUESTS,
                f"More than {settings.API_REQUESTS_PER_MINUTE} requests came from this address within a minute. "
                f"Wait {wait} seconds. To copy everything, ask for format=ndjson once.",
            )
            refused["Retry-After"] = str(wait)
            return refused
        if request.method != "HEAD":
            return _as_problem(self.get_response(request))
        request.method = "GET"  # HEAD is GET without the body (RFC 9110, 9.3.2): one set of routes serves both
        response = _as_problem(self.get_response(request))
        request.method = "HEAD"
        return _without_body(response)


def _preflight() -> HttpResponse:
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    response["Allow"] = response["Access-Control-Allow-Methods"] = _ALLOWED
    response["Access-Control-Allow-Headers"] = "Accept, Accept-Language, If-None-Match, If-Modified-Since, X-Request-ID"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _as_problem(response: HttpResponseBase) -> HttpResponseBase:
    """Errors of Django itself (method not allowed, bad host) in the form all others have."""
    if response.status_code < HTTPStatus.BAD_REQUEST or response.get("Content-Type", "").startswith(CONTENT_TYPE):
        return response
    status = HTTPStatus(response.status_code)
    document = problem(status, status.description or status.phrase)
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        document["Allow"] = _ALLOWED
    return document


def _without_body(response: HttpResponseBase) -> HttpResponseBase:
    if isinstance(response, HttpResponse):
        length = str(len(response.content))
        response.content = b""
        response["Content-Length"] = length
        return response
    bare = HttpResponse(status=response.status_code, headers=dict(response.items()))
    response.close()
    return bare


def _vary_by_language_only(response: HttpResponseBase) -> None:
    """The session is never looked at, so shared caches need not keep an answer per cookie."""
    response["Vary"] = "Accept-Language"


def _seconds_to_wait(request: HttpRequest) -> int:
    """0 while the address is within its limit; else the seconds until the next window.

    A fixed window of a minute counted in the cache, which all workers share. Addresses are kept only as a keyed hash,
    for two minutes.
    """
    now = int(time.time())
    address = salted_hmac("kesher.api.rate", address_of(request)).hexdigest()[:24]
    key = f"api-rate:{now // _WINDOW}:{address}"
    cache.add(key, 0, timeout=2 * _WINDOW)
    try:
        count = cache.incr(key)
    except ValueError:  # culled between the two calls: a full cache must not close the door
        return 0
    return 0 if count <= settings.API_REQUESTS_PER_MINUTE else _WINDOW - now % _WINDOW
