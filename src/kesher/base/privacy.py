"""What personal data a model holds, why, how long, and whether the person may take it along.

Every model of ours carries ``privacy = ...``; a test walks them all, and a field without a word here fails it. The
privacy page and the record of processing activities (GDPR article 30) are written from these declarations.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from django.apps import apps
from django.db import models


class LegalBasis(StrEnum):
    """Article 6(1) of the GDPR; Israel's Protection of Privacy Law rests on consent or law in the same terms."""

    CONSENT = "consent"
    CONTRACT = "contract"
    LEGAL_OBLIGATION = "legal obligation"
    PUBLIC_TASK = "public task"
    LEGITIMATE_INTEREST = "legitimate interest"


class Use(StrEnum):
    """What one field of a person's file is used for. Whoever wants it for anything else names a new one here first."""

    KNOW = "to know whose it is, and not to take one person for another"
    REACH = "to reach somebody, safely and in a language they speak"
    OPEN = "to show the file to those who may see it, and to nobody else"
    HELP = "to find services and rights that fit"
    WORK = "to find work or learning that fits"
    STEP = "to agree what comes next, and follow it to its end"
    REFER = "to ask one service, and hear what came of it"
    MEET = "to meet, with somebody who interprets"
    MENTOR = "to bring two people together, and see how it goes"
    LEARN = "to learn at a workplace"
    SAFE = "to keep people safe, children first"
    PROVE = "to show later who agreed, said or decided what, and when"
    ANSWER = "to answer a complaint"


def used(**by_use: str) -> dict[str, tuple[Use, ...]]:
    """``used(REACH="phone email", KNOW="called phone")``: each field's uses, in the order of :class:`Use`."""
    found: dict[str, set[Use]] = {}
    for use, fields in by_use.items():
        for name in fields.split():
            found.setdefault(name, set()).add(Use[use])
    return {name: tuple(use for use in Use if use in uses) for name, uses in found.items()}


@dataclass(frozen=True, slots=True)
class Retention:
    """Rows are erased ``keep`` after the moment in field ``after`` (NULL there = the row stays).

    ``sooner`` says in words what may end them earlier.
    """

    after: str
    keep: timedelta
    sooner: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """No end of its own: the row lives as long as what ``reason`` names, and goes with it."""

    reason: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """The declaration of a model that says something about living people.

    ``fields``: each personal field -> what it is, in words that can stand on the privacy page, several parted by "; ".
    ``plain``: the other fields, named so that a new field cannot slip in unconsidered.
    ``export``: whether the rows go into the file a person may ask for.
    ``uses``: each personal field -> what it is used for, one or more; required of every table that belongs to a person's file
    (:data:`FILES`). The model's purpose says why there is such a row at all.
    """

    purpose: str
    legal_basis: LegalBasis
    retention: Retention | Kept
    fields: Mapping[str, str]
    plain: tuple[str, ...] = ()
    export: bool = True
    uses: Mapping[str, tuple[Use, ...]] = field(default_factory=dict)

    @property
    def said(self) -> tuple[str, ...]:
        """What is kept, in words, each once."""
        return tuple(dict.fromkeys(word for words in self.fields.values() for word in words.split("; ")))


@dataclass(frozen=True, slots=True)
class NoPersonalData:
    """The declaration of a model about things, not people; ``about`` says what."""

    about: str


class Declared(Protocol):
    privacy: ClassVar[PersonalData | NoPersonalData]


#: The rooms whose tables are a person's file, or belong to one: there each field says what it is for.
FILES = frozenset({"people", "referrals", "casework"})
#: Tables of libraries for which we answer as for our own.
LIBRARIES: Mapping[str, PersonalData] = {
    "socialaccount.SocialAccount": PersonalData(
        purpose="to let somebody log in and be reached",
        legal_basis=LegalBasis.CONTRACT,
        retention=Kept("as long as the account"),
        fields={
            "user": "the account at an authority one logs in with",
            "uid": "the account at an authority one logs in with",
            "extra_data": "the e-mail address",
        },
        plain=("id", "provider", "last_login", "date_joined"),
    ),
    "pghistory.Context": PersonalData(
        purpose="to know who decided what, when and why",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(
            after="created_at", keep=timedelta(days=7 * 365), sooner="when the last history it explains is erased"
        ),
        fields={"metadata": "who did it; the reason given; the number of the request"},
        plain=("id", "created_at", "updated_at"),
    ),
}


def own_models() -> list[type[models.Model]]:
    """Every concrete model of Kesher's own apps, history tables left out (they follow the model they record)."""
    return [
        model
        for model in apps.get_models()
        if model.__module__.startswith("kesher.") and not hasattr(model, "pgh_tracked_model")
    ]


def declared_models() -> list[type[models.Model]]:
    """Our own models, and those of libraries for which we answer."""
    return [*own_models(), *(apps.get_model(label) for label in LIBRARIES)]


def declaration(model: type[models.Model]) -> PersonalData | NoPersonalData | None:
    return getattr(model, "privacy", None) or LIBRARIES.get(model._meta.label)
