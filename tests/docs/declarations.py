"""The tables of docs/data-protection.md, written from what the models declare.

``python -m tests.docs.declarations`` writes them anew; the test beside this file compares.
"""

import os
from pathlib import Path

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db.models import Model

PAGE = Path(__file__).resolve().parents[2] / "docs" / "data-protection.md"
BEGIN, END = "<!-- {name}: begin -->", "<!-- {name}: end -->"


def kept(declared) -> str:
    from kesher.base.privacy import Retention
    from kesher.www.front.about import in_words

    if isinstance(declared.retention, Retention):
        sooner = f", or {declared.retention.sooner}" if declared.retention.sooner else ""
        return f"{in_words(declared.retention.keep)} after `{declared.retention.after}`{sooner}"
    return declared.retention.reason


def personal() -> str:
    """One row per model that says something about living people."""
    from kesher.base.privacy import PersonalData, declaration, declared_models

    lines = [
        "| model | what for | legal basis | fields, and what they are | kept | in the person's file |",
        "|---|---|---|---|---|---|",
    ]
    for model in sorted(declared_models(), key=lambda one: one._meta.label):
        declared = declaration(model)
        if isinstance(declared, PersonalData):
            fields = "; ".join(f"`{name}`: {why}" for name, why in declared.fields.items())
            history = ", with history" if hasattr(model, "pgh_event_model") else ""
            export = "yes" if declared.export else "no"
            lines.append(
                f"| {model._meta.label} | {declared.purpose} | {declared.legal_basis} | {fields} "
                f"| {kept(declared)}{history} | {export} |"
            )
    return "\n".join(lines)


def impersonal() -> str:
    """One row per model about things."""
    from kesher.base.privacy import NoPersonalData, declaration, declared_models

    lines = ["| model | about |", "|---|---|"]
    for model in sorted(declared_models(), key=lambda one: one._meta.label):
        declared = declaration(model)
        if isinstance(declared, NoPersonalData):
            lines.append(f"| {model._meta.label} | {declared.about} |")
    return "\n".join(lines)


def uses() -> str:
    """One row per model of a person's file: what each of its fields is used for."""
    from kesher.base.privacy import PersonalData, Use, declaration, declared_models

    lines = ["| model | what its fields are used for |", "|---|---|"]
    for model in sorted(declared_models(), key=lambda one: one._meta.label):
        declared = declaration(model)
        if isinstance(declared, PersonalData) and declared.uses:
            by_use = {use: [name for name in declared.fields if use in declared.uses.get(name, ())] for use in Use}
            told = (f"{use}: {', '.join(f'`{name}`' for name in names)}" for use, names in by_use.items() if names)
            lines.append(f"| {model._meta.label} | {'; '.join(told)} |")
    return "\n".join(lines)


TABLES = {"personal": personal, "uses": uses, "impersonal": impersonal}


def of_libraries() -> list[type[Model]]:
    """Models of libraries that point at a user: they carry no declaration of ours, the page tells of them by hand."""
    user = get_user_model()
    return [
        model
        for model in apps.get_models()
        if model._meta.managed
        and not model._meta.proxy
        and not model.__module__.startswith("kesher.")
        and not hasattr(model, "pgh_tracked_model")
        and any(field.related_model is user for field in model._meta.concrete_fields)
    ]


def with_tables(page: str) -> str:
    """The page with every table as the models say now."""
    from django.utils import translation

    with translation.override("en"):
        for name, table in TABLES.items():
            begin, end = BEGIN.format(name=name), END.format(name=name)
            before, _, rest = page.partition(begin)
            _, _, after = rest.partition(end)
            page = f"{before}{begin}\n{table()}\n{end}{after}"
    return page


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    import django

    django.setup()
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
