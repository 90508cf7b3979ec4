"""Erases what was promised to be erased: the retention of each model's declaration, history included."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pghistory.models
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction
from django.db.models import F
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.db.models.functions import Coalesce
from django.utils import timezone

from kesher.base.history import System, acting
from kesher.base.privacy import PersonalData, Retention, declaration, own_models

logger = logging.getLogger(__name__)

#: What stands in a context whose actor and reason have been erased.
ERASED = {"erased": True}
#: A context younger than this may belong to a transaction whose history is not yet to be seen.
SETTLED = timedelta(days=1)

#: Of a model: what is erased with its rows although no key of theirs says so. Given their keys and the database.
Along = Callable[[list[Any], str], Iterable[models.QuerySet[Any]]]
_along: dict[str, list[Along]] = defaultdict(list)


def goes_along(label: str) -> Callable[[Along], Along]:
    """Decorator: when rows of the model ``label`` are erased, so is what the function finds, with its history."""

    def register(find: Along) -> Along:
        _along[label].append(find)
        return find

    return register


def due(model: type[models.Model], now: datetime) -> models.QuerySet[models.Model]:
    """Rows of ``model`` whose time is over."""
    declared = declaration(model)
    if not (isinstance(declared, PersonalData) and isinstance(declared.retention, Retention)):
        return model._base_manager.none()
    return model._base_manager.filter(**{f"{declared.retention.after}__lt": now - declared.retention.keep})


def run(now: datetime | None = None) -> dict[str, int]:
    """Erase what is due; returns table name -> rows erased, rows that went along with others included.

    Works as the database's owner (``settings.RETENTION_DATABASE``): the application's role may not take rows out of
    logs, and sees no protected row that nobody named.
    """
    now = now or timezone.now()
    using = settings.RETENTION_DATABASE
    erased: Counter[str] = Counter()
    try:
        for model in own_models():
            erased += _erase_due(model, now, using)
        with transaction.atomic(using=using):
            erased["pghistory_context"] = _erase_contexts(now, using)
    finally:
        if using != DEFAULT_DB_ALIAS:
            connections[using].close()  # the owner's connection is open no longer than it is needed
    counted = {table: rows for table, rows in erased.items() if rows}
    if counted:
        logger.info("retention erased %s", counted)
    return counted


@contextmanager
def _erasing(using: str) -> Iterator[None]:
    """Ignoring triggers: the one place where append-only tables may lose rows."""
    with (
        transaction.atomic(using=using),
        acting(actor=System("retention"), reason="retention"),
        pgtrigger.ignore(),
    ):
        yield


def _erase_due(model: type[models.Model], now: datetime, using: str) -> Counter[str]:
    """What is due of one model, all at once. Where something that stays rests on one of the rows, one after the other: that one
    is logged and tried again the next night, and keeps nobody else's from being erased."""
    rows = due(model, now).using(using)
    erased: Counter[str] = Counter()
    try:
        with _erasing(using):
            erased += _erase(model, rows, using)
    except (ProtectedError, RestrictedError):
        for key in list(rows.values_list("pk", flat=True)):
            try:
                with _erasing(using):
                    erased += _erase(model, rows.filter(pk=key), using)
            except (ProtectedError, RestrictedError):
                logger.error(
                    "%s %s is due, and is not erased: something that stays rests on it", model._meta.label, key
                )
    with _erasing(using):
        if left := _erase_history_left_behind(model, now, using):
            erased[model.pgh_event_model._meta.db_table] += left  # type: ignore[attr-defined]
    return erased


def _erase(model: type[models.Model], rows: models.QuerySet[models.Model], using: str) -> Counter[str]:
    """Take these rows out, with what goes along and all their history; table name -> how many."""
    erased: Counter[str] = Counter()
    for other in _gone_along(model, rows, using):
        for kind, keys in _with_all_that_hangs_on(other, using).items():
            erased[kind._meta.db_table] += len(keys)
            _erase_history(kind, keys, using)
        other.delete()
    for kind, keys in _with_all_that_hangs_on(rows, using).items():
        erased[kind._meta.db_table] += len(keys)
        _erase_history(kind, keys, using)
    rows.delete()
    return erased


def _gone_along(model: type[models.Model], rows: models.QuerySet[Any], using: str) -> list[models.QuerySet[Any]]:
    """Found while the history that knows of it still stands."""
    if not (found := _along[model._meta.label]):
        return []
    keys = list(rows.values_list("pk", flat=True))
    return [query for find in found for query in find(keys, using)] if keys else []


def _with_all_that_hangs_on(rows: models.QuerySet[models.Model], using: str) -> dict[type[models.Model], set[Any]]:
    """The keys of the rows that go, and of those that Django deletes with them (memberships with their user)."""
    collector = Collector(using=using, origin=rows)
    collector.collect(rows)
    going: dict[type[models.Model], set[Any]] = defaultdict(set)
    for model, instances in collector.data.items():
        going[model] |= {instance.pk for instance in instances}
    for queryset in collector.fast_deletes:
        going[queryset.model] |= set(queryset.values_list("pk", flat=True))
    return going


def _erase_history(model: type[models.Model], keys: Iterable[object], using: str) -> None:
    """The history of an erased person is personal data too."""
    event_model = getattr(model, "pgh_event_model", None)
    if event_model is not None:
        event_model._base_manager.using(using).filter(pgh_obj_id__in=list(keys)).delete()
    # ... and so is that of what belonged to them and was deleted before them (a worry, with the file of its person)
    for relation in model._meta.related_objects:
        belonged = getattr(relation.related_model, "pgh_event_model", None)
        if belonged is not None and relation.on_delete is models.CASCADE:
            there = {f"{relation.field.name}__in": list(keys)}
            belonged._base_manager.using(using).filter(**there).delete()


def _erase_history_left_behind(model: type[models.Model], now: datetime, using: str) -> int:
    """What was deleted before its time (taken back by the person) ends its history when its own time would have come."""
    event_model, declared = getattr(model, "pgh_event_model", None), declaration(model)
    if event_model is None or not isinstance(declared, PersonalData) or not isinstance(declared.retention, Retention):
        return 0
    moment: Any = F("pgh_created_at")
    if declared.retention.after in {field.name for field in event_model._meta.concrete_fields}:
        moment = Coalesce(declared.retention.after, moment)
    history = event_model._base_manager.using(using).annotate(moment=moment)
    there = model._base_manager.filter(pk=models.OuterRef("pgh_obj_id"))
    over = history.filter(~models.Exists(there), moment__lt=now - declared.retention.keep)
    return int(over.delete()[0])


def _erase_contexts(now: datetime, using: str) -> int:
    """Who, why and in which request: gone with the last piece of history it explains, emptied when its time is over."""
    contexts = pghistory.models.Context._base_manager.using(using)
    orphans = contexts.filter(updated_at__lt=now - SETTLED)
    for model in apps.get_models():
        if issubclass(model, pghistory.models.Event) and not model._meta.proxy and model._meta.managed:
            of_context = model._base_manager.using(using).filter(pgh_context_id=models.OuterRef("pk"))
            orphans = orphans.exclude(models.Exists(of_context))
    gone, _per_model = orphans.delete()
    over = due(pghistory.models.Context, now).using(using).exclude(metadata=ERASED)
    return int(gone) + over.update(metadata=ERASED)
