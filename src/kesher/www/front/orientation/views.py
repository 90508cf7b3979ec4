"""Find what fits: say what is needed, answer at most five questions, see services in three colours and why.

Every press is a form that is sent, answered with a redirect, and read anew: it works without a script, and the back button
does not send anything twice. What was said is in the visitor's cookie (:mod:`.answers`); addresses hold none of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.views import View
from django.views.decorators.http import require_safe

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.directory.facts import Who
from kesher.directory.orienting import needs_of
from kesher.www.front.orientation import asking
from kesher.www.front.orientation.answers import (
    DISTANCES,
    MOST_LANGUAGES,
    MOST_NEEDS,
    MOST_QUESTIONS,
    MOST_WORDS,
    Answers,
    forget,
)
from kesher.www.front.orientation.finding import answers_in_order, find_for
from kesher.www.front.orientation.reasons import colour_word, said
from kesher.www.front.orientation.topics import TOPICS, words_of
from kesher.www.front.themes import tiles
from kesher.www.languages import language_name
from kesher.www.leaving import QUICK_EXIT

ROUTES: Final = {Who.PERSON: "find_person", Who.BUSINESS: "find_business"}
MOST_AREAS: Final = 300
#: What a link may carry.
LINKED: Final = ("need", "topic", "area", "speaks")
#: The half of the taxonomy that says what is done, beside the one that says for whom.
WANTED: Final = "human_services:"
#: Offered as languages one speaks, beside the portal's own.
MORE_LANGUAGES: Final = ("ti", "es", "en")

Step = Callable[[Answers, HttpRequest], tuple[Answers, str]]


class FindView(View):
    """The result page of one door."""

    door: Who = Who.PERSON

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)  # nobody's back button shows what another one answered
        return response

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(request, self._answers(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        """One step; what it means is in ``do``. An unknown step changes nothing."""
        answers = self._answers(request)
        do = request.POST.get("do", "")
        if do == "forget":
            response: HttpResponse = HttpResponseRedirect(reverse(ROUTES[self.door]))
            forget(response)
            return response
        step = STEPS.get(do)
        try:
            answers, place = step(answers, request) if step else (answers, "")
        except asking.NotUnderstood as wrong:
            return self._page(request, answers, wrong=str(wrong))
        response = HttpResponseRedirect(reverse(ROUTES[self.door]) + place)
        answers.keep(response)
        return response

    def _answers(self, request: HttpRequest) -> Answers:
        return Answers.of(request).at(self.door).with_link(request.GET)

    def _page(self, request: HttpRequest, answers: Answers, *, wrong: str = "") -> HttpResponse:
        areas = _areas()
        area = areas.get(answers.area) if answers.area else None
        everything = request.GET.get("show") == "all"
        found = find_for(answers, request.user, area=area, everything=everything)
        language = translation.get_language() or settings.LANGUAGE_CODE
        asked = answers.asked
        ask = found.question and asking.Asked(found.question, len(asked) + 1, MOST_QUESTIONS, wrong)
        context = {
            "answers": answers,
            # What came by a link is sent along with the next step, which keeps it; nothing else ever stands in an address.
            "here": _address(reverse(ROUTES[self.door]), given := _given(request)),
            "other_door": reverse(ROUTES[Who.BUSINESS if self.door is Who.PERSON else Who.PERSON]),
            "is_business": self.door is Who.BUSINESS,
            "words": answers.words or words_of(answers.topic),
            "most_words": MOST_WORDS,
            "found": found,
            "ask": ask,
            "asked_enough": not answers.may_be_asked,
            "needs": [{"code": one.code, "name": one.name} for one in found.headings],
            "told": [
                {
                    "key": question.key,
                    "words": [said(fact, value) for fact, value in facts.items() if _worth(facts, value)],
                }
                for question, facts in answers_in_order(answers)
                if question.who is self.door
            ],
            "skipped": [asking.BY_KEY[key] for key in answers.skipped if asking.BY_KEY[key].who is self.door],
            "counts": [
                {"n": n, "word": colour_word(colour), "kind": kind}
                for colour, kind in zip(found.counts, ("fits", "ask", "no"), strict=True)
                if (n := found.counts[colour])
            ],
            "area": area,
            "areas": sorted(
                ({"key": key, "label": in_language(one.name, language).text} for key, one in areas.items()),
                key=lambda one: str(one["label"]),
            ),
            "distances": DISTANCES,
            "spoken": _spoken(answers),
            "filtered": bool(area or answers.within or answers.speaks or answers.spoken_only or answers.remote),
            "themes": tiles(),
            "topics": TOPICS,
            "more_address": _address("", [*given, ("show", "all")]),
            "everything": everything,
            "points": [
                {"latitude": latitude, "longitude": longitude, "service": card}
                for card in found.cards
                if card.facts
                for latitude, longitude in card.facts.points
            ],
        }
        return render(request, "front/orientation/find.html", context, status=400 if wrong else 200)


def _worth(facts: Mapping[str, Any], value: Any) -> bool:
    """Of several boxes, those ticked; when none is, that none is."""
    return len(facts) == 1 or value is True or not any(facts.values())


def _given(request: HttpRequest) -> list[tuple[str, str]]:
    """What the link said by which one came: a tile's theme, an area, languages; never what was typed or answered here."""
    return [(name, value[:255]) for name in LINKED for value in request.GET.getlist(name)[:MOST_NEEDS]]


def _address(path: str, query: list[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _areas() -> Mapping[UUID, Area]:
    """Localities and authorities with a centre, the largest."""
    levels = (Area.Level.LOCALITY, Area.Level.AUTHORITY)
    known = Area.objects.of_level(*levels).exclude(latitude=None).order_by("-population", "path")
    return {area.pk: area for area in known.only("name", "latitude", "longitude")[:MOST_AREAS]}


def _spoken(answers: Answers) -> list[dict[str, Any]]:
    """The languages one may say one speaks."""
    codes = dict.fromkeys([*(code for code, _name in settings.LANGUAGES), *MORE_LANGUAGES, *answers.speaks])
    return [{"code": code, "label": language_name(code), "chosen": code in answers.speaks} for code in codes]


# --- steps -----------------------------------------------------------------------------------------------------------


def _say(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    words = request.POST.get("words", "").strip()[:MOST_WORDS]
    if "area" in request.POST:
        answers = replace(answers, area=_area(request))
    # What is wanted, not who somebody may be: words such as "my baby" also speak of situations, and nobody likes to read
    # "low income" as what they have said. Services found by those words are found all the same.
    needs = tuple(code for code in needs_of(words).codes if code.startswith(WANTED))
    return answers.saying(words, needs), "#found"


def _answer(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    question = asking.BY_KEY.get(request.POST.get("question", ""))
    if question is None:
        return answers, ""
    return answers.answering(question, asking.answer(question, request.POST)), "#question"


def _skip(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    question = asking.BY_KEY.get(request.POST.get("question", ""))
    return (answers.skipping(question) if question else answers), "#question"


def _again(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    question = asking.BY_KEY.get(request.POST.get("question", ""))
    return (answers.without(question) if question else answers), "#question"


def _add(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    code = request.POST.get("code", "")[:255]
    return (answers.needing(code) if code else answers), "#found"


def _remove(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    code = request.POST.get("code", "")[:255]
    return (answers.not_needing(code) if code else answers), "#found"


def _narrow(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    within = request.POST.get("within", "")
    known = {code for code, _name in settings.LANGUAGES} | set(MORE_LANGUAGES) | set(answers.speaks)
    speaks = dict.fromkeys(code for code in request.POST.getlist("speaks") if code in known)
    changed = replace(
        answers,
        area=_area(request),
        within=int(within) if within in map(str, DISTANCES) else None,
        speaks=tuple(speaks)[:MOST_LANGUAGES],
        spoken_only="spoken_only" in request.POST,
        remote="remote" in request.POST,
    )
    return changed, "#found"


def _area(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("area", ""))
    except ValueError:
        return None


STEPS: Final[Mapping[str, Step]] = {
    "say": _say,
    "answer": _answer,
    "skip": _skip,
    "again": _again,
    "add": _add,
    "remove": _remove,
    "narrow": _narrow,
}


@transaction.non_atomic_requests  # whoever must be gone does not wait for a database that does not answer
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Leave quickly: what was answered is taken out of the browser on the way to a page anybody might be reading."""
    response = HttpResponseRedirect(QUICK_EXIT)
    forget(response)
    add_never_cache_headers(response)
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
