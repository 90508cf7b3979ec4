"""Skills said in a text by what its sentences mean: a coder's own comparison, where an encoder stands behind it.

What :mod:`kesher.engine.coding.skills_in_text` does by spelling, an encoder's blend does by itself: it looks at a sentence
through windows of three and of six words and at the sentence whole, and adds contained words
(:mod:`kesher.engine.coding.fusion`). So a sentence is asked for once, in two steps over all labels, and not window by window.

    finder = SkillsByMeaning(coder)          # of skills, over an encoder
    finder.find("cut and coloured hair, kept the till")

Everything is told of the words themselves, as there: the window that is nearest to the label, where it stands in the text.
"""

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from kesher.engine.coding.coder import Coder
from kesher.engine.coding.fusion import Together
from kesher.engine.coding.said_text import Span
from kesher.engine.coding.skills_in_text import FindsSkills, SkillFound, sentences

#: Texts of labels among which the skills of a sentence are: a skill has a name in many languages, so fewer are concepts.
AROUND: Final = 100


@dataclass(frozen=True, slots=True)
class MeaningTuning:
    """least: below this similarity a skill is not proposed · precision: the share of those proposed that were right.

    Both on SkillSkape's dev part: ``python benchmarks/skills_in_text.py --tune``.
    """

    least: float
    precision: float


MEANING_SKILLS: Final = MeaningTuning(least=0.65, precision=0.33)


class SkillsByMeaning:
    """A coder of skills over an encoder, ready to find. Only read afterwards, by any thread."""

    def __init__(self, coder: Coder, *, tuning: MeaningTuning = MEANING_SKILLS) -> None:
        """Raises TypeError for a coder that compares by spelling alone."""
        if not isinstance(coder.compared, Together):
            raise TypeError("no encoder of meaning stands behind this coder")
        self.vocabulary, self.embedder, self.tuning = coder.vocabulary, coder.embedder, tuning
        self._compared = coder.compared
        #: Numbers of labels by the number of their text, and where each text's begin among them.
        self._labels = np.argsort(coder.text_of, kind="stable")
        self._begins = np.concatenate(([0], np.cumsum(np.bincount(coder.text_of, minlength=len(coder.compared)))))

    @property
    def precision(self) -> float:
        return self.tuning.precision

    def rank(self, text: str, *, top: int) -> list[tuple[int, float]]:
        """The `top` nearest skills of a sentence with their scores, highest first, ties by number; none is left out."""
        best: dict[int, float] = {}
        numbers, scores = self._compared.nearest(text, AROUND)
        for number, score in zip(numbers.tolist(), scores.tolist(), strict=True):
            for label in self._of_text(number):
                best.setdefault(self.vocabulary.labels[label].concept, score)
        return sorted(best.items(), key=lambda one: (-one[1], one[0]))[:top]

    def find(self, text: str, *, language: str = "", top: int = 10) -> list[SkillFound]:
        """Skills that a text says, at most `top` for each sentence, the surest first. language: in which labels are shown."""
        found: dict[int, SkillFound] = {}
        for sentence in sentences(text):
            for one in self._in_sentence(text[sentence.start : sentence.end], language, top):
                known = found.get(one.concept)
                if known is None or known.score < one.score:
                    found[one.concept] = one.moved(sentence.start)
        return sorted(found.values(), key=lambda one: (-one.score, one.uri))

    def _in_sentence(self, text: str, language: str, top: int) -> list[SkillFound]:
        numbers, scores = self._compared.nearest(text, AROUND)
        numbers, scores = numbers[scores >= self.tuning.least], scores[scores >= self.tuning.least]
        if not len(numbers):
            return []
        found: dict[int, SkillFound] = {}
        windows = self._compared.windows_of(text, numbers)
        for number, score, window in zip(numbers.tolist(), scores.tolist(), windows, strict=True):
            for label in self._of_text(number):
                known = self.vocabulary.labels[label]
                if known.concept in found or len(found) == top:
                    continue
                concept = self.vocabulary.concepts[known.concept]
                found[known.concept] = SkillFound(
                    known.concept,
                    concept.uri,
                    concept.name(language),
                    known.text,
                    known.language,
                    round(score, 6),
                    place_of(window, text),
                )
        return list(found.values())

    def _of_text(self, number: int) -> list[int]:
        """The labels that are this text."""
        mine: list[int] = self._labels[self._begins[number] : self._begins[number + 1]].tolist()
        return mine


class SkillsBothWays:
    """By meaning and by spelling: what is said word for word in a language the encoder has read little of stays found.

    Which of the two found a skill more surely is told. `precision`: the lesser of theirs; together it was not measured.
    """

    def __init__(self, meaning: FindsSkills, spelling: FindsSkills) -> None:
        self.vocabulary, self.embedder = meaning.vocabulary, meaning.embedder
        self.precision: float = min(meaning.precision, spelling.precision)
        self._ways = (meaning, spelling)

    def find(self, text: str, *, language: str = "", top: int = 10) -> list[SkillFound]:
        """What either finds, each skill once, the surest first: at most twice `top` for each sentence."""
        found: dict[int, SkillFound] = {}
        for way in self._ways:
            for one in way.find(text, language=language, top=top):
                known = found.get(one.concept)
                if known is None or known.score < one.score:
                    found[one.concept] = one
        return sorted(found.values(), key=lambda one: (-one.score, one.uri))


def place_of(window: str, text: str) -> Span:
    """Where words stand in a text, whatever blanks are between them; the whole text where they do not stand there so."""
    found = re.search(r"\s+".join(map(re.escape, window.split())), text) if window.strip() else None
    return Span(found.start(), found.end()) if found else Span(0, len(text))
