"""What words speak of, by their meaning: chances of themes for what somebody says and for what a service says of itself.

``nothing in the fridge till friday`` holds no word of any food bank. An encoder of meaning turns it into a vector, and a
softmax regression trained on thousands of such sayings (:func:`train`, ``benchmarks/training/themes.py``)
into a chance for each theme.
A service's own description goes through the same, and the two are compared theme by theme (Bhattacharyya's coefficient):

    agreement(p, q) = Σ sqrt(p_t · q_t)        between 0 and 1; 1 where both speak of the same themes alike

Themes are shelves, and a shelf holds many services: who has lost everything at the tables needs the help line for gamblers,
not the next clinic for addicts. So both have a place as well, a point on a sphere, learnt from services with sayings of
people for whom each was the right first answer:

    nearness(a, b) = a · b                     the cosine between both, between -1 and 1

This orders and proposes. It decides nothing: who is eligible is a matter of rules, and what was understood is shown to be
corrected. Without an encoder everything works by the words themselves.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import Floats, unit
from kesher.engine.orientation.precedents import Precedents

#: Of one question, so many pieces are looked at by themselves besides the whole; each costs some milliseconds.
MOST_PIECES: Final = 7
#: A piece of more words is looked at in windows as well, each so long, beginning so many words after the one before.
LONG, WINDOW, STEP = 9, 7, 3
#: Sentences of a description that belong together are read together up to so many characters.
CHUNK: Final = 220
LONGEST_CHUNK: Final = 300
MOST_CHUNKS: Final = 6
LONGEST_WHOLE: Final = 350
#: Themes kept of a service, the likeliest; the others add next to nothing to any agreement.
KEPT: Final = 8
#: Numbers of a place.
POINTS: Final = 128
#: A number of a kept place is so many steps at 1.
STEPS: Final = 127
#: Places that are compared at a time: as many as stay in a core's cache as float32.
AT_A_TIME: Final = 4_096

Bytes = NDArray[np.int8]

#: The code of what speaks of no theme at all; the first in any order.
NOTHING: Final = ""

_MARKS: Final = re.compile(r"[,;:.!?\n،؛؟。፣፤።]+")
_SENTENCES: Final = re.compile(r"(?<=[.!?;。።])\s+")


@dataclass(frozen=True, slots=True, eq=False)
class ThemeModel:
    """codes: of the themes · mean: shape (dimensions,) · matrix: (dimensions, columns) · offset: (columns,) · projection:
    (dimensions, POINTS), all float32.

    A column before those of the themes stands for NOTHING: thanks, greetings, letters without a meaning.

    name: which and which version · encoder: the name of the encoder whose vectors it was trained on; others mean nothing to it.
    """

    name: str
    encoder: str
    codes: tuple[str, ...]
    mean: Floats
    matrix: Floats
    offset: Floats
    projection: Floats

    def chances(self, vectors: Floats) -> Floats:
        """Chance of each theme, shape (vectors, themes); what a row lacks to 1 is the chance that nothing is asked.
        vectors: as the encoder gives them."""
        return _softmax(centred(vectors, self.mean) @ self.matrix + self.offset)[:, -len(self.codes) :]

    def places(self, vectors: Floats) -> Floats:
        """The place of each, shape (vectors, POINTS), of length 1."""
        return unit(centred(vectors, self.mean) @ self.projection)


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """What a question speaks of. chances: shape (themes,) · place: shape (POINTS,)."""

    chances: Floats
    place: Floats

    @classmethod
    def of(cls, model: ThemeModel, vectors: Floats, precedents: Precedents | None = None) -> Self:
        """vectors: of the question's pieces, the whole first · precedents: towards whose answers its place is moved."""
        place = middle(model.places(vectors))
        return cls(asked(model.chances(vectors)), place if precedents is None else precedents.moved(place))


@dataclass(frozen=True, slots=True, eq=False)
class Offers:
    """What services speak of. themes, roots: shape (services, KEPT), as :func:`kept` gives · places: (services, POINTS), as
    :func:`in_steps` gives: a quarter of the memory, and nothing that a comparison would miss."""

    themes: NDArray[np.int16]
    roots: Floats
    places: Bytes

    @classmethod
    def none(cls, size: int) -> Self:
        """Of services that nobody has read yet."""
        return cls(
            np.zeros((size, KEPT), np.int16), np.zeros((size, KEPT), np.float32), np.zeros((size, POINTS), np.int8)
        )

    def and_then(self, others: "Offers") -> "Offers":
        """These, and the others after them."""
        return Offers(
            np.concatenate((self.themes, others.themes)),
            np.concatenate((self.roots, others.roots)),
            np.concatenate((self.places, others.places)),
        )

    def at(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Offers":
        """Some of them. which: shape (services,), or their numbers."""
        return Offers(self.themes[which], self.roots[which], self.places[which])


def in_small_letters(text: str) -> str:
    """What is written in capitals throughout, in small ones: an encoder has read few capitals, and cuts such words to bits
    ("EM", "PLO", "YMENT"). Directories of whole states write their names so."""
    throughout = all(letter.isupper() for letter in text if letter.isalpha())  # letters of Hebrew and Arabic are not
    return text.lower() if throughout else text


def pieces_of_question(text: str) -> list[str]:
    """The whole first, then what stands between marks, and windows over what is long; each once."""
    text = in_small_letters(text)
    whole = " ".join(text.split())
    parts = [part for part in map(str.strip, _MARKS.split(text)) if part]
    pieces = [whole, *parts]
    for part in parts:
        words = part.split()
        if len(words) > LONG:
            pieces += [" ".join(words[begin : begin + WINDOW]) for begin in range(0, len(words) - WINDOW + STEP, STEP)]
    return list(dict.fromkeys(piece for piece in pieces if piece))[: 1 + MOST_PIECES]


def asked(chances: Floats) -> Floats:
    """Shape (themes,): what a question speaks of. chances: of its pieces, the whole first; half of the whole, half of whichever
    piece speaks of the theme most clearly: of two wishes in one sentence each has its own piece."""
    found: Floats = 0.5 * chances[0] + 0.5 * chances.max(axis=0)
    return found


def weighed(chances: Floats, weights: Floats) -> Floats:
    """Chances when so much more or less is to be expected of each theme (Bayes); the chance that nothing is asked stays.

    Both of shape (themes,); weights above 0.
    """
    expected = chances * weights
    found: Floats = expected * (chances.sum() / max(expected.sum(), np.finfo(np.float32).tiny))
    return found


def pieces_of_service(name: str, description: str) -> list[str]:
    """The beginning of all it says, then its name, then its sentences by twos and threes."""
    name, description = in_small_letters(name), in_small_letters(" ".join(description.split()))
    whole = f"{name}. {description}"[:LONGEST_WHOLE] if description else name
    chunks: list[str] = []
    chunk = ""
    for sentence in _SENTENCES.split(description):
        if len(chunk) + len(sentence) < CHUNK:
            chunk = f"{chunk} {sentence}".strip()
            continue
        if chunk:
            chunks.append(chunk)
        chunk = sentence[:LONGEST_CHUNK]
    if chunk:
        chunks.append(chunk)
    return [whole, name, *chunks[:MOST_CHUNKS]]


def offered(chances: Floats) -> Floats:
    """Shape (themes,): what a service speaks of. chances: of its pieces, the whole first."""
    parts = chances[1:] if len(chances) > 1 else chances
    found: Floats = 0.5 * chances[0] + 0.25 * parts.max(axis=0) + 0.25 * parts.mean(axis=0)
    return found


def kept(offer: Floats) -> tuple[NDArray[np.int16], Floats]:
    """The likeliest themes of a service and the square roots of their chances, each of shape (KEPT,), best first."""
    best = np.argsort(-offer, kind="stable")[:KEPT]
    return best.astype(np.int16), np.sqrt(offer[best]).astype(np.float32)


def middle(places: Floats) -> Floats:
    """One place for all pieces of a text, shape (POINTS,): half of the whole, half of its parts together."""
    parts = places[1:] if len(places) > 1 else places
    found: Floats = unit((places[0] + parts.mean(axis=0))[None])[0]
    return found


def in_steps(place: Floats) -> Bytes:
    """A place as it is kept: whole numbers, STEPS for 1."""
    found: Bytes = np.round(place * STEPS).astype(np.int8)
    return found


def agreement(question: Question, offers: Offers) -> Floats:
    """Shape (services,): how far the themes of each are those asked for."""
    found: Floats = np.einsum("ij,ij->i", np.sqrt(question.chances).take(offers.themes), offers.roots)
    return found


def nearness(question: Question, offers: Offers) -> Floats:
    """Shape (services,): how near each stands to the question.

    Some thousands at a time are made float32 where they stay in the cache: no slower than all of them held so, in a
    quarter of the memory.
    """
    found = np.empty(len(offers.places), np.float32)
    step = (question.place / np.float32(STEPS)).astype(np.float32)
    some = np.empty((min(AT_A_TIME, len(found)), POINTS), np.float32)
    for begin in range(0, len(found), AT_A_TIME):
        end = min(begin + AT_A_TIME, len(found))
        part = some[: end - begin]
        part[:] = offers.places[begin:end]
        np.dot(part, step, out=found[begin:end])
    return found


def train(
    vectors: Floats,
    themes: Sequence[Collection[str]],
    weights: Sequence[float],
    *,
    names: Mapping[str, str],
    mean: Floats,
    projection: Floats,
    decay: float = 1e-3,
    scale: float = 12.0,
    rounds: int = 250,
    rate: float = 0.05,
) -> ThemeModel:
    """Softmax regression with shared targets, by Adam over all at once: no chance in it, the same result each time.

    vectors: shape (n, dimensions), of the sayings · themes: of each saying, all equally meant · weights: how much each saying
    counts · names: ``name`` and ``encoder`` of the model · mean, projection: as learnt with the encoder. The scale of the
    centred vectors is part of the matrix afterwards.
    Source: Kingma and Ba, *Adam*, ICLR 2015.
    """
    codes = sorted({code for one in themes for code in one})
    number = {code: place for place, code in enumerate(codes)}
    target = np.zeros((len(vectors), len(codes)), np.float32)
    for row, one in enumerate(themes):
        target[row, [number[code] for code in one]] = 1 / len(one)
    data: Floats = (centred(vectors, mean) * np.float32(scale)).astype(np.float32)
    counts = (np.asarray(weights, np.float32) / np.mean(weights))[:, None] / len(vectors)
    parameters: list[Floats] = [np.zeros((data.shape[1], len(codes)), np.float32), np.zeros(len(codes), np.float32)]
    first = [np.zeros_like(one) for one in parameters]
    second = [np.zeros_like(one) for one in parameters]
    for turn in range(1, rounds + 1):
        matrix, offset = parameters
        error = (_softmax((data @ matrix + offset).astype(np.float32)) - target) * counts
        for place, slope in enumerate((data.T @ error + np.float32(decay) * matrix, error.sum(axis=0))):
            first[place] = 0.9 * first[place] + 0.1 * slope
            second[place] = 0.999 * second[place] + 0.001 * slope**2
            step = first[place] / (1 - 0.9**turn) / (np.sqrt(second[place] / (1 - 0.999**turn)) + 1e-8)
            parameters[place] = (parameters[place] - rate * step).astype(np.float32)
    matrix, offset = parameters
    themes_only = tuple(code for code in codes if code != NOTHING)
    return ThemeModel(
        names["name"], names["encoder"], themes_only, mean, matrix * np.float32(scale), offset, projection
    )


def train_places(
    services: Floats,
    sayings: Floats,
    *,
    rounds: int = 100,
    rate: float = 8e-4,
    temperature: float = 0.05,
    parts: int = 6,
) -> Floats:
    """The projection that gives places, shape (dimensions, POINTS): a saying stands nearest to the service it is said of.

    services: shape (n, dimensions) · sayings: shape (n, languages, dimensions), of people for whom each was the right first
    answer; all as the encoder gives them, less the mean (:func:`centred`). It begins with the directions in which all of
    them differ most, and turns them a little: each saying among all services (InfoNCE), a ``parts``-th of the sayings at a
    time, by Adam, in steps that shrink by a cosine's half wave. Few and small steps: with twice as many, three times as
    long, it knows these services by heart and finds others less well (a third of what the encoder had not seen left
    out: mean reciprocal rank of English sayings .24 and .22; of the directions alone .22). No chance in it, the same result
    each time.
    Sources: van den Oord, Li and Vinyals, *Representation Learning with Contrastive Predictive Coding*, 2018; Kingma and Ba,
    *Adam*, ICLR 2015.
    """
    said = sayings.reshape(-1, sayings.shape[-1])
    of = np.repeat(np.arange(len(services)), sayings.shape[1])
    every = np.concatenate((services, said)).astype(np.float64)
    _, axes = np.linalg.eigh(every.T @ every)
    projection: Floats = axes[:, ::-1][:, :POINTS].astype(np.float32)
    first, second = np.zeros_like(projection), np.zeros_like(projection)
    for turn in range(1, rounds + 1):
        some = slice(turn % parts, None, parts)
        here, there = said[some] @ projection, services @ projection
        lengths = [np.linalg.norm(one, axis=1, keepdims=True) for one in (here, there)]
        here, there = here / lengths[0], there / lengths[1]
        error = _softmax((here @ there.T / np.float32(temperature)).astype(np.float32))
        error[np.arange(len(error)), of[some]] -= 1
        error /= np.float32(len(error) * temperature)
        slope = np.zeros_like(projection)
        for vectors, place, other, pull, length in (
            (said[some], here, there, error, lengths[0]),
            (services, there, here, error.T, lengths[1]),
        ):
            pulled = pull @ other
            along = (pulled * place).sum(axis=1, keepdims=True)  # the length of a place says nothing
            slope += vectors.T @ ((pulled - along * place) / length)
        first = 0.9 * first + 0.1 * slope
        second = 0.999 * second + 0.001 * slope**2
        step = first / (1 - 0.9**turn) / (np.sqrt(second / (1 - 0.999**turn)) + 1e-9)
        shrunk = rate * 0.5 * (1 + np.cos(np.pi * turn / rounds))
        projection = (projection - np.float32(shrunk) * step).astype(np.float32)
    return projection


def centred(vectors: Floats, mean: Floats) -> Floats:
    """Without what all have in common, of length 1."""
    return unit(unit(vectors) - mean)


def _softmax(scores: Floats) -> Floats:
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Floats = chances / chances.sum(axis=1, keepdims=True)
    return found
