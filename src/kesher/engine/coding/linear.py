"""A linear adapter: a matrix that turns an encoder's space so that names of one thing lie together.

``adapted(x) = (x/|x| + shift) · matrix``, scaled to length 1 again. One matrix for occupations and one for skills, since
what makes two titles the same is not what makes two skills the same. Trained from pairs of labels by
``benchmarks/training/adapters.py``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kesher.engine.coding.embedding import Encoder, Floats, unit


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """matrix: float32, shape (dimensions, dimensions) · shift: float32, shape (dimensions,) · name: which and which version."""

    name: str
    matrix: Floats
    shift: Floats

    def __call__(self, vectors: Floats) -> Floats:
        """Adapted vectors of length 1, shape as given."""
        turned: Floats = ((unit(vectors) + self.shift) @ self.matrix).astype(np.float32)
        return unit(turned)


@dataclass(frozen=True, slots=True)
class Adapted:
    """An encoder behind its adapter: an :class:`~kesher.engine.coding.embedding.Encoder` again."""

    encoder: Encoder
    linear: Linear

    @property
    def name(self) -> str:
        return f"{self.encoder.name}, {self.linear.name}"

    def encode(self, texts: Sequence[str]) -> Floats:
        found: Floats = self.linear(self.encoder.encode(texts)).astype(np.float32)
        return found
