"""What search engines are told of a service."""

import json
from datetime import time
from decimal import Decimal

import pytest
from django.template import Context, Template

from kesher.directory.exporting import export_services, public_services
from kesher.directory.json_ld import service_json_ld
from kesher.formats.records import CostRecord, ScheduleRecord, ServiceRecord, Weekday
from tests import factories as make

URL = "https://work.example.org/he/services/1/"


def test_a_name_is_enough() -> None:
    found = service_json_ld(ServiceRecord(external_id="1", name={"he": "אולפן"}), URL, "ar")
    assert found == {"@context": "https://schema.org", "@type": "Service", "@id": URL, "url": URL, "name": "אולפן"}


@pytest.mark.parametrize(
    ("costs", "prices"),
    [((), None), ((CostRecord(amount=Decimal(0)),), ["0"]), ((CostRecord(amount=Decimal("12.50")),), ["12.50"]),
     ((CostRecord(amount=Decimal("0.00")), CostRecord(option={"en": "ask"})), ["0"])],
)  # fmt: skip
def test_free_is_said_only_of_what_is_free(costs: tuple[CostRecord, ...], prices: list[str] | None) -> None:
    found = service_json_ld(ServiceRecord(external_id="1", name={"en": "x"}, costs=costs), URL, "en")
    assert ([offer["price"] for offer in found["offers"]] if prices else found.get("offers")) == prices


@pytest.mark.parametrize(
    ("changes", "said"),
    [({}, True), ({"freq": "MONTHLY"}, False), ({"interval": 2}, False), ({"interval": 1}, True), ({"byday": ()}, False),
     ({"closes_at": None}, False)],
)  # fmt: skip
def test_only_weekly_hours_are_said_to_be_weekly(changes: dict[str, object], said: bool) -> None:
    hours = ScheduleRecord(byday=(Weekday.SUNDAY,), opens_at=time(8), closes_at=time(12, 30), freq="WEEKLY")
    service = ServiceRecord(external_id="1", name={"en": "x"}, schedules=(hours.model_copy(update=changes),))
    found = service_json_ld(service, URL, "en").get("hoursAvailable")
    if not said:
        assert found is None
        return
    assert found[0]["dayOfWeek"] == ["https://schema.org/Sunday"]
    assert (found[0]["opens"], found[0]["closes"]) == ("08:00", "12:30")


@pytest.mark.django_db
def test_a_complete_service_says_who_where_when_and_how() -> None:
    service = make.ServiceFactory(complete=True)
    records = export_services(public_services(), full=True)
    found = service_json_ld(
        records.services[0],
        URL,
        "he",
        organisation=records.organisations[str(service.organisation_id)],
        locations=records.locations,
        of_government=True,
    )
    assert found["@type"] == "GovernmentService"
    assert found["name"] == service.name["he"]
    assert found["provider"]["@type"] == "GovernmentOrganization"
    assert found["provider"]["name"] == service.organisation.name["he"]
    place, remote = found["availableChannel"]
    assert place["serviceLocation"]["address"]["addressCountry"] == "IL"
    assert place["serviceLocation"]["geo"]["latitude"] == 31.25
    assert place["serviceLocation"]["openingHoursSpecification"][0]["closes"] == "20:45"
    assert place["servicePhone"]["telephone"].startswith("+972")
    assert remote["serviceUrl"] == service.url
    assert place["availableLanguage"] == remote["availableLanguage"] == ["he"]
    assert found["areaServed"][0]["name"].startswith("העיר")
    assert json.loads(json.dumps(found)) == found


def test_the_tag_cannot_be_closed_from_inside() -> None:
    name = "</script><script>alert('&')//{}"
    data = service_json_ld(ServiceRecord(external_id="1", name={"en": name}), URL, "en")
    page = Template("{% load machines %}{% json_ld data %}").render(Context({"data": data}))
    body = page.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert "<" not in body
    assert json.loads(body)["name"] == name
