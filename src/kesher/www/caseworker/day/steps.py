"""All steps of the people whose file one may see: what is due, whose it is, and several at once."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Page
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.base import logs
from kesher.base.transitions import Refused
from kesher.casework import plans
from kesher.casework.models import Step, StepKind
from kesher.people import files
from kesher.people.finding import named
from kesher.people.models import FILE_ROLES, Person
from kesher.www.caseworker.day.access import PLAN
from kesher.www.caseworker.day.forms import PostponeForm
from kesher.www.caseworker.day.plan import owners, who_does
from kesher.www.caseworker.people.access import (
    TAKEN,
    FilesOnly,
    acting_towards,
    organisation_for_each,
    people_of,
)
from kesher.www.forms import Typed
from kesher.www.lists.deeds import Deed
from kesher.www.lists.kept import KeptList
from kesher.www.lists.tables import Table


class StepFilterForm(Typed, forms.Form):
    """What to show. All of it may be left open."""

    words = forms.CharField(
        label=gettext_lazy("Name or telephone number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "type": "search", "autocomplete": "off"}),
    )
    whose = forms.ChoiceField(
        label=gettext_lazy("Who does it?"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("mine", gettext_lazy("I do")),
            ("ours", gettext_lazy("my organisation")),
            ("person", gettext_lazy("the person")),
            ("partner", gettext_lazy("a partner")),
        ],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("open")),
            ("late", gettext_lazy("overdue")),
            ("week", gettext_lazy("due within a week")),
            ("done", gettext_lazy("done")),
            ("dropped", gettext_lazy("dropped")),
        ],
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What is to be done?"),
        required=False,
        choices=[("", gettext_lazy("all")), *StepKind.choices],
    )


class StepsView(FilesOnly, KeptList):
    """Open ones first due first; ended ones the latest first."""

    of, url_name, template = "steps", "caseworker_steps", "caseworker/day/steps.html"

    def form(self, data: Any) -> StepFilterForm:
        return StepFilterForm(data)

    def found(self, wanted: Mapping[str, Any]) -> Any:
        today = timezone.localdate()
        here = self.user.organisation_ids_as(FILE_ROLES)
        people = people_of(self.request).active()
        if words := wanted.get("words"):
            people = named(people, words)
        steps = Step.objects.visible_to(self.user).filter(person__in=people.values("pk"))
        match wanted.get("whose"):
            case "mine":
                steps = steps.filter(owner_user_id=self.user.pk)
            case "ours":
                steps = steps.filter(~Q(owner=Step.Owner.PARTNER), organisation__in=here)
            case "person":
                steps = steps.filter(owner=Step.Owner.PERSON)
            case "partner":
                steps = steps.filter(owner=Step.Owner.PARTNER)
        if kind := wanted.get("kind"):
            steps = steps.filter(kind=kind)
        state = wanted.get("state") or ""
        if state in (Step.State.DONE, Step.State.DROPPED):
            return steps.filter(state=state).order_by("-ended_at", "-id")
        steps = steps.open()
        if state == "late":
            steps = steps.filter(due_on__lt=today)
        elif state == "week":
            steps = steps.filter(due_on__gte=today, due_on__lte=today + timedelta(days=7))
        return steps.order_by("due_on", "id")

    def context(self, wanted: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
        steps: Any = page.object_list
        those = list(steps.select_related("organisation", "person").defer(*_unread()))
        names = owners(those)
        return {
            "rows": [
                {"key": one.pk, "step": one, "who": who_does(one, names), "seen": plans.stamp_of_day(one)}
                for one in those
            ],
            "open": (wanted.get("state") or "") not in (Step.State.DONE, Step.State.DROPPED),
        }

    # --- several at once ---

    def deeds(self) -> list[Deed]:
        return [
            Deed("finish", _("They are done"), self._finish),
            Deed("postpone", _("New day"), self._postpone, PostponeForm),
        ]

    def found_by_key(self, keys: list[UUID]) -> dict[UUID, Any]:
        steps = Step.objects.visible_to(self.user).filter(pk__in=keys, person__in=people_of(self.request).values("pk"))
        return {one.pk: one for one in steps.select_related("person")}

    def name_of(self, row: Step) -> str:
        return row.person.called

    def _finish(self, step: Step, asked: Mapping[str, Any]) -> None:
        by = acting_towards(self.request, step.person)
        plans.finish(step, by=by)
        files.read(step.person, by=by, purpose=PLAN, request_id=logs.request_id.get())

    def _postpone(self, step: Step, asked: Mapping[str, Any]) -> None:
        by = acting_towards(self.request, step.person)
        try:
            plans.postpone(step, due_on=asked["due_on"], by=by, seen=self.request.POST.get(f"seen-{step.pk}", ""))
        except files.Changed as changed:
            day = date_format(changed.rows[0].due_on, "DATE_FORMAT")
            text = _("By now %(day)s is agreed. Choose once more if it is to be another day.")
            raise Refused(text % {"day": day}, "changed") from None
        files.read(step.person, by=by, purpose=PLAN, request_id=logs.request_id.get())

    # --- to take along ---

    def table(self, rows: Any) -> Table:
        steps = list(rows.select_related("organisation", "person").defer(*_unread()))
        read_for = organisation_for_each(self.user, {one.person_id for one in steps})
        files.read_many(read_for, user_id=self.user.pk, purpose=TAKEN, request_id=logs.request_id.get())
        names = owners(steps)
        return Table(
            name="steps",
            title=_("Steps"),
            columns=[_("Name"), _("Step"), _("In your own words"), _("Who does it?"), _("By when?"), _("State")],
            rows=[
                [one.person.called, str(one.what), one.text, who_does(one, names), one.due_on, one.get_state_display()]
                for one in steps
                if one.person_id in read_for
            ],
        )


def _unread() -> list[str]:
    return [f"person__{name}" for name in Person.ENCRYPTED]
