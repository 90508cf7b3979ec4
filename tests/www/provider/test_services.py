"""Partners look after their own services: list, form, preview, history, "still right"."""

import re
from datetime import time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.base.models import Event
from kesher.directory.models import Dataset, MistakeReport, Phone, Schedule, Service, ServiceAtLocation
from kesher.www.provider.services.sections import SECTIONS
from tests.factories import (
    LocationFactory,
    MembershipFactory,
    OrganisationFactory,
    ScheduleFactory,
    ServiceAtLocationFactory,
    ServiceFactory,
    TaxonomyFactory,
    TermFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def page(name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(name, args=args)


def typed(client: Client, path: str) -> dict[str, str]:
    """What a browser would send back from the form as it was drawn, nothing changed."""
    html = client.get(path).content.decode()
    form = html[html.index('class="editor"') : html.index("</form>", html.index('class="editor"'))]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        attrs = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if "name" not in attrs or (attrs.get("type") == "checkbox" and " checked" not in tag):
            continue
        sent[attrs["name"]] = attrs.get("value", "on" if attrs.get("type") == "checkbox" else "")
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent[name] = text.strip("\n")
    for name, inside in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        sent[name] = chosen.group(1) if chosen else ""
    return sent


# --- the list ----------------------------------------------------------------------------------------------------


def test_the_list_shows_what_needs_a_look_first(client: Client, provider: User, service: Service) -> None:
    today = timezone.localdate()
    own = {"organisation": service.organisation, "published": True}
    Service.objects.update(check_by=today + timedelta(days=100))
    ServiceFactory(**own, name={"en": "Old"}, check_by=today - timedelta(days=1))
    ServiceFactory(**own, name={"en": "Soon"}, check_by=today + timedelta(days=5))
    ServiceFactory(organisation=service.organisation, archived=True, name={"en": "Gone"}, check_by=today)
    ServiceFactory(published=True, name={"en": "Of others"})
    MistakeReport.objects.create(service=service, what="contact", language="en")
    listed = client.get(page("provider_services"))
    names = [row["service"].name["en"] for row in listed.context["rows"]]
    assert names == ["Old", "Soon", "Evening Hebrew", "Gone"]
    text = listed.content.decode()
    assert "Is it still right?" in text
    assert "1 report of a mistake" in text
    due = client.get(page("provider_services") + "?show=due")
    assert [row["service"].name["en"] for row in due.context["rows"]] == ["Old", "Soon"]


def test_the_number_of_queries_does_not_grow_with_the_list(client: Client, provider: User, service: Service) -> None:
    client.get(page("provider_services"))
    with CaptureQueriesContext(connection) as one:
        client.get(page("provider_services"))
    for _n in range(12):
        made = ServiceFactory(organisation=service.organisation, published=True)
        MistakeReport.objects.create(service=made, what="contact", language="en")
    with CaptureQueriesContext(connection) as many:
        client.get(page("provider_services"))
    assert len(many) == len(one)


def test_still_right(client: Client, provider: User, service: Service) -> None:
    assert client.post(page("provider_service_confirm", service.pk)).status_code == 302
    service.refresh_from_db()
    assert service.assured_date == timezone.localdate()
    assert service.check_by == timezone.localdate() + timedelta(days=183)
    assert Event.objects.filter(name="service.confirm", actor_id=provider.pk).count() == 1


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_every_page_is_whole(client: Client, provider: User, service: Service, language: str) -> None:
    MistakeReport.objects.create(service=service, what="contact", language="en", text="Wrong number")
    sections = [("section", key) for key in SECTIONS]
    for name, *more in [("edit",), ("sections",), *sections, ("preview",), ("history",), ("reports",)]:
        response = client.get(page(f"provider_service_{name}", service.pk, *more, language=language))
        text = response.content.decode()
        assert response.status_code == 200
        assert "undefined:" not in text
        assert not re.search(r"\{[{%#]|[%#}]\}", text), name
        assert text.count("<h1") == 1, name
        identities = re.findall(r'\sid="([^"]+)"', text)
        assert len(identities) == len(set(identities)), [i for i in identities if identities.count(i) > 1]
    for path in ("provider_services", "provider_service_new", "register_organisation"):
        text = client.get(page(path, language=language)).content.decode()
        assert "undefined:" not in text


# --- the form ----------------------------------------------------------------------------------------------------


def test_saving_what_was_drawn_changes_nothing(client: Client, provider: User, service: Service) -> None:
    before = {
        "service": Service.objects.filter(pk=service.pk).values(*_shown()).get(),
        "parts": [list(getattr(service, kind).values()) for kind in ("phones", "languages", "costs", "schedules")],
        "places": list(ServiceAtLocation.objects.values("id", "location_id")),
    }
    path = page("provider_service_edit", service.pk)
    response = client.post(path, typed(client, path) | {"referral_modes": ["self", "professional"]})
    assert response.status_code == 302, response.context["errors"]
    after = {
        "service": Service.objects.filter(pk=service.pk).values(*_shown()).get(),
        "parts": [list(getattr(service, kind).values()) for kind in ("phones", "languages", "costs", "schedules")],
        "places": list(ServiceAtLocation.objects.values("id", "location_id")),
    }
    assert after == before


def _shown() -> list[str]:
    return [f.attname for f in Service._meta.concrete_fields if f.name not in ("updated_at", "last_modified")]


def test_a_partner_changes_a_service(client: Client, provider: User, service: Service) -> None:
    Area.objects.create(
        scheme="x", code="1", level="authority", name={"en": "Be'er Sheva", "he": "באר שבע"}, path="x/1/"
    )
    term = TermFactory(taxonomy=TaxonomyFactory(slug="open-eligibility"), code="learn", name={"en": "Learning"})
    Schedule.objects.all().delete()
    path = page("provider_service_edit", service.pk)
    sent = typed(client, path)
    sent |= {
        "name_ar": "العبرية مساءً",
        "reason": "new number",
        "referral_modes": "self",
        "check_every_months": "3",
        "phones-0-number": "08-555-0199",
        "hours-SU_0_opens": "09:00",
        "hours-SU_0_closes": "12:30",
        "hours-MO_0_opens": "09:00",
        "hours-MO_0_closes": "12:30",
        "themes-themes": "learn",
        "places-0-town": "באר שבע",
        "still_right": "on",
    }
    response = client.post(path, sent)
    assert response.status_code == 302, response.context["errors"]
    service.refresh_from_db()
    assert service.name == {
        "en": "Evening Hebrew",
        "he": "עברית בערב",
        "es": "Hebreo",  # not in the form, kept
        "ar": "العبرية مساءً",
    }
    assert service.phones.get().number == "08-555-0199"
    assert service.phones.get().languages == ["he", "ar"]  # not in the form, kept
    rule = service.schedules.get()
    assert (rule.byday, rule.opens_at, rule.closes_at) == ("SU,MO", time(9), time(12, 30))
    assert service.terms.filter(term=term).exists()
    site = service.at_locations.get()
    assert site.location.area is not None
    assert site.location.area.code == "1"
    assert service.check_by == timezone.localdate() + timedelta(days=91)
    event = Event.objects.get(name="service.change")
    assert (event.actor_id, event.reason) == (provider.pk, "new number")
    history = client.get(page("provider_service_history", service.pk)).content.decode()
    for expected in ("new number", "Dana", "08-555-0199", "العبرية مساءً"):
        assert expected in history, expected
    assert provider.email not in history


def test_a_new_service_is_written_looked_at_and_published(client: Client, provider: User) -> None:
    path = page("provider_service_new")
    sent = typed(client, path) | {"name_he": "מועדון שיחה", "description_he": "מדברים עברית"}
    response = client.post(path, sent)
    assert response.status_code == 302, response.context["errors"]
    made = Service.objects.get(name__he="מועדון שיחה")
    assert made.state == Service.State.DRAFT
    preview = client.get(page("provider_service_preview", made.pk)).content.decode()
    assert "מדברים עברית" in preview
    publish = page("provider_service_move", made.pk)
    assert client.post(publish, {"event": "publish"}).status_code == 400, "nobody could reach it yet"
    reach = page("provider_service_section", made.pk, "reach")
    response = client.post(reach, typed(client, reach) | {"email": "us@example.org"})
    assert response.headers["Location"] == page("provider_service_sections", made.pk)
    assert client.post(publish, {"event": "publish"}).status_code == 302
    made.refresh_from_db()
    assert made.state == Service.State.PUBLISHED
    assert made.description == {"he": "מדברים עברית"}, "another section leaves it alone"
    client.logout()
    assert client.get(page("service", made.pk)).status_code == 200


def test_nothing_typed_is_lost_on_errors(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_edit", service.pk)
    sent = typed(client, path) | {
        "description_he": "מה שכתבתי",
        "email": "nonsense",
        "phones-0-number": "none",
        "hours-TU_1_opens": "14:00",
        "costs-0-amount": "-5",
        "reason": "my reason",
        "minimum_age": "70",
        "maximum_age": "20",
    }
    response = client.post(path, sent)
    assert response.status_code == 400
    text = response.content.decode()
    for kept in ("מה שכתבתי", "nonsense", 'value="none"', 'value="14:00"', 'value="-5"', "my reason"):
        assert kept in text, kept
    anchors = {error["anchor"] for error in response.context["errors"]}
    assert {"id_email", "id_phones-0-number", "id_hours-TU_1_closes", "id_costs-0-amount", "id_maximum_age"} <= anchors
    for anchor in anchors:
        assert f'id="{anchor}"' in text
    service.refresh_from_db()
    assert "he" not in service.description or service.description["he"] != "מה שכתבתי"


@pytest.mark.parametrize(
    "kind",
    [
        "phones",
        "contacts",
        "links",
        "languages",
        "costs",
        "required_documents",
        "capacities",
        "places",
        "service_areas",
    ],
)
def test_another_row_without_a_script_keeps_what_was_typed(
    client: Client, provider: User, service: Service, kind: str
) -> None:
    path = page("provider_service_edit", service.pk)
    sent = typed(client, path)
    rows = int(sent[f"{kind}-TOTAL_FORMS"])
    response = client.post(path, sent | {"add": kind, "name_en": "Typed now", "email": "not yet whole"})
    assert response.status_code == 200
    text = response.content.decode()
    assert f'name="{kind}-TOTAL_FORMS" value="{rows + 1}"' in text
    assert "Typed now" in text
    assert "not yet whole" in text
    assert "ds-validation-message" not in text
    assert Event.objects.count() == 0


def test_rows_are_added_and_taken_away(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_edit", service.pk)
    sent = typed(client, path) | {"referral_modes": "self"}
    sent |= {
        "phones-TOTAL_FORMS": "2",
        "phones-0-DELETE": "on",
        "phones-1-number": "*9696",
        "costs-0-amount": "",
        **{f"costs-0-{name}_{code}": "" for name in ("option", "amount_description") for code in ("en", "he", "ar")},
    }
    response = client.post(path, sent)
    assert response.status_code == 302, response.context["errors"]
    assert [phone.number for phone in Phone.objects.filter(service=service)] == ["*9696"]
    assert not service.costs.exists()  # emptied: taken away


def test_of_two_who_save_at_once_nobody_loses_anything(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_edit", service.pk)
    mine = typed(client, path) | {"referral_modes": "self", "description_en": "Mine", "phones-0-number": "08-000-0001"}
    theirs = typed(client, path) | {"referral_modes": "self", "description_en": "Theirs"}
    theirs |= {"phones-TOTAL_FORMS": "2", "phones-1-number": "08-000-0002"}
    assert client.post(path, theirs).status_code == 302
    response = client.post(path, mine)
    assert response.status_code == 409
    text = response.content.decode()
    assert "Mine" in text
    assert "Theirs" in text
    assert "08-000-0002" in text
    service.refresh_from_db()
    assert service.description["en"] == "Theirs"
    again = mine | {"seen": response.context["seen"]}
    assert client.post(path, again).status_code == 302
    service.refresh_from_db()
    assert service.description["en"] == "Mine"
    assert {phone.number for phone in service.phones.all()} == {"08-000-0001", "08-000-0002"}


def test_a_forged_or_missing_version_saves_nothing(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_edit", service.pk)
    sent = typed(client, path) | {"description_en": "Mine"}
    for seen in ("", "yesterday", "2026-13-45T00:00"):
        assert client.post(path, sent | {"seen": seen}).status_code == 409


def test_a_place_others_use_is_left_to_them(client: Client, provider: User, service: Service) -> None:
    site = service.at_locations.get()
    other = ServiceAtLocationFactory(location=site.location)
    path = page("provider_service_edit", service.pk)
    response = client.post(path, typed(client, path) | {"places-0-address_1": "2 New Street"})
    assert response.status_code == 302, response.context["errors"]
    assert service.at_locations.get().location.addresses.get().address_1 == "2 New Street"
    assert other.location.addresses.get().address_1 == "1 Example Street"


def test_a_service_from_a_dataset_is_ours_once_edited(client: Client, provider: User, service: Service) -> None:
    Service.objects.update(dataset=Dataset.objects.create(slug="town"), external_id="7")
    path = page("provider_service_edit", service.pk)
    assert client.post(path, typed(client, path)).status_code == 302
    service.refresh_from_db()
    assert service.edited_here


def test_hours_of_another_kind_stay(client: Client, provider: User, service: Service) -> None:
    Schedule.objects.all().delete()
    ScheduleFactory(service=service, freq="MONTHLY", valid_from=None)
    path = page("provider_service_edit", service.pk)
    sent = typed(client, path) | {"hours-SU_0_opens": "08:00", "hours-SU_0_closes": "10:00"}
    assert client.post(path, sent).status_code == 302
    assert sorted(service.schedules.values_list("freq", flat=True)) == ["MONTHLY", "WEEKLY"]


# --- preview and verbs ---------------------------------------------------------------------------------------------


def test_the_preview_speaks_any_language(client: Client, provider: User, service: Service) -> None:
    text = client.get(page("provider_service_preview", service.pk) + "?in=he").content.decode()
    shown = text[text.index('class="preview" lang="he" dir="rtl"') :]
    assert "עברית בערב" in shown
    assert "ראשון" in shown  # the days of the week too, not only the partner's own words


def test_taking_down_asks_why_and_keeps_what_was_typed(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_move", service.pk)
    refused = client.post(path, {"event": "suspend", "reason": " "})
    assert refused.status_code == 400
    assert "Please give a reason" in refused.content.decode()
    assert client.post(path, {"event": "suspend", "reason": "Holiday"}).status_code == 302
    service.refresh_from_db()
    assert service.state == Service.State.SUSPENDED
    assert client.post(path, {"event": "nonsense"}).status_code == 400


def test_a_report_is_settled_once(client: Client, provider: User, service: Service) -> None:
    report = MistakeReport.objects.create(service=service, what="contact", language="en", text="Wrong number")
    assert "Wrong number" in client.get(page("provider_service_reports", service.pk)).content.decode()
    for _twice in range(2):
        assert client.post(page("provider_report_settle", report.pk)).status_code == 302
    report.refresh_from_db()
    assert report.settled_by_id == provider.pk
    assert Event.objects.filter(name="service.report_settled").count() == 1


# --- who may -------------------------------------------------------------------------------------------------------

ROUTES = [
    ("get", "provider_service_edit"),
    ("post", "provider_service_edit"),
    ("get", "provider_service_preview"),
    ("get", "provider_service_history"),
    ("get", "provider_service_reports"),
    ("post", "provider_service_confirm"),
    ("post", "provider_service_move"),
    ("post", "provider_report_settle"),
    ("post", "organisation_ask_again"),
    ("get", "moderation"),
    ("post", "moderation_decide"),
]


@pytest.mark.parametrize("role", [*Role.values, "nobody", "anonymous"])
@pytest.mark.parametrize(("method", "route"), ROUTES)
def test_the_same_role_elsewhere_finds_nothing(client: Client, role: str, method: str, route: str) -> None:
    service = ServiceFactory(published=True)
    report = MistakeReport.objects.create(service=service, what="contact", language="en")
    elsewhere = UserFactory()
    if role in Role.values:
        MembershipFactory(user=elsewhere, role=role)
    if role != "anonymous":
        client.force_login(elsewhere)
    about = {"provider_report_settle": report.pk, "organisation_ask_again": service.organisation_id}
    about["moderation_decide"] = service.organisation_id
    args = [] if route == "moderation" else [about.get(route, service.pk)]
    response = getattr(client, method)(page(route, *args), {"event": "suspend", "reason": "x"})
    overseeing = {Role.OFFICER, Role.MODERATOR, Role.PLATFORM_ADMIN}
    if role == "anonymous":
        assert response.status_code == 302
        assert "/accounts/login/" in response.headers["Location"]
    elif route == "moderation_decide":
        assert (response.status_code == 302) == (role in {Role.MODERATOR, Role.PLATFORM_ADMIN})
    elif route == "organisation_ask_again":
        assert response.status_code == 404
    elif role in overseeing:
        assert response.status_code != 404
    else:
        assert response.status_code == 404
        service.refresh_from_db()
        assert service.state == Service.State.PUBLISHED


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.MENTOR, Role.OBSERVER])
def test_another_role_in_the_same_organisation_does_not_edit(client: Client, service: Service, role: str) -> None:
    client.force_login(MembershipFactory(organisation=service.organisation, role=role).user)
    assert client.get(page("provider_service_edit", service.pk)).status_code == 404
    assert client.get(page("provider_service_new")).status_code == 404


def test_a_new_service_cannot_be_written_for_others(client: Client, provider: User) -> None:
    path = page("provider_service_new")
    other = OrganisationFactory(approved=True)
    sent = typed(client, path) | {"name_en": "Mine for them", "organisation": str(other.pk)}
    assert client.post(path, sent).status_code == 404
    assert not Service.objects.filter(organisation=other).exists()


@pytest.mark.parametrize(
    ("role", "home"),
    [
        (Role.PROVIDER, "provider_referrals"),
        (Role.COLLEGE, "college_cohorts"),
        (Role.ORGANISATION_ADMIN, "provider_services"),
        (Role.MODERATOR, "moderation"),
        (Role.OFFICER, "moderation"),
        (Role.PLATFORM_ADMIN, "first_week"),  # until the portal is set up
        (Role.MENTOR, "mentor_home"),
        (None, "front"),
    ],
)
def test_each_role_lands_in_its_own_room(client: Client, role: str | None, home: str) -> None:
    user = UserFactory()
    if role:
        MembershipFactory(user=user, role=role)
    client.force_login(user)
    response = client.get(page("home"))
    assert response.headers["Location"] == page(home)
    assert client.get(page(home)).status_code == 200


def test_names_are_for_the_organisation_alone(client: Client, provider: User, service: Service) -> None:
    client.post(page("provider_service_confirm", service.pk))
    client.force_login(MembershipFactory(role=Role.OFFICER).user)
    text = client.get(page("provider_service_history", service.pk)).content.decode()
    assert "Dana" not in text
    assert "Confirmed: still right" in text


def test_locations_stay_when_a_place_is_taken_away(client: Client, provider: User, service: Service) -> None:
    LocationFactory()
    path = page("provider_service_edit", service.pk)
    assert client.post(path, typed(client, path) | {"places-0-DELETE": "on"}).status_code == 302
    assert not service.at_locations.exists()
    assert Organisation.objects.filter(locations__isnull=False).exists()
