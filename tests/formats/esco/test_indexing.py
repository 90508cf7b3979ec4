"""The index: what was written is read, lazily, whole or not at all."""

import os
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kesher.formats.esco import UnreadableIndex, faults_of, indexing, open_index, read, read_about, same, write_index
from kesher.formats.esco.taxonomy import columns
from tests.formats.esco import small
from tests.formats.esco.small import BAKER, BASE

WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r", exclude_categories=["Cc", "Cs"]), max_size=12)


@pytest.fixture
def taxonomy(tmp_path):
    return read(small.folder(tmp_path)).taxonomy


@settings(max_examples=25, deadline=None)
@given(labels=st.lists(st.tuples(WORDS, st.lists(WORDS, max_size=4)), max_size=6))
def test_reading_back_gives_equal_arrays(tmp_path_factory, labels):
    place = tmp_path_factory.mktemp("index")
    tables = small.release()
    for number, (label, others) in enumerate(labels):
        row = small.occupation(f"{BASE}occupation/{number}", "7512", f"7512.{number + 5}", label, *others)
        tables["occupations_en.csv"][1].append(row)
    taxonomy = read(small.folder(place, tables)).taxonomy
    write_index(taxonomy, place / "esco.npz")
    back = open_index(place / "esco.npz")
    assert same(back, taxonomy)
    assert back.sources == taxonomy.sources
    assert list(back) == list(taxonomy)
    assert back.notice == taxonomy.notice


def test_it_says_what_it_is(tmp_path, taxonomy):
    path = tmp_path / "deep" / "esco.npz"
    write_index(taxonomy, path)
    about = read_about(path)
    assert about.notice == "This service uses the ESCO classification of the European Commission."
    assert (about.esco, about.languages) == ("1.2.0", ("en",))
    assert about.counts["occupations"] == 3
    assert {source["name"] for source in about.sources} == {f"esco-v1.2.0/{name}" for name in small.release()}
    assert all(len(str(source["sha256"])) == 64 for source in about.sources)
    assert faults_of(path) == []


def test_columns_stay_in_the_file_until_they_are_used_and_numpy_reads_them_too(tmp_path, taxonomy):
    write_index(taxonomy, tmp_path / "esco.npz")
    back = open_index(tmp_path / "esco.npz")
    assert isinstance(back.labels.concept, np.memmap)
    assert back.labels.concept.ctypes.data % indexing.ALIGNMENT == 0
    with np.load(tmp_path / "esco.npz", allow_pickle=False) as plain:
        assert np.array_equal(plain["labels.concept"], taxonomy.labels.concept)
    with pytest.raises(ValueError, match="read-only"):
        back.labels.concept[0] = 7


def test_the_same_release_gives_the_same_bytes(tmp_path, taxonomy):
    for name in ("one.npz", "other.npz"):
        write_index(taxonomy, tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_a_new_index_takes_the_old_ones_place_whole(tmp_path, taxonomy, monkeypatch):
    path = tmp_path / "data" / "esco.npz"
    write_index(taxonomy, path)
    before, opened = path.read_bytes(), open_index(path)

    monkeypatch.setattr(os, "fsync", lambda handle: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(OSError, match="No space left"):
        write_index(taxonomy, path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert [one.name for one in path.parent.iterdir()] == ["esco.npz"]

    tables = small.release()
    tables["occupations_en.csv"][1][0][3] = "bread maker"
    write_index(read(small.folder(tmp_path, tables, name="v1.3.0")).taxonomy, path)
    assert opened.preferred(opened.index_of[BAKER]) == "baker"  # who has it open keeps what it was
    assert open_index(path).preferred(opened.index_of[BAKER]) == "bread maker"


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all"])
def test_what_is_no_index(tmp_path, content):
    (tmp_path / "esco.npz").write_bytes(content)
    with pytest.raises(UnreadableIndex, match="Load ESCO again"):
        open_index(tmp_path / "esco.npz")
    with pytest.raises(UnreadableIndex, match="Load ESCO again"):
        open_index(tmp_path / "nowhere.npz")


def test_another_zip_is_no_index(tmp_path):
    with zipfile.ZipFile(tmp_path / "esco.npz", "w") as archive:
        archive.writestr("about.json", "[]")
    with pytest.raises(UnreadableIndex, match="no index of ESCO"):
        open_index(tmp_path / "esco.npz")


def test_an_index_of_another_version_of_kesher(tmp_path, taxonomy, monkeypatch):
    monkeypatch.setattr(indexing, "VERSION", 0)
    write_index(taxonomy, tmp_path / "esco.npz")
    monkeypatch.undo()
    with pytest.raises(UnreadableIndex, match="another version of Kesher"):
        open_index(tmp_path / "esco.npz")


def test_an_index_without_a_column_or_cut_short(tmp_path, taxonomy):
    path = tmp_path / "esco.npz"
    write_index(taxonomy, path)
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(tmp_path / "less.npz", "w") as less:
        for member in whole.infolist():
            if member.filename != "labels.role.npy":
                less.writestr(member, whole.read(member))
    with pytest.raises(UnreadableIndex, match=r"damaged \(labels\.role\)"):
        open_index(tmp_path / "less.npz")
    for length in (100, path.stat().st_size // 2, path.stat().st_size - 10):
        (tmp_path / "cut.npz").write_bytes(path.read_bytes()[:length])
        with pytest.raises(UnreadableIndex):
            open_index(tmp_path / "cut.npz")


def test_a_byte_that_changed_is_found_when_asked(tmp_path, taxonomy):
    path = tmp_path / "esco.npz"
    write_index(taxonomy, path)
    content = bytearray(path.read_bytes())
    content[content.index(b"bread baker")] ^= 1
    path.write_bytes(content)
    assert faults_of(path) == ["labels.text.data.npy does not hold what was written"]


@settings(max_examples=60, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True), byte=st.integers(0, 255))
def test_damage_anywhere_is_told_or_harmless(tmp_path_factory, place, byte):
    folder = tmp_path_factory.mktemp("damage")
    taxonomy = read(small.folder(folder)).taxonomy
    write_index(taxonomy, folder / "esco.npz")
    content = bytearray((folder / "esco.npz").read_bytes())
    content[int(place * len(content))] = byte
    (folder / "esco.npz").write_bytes(content)
    try:
        back = open_index(folder / "esco.npz")
    except UnreadableIndex:
        return
    assert {name for name, _ in columns(back)} == {name for name, _ in columns(taxonomy)}
