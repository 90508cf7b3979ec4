"""Small rounds drawn by hypothesis: one to three services, every kind of constraint, alone and together."""

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kesher.engine.placement.model import Problem, problem


@st.composite
def rounds(draw: st.DrawFn, *, households: int = 8, places: int = 4, options: bool = True) -> Problem:
    """Up to so many households and places; capacities are often short, some prospects equal, some places impossible."""
    n, m, k = draw(st.integers(1, households)), draw(st.integers(1, places)), draw(st.integers(1, 3))
    prospects = draw(arrays(np.float64, (n, m), elements=st.integers(0, 40).map(lambda value: value / 20)))
    allowed = draw(arrays(np.bool_, (n, m), elements=st.sampled_from([True, True, True, False])))
    needs = draw(arrays(np.float64, (n, k), elements=st.sampled_from([0, 1, 1, 2, 3, 4, 5, 0.5])))
    hard = draw(arrays(np.float64, (m, k), elements=st.integers(0, 9).map(float)))
    soft, fixed, weights, lottery, no_harm = None, None, None, None, 0.0
    if options and draw(st.booleans()):
        soft = np.floor(hard * draw(arrays(np.float64, (m, k), elements=st.sampled_from([0.0, 0.5, 0.8, 1.0]))))
    if options and draw(st.booleans()):
        fixed = draw(arrays(np.int64, n, elements=st.sampled_from([-1, -1, -1, *range(m)])))
    if options and draw(st.booleans()):
        weights = draw(arrays(np.float64, n, elements=st.sampled_from([0.5, 1.0, 1.5, 2.0])))
    if options and draw(st.booleans()):
        lottery = draw(arrays(np.float64, n, elements=st.integers(0, 30).map(lambda value: value / 20)))
        no_harm = draw(st.sampled_from([0.25, 0.5, 2.0]))
    return problem(
        np.where(allowed, prospects, np.nan),
        needs,
        hard,
        soft=soft,
        fixed=fixed,
        weights=weights,
        lottery=lottery,
        no_harm=no_harm,
        soft_price=draw(st.sampled_from([0.0, 0.05, 0.3])) if soft is not None else None,
    )
