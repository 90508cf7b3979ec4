"""The desk of those who answer complaints of people about others; and how many there were, for the table."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.transitions import Refused
from kesher.referrals import complaints
from kesher.referrals.complaint_figures import figures
from kesher.referrals.complaints import COMPLAINT_STATES, WhyPassed
from kesher.referrals.models import HANDLERS, Complaint
from kesher.www.forms import Typed
from kesher.www.languages import language_name
from kesher.www.officer.agreements import OrganisationField
from kesher.www.referrals.access import PAGE_SIZE, InARole, drawn, signed_in

#: These see how many there were.
READERS = HANDLERS | {Role.OFFICER, Role.AUDITOR, Role.PARTNER}
YEAR = timedelta(days=365)
KEPT = {
    "in time": gettext_lazy("answered in time"),
    "late": gettext_lazy("answered late"),
    "open": gettext_lazy("without an answer yet"),
}


class DeskView(InARole, View):
    """``?show=``: those without an answer (default), or answered."""

    roles_let_in = frozenset(HANDLERS)

    def get(self, request: HttpRequest) -> HttpResponse:
        mine = Complaint.objects.visible_to(signed_in(request)).select_related("organisation")
        answered = mine.filter(state=Complaint.State.ANSWERED).order_by("-answered_at", "-id")
        lists = {"open": (_("To answer"), mine.open()), "answered": (_("Answered"), answered)}
        show = request.GET.get("show", "")
        show = show if show in lists else "open"
        context = {
            "page": Paginator(lists[show][1], PAGE_SIZE).get_page(request.GET.get("page")),
            "query": f"show={show}",
            "show": show,
            "today": timezone.localdate(),
            "days": settings.COMPLAINT_DAYS,
            "tabs": [
                {"label": label, "count": found.count(), "query": f"?show={key}", "current": key == show}
                for key, (label, found) in lists.items()
            ],
        }
        return drawn(request, "complaints/desk.html", context)


class AnswerForm(Typed, forms.Form):
    finding = forms.ChoiceField(
        label=gettext_lazy("What did you find?"), choices=Complaint.Finding.choices, widget=forms.RadioSelect
    )
    reply = forms.CharField(
        label=gettext_lazy("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto"}),
        help_text=gettext_lazy("Plain words: what you looked at, what you found, what changes."),
    )


class PassForm(forms.Form):
    why = forms.ChoiceField(label=gettext_lazy("Why?"), choices=WhyPassed.choices, widget=forms.RadioSelect)
    organisation = OrganisationField(
        label=gettext_lazy("Which organisation is it about?"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=gettext_lazy("as it says"),
        help_text=gettext_lazy("Only if it is about another than it says. Then somebody else may have to answer."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        approved = Organisation.objects.approved().only("name").order_by("id")
        self.fields["organisation"].queryset = approved  # type: ignore[attr-defined]


class AnswerView(InARole, View):
    """One complaint: what was written, and what one can do about it now."""

    roles_let_in = frozenset(HANDLERS)

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, self._found(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        complaint = self._found(request, pk)
        by = signed_in(request).as_actor(complaint.answerer_id)
        event = request.POST.get("event", "")
        form: forms.Form | None = None
        try:
            if event == "take":
                complaints.take(complaint, by=by)
                return redirect("complaint_answer", pk=pk)
            if event == "answer":
                form = AnswerForm(request.POST)
                if form.is_valid():
                    complaints.answer(complaint, by=by, **form.cleaned_data)
                    messages.success(request, _("Answered. They are told where they left an address."))
                    return redirect("complaints")
            elif event == "pass on":
                form = PassForm(request.POST, prefix="pass")
                if form.is_valid():
                    said = form.cleaned_data
                    complaints.pass_on(complaint, why=said["why"], about=said["organisation"], by=by)
                    messages.success(request, _("Passed on."))
                    return redirect("complaints")
            else:
                raise Http404
        except Refused as refused:
            return self._draw(request, self._found(request, pk), refused=str(refused.message), form=form, status=400)
        return self._draw(request, complaint, form=form, status=400)

    @staticmethod
    def _found(request: HttpRequest, pk: UUID) -> Complaint:
        mine = Complaint.objects.visible_to(signed_in(request)).select_related("organisation", "service")
        complaint = mine.filter(pk=pk).first()
        if complaint is None:
            raise Http404
        return complaint

    @staticmethod
    def _draw(
        request: HttpRequest,
        complaint: Complaint,
        *,
        refused: str = "",
        form: forms.Form | None = None,
        status: int = 200,
    ) -> HttpResponse:
        user = signed_in(request)
        may = {t.event for t in COMPLAINT_STATES.possible(complaint, by=user.as_actor(complaint.answerer_id))}
        mine = complaint.state == Complaint.State.TAKEN and complaint.handler_id == user.pk
        context = {
            "complaint": complaint,
            "spoken": language_name(complaint.language),
            "refused": refused,
            "may_take": "take" in may,
            "answer_form": (form if isinstance(form, AnswerForm) else AnswerForm()) if mine else None,
            "pass_form": (form if isinstance(form, PassForm) else PassForm(prefix="pass"))
            if "pass on" in may
            else None,
            "passing": isinstance(form, PassForm),
            "today": timezone.localdate(),
        }
        return drawn(request, "complaints/answer.html", context, status=status)


class FiguresView(InARole, View):
    """Of the last year, for the table of the town."""

    roles_let_in = frozenset(READERS)

    def get(self, request: HttpRequest) -> HttpResponse:
        since = timezone.now() - YEAR
        found = figures(since=since)
        about, findings = dict(Complaint.About.choices), dict(Complaint.Finding.choices)
        names = Organisation.objects.in_bulk(list(found.organisations))
        context = {
            "since": since.date(),
            "made": found.made,
            "about": [(about[key], count) for key, count in found.about.items()],
            "findings": [(findings.get(key) or KEPT["open"], count) for key, count in found.findings.items()],
            "kept": [(KEPT[key], count) for key, count in found.kept.items()],
            "organisations": [(names[key], count) for key, count in found.organisations.items() if key in names],
        }
        return drawn(request, "complaints/figures.html", context)
