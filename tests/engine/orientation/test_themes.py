"""Themes by meaning: pieces, chances, agreement, and the training."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kesher.engine.orientation.themes import (
    AT_A_TIME,
    KEPT,
    MOST_PIECES,
    NOTHING,
    POINTS,
    STEPS,
    Offers,
    Question,
    ThemeModel,
    agreement,
    asked,
    centred,
    in_small_letters,
    in_steps,
    kept,
    middle,
    nearness,
    offered,
    pieces_of_question,
    pieces_of_service,
    train,
    train_places,
    weighed,
)

LEARNT = {
    "names": {"name": "test", "encoder": "five dimensions"},
    "mean": np.full(5, 0.2, np.float32),
    "projection": np.eye(5, POINTS, dtype=np.float32),
}
texts = st.text(alphabet=st.sampled_from("ab כא, .;\n'"), max_size=400)


def distributions(count: int) -> st.SearchStrategy[list[list[float]]]:
    row = st.lists(st.floats(0, 1), min_size=12, max_size=12).filter(lambda one: sum(one) > 0.1)
    return st.lists(row, min_size=count, max_size=count)


def as_chances(rows: list[list[float]]) -> np.ndarray:
    chances = np.array(rows, np.float32)
    return chances / chances.sum(axis=1, keepdims=True)


@given(texts)
def test_the_whole_comes_first_and_pieces_are_few(text: str) -> None:
    pieces = pieces_of_question(text)
    assert pieces[:1] == ([" ".join(text.split())] if text.split() else [])
    assert len(pieces) == len(set(pieces)) <= 1 + MOST_PIECES
    assert all(piece.strip() for piece in pieces)


def test_two_wishes_are_pieces_and_a_long_one_is_looked_at_in_windows() -> None:
    assert pieces_of_question("a course, a nursery") == ["a course, a nursery", "a course", "a nursery"]
    long = pieces_of_question("we came two weeks ago and know nothing about school or doctors")
    assert "we came two weeks ago and know" in long


def test_a_service_is_read_whole_then_by_its_parts() -> None:
    assert pieces_of_service("Soup kitchen", "") == ["Soup kitchen", "Soup kitchen"]
    description = " ".join(f"Sentence number {n} says a little more of what is given here." for n in range(40))
    pieces = pieces_of_service("Soup kitchen", description)
    assert pieces[0].startswith("Soup kitchen. Sentence number 0")
    assert max(map(len, pieces)) <= 350
    assert len(pieces) == 2 + 6


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("EMPLOYMENT SERVICES, 24/7", "employment services, 24/7"),
        ("ÉCOLE ДОМ", "école дом"),
        ("HIV clinic", "HIV clinic"),
        ("ילד עם ADHD", "ילד עם ADHD"),  # one word in capitals among letters that have none
        ("ልጄ ADHD", "ልጄ ADHD"),
        ("305-555-0100", "305-555-0100"),
        ("", ""),
    ],
)
def test_what_is_written_in_capitals_throughout_is_read_in_small_letters(written: str, read: str) -> None:
    assert in_small_letters(written) == read
    assert pieces_of_question(written)[:1] == ([read] if read else [])
    assert pieces_of_service(written or "A", "It helps.")[0] == f"{read or 'a'}. It helps."


@given(distributions(1), st.lists(st.floats(0.05, 20), min_size=12, max_size=12), st.floats(0.01, 1))
def test_weighing_keeps_the_sum_and_the_odds_among_what_weighs_alike(
    rows: list[list[float]], weights: list[float], asked_at_all: float
) -> None:
    chances = as_chances(rows)[0] * np.float32(asked_at_all)
    found = weighed(chances, np.array(weights, np.float32))
    assert found.sum() == pytest.approx(chances.sum(), rel=1e-4)
    # Bayes: odds after are odds before times the ratio of the weights
    for one, other in ((0, 1), (3, 7)):
        assert found[one] * chances[other] * weights[other] == pytest.approx(
            found[other] * chances[one] * weights[one], rel=1e-3, abs=1e-6
        )


def test_weighing_nothing_finds_nothing() -> None:
    assert weighed(np.zeros(3, np.float32), np.ones(3, np.float32)).tolist() == [0, 0, 0]


@given(distributions(4))
def test_what_is_asked_and_offered_stays_between_its_pieces(rows: list[list[float]]) -> None:
    chances = as_chances(rows)
    for found in (asked(chances), offered(chances)):
        assert (found <= chances.max(axis=0) + 1e-6).all()
        assert (found >= 0).all()


def asking(chances: np.ndarray) -> Question:
    return Question(chances, np.zeros(POINTS, np.float32))


def offering(services: Sequence[np.ndarray]) -> Offers:
    numbers, roots = zip(*map(kept, services), strict=True)
    return Offers(np.stack(numbers), np.stack(roots), np.zeros((len(services), POINTS), np.int8))


@given(distributions(3))
def test_agreement_is_bhattacharyyas_over_what_is_kept(rows: list[list[float]]) -> None:
    question, *services = as_chances(rows)
    found = agreement(asking(question), offering(services))
    for service, value in zip(services, found, strict=True):
        best = sorted(range(12), key=lambda theme: (-service[theme], theme))[:KEPT]
        assert value == pytest.approx(sum((question[theme] * service[theme]) ** 0.5 for theme in best), abs=1e-5)
        assert 0 <= value <= 1 + 1e-5


def test_agreement_is_full_with_the_same_themes_and_none_with_others() -> None:
    same, other = np.zeros(12, np.float32), np.zeros(12, np.float32)
    same[[2, 5]], other[[3, 4]] = 0.5, 0.5
    assert agreement(asking(same), offering([same, other])) == pytest.approx([1, 0], abs=1e-6)


def clouds(seed: int) -> tuple[np.ndarray, list[list[str]]]:
    """Vectors around three directions, each a theme; those between the first two speak of both."""
    draw = np.random.default_rng(seed)
    centres = np.eye(3, 5, dtype=np.float32)
    of = draw.integers(0, 4, 200)
    aim = np.stack([centres[0] + centres[1] if one == 3 else centres[one] for one in of])
    themes = [["a", "b"] if one == 3 else ["abc"[one]] for one in of]
    return (aim + draw.normal(0, 0.1, aim.shape)).astype(np.float32), themes


def test_it_learns_themes_and_both_of_what_speaks_of_both() -> None:
    vectors, themes = clouds(1)
    model = train(vectors, themes, [1.0] * len(vectors), **LEARNT)
    fresh, truth = clouds(2)
    chances = model.chances(fresh)
    assert chances.sum(axis=1) == pytest.approx(1, abs=1e-5)
    likeliest = [model.codes[place] for place in chances.argmax(axis=1)]
    assert np.mean([one in right for one, right in zip(likeliest, truth, strict=True)]) > 0.95
    both = chances[[len(right) == 2 for right in truth]][:, :2]
    assert both.min() > 0.2


def test_what_speaks_of_nothing_leaves_no_chance_to_any_theme() -> None:
    vectors, themes = clouds(4)
    model = train(
        vectors,
        [[NOTHING if one == "c" else one for one in some] for some in themes],
        [1.0] * len(vectors),
        **LEARNT,
    )
    assert model.codes == ("a", "b")
    rest = 1 - model.chances(vectors).sum(axis=1)
    nothing = np.array([some == ["c"] for some in themes])
    assert rest[nothing].min() > 0.5 > rest[~nothing].max()


def test_equal_data_give_an_equal_model_to_the_bit() -> None:
    vectors, themes = clouds(3)
    one, other = (train(vectors, themes, [1.0] * len(vectors), **LEARNT, rounds=40) for _ in range(2))
    assert one.matrix.tobytes() == other.matrix.tobytes()
    assert one.codes == other.codes == ("a", "b", "c")


def test_the_length_of_a_vector_says_nothing() -> None:
    model = ThemeModel(
        "test",
        "test",
        ("a", "b"),
        np.zeros(2, np.float32),
        np.eye(2, dtype=np.float32),
        np.zeros(2, np.float32),
        np.eye(2, POINTS, dtype=np.float32),
    )
    assert model.chances(np.array([[3.0, 4.0]], np.float32)) == pytest.approx(
        model.chances(np.array([[0.3, 0.4]], np.float32))
    )


def said_of(seed: int, *, count: int = 150, wide: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Services, and two sayings of each that share twenty hidden directions with it; the loudest eighty are noise."""
    draw = np.random.default_rng(seed)
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(wide, wide)))[0].astype(np.float32)
    hidden = draw.normal(size=(count, 1, 20)).repeat(3, axis=1)
    loud, quiet = 2 * draw.normal(size=(count, 3, 80)), 0.1 * draw.normal(size=(count, 3, wide - 100))
    texts = np.concatenate((loud, hidden, quiet), axis=2).astype(np.float32) @ axes
    vectors = centred(texts.reshape(-1, wide), np.zeros(wide, np.float32)).reshape(count, 3, wide)
    return vectors[:, 0], vectors[:, 1:]


def rank(projection: np.ndarray, services: np.ndarray, sayings: np.ndarray) -> float:
    """Mean reciprocal rank of the service that each first saying is of."""
    here, there = sayings[:, 0] @ projection, services @ projection
    near = (here / np.linalg.norm(here, axis=1, keepdims=True)) @ (
        there / np.linalg.norm(there, axis=1, keepdims=True)
    ).T
    return float((1 / (near >= np.diag(near)[:, None]).sum(axis=1)).mean())


def test_places_are_learnt_from_services_with_what_is_said_of_them() -> None:
    """Also for services and sayings that it has not seen."""
    services, sayings = said_of(1)
    before = train_places(services, sayings, rounds=0)
    assert before.shape == (200, POINTS)
    assert before.T @ before == pytest.approx(np.eye(POINTS), abs=1e-4)
    learnt = train_places(services, sayings)
    fresh = said_of(2)
    assert rank(learnt, *fresh) > 1.5 * rank(before, *fresh)
    assert learnt.tobytes() == train_places(services, sayings).tobytes()


def test_places_follow_the_slope_of_what_is_to_be_least() -> None:
    """The first step goes against the slope of InfoNCE, which is worked out here by differences."""
    services, sayings = said_of(3, count=12)

    def loss(projection: np.ndarray) -> float:
        said = sayings.reshape(-1, 200)[1:2].astype(float) @ projection  # the first step takes the second of them
        there = services.astype(float) @ projection
        near = (said / np.linalg.norm(said)) @ (there / np.linalg.norm(there, axis=1, keepdims=True)).T / 0.05
        return float(np.log(np.exp(near).sum()) - near[0, 0])

    begin = train_places(services, sayings, rounds=0).astype(float)
    # after the second of two rounds the step is 0 long
    after = train_places(services, sayings, rounds=2, parts=24, rate=1e-4, temperature=0.05)
    draw = np.random.default_rng(4)
    for row, column in zip(draw.integers(0, 200, 20), draw.integers(0, POINTS, 20), strict=True):
        little = np.zeros_like(begin)
        little[row, column] = 1e-6
        slope = (loss(begin + little) - loss(begin - little)) / 2e-6
        step = float(after[row, column] - begin[row, column])
        assert abs(slope) < 1e-6 or step * slope <= 0


def places(count: int) -> np.ndarray:
    drawn = np.random.default_rng(7).normal(size=(count, POINTS)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_nearness_is_the_cosine_and_the_steps_it_is_kept_in_change_little() -> None:
    question, *services = places(41)
    offers = Offers.none(40)
    offers.places[:] = np.stack([in_steps(place) for place in services])
    found = nearness(Question(np.zeros(3, np.float32), question), offers)
    assert found == pytest.approx(np.stack(services) @ question, abs=0.01)


@pytest.mark.parametrize("count", [0, 1, 2, AT_A_TIME - 1, AT_A_TIME, AT_A_TIME + 1, 2 * AT_A_TIME + 5])
def test_nearness_some_at_a_time_is_that_of_all_as_float32(count: int) -> None:
    question, *services = places(count + 1)
    offers = Offers.none(count)
    offers.places[:] = in_steps(np.array(services, np.float32).reshape(-1, POINTS))
    whole = (offers.places.astype(np.float64) / STEPS) @ question.astype(np.float64)
    found = nearness(Question(np.zeros(3, np.float32), question), offers)
    assert found.shape == (count,)
    assert found == pytest.approx(whole, abs=1e-6)
    assert (np.diff(whole[np.argsort(found)]) >= -2e-6).all(), "in another order"


def test_a_text_stands_between_the_whole_and_its_parts() -> None:
    whole, *parts = places(4)
    found = middle(np.stack([whole, *parts]))
    assert np.linalg.norm(found) == pytest.approx(1)
    assert found @ whole > 0.5
    assert all(found @ part > 0.1 for part in parts)
    assert middle(whole[None]) == pytest.approx(whole, abs=1e-6)


def test_some_and_others_are_all_in_their_order() -> None:
    offers = Offers.none(5)
    offers.themes[:] = np.arange(5)[:, None]
    offers.places[:] = in_steps(places(5))
    odd = np.arange(5) % 2 == 1
    again = offers.at(odd).and_then(offers.at(~odd))
    assert again.themes[:, 0].tolist() == [1, 3, 0, 2, 4]
    assert (again.places[0] == offers.places[1]).all()
    assert again.roots.shape == (5, KEPT)
