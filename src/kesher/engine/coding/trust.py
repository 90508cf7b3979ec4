"""How far similarities can be trusted: what the vote and the confidence are told of an embedder."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Trust:
    """How similarity becomes votes and probability.

    A label votes with ``exp(similarity / temperature)``, an alternative label with `alternative` less similarity. That the
    first candidate is right is about ``share of the votes / (1 + exp(-(slope · similarity + offset)))``.

    Slope and offset are fitted on the titles of the starter taxonomy, each left out in turn with its other gender form, never
    on a set that quality is reported on: ``python benchmarks/coding.py --calibrate``. That a label which is the text is right
    95 times in 100 is set, not fitted. `none`: below this best similarity nothing is proposed. `sure`: below this confidence
    the answer is a question.
    """

    slope: float
    offset: float
    none: float
    sure: float
    temperature: float = 0.05
    alternative: float = 0.05

    def of(self, similarity: float) -> float:
        """The chance that the right concept is among those a best similarity like this one brings."""
        return float(1 / (1 + np.exp(-(self.slope * similarity + self.offset))))


NGRAM_TRUST = Trust(slope=1.5, offset=-0.25, none=0.15, sure=0.6)
