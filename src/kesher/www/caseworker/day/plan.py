"""A person's plan: what they are heading for, and who does what by when."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.base.translated import in_language
from kesher.casework import plans
from kesher.casework.models import Caseworker, Plan, Review, Step, WhyDropped
from kesher.people import files
from kesher.people.aspirations import latest
from kesher.people.models import Person
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import PLAN, thing_opened
from kesher.www.caseworker.day.forms import AimForm, DateForm, OtherDayForm, StepForm
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.overwriting import differences, with_stamp


def owners(steps: Iterable[Step]) -> dict[UUID, str]:
    """The names of those who do steps, by their account's key."""
    keys = {step.owner_user_id for step in steps if step.owner_user_id}
    return {one.pk: str(one) for one in User.objects.filter(pk__in=keys).order_by("id")}


def who_does(step: Step, names: dict[UUID, str]) -> str:
    """The person, a colleague, or an organisation, in the language that is set."""
    if step.owner == Step.Owner.PERSON or step.organisation is None:
        return step.person.called
    organisation = in_language(step.organisation.name, translation.get_language() or "en").text
    name = names.get(step.owner_user_id, "") if step.owner_user_id else ""
    return f"{organisation}: {name}" if name else organisation  # brackets fall apart where two scripts meet


def as_rows(person: Person, steps: list[Step]) -> list[dict[str, Any]]:
    names = owners(steps)
    for step in steps:
        step.person = person
    return [{"step": step, "who": who_does(step, names)} for step in steps]


class PlanView(FilesOnly, View):
    """What is agreed, what waits, and which dates must not be missed."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=PLAN)
        return self._draw(request, person, by)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=PLAN)
        try:
            match request.POST.get("do", ""):
                case "aim":
                    aim = AimForm(request.POST)
                    if not aim.is_valid():
                        return self._draw(request, person, by, aim=aim, status=400)
                    plans.head_for(person, by=by, seen=aim.cleaned_data["seen"], **aim.told)
                case "date":
                    date = DateForm(request.POST, prefix="date")
                    if not date.is_valid():
                        return self._draw(request, person, by, date=date, status=400)
                    plans.set_date(person, by=by, **date.cleaned_data)
                case "seen":
                    plans.see_to(self._review(request, person), by=by)
                case "mine":
                    plans.look_after(person, user=signed_in(request), by=by, seen=request.POST.get("before", ""))
                case _:
                    raise Refused(_("This is not possible in the present state."), "do")
        except files.Changed as changed:
            return self._changed_meanwhile(request, person, by, changed.rows[0])
        except Refused as refused:
            return self._draw(request, person, by, refused=str(refused.message), status=400)
        messages.success(request, _("Written down."))
        return redirect("person_plan", pk=person.pk)

    def _changed_meanwhile(
        self, request: HttpRequest, person: Person, by: Actor, now: Plan | Caseworker
    ) -> HttpResponse:
        """Somebody else has said what they head for, or looks after them, since the page was opened."""
        if isinstance(now, Caseworker):
            refused = _("Somebody else looks after them since you opened this page. See below who it is.")
            return self._draw(request, person, by, refused=refused, status=409)
        aim = AimForm(with_stamp(request, plans.stamp_of_aim(now)))
        aim.is_valid()
        theirs = differences([now], aim.told, aim.fields)
        return self._draw(request, person, by, aim=aim, theirs=theirs, status=409)

    @staticmethod
    def _review(request: HttpRequest, person: Person) -> Review:
        try:
            key = UUID(request.POST.get("review", ""))
        except ValueError:
            raise Refused(_("Choose a date."), "review") from None
        review: Review | None = Review.objects.visible_to(signed_in(request)).filter(person=person, pk=key).first()
        if review is None:
            raise Refused(_("Choose a date."), "review")
        review.person = person
        return review

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        by: Actor,
        *,
        aim: AimForm | None = None,
        date: DateForm | None = None,
        theirs: list[dict[str, Any]] | None = None,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        user = signed_in(request)
        plan = Plan.objects.visible_to(user).filter(person=person).first()
        mine = Step.objects.visible_to(user).filter(person=person).select_related("organisation")
        caseworkers = Caseworker.objects.visible_to(user).filter(person=person).select_related("user", "organisation")
        looking = list(caseworkers.order_by("id"))
        context = {
            "person": person,
            "plan": plan,
            "goal": latest(person),
            "refused": refused,
            "open": as_rows(person, list(mine.open().order_by("due_on", "id"))),
            "ended": as_rows(person, list(mine.exclude(state=Step.State.OPEN).order_by("-ended_at", "-id")[:20])),
            "dates": Review.objects.visible_to(user).open().filter(person=person).order_by("on", "id"),
            "looking": looking,
            "is_mine": any(one.user_id == user.pk for one in looking),
            "ours_before": files.stamp_of(plans.looks_after(person, by.organisation_id), ["user_id"]),
            "theirs": theirs,
            "aim": aim or AimForm(initial={"aim": plan.aim if plan else "", "seen": plans.stamp_of_aim(plan)}),
            "aim_open": aim is not None,
            "date": date or DateForm(prefix="date"),
            "date_open": date is not None,
        }
        return render(request, "caseworker/day/plan.html", context, status=status)


class NewStepView(FilesOnly, View):
    """Agree on one step."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=PLAN)
        return self._draw(request, person, StepForm(person=person, by=by))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=PLAN)
        form = StepForm(request.POST, person=person, by=by)
        if not form.is_valid():
            return self._draw(request, person, form, status=400)
        told = {name: value for name, value in form.cleaned_data.items() if name != "who"}
        if told["owner_user_id"]:
            told["owner_user_id"] = UUID(told["owner_user_id"])
        try:
            plans.agree(person, by=by, **told)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, form, status=400)
        messages.success(request, _("Agreed."))
        return redirect("person_plan", pk=person.pk)

    @staticmethod
    def _draw(request: HttpRequest, person: Person, form: StepForm, status: int = 200) -> HttpResponse:
        return render(request, "caseworker/day/step_new.html", {"person": person, "form": form}, status=status)


class StepView(FilesOnly, View):
    """One step: done, another day, or not at all."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        step, by = thing_opened(request, Step.objects, pk, purpose=PLAN)
        return self._draw(request, step, by)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        step, by = thing_opened(request, Step.objects, pk, purpose=PLAN)
        event = request.POST.get("event", "")
        form = OtherDayForm(request.POST if event == "postpone" else None)
        try:
            match event:
                case "finish":
                    plans.finish(step, by=by)
                    messages.success(request, _("Done. What is the next step?"))
                    return redirect("person_step_new", pk=step.person_id)
                case "drop":
                    plans.drop(step, reason=request.POST.get("reason", ""), by=by)
                    messages.success(request, _("Dropped. What is the next step?"))
                case "reopen":
                    plans.reopen(step, by=by)
                    messages.success(request, _("It is open again."))
                case "postpone":
                    if not form.is_valid():
                        return self._draw(request, step, by, form=form, event=event, status=400)
                    plans.postpone(step, by=by, seen=form.cleaned_data["seen"], **form.told)
                    messages.success(request, _("It has a new day."))
                case _:
                    raise Refused(_("This is not possible in the present state."), "event")
        except files.Changed as changed:
            step.refresh_from_db(fields=["due_on"])
            theirs = differences(changed.rows, form.told, form.fields)
            form = OtherDayForm(with_stamp(request, plans.stamp_of_day(step)))
            return self._draw(request, step, by, form=form, theirs=theirs, event=event, status=409)
        except Refused as refused:
            step.refresh_from_db(fields=["state", "reason", "ended_at", "due_on"])
            return self._draw(request, step, by, refused=str(refused.message), event=event, status=400)
        return redirect("person_plan", pk=step.person_id)

    @staticmethod
    def _draw(
        request: HttpRequest,
        step: Step,
        by: Actor,
        *,
        form: OtherDayForm | None = None,
        theirs: list[dict[str, Any]] | None = None,
        refused: str = "",
        event: str = "",
        status: int = 200,
    ) -> HttpResponse:
        writers = User.objects.filter(pk__in=[step.agreed_by_id] if step.agreed_by_id else []).order_by("id")
        context = {
            "step": step,
            "person": step.person,
            "who": who_does(step, owners([step])),
            "agreed_by": next((str(one) for one in writers), ""),
            "reasons": WhyDropped.choices,
            "possible": {one.event for one in plans.STEP_STATES.possible(step, by=by)},
            "form": form or OtherDayForm(initial={"seen": plans.stamp_of_day(step)}),
            "theirs": theirs,
            "refused": refused,
            "event": event,
        }
        return render(request, "caseworker/day/step.html", context, status=status)
