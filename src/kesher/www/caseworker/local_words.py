"""What this town calls an occupation or skill: what waits for a second person, what is in use, what was not taken."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from kesher import words as room
from kesher.accounts.models import User
from kesher.base.transitions import Refused
from kesher.words import local_words
from kesher.words.models import LocalWord
from kesher.www.caseworker.access import CodersAndOverseers, codes, signed_in
from kesher.www.caseworker.words import name_of
from kesher.www.coding import suggestions

PAGE_SIZE = 30
SHOWN: dict[str, str | Promise] = {
    "waiting": gettext_lazy("Waiting"),
    "in-use": gettext_lazy("In use"),
    "ended": gettext_lazy("Not taken"),
}
State = LocalWord.State


class LocalWordsView(CodersAndOverseers, View):
    """The list, and what one may do with each."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._draw(request)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        word = LocalWord.objects.visible_to(request.user).filter(pk=pk).first()
        if word is None:
            raise Http404
        by = signed_in(request).as_actor(word.organisation_id)
        reason = request.POST.get("reason", "").strip()[:500]
        try:
            match request.POST.get("event", ""):
                case "accept":
                    local_words.accept(word, by=by)
                    messages.success(request, _("In use. Within seconds these words are understood everywhere."))
                case "refuse":
                    local_words.refuse(word, by=by, reason=reason)
                    messages.success(request, _("Not taken."))
                case "withdraw":
                    local_words.withdraw(word, by=by, reason=reason)
                    messages.success(request, _("No longer used."))
                case _:
                    raise Refused(_("This is not possible in the present state."), "state")
        except Refused as refused:
            return self._draw(request, refused=str(refused.message), about=word, status=400)
        return redirect("local_words")

    @staticmethod
    def _draw(
        request: HttpRequest, *, refused: str = "", about: LocalWord | None = None, status: int = 200
    ) -> HttpResponse:
        user = signed_in(request)
        mine = LocalWord.objects.visible_to(user)
        lists = {
            "waiting": mine.waiting(),
            "in-use": mine.in_use().order_by("-reviewed_at", "-id"),
            "ended": mine.filter(state__in=[State.REFUSED, State.WITHDRAWN]).order_by("-updated_at", "-id"),
        }
        shown_for = {State.WAITING: "waiting", State.IN_USE: "in-use"}
        show = shown_for.get(State(about.state), "ended") if about else request.GET.get("show", "")
        show = show if show in SHOWN else "waiting"
        page = Paginator(lists[show], PAGE_SIZE).get_page(request.GET.get("page"))
        words = list(page.object_list)
        keys = {key for word in words for key in (word.proposed_by_id, word.reviewed_by_id) if key}
        people = {one.pk: str(one) for one in User.objects.filter(pk__in=keys).order_by("id")}
        context = {
            "show": show,
            "query": f"show={show}",
            "page": page,
            "refused": refused,
            "about": about.pk if about else None,
            "coder": codes(user),
            "tabs": [
                {"label": label, "count": lists[key].count(), "query": f"?show={key}", "current": key == show}
                for key, label in SHOWN.items()
            ],
            "rows": [_row(word, user, people) for word in words],
            "often": [
                {"words": one, "text": {one.language or "und": one.text}, "means": name_of(one.kind, one.uri)}
                for one in (local_words.often_decided(user) if show == "waiting" and page.number == 1 else ())
            ],
        }
        return render(request, "caseworker/local_words.html", context, status=status)


def _row(word: LocalWord, user: User, people: dict[UUID, str]) -> dict[str, Any]:
    """A word as the list shows it. `today`: what these words are understood as without it, for whoever agrees."""
    by = user.as_actor(word.organisation_id)
    possible = {one.event for one in local_words.LOCAL_WORD_STATES.possible(word, by=by)}
    today = None
    if word.state == State.WAITING:
        coding = room.code(word.text, language=word.language, kind=word.kind, top=1)
        today = next(iter(suggestions(coding, word.kind)), None)
    return {
        "word": word,
        "text": {word.language: word.text},
        "means": name_of(word.kind, word.uri),
        "today": today,
        "proposed_by": people.get(word.proposed_by_id, ""),
        "reviewed_by": people.get(word.reviewed_by_id, "") if word.reviewed_by_id else "",
        "may_accept": "accept" in possible,
        "may_refuse": "refuse" in possible,
        "may_withdraw": "withdraw" in possible,
        "own": word.proposed_by_id == user.pk,
    }
