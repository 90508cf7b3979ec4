"""Writing a rule: a new one, the next version of one, its table and its examples, and throwing a draft away."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.base.transitions import Refused
from kesher.directory.models import RuleVersion
from kesher.directory.rules import SavedMeanwhile, begin_rule, begin_version, discard, hindrances, save_draft
from kesher.engine.eligibility import Verdict
from kesher.www.officer.rules.access import KeepersOnly, draft_of, own_organisation, rule_of, signed_in
from kesher.www.officer.rules.editor import RuleEditor, RuleForm
from kesher.www.officer.rules.hindrances import sentences
from kesher.www.officer.rules.pages import shown, sketch
from kesher.www.officer.rules.words import remarks, verdict_words
from kesher.www.translated_forms import TranslatedForm


class NewRuleForm(TranslatedForm):
    """Its name; all else is written on the next page."""

    translated: ClassVar[Any] = {"name": RuleForm.translated["name"]}


class NewView(KeepersOnly, View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, NewRuleForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewRuleForm(request.POST)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        user = signed_in(request)
        draft = begin_rule(form.cleaned_data["name"], by=user, organisation=own_organisation(user))
        return redirect("rule_edit", pk=draft.rule_id)

    @staticmethod
    def _draw(request: HttpRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
        return render(request, "officer/rules/new.html", {"form": form}, status=status)


class BeginView(KeepersOnly, View):
    """The next version: a draft that says what the newest one says."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        version = begin_version(rule_of(request, pk), by=signed_in(request))
        if version.state == RuleVersion.State.PROPOSED:
            return redirect("rule_version", pk=pk, number=version.number)
        return redirect("rule_edit", pk=pk)


class EditView(KeepersOnly, View):
    """The draft as a form: buttons change it and keep what was typed, "save" keeps it for good."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, RuleEditor(draft_of(request, pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        version = draft_of(request, pk)
        editor = RuleEditor(version, request.POST)
        if verb := request.POST.get("do"):
            if editor.do(verb) is None:
                raise Http404
            editor.forgive_empty()
            return self._draw(request, editor)
        if not editor.is_valid():
            return self._draw(request, editor, errors=editor.errors, status=400)
        try:
            saved = save_draft(version, editor.written(), editor.name, by=signed_in(request), seen=editor.seen)
        except SavedMeanwhile as meanwhile:
            # The page now knows of the other's version: saving once more is a decision, not an accident.
            return self._draw(request, editor, meanwhile=meanwhile.version, status=409)
        except ValidationError as refusal:
            problems = [{"anchor": "", "label": "", "message": text} for text in refusal.messages]
            return self._draw(request, editor, errors=problems, status=400)
        if "stay" in request.POST:
            messages.success(request, _("Saved. Below is what the rule says now."))
            return redirect("rule_edit", pk=pk)
        return redirect("rule_version", pk=pk, number=saved.number)

    @staticmethod
    def _draw(
        request: HttpRequest,
        editor: RuleEditor,
        *,
        meanwhile: RuleVersion | None = None,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        version = meanwhile or editor.version
        fresh = editor.data is None
        # A table with faults says something nobody meant: first they are mended, then there is something to say.
        readable = editor.grid is not None and not editor.table_faults
        table = editor.grid.table() if editor.grid is not None and readable else None
        context = {
            "editor": editor,
            "form": editor.form,
            "rule": version.rule,
            "version": version,
            # Kept as it came while buttons are pressed: what another saved meanwhile is found when one saves.
            "seen": version.updated_at.isoformat() if fresh or meanwhile else editor.data.get("seen", ""),
            "meanwhile": meanwhile,
            "remarks": remarks(table) if table is not None else [],
            "hindrances": sentences(editor.as_typed, hindrances(editor.as_typed)) if not editor.table_faults else [],
            "read_only": shown(version) if editor.grid is None else None,
            "sketch": sketch(editor.when, table) if not editor.table_faults else None,
            "columns": editor.drawn_columns(),
            "columns_to_add": editor.columns_to_add(),
            "may_add_column": editor.has_room_for_a_column,
            "rows": editor.drawn_rows() if editor.grid is not None else [],
            "may_add_row": editor.grid is not None and editor.grid.may_grow,
            "next_row": len(editor.grid.rows) + 1 if editor.grid is not None else 1,
            "examples": editor.drawn_examples(),
            "may_add_example": editor.may_add_example,
            "next_example": len(editor.examples) + 1,
            "verdicts": [(str(verdict), verdict_words(verdict)) for verdict in Verdict],
        }
        return render(request, "officer/rules/edit.html", context | more, status=status)


class DiscardView(KeepersOnly, View):
    """Throw the draft away."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        version = draft_of(request, pk)
        try:
            stays = discard(version, by=signed_in(request).as_actor())
        except Refused as refusal:  # somebody has proposed it in between
            messages.error(request, str(refusal.message))
            return redirect("rule", pk=pk)
        messages.success(request, _("The draft is gone."))
        return redirect("rule", pk=pk) if stays else redirect("rules")
