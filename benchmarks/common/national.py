"""A made-up nation's placement round: families drawn from a real year's mix, places and services in proportion.

Families are drawn with replacement from HIAS FY2016 (``tests/engine/placement/hias.py``): their composition and how
their prospects differ from each other. A place multiplies them (bigger families gain more at good places, as in the
real data) and household and place fit each other by five hidden traits, so that who gains most differs from place to
place. Twelve language communities (Zipf) of which a place has some; one place in four cannot house six and more; one in
five has no help for single parents. Four services: persons, school seats (children), adult course seats (adults),
medical slots (15 % of families). Capacities are 1.10 × what is needed in all, spread by a log-normal and ± 17 % per
service.
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]

from tests.engine.placement.hias import load_hias

SERVICES = ("persons", "school seats", "course seats", "medical slots")
TRAITS, LANGUAGES = 5, 12
SPARE = 1.10


@dataclass(frozen=True)
class Nation:
    """``prospects`` (n, m) float32, NaN where not allowed; ``needs`` (n, 4); ``capacities`` (m, 4)."""

    prospects: NDArray[np.float32]
    needs: NDArray[np.float64]
    capacities: NDArray[np.float64]


def nation(households: int, places: int, *, seed: int = 0) -> Nation:
    """A round of so many households and places."""
    draw = np.random.default_rng(seed)
    real = load_hias()
    usable = np.flatnonzero(np.isfinite(real.prospects).any(axis=1) & (real.sizes > 0))
    known, persons = real.prospects[usable], real.persons[usable]
    by_family = np.nanmean(known, axis=1)
    by_place, mean = np.nanmean(known, axis=0), float(np.nanmean(known))
    spread = float(np.nanstd(known - by_family[:, None] - by_place + mean))
    family = draw.integers(0, usable.size, households)
    place = draw.choice(by_place - mean, places) + draw.normal(0, 0.02, places)
    prospects = (by_family[family][:, None] * (1 + place / mean)).astype(np.float32)
    household_traits = draw.normal(0, 1, (households, TRAITS)).astype(np.float32)
    place_traits = draw.normal(0, 1, (places, TRAITS)).astype(np.float32) / np.float32(np.sqrt(TRAITS))
    prospects += np.float32(0.8 * spread) * (household_traits @ place_traits.T)
    np.maximum(prospects, np.float32(0.01), out=prospects)
    who = persons[family]
    size = who.sum(axis=1)
    zipf = 1 / np.arange(1, LANGUAGES + 1)
    language = draw.choice(LANGUAGES, households, p=zipf / zipf.sum())
    spoken = draw.random((places, LANGUAGES)) < np.linspace(0.95, 0.35, LANGUAGES)
    common = draw.random(households) < 0.25
    houses_large, helps_single = draw.random(places) < 0.75, draw.random(places) < 0.8
    single = (who[:, 1] == 1) & (who[:, 0] >= 1)
    prospects[~(spoken[:, language].T | common[:, None])] = np.nan
    prospects[np.ix_(size >= 6, ~houses_large)] = np.nan
    prospects[np.ix_(single, ~helps_single)] = np.nan
    needs = np.stack([size, who[:, 0], who[:, 1], draw.random(households) < 0.15], axis=1).astype(np.float64)
    share = draw.lognormal(0, 0.8, places)
    share /= share.sum()
    capacities = np.floor(
        share[:, None] * needs.sum(axis=0) * SPARE * draw.uniform(0.85, 1.2, (places, needs.shape[1]))
    )
    return Nation(prospects, needs, capacities)
