"""The nearest of many vectors in three looks: short vectors choose, longer ones choose among these, whole ones decide.

Cosines of adapted vectors live in few directions, so that the first principal axes tell nearly all of them: how many axes and
candidates are needed for how many of the same five is in docs/benchmarks.md, "Speed".

All short vectors are scanned (a sixth of the memory of whole ones, and memory is what a scan waits for), of the
best of these the longer ones, and only what is left is scored exactly. Clusters would look at less, but need building by
iteration, and which label is missed depends on where it lies; product quantisation needs tables that numpy looks up slowly.
The axes are worked out from a sample, by eigenvalues of a 384 × 384 matrix: no randomness but the sample's, which is every
n-th vector.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import Floats, Numbers

#: Principal axes of the short vectors, and of the longer ones.
SHORT: Final = 64
AXES: Final = 128
#: What the short vectors leave for the longer ones, and these for the whole ones.
AROUND: Final = 4_096
CANDIDATES: Final = 768
#: Fewer vectors than this are scanned whole: the short scan would save nothing.
WORTH_IT: Final = 8_192
SAMPLE: Final = 20_000
#: Vectors that are looked at at a time.
PART: Final = 8_192


@dataclass(frozen=True, slots=True, eq=False)
class Nearest:
    """Vectors ready to be searched: `vectors` (n, d), rows of length 1; `axes` (d, k); along the first of them `short`
    (n, SHORT), along the others `longer` (n, k - SHORT).

    Queries are rows as well, shape (queries, d): a text and the windows it is looked at through. A text's similarity to a
    vector is the mean of its own and its best window's; with the text alone that is its cosine.
    """

    vectors: NDArray[np.float16]
    axes: Floats
    short: Floats
    longer: Floats

    @classmethod
    def of(cls, vectors: NDArray[np.float16]) -> "Nearest":
        """Works out the axes."""
        count, width = vectors.shape
        if count < WORTH_IT or width <= AXES:
            none = np.empty((count, 0), np.float32)
            return cls(vectors, np.empty((width, 0), np.float32), none, none)
        some = vectors[:: max(1, count // SAMPLE)].astype(np.float64)
        # Not centred: an inner product is looked for, and the mean is a direction like others.
        axes = np.linalg.eigh(some.T @ some)[1][:, ::-1][:, :AXES].astype(np.float32)
        short, longer = np.empty((count, SHORT), np.float32), np.empty((count, AXES - SHORT), np.float32)
        for first in range(0, count, PART):
            turned = _whole(vectors[first : first + PART]) @ axes
            short[first : first + PART], longer[first : first + PART] = turned[:, :SHORT], turned[:, SHORT:]
        return cls(vectors, axes, short, longer)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What to keep."""
        return {"vectors": self.vectors, "axes": self.axes, "short": self.short, "longer": self.longer}

    @classmethod
    def from_arrays(cls, kept: Mapping[str, NDArray[Any]]) -> "Nearest":
        return cls(kept["vectors"], kept["axes"], kept["short"], kept["longer"])

    def __len__(self) -> int:
        return len(self.vectors)

    def exact(self, queries: Floats, among: Numbers | None = None) -> Floats:
        """The similarity to each vector, or to each of those `among`."""
        vectors = self.vectors if among is None else self.vectors[among]
        found = np.empty(len(vectors), np.float32)
        for first in range(0, len(vectors), PART):  # by parts: the vectors as float32 at once would be twice the index
            part = _whole(vectors[first : first + PART])
            # Of one query row by row: a product of matrices adds up a row in an order that depends on where the row stands, and
            # a vector's similarity must be the same among all and among few.
            found[first : first + PART] = np.vecdot(part, queries[0]) if len(queries) == 1 else _mean(part @ queries.T)
        return found

    def candidates(self, queries: Floats, beside: Floats | None = None, count: int = CANDIDATES) -> Numbers:
        """Numbers of about `count` vectors among which the nearest are, ascending. beside: is added to each similarity."""
        if not self.axes.shape[1] or len(self) <= count:
            return np.arange(len(self))
        turned = queries @ self.axes
        cosines = self.short @ turned[:, :SHORT].T
        among = _best(_with(cosines, beside), max(AROUND, 2 * count))
        cosines = cosines[among] + self.longer[among] @ turned[:, SHORT:].T
        return among[_best(_with(cosines, None if beside is None else beside[among]), count)]


def _whole(vectors: NDArray[np.float16]) -> Floats:
    """Vectors of 16 bits as float32, exactly, in a third of the time that numpy takes: sign, exponent and fraction are moved to
    where float32 has them, and the exponent's other zero is made up for. Only for finite numbers."""
    bits = np.ascontiguousarray(vectors).view(np.int16).astype(np.int32)
    bits <<= 13
    bits &= np.int32(
        -0x70000001
    )  # all but the three bits between the sign and the exponent, which are copies of the sign
    whole: Floats = bits.view(np.float32)
    whole *= np.float32(2.0**112)
    return whole


def _with(cosines: Floats, beside: Floats | None) -> Floats:
    scores = _mean(cosines)
    return scores if beside is None else scores + beside


def _best(scores: Floats, count: int) -> Numbers:
    """Numbers of about the `count` highest, ascending."""
    if len(scores) <= count:
        return np.arange(len(scores))
    # The edge is read off every n-th score where they are many: partitioning all takes as long as scanning them does.
    step = min(8, max(1, count // 256))
    some = scores[::step]
    place = max(len(some) - count // step, 0)
    return np.flatnonzero(scores >= np.partition(some, place)[place])


def _mean(cosines: Floats) -> Floats:
    """Of the text's own cosine, which stands first, and the highest. cosines: shape (vectors, queries)."""
    if cosines.shape[1] == 1:
        return cosines[:, 0]
    found: Floats = (cosines[:, 0] + cosines.max(axis=1)) / 2
    return found
