"""``kesher load esco`` and ``kesher taxonomy``: no Django, no server, no database."""

import json
import os
import subprocess
import sys

import pytest

from kesher.cli import main
from tests.formats.esco import small

NOTICE = "This service uses the ESCO classification of the European Commission."


@pytest.fixture(autouse=True)
def _data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("KESHER_DATA", str(tmp_path / "data"))


def test_load_and_show(tmp_path, capsys):
    assert main(["load", "esco", str(small.folder(tmp_path))]) == 0
    said = capsys.readouterr().out
    assert "loaded ESCO 1.2.0: 3 occupations, 8 ISCO groups, 3 skills, 3 skill groups" in said
    assert NOTICE in said
    assert main(["taxonomy", "--verify"]) == 0
    said = capsys.readouterr().out
    assert "ESCO 1.2.0" in said
    assert "languages: en" in said
    assert "the index is sound" in said
    assert said.endswith(NOTICE + "\n")


def test_nothing_is_loaded_yet(capsys):
    assert main(["taxonomy"]) == 1
    said = capsys.readouterr().err
    assert "https://esco.ec.europa.eu/en/use-esco/download" in said
    assert "kesher load esco" in said


def test_another_release_is_told_before_it_takes_the_place(tmp_path, capsys):
    main(["load", "esco", str(small.folder(tmp_path))])
    main(["load", "esco", str(small.zipped(tmp_path))])
    assert "unchanged: ESCO 1.2.0 is what was loaded" in capsys.readouterr().out
    tables = small.release()
    tables["occupations_en.csv"][1][0][3] = "bread maker"
    newer = str(small.folder(tmp_path, tables, name="esco-v1.3.0"))
    assert main(["taxonomy", "--compare", newer]) == 0
    assert "baker -> bread maker (en)" in capsys.readouterr().out
    assert main(["load", "esco", newer, "--dry-run"]) == 0
    assert "would load ESCO 1.3.0" in capsys.readouterr().out
    main(["taxonomy"])
    assert "ESCO 1.2.0" in capsys.readouterr().out
    assert main(["load", "esco", newer]) == 0
    said = capsys.readouterr().out
    assert "ESCO 1.2.0 -> 1.3.0" in said
    assert "baker -> bread maker (en)" in said
    main(["taxonomy"])
    assert "ESCO 1.3.0" in capsys.readouterr().out


def test_remarks_are_told_and_written(tmp_path, capsys):
    tables = small.release()
    gone = f"{small.BASE}occupation/gone"
    tables["occupationSkillRelations.csv"][1].append([gone, "essential", "", small.KNEAD])
    path = str(small.folder(tmp_path, tables))
    assert main(["load", "esco", path, "--report", str(tmp_path / "report.json")]) == 0
    assert "left out: occupationSkillRelations.csv, row 5, occupationUri" in capsys.readouterr().out
    (told,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (told["row"], told["record"]) == (5, gone)
    assert main(["load", "esco", path, "--report", str(tmp_path / "report.csv")]) == 0
    assert gone in (tmp_path / "report.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("content", [b"", b"x,y\n1,2\n"])
def test_what_cannot_be_read_changes_nothing(tmp_path, capsys, content):
    main(["load", "esco", str(small.folder(tmp_path))])
    (tmp_path / "wrong.csv").write_bytes(content)
    assert main(["load", "esco", str(tmp_path / "wrong.csv")]) == 2
    assert main(["load", "esco", str(tmp_path / "nowhere.zip")]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert main(["taxonomy"]) == 0


def test_a_broken_index_is_told_and_made_anew(tmp_path, capsys):
    index = tmp_path / "data" / "taxonomy" / "esco.npz"
    index.parent.mkdir(parents=True)
    index.write_bytes(b"half an index")
    assert main(["taxonomy"]) == 1
    assert "Load ESCO again" in capsys.readouterr().err
    assert main(["load", "esco", str(small.folder(tmp_path))]) == 0
    assert main(["taxonomy", "--index", str(index)]) == 0


def test_neither_django_nor_a_database_is_touched(tmp_path):
    """In a process of its own, with a database address that leads nowhere."""
    script = (
        "import sys; from kesher.cli import main\n"
        f"code = main(['load', 'esco', {str(small.folder(tmp_path))!r}]) or main(['taxonomy'])\n"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'django', 'procrastinate'}))\n"
        "sys.exit(code)"
    )
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
