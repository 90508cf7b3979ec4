"""The people one's organisations keep a file of: looked for by name in any script, filtered, the latest step first.

What one looks for is sent and kept in the session, never in an address (:mod:`kesher.www.lists.kept`).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page
from django.db.models import CharField, Exists, OuterRef, Prefetch, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts.models import Membership, User
from kesher.base import logs
from kesher.base.transitions import Refused
from kesher.base.translated import in_language
from kesher.casework import plans
from kesher.casework.models import Caseworker
from kesher.directory.models import Service
from kesher.people import files
from kesher.people.finding import named
from kesher.people.models import FILE_ROLES, Access, Person, Worry
from kesher.www.caseworker.day.forms import DateForm
from kesher.www.caseworker.people.access import (
    CHANGED,
    TAKEN,
    FilesOnly,
    acting_towards,
    organisation_for_each,
    organisations_with_files,
    people_of,
)
from kesher.www.forms import Typed
from kesher.www.languages import language_name
from kesher.www.lists.deeds import Deed
from kesher.www.lists.kept import KeptList
from kesher.www.lists.tables import Table

SORTS = {"step": ("-last_step_at", "-id"), "silent": ("last_step_at", "id"), "new": ("-created_at", "-id")}


class FilterForm(Typed, forms.Form):
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
    caseworker = forms.ChoiceField(label=gettext_lazy("Who looks after them"), required=False)
    grounds = forms.ChoiceField(label=gettext_lazy("Why we see the file"), required=False)
    organisation = forms.ChoiceField(label=gettext_lazy("Organisation"), required=False)
    sort = forms.ChoiceField(label=gettext_lazy("Order"), required=False)

    def __init__(self, *args: Any, organisations: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        anything = [("", _("all"))]
        choices: dict[str, list[Any]] = {
            "language": anything + [(code, language_name(code)) for code, _own in settings.LANGUAGES],
            "worry": anything + list(Worry.Kind.choices),
            "caseworker": [*anything, ("mine", _("I do")), ("others", _("a colleague")), ("nobody", _("nobody yet"))],
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


class ColleagueForm(forms.Form):
    """Who looks after them from now on."""

    user = forms.ChoiceField(label=gettext_lazy("Who looks after them?"))

    def __init__(self, *args: Any, colleagues: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.choices = colleagues


class PeopleView(FilesOnly, KeptList):
    """Everybody whose file one may see."""

    of, url_name, template = "people", "caseworker_people", "caseworker/people/list.html"

    def form(self, data: Any) -> FilterForm:
        language = translation.get_language() or "en"
        own = organisations_with_files(self.user)
        return FilterForm(data, organisations=[(str(one.pk), in_language(one.name, language).text) for one in own])

    def found(self, wanted: Mapping[str, Any]) -> Any:
        people = people_of(self.request).active()
        if words := wanted.get("words"):
            people = named(people, words)
        if language := wanted.get("language"):
            people = people.filter(language=language)
        if worry := wanted.get("worry"):
            people = people.filter(Exists(Worry.objects.now().filter(person=OuterRef("pk"), kind=worry)))
        own = [one.pk for one in organisations_with_files(self.user)]
        after = Caseworker.objects.filter(person=OuterRef("pk"), organisation__in=own)
        match wanted.get("caseworker"):
            case "mine":
                people = people.filter(Exists(after.filter(user=self.user)))
            case "others":
                people = people.filter(Exists(after.exclude(user=self.user)))
            case "nobody":
                people = people.filter(~Exists(after))
        accesses = Access.objects.in_force().filter(person=OuterRef("pk"), whole=True, organisation__in=own)
        if grounds := wanted.get("grounds"):
            people = people.filter(Exists(accesses.filter(kind=grounds)))
        if organisation := wanted.get("organisation"):
            people = people.filter(Exists(accesses.filter(organisation=UUID(organisation))))
        return people.order_by(*SORTS[wanted.get("sort") or "step"])

    def get(self, request: HttpRequest) -> HttpResponse:
        if "service" in request.GET and self.referred_to is None:
            messages.warning(request, _("Nobody can be referred to this service now."))
            return redirect(self.url_name)
        return super().get(request)

    @cached_property
    def referred_to(self) -> Service | None:
        """The service for which somebody is chosen here. It stands in the address, as on its own page; who is chosen never
        stands beside it: that is sent."""
        try:
            key = UUID(self.request.GET.get("service", ""))
        except ValueError:
            return None
        return Service.objects.taking_referrals().filter(pk=key).first()

    def query(self) -> dict[str, str]:
        return {"service": str(self.referred_to.pk)} if self.referred_to is not None else {}

    def context(self, wanted: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
        worries = Prefetch("worries", queryset=Worry.objects.now().order_by("id"), to_attr="worries_now")
        people: Any = page.object_list
        listed = people.defer(*Person.ENCRYPTED).annotate(**self._looked_after()).prefetch_related(worries)
        return {"rows": [self._row(person) for person in listed], "referred_to": self.referred_to}

    def _looked_after(self) -> dict[str, Subquery]:
        """Who looks after each, in the organisation for which one acts there (:func:`acting_towards`)."""
        own = [one.pk for one in organisations_with_files(self.user)]
        accesses = Access.objects.in_force().filter(person=OuterRef("person"), whole=True, organisation__in=own)
        acting = Subquery(accesses.order_by("kind", "id").values("organisation")[:1])
        after = Caseworker.objects.filter(person=OuterRef("pk"), organisation=acting)
        called = Coalesce(NullIf("user__name", Value("")), "user__email", output_field=CharField())
        return {
            "after_id": Subquery(after.values("user")[:1]),
            "after": Subquery(after.annotate(called=called).values("called")[:1]),
        }

    @staticmethod
    def _row(person: Any) -> dict[str, Any]:
        return {
            "after": person.after or "",
            "before": files.said_in(Caseworker(user_id=person.after_id), ["user_id"]) if person.after_id else "",
            "key": person.pk,
            "person": person,
            "language": language_name(person.language),
            "worries": [worry.get_kind_display() for worry in person.worries_now],
        }

    # --- several at once ---

    def deeds(self) -> list[Deed]:
        return [
            Deed("mine", _("I look after them"), self._look_after),
            Deed("colleague", _("A colleague looks after them"), self._look_after, self._colleagues),
            Deed("date", _("Set a day to look again"), self._set_date, DateForm),
        ]

    def found_by_key(self, keys: list[UUID]) -> dict[UUID, Any]:
        return {
            one.pk: one for one in people_of(self.request).filter(pk__in=keys).select_related("area", "merged_into")
        }

    def name_of(self, row: Person) -> str:
        return row.called

    def _colleagues(self, data: Any, prefix: str) -> ColleagueForm:
        here = self.user.organisation_ids_as(FILE_ROLES)
        members = Membership.objects.in_force().filter(organisation__in=here, role__in=FILE_ROLES)
        named_ = members.exclude(user=self.user).select_related("user").order_by("user__name", "user_id")
        colleagues = list({str(one.user_id): str(one.user) for one in named_}.items())
        return ColleagueForm(data, prefix=prefix, colleagues=colleagues)

    def _look_after(self, person: Person, asked: Mapping[str, Any]) -> None:
        user = self.user
        if key := asked.get("user"):
            user = User.objects.get(pk=key)
        by = acting_towards(self.request, person)
        try:
            plans.look_after(person, user=user, by=by, seen=self.request.POST.get(f"before-{person.pk}", ""))
        except files.Changed as changed:
            who = changed.rows[0]
            text = _("%(name)s looks after them since you opened this list. Choose once more if it is to be so.")
            raise Refused(text % {"name": who.user if who.pk and who.user_id else "–"}, "changed") from None
        files.read(person, by=by, purpose=CHANGED, request_id=logs.request_id.get())

    def _set_date(self, person: Person, asked: Mapping[str, Any]) -> None:
        by = acting_towards(self.request, person)
        plans.set_date(person, by=by, once=True, **asked)
        files.read(person, by=by, purpose=CHANGED, request_id=logs.request_id.get())

    # --- to take along ---

    def table(self, rows: Any) -> Table:
        """How to reach them and what comes next; nothing of what is in the file beside that.

        Raises :class:`Refused` where the filter would say of every row what no column does.
        """
        if self.kept.get("worry"):
            text = _("A table must not tell what worries people. Take the filter “What worries them” off first.")
            raise Refused(text, "worry")
        people = list(rows.select_related("area", "plan"))
        read_for = organisation_for_each(self.user, [one.pk for one in people])
        files.read_many(read_for, user_id=self.user.pk, purpose=TAKEN, request_id=logs.request_id.get())
        language = translation.get_language() or settings.LANGUAGE_CODE
        own = self.user.organisation_ids_as(FILE_ROLES)
        after = Caseworker.objects.filter(person__in=read_for, organisation__in=own).select_related("user")
        workers = {one.person_id: str(one.user) for one in after.order_by("id")}
        return Table(
            name="people",
            title=_("People"),
            columns=[
                _("Name"),
                _("Language"),
                _("Best way"),
                _("When it is safe"),
                _("Write discreetly"),
                _("Telephone number"),
                _("E-mail address"),
                _("Lives in"),
                _("Next step"),
                _("Last step"),
                _("Who looks after them"),
            ],
            rows=[
                [
                    one.called,
                    language_name(one.language),
                    str(one.get_reach_by_display()),
                    one.reach_when,
                    _("yes") if one.discreet else "",
                    one.phone,
                    one.email,
                    in_language(one.area.name, language).text if one.area else "",
                    plan.next_on if (plan := getattr(one, "plan", None)) else None,
                    timezone.localtime(one.last_step_at).date(),
                    workers.get(one.pk, ""),
                ]
                for one in people
                if one.pk in read_for
            ],
        )
