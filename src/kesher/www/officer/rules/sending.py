"""A decision table of another system (DMN) becomes a draft. What is not read is named, cell by cell; nothing is half read."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.directory.decision_tables import Misfit, MisfitCode, rule_from_dmn
from kesher.directory.facts import VOCABULARY, WORDS
from kesher.directory.rules import WRITTEN, begin_rule, name_of, save_draft
from kesher.engine.eligibility import DecisionTable, Kind, expression_of, outline_of
from kesher.formats.dmn import DmnCode, DmnError, DmnReading, DmnRefusal, read_dmn
from kesher.www.limits import too_many
from kesher.www.officer.rules.access import KeepersOnly, own_organisation, signed_in
from kesher.www.officer.rules.grid import MOST_CELLS, MOST_ROWS, Grid, NotForTheForm, readable
from kesher.www.officer.rules.words import fact_name
from kesher.www.rule_words.values import one_of

LARGEST = 1024 * 1024  # bytes
ENDINGS = (".dmn", ".xml")
MOST_REFUSALS = 100
LONGEST_TEXT = 200  # of what was not read, as it is shown: a cell may be as long as the file


class SendTableForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Decision table"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS)}),
        help_text=gettext_lazy("A DMN file with one decision table in it."),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(ENDINGS):
            raise ValidationError(_("Send a decision table: a file that ends with .dmn or .xml."))
        if file.size > LARGEST:
            raise ValidationError(_("The file is larger than 1 MB."))
        return file


class SendTableView(KeepersOnly, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, SendTableForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = SendTableForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        if too_many(request, "upload", most=60, seconds=3600):
            form.add_error(None, _("That was a lot of files from one connection. Please try again in an hour."))
            return self._draw(request, form, status=400)
        try:
            reading = read_dmn(form.cleaned_data["file"].read())
        except DmnError:
            form.add_error("file", _("This is no DMN file that can be read."))
            return self._draw(request, form, status=400)
        if reading.refusals:
            return self._draw(request, form, refusals=[refusal_words(one) for one in reading.refusals], status=400)
        if len(reading.tables) != 1:
            form.add_error("file", _number_of_tables(reading))
            return self._draw(request, form, status=400)
        fitted = rule_from_dmn(reading.tables[0])
        if fitted.table is None:
            return self._draw(request, form, refusals=[misfit_words(one) for one in fitted.misfits], status=400)
        return self._keep(request, form, fitted.table, reading.tables[0].decision)

    def _keep(self, request: HttpRequest, form: SendTableForm, table: DecisionTable, decision: str) -> HttpResponse:
        try:
            grid = Grid.of_table(table)
        except NotForTheForm:
            said = _(
                "The table is larger than what can be written here: at most %(rows)s rows, and %(cells)s cells in all."
            )
            form.add_error("file", said % {"rows": MOST_ROWS, "cells": MOST_CELLS})
            return self._draw(request, form, status=400)
        user = signed_in(request)
        name = {translation.get_language() or "en": readable(decision) or "?"}
        draft = begin_rule(name, by=user, organisation=own_organisation(user))
        written = {field: getattr(draft, field) for field in WRITTEN}
        kept = grid.table()
        written |= {"when": expression_of(kept), "outline": outline_of(kept)}
        save_draft(draft, written, name_of(draft), by=user, seen=draft.updated_at)
        return redirect("rule_edit", pk=draft.rule_id)

    @staticmethod
    def _draw(
        request: HttpRequest, form: SendTableForm, *, refusals: list[dict[str, str]] | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "form": form,
            "refusals": (refusals or [])[:MOST_REFUSALS],
            "more": max(0, len(refusals or []) - MOST_REFUSALS),
            "facts": [
                {
                    "path": path,
                    "words": fact_name(path),
                    "kind": _("yes or no") if VOCABULARY[path].kind is Kind.BOOLEAN else _("a whole number"),
                    "choices": list(WORDS[path].choices.items()),
                }
                for path in VOCABULARY
            ],
        }
        return render(request, "officer/rules/send.html", context, status=status)


def _number_of_tables(reading: DmnReading) -> str:
    if not reading.tables:
        return _("There is no decision table in this file.")
    return _("There are several decision tables in this file: %(names)s. Send each in a file of its own.") % {
        "names": ", ".join(f"“{table.decision}”" for table in reading.tables)
    }


def _place(row: int, column: int, cell: str = "") -> str:
    if row and column:
        said = _("Row %(row)s, column %(column)s") % {"row": row, "column": column}
    elif row or column:
        said = _("Row %(row)s") % {"row": row} if row else _("Column %(column)s") % {"column": column}
    else:
        said = _("The table")
    return _("%(place)s (cell %(cell)s)") % {"place": said, "cell": cell} if cell else said


def refusal_words(refusal: DmnRefusal) -> dict[str, str]:
    """What was not read, for the template: ``place``, ``words``, and the ``text`` that stands there."""
    words = {
        DmnCode.NO_TABLE: _("This decision is no table."),
        DmnCode.POLICY: _("This hit policy is not read; UNIQUE, FIRST, ANY and COLLECT are."),
        DmnCode.AGGREGATION: _("Sums and other aggregations say nothing about who may come."),
        DmnCode.COMPUTED: _("This column is computed. A column reads one fact, by its name."),
        DmnCode.TYPE: _("The type of this column is none of number, string, boolean and date."),
        DmnCode.SHAPE: _("This row has more or fewer cells than the table has columns."),
        DmnCode.EXPRESSION: _("This expression is not read. Write values, comparisons, ranges, or a list of these."),
        DmnCode.OTHER_TYPE: _("This value is of another type than its column."),
        DmnCode.ORDER: _("Only numbers and dates can be greater or smaller."),
        DmnCode.INTERVAL: _("A range goes from a number to a number, or from a date to a date."),
        DmnCode.DAY: _("This is no date."),
        DmnCode.NUMBER: _("Write a whole number from 0 to a million, in digits."),
    }[refusal.code]
    return {
        "place": _place(refusal.row, refusal.column, refusal.cell),
        "words": words,
        "text": Truncator(refusal.text).chars(LONGEST_TEXT),
    }


def misfit_words(misfit: Misfit) -> dict[str, str]:
    """What was read and fits no fact of ours, as :func:`refusal_words`."""
    fact = VOCABULARY.get(misfit.fact)
    words = {
        MisfitCode.OUTPUTS: _("A rule has exactly one output: may come, or may not."),
        MisfitCode.AGGREGATION: _("Sums and other aggregations say nothing about who may come."),
        MisfitCode.NO_FACT: _("There is no fact of this name. The names are listed below."),
        MisfitCode.SAME_FACT: _("Two columns ask for the same fact."),
        MisfitCode.KIND: _("This column holds values of another kind than the fact “%(fact)s”."),
        MisfitCode.NO_CHOICE: _("“%(fact)s” is never that. It can be: %(choices)s."),
        MisfitCode.OUTPUT: _("The output must be true or false, yes or no."),
    }[misfit.code]
    choices = one_of(list(fact.choices)) if fact is not None and fact.choices else _("a whole number")
    said = words % {"fact": fact_name(misfit.fact), "choices": choices}
    return {
        "place": _place(misfit.row, misfit.column),
        "words": said,
        "text": Truncator(misfit.text).chars(LONGEST_TEXT),
    }
