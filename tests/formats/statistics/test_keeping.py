"""Vintages: what was read is what is read back, whatever it is; all of several are written or none."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.statistics import Dataset, Observation, Provenance, Status, parse_period
from kesher.formats.statistics.keeping import Keeper, UnreadableVintage, _once_each, open_vintage, slug, vintages
from kesher.formats.statistics.records import Action

TODAY = date(2026, 11, 28)
HERE = Provenance("made.csv", "0" * 64, "table", released=datetime(2026, 11, 1, tzinfo=UTC))
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)


def dataset(name="made", dimensions=("geo", "sex"), **more):
    return Dataset(name, dimensions, HERE, **more)


def drawn(of):
    """Observations of one data set, all kinds of values, with and without notes."""
    return st.builds(
        lambda codes, period, value, status, measure, notes: Observation(
            of, codes, period, value, Status.NORMAL if value is not None else status, 1, measure, notes
        ),
        st.tuples(TEXT, TEXT),
        st.sampled_from([None, *map(parse_period, ("2024", "2024-Q1", "2024-05", "2024-W07", "2024-05-31"))]),
        st.none() | st.floats(allow_nan=False),
        st.sampled_from([Status.MISSING, Status.SUPPRESSED | Status.BREAK]),
        st.sampled_from(["OBS_VALUE", "jobs"]),
        st.dictionaries(st.sampled_from(["unit", "remark"]), TEXT),
    )


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_was_read_is_what_is_read_back(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    given_ = data.draw(st.lists(drawn(dataset()), min_size=1, max_size=12))
    keeper = Keeper(TODAY)
    half = len(given_) // 2
    keeper(given_[:half])
    keeper(given_[half:])
    (written,) = keeper.write(folder)
    first = {(one.codes, one.period, one.measure): one for one in reversed(given_)}
    expected = [one for one in given_ if first[one.codes, one.period, one.measure] is one]
    assert (written.new, written.figures, written.repeated) == (True, len(expected), len(given_) - len(expected))
    found = open_vintage(written.path)
    assert list(zip(found.codes("geo"), found.codes("sex"), strict=True)) == [one.codes for one in expected]
    assert found.periods.tolist() == [str(one.period or "") for one in expected]
    assert found.measures.tolist() == [one.measure for one in expected]
    np.testing.assert_array_equal(found.values, [np.nan if one.value is None else one.value for one in expected])
    assert found.status.tolist() == [one.status for one in expected]
    for name in found.about["notes"]:
        assert found.notes(name).tolist() == [one.attributes.get(name, "") for one in expected]
    again = Keeper(date(2027, 1, 1))
    again(given_)
    assert [one.new for one in again.write(folder)] == [False]
    assert vintages(folder, "made") == [written.path]


def test_of_several_data_sets_none_is_written_when_one_cannot_be(tmp_path):
    keeper = Keeper(TODAY)
    period = parse_period("2024")
    keeper([Observation(dataset(name), ("a", "b"), period, 1.0, Status.NORMAL, 1) for name in ("one", "two")])
    (tmp_path / "two").write_text("a file where the folder should be")
    with pytest.raises(OSError):
        keeper.write(tmp_path)
    assert not list(tmp_path.glob("one/*"))


def test_deletions_are_counted_and_change_no_vintage(tmp_path):
    keeper = Keeper(TODAY)
    keeper([Observation(dataset(action=Action.DELETE), ("", ""), None, None, Status.MISSING, 1)])
    assert (keeper.deletions, keeper.write(tmp_path)) == (1, [])


def test_keys_of_more_combinations_than_one_number_holds_are_told_apart():
    draw = np.random.default_rng(5)
    columns = [draw.integers(-1, 3, 400, dtype=np.int32) for _ in range(4)]
    columns += [np.where(columns[0] == 1, 2_000_000_000, column) for column in columns] * 2  # says nothing new
    plain = {}
    for place, key in enumerate(zip(*(column.tolist() for column in columns), strict=True)):
        plain.setdefault(key, place)
    assert _once_each(columns, 400).tolist() == sorted(plain.values())


@pytest.mark.parametrize("name", ["ESTAT:LFSA_ARGAN(1.0)", "../../etc/passwd", "..", "", "נתונים", "a" * 200])
def test_any_id_is_one_folder_of_its_own(name):
    made = slug(name)
    assert made
    assert "/" not in made
    assert not made.startswith(".")
    assert len(made) < 100
    assert slug(name + "x") != made


def test_a_broken_vintage_is_said(tmp_path):
    keeper = Keeper(TODAY)
    keeper([Observation(dataset(), ("a", "b"), None, 1.0, Status.NORMAL, 1)])
    (written,) = keeper.write(tmp_path)
    whole = written.path.read_bytes()
    for content in (b"", whole[: len(whole) // 2], b"not a zip", whole.replace(b'"format": 1', b'"format": 9')):
        written.path.write_bytes(content)
        with pytest.raises(UnreadableVintage, match="made"):
            open_vintage(written.path)
