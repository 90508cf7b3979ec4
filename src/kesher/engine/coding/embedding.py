"""What can compare texts: the seam between coding and its encoders.

An :class:`Embedder` takes the texts of an index once and answers with a :class:`Compared`, which gives each later text's
similarity to all of them. Two kinds stand behind it: character n-grams (:mod:`kesher.engine.coding.ngrams`, always there)
and encoders that turn a text into a dense vector (:class:`Encoder` in :class:`Dense`). A protocol of vectors alone would not
do: n-grams have some 10^5 dimensions, and their matrix must not be made dense.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Compared(Protocol):
    """Texts that were taken in, ready to be compared with others."""

    def __len__(self) -> int:
        """How many texts were taken in."""
        ...

    def similarities(self, text: str) -> Floats:
        """Similarity of `text` to each, float32, shape (len(self),), at most 1; 1 for what the embedder holds equal."""
        ...


class Embedder(Protocol):
    """Something that compares texts. `name` says what and which version, for provenance: "n-grams 1"."""

    @property
    def name(self) -> str: ...

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


@dataclass(frozen=True, slots=True)
class _Vectors:
    encoder: Encoder
    vectors: Floats  # rows of length 1

    def __len__(self) -> int:
        return len(self.vectors)

    def similarities(self, text: str) -> Floats:
        found: Floats = self.vectors @ _unit(self.encoder.encode([text]))[0]
        return found


@dataclass(frozen=True, slots=True)
class Dense:
    """The embedder of an encoder: cosines of its vectors, by one plain scan."""

    encoder: Encoder

    @property
    def name(self) -> str:
        return self.encoder.name

    def take_in(self, texts: Sequence[str]) -> Compared:
        return _Vectors(self.encoder, _unit(self.encoder.encode(texts)))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Floats = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return unit
