"""The code lists of data·inclusion as taxonomies: version 1 from the package's enumerations, version 0 as typed."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from data_inclusion.schema import v1

from kesher.formats import data_inclusion_v0 as v0
from kesher.formats.records import TaxonomyRecord, TermRecord

SITE = "https://www.data.inclusion.gouv.fr"
LICENCE = "MIT"

NAMES = {
    "thematiques": "Thématiques",
    "publics": "Publics",
    "profils": "Profils",
    "frais": "Frais",
    "modes-accueil": "Modes d’accueil",
    "modes-mobilisation": "Modes de mobilisation",
    "modes-orientation-beneficiaire": "Modes d’orientation du bénéficiaire",
    "modes-orientation-accompagnateur": "Modes d’orientation de l’accompagnateur",
    "personnes-mobilisatrices": "Personnes mobilisatrices",
    "types-de-services": "Types de services",
    "reseaux-porteurs": "Réseaux porteurs",
    "labels-nationaux": "Labels nationaux",
    "typologies-de-structures": "Typologies de structures",
}


def slug_of(name: str, *, old: bool) -> str:
    """``thematiques`` -> ``data-inclusion-thematiques``, for version 0 ``data-inclusion-v0-thematiques``."""
    return f"data-inclusion-{'v0-' if old else ''}{name}"


@dataclass(frozen=True)
class Vocabulary:
    """One code list. An open one has no terms of its own: those that occur are named from their codes."""

    slug: str
    closed: tuple[TermRecord, ...] = ()

    def terms(self, used: Iterable[str]) -> Iterator[TermRecord]:
        if self.closed:
            yield from self.closed
            return
        for code in used:
            parent = code.partition("--")[0]
            yield TermRecord(
                taxonomy=self.slug,
                code=code,
                name=_LABELS.get(code) or v0.humanised(code),
                parent_code=parent if parent != code else None,
            )


def categories(codes: Iterable[str]) -> list[str]:
    """The codes with the categories they stand in, a category (``mobilite`` of ``mobilite--…``) before its themes."""
    every = set(codes)
    return sorted(every | {code.partition("--")[0] for code in every})


def taxonomy(slug: str) -> TaxonomyRecord:
    name = NAMES[slug.removeprefix("data-inclusion-").removeprefix("v0-")]
    return TaxonomyRecord(
        slug=slug,
        name={"fr": f"data·inclusion : {name}"},
        version="0" if "-v0-" in slug else version("data-inclusion-schema"),
        uri=SITE,
        licence=LICENCE,
    )


def vocabularies(*, old: bool) -> dict[str, Vocabulary]:
    """slug -> vocabulary, of version 1 or (``old``) version 0."""
    lists: dict[str, tuple[TermRecord, ...]] = {}
    if old:
        typed = {
            "frais": v0.FEES,
            "modes-accueil": v0.DELIVERY_MODES,
            "modes-orientation-beneficiaire": v0.REFERRAL_MODES,
            "modes-orientation-accompagnateur": v0.REFERRAL_MODES,
            "types-de-services": v0.SERVICE_TYPES,
            "profils": v0.PROFILES,
            "thematiques": {},
            "labels-nationaux": {},
            "typologies-de-structures": {},
        }
        for name, codes in typed.items():
            slug = slug_of(name, old=True)
            lists[slug] = tuple(
                TermRecord(taxonomy=slug, code=code, name={"fr": words}) for code, words in codes.items()
            )
    else:
        enumerations: dict[str, Any] = {
            "publics": v1.Public,
            "frais": v1.Frais,
            "modes-accueil": v1.ModeAccueil,
            "modes-mobilisation": v1.ModeMobilisation,
            "personnes-mobilisatrices": v1.PersonneMobilisatrice,
            "types-de-services": v1.TypeService,
            "reseaux-porteurs": v1.ReseauPorteur,
        }
        for name, members in enumerations.items():
            slug = slug_of(name, old=False)
            lists[slug] = tuple(_term(slug, member) for member in members)
        slug = slug_of("thematiques", old=False)
        lists[slug] = (
            *(_term(slug, member) for member in v1.Categorie),
            *(_term(slug, member, member.value.partition("--")[0]) for member in v1.Thematique),
        )
    return {slug: Vocabulary(slug, terms) for slug, terms in lists.items()}


def _term(slug: str, member: Any, parent: str | None = None) -> TermRecord:
    description = {"fr": member.description} if member.description and member.description != member.label else {}
    return TermRecord(
        taxonomy=slug, code=member.value, name={"fr": member.label}, description=description, parent_code=parent
    )


_LABELS = {member.value: {"fr": member.label} for member in (*v1.Categorie, *v1.Thematique)}
