"""Packs: the places and tables of a folder under one name, taken in together.

    report = load_pack(manifest("il"), Path("../shared/data"), home=Path(".kesher/statistics"))

First the places, all or none; then table by table, each a vintage in the data folder and in the database. A table that is not
in the folder, or cannot be read, is told and keeps the others out of nothing. The same pack again changes nothing.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.resources import files as package_files
from pathlib import Path

from kesher.areas.importing import AreaReport, load_reading
from kesher.base.history import THE_SYSTEM, acting
from kesher.formats.area_tables import read_area_tables
from kesher.formats.files import open_files
from kesher.formats.records import Refusal, UnreadableFile
from kesher.formats.refusals import told
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics import StatisticsMapping, read
from kesher.formats.statistics.keeping import Keeper
from kesher.formats.statistics.mapping import Pack, parse_pack
from kesher.formats.statistics.report import counted
from kesher.insights.serving import servings
from kesher.insights.taking_in import TakenIn, take_in

SHOWN = 5


class NoSuchPack(Exception):
    """There is no pack of that name; the message lists those there are."""


@dataclass(slots=True)
class PackReport:
    """What came of it. ``tables``: of each table that was taken in; ``refusals``: remarks on tables, with file, row, field."""

    name: str
    areas: AreaReport | None = None
    tables: list[TakenIn] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def succeeded(self) -> bool:
        return not self.failed and (self.areas is None or self.areas.succeeded)

    def lines(self) -> Iterator[str]:
        """The report in words."""
        if self.areas is not None:
            yield str(self.areas)
        for one in self.tables:
            yield f"  {'new' if one.new else 'as before'}: {one}"
        for refusal in self.refusals[:SHOWN]:
            yield f"  {told(refusal)}"
        if len(self.refusals) > SHOWN:
            yield f"  … and {len(self.refusals) - SHOWN:,} more remarks: --report FILE writes them all"
        for line in self.failed:
            yield f"  not taken in: {line}"


def names() -> list[str]:
    """The packs that come with the program."""
    folder = package_files("kesher.data") / "packs"
    return sorted(one.name.removesuffix(".toml") for one in folder.iterdir() if one.name.endswith(".toml"))


def manifest(name: str) -> Pack:
    """A pack by its name, or of a file ending in ``.toml``. Raises :class:`NoSuchPack` and :class:`UnreadableFile`."""
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise NoSuchPack(f"{path} is not there.")
        return parse_pack(path.read_text(encoding="utf-8"), path.name)
    if name not in names():
        raise NoSuchPack(f"There is no pack {name!r}; there are {', '.join(names())}, or give a file ending in .toml.")
    text = (package_files("kesher.data") / "packs" / f"{name}.toml").read_text(encoding="utf-8")
    return parse_pack(text, f"{name}.toml")


def load_pack(
    pack: Pack,
    folder: Path,
    *,
    home: Path,
    today: date,
    loaded_by: uuid.UUID | None = None,
    progress: Callable[[str], None] = lambda said: None,
) -> PackReport:
    """Takes everything in that the folder holds. Raises :class:`UnreadableFile` where nothing of the places can be read."""
    report = PackReport(pack.name)
    if pack.areas:
        progress("places")
        report.areas = load_reading(read_area_tables(folder, pack.areas), actor=loaded_by)
        if not report.areas.succeeded:
            return report
    serving = servings(pack.table)
    there = list(open_files(folder))
    for table in pack.table:
        progress(table.dataset)
        file = next((name for name in there if table.matches(name)), None)
        if file is None:
            report.failed.append(str(UnreadableFile(table.file, say.PACK_FILE_MISSING())))
            continue
        keeper = Keeper(today)
        try:
            reading = read(folder / file, mapping=(table.model_copy(update={"file": ""}),))
            counted(reading, sink=keeper)
        except UnreadableFile as fault:
            report.failed.append(str(fault))
            continue
        report.refusals += reading.refusals
        for written in keeper.write(home):
            with acting(actor=loaded_by or THE_SYSTEM, reason=f"pack {pack.name}"):
                report.tables.append(take_in(written.path, serving, breaks=_breaks(table), loaded_by=loaded_by))
    return report


def _breaks(table: StatisticsMapping) -> list[dict[str, str]]:
    return [{"from": rule.start, "reason": rule.reason} for rule in table.breaks]
