"""What came of an import, for the person who owns the file."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kesher.formats.records import RECORD_KINDS, Refusal
from kesher.formats.refusals import as_csv, as_data, told

KINDS = RECORD_KINDS
#: How many remarks a person reads on a screen before they want a file.
SHOWN = 20


@dataclass(slots=True)
class Counts:
    """How many records of one kind were new, changed, as before, gone from the source, kept as edited here, refused."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    kept: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        return self.created + self.changed + self.unchanged + self.kept + self.refused


@dataclass(slots=True)
class Report:
    """The whole: per kind its :class:`Counts`, and every refusal with file, row, field, reason and remedy."""

    dataset: str
    format: str
    file_name: str
    sha256: str
    dry_run: bool
    counts: dict[str, Counts] = field(default_factory=lambda: {kind: Counts() for kind in KINDS})
    refusals: list[Refusal] = field(default_factory=list)
    rows: int = 0  # written, details included, history not
    seconds: float = 0.0
    indexed: int = 0  # services made findable

    @property
    def succeeded(self) -> bool:
        """Whether the file was taken in (perhaps with refusals); False when nothing in it could be."""
        return any(c.read - c.refused for c in self.counts.values())

    @property
    def written(self) -> int:
        return sum(c.created + c.changed + c.closed for c in self.counts.values())

    def as_data(self) -> dict[str, Any]:
        """For keeping: counts per kind."""
        return {kind: asdict(counts) for kind, counts in self.counts.items() if counts.read or counts.closed}

    def count_refused(self) -> None:
        """Each record that was left out counts once, under its own kind, however many of its fields were wrong."""
        told_already: set[tuple[str, str, int | None, str | None]] = set()
        for refusal in self.refusals:
            place = (refusal.kind, refusal.file, refusal.row, refusal.record)
            if not refusal.fatal or (refusal.row is not None and place in told_already):
                continue
            told_already.add(place)
            self.counts[refusal.kind].refused += 1

    def write(self, path: Path) -> None:
        """The whole report as ``.json``, or all its remarks as a table for a spreadsheet program."""
        if path.suffix.lower() == ".json":
            whole = {
                "file": self.file_name,
                "sha256": self.sha256,
                "dataset": self.dataset,
                "format": self.format,
                "dry_run": self.dry_run,
                "counts": self.as_data(),
                "refusals": as_data(self.refusals),
            }
            path.write_text(json.dumps(whole, ensure_ascii=False, indent=1), encoding="utf-8")
        else:
            # the byte order mark makes spreadsheet programs read Hebrew and Arabic as what they are
            path.write_text("\ufeff" + as_csv(self.refusals), encoding="utf-8", newline="")

    def __str__(self) -> str:
        lines = [f"{self.file_name} → dataset {self.dataset} ({self.format})" + (" (dry run)" if self.dry_run else "")]
        header = ("", "new", "changed", "as before", "closed", "kept", "refused")
        table = [
            (kind, c.created, c.changed, c.unchanged, c.closed, c.kept, c.refused)
            for kind, c in self.counts.items()
            if c.read or c.closed
        ]
        for row in (header, *table):
            lines.append(f"  {row[0]:13}" + "".join(f"{cell!s:>11}" for cell in row[1:]))
        lines += [f"  {told(refusal)}" for refusal in self.refusals[:SHOWN]]
        if len(self.refusals) > SHOWN:
            lines.append(f"  … and {len(self.refusals) - SHOWN} more: --report FILE writes them all")
        lines.append(
            f"  {self.rows:,} rows written in {self.seconds:.1f} s" if not self.dry_run else "  nothing was written"
        )
        return "\n".join(lines)
