"""Households to places: as good as can be proven, with who loses by it and why everybody is where they are.

    round_ = problem(prospects, needs, hard, soft=soft, services=["persons", "school seats"])
    proposal = propose(round_, np.random.default_rng(0), options=Options(no_harm=0.5), groups={"size": sizes})

:func:`problem` checks the arrays and documents them; :func:`solve` finds one placement with its bound; :func:`propose`
adds what a person needs to decide. :func:`place_arrivals` places families that come one by one. Where prospects are to
be reckoned: :mod:`kesher.engine.placement.prospects`. Formulas and sources: docs/models/placement.md.
"""

from kesher.engine.placement.chance import Share, lottery, random_placements, shares, worse_off
from kesher.engine.placement.explaining import Explanation, Reason, Scarcity, explain, scarcest
from kesher.engine.placement.model import UNPLACED, PlacementError, Problem, problem, usual_soft_price
from kesher.engine.placement.online import future_prices, place_arrivals
from kesher.engine.placement.proposing import Options, Proposal, propose
from kesher.engine.placement.protected import ProtectedInput, household_prospects, is_protected, refuse_protected
from kesher.engine.placement.rounding import greedy
from kesher.engine.placement.solving import Solution, solve
from kesher.engine.placement.wishes import Granted, grant

__all__ = [
    "UNPLACED",
    "Explanation",
    "Granted",
    "Options",
    "PlacementError",
    "Problem",
    "Proposal",
    "ProtectedInput",
    "Reason",
    "Scarcity",
    "Share",
    "Solution",
    "explain",
    "future_prices",
    "grant",
    "greedy",
    "household_prospects",
    "is_protected",
    "lottery",
    "place_arrivals",
    "problem",
    "propose",
    "random_placements",
    "refuse_protected",
    "scarcest",
    "shares",
    "solve",
    "usual_soft_price",
    "worse_off",
]
