"""Character n-grams: the encoder that is always there, without weights and without another library than numpy.

A text is its words (:func:`kesher.engine.text.tokens`), each between two spaces; its features are all runs of 2 to 5
characters inside a word so padded. A feature of a text weighs ``(1 + ln count) · idf`` with
``idf = 1 + ln((1 + texts) / (1 + texts that hold it))``, the whole is scaled to length 1, and similarity is the inner
product (Salton and Buckley 1988; the smoothed idf and the padding are those of scikit-learn's ``char_wb``, so that
figures published with it can be compared). One difference: features of a query that no text of the index holds count in
the query's length, with the idf of a feature never seen. The order of the answers is the same; but a query half of which
is unknown is never "certain".

Lists of common runs are long and tell little. Where texts' own lists are kept as well, the short lists say roughly what is near
and how much may be missing (:meth:`Grams.roughly`), and what is near is then worked out whole from its own list
(:meth:`Grams.among`), to the bit what all lists tell.

Runs are not kept as strings. All texts are laid end to end as one array of code points, and a run's name is a hash of
64 bits made by numpy for all positions at once: twenty times as fast as cutting strings, and among 10^7 distinct
runs the chance of one meeting is 3 in a million. scipy would bring sparse matrices; one inverted list per feature,
added up by ``numpy.bincount``, is all that is needed here.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import DECIMALS, Floats, Numbers, highest
from kesher.engine.coding.trust import NGRAM_TRUST, Trust
from kesher.engine.text import tokens

SHORTEST: Final = 2
LONGEST: Final = 5
#: A pasted page is no title: what is beyond so many characters is not compared.
FURTHEST: Final = 2_000

_SIGNED = re.compile(r"(?<!\w)[A-Za-z](?:\+\+|#)")  # C++ and C#, whose signs `tokens` leaves out
_SPACE = 0x20
_KEPT = ("names", "idf", "starts", "text", "weight", "own_starts", "own", "own_weight")
#: Of a text's length (of its vector) so much may lie in the lists that are not read at first.
UNREAD: Final = 0.25
#: Beyond so many texts reading all lists takes less than reading the texts' own.
MANY: Final = 4_096
#: Sums of float32 in other orders differ by less.
_NOISE: Final = 1e-5
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: multiplicative hashing (Knuth 6.4)

Hashes = NDArray[np.uint64]


def normal(text: str) -> str:
    """The words of a text in one spelling: two texts with equal `normal` are the same to this encoder.

    >>> normal("  Électricien,  C#")
    'electricien c c#'
    """
    words = tokens(text[:FURTHEST])
    if "+" in text or "#" in text:
        words += [found.lower() for found in _SIGNED.findall(text[:FURTHEST])]
    return " ".join(words)


def _features(normals: Sequence[str]) -> tuple[NDArray[np.int64], Hashes]:
    """All runs of all texts: the number of the text, and the run's name. Runs that repeat stand repeatedly."""
    padded = [f" {text.replace(' ', '  ')} " if text else "" for text in normals]
    points = np.frombuffer("".join(padded).encode("utf-32-le"), np.uint32).astype(np.uint64)
    if not len(points):
        return np.empty(0, np.int64), np.empty(0, np.uint64)
    text = np.repeat(np.arange(len(padded)), [len(one) for one in padded])
    # A word begins where a space is followed by something else; between two words stand the closing and the opening space.
    space = points == _SPACE
    opens = space & ~np.concatenate((space[1:], [True]))
    word = np.cumsum(opens)
    owners: list[NDArray[np.int64]] = []
    names: list[Hashes] = []
    running = _scramble(points)
    for size in range(2, LONGEST + 1):
        if len(points) < size:
            break
        running = _scramble(running[:-1] * _MIX + points[size - 1 :])
        whole = word[size - 1 :] == word[: len(word) - size + 1]
        owners.append(text[: len(text) - size + 1][whole])
        names.append(running[whole])
    return np.concatenate(owners), np.concatenate(names)


def _scramble(values: Hashes) -> Hashes:
    """The finaliser of splitmix64 (Steele, Lea and Flood 2014): every bit of the input moves every bit of the output."""
    mixed = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    scrambled: Hashes = mixed ^ (mixed >> np.uint64(31))
    return scrambled


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """The runs of a text that an index knows: their places in it, ascending, and their parts of the text's vector."""

    places: Numbers
    parts: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Grams:
    """Texts as inverted lists. Lists of all features stand one after the other, sorted by the feature's name. Where they are
    wanted the texts' own lists stand so, too; where not, `own_starts` is empty."""

    count: int
    names: Hashes  # sorted, shape (features,)
    idf: NDArray[np.float64]  # shape (features,)
    starts: NDArray[np.int64]  # shape (features + 1,): where each feature's list begins
    text: NDArray[np.int32]  # numbers of the texts in the lists
    weight: Floats  # beside `text`: the feature's part of the text's vector of length 1
    own_starts: NDArray[np.int64]  # shape (count + 1,): where each text's list begins
    own: NDArray[np.int32]  # places of the features in the texts' lists, ascending in each
    own_weight: Floats  # beside `own`

    def __len__(self) -> int:
        return self.count

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What to keep."""
        return {"grams_count": np.array([self.count])} | {f"grams_{name}": getattr(self, name) for name in _KEPT}

    @classmethod
    def from_arrays(cls, kept: Mapping[str, NDArray[Any]]) -> "Grams":
        return cls(int(kept["grams_count"][0]), *(kept[f"grams_{name}"] for name in _KEPT))

    def asked(self, text: str) -> Asked:
        """A text as this index knows it."""
        names, counts = np.unique(_features([normal(text)])[1], return_counts=True)
        if not len(names) or not len(self.names):
            return Asked(np.empty(0, np.int64), np.empty(0, np.float32))
        places = np.minimum(np.searchsorted(self.names, names), len(self.names) - 1)
        known = self.names[places] == names
        idf = np.where(known, self.idf[places], 1 + np.log(1 + self.count))
        parts = (1 + np.log(counts)) * idf
        parts /= np.sqrt(np.square(parts).sum())
        return Asked(places[known], parts[known].astype(np.float32))

    def similarities(self, text: str) -> Floats:
        """Cosine of `text` to each text, float32, shape (len(self),), from 0 to 1; all 0 for a text without words."""
        asked = self.asked(text)
        return self._added(asked.places, asked.parts)

    def roughly(self, asked: Asked) -> tuple[Floats, float]:
        """What the shortest lists tell of each similarity, which is no more than it, and how much is missing at most.

        No text's vector is longer than 1, so lists that are not read add no more than what is asked about has in them.
        """
        sizes = self.starts[asked.places + 1] - self.starts[asked.places]
        order = np.argsort(-sizes, kind="stable")
        missing = np.sqrt(np.cumsum(np.square(asked.parts[order], dtype=np.float64)))
        unread = int(np.searchsorted(missing, UNREAD, side="right"))
        read = np.sort(order[unread:])
        least = float(missing[unread - 1]) + _NOISE if unread else 0.0
        return self._added(asked.places[read], asked.parts[read]), least

    def among(self, asked: Asked, numbers: Numbers) -> Floats:
        """The similarities of some texts, as :meth:`similarities` gives them, from their own lists: shape (len(numbers),)."""
        begin, sizes = self.own_starts[numbers], self.own_starts[numbers + 1] - self.own_starts[numbers]
        if not len(asked.places) or not sizes.sum():
            return np.zeros(len(numbers), np.float32)
        ends = np.cumsum(sizes)
        at = np.arange(ends[-1]) + np.repeat(begin - (ends - sizes), sizes)
        features = self.own[at]
        slot = np.minimum(np.searchsorted(asked.places, features), len(asked.places) - 1)
        there = np.flatnonzero(asked.places[slot] == features)
        owners = np.repeat(np.arange(len(numbers)), sizes)[there]
        weights = self.own_weight[at[there]] * asked.parts[slot[there]]
        return _at_most_one(np.bincount(owners, weights=weights, minlength=len(numbers)))

    def reaches(self, asked: Asked, rough: Floats, missing: float, least: float) -> bool:
        """Whether any similarity is `least` or more, given what :meth:`roughly` tells."""
        if rough.max(initial=0) >= least:
            return True
        among = np.flatnonzero(rough >= least - missing)
        few = len(among) < MANY
        found = self.among(asked, among) if few else self._added(asked.places, asked.parts)
        return bool(found.max(initial=0) >= least)

    def nearest(self, text: str, count: int) -> tuple[Numbers, Floats]:
        """The `count` most similar texts, highest first, ties by number."""
        scores = np.round(self.similarities(text), DECIMALS)
        best = highest(scores, count)
        return best, scores[best]

    def _added(self, places: Numbers, parts: Floats) -> Floats:
        """The sum of some lists, each times its part."""
        spans = [(int(self.starts[place]), int(self.starts[place + 1])) for place in places]
        if not spans:
            return np.zeros(self.count, np.float32)
        owners = np.concatenate([self.text[begin:end] for begin, end in spans])
        weights = [self.weight[begin:end] * part for (begin, end), part in zip(spans, parts, strict=True)]
        return _at_most_one(np.bincount(owners, weights=np.concatenate(weights), minlength=self.count))


def _at_most_one(total: NDArray[Any]) -> Floats:
    found: Floats = np.minimum(total, 1).astype(np.float32)
    return found


@dataclass(frozen=True, slots=True)
class CharacterNgrams:
    """The embedder: see the module's head."""

    name: str = "n-grams 1"
    trust: Trust = NGRAM_TRUST

    def take_in(self, texts: Sequence[str], *, own: bool = False) -> Grams:
        """Inverted lists of the texts; with `own` those of each text as well, which take as much memory again."""
        text, name = _features([normal(one) for one in texts])
        names, feature = np.unique(name, return_inverse=True)
        # One entry per (feature, text), with how often the text holds the feature; sorted by feature, then text.
        pair, counts = np.unique(feature.astype(np.int64) * max(len(texts), 1) + text, return_counts=True)
        feature, text = np.divmod(pair, max(len(texts), 1))
        held_by = np.bincount(feature, minlength=len(names))
        idf = 1 + np.log((1 + len(texts)) / (1 + held_by))
        weight = (1 + np.log(counts)) * idf[feature]
        length = np.sqrt(np.bincount(text, weights=np.square(weight), minlength=len(texts)))
        starts = np.concatenate(([0], np.cumsum(held_by)))
        parts = (weight / length[text]).astype(np.float32)
        by_text = np.argsort(text, kind="stable") if own else np.empty(0, np.int64)
        ends = np.cumsum(np.bincount(text, minlength=len(texts)))
        return Grams(
            count=len(texts),
            names=names,
            idf=idf,
            starts=starts,
            text=text.astype(np.int32),
            weight=parts,
            own_starts=np.concatenate(([0], ends)) if own else np.empty(0, np.int64),
            own=feature[by_text].astype(np.int32),
            own_weight=parts[by_text],
        )
