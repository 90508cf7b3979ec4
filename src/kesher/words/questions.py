"""What to ask about a title of several unit groups, in each language of the lists.

Who wrote a title wrote its question in the languages they were writing; a reader of another language is asked all the same:

1. by the question written in their language about another title of exactly the same groups: it names the same choices;
2. else by the names of the groups: plain, longer, and told in one sentence of ours.

Nothing here decides: a question only says between what a person is asked to choose. No Django.
"""

from collections.abc import Mapping
from typing import Final

from kesher.formats.isco import StarterTaxonomy

#: By language: the sentence, and what stands between the groups.
BETWEEN: Final = {
    "en": ("Which of these is nearest to the work: {groups}?", "; "),
    "he": ("מה מאלה הכי קרוב לעבודה: {groups}?", "; "),
    "ar": ("أي من هذه أقرب إلى العمل: {groups}؟", "؛ "),
    "ru": ("Что из этого ближе всего к работе: {groups}?", "; "),
    "uk": ("Що з цього найближче до роботи: {groups}?", "; "),
    "fr": ("Qu'est-ce qui est le plus proche du travail : {groups} ?", "; "),
    "am": ("ከእነዚህ ውስጥ ከሥራው ጋር በጣም የሚቀራረበው የቱ ነው፦ {groups}?", "፤ "),
}


def questions(lists: StarterTaxonomy) -> list[Mapping[str, str]]:
    """Beside ``lists.ambiguous``: language → question, in every language of :data:`BETWEEN`. What was written for the title
    itself stays; of several questions about the same groups the first in the list is lent."""
    lent: dict[tuple[frozenset[str], str], str] = {}
    for one in lists.ambiguous:
        for language, said in one.question.items():
            lent.setdefault((frozenset(one.isco08), language), said)
    return [
        {
            language: one.question.get(language)
            or lent.get((frozenset(one.isco08), language))
            or between(lists, one.isco08, language)
            for language in BETWEEN
        }
        for one in lists.ambiguous
    ]


def between(lists: StarterTaxonomy, codes: tuple[str, ...], language: str) -> str:
    """The question by the names of the groups, each once."""
    sentence, separator = BETWEEN[language]
    names = dict.fromkeys(lists.group[code].get(language) or lists.group[code]["en"] for code in codes)
    return sentence.format(groups=separator.join(names))
