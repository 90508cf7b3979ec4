"""The history of a service, read from what the database's triggers kept: who, when, why, and field by field what."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import translation
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import User
from kesher.areas.models import Area
from kesher.base.history import VISITOR, user_in
from kesher.base.translated import TranslatedField, in_language
from kesher.directory.models import (
    Capacity,
    Contact,
    Cost,
    Link,
    Location,
    Phone,
    RequiredDocument,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceTerm,
    Term,
)
from kesher.www.front.services.hours import DAYS
from kesher.www.languages import language_name

MOST_ENTRIES = 50
MOST_ROWS = 400
PARTS: tuple[type[models.Model], ...] = (
    Phone, Contact, Link, Schedule, ServiceLanguage, Cost, RequiredDocument, Capacity, ServiceArea, ServiceTerm,
    ServiceAtLocation,
)  # fmt: skip
#: Parts whose own name says too little to a reader, and those that are shown by the name of what they point to.
CALLED: Mapping[type[models.Model], Promise] = {
    Contact: gettext_lazy("Whom to ask"),
    Link: gettext_lazy("Further web addresses"),
    Capacity: gettext_lazy("Places free"),
    ServiceArea: gettext_lazy("Where one must live"),
    ServiceTerm: gettext_lazy("Theme"),
    ServiceAtLocation: gettext_lazy("Where"),
}
POINTS_AT: Mapping[type[models.Model], str] = {ServiceTerm: "term_id", ServiceAtLocation: "location_id"}

#: Codes written by the verbs of ``directory.editing``, in words. Any other reason is in somebody's own words.
REASONS: Mapping[str, str | Promise] = {
    "create": gettext_lazy("Written"),
    "change": gettext_lazy("Changed"),
    "confirm": gettext_lazy("Confirmed: still right"),
    "publish": gettext_lazy("Published"),
    "restore": gettext_lazy("Put back"),
    "reopen": gettext_lazy("Taken out of the archive"),
    "register": gettext_lazy("Written"),
    "demo town": gettext_lazy("Written"),
    "merged duplicate": gettext_lazy("Merged with a double"),
}
#: What an import writes before the name of its list.
IMPORT = "import "
LEFT_OUT = {
    "id",
    "created_at",
    "updated_at",
    "updated",
    "digest",
    "external_id",
    "dataset",
    "edited_here",
    "last_modified",
}
#: What goes without saying: every week, a telephone one speaks into. Anything else is shown.
ORDINARY: Mapping[str, str | int] = {"freq": "WEEKLY", "interval": 1, "type": "voice"}


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it became; ``language`` of the words, or ""."""

    label: str
    before: str
    after: str
    language: str = ""


@dataclass(slots=True)
class Entry:
    """Everything that was done together."""

    at: datetime
    what: str
    reason: str
    who: str
    changes: list[Change] = field(default_factory=list)


def history_of(service: Service, *, names_may_be_seen: bool) -> list[Entry]:
    """The latest entries first. A fixed number of queries: one per table, one for the names.

    ``names_may_be_seen``: whether the reader is of the organisation; others learn that somebody acted, not who.
    """
    rows: list[tuple[Any, type[models.Model]]] = []
    models_read: tuple[type[models.Model], ...] = (Service, *PARTS)
    for model in models_read:
        kept: Any = model._meta.get_field("history").related_model  # the events of pghistory
        of = {"pgh_obj_id": service.pk} if model is Service else {"service_id": service.pk}
        events = kept.objects.filter(**of).select_related("pgh_context").order_by("-pgh_id")[:MOST_ROWS]
        rows += [(event, model) for event in events]
    rows += _hours_at_places(rows)
    rows.sort(key=lambda row: (row[0].pgh_created_at, row[0].pgh_id))
    actors = {_actor(event) for event, _model in rows} - {None}
    users = User.objects.in_bulk(list(actors)) if names_may_be_seen else {}
    named = _names_behind(rows)
    last: dict[tuple[type[models.Model], UUID], Any] = {}
    entries: dict[Any, Entry] = {}
    for event, model in rows:
        key = event.pgh_context_id or event.pgh_created_at
        entry = entries.get(key)
        if entry is None:
            entry = entries[key] = _entry(event, users, names_may_be_seen)
        if model is Service and event.pgh_label == "insert" and not entry.reason:
            entry.what = _("Written")
        before = last.get((model, event.pgh_obj_id))
        if model is Service:
            entry.changes += _changes_of_service(before, event)
        else:
            entry.changes += _changes_of_part(model, before, event, named)
        last[model, event.pgh_obj_id] = event
    shown = [entry for entry in entries.values() if entry.changes or entry.reason]
    return list(reversed(shown))[:MOST_ENTRIES]


def _hours_at_places(rows: Iterable[tuple[Any, type[models.Model]]]) -> list[tuple[Any, type[models.Model]]]:
    """What changed in the hours at the places where the service is, or was."""
    sites = {event.pgh_obj_id for event, model in rows if model is ServiceAtLocation}
    kept: Any = Schedule._meta.get_field("history").related_model
    events = kept.objects.filter(service_at_location_id__in=sites).select_related("pgh_context")
    return [(event, Schedule) for event in events.order_by("-pgh_id")[:MOST_ROWS]]


def _actor(event: Any) -> UUID | None:
    return user_in((event.pgh_context.metadata if event.pgh_context else {}).get("actor"))


def _entry(event: Any, users: Mapping[UUID, User], names_may_be_seen: bool) -> Entry:
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    reason = str(metadata.get("reason", ""))
    actor = _actor(event)
    if metadata.get("erased"):
        who = _("no longer known")
    elif str(metadata.get("actor") or "").startswith(VISITOR):
        who = _("somebody without an account")
    elif actor is None:
        who = _("the portal itself")
    elif not names_may_be_seen:
        who = _("somebody with the right to")
    else:
        user = users.get(actor)
        who = user.name if user and user.name else _("somebody without a name")
    known: str | Promise | None = REASONS.get(reason)
    if reason.startswith(IMPORT):
        known = _("Brought in with the list “%(list)s”") % {"list": reason.removeprefix(IMPORT)}
    what = str(known) if known else _("Changed")
    return Entry(at=event.pgh_created_at, what=what, reason="" if known else reason, who=who)


def _changes_of_service(before: Any, event: Any) -> Iterable[Change]:
    for column in Service._meta.concrete_fields:
        if column.name in LEFT_OUT:
            continue
        old = getattr(before, column.attname) if before is not None else None
        new = getattr(event, column.attname)
        if isinstance(column, TranslatedField):
            yield from _changes_of_words(_label(column), old or {}, new or {})
        elif before is not None and old != new:
            yield Change(_label(column), _shown(column, old), _shown(column, new))


def _changes_of_words(label: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterable[Change]:
    for language in sorted({*old, *new}):
        if old.get(language, "") != new.get(language, ""):
            yield Change(label, old.get(language, ""), new.get(language, ""), language)


def _names_behind(rows: Iterable[tuple[Any, type[models.Model]]]) -> dict[UUID, str]:
    """What the terms, areas and locations that rows point to are called: three queries."""
    terms = {event.term_id for event, model in rows if model is ServiceTerm}
    locations = {event.location_id for event, model in rows if model is ServiceAtLocation}
    language = translation.get_language() or "en"
    named = {term.pk: in_language(term.name, language).text for term in Term.objects.filter(pk__in=terms)}
    areas = {event.area_id for event, model in rows if model is ServiceArea} - {None}
    named |= {area.pk: in_language(area.name, language).text for area in Area.objects.filter(pk__in=areas)}
    for location in Location.objects.filter(pk__in=locations).prefetch_related("addresses"):
        called = [in_language(location.name, language).text, *(str(address) for address in location.addresses.all())]
        named[location.pk] = ", ".join(part for part in called if part)
    return named


def _changes_of_part(model: type[models.Model], before: Any, event: Any, named: Mapping[UUID, str]) -> Iterable[Change]:
    label = str(CALLED.get(model) or model._meta.verbose_name)
    now, then = (_in_short(model, row, named) if row is not None else "" for row in (event, before))
    if event.pgh_label == "delete":
        yield Change(label, now, "")
    elif event.pgh_label == "insert" or now != then:
        yield Change(label, "" if event.pgh_label == "insert" else then, now)


def _in_short(model: type[models.Model], event: Any, named: Mapping[UUID, str]) -> str:
    """The row in one line."""
    if model in POINTS_AT:
        return named.get(getattr(event, POINTS_AT[model]), "")
    if model is ServiceArea and event.area_id:
        return named.get(event.area_id, "")
    parts = []
    for column in model._meta.concrete_fields:
        if column.name in LEFT_OUT or column.is_relation:
            continue
        value = getattr(event, column.attname)
        if value not in (None, "", {}, []) and ORDINARY.get(column.name) != value:
            parts.append(_said(model, column, value))
    return " · ".join(parts) or str(CALLED.get(model) or model._meta.verbose_name)


def _said(model: type[models.Model], column: Any, value: Any) -> str:
    """A value of a part, its codes in words: days of the week, languages."""
    if column.name == "byday":
        names = dict(zip(DAYS, WEEKDAYS.values(), strict=True))
        return ", ".join(str(names.get(day, day)) for day in str(value).split(","))
    if model is ServiceLanguage and column.name == "code":
        return language_name(str(value))
    if model is Phone and column.name == "languages":
        return ", ".join(language_name(code) for code in value)
    return _shown(column, value)


def _label(column: Any) -> str:
    return str(column.verbose_name)


def _shown(column: Any, value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, Mapping):
        return " / ".join(str(text) for text in value.values())
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    base = getattr(column, "base_field", column)
    names = dict(base.flatchoices or ())
    if isinstance(value, list):
        return ", ".join(str(names.get(one, one)) for one in value)
    if hasattr(value, "strftime") and hasattr(value, "hour") and not hasattr(value, "year"):
        return str(value.strftime("%H:%M"))
    return str(names.get(value, value)) if not isinstance(value, dict) else json.dumps(value, ensure_ascii=False)
