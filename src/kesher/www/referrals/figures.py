"""How long partners take, and how referrals end: per service, without a name, small counts hidden."""

from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.directory.models import Service
from kesher.referrals.models import FollowUp
from kesher.referrals.statistics import HELPED, NO_ANSWER, figures
from kesher.referrals.vocabularies import RECEIVERS, SENDERS
from kesher.www.caseworker.interview.pace import PaceView
from kesher.www.referrals.access import PAGE_SIZE, InARole, signed_in
from kesher.www.referrals.words import REASONS

#: These see the figures of the whole town; everybody else those of their own organisations.
WHOLE_TOWN = frozenset({Role.CONVENOR, Role.OFFICER, Role.PLATFORM_ADMIN, Role.AUDITOR, Role.PARTNER})
YEAR = timedelta(days=365)
#: In the order people ask: how far they came, then how it ended.
WAY = {
    "sent": gettext_lazy("sent"),
    "answered": gettext_lazy("answered"),
    "accepted": gettext_lazy("accepted"),
    "met": gettext_lazy("first contact made"),
    "silent": gettext_lazy("silent for 14 days"),
}
ENDS = {
    "finished": gettext_lazy("finished"),
    "refused": gettext_lazy("refused"),
    "failed": gettext_lazy("could not be finished"),
    "withdrawn": gettext_lazy("withdrawn"),
    "open": gettext_lazy("open"),
}


#: The person is asked "Did it help?" so many days after the end.
WHEN = {
    0: gettext_lazy("when it was finished"),
    30: gettext_lazy("after 30 days"),
    90: gettext_lazy("after 90 days"),
}
ANSWER = dict(FollowUp.Answer.choices) | {NO_ANSWER: gettext_lazy("no answer yet")}

#: Who works with referrals themselves; of these, whoever sees the town's figures chooses.
OWN_WORK = SENDERS | RECEIVERS | {Role.MANAGER}
OURS = "ours"


class FiguresView(InARole, View):
    """Of the last year: the town's, of those who agreed to be counted; or one's own organisations' work, whole."""

    roles_let_in = WHOLE_TOWN | OWN_WORK

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        now = timezone.now()
        town, own = user.has_role(*WHOLE_TOWN), user.has_role(*OWN_WORK)
        of_town = town and not (own and request.GET.get("of") == OURS)
        among = None if of_town else user.organisation_ids
        # that people are sent to a shelter or a clinic is read there, as its own work, and nowhere else: not by a member among
        # the town's figures either, which are the same for everybody
        untold = Organisation.objects.sensitive()
        if not of_town:
            untold = untold.exclude(pk__in=user.organisation_ids)
        without = list(untold.values_list("pk", flat=True))
        found = figures(since=now - YEAR, now=now, among=among, without=without)
        page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
        lines = list(page.object_list)
        names = Service.objects.select_related("organisation").in_bulk([line.service for line in lines])
        context: dict[str, Any] = {
            "page": page,
            "of_town": of_town,
            "may_choose": town and own,
            "reads_pace": user.has_role(*PaceView.roles_let_in),
            "left_out": found.left_out,
            "since": (now - YEAR).date(),
            "lines": [
                {
                    "line": line,
                    "service": names.get(line.service),
                    "way": [(label, key, line.counts[key]) for key, label in WAY.items()],
                    "ends": [(label, line.counts[key]) for key, label in ENDS.items()],
                    "reasons": [(REASONS[why], count) for why, count in line.reasons.items()],
                    "helped": [
                        (WHEN[day], [(ANSWER[one], answers[one]) for one in HELPED])
                        for day, answers in line.helped.items()
                    ],
                }
                for line in lines
            ],
        }
        return render(request, "referrals/figures.html", context)
