"""What people have said, and which service was the right first answer: a question is moved towards what answered such sayings.

A story and the service it needs share few words, often not even a language; two stories of the same trouble share much. So the
place of a question (:mod:`kesher.engine.orientation.themes`) is turned half way to where the answers to the sayings nearest to
it stand:

    moved(q) = unit(q + unit(Σ w_i · a_i)),   w_i = exp(s_i · q / SHARPNESS) over the NEAREST sayings s_i, a_i their answers

Services stay where they are, and a question costs a product of matrices more (half a millisecond), however many services there
are. As nearest-neighbour translation it is the idea of Khandelwal et al., *Nearest Neighbor Machine Translation*, ICLR 2021,
and as a question that is answered by a made-up answer first that of Gao et al., *Precise Zero-Shot Dense Retrieval without
Relevance Labels* (HyDE), ACL 2023, without a model that writes.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import Floats, highest, unit

#: So many sayings are asked, and a saying that is nearer by so much (of a cosine) weighs e times as much. From ten to forty
#: sayings and from 0.02 to 0.04 it is much the same on what was looked at.
NEAREST: Final = 20
SHARPNESS: Final = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class Precedents:
    """sayings: shape (sayings, POINTS), their places · answers: shape (services, POINTS), the places of made-up services · of:
    shape (sayings,), the number of the service that was right for each. All places of length 1."""

    sayings: Floats
    answers: Floats
    of: NDArray[np.int64]

    def moved(self, place: Floats) -> Floats:
        """Where a question stands with what was right before, of length 1. place: shape (POINTS,), of length 1. Without
        precedents where it stood."""
        if not len(self.sayings):
            return place
        near = self.sayings @ place
        best = highest(near, NEAREST)
        weights = np.exp((near[best] - near[best[0]]) / np.float32(SHARPNESS))
        answer = unit((weights @ self.answers[self.of[best]])[None])[0]
        moved: Floats = unit((place + answer)[None])[0]
        return moved
