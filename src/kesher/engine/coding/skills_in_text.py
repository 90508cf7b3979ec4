"""Skills said in a text: each skill of a vocabulary by how near its labels come to any few words of the text.

A sentence holds several skills, and a label is short: compared with the whole sentence every label looks far away. So
windows of three and of six words are compared as well, and a label's similarity is its best one over all of them. Beside
it stands containment: the share of a label's words that the text holds, by their idf, which finds acronyms and tools
("SQL", "AutoCAD") that a window drowns. The two are added; a skill has the score of its best label.

    finder = SkillFinder(vocabulary)                # n-grams; or SkillFinder(vocabulary, embedder)
    finder.find("cut and coloured hair, kept the till")

Everything is told of the words themselves: where in the text they stand, and by which label in which language.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.coder import Coder
from kesher.engine.coding.embedding import Compared, Embedder, Floats
from kesher.engine.coding.ngrams import CharacterNgrams
from kesher.engine.coding.said_text import Span
from kesher.engine.coding.vocabulary import Role, Vocabulary
from kesher.engine.inflection import is_stop_word, variants
from kesher.engine.text import tokens

#: Words in a window, and how far the next one begins behind it.
WINDOWS: Final = ((3, 2), (6, 3))
_WORD: Final = re.compile(r"\S+")
#: Marks at the edges of a window; the signs of C++ and C# belong to the word.
_EDGE: Final = re.compile(r"^[\W_]+|(?:(?![+#])[\W_])+$")
_SENTENCE: Final = re.compile(r"[^.!?;\n።؟…]+(?:[.!?;።؟…](?!\s|$)[^.!?;\n።؟…]*)*")
#: A sentence longer than this is looked at only through its windows.
LONGEST_SENTENCE: Final = 60


@dataclass(frozen=True, slots=True)
class SkillTuning:
    """How the parts are weighed. Fitted on SkillSkape's training part alone: ``python benchmarks/skills_in_text.py --tune``.

    contained: weight of containment, similarity has the rest · full: sum of idf from which on contained words count whole, in
    parts of the idf of a word that one label has: a label of one common word ("work") is contained in everything and says
    nothing · alternative: what an alternative label has less · least: below this score a skill is not proposed.
    """

    contained: float
    full: float
    alternative: float
    least: float


NGRAM_SKILLS: Final = SkillTuning(contained=0.5, full=1.6, alternative=0.05, least=0.65)
#: Share of the skills proposed so that were right, on SkillSkape's dev part (docs/benchmarks.md).
PRECISION: Final = 0.21


@dataclass(frozen=True, slots=True)
class SkillFound:
    """One skill proposed. matched: the label that was nearest, in `matched_language` · span: the words it was found in."""

    concept: int
    uri: str
    label: str
    matched: str
    matched_language: str
    score: float
    span: Span

    def moved(self, by: int) -> "SkillFound":
        """The same, in a text that has `by` characters more in front."""
        return replace(self, span=Span(self.span.start + by, self.span.end + by))


class FindsSkills(Protocol):
    """What reads an account asks for the skills in it: this module by spelling, or one by meaning."""

    vocabulary: Vocabulary
    embedder: Embedder

    @property
    def precision(self) -> float:
        """The share of those it proposes that have been right."""
        ...

    def find(self, text: str, *, language: str = "", top: int = 10) -> list[SkillFound]:
        """Skills that a text says, at most `top` for each sentence, the surest first."""
        ...


class SkillFinder:
    """A vocabulary of skills and an embedder, ready to find. Only read afterwards, by any thread."""

    precision: float = PRECISION

    def __init__(
        self, vocabulary: Vocabulary, embedder: Embedder | None = None, *, tuning: SkillTuning = NGRAM_SKILLS
    ) -> None:
        """Takes in the labels by `embedder`, n-grams where none is given. :meth:`sharing` spares that."""
        self.embedder: Embedder = embedder if embedder is not None else CharacterNgrams()
        labels = vocabulary.labels
        self._prepare(vocabulary, tuning, self.embedder.take_in([label.text for label in labels]), None)

    @classmethod
    def sharing(cls, coder: Coder, *, tuning: SkillTuning = NGRAM_SKILLS) -> "SkillFinder":
        """Finds with what a coder of skills has taken in already: no second index in memory."""
        finder = cls.__new__(cls)
        finder.embedder = coder.embedder
        finder._prepare(coder.vocabulary, tuning, coder.compared, coder.text_of)
        return finder

    def _prepare(
        self, vocabulary: Vocabulary, tuning: SkillTuning, compared: Compared, text_of: NDArray[np.int64] | None
    ) -> None:
        """text_of: the number of each label's text among those compared; None where each label was taken in."""
        self.vocabulary, self.tuning = vocabulary, tuning
        labels = vocabulary.labels
        self._compared, self._text_of = compared, text_of
        self._concept = np.array([label.concept for label in labels], np.int64)
        self._less = np.array([label.role is Role.ALTERNATIVE for label in labels], np.float32)
        self._words = _LabelWords([label.text for label in labels])
        #: Labels in the order of their concepts, and where each concept that has labels begins among them.
        self._order = np.argsort(self._concept, kind="stable")
        self._labelled, self._begins = np.unique(self._concept[self._order], return_index=True)

    def scores(self, text: str) -> tuple[Floats, NDArray[np.int64], list[Span]]:
        """Every label's score for one sentence, the number of its nearest window, and where the windows stand.

        Scores: float32, shape (labels,); at most 1.
        """
        similar, window, spans = self.similarities(text)
        return self.fused(similar, self.contained(text, self.tuning.full), self.tuning), window, spans

    def similarities(self, text: str) -> tuple[Floats, NDArray[np.int64], list[Span]]:
        """Every label's best similarity to a window of a sentence, that window's number, and where the windows stand."""
        spans = windows(text)
        best = np.zeros(len(self._concept), np.float32)
        window = np.zeros(len(self._concept), np.int64)
        for number, span in enumerate(spans):
            found = self._compared.similarities(text[span.start : span.end])
            found = found if self._text_of is None else found[self._text_of]
            better = found > best
            best[better] = found[better]
            window[better] = number
        return best, window, spans

    def contained(self, text: str, full: float) -> Floats:
        """For each label the share of its words, by idf, that the text holds, times how telling they are; at most 1."""
        return self._words.contained(text, full)

    def fused(self, similar: Floats, held: Floats, tuning: SkillTuning) -> Floats:
        """Similarity and containment as one score."""
        mixed = (1 - tuning.contained) * similar + tuning.contained * held - tuning.alternative * self._less
        scores: Floats = mixed.astype(np.float32)
        return scores

    def of_concepts(self, scores: Floats) -> Floats:
        """Each concept's best label's score, shape (concepts,); minus infinity where there are no labels."""
        best = np.full(len(self.vocabulary.concepts), -np.inf, np.float32)
        if len(self._begins):
            best[self._labelled] = np.maximum.reduceat(scores[self._order], self._begins)
        return best

    def rank(self, text: str, *, top: int) -> list[tuple[int, float]]:
        """The `top` nearest skills of a sentence with their scores, highest first, ties by number; none is left out."""
        scores, _, _ = self.scores(text)
        best = self.of_concepts(scores)
        order = np.argsort(-np.round(best, 6), kind="stable")[:top]
        return [(int(one), float(best[one])) for one in order if np.isfinite(best[one])]

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
        scores, window, spans = self.scores(text)
        if not spans:
            return []
        found: dict[int, SkillFound] = {}
        enough = np.flatnonzero(scores >= self.tuning.least)
        for number in enough[np.argsort(-np.round(scores[enough], 6), kind="stable")].tolist():
            concept = int(self._concept[number])
            if concept in found:
                continue
            label, known = self.vocabulary.labels[number], self.vocabulary.concepts[concept]
            found[concept] = SkillFound(
                concept,
                known.uri,
                known.name(language),
                label.text,
                label.language,
                round(float(scores[number]), 6),
                spans[int(window[number])],
            )
            if len(found) == top:
                break
        return list(found.values())


def sentences(text: str) -> list[Span]:
    """The sentences of a text, those without a letter left out."""
    return [Span(found.start(), found.end()) for found in _SENTENCE.finditer(text) if any(map(str.isalnum, found[0]))]


def windows(text: str) -> list[Span]:
    """The windows of a sentence and the sentence itself, without marks at their edges; each once, the smaller first."""
    words = [(found.start(), found.end()) for found in _WORD.finditer(text)]
    found: dict[Span, None] = {}
    for size, step in WINDOWS:
        starts = range(1 if words else 0) if len(words) <= size else range(0, len(words) - size + step, step)
        for first in starts:
            behind = min(first + size, len(words))
            _add(found, text, words[first][0], words[behind - 1][1])
    if words and len(words) <= LONGEST_SENTENCE:
        _add(found, text, words[0][0], words[-1][1])
    return list(found)


def _add(found: dict[Span, None], text: str, start: int, end: int) -> None:
    part = text[start:end]
    front = _EDGE.match(part)
    start += front.end() if front else 0
    part = text[start:end]
    back = next((one for one in _EDGE.finditer(part) if one.end() == len(part)), None)
    end -= len(back[0]) if back else 0
    if start < end:
        found.setdefault(Span(start, end))


class _LabelWords:
    """The words of labels, as inverted lists with their idf."""

    def __init__(self, texts: Sequence[str]) -> None:
        number: dict[str, int] = {}
        pairs: list[tuple[int, int]] = []
        for label, text in enumerate(texts):
            words = list(dict.fromkeys(tokens(text)))
            telling = [word for word in words if not is_stop_word(word)] or words
            pairs += [(number.setdefault(word, len(number)), label) for word in telling]
        held = np.array(pairs, np.int64).reshape(-1, 2)
        held = held[np.argsort(held[:, 0], kind="stable")]
        counts = np.bincount(held[:, 0], minlength=len(number))
        self._count = len(texts)
        self._label = held[:, 1]
        self._starts = np.concatenate(([0], np.cumsum(counts)))
        self._idf = np.log((1 + len(texts)) / (1 + counts)) + 1
        self._whole = np.zeros(len(texts))
        np.add.at(self._whole, self._label, self._idf[held[:, 0]])
        #: Each word and each of its other forms -> numbers of words.
        self._forms: dict[str, list[int]] = {}
        for word, one in number.items():
            for form in (word, *variants(word)):
                self._forms.setdefault(form, []).append(one)

    def contained(self, text: str, full: float) -> Floats:
        """For each label the share of its words, by idf, that the text holds, times how telling they are: at most 1."""
        there: set[int] = set()
        for word in dict.fromkeys(tokens(text)):
            for form in (word, *variants(word)):
                there.update(self._forms.get(form, ()))
        held = np.zeros(self._count)
        for one in sorted(there):
            begin, end = self._starts[one], self._starts[one + 1]
            held[self._label[begin:end]] += self._idf[one]
        share = np.divide(held, self._whole, out=np.zeros(self._count), where=self._whole > 0)
        rarest = np.log((1 + self._count) / 2) + 1
        contained: Floats = (share * np.minimum(1, held / (full * rarest))).astype(np.float32)
        return contained
