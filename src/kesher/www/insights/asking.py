"""A question in plain words finds the figure: "how many are out of work in Dimona?" leads to the unemployment rate of Dimona.

The registry's names and questions are the labels, in English, Hebrew and Arabic, and so are a few words people use instead. The
search is the coding engine's, by characters: a word misspelt is found, letters at random find nothing. Nothing is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from kesher.engine.coding import Answer, Coder, Concept, Label, Role, Vocabulary
from kesher.engine.indicators import Indicator, registry
from kesher.engine.text import tokens
from kesher.insights.latest import Latest, Place, latest
from kesher.insights.shortage import ON_THE_BOARD, has_board
from kesher.www.insights import saying

LANGUAGES = ("en", "he", "ar")
LONGEST = 200
MOST = 6
#: What people say instead: indicator -> language -> words.
ALSO: Mapping[str, Mapping[str, Sequence[str]]] = {
    "unemployment-rate": {
        "en": ("out of work", "jobless", "unemployed people", "without a job"),
        "he": ("מובטלים", "אבטלה", "בלי עבודה", "כמה מובטלים יש"),
        "ar": ("عاطلون عن العمل", "البطالة", "بدون عمل", "كم عدد العاطلين"),
    },
    "population": {
        "en": ("inhabitants", "residents", "how big is the town"),
        "he": ("תושבים", "אוכלוסייה"),
        "ar": ("السكان", "عدد السكان"),
    },
    "income-per-head": {
        "en": ("how rich", "income", "poor", "how much people earn"),
        "he": ("הכנסה", "כמה מרוויחים", "עוני", "כמה כסף יש לאנשים"),
        "ar": ("الدخل", "كم يكسب الناس", "الفقر"),
    },
    "earning-little": {
        "en": ("low pay", "minimum wage"),
        "he": ("שכר נמוך", "שכר מינימום"),
        "ar": ("أجر منخفض", "الحد الأدنى للأجور"),
    },
    "academic-degree": {
        "en": ("university", "graduates"),
        "he": ("אקדמאים", "תואר ראשון"),
        "ar": ("خريجو الجامعات", "شهادة جامعية"),
    },
    "women-without-income-from-work": {
        "en": ("women who do not work", "women's employment"),
        "he": ("נשים לא עובדות", "תעסוקת נשים"),
        "ar": ("نساء لا يعملن", "عمل النساء"),
    },
    "large-families": {
        "en": ("many children",),
        "he": ("משפחות ברוכות ילדים", "הרבה ילדים"),
        "ar": ("عائلات كثيرة الأولاد",),
    },
    "work-by-industry": {"en": ("sectors", "branches"), "he": ("ענפים", "במה עובדים"), "ar": ("فروع الاقتصاد",)},
    "work-by-occupation": {"en": ("professions", "jobs people have"), "he": ("מקצועות", "משלחי יד"), "ar": ("مهن",)},
    "working-elsewhere": {
        "en": ("commuting", "commuters"),
        "he": ("יוממות", "נוסעים לעבודה"),
        "ar": ("التنقل إلى العمل",),
    },
    "shortage-uwv": {
        "en": ("shortage of workers", "hard to fill"),
        "he": ("מחסור בעובדים", "חסרים עובדים"),
        "ar": ("نقص العمال",),
    },
    "exposure-automation": {
        "en": ("robots", "machines take our jobs"),
        "he": ("רובוטים", "מכונות במקום עובדים"),
        "ar": ("الروبوتات", "آلات بدل العمال"),
    },
    "exposure-generative-ai": {
        "en": ("artificial intelligence", "chatbots"),
        "he": ("בינה מלאכותית",),
        "ar": ("الذكاء الاصطناعي",),
    },
}


@cache
def coder() -> Coder:
    """The registry as a vocabulary. Built once in a process."""
    concepts, labels = [], []
    for number, one in enumerate(registry().values()):
        names = {}
        for language in LANGUAGES:
            with translation.override(language):
                names[language] = _(one.name)
                labels.append(Label(_(one.name), number, language))
                labels.append(Label(_(one.question), number, language, Role.ALTERNATIVE))
            words = ALSO.get(one.code, {}).get(language, ())
            labels += [Label(text, number, language, Role.ALTERNATIVE) for text in words]
        concepts.append(Concept(one.code, "", names))
    return Coder(Vocabulary("indicators", tuple(concepts), tuple(labels)))


@dataclass(frozen=True, slots=True)
class Found:
    """An indicator that may answer; ``url`` of its figure for the place, "" where there is none of it."""

    indicator: Indicator
    url: str
    said: str


def place_in(now: Latest, words: str) -> tuple[Place | None, str]:
    """The place a question names, the one with the longest name, and the question without it."""
    asked = tokens(words)
    best: tuple[int, Place | None, int] = (0, None, 0)
    for place in now.places.values():
        for name in place.name.values():
            named = tokens(name)
            if not named or len(named) <= best[0]:
                continue
            at = next((n for n in range(len(asked)) if _names(asked[n : n + len(named)], named)), None)
            if at is not None:
                best = (len(named), place, at)
    length, found, at = best
    return found, " ".join(asked[:at] + asked[at + length :]) if found is not None else words


def _names(said: list[str], named: list[str]) -> bool:
    """Word by word; the first may carry Hebrew's or Arabic's letters for "in", "of", "from" and the article."""
    if len(said) != len(named) or said[1:] != named[1:]:
        return False
    first, own = said[0], named[0]
    return first == own or (first.endswith(own) and len(own) > 2 and first[: -len(own)] in _BEFORE)


_BEFORE = frozenset({"ב", "ל", "מ", "של", "ה", "ו", "בה", "ب", "ل", "في", "ال", "بال", "لل"})


def asked(words: str, language: str, here: Place | None, now: Latest) -> list[Found]:
    """At most :data:`MOST` indicators, the likeliest first; those with a figure before those without."""
    coding = coder().code(words[:LONGEST], language=language, top=12)
    if coding.answer is Answer.NONE:
        return []
    found = []
    for candidate in coding.candidates:
        indicator = registry()[candidate.uri]
        figure = now.figure(indicator.code, here.key) if here is not None else None
        there = figure is not None or (here is not None and bool(now.parts(indicator.code, here.key)))
        url = reverse("insights_figure", args=[here.key, indicator.code]) if here is not None and there else ""
        if here is not None and not url and indicator.code in ON_THE_BOARD and has_board(now, here.path):
            url = reverse("insights_shortage_of", args=[here.key])
        found.append(Found(indicator, url, saying.said(figure, indicator) if figure is not None else ""))
    return sorted(found, key=lambda one: not one.url)[:MOST]


class AskView(TemplateView):
    """What do you want to know? In one's own words."""

    template_name = "insights/ask.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = self.request.GET.get("q", "").strip()[:LONGEST]
        context = super().get_context_data(**kwargs) | {"q": words}
        if not words:
            return context
        now = latest()
        place, rest = place_in(now, words)
        here = place or home(now)
        return context | {"place": here, "found": asked(rest or words, translation.get_language() or "en", here, now)}


def home(now: Latest) -> Place | None:
    """The place the portal is for, where it has figures; else the country."""
    from kesher.areas.models import Area

    homes = [now.places[one] for one in Area.objects.home().values_list("pk", flat=True) if one in now.places]
    return next(iter([*homes, *now.level(Area.Level.COUNTRY)]), None)
