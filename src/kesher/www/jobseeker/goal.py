"""My goal, what I am good at, and the talks about it: I read them back, and say what is right and what is not."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.base.transitions import Refused
from kesher.casework import talks
from kesher.casework.models import Strength, Talk
from kesher.people import aspirations, files
from kesher.people.models import Aspiration
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.talks import goal_of, row_of, talks_of
from kesher.www.caseworker.people.goal_forms import GoalForm, told_of_goal
from kesher.www.caseworker.people.meant import SAID, MeantForm, agree, meant_of, write
from kesher.www.caseworker.people.part_pages import show_wrong
from kesher.www.forms import Typed
from kesher.www.jobseeker.access import OwnFile
from kesher.www.overwriting import differences, with_stamp


class NotRightForm(Typed, forms.Form):
    """What was not so."""

    words = forms.CharField(
        label=gettext_lazy("What is not right?"),
        help_text=gettext_lazy("In your own words. Your caseworker reads it and talks with you about it."),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )


class MyGoalView(OwnFile, View):
    """``do``: goal, meant and meant-yes (its occupation), yes and out (a strength), right and not-right (a talk)."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        key = request.POST.get("row", "")
        strengths = Strength.objects.visible_to(user).filter(person=self.person).select_related("talk")
        mine = Talk.objects.visible_to(user).filter(person=self.person)
        try:
            match request.POST.get("do", ""):
                case "goal":
                    return self._say(request)
                case "meant":
                    said = self._goal()
                    meant = MeantForm(said, request.POST, worker=False)
                    if not write(meant, by=self.by):
                        return self._draw(request, meant=meant, status=200 if meant.is_looking else 400)
                case "meant-yes":
                    agree(self._goal(), seen=request.POST.get("seen", ""), who=SAID, by=self.by)
                case "yes":
                    talks.confirm(self._with_person(row_of(strengths, key)), by=self.by)
                case "out":
                    talks.take_out(self._with_person(row_of(strengths, key)), by=self.by)
                case "right":
                    talks.answer(self._with_person(row_of(mine, key)), right=True, by=self.by)
                case "not-right":
                    talk = self._with_person(row_of(mine, key))
                    form = NotRightForm(request.POST, prefix=str(talk.pk))
                    if not form.is_valid():
                        return self._draw(request, not_right={talk.pk: form}, status=400)
                    talks.answer(talk, right=False, words=form.cleaned_data["words"], by=self.by)
                case _:
                    raise Refused(_("This is not possible in the present state."), "do")
        except Refused as refused:
            return self._draw(request, refused=str(refused.message), status=400)
        messages.success(request, _("Written down."))
        return redirect("my_goal")

    def _goal(self) -> Aspiration:
        said = aspirations.latest(self.person)
        if said is None:
            raise Refused(_("This is not possible in the present state."), "do")
        said.person = self.person
        return said

    def _with_person(self, row: Any) -> Any:
        row.person = self.person
        return row

    def _say(self, request: HttpRequest) -> HttpResponse:
        form = GoalForm(request.POST, before=aspirations.latest(self.person))
        if not form.is_valid():
            return self._draw(request, form=form, status=400)
        goal = told_of_goal(form.cleaned_data) or {}
        language = translation.get_language() or self.person.language
        try:
            aspirations.say(self.person, language=language, by=self.by, seen=form.cleaned_data["seen"], **goal)
        except files.Changed as changed:
            theirs = differences(changed.rows, form.told, form.fields)
            stamp = files.stamp_of(changed.rows[0])
            again = GoalForm(with_stamp(request, stamp), before=aspirations.latest(self.person))
            again.is_valid()
            return self._draw(request, form=again, theirs=theirs, status=409)
        except ValidationError as wrong:
            show_wrong(form, wrong)
            return self._draw(request, form=form, status=400)
        messages.success(request, _("Written down."))
        return redirect("my_goal")

    def _draw(
        self,
        request: HttpRequest,
        *,
        form: GoalForm | None = None,
        not_right: dict[UUID, NotRightForm] | None = None,
        meant: MeantForm | None = None,
        theirs: list[dict[str, Any]] | None = None,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        goal = goal_of(self.person)
        held = talks_of(signed_in(request), self.person)
        for one in held:
            key = one["talk"].pk
            one["form"] = (not_right or {}).get(key) or NotRightForm(prefix=str(key))
            one["is_open"] = key in (not_right or {})
        context = {
            "goal": goal,
            "meant": meant_of(goal["now"], meant, worker=False),
            "form": form or GoalForm(before=goal["now"]),
            "is_open": form is not None or goal["now"] is None or goal["is_due"],
            "strengths": [{**strength, "talk": one["talk"]} for one in reversed(held) for strength in one["strengths"]],
            "talks": held,
            "theirs": theirs,
            "refused": refused,
        }
        return render(request, "jobseeker/goal.html", context, status=status)
