"""Booking appointments, moving them, saying what came of them; and the list of those who interpret."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.casework import appointments
from kesher.casework.models import Appointment, Interpreter, WhyCancelled
from kesher.people.models import Person
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import MEETING, thing_opened
from kesher.www.caseworker.day.forms import InterpreterForm, MeetingForm
from kesher.www.caseworker.people.access import FilesOnly, opened, organisations_with_files
from kesher.www.languages import language_name


def beginning(person: Person, user: User) -> dict[str, Any]:
    """What an appointment begins as: in the person's language, with whoever books it."""
    return {"language": person.language, "with_whom": str(user)}


class MeetingsView(FilesOnly, View):
    """A person's appointments: those to come, those that were; and booking one."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, _by = opened(request, pk, purpose=MEETING)
        user = signed_in(request)
        return self._draw(request, person, MeetingForm(user=user, initial=beginning(person, user)))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        person, by = opened(request, pk, purpose=MEETING)
        user = signed_in(request)
        form = MeetingForm(request.POST, user=user)
        if not form.is_valid():
            return self._draw(request, person, form, status=400)
        own = user.pk if form.cleaned_data["with_whom"] == str(user) else None
        try:
            meeting = appointments.book(person, by=by, with_user_id=own, **form.told)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, form, status=400)
        messages.success(request, _("Booked."))
        return redirect("appointment", pk=meeting.pk)

    @staticmethod
    def _draw(request: HttpRequest, person: Person, form: MeetingForm, status: int = 200) -> HttpResponse:
        mine = Appointment.objects.visible_to(signed_in(request)).filter(person=person).select_related("organisation")
        now = timezone.now()
        context = {
            "person": person,
            "form": form,
            "coming": list(mine.booked().filter(starts_at__gte=now).order_by("starts_at", "id")),
            "past": list(mine.exclude(state="booked", starts_at__gte=now).order_by("-starts_at", "-id")[:20]),
        }
        return render(request, "caseworker/day/appointments.html", context, status=status)


class MeetingView(FilesOnly, View):
    """One appointment."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        meeting, by = thing_opened(request, Appointment.objects.select_related("interpreter"), pk, purpose=MEETING)
        return self._draw(request, meeting, by)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        meeting, by = thing_opened(request, Appointment.objects.select_related("interpreter"), pk, purpose=MEETING)
        event = request.POST.get("event", "")
        try:
            if event == "move":
                form = MeetingForm(request.POST, user=signed_in(request))
                if not form.is_valid():
                    return self._draw(request, meeting, by, form=form, status=400)
                appointments.move(meeting, by=by, **form.told)
                messages.success(request, _("Changed. Tell the person."))
            else:
                appointments.end(meeting, event, by=by, reason=request.POST.get("reason", ""))
                messages.success(request, _("Written down."))
        except Refused as refused:
            meeting = Appointment.objects.select_related("interpreter", "person").get(pk=meeting.pk)
            return self._draw(request, meeting, by, refused=str(refused.message), event=event, status=400)
        return redirect("appointment", pk=meeting.pk)

    @staticmethod
    def _draw(
        request: HttpRequest,
        meeting: Appointment,
        by: Actor,
        *,
        form: MeetingForm | None = None,
        refused: str = "",
        event: str = "",
        status: int = 200,
    ) -> HttpResponse:
        local = timezone.localtime(meeting.starts_at)
        begins = {name: getattr(meeting, name) for name in MeetingForm.base_fields if hasattr(meeting, name)}
        begins |= {"day": local.date(), "time": local.time(), "interpreter": str(meeting.interpreter_id or "")}
        possible = {one.event for one in appointments.APPOINTMENT_STATES.possible(meeting, by=by)}
        context = {
            "meeting": meeting,
            "person": meeting.person,
            "spoken": language_name(meeting.language),
            "form": form or MeetingForm(user=signed_in(request), initial=begins),
            "form_open": form is not None or event == "move",
            "reasons": WhyCancelled.choices,
            "possible": possible,
            "may_move": meeting.is_booked and meeting.organisation_id == by.organisation_id,
            "refused": refused,
            "event": event,
        }
        return render(request, "caseworker/day/appointment.html", context, status=status)


class CalendarView(FilesOnly, View):
    """The appointment as a file for a calendar, to hand over or send."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        meeting, _by = thing_opened(request, Appointment.objects, pk, purpose=MEETING)
        response = HttpResponse(
            appointments.as_calendar(meeting, made=timezone.now()), content_type="text/calendar; charset=utf-8"
        )
        response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
        return response


class InterpretersView(FilesOnly, View):
    """Who interprets, by language."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request, InterpreterForm(initial={"in_person": True, "by_phone": True, "gender": "any"}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = InterpreterForm(request.POST)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        user = signed_in(request)
        try:
            appointments.list_interpreter(by=user.as_actor(organisations_with_files(user)[0].pk), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, form, status=400)
        messages.success(request, _("They are on the list."))
        return redirect("interpreters")

    @staticmethod
    def _draw(request: HttpRequest, form: InterpreterForm, status: int = 200) -> HttpResponse:
        user = signed_in(request)
        own = {one.pk for one in organisations_with_files(user)}
        listed = list(Interpreter.objects.visible_to(user).select_related("organisation").order_by("name", "id"))
        spoken = {code: language_name(code) for one in listed for code in one.languages}
        language = request.GET.get("language", "")
        shown = [one for one in listed if language not in spoken or language in one.languages]
        context = {
            "form": form,
            "chosen": language in spoken,
            "tabs": [{"label": _("All languages"), "query": "?", "current": language not in spoken}]
            + [
                {"label": name, "query": f"?language={code}", "current": code == language}
                for code, name in sorted(spoken.items(), key=lambda one: one[1])
            ],
            "rows": [
                {
                    "one": one,
                    "own": one.organisation_id in own,
                    "languages": [language_name(code) for code in one.languages],
                }
                for one in shown
            ],
            "several": len(own) > 1,
        }
        return render(request, "caseworker/day/interpreters.html", context, status=status)


class InterpreterView(FilesOnly, View):
    """One entry of one's own list: put right, or taken off."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        interpreter = self._own(request, pk)
        begins = {name: getattr(interpreter, name) for name in InterpreterForm.base_fields}
        return self._draw(request, interpreter, InterpreterForm(initial=begins))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        interpreter = self._own(request, pk)
        by = signed_in(request).as_actor(interpreter.organisation_id)
        if request.POST.get("do") == "unlist":
            appointments.unlist_interpreter(interpreter, by=by)
            messages.success(request, _("They are off the list; name and number are erased."))
            return redirect("interpreters")
        form = InterpreterForm(request.POST)
        if not form.is_valid():
            return self._draw(request, interpreter, form, status=400)
        try:
            appointments.change_interpreter(interpreter, by=by, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, interpreter, form, status=400)
        messages.success(request, _("Written down."))
        return redirect("interpreters")

    @staticmethod
    def _own(request: HttpRequest, pk: UUID) -> Interpreter:
        user = signed_in(request)
        own = [one.pk for one in organisations_with_files(user)]
        found = Interpreter.objects.visible_to(user).filter(pk=pk, organisation__in=own).first()
        if found is None:
            raise Http404
        return found

    @staticmethod
    def _draw(request: HttpRequest, one: Interpreter, form: InterpreterForm, status: int = 200) -> HttpResponse:
        return render(request, "caseworker/day/interpreter.html", {"one": one, "form": form}, status=status)
