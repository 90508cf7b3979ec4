"""Lists that staff work through: filters that stay, views, one verb for several rows, and the table to take along."""

import io
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from kesher.accounts.models import Organisation, SavedView, User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.casework.models import Caseworker, Review, Step
from kesher.casework.plans import agree, write_note
from kesher.people import worries
from kesher.people.consents import open_to, withdraw
from kesher.people.models import Consent, Person, Worry
from kesher.referrals import answering
from kesher.referrals.vocabularies import Reason, State
from kesher.www.lists import kept
from tests.casework.people import a_case, in_days, worker
from tests.factories import LoopFactory, MembershipFactory, OrganisationFactory, PersonFactory, ReferralFactory

pytestmark = pytest.mark.django_db
PEOPLE, STEPS, SENT, INBOX = (
    f"/en/{one}/" for one in ("caseworker/people", "caseworker/steps", "referrals", "provider/referrals")
)


@pytest.fixture
def here() -> Organisation:
    return OrganisationFactory(approved=True)


@pytest.fixture
def noa(here: Organisation) -> User:
    return MembershipFactory(organisation=here, role=Role.CASEWORKER).user


@pytest.fixture
def page(client: Client, noa: User) -> Client:
    client.force_login(noa)
    return client


def sheet(response: Any) -> list[dict[str, Any]]:
    """The rows of the table that was sent, by column."""
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"] == "no-store"
    rows = openpyxl.load_workbook(io.BytesIO(response.content)).active.iter_rows(values_only=True)
    columns = next(rows)
    return [dict(zip(columns, row, strict=True)) for row in rows]


# --- filters and views --------------------------------------------------------------------------------------------------


def test_one_comes_back_to_the_same_page_of_the_same_filter(
    page: Client, here: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "PAGE_SIZE", 2)
    people = [PersonFactory(keeper=here, language="am") for _ in range(5)]
    PersonFactory(keeper=here, language="fr")
    page.post(PEOPLE, {"language": "am"})
    assert page.get(f"{PEOPLE}?page=2").context["page"].number == 2
    page.get(reverse("caseworker_person", kwargs={"pk": people[0].pk}))
    shown = page.get(PEOPLE).context
    assert (shown["page"].number, shown["page"].paginator.count) == (2, 5)
    keys = [str(row["key"]) for row in shown["rows"]]
    back = page.post(f"{PEOPLE}?page=2", {"do": "mine", "chosen": keys})
    assert back["Location"] == f"{PEOPLE}?page=2"
    page.post(PEOPLE, {"language": "fr"})
    assert page.get(PEOPLE).context["page"].number == 1, "another filter begins at its first page"


def test_a_view_keeps_what_was_chosen_and_never_a_name(page: Client, here: Organisation, noa: User) -> None:
    worried = PersonFactory(keeper=here, called="Almaz")
    worries.say(worried, ["home"], by=noa.as_actor(here.pk))
    PersonFactory(keeper=here, called="Bogdan")
    page.post(PEOPLE, {"worry": "home", "words": "Almaz", "sort": "silent"})
    page.post(PEOPLE, {"save_view": "1", "view_name": "  בית  first "})
    view = SavedView.objects.get()
    assert (view.user, view.of, view.name) == (noa, "people", "בית first")
    assert view.filters == {"worry": "home", "sort": "silent"}
    page.post(PEOPLE, {"clear": "1"})
    assert len(page.get(PEOPLE).context["rows"]) == 2
    page.post(PEOPLE, {"view": str(view.pk)})
    assert [row["person"] for row in page.get(PEOPLE).context["rows"]] == [worried]
    page.post(PEOPLE, {"language": "am", "save_view": "1", "view_name": "בית first"})
    assert SavedView.objects.count() == 1, "the same name is the same view"
    page.post(PEOPLE, {"forget": str(view.pk)})
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "\u202ename", "a\x07b", "\u200b"])
def test_a_view_needs_a_name_that_can_be_read(page: Client, name: str) -> None:
    assert page.post(PEOPLE, {"save_view": "1", "view_name": name}).status_code == 302
    assert not SavedView.objects.exists()


def test_views_are_personal(page: Client, here: Organisation) -> None:
    theirs = SavedView.objects.create(user=worker(here), of="people", name="Theirs", filters={"language": "fr"})
    PersonFactory(keeper=here, language="am")
    assert "Theirs" not in page.get(PEOPLE).content.decode()
    page.post(PEOPLE, {"view": str(theirs.pk)})
    page.post(PEOPLE, {"forget": str(theirs.pk)})
    assert len(page.get(PEOPLE).context["rows"]) == 1
    assert SavedView.objects.filter(pk=theirs.pk).exists()


def test_twenty_views_are_enough(page: Client, noa: User) -> None:
    SavedView.objects.bulk_create([SavedView(user=noa, of="people", name=f"View {n}") for n in range(SavedView.MOST)])
    page.post(PEOPLE, {"save_view": "1", "view_name": "one more"})
    assert SavedView.objects.count() == SavedView.MOST


@pytest.mark.parametrize(
    ("address", "rows_of"),
    [
        (PEOPLE, "people_person"),
        (STEPS, "casework_step"),
        (f"{SENT}?show=waits", "referrals_referral"),
        (f"{INBOX}?show=waits", "referrals_referral"),
    ],
)
def test_the_rows_of_a_page_are_asked_for_once(client: Client, address: str, rows_of: str) -> None:
    sent = ReferralFactory()
    both = MembershipFactory(organisation=sent.sender, role=Role.CASEWORKER).user
    answers = MembershipFactory(organisation=sent.receiver, role=Role.PROVIDER).user
    agree(sent.person, kind="papers", text="Passport", due_on=in_days(3), by=both.as_actor(sent.sender_id))
    client.force_login(answers if address.startswith(INBOX) else both)
    with CaptureQueriesContext(connection) as asked:
        assert len(client.get(address).context["rows"]) == 1
    those = [one["sql"] for one in asked if one["sql"].startswith(f'SELECT "{rows_of}"."id", ')]
    assert len(those) == 1, those


# --- several at once ----------------------------------------------------------------------------------------------------


def test_each_row_is_asked_for_by_itself_and_told(page: Client, here: Organisation, noa: User) -> None:
    own, second = PersonFactory(keeper=here, called="Almaz"), PersonFactory(keeper=here, called="Bogdan")
    foreign = PersonFactory(called="Of another office")
    closed = PersonFactory(keeper=here, called="Closed", state=Person.State.CLOSED)
    keys = [str(one.pk) for one in (own, foreign, second, closed)]
    shown = page.post(PEOPLE, {"do": "mine", "chosen": [*keys, "not a key", keys[0]]}, follow=True)
    assert set(Caseworker.objects.values_list("person", "user")) == {(own.pk, noa.pk), (second.pk, noa.pk)}
    told = shown.context["told"]
    assert [(one["name"], one["done"]) for one in told] == [
        ("Almaz", True),
        ("", False),
        ("Bogdan", True),
        ("Closed", False),
    ]
    assert "another office" not in shown.content.decode()
    assert not page.get(PEOPLE).context["told"], "told once"
    assert set(AccessLog.objects.filter(purpose="change").values_list("about_id", flat=True)) == {own.pk, second.pk}


def test_a_colleague_is_one_of_the_same_organisation(page: Client, here: Organisation) -> None:
    person, colleague, stranger = PersonFactory(keeper=here), worker(here), worker(OrganisationFactory(approved=True))
    told = {"do": "colleague", "chosen": [str(person.pk)]}
    refused = page.post(PEOPLE, {**told, "colleague-user": str(stranger.pk)})
    assert refused.status_code == 400
    assert refused.context["rows"][0]["ticked"], "what was ticked stays ticked"
    assert not Caseworker.objects.exists()
    page.post(PEOPLE, {**told, "colleague-user": str(colleague.pk)})
    assert Caseworker.objects.get().user == colleague


def test_a_day_is_set_for_several_once(page: Client, here: Organisation) -> None:
    people = [PersonFactory(keeper=here) for _ in range(2)]
    day = in_days(20)
    told = {"do": "date", "chosen": [str(one.pk) for one in people], "date-kind": "plan", "date-on": day.isoformat()}
    assert page.post(PEOPLE, {**told, "date-on": ""}).status_code == 400
    page.post(PEOPLE, told)
    assert set(Review.objects.values_list("person", "on")) == {(one.pk, day) for one in people}
    again = page.post(PEOPLE, told, follow=True)
    assert [one["done"] for one in again.context["told"]] == [False, False]
    assert Review.objects.count() == 2


def test_nothing_ticked_and_no_such_verb_change_nothing(page: Client, here: Organisation) -> None:
    PersonFactory(keeper=here)
    assert "Tick at least one row" in page.post(PEOPLE, {"do": "mine"}, follow=True).content.decode()
    assert page.post(PEOPLE, {"do": "erase", "chosen": "x"}).status_code == 302
    assert not Caseworker.objects.exists()


def test_steps_are_filtered_done_and_postponed(page: Client, here: Organisation, noa: User) -> None:
    by = noa.as_actor(here.pk)
    first, second = PersonFactory(keeper=here, called="Almaz"), PersonFactory(keeper=here, called="Bogdan")
    passport = agree(first, kind="papers", text="Passport", due_on=in_days(3), by=by)
    call = agree(second, kind="call", due_on=in_days(30), by=by, owner="caseworker", owner_user_id=noa.pk)
    other = a_case().step()
    assert [row["step"] for row in page.get(STEPS).context["rows"]] == [passport, call]
    page.post(STEPS, {"whose": "mine"})
    assert [row["step"] for row in page.get(STEPS).context["rows"]] == [call]
    page.post(STEPS, {"state": "week", "words": "אלמז"})
    assert [row["step"] for row in page.get(STEPS).context["rows"]] == [passport]
    page.post(STEPS, {"clear": "1"})
    keys = [str(one.pk) for one in (passport, call, other)]
    drawn = {f"seen-{row['key']}": row["seen"] for row in page.get(STEPS).context["rows"]}
    told = {"do": "postpone", "chosen": keys, "postpone-due_on": in_days(40).isoformat()}
    shown = page.post(STEPS, told | drawn, follow=True)
    assert [one["done"] for one in shown.context["told"]] == [True, True, False]
    assert set(Step.objects.filter(due_on=in_days(40))) == {passport, call}
    page.post(STEPS, {"do": "finish", "chosen": keys})
    other.refresh_from_db()
    assert (other.state, Step.objects.filter(state="done").count()) == ("open", 2)
    page.post(STEPS, {"state": "done"})
    assert {row["step"] for row in page.get(STEPS).context["rows"]} == {passport, call}


def test_several_referrals_are_accepted_and_one_that_was_answered_stays(client: Client) -> None:
    first = ReferralFactory()
    receiver = first.receiver
    second = ReferralFactory(receiver=receiver, service=first.service)
    other = ReferralFactory()
    provider = MembershipFactory(organisation=receiver, role=Role.PROVIDER).user
    by = provider.as_actor(receiver.pk)
    answering.reject(second, by=by, reason=Reason.NO_CAPACITY)
    client.force_login(provider)
    keys = [str(one.pk) for one in (first, second, other)]
    shown = client.post(f"{INBOX}?show=waits", {"do": "accept", "chosen": keys}, follow=True)
    assert [one["done"] for one in shown.context["told"]] == [True, False, False]
    for one, state in ((first, State.ACCEPTED), (second, State.REJECTED), (other, State.REQUESTED)):
        one.refresh_from_db()
        assert one.state == state
    assert first.worker_id == provider.pk


# --- to take along ------------------------------------------------------------------------------------------------------


def test_a_table_holds_what_the_filter_shows_and_each_reading_is_written_down(
    page: Client, here: Organisation, noa: User
) -> None:
    almaz = PersonFactory(keeper=here, called="=cmd|' /C calc'!A0", phone="+972-50-555-0101", language="am")
    PersonFactory(keeper=here, called="Bogdan", language="ru")
    PersonFactory(called="Of another office", language="am")
    write_note(almaz, text="a note nobody takes along", scope="private", by=noa.as_actor(here.pk))
    Person.objects.filter(pk=almaz.pk).update(reach_when="@mornings")
    page.post(PEOPLE, {"language": "am"})
    response = page.post(PEOPLE, {"export": "1"})
    (row,) = sheet(response)
    assert row["Name"] == "'=cmd|' /C calc'!A0"
    assert row["Telephone number"] == "'+972-50-555-0101"
    assert row["When it is safe"] == "'@mornings"
    everything = " ".join(str(value) for value in row.values())
    assert "nobody takes along" not in everything
    logged = AccessLog.objects.get(purpose="list")
    assert (logged.about_id, logged.actor_id, logged.organisation_id) == (almaz.pk, noa.pk, here.pk)


def test_no_table_tells_of_permits_identity_or_needs(page: Client, here: Organisation, noa: User) -> None:
    person = PersonFactory(keeper=here, identity_number="123456782")
    agree(person, kind="papers", text="Passport", due_on=in_days(3), by=noa.as_actor(here.pk))
    Review.objects.create(person=person, kind="permit", on=in_days(9), text="permit runs out")
    columns = set()
    for address in (PEOPLE, STEPS, SENT):
        response = page.post(address, {"export": "1"})
        rows = sheet(response)
        columns |= set(rows[0]) if rows else set()
        assert "123456782" not in str(rows)
        assert "permit" not in str(rows).lower()
    assert {"Name", "Step"} <= columns
    assert not columns & {"Permit", "Status", "Identity number", "Needs", "Support level", "Notes"}


def test_what_is_not_open_any_more_is_dropped_from_the_table_of_referrals(client: Client) -> None:
    kept_open = ReferralFactory()
    sender = kept_open.sender
    gone = PersonFactory(keeper=sender, called="Withdrawn")
    closed = ReferralFactory(sender=sender, loop=LoopFactory(person=gone, organisation=sender))
    Person.objects.filter(pk=kept_open.person_id).update(called="Open")
    caseworker = worker(sender)
    consent = Consent.objects.get(person=closed.person, purpose="file")
    withdraw(consent, by=caseworker.as_actor(sender.pk))
    client.force_login(caseworker)
    client.get(f"{SENT}?show=waits")
    rows = sheet(client.post(f"{SENT}?show=waits", {"export": "1"}))
    names = [row["Name"] for row in rows]
    assert "Withdrawn" not in str(rows)
    assert "Open" in names
    assert list(AccessLog.objects.filter(purpose="list").values_list("about_id", flat=True)) == [kept_open.person_id]


def test_a_reason_that_could_be_held_against_somebody_is_in_no_table(client: Client) -> None:
    referral = ReferralFactory()
    provider = MembershipFactory(organisation=referral.receiver, role=Role.PROVIDER).user
    answering.reject(
        referral, by=provider.as_actor(referral.receiver_id), reason=Reason.NOT_INTERESTED, words="said no"
    )
    client.force_login(worker(referral.sender))
    (row,) = sheet(client.post(f"{SENT}?show=done", {"export": "1"}))
    assert row["Reason"] == "between them and the person"
    assert "said no" not in str(row)


def test_no_filter_tells_what_a_table_leaves_out(page: Client, here: Organisation) -> None:
    PersonFactory(keeper=here, called="Almaz")
    for address, left_out, told in (
        (PEOPLE, {"worry": Worry.Kind.MONEY}, {"language": "am"}),
        (f"{SENT}?show=done", {"reason": Reason.NO_SHOW}, {"reason": Reason.NO_CAPACITY}),
    ):
        before = AccessLog.objects.filter(purpose="list").count()
        page.post(address, left_out)
        refused = page.post(address, {"export": "1"}, follow=True)
        assert refused["Content-Type"].startswith("text/html"), address
        assert "A table must not tell" in refused.content.decode()
        assert AccessLog.objects.filter(purpose="list").count() == before
        page.post(address, told)
        assert "spreadsheet" in page.post(address, {"export": "1"})["Content-Type"], address


@pytest.mark.parametrize("carries", [["contact"], []])
def test_a_receiver_takes_along_what_was_carried_while_it_is_theirs(client: Client, carries: list[str]) -> None:
    referral = ReferralFactory(carries=carries)
    Person.objects.filter(pk=referral.person_id).update(called="Almaz")
    provider = MembershipFactory(organisation=referral.receiver, role=Role.PROVIDER).user
    client.force_login(provider)
    (row,) = sheet(client.post(f"{INBOX}?show=waits", {"export": "1"}))
    assert row["Name"] is None, "no access was opened"
    assert not AccessLog.objects.filter(purpose="list").exists()
    open_to(referral.person, referral.receiver, kind="referral", consent=referral.consent, whole=False)
    (row,) = sheet(client.post(f"{INBOX}?show=waits", {"export": "1"}))
    assert row["Name"] == "Almaz"
    assert bool(row["Telephone number"]) == bool(carries)
    logged = AccessLog.objects.get(purpose="list")
    assert (logged.about_id, logged.organisation_id) == (referral.person_id, referral.receiver_id)
    answering.reject(referral, by=provider.as_actor(referral.receiver_id), reason=Reason.NO_CAPACITY)
    (row,) = sheet(client.post(f"{INBOX}?show=done", {"export": "1"}))
    assert row["Name"] is None, "the access has ended"


def test_more_than_a_list_to_work_through_is_no_table(
    page: Client, here: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_ROWS", 1)
    for _ in range(2):
        PersonFactory(keeper=here)
    shown = page.post(PEOPLE, {"export": "1"}, follow=True)
    assert "at most 1 rows" in shown.content.decode()
    assert not AccessLog.objects.filter(purpose="list").exists()


@pytest.mark.parametrize("address", [PEOPLE, STEPS, SENT, INBOX])
def test_others_take_nothing_along(client: Client, address: str) -> None:
    assert client.post(address, {"export": "1"}).status_code == 302
    client.force_login(MembershipFactory(role=Role.OBSERVER, organisation=OrganisationFactory(approved=True)).user)
    assert client.post(address, {"export": "1"}).status_code == 404
    assert not AccessLog.objects.filter(purpose="list").exists()
