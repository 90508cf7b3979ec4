"""Times kept for people without a file: booked at the counter or on the telephone, seen to, taken into the file they open."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.base import logs
from kesher.base.access import record_read
from kesher.base.transitions import Refused
from kesher.casework import bookings
from kesher.casework.models import Booking
from kesher.casework.models.bookings import KEPT
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.day.forms import MeetingForm, typed
from kesher.www.caseworker.people.access import FilesOnly, organisations_with_files
from kesher.www.caseworker.people.forms import ReachForm
from kesher.www.languages import language_name

#: In the log of reads.
PURPOSE = "booking"
MOST = 100


class BookingForm(MeetingForm):
    """A name to call, a number, and all that an appointment asks; who interprets is found when it comes nearer."""

    called = forms.CharField(
        label=gettext_lazy("What shall we call them?"),
        help_text=gettext_lazy("Any name they like to be called by, in any script."),
        max_length=80,
        widget=typed(),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone number"),
        help_text=gettext_lazy("To tell them if something changes. It may stay open where they come anyway."),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr", "autocomplete": "off"}),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("They know that name and number are kept until a month after that day, and agree"),
        error_messages={"required": gettext_lazy("Tick this when they have agreed. If they do not, nothing is kept.")},
    )
    field_order = (
        "called", "phone", "language", "day", "time", "minutes", "with_whom", "where", "place", "interpreting",
        "interpreter_gender", "agreed",
    )  # fmt: skip

    clean_phone = ReachForm.clean_phone

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        del self.fields["interpreter"], self.fields["seen"]

    def clean(self) -> dict[str, Any]:
        told = super().clean()
        if told.get("where") == "phone" and "phone" not in self.errors and not told.get("phone"):
            self.add_error("phone", _("Without a number nobody can call."))
        return told

    @property
    def kept(self) -> dict[str, Any]:
        """What is kept of it."""
        return {name: value for name, value in self.booked.items() if name not in ("interpreter", "agreed")}


class BookingsView(FilesOnly, View):
    """Those to come, without names: who opens one is written down. And booking one more."""

    def get(self, request: HttpRequest) -> HttpResponse:
        spoken = request.GET.get("language", "")
        begins = {"with_whom": str(signed_in(request)), "language": get_language(), "minutes": 30, "where": "place"}
        if spoken in dict(BookingForm(user=signed_in(request)).fields["language"].choices):  # type: ignore[attr-defined]
            begins["language"] = spoken
        return self._draw(request, BookingForm(user=signed_in(request), initial=begins))

    def post(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        form = BookingForm(request.POST, user=user)
        if not form.is_valid():
            return self._draw(request, form, status=400)
        try:
            by = user.as_actor(organisations_with_files(user)[0].pk)
            booking = bookings.book(by=by, **form.kept)
        except Refused as refused:
            form.add_error(None, str(refused.message))
            return self._draw(request, form, status=400)
        messages.success(request, _("Booked. Write the day and the time down for them."))
        return redirect("booking", pk=booking.pk)

    @staticmethod
    def _draw(request: HttpRequest, form: BookingForm, status: int = 200) -> HttpResponse:
        mine = Booking.objects.visible_to(signed_in(request))
        rows = mine.booked().order_by("starts_at", "id")[:MOST]
        context = {
            "form": form,
            "rows": [{"one": one, "spoken": language_name(one.language)} for one in rows],
            "days": KEPT.days,
        }
        return render(request, "caseworker/day/bookings.html", context, status=status)


def booking_opened(request: HttpRequest, pk: UUID) -> tuple[Booking, Any]:
    """One of one's organisation, and as whom one acts; that it was read is written down."""
    user = signed_in(request)
    booking = Booking.objects.visible_to(user).filter(pk=pk).first()
    if booking is None:
        raise Http404
    by = user.as_actor(booking.organisation_id)
    record_read(booking, by=by, purpose=PURPOSE, request_id=logs.request_id.get())
    return booking, by


class BookingView(FilesOnly, View):
    """Whom we expect, when; what came of it; a file; or that nothing of them is kept."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        return self._draw(request, *booking_opened(request, pk))

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        booking, by = booking_opened(request, pk)
        event = request.POST.get("event", "")
        try:
            if event == "erase":
                bookings.erase(booking, by=by)
                messages.success(
                    request, _("Erased. That a time was kept stays for a month, and nothing of who or where.")
                )
                return redirect("bookings")
            bookings.end(booking, event, by=by)
        except Refused as refused:
            return self._draw(request, booking, by, refused=str(refused.message), status=400)
        messages.success(request, _("Written down."))
        return redirect("booking", pk=booking.pk)

    @staticmethod
    def _draw(request: HttpRequest, booking: Booking, by: Any, *, refused: str = "", status: int = 200) -> HttpResponse:
        context = {
            "booking": booking,
            "spoken": language_name(booking.language),
            "possible": {one.event for one in bookings.BOOKING_STATES.possible(booking, by=by)},
            "past": booking.starts_at < timezone.now(),
            "refused": refused,
        }
        return render(request, "caseworker/day/booking.html", context, status=status)
