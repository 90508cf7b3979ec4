"""Takes a vintage that lies in the data folder into the database: where it is from, and the figures that pages serve.

    taken = take_in(path, servings(pack.table))

The same vintage again changes nothing; where more of it is served than before, or places have come that were not known, those
figures are added. All of a vintage or nothing. A million figures go in by COPY, in some half a minute.
"""

import math
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
from django.db import connection, transaction

from kesher.areas.models import Area
from kesher.base.keys import uuid7
from kesher.formats.statistics import Status, parse_period
from kesher.formats.statistics.keeping import Figures, open_vintage
from kesher.insights.models import Dataset, Observation, Vintage
from kesher.insights.serving import Serving, part_numbers, place_numbers, rows_of

COLUMNS = ("id", "vintage_id", "indicator", "part", "area_id", "period", "start", "value", "status")
WITHOUT_VALUE = Observation.WITHOUT_VALUE


@dataclass(slots=True)
class TakenIn:
    """What came of a vintage: ``observations`` were added; ``elsewhere``: codes of places that are not known here -> figures of
    theirs that were passed over.
    """

    dataset: str
    vintage: uuid.UUID
    new: bool
    observations: int = 0
    elsewhere: dict[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        said = f"{self.dataset}: {self.observations:,} figures for pages"
        if self.elsewhere:
            said += f", {sum(self.elsewhere.values()):,} of {len(self.elsewhere):,} places that are not known here"
        return said


def take_in(
    path: Path,
    serving: Sequence[Serving] = (),
    *,
    breaks: Sequence[Mapping[str, str]] = (),
    loaded_by: uuid.UUID | None = None,
) -> TakenIn:
    """The vintage of ``path``, whose file says its data set. Call inside ``acting``.

    ``breaks``: ``{"from": period, "reason": words}``, as the mapping tells them. Raises
    :class:`~kesher.formats.statistics.keeping.UnreadableVintage` and :class:`~kesher.insights.serving.NotServed`.
    """
    figures = open_vintage(path)
    about = figures.about
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"vintages of {about['dataset']}"])
        dataset = _dataset(figures)
        vintage, new = Vintage.objects.get_or_create(
            dataset=dataset,
            mark=about["mark"],
            defaults={
                "released": date.fromisoformat(path.name[:10]),
                "loaded_by_id": loaded_by,
                "files": list(about["sources"]),
                "breaks": [dict(one) for one in breaks],
                "figures": len(figures),
            },
        )
        taken = TakenIn(about["dataset"], vintage.pk, new)
        areas = _areas(serving)
        rows = _rows(figures, [one for one in serving if one.dataset == about["dataset"]], vintage, areas, taken)
        taken.observations = _copied(rows, new=new)
        if (
            taken.observations and not new
        ):  # more is served of what was there: who holds figures in memory reads them again
            dataset.save()
    return taken


def _dataset(figures: Figures) -> Dataset:
    about, source = figures.about, figures.about["sources"][0]
    said = {
        "title": about["title"][:500],
        "source": source["source"][:500],
        "licence": source["licence"][:500],
        "url": source["url"][:1000],
    }
    dataset, new = Dataset.objects.get_or_create(code=about["dataset"], defaults=said)
    changed = {name: text for name, text in said.items() if text and getattr(dataset, name) != text}
    if changed and not new:
        for name, text in changed.items():
            setattr(dataset, name, text)
        dataset.save()
    return dataset


def _areas(serving: Sequence[Serving]) -> dict[tuple[str, str], uuid.UUID]:
    schemes = {one.places.scheme for one in serving}
    found = Area.objects.filter(scheme__in=schemes).values_list("scheme", "code", "pk")
    return {(scheme, code): key for scheme, code, key in found}


def _rows(
    figures: Figures,
    serving: Sequence[Serving],
    vintage: Vintage,
    areas: Mapping[tuple[str, str], uuid.UUID],
    taken: TakenIn,
) -> Iterator[tuple[object, ...]]:
    periods = [(text, parse_period(text).start) for text in figures.about["texts"]["period"]]
    for one in serving:
        numbers, codes = place_numbers(figures, one)
        keys = [areas.get((one.places.scheme, code)) for code in codes]
        chosen = rows_of(figures, one)
        of_parts, parts = part_numbers(figures, one)
        columns = (
            numbers,
            np.zeros_like(numbers) if of_parts is None else of_parts,
            figures.numbers["period"],
            figures.values,
            figures.status,
        )  # lists: ten times as fast, one by one
        for at, which, when, number, flags in zip(*(column[chosen].tolist() for column in columns), strict=True):
            place = keys[at] if at >= 0 else None
            if place is None or when < 0 or which < 0:
                code = codes[at] if at >= 0 else ""
                taken.elsewhere[code] = taken.elsewhere.get(code, 0) + 1
                continue
            value = None if flags & WITHOUT_VALUE or math.isnan(number) else number
            if value is None and not flags & WITHOUT_VALUE:
                flags |= int(Status.MISSING)
            period, start = periods[when]
            yield (uuid7(), vintage.pk, one.indicator, parts[which], place, period, start, value, flags)


def _copied(rows: Iterator[tuple[object, ...]], *, new: bool) -> int:
    """How many were added. Into the table itself where the vintage is new, else beside it and then those that are missing."""
    table, columns, count = Observation._meta.db_table, ", ".join(COLUMNS), 0
    target = table if new else "observations_beside"
    with connection.cursor() as cursor:
        if not new:
            cursor.execute(f"DROP TABLE IF EXISTS {target}")
            cursor.execute(f"CREATE TEMPORARY TABLE {target} (LIKE {table}) ON COMMIT DROP")
        with cursor.copy(f"COPY {target} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
                count += 1
        if not new:
            named = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {target} ON CONFLICT DO NOTHING"  # noqa: S608
            cursor.execute(named)
            count = int(cursor.rowcount)
    return count
