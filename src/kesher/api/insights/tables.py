"""Figures line by line, however many there are."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

from kesher.api.describing import Json
from kesher.api.hsds.pages import encode
from kesher.api.insights import shapes
from kesher.api.insights.queries import Figures
from kesher.formats.workbooks import harmless

AT_A_TIME = 5_000  # rows read together
COLUMNS = (
    "indicator",
    "part",
    "place",
    "scheme",
    "code",
    "period",
    "value",
    "low",
    "high",
    "behind",
    "status",
    "dataset",
    "vintage",
)
#: What a source wrote: a spreadsheet must not take it for a formula.
_TEXTS = ("part", "scheme", "code", "dataset")


def stream(found: Figures, form: str) -> StreamingHttpResponse:
    """Everything found. By key, some thousands at a time: nothing stays open for as long as a slow reader reads."""
    if form == "csv":
        answer = StreamingHttpResponse(_batches(found, _as_csv, _header()), content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="observations.csv"'
        return answer
    return StreamingHttpResponse(_batches(found, _as_lines), content_type="application/x-ndjson")


def written(found: Figures, rows: list[tuple[Any, ...]]) -> list[Json]:
    """Rows of :data:`kesher.api.insights.shapes.FIGURE`."""
    return [shapes.observation(row, found.datasets) for row in rows]


def _batches(found: Figures, write: Callable[[list[Json]], bytes], first: bytes = b"") -> Iterator[bytes]:
    if first:
        yield first
    ordered = found.rows.order_by("pk").values_list(*shapes.FIGURE)
    rest = ordered
    while rows := list(rest[:AT_A_TIME]):
        yield write(written(found, rows))
        if len(rows) < AT_A_TIME:
            return
        rest = ordered.filter(pk__gt=rows[-1][0])


def _as_lines(figures: list[Json]) -> bytes:
    return b"".join(encode(one) + b"\n" for one in figures)


def _header() -> bytes:
    return (",".join(COLUMNS) + "\r\n").encode()


def _as_csv(figures: list[Json]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for one in figures:
        told = one | {name: harmless(one[name]) for name in _TEXTS} | {"status": "; ".join(one["status"])}
        writer.writerow(["" if told[name] is None else told[name] for name in COLUMNS])
    return out.getvalue().encode()
