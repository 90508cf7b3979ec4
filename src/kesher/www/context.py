"""What every page needs to know: the portal, the languages, where one is."""

from typing import Any, Final
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse, translate_url
from django.utils import translation

from kesher.base.models import Portal
from kesher.words.coders import esco_notice
from kesher.www.idle import WARNED_BEFORE, left
from kesher.www.kept_language import keeping
from kesher.www.navigation import navigation

_last_seen: Portal | None = None
#: Held what somebody wishes for in earlier versions, and may still stand in a bookmark: no link of ours says it again.
OF_OLD_BOOKMARKS: Final = frozenset({"wish"})


def last_seen_portal() -> Portal | None:
    """The portal as this process last read it: what the error page shows when the database does not answer."""
    return _last_seen


def in_other_language(address: str, code: str) -> str:
    """This same address in another language; an address nobody knows keeps its path, so that the error page speaks too."""
    path, _question, query = address.partition("?")
    kept = [one for one in query.split("&") if one and unquote_plus(one.partition("=")[0]) not in OF_OLD_BOOKMARKS]
    address = "?".join([path, "&".join(kept)] if kept else [path])
    current = f"/{translation.get_language()}/"
    if address.startswith(current):  # no address of ours has words in it: the language is all that differs
        return f"/{code}/" + address.removeprefix(current)
    return translate_url(address, code)


def frame(request: HttpRequest) -> dict[str, Any]:
    """What the frame of a page needs and no database: languages, direction, this page in each language."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "demo": settings.DEMO,
        "tile_url": settings.TILE_URL,
        "language": current,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        # English is the source; people read the other catalogues bit by bit (ADR 8). Counting them takes seconds: a test does.
        "worded_by_machine": current != settings.LANGUAGE_CODE,
        # On every page: labels of ESCO stand in files, profiles, lists and reasons; whoever adds a page need not think of it.
        "classification_notice": esco_notice(),
        "languages": [
            {
                "code": code,
                "own_name": name,
                "direction": "rtl" if translation.get_language_info(code)["bidi"] else "ltr",
                "url": (url := in_other_language(request.get_full_path(), code)),
                "keeping": keeping(url),
                "current": code == current,
            }
            for code, name in settings.LANGUAGES
        ],
    }


def in_own_file(request: HttpRequest) -> bool:
    """Whether this page is of oneself, or of somebody one helps, whatever one is besides."""
    match = request.resolver_match
    return match is not None and match.route.split("/", 1)[-1].startswith(("me/", "helping/"))


def page(request: HttpRequest) -> dict[str, Any]:
    """The frame, the portal, the navigation, and the quick exit."""
    global _last_seen
    _last_seen = Portal.current()
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return frame(request) | {
        # said where there is a choice; pages of one organisation's people need no reminder
        "working_for": user.working_for if signed_in and len(user.organisations) > 1 else None,  # type: ignore[union-attr]
        "portal": _last_seen,
        # as text: a number would be written as the language writes it, "1,800"
        "idle": {"left": str(left(request)), "warned": str(WARNED_BEFORE)}
        if signed_in and hasattr(request, "session")
        else None,
        "navigation": navigation(request),
        # On every page: whoever works here may be in danger, too. Escape twice leads away where nothing typed at work is lost.
        "quick_exit_url": reverse("leave"),
        "quick_exit_by_key": not getattr(user, "roles", None) or in_own_file(request),
    }
