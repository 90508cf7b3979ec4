"""The nearest of many vectors in two steps: short vectors choose, whole ones decide.

Cosines of adapted vectors live in few directions: of 138,000 labels the 20 nearest of 180 titles stood all among the nearest
1,024 on the first 96 principal axes, and all but two in a thousand on 64.

So all short vectors are scanned (a sixth of the memory of whole ones, and memory is what a scan waits for), and only
those candidates are scored exactly. Clusters would look at less, but need building by iteration, and which label is missed
depends on where it lies; product quantisation needs tables that numpy looks up slowly. The axes are worked out from a
sample, by eigenvalues of a 384 × 384 matrix: no randomness but the sample's, which is every n-th vector.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import Floats, Numbers

AXES: Final = 64
CANDIDATES: Final = 1_536
#: Fewer vectors than this are scanned whole: the short scan would save nothing.
WORTH_IT: Final = 8_192
SAMPLE: Final = 20_000
#: Vectors that are looked at at a time.
PART: Final = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Vectors ready to be searched: `vectors` (n, d), rows of length 1; `axes` (d, k); `short` (n, k) along them.

    Queries are rows as well, shape (queries, d): a text and the windows it is looked at through. A text's similarity to a
    vector is the mean of its own and its best window's; with the text alone that is its cosine.
    """

    vectors: NDArray[np.float16]
    axes: Floats
    short: Floats

    @classmethod
    def of(cls, vectors: NDArray[np.float16]) -> "Nearest":
        """Works out the axes."""
        count, width = vectors.shape
        if count < WORTH_IT or width <= AXES:
            return cls(vectors, np.empty((width, 0), np.float32), np.empty((count, 0), np.float32))
        some = vectors[:: max(1, count // SAMPLE)].astype(np.float64)
        # Not centred: an inner product is looked for, and the mean is a direction like others.
        axes = np.linalg.eigh(some.T @ some)[1][:, ::-1][:, :AXES].astype(np.float32)
        short = np.concatenate([part.astype(np.float32) @ axes for part in np.array_split(vectors, 64)])
        return cls(vectors, axes, short)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What to keep."""
        return {"vectors": self.vectors, "axes": self.axes, "short": self.short}

    @classmethod
    def from_arrays(cls, kept: Mapping[str, NDArray[Any]]) -> "Nearest":
        return cls(kept["vectors"], kept["axes"], kept["short"])

    def __len__(self) -> int:
        return len(self.vectors)

    def exact(self, queries: Floats, among: Numbers | None = None) -> Floats:
        """The similarity to each vector, or to each of those `among`."""
        vectors = self.vectors if among is None else self.vectors[among]
        found = np.empty(len(vectors), np.float32)
        for first in range(0, len(vectors), PART):  # by parts: the vectors as float32 at once would be twice the index
            part = vectors[first : first + PART].astype(np.float32)
            found[first : first + PART] = _mean(part @ queries.T)
        return found

    def candidates(self, queries: Floats, beside: Floats | None = None, count: int = CANDIDATES) -> Numbers:
        """Numbers of about `count` vectors among which the nearest are, ascending. beside: is added to each similarity."""
        if not self.axes.shape[1] or len(self) <= count:
            return np.arange(len(self))
        scores = _mean(self.short @ (queries @ self.axes).T)
        if beside is not None:
            scores = scores + beside
        # The edge is read off every eighth score: partitioning all of them takes as long as scanning them does.
        some = scores[::8]
        edge = np.partition(some, len(some) - count // 8)[len(some) - count // 8]
        return np.flatnonzero(scores >= edge)


def _mean(cosines: Floats) -> Floats:
    """Of the text's own cosine, which stands first, and the highest. cosines: shape (vectors, queries)."""
    if cosines.shape[1] == 1:
        return cosines[:, 0]
    found: Floats = (cosines[:, 0] + cosines.max(axis=1)) / 2
    return found
