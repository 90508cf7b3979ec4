"""The work that somebody says they did, shown as understood, and what helps on with it: courses, recognition, a trade test.

Beside the services that the words find, not in place of them; one press removes it. It is read on the first page of an
answer only, and finds nothing by itself where nobody speaks of their own work (:mod:`kesher.words.own_work`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.directory.catalogue import catalogue
from kesher.directory.models import Service
from kesher.directory.search import Facets, Found, Hit, SearchQuery, find
from kesher.engine.coding import Candidate
from kesher.engine.text import index_tokens, query_tokens
from kesher.words.coders import loaded
from kesher.words.own_work import Work, work_in
from kesher.words.typical import head_words
from kesher.words.vocabularies import OCCUPATION
from kesher.www.front.services.cards import Card, Text, cards

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Where one learns a trade or has it recognised. Of what else is learned beside school only the language of the country:
#: spoken Arabic "for nurses and shop staff" leads nobody back into nursing.
LEARNING: Final = (
    "human_services:work:skills_training",
    "human_services:education:further_education",
    "human_services:education:skills_training",
    "human_services:education:more_education:english_as_a_second_language_esl",
)
#: The words of an occupation are looked for in the languages of services' texts, beside the visitor's own.
WRITTEN_IN: Final = ("he", "ar", "en")
MOST: Final = 4
#: Of each search.
MOST_LOOKED_AT: Final = 24
#: Of the best: what leads to papers or a test less surely is something else ("for people without papers").
LEADS: Final = 0.85
#: What leads on from a work learnt elsewhere, by major group of ISCO-08: papers for those of the first three, else a test.
PAPERS: Final = "recognition of diplomas licence הכרה בתעודות רישוי الاعتراف بشهادات"
TRADE: Final = "trade test vocational course מבחן מקצועי קורס مهني امتحان"
WITH_PAPERS: Final = frozenset("0123")


class Way(StrEnum):
    """How a service helps on with a work."""

    PAPERS = "papers"
    TRADE = "trade"
    NAMED = "named"  # its text names the work; what it offers for it, its own words say


#: In the reader's language, whatever language the words stand in that were found.
REASONS: Final[Mapping[Way, str | Promise]] = {
    Way.PAPERS: _("For your work: recognition of what you learned, or a licence"),
    Way.TRADE: _("For your work: a trade test or a course"),
    Way.NAMED: _("For your work: this service names it"),
}


@dataclass(frozen=True, slots=True)
class Helping:
    """A service that helps on with a work, and why. ``worth``: how well, between 0 and 1."""

    hit: Hit
    way: Way
    worth: float

    @property
    def reason(self) -> str:
        return str(REASONS[self.way])


@dataclass(frozen=True, slots=True)
class ForWork:
    """The occupation's names by language, and services for it, the nearest first."""

    names: Text
    cards: list[Card]


def for_work(query: SearchQuery, visitor: "Visitor") -> ForWork | None:
    """What was understood of the visitor's work in the words of `query`, and services; None where they say none.

    The filters in force hold for these services too, but a theme: whoever chose one asks for that.
    """
    work = work_in(query.text, language=query.language) if query.text and query.page == 1 else None
    if work is None:
        return None
    if query.themes:
        return ForWork(names_of(work, query.language), [])
    helping = {one.hit.service_id: one for one in _once(helping_on(work.candidates[0], query))}
    found = Found(tuple(one.hit for one in helping.values()), len(helping), Facets())
    shown = cards(found, visitor, typed={})
    return ForWork(
        names_of(work, query.language),
        [replace(card, because=(), for_work=helping[card.pk].reason) for card in shown],
    )


def names_of(work: Work, language: str) -> Text:
    """What the likeliest unit group is called, by language."""
    best = work.candidates[0]
    concept = loaded(OCCUPATION).concept(best.uri)
    return concept.names if concept else {language: best.label}


def helping_on(work: Candidate, query: SearchQuery) -> list[Helping]:
    """Services for a work within the filters of `query`, the best first; of one thing at several places, all.

    First what leads to papers or a test and speaks of this work, then what leads there for every work, then what else is called
    after it: who has been a welder for ten years shows it before they learn it. That a text names a work in passing ("taught
    by a nurse") is no reason by itself.
    """
    asked = replace(query, themes=LEARNING, page=1, page_size=MOST_LOOKED_AT)
    way, path = (Way.PAPERS, PAPERS) if work.isco08[0] in WITH_PAPERS else (Way.TRADE, TRADE)
    # A language at a time: the search drops what scores far below the best, and no text answers the words of all.
    known = catalogue()
    learning = known.any_of(known.needs, LEARNING)
    first = b"".join(UUID(known.services[place].key).bytes for place in np.flatnonzero(learning).tolist())
    said = {one: " ".join(head_words(work.isco08, one)) for one in dict.fromkeys((query.language, *WRITTEN_IN))}
    speaking = _said_in(asked, said.values(), first)
    leading = _said_in(asked, [path], first)
    called = _called_after(
        [*speaking], {form for text in said.values() for forms in query_tokens(text) for form in forms}
    )
    best = max((hit.score or 0.0 for hit in leading.values()), default=0.0)
    found: list[Helping] = []
    for key, hit in leading.items():
        leads = (hit.score or 0.0) >= LEADS * best
        if key in called or (leads and key in speaking):
            found.append(Helping(hit, way, 1.0))
        elif leads:
            found.append(Helping(hit, way, 0.95))
    found += [Helping(hit, Way.NAMED, 0.85) for key, hit in speaking.items() if key in called and key not in leading]
    return sorted(found, key=lambda one: -one.worth)


def _said_in(asked: SearchQuery, texts: Iterable[str], first: bytes) -> dict[UUID, Hit]:
    """What each text finds, in turn, as far as a word of it stands there: a theme is of every work."""
    found: dict[UUID, Hit] = {}
    for text in filter(None, texts):
        for hit in find(replace(asked, text=text), first=first).hits:
            if any(match.where != "theme" for match in hit.because):
                found.setdefault(hit.service_id, hit)
    return found


def _called_after(services: list[UUID], words: set[str]) -> set[UUID]:
    """Those in whose name one of the words stands, in any language and form."""
    names = Service.objects.filter(pk__in=services).order_by("pk").values_list("pk", "name")
    return {
        key
        for key, name in names
        if any(words & set(index_tokens(text, language.split("-")[0])) for language, text in name.items())
    }


def _once(helping: list[Helping]) -> list[Helping]:
    """A few, and of one thing at several places the first."""
    known = catalogue()
    kinds: dict[object, Helping] = {}
    for one in helping:
        number = known.number_of.get(str(one.hit.service_id))
        kinds.setdefault(one.hit.service_id if number is None else int(known.kinds[number]), one)
    return [*kinds.values()][:MOST]
