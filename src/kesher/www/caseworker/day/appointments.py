"""Booking appointments, moving them, saying what came of them; and the list of those who interpret."""

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.casework import appointment_notices as notices
from kesher.casework import appointments
from kesher.casework.appointment_links import shows_the_place
from kesher.casework.appointment_notices import Stands
from kesher.casework.models import Appointment, Interpreter, WhyCancelled
from kesher.people import files
from kesher.people.models import Person
from kesher.referrals.models import FollowUp
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.access import MEETING, thing_opened
from kesher.www.caseworker.day.forms import InterpreterForm, MeetingForm
from kesher.www.caseworker.people.access import FilesOnly, opened, organisations_with_files
from kesher.www.languages import language_name
from kesher.www.overwriting import differences, with_stamp


def beginning(person: Person, user: User) -> dict[str, Any]:
    """What an appointment begins as: in the person's language, with whoever books it."""
    return {"language": person.language, "with_whom": str(user)}


#: Whether the person knows how it stands.
_STANDS: dict[Stands, Any] = {
    Stands.NOTICE: gettext_lazy("They have a notice in their account, and by e-mail."),
    Stands.MAIL: gettext_lazy("They have an e-mail with a link."),
    Stands.TEXT: gettext_lazy("They have a text message with a link."),
    Stands.WAITS: gettext_lazy("They are written to as soon as the hour is safe."),
    Stands.HUMAN: gettext_lazy("Tell them yourself: nobody else does, as they said how they can be reached safely."),
    Stands.UNSURE: gettext_lazy("Nobody knows whether the text message has left. Tell them yourself."),
    Stands.THEY_SAID: gettext_lazy("They said so themselves."),
    Stands.BY_US: gettext_lazy("They were told by one of you."),
    Stands.UNTOLD: gettext_lazy("Tell them yourself."),
}


def knows(meeting: Appointment) -> Stands:
    """Whether the person knows how it stands; at once where no machine may write to them."""
    stands = notices.stands(meeting, now=timezone.now())
    person = meeting.person
    no_account = person.user_id is None or person.discreet
    by_hand = stands == Stands.WAITS and no_account and notices.way_of(person) == FollowUp.How.SENDER
    return Stands.HUMAN if by_hand else stands


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
            meeting = appointments.book(person, by=by, with_user_id=own, **form.booked)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, person, form, status=400)
        messages.success(request, _("Booked.") + " " + str(_STANDS[knows(meeting)]))
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
        event, seen, form = request.POST.get("event", ""), request.POST.get("seen", ""), None
        try:
            if event == "move":
                form = MeetingForm(request.POST, user=signed_in(request))
                if not form.is_valid():
                    return self._draw(request, meeting, by, form=form, status=400)
                appointments.move(meeting, by=by, seen=form.cleaned_data["seen"], **form.booked)
                messages.success(request, _("Changed.") + " " + str(_STANDS[knows(meeting)]))
            elif event == "told":
                notices.told_by_us(meeting, by=by, seen=seen)
                messages.success(request, _("Written down."))
            else:
                appointments.end(meeting, event, by=by, seen=seen, reason=request.POST.get("reason", ""))
                messages.success(request, _("Written down."))
        except files.Changed as changed:
            if form is not None:
                return self._changed_meanwhile(request, changed.rows[0], form, by)
            said = _("It was changed meanwhile. Nothing is written yet: this is how it stands now.")
            return self._draw(request, changed.rows[0], by, refused=said, event=event, status=409)
        except Refused as refused:
            meeting = Appointment.objects.select_related("interpreter", "person").get(pk=meeting.pk)
            return self._draw(request, meeting, by, refused=str(refused.message), event=event, status=400)
        return redirect("appointment", pk=meeting.pk)

    def _changed_meanwhile(
        self, request: HttpRequest, meeting: Appointment, tried: MeetingForm, by: Actor
    ) -> HttpResponse:
        """Somebody else has moved it: where, and what was typed, once more."""
        local = timezone.localtime(meeting.starts_at)
        interpreter = meeting.interpreter
        there = SimpleNamespace(
            day=local.date(),
            time=local.time().replace(second=0, microsecond=0),
            interpreter=interpreter,
            get_interpreter_display=lambda: interpreter.name if interpreter else "",
            language=meeting.language,
            get_language_display=lambda: language_name(meeting.language),
        )
        asked = {name: value for name, value in tried.told.items() if name in tried.fields}
        theirs = differences([there, meeting], asked, tried.fields)
        again = MeetingForm(with_stamp(request, files.stamp_of(meeting)), user=signed_in(request))
        return self._draw(request, meeting, by, form=again, theirs=theirs, event="move", status=409)

    @staticmethod
    def _draw(
        request: HttpRequest,
        meeting: Appointment,
        by: Actor,
        *,
        form: MeetingForm | None = None,
        theirs: list[dict[str, Any]] | None = None,
        refused: str = "",
        event: str = "",
        status: int = 200,
    ) -> HttpResponse:
        local = timezone.localtime(meeting.starts_at)
        begins = {name: getattr(meeting, name) for name in MeetingForm.base_fields if hasattr(meeting, name)}
        begins |= {"day": local.date(), "time": local.time(), "interpreter": str(meeting.interpreter_id or "")}
        begins["seen"] = files.stamp_of(meeting)
        stands = knows(meeting)
        possible = {one.event for one in appointments.APPOINTMENT_STATES.possible(meeting, by=by)}
        context = {
            "meeting": meeting,
            "seen": files.stamp_of(meeting),
            "person": meeting.person,
            "spoken": language_name(meeting.language),
            "told": _STANDS[stands],
            "tell_them": stands in (Stands.HUMAN, Stands.UNSURE, Stands.UNTOLD),
            "tell_the_place": stands in (Stands.MAIL, Stands.TEXT) and not shows_the_place(meeting),
            "form": form or MeetingForm(user=signed_in(request), initial=begins),
            "form_open": form is not None or event == "move",
            "theirs": theirs,
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
            appointments.list_interpreter(by=user.as_actor(organisations_with_files(user)[0].pk), **form.told)
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
        begins = {name: getattr(interpreter, name) for name in InterpreterForm.base_fields if name != "seen"}
        begins["seen"] = files.stamp_of(interpreter)
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
            appointments.change_interpreter(interpreter, by=by, seen=form.cleaned_data["seen"], **form.told)
        except files.Changed as changed:
            again = InterpreterForm(with_stamp(request, files.stamp_of(changed.rows[0])))
            theirs = differences(changed.rows, form.told, form.fields)
            return self._draw(request, interpreter, again, status=409, theirs=theirs)
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
    def _draw(
        request: HttpRequest,
        one: Interpreter,
        form: InterpreterForm,
        status: int = 200,
        theirs: list[dict[str, Any]] | None = None,
    ) -> HttpResponse:
        context = {"one": one, "form": form, "theirs": theirs}
        return render(request, "caseworker/day/interpreter.html", context, status=status)
