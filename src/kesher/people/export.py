"""All that stands in a person's file, as data: to take along (Regulation (EU) 2016/679, articles 15 and 20).

Every model of every room that says it belongs to the file and is exported is there: what its declaration calls personal,
under the names of the fields, with what each is. Whatever a room adds later is there without a line here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from kesher.accounts.models import Organisation
from kesher.base.encrypted import BlindIndexField
from kesher.base.privacy import PersonalData, declaration
from kesher.people import looks
from kesher.people.models import Person

#: Found again by the first and the last, let in by the second: nothing that anybody said, and nothing to hand out. By the
#: third one would read the name of a mentor's account, who told only how to call them.
_NOT_SAID = frozenset({"name_keys", "password", "mentor_user_id", "digest"})


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the file: its label, what it is called, and its rows."""

    model: type[models.Model]
    rows: list[models.Model]

    def fields(self) -> list[Any]:
        """What is personal in it and was said by or about the person."""
        declared = declaration(self.model)
        assert isinstance(declared, PersonalData)
        return [
            field
            for field in self.model._meta.concrete_fields
            if (field.name in declared.fields or field.name in ("organisation", "state"))
            and not isinstance(field, BlindIndexField)
            and field.name not in _NOT_SAID | {"person"}
        ]


def _theirs(model: type[models.Model], person: Person) -> models.QuerySet[Any]:
    """What the person themselves may read: an organisation's private note or an unsent referral is not of their file."""
    everything = model._default_manager.all()
    if person.user is None or not hasattr(everything, "visible_to"):
        return everything
    visible: models.QuerySet[Any] = everything.visible_to(person.user)
    return visible


def parts_of(person: Person) -> Iterator[Part]:
    """The file itself, then each table with rows of it, in a fixed order."""
    yield Part(Person, [person])
    for model in sorted(apps.get_models(), key=lambda one: one._meta.label):
        declared = declaration(model)
        if hasattr(model, "pgh_tracked_model") or not isinstance(declared, PersonalData) or not declared.export:
            continue
        try:
            field = model._meta.get_field("person")
        except FieldDoesNotExist:
            continue  # not a part of a file
        if field.related_model is Person:
            rows = list(_theirs(model, person).filter(person=person).order_by("pk"))
            if rows:
                yield Part(model, rows)


def as_data(person: Person) -> dict[str, Any]:
    """What :mod:`json` can write: parts by label, and who looked."""
    found: dict[str, Any] = {"format": "kesher-person-file", "version": 1}
    for part in parts_of(person):
        declared = declaration(part.model)
        assert isinstance(declared, PersonalData)
        found[part.model._meta.label] = {
            "purpose": declared.purpose,
            "used": {
                field.name: [str(use) for use in declared.uses[field.name]]
                for field in part.fields()
                if field.name in declared.uses
            },
            "rows": [
                {"created_at": plain(getattr(row, "created_at", None))}
                | {field.name: plain(field.value_from_object(row)) for field in part.fields()}
                for row in part.rows
            ],
        }
    found["who_looked"] = list(_looks_in_words(person))
    return found


def _looks_in_words(person: Person) -> Iterator[dict[str, Any]]:
    """Who looked, as one reads it without us: what the organisation is called, and as what they looked."""
    log = list(looks.everything(person))
    roles = looks.roles_at(log)
    keys = {one.organisation_id for one in log if one.organisation_id}
    names = dict(Organisation.objects.filter(pk__in=keys).order_by("pk").values_list("pk", "name"))
    for one in log:
        yield {
            "at": plain(one.at),
            "organisation": plain(one.organisation_id),
            "organisation_name": names.get(one.organisation_id, {}) if one.organisation_id else {},
            "roles": list(roles[one.pk]),
            "purpose": one.purpose,
        }


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, str):
        return str(value)
    return value
