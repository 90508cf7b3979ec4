"""A whole proposal: the placement asked for, the one without options beside it, who is worse off, and what each option
costs.

The measure of all is the *plain* round: the most prospects that hard capacities and fixed placements allow. Its proven
bound is the proposal's ``bound``: no placement whatever has more prospects in all. Soft capacities, no-harm, weights
and wishes are options; each costs what the plain total loses by it alone. Nothing here decides: a person does, and may
fix placements and ask again.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kesher.engine.placement.chance import Share, lottery, shares
from kesher.engine.placement.explaining import Explanation, Scarcity, explain, scarcest
from kesher.engine.placement.model import Floats, Integers, Problem
from kesher.engine.placement.solving import Solution, solve
from kesher.engine.placement.wishes import grant
from kesher.engine.scale import Executor

#: Options, as they are named in :attr:`Proposal.costs`.
SOFT, NO_HARM, WEIGHTS, PREFERENCES = "soft-capacities", "no-harm", "weights", "preferences"


@dataclass(frozen=True)
class Options:
    """What is asked for beside the most prospects: ``no_harm`` ν, ``wishes`` (household → places, most wanted first)
    with their ``floor``.
    """

    no_harm: float = 0.0
    wishes: Mapping[int, Sequence[int]] = field(default_factory=dict)
    floor: float = 0.95


@dataclass(frozen=True)
class Proposal:
    """``value`` Σ w of ``placement`` (n,), ``bound`` what no placement exceeds, ``gap`` = (bound − value) / bound.

    ``solution`` is the last solver's (with its own objective, bound and gap); ``plain`` the placement without options;
    ``expected`` L_i (n,) and ``drawn`` the mean total of the lottery's draws; ``costs`` prospects lost by each option
    alone, by name; ``wished`` the rank granted (n,).
    """

    placement: Integers
    value: float
    bound: float
    solution: Solution
    plain: Solution
    expected: Floats
    drawn: float
    costs: Mapping[str, float]
    wished: Integers
    shares: Sequence[Share]
    explanations: Sequence[Explanation]
    scarce: Sequence[Scarcity]

    @property
    def gap(self) -> float:
        """(bound − value) / bound; it holds what the options cost, too."""
        return max(0.0, self.bound - self.value) / self.bound if self.bound > 0 else 0.0


def propose(
    round_: Problem,
    generator: np.random.Generator,
    *,
    options: Options | None = None,
    groups: Mapping[str, Sequence[str]] | None = None,
    executor: Executor | None = None,
    start: Floats | None = None,
    time_limit: float = 120.0,
    draws: int | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Proposal:
    """The proposal for ``round_`` (whose own ``no_harm`` is not looked at: ``options`` has it).

    ``groups``: labels of every household by column, for the table of who is worse off. ``start``: prices of the last
    round. ``time_limit``: seconds for each integer programme. ``draws`` of the lottery; as many as are affordable where
    None. ``progress`` is told each step.
    """
    asked = options or Options()
    n = round_.households
    bare = round_.but(
        weights=np.ones(n), no_harm=0.0, soft=round_.hard, crowded=np.zeros_like(round_.crowded), lottery=np.zeros(n)
    )
    progress("lottery")
    expected, totals = lottery(bare, generator, draws=draws)
    parts: dict[str, dict[str, Any]] = {
        SOFT: {"soft": round_.soft, "crowded": round_.crowded} if round_.crowded.any() else {},
        NO_HARM: {"no_harm": asked.no_harm, "lottery": expected} if asked.no_harm > 0 else {},
        WEIGHTS: {"weights": round_.weights} if (round_.weights != 1).any() else {},
    }
    chosen = {name: changes for name, changes in parts.items() if changes}
    progress("best total")
    plain = solve(bare, executor=executor, start=start, time_limit=time_limit)
    found = plain
    costs: dict[str, float] = {}
    everything: dict[str, Any] = {}
    for name, changes in chosen.items():
        everything |= changes
        if len(chosen) > 1:
            progress(name)
            alone = solve(bare.but(**changes), executor=executor, start=plain.prices, time_limit=time_limit)
            costs[name] = plain.value - alone.value
    if chosen:
        progress("with " + ", ".join(chosen))
        found = solve(bare.but(**everything), executor=executor, start=plain.prices, time_limit=time_limit)
        if len(chosen) == 1:
            costs[next(iter(chosen))] = plain.value - found.value
    placement, wished = found.placement, np.zeros(n, dtype=np.int64)
    if asked.wishes:
        progress(PREFERENCES)
        turn = generator.permutation(np.array(sorted(asked.wishes), dtype=np.int64))
        # Measured against the best total, so that the floor means the same whatever else is asked for.
        least = asked.floor * plain.value
        floor = min(1.0, least / found.value) if found.value > 0 else 1.0
        granted = grant(bare, found.placement, asked.wishes, order=turn, floor=floor)
        placement, wished = granted.placement, granted.rank
        costs[PREFERENCES] = found.value - bare.value(placement)
    return Proposal(
        placement=placement,
        value=bare.value(placement),
        bound=max(plain.bound, bare.value(placement)),
        solution=found,
        plain=plain,
        expected=expected,
        drawn=float(totals.mean()),
        costs=costs,
        wished=wished,
        shares=shares(bare, plain.placement, placement, expected, groups or {}),
        explanations=explain(found.problem, placement, found.prices, wished=wished),
        scarce=scarcest(bare, placement, found.prices),
    )
