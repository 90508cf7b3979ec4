"""The town's figures beside the whole, which the receiver holds by name: nothing small follows from the two together."""

from collections import Counter
from datetime import UTC, datetime
from itertools import product
from uuid import UUID, uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.base.suppression import MINIMUM
from kesher.referrals import statistics
from kesher.referrals.statistics import COUNTS, FINISH, HELPED, REFUSE

NOW = datetime(2026, 11, 1, tzinfo=UTC)
TRAILS = ((), ((REFUSE, NOW, "no_capacity"),), ((REFUSE, NOW, "not_interested"),), ((FINISH, NOW, ""),))
KEY = (uuid4(), uuid4())
many = st.lists(st.sampled_from(range(len(TRAILS))), max_size=14)


def _line(counted: list[int], left: list[int]) -> tuple[statistics.Figures, statistics.Figures]:
    """The town's line, and the receiver's own."""
    keys = {uuid4(): kind for kind in (*counted, *left)}
    happened = {key: list(TRAILS[kind]) for key, kind in keys.items()}
    sent = dict.fromkeys(keys, (*KEY, NOW))
    mine, others = list(keys)[: len(counted)], list(keys)[len(counted) :]
    said = {key: {30: HELPED[kind]} for key, kind in keys.items()}
    town = statistics._line(KEY, mine, others, sent, happened, said, NOW)
    return town, statistics._line(KEY, [*mine, *others], [], sent, happened, said, NOW)


@settings(max_examples=150, deadline=None)
@given(many, many)
def test_no_small_difference_follows_from_the_town_s_and_the_whole(counted: list[int], left: list[int]) -> None:
    town, _own = _line(counted, left)
    cells = statistics._tally
    sent: dict[UUID, tuple[UUID, UUID, datetime]] = {}
    happened: dict[UUID, list[tuple[str, datetime, str]]] = {}
    for kind in (*counted, *left):
        key = uuid4()
        sent[key], happened[key] = (*KEY, NOW), list(TRAILS[kind])
    whole, whole_why, _days = cells(list(sent), sent, happened, NOW)
    rest = {
        name: sum(whole[cell] for cell in COUNTS[name]) - shown.value
        for name, shown in town.counts.items()
        if shown.value is not None
    }
    for name, difference in rest.items():
        assert difference == 0 or difference >= MINIMUM, name
        assert town.counts[name].value or not difference, "nor that all of them said no"
    for (one, a), (other, b) in product(rest.items(), repeat=2):
        if COUNTS[one] < COUNTS[other]:
            assert b - a == 0 or b - a >= MINIMUM, (one, other)
    for why, shown in town.reasons.items():
        if shown.value is not None:
            difference = whole_why[why] - shown.value
            assert difference == 0 or difference >= MINIMUM, why
    answers = Counter(HELPED[kind] for kind in (*counted, *left))
    assert list(town.helped) == ([30] if len(counted) >= MINIMUM else []), "nor what a few said who all said the same"
    for answer, shown in town.helped.get(30, {}).items():
        if shown.value is not None:
            difference = answers[answer] - shown.value
            assert difference == 0 or difference >= MINIMUM, answer
            assert shown.value == 0 or shown.value >= MINIMUM, answer


@given(many)
def test_where_all_agreed_the_town_s_line_is_the_whole(counted: list[int]) -> None:
    town, own = _line(counted, [])
    assert town == own


def test_how_many_are_left_out_gives_no_line_away() -> None:
    def told(*lines: tuple[int, int]) -> int | None:
        return statistics._left_out([([uuid4()] * mine, [uuid4()] * others) for mine, others in lines]).value

    assert told((6, 0), (9, 0)) == 0
    assert told((6, 7)) == 7
    assert told((6, 1)) is None
    assert told((6, 5), (6, 1)) is None, "six in all less the five that follow from the first line"
    assert told((6, 3), (6, 3)) == 6
    assert told((0, 9)) is None
