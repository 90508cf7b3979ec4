"""Meaning and spelling together: an encoder's cosines, beside them character n-grams and, for skills, words that are contained.

``similarity = (cosine + grams · n-grams + contained · containment) / (1 + grams + contained)``

An encoder knows that a nurse is a חובשת of another kind; it does not know the spelling of a trade it has never read. n-grams
know only that. They are listened to when their best similarity is fair, which it is only where an index holds the script of
the text: what they add goes to labels they found, and nothing is taken from labels in other scripts (with equal weights for
both, coding across scripts fell from .426 to .307 in the study before this work).

For skills, whose texts are sentences, the cosine is the mean of the sentence's own and its best window's
(:func:`~kesher.engine.coding.words.windows`): what one says is in a few words of it, and what one means is in the whole.

Vectors are kept with 16 bits: half the memory, and cosines differ by less than 0.0005. What is worked out for a long list can
be kept by whoever composes (:class:`Keeper`): the same list need not be encoded again, and of a list that has changed only
the texts that are new.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import DECIMALS, Compared, Encoder, Floats, Numbers, highest, unit
from kesher.engine.coding.ngrams import CharacterNgrams, Grams
from kesher.engine.coding.search import CANDIDATES, Nearest
from kesher.engine.coding.trust import Trust
from kesher.engine.coding.words import Contained, windows

#: Texts encoded between two reports of progress.
STEP: Final = 4_096
#: How arrays are kept: another number where they are others, and what was kept before is not read.
LAYOUT: Final = "arrays 2"

Arrays = Mapping[str, NDArray[Any]]
Marks = NDArray[np.uint64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Blend:
    """How much spelling counts beside meaning. `fair`: n-grams whose best similarity is less are not listened to."""

    grams: float
    fair: float
    contained: float
    windows: bool
    trust: Trust

    @property
    def whole(self) -> float:
        return 1 + self.grams + self.contained


#: Chosen on public development sets, see docs/models/coding.md. Trust is fitted on held-out titles of the starter taxonomy and
#: on development sentences of SkillSkape; `none` and `agreed` by strings without sense and titles, see docs/benchmarks.md.
BLENDS: Final = {
    "occupation": Blend(
        grams=0.2,
        fair=0.3,
        contained=0.0,
        windows=False,
        trust=Trust(slope=2.5, offset=2.0, none=0.6, sure=0.6, temperature=0.042, alternative=0.0, agreed=0.3),
    ),
    "skill": Blend(
        grams=0.0,
        fair=0.3,
        contained=0.3,
        windows=True,
        trust=Trust(slope=9.0, offset=-5.75, none=0.33, sure=0.6, temperature=0.038, alternative=0.0),
    ),
}


class Keeper(Protocol):
    """Keeps what was worked out for a list of texts, by a key: that of the embedder, a stroke, that of the texts."""

    def find(self, key: str) -> Arrays | None: ...

    def found_before(self, embedder: str) -> Iterable[Arrays]:
        """What is kept for other lists by the embedder with this key."""
        ...

    def keep(self, key: str, arrays: Arrays) -> None: ...


class NotWorkedOut(RuntimeError):
    """So many texts would have to be encoded that whoever asked said it would take too long."""


@dataclass(frozen=True)
class Fused:
    """The embedder of an encoder. `kind`: "occupation" or "skill"; `progress` is told (texts done, texts to do).

    most: so many texts are encoded at once at most, None for any number; more raise :class:`NotWorkedOut`.
    """

    encoder: Encoder
    kind: str
    keeper: Keeper | None = None
    progress: Progress | None = None
    most: int | None = None
    grams: CharacterNgrams = field(default_factory=CharacterNgrams)

    @property
    def name(self) -> str:
        return f"{self.encoder.name}, {self.grams.name}"

    @property
    def blend(self) -> Blend:
        return BLENDS[self.kind]

    @property
    def trust(self) -> Trust:
        return self.blend.trust

    def take_in(self, texts: Sequence[str]) -> Compared:
        """Encodes the texts, or finds them kept; n-grams are kept with them."""
        mine, marks = _digest([f"{self.name}, {LAYOUT}"])[:16], _marks(texts)
        key = f"{mine}-{_digest(texts)}"
        kept = self.keeper.find(key) if self.keeper is not None else None
        if kept is None:
            nearest = Nearest.of(self._vectors(texts, marks, mine))
            grams = self.grams.take_in(texts, own=bool(self.blend.grams))
            kept = nearest.arrays() | grams.arrays() | {"marks": marks}
            if self.keeper is not None:
                self.keeper.keep(key, kept)
        contained = Contained.of(texts) if self.blend.contained else None
        return Together(self.encoder, self.blend, Nearest.from_arrays(kept), Grams.from_arrays(kept), contained)

    def _vectors(self, texts: Sequence[str], marks: Marks, mine: str) -> NDArray[np.float16]:
        """The texts' vectors: those that stand in what is kept from there, for a text's vector depends on it alone."""
        found = np.empty((len(texts), 0), np.float16)
        missing = np.arange(len(texts))
        for before in self.keeper.found_before(mine) if self.keeper is not None else ():
            held, order = before["marks"], np.argsort(before["marks"])
            if not len(held):
                continue
            places = order[np.minimum(np.searchsorted(held, marks[missing], sorter=order), len(held) - 1)]
            there = held[places] == marks[missing]
            if not found.shape[1]:
                found = np.empty((len(texts), before["vectors"].shape[1]), np.float16)
            found[missing[there]] = before["vectors"][places[there]]
            missing = missing[~there]
        if self.most is not None and len(missing) > self.most:
            raise NotWorkedOut(f"{len(missing):,} labels are not encoded yet")
        if len(missing):
            new = self._encoded([texts[number] for number in missing.tolist()])
            if len(missing) == len(texts):
                return new
            found[missing] = new
        return found

    def _encoded(self, texts: Sequence[str]) -> NDArray[np.float16]:
        # By length: texts of one length go through a model together.
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found = np.empty((len(texts), 0), np.float16)
        for first in range(0, len(order), STEP):
            some = order[first : first + STEP]
            vectors = unit(self.encoder.encode([texts[number] for number in some]))
            if not found.shape[1]:
                found = np.empty((len(texts), vectors.shape[1]), np.float16)
            found[some] = vectors
            if self.progress is not None:
                self.progress(first + len(some), len(texts))
        return found


def _marks(texts: Sequence[str]) -> Marks:
    """Eight bytes of each text's digest, shape (texts,): two of a million differ but for a chance of 1 in 10^7."""
    digests = b"".join(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
    return np.frombuffer(digests, "<u8")


def _digest(texts: Sequence[str]) -> str:
    """One name for a list of texts."""
    digest = hashlib.sha256()
    for text in texts:
        said = text.encode("utf-8", "surrogatepass")
        digest.update(len(said).to_bytes(4, "little") + said)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True, eq=False)
class Together:
    """Texts as vectors and as n-grams."""

    encoder: Encoder
    blend: Blend
    vectors: Nearest
    spelled: Grams
    contained: Contained | None

    def __len__(self) -> int:
        return len(self.vectors)

    def similarities(self, text: str) -> Floats:
        """Similarity to each text: every vector is looked at."""
        if not len(self):
            return np.empty(0, np.float32)
        queries, beside = self.asked(text)
        return self.together(self.vectors.exact(queries), beside)

    def nearest(self, text: str, count: int) -> tuple[Numbers, Floats]:
        """The most similar, in two steps: short vectors and most of the spelling choose candidates, whole vectors and all of
        the spelling decide."""
        if not len(self):
            return np.empty(0, np.int64), np.empty(0, np.float32)
        queries, held = self._seen(text), self._held(text)
        asked = self.spelled.asked(text) if self.blend.grams else None
        beside = held
        if asked is not None:
            rough, missing = self.spelled.roughly(asked)
            if self.spelled.reaches(asked, rough, missing, self.blend.fair):
                beside = _sum(np.float32(self.blend.grams) * rough, held)
            else:
                asked = None
        among = self.vectors.candidates(queries, beside, max(CANDIDATES, 4 * count))
        cosines, beside = self.vectors.exact(queries, among), None if held is None else held[among]
        if asked is not None:
            # What stays below the count-th even with all the spelling that may be missing need not be spelled out.
            least = _sum(cosines + np.float32(self.blend.grams) * rough[among], beside)
            place = max(len(least) - count, 0)
            edge = np.partition(least, place)[place]
            near = np.flatnonzero(least >= edge - self.blend.grams * missing - 1e-5)
            among, cosines, beside = among[near], cosines[near], None if beside is None else beside[near]
            beside = _sum(np.float32(self.blend.grams) * self.spelled.among(asked, among), beside)
        scores = self.together(cosines, beside)
        scores = np.round(scores, DECIMALS)
        best = highest(scores, count)
        return among[best], scores[best]

    def windows_of(self, text: str, numbers: Numbers) -> list[str]:
        """For each of the texts with these numbers the window of `text` that is nearest to it, the text itself only where no
        window is: words say what is meant more closely than the sentence they stand in."""
        parts = windows(text)
        if len(parts) == 1 or not len(numbers):
            return [text] * len(numbers)
        cosines = self.vectors.vectors[numbers].astype(np.float32) @ unit(self.encoder.encode(parts[1:])).T
        return [parts[1 + place] for place in cosines.argmax(axis=1).tolist()]

    def _seen(self, text: str) -> Floats:
        """The text's vectors, shape (windows, d)."""
        return unit(self.encoder.encode(windows(text) if self.blend.windows else [text]))

    def _held(self, text: str) -> Floats | None:
        """What contained words add to each label, None for nothing."""
        return None if self.contained is None else np.float32(self.blend.contained) * self.contained.in_text(text)

    def asked(self, text: str) -> tuple[Floats, Floats | None]:
        """The text's vectors, and what spelling adds to each label, None for nothing."""
        beside = self._held(text)
        if self.blend.grams:
            grams = self.spelled.similarities(text)
            if grams.max(initial=0) >= self.blend.fair:
                beside = _sum(np.float32(self.blend.grams) * grams, beside)
        return self._seen(text), beside

    def together(self, cosines: Floats, beside: Floats | None) -> Floats:
        total = cosines if beside is None else cosines + beside
        found: Floats = np.minimum(total / np.float32(self.blend.whole), np.float32(1))
        return found


def _sum(one: Floats, other: Floats | None) -> Floats:
    return one if other is None else one + other
