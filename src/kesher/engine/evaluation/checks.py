"""The compulsory checks. Each returns a :class:`Check`: what was looked at, how it came out, the figures.

Limits are fixed here, before any data are seen, and told in docs/models/evaluation.md.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from scipy import stats
from sklearn.linear_model import LogisticRegression

from kesher.engine.evaluation.regression import independent, least_squares, with_constant
from kesher.engine.evaluation.values import Check, Design, Effect, Figure, Floats, State

#: Standardised difference from which a regression is not to be trusted (Imbens and Rubin 2015, chapter 14) …
UNBALANCED = 0.25
#: … and that which weights must get below.
BALANCED_BY_WEIGHTS = 0.1
#: A lot is doubted when so uneven arms would come up less often than this.
LOT_DOUBTED = 0.01
ALPHA = 0.05
#: Attrition: a difference in missing outcomes of so much, beyond chance, or so many missing in all, fails.
ATTRITION_APART, ATTRITION_ALL = 0.05, 0.4
#: Share of those who took part whose chance of it none of the others reaches, from which overlap fails …
OUT_OF_REACH = 0.1
#: … and the number of equal persons that the weighted others are worth below which it does.
LEAST_WORTH = 30.0


def standardised_differences(covariates: Floats, treatment: Floats, weights: Floats | None = None) -> Floats:
    """Difference of means over the spread among those who took part and those who did not, pooled, by column (k,)."""
    took = treatment == 1
    others = None if weights is None else weights[~took]
    gap = covariates[took].mean(axis=0) - np.average(covariates[~took], axis=0, weights=others)
    spread = np.sqrt((covariates[took].var(axis=0, ddof=1) + covariates[~took].var(axis=0, ddof=1)) / 2)
    return np.asarray(np.divide(gap, spread, out=np.where(gap == 0, 0.0, np.inf), where=spread > 0), dtype=np.float64)


def balance(
    design: Design, treatment: Floats, covariates: Floats, names: Sequence[str], weights: Floats | None = None
) -> Check:
    """Are the two groups alike in what was known before? For a lot: would a fair one give such a difference?"""
    if covariates.shape[1] == 0:
        return Check(
            "balance", State.NOT_RUN, "No covariates were given, so nothing is known of how alike the groups are."
        )
    before = standardised_differences(covariates, treatment)
    worst = int(np.abs(before).argmax())
    figures: dict[str, Figure] = {
        "largest_before": float(before[worst]),
        "largest_before_is": names[worst],
        "differences_before": {name: float(one) for name, one in zip(names, before, strict=True)},
    }
    if design in (Design.RCT, Design.IV):
        p = _lot_p(treatment, covariates)
        figures["p"] = p
        state = State.PASSED if p >= LOT_DOUBTED else State.FAILED
        said = (
            f"A fair lot gives groups at least so unlike in {100 * p:.2g} of 100 draws; "
            f"the largest difference is in {names[worst]} ({before[worst]:+.2f} standard deviations)."
        )
        return Check("balance", state, said, figures)
    if weights is not None:
        after = standardised_differences(covariates, treatment, weights)
        worst = int(np.abs(after).argmax())
        limit = BALANCED_BY_WEIGHTS if design is Design.ENTROPY_BALANCING else UNBALANCED
        figures |= {"largest_after": float(after[worst]), "largest_after_is": names[worst]}
        state = State.PASSED if abs(after[worst]) <= limit else State.FAILED
        said = f"After weighting the largest difference is in {names[worst]}: {after[worst]:+.2f} standard deviations."
        return Check("balance", state, said, figures)
    state = State.PASSED if abs(before[worst]) <= UNBALANCED else State.FAILED
    said = (
        f"The largest difference is in {names[worst]}: {before[worst]:+.2f} standard deviations; beyond "
        f"±{UNBALANCED} a straight line cannot be trusted to make up for it."
    )
    return Check("balance", state, said, figures)


def _lot_p(treatment: Floats, covariates: Floats) -> float:
    """Joint robust test that no covariate says who took part (Wald, F)."""
    kept = covariates[:, independent(covariates)]
    if kept.shape[1] == 0 or len(treatment) <= kept.shape[1] + 1:
        return 1.0
    fit = least_squares(treatment, with_constant(kept))
    slopes, covariance = fit.coefficients[1:], fit.covariance[1:, 1:]
    wald = float(slopes @ np.linalg.pinv(covariance) @ slopes) / len(slopes)
    return float(stats.f.sf(wald, len(slopes), fit.df))


def overlap(treatment: Floats, covariates: Floats, weights: Floats | None = None) -> Check:
    """Is there, for each who took part, somebody who did not with a like chance of it?

    Chances by logistic regression on standardised covariates. Weights default to the odds, which make the others
    resemble those who took part; the number of equal persons they are worth is (Σw)² / Σw² (Kish).
    """
    if covariates.shape[1] == 0:
        return Check("overlap", State.NOT_RUN, "No covariates were given, so the chance of taking part is not known.")
    took = treatment == 1
    spread = covariates.std(axis=0)
    scaled = (covariates - covariates.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=100.0, max_iter=2000).fit(scaled, took)
    chance = model.predict_proba(scaled)[:, 1]
    reach = float(chance[~took].max())
    outside = float((chance[took] > reach).mean())
    odds = chance[~took] / np.maximum(1 - chance[~took], 1e-9) if weights is None else weights[~took]
    worth = float(odds.sum() ** 2 / (odds**2).sum())
    failed = outside > OUT_OF_REACH or worth < min(LEAST_WORTH, float(took.sum()))
    said = (
        f"{100 * outside:.0f} of 100 who took part were likelier to than anybody who did not; "
        f"the {int((~took).sum())} others, made alike, are worth {worth:.0f}."
    )
    return Check("overlap", State.FAILED if failed else State.PASSED, said, {"out_of_reach": outside, "worth": worth})


def derived_from(column: Floats, other: Floats) -> bool:
    """True when ``column`` only repeats ``other``: the same up to scale, or a yes/no that a limit on ``other`` decides."""
    if np.ptp(column) == 0 or np.ptp(other) == 0:
        return False
    if abs(float(np.corrcoef(column, other)[0, 1])) > 0.999999:
        return True
    values = np.unique(column)
    if len(values) > 2:
        return False
    low, high = other[column == values[0]], other[column == values[1]]
    return bool(low.max() < high.min() or high.max() < low.min())


def placebo(found: Effect | None, name: str, dropped: Sequence[str] = ()) -> Check:
    """An "effect" on what happened before, or cannot have been touched, shows that the groups differ anyway."""
    if found is None:
        return Check(
            "placebo", State.NOT_RUN, "No placebo outcome was given: name one that the programme cannot have changed."
        )
    figures: dict[str, Figure] = {
        "outcome": name,
        "estimate": found.estimate,
        "se": found.se,
        "low": found.low,
        "high": found.high,
        "p": found.p,
        "left_out": list(dropped),
    }
    if found.p < ALPHA:
        said = (
            f"The same method finds an effect of {found.estimate:.4g} (standard error {found.se:.3g}) on {name}, "
            "which the programme cannot have changed: the groups differ for other reasons."
        )
        return Check("placebo", State.FAILED, said, figures)
    return Check("placebo", State.PASSED, f"No effect on {name}: {found.estimate:.4g} ± {found.se:.3g}.", figures)


def attrition(outcome: Floats, treatment: Floats) -> Check:
    """Whose outcome is not known (NaN), and is it the same in both groups? With Lee's bounds where it is not.

    Lee (2009, Review of Economic Studies 76): the group with more known outcomes is cut from above, then from below,
    until shares are equal; the effect on those always known lies between the two.
    """
    missing, took = np.isnan(outcome), treatment == 1
    shares = float(missing[took].mean()), float(missing[~took].mean())
    every = float(missing.mean())
    figures: dict[str, Figure] = {"missing": every, "missing_treated": shares[0], "missing_others": shares[1]}
    if not missing.any():
        return Check("attrition", State.PASSED, "Everybody's outcome is known.", figures)
    pooled = every * (1 - every) * (1 / took.sum() + 1 / (~took).sum())
    p = float(2 * stats.norm.sf(abs(shares[0] - shares[1]) / np.sqrt(pooled))) if pooled > 0 else 1.0
    low, high = lee_bounds(outcome, treatment)
    figures |= {"p": p, "lee_low": low, "lee_high": high}
    apart = abs(shares[0] - shares[1])
    failed = every > ATTRITION_ALL or (apart > ATTRITION_APART and p < ALPHA)
    said = (
        f"The outcome of {100 * shares[0]:.1f} of 100 who took part and {100 * shares[1]:.1f} of 100 who did not is not "
        f"known; if that is no chance, the effect lies between {low:.4g} and {high:.4g}."
    )
    state = State.FAILED if failed else State.PASSED if p >= ALPHA else State.WARNED
    return Check("attrition", state, said, figures)


def lee_bounds(outcome: Floats, treatment: Floats) -> tuple[float, float]:
    """The lowest and highest effect on those whose outcome is known in either group; NaN marks the unknown."""
    known, took = ~np.isnan(outcome), treatment == 1
    treated, others = np.sort(outcome[known & took]), np.sort(outcome[known & ~took])
    share = float(known[took].mean()), float(known[~took].mean())
    if min(share) == 0:
        return float("nan"), float("nan")
    more, less = (treated, others) if share[0] >= share[1] else (others, treated)
    keep = max(1, round(len(more) * min(share) / max(share)))
    bounds = float(more[:keep].mean() - less.mean()), float(more[-keep:].mean() - less.mean())
    return bounds if share[0] >= share[1] else (-bounds[1], -bounds[0])


def robustness_value(t: float, df: float, *, share: float = 1.0, alpha: float | None = None) -> float:
    """How much of what is left of treatment and outcome a hidden factor must explain to take ``share`` of the effect away.

    Cinelli and Hazlett (2020, Journal of the Royal Statistical Society B 82), equation 18: with f = share·|t|/√df, less
    the critical value over √(df - 1) where it should merely stop being significant,
    RV = ½ (√(f⁴ + 4f²) - f²).
    """
    f = share * abs(t) / np.sqrt(df)
    if alpha is not None:
        f = max(0.0, f - float(stats.t.ppf(1 - alpha / 2, df - 1)) / np.sqrt(df - 1))
    return float(0.5 * (np.sqrt(f**4 + 4 * f**2) - f**2))


def hidden_factor(outcome: Floats, treatment: Floats, covariates: Floats, names: Sequence[str]) -> Check:
    """How strong must a factor that was not measured be to undo the result, set beside the strongest that was?

    Measured by the regression on treatment and covariates, whatever the design. It fails where a hidden factor as
    strong as some covariate, in both what it says of treatment and of the outcome, would be enough.
    """
    kept = independent(covariates)
    if len(kept) == 0:
        return Check("sensitivity", State.NOT_RUN, "No covariates were given to measure a hidden factor by.")
    chosen = covariates[:, kept]
    fit = least_squares(outcome, with_constant(treatment, chosen))
    plain = _plain_t(outcome, with_constant(treatment, chosen))
    enough = robustness_value(float(plain[1]), fit.df, alpha=ALPHA)
    of_outcome = plain[2:] ** 2 / (plain[2:] ** 2 + fit.df)
    t_treatment = _plain_t(treatment, with_constant(chosen))[1:]
    of_treatment = t_treatment**2 / (t_treatment**2 + fit.df + 1)
    like = np.minimum(of_outcome, of_treatment)
    worst = int(like.argmax())
    strongest = names[int(kept[worst])]
    failed = enough <= like[worst]
    said = (
        f"A hidden factor that explains {100 * enough:.1f} % of what is left of both taking part and the outcome would "
        f"undo the result; the strongest one measured, {strongest}, explains {100 * like[worst]:.1f} %."
    )
    figures: dict[str, Figure] = {
        "robustness_value": robustness_value(float(plain[1]), fit.df),
        "robustness_value_significance": enough,
        "strongest": strongest,
        "strongest_of_outcome": float(of_outcome[worst]),
        "strongest_of_treatment": float(of_treatment[worst]),
    }
    return Check("sensitivity", State.FAILED if failed else State.PASSED, said, figures)


def _plain_t(outcome: Floats, design: Floats) -> Floats:
    """Classical t-values, which partial R² are made of."""
    bread = np.linalg.pinv(design.T @ design)
    coefficients = bread @ design.T @ outcome
    rest = outcome - design @ coefficients
    spread = float(rest @ rest) / (len(outcome) - design.shape[1])
    return np.asarray(coefficients / np.sqrt(np.maximum(spread * np.diag(bread), 1e-300)), dtype=np.float64)


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values (Holm 1979): the chance of one false alarm among all stays below what is read off."""
    order = np.argsort(p_values)
    adjusted = np.empty(len(p_values))
    running = 0.0
    for rank, place in enumerate(order):
        running = max(running, min(1.0, (len(p_values) - rank) * float(p_values[int(place)])))
        adjusted[place] = running
    return [float(one) for one in adjusted]


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values (Benjamini and Hochberg 1995): the expected share of false alarms among alarms."""
    count, order = len(p_values), np.argsort(p_values)
    raw = np.array([float(p_values[int(place)]) * count / (rank + 1) for rank, place in enumerate(order)])
    lowest = np.minimum(np.minimum.accumulate(raw[::-1])[::-1], 1.0)
    adjusted = np.empty(count)
    adjusted[order] = lowest
    assert all(one <= other + 1e-12 for one, other in pairwise(lowest))
    return [float(one) for one in adjusted]


def multiple_testing(found: Effect, tests: int) -> Check:
    """One of ``tests`` looks at the data: its p-value times their number (Bonferroni), at worst."""
    adjusted = min(1.0, found.p * tests)
    figures: dict[str, Figure] = {"tests": tests, "p": found.p, "p_adjusted": adjusted}
    lost = adjusted >= ALPHA > found.p
    said = (
        "One outcome was looked at."
        if tests == 1
        else f"One of {tests} outcomes or groups looked at: p = {found.p:.3g} counts as {adjusted:.3g}."
    )
    return Check("multiple_testing", State.FAILED if lost else State.PASSED, said, figures)
