"""The taxonomy that ships with the program: Open Eligibility, with labels and everyday words (``data/README.md``)."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kesher.directory.models import Taxonomy, Term

DATA = Path(__file__).resolve().parent / "data"
OPEN_ELIGIBILITY = "open-eligibility"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)  # the columns of the file
#: English is the taxonomy's own, Hebrew its translators'; a machine wrote the others.
PUBLISHED_LANGUAGES = ("en", "he")

NAME = {"en": "Open Eligibility", "he": "טקסונומיית המענים והמצבים"}
DESCRIPTION = {"en": "Human services, situations and places, by Aunt Bertha; Hebrew by the Public Knowledge Workshop."}
URI = "https://github.com/kolzchut/openeligibility"
LICENCE = "CC-BY-SA-3.0"

#: What the portal calls a term whose published name would say something untrue of the services that stand on it: its own
#: codes, which machines read, stay. The shelf of Hebrew courses (its Hebrew name is "ulpans") has kept the English name of the
#: American taxonomy it was made from, "English as a Second Language (ESL)".
SHOWN = {
    "human_services:education:more_education:english_as_a_second_language_esl": {"en": "Hebrew courses (ulpan)"},
}


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _reviewed(row: dict[str, str]) -> bool:
    return row["origin"].startswith("reviewed")


@transaction.atomic
def load_open_eligibility() -> Taxonomy:
    """Bring the taxonomy, its terms and their everyday words into the database, or up to date; the same run twice
    changes nothing. Terms that others added to the taxonomy stay. Returns the taxonomy.
    """
    taxonomy, _ = Taxonomy.objects.get_or_create(
        slug=OPEN_ELIGIBILITY, defaults={"name": NAME, "description": DESCRIPTION, "uri": URI, "licence": LICENCE}
    )
    synonyms: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows("open_eligibility_synonyms.csv"):
        synonyms[row["code"]][row["language"]].append(row["synonym"])
    terms: dict[str, Term] = {term.code: term for term in taxonomy.terms.all()}
    new: list[Term] = []
    changed: list[Term] = []
    for row in _rows("open_eligibility.csv"):  # a term stands before those below it
        code = row["code"]
        parent = terms[row["parent"]] if row["parent"] else None
        wanted = {
            "name": {language: row[language] for language in LANGUAGES} | SHOWN.get(code, {}),
            "synonyms": {language: list(words) for language, words in synonyms[code].items()},
            "machine_translated": []
            if _reviewed(row)
            else [language for language in LANGUAGES if language not in PUBLISHED_LANGUAGES],
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
