"""Pages of learning at work, each side by itself: proposed, signed by three, asked each week, ended, certified; and by link."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Membership, User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.casework.hosting import links
from kesher.casework.hosting.links import Link, Purpose, key_for
from kesher.casework.models import Concern, HostPermit, HostRecord, TrainingAgreement, WeeklyCheck
from kesher.formats.paper import can_print
from kesher.people.files import claim, claim_key
from kesher.www.employer import sections
from kesher.www.employer.sections import Section
from tests.casework.people import in_days
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.hosting import business, ran, three
from tests.mentoring import named

pytestmark = pytest.mark.django_db


def page(client: Client, user: User, name: str, *, status: int = 200, **key: Any) -> str:
    client.force_login(user)
    response = client.get(reverse(name, kwargs=key or None))
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


def sends(client: Client, user: User, name: str, data: dict[str, Any], *, status: int = 302, **key: Any) -> str:
    client.force_login(user)
    response = client.post(reverse(name, kwargs=key or None), data)
    assert response.status_code == status, response.content.decode()[-3000:]
    return response.content.decode()


SAID = {
    "trade": "baker",
    "trade-choice": "none",
    "where": "Market street 3",
    "tutor": "Rami",
    "hours_a_day": "6",
    "hours_a_week": "30",
    "day_from": "08:00",
    "day_to": "15:00",
    "pay": "0",
    "goals": "Bake bread\nClean the oven",
}


def test_from_a_proposal_to_the_certificate(client: Client) -> None:
    here, host = OrganisationFactory(approved=True), business()
    named(here)
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    dina = MembershipFactory(organisation=host, role=Role.EMPLOYER).user
    person = PersonFactory(keeper=here, called="Almaz", language="am")
    almaz = UserFactory()
    claim(claim_key(person), user=almaz)
    said = SAID | {"host": str(host.pk), "starts_on": in_days(-20).isoformat(), "ends_on": in_days(40).isoformat()}
    assert "How old is the person" in page(client, noa, "person_training", pk=person.pk)
    sends(client, noa, "person_training", said, status=400, pk=person.pk)
    young = said | {"age": "16", "day_to": "23:00"}
    assert "works at night" in sends(client, noa, "person_training", young, status=400, pk=person.pk)
    sends(client, noa, "person_training", said | {"age": "30"}, pk=person.pk)
    one = TrainingAgreement.objects.get()
    assert AccessLog.objects.filter(about_id=person.pk, purpose="training").exists()

    # plainly unpaid; the host knows nothing yet
    mine = page(client, almaz, "my_training")
    assert "Unpaid" in mine
    assert "is not known here" in mine, "the wage of 2025 is none of today"
    assert "34.32" not in mine
    assert str(one.pk) not in page(client, dina, "employer_home")
    page(client, dina, "employer_agreement", status=404, pk=one.pk)
    client.force_login(noa)
    assert client.get(reverse("training_terms", kwargs={"pk": one.pk})).status_code == 200
    sends(client, noa, "training_terms", said | {"age": "30", "pay": "40", "terms": "1"}, pk=one.pk)
    stale = {"do": "sign", "agreement": str(one.pk), "terms": "1", "called": "Almaz"}
    assert "changed meanwhile" in sends(client, almaz, "my_training", stale, status=409)
    sends(client, almaz, "my_training", stale | {"terms": "2"})
    assert "Almaz" in page(client, dina, "employer_home")
    host_signs = {"do": "host-sign", "agreement": str(one.pk), "terms": "2", "name": "Dina"}
    sends(client, dina, "employer_agreement", host_signs, pk=one.pk)
    sends(client, noa, "training", {"do": "start", "agreement": str(one.pk), "terms": "2"}, pk=one.pk)

    # each by themselves
    WeeklyCheck.objects.update(due_on=timezone.localdate())
    week = {"agreement": str(one.pk), "going": "badly", "as_agreed": "no", "words": "He shouts"}
    do = f"week-person-{timezone.localdate():%m%d}"
    sends(client, almaz, "my_training", week | {"do": do})
    again = sends(client, almaz, "my_training", week | {"do": do, "words": "Another thought"}, status=409)
    assert "Another thought" in again, "what was typed is not lost"
    assert "He shouts" not in page(client, dina, "employer_agreement", pk=one.pk)
    assert "He shouts" in page(client, noa, "training", pk=one.pk)
    assert "not go well" in page(client, noa, "caseworker_today")
    sends(client, noa, "training", {"read": str(WeeklyCheck.objects.get(going="badly").pk)}, pk=one.pk)
    concern = {"do": "concern", "agreement": str(one.pk), "kind": "unsafe", "words": "No gloves"}
    sends(client, almaz, "my_training", concern)
    assert "No gloves" not in page(client, dina, "employer_agreement", pk=one.pk)
    told = here.safeguarding.user
    assert "Learning at work" in page(client, told, "concern", pk=Concern.objects.get().pk)
    client.force_login(dina)
    client.post(reverse("employer_agreement", kwargs={"pk": one.pk}), {"learnt": str(one.goals.first().pk)})

    # it ends
    sends(client, dina, "employer_agreement", {"do": "host-end", "reason": "safety"}, status=400, pk=one.pk)
    sends(client, dina, "employer_agreement", {"do": "host-end", "reason": "hired"}, pk=one.pk)
    given = {"do": "certificate", "name": "Almaz Tadesse", "work": "Baker", "hours": "90"}
    sends(client, noa, "training", given, pk=one.pk)
    for user, name in ((noa, "training_certificate"), (almaz, "my_training_certificate")):
        html = page(client, user, name, pk=one.pk)
        assert "Almaz Tadesse" in html
        assert 'lang="am"' in html
    page(client, dina, "training_certificate", status=404, pk=one.pk)
    if can_print():
        client.force_login(almaz)
        response = client.get(reverse("my_training_certificate_file", kwargs={"pk": one.pk}))
        assert response.content.startswith(b"%PDF-")
        assert "Almaz" not in response["Content-Disposition"]
    stranger = UserFactory()
    claim(claim_key(PersonFactory(keeper=here)), user=stranger)
    page(client, stranger, "my_training_certificate", status=404, pk=one.pk)


def test_a_workplace_signs_and_answers_by_link_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    one = three("asked")
    Membership.objects.filter(organisation=one.host).delete()
    link = Link(Purpose.SIGN, one.agreement.pk, one.host.pk)
    address = reverse("workplace_link", kwargs={"key": key_for(link)})
    response = client.get(address)
    assert response.status_code == 200
    assert "Bake bread" in response.content.decode()
    assert response["Referrer-Policy"] == "strict-origin"
    assert TrainingAgreement.objects.get().state == "asked", "looking changes nothing"
    sign = {"do": "host-sign", "terms": "1", "name": "Dina"}
    assert client.post(address, {"do": "host-end", "reason": "done"}).status_code == 409, "not what this link is for"
    assert client.post(address, sign | {"terms": "2"}).status_code == 409
    assert client.post(address, sign | {"name": ""}).status_code == 400
    assert client.post(address, sign).status_code == 200
    assert TrainingAgreement.objects.get().host_signed_by == "Dina"
    assert client.post(address, sign).status_code == 409
    assert client.get(reverse("workplace_link", kwargs={"key": key_for(link)[:-2] + "xx"})).status_code == 404
    other = Link(Purpose.SIGN, one.agreement.pk, business().pk)
    assert "nothing to answer" in client.get(reverse("workplace_link", kwargs={"key": key_for(other)})).content.decode()

    two = three("active")
    check = WeeklyCheck.objects.get(agreement=two.agreement, side="tutor")
    WeeklyCheck.objects.filter(pk=check.pk).update(due_on=timezone.localdate())
    week = reverse("workplace_link", kwargs={"key": key_for(Link(Purpose.WEEK, check.pk, two.host.pk))})
    said = {"do": f"week-tutor-{timezone.localdate():%m%d}", "going": "well", "as_agreed": "yes"}
    assert client.post(week, said | {"as_agreed": ""}).status_code == 400
    assert client.post(week, said).status_code == 200
    assert client.post(week, said).status_code == 409
    monkeypatch.setattr(links, "LASTS", dict.fromkeys(Purpose, timedelta(seconds=-1)))
    over = client.get(address)
    assert over.status_code == 410
    assert "has run out" in over.content.decode()
    with pytest.raises(signing.SignatureExpired):
        signing.loads(key_for(link), salt=links.SALT, max_age=timedelta(seconds=-1))


def test_a_blocked_workplace_is_seen_and_let_go_on_by_name(client: Client) -> None:
    one = three("signed", pay=Decimal(0))
    HostRecord.objects.create(host=one.host, ended=3, unpaid=3, unpaid_in_a_row=3)
    noa = one.agreement.caseworker
    home = page(client, one.employer, "employer_home")
    assert "Nobody is sent to you now" in home
    assert home.count("<dd>3</dd>") == 2, "how many ended, and how many of them were unpaid"
    assert "unpaid and led to no work" in page(client, noa, "training", pk=one.agreement.pk)
    assert "blocked" in page(client, noa, "hosts")
    sends(client, noa, "hosts", {"host": str(one.host.pk), "why": "x"}, status=404)
    chief = MembershipFactory(organisation=one.sender, role=Role.MANAGER).user
    sends(client, chief, "hosts", {"host": str(one.host.pk), "why": ""}, status=400)
    sends(client, chief, "hosts", {"host": str(one.host.pk), "why": "They pay from now on"})
    assert HostPermit.objects.get().given_by == str(chief)
    assert "They pay from now on" in page(client, noa, "hosts")
    other = MembershipFactory(organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER).user
    assert "They pay from now on" not in page(client, other, "hosts")


def test_why_somebody_leaves_is_not_told_to_the_workplace(client: Client) -> None:
    one = three("ended", reason="moved")
    assert "has moved away or is ill" in page(client, one.agreement.caseworker, "training", pk=one.agreement.pk)
    assert "has moved away or is ill" not in page(client, one.employer, "employer_agreement", pk=one.agreement.pk)


def test_the_home_of_a_business_takes_what_other_rooms_add(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    one = three("active")
    ran(10, one)
    monkeypatch.setattr(sections, "SOURCES", [lambda user, host: Section("x", "Our vacancies", "referrals/count.html")])
    home = page(client, one.employer, "employer_home")
    assert "Our vacancies" in home
    assert "Rami" in home
    client.force_login(one.employer)
    assert client.get(reverse("home"))["Location"].endswith("/employer/")


def test_a_child_found_out_later_is_said_on_each_page_and_a_shelter_is_not_named_to_the_workplace(
    client: Client,
) -> None:
    shelter = OrganisationFactory(approved=True, name={"en": "Shelter"}, sensitive=True, sensitive_why="a shelter")
    one = three("active", organisation=shelter, person=PersonFactory(keeper=shelter, born=None), age=18)
    almaz, noa = UserFactory(), one.agreement.caseworker
    claim(claim_key(one.person), user=almaz)
    type(one.person).objects.filter(pk=one.person.pk).update(born=in_days(-16 * 365 - 100))
    workplace = page(client, one.employer, "employer_agreement", pk=one.agreement.pk)
    for shown in (
        workplace,
        page(client, almaz, "my_training"),
        page(client, noa, "training", pk=one.agreement.pk),
        page(client, one.employer, "employer_home"),
    ):
        assert "These terms are no longer allowed" in shown
    assert "Shelter" not in workplace
