"""From words to concepts: the vote over all languages' labels.

The labels of all languages stand in one index. A text's 20 nearest labels vote for their concepts, each with
``exp(similarity / 0.05)``, an alternative label with its similarity less 0.05; a concept's share of the votes, times how far
a best similarity like this one can be trusted at all, is its confidence. A concept that answers with several labels, or in
several languages, is more often right than the nearest label alone tells.

Two things stand above the vote. A label that *is* the text, word for word, puts its concept first: 19 near labels of a big
neighbour must not outvote it. And a title known to belong to several concepts gives those, the likeliest first, with the
question that decides: asking is better than being sure of the wrong thing. The vote then orders what follows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import Compared, Embedder
from kesher.engine.coding.ngrams import CharacterNgrams, normal
from kesher.engine.coding.vocabulary import Ambiguous, Role, Vocabulary
from kesher.engine.text import fold

#: Similarities this far apart differ in their votes by a factor e.
TEMPERATURE: Final = 0.05
VOTERS: Final = 20
ALTERNATIVE: Final = 0.05
#: What the concepts that stand above the vote have of all confidence: one whose label is the text, or several that share it.
CERTAIN: Final = 0.95
LISTED: Final = 0.9
#: Similarities count as equal from here on: sums of float32 never quite reach 1.
DECIMALS: Final = 6


@dataclass(frozen=True, slots=True)
class Trust:
    """How similarity becomes probability: that the first candidate is right is about
    ``share of the votes / (1 + exp(-(slope · similarity + offset)))``.

    Fitted on the titles of the starter taxonomy, each left out in turn with its other gender form, never on a set that
    quality is reported on: ``python benchmarks/coding.py --calibrate``. That a label which is the text is right 95 times
    in 100 is set, not fitted. `none`: below this best similarity nothing is proposed. `sure`: below this confidence the
    answer is a question.
    """

    slope: float
    offset: float
    none: float
    sure: float

    def of(self, similarity: float) -> float:
        """The chance that the right concept is among those a best similarity like this one brings."""
        return float(1 / (1 + np.exp(-(self.slope * similarity + self.offset))))


NGRAM_TRUST: Final = Trust(slope=1.5, offset=-0.25, none=0.15, sure=0.6)


class Answer(StrEnum):
    """What came of a text."""

    CODE = "code"  # the first candidate is likely right
    QUESTION = "question"  # one of the candidates is, but a person must say which
    NONE = "none"  # nothing in the vocabulary is near


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposal. `matched`: the label that spoke for it most; `confidence`: 0 to 1, see :class:`Trust`."""

    concept: int
    uri: str
    isco08: str
    label: str
    matched: str
    matched_language: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Coding:
    """What the engine makes of one text: never a decision. `question` is "" where "which of these?" must do."""

    text: str
    answer: Answer
    candidates: tuple[Candidate, ...]
    question: str
    vocabulary: str
    embedder: str


class Coder:
    """A vocabulary and an embedder, ready to code. Building it is the work; it is then only read, by any thread."""

    def __init__(self, vocabulary: Vocabulary, embedder: Embedder | None = None, *, trust: Trust = NGRAM_TRUST) -> None:
        self.vocabulary, self.trust = vocabulary, trust
        self.embedder: Embedder = embedder if embedder is not None else CharacterNgrams()
        labels = self._label = vocabulary.labels
        self._compared: Compared = self.embedder.take_in([label.text for label in labels])
        self._less = np.array([ALTERNATIVE * (label.role is Role.ALTERNATIVE) for label in labels], np.float32)
        self._exact: dict[str, list[int]] = {}
        for number, label in enumerate(labels):
            self._exact.setdefault(normal(label.text), []).append(number)
        self._ambiguous: dict[str, list[Ambiguous]] = {}
        for one in vocabulary.ambiguous:
            self._ambiguous.setdefault(normal(one.title), []).append(one)
        #: Place of a concept among all by address: ties are broken by it.
        addresses = sorted(range(len(vocabulary.concepts)), key=lambda one: vocabulary.concepts[one].uri)
        self._place = {one: place for place, one in enumerate(addresses)}

    def code(self, text: str, *, language: str = "", top: int = 5, without: NDArray[np.bool_] | None = None) -> Coding:
        """At most `top` candidates for a text, the likeliest first, ties by address.

        language: what the person said they speak or the page is in (BCP 47), "" when not known: it decides between equal
        titles and in what language labels and questions are shown; the search is in all languages in any case.
        without: bool, shape (labels,): labels that are left out, for measuring.
        """
        shown = language.split("-")[0].lower() or script_language(text)
        words = normal(text)
        if not words:
            return self._coding(text, Answer.NONE, (), "")
        votes, best, similarity = self._vote(text, without)
        listed = self._listed(words, shown, declared=bool(language))
        if listed is not None:
            above, matched = listed.concepts, dict.fromkeys(listed.concepts, (listed.title, listed.language))
        else:
            exact = self._exactly(text, words, shown, votes, without)
            above, matched = tuple(exact), exact
        if not above and similarity < self.trust.none:
            return self._coding(text, Answer.NONE, (), "")
        confidence = {one: share * self.trust.of(similarity) for one, share in votes.items()}
        if above:
            confidence = _with_first(confidence, above)
        confidence = {one: round(share, DECIMALS) for one, share in confidence.items()}
        matched = {
            one: (self._label[number].text, self._label[number].language) for one, number in best.items()
        } | matched
        order = sorted(confidence, key=lambda one: (-confidence[one], self._place[one]))[: max(top, 0)]
        candidates = tuple(self._candidate(one, confidence[one], matched[one], shown) for one in order)
        question = (listed.question.get(shown) or listed.question.get("en") or "") if listed is not None else ""
        sure = len(above) < 2 and bool(order) and confidence[order[0]] >= self.trust.sure
        return self._coding(text, Answer.CODE if sure else Answer.QUESTION, candidates, question)

    def _coding(self, text: str, answer: Answer, candidates: tuple[Candidate, ...], question: str) -> Coding:
        return Coding(text, answer, candidates, question, self.vocabulary.name, self.embedder.name)

    def _listed(self, words: str, language: str, *, declared: bool) -> Ambiguous | None:
        """The ambiguous title that this text is; of several, the one in `language`.

        A title of a `declared` language that is clear there stands above what another language asks about.
        """
        found = self._ambiguous.get(words, [])
        own = next((one for one in found if one.language == language), None)
        if (
            own is None
            and declared
            and any(self._label[one].language == language for one in self._exact.get(words, ()))
        ):
            return None
        return own if own is not None else next(iter(found), None)

    def _exactly(
        self, text: str, words: str, language: str, votes: dict[int, float], without: NDArray[np.bool_] | None
    ) -> dict[int, tuple[str, str]]:
        """Concepts with a label that is the text, and that label with its language.

        First those in the declared language, then those written as the text is, then names before alternatives, then by votes.
        """
        found = [one for one in self._exact.get(words, ()) if without is None or not without[one]]
        written = _as_written(text)

        def order(number: int) -> tuple[bool, bool, Role, float, int]:
            label = self._label[number]
            other = label.language != language
            return other, _as_written(label.text) != written, label.role, -votes.get(label.concept, 0.0), number

        exact: dict[int, tuple[str, str]] = {}
        for number in sorted(found, key=order):
            label = self._label[number]
            exact.setdefault(label.concept, (label.text, label.language))
        return exact

    def _vote(self, text: str, without: NDArray[np.bool_] | None) -> tuple[dict[int, float], dict[int, int], float]:
        """Share of the votes by concept, the label that spoke most for each, and the best similarity."""
        scores = self._compared.similarities(text) - self._less
        if without is not None:
            scores[without] = -1
        scores = np.round(scores, DECIMALS)
        nearest = _highest(scores, VOTERS)
        nearest = nearest[scores[nearest] > 0]
        if not len(nearest):
            return {}, {}, 0.0
        votes = np.exp((scores[nearest].astype(np.float64) - float(scores[nearest[0]])) / TEMPERATURE)
        by_concept: dict[int, float] = {}
        best: dict[int, int] = {}
        for number, vote in zip(nearest.tolist(), votes.tolist(), strict=True):
            concept = self._label[number].concept
            by_concept[concept] = by_concept.get(concept, 0.0) + vote
            best.setdefault(concept, number)
        total = sum(by_concept.values())
        return {one: vote / total for one, vote in by_concept.items()}, best, float(scores[nearest[0]])

    def _candidate(self, concept: int, confidence: float, matched: tuple[str, str], language: str) -> Candidate:
        known = self.vocabulary.concepts[concept]
        return Candidate(concept, known.uri, known.isco08, known.name(language), *matched, confidence)


def _highest(scores: NDArray[np.float32], count: int) -> NDArray[np.int64]:
    """The numbers of the `count` highest scores, highest first, ties by number, also at the edge."""
    if len(scores) > count:
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        among = np.flatnonzero(scores >= edge)
    else:
        among = np.arange(len(scores))
    order: NDArray[np.int64] = among[np.argsort(-scores[among], kind="stable")][:count]
    return order


def _with_first(confidence: dict[int, float], first: Sequence[int]) -> dict[int, float]:
    """The concepts of `first` before all others, in their order; what is left of all confidence goes to the others.

    The i-th of n gets n + 1 - i parts: nobody has counted how often each is meant, only which is likelier.
    """
    whole = CERTAIN if len(first) == 1 else LISTED
    parts = len(first) * (len(first) + 1) / 2
    given = {one: whole * (len(first) - place) / parts for place, one in enumerate(first)}
    others = {one: share for one, share in confidence.items() if one not in given}
    total = sum(others.values())
    scale = min(1 - whole, 0.5 * min(given.values())) / total if total else 0.0
    return given | {one: scale * share for one, share in others.items()}


def _as_written(text: str) -> str:
    return " ".join(text.casefold().split())


#: First letter of a block of Unicode -> the language of ours that is written in it.
_SCRIPTS: Final = ((0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "ar"), (0x1200, 0x139F, "am"), (0x0400, 0x052F, "ru"))


def script_language(text: str) -> str:
    """A language to answer in, from the script of the first letter that tells: he, ar, am, uk or ru; "en" for any other."""
    for letter in fold(text):
        for first, last, language in _SCRIPTS:
            if first <= ord(letter) <= last:
                return "uk" if language == "ru" and set(text.lower()) & set("ґєії") else language
    return "en"


def rank(
    texts: Sequence[str], embedder: Embedder, queries: Sequence[str], *, top: int
) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """For each query the numbers of its `top` nearest texts and their similarities, rounded to six decimals.

    Highest first, ties in the order of `texts`: sort these by id to break ties by id.
    """
    compared = embedder.take_in(texts)
    found = []
    for query in queries:
        scores = np.round(compared.similarities(query), DECIMALS)
        nearest = _highest(scores, top)
        found.append((nearest, scores[nearest]))
    return found
