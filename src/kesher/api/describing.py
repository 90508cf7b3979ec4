"""What descriptions of our interfaces have in common: pages, problems, and how what is refused is said."""

from http import HTTPStatus
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from kesher.api.problems import CONTENT_TYPE, problem

Json = dict[str, Any]

_PROBLEMS: Final = {
    HTTPStatus.BAD_REQUEST: "A parameter is not as described here.",
    HTTPStatus.NOT_FOUND: "There is nothing public at this address.",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests from this address; Retry-After says how long to wait.",
}

_INTEGER: Final = {"type": "integer", "minimum": 0}
PAGE: Final[Json] = {
    "type": "object",
    "required": ["total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents"],
    "properties": {
        "total_items": _INTEGER | {"description": "Objects found, in all pages."},
        "total_pages": _INTEGER | {"description": "Pages; 0 when nothing was found."},
        "page_number": _INTEGER | {"description": "This page, counted from 1."},
        "size": _INTEGER | {"description": "Objects in this page."},
        "first_page": {"type": "boolean"},
        "last_page": {"type": "boolean", "description": "Whether no page follows."},
        "empty": {"type": "boolean", "description": "Whether this page holds nothing."},
    },
}
PROBLEM: Final[Json] = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["parameter", "detail"],
                "properties": {"parameter": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
}


def local(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def answers(content: Json) -> Json:
    """The answers of an operation: what it answers with, and its problems."""
    headers = {"Content-Language": {"description": "The language asked for.", "schema": {"type": "string"}}}
    found: Json = {"200": {"description": "OK", "headers": headers, "content": content}}
    for status, description in _PROBLEMS.items():
        found[str(int(status))] = {
            "description": description,
            "content": {CONTENT_TYPE: {"schema": local("Problem")}},
        }
    return found


def answer_problems(api: NinjaAPI) -> None:
    """What is refused is said as a problem document."""
    api.add_exception_handler(Http404, _not_found)
    api.add_exception_handler(HttpError, _refused)
    api.add_exception_handler(ValidationError, _not_as_described)


def _not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(HTTPStatus.NOT_FOUND, str(error) or "There is nothing public at this address.")


def _refused(request: HttpRequest, error: Any) -> HttpResponse:
    return problem(HTTPStatus(error.status_code), error.message)


def _not_as_described(request: HttpRequest, error: Any) -> HttpResponse:
    """400, as HSDS has it."""
    wrong = [
        {
            "parameter": str(fault["loc"][-1] if isinstance(fault["loc"][-1], str) else fault["loc"][-2]),
            "detail": _said(fault),
        }
        for fault in error.errors
    ]
    names = ", ".join(sorted({fault["parameter"] for fault in wrong}))
    return problem(HTTPStatus.BAD_REQUEST, f"Not as described: {names}.", errors=wrong)


def _said(fault: Json) -> str:
    return str(fault["msg"]).removeprefix("Value error, ")
