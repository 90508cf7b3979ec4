"""The language somebody has chosen is kept: the link that changes it says so, and its address is put right at once.

``/am/find/person/?keep=language`` sets one cookie and sends on to ``/am/find/person/``. It works without a script; ``/``
reads the cookie before it asks which languages the browser prefers. Whoever follows somebody else's link to a page in
another language has chosen nothing.
"""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import get_language_from_path

KEEP: Final = "keep"
MARK: Final = f"{KEEP}=language"
DAYS: Final = 365


def keeping(address: str) -> str:
    """The address by which its language is chosen, and not only looked at."""
    return f"{address}{'&' if '?' in address else '?'}{MARK}"


class KeptLanguage:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = get_language_from_path(request.path_info)
        if code is None or request.method not in ("GET", "HEAD") or request.GET.get(KEEP) != "language":
            return self.get_response(request)
        path, _question, query = request.get_full_path().partition("?")
        rest = "&".join(one for one in query.split("&") if one and one != MARK)
        if KEEP in request.GET and MARK not in query.split("&"):
            return self.get_response(request)  # written in a way that would come back: shown as it is
        response = HttpResponseRedirect(f"{path}?{rest}" if rest else path)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=DAYS * 24 * 3600,
            path="/",
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
        add_never_cache_headers(response)
        return response
