"""Labour-market indicators of a place: arrays in, figures with their uncertainty out, and what each figure is.

registry()                                        one declaration per indicator: question, formula, caveat, what it was
checked against rates.wilson(part, whole)                         a share with its interval
tightness.tightness(vacancies, unemployed)        θ, and UWV's five classes shortage.agreement([uwv, dares, ba, oecd,
panel]) several methods side by side, and Kendall's τ inequality.theil_decomposition(values, districts, people)
small_area.fay_herriot(direct, variance, predictors) disclosure.suppressed(counts, sums)               what to hide so
that nobody can be read out, with the audit
"""

from kesher.engine.indicators.arrays import IndicatorError
from kesher.engine.indicators.declaring import (
    Check,
    Direction,
    Family,
    Indicator,
    Registry,
    Standing,
    Uncertainty,
    registry,
)
from kesher.engine.indicators.rates import Estimate

__all__ = [
    "Check",
    "Direction",
    "Estimate",
    "Family",
    "Indicator",
    "IndicatorError",
    "Registry",
    "Standing",
    "Uncertainty",
    "registry",
]
