"""My mentor: who is proposed to me, what I let them know, how it goes, and whom I tell when I am worried."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views import View

from kesher.casework.models import Match
from kesher.www.caseworker.access import signed_in
from kesher.www.jobseeker.access import OwnFile
from kesher.www.mentor.acts import PERSON, Acts

#: Whoever was hurt often says so only when it is over: so long the concern button stays.
STILL_HEARD: Final = timedelta(days=365)


class MyMentorView(OwnFile, View):
    """Every mentor of mine who is proposed or with me; of those with whom it ended lately, whom I tell when I am worried."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            pk = UUID(request.POST.get("match", ""))
        except ValueError:
            raise Http404 from None
        match = self._mine(request).filter(pk=pk).first()
        if match is None:
            raise Http404
        acts = Acts(request, match, by=self.by, side=PERSON)
        return redirect("my_mentor") if acts.post() else self._draw(request, acts, status=400)

    def _mine(self, request: HttpRequest) -> QuerySet[Match]:
        mine: QuerySet[Match] = Match.objects.visible_to(signed_in(request)).filter(person=self.person)
        lately = Q(state=Match.State.ENDED, ended_on__gte=timezone.localdate() - STILL_HEARD)
        # those that go on come first
        shown = mine.filter(Q(state__in=Match.OPEN) | lately).order_by(F("ended_on").desc(nulls_first=True), "id")
        return shown.select_related("caseworker", "organisation")

    def _draw(self, request: HttpRequest, tried: Acts | None = None, status: int = 200) -> HttpResponse:
        shown = []
        for match in self._mine(request):
            same = tried is not None and tried.match.pk == match.pk
            acts = tried if same and tried is not None else Acts(request, match, by=self.by, side=PERSON)
            shown.append(acts.context())
        return render(request, "jobseeker/mentor.html", {"shown": shown}, status=status)
