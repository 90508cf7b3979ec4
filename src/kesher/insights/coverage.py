"""What the current vintage of each data set covers: which indicators, from when to when, in which countries.

    coverage()[vintage].indicators

It goes through all figures of these vintages, so it is kept until another vintage comes or more of one is served.
"""

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db import connection

from kesher.engine.indicators import registry
from kesher.formats.statistics import parse_period
from kesher.formats.values import Unclean
from kesher.insights.models import Vintage

KEPT = 24 * 60 * 60  # seconds

_COVERED = """
SELECT one.vintage_id, split_part(area.path, '/', 1), one.indicator, one.period, one.start
FROM insights_observation AS one
JOIN areas_area AS area ON area.id = one.area_id
WHERE one.vintage_id = ANY(%s)
GROUP BY 1, 2, 3, 4, 5
"""


@dataclass(frozen=True, slots=True)
class Covered:
    """``roots``: first parts of the paths of its places, such as the country's."""

    indicators: tuple[str, ...]
    first: date
    last: date
    roots: tuple[str, ...]


def coverage() -> Mapping[uuid.UUID, Covered]:
    """Current vintage -> what it covers; one of which pages serve nothing is left out. One query where nothing has changed."""
    current = [(pk, changed) for pk, changed in Vintage.objects.current().values_list("pk", "dataset__updated_at")]
    mark = hashlib.sha256(repr(sorted(current)).encode()).hexdigest()
    found: dict[uuid.UUID, Covered] | None = cache.get(f"insights-coverage-{mark}")
    if found is None:
        found = _read([pk for pk, _changed in current])
        cache.set(f"insights-coverage-{mark}", found, KEPT)
    return found


def _read(vintages: list[uuid.UUID]) -> dict[uuid.UUID, Covered]:
    with connection.cursor() as cursor:
        cursor.execute(_COVERED, [vintages])
        rows = cursor.fetchall()
    groups: dict[uuid.UUID, list[tuple[str, str, str, date]]] = {}
    for vintage, *rest in rows:
        groups.setdefault(vintage, []).append(tuple(rest))
    return {vintage: _covered(found) for vintage, found in groups.items()}


def _covered(found: list[tuple[str, str, str, date]]) -> Covered:
    there = {code for _root, code, _period, _start in found}
    return Covered(
        indicators=tuple(code for code in registry() if code in there),
        first=min(start for *_rest, start in found),
        last=max(_end(period, start) for _root, _code, period, start in found),
        roots=tuple(sorted({root for root, *_rest in found})),
    )


def _end(period: str, start: date) -> date:
    try:
        return parse_period(period).end
    except Unclean:
        return start
