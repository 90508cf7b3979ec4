"""What every page needs to know: the portal, the languages, where one is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation

from kesher.base.models import Portal


def page(request: HttpRequest) -> dict[str, Any]:
    """For each language: its code, its name in its own script, and this same page in it."""
    current = translation.get_language() or settings.LANGUAGE_CODE
    return {
        "portal": Portal.current(),
        "demo": settings.DEMO,
        "language": current,
        "direction": "rtl" if translation.get_language_bidi() else "ltr",
        "languages": [
            {
                "code": code,
                "name": name,
                "direction": "rtl" if translation.get_language_info(code)["bidi"] else "ltr",
                "url": translate_url(request.get_full_path(), code),
                "current": code == current,
            }
            for code, name in settings.LANGUAGES
        ],
    }
