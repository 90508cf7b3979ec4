"""What is published of a month: by brute force over small towns, no small count follows from all of it together."""

import re
from collections.abc import Iterable
from uuid import UUID, uuid5

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from kesher.engine.indicators.disclosure import MINIMUM
from kesher.formats.statistics import Status
from kesher.insights.monthly import Counted, Figure, How, Places, figures

#: A region with two towns, one of them with two villages; and a town elsewhere.
PATHS = ["l/r/", "l/r/a/", "l/r/a/x/", "l/r/a/y/", "l/r/b/", "l/z/"]
KEYS = {path: uuid5(UUID(int=0), path) for path in PATHS}
PLACES = Places.of({key: path for path, key in KEYS.items()})
A, B, X, Y, R, Z = (KEYS[path] for path in ("l/r/a/", "l/r/b/", "l/r/a/x/", "l/r/a/y/", "l/r/", "l/z/"))
PARTS = ("food", "work", "other")
COUNTS = st.sampled_from([0, 0, 0, 1, 2, 3, 4, 5, 6, 9, 14])


@st.composite
def towns(draw: st.DrawFn, how: How, *, left: bool = False) -> list[Counted]:
    """Rows of some areas and parts, some of them of areas that have parts."""
    rows = []
    for area in draw(st.lists(st.sampled_from([A, B, X, Y, Z]), unique=True, max_size=3)):
        for part in draw(st.lists(st.sampled_from(PARTS), unique=True, min_size=1)):
            count, rest = draw(COUNTS), draw(COUNTS)
            out, out_rest = (draw(COUNTS), draw(COUNTS)) if left else (0, 0)
            share = how is How.SHARE
            rows.append(
                Counted(area, part, count, count + rest if share else None, out, out + out_rest if share else 0)
            )
    return rows


def said(found: Iterable[Figure]) -> dict[tuple[UUID, str], Figure]:
    return {(one.area, one.part): one for one in found}


class Reader:
    """Somebody who has read every figure, knows who counts what and how, and works out the least and most that a group can
    be: by integer programmes over the groups as small as they come (an area without its parts, one part)."""

    def __init__(self, found: list[Figure], how: How) -> None:
        self.leaves = [KEYS[path] for path in PATHS]  # of each what is directly in it
        self.parts = sorted({one.part for one in found if one.part}) or ["none"]
        self.layers = 2 if how is How.SHARE else 1
        self.size = len(self.leaves) * len(self.parts) * self.layers
        known = []
        for one in found:
            if one.value is None and not one.status & Status.NOT_APPLICABLE:
                continue
            value, whole = one.value or 0.0, one.behind or 0
            if how is How.COUNT:
                known.append((self.row(one.area, one.part, 0), value))
            elif how is How.SHARE:
                part = round(value * whole / 100)
                known += [(self.row(one.area, one.part, 0), part), (self.row(one.area, one.part, 1), whole - part)]
            else:
                known += [
                    (self.row(one.area, one.part, 0), round(value * whole / 100)),
                    (self.row(one.area, "", 0), whole),
                ]
        self.known = known

    def row(self, area: UUID, part: str, layer: int) -> np.ndarray:
        path = next(path for path, key in KEYS.items() if key == area)
        cells = np.zeros((len(self.leaves), len(self.parts), self.layers))
        for place, leaf in enumerate(self.leaves):
            if next(one for one, key in KEYS.items() if key == leaf).startswith(path):
                cells[place, self.parts.index(part) if part else slice(None), layer] = 1
        return cells.ravel()

    def ends(self, row: np.ndarray) -> tuple[float, float]:
        found = []
        rules = (
            [optimize.LinearConstraint(np.array([one for one, _ in self.known]), *([[n for _, n in self.known]] * 2))]
            if self.known
            else []
        )
        for direction in (1, -1):
            answer = optimize.milp(
                direction * row, constraints=rules, bounds=optimize.Bounds(0, 300), integrality=np.ones(self.size)
            )
            assert answer.status == 0, "the figures contradict each other"
            found.append(direction * answer.fun)
        return found[0], found[1]


def check(rows: list[Counted], how: How) -> list[Figure]:
    found = figures(rows, how, PLACES, month="2026-10")
    reader = Reader(found, how)
    for area in PLACES.above:
        inside = [one for one in rows if _path(one.area).startswith(_path(area))]
        for part in (*reader.parts, ""):
            those = [one for one in inside if part in ("", one.part)]
            for layer in range(reader.layers):
                count = sum(one.count if layer == 0 else (one.of or 0) - one.count for one in those)
                if 0 < count < MINIMUM:
                    low, high = reader.ends(reader.row(area, part, layer))
                    assert high >= MINIMUM, (rows, found, area, part, layer)
                    assert high - low >= MINIMUM - 1e-6
    for one in found:
        if one.value is not None and how is How.COUNT:
            assert one.value == 0 or one.value >= MINIMUM
        if one.value is not None and how is not How.COUNT:
            part = round(one.value * (one.behind or 0) / 100)
            assert all(number == 0 or number >= MINIMUM for number in (part, (one.behind or 0) - part, one.behind))
    return found


def _path(area: UUID) -> str:
    return next(path for path, key in KEYS.items() if key == area)


@pytest.mark.parametrize("how", How)
@settings(max_examples=12, deadline=None)
@given(st.data())
def test_no_small_count_follows_from_a_month(how: How, data: st.DataObject) -> None:
    check(data.draw(towns(how)), how)


@pytest.mark.long
@pytest.mark.parametrize("how", How)
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_nor_from_many_months(how: How, data: st.DataObject) -> None:
    check(data.draw(towns(how)), how)


@pytest.mark.parametrize("how", How)
@settings(max_examples=10, deadline=None)
@given(st.data())
def test_nor_how_few_did_not_agree_to_whoever_knows_the_whole(how: How, data: st.DataObject) -> None:
    """The same figures, were they of those left out: what tells of few of them is not there."""
    rows = data.draw(towns(how, left=True))
    found = check(rows, how)
    others = [Counted(one.area, one.part, one.left, None if one.of is None else one.left_of) for one in rows]
    shown = {key for key, one in said(found).items() if not one.status & Status.SUPPRESSED}
    for area in PLACES.above:
        for part in {one.part for one in rows} | ({""} if how is not How.MAKE_UP else set()):
            if (area, part) not in shown:
                continue
            inside = [one for one in others if _path(one.area).startswith(_path(area)) and part in ("", one.part)]
            left = sum(one.count for one in inside)
            assert left == 0 or left >= MINIMUM, "the whole less what is shown"
            mine = [one for one in rows if _path(one.area).startswith(_path(area)) and part in ("", one.part)]
            assert sum(one.count for one in mine) or not left, "nor that all of them said no"


def test_a_month_of_nothing_is_told_as_nothing() -> None:
    found = said(figures([], How.COUNT, Places.of({R: "l/r/"}), month="2026-10"))
    assert {key: (one.value, one.status) for key, one in found.items()} == {(R, ""): (0, 0)}
    (share,) = figures([], How.SHARE, Places.of({R: "l/r/"}), month="2026-10")
    assert (share.value, share.status) == (None, Status.NOT_APPLICABLE)
    assert figures([], How.MAKE_UP, Places.of({R: "l/r/"}), month="2026-10") == []


def test_towns_add_up_to_the_region_and_what_lies_elsewhere_does_not() -> None:
    rows = [Counted(X, "work", 10), Counted(A, "work", 6), Counted(B, "food", 20), Counted(Z, "food", 50)]
    found = said(figures(rows, How.COUNT, PLACES, month="2026-10"))
    assert (found[R, ""].value, found[A, "work"].value, found[R, "food"].value, found[Z, ""].value) == (36, 16, 20, 50)
    assert found[Y, "work"].value == 0
    assert all(one.behind is None for one in found.values())


def test_the_rest_of_a_town_beside_its_villages_is_guarded_though_it_is_not_published() -> None:
    """26 less 10 less 13 are the three of no village."""
    rows = [Counted(X, "work", 10), Counted(Y, "work", 13), Counted(A, "work", 3)]
    found = check(rows, How.COUNT)
    assert [one for one in found if one.status & Status.SUPPRESSED]


def test_of_a_share_the_rest_is_a_count_too() -> None:
    rows = [Counted(A, "work", 20, 22), Counted(B, "work", 30, 60)]
    found = said(check(rows, How.SHARE))
    assert found[A, "work"].value is None
    assert found[A, "work"].status == Status.SUPPRESSED
    rows = [Counted(A, "work", 20, 25), Counted(B, "work", 0, 60)]
    found = said(check(rows, How.SHARE))
    assert (found[A, "work"].value, found[A, "work"].behind, found[B, "work"].value) == (80, 25, 0)


def test_parts_make_up_a_hundred() -> None:
    rows = [Counted(A, "work", 20), Counted(A, "food", 12), Counted(A, "other", 8)]
    found = said(check(rows, How.MAKE_UP))
    assert [found[A, part].value for part in ("work", "food", "other")] == [50, 30, 20]
    assert (A, "") not in found
    assert found[B, "work"].status == Status.NOT_APPLICABLE


def test_six_referrals_of_two_people_are_two_people() -> None:
    two = [Counted(A, "work", 6, people=frozenset({1, 2})), Counted(A, "food", 9, people=frozenset(range(9)))]
    found = said(figures(two, How.COUNT, Places.of({A: "l/r/a/"}), month="2026-10"))
    assert found[A, "work"].status == Status.SUPPRESSED
    assert Status.SUPPRESSED in {found[A, "food"].status, found[A, ""].status}, "nor by taking one from the other"
    five = [Counted(A, "work", 6, people=frozenset(range(5))), Counted(A, "food", 9, people=frozenset(range(9)))]
    found = said(figures(five, How.COUNT, Places.of({A: "l/r/a/"}), month="2026-10"))
    assert (found[A, "work"].value, found[A, ""].value) == (6, 15)


def test_five_who_said_no_are_five_people() -> None:
    one = Counted(A, "work", 9, left=5, people=frozenset(range(9)), people_left=frozenset({9}))
    found = said(figures([one], How.COUNT, Places.of({A: "l/r/a/"}), month="2026-10"))
    assert found[A, ""].status == Status.SUPPRESSED
    many = Counted(A, "work", 9, left=5, people=frozenset(range(9)), people_left=frozenset(range(9, 14)))
    found = said(figures([many], How.COUNT, Places.of({A: "l/r/a/"}), month="2026-10"))
    assert found[A, ""].value == 9


def test_one_person_in_two_villages_is_one_in_the_town() -> None:
    rows = [Counted(X, "work", 3, people=frozenset({1, 2})), Counted(Y, "work", 3, people=frozenset({1, 3}))]
    found = said(figures(rows, How.COUNT, PLACES, month="2026-10"))
    assert found[A, ""].status == Status.SUPPRESSED, "six referrals of three people"


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": -1},
        {"count": 3, "of": 2},
        {"count": 3, "left": -1},
        {"count": 3, "of": 4, "left": 2, "left_of": 1},
        {"count": 3, "part": ""},
    ],
)
def test_a_row_that_cannot_be_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Counted(**({"area": A, "part": "work"} | wrong))  # type: ignore[arg-type]


def test_shares_and_counts_are_not_taken_for_one_another() -> None:
    with pytest.raises(ValueError, match="share"):
        figures([Counted(A, "work", 3)], How.SHARE, PLACES, month="2026-10")
    with pytest.raises(ValueError, match="share"):
        figures([Counted(A, "work", 3, 4)], How.COUNT, PLACES, month="2026-10")
    with pytest.raises(ValueError, match="none of those"):
        figures([Counted(UUID(int=1), "work", 3)], How.COUNT, PLACES, month="2026-10")


def test_what_would_tell_after_all_takes_everything_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were the hiding wrong, the second reckoning finds it, and nothing is published."""
    from kesher.insights import monthly

    monkeypatch.setattr(monthly, "hidden_together", lambda layers, sums, *, hidden, guarded: np.asarray(hidden))
    found = figures(
        [Counted(A, "work", 3), Counted(A, "food", 20)], How.COUNT, Places.of({A: "l/r/a/"}), month="2026-10"
    )
    assert all(one.status & Status.SUPPRESSED for one in found)
    assert not re.search(r"\d", "".join(str(one.value) for one in found))
