"""People and vacancies: who may be proposed what, how good it would be for both, and why.

    matched = market(people, vacancies, skills=Skills(names, broader, vectors))
    best = matched.top(20)                                  # exact, by P × Q, limits first
    lists = spread(pool, own, mutual, matched.places, knob=0.5)   # prices on crowded vacancies
    explain(matched, person, lists.vacancies[person])       # why, what is missing, what would change it

Read in this order: ``model`` (records, and what empty means), ``limits`` (named, yes / unknown / no), ``parts`` and
``weights.toml`` (P and Q), ``nearest`` (the best k, exactly), ``spreading`` (prices), ``exposure`` (a floor that only raises),
``explaining``. Formulas, sources and limits: docs/models/matching.md.
"""

from kesher.engine.matching.assigning import Fair, assign
from kesher.engine.matching.audit import Exposure, exposure_by_group
from kesher.engine.matching.candidates import candidates
from kesher.engine.matching.contesting import digest_of, digest_of_list, digest_of_market
from kesher.engine.matching.explaining import (
    Explanation,
    Reach,
    explain,
    explain_candidates,
    what_would_open,
    what_would_widen,
)
from kesher.engine.matching.exposure import Raised, candidates_of_pools, exposures, raise_exposure
from kesher.engine.matching.limits import Change, Limits
from kesher.engine.matching.market import LIMITS, Market, market
from kesher.engine.matching.model import MatchingError, Person, Vacancy, Verdict
from kesher.engine.matching.nearest import Best, top, top_in_parts
from kesher.engine.matching.nearness import Skills
from kesher.engine.matching.protected import SensitiveInput, refuse_sensitive, sensitive_attribute
from kesher.engine.matching.spreading import Spread, Tradeoff, candidate_lists, expected_matches, spread, tradeoff
from kesher.engine.matching.travel import TravelTable, crow_flies
from kesher.engine.matching.weights import Weights, usual_weights, weights_of

__all__ = [
    "LIMITS",
    "Best",
    "Change",
    "Explanation",
    "Exposure",
    "Fair",
    "Limits",
    "Market",
    "MatchingError",
    "Person",
    "Raised",
    "Reach",
    "SensitiveInput",
    "Skills",
    "Spread",
    "Tradeoff",
    "TravelTable",
    "Vacancy",
    "Verdict",
    "Weights",
    "assign",
    "candidate_lists",
    "candidates",
    "candidates_of_pools",
    "crow_flies",
    "digest_of",
    "digest_of_list",
    "digest_of_market",
    "expected_matches",
    "explain",
    "explain_candidates",
    "exposure_by_group",
    "exposures",
    "market",
    "raise_exposure",
    "refuse_sensitive",
    "sensitive_attribute",
    "spread",
    "top",
    "top_in_parts",
    "tradeoff",
    "usual_weights",
    "weights_of",
    "what_would_open",
    "what_would_widen",
]
