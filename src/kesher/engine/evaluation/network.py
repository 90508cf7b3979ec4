"""Network meta-analysis: many treatments, each compared with some of the others, all set against one."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kesher.engine.evaluation.pooling import (
    Method,
    between,
    checked,
    heterogeneity,
    share_unexplained,
    weighted,
)
from kesher.engine.evaluation.values import EvaluationError, Floats


@dataclass(frozen=True, slots=True)
class Network:
    """Each treatment against ``reference``: ``estimates`` (t,) and ``covariance`` (t, t) in the order of ``treatments``."""

    treatments: tuple[str, ...]
    reference: str
    estimates: Floats
    covariance: Floats
    tau2: float
    i2: float
    q: float
    k: int

    def against(self, one: str, other: str) -> tuple[float, float, float, float]:
        """Estimate, standard error and 95 % interval of ``one`` against ``other``; the league table's cell."""
        contrast = np.zeros(len(self.treatments))
        for name, sign in ((one, 1.0), (other, -1.0)):
            if name in self.treatments:
                contrast[self.treatments.index(name)] += sign
            elif name != self.reference:
                raise EvaluationError(f"there is no treatment {name!r} in the network")
        estimate = float(contrast @ self.estimates)
        se = float(np.sqrt(contrast @ self.covariance @ contrast))
        return estimate, se, estimate - 1.959963984540054 * se, estimate + 1.959963984540054 * se


def network(
    estimates: Floats,
    errors: Floats,
    treatment: Sequence[str],
    comparison: Sequence[str],
    *,
    reference: str,
    method: Method = Method.DERSIMONIAN_LAIRD,
) -> Network:
    """Random-effects network meta-analysis of studies of two arms (Rücker 2012, Research Synthesis Methods 3).

    One weighted regression on treatments, +1 for the treated arm and -1 for the compared one, with one τ² for the whole
    network (Jackson, White and Riley 2013). Estimates of one study with more than two arms would be dependent: give
    one. Raises EvaluationError, with the row, where a treatment is compared with itself or has no path to ``reference``.
    """
    checked(estimates, errors)
    for row, (one, other) in enumerate(zip(treatment, comparison, strict=True)):
        if one == other:
            raise EvaluationError(f"{one!r} is compared with itself", column="comparison", row=row)
    names = sorted({*treatment, *comparison} - {reference})
    reached = {reference}
    while more := {
        end
        for one, other in zip(treatment, comparison, strict=True)
        for end, start in ((one, other), (other, one))
        if start in reached and end not in reached
    }:
        reached |= more
    if lost := [name for name in names if name not in reached]:
        row = next(row for row, one in enumerate(treatment) if one in lost or comparison[row] in lost)
        raise EvaluationError(
            f"nothing leads from {lost[0]!r} to {reference!r}, so they cannot be compared", column="group", row=row
        )
    design = np.array(
        [
            [(one == name) * 1.0 - (other == name) for name in names]
            for one, other in zip(treatment, comparison, strict=True)
        ]
    )
    tau2 = between(estimates, errors, design, method)
    mean, covariance = weighted(estimates, errors, design, tau2)
    q = heterogeneity(estimates, errors, design)
    df = len(estimates) - len(names)
    return Network(tuple(names), reference, mean, covariance, tau2, share_unexplained(q, df), q, len(estimates))
