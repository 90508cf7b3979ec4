"""Coaching talks in the file of a person: the goal, the strengths, each talk with what came of it, and one more."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.casework import talks
from kesher.casework.models import Strength, Talk
from kesher.people import aspirations, files
from kesher.people.models import Aspiration, Person
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import PLAN
from kesher.www.caseworker.day.talk_forms import TalkForm, key_in, strength_name
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.caseworker.people.goal_forms import OF_GOAL
from kesher.www.caseworker.people.meant import MeantForm, agree, meant_of, write
from kesher.www.caseworker.people.part_pages import show_wrong
from kesher.www.overwriting import differences, with_stamp


def written(person: Person, form: TalkForm, by: Actor) -> Talk | None:
    """Write the talk down; None where something is wrong with it, which the form then says.

    Raises :class:`~kesher.people.files.Changed` where the goal is another by now.
    """
    if (there := _from_this_form(person, form)) is not None:
        return there
    if not form.is_valid():
        return None
    try:
        return talks.hold(person, by=by, **form.talk)
    except Refused as refused:
        form.add_error(None, str(refused.message))
    except ValidationError as wrong:
        show_wrong(form, wrong)
    return None


def _from_this_form(person: Person, form: TalkForm) -> Talk | None:
    """The talk that was written down when this very form was sent before: pressed twice is once."""
    key = key_in(form["key"].data or "")
    if key is None:
        return None
    there: Talk | None = Talk.objects.filter(person=person, form_key=key).first()
    return there


def changed_meanwhile(
    request: HttpRequest, person: Person, changed: files.Changed, tried: TalkForm, **form: Any
) -> tuple[TalkForm, list[dict[str, Any]]]:
    """The same form once more, with what was typed in it, and where the goal is another than it says."""
    told = {name: tried.cleaned_data.get(name) for name in OF_GOAL}
    theirs = differences(changed.rows, told, tried.fields)
    again = TalkForm(with_stamp(request, files.stamp_of(changed.rows[0]), "talk-seen"), person=person, **form)
    again.is_valid()
    return again, theirs


def talks_of(user: User, person: Person) -> list[dict[str, Any]]:
    """The talks, the latest first, each with its strengths as they are called here, and who wrote it down."""
    language = translation.get_language() or "en"
    rows = (
        Talk.objects.visible_to(user)
        .filter(person=person)
        .select_related("organisation", "aspiration", "step")
        .prefetch_related(Prefetch("strengths", Strength.objects.visible_to(user).order_by("id")))
        .order_by("-held_on", "-id")
    )
    found = list(rows)
    names = {
        one.pk: str(one)
        for one in User.objects.filter(pk__in={row.noted_by_id for row in found if row.noted_by_id}).order_by("id")
    }
    return [
        {
            "talk": row,
            "who": names.get(row.noted_by_id, "") if row.noted_by_id else "",
            "strengths": [
                {"row": one, "name": strength_name(one, language), "is_skill": bool(one.uri)}
                for one in row.strengths.all()
            ],
        }
        for row in found
    ]


def goal_of(person: Person) -> dict[str, Any]:
    """What they want now, since when; whether it is time to ask again; and what they said before, the latest first."""
    said = list(person.aspirations.order_by("-said_at", "-id"))
    again = aspirations.asked_again_on(said[0]) if said else None
    return {
        "now": said[0] if said else None,
        "before": said[1:],
        "is_due": again is not None and again <= timezone.localdate(),
    }


def row_of(rows: Any, key: str) -> Any:
    """The row that a button names; no such page for what is not of this person."""
    try:
        row = rows.filter(pk=UUID(key)).first()
    except ValueError:
        row = None
    if row is None:
        raise Http404
    return row


class TalksView(FilesOnly, View):
    """What was talked about. ``do``: talk (one more), meant and meant-yes (which occupation the goal is), yes and out (of a
    strength), heard (what was not right)."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=PLAN)
        return self._draw(request, person)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=PLAN)
        try:
            match request.POST.get("do", ""):
                case "talk":
                    form = TalkForm(request.POST, person=person)
                    try:
                        if written(person, form, by) is None:
                            return self._draw(request, person, form=form, status=400)
                    except files.Changed as changed:
                        again, theirs = changed_meanwhile(request, person, changed, form)
                        return self._draw(request, person, form=again, theirs=theirs, status=409)
                case "meant":
                    meant = MeantForm(self._goal(person), request.POST, worker=True)
                    if not write(meant, by=by):
                        return self._draw(request, person, meant=meant, status=200 if meant.is_looking else 400)
                case "meant-yes":
                    told = request.POST
                    agree(self._goal(person), seen=told.get("seen", ""), who=told.get("who", ""), by=by)
                case "yes":
                    talks.confirm(self._strength(request, person), by=by)
                case "out":
                    talks.take_out(self._strength(request, person), by=by)
                case "heard":
                    talk = row_of(Talk.objects.visible_to(signed_in(request)).filter(person=person), self._key(request))
                    talk.person = person
                    talks.take_up(talk, by=by)
                case _:
                    raise Refused(_("This is not possible in the present state."), "do")
        except Refused as refused:
            return self._draw(request, person, refused=str(refused.message), status=400)
        messages.success(request, _("Written down."))
        return redirect("person_talks", pk=person.pk)

    @staticmethod
    def _goal(person: Person) -> Aspiration:
        said = aspirations.latest(person)
        if said is None:
            raise Refused(_("This is not possible in the present state."), "do")
        said.person = person
        return said

    @staticmethod
    def _key(request: HttpRequest) -> str:
        return str(request.POST.get("row", ""))

    def _strength(self, request: HttpRequest, person: Person) -> Strength:
        mine = Strength.objects.visible_to(signed_in(request)).filter(person=person)
        strength: Strength = row_of(mine, self._key(request))
        strength.person = person
        return strength

    @staticmethod
    def _draw(
        request: HttpRequest,
        person: Person,
        *,
        form: TalkForm | None = None,
        meant: MeantForm | None = None,
        theirs: list[dict[str, Any]] | None = None,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        held = talks_of(signed_in(request), person)
        goal = goal_of(person)
        context = {
            "person": person,
            "goal": goal,
            "meant": meant_of(goal["now"], meant, worker=True),
            "talks": held,
            "form": form or TalkForm(person=person),
            "is_open": form is not None or not held,
            "theirs": theirs,
            "refused": refused,
        }
        return render(request, "caseworker/day/talks.html", context, status=status)
