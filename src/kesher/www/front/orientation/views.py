"""Find what fits: say what is needed, answer at most five questions, see services in three colours and why.

Every press is a form that is sent, answered with a redirect, and read anew: it works without a script, and the back button
does not send anything twice. What was said is in the visitor's cookie (:mod:`.answers`); addresses hold none of it.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import add_never_cache_headers
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.http import require_safe

from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.directory.concerns import CONCERN_OF, PARTS_OF, offers
from kesher.directory.facts import AREA_QUESTIONS, Who
from kesher.engine.orientation.clarifying import OFFERED
from kesher.www.front.orientation import asking
from kesher.www.front.orientation.answers import (
    DISTANCES,
    MOST_LANGUAGES,
    MOST_QUESTIONS,
    MOST_WORDS,
    Answers,
    forget,
)
from kesher.www.front.orientation.carrying import DOORS, address_of, given_by
from kesher.www.front.orientation.finding import FILTERS, Opened, answers_in_order, find_for, without_filter
from kesher.www.front.orientation.reasons import colour_word
from kesher.www.front.orientation.shelves import on_shelves
from kesher.www.front.orientation.topics import tiles_of, words_of
from kesher.www.front.orientation.wishes import wishes_of
from kesher.www.front.themes import tiles
from kesher.www.languages import language_name
from kesher.www.leaving import QUICK_EXIT
from kesher.www.rule_words.values import said
from kesher.www.templatetags.kesher import plain_words

MOST_AREAS: Final = 300
#: Offered as languages one speaks, beside the portal's own.
MORE_LANGUAGES: Final = ("ti", "es", "en")

AS_PROFESSIONAL: Final = "?as=professional"
REFERRERS: Final = (Role.CASEWORKER, Role.REFERRER)

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
            response: HttpResponse = HttpResponseRedirect(reverse(DOORS[self.door]) + _as(request))
            forget(response)
            return response
        step = STEPS.get(do)
        answers = replace(answers, card=_uuid(request, "card"))
        try:
            answers, place = step(answers, request) if step else (answers, "")
        except asking.NotUnderstood as wrong:
            return self._page(request, answers, wrong=str(wrong))
        response = HttpResponseRedirect(reverse(DOORS[self.door]) + _as(request) + place)
        answers.keep(response)
        return response

    def _answers(self, request: HttpRequest) -> Answers:
        return Answers.of(request).at(self.door).with_link(request.GET)

    def _page(self, request: HttpRequest, answers: Answers, *, wrong: str = "") -> HttpResponse:
        area = known_areas().filter(pk=answers.area).first() if answers.area else None
        professional = is_professional(request)
        opened = _opened(request)
        found = find_for(answers, request.user, area=area, opened=opened, papers=professional, refers=professional)
        language = translation.get_language() or settings.LANGUAGE_CODE
        number = min(answers.questions + 1, MOST_QUESTIONS)
        # what could not be read is asked again, wherever on the page it stood
        question = asking.BY_KEY.get(request.POST.get("question", "")) if wrong else found.question
        where = AREA_QUESTIONS[self.door]
        if request.GET.get("ask") == where.key and area is None and not wrong and answers.may_be_asked:
            question = where  # a card waits for it
        # First what it is about, then whether it fits: what a good person at a front desk would do.
        unclear = () if wrong else found.unclear
        ask = question and not unclear and asking.Asked(question, number, MOST_QUESTIONS, wrong)
        path = reverse(DOORS[self.door])
        context = {
            "answers": answers,
            # What came by a link is sent along with the next step, which keeps it; nothing else ever stands in an address.
            "here": address_of(path + _as(request), given := given_by(request)),
            "professional": professional,
            "may_refer": may_refer(request),
            "link": (link := [("door", self.door.value), *given]),
            "send_address": address_of(reverse("find_send"), link),
            "plain_address": address_of(path, given),
            "professional_address": address_of(path + AS_PROFESSIONAL, given),
            "other_door": reverse(DOORS[Who.BUSINESS if self.door is Who.PERSON else Who.PERSON]),
            "is_business": self.door is Who.BUSINESS,
            "words": answers.words or words_of(answers.topic),
            "most_words": MOST_WORDS,
            "cut": len(answers.words) >= MOST_WORDS,
            "found": found,
            "ask": ask,
            "unclear": unclear,
            "of_what": CONCERN_OF[answers.about].name if unclear and answers.about else None,
            "shelves": on_shelves(unclear) if (answers.passed or answers.openly) and not answers.about else (),
            "may_choose": bool(answers.may_be_asked_about and not unclear and not answers.about and offers()),
            "number": number,
            "of": MOST_QUESTIONS,
            "asked_enough": not answers.may_be_asked,
            "needs": [one for one in found.needs if one.code],
            # One wish stands in the field too; here it can be taken back, and all of it forgotten.
            "wishes": found.wishes if answers.words or len(found.wishes) > 1 else (),
            "told": [
                {
                    "key": question.key,
                    "words": [said(fact, value) for fact, value in facts.items() if _worth(facts, value)],
                }
                for question, facts in answers_in_order(answers)
                if question.who is self.door
            ]
            + ([{"key": where.key, "words": [plain_words(area.name)]}] if area and answers.area_asked else []),
            "ask_where": address_of(path + _as(request), [*given, ("ask", where.key)]),
            "skipped": [asking.BY_KEY[key] for key in answers.skipped if asking.BY_KEY[key].who is self.door],
            "counts": [
                {"n": n, "word": colour_word(colour), "kind": kind}
                for colour, kind in zip(found.counts, ("fits", "ask", "no"), strict=True)
                if (n := found.counts[colour])
            ],
            "area": area,
            # what stands in the address of this page may stand in the next one's; what was answered may not
            "by_link": area is not None and ("area", str(area.pk)) in given,
            "areas": area_options(area, language),
            "distances": DISTANCES,
            "spoken": _spoken(answers),
            "filters": [name for name, (is_on, _off) in FILTERS.items() if is_on(answers)],
            "filtered": bool(area or answers.within or answers.speaks or answers.spoken_only or answers.remote),
            "themes": tiles(),
            "topics": tiles_of(found.themes),
            "more_address": address_of(_as(request), [*given, ("show", "")]),  # and the number of what is opened
            "points": [
                {"latitude": latitude, "longitude": longitude, "service": card}
                for card in found.cards
                if card.facts
                for latitude, longitude in card.facts.points
            ],
        }
        return render(request, "front/orientation/find.html", context, status=400 if wrong else 200)


def _opened(request: HttpRequest) -> Opened | None:
    """Of what all is to be shown, and which page of it; what is no number opens nothing."""
    number, page = request.GET.get("show", ""), request.GET.get("page", "1")
    if not all(one.isascii() and one.isdigit() and len(one) < 4 for one in (number, page)):
        return None
    return Opened(int(number), int(page))


def _worth(facts: Mapping[str, Any], value: Any) -> bool:
    """Of several boxes, those ticked; when none is, that none is."""
    return len(facts) == 1 or value is True or not any(facts.values())


def _as(request: HttpRequest) -> str:
    return AS_PROFESSIONAL if is_professional(request) else ""


def may_refer(request: HttpRequest) -> bool:
    """Whether this user sends people to services."""
    return request.user.is_authenticated and request.user.has_role(*REFERRERS)


def is_professional(request: HttpRequest) -> bool:
    """Whether the page is shown as those who refer need it."""
    return request.GET.get("as") == "professional" and may_refer(request)


def known_areas() -> QuerySet[Area]:
    """Localities and authorities with a centre."""
    levels = (Area.Level.LOCALITY, Area.Level.AUTHORITY)
    return Area.objects.of_level(*levels).exclude(latitude=None).only("name", "path", "latitude", "longitude")


def area_options(chosen: Area | None, language: str) -> SafeString:
    """The largest areas and the one chosen, as choices of a list."""
    written = known_areas().annotate(key=Cast("pk", TextField()), names=Cast("name", TextField()))
    largest = written.order_by(F("population").desc(nulls_last=True), "path")[:MOST_AREAS]
    areas = tuple(largest.values_list("key", "names"))
    if chosen is None:
        return _options(areas, language)
    if not any(key == str(chosen.pk) for key, _names in areas):
        areas += ((str(chosen.pk), json.dumps(chosen.name)),)
    option = '<option value="{}"{}>'
    before, after = (format_html(option, chosen.pk, mark) for mark in ("", SafeString(" selected")))
    return SafeString(_options(areas, language).replace(before, after, 1))


@lru_cache(maxsize=16)
def _options(areas: tuple[tuple[str, str], ...], language: str) -> SafeString:
    """Choices of a list by their names. Hundreds of them, the same on every page: what is remembered goes by what was read, so
    that a name that changes is seen at once."""
    named = sorted(((key, in_language(json.loads(names), language).text) for key, names in areas), key=itemgetter(1))
    return format_html_join("", '<option value="{}">{}</option>', named)


def _spoken(answers: Answers) -> list[dict[str, Any]]:
    """The languages one may say one speaks."""
    codes = dict.fromkeys([*(code for code, _name in settings.LANGUAGES), *MORE_LANGUAGES, *answers.speaks])
    return [{"code": code, "label": language_name(code), "chosen": code in answers.speaks} for code in codes]


# --- steps -----------------------------------------------------------------------------------------------------------


def _say(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    words = request.POST.get("words", "").strip()[:MOST_WORDS]
    if "area" in request.POST:
        answers = replace(answers, area=_uuid(request, "area"))
    return answers.saying(words), "#found"


def _answer(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    question = asking.BY_KEY.get(request.POST.get("question", ""))
    if question is None:
        return answers, ""
    if question in AREA_QUESTIONS.values():
        key = _uuid(request, "value")
        area = known_areas().filter(pk=key).first() if key else None
        if area is None:
            raise asking.NotUnderstood(_("Choose one of the answers, or skip the question."))
        return answers.living_in(area.pk), _stays(request)
    return answers.answering(question, asking.answer(question, request.POST)), _stays(request)


def _skip(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    question = asking.BY_KEY.get(request.POST.get("question", ""))
    return (answers.skipping(question) if question else answers), _stays(request)


def _stays(request: HttpRequest) -> str:
    """Whoever answered in a card stays with it, wherever it stands now; else the next question is looked at."""
    card = _uuid(request, "card")
    return f"#s-{card}" if card else "#question"


def _again(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    question = asking.BY_KEY.get(request.POST.get("question", ""))
    return (answers.without(question) if question else answers), "#question"


def _add(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    code = request.POST.get("code", "")[:255]
    return (answers.needing(code) if code else answers), "#found"


def _remove(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    code = request.POST.get("code", "")[:255]
    return (answers.not_needing(code) if code else answers), "#found"


def _unsay(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    """One of several wishes is taken back."""
    wishes = wishes_of(answers.words or words_of(answers.topic))
    rest = [wish for wish in wishes if wish != request.POST.get("wish", "")]
    return replace(answers, words=", ".join(rest), topic="").about_anything(), "#found"


def _about(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    """What the words are most about: one of what was offered, none of it (an empty value), or not said."""
    if not answers.may_be_asked_about:
        return answers, "#found"
    offered = [code for code in request.POST.getlist("offered") if code in CONCERN_OF][:OFFERED]
    concern = CONCERN_OF.get(request.POST.get("value", ""))
    if concern is not None and concern.door is answers.door:
        return answers.being_about(concern.code), "#question" if PARTS_OF.get(concern.code) else "#found"
    asked = offered or answers.passed or answers.openly or answers.about
    return (answers.passing(offered) if asked else answers), "#question"


def _about_openly(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    """It was not asked, and what came is not what was meant."""
    return replace(answers, openly=True), "#question"


def _about_unsaid(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    return (answers.not_saying() if answers.may_be_asked_about else answers), "#question"


def _about_anything(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    """What it is about is taken back."""
    return answers.about_anything(), "#question"


def _not_my_work(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    """What was understood of work is not meant."""
    return replace(answers, without_work=True), "#found"


def _narrow(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    within = request.POST.get("within", "")
    known = {code for code, _name in settings.LANGUAGES} | set(MORE_LANGUAGES) | set(answers.speaks)
    speaks = dict.fromkeys(code for code in request.POST.getlist("speaks") if code in known)
    changed = replace(
        answers,
        area=_uuid(request, "area"),
        within=int(within) if within in map(str, DISTANCES) else None,
        speaks=tuple(speaks)[:MOST_LANGUAGES],
        spoken_only="spoken_only" in request.POST,
        remote="remote" in request.POST,
    )
    return changed, "#found"


def _widen(answers: Answers, request: HttpRequest) -> tuple[Answers, str]:
    """A filter is taken away."""
    return without_filter(answers, request.POST.get("filter", "")), "#found"


def _uuid(request: HttpRequest, field: str) -> UUID | None:
    try:
        return UUID(request.POST.get(field, ""))
    except ValueError:
        return None


STEPS: Final[Mapping[str, Step]] = {
    "say": _say,
    "answer": _answer,
    "skip": _skip,
    "again": _again,
    "add": _add,
    "remove": _remove,
    "unsay": _unsay,
    "about": _about,
    "about_openly": _about_openly,
    "about_unsaid": _about_unsaid,
    "about_anything": _about_anything,
    "not_my_work": _not_my_work,
    "narrow": _narrow,
    "widen": _widen,
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
