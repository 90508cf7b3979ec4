"""Who looked at the file of somebody without an account: on paper, with nothing on it that must not be told to who prints."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.memberships import leave
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.base.access import record_read
from kesher.base.models import AccessLog
from kesher.base.transitions import Actor
from kesher.people import claiming, files, looks
from kesher.people.consents import PERSON, give
from kesher.people.models import Access, Person
from kesher.people.models.consents import Purpose
from tests.casework.people import Case, a_case, worker
from tests.factories import OrganisationFactory, UserFactory

pytestmark = pytest.mark.django_db


def sheet_of(client: Client, user: User, case: Case) -> str:
    client.force_login(user)
    answer = client.get(reverse("caseworker_looked", args=[case.person.pk]))
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def without_the_link(sheet: str) -> str:
    return re.sub(r"https?://\S+", "", sheet)


@pytest.fixture
def case() -> Case:
    one = a_case(called="Almaz", language="en")
    for organisation, name in ((one.keeper, "The hill office"), (one.partner, "The bridge")):
        Organisation.objects.filter(pk=organisation.pk).update(name={"en": name})
    one.person.discreet = False
    one.person.save(update_fields=["discreet"])
    return one


@pytest.fixture
def house(case: Case) -> Organisation:
    """A shelter to which they were sent, and which has the whole file: nobody else wrote that down."""
    house: Organisation = OrganisationFactory(
        approved=True, name={"en": "Desert Rose"}, sensitive=True, sensitive_why="x"
    )
    Access.objects.create(person=case.person, organisation=house, kind=Access.Kind.REFERRAL, whole=True)
    return house


def looks_there(case: Case, house: Organisation, purpose: str = "notes") -> User:
    user = worker(house)
    files.read(case.person, by=user.as_actor(house.pk), purpose=purpose)
    return user


def test_each_look_stands_there_with_day_organisation_role_and_what_for(client: Client, case: Case) -> None:
    files.read(case.person, by=case.partner_by, purpose="referral")
    sheet = sheet_of(client, case.worker, case)
    assert "The bridge (caseworker) looked at where you are referred" in sheet
    assert "The hill office (caseworker) printed who looked at your file" in sheet, "printing is a look, too"
    assert str(case.partner_worker) not in sheet, "as what they looked, not their names: the sheet leaves the office"
    assert AccessLog.objects.filter(about_id=case.person.pk, purpose="looks", actor_id=case.worker.pk).count() == 1


def test_the_role_is_that_of_the_day(case: Case) -> None:
    files.read(case.person, by=case.partner_by, purpose="file")
    Membership.objects.filter(user=case.partner_worker).update(until=timezone.localdate())
    Membership.objects.create(
        user=case.partner_worker,
        organisation=case.partner,
        role=Role.MANAGER,
        since=timezone.localdate() + timedelta(days=1),
    )
    (line,) = looks.on_paper(case.person, by=case.by)
    assert (line.organisation, line.roles, line.purposes) == (case.partner, ("caseworker",), ("file",))


@pytest.mark.parametrize("kind", ["marked", "health"])
def test_a_look_of_a_shelter_or_a_clinic_is_on_no_sheet_of_another_and_leaves_no_trace(
    client: Client, case: Case, house: Organisation, kind: str
) -> None:
    if kind == "health":
        Organisation.objects.filter(pk=house.pk).update(sensitive=False, sensitive_why="", kind="health")
    sheet_of(client, case.worker, case)
    sheet_of(client, case.partner_worker, case)
    before = [without_the_link(sheet_of(client, who, case)) for who in (case.worker, case.partner_worker)]
    looks_there(case, house)
    after = [without_the_link(sheet_of(client, who, case)) for who in (case.worker, case.partner_worker)]
    assert before == after, "not a word differs"
    assert "Desert Rose" not in after[0]
    assert "a shelter or a clinic" in before[0], (
        "and all are told where such looks are read, whether there are any or not"
    )


def test_many_looks_of_the_shelter_take_no_lines_of_the_sheet(case: Case, house: Organisation) -> None:
    by = worker(house).as_actor(house.pk)
    for number in range(looks.MOST_LINES + 5):
        record_read(case.person, by=Actor(by.user_id, house.pk if number % 2 else case.partner.pk), purpose="file")
    with_them = looks.on_paper(case.person, by=case.by)
    assert [one.organisation for one in with_them] == [case.partner]


def test_the_shelter_prints_its_own_unless_messages_must_not_say_who_sends_them(
    client: Client, case: Case, house: Organisation
) -> None:
    there = looks_there(case, house)
    sheet = sheet_of(client, there, case)
    assert "Desert Rose (caseworker) printed who looked at your file; looked at the notes about you" in sheet
    case.person.discreet = True
    case.person.save(update_fields=["discreet"])
    sheet = sheet_of(client, there, case)
    assert "The bridge" not in sheet  # it never looked
    assert "Desert Rose" not in sheet.split("Who looked at my file", 1)[1]


def test_who_wrote_down_that_they_agree_with_it_knows_and_may_print_it(
    client: Client, case: Case, house: Organisation
) -> None:
    looks_there(case, house)
    give(case.person, Purpose.SHARE, with_=house, how="present", language="en", by=case.by)
    assert "Desert Rose" in sheet_of(client, case.worker, case)
    assert "Desert Rose" not in sheet_of(client, case.partner_worker, case)


def test_by_the_link_of_the_sheet_the_person_reads_all_and_whoever_works_with_the_file_cannot_take_it(
    client: Client, case: Case, house: Organisation
) -> None:
    looks_there(case, house)
    (link,) = set(re.findall(r"https?://\S+/me/claim/\S+", sheet_of(client, case.worker, case)))
    taken = client.post(link)
    assert taken.status_code == 410
    assert "an account of their own" in taken.content.decode()
    assert not Person.objects.exclude(user=None).exists()
    themselves = UserFactory()
    client.force_login(themselves)
    number = re.search(r'class="receipt" dir="ltr">(\d{4})<', client.post(link).content.decode())
    assert number
    assert not Person.objects.exclude(user=None).exists(), "who printed it holds it, too: it waits for a second person"
    claiming.confirm(case.person, number[1], by=case.partner_by)
    assert client.post(link).status_code == 302
    assert "Desert Rose" in client.get(reverse("who_looked")).content.decode()
    data = json.loads(client.get(reverse("my_file_data")).content)
    told: list[dict[str, Any]] = data["who_looked"]
    theirs = next(one for one in told if one["organisation_name"] == {"en": "Desert Rose"})
    assert (theirs["roles"], theirs["purpose"], theirs["organisation"]) == (["caseworker"], "notes", str(house.pk))
    # and the sheet hands out no link any more
    sheet = sheet_of(client, case.worker, case)
    assert "/me/claim/" not in sheet
    assert "log in, and open “Who looked at my file”" in sheet


def test_a_look_of_who_helps_names_no_organisation(case: Case, client: Client) -> None:
    helper = UserFactory()
    record_read(case.person, by=Actor(helper.pk, None, frozenset({PERSON})), purpose="help")
    assert "somebody who helps you helped you" in sheet_of(client, case.worker, case)


def test_who_cannot_see_the_file_has_no_such_page(client: Client, case: Case) -> None:
    client.force_login(worker(OrganisationFactory(approved=True)))
    assert client.get(reverse("caseworker_looked", args=[case.person.pk])).status_code == 404


@pytest.mark.parametrize("language", ["he", "ar"])
def test_beside_ones_own_language_stands_theirs(client: Client, case: Case, language: str) -> None:
    client.force_login(case.worker)
    page = client.get(reverse("caseworker_looked", args=[case.person.pk]).replace("/en/", f"/{language}/"))
    columns = re.findall(r'<section class="both__one" lang="(\w+)" dir="(\w+)"', page.content.decode())
    assert columns == [("en", "ltr"), (language, "rtl")]


def test_as_what_somebody_looked_is_told_after_they_have_left(client: Client, case: Case) -> None:
    record_read(case.person, by=case.partner_by, purpose="notes")
    leave(case.partner, case.partner_worker)
    roles = looks.roles_at(looks.everything(case.person))
    assert ("caseworker",) in roles.values()
    assert "The bridge (caseworker)" in sheet_of(client, case.worker, case)
