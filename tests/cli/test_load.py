"""``kesher load services``, with the flags an officer needs, on a real database."""

import csv
from pathlib import Path

import pytest

from kesher.cli import main
from kesher.directory.models import Dataset, Service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    """The command says as which role it works; the tests after it must not inherit that."""
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")


def table(path: Path, count: int) -> str:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name_en", "name_he", "organisation"])
        writer.writerows([f"s{n}", f"Course {n}", f"קורס {n}", "Town school"] for n in range(count))
    return str(path)


def open_services(slug: str) -> int:
    return Service.objects.filter(dataset__slug=slug).exclude(state=Service.State.ARCHIVED).count()


def test_a_file_that_would_close_most_services_is_doubted_until_told(tmp_path, capsys):
    whole, cut = table(tmp_path / "whole.csv", 25), table(tmp_path / "cut.csv", 5)
    assert main(["load", "services", whole, "--dataset", "our-town"]) == 0
    assert open_services("our-town") == 25
    capsys.readouterr()

    assert main(["load", "services", cut, "--dataset", "our-town"]) == 1
    said = capsys.readouterr().err
    assert "would close 20 of the 25" in said
    assert "--close-anyway" in said
    assert "Traceback" not in said
    assert open_services("our-town") == 25

    assert main(["load", "services", cut, "--dataset", "our-town", "--close-anyway"]) == 0
    assert open_services("our-town") == 5


def test_two_datasets_do_not_close_each_others_services(tmp_path):
    file = table(tmp_path / "services.csv", 3)
    assert main(["load", "services", file, "--dataset", "first"]) == 0
    assert main(["load", "services", table(tmp_path / "other.csv", 2), "--dataset", "second"]) == 0
    assert (open_services("first"), open_services("second")) == (3, 2)


def test_a_dry_run_leaves_nothing(tmp_path, capsys):
    assert main(["load", "services", table(tmp_path / "services.csv", 3), "--dataset", "tried", "--dry-run"]) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert not Dataset.objects.filter(slug="tried").exists()


def test_what_cannot_be_read_is_said_in_a_sentence(tmp_path, capsys):
    (tmp_path / "notes.txt").write_text("neither a table nor a standard\n")
    assert main(["load", "services", str(tmp_path / "notes.txt")]) == 1
    said = capsys.readouterr().err
    assert "not a format we know" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("name", ["Our Town", "our_town", "-town", "", "עיר", "t" * 61])
def test_a_dataset_has_a_short_name(tmp_path, capsys, name):
    with pytest.raises(SystemExit) as end:
        main(["load", "services", table(tmp_path / "services.csv", 1), f"--dataset={name}"])
    assert end.value.code == 2
    assert "no name for a dataset" in capsys.readouterr().err
