"""Deciding about a version: give it to a second person, publish it, send it back, withdraw it."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.base.transitions import Refused
from kesher.directory.rules import SavedMeanwhile, decide
from kesher.formats.values import UNREADABLE
from kesher.www.officer.rules.access import keeps_rules, signed_in, version_of
from kesher.www.officer.rules.pages import VersionView

LONGEST_REASON = 1000
#: What is said when it is done.
DONE = {
    "propose": gettext_lazy("Given on. Your colleagues are told that it waits for a second person."),
    "publish": gettext_lazy("Published. It counts from its first day on."),
    "send back": gettext_lazy("Sent back. Whoever wrote it is told, and can go on writing."),
    "withdraw": gettext_lazy("Withdrawn. It does not count any more."),
}


class DecideView(VersionView):
    """The page of a version, and what is decided on it: by keepers, not by those who only read."""

    def post(self, request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
        if not keeps_rules(signed_in(request)):
            raise Http404
        version = version_of(request, pk, number)
        event = request.POST.get("event", "")
        reason = UNREADABLE.sub("", request.POST.get("reason", ""))[:LONGEST_REASON]
        if event not in DONE:
            raise Http404
        try:
            seen = parse_datetime(request.POST.get("seen", ""))
        except ValueError:
            seen = None
        typed = {"event": event, "why": reason}
        try:
            decide(version, event, by=signed_in(request).as_actor(), reason=reason, seen=seen)
        except SavedMeanwhile as meanwhile:
            words = _("It has changed since you opened this page. Read it once more, then decide.")
            return self.draw(request, meanwhile.version, refused=words, typed=typed, status=409)
        except Refused as refusal:
            return self.draw(request, version, refused=str(refusal.message), typed=typed, status=400)
        messages.success(request, DONE[event])
        return redirect("rule_version", pk=pk, number=number)
