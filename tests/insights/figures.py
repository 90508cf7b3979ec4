"""Figures for tests of other rooms."""

from datetime import date
from uuid import UUID

from kesher.areas.models import Area, choose_home
from kesher.insights import latest
from kesher.insights.models import Dataset, Observation, Vintage


def place_in_numbers() -> UUID:
    """A place with one figure, its median age. What is held in memory may be of another test: it is read again."""
    area, _ = Area.objects.get_or_create(scheme="s", code="1", level="authority", name={"en": "A"}, path="1/")
    dataset, _ = Dataset.objects.get_or_create(code="ages")
    vintage, new = Vintage.objects.get_or_create(
        dataset=dataset, mark="ages", defaults={"released": date(2026, 1, 1), "figures": 1}
    )
    if new:
        Observation.objects.create(
            vintage=vintage, indicator="median-age", area=area, period="2025", start=date(2025, 1, 1), value=30
        )
    latest.forget()
    return area.pk


def home_in_numbers() -> UUID:
    """The same, and the portal is for it."""
    key = place_in_numbers()
    choose_home([Area.objects.get(pk=key)])
    return key
