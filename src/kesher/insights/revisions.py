"""What a vintage says otherwise than the vintage of its data set that was released before it.

    revised([vintage.pk], most=20)          # the first 20 of each vintage, in one query
    befores([vintage.pk])                   # vintage -> the one before it, or None

What a source hides in a later vintage is told of no earlier one: "it was 3 and is hidden now" would be 3.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q

from kesher.engine.indicators import registry
from kesher.formats.statistics import Status
from kesher.insights.models import Observation, Vintage
from kesher.insights.showing import too_few

SUPPRESSED = int(Status.SUPPRESSED)  # 2 in the statements below

_PAIRS = """
WITH pair AS (
    SELECT id, dataset_id, released, lag(id) OVER (PARTITION BY dataset_id ORDER BY released, id) AS before
    FROM insights_vintage
    WHERE dataset_id IN (SELECT dataset_id FROM insights_vintage WHERE id = ANY(%(vintages)s))
)
"""
_BEFORES = _PAIRS + "\nSELECT id, before FROM pair WHERE id = ANY(%(vintages)s)"
_REVISED = (
    _PAIRS
    + """
SELECT * FROM (
    SELECT
        pair.id AS vintage, now.area_id, area.scheme, area.code, area.name, now.indicator, now.part, now.period,
        CASE WHEN now.status & 2 > 0 THEN NULL ELSE was.value END AS before,
        CASE WHEN now.status & 2 > 0 THEN 2 ELSE was.status END AS was,
        now.value, now.status, was.behind AS behind_before, now.behind,
        count(*) OVER (PARTITION BY pair.id) AS in_all,
        row_number() OVER (
            PARTITION BY pair.id ORDER BY now.indicator, area.path, now.part, now.start, now.period
        ) AS at
    FROM pair
    JOIN insights_observation AS now ON now.vintage_id = pair.id
    JOIN insights_observation AS was ON was.vintage_id = pair.before AND was.area_id = now.area_id
        AND was.indicator = now.indicator AND was.part = now.part AND was.period = now.period
    JOIN areas_area AS area ON area.id = now.area_id
    WHERE pair.id = ANY(%(vintages)s) AND now.indicator = ANY(%(declared)s) AND now.value IS DISTINCT FROM was.value
        AND NOT EXISTS (
            SELECT FROM insights_observation AS later
            JOIN pair AS after ON after.id = later.vintage_id
            WHERE later.area_id = now.area_id AND later.indicator = now.indicator AND later.part = now.part
                AND later.period = now.period AND later.status & 2 > 0
                AND (after.released, after.id) > (pair.released, pair.id) AND after.dataset_id = pair.dataset_id
        )
) AS found
WHERE at > %(skip)s AND at <= %(skip)s + %(most)s
ORDER BY vintage, at
"""
)


@dataclass(frozen=True, slots=True)
class Revision:
    """One figure that is another now. ``before`` and ``value`` are None just where ``was`` and ``status`` say why."""

    vintage: uuid.UUID
    area: uuid.UUID
    scheme: str
    code: str
    name: Mapping[str, str]
    indicator: str
    part: str
    period: str
    before: float | None
    was: int
    value: float | None
    status: int


@dataclass(frozen=True, slots=True)
class Revisions:
    """``count`` of a vintage there are; ``shown`` are some of them."""

    count: int
    shown: tuple[Revision, ...]


NONE = Revisions(0, ())


def revised(vintages: Iterable[uuid.UUID], *, most: int, skip: int = 0) -> dict[uuid.UUID, Revisions]:
    """Of each vintage, those after the first ``skip``, at most ``most``; a vintage of which none is shown is left out."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"vintages": list(vintages), "declared": list(registry()), "skip": skip, "most": most}
        cursor.execute(_REVISED, asked)
        rows = cursor.fetchall()
    found: dict[uuid.UUID, tuple[int, list[Revision]]] = {}
    for row in rows:
        vintage, area, scheme, code, name, indicator, part, period, old, was, new, status = row[:12]
        behind_old, behind_new, count, _at = row[12:]
        if too_few(indicator, behind_new):
            new, status = None, status | SUPPRESSED
        if too_few(indicator, behind_old) or too_few(indicator, behind_new):
            old, was = None, was | SUPPRESSED
        one = Revision(vintage, area, scheme, code, _names(name), indicator, part, period, old, was, new, status)
        found.setdefault(vintage, (count, []))[1].append(one)
    return {vintage: Revisions(count, tuple(shown)) for vintage, (count, shown) in found.items()}


def befores(vintages: Iterable[uuid.UUID]) -> dict[uuid.UUID, uuid.UUID | None]:
    """Vintage -> the one of its data set that was released before it; None of the first."""
    with connection.cursor() as cursor:
        cursor.execute(_BEFORES, {"vintages": list(vintages)})
        return dict(cursor.fetchall())


def hidden_since() -> Exists:
    """Whether a later vintage of its data set hides the observation."""
    mine = OuterRef("vintage__released")
    later = Observation.objects.annotate(flags=F("status").bitand(SUPPRESSED)).filter(
        Q(vintage__released__gt=mine) | Q(vintage__released=mine, vintage__gt=OuterRef("vintage")),
        area=OuterRef("area"),
        indicator=OuterRef("indicator"),
        part=OuterRef("part"),
        period=OuterRef("period"),
        vintage__dataset=OuterRef("vintage__dataset"),
        flags__gt=0,
    )
    return Exists(later)


def loaded_since(moment: Any) -> list[Vintage]:
    """The vintages that came in since then, the latest first, each with its data set."""
    return list(Vintage.objects.filter(created_at__gte=moment).select_related("dataset").order_by("-created_at", "-id"))


def _names(name: Any) -> dict[str, str]:
    """A name as the driver gives it: JSON, read or not."""
    found: dict[str, str] = json.loads(name) if isinstance(name, str) else name
    return found
