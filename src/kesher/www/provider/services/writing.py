"""Writing a service: in sections or on one page, kept for later or saved, and what others saved meanwhile."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base.transitions import Refused
from kesher.directory.editing import Changes, SavedMeanwhile, change_service, create_service
from kesher.directory.models import Service
from kesher.directory.states import EDITORS
from kesher.www.provider.services.drawing import drawn
from kesher.www.provider.services.editor import ServiceEditor
from kesher.www.provider.services.keeping import forget, keep, kept_by, typed_again
from kesher.www.provider.services.sections import SECTIONS

FIRST = ("what",)  # a new service begins with its name


def editable(request: HttpRequest, pk: UUID) -> Service:
    """The service, if this visitor edits it; otherwise there is no such page."""
    service = Service.objects.editable_by(request.user).select_related("organisation", "dataset").filter(pk=pk).first()
    if service is None:
        raise Http404
    return service


class EditorView(LoginRequiredMixin, View):
    """What the forms share: they are drawn, get another row, are judged, and are saved."""

    def draw(self, request: HttpRequest, editor: ServiceEditor, *, status: int = 200, **more: Any) -> HttpResponse:
        service = editor.service
        context = {
            "editor": editor,
            "service": service,
            "sections": drawn(editor),
            "alone": len(editor.sections) == 1,
            "shown": editor.fingerprint,
            "seen": service.updated_at.isoformat() if service else "",
            "reason": (editor.data or {}).get("reason", ""),
            "still_right": "still_right" in (editor.data or {}),
            "confirms": any(section.key == "true" for section in editor.sections),
        }
        return render(request, "provider/edit.html", context | more, status=status)

    def receive(
        self, request: HttpRequest, service: Service | None, *, keys: tuple[str, ...] | None = None, **more: Any
    ) -> HttpResponse:
        editor = ServiceEditor(service, request.POST, keys=keys)
        if kind := request.POST.get("add"):
            if not editor.add_row(kind):
                raise Http404
            return self.draw(request, editor, **more)
        if not editor.is_valid():
            return self.draw(request, editor, status=400, errors=editor.errors, **more)
        try:
            return self.saved(request, self._save(request, editor))
        except SavedMeanwhile as meanwhile:
            # The page now knows of the other's version: saving once more is a decision, not an accident.
            now = ServiceEditor(meanwhile.service, keys=keys)
            version = {"seen": meanwhile.service.updated_at.isoformat(), "shown": now.fingerprint}
            found = editor.differences(now)
            return self.draw(request, editor, status=409, differences=found, **version, **more)
        except (ValidationError, Refused) as refusal:
            texts = refusal.messages if isinstance(refusal, ValidationError) else [refusal.message]
            problems = [{"anchor": "", "label": "", "message": text} for text in texts]
            return self.draw(request, editor, status=400, errors=problems, **more)

    def _save(self, request: HttpRequest, editor: ServiceEditor) -> Service:
        try:
            return self.save(request, editor, editor.changes())
        except SavedMeanwhile as meanwhile:
            now = ServiceEditor(meanwhile.service, keys=editor.keys)
            if editor.seen is None or request.POST.get("shown") != now.fingerprint:
                raise
            # The other one worked on sections that this page does not show: both are right.
            editor.seen = meanwhile.service.updated_at
            return self.save(request, editor, editor.changes())

    def save(self, request: HttpRequest, editor: ServiceEditor, changes: Changes) -> Service:
        assert editor.service is not None
        return change_service(
            editor.service,
            changes,
            by=request.user.as_actor(editor.service.organisation_id),  # type: ignore[union-attr]
            seen=editor.seen or editor.service.created_at,
            reason=request.POST.get("reason", "")[:500],
            still_right="still_right" in request.POST,
        )

    def saved(self, request: HttpRequest, service: Service) -> HttpResponse:
        """Where one goes from here."""
        messages.success(request, _("Saved."))
        return redirect("provider_service_preview", pk=service.pk)


class EditView(EditorView):
    """Change a service, everything on one page."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self.draw(request, ServiceEditor(editable(request, pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self.receive(request, editable(request, pk))


class SectionsView(LoginRequiredMixin, View):
    """The table of contents: every section, what is missing there, what waits for one to come back."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        service = editable(request, pk)
        kept = kept_by(request, service)
        rows = [
            {"section": section, "lacks": section.lacks(service), "kept": kept.get(key)}
            for key, section in SECTIONS.items()
        ]
        whole = sum(not row["lacks"] for row in rows)
        context = {"service": service, "rows": rows, "whole": whole, "total": len(rows)}
        return render(request, "provider/sections.html", context)


class SectionView(EditorView):
    """One section: save it, or keep for later what is not ready."""

    section = ""

    def get(self, request: HttpRequest, pk: UUID, section: str) -> HttpResponse:
        service = self._found(request, pk, section)
        kept = kept_by(request, service).get(section)
        editor = ServiceEditor(service, typed_again(kept) if kept else None, keys=(section,))
        if kept is None:
            return self.draw(request, editor, **self._around())
        editor.judge_nothing()
        # What was shown then, not now: another's change meanwhile is told when one saves.
        version = {name: editor.data.get(name, "") for name in ("seen", "shown")}
        return self.draw(request, editor, kept=kept, **version, **self._around())

    def post(self, request: HttpRequest, pk: UUID, section: str) -> HttpResponse:
        service = self._found(request, pk, section)
        if "keep" in request.POST:
            keep(request, service, section)
            messages.success(request, _("Kept for you alone. Nothing of it can be seen by others until you save."))
            return redirect("provider_service_sections", pk=pk)
        if "drop" in request.POST:
            forget(request, service, section)
            return redirect("provider_service_section", pk=pk, section=section)
        return self.receive(request, service, keys=(section,), **self._around())

    def _found(self, request: HttpRequest, pk: UUID, section: str) -> Service:
        service = editable(request, pk)
        if section not in SECTIONS:
            raise Http404
        self.section = section
        return service

    def _around(self) -> dict[str, Any]:
        keys = list(SECTIONS)
        number = keys.index(self.section)
        return {"number": number + 1, "of": len(keys), "last": number + 1 == len(keys)}

    def saved(self, request: HttpRequest, service: Service) -> HttpResponse:
        forget(request, service, self.section)
        messages.success(request, _("Saved."))
        around = self._around()
        if "next" in request.POST and not around["last"]:
            return redirect("provider_service_section", pk=service.pk, section=list(SECTIONS)[around["number"]])
        return redirect("provider_service_sections", pk=service.pk)


class NewView(EditorView):
    """Write a new service: its name first, as a draft; the other sections follow."""

    def organisations(self, request: HttpRequest) -> list[Organisation]:
        """Where the visitor may write services; none: there is no such page."""
        user: Any = request.user
        own = {m.organisation_id: m.organisation for m in user.memberships_in_force if m.role in EDITORS}
        if not own:
            raise Http404
        return list(own.values())

    def chosen(self, request: HttpRequest) -> Organisation:
        asked = request.POST.get("organisation") or request.GET.get("organisation") or ""
        organisations = self.organisations(request)
        if not asked:
            return organisations[0]
        for organisation in organisations:
            if str(organisation.pk) == asked:
                return organisation
        raise Http404

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.draw(
            request,
            ServiceEditor(None, keys=FIRST),
            organisations=self.organisations(request),
            organisation=self.chosen(request),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        own = {"organisations": self.organisations(request), "organisation": self.chosen(request)}
        return self.receive(request, None, keys=FIRST, **own)

    def save(self, request: HttpRequest, editor: ServiceEditor, changes: Changes) -> Service:
        organisation = self.chosen(request)
        by = request.user.as_actor(organisation.pk)  # type: ignore[union-attr]
        return create_service(organisation, changes, by=by, today=timezone.localdate())

    def saved(self, request: HttpRequest, service: Service) -> HttpResponse:
        messages.success(
            request, _("The draft is there. Fill in the sections in any order, and come back when you like.")
        )
        return redirect("provider_service_sections", pk=service.pk)
