"""Organisations, programmes, locations, services: what is new, changed, as before, gone."""

import hashlib
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.directory.importing import say
from kesher.directory.importing.fit import Fitter
from kesher.directory.importing.merged import Merged
from kesher.directory.importing.notes import Notes
from kesher.directory.importing.places import AreaFinder
from kesher.directory.importing.report import Report
from kesher.directory.importing.rows import COLUMNS, DETAILS, Row, RowMaker
from kesher.directory.importing.sink import Sink, delete_details, update_rows
from kesher.directory.importing.tidy import Say, tidy_organisation, tidy_service
from kesher.directory.models import (
    Contact,
    Dataset,
    Location,
    OrganisationProfile,
    Phone,
    Programme,
    Service,
    ServiceAtLocation,
)
from kesher.formats import records as r
from kesher.formats.records import Refusal
from kesher.formats.remarks import Said

#: What an update leaves alone: the key's companions, and what belongs to this portal and not to the source.
NEVER_UPDATED: dict[type[models.Model], frozenset[str]] = {
    Organisation: frozenset({"created_at", "kind", "state", "sensitive", "sensitive_why"}),
    OrganisationProfile: frozenset({"created_at", "dataset_id", "external_id", "organisation_id"}),
    Programme: frozenset({"created_at", "dataset_id", "external_id"}),
    Location: frozenset({"created_at", "dataset_id", "external_id"}),
    Service: frozenset({"created_at", "dataset_id", "external_id", "check_every_months", "edited_here"}),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A record of this dataset that is here already."""

    key: uuid.UUID
    digest: bytes | None
    profile: uuid.UUID | None = None
    state: str = ""
    absent: bool = False
    edited_here: bool = False
    check_every_months: int = 6


def digest_of(record: r.Record, *links: uuid.UUID | None) -> bytes:
    """16 bytes that change when anything read, or anything it points at here, changes."""
    # Whose words they are came later: what says nothing of it has the digest it had.
    unsaid = {name for name in ("human_languages", "machine_languages") if not getattr(record, name, ())}
    digest = hashlib.blake2b(record.model_dump_json(exclude=unsaid).encode(), digest_size=16)
    for link in links:
        digest.update(link.bytes if link else b"-")
    return digest.digest()


def both_said(sites: Sequence[r.ServiceAtLocationRecord]) -> r.ServiceAtLocationRecord:
    """The first, with what only the others say of telephones, contacts and areas; hours and words where it has none.

    A location named twice in one record says nothing new the second time, unless it is two that were merged.
    """
    first, *others = sites
    for other in others:
        if other.location_id == first.location_id:
            continue
        added = {
            name: (*getattr(first, name), *(one for one in getattr(other, name) if one not in getattr(first, name)))
            for name in ("phones", "contacts", "areas")
        }
        first = first.model_copy(
            update={
                **added,
                "schedules": first.schedules or other.schedules,
                "description": first.description or other.description,
            }
        )
    return first


class Import:
    """One import under way. Call the four kinds in order, then :meth:`close`."""

    def __init__(
        self,
        dataset: Dataset,
        terms: dict[tuple[str, str], uuid.UUID],
        report: Report,
        notes: Notes,
        areas: AreaFinder,
        *,
        now: datetime,
        progress: Callable[[str, int], object] | None = None,
    ) -> None:
        self.dataset, self.terms, self.report, self.notes, self.now = dataset, terms, report, notes, now
        self.today: date = timezone.localdate(now)
        self.progress = progress or (lambda what, count: None)
        self.touched: list[uuid.UUID] = []
        self._sink = Sink(COLUMNS)
        self._fitter = Fitter(COLUMNS)
        self._rows = RowMaker(self._put, now=now, dataset_id=dataset.pk)
        self._areas = areas
        self._updates: dict[type[models.Model], list[Row]] = {}
        self._cleared: dict[type[models.Model], list[uuid.UUID]] = {}
        self._organisations: dict[str, uuid.UUID] = {}
        self._programmes: dict[str, uuid.UUID] = {}
        self._locations: dict[str, uuid.UUID] = {}
        self._services: dict[str, Known] = {}
        self._merged = Merged(dataset, "service", report, notes)
        self._merged_places = Merged(dataset, "location", report, notes)
        self._sites_there: set[uuid.UUID] = set()
        self._seen: set[str] = set()
        self._updated = 0

    # --- the four kinds --------------------------------------------------------------------------------------------

    def organisations(self, records: Iterable[r.OrganisationRecord]) -> None:
        known = {
            external: Known(organisation, _bytes(digest), profile=profile)
            for external, organisation, digest, profile in OrganisationProfile.objects.filter(
                dataset=self.dataset
            ).values_list("external_id", "organisation_id", "digest", "pk")
            if external is not None
        }
        merged = Merged(self.dataset, "organisation", self.report, self.notes)
        self._organisations = {external: row.key for external, row in known.items()}
        self._organisations |= {external: alias.target for external, alias in merged.aliases.items()}
        children: list[tuple[uuid.UUID, str]] = []
        for read in self._each(records, "organisation"):
            record = tidy_organisation(read, self._sayer(read))
            digest = digest_of(record)
            here = known.get(record.external_id)
            if merged.meets(record, digest):
                continue
            if here and here.key in merged.kept and here.digest != digest:
                merged.keep_ours(record.external_id)
                continue
            if not self._is_news("organisation", here, digest):
                continue
            key = here.key if here else self._rows._dated()[0]
            profile = here.profile if here and here.profile else self._rows._dated()[0]
            self._organisations[record.external_id] = key
            if record.parent_id:
                children.append((key, record.parent_id))
            self._write(Organisation, self._rows.organisation(key, record, parent=None), here)
            self._write(OrganisationProfile, self._rows.profile(profile, key, record, digest), here)
            self._rows.details_of_organisation(key, record)
            self._flush_when_full()
        self._flush()
        for key, parent in children:  # afterwards: a department may stand before its body in the file
            above = self._organisations.get(parent)
            if above and above != key:
                Organisation.objects.filter(pk=key).update(parent=above)

    def programmes(self, records: Iterable[r.ProgrammeRecord]) -> None:
        known = self._known(Programme)
        self._programmes = {external: row.key for external, row in known.items()}
        for record in self._each(records, "programme"):
            organisation = self._organisations.get(record.organisation_id or "")
            digest = digest_of(record, organisation)
            here = known.get(record.external_id)
            if not self._is_news("programme", here, digest):
                continue
            key = here.key if here else self._rows._dated()[0]
            self._programmes[record.external_id] = key
            self._write(Programme, self._rows.programme(key, record, digest, organisation=organisation), here)
            self._flush_when_full()
        self._flush()

    def locations(self, records: Iterable[r.LocationRecord]) -> None:
        known = self._known(Location)
        # The row under the source's own name, merged or not: what a service's digest is of. Where it is, ``_place`` says.
        self._locations = {external: row.key for external, row in known.items()}
        merged = self._merged_places
        meant = {alias.target for alias in merged.aliases.values()}
        self._sites_there = set(ServiceAtLocation.objects.filter(location__in=meant).values_list("pk", flat=True))
        for record in self._each(records, "location"):
            organisation = self._organisations.get(record.organisation_id or "")
            area = self._areas.of_location(record)
            for address in record.addresses:
                if address.city and not self._areas.is_known(address.city):
                    self.notes.unknown_town(address.city, record.external_id)
            digest = digest_of(record, organisation, area)
            here = known.get(record.external_id)
            if merged.meets(record, digest):
                continue
            if here and here.key in merged.kept and here.digest != digest:
                merged.keep_ours(record.external_id)
                continue
            if not self._is_news("location", here, digest):
                continue
            key = here.key if here else self._rows._dated()[0]
            self._locations[record.external_id] = key
            row = self._rows.location(key, record, digest, organisation=organisation, area=area)
            self._write(Location, row, here)
            self._rows.details_of_location(key, record)
            self._flush_when_full()
        self._flush()

    def services(self, records: Iterable[r.ServiceRecord]) -> None:
        self._services = {
            external: Known(key, _bytes(digest), None, state, absent is not None, edited, months)
            for external, key, digest, state, absent, edited, months in Service.objects.filter(
                dataset=self.dataset
            ).values_list("external_id", "pk", "digest", "state", "absent_since", "edited_here", "check_every_months")
            if external is not None
        }
        self._merged = Merged(self.dataset, "service", self.report, self.notes)
        for external in self._merged.aliases:  # what was merged is not ours to change, nor to close
            self._services.pop(external, None)
        self.known_open = sum(not known.absent for known in self._services.values())
        self._seen = set()
        for record in self._each(records, "service", self._seen):
            self._service(tidy_service(record, self._sayer(record)))
            self._flush_when_full()
        self._flush()

    def _service(self, record: r.ServiceRecord) -> None:
        organisation = self._organisations.get(record.organisation_id or "")
        programme = self._programmes.get(record.programme_id or "")
        # Under the source's names: a merge of locations here is no change there.
        places = [self._locations.get(site.location_id) for site in record.at_locations]
        digest = digest_of(record, organisation, programme, *places, *self._changing_terms(record))
        here = self._services.get(record.external_id)
        if self._merged.meets(record, digest):
            return
        self._note_unknown(record)
        if here and here.key in self._merged.kept and not here.absent and here.digest != digest:
            self._merged.keep_ours(record.external_id)
            return
        if here and here.absent:
            self.report.counts["service"].changed += 1
        elif here and here.edited_here and here.digest != digest:
            self._keep_ours(record)
            return
        elif not self._is_news("service", here, digest):
            return
        key = here.key if here else self._rows._dated()[0]
        self.touched.append(key)
        row = self._rows.service(key, record, digest, organisation=organisation, programme=programme)
        self._write(Service, self._as_decided_here(row, here), here)
        self._rows.details_of_service(key, record, terms=self.terms, area_of=self._areas.of_record)
        for pair, location, site in self._sites(key, record):
            self._rows.at_location(pair, key, location, site, self._areas.of_record)

    def _sites(
        self, service: uuid.UUID, record: r.ServiceRecord
    ) -> Iterator[tuple[uuid.UUID, uuid.UUID, r.ServiceAtLocationRecord]]:
        """The places of a service: key of the pair, key of the location, and what is said of the service there.

        A location that was merged is the one it became. Where the source names both, the service is there once, and all
        that either says is said of it.
        """
        found: dict[uuid.UUID, list[tuple[uuid.UUID, r.ServiceAtLocationRecord]]] = {}
        for site in record.at_locations:
            own = self._locations.get(site.location_id)
            alias = self._merged_places.aliases.get(site.location_id)
            if own is None and alias is None:
                continue
            location = alias.target if alias else own
            assert location is not None
            # The pair's key follows from the two under the source's names, so that it stays the same when the service is
            # written anew, and when the location is merged and parted again.
            found.setdefault(location, []).append((uuid.uuid5(service, str(own or location)), site))
        for location, sites in found.items():
            # The key that stands already: an undo of the merge looks for it.
            keys = [pair for pair, _ in sites]
            standing = [pair for pair in keys if pair in self._sites_there]
            yield (standing or keys)[0], location, both_said([site for _, site in sites])

    # --- what is gone ----------------------------------------------------------------------------------------------

    known_open = 0

    def gone(self, *, refused: set[str]) -> list[uuid.UUID]:
        """Open services of the dataset that the source names no more. One that was refused is there, only unread."""
        listed = self._merged.still_listed(self._seen, refused)
        self._merged.note_absent(self._seen, refused, self.today)
        return [
            known.key
            for external, known in self._services.items()
            if external not in self._seen and external not in refused and not known.absent and known.key not in listed
        ]

    def close(self, keys: list[uuid.UUID]) -> None:
        """Archive them; they come back by themselves when the source names them again."""
        if keys:
            Service.objects.filter(pk__in=keys).update(
                state=Service.State.ARCHIVED, absent_since=self.today, updated_at=self.now
            )
            self.touched.extend(keys)
            self._updated += len(keys)
        self.report.counts["service"].closed += len(keys)

    @property
    def rows_written(self) -> int:
        return self._sink.written + self._updated

    # --- helpers ---------------------------------------------------------------------------------------------------

    def _sayer(self, record: r.OrganisationRecord | r.ServiceRecord) -> Say:
        """A function that notes what was left out of this record."""

        kind = "service" if isinstance(record, r.ServiceRecord) else "organisation"

        def noted(field: str, said: Said) -> None:
            self.notes.add(said, field=field, record=record.external_id, kind=kind)

        return noted

    def _known(self, model: type[Any]) -> dict[str, Known]:
        rows = model.objects.filter(dataset=self.dataset).values_list("external_id", "pk", "digest")
        return {external: Known(key, _bytes(digest)) for external, key, digest in rows if external is not None}

    def cut_values(self) -> list[Refusal]:
        """What was too long for its place, once per column."""
        once = Counter((model, name, limit) for model, name, limit in self._fitter.cut)
        return [
            Refusal(
                self.report.file_name,
                None,
                f"{model._meta.model_name}.{name}",
                say.CUT(count=count, limit=limit),
                fatal=False,
            )
            for (model, name, limit), count in once.items()
        ]

    def _each(self, records: Iterable[Any], kind: str, seen: set[str] | None = None) -> Iterable[Any]:
        """The records, each external id once, with progress."""
        seen = set() if seen is None else seen
        for number, record in enumerate(records, 1):
            if record.external_id in seen:
                twice = say.RECORD_TWICE(id=record.external_id)
                self.notes.add(twice, field="id", record=record.external_id, kind=kind)
                continue
            seen.add(record.external_id)
            if number % 1000 == 0:
                self.progress(kind, number)
            yield record

    def _is_news(self, kind: str, here: Known | None, digest: bytes) -> bool:
        counts = self.report.counts[kind]
        if here is None:
            counts.created += 1
        elif here.digest != digest:
            counts.changed += 1
        else:
            counts.unchanged += 1
            return False
        return True

    def _as_decided_here(self, row: Row, here: Known | None) -> Row:
        """A service that a moderator suspended stays suspended, whatever its source says."""
        if here is None or here.absent or here.state == Service.State.PUBLISHED:
            return row
        at = COLUMNS[Service].index("state")
        return (*row[:at], here.state, *row[at + 1 :])

    def _keep_ours(self, record: r.ServiceRecord) -> None:
        self.report.counts["service"].kept += 1
        self.notes.add(say.KEPT_AS_EDITED(id=record.external_id), record=record.external_id)

    def _changing_terms(self, record: r.ServiceRecord) -> list[uuid.UUID | None]:
        """Terms that may be others, or here at last, when the same file is loaded again: a reason to write it anew."""
        themes = self.notes.themes
        names = [(ref.taxonomy, ref.code) for ref in record.terms]
        return [self.terms.get(name) for name in names if name in themes.same or name not in self.terms]

    def _note_unknown(self, record: r.ServiceRecord) -> None:
        """Areas and terms that are not here are said at every reading, also of a service that has not changed."""
        for area in (*record.areas, *(area for site in record.at_locations for area in site.areas)):
            if self._areas.of_record(area) is None:
                self.notes.unknown_area(area, record.external_id)
        for ref in record.terms:
            if (ref.taxonomy, ref.code) not in self.terms or self.notes.themes.is_unknown(ref):
                self.notes.unknown_term(ref, record.external_id)

    def _put(self, model: type[models.Model], row: Row) -> None:
        self._sink.add(model, self._fitter.fit(model, row))

    def _write(self, model: type[models.Model], row: Row, here: Known | None) -> None:
        if here is None:
            self._put(model, row)
            return
        self._updates.setdefault(model, []).append(self._fitter.fit(model, row))
        if model in DETAILS:
            self._cleared.setdefault(model, []).append(row[0])

    def _flush_when_full(self) -> None:
        if self._sink.is_full or sum(map(len, self._updates.values())) >= 5_000:
            self._flush()

    def _flush(self) -> None:
        """Empty the changed owners' details, update the owners, then write what is new."""
        for model, keys in self._cleared.items():
            self._clear(model, keys)
        for model, rows in self._updates.items():
            columns = COLUMNS[model]
            keep = [place for place, column in enumerate(columns) if column not in NEVER_UPDATED[model]]
            update_rows(
                model._meta.db_table,
                [columns[place] for place in keep],
                [tuple(row[place] for place in keep) for row in rows],
            )
            self._updated += len(rows)
        self._cleared.clear()
        self._updates.clear()
        self._sink.flush()

    @staticmethod
    def _clear(model: type[models.Model], keys: list[uuid.UUID]) -> None:
        if model is Service:
            pairs = list(ServiceAtLocation.objects.filter(service__in=keys).values_list("pk", flat=True))
            _clear_phones_of_contacts("service_at_location", pairs)
            delete_details(DETAILS[ServiceAtLocation], pairs)
            delete_details(((ServiceAtLocation, "id"),), pairs)
        _clear_phones_of_contacts(model._meta.model_name or "", keys)
        delete_details(DETAILS[model], keys)


def _clear_phones_of_contacts(owner: str, keys: list[uuid.UUID]) -> None:
    contacts = list(Contact.objects.filter(**{f"{owner}__in": keys}).values_list("pk", flat=True))
    delete_details(((Phone, "contact_id"),), contacts)


def _bytes(value: Any) -> bytes | None:
    return None if value is None else bytes(value)
