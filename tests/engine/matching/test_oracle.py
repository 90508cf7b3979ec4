"""Arrays against one pair at a time: limits, parts, ranks and the best k of many."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.engine.matching import Best, candidates, explain, market, top, top_in_parts
from kesher.engine.matching.limits import Limits, Ordinal
from kesher.engine.matching.nearest import best_of
from kesher.engine.matching.parts import InnerProduct
from kesher.engine.scale import InProcess
from tests.engine.matching import naive
from tests.engine.matching.drawing import SKILLS, markets


@settings(max_examples=150, deadline=None)
@given(markets())
def test_limits_and_parts_are_those_of_the_naive_loop(drawn):
    people, vacancies = drawn
    matched = market(people, vacancies, skills=SKILLS)
    rows, cols = np.arange(len(people))[:, None], np.arange(len(vacancies))[None, :]
    verdicts = matched.limits.verdicts(rows, cols)
    sides = [side.values(rows, cols) for side in (matched.scores.gain, matched.scores.fit)]
    said = matched.scores.gain.said(rows, cols) | matched.scores.fit.said(rows, cols)
    for row, person in enumerate(matched.people):
        for col, vacancy in enumerate(matched.vacancies):
            expected = naive.verdicts(person, vacancy)
            assert {name: verdicts[at, row, col] for at, name in enumerate(matched.limits.names)} == expected
            parts = naive.parts(person, vacancy)
            for name in parts:
                assert said[name][row, col] == pytest.approx(parts[name], abs=2e-5, nan_ok=True), name
            assert [side[row, col] for side in sides] == pytest.approx(naive.sides(person, vacancy), abs=2e-5)


@settings(max_examples=150, deadline=None)
@given(markets(), st.integers(1, 4), st.booleans())
def test_lists_are_those_of_the_naive_double_loop(drawn, k, unknown):
    people, vacancies = drawn
    matched = market(people, vacancies, skills=SKILLS)
    best = matched.top(k, unknown=unknown, threads=1)
    for row, person in enumerate(matched.people):
        expected = naive.ranked(person, list(matched.vacancies), unknown=unknown)
        assert best.passing[row] == len(expected)
        shown = [int(one) for one in best.vacancies[row] if one >= 0]
        assert len(shown) == min(k, len(expected))
        assert best.scores[row, : len(shown)] == pytest.approx([score for score, _ in expected[:k]], abs=2e-5)
        exact = {identity: score for score, identity in expected}
        assert [exact[matched.vacancies[one].id] for one in shown] == pytest.approx(
            [score for score, _ in expected[:k]], abs=2e-5
        )


@settings(max_examples=100, deadline=None)
@given(markets())
def test_both_directions_say_the_same_of_a_pair(drawn):
    matched = market(*drawn, skills=SKILLS)
    everything = matched.top(len(matched.vacancies), threads=1)
    for col in range(len(matched.vacancies)):
        found, scores = candidates(matched, col, k=len(matched.people))
        assert {int(row) for row in found} == {row for row, list_ in enumerate(everything.vacancies) if col in list_}
        for row, score in zip(found, scores, strict=True):
            at = int(np.flatnonzero(everything.vacancies[row] == col)[0])
            assert everything.scores[row, at] == pytest.approx(float(score), abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(markets())
def test_explanations_add_up_to_the_score(drawn):
    matched = market(*drawn, skills=SKILLS)
    least = matched.weights.scale["least"]
    for row, person in enumerate(matched.people):
        for said in explain(matched, row, np.arange(len(matched.vacancies))):
            vacancy = next(one for one in matched.vacancies if one.id == said.vacancy)
            gain, fit = (least + sum(part.adds for part in said.parts if part.side == side) for side in ("gain", "fit"))
            assert (said.gain, said.fit) == pytest.approx((gain, fit), abs=1e-5)
            assert said.score == pytest.approx(gain * fit, abs=1e-5)
            assert said.gain <= said.gain_at_most + 1e-6
            assert said.fit <= said.fit_at_most + 1e-6
            expected = naive.verdicts(person, vacancy)
            assert said.verdict == min(expected.values())
            worst = {}
            for change in said.changes:
                worst[change.limit] = min(change.verdict, worst.get(change.limit, change.verdict))
            assert worst == {name: verdict for name, verdict in expected.items() if verdict != naive.YES}


def _vectors(rng, people, vacancies, width=8):
    return InnerProduct(
        rng.normal(size=(people, width)).astype(np.float32), rng.normal(size=(vacancies, width)).astype(np.float32)
    )


def _passing(rng, people, vacancies, share):
    """A limit that lets about a share pass."""
    return Limits((Ordinal("pay", rng.random(people) + (1 - 2 * share), rng.random(vacancies), True),))


@pytest.mark.parametrize("share", [0.002, 0.03, 0.3, 0.95])
@pytest.mark.parametrize("vacancies", [1, 37, 3_001])
def test_the_best_of_many_is_that_of_a_sort(share, vacancies):
    rng = np.random.default_rng(7)
    people, k = 150, 20
    scorer, limits = _vectors(rng, people, vacancies), _passing(rng, people, vacancies, share)
    best = top(scorer, limits, people, vacancies, k=k, threads=2)
    whole = scorer.people @ scorer.vacancies.T
    allowed = limits.all[0].fact[None, :] >= limits.all[0].limit[:, None]
    for row in range(people):
        inside = np.flatnonzero(allowed[row])
        expected = np.sort(whole[row, inside])[::-1][:k]
        shown = best.vacancies[row][best.vacancies[row] >= 0]
        assert best.passing[row] == inside.size
        assert set(shown) <= set(inside)
        assert len(set(shown)) == len(shown) == len(expected)
        assert whole[row, shown] == pytest.approx(expected, abs=1e-5)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 9), st.integers(1, 700), st.integers(1, 6), st.integers(1, 30))
def test_the_best_of_rows_with_many_ties_come_in_the_order_of_columns(seed, rows, columns, different, k):
    rng = np.random.default_rng(seed)
    scores = rng.integers(0, different, (rows, columns)).astype(np.float32)
    scores[rng.random((rows, columns)) < 0.3] = -np.inf
    numbers, best = best_of(scores, k)
    for row in range(rows):
        order = sorted(range(columns), key=lambda at: (-scores[row, at], at))
        expected = [at for at in order if scores[row, at] > -np.inf][:k]
        assert [int(at) for at in numbers[row] if at >= 0] == expected
        assert best[row, : len(expected)].tolist() == [scores[row, at] for at in expected]


def test_parts_of_the_people_give_the_same_as_all_at_once():
    rng = np.random.default_rng(3)
    scorer, limits = _vectors(rng, 203, 900), _passing(rng, 203, 900, 0.2)
    whole = top(scorer, limits, 203, 900, threads=1)
    for parts in (1, 2, 7, 500):
        cut = top_in_parts(scorer, limits, 203, 900, executor=InProcess(), parts=parts)
        assert (cut.vacancies == whole.vacancies).all()
        assert (cut.passing == whole.passing).all()


def test_nobody_and_nothing_are_answered():
    assert market([], []).top().vacancies.shape == (0, 20)
    one = market([naive.Person("a")], []).top(3)
    assert isinstance(one, Best)
    assert (one.vacancies == -1).all()
