"""The taxonomies that ship with the program, with labels and everyday words (``data/README.md``): Open Eligibility for what
people need, and one of our own for what businesses come for, of which Open Eligibility knows little."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kesher.directory.models import Taxonomy, Term

DATA = Path(__file__).resolve().parent / "data"
OPEN_ELIGIBILITY = "open-eligibility"
BUSINESS = "kesher-business"
#: What services are put under here, and what their pages show.
THEMES = (OPEN_ELIGIBILITY, BUSINESS)
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)  # the columns of the files


@dataclass(frozen=True, slots=True)
class _Shipped:
    """``words``: files of everyday words; ``published``: the languages of the labels that no machine wrote."""

    slug: str
    name: dict[str, str]
    description: dict[str, str]
    uri: str
    licence: str
    labels: str
    words: tuple[str, ...]
    published: tuple[str, ...]


_OPEN_ELIGIBILITY = _Shipped(
    OPEN_ELIGIBILITY,
    {"en": "Open Eligibility", "he": "טקסונומיית המענים והמצבים"},
    {"en": "Human services, situations and places, by Aunt Bertha; Hebrew by the Public Knowledge Workshop."},
    "https://github.com/kolzchut/openeligibility",
    "CC-BY-SA-3.0",
    "open_eligibility.csv",
    ("open_eligibility_synonyms.csv", "open_eligibility_situations.csv"),
    ("en", "he"),
)
_BUSINESS = _Shipped(
    BUSINESS,
    {"en": "What businesses come for", "he": "מה עסקים מחפשים", "ar": "ما تطلبه المصالح"},
    {"en": "Finding, training and keeping staff, money, starting and growing, permits: the business door's themes."},
    "",
    "Apache-2.0",
    "business.csv",
    ("business_synonyms.csv",),
    ("en",),
)

#: What the portal calls terms whose published names would say something untrue of the services that stand on them, and why:
#: codes, which machines read, stay. Open Eligibility was made in America, and changed its meaning in Hebrew.
SHOWN = "open_eligibility_shown.csv"


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _reviewed(row: dict[str, str]) -> bool:
    return row["origin"].startswith("reviewed")


def load_taxonomies() -> list[Taxonomy]:
    """Bring all that ship with the program into the database, or up to date."""
    return [load_open_eligibility(), load_business()]


def load_open_eligibility() -> Taxonomy:
    return _load(_OPEN_ELIGIBILITY)


def load_business() -> Taxonomy:
    return _load(_BUSINESS)


@transaction.atomic
def _load(shipped: _Shipped) -> Taxonomy:
    """Bring a taxonomy, its terms and their everyday words into the database, or up to date; the same run twice changes
    nothing. Terms that others added to the taxonomy stay. Returns the taxonomy.
    """
    taxonomy, _ = Taxonomy.objects.get_or_create(
        slug=shipped.slug,
        defaults={
            "name": shipped.name,
            "description": shipped.description,
            "uri": shipped.uri,
            "licence": shipped.licence,
        },
    )
    shown: dict[str, dict[str, str]] = defaultdict(dict)
    for row in _rows(SHOWN):
        shown[row["code"]][row["language"]] = row["name"]
    synonyms: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name in shipped.words:
        for row in _rows(name):
            synonyms[row["code"]][row["language"]].append(row["synonym"])
    terms: dict[str, Term] = {term.code: term for term in taxonomy.terms.all()}
    new: list[Term] = []
    changed: list[Term] = []
    for row in _rows(shipped.labels):  # a term stands before those below it
        code = row["code"]
        parent = terms[row["parent"]] if row["parent"] else None
        wanted = {
            "name": {language: row[language] for language in LANGUAGES} | shown.get(code, {}),
            "synonyms": {language: list(words) for language, words in synonyms[code].items()},
            "machine_translated": []
            if _reviewed(row)
            else [language for language in LANGUAGES if language not in shipped.published],
            "parent_id": parent.pk if parent else None,
            "path": f"{parent.path if parent else taxonomy.slug + '/'}{code.rpartition(':')[2]}/",
        }
        term = terms.get(code)
        if term is None:
            terms[code] = term = Term(taxonomy=taxonomy, code=code, **wanted)
            new.append(term)
        elif any(getattr(term, name) != value for name, value in wanted.items()):
            for name, value in wanted.items():
                setattr(term, name, value)
            changed.append(term)
    Term.objects.bulk_create(new)
    Term.objects.bulk_update(changed, ["name", "synonyms", "machine_translated", "parent_id", "path"])
    return taxonomy
