"""Marking an organisation of which nobody is told: with a reason, by whoever may, remembered; and what follows from it."""

import io
from dataclasses import dataclass
from datetime import timedelta

import openpyxl
import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor
from kesher.casework import appointments, conferences, plans, talks
from kesher.casework.models import Step
from kesher.casework.moving import team
from kesher.people.consents import PERSON, give
from kesher.people.files import READ_NOTHING
from kesher.people.models import Access, Person
from kesher.people.models.consents import Purpose
from tests.casework.people import Case, a_case, in_days, worker
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.referrals.conftest import Two, two  # noqa: F401

pytestmark = pytest.mark.django_db
PAGE = "/en/office/sensitive/"


@pytest.fixture
def shelter() -> Organisation:
    return OrganisationFactory(approved=True, name={"en": "Desert Rose"})


@pytest.fixture
def page(client: Client) -> Client:
    user: User = MembershipFactory(role=Role.PLATFORM_ADMIN).user
    client.force_login(user)
    return client


def test_marked_with_a_reason_and_taken_away_with_one_and_both_are_remembered(
    page: Client, shelter: Organisation
) -> None:
    said = {"organisation": str(shelter.pk), "sensitive": "yes"}
    assert page.post(PAGE, said | {"why": " "}).status_code == 400
    assert not Organisation.objects.sensitive().exists()
    page.post(PAGE, said | {"why": "a shelter for women"})
    assert list(Organisation.objects.sensitive()) == [shelter]
    assert "a shelter for women" in page.get(PAGE).content.decode()
    page.post(PAGE, said | {"sensitive": "no", "why": "it has moved to another house"})
    assert not Organisation.objects.sensitive().exists()
    trail = Event.objects.filter(name="organisation.marked_sensitive").order_by("id")
    assert [(one.data["sensitive"], one.reason) for one in trail] == [
        (True, "a shelter for women"),
        (False, "it has moved to another house"),
    ]
    history = Organisation.pgh_event_model.objects.filter(pgh_obj=shelter.pk).order_by("pgh_id")  # type: ignore[attr-defined]
    assert list(history.values_list("sensitive", flat=True))[-2:] == [True, False]


def test_nobody_else_sees_the_page(client: Client, shelter: Organisation) -> None:
    for role in (Role.ORGANISATION_ADMIN, Role.CASEWORKER, Role.OFFICER, Role.AUDITOR):
        client.force_login(MembershipFactory(role=role).user)
        assert client.get(PAGE).status_code == 404, role
        assert client.post(PAGE, {"organisation": str(shelter.pk), "sensitive": "yes", "why": "x"}).status_code == 404


def test_the_database_takes_no_mark_without_a_reason(shelter: Organisation) -> None:
    with pytest.raises(IntegrityError, match="organisation_sensitive_because"), transaction.atomic():
        Organisation.objects.filter(pk=shelter.pk).update(sensitive=True)


def test_figures_of_others_do_not_tell_who_is_sent_there(client: Client, two: Two) -> None:  # noqa: F811
    two.agree()
    give(
        two.person, "statistics", how="present", language="am", by=two.by_sender
    )  # else nobody is counted for the town
    from kesher.referrals import sending

    sending.send(two.draft(), by=two.by_sender)
    convenor = MembershipFactory(role=Role.CONVENOR).user
    name = next(iter(two.service.name.values()))
    sees = {"convenor": convenor, "sender": two.caseworker, "receiver": two.provider}

    def told() -> set[str]:
        found = set()
        for who, user in sees.items():
            client.force_login(user)
            if name in client.get("/en/referrals/figures/").content.decode():
                found.add(who)
        return found

    assert told() == set(sees)
    Organisation.objects.filter(pk=two.receiver.pk).update(sensitive=True, sensitive_why="a shelter")
    assert told() == {"receiver"}
    MembershipFactory(organisation=two.receiver, user=two.provider, role=Role.PARTNER)
    assert told() == set(), "a member reads the town's figures as everybody reads them, and their own work apart"
    client.force_login(two.provider)
    assert name in client.get("/en/referrals/figures/?of=ours").content.decode()


# --- with the same file -------------------------------------------------------------------------------------------------

#: What would tell of the shelter on somebody else's page.
TELLTALE = (
    "Desert Rose",
    "Ruth of the house",
    "a bed for the children",
    "Slept well",
    "Room of the house",
    "Of the future",
    "The school of the house",
)


@dataclass
class Shared:
    """One file: kept by an office, shared with a partner and, on the person's own page, with a shelter."""

    case: Case
    house: Organisation
    there: User
    themselves: User
    step: Step

    def pages(self) -> list[str]:
        """All on which somebody with the file sees who does what."""
        of_person = (
            "caseworker_person", "person_conference", "person_team", "person_plan", "person_plan_print", "person_step_new",
            "person_notes", "person_appointments", "person_talks", "caseworker_consents",
            "caseworker_looked",
        )  # fmt: skip
        here = [reverse(name, args=[self.case.person.pk]) for name in of_person]
        here.append(reverse("caseworker_interview_section", args=[self.case.person.pk, "next"]))
        lists = [reverse("caseworker_steps"), reverse("caseworker_steps") + "?state=late", reverse("caseworker_today")]
        return [*here, *lists, reverse("caseworker_today") + "?whose=all"]


@pytest.fixture
def shared() -> Shared:
    case = a_case(called="Almaz")
    house = OrganisationFactory(approved=True, name={"en": "Desert Rose"}, sensitive=True, sensitive_why="a shelter")
    there = worker(house)
    there.name = "Ruth of the house"
    there.save()
    themselves = UserFactory()
    Access.objects.create(person=case.person, user=themselves, kind=Access.Kind.PERSON, whole=True)
    Person.objects.filter(pk=case.person.pk).update(user=themselves)
    case.person.refresh_from_db()
    on_their_page = Actor(themselves.pk, None, frozenset({PERSON}))
    give(case.person, Purpose.SHARE, with_=house, how="self", language="am", by=on_their_page)
    by = there.as_actor(house.pk)
    plans.look_after(case.person, user=there, by=by)
    step = plans.agree(case.person, kind="other", text="a bed for the children", due_on=in_days(1), by=by)
    plans.agree(
        case.person,
        kind="call",
        text="Room of the house",
        due_on=in_days(1),
        owner="caseworker",
        owner_user_id=there.pk,
        by=by,
    )
    Step.objects.update(due_on=in_days(-2))
    plans.write_note(case.person, text="Slept well.", scope="shared", by=by)
    appointments.book(
        case.person, starts_at=timezone.now() + timedelta(days=3), with_whom="Ruth of the house", place="Room of the house",
        language="am", by=by,
    )  # fmt: skip
    talks.hold(case.person, form_key=uuid7(), purpose="other", about="Of the future", by=by)
    met = {"how": "present", "seen": READ_NOTHING}
    conferences.hold(case.person, form_key=uuid7(), agreed="The school of the house", by=by, **met)
    case.step(owner="partner", organisation=case.partner, text="Sign up")
    return Shared(case, house, there, themselves, step)


def told_of(client: Client, user: User, pages: list[str]) -> dict[str, list[str]]:
    """Which of the telltale words stand on which page; each page opens."""
    client.force_login(user)
    found = {}
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        if words := [word for word in TELLTALE if word in answer.content.decode()]:
            found[page] = words
    return found


def table_of(client: Client, page: str) -> str:
    """What stands in the table that is taken along."""
    answer = client.post(page, {"export": "1"})
    assert answer.status_code == 200
    rows = openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    return " ".join(str(cell) for row in rows for cell in row)


@pytest.mark.parametrize("who", ["worker", "partner_worker"])
def test_who_has_the_same_file_does_not_learn_of_the_shelter(client: Client, shared: Shared, who: str) -> None:
    user: User = getattr(shared.case, who)
    assert told_of(client, user, shared.pages()) == {}
    # Excel, and the step's own page; and nothing of it can be done
    table = table_of(client, reverse("caseworker_steps"))
    assert "Sign up" in table
    assert not [word for word in TELLTALE if word in table]
    page = reverse("step", args=[shared.step.pk])
    assert client.get(page).status_code == 404
    assert client.post(page, {"event": "finish"}).status_code == 404
    agreed = shared.case.person.consents.get(organisation=shared.house)
    consents = reverse("caseworker_consents", args=[shared.case.person.pk])
    assert client.post(consents, {"take_back": str(agreed.pk)}).status_code == 404
    assert client.get(reverse("caseworker_receipt", args=[shared.case.person.pk, agreed.pk])).status_code == 404
    assert team(shared.case.person, by=user.as_actor(user.organisations_as({Role.CASEWORKER})[0].pk)) == [
        shared.case.keeper,
        shared.case.partner,
    ]


def test_the_shelter_itself_and_the_person_see_all(client: Client, shared: Shared) -> None:
    seen = told_of(client, shared.there, shared.pages())
    for name in (
        "person_team",
        "person_plan",
        "person_plan_print",
        "person_notes",
        "person_appointments",
        "person_talks",
    ):
        assert reverse(name, args=[shared.case.person.pk]) in seen, name
    assert reverse("caseworker_steps") in seen
    assert reverse("caseworker_today") in seen
    assert set(seen[reverse("person_team", args=[shared.case.person.pk])]) >= {"Desert Rose", "Ruth of the house"}
    theirs = told_of(client, shared.themselves, [reverse("my_plan")])
    assert "a bed for the children" in theirs[reverse("my_plan")]


def test_who_wrote_down_that_they_agree_knows_of_it_and_the_others_do_not(client: Client, shared: Shared) -> None:
    give(shared.case.person, Purpose.SHARE, with_=shared.house, how="present", language="am", by=shared.case.by)
    page = reverse("person_team", args=[shared.case.person.pk])
    assert "Desert Rose" in told_of(client, shared.case.worker, [page])[page]
    assert told_of(client, shared.case.partner_worker, shared.pages()) == {}
    # what they agree with the shelter is seen by the two alone
    shared.case.step(owner="partner", organisation=shared.house, text="a bed for the children")
    assert told_of(client, shared.case.partner_worker, shared.pages()) == {}


def test_without_the_mark_all_who_have_the_file_see_it(client: Client, shared: Shared) -> None:
    """That the tests above look where it would stand."""
    Organisation.objects.filter(pk=shared.house.pk).update(sensitive=False)
    seen = told_of(client, shared.case.partner_worker, shared.pages())
    assert set(TELLTALE) == {word for words in seen.values() for word in words}
    assert len(seen) >= 10, seen
