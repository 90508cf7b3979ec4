"""Writing a service: a new one, a change, and what others saved meanwhile."""

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
from kesher.www.provider.services.editor import ROWS, ServiceEditor


def editable(request: HttpRequest, pk: UUID) -> Service:
    """The service, if this visitor edits it; otherwise there is no such page."""
    service = Service.objects.editable_by(request.user).select_related("organisation", "dataset").filter(pk=pk).first()
    if service is None:
        raise Http404
    return service


class EditorView(LoginRequiredMixin, View):
    """What the two forms share: they are drawn, get another row, are judged, and are saved."""

    def draw(self, request: HttpRequest, editor: ServiceEditor, *, status: int = 200, **more: Any) -> HttpResponse:
        context = {
            "editor": editor,
            "service": editor.service,
            "texts": editor.main.groups(),
            "parts": [
                {"kind": kind, "heading": heading, "add": add, "formset": editor.sets[kind]}
                for kind, (_form, heading, add) in ROWS.items()
            ],
            "seen": editor.service.updated_at.isoformat() if editor.service else "",
            "reason": request.POST.get("reason", ""),
            "still_right": "still_right" in request.POST,
        }
        return render(request, "provider/edit.html", context | more, status=status)

    def receive(self, request: HttpRequest, service: Service | None, **more: Any) -> HttpResponse:
        editor = ServiceEditor(service, request.POST)
        if kind := request.POST.get("add"):
            if not editor.add_row(kind):
                raise Http404
            return self.draw(request, editor, **more)
        if not editor.is_valid():
            return self.draw(request, editor, status=400, errors=editor.errors, **more)
        try:
            saved = self.save(request, editor, editor.changes())
        except SavedMeanwhile as meanwhile:
            now = ServiceEditor(meanwhile.service)
            # The page now knows of the other's version: saving once more is a decision, not an accident.
            return self.draw(
                request,
                editor,
                status=409,
                differences=editor.differences(now),
                seen=meanwhile.service.updated_at.isoformat(),
                **more,
            )
        except (ValidationError, Refused) as refusal:
            texts = refusal.messages if isinstance(refusal, ValidationError) else [refusal.message]
            found = [{"anchor": "", "label": "", "message": text} for text in texts]
            return self.draw(request, editor, status=400, errors=found, **more)
        messages.success(request, _("Saved."))
        return redirect("provider_service_preview", pk=saved.pk)

    def save(self, request: HttpRequest, editor: ServiceEditor, changes: Changes) -> Service:
        raise NotImplementedError


class EditView(EditorView):
    """Change a service."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self.draw(request, ServiceEditor(editable(request, pk)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self.receive(request, editable(request, pk))

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


class NewView(EditorView):
    """Write a new service, as a draft."""

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
            ServiceEditor(None),
            organisations=self.organisations(request),
            organisation=self.chosen(request),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        return self.receive(request, None, organisations=self.organisations(request), organisation=self.chosen(request))

    def save(self, request: HttpRequest, editor: ServiceEditor, changes: Changes) -> Service:
        organisation = self.chosen(request)
        by = request.user.as_actor(organisation.pk)  # type: ignore[union-attr]
        return create_service(organisation, changes, by=by, today=timezone.localdate())
