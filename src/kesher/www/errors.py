"""What a visitor sees when something is not as it should be: what happened, what to do, whom to ask."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import gettext as _

from kesher.base.transitions import Refused
from kesher.www.context import frame, last_seen_portal
from kesher.www.leaving import QUICK_EXIT


def _answer(request: HttpRequest, status: HTTPStatus, title: str, advice: str) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": status.phrase, "status": int(status), "detail": advice}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    return render(
        request, "errors/error.html", {"status": int(status), "title": title, "advice": advice}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.BAD_REQUEST,
        _("We could not read this request"),
        _("Go back and try again. If it happens again, tell us what you did."),
    )


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        _("This page is not for this account"),
        _("Log in with another account, or ask your organisation's administrator."),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.NOT_FOUND,
        _("There is no such page"),
        _("It may have moved, or the address has a slip in it. Start from the first page or search."),
    )


def gone(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """For what was here and is no more: a service that ended, a link that ran out."""
    return _answer(
        request,
        HTTPStatus.GONE,
        _("This is no longer here"),
        _("What was at this address has ended. Search for something like it, or ask us."),
    )


class RefusedAnywhere:
    """Middleware: what a room refuses and a page did not foresee is said in its words, and nothing is written.

    Between the page that somebody read and the button they pressed a file may close, an agreement end. Views that can say more
    catch it themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        title = _("This is not possible in the present state.")
        return _answer(request, HTTPStatus.CONFLICT, title, str(exception.message))


def server_error(request: HttpRequest) -> HttpResponse:
    """Drawn without the database, sessions or context processors: any of them may be what broke."""
    title = _("Something went wrong on our side")
    advice = _("Nothing you did. Try again in a minute. What you had sent may not have been kept.")
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    if request.path.startswith("/api/"):
        return _answer(request, status, title, advice)
    context = frame(request) | {
        "portal": last_seen_portal(),
        "quick_exit_url": QUICK_EXIT,  # straight: what broke here may break the way through our own address
        "status": int(status),
        "title": title,
        "advice": advice,
    }
    try:
        page = str(render_to_string("errors/error.html", context))
    except Exception:  # the templates themselves may be what broke
        page = (
            f'<!doctype html><html lang="{context["language"]}" dir="{context["direction"]}">'
            f"<title>{escape(title)}</title><h1>{escape(title)}</h1><p>{escape(advice)}</p>"
        )
    return HttpResponse(page, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(
        request,
        HTTPStatus.FORBIDDEN,
        _("This form was open for too long"),
        _("Go back, load the page again, and send it once more."),
    )
