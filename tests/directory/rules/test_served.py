"""An area holds whoever lives in it or in a part of it; who named a wider place only is not turned away."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.directory.served import AREA, asks_for, fact_of, living_in, path_of, widest
from kesher.engine.eligibility import Verdict, facts_in, validate, verdict

PATHS = st.lists(st.sampled_from("123"), min_size=1, max_size=4).map(lambda parts: "il.1/" + "/".join(parts) + "/")


def says(served: list[str], lives: str | None) -> Verdict:
    when = asks_for(widest(served))
    known = living_in(lives, facts_in(when)) if lives else {}
    return verdict(when, {AREA: known} if known else {})


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PATHS, min_size=1, max_size=5), PATHS)
def test_inside_outside_and_not_known_as_the_map_says(served: list[str], lives: str) -> None:
    inside = any(lives.startswith(path) for path in served)
    perhaps = any(path.startswith(lives) for path in served)
    expected = Verdict.YES if inside else Verdict.UNKNOWN if perhaps else Verdict.NO
    assert says(served, lives) is expected
    assert says(served, None) is Verdict.UNKNOWN


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(PATHS, min_size=1, max_size=5))
def test_what_lies_in_another_is_left_out_and_nothing_else(paths: list[str]) -> None:
    kept = widest(paths)
    assert set(kept) <= set(paths)
    assert all(any(path.startswith(one) for one in kept) for path in paths)
    assert not any(one != other and one.startswith(other) for one in kept for other in kept)
    assert [path_of(fact_of(path)) for path in kept] == list(kept)
    assert not validate(asks_for(kept))


def test_no_area_asks_for_nothing() -> None:
    assert asks_for(()) is None
    assert path_of("age") == path_of("areas.x") == ""
