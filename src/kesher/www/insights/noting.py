"""What should be known of a figure: those of the place write it beside, and take it away again."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View

from kesher.areas.models import Area
from kesher.engine.indicators import Indicator, registry
from kesher.insights import notes
from kesher.insights.judging import is_ours
from kesher.insights.latest import latest
from kesher.insights.models import ANNOTATORS, Annotation
from kesher.www.forms import Typed
from kesher.www.insights import saying
from kesher.www.insights.access import InAnOrganisationAs


class NoteForm(Typed, forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What should be known of this figure?"),
        help_text=gettext_lazy("One thing that explains it, in a few sentences. Everybody reads it. Name no person."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )


class NoteView(InAnOrganisationAs, View):
    """Write beside a figure of one's place; below, what one's organisation has written there."""

    roles_let_in = ANNOTATORS

    @cached_property
    def area(self) -> Area:
        area: Area = get_object_or_404(Area, pk=self.kwargs["pk"])
        if not is_ours(area):
            raise Http404
        return area

    @cached_property
    def indicator(self) -> Indicator:
        found = registry().get(self.kwargs["code"])
        if found is None or found.code not in latest().indicators(self.area.pk):
            raise Http404
        return found

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self._draw(NoteForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        area, code = self.area, self.indicator.code
        form = NoteForm(request.POST)
        if form.is_valid():
            try:
                notes.write(area, code, form.cleaned_data["text"], language=get_language() or "en", by=self.by)
            except ValidationError as error:
                for message in error.messages:
                    form.add_error(None, message)
            else:
                messages.success(request, _("It stands beside the figure now, with the name of your organisation."))
                return redirect("insights_figure", pk=area.pk, code=code)
        return self._draw(form, status=400)

    def _draw(self, form: NoteForm, status: int = 200) -> HttpResponse:
        figure = latest().figure(self.indicator.code, self.area.pk)
        own = Annotation.objects.editable_by(self.user).filter(area=self.area, indicator=self.indicator.code)
        context = {
            "area": self.area,
            "indicator": self.indicator,
            "said": saying.said(figure, self.indicator) if figure is not None else "",
            "period": saying.period(figure.period) if figure is not None else "",
            "form": form,
            "own": own.shown().select_related("organisation"),
        }
        return render(self.request, "insights/note.html", context, status=status)


class WithdrawNoteView(InAnOrganisationAs, View):
    """It is no longer shown."""

    roles_let_in = ANNOTATORS

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        note = get_object_or_404(Annotation.objects.editable_by(self.user), pk=pk)
        notes.withdraw(note, by=self.user.as_actor(note.organisation_id))
        messages.success(request, _("It no longer stands beside the figure."))
        return redirect("insights_note", pk=note.area_id, code=note.indicator)


def may_note(user: Any, area: Area) -> bool:
    """Whether to show the way to the page on which one writes beside a figure of this place."""
    return bool(user.is_authenticated and user.organisation_ids_as(ANNOTATORS) and is_ours(area))
