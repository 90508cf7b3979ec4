"""Somebody helps by mandate: they find the way back, do what the mandate says and nothing else, and it ends from both sides."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework import plans
from kesher.casework.models import Appointment, Step
from kesher.people import files, mandates, worries
from kesher.people.consents import HELPER, give
from kesher.people.models import Mandate, Person, Worry
from kesher.referrals.models import Loop
from tests.factories import (
    AppointmentFactory,
    LoopFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    ReferralFactory,
    StepFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_guardian_of_somebody_without_an_account_helps_and_it_ends_from_both_sides() -> None:
    here = OrganisationFactory(approved=True)
    shelter = OrganisationFactory(approved=True, sensitive=True, sensitive_why="a shelter", name={"en": "Safe house"})
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user
    person = PersonFactory(keeper=here, called="Almaz", phone="050-555-0142", reach_by="call")
    worries.say(person, ["safety", "home"], by=noa.as_actor(here.pk))
    mine, theirs = (
        StepFactory(person=person, text="Bring the passport"),
        StepFactory(person=person, owner="partner", organisation=shelter, text="A bed"),
    )
    meeting = AppointmentFactory(person=person, with_whom="Dana")
    AppointmentFactory(person=person, organisation=shelter, with_whom="Hidden")
    stranger = PersonFactory(keeper=here)
    of_stranger = StepFactory(person=stranger)

    office, helper, colleague = Client(), Client(), Client()
    office.force_login(noa)
    daughter = MembershipFactory(role=Role.MENTOR).user
    helper.force_login(daughter)
    colleague.force_login(MembershipFactory(organisation=here, role=Role.MANAGER).user)
    path = reverse("caseworker_helpers", kwargs={"pk": person.pk})
    assert office.post(path, {"relation": "guardian"}).status_code == 400, "it must be said how"
    shown = office.post(path, {"relation": "guardian", "how": "present"}).content.decode()
    found = re.search(r"/en/helping/accept/[^<\s]+", shown)
    assert found
    assert colleague.post(found.group()).status_code == 410, "who works there helps nobody against it"
    there = helper.post(found.group())["Location"]
    assert reverse("helping") in helper.get(reverse("services")).content.decode(), "the way back"
    assert there in helper.get(reverse("helping")).content.decode()

    page = text(helper.get(there))
    for said in ("Almaz", "Bring the passport", "Dana", "where to live"):
        assert said in page
    for hidden in ("not safe", "A bed", "Hidden", "Safe house"):
        assert hidden not in page
    assert helper.post(there, {"done": str(theirs.pk)}).status_code == 404
    assert helper.post(there, {"done": str(of_stranger.pk)}).status_code == 404
    assert helper.post(there, {}).status_code == 404
    assert helper.post(there, {"done": str(mine.pk)}).status_code == 302
    cancel = {"cancel": str(meeting.pk), "seen": files.stamp_of(Appointment.objects.get(pk=meeting.pk))}
    assert helper.post(there, cancel).status_code == 302
    mine.refresh_from_db()
    meeting.refresh_from_db()
    assert (mine.state, meeting.state, meeting.reason) == ("done", "cancelled", "person")

    contact = reverse("helped_contact", kwargs={"pk": person.pk})
    form = helper.get(contact).context["form"]
    told = {"language": "am", "phone": "050-555-0199", "email": "", "seen": form["seen"].value(), "reach_by": "mail"}
    assert helper.post(contact, told | {"phone": ""}).status_code == 400, "they are reached by it"
    assert helper.post(contact, told).status_code == 302
    assert helper.post(contact, told | {"phone": "050-555-0100"}).status_code == 409, "it says something else by now"
    person.refresh_from_db()
    assert (person.phone, person.reach_by, person.called) == ("050-555-0199", "call", "Almaz")
    for closed in ("caseworker_person", "caseworker_consents", "caseworker_erase"):
        assert helper.get(reverse(closed, kwargs={"pk": person.pk})).status_code == 404

    assert office.post(path, {"end": str(Mandate.objects.get().pk)}).status_code == 302
    for gone in (there, contact):
        assert helper.get(gone).status_code == 404
    again = mandates.ask_for(person, "family", how="phone", by=noa.as_actor(here.pk))
    mandates.accept(mandates.key_of(again, here.pk), user=daughter)
    assert helper.post(there, {"end": "1"}).status_code == 302
    assert helper.get(there).status_code == 404
    assert there not in helper.get(reverse("helping")).content.decode()


def test_steps_agreed_where_nobody_else_is_told_are_not_shown_to_who_helps_whoever_does_them() -> None:
    here, charity = OrganisationFactory(approved=True), OrganisationFactory(approved=True)
    shelter = OrganisationFactory(approved=True, sensitive=True, sensitive_why="a shelter")
    noa, nurit, dana = (
        MembershipFactory(organisation=one, role=Role.CASEWORKER).user for one in (here, shelter, charity)
    )
    person, daughter = PersonFactory(keeper=here), MembershipFactory(role=Role.MENTOR).user
    for one in (shelter, charity):
        give(person, "share", with_=one, how="present", language="am", by=noa.as_actor(here.pk))
    mandate = mandates.ask_for(person, "family", how="present", by=noa.as_actor(here.pk))
    mandates.accept(mandates.key_of(mandate, here.pk), user=daughter)
    due = timezone.localdate() + timedelta(days=3)

    def agreed(by: Actor, text: str, loop: Loop | None = None) -> Step:
        return plans.agree(person, kind="visit", text=text, due_on=due, by=by, loop=loop)

    sent = ReferralFactory(loop=LoopFactory(person=person, organisation=here), sender=here, receiver=shelter)
    hidden = [
        agreed(nurit.as_actor(shelter.pk), "The room by the sea"),
        agreed(noa.as_actor(here.pk), "A bag for the night", LoopFactory(person=person, organisation=shelter)),
        agreed(noa.as_actor(here.pk), "Call them first", sent.loop),
        StepFactory(person=person, text="Written down before there were events", agreed_by_id=nurit.pk),
    ]
    shown = agreed(dana.as_actor(charity.pk), "Sign up", LoopFactory(person=person, organisation=charity))
    helper, page = Client(), reverse("helped", kwargs={"pk": person.pk})
    helper.force_login(daughter)
    assert "Sign up" in text(helper.get(page))
    for step in hidden:
        assert step.text not in text(helper.get(page))
        assert helper.post(page, {"done": str(step.pk)}).status_code == 404
        with pytest.raises(Refused):
            plans.finish(step, by=Actor(daughter.pk, roles=frozenset({HELPER})))
    assert helper.post(page, {"done": str(shown.pk)}).status_code == 302


def test_the_database_hides_what_somebody_fears_from_whoever_only_helps(as_application: None) -> None:
    here, helper = OrganisationFactory(approved=True), UserFactory()
    noa = MembershipFactory(organisation=here, role=Role.CASEWORKER).user.as_actor(here.pk)
    with acting_for(organisation_ids=[here.pk]):
        person = PersonFactory(keeper=here)
        worries.say(person, ["safety", "home"], by=noa)
        key = mandates.key_of(mandates.ask_for(person, "friend", how="phone", by=noa), here.pk)
    mandates.accept(key, user=helper)
    with acting_for(user_id=helper.pk):
        assert Person.objects.count() == 1
        assert list(Worry.objects.values_list("kind", flat=True)) == ["home"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT DISTINCT kind FROM people_worryevent")
            assert cursor.fetchall() == [("home",)]
    with acting_for(organisation_ids=[here.pk]):
        assert Worry.objects.count() == 2
        mandate = Mandate.objects.select_related("person").get()
        mandates.end(mandate, by=noa)
    with acting_for(user_id=helper.pk):
        assert not Person.objects.exists()
        assert not Worry.objects.exists()


def test_one_can_leave_quickly_from_every_page_by_key_only_where_nobody_works() -> None:
    client, here = Client(), Organisation.objects.first() or OrganisationFactory(approved=True)
    client.force_login(MembershipFactory(organisation=here, role=Role.CASEWORKER).user)
    for page, by_key in (
        (reverse("caseworker_people"), "click"),
        (reverse("my_file"), "escape"),
        ("/en/helping/", "escape"),
    ):
        assert f'data-quick-exit="{by_key}"' in client.get(page).content.decode()
    assert 'data-quick-exit="escape"' in Client().get(reverse("front")).content.decode()
