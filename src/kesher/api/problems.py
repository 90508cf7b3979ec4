"""Errors for machines: problem documents (RFC 9457)."""

import json
from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpResponse

CONTENT_TYPE = "application/problem+json"


def problem(status: HTTPStatus, detail: str, *, errors: Sequence[dict[str, str]] = ()) -> HttpResponse:
    """A problem document. ``errors``, one for each wrong parameter: ``{"parameter": …, "detail": …}``.

    What the caller sent is not repeated: it may be anything, and answers are kept and logged in places we do not know.
    """
    document: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": int(status),
        "detail": detail,
    }
    if errors:
        document["errors"] = list(errors)
    return HttpResponse(json.dumps(document), status=status, content_type=CONTENT_TYPE)
