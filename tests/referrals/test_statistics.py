"""The town's figures beside the whole, which the receiver holds by name: nothing small follows from the two together."""

from collections import Counter
from itertools import product
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.base.suppression import MINIMUM
from kesher.referrals import statistics
from kesher.referrals.statistics import COUNTS, HELPED, Tally

#: What may have become of a referral: how it ended, and why.
WAYS = (
    ("", ()),
    ("referral.reject", ("no_capacity",)),
    ("referral.reject", ("not_interested",)),
    ("referral.finish", ()),
)
KEY = (uuid4(), uuid4())
many = st.lists(st.sampled_from(range(len(WAYS))), max_size=14)


def _tally(kinds: list[int]) -> Tally:
    tally = Tally()
    for kind in kinds:
        ended, reasons = WAYS[kind]
        cell = statistics._cell(ended, accepted=False, contacted=False, silent=False)
        tally.add(1, cell=cell, reasons=reasons, helped={"30": HELPED[kind]}, waited=[0] if reasons else [])
    return tally


def _line(counted: list[int], left: list[int]) -> tuple[statistics.Figures, statistics.Figures]:
    """The town's line, and the receiver's own."""
    town = statistics._line(KEY, _tally(counted), _tally(left))
    return town, statistics._line(KEY, _tally([*counted, *left]), Tally())


@settings(max_examples=150, deadline=None)
@given(many, many)
def test_no_small_difference_follows_from_the_town_s_and_the_whole(counted: list[int], left: list[int]) -> None:
    town, _own = _line(counted, left)
    whole = _tally([*counted, *left])
    rest = {
        name: sum(whole.cells[cell] for cell in COUNTS[name]) - shown.value
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
            difference = whole.reasons[why] - shown.value
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
        return statistics._left_out(lines).value

    assert told((6, 0), (9, 0)) == 0
    assert told((6, 7)) == 7
    assert told((6, 1)) is None
    assert told((6, 5), (6, 1)) is None, "six in all less the five that follow from the first line"
    assert told((6, 3), (6, 3)) == 6
    assert told((0, 9)) is None
