"""The number of moves we find agrees with *Mapping Career Causeways* (Nesta 2020): the bar of benchmarks/pathways.py.

Held by the half of the occupations that nothing was tuned on. Data in KESHER_SHARED, data/esco and data/esco_transitions_mcc.
"""

import numpy as np
import pytest
from benchmarks.pathways import BAR, Reference, correlation, counts, taxonomy

from kesher.engine.pathways import Nearness
from kesher.words.pathways import from_esco
from tests.shared import shared

pytestmark = pytest.mark.conformance


def test_viable_moves_agree_with_the_reference_and_more_than_the_number_of_skills_does():
    shared("data/esco/esco-v1.1.1-relations.zip"), shared("data/esco_transitions_mcc")
    graph = from_esco(taxonomy()).graph
    reference = Reference(graph)
    assert (reference.rows, len(reference.at)) == (1627, 1626)
    assert not set(reference.tuned) & set(reference.held)
    ours, _ = counts(graph, reference.facts(graph), reference, Nearness())
    found = correlation(ours, reference.highly, reference.held)
    plain = correlation(np.diff(graph.starts)[reference.at], reference.highly, reference.held)
    assert found >= BAR
    assert found > plain
    assert found == pytest.approx(0.877, abs=0.01)  # docs/models/pathways.md says so
