"""The work that somebody says they did, shown as understood, and what helps on with it: courses, recognition, a trade test.

Beside the services that the words find, not in place of them; one press removes it. It is read on the first page of an
answer only, and finds nothing by itself where nobody speaks of their own work (:mod:`kesher.words.own_work`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.directory.search import Facets, Found, Hit, SearchQuery, find
from kesher.engine.coding import Candidate
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
MOST_OF_WORK: Final = 3
MOST_OF_PATH: Final = 1
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
    """A service that helps on with a work, and why. ``names_it``: its text names the work."""

    hit: Hit
    way: Way
    names_it: bool

    @property
    def worth(self) -> float:
        """How well it answers, between 0 and 1: in the order in which :func:`helping_on` gives them."""
        return 0.85 if self.way is Way.NAMED else 1.0 if self.names_it else 0.95

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
    helping = {one.hit.service_id: one for one in helping_on(work.candidates[0], query)}
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


def helping_on(work: Candidate, query: SearchQuery, *, most_of_path: int = MOST_OF_PATH) -> list[Helping]:
    """Services for a work within the filters of `query`, a few: they stand beside what was asked for. most_of_path: of what
    leads there for every work, which is often one thing at several places.

    First what leads to papers or a test and names this work, then what leads there for every work, then what else names it:
    who has been a welder for ten years shows it before they learn it, and a text may name a work in passing.
    """
    asked = replace(query, themes=LEARNING, page=1, page_size=4 * MOST_OF_WORK)
    way, path = (Way.PAPERS, PAPERS) if work.isco08[0] in WITH_PAPERS else (Way.TRADE, TRADE)
    # A language at a time: the search drops what scores far below the best, and no text answers the words of all.
    languages = dict.fromkeys((query.language, *WRITTEN_IN))
    named = _said_in(asked, (" ".join(head_words(work.isco08, one)) for one in languages))
    leading = _said_in(asked, [path])
    of_work = [Helping(hit, way if key in leading else Way.NAMED, names_it=True) for key, hit in named.items()]
    both = [one for one in of_work if one.way is way][:MOST_OF_WORK]
    for_all = [Helping(hit, way, names_it=False) for key, hit in leading.items() if key not in named][:most_of_path]
    others = [one for one in of_work if one.way is Way.NAMED]
    return [*both, *for_all, *others[: MOST_OF_WORK - len(both)]]


def _said_in(asked: SearchQuery, texts: Iterable[str]) -> dict[UUID, Hit]:
    """What each text finds, in turn, as far as a word of it stands there: what is only of the theme is of every work."""
    found: dict[UUID, Hit] = {}
    for text in filter(None, texts):
        for hit in find(replace(asked, text=text)).hits:
            if any(match.where != "theme" for match in hit.because):
                found.setdefault(hit.service_id, hit)
    return found
