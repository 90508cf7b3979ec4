"""What people ask of an effect: per 100 persons, what one more costs, whether so few can tell, and what may be said."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy import stats

from kesher.engine.evaluation.values import LEVEL, Check, Design, Effect, Floats, State, Verdict, Words

#: The chance of finding an effect of the size that matters that a sample should have.
POWER = 0.8
#: What matters unless somebody says otherwise: 5 persons in 100 for a yes/no outcome, else a fifth of its spread.
#: Of two groups the narrower counts: those compared with are often a whole country.
MATTERS_OF_100, MATTERS_OF_SPREAD = 0.05, 0.2

_LADDER = (Words.CAUSED, Words.CONSISTENT, Words.ASSOCIATED, Words.CANNOT_BE_SAID)
#: The strongest words each design can earn, all checks passed.
HIGHEST: Mapping[Design, Words] = {
    Design.RCT: Words.CAUSED,
    Design.IV: Words.CAUSED,
    Design.RDD: Words.CAUSED,
    Design.DID: Words.CONSISTENT,
    Design.REGRESSION: Words.CONSISTENT,
    Design.OUTCOME_MODEL: Words.CONSISTENT,
    Design.ENTROPY_BALANCING: Words.CONSISTENT,
    Design.AIPW: Words.CONSISTENT,
    Design.MONITORING: Words.CANNOT_BE_SAID,
}
#: The strongest words left when a check fails.
AFTER_FAILURE: Mapping[str, Words] = {
    "placebo": Words.ASSOCIATED,
    "balance": Words.ASSOCIATED,
    "overlap": Words.ASSOCIATED,
    "parallel_trends": Words.ASSOCIATED,
    "density": Words.ASSOCIATED,
    "instrument": Words.ASSOCIATED,
    "sensitivity": Words.ASSOCIATED,
    "attrition": Words.ASSOCIATED,
    "design": Words.CONSISTENT,
    "multiple_testing": Words.CANNOT_BE_SAID,
}
#: Any one of these shows that the groups were alike before; without one, nobody looked.
LOOKED_BEFORE = ("placebo", "balance", "parallel_trends")


@dataclass(frozen=True, slots=True)
class Cost:
    """The price of one more person with the outcome; ``high`` is None where the interval of the effect reaches zero."""

    each: float
    low: float
    high: float | None


def smallest_that_matters(outcome: Floats, treatment: Floats | None = None) -> float:
    """The default of what matters, in the unit of the outcome: see :data:`MATTERS_OF_100`."""
    if np.isin(outcome, (0.0, 1.0)).all():
        return MATTERS_OF_100
    arms = [outcome] if treatment is None else [outcome[treatment == arm] for arm in (0, 1)]
    spreads = [float(arm.std(ddof=1)) for arm in arms if len(arm) > 1]
    return MATTERS_OF_SPREAD * min(spreads, default=0.0)


def sample_that_would_do(found: Effect, matters: float) -> int:
    """Rows, drawn like these, that would find an effect of ``matters`` in 80 of 100 studies at the 5 % level.

    The error shrinks with the root of the number: n × ((1.96 + 0.84) se / matters)². Where there are as many rows
    already and the interval still holds zero, the effect, if there is one, is smaller: then rows for the one estimated.
    """
    if matters <= 0 or found.se == 0:
        return found.n
    multiple = float(stats.norm.ppf(0.5 + LEVEL / 2) + stats.norm.ppf(POWER)) * found.se
    needed = int(np.ceil(found.n * (multiple / matters) ** 2))
    if needed <= found.n and found.low <= 0 <= found.high and found.estimate:
        needed = int(np.ceil(found.n * (multiple / min(matters, abs(found.estimate))) ** 2))
    return needed


def per_hundred(found: Effect) -> tuple[float, float, float]:
    """How many more of 100 persons (or, for an amount, how much more for 100 persons) and the interval."""
    return 100 * found.estimate, 100 * found.low, 100 * found.high


def cost_of_one_more(found: Effect, cost: float) -> Cost | None:
    """Cost per person over effect per person: None where the effect is not above zero."""
    if found.estimate <= 0:
        return None
    return Cost(cost / found.estimate, cost / found.high, cost / found.low if found.low > 0 else None)


def verdict(found: Effect, matters: float, *, wider_se: float | None = None) -> Verdict:
    """What the interval shows; ``wider_se`` where the estimate's own error is known to be larger."""
    if found.design is Design.MONITORING:
        return Verdict.MONITORING
    half = (found.high - found.low) / 2
    if wider_se is not None and found.se > 0:
        half = max(half, half * wider_se / found.se)
    low, high = found.estimate - half, found.estimate + half
    if low > 0:
        return Verdict.HIGHER
    if high < 0:
        return Verdict.LOWER
    if -matters < low and high < matters:
        return Verdict.NO_EFFECT_THAT_MATTERS
    return Verdict.TOO_SMALL_TO_TELL


def words(design: Design, shown: Verdict, checks: Mapping[str, Check]) -> Words:
    """The strongest words allowed: the lowest of what the design can earn and what each failed check leaves.

    A check of how alike the groups were before must have been made at all: without one a lot earns "is consistent
    with", anything else "is associated with". What cannot be told from zero is not said.
    """
    if shown not in (Verdict.HIGHER, Verdict.LOWER):
        return Words.CANNOT_BE_SAID
    allowed = [HIGHEST[design]]
    allowed += [
        AFTER_FAILURE.get(name, Words.ASSOCIATED) for name, check in checks.items() if check.state is State.FAILED
    ]
    looked = LOOKED_BEFORE if design in (Design.RCT, Design.IV, Design.RDD, Design.DID) else ("placebo",)
    made = (State.PASSED, State.WARNED, State.FAILED)
    if not any(name in checks and checks[name].state in made for name in looked):
        allowed.append(Words.CONSISTENT if design is Design.RCT else Words.ASSOCIATED)
    return max(allowed, key=_LADDER.index)
