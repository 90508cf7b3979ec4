"""From words to concepts: the vote over all languages' labels.

The labels of all languages stand in one index. A text's 20 nearest labels vote for their concepts, each with
``exp(similarity / 0.05)``, an alternative label with its similarity less 0.05 (n-grams; for others see :class:`Trust`). A
concept's share of the votes, times how far a best similarity like this one can be trusted at all, is its confidence. A
concept that answers with several labels, or in several languages, is more often right than the nearest label alone tells.

Two things stand above the vote. A label that *is* the text, word for word, puts its concept first: 19 near labels of a big
neighbour must not outvote it. And a title known to belong to several concepts gives those, the likeliest first, with the
question that decides: asking is better than being sure of the wrong thing. The vote then orders what follows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import DECIMALS, Compared, Embedder, Floats, Numbers, highest
from kesher.engine.coding.ngrams import CharacterNgrams, normal
from kesher.engine.coding.trust import Trust
from kesher.engine.coding.vocabulary import Ambiguous, Role, Vocabulary, name_in
from kesher.engine.text import fold

VOTERS: Final = 20
#: Texts among which the voters are: alternative labels count less, so the nearest 20 are not yet the voters.
AROUND: Final = 100
#: What the concepts that stand above the vote have of all confidence: one whose label is the text, or several that share it.
CERTAIN: Final = 0.95
LISTED: Final = 0.9


class Answer(StrEnum):
    """What came of a text."""

    CODE = "code"  # the first candidate is likely right
    QUESTION = "question"  # one of the candidates is, but a person must say which
    NONE = "none"  # nothing in the vocabulary is near


@dataclass(frozen=True, slots=True)
class Candidate:
    """One proposal. `matched`: the label that spoke for it most; `confidence`: 0 to 1, see :class:`Trust`.

    narrower, narrower_label: the address and name of what is nearest to the text within the concept (an occupation of ESCO
    within its unit group), "" where the lists go no further.
    """

    concept: int
    uri: str
    isco08: str
    label: str
    matched: str
    matched_language: str
    confidence: float
    narrower: str = ""
    narrower_label: str = ""


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

    def __init__(self, vocabulary: Vocabulary, embedder: Embedder | None = None, *, trust: Trust | None = None) -> None:
        self.vocabulary = vocabulary
        self.embedder: Embedder = embedder if embedder is not None else CharacterNgrams()
        self.trust = trust if trust is not None else self.embedder.trust
        labels = self._label = vocabulary.labels
        # One text is the label of many concepts, in many languages: it is taken in once.
        place = {text: number for number, text in enumerate(vocabulary.texts())}
        text_of = np.array([place[label.text] for label in labels], np.int64)
        self.compared: Compared = self.embedder.take_in(list(place))
        self.text_of, self._labels_of = text_of, np.argsort(text_of, kind="stable")
        self._starts = np.concatenate(([0], np.cumsum(np.bincount(text_of, minlength=len(place)))))
        alternative = np.array([label.role is Role.ALTERNATIVE for label in labels], np.bool_)
        self._less = np.where(alternative, self.trust.alternative, 0).astype(np.float32)
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
        votes, best, within, similarity = self._vote(text, without)
        listed = self._listed(words, shown, declared=bool(language))
        if listed is not None:
            above, matched = listed.concepts, dict.fromkeys(listed.concepts, (listed.title, listed.language))
        else:
            exact = self._exactly(text, words, shown, votes, without)
            above, matched = tuple(exact), exact
        if not above and self.trust.is_senseless(similarity, max(votes.values(), default=0.0)):
            return self._coding(text, Answer.NONE, (), "")
        confidence = {one: share * self.trust.of(similarity) for one, share in votes.items()}
        if above:
            confidence = _with_first(confidence, above)
        confidence = {one: round(share, DECIMALS) for one, share in confidence.items()}
        matched = {
            one: (self._label[number].text, self._label[number].language) for one, number in best.items()
        } | matched
        order = sorted(confidence, key=lambda one: (-confidence[one], self._place[one]))[: max(top, 0)]
        candidates = tuple(
            self._candidate(one, confidence[one], matched[one], shown, within.get(one, "")) for one in order
        )
        question = (listed.question.get(shown) or listed.question.get("en") or "") if listed is not None else ""
        sure = len(above) < 2 and bool(order) and confidence[order[0]] >= self.trust.sure
        return self._coding(text, Answer.CODE if sure else Answer.QUESTION, candidates, question)

    def knows(self, text: str) -> bool:
        """Whether a label or a title that needs a question is this text, word for word: no search, a look-up."""
        words = normal(text)
        return words in self._exact or words in self._ambiguous

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

    def _vote(
        self, text: str, without: NDArray[np.bool_] | None
    ) -> tuple[dict[int, float], dict[int, int], dict[int, str], float]:
        """Share of the votes by concept, the label that spoke most for each, what is nearest within each, and the best
        similarity."""
        nearest, scores = self._voters(text, without)
        nearest, scores = nearest[scores > 0], scores[scores > 0]
        if not len(nearest):
            return {}, {}, {}, 0.0
        votes = np.exp((scores.astype(np.float64) - float(scores[0])) / self.trust.temperature)
        by_concept: dict[int, float] = {}
        best: dict[int, int] = {}
        within: dict[int, str] = {}
        for number, vote in zip(nearest.tolist(), votes.tolist(), strict=True):
            label = self._label[number]
            by_concept[label.concept] = by_concept.get(label.concept, 0.0) + vote
            best.setdefault(label.concept, number)
            if label.narrower:
                within.setdefault(label.concept, label.narrower)
        total = sum(by_concept.values())
        return {one: vote / total for one, vote in by_concept.items()}, best, within, float(scores[0])

    def _voters(self, text: str, without: NDArray[np.bool_] | None) -> tuple[Numbers, Floats]:
        """The labels that vote, nearest first, ties by number, and their similarities."""
        if without is not None:
            found = self.compared.similarities(text)[self.text_of] - self._less
            found[without] = -1
            found = np.round(found, DECIMALS)
            best = highest(found, VOTERS)
            return best, found[best]
        texts, similar = self.compared.nearest(text, AROUND)
        spans = [self._labels_of[self._starts[one] : self._starts[one + 1]] for one in texts.tolist()]
        labels = np.concatenate(spans) if spans else np.empty(0, np.int64)
        found = np.round(np.repeat(similar, [len(span) for span in spans]) - self._less[labels], DECIMALS)
        order = np.lexsort((labels, -found))[:VOTERS]
        return labels[order], found[order]

    def _candidate(
        self, concept: int, confidence: float, matched: tuple[str, str], language: str, narrower: str
    ) -> Candidate:
        known = self.vocabulary.concepts[concept]
        called = name_in(self.vocabulary.narrower.get(narrower, {}), language) if narrower else ""
        return Candidate(
            concept, known.uri, known.isco08, known.name(language), *matched, confidence, narrower, called or narrower
        )


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
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    """For each query the numbers of its `top` nearest texts and their similarities, rounded to six decimals, when asked for.

    Highest first, ties in the order of `texts`: sort these by id to break ties by id.
    """
    compared = embedder.take_in(texts)
    for query in queries:
        scores = np.round(compared.similarities(query), DECIMALS)
        nearest = highest(scores, top)
        yield nearest, scores[nearest]
