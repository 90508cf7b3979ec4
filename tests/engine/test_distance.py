import pytest

from kesher.engine.distance import EARTH_RADIUS, kilometres


def test_a_quarter_of_the_way_round_and_back() -> None:
    quarter = 3.141592653589793 * EARTH_RADIUS / 2
    assert kilometres(0, 0, [90, 0, 0, 0], [0, 90, 180, 0]) == pytest.approx([quarter, quarter, 2 * quarter, 0])
