"""Real directories come in, whole, and a second time change nothing."""

import csv
from pathlib import Path

import pytest

from kesher.accounts.models import Organisation
from kesher.base.history import System, acting
from kesher.directory.importing import NothingToLoad, load
from kesher.directory.models import Address, ImportRun, Location, Schedule, Service, ServiceTerm
from tests.shared import shared

pytestmark = [pytest.mark.django_db, pytest.mark.conformance]


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def history_rows(model: type) -> int:
    return model.pgh_event_model.objects.count()


def test_miami_comes_in_whole_and_again_changes_nothing() -> None:
    folder = shared("data/us_miami_open211_hsds")
    services = rows(folder / "services.csv")
    organisations = {row["id"] for row in rows(folder / "organizations.csv")}
    orphans = sum(row["organization_id"] not in organisations for row in services)

    first = load(folder)
    assert first.counts["service"].created == len(services) == Service.objects.count()
    assert first.counts["organisation"].created == len(organisations) == Organisation.objects.count()
    assert Location.objects.count() == len(rows(folder / "locations.csv"))
    assert Service.objects.filter(organisation=None).count() == orphans == 447
    assert Service.objects.published().count() > 4000
    # one event per row, whoever wrote it and by whatever means
    for model in (Service, Organisation, Location, Schedule, Address):
        assert history_rows(model) == model.objects.count() > 0
    reasons = Service.pgh_event_model.objects.values_list("pgh_context__metadata__reason", flat=True).distinct()
    assert list(reasons) == [f"import {first.dataset}"]

    second = load(folder)
    assert second.written == second.rows == 0
    assert second.counts["service"].unchanged == len(services)
    assert history_rows(Service) == len(services)
    assert ImportRun.objects.count() == 2


@pytest.mark.parametrize(
    ("path", "services"),
    [
        ("data/ca_toronto_newcomer", 234),
        ("data/il_services_kolsherut", 1189),
        ("conformance/data-inclusion/fixtures/dataset.xlsx", 2),
        ("conformance/hsds/mock-hsds-api-3.1/data", None),
        ("conformance/hsds/datasets/sample-HSDS-datapackage-1.x/all_resources", None),
    ],
)
def test_others_come_in_and_again_change_nothing(path: str, services: int | None) -> None:
    first = load(shared(path))
    assert first.counts["service"].created == Service.objects.count() > 0
    if services:
        assert Service.objects.count() == services
    again = load(shared(path))
    assert again.written == 0, str(again)


def test_israeli_services_stand_on_shelves_of_the_taxonomy() -> None:
    load(shared("data/il_services_kolsherut"))
    assert (
        ServiceTerm.objects.filter(term__taxonomy__slug="open-eligibility").values("service").distinct().count() > 1100
    )


def test_a_dry_run_says_the_same_and_writes_nothing() -> None:
    with acting(actor=System("test"), reason="test"):
        dry = load(shared("data/ca_toronto_newcomer"), dry_run=True)
    assert dry.counts["service"].created == 234
    assert not Service.objects.exists()
    assert not ImportRun.objects.exists()
    assert "nothing was written" in str(dry)


def test_what_is_no_directory_is_refused_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(bytes(range(256)))
    with pytest.raises(NothingToLoad, match="--format"):
        load(tmp_path / "x.bin")


def test_two_partners_tables_do_not_close_one_another(tmp_path: Path) -> None:
    for name in ("bridge", "garden"):
        (tmp_path / f"{name}.csv").write_text(f"name_en,organisation\nService of {name},{name}\n")
        assert load(tmp_path / f"{name}.csv").dataset == name
    assert Service.objects.published().count() == 2
