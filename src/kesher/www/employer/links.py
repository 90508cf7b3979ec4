"""The page behind a signed link: a workplace without an account reads and signs, or says how the week was.

Looking changes nothing (programs of mail servers open links, too); a button does. A link that was used, is too old, or whose
agreement has moved on meets a page that says so, and nothing changes.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import Organisation
from kesher.base.rows import acting_for
from kesher.casework.hosting.links import Expired, Link, Purpose, opened
from kesher.casework.hosting.notices import enqueue_link, waiting
from kesher.casework.models import TrainingAgreement
from kesher.www.employer.acts import HOST, Acts
from kesher.www.key_pages import guarded
from kesher.www.limits import too_many, too_often

HOUR = 3600
#: What each link may do: the beginnings of the keys of acts.
VERBS = {Purpose.SIGN: ("host-sign", "host-refuse"), Purpose.WEEK: ("week-",)}


class LinkActs(Acts):
    """Of all a workplace may do what this link is for, and about this question alone."""

    def __init__(self, request: HttpRequest, agreement: TrainingAgreement, *, link: Link, day: str) -> None:
        super().__init__(request, agreement, by=link.actor, side=HOST)
        self.verbs = VERBS[link.purpose] if link.purpose == Purpose.SIGN else (f"week-tutor-{day}",)

    def all(self) -> dict[str, Any]:
        return {key: act for key, act in super().all().items() if key.startswith(self.verbs)}


class WorkplaceLinkView(View):
    """One page for both purposes: the question, or why there is nothing to answer."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._answer(request, key)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._answer(request, key)

    def _answer(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            link = opened(key)
        except Expired:
            return _drawn(
                request, "employer/link_over.html", {"why": "expired", "key": key, "may_ask": True}, status=410
            )
        if link is None:
            raise Http404
        # As the organisation for which the link was made: nobody is logged in here.
        with acting_for(organisation_ids=[link.host]):
            if not Organisation.objects.approved().filter(pk=link.host).exists():
                return _drawn(request, "employer/link_over.html", {"why": "suspended", "key": key}, status=403)
            thing = waiting(link)
            if thing is None:
                status = 409 if request.method == "POST" else 200
                return _drawn(request, "employer/link_over.html", {"why": "answered", "key": key}, status=status)
            week = link.purpose == Purpose.WEEK
            agreement: TrainingAgreement = thing.agreement if week else thing
            acts = LinkActs(request, agreement, link=link, day=f"{thing.due_on:%m%d}" if week else "")
            if request.method == "POST" and request.POST.get("learnt"):
                raise Http404
            if request.method == "POST" and acts.post():
                return _drawn(request, "referrals/link_thanks.html", {"said": _("Thank you. The sender is told.")})
            status = acts.status if request.method == "POST" else 200
            return _drawn(request, "employer/link.html", acts.context() | {"week": week}, status=status)


class WorkplaceLinkRefreshView(View):
    """A new link, to the address on record and nowhere else; the answer is the same whatever there is to answer."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            link = opened(key)
        except Expired as expired:
            link = expired.link
        if link is None:
            raise Http404
        busy = too_many(request, "new-link", most=10, seconds=HOUR)
        if not busy and not too_often(str(link.about), "new-link", most=1, seconds=HOUR):
            with acting_for(organisation_ids=[link.host]):
                if waiting(link) is not None:
                    enqueue_link(link)
        return _drawn(request, "referrals/link_sent.html", {})

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return redirect("workplace_link", key=key)


def _drawn(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return guarded(render(request, template, context, status=status))
