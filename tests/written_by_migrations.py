"""What migrations wrote is there again after a test that emptied every table, whichever tests come first."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

#: The first texts of consents, as a fresh database has them.
_texts: list[Any] = []


def keep() -> None:
    """Of a database just made; from now on Django's own emptying writes it again, too."""
    from kesher.people.models import ConsentText

    _texts[:] = ConsentText.objects.order_by("pk")
    assert _texts
    post_migrate.connect(_emptied, dispatch_uid="tests")


def write_again() -> None:
    """Nothing where it is there still."""
    from kesher.base.history import System, acting
    from kesher.people.models import ConsentText

    if not ConsentText.objects.exists():
        with acting(actor=System("tests"), reason="what migrations wrote"):
            ConsentText.objects.bulk_create(_texts)


def _emptied(sender: AppConfig, **kwargs: object) -> None:
    if sender.label == "people":
        write_again()
