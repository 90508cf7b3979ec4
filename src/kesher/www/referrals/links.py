"""The page behind a signed link: a partner without an account answers; a person says whether it helped.

Looking changes nothing (programs of mail servers open links, too); a button does. A link that was used, is too old, or whose
referral has moved on meets a page that says so, and nothing changes.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.referrals import follow_ups, places
from kesher.referrals.links import Expired, Link, Purpose, is_closed_to, opened
from kesher.referrals.models import FollowUp, PlaceQuestion, Referral
from kesher.referrals.notices import enqueue_link
from kesher.referrals.recalls import ASKED_BACK_IN, confirm_gone, is_asked_back, said_gone, was_asked_back
from kesher.referrals.vocabularies import TAKEN_ON, State
from kesher.www.key_pages import guarded
from kesher.www.limits import too_many, too_often
from kesher.www.referrals.access import note_read
from kesher.www.referrals.receiving import act, shown, what_they_may_see

HOUR = 3600
#: What each link may do, and in which states what it is about can still be answered.
VERBS = {
    Purpose.ANSWER: frozenset({"accept", "reject"}),
    Purpose.REPORT: frozenset({"first contact", "pause", "resume", "goes on", "finish", "cannot finish"}),
    Purpose.RECALL: frozenset({"recalled"}),
}
WHILE_IN = {
    Purpose.ANSWER: frozenset({State.REQUESTED}),
    Purpose.REPORT: frozenset(TAKEN_ON),
    Purpose.RECALL: ASKED_BACK_IN,
}


def answerable(referral: Referral, purpose: Purpose) -> bool:
    """Whether the state allows what this link is for; of what has ended, only what was asked back."""
    return referral.state in WHILE_IN[purpose] and (purpose != Purpose.RECALL or is_asked_back(referral))


class LinkView(View):
    """One page for all purposes: the question, the answers, or why there is nothing to answer."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._answer(request, key)

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        return self._answer(request, key)

    def _answer(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            link = opened(key)
        except Expired as expired:
            context = {"why": "expired", "key": key, "may_ask": expired.link.purpose != Purpose.FOLLOW_UP}
            return _drawn(request, "referrals/link_over.html", context, status=410)
        if link is None:
            raise Http404
        # As the organisation for which the link was made: nobody is logged in here.
        with acting_for(organisation_ids=[link.organisation]):
            if is_closed_to(link):
                return self._over(request, key, "suspended", 403)
            page = {Purpose.PLACE: self._place, Purpose.FOLLOW_UP: self._follow_up}.get(link.purpose, self._referral)
            return page(request, link, key)

    # --- a partner ---

    def _referral(self, request: HttpRequest, link: Link, key: str) -> HttpResponse:
        sent = Referral.objects.filter(receiver=link.organisation, sent_at__isnull=False)
        referral = sent.select_related("service", "sender", "receiver").filter(pk=link.about).first()
        if referral is None:
            return self._gone(request, link, key)
        if not answerable(referral, link.purpose):
            return self._over(request, key, "answered", 409 if request.method == "POST" else 200, referral=referral)
        refused, event = "", request.POST.get("event", "")
        if request.method == "POST":
            if event not in VERBS[link.purpose]:
                raise Http404
            try:
                act(referral, request, by=link.actor)
            except Refused as error:
                refused = str(error.message)
                referral.refresh_from_db()
                if not answerable(referral, link.purpose):  # somebody else was quicker
                    return self._over(request, key, "answered", 409, referral=referral)
            else:
                return self._thanks(request, _("Thank you. Whoever sent them is told."))
        person = what_they_may_see(referral) if link.purpose != Purpose.RECALL else None
        if person is not None:
            note_read(person, link.actor, "link")
        context = shown(referral, person, link.actor)
        verbs = {verb.replace(" ", "_") for verb in VERBS[link.purpose]}
        context |= {"may": context["may"] & verbs, "asks_name": True, "refused": refused, "event": event, "key": key}
        return _drawn(request, "referrals/link.html", context, status=400 if refused else 200)

    def _gone(self, request: HttpRequest, link: Link, key: str) -> HttpResponse:
        """The row went with the file. That they have erased what they had can still be said: the trail knows the number."""
        if link.purpose != Purpose.RECALL or not was_asked_back(link.about, link.organisation):
            return self._over(request, key, "gone", 410)
        if said_gone(link.about):
            return self._over(request, key, "answered", 409 if request.method == "POST" else 200)
        if request.method == "POST":
            if request.POST.get("event", "") not in VERBS[Purpose.RECALL]:
                raise Http404
            confirm_gone(link.about, by=link.actor)
            return self._thanks(request, _("Thank you. It is recorded."))
        return _drawn(request, "referrals/link_gone.html", {"number": link.about})

    def _place(self, request: HttpRequest, link: Link, key: str) -> HttpResponse:
        asked = PlaceQuestion.objects.select_related("service", "sender").filter(receiver=link.organisation)
        question = asked.filter(pk=link.about).first()
        if question is None:
            return self._over(request, key, "gone", 410)
        if question.answered_at is not None:
            return self._over(request, key, "answered", 409 if request.method == "POST" else 200)
        refused = ""
        if request.method == "POST":
            try:
                places.answer(question, request.POST.get("answer", ""), by=link.actor)
            except Refused as error:
                refused = str(error.message)
            else:
                return self._thanks(request, _("Thank you. They are told."))
        context = {"question": question, "answers": PlaceQuestion.Answer.choices, "refused": refused}
        return _drawn(request, "referrals/link_place.html", context, status=400 if refused else 200)

    # --- the person ---

    def _follow_up(self, request: HttpRequest, link: Link, key: str) -> HttpResponse:
        asked = FollowUp.objects.select_related("referral").filter(referral__sender=link.organisation)
        follow_up = asked.filter(pk=link.about).first()
        if follow_up is None or follow_up.referral.state != State.COMPLETED:
            return self._over(request, key, "gone", 410)
        if follow_up.answered_at is not None:
            return self._over(request, key, "answered", 409 if request.method == "POST" else 200)
        refused = ""
        if request.method == "POST":
            try:
                follow_ups.answer(follow_up, request.POST.get("answer", ""), by=link.actor)
            except Refused as error:
                refused = str(error.message)
            else:
                return self._thanks(request, _("Thank you."))
        context = {"answers": FollowUp.Answer.choices, "refused": refused}
        return _drawn(request, "referrals/link_follow_up.html", context, status=400 if refused else 200)

    # --- nothing to answer ---

    @staticmethod
    def _over(
        request: HttpRequest, key: str, why: str, status: int, *, referral: Referral | None = None
    ) -> HttpResponse:
        goes_on = referral is not None and referral.state in (State.REQUESTED, *TAKEN_ON)
        context = {"why": why, "key": key, "may_ask": goes_on}
        return _drawn(request, "referrals/link_over.html", context, status=status)

    @staticmethod
    def _thanks(request: HttpRequest, said: str) -> HttpResponse:
        return _drawn(request, "referrals/link_thanks.html", {"said": said})


class RefreshView(View):
    """A new link, to the address on record and nowhere else; the answer is the same whatever there is to answer."""

    def post(self, request: HttpRequest, key: str) -> HttpResponse:
        try:
            link = opened(key)
        except Expired as expired:
            link = expired.link
        if link is None or link.purpose == Purpose.FOLLOW_UP:
            raise Http404
        busy = too_many(request, "new-link", most=10, seconds=HOUR)
        if not busy and not too_often(str(link.about), "new-link", most=1, seconds=HOUR):
            with acting_for(organisation_ids=[link.organisation]):
                fitting = self._fitting(link)
                if fitting is not None and not is_closed_to(fitting):
                    enqueue_link(fitting)
        return _drawn(request, "referrals/link_sent.html", {})

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        return redirect("answer", key=key)

    @staticmethod
    def _fitting(link: Link) -> Link | None:
        """The link that fits what can be answered now: one who lost the first may need the second."""
        if link.purpose == Purpose.PLACE:
            waits = PlaceQuestion.objects.waiting().filter(pk=link.about, receiver=link.organisation)
            return link if waits.exists() else None
        referral = Referral.objects.filter(pk=link.about, receiver=link.organisation, sent_at__isnull=False).first()
        for purpose in WHILE_IN:
            if referral is not None and answerable(referral, purpose):
                return Link(purpose, link.about, link.organisation)
        return None


def _drawn(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return guarded(render(request, template, context, status=status))
