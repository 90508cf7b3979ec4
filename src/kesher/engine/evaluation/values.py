"""The values the evaluation engine passes about: an effect, a check, the ladder's words, and its refusals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Floats: TypeAlias = NDArray[np.float64]
Figure: TypeAlias = float | int | str | bool | list["Figure"] | dict[str, "Figure"] | None
#: Two-sided confidence of every interval.
LEVEL = 0.95


class Design(StrEnum):
    """How those who took part came to differ from those they are compared with."""

    RCT = "rct"  # a lot decided
    IV = "iv"  # a lot, or something like one, moved some of them
    RDD = "rdd"  # a cutoff decided
    DID = "did"  # their change against the change of others
    REGRESSION = "reg"
    OUTCOME_MODEL = "om"
    ENTROPY_BALANCING = "ebal"
    AIPW = "aipw"
    MONITORING = "monitoring"  # before and after, nobody to compare with


class Words(StrEnum):
    """The ladder: what may be said of an effect, strongest first."""

    CAUSED = "caused"
    CONSISTENT = "is consistent with"
    ASSOCIATED = "is associated with"
    CANNOT_BE_SAID = "cannot be said"


class Verdict(StrEnum):
    """What the figures show, whatever their cause."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_EFFECT_THAT_MATTERS = "no effect that matters"
    TOO_SMALL_TO_TELL = "too small to tell"
    MONITORING = "monitoring"


class State(StrEnum):
    """How a check came out. ``WARNED`` is told to people and takes no word away; ``NOT_RUN`` says what was missing."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Check:
    """One compulsory check: its state, one plain sentence, and the figures behind it."""

    name: str
    state: State
    said: str
    figures: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate in the unit of the outcome, its standard error and its 95 % interval.

    ``n`` counts the rows used, ``df`` the degrees of freedom of the interval (``inf``: normal quantiles).
    """

    estimate: float
    se: float
    low: float
    high: float
    n: int
    design: Design
    df: float = np.inf

    @property
    def p(self) -> float:
        """Two-sided p-value of "no effect"; 1 where the standard error is 0 and so is the estimate."""
        if self.se == 0:
            return 0.0 if self.estimate else 1.0
        return float(2 * stats.t.sf(abs(self.estimate / self.se), self.df))


class EvaluationError(ValueError):
    """The question cannot be answered with these data. ``column`` names the column at fault, ``row`` its index from 0."""

    def __init__(self, message: str, *, column: str | None = None, row: int | None = None) -> None:
        super().__init__(message)
        self.column, self.row = column, row


def effect(estimate: float, se: float, n: int, design: Design, df: float = np.inf) -> Effect:
    """An :class:`Effect` with the interval ``estimate ± t × se``. Raises EvaluationError where either is not finite."""
    if not (np.isfinite(estimate) and np.isfinite(se)) or df <= 0:
        raise EvaluationError("there are too few rows, or no variation, to estimate an effect and its error")
    half = float(stats.t.ppf(0.5 + LEVEL / 2, df)) * se
    return Effect(float(estimate), float(se), float(estimate - half), float(estimate + half), int(n), design, float(df))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: names of columns, and how people came to take part. Only outcome and treatment are always needed.

    ``placebo``: an outcome the programme cannot have changed. ``matters``: the smallest effect of interest, in the unit of
    the outcome. ``tests``: how many outcomes or groups are looked at in all. ``cost``: of the programme, per person.
    """

    outcome: str
    treatment: str
    design: Design | None = None
    covariates: tuple[str, ...] = ()
    instrument: str | None = None
    unit: str | None = None
    time: str | None = None
    cohort: str | None = None
    running: str | None = None
    cutoff: float | None = None
    placebo: str | None = None
    matters: float | None = None
    tests: int = 1
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What one family of designs hands back; ``wider_se`` where the published error is known to leave something out."""

    effect: Effect
    checks: list[Check]
    wider_se: float | None = None
