"""What can compare texts: the seam between coding and its encoders.

An :class:`Embedder` takes the texts of an index once and answers with a :class:`Compared`, which gives each later text's
similarity to all of them, or the nearest. Character n-grams (:mod:`kesher.engine.coding.ngrams`) are one kind, always there;
encoders that turn a text into a dense vector stand behind :class:`~kesher.engine.coding.fusion.Fused`, together with n-grams. A
protocol of vectors alone would not do: n-grams have some 10^5 dimensions, and their matrix must not be made dense.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.trust import Trust

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]

#: Similarities count as equal from here on: sums of float32 never quite reach 1.
DECIMALS = 6


class Compared(Protocol):
    """Texts that were taken in, ready to be compared with others."""

    def __len__(self) -> int:
        """How many texts were taken in."""
        ...

    def similarities(self, text: str) -> Floats:
        """Similarity of `text` to each, float32, shape (len(self),), at most 1; 1 for what the embedder holds equal."""
        ...

    def nearest(self, text: str, count: int) -> tuple[Numbers, Floats]:
        """The `count` most similar texts and how similar, highest first, ties by number. May look at a part of all."""
        ...


class Embedder(Protocol):
    """Something that compares texts. `name` says what and which version, for provenance: "n-grams 1"."""

    @property
    def name(self) -> str: ...

    @property
    def trust(self) -> Trust: ...

    def take_in(self, texts: Sequence[str]) -> Compared:
        """Prepares the texts of an index. Equal texts in, equal similarities out."""
        ...


class Encoder(Protocol):
    """A model that makes a vector of a text. It lives in ``adapters/``: engines load no weights."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors, float32, shape (len(texts), dimensions); their length does not matter."""
        ...


def unit(vectors: Floats) -> Floats:
    """Rows scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


def highest(scores: Floats, count: int) -> Numbers:
    """The numbers of the `count` highest scores, highest first, ties by number, also at the edge."""
    if len(scores) > count:
        edge = np.partition(scores, len(scores) - count)[len(scores) - count]
        among = np.flatnonzero(scores >= edge)
    else:
        among = np.arange(len(scores))
    order: Numbers = among[np.argsort(-scores[among], kind="stable")][:count]
    return order
