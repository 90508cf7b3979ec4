"""The page behind the link of an appointment: when and where, for my calendar, and that I cannot come. No account is needed.

Looking changes nothing (programs of mail servers open links, too); a button does. Whoever else has the link learns neither
whose appointment it is, nor with whom, nor why; nor where, if that alone would tell (:func:`shows_the_place`).
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.casework import appointments
from kesher.casework.appointment_links import Link, opened, shows_the_place
from kesher.casework.models import Appointment, WhyCancelled
from kesher.people import files
from kesher.www.key_pages import guarded
from kesher.www.languages import language_name
from kesher.www.limits import too_many

#: Of one connection, behind which a whole centre may sit: so many looks and presses in ten minutes.
MOST, SECONDS = 120, 600


def too_many_of_them() -> HttpResponse:
    said = _("That was a lot of questions. Please try again in a few minutes.")
    return guarded(HttpResponse(said, status=429))


def behind(key: str) -> Link:
    link = opened(key)
    if link is None:
        raise Http404
    return link


def appointment_of(link: Link) -> Appointment | None:
    """As the organisation that sent the link: nobody is logged in here. None once it is over, or the file has closed, and where
    the organisation is suspended."""
    theirs = Appointment.objects.filter(organisation__state=Organisation.State.APPROVED, organisation=link.organisation)
    rows = theirs.filter(pk=link.about).select_related("person")
    found: Appointment | None = rows.first()
    return None if found is None or found.is_over else found


class MeetingLinkView(View):
    """When, where, for how long, in which language, and whether somebody interprets."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        link = behind(key)
        if too_many(request, "meeting-link", most=MOST, seconds=SECONDS):
            return too_many_of_them()
        with acting_for(organisation_ids=[link.organisation]):
            return self._draw(request, key, link, appointment_of(link))

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        link = behind(key)
        if request.POST.get("do") != "cancel":
            raise Http404
        if too_many(request, "meeting-link", most=MOST, seconds=SECONDS):
            return too_many_of_them()
        with acting_for(organisation_ids=[link.organisation]):
            appointment = appointment_of(link)
            if appointment is None:
                return self._draw(request, key, link, None)
            try:
                seen = request.POST.get("seen", "")
                appointments.end(appointment, "cancel", by=link.actor, seen=seen, reason=WhyCancelled.PERSON)
            except files.Changed as changed:
                return self._draw(request, key, link, changed.rows[0], changed=True)
            except Refused:
                appointment.refresh_from_db()  # cancelled already, or they came: the page says so
        return redirect("meeting_link", key=key)

    @staticmethod
    def _draw(
        request: HttpRequest, key: str, link: Link, appointment: Appointment | None, *, changed: bool = False
    ) -> HttpResponse:
        context: dict[str, Any] = {"key": key, "meeting": appointment, "changed": changed}
        if appointment is None:
            context["suspended"] = not Organisation.objects.approved().filter(pk=link.organisation).exists()
        else:
            context |= {"spoken": language_name(appointment.language), "with_place": shows_the_place(appointment)}
            context["seen"] = files.stamp_of(appointment)
        status = 410 if appointment is None else 409 if changed else 200
        return guarded(render(request, "jobseeker/meeting.html", context, status=status))


class MeetingLinkCalendarView(View):
    """The same for a calendar."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        link = behind(key)
        if too_many(request, "meeting-link", most=MOST, seconds=SECONDS):
            return too_many_of_them()
        with acting_for(organisation_ids=[link.organisation]):
            appointment = appointment_of(link)
            if appointment is None:
                raise Http404
            body = appointments.as_calendar(appointment, made=timezone.now(), with_place=shows_the_place(appointment))
        response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="appointment.ics"'
        return guarded(response)
