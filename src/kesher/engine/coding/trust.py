"""How far similarities can be trusted: what the vote and the confidence are told of an embedder."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

#: Of what is not near (below `none`) and agrees all the same, so much of the fitted chance is left: of 38 titles (the ILO's,
#: and the probe's first half) with shares of .3 to .6, .18 were right and .40 fitted. So it is a question, and never sure.
FAR: Final = 0.5


@dataclass(frozen=True, slots=True)
class Trust:
    """How similarity becomes votes and probability.

    A label votes with ``exp(similarity / temperature)``, an alternative label with `alternative` less similarity. That the
    first candidate is right is about ``share of the votes / (1 + exp(-(slope · similarity + offset)))``.

    Slope and offset are fitted on the titles of the starter taxonomy, each left out in turn with its other gender form, never
    on a set that quality is reported on: ``python benchmarks/coding.py --calibrate``. That a label which is the text is right
    95 times in 100 is set, not fitted. `sure`: below this confidence the answer is a question.

    `none`: below this best similarity nothing is proposed, unless the votes `agreed` on one concept by this share at least.
    Strings without sense are near to labels of many concepts; what an encoder has read little of ("enfermera", where no list
    is Spanish) is near to labels of one. How many of each are refused: ``python benchmarks/coding.py --only senseless``.
    """

    slope: float
    offset: float
    none: float
    sure: float
    temperature: float = 0.05
    alternative: float = 0.05
    agreed: float = math.inf

    def is_senseless(self, similarity: float, share: float) -> bool:
        """Whether nothing is proposed: no label is near, and the nearest do not agree. share: the first concept's."""
        return similarity < self.none and share < self.agreed

    def of(self, similarity: float) -> float:
        """The chance that the right concept is among those a best similarity like this one brings."""
        chance = float(1 / (1 + np.exp(-(self.slope * similarity + self.offset))))
        return chance if similarity >= self.none else FAR * chance


NGRAM_TRUST = Trust(slope=1.5, offset=-0.25, none=0.15, sure=0.6)
