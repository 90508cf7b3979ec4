"""The college's rooms: groups are opened and filled, nobody is named, and each kind of visitor lands in a home of its own."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.directory.models import Capacity
from kesher.people.models import Person
from kesher.referrals import answering, cohorts
from kesher.referrals.models import Cohort, Referral
from kesher.referrals.vocabularies import Reason
from kesher.www.navigation import ITEMS
from tests.factories import MembershipFactory, OrganisationFactory, ReferralFactory, ServiceFactory
from tests.www.provider.test_services import typed

pytestmark = pytest.mark.django_db
HOME = "/en/college/"
NEW = "/en/college/cohorts/new/"


@pytest.fixture
def college() -> Organisation:
    return OrganisationFactory(approved=True)


@pytest.fixture
def omar(college: Organisation) -> User:
    return MembershipFactory(organisation=college, role=Role.COLLEGE).user


@pytest.fixture
def page(client: Client, omar: User) -> Client:
    client.force_login(omar)
    return client


def told(service: Any, **more: Any) -> dict[str, Any]:
    day = timezone.localdate() + timedelta(days=20)
    return {"service": str(service.pk), "name": "בוקר", "starts_on": day.isoformat(), "seats": "2"} | more


def accepted(service: Any, omar: User) -> Referral:
    referral = ReferralFactory(receiver=service.organisation, service=service)
    Person.objects.filter(pk=referral.person_id).update(called="Almaz Tesfaye")
    answering.accept(referral, by=omar.as_actor(service.organisation_id))
    return referral


def test_a_group_is_opened_filled_and_closed(page: Client, college: Organisation, omar: User) -> None:
    service = ServiceFactory(published=True, organisation=college)
    made = page.post(NEW, told(service, taken_elsewhere="1"))
    cohort = Cohort.objects.get()
    assert made["Location"] == reverse("college_cohort", kwargs={"pk": cohort.pk})
    first, second = accepted(service, omar), accepted(service, omar)
    shown = page.get(made["Location"])
    assert shown.context["free"] == 1
    assert [one.pk for one in shown.context["waiting"]] == [first.pk, second.pk]
    assert "Almaz" not in shown.content.decode(), "a name stands behind the referral, where reading it is noted"
    assert page.post(made["Location"], {"do": "seat", "referral": str(first.pk)}).status_code == 302
    refused = page.post(made["Location"], {"do": "seat", "referral": str(second.pk)})
    assert refused.status_code == 400
    assert "No seat is free" in refused.content.decode()
    page.post(made["Location"], {"do": "leave", "referral": str(first.pk)})
    assert page.get(made["Location"]).context["free"] == 1
    page.post(made["Location"], {"do": "close"})
    assert not Cohort.objects.open().exists()


def test_the_places_of_a_group_are_not_typed_on_the_page_of_the_service(page: Client, college: Organisation) -> None:
    """They are counted from its seats, and whoever tries is told where they are changed. The words beside them are theirs."""
    service = ServiceFactory(published=True, organisation=college)
    page.post(NEW, told(service, seats="6"))
    cohort = Cohort.objects.get()
    address = reverse("provider_service_section", args=[service.pk, "course"])
    shown = page.get(address).content.decode()
    assert reverse("college_cohort", args=[cohort.pk]) in shown
    sent = typed(page, address)
    assert "capacities-0-DELETE" not in shown
    for wrong in ({"capacities-0-available": "60"}, {"capacities-0-DELETE": "on"}):
        refused = page.post(address, sent | wrong)
        assert refused.status_code == 400
        assert "counted from the seats of a group" in str(refused.context["errors"])
    # as a browser sends it, after a seat was taken since the page was opened
    Capacity.objects.filter(cohort=cohort).update(available=5)
    without = {
        key: value for key, value in sent.items() if key not in ("capacities-0-available", "capacities-0-maximum")
    }
    assert page.post(address, without | {"capacities-0-description_en": "Mornings"}).status_code == 302
    row = Capacity.objects.get()
    assert (row.available, row.maximum, row.description, row.cohort) == (5, 6, {"en": "Mornings"}, cohort)


@pytest.mark.parametrize(
    "wrong",
    [{"seats": "0"}, {"seats": "x"}, {"starts_on": ""}, {"name": ""}, {"ends_on": "2001-01-01"}, {"service": "x"}],
)
def test_what_is_no_group_is_told_and_not_opened(page: Client, college: Organisation, wrong: dict[str, str]) -> None:
    response = page.post(NEW, told(ServiceFactory(published=True, organisation=college)) | wrong)
    assert response.status_code == 400
    assert response.context["form"].errors
    assert not Cohort.objects.exists()


def test_a_group_is_changed_and_never_below_what_is_taken(page: Client, college: Organisation, omar: User) -> None:
    service = ServiceFactory(published=True, organisation=college)
    page.post(NEW, told(service))
    cohort = Cohort.objects.get()
    address = reverse("college_cohort", kwargs={"pk": cohort.pk})
    cohorts.seat(accepted(service, omar), cohort, by=omar.as_actor(college.pk))
    seen = page.get(address).context["form"]["seen"].value()
    few = told(service, seats="1", taken_elsewhere="1") | {"do": "change", "seen": seen}
    assert page.post(address, few).status_code == 400
    assert page.post(address, {**told(service, seats="9"), "do": "change", "seen": seen}).status_code == 302
    cohort.refresh_from_db()
    assert cohort.seats == 9


def test_another_colleges_group_and_referral_are_not_there(page: Client, college: Organisation) -> None:
    other = ServiceFactory(published=True, organisation=OrganisationFactory(approved=True))
    theirs = Cohort.objects.create(service=other, name="Theirs", starts_on=timezone.localdate(), seats=3)
    foreign = ReferralFactory(receiver=other.organisation, service=other, state="accepted", worker_name="Sara")
    address = reverse("college_cohort", kwargs={"pk": theirs.pk})
    assert page.get(address).status_code == 404
    assert page.post(address, {"do": "close"}).status_code == 404
    page.post(NEW, told(ServiceFactory(published=True, organisation=college)))
    own = reverse("college_cohort", kwargs={"pk": Cohort.objects.exclude(pk=theirs.pk).get().pk})
    for key in (str(foreign.pk), "not a key"):
        assert page.post(own, {"do": "seat", "referral": key}).status_code == 400
    assert "Theirs" not in page.get(HOME).content.decode()
    assert page.post(NEW, told(other)).status_code == 400


def test_what_is_asked_for_in_vain_stands_on_the_home_from_five_on(page: Client, omar: User) -> None:
    partner = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.PROVIDER)
    service = ServiceFactory(published=True, organisation=partner.organisation)
    by = partner.user.as_actor(partner.organisation_id)
    for count in range(1, 6):
        answering.reject(
            ReferralFactory(receiver=partner.organisation, service=service), by=by, reason=Reason.NO_CAPACITY
        )
        assert len(page.get(HOME).context["services"]) == (1 if count == 5 else 0)


def test_as_many_queries_for_one_group_as_for_many(page: Client, college: Organisation, omar: User) -> None:
    service = ServiceFactory(published=True, organisation=college)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page.get(HOME)
        return len(asked)

    def another() -> None:
        day = timezone.localdate() + timedelta(days=20)
        cohorts.open_cohort(service, name="Morning", starts_on=day, seats=9, by=omar.as_actor(college.pk))

    another()
    page.get(HOME)
    one = queries()
    for _ in range(6):
        another()
        accepted(service, omar)
    assert queries() == one
    assert one <= 15


@pytest.mark.parametrize(
    ("role", "lands"),
    [
        (Role.COLLEGE, "college_cohorts"),
        (Role.PROVIDER, "provider_referrals"),
        (Role.CASEWORKER, "caseworker_today"),
        (Role.ORGANISATION_ADMIN, "provider_services"),
        (Role.EMPLOYER, "employer_home"),
    ],
)
def test_each_lands_in_a_home_of_their_own_that_is_open_to_them(client: Client, role: Role, lands: str) -> None:
    client.force_login(MembershipFactory(role=role, organisation=OrganisationFactory(approved=True)).user)
    found = client.get("/en/home/")["Location"]
    assert found == reverse(lands)
    assert client.get(found).status_code in (200, 302)


def test_only_a_college_has_groups_among_the_words_of_its_navigation() -> None:
    item = next(one for one in ITEMS if one.url_name == "college_cohorts")
    assert item.roles == {Role.COLLEGE}
