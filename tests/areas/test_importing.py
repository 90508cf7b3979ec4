"""Areas come in all or none, are found again by their code, and keep their places right when one moves."""

from pathlib import Path

import pytest

from kesher.areas.importing import AreaReport, load_reading
from kesher.areas.models import Area, HomeArea, choose_home
from kesher.base.models import Portal
from kesher.cli import main
from kesher.directory import search
from kesher.formats.areas import read
from tests.directory.search.town import service

pytestmark = pytest.mark.django_db

HEADER = "level,code,parent_code,name_en,name_he,population,population_year,source,scheme\n"
ISRAEL = "country,IL,,Israel,ישראל,,,,iso-3166-1"
SOUTH = "district,6,IL,South,דרום,,,,il-cbs-district"
ARAD = "authority,2560,6,Arad,ערד,27582,2021,CBS,il-cbs-locality"
OMER = "authority,666,6,Omer,עומר,7656,2021,CBS,il-cbs-locality"


def load(folder: Path, *rows: str, dry_run: bool = False) -> AreaReport:
    path = folder / "areas.csv"
    path.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return load_reading(read(path), dry_run=dry_run)


def counts(report: AreaReport) -> tuple[int, int, int, int]:
    return report.created, report.changed, report.unchanged, report.refused


def test_a_file_in_any_order_makes_the_hierarchy(tmp_path: Path) -> None:
    assert counts(load(tmp_path, ARAD, SOUTH, OMER, ISRAEL)) == (4, 0, 0, 0)
    arad = Area.objects.get(code="2560")
    assert arad.path == "iso-3166-1.IL/6/2560/"
    assert arad.facts == {"population": {"value": 27582, "year": 2021, "source": "CBS"}}
    assert Area.objects.within(Area.objects.get(code="6")).count() == 3


def test_the_same_file_again_changes_nothing_and_history_says_so(tmp_path: Path) -> None:
    load(tmp_path, ISRAEL, SOUTH, ARAD)
    written = Area.history.rel.related_model.objects.count()
    assert counts(load(tmp_path, ISRAEL, SOUTH, ARAD)) == (0, 0, 3, 0)
    assert Area.history.rel.related_model.objects.count() == written


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    assert counts(load(tmp_path, ISRAEL, SOUTH, dry_run=True)) == (2, 0, 0, 0)
    assert not Area.objects.exists()


@pytest.mark.parametrize(
    ("rows", "row", "field"),
    [
        ([ISRAEL, "authority,1,99,Nowhere,,,,,x"], 3, "parent_code"),
        ([ISRAEL, "country,7,IL,Country in a country,,,,,x"], 3, "level"),
        (["district,1,2,One,,,,,x", "country,2,1,Two,,,,,x"], 2, "parent_code"),
        (["district,1,1,Itself,,,,,x"], 2, "parent_code"),
        ([ISRAEL, SOUTH, "district,6,IL,Also six,,,,,other"], 4, "code"),
        ([ISRAEL, "galaxy,1,IL,Level,,,,,x"], 3, "level"),
        ([ISRAEL, SOUTH, "district,6,IL,Six,,,,,b", "authority,9,6,Which six,,,,,x"], 5, "parent_code"),
    ],
)
def test_one_refused_row_keeps_the_whole_file_out(tmp_path: Path, rows: list[str], row: int, field: str) -> None:
    report = load(tmp_path, *rows)
    assert not report.succeeded
    assert (row, field) in [(one.row, one.field) for one in report.refusals]
    assert not Area.objects.exists()
    assert "nothing was written" in str(report)


def test_names_are_added_and_what_the_file_leaves_empty_stays(tmp_path: Path) -> None:
    load(tmp_path, ISRAEL, SOUTH, ARAD)
    Area.objects.filter(code="2560").update(
        name={"en": "Arad", "he": "ערד", "ar": "عراد"}, latitude=31.2, longitude=35.2
    )
    report = load(tmp_path, "authority,2560,6,Arad City,,,,,il-cbs-locality")
    assert counts(report) == (0, 1, 0, 0)
    arad = Area.objects.get(code="2560")
    assert arad.name == {"en": "Arad City", "he": "ערד", "ar": "عراد"}
    assert (arad.latitude, arad.population) == (31.2, 27582)


def test_what_lies_in_an_area_moves_with_it(tmp_path: Path) -> None:
    village = "locality,77,2560,Village,,,,,il-cbs-locality"
    load(tmp_path, ISRAEL, SOUTH, "sub-district,62,6,Sub,,,,,x", ARAD, village)
    load(tmp_path, "authority,2560,62,Arad,,,,,il-cbs-locality")
    assert Area.objects.get(code="77").path == "iso-3166-1.IL/6/62/2560/77/"
    assert set(Area.objects.within(Area.objects.get(code="62")).values_list("code", flat=True)) == {"62", "2560", "77"}


def test_an_area_cannot_shrink_below_what_lies_in_it(tmp_path: Path) -> None:
    load(tmp_path, ISRAEL, SOUTH, ARAD)
    report = load(tmp_path, "locality,6,IL,South,,,,,il-cbs-district")
    assert [one.field for one in report.refusals] == ["level"]
    assert Area.objects.get(code="6").level == "district"


def test_home_areas_are_kept_in_order_and_the_first_is_the_centre(tmp_path: Path) -> None:
    load(tmp_path, ISRAEL, SOUTH, ARAD, OMER)
    arad, omer = Area.objects.get(code="2560"), Area.objects.get(code="666")
    choose_home([arad, omer])
    assert list(Area.objects.home().order_by("home__id")) == [arad, omer]
    assert Portal.objects.get().home_area_code == "2560"
    choose_home([omer])
    assert [home.area for home in HomeArea.objects.all()] == [omer]
    assert Portal.objects.get().home_area_code == "666"


def test_the_command_says_what_came_of_it(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    path, report = tmp_path / "areas.csv", tmp_path / "report.csv"
    path.write_text(HEADER + ISRAEL + "\n" + "\n".join(f"authority,{n},0,Town {n},,,,,x" for n in range(1, 31)) + "\n")
    assert main(["load", "areas", str(path), "--report", str(report)]) == 1
    said = capsys.readouterr().out
    assert "30 refused" in said
    assert "and 10 more: --report FILE" in said
    assert len(report.read_text("utf-8-sig").splitlines()) == 31
    path.write_text(HEADER + ISRAEL + "\n" + SOUTH + "\n")
    assert main(["load", "areas", str(path), "--dry-run"]) == 0
    assert not Area.objects.exists()
    assert main(["load", "areas", str(path), "--scheme", "mine"]) == 0
    assert Area.objects.count() == 2
    assert main(["load", "areas", str(tmp_path / "none.csv")]) == 2
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    assert main(["load", "areas", str(tmp_path / "bad.csv")]) == 1


def test_services_are_found_under_the_area_their_town_has_moved_to(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    load(tmp_path, ISRAEL, SOUTH, "sub-district,62,6,Sub,,,,,x", ARAD)
    made = service("Course", place_area=Area.objects.get(code="2560"))
    search.index([made.pk])
    below = search.SearchQuery(area=Area.objects.get(code="62").pk)
    assert search.find(below).total == 0
    path = tmp_path / "moved.csv"
    path.write_text(HEADER + "authority,2560,62,Arad,,,,,il-cbs-locality\n")
    assert main(["load", "areas", str(path)]) == 0
    assert search.find(below).total == 1
