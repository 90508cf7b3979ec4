"""Everything that is kept encrypted, brought under the newest key: rows, their history, and what else has registered.

    for line in rotate(apply=False): print(line)

Order of a change of keys: put the new key first in ``KESHER_FIELD_KEYS`` everywhere, start all processes anew, rotate until
nothing is left under an older key, then take the older key away. Blind indexes are made right on the way, whatever was
wrong with them. Nothing here adds history: the words are the same, only their cover is new.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pgtrigger
from cryptography.fernet import Fernet, InvalidToken
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Cast

from kesher.base.encrypted import Unreadable, blind_indexes, decrypt, encrypt, encrypted_fields, keys

ROWS_AT_A_TIME = 500


@dataclass(slots=True)
class Counted:
    """What was found in one table: how many texts, and of them under an older key, opened by no key, wrongly indexed."""

    table: str
    texts: int = 0
    older: int = 0
    unreadable: int = 0
    wrong_index: int = 0

    def __str__(self) -> str:
        return (
            f"{self.table}: {self.texts} texts, {self.older} under an older key, {self.wrong_index} wrongly indexed, "
            f"{self.unreadable} that no key opens"
        )


#: ``(apply) -> Counted`` of whoever keeps tokens elsewhere than in an EncryptedTextField.
Keeper = Callable[[bool], Counted]
_keepers: dict[str, Keeper] = {}


def also_rotates(name: str) -> Callable[[Keeper], Keeper]:
    """Decorator: what this function looks after is rotated, too."""

    def register(keeper: Keeper) -> Keeper:
        _keepers[name] = keeper
        return keeper

    return register


def rotate(*, apply: bool) -> Iterator[Counted]:
    """Look at every token and, with ``apply``, write what is not under the newest key anew. One line per table.

    Works as the database's owner: it must see every row, and change tokens in history, which only ever grows otherwise.
    It may be stopped and begun again: a few hundred rows at a time are written together.
    """
    keys()  # no key at all is said before anything is looked at
    for model in sorted(apps.get_models(), key=lambda model: model._meta.db_table):
        if encrypted_fields(model) and model._meta.managed and not model._meta.proxy:
            yield _rotate_table(model, apply=apply)
    for name in sorted(_keepers):
        yield _keepers[name](apply)


def is_under_newest(token: str) -> bool:
    """Whether the newest key wrote this token."""
    try:
        Fernet(keys()[0]).decrypt(token.encode())
    except InvalidToken:
        return False
    return True


def _rotate_table(model: type[models.Model], *, apply: bool) -> Counted:
    counted = Counted(model._meta.db_table)
    fields = [field.name for field in encrypted_fields(model)]
    raw = {f"raw_{name}": Cast(F(name), models.TextField()) for name in fields}
    indexes = [index.name for index in blind_indexes(model)]
    using, after = settings.RETENTION_DATABASE, None
    while True:
        with transaction.atomic(using=using), pgtrigger.ignore():
            rows: Any = model._base_manager.using(using).annotate(**raw).order_by("pk")
            if after is not None:
                rows = rows.filter(pk__gt=after)
            found = list(rows.values("pk", *raw, *indexes)[:ROWS_AT_A_TIME])
            for row in found:
                _rotate_row(model, row, fields, counted, apply=apply)
        if len(found) < ROWS_AT_A_TIME:
            return counted
        after = found[-1]["pk"]


def _rotate_row(
    model: type[models.Model], row: dict[str, Any], fields: list[str], counted: Counted, *, apply: bool
) -> None:
    texts: dict[str, str | None] = {}
    changes: dict[str, Any] = {}
    for name in fields:
        token: str | None = row[f"raw_{name}"]
        if not token:
            texts[name] = token
            continue
        counted.texts += 1
        try:
            texts[name] = text = decrypt(token)
        except Unreadable:
            counted.unreadable += 1
            continue
        if text.token is None:
            counted.older += 1
            changes[name] = Value(encrypt(text), output_field=models.TextField())
    for index in blind_indexes(model):
        if index.of in texts and row[index.name] != (right := index.digest(texts[index.of])):
            counted.wrong_index += 1
            changes[index.name] = right
    if apply and changes:
        # Only where the tokens are still those that were read: what somebody saved meanwhile is newer than ours.
        same = {f"raw_{name}": row[f"raw_{name}"] for name in fields}
        looked_at = model._base_manager.using(settings.RETENTION_DATABASE).annotate(
            **{name: Cast(F(name.removeprefix("raw_")), models.TextField()) for name in same}
        )
        for name, token in same.items():
            looked_at = looked_at.filter(**{name if token is not None else f"{name}__isnull": token or token is None})
        looked_at.filter(pk=row["pk"]).update(**changes)
