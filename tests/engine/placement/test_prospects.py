"""Prospects: rates pooled in part against the truth they were drawn from, and numbers that open to their parts."""

import numpy as np
import pytest

from kesher.engine.placement import PlacementError, ProtectedInput
from kesher.engine.placement.prospects import COEFFICIENTS, pooled_rates, prospects


@pytest.fixture(scope="module")
def drawn():
    """60 places, 8 groups: true rates, seekers from 2 to 2,000, vacancies by chance."""
    draw = np.random.default_rng(3)
    truth = draw.gamma(4.0, 0.5 / 4.0, (60, 8))
    seekers = np.floor(10 ** draw.uniform(0.3, 3.3, (60, 8)))
    return truth, draw.poisson(truth * seekers), seekers


def test_partly_pooled_rates_are_nearer_the_truth_than_either_extreme(drawn):
    truth, vacancies, seekers = drawn
    found = pooled_rates(vacancies, seekers)
    error = np.sqrt(((found.mean - truth) ** 2).mean())
    assert error < 0.9 * np.sqrt(((vacancies / seekers - truth) ** 2).mean())
    assert error < 0.9 * np.sqrt(((found.pooled - truth) ** 2).mean())


def test_the_interval_holds_what_it_says(drawn):
    truth, vacancies, seekers = drawn
    found = pooled_rates(vacancies, seekers, confidence=0.8)
    held = ((found.low <= truth) & (truth <= found.high)).mean()
    assert 0.72 <= held <= 0.88
    assert (found.low <= found.mean).all()
    assert (found.mean <= found.high).all()


def test_few_seekers_lean_on_all_places_and_many_on_their_own():
    vacancies, seekers = [[1], [500], [100]], [[1], [1000], [1000]]
    found = pooled_rates(vacancies, seekers)
    assert abs(found.mean[0, 0] - found.pooled[0]) < abs(found.mean[0, 0] - 1.0)
    assert found.mean[1, 0] == pytest.approx(0.5, abs=0.01)
    assert found.mean[2, 0] == pytest.approx(0.1, abs=0.01)


def test_a_number_opens_to_its_parts():
    rates = pooled_rates([[5, 40], [30, 10]], [[50, 50], [50, 50]])
    features = {"language": [[0.0, 1.0], [0.5, -0.5]], "rent": [1.0, -1.0]}
    found = prospects([[1.0, 0.0], [0.25, 0.75]], rates, features, base=0.4)
    again = found.base + sum(found.parts.values())
    np.testing.assert_allclose(found.mean, 1 / (1 + np.exp(-again)))
    np.testing.assert_allclose(found.parts["rent"], COEFFICIENTS["rent"] * np.array([[1, -1], [1, -1]]))
    np.testing.assert_allclose(found.parts["demand"][0], np.log(rates.mean[:, 0]))
    assert (found.low < found.mean).all()
    assert (found.mean < found.high).all()


@pytest.mark.parametrize("feature", ["religion", "share_of_same_nationality"])
def test_protected_features_are_refused(feature):
    rates = pooled_rates([[1], [2]], [[5], [5]])
    with pytest.raises(ProtectedInput):
        prospects([[1.0]], rates, {feature: [0.0, 1.0]}, coefficients={**COEFFICIENTS, feature: 1.0})


def test_what_cannot_be_is_refused_by_name():
    rates = pooled_rates([[1], [2]], [[5], [5]])
    with pytest.raises(PlacementError, match="'sunshine' has no coefficient"):
        prospects([[1.0]], rates, {"sunshine": [0.0, 1.0]})
    with pytest.raises(PlacementError, match="row 0 does not"):
        prospects([[0.5]], rates, {})
    with pytest.raises(PlacementError, match="group 0 has no seekers"):
        pooled_rates([[1], [2]], [[0], [0]])
