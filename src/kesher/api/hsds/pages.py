"""Lists cut into the standard's pages, or streamed line by line."""

import json
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import StreamingHttpResponse

from kesher.formats.hsds.write import Json

Row = TypeVar("Row", bound=Model)
Write = Callable[[QuerySet[Any]], list[Json]]
"""Writes the rows of a (sliced) queryset, in its order, in a number of queries that does not depend on theirs."""

AT_A_TIME = 100  # rows read together while streaming


def page(*, total: int, number: int, per_page: int, contents: list[Json]) -> Json:
    """HSDS's ``Page``, which is Spring's: a list with nothing in it has no page, and its first is also its last."""
    pages = -(-total // per_page)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def cut(queryset: QuerySet[Row], *, number: int, per_page: int, write: Write) -> Json:
    """One page of a queryset."""
    total = queryset.count()
    begin = (number - 1) * per_page
    contents = write(queryset[begin : begin + per_page]) if begin < total else []
    return page(total=total, number=number, per_page=per_page, contents=contents)


def stream(queryset: QuerySet[Row], write: Write) -> StreamingHttpResponse:
    """Everything found, one object to a line.

    By key, some rows at a time: no transaction stays open for as long as a slow reader reads, and a row that comes or
    goes meanwhile shifts no other.
    """
    return StreamingHttpResponse(_lines(queryset, write), content_type="application/x-ndjson")


def _lines(queryset: QuerySet[Row], write: Write) -> Iterator[bytes]:
    ordered = queryset.order_by("pk")
    rest = ordered
    while keys := list(rest.values_list("pk", flat=True)[:AT_A_TIME]):
        written = write(ordered.filter(pk__in=keys))
        if written:
            yield b"".join(encode(found) + b"\n" for found in written)
        rest = ordered.filter(pk__gt=keys[-1])


def encode(found: Json) -> bytes:
    return json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode()
