"""Takes a table of areas in: a row of the file is an area here, found again by its list of codes and its code.

    report = load_areas("areas.csv", dry_run=True)

All or nothing: an area that is refused would leave what lies in it hanging, so one refused row keeps the whole file out. The
same file again changes nothing. An area the file does not name stays: services and people may live there.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from kesher.areas.models import Area
from kesher.base.history import THE_SYSTEM, acting
from kesher.formats.areas import LEVELS, AreaReading, AreaRow
from kesher.formats.records import Refusal
from kesher.formats.refusals import as_csv, as_data, told
from kesher.formats.remarks import Said, say

SHOWN = 20
LONGEST_PATH = 300
Key = tuple[str, str]


@dataclass(slots=True)
class AreaReport:
    """What came of it. ``refusals``: every remark, with file, row, field, reason and remedy."""

    file_name: str
    dry_run: bool
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    @property
    def refused(self) -> int:
        return len({(one.file, one.row) for one in self.refusals if one.fatal})

    @property
    def succeeded(self) -> bool:
        return not self.refused

    def write(self, path: Path) -> None:
        """The whole report as ``.json``, or all its remarks as a table for a spreadsheet program."""
        if path.suffix.lower() == ".json":
            whole = {
                "file": self.file_name,
                "dry_run": self.dry_run,
                "counts": {
                    "created": self.created,
                    "changed": self.changed,
                    "unchanged": self.unchanged,
                    "refused": self.refused,
                },
                "refusals": as_data(self.refusals),
            }
            path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
        else:
            path.write_text("\ufeff" + as_csv(self.refusals), encoding="utf-8", newline="")

    def __str__(self) -> str:
        lines = [f"{self.file_name} → areas" + (" (dry run)" if self.dry_run else "")]
        lines.append(
            f"  {self.created} new, {self.changed} changed, {self.unchanged} as before, {self.refused} refused"
        )
        lines += [f"  {told(refusal)}" for refusal in self.refusals[:SHOWN]]
        if len(self.refusals) > SHOWN:
            lines.append(f"  … and {len(self.refusals) - SHOWN} more: --report FILE writes them all")
        if not self.succeeded:
            lines.append("  nothing was written: mend the rows that were left out, and load the file again")
        elif self.dry_run:
            lines.append("  nothing was written")
        return "\n".join(lines)


def load_reading(reading: AreaReading, *, dry_run: bool = False, actor: uuid.UUID | None = None) -> AreaReport:
    """Take the areas in, all or none."""
    report = AreaReport(reading.file, dry_run, refusals=list(reading.refusals))
    with transaction.atomic(), acting(actor=actor or THE_SYSTEM, reason="import of areas"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('import of areas', 0))")
        _Import(reading, report).run()
        if dry_run or not report.succeeded:
            transaction.set_rollback(True)
    return report


def _year_of(fact: Any) -> int:
    """The year a fact is of; 0 where nobody said it."""
    year = fact.get("year") if isinstance(fact, dict) else None
    return year if isinstance(year, int) else 0


class _Import:
    def __init__(self, reading: AreaReading, report: AreaReport) -> None:
        self.reading, self.report = reading, report
        self.here: dict[Key, Area] = {(area.scheme, area.code): area for area in Area.objects.defer(None)}
        self.by_code: dict[str, set[Key]] = {}
        for scheme, code in [*self.here, *((row.scheme, row.code) for row in reading.rows)]:
            self.by_code.setdefault(code, set()).add((scheme, code))
        self.rows: dict[Key, AreaRow] = {(row.scheme, row.code): row for row in reading.rows}
        self.done: set[Key] = set()
        self.paths: dict[str, Key] = {area.path: key for key, area in self.here.items()}
        self.moved = False

    def run(self) -> None:
        parents = {key: self._parent_of(row) for key, row in self.rows.items()}
        for key in self.rows:
            self._take(key, parents, ())
        self._levels_hold()
        if self.moved and self.report.succeeded:
            self._rewrite_paths()

    def _parent_of(self, row: AreaRow) -> Key | None:
        if row.parent is None:
            return None
        scheme, code = row.parent
        candidates = {key for key in self.by_code.get(code, ()) if not scheme or key[0] == scheme}
        candidates.discard((row.scheme, row.code))
        if len(candidates) > 1 and (row.scheme, code) in candidates:
            candidates = {(row.scheme, code)}
        if len(candidates) == 1:
            return next(iter(candidates))
        if candidates:
            lists = sorted(scheme for scheme, _ in candidates)
            self._refuse(row, "parent_code", say.CODE_IN_LISTS(code=code, lists=lists))
        else:
            self._refuse(row, "parent_code", say.NO_SUCH_AREA(code=code))
        return None

    def _take(self, key: Key, parents: Mapping[Key, Key | None], below: tuple[Key, ...]) -> Area | None:
        """The area of a row, written after what it lies in."""
        row = self.rows.get(key)
        if row is None or key in self.done:
            return self.here.get(key)
        if key in below or len(below) > len(LEVELS):
            self._refuse(row, "parent_code", say.AREA_IN_ITSELF())
            return None
        above = parents[key]
        parent = self._take(above, parents, (*below, key)) if above else None
        if key in self.done:  # refused in a circle, deeper down
            return self.here.get(key)
        self.done.add(key)
        if row.parent is not None and parent is None:
            return None  # refused there
        if parent is not None and LEVELS.index(parent.level) <= LEVELS.index(row.level):
            self._refuse(row, "level", say.LEVELS_CROSSED(level=row.level, above=parent.level, levels=LEVELS))
            return None
        return self._write(row, parent)

    def _write(self, row: AreaRow, parent: Area | None) -> Area | None:
        key = (row.scheme, row.code)
        path = f"{parent.path if parent else f'{row.scheme}.'}{row.code}/"
        area = self.here.get(key)
        if area is not None and area.parent_id == (parent.pk if parent else None):
            path = area.path  # it has not moved: its path stays, however it was once made
        if len(path) > LONGEST_PATH:
            self._refuse(row, "parent_code", say.AREA_TOO_DEEP())
            return None
        if self.paths.get(path, key) != key:
            self._refuse(row, "code", say.SAME_PLACE(code=row.code, list=self.paths[path][0]))
            return None
        if area is None:
            area = Area(scheme=row.scheme, code=row.code, path=path, **self._values(row, parent, {}, {}))
            area.save()
            self.here[key], self.paths[path] = area, key
            self.report.created += 1
            return area
        values = self._values(row, parent, area.name, area.facts) | {"path": path}
        changed = {name: value for name, value in values.items() if getattr(area, name) != value}
        # What the file leaves empty stays as it is: an export without coordinates must not take the map away.
        for name in ("latitude", "longitude", "population", "boundary"):
            if values[name] is None:
                changed.pop(name, None)
        if not changed:
            self.report.unchanged += 1
            return area
        if "path" in changed:
            self.moved = True
            self.paths.pop(area.path, None)
            self.paths[path] = key
        for name, value in changed.items():
            setattr(area, name, value)
        area.save()
        self.report.changed += 1
        return area

    @staticmethod
    def _values(row: AreaRow, parent: Area | None, name: Mapping[str, str], facts: Mapping[str, Any]) -> dict[str, Any]:
        """Names are added to ours, language by language: a translation made here stays."""
        told_of = dict(facts)
        source = {"year": row.population_year, "source": row.source}
        source = {word: value for word, value in source.items() if value}
        counted = row.population
        if counted is not None and row.population_year and row.population_year < _year_of(facts.get("population")):
            counted = None  # older than what is here
        if counted is not None:
            told_of["population"] = {"value": counted, **source}
        if row.latitude is not None:
            told_of["centre"] = {"latitude": row.latitude, "longitude": row.longitude}
            if row.source:
                told_of["centre"]["source"] = row.source
        return {
            "level": row.level,
            "name": {**name, **row.name},
            "parent_id": parent.pk if parent else None,
            "latitude": row.latitude,
            "longitude": row.longitude,
            "population": counted,
            "boundary": None if row.boundary is None else dict(row.boundary),
            "facts": told_of,
        }

    def _rewrite_paths(self) -> None:
        """What lies in an area that moved, moves with it."""
        areas = {area.pk: area for area in self.here.values()}

        def path_of(area: Area) -> str:
            if area.parent_id is None:
                return area.path
            own = area.path.rstrip("/").rpartition("/")[2]
            return f"{path_of(areas[area.parent_id])}{own}/"

        for area in areas.values():
            path = path_of(area)
            if path != area.path:
                area.path = path
                area.save(update_fields=["path", "updated_at"])

    def _levels_hold(self) -> None:
        """What was here already must still lie in something larger; this also rules out circles."""
        areas = {area.pk: area for area in self.here.values()}
        for key, area in self.here.items():
            above = areas.get(area.parent_id) if area.parent_id else None
            if above is None or LEVELS.index(area.level) < LEVELS.index(above.level):
                continue
            row = self.rows.get((above.scheme, above.code)) or self.rows.get(key)
            if row is not None:
                small = say.TOO_SMALL_FOR(code=area.code, level=area.level, above=above.level)
                self._refuse(row, "level", small)

    def _refuse(self, row: AreaRow, field: str, said: Said) -> None:
        self.done.add((row.scheme, row.code))
        self.report.refusals.append(Refusal(self.reading.file, row.row, field, said, row.code, True, "area"))
