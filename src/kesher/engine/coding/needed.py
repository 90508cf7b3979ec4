"""From a title to the skills it takes, through the occupations that are near it.

A title says little about skills by itself ("baker": prepare bread); occupations whose skills are known say much. The skills of
the twenty nearest occupations are counted, each occupation with ``exp(similarity / temperature)``: what several
near occupations need, the title likely needs as well (measured: mean average precision .115 for comparing the title with the
skills' names directly, against what docs/benchmarks.md tells for this).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import Compared, Floats, Numbers, highest

#: Both chosen on 300 of ESCO's occupations, each left out; reported on others (benchmarks/coding.py).
NEIGHBOURS: Final = 20
TEMPERATURE: Final = 0.125
#: What an optional skill counts beside an essential one, chosen in the same way.
OPTIONAL: Final = 0.3
#: Labels looked through for the nearest occupations: an occupation has many.
LABELS: Final = 400


@dataclass(frozen=True, slots=True, eq=False)
class Needed:
    """Occupations by their labels, and the skills they need.

    labels: every label of the occupations, taken in · occupation: beside the labels, the number of each one's occupation ·
    starts, skill, weight: occupation i needs ``skill[starts[i]:starts[i + 1]]``, as much as `weight` says (1 for essential).
    """

    labels: Compared
    occupation: NDArray[np.int64]
    starts: NDArray[np.int64]
    skill: NDArray[np.int64]
    weight: Floats
    skills: int

    @classmethod
    def of(
        cls, labels: Compared, occupation: Sequence[int], needs: Sequence[Sequence[tuple[int, float]]], skills: int
    ) -> "Needed":
        """needs: by occupation the numbers of its skills (less than `skills`) and how much each counts."""
        lengths = [len(one) for one in needs]
        flat = [pair for one in needs for pair in one]
        return cls(
            labels,
            np.array(occupation, np.int64),
            np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
            np.array([skill for skill, _ in flat], np.int64),
            np.array([weight for _, weight in flat], np.float32),
            skills,
        )

    def scores(self, title: str, *, without: int | None = None) -> Floats:
        """How likely each skill is needed, float32, shape (skills,), the shares of the near occupations that need it.

        without: an occupation that is left out, for measuring.
        """
        found = np.zeros(self.skills, np.float32)
        numbers, similar = self.labels.nearest(title, LABELS)
        best: dict[int, float] = {}
        for one, similarity in zip(self.occupation[numbers].tolist(), similar.tolist(), strict=True):
            if one != without and len(best) < NEIGHBOURS:
                best.setdefault(one, similarity)
        if not best or max(best.values()) <= 0:  # near to nothing is near to everything
            return found
        shares = np.exp((np.array(list(best.values())) - max(best.values())) / TEMPERATURE)
        shares /= shares.sum()
        for one, share in zip(best, shares.tolist(), strict=True):
            begin, end = self.starts[one], self.starts[one + 1]
            found[self.skill[begin:end]] += np.float32(share) * self.weight[begin:end]
        return found

    def likeliest(self, title: str, count: int = 20) -> list[tuple[int, float]]:
        """The numbers of the skills that are likeliest needed, and their scores, ties by number."""
        scores = self.scores(title)
        best: Numbers = highest(scores, count)
        return [(int(one), float(scores[one])) for one in best if scores[one] > 0]
