"""What an import must know of merges: records that are one of ours from elsewhere, and rows that carry what a person chose."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kesher.directory.importing import say
from kesher.directory.importing.notes import Notes
from kesher.directory.importing.report import Report
from kesher.directory.models import Dataset, ExternalAlias, Merge
from kesher.formats import records as r

Owner = Literal["organisation", "service", "location"]


@dataclass(slots=True)
class Alias:
    """A record of this dataset that was merged into ``target``."""

    key: uuid.UUID
    target: uuid.UUID
    digest: bytes | None
    absent: bool


class Merged:
    """The merges in force as far as they concern one dataset and one kind of record."""

    def __init__(self, dataset: Dataset, owner: Owner, report: Report, notes: Notes) -> None:
        self.owner, self.report, self.notes, self.dataset = owner, report, notes, dataset
        aliases = ExternalAlias.objects.exclude(**{owner: None})
        self.aliases = {
            external: Alias(key, target, None if digest is None else bytes(digest), absent is not None)
            for external, key, target, digest, absent in aliases.filter(dataset=dataset).values_list(
                "external_id", "pk", f"{owner}_id", "digest", "absent_since"
            )
        }
        #: rows of ours that hold what two sources said: neither of them overwrites it
        self.kept: set[uuid.UUID] = {
            *Merge.objects.in_force().filter(kind=owner).values_list("kept", flat=True),
            *aliases.values_list(f"{owner}_id", flat=True),
        }
        #: rows that another dataset still lists under its own name
        self.listed_elsewhere: set[uuid.UUID] = set(
            aliases.filter(absent_since=None).exclude(dataset=dataset).values_list(f"{owner}_id", flat=True)
        )

    def meets(self, record: r.OrganisationRecord | r.ServiceRecord | r.LocationRecord, digest: bytes) -> bool:
        """Whether the record was merged into one of ours: then it is noted, and nothing is written."""
        alias = self.aliases.get(record.external_id)
        if alias is None:
            return False
        if alias.digest == digest:
            self.report.counts[self.owner].unchanged += 1
        else:
            self.keep_ours(record.external_id)
            ExternalAlias.objects.filter(pk=alias.key).update(digest=digest)
        return True

    def keep_ours(self, external_id: str) -> None:
        """Say that a source has changed a record which was merged here."""
        self.report.counts[self.owner].kept += 1
        self.notes.add(say.KEPT_AS_MERGED(id=external_id), record=external_id, kind=self.owner)

    def still_listed(self, seen: set[str], refused: set[str]) -> set[uuid.UUID]:
        """Rows that some source names under the name of what was merged into them: they have not ended."""
        here = {alias.target for external, alias in self.aliases.items() if external in seen or external in refused}
        return here | self.listed_elsewhere

    def note_absent(self, seen: set[str], refused: set[str], today: date) -> None:
        """Remember which merged records the source no longer names, and which it names again."""
        there = {external for external in self.aliases if external in seen or external in refused}
        gone = [alias.key for external, alias in self.aliases.items() if external not in there and not alias.absent]
        back = [alias.key for external, alias in self.aliases.items() if external in there and alias.absent]
        ExternalAlias.objects.filter(pk__in=gone).update(absent_since=today)
        ExternalAlias.objects.filter(pk__in=back).update(absent_since=None)
