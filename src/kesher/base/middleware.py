"""What happens around every request: an id and a log line, whose rows the database shows, who writes history."""

import logging
import re
import time
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from kesher.base import logs, metrics, rows
from kesher.base.history import Visitor, acting
from kesher.base.keys import uuid7

Answer = Callable[[HttpRequest], HttpResponse]
logger = logging.getLogger("kesher.requests")
_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,36}")


class RequestLog:
    """Gives the request an id (or keeps the proxy's), answers with it, and logs one line: the route, not the path.

    Paths may hold signed links; routes cannot.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        identity = given if _REQUEST_ID.fullmatch(given) else str(uuid7())
        token = logs.request_id.set(identity)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            self.log(request, response, begun)
        finally:
            logs.request_id.reset(token)
        response["X-Request-ID"] = identity
        return response

    def log(self, request: HttpRequest, response: HttpResponse, begun: float) -> None:
        match = request.resolver_match
        route = match.view_name or match.route if match else "(none)"
        if request.path.startswith(("/static/", "/health/", "/metrics")):
            return
        seconds = time.perf_counter() - begun
        metrics.answered(route, request.method or "", response.status_code, seconds)
        user = getattr(request, "user", None)
        logger.info(
            "%s %s %s",
            request.method,
            route,
            response.status_code,
            extra={
                "route": route,
                "method": request.method,
                "status": response.status_code,
                "milliseconds": round(seconds * 1000, 1),
                # _wrapped: do not load the user only to log them
                "user_id": str(user.pk) if user is not None and getattr(user, "is_authenticated", False) else "",
            },
        )


class Storable:
    """What the database cannot store (NUL) is in no form a person sends: refused with 400 before a view meets it.

    Form fields refuse it themselves; reasons, and what is kept for later, are read as they come.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and any(
            "\x00" in value for _name, values in request.POST.lists() for value in values
        ):
            raise BadRequest("a form holds a NUL")
        return self.get_response(request)


class RowSecurity:
    """Tells the database whose rows this request may see, and takes it back afterwards, whatever happened."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)  # nothing said: protected tables are empty
        # Outside the view's transaction, so that it holds in it; the connection goes back to the pool only after us.
        rows.say_for_whom(request.user.pk, request.user.row_organisation_ids, for_transaction=False)
        try:
            return self.get_response(request)
        finally:
            rows.say_for_whom(None, (), for_transaction=False)


class HistoryContext:
    """Whatever a request writes is recorded with its user, or with the page where a visitor without account was."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        actor = request.user.pk if request.user.is_authenticated else Visitor(_page(request))
        with acting(actor=actor, reason="", request=logs.request_id.get()):
            return self.get_response(request)


def _page(request: HttpRequest) -> str:
    """The name of the page: never its path, which may hold a signed link."""
    try:
        match = resolve(request.path_info)
    except Resolver404:
        return "no page"
    return match.view_name or match.route or "front page"
