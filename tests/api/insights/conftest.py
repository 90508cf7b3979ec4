"""Figures of three places in two vintages, some hidden, and one data set of another source."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from kesher.areas.models import Area
from kesher.base.history import System, acting
from kesher.insights import latest
from kesher.insights.models import Dataset, Observation, Vintage

SUPPRESSED, PROVISIONAL = 2, 16


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    latest.forget()
    cache.clear()
    yield
    latest.forget()
    cache.clear()


class Insights:
    """Asks the API."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, path: str = "/", **asked: Any) -> Any:
        headers = asked.pop("headers", None)
        asked = {name.rstrip("_"): value for name, value in asked.items()}
        return self.client.get(f"/api/insights{path}", asked, headers=headers)

    def json(self, path: str = "/", **asked: Any) -> Any:
        response = self.get(path, **asked)
        assert response.status_code == 200, response.content
        return response.json()

    def figures(self, **asked: Any) -> Any:
        return self.json("/observations", **asked)["contents"]


@pytest.fixture
def api() -> Insights:
    return Insights()


@dataclass
class Land:
    country: Area
    towns: list[Area]
    work: Dataset
    first: Vintage
    second: Vintage


def vintage(dataset: Dataset, released: date, rows: Any, **said: Any) -> Vintage:
    """``rows``: (indicator, area, period, value, more)."""
    found = Vintage.objects.create(
        dataset=dataset,
        mark=f"{dataset.code}{released}",
        released=released,
        figures=len(rows),
        files=[
            {
                "file": "/home/somebody/secret/work.csv",
                "sha256": "a" * 64,
                "dialect": "table",
                "source": "Office of the land",
                "licence": "CC BY 4.0",
                "url": "https://land.example.org/work",
                "retrieved": "2026-05-01",
                "released": None,
            }
        ],
        **said,
    )
    Observation.objects.bulk_create(
        Observation(
            vintage=found,
            indicator=indicator,
            area=area,
            period=period,
            start=date(int(period[:4]), 1, 1),
            value=value,
            **more,
        )
        for indicator, area, period, value, more in rows
    )
    return found


@pytest.fixture
def land(db: None) -> Land:
    with acting(actor=System("tests"), reason="figures"):
        country = Area.objects.create(
            scheme="land", code="L", level="country", name={"en": "Land", "he": "ארץ"}, path="land.L/"
        )
        towns = [
            Area.objects.create(
                scheme="land-town",
                code=str(at),
                level="authority",
                name={"en": name},
                parent=country,
                path=f"land.L/{at}/",
                population=1000,
                latitude=31.0,
                longitude=34.0 + at,
            )
            for at, name in enumerate(["Arad", "Yeruham", "Dimona"])
        ]
        work = Dataset.objects.create(
            code="LAND:WORK(1.0)",
            title="Work in the land",
            source="Office of the land",
            licence="CC BY 4.0",
            url="https://land.example.org/work",
        )
        ages = Dataset.objects.create(code="ages", licence="As the office likes")
        Dataset.objects.create(code="empty")
    one, two, three = towns
    first = vintage(
        work,
        date(2026, 1, 1),
        [
            ("unemployment-rate", one, "2024", 4.5, {}),
            ("unemployment-rate", two, "2024", 6.0, {}),
            ("unemployment-rate", three, "2024", 3.0, {}),
            ("unemployment-rate", country, "2024", 5.0, {}),
        ],
    )
    second = vintage(
        work,
        date(2026, 2, 1),
        [
            ("unemployment-rate", one, "2024", 4.75, {"status": PROVISIONAL, "low": 4.0, "high": 5.5, "behind": 900}),
            ("unemployment-rate", two, "2024", 6.0, {}),
            ("unemployment-rate", three, "2024", None, {"status": SUPPRESSED, "low": 1.0, "high": 4.0, "behind": 3}),
            ("unemployment-rate", country, "2024", 5.0, {}),
            ("unemployment-rate", one, "2025", 5.25, {}),
            ("work-by-industry", one, "2025", 12.5, {"part": "=cmd"}),
        ],
        breaks=[{"from": "2025", "reason": "another question was asked"}],
    )
    vintage(ages, date(2026, 1, 15), [("median-age", one, "2025", 30.0, {}), ("median-age", two, "2025", 29.0, {})])
    return Land(country, towns, work, first, second)
