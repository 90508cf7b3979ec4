"""The work that somebody says they did, shown as understood, and what helps on with it: courses, recognition, a trade test.

Beside the services that the words find, not in place of them; one press removes it. It is read on the first page of an
answer only, and finds nothing by itself where nobody speaks of their own work (:mod:`kesher.words.own_work`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final
from uuid import UUID

from kesher.directory.search import Facets, Found, Hit, SearchQuery, find
from kesher.words.coders import loaded
from kesher.words.own_work import work_in
from kesher.words.typical import head_words
from kesher.words.vocabularies import OCCUPATION
from kesher.www.front.services.cards import Card, as_typed, cards

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Where one learns a trade or has it recognised.
LEARNING: Final = (
    "human_services:work:skills_training",
    "human_services:education:further_education",
    "human_services:education:skills_training",
    "human_services:education:more_education",
)
#: The words of an occupation are looked for in the languages of services' texts, beside the visitor's own.
WRITTEN_IN: Final = ("he", "ar", "en")
MOST_OF_WORK: Final = 3
MOST_OF_PATH: Final = 1
#: What leads on from a work learnt elsewhere, by major group of ISCO-08: papers for those of the first three, else a test.
PAPERS: Final = "recognition of diplomas licence הכרה בתעודות רישוי الاعتراف بشهادات"
TRADE: Final = "trade test vocational course מבחן מקצועי קורס مهني امتحان"
WITH_PAPERS: Final = frozenset("0123")


@dataclass(frozen=True, slots=True)
class ForWork:
    """The occupation's names by language, and services for it, the nearest first."""

    names: Mapping[str, str]
    cards: list[Card]


def for_work(query: SearchQuery, visitor: "Visitor") -> ForWork | None:
    """What was understood of the visitor's work in the words of `query`, and services; None where they say none.

    The filters in force hold for these services too, but a theme: whoever chose one asks for that.
    """
    work = work_in(query.text, language=query.language) if query.text and query.page == 1 else None
    if work is None:
        return None
    best = work.candidates[0]
    concept = loaded(OCCUPATION).concept(best.uri)
    names = concept.names if concept else {query.language: best.label}
    if query.themes:
        return ForWork(names, [])
    asked = replace(query, themes=LEARNING, page=1, page_size=4 * MOST_OF_WORK)
    path = PAPERS if best.isco08[0] in WITH_PAPERS else TRADE
    # A language at a time: the search drops what scores far below the best, and no text answers the words of all.
    questions = [
        (" ".join(head_words(best.isco08, one)), MOST_OF_WORK) for one in dict.fromkeys((query.language, *WRITTEN_IN))
    ]
    hits: dict[UUID, Hit] = {}
    for said, most in [*questions, (path, MOST_OF_WORK + MOST_OF_PATH)]:
        for hit in find(replace(asked, text=said)).hits if said else ():
            if len(hits) < most and any(match.where != "theme" for match in hit.because):
                hits.setdefault(hit.service_id, hit)  # what is only of the theme is of every work
    found = Found(tuple(hits.values()), len(hits), Facets())
    return ForWork(names, cards(found, visitor, typed=as_typed(query.text)))
