"""What came of an import, for the person who owns the file."""

from dataclasses import asdict, dataclass, field
from typing import Any

from kesher.formats.records import Refusal

KINDS = ("taxonomy", "term", "organisation", "programme", "location", "service")


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
        for refusal in self.refusals[:20]:
            where = ", ".join(
                part
                for part in (refusal.file, f"row {refusal.row}" if refusal.row else "", refusal.field or "")
                if part
            )
            lines.append(f"  {'left out' if refusal.fatal else 'noted'}: {where}: {refusal.reason} {refusal.remedy}")
        if len(self.refusals) > 20:
            lines.append(f"  … and {len(self.refusals) - 20} more; the whole list is in the report of the import")
        lines.append(
            f"  {self.rows:,} rows written in {self.seconds:.1f} s" if not self.dry_run else "  nothing was written"
        )
        return "\n".join(lines)
