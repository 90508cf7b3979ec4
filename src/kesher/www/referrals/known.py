"""What a file says in the words of the directory's rules, and where each comes from: on a person's page, and on their own."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.transitions import Actor
from kesher.people.models import Person
from kesher.referrals.known import known_of
from kesher.www.caseworker.people import panels
from kesher.www.rule_words.values import said


def rows_of(person: Person) -> list[dict[str, Any]]:
    """In words, in the reader's language."""
    return [
        {"fact": path, "words": said(path, known.value), "source": known.source, "on": known.on}
        for path, known in sorted(known_of(person).items())
    ]


def context(person: Person, user: User, by: Actor) -> Mapping[str, Any] | None:
    rows = rows_of(person)
    return {"rows": rows} if rows else None


def register() -> None:
    panels.register(panels.Panel("known", 60, _("What conditions are held against"), "referrals/known.html", context))
