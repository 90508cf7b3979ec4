"""A person's plan on paper: in their own language, and beside it in the caseworker's."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views import View

from kesher.base.translated import in_language
from kesher.casework.models import Appointment, Plan, Step
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import PLAN
from kesher.www.caseworker.day.conferences import conferences_of
from kesher.www.caseworker.day.plan import owners, who_does
from kesher.www.caseworker.people.access import FilesOnly, opened
from kesher.www.languages import language_name
from kesher.www.templatetags.kesher import direction_of


class PrintView(FilesOnly, View):
    """The plan to take along: in the person's language, and beside it in the caseworker's."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=PLAN)
        user = signed_in(request)
        plan = Plan.objects.visible_to(user).filter(person=person).first()
        steps = list(Step.objects.visible_to(user).open().filter(person=person).select_related("organisation"))
        for step in steps:
            step.person = person
        coming = Appointment.objects.visible_to(user).booked().filter(person=person, starts_at__gt=timezone.now())
        meetings = list(coming.order_by("starts_at", "id"))
        names = owners(steps)
        last = next(iter(conferences_of(user, person)), None)
        reader = translation.get_language() or settings.LANGUAGE_CODE
        tongues = list(dict.fromkeys([person.language, reader]))
        context = {
            "person": person,
            "plan": plan,
            "columns": [column(code, steps, meetings, names) | {"met": met(code, last)} for code in tongues],
            "theirs": language_name(person.language),
        }
        return render(request, "caseworker/day/plan_print.html", context)


def met(code: str, held: dict[str, Any] | None) -> dict[str, str] | None:
    """What was agreed as those around the person met last, and who was there, in one language."""
    if held is None:
        return None
    with translation.override(code):
        day = date_format(held["conference"].held_on, "DATE_FORMAT")
        return {
            "heading": _("What was agreed on %(day)s") % {"day": day},
            "there": ", ".join(in_language(one.name, code).text for one in held["there"]),
            "agreed": held["conference"].agreed,
        }


def column(code: str, steps: list[Step], meetings: list[Appointment], names: dict[UUID, str]) -> dict[str, Any]:
    """Everything the page says, in one language. Words that somebody typed stand as they were typed."""
    with translation.override(code):
        return {
            "language": code,
            "direction": direction_of(code),
            "heading": _("My plan"),
            "aim": _("What I am heading for"),
            "next": _("What comes next"),
            "meetings_title": _("My appointments"),
            "nothing": _("Nothing has been agreed yet."),
            "ask": _("Is something not right, or can you not come? Call us."),
            "steps": [
                {
                    "what": str(step.what),
                    "text": step.text,
                    "who": _("I do it") if step.owner == Step.Owner.PERSON else who_does(step, names),
                    "due": _("by %(day)s") % {"day": date_format(step.due_on, "DATE_FORMAT")},
                }
                for step in steps
            ],
            "meetings": [
                {
                    "when": date_format(timezone.localtime(one.starts_at), "DATETIME_FORMAT"),
                    "with_whom": one.with_whom,
                    "where": str(Appointment.Where(one.where).label),
                    "place": one.place,
                    "interpreting": "" if one.interpreting == "none" else one.get_interpreting_display(),
                }
                for one in meetings
            ],
        }
