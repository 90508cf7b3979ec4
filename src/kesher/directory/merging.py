"""The ledger of a merge: every change is made through it, written down before and after, and can be taken back exactly."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kesher.base.rows import acting_for
from kesher.directory.call_backs import may_lie_with
from kesher.directory.importing.rows import DETAILS
from kesher.directory.models import Phone

#: What does not tell one detail from another.
_OWN = frozenset({"id", "created_at", "updated_at"})


def plain(value: Any) -> Any:
    """A column's value as JSON keeps it."""
    match value:
        case uuid.UUID() | Decimal():
            return str(value)
        case date() | datetime() | time():
            return value.isoformat()
        case memoryview() | bytes():
            return bytes(value).hex()
    return value


class Stale(Exception):
    """A row has been changed since the merge. ``what`` names its kind, ``fields`` what differs."""

    def __init__(self, what: str, fields: list[str]) -> None:
        super().__init__(f"{what}: {', '.join(fields)}")
        self.what, self.fields = what, fields


class Ledger:
    """Makes changes and remembers them. ``snapshot``: JSON for :class:`Snapshot`."""

    def __init__(self) -> None:
        self._changed: dict[tuple[str, str], dict[str, list[Any]]] = {}
        self._added: list[dict[str, str]] = []
        self._removed: list[dict[str, Any]] = []
        self._became: dict[str, str] = {}
        self._brought: list[dict[str, Any]] = []

    @property
    def snapshot(self) -> dict[str, Any]:
        changed = [{"model": model, "id": key, "fields": fields} for (model, key), fields in self._changed.items()]
        return {
            "changed": changed,
            "added": self._added,
            "removed": self._removed,
            "became": self._became,
            "brought": self._brought,
        }

    def change(self, row: models.Model, **values: Any) -> None:
        """Set fields of a row, past its ``save``: nothing but these columns changes."""
        names = {field.name: field.attname for field in row._meta.concrete_fields}
        columns = {names[name]: getattr(value, "pk", value) for name, value in values.items()}
        label = (row._meta.label_lower, str(row.pk))
        for column, value in columns.items():
            now, then = plain(getattr(row, column)), plain(value)
            if now == then:
                continue
            fields = self._changed.setdefault(label, {})
            fields[column] = [fields.get(column, [now])[0], then]
            setattr(row, column, value)
        type(row)._base_manager.filter(pk=row.pk).update(**columns)

    def add(self, row: models.Model) -> None:
        """Save a new row."""
        row.save(force_insert=True)
        self._added.append({"model": row._meta.label_lower, "id": str(row.pk)})

    def remove(self, row: models.Model, *, became: models.Model | None = None) -> None:
        """Delete a row on which nothing hangs any more. ``became``: the one that stands for it from now on."""
        values = {field.attname: plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}
        count, __ = type(row)._base_manager.filter(pk=row.pk).delete()
        if count != 1:  # what a cascade takes along, nobody could put back
            raise ValueError(f"{count} rows would go with {row._meta.label_lower} {row.pk}")
        self._removed.append({"model": row._meta.label_lower, "values": values})
        if became is not None:
            self._became[str(row.pk)] = str(became.pk)

    def bring(
        self, rows: models.QuerySet[Any], column: str, kept: models.Model, *, organisations: Iterable[uuid.UUID]
    ) -> None:
        """Point rows that live on by themselves at ``kept``: an undo brings back those that are still there and were not
        brought further, whatever else became of them. ``organisations``: whose people see them (row-level security)."""
        seen_by = sorted(map(str, organisations))
        with acting_for(organisation_ids=map(uuid.UUID, seen_by)):
            before = defaultdict(list)
            for key, value in rows.order_by("pk").values_list("pk", column):
                before[str(value)].append(str(key))
            for value, keys in before.items():
                rows.model._base_manager.filter(pk__in=keys).update(**{column: kept.pk})
                self._brought.append(
                    {
                        "model": rows.model._meta.label_lower,
                        "column": column,
                        "ids": keys,
                        "before": value,
                        "after": str(kept.pk),
                        "organisations": seen_by,
                    }
                )

    def take(self, kept: models.Model, other: models.Model, names: Iterable[str]) -> None:
        """Give ``kept`` these fields of ``other``."""
        if values := {name: getattr(other, name) for name in names}:
            self.change(kept, **values)

    def changed_now(self, *rows: models.Model) -> None:
        """Machines that ask for what changed shall hear of it. Not in the ledger: an undo is a change, too."""
        for row in rows:
            type(row)._base_manager.filter(pk=row.pk).update(updated_at=timezone.now())

    def move_details(
        self, kept: models.Model, other: models.Model, owner: str, *, only: Iterable[type[models.Model]] | None = None
    ) -> None:
        """Give ``kept`` the details of ``other`` (those of some kinds) that it does not have word for word."""
        kinds = None if only is None else frozenset(only)
        for detail, column in DETAILS[type(kept)]:
            if kinds is not None and detail not in kinds:
                continue
            rows: Any = detail._base_manager
            here = {_said(row, column) for row in rows.filter(**{column: kept.pk})}
            for row in rows.filter(**{column: other.pk}).order_by("pk"):
                if (said := _said(row, column)) not in here:
                    here.add(said)
                    self.change(row, **{column.removesuffix("_id"): kept})


def _said(row: models.Model, owner: str) -> tuple[str, ...]:
    """All that a detail says; of a telephone, its number and extension, however it is described."""
    if isinstance(row, Phone):
        return (row.number, row.extension)
    return tuple(
        repr(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in _OWN and field.attname != owner
    )


class Snapshot:
    """What a ledger wrote down, to be put back."""

    def __init__(self, snapshot: Mapping[str, Any]) -> None:
        self._changed: list[dict[str, Any]] = snapshot["changed"]
        self._added: list[dict[str, str]] = snapshot["added"]
        self._removed: list[dict[str, Any]] = snapshot.get("removed", [])
        self._brought: list[dict[str, Any]] = snapshot.get("brought", [])

    def restore(self) -> None:
        """Put back every row that went and every changed column, and remove what was added.

        Raises :class:`Stale` and leaves the rest to the transaction when a row is gone or says something else than the merge
        left in it, or when somebody has put another in the place of one that went.
        """
        for item in reversed(self._removed):
            self._put_back(item)
        for item in self._changed:
            model: Any = apps.get_model(item["model"])
            row = model._base_manager.select_for_update(of=("self",)).filter(pk=item["id"]).first()
            if row is None:
                raise Stale(str(model._meta.verbose_name), [_("deleted")])
            names = {field.attname: field for field in model._meta.concrete_fields}
            differing = [
                str(names[column].verbose_name)
                for column, (__, after) in item["fields"].items()
                if plain(getattr(row, column)) != after
            ]
            if differing:
                raise Stale(str(model._meta.verbose_name), differing)
            values = {column: names[column].to_python(before) for column, (before, __) in item["fields"].items()}
            model._base_manager.filter(pk=row.pk).update(**values, updated_at=timezone.now())
        for added in self._added:
            model = apps.get_model(added["model"])
            count, __ = model._base_manager.filter(pk=added["id"]).delete()
            if not count:
                raise Stale(str(model._meta.verbose_name), [_("deleted")])
        for brought in self._brought:
            model = apps.get_model(brought["model"])
            with acting_for(organisation_ids=may_lie_with(*map(uuid.UUID, brought["organisations"]))):
                still = model._base_manager.filter(pk__in=brought["ids"], **{brought["column"]: brought["after"]})
                still.update(**{brought["column"]: brought["before"]})

    @staticmethod
    def _put_back(item: Mapping[str, Any]) -> None:
        model = apps.get_model(item["model"])
        columns = {field.attname: field for field in model._meta.concrete_fields}
        row = model(**{name: columns[name].to_python(value) for name, value in item["values"].items()})
        try:
            # A transaction of its own: the one around it must outlive a refusal by the database.
            with transaction.atomic():
                row.save(force_insert=True)
                connection.check_constraints()
        except IntegrityError as taken:
            raise Stale(str(model._meta.verbose_name), [_("entered anew")]) from taken
