"""``postcode``, ``proximity``, ``latitude`` and ``longitude`` of services at locations."""

from typing import Any

import pytest

from kesher.areas.models import Area
from kesher.directory.models import Address, Service, ServiceArea
from tests import factories as make
from tests.api.conftest import Api

pytestmark = pytest.mark.django_db

BEER_SHEVA, OFAKIM = (31.252, 34.791), (31.317, 34.620)  # 17.8 km apart


def _at(point: tuple[float, float], postcode: str, **service: Any) -> Service:
    made: Service = make.ServiceFactory(published=True, **service)
    site = make.ServiceAtLocationFactory(service=made, location__latitude=point[0], location__longitude=point[1])
    Address.objects.filter(location=site.location).delete()
    Address.objects.create(location=site.location, postal_code=postcode, city="x")
    return made


@pytest.fixture
def services() -> tuple[Service, Service]:
    return _at(BEER_SHEVA, "8400001"), _at(OFAKIM, "8758001")


def found(api: Api, **asked: Any) -> set[str]:
    answer = api.json("/service_at_locations", full="true", **asked)
    return {item["service"]["id"] for item in answer["contents"]}


def test_within_metres_of_a_postcode_or_a_point(api: Api, services: tuple[Service, Service]) -> None:
    near, far = (str(service.pk) for service in services)
    assert found(api, postcode="8400001", proximity="17000") == {near}
    assert found(api, postcode="8400001", proximity="18500") == {near, far}
    assert found(api, latitude=str(OFAKIM[0]), longitude=str(OFAKIM[1]), proximity="100") == {far}
    assert found(api, postcode="8400001", proximity="0") == {near}
    assert found(api, postcode="1111111", proximity="20000000") == set()


def test_drafts_tell_nothing_of_where_a_postcode_is(api: Api) -> None:
    Service.objects.filter(pk=_at(BEER_SHEVA, "8400001").pk).update(state="draft")
    other = _at(BEER_SHEVA, "8499999")
    assert found(api, postcode="8400001", proximity="5000") == set()
    assert found(api, postcode="8499999", proximity="5000") == {str(other.pk)}


def test_a_postcode_alone_asks_who_serves_it(api: Api, services: tuple[Service, Service]) -> None:
    near, far = services
    country = Area.objects.create(scheme="x", code="1", level="country", name={"en": "Land"}, path="x/1/")
    town, other = (
        Area.objects.create(
            scheme="x", code=code, level="authority", name={"en": code}, parent=country, path=f"x/1/{code}/"
        )
        for code in ("2", "3")
    )
    site = near.at_locations.get()
    site.location.area = town
    site.location.save()
    everybody = {str(near.pk), str(far.pk)}
    assert found(api, postcode="8400001") == everybody, "who names no area serves everybody"
    ServiceArea.objects.create(service=far, area=other)
    assert found(api, postcode="8400001") == {str(near.pk)}
    ServiceArea.objects.create(service=far, area=country)
    assert found(api, postcode="8400001") == everybody, "the town lies in the country"


@pytest.mark.parametrize(
    "asked",
    [
        {"proximity": "100"},
        {"latitude": "31", "proximity": "100"},
        {"latitude": "31", "longitude": "34"},
        {"latitude": "31", "longitude": "34", "postcode": "8400001", "proximity": "100"},
        {"postcode": "8400001", "proximity": "near"},
        {"postcode": "8400001", "proximity": "-1"},
        {"latitude": "91", "longitude": "34", "proximity": "100"},
        {"latitude": "NaN", "longitude": "34", "proximity": "100"},
        {"postcode": "", "proximity": "100"},
        {"postcode": "\x00", "proximity": "100"},
    ],
)
def test_what_makes_no_sense_is_a_problem(each_api: Api, asked: dict[str, str]) -> None:
    response = each_api.get("/service_at_locations", **asked)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["detail"]
