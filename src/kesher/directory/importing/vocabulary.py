"""Taxonomies and their terms, as a reading brings them. Few rows: the ORM is quick enough."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from kesher.directory.importing import say
from kesher.directory.importing.report import Report
from kesher.directory.importing.themes import Themes
from kesher.directory.models import Taxonomy, Term
from kesher.formats.records import Reading, Refusal, TaxonomyRecord, TermRecord

Terms = dict[tuple[str, str], uuid.UUID]


def take_vocabulary(reading: Reading, report: Report, themes: Themes) -> Terms:
    """Write what is new or changed; returns every term there is: (taxonomy, code) -> key, also under the file's words."""
    taxonomies = _taxonomies(reading.taxonomies, report)
    _terms(list(themes.unknown_of(reading.terms)), taxonomies, report)
    here = {
        (slug, code): key for slug, code, key in Term.objects.values_list("taxonomy__slug", "code", "pk").iterator()
    }
    return here | themes.same


def _differs(instance: Any, values: Mapping[str, Any]) -> bool:
    return any(getattr(instance, name) != value for name, value in values.items())


def _merged(here: Mapping[str, str], read: Mapping[str, str]) -> dict[str, str]:
    """The source's words over ours, language by language: our translations of its terms stay."""
    return {**here, **read}


def _taxonomies(records: Iterable[TaxonomyRecord], report: Report) -> dict[str, Taxonomy]:
    known = {taxonomy.slug: taxonomy for taxonomy in Taxonomy.objects.all()}
    counts = report.counts["taxonomy"]
    for record in records:
        taxonomy = known.get(record.slug)
        values = {"version": record.version or "", "uri": record.uri or "", "licence": record.licence or ""}
        if taxonomy is None:
            known[record.slug] = Taxonomy.objects.create(
                slug=record.slug, name=record.name, description=record.description, **values
            )
            counts.created += 1
            continue
        texts = {
            "name": _merged(taxonomy.name, record.name),
            "description": _merged(taxonomy.description, record.description),
        }
        if _differs(taxonomy, values | texts):
            for name, value in (values | texts).items():
                setattr(taxonomy, name, value)
            taxonomy.save()
            counts.changed += 1
        else:
            counts.unchanged += 1
    return known


def _terms(records: list[TermRecord], taxonomies: dict[str, Taxonomy], report: Report) -> None:
    counts = report.counts["term"]
    by_code = {(record.taxonomy, record.code): record for record in records}
    known = {
        (term.taxonomy.slug, term.code): term
        for term in Term.objects.select_related("taxonomy").filter(
            taxonomy__slug__in={record.taxonomy for record in records}
        )
    }
    for record in records:
        if record.taxonomy not in taxonomies:
            taxonomies[record.taxonomy] = Taxonomy.objects.create(
                slug=record.taxonomy, name={"en": record.taxonomy.replace("-", " ")}
            )
    done: set[tuple[str, str]] = set()

    def take(record: TermRecord, above: tuple[tuple[str, str], ...] = ()) -> Term | None:
        key = (record.taxonomy, record.code)
        if key in done:
            return known.get(key)
        parent = None
        if record.parent_code:
            parent_key = (record.taxonomy, record.parent_code)
            if parent_key in above or parent_key == key:
                circle = say.TERM_IN_ITSELF(code=record.code)
                report.refusals.append(Refusal(report.file_name, None, "parent", circle, fatal=False, kind="term"))
            elif parent_key in by_code:
                parent = take(by_code[parent_key], (*above, key))
            else:
                parent = known.get(parent_key)
        done.add(key)
        path = f"{parent.path if parent else record.taxonomy + '/'}{record.code.rsplit(':', 1)[-1]}/"
        term = known.get(key)
        if term is None:
            known[key] = Term.objects.create(
                taxonomy=taxonomies[record.taxonomy],
                code=record.code,
                name=record.name,
                description=record.description,
                parent=parent,
                path=path,
                uri=record.uri or "",
            )
            counts.created += 1
            return known[key]
        values: dict[str, Any] = {
            "name": _merged(term.name, record.name),
            "description": _merged(term.description, record.description),
            "parent_id": parent.pk if parent else None,
            "path": path,
            "uri": record.uri or "",
        }
        if _differs(term, values):
            for name, value in values.items():
                setattr(term, name, value)
            term.save()
            counts.changed += 1
        else:
            counts.unchanged += 1
        return term

    for record in records:
        take(record)
