"""Who needs me today, why, and what is the next step."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.casework import today as room
from kesher.casework.reasons import QUIET_DAYS, REASONS
from kesher.www.caseworker.access import signed_in
from kesher.www.caseworker.people.access import FilesOnly

PAGE_SIZE = 30

#: What ?whose= may be, and its word.
WHOSE: dict[str, str | Promise] = {
    "mine": gettext_lazy("Whom I look after"),
    "all": gettext_lazy("Everybody here"),
}


class TodayView(FilesOnly, View):
    """One line per person, the most urgent first. Names to be called by stand here, and nothing else of a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        whose = request.GET.get("whose", "")
        whose = whose if whose in WHOSE else "mine"
        day = timezone.localdate()
        entries, full = room.today(signed_in(request), day=day, own=whose == "mine")
        page = Paginator(entries, PAGE_SIZE).get_page(request.GET.get("page"))
        context = {
            "day": day,
            "page": page,
            "query": f"whose={whose}",
            "full": full,
            "most": room.MOST,
            "own": whose == "mine",
            "tabs": [
                {"label": label, "query": f"?whose={key}", "current": key == whose} for key, label in WHOSE.items()
            ],
            "entries": [{"entry": one, "when": when(one.main, day)} for one in page.object_list],
        }
        return render(request, "caseworker/day/today.html", context)


def when(row: room.Row, day: Any) -> dict[str, int]:
    """How many days since or until the day a row is about."""
    days = (day - row.on).days
    return {"days": abs(days), "since": max(days, 0), "until": max(-days, 0)}


class HowSortedView(FilesOnly, View):
    """The rules by which the list is sorted, as the programme holds them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        rules = sorted(REASONS.values(), key=lambda one: -one.points)
        context = {"rules": rules, "quiet": QUIET_DAYS, "most": room.MOST}
        return render(request, "caseworker/day/how_sorted.html", context)
