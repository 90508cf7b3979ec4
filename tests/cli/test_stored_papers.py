"""Papers in a backup: packed as they lie there, verified, and put back, all of it or with a sentence."""

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from kesher.base.stored_files import StoredFiles
from kesher.cli.backups import Manifest
from kesher.cli.errors import CommandError
from kesher.cli.stored_papers import pack, put_back, verify_papers


def test_there_and_back_still_encrypted_and_what_lies_there_is_left_alone(tmp_path: Path) -> None:
    here, there = StoredFiles(tmp_path / "here"), StoredFiles(tmp_path / "there")
    names = sorted(here.keep(f"paper {number}".encode()) for number in range(3))
    lost, archive = "0" * 32, tmp_path / "a.tar"
    papers = pack(here.folder, [*names, lost], archive)
    assert (papers.count, papers.missing) == (3, 1)
    assert b"paper 1" not in archive.read_bytes()
    assert archive.stat().st_mode & 0o777 == 0o600
    there.put_back(names[0], b"what lies there already")
    verify_papers(archive, papers)
    put_back(there.folder, archive, papers)
    assert [there.read(name) for name in names[1:]] == [here.read(name) for name in names[1:]]
    assert there.path(names[0]).read_bytes() == b"what lies there already"
    nothing = pack(here.folder, [], tmp_path / "none.tar")
    assert not (tmp_path / "none.tar").exists()
    verify_papers(tmp_path / "none.tar", nothing)
    put_back(there.folder, tmp_path / "none.tar", nothing)


def test_a_changed_archive_is_not_taken(tmp_path: Path) -> None:
    store, archive = StoredFiles(tmp_path / "here"), tmp_path / "a.tar"
    papers = pack(store.folder, [store.keep(b"x")], archive)
    with archive.open("ab") as file:
        file.write(b"x")
    with pytest.raises(CommandError, match="cut or changed"):
        verify_papers(archive, papers)
    archive.unlink()
    with pytest.raises(CommandError, match="missing"):
        verify_papers(archive, papers)


@pytest.mark.parametrize("name", ["../../../etc/cron.d/x", "/etc/passwd", "ab/" + "0" * 32, "0" * 31])
def test_an_archive_made_to_harm_writes_nowhere(tmp_path: Path, name: str) -> None:
    archive = tmp_path / "a.tar"
    with tarfile.open(archive, "w") as packed:
        member = tarfile.TarInfo(name)
        member.size = 1
        packed.addfile(member, io.BytesIO(b"x"))
    papers = pack(tmp_path / "h", [StoredFiles(tmp_path / "h").keep(b"x")], tmp_path / "b.tar")
    with pytest.raises(CommandError, match="no paper"):
        put_back(tmp_path / "there", archive, papers)
    assert not (tmp_path / "there").exists()


def test_a_manifest_from_before_there_were_papers_is_read(tmp_path: Path) -> None:
    old = {"created_at": "x", "kesher": "0", "postgresql": 15, "dump": "d", "sha256": "s", "bytes": 1}
    (tmp_path / "m.json").write_text(json.dumps(old | {"migrations": {}, "rows": {}}))
    assert Manifest.read(tmp_path / "m.json").papers is None


def test_moving_files_needs_no_django() -> None:
    script = "import kesher.cli.stored_papers, sys; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
