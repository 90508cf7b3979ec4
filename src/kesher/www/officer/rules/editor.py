"""The page on which a version is written, as one thing: filled from what is stored, read from a request, told as values.

Three parts: the form (name, days, law), the table (``grid``; absent for a rule no table shows), the examples.
"""

import json
from collections.abc import Mapping
from copy import copy
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.directory.facts import VOCABULARY, WORDS
from kesher.directory.models import RuleVersion
from kesher.directory.rules import NAME, name_of
from kesher.engine.eligibility import Kind, TableError, expression_of, facts_in, outline_of, table_of_rule
from kesher.engine.eligibility.values import Json
from kesher.www.officer.rules import examples
from kesher.www.officer.rules.examples import TypedExample
from kesher.www.officer.rules.grid import Grid, NotForTheForm
from kesher.www.translated_forms import Said, TranslatedForm


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class RuleForm(TranslatedForm):
    """Everything but the table and the examples."""

    translated: ClassVar[Mapping[str, Said]] = {
        "name": Said(
            gettext_lazy("Name of the rule"),
            gettext_lazy("Whom it is for, in a few words: “Parents of a child under three”."),
            required=True,
            longest=200,
        )
    }

    valid_from = forms.DateField(label=gettext_lazy("In force from"), widget=_day())
    valid_until = forms.DateField(
        label=gettext_lazy("In force until"),
        required=False,
        help_text=gettext_lazy("Leave it empty if no end is known."),
        widget=_day(),
    )
    source_title = forms.CharField(
        label=gettext_lazy("Law, regulation or decision"),
        max_length=300,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    source_section = forms.CharField(
        label=gettext_lazy("Section"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    source_url = forms.URLField(
        label=gettext_lazy("Where to read it (address)"), required=False, max_length=1000, assume_scheme="https"
    )

    source_language = forms.ChoiceField(
        label=gettext_lazy("Language of the law"),
        required=False,
        help_text=gettext_lazy("Browsers then read its name in the right voice."),
        choices=[("", gettext_lazy("Not said")), *settings.LANGUAGES],
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("valid_from"), cleaned.get("valid_until")
        if first and last and last < first:
            self.add_error("valid_until", _("The rule would end before it begins."))
        return cleaned


class RuleEditor:
    """``data`` None = the page is opened; else what was typed."""

    def __init__(self, version: RuleVersion, data: Any = None) -> None:
        self.version, self.data = version, data
        self.language = translation.get_language() or "en"
        initial = {name: getattr(version, name) for name in RuleForm.base_fields}
        self.form = RuleForm(data, stored={"name": name_of(version)}, initial=initial)
        self.grid: Grid | None = stored_grid(version)
        if data is not None and self.grid is not None:
            self.grid = Grid.typed(data, language=self.language)
        elif self.grid is not None and not self.grid.rows:
            self.grid.add_row()  # a first row to fill in
        self.examples = examples.stored(version.tests) if data is None else examples.typed(data, self.columns)

    @property
    def columns(self) -> list[str]:
        """The facts the rule asks for, as far as the vocabulary knows them."""
        if self.grid is not None:
            return self.grid.columns
        return [path for path in facts_in(self.version.when) if path in VOCABULARY]

    @property
    def seen(self) -> datetime | None:
        """When the version that filled the page had last been saved."""
        try:
            return parse_datetime((self.data or {}).get("seen", ""))
        except ValueError:
            return None

    # --- buttons that change the form and save nothing ---

    def do(self, verb: str) -> str | None:
        """Add, take away, move; returns the id of where one is then, or None for what cannot be done."""
        what, _sign, which = verb.partition(":")
        place = int(which) if which.isdecimal() and len(which) < 6 else -1
        grid = self.grid
        if what == "look":
            return "look"
        if what == "test-add" and self.may_add_example:
            self.examples.append(TypedExample())
            return f"example-{len(self.examples)}"
        if what == "test-remove" and 0 <= place < len(self.examples):
            del self.examples[place]
            return "examples"
        if grid is None:
            return None
        if what == "row-add" and grid.may_grow:
            grid.add_row()
            return f"row-{len(grid.rows)}"
        if what == "row-remove" and 0 <= place < len(grid.rows):
            grid.remove_row(place)
            return "table"
        if what == "row-up" and 0 < place < len(grid.rows):
            grid.raise_row(place)
            return f"row-{place}"
        if what == "column-add":
            chosen = (self.data or {}).get("new-column", "")
            if chosen in VOCABULARY and chosen not in grid.columns and self.has_room_for_a_column:
                grid.add_column(chosen)
            return "table"
        if what == "column-remove" and which in grid.columns:
            grid.remove_column(which)
            return "table"
        return None

    @property
    def may_add_example(self) -> bool:
        return len(self.examples) < examples.MOST_EXAMPLES

    @property
    def has_room_for_a_column(self) -> bool:
        return self.grid is not None and self.grid.may_grow

    # --- what it says ---

    def is_valid(self) -> bool:
        return self.form.is_valid() and not self.table_faults and not self.example_faults

    @cached_property
    def table_faults(self) -> list[Any]:
        return self.grid.faults() if self.grid is not None and self.data is not None else []

    @cached_property
    def example_faults(self) -> list[dict[str, str]]:
        return examples.faults(self.examples) if self.data is not None else []

    @property
    def errors(self) -> list[dict[str, Any]]:
        """For the summary at the top."""
        table = [{"anchor": one.anchor, "label": one.label, "message": one.message} for one in self.table_faults]
        return [*self.form.told(), *table, *self.example_faults]

    @property
    def when(self) -> Json:
        """The condition as it stands in the form now."""
        return self.version.when if self.grid is None else expression_of(self.grid.table())

    @property
    def as_typed(self) -> RuleVersion:
        """The version as it would say it if it were saved now; not to be saved."""
        version = copy(self.version)
        version.when, version.tests = self.when, examples.kept(self.examples)
        return version

    def written(self) -> dict[str, Any]:
        """Of a valid editor: what ``directory.rules.save_draft`` keeps."""
        outline = dict(self.version.outline)
        if self.grid is not None:
            outline = {NAME: outline[NAME]} if NAME in outline else {}
            outline |= outline_of(self.grid.table())
        cleaned = self.form.cleaned_data
        fields = {name: cleaned[name] for name in RuleForm.base_fields}
        return fields | {"when": self.when, "outline": outline, "tests": examples.kept(self.examples)}

    @property
    def name(self) -> Mapping[str, str]:
        named: Mapping[str, str] = self.form.cleaned_data["name"]
        return named

    # --- for the template ---

    def drawn_rows(self) -> list[dict[str, Any]]:
        """Each row with its cells, each cell with its choices and what is ticked, typed or wrong."""
        assert self.grid is not None
        wrong = {fault.anchor: fault.message for fault in self.table_faults}
        rows = []
        for number, row in enumerate(self.grid.rows):
            cells = []
            for path in self.grid.columns:
                cell, fact, key = row.cell(path), VOCABULARY[path], f"r{number}-{path}"
                cells.append(
                    {
                        "path": path,
                        "key": key,
                        "label": str(WORDS[path].name),
                        "unit": str(WORDS[path].unit),
                        "kind": str(fact.kind),
                        "choices": [
                            (choice, str(WORDS[path].choices[choice]), choice in cell.ticked) for choice in fact.choices
                        ],
                        "holds": [
                            (value, words, value == cell.holds)
                            for value, words in (("", _("does not matter")), ("yes", _("yes")), ("no", _("no")))
                        ]
                        if fact.kind is Kind.BOOLEAN
                        else [],
                        "low": cell.low,
                        "high": cell.high,
                        "wrong_low": wrong.get(f"{key}-low", ""),
                        "wrong_high": wrong.get(f"{key}-high", ""),
                    }
                )
            rows.append(
                {
                    "number": number + 1,
                    "place": number,
                    "cells": cells,
                    "says": row.says,
                    "noted": row.note.get(self.language, ""),
                    "carried": json.dumps(dict(row.note), ensure_ascii=False),
                }
            )
        return rows

    def drawn_examples(self) -> list[dict[str, Any]]:
        """Each example with its questions and what comes of it now."""
        wrong = {fault["anchor"]: fault["message"] for fault in self.example_faults}
        when = self.when
        found = []
        for number, example in enumerate(self.examples):
            facts = examples.facts_of(example)
            asked = [
                {
                    "key": f"t{number}-f-{one.path}",
                    "label": one.name,
                    "value": one.value,
                    "choices": one.choices,
                    "wrong": wrong.get(f"t{number}-f-{one.path}", ""),
                }
                for one in examples.questions(example, self.columns)
            ]
            tried = (
                None
                if example.is_blank or self.table_faults
                else examples.tried(when, example.name, facts, example.verdict)
            )
            found.append(
                {
                    "number": number + 1,
                    "place": number,
                    "example": example,
                    "called": example.name,
                    "asked": asked,
                    "tried": tried,
                }
            )
        return found

    def columns_to_add(self) -> list[tuple[str, str]]:
        """Facts that are no column yet, in words."""
        return [(path, str(WORDS[path].name)) for path in VOCABULARY if path not in self.columns]

    def drawn_columns(self) -> list[tuple[str, str]]:
        return [(path, str(WORDS[path].name)) for path in self.columns]


def stored_grid(version: RuleVersion) -> Grid | None:
    """The table of a version as the form shows it; None where it can show none."""
    try:
        return Grid.of_table(table_of_rule(version.as_rule(), VOCABULARY))
    except (TableError, NotForTheForm):
        return None
