"""A service is written section by section: what is missing is said, what is not ready is kept, nothing is lost."""

from datetime import time

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.areas.models import Area
from kesher.base import rows
from kesher.base.models import Event
from kesher.directory.models import Service, UnfinishedEdit
from kesher.www.provider.services.sections import ROWS, SECTIONS, THEMES
from tests.factories import MembershipFactory, ServiceFactory
from tests.www.provider.test_services import page, typed

pytestmark = pytest.mark.django_db


def section(client: Client, service: Service, key: str, **sent: str) -> str:
    """Send one section as drawn, with these changes; returns where it led."""
    path = page("provider_service_section", service.pk, key)
    response = client.post(path, typed(client, path) | sent)
    assert response.status_code == 302, response.context["errors"]
    return str(response.headers["Location"])


def test_every_part_of_the_form_stands_in_exactly_one_section(client: Client, provider: User) -> None:
    names = [name for one in SECTIONS.values() for name in one.names]
    assert len(names) == len(set(names))
    drawn = client.get(
        page("provider_service_edit", ServiceFactory(organisation=provider.memberships.get().organisation).pk)
    )
    editor = drawn.context["editor"]
    assert {*editor.main.texts, *editor.main.fields} - {
        f"{text}_{code}" for text in editor.main.texts for code in editor.main.languages
    } | set(ROWS) | {"hours", THEMES} == set(names)


@pytest.mark.parametrize("key", SECTIONS)
def test_a_section_sent_as_drawn_changes_nothing_and_leads_on(
    client: Client,
    provider: User,
    service: Service,
    key: str,
) -> None:
    def stored() -> list[object]:
        kinds = [kind for kind in ROWS if kind != "places"] + ["schedules", "terms", "at_locations"]
        return [
            Service.objects.filter(pk=service.pk)
            .values("name", "description", "email", "url", "remote", "weeks")
            .get(),
            *(list(getattr(service, kind).values()) for kind in kinds),
        ]

    before = stored()
    led = section(client, service, key, next="1")
    keys = list(SECTIONS)
    following = keys[keys.index(key) + 1 :]
    if following:
        assert led == page("provider_service_section", service.pk, following[0])
    else:
        assert led == page("provider_service_sections", service.pk)
    assert stored() == before


def test_the_contents_say_what_is_missing(client: Client, provider: User) -> None:
    bare = ServiceFactory(organisation=provider.memberships.get().organisation, name={"en": "Bare"}, description={})
    shown = client.get(page("provider_service_sections", bare.pk))
    lacks = {row["section"].key: row["lacks"] for row in shown.context["rows"]}
    assert lacks["what"] == ["what it is, in a few sentences", "translation: עברית, العربية"]
    assert all(lacks[key] for key in ("themes", "hours", "where", "costs"))
    assert lacks["course"] == []
    assert f'max="{len(SECTIONS)}"' in shown.content.decode()
    section(client, bare, "where", remote="yes")
    section(client, bare, "hours", **{"hours-SU_0_opens": "09:00", "hours-SU_0_closes": "10:00"})
    shown = client.get(page("provider_service_sections", bare.pk))
    lacks = {row["section"].key: row["lacks"] for row in shown.context["rows"]}
    assert (lacks["where"], lacks["hours"]) == ([], [])


def test_what_is_not_ready_is_kept_and_never_published(
    client: Client,
    provider: User,
    service: Service,
) -> None:
    Service.objects.update(state="published")
    path = page("provider_service_section", service.pk, "reach")
    sent = typed(client, path) | {"email": "not yet whole", "phones-0-number": "08-000", "reason": "moving"}
    response = client.post(path, sent | {"keep": "1"})
    assert response.headers["Location"] == page("provider_service_sections", service.pk)
    assert not Event.objects.exists(), "nothing has been saved"
    assert "not yet whole" not in client.get(page("service", service.pk)).content.decode()
    assert "not yet whole" not in client.get(page("provider_service_preview", service.pk)).content.decode()
    assert "Kept for later" in client.get(page("provider_service_sections", service.pk)).content.decode()
    again = client.get(path).content.decode()
    for kept in ("not yet whole", 'value="08-000"', 'value="moving"', "and not saved yet"):
        assert kept in again, kept
    assert "ds-validation-message" not in again
    assert client.post(path, typed(client, path)).status_code == 400, "it is judged when it is saved"
    assert client.post(path, typed(client, path) | {"email": "office@example.org"}).status_code == 302
    service.refresh_from_db()
    assert service.email == "office@example.org"
    assert not UnfinishedEdit.objects.exists()


def test_what_is_kept_can_be_thrown_away(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_section", service.pk, "what")
    client.post(path, typed(client, path) | {"name_en": "Half a thought", "keep": "1"})
    assert client.post(path, {"drop": "1"}).headers["Location"] == path
    assert "Half a thought" not in client.get(path).content.decode()


def test_what_one_keeps_nobody_else_reads(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_section", service.pk, "what")
    client.post(path, typed(client, path) | {"name_en": "Half a thought", "keep": "1"})
    colleague = MembershipFactory(organisation=service.organisation, role=Role.PROVIDER).user
    client.force_login(colleague)
    assert "Half a thought" not in client.get(path).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
        try:
            with rows.acting_for(user_id=colleague.pk):
                assert not UnfinishedEdit.objects.exists(), "the database itself refuses"
            with rows.acting_for(user_id=provider.pk):
                assert UnfinishedEdit.objects.count() == 1
        finally:
            cursor.execute("RESET ROLE")


def test_two_in_different_sections_do_not_meet_and_in_the_same_one_do(
    client: Client,
    provider: User,
    service: Service,
) -> None:
    what, reach = (page("provider_service_section", service.pk, key) for key in ("what", "reach"))
    mine, theirs, third = typed(client, what), typed(client, reach), typed(client, what)
    assert client.post(reach, theirs | {"email": "new@example.org"}).status_code == 302
    assert client.post(what, mine | {"name_en": "New name"}).status_code == 302
    service.refresh_from_db()
    assert (service.email, service.name["en"]) == ("new@example.org", "New name")
    response = client.post(what, third | {"name_en": "Other name"})
    assert response.status_code == 409
    assert "New name" in response.content.decode()


def test_contacts_links_places_free_areas_and_hours_of_places(
    client: Client,
    provider: User,
    service: Service,
) -> None:
    Area.objects.create(
        scheme="x", code="1", level="authority", name={"en": "Be'er Sheva", "he": "באר שבע"}, path="x/1/"
    )
    reach = {"contacts-0-title": "Coordinator", "contacts-0-email": "who@example.org"}
    reach |= {"links-0-url": "https://example.org/forms", "links-0-label": "Forms"}
    section(client, service, "reach", **reach)
    section(client, service, "course", **{"capacities-0-available": "4", "capacities-0-maximum": "20"})
    where = {
        "service_areas-0-town": "באר שבע",
        "places-0-hours-TU_0_opens": "16:00",
        "places-0-hours-TU_0_closes": "19:30",
    }
    section(client, service, "where", **where)
    contact, link, free = service.contacts.get(), service.links.get(), service.capacities.get()
    assert (contact.title, contact.email) == ("Coordinator", "who@example.org")
    assert (link.url, link.label) == ("https://example.org/forms", "Forms")
    assert (free.available, free.maximum, free.updated.date()) == (4, 20, timezone.now().date())
    assert service.service_areas.get().area == Area.objects.get(code="1")
    rule = service.at_locations.get().schedules.get(byday="TU")
    assert (rule.byday, rule.opens_at, rule.closes_at) == ("TU", time(16), time(19, 30))
    preview = client.get(page("provider_service_preview", service.pk)).content.decode()
    history = client.get(page("provider_service_history", service.pk)).content.decode()
    for shown in ("Coordinator", "who@example.org", "https://example.org/forms", "Be&#x27;er Sheva"):
        assert shown in preview, shown
        assert shown in history, shown
    assert "Places free: 4" in preview
    assert "Tuesday · 16:00 · 19:30" in history
    # And again: what is stored is shown, and emptied it goes.
    section(client, service, "where", **dict.fromkeys(where, ""))
    assert service.service_areas.get().area is None
    assert [rule.byday for rule in service.at_locations.get().schedules.all()] == ["SU"]


def test_what_makes_no_sense_is_said_at_its_place(client: Client, provider: User, service: Service) -> None:
    path = page("provider_service_section", service.pk, "where")
    sent = typed(client, path)
    number = int(sent["places-TOTAL_FORMS"])
    more = {"places-TOTAL_FORMS": str(number + 1), f"places-{number}-hours-MO_0_opens": "09:00"}
    more |= {f"places-{number}-hours-MO_0_closes": "10:00", "service_areas-0-town": "Nowhere at all"}
    response = client.post(path, sent | more)
    assert response.status_code == 400
    anchors = {error["anchor"] for error in response.context["errors"]}
    assert anchors == {f"id_places-{number}-address_1", "id_service_areas-0-town"}
    course = page("provider_service_section", service.pk, "course")
    full = {"capacities-0-available": "9", "capacities-0-maximum": "8"}
    assert client.post(course, typed(client, course) | full).status_code == 400
    assert client.get(page("provider_service_section", service.pk, "nonsense")).status_code == 404
