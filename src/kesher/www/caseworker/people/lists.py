"""The people one's organisations keep a file of: looked for by name in any script, filtered, the latest step first.

What one looks for is sent and kept in the session, never in an address: addresses end in logs and histories, and a name
does not belong there. So it also holds when one comes back from a person.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.base.translated import in_language
from kesher.people.finding import named
from kesher.people.models import Access, Person, Worry
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.access import FilesOnly, organisations_with_files, people_of
from kesher.www.languages import language_name

PAGE_SIZE = 30
KEPT = "people-list"
SORTS = {"step": ("-last_step_at", "-id"), "silent": ("last_step_at", "id"), "new": ("-created_at", "-id")}


class FilterForm(forms.Form):
    """What to show. All of it may be left open."""

    words = forms.CharField(
        label=gettext_lazy("Name or telephone number"),
        help_text=gettext_lazy("In any script: אלמז finds Almaz."),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "type": "search", "autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    worry = forms.ChoiceField(label=gettext_lazy("What worries them"), required=False)
    grounds = forms.ChoiceField(label=gettext_lazy("Why we see the file"), required=False)
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = [("", _("all"))]
        choices: dict[str, list[Any]] = {
            "language": anything + [(code, language_name(code)) for code, _own in settings.LANGUAGES],
            "worry": anything + list(Worry.Kind.choices),
            "grounds": anything + [(kind.value, kind.label) for kind in (Access.Kind.KEEPER, Access.Kind.SHARED)],
            "organisation": anything + organisations,
            "sort": [
                ("", _("latest step first")),
                ("silent", _("longest silent first")),
                ("new", _("newest file first")),
            ],
        }
        for name, those in choices.items():
            field: Any = self.fields[name]
            field.choices = those
        if len(organisations) < 2:
            del self.fields["organisation"]


class PeopleView(FilesOnly, View):
    """Sending a filter keeps it; the list shows what is kept."""

    def get(self, request: HttpRequest) -> HttpResponse:
        form = self._form(request, request.session.get(KEPT, {}))
        if not form.is_valid():  # what was chosen then is not there any more: an organisation one has left
            form = self._form(request, {})
            form.is_valid()
        wanted = form.cleaned_data
        people = self._wanted(request, wanted)
        page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "form": form,
            "page": page,
            "pills": [
                {"key": name, "label": self._said(form, name, value)}
                for name, value in wanted.items()
                if value and name != "sort"
            ],
            "rows": [self._row(person) for person in page.object_list],
            "any": bool(wanted and any(value for name, value in wanted.items() if name != "sort")),
        }
        return render(request, "caseworker/people/list.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        kept = dict(request.session.get(KEPT, {}))
        if "clear" in request.POST:
            kept = {}
        elif name := request.POST.get("remove", ""):
            kept.pop(name, None)
        else:
            form = self._form(request, request.POST)
            if not form.is_valid():
                context: dict[str, Any] = {"form": form, "page": None, "pills": [], "rows": [], "any": True}
                return render(request, "caseworker/people/list.html", context, status=400)
            kept = {name: value for name, value in form.cleaned_data.items() if value}
        request.session[KEPT] = kept
        return redirect("caseworker_people")

    @staticmethod
    def _form(request: HttpRequest, data: Any) -> FilterForm:
        language = translation.get_language() or "en"
        own = organisations_with_files(signed_in(request))
        return FilterForm(data, organisations=[(str(one.pk), in_language(one.name, language).text) for one in own])

    @staticmethod
    def _said(form: FilterForm, name: str, value: str) -> str:
        choices = dict(getattr(form.fields[name], "choices", []))
        return str(choices.get(value, value))

    @staticmethod
    def _wanted(request: HttpRequest, wanted: dict[str, Any]) -> Any:
        people = people_of(request).active()
        if words := wanted.get("words"):
            people = named(people, words)
        if language := wanted.get("language"):
            people = people.filter(language=language)
        if worry := wanted.get("worry"):
            people = people.filter(Exists(Worry.objects.now().filter(person=OuterRef("pk"), kind=worry)))
        own = [one.pk for one in organisations_with_files(signed_in(request))]
        accesses = Access.objects.in_force().filter(person=OuterRef("pk"), whole=True, organisation__in=own)
        if grounds := wanted.get("grounds"):
            people = people.filter(Exists(accesses.filter(kind=grounds)))
        if organisation := wanted.get("organisation"):
            people = people.filter(Exists(accesses.filter(organisation=UUID(organisation))))
        worries = Prefetch("worries", queryset=Worry.objects.now().order_by("id"), to_attr="worries_now")
        return people.order_by(*SORTS[wanted.get("sort") or "step"]).defer(*Person.ENCRYPTED).prefetch_related(worries)

    @staticmethod
    def _row(person: Person) -> dict[str, Any]:
        return {
            "person": person,
            "language": language_name(person.language),
            "worries": [worry.get_kind_display() for worry in person.worries_now],  # type: ignore[attr-defined]
        }
