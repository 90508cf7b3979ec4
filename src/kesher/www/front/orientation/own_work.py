"""The work that a visitor's words say is theirs, and the services that help on with it, for the result page.

What is looked for is as in the plain search (:mod:`kesher.www.front.services.for_work`); here each service also has its colour
and its reasons. It is shown as understood, taken away by one press, and decides nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.conf import settings
from django.utils import translation

from kesher.directory.facts import Who
from kesher.directory.search import SearchQuery
from kesher.engine.orientation import Catalogue
from kesher.engine.orientation.catalogue import Mask
from kesher.words.own_work import work_in
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.services.cards import Text
from kesher.www.front.services.for_work import helping_on, names_of


@dataclass(frozen=True, slots=True)
class OwnWork:
    """``said``: the words; ``asks``: whether they ask for something besides; ``names``: of the unit group, by language;
    ``reasons``: why each service helps on, by its key; ``found``: how well, between 0 and 1."""

    said: str
    asks: bool
    names: Text
    reasons: Mapping[str, str]
    found: Mapping[str, float]

    def answered_by(self, catalogue: Catalogue) -> Mask:
        """Shape (n,): the services that help on."""
        mask = np.zeros(len(catalogue), dtype=bool)
        numbers = (catalogue.number_of.get(key) for key in self.reasons)
        mask[[number for number in numbers if number is not None]] = True
        return mask


def own_work(answers: Answers) -> OwnWork | None:
    """None where no work is said, where it was taken away, and at the business door: a firm's trade is not somebody's work."""
    if answers.door is not Who.PERSON or not answers.words or answers.without_work:
        return None
    language = translation.get_language() or settings.LANGUAGE_CODE
    work = work_in(answers.words, language=language)
    if work is None:
        return None
    helping = helping_on(work.candidates[0], SearchQuery(language=language))
    return OwnWork(
        work.said,
        work.asks,
        names_of(work, language),
        {str(one.hit.service_id): one.reason for one in helping},
        {str(one.hit.service_id): one.worth for one in helping},
    )
