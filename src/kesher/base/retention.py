"""Erases what was promised to be erased: the retention of each model's declaration, history included."""

import logging
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

from kesher.base.history import acting
from kesher.base.privacy import PersonalData, Retention, declaration, own_models

logger = logging.getLogger(__name__)


def due(model: type[models.Model], now: datetime) -> models.QuerySet[models.Model]:
    """Rows of ``model`` whose time is over."""
    declared = declaration(model)
    if not (isinstance(declared, PersonalData) and isinstance(declared.retention, Retention)):
        return model._base_manager.none()
    return model._base_manager.filter(**{f"{declared.retention.after}__lt": now - declared.retention.keep})


def run(now: datetime | None = None) -> dict[str, int]:
    """Erase what is due; returns table name -> rows erased.

    Works as the database's owner (``settings.RETENTION_DATABASE``): the application's role may not take rows out of
    logs, and sees no protected row that nobody named.
    """
    now = now or timezone.now()
    using = settings.RETENTION_DATABASE
    erased: dict[str, int] = {}
    for model in own_models():
        with transaction.atomic(using=using), acting(actor=None, reason="retention"):
            keys = list(due(model, now).using(using).values_list("pk", flat=True))
            if not keys:
                continue
            with pgtrigger.ignore():  # the one place where append-only tables may lose rows
                model._base_manager.using(using).filter(pk__in=keys).delete()
                _erase_history(model, keys, using)
            erased[model._meta.db_table] = len(keys)
    if erased:
        logger.info("retention erased %s", erased)
    return erased


def _erase_history(model: type[models.Model], keys: list[object], using: str) -> None:
    """The history of an erased person is personal data too."""
    event_model = getattr(model, "pgh_event_model", None)
    if event_model is not None:
        event_model._base_manager.using(using).filter(pgh_obj_id__in=keys).delete()
