"""A person's own pages: theirs and nobody else's; what they take back, take along and erase."""

import json
import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base import retention
from kesher.base.history import acting
from kesher.base.models import AccessLog, Event
from kesher.base.privacy import PersonalData, declaration
from kesher.base.rows import acting_for
from kesher.people import erasing, export, files, mandates, parts, worries
from kesher.people.consents import give
from kesher.people.models import Access, Consent, ConsentText, Mandate, Person, Wish, Worry
from kesher.people.models.consents import Purpose
from kesher.www.jobseeker.access import as_the_person
from kesher.www.jobseeker.taking import _called
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.mentoring import pair, ready

pytestmark = pytest.mark.django_db
PAGES = (
    "my_referrals",
    "my_plan",
    "my_answers",
    "my_papers",
    "my_file",
    "my_file_edit",
    "my_worries",
    "my_consents",
    "who_looked",
    "my_file_take",
    "my_file_erase",
    "my_helpers",
)


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.fixture
def almaz() -> User:
    return UserFactory()


@pytest.fixture
def person(almaz: User) -> Person:
    made = PersonFactory(called="Almaz of the hill", phone="050-555-0142")
    files.claim(files.claim_key(made), user=almaz)
    made.refresh_from_db()
    return made


@pytest.fixture
def keeper(person: Person) -> Organisation:
    organisation = person.accesses.get(kind="keeper").organisation
    assert organisation
    return organisation


@pytest.fixture
def page(client: Client, almaz: User) -> Client:
    client.force_login(almaz)
    return client


def caseworker(organisation: Organisation) -> User:
    user: User = MembershipFactory(organisation=organisation, role=Role.CASEWORKER).user
    return user


# --- mine, and nobody else's -------------------------------------------------------------------------------------------


def test_the_link_makes_the_file_mine_once(page: Client, almaz: User) -> None:
    person = PersonFactory(called="Almaz of the hill")
    path = reverse("claim_file", kwargs={"key": files.claim_key(person)})
    looked = page.get(path)
    assert looked["Referrer-Policy"] == "strict-origin"
    person.refresh_from_db()
    assert person.user is None, "looking changes nothing"
    assert "Almaz of the hill" in text(page.post(path, follow=True))
    assert page.post(path).status_code == 302, "a second press"
    other = Client()
    other.force_login(UserFactory())
    refused = other.post(path)
    assert refused.status_code == 410
    assert "Somebody has used it already" in text(refused)
    assert page.post(reverse("claim_file", kwargs={"key": "nonsense"})).status_code == 410


def test_others_see_only_that_they_have_none(person: Person) -> None:
    for user in (UserFactory(), caseworker(OrganisationFactory(approved=True))):
        other = Client()
        other.force_login(user)
        for name in (*PAGES, "my_file_data"):
            shown = other.get(reverse(name), follow=True)
            assert "You have no file here" in text(shown), name
            assert "Almaz of the hill" not in text(shown)
            assert "050-555-0142" not in shown.content.decode()


@pytest.mark.parametrize("name", PAGES)
def test_each_page_opens_and_is_left_on_no_telephone(page: Client, person: Person, name: str) -> None:
    response = page.get(reverse(name))
    assert response.status_code == 200
    assert '<html lang="en" dir="ltr"' in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_i_correct_my_file_and_a_caseworker_who_has_it_open_sees_so(
    page: Client, person: Person, keeper: Organisation
) -> None:
    office = Client()
    office.force_login(caseworker(keeper))
    there = reverse("caseworker_person_edit", kwargs={"pk": person.pk})
    seen = office.get(there).context["form"].initial["seen"]
    mine = page.get(reverse("my_file_edit")).context["form"].initial["seen"]
    right = {"called": "Almaz", "language": "am", "reach_by": "text", "phone": "050-555-0177"}
    assert page.post(reverse("my_file_edit"), right | {"seen": mine, "phone": "no"}).status_code == 400
    assert page.post(reverse("my_file_edit"), right | {"seen": mine}).status_code == 302
    assert office.post(there, right | {"seen": seen, "phone": "050-555-0100"}).status_code == 409
    person.refresh_from_db()
    assert person.phone == "050-555-0177"
    page.post(reverse("my_worries"), {"worries": ["home"]})
    assert set(person.worries.now().values_list("kind", "noted_by_id")) == {("home", person.user_id)}


# --- what I agreed to --------------------------------------------------------------------------------------------------


def test_i_agree_on_my_own_page_and_take_it_back(page: Client, person: Person, keeper: Organisation) -> None:
    charity, path = OrganisationFactory(approved=True), reverse("my_consents")
    theirs = caseworker(charity)
    agreed = {"purpose": "share", "organisation": str(charity.pk), "words": str(ConsentText.current("share").pk)}
    assert page.get(f"{path}?new=share").status_code == 200
    assert page.post(path, agreed).status_code == 400
    assert page.post(path, {"purpose": "referral", "agreed": "on"}).status_code == 400
    assert page.post(path, agreed | {"agreed": "on"}).status_code == 302
    assert list(Person.objects.visible_to(theirs)) == [person]
    share = Consent.objects.get(purpose="share")
    assert (share.how, share.recorded_by_id) == ("self", person.user_id)
    page.post(path, {"take_back": str(share.pk)})
    assert not Person.objects.visible_to(theirs).exists()
    office = caseworker(keeper)
    assert Person.objects.visible_to(office).exists()
    page.post(path, {"take_back": str(Consent.objects.get(purpose="file").pk)})
    assert not Person.objects.visible_to(office).exists(), "whoever kept it sees it no more"
    assert page.get(path).status_code == 200, "it is still mine"
    assert Event.objects.filter(name="consent.withdrawn").count() == 2
    for nonsense in ("x", str(PersonFactory().consents.get().pk)):
        assert page.post(path, {"take_back": nonsense}).status_code == 404


def test_i_see_who_looked_and_not_my_own_looks(page: Client, person: Person, keeper: Organisation) -> None:
    noa = caseworker(keeper)
    noa.name = "Noa of the office"
    noa.save()
    page.get(reverse("my_file"))
    assert "Nobody has looked yet" in text(page.get(reverse("who_looked")))
    office = Client()
    office.force_login(noa)
    office.get(reverse("caseworker_person", kwargs={"pk": person.pk}))
    shown = text(page.get(reverse("who_looked")))
    assert "Noa of the office" in shown
    assert "opened your file" in shown
    assert AccessLog.objects.filter(about_id=person.pk, purpose="own").exists(), "written down all the same"


# --- to take along, and to erase ---------------------------------------------------------------------------------------


def test_i_take_along_all_that_is_said_of_me_and_nothing_of_others(
    page: Client, person: Person, keeper: Organisation
) -> None:
    by = caseworker(keeper).as_actor(keeper.pk)
    worries.say(person, ["home"], by=by)
    data = json.loads(page.get(reverse("my_file_data")).content)
    (own,) = data["people.Person"]["rows"]
    assert (own["called"], own["phone"]) == ("Almaz of the hill", "050-555-0142")
    assert "phone_index" not in own
    assert [row["kind"] for row in data["people.Worry"]["rows"]] == ["home"]
    assert [row["purpose"] for row in data["people.Consent"]["rows"]] == ["file"]
    assert {row["kind"] for row in data["people.Access"]["rows"]} >= {"person"}
    assert "who_looked" in data
    shown = text(page.get(reverse("my_file_take")))
    assert "050-555-0142" in shown
    assert "where to live" in shown, "the word, not the code"
    assert "password" not in data["accounts.User"]["rows"][0]
    assert person.user
    assert person.user.password not in shown
    assert "noted by id" not in shown.lower()
    assert "who wrote it down" in shown.lower(), "what nobody named is called what its declaration says"


@pytest.mark.parametrize("language", ["en", "he", "ar"])
def test_no_two_things_of_one_part_are_called_the_same(language: str) -> None:
    def of_a_file(model: Any) -> bool:
        declared = declaration(model)
        theirs = {
            field.name for field in model._meta.fields if field.related_model is Person and field.name == "person"
        }
        exported = isinstance(declared, PersonalData) and declared.export and not hasattr(model, "pgh_tracked_model")
        return bool(exported and (theirs or model is Person))

    found = {}
    with translation.override(language):
        for part in (export.Part(model, []) for model in apps.get_models() if of_a_file(model)):
            counted = Counter(_called(part, field) for field in part.fields())
            found |= {(part.model._meta.label, label): n for label, n in counted.items() if n > 1}
    assert found == {}


def test_what_i_take_along_says_what_is_named_and_not_its_key(
    page: Client, person: Person, keeper: Organisation
) -> None:
    here = ready(keeper, user=UserFactory(name="Dina Ben Lulu"))
    pair("active", person=person, mentor=here)
    shown = text(page.get(reverse("my_file_take")))
    assert "Dina" in shown
    assert str(here.pk) not in shown
    assert "Ben Lulu" not in shown, "the mentor told how to call them, and no more"


def test_what_i_take_along_says_choices_in_words(page: Client, person: Person, keeper: Organisation) -> None:
    by = caseworker(keeper).as_actor(keeper.pk)
    parts.keep(Wish(person=person, shifts=["morning", "night"], ways=["bus"]), by=by)
    shown = text(page.get(reverse("my_file_take")))
    assert "['" not in shown
    assert "mornings, nights" in shown


def test_erased_it_is_seen_by_nobody_and_gone_for_good_after_the_night(
    page: Client, person: Person, keeper: Organisation
) -> None:
    helper, office = UserFactory(), caseworker(keeper)
    by = office.as_actor(keeper.pk)
    worries.say(person, ["home"], by=by)
    charity = OrganisationFactory(approved=True)
    give(person, Purpose.SHARE, with_=charity, how="present", language="am", by=by)
    assert person.user
    mandates.accept(mandates.key_of(mandates.ask(person, "friend", by=as_the_person(person.user))), user=helper)
    other = PersonFactory(called="Somebody else")

    path = reverse("my_file_erase")
    assert page.post(path).status_code == 400
    assert Person.objects.visible_to(office).exists(), "not sure is not yes"
    assert page.post(path, {"sure": "on"}).status_code == 302
    for user in (office, helper, caseworker(charity), person.user):
        assert not Person.objects.visible_to(user).exists()
    left = Person.objects.get(pk=person.pk)
    assert (left.called, left.phone, left.user, left.name_keys) == ("–", "", None, [])
    assert not Worry.objects.exists()
    assert Event.objects.filter(name="file.erased", about_id=person.pk).count() == 1
    assert Event.objects.filter(name="consent.withdrawn").count() == 2
    assert "You have no file here" in text(page.get(reverse("my_file")))

    retention.run()
    assert Person.objects.filter(pk=person.pk).exists(), "a day for what is on its way to be recalled"
    retention.run(timezone.now() + timedelta(days=1, minutes=1))
    assert list(Person.objects.all()) == [other]
    with connection.cursor() as cursor:
        for table, column in (
            ("people_personevent", "pgh_obj_id"),
            ("people_worryevent", "person_id"),
            ("people_consentevent", "person_id"),
            ("people_mandateevent", "person_id"),
            ("people_accessevent", "person_id"),
        ):
            cursor.execute(f"SELECT count(*) FROM {table} WHERE {column} = %s", [person.pk])
            assert cursor.fetchone() == (0,), table


def test_erasing_works_behind_the_second_wall(as_application: None) -> None:
    organisation, user = OrganisationFactory(approved=True), UserFactory()
    with acting_for(organisation_ids=[organisation.pk]):
        person = PersonFactory(keeper=organisation)
        key = files.claim_key(person)
    files.claim(key, user=user)
    with acting_for(user_id=user.pk):
        erasing.erase(Person.objects.get(), by=as_the_person(user))
        assert not Person.objects.exists()
    with acting_for(organisation_ids=[organisation.pk]):
        assert not Person.objects.exists()
        assert not Access.objects.in_force().exists()


# --- who helps ---------------------------------------------------------------------------------------------------------


def link_in(response: Any) -> str:
    found = re.search(r"/en/helping/accept/[^<\s]+", response.content.decode())
    assert found
    return found.group()


def test_somebody_i_trust_helps_sees_no_fear_and_it_ends_with_one_press(page: Client, person: Person) -> None:
    page.post(reverse("my_worries"), {"worries": ["safety", "home"]})
    assert page.post(reverse("my_helpers"), {"relation": "king"}).status_code == 400
    link = link_in(page.post(reverse("my_helpers"), {"relation": "friend"}))
    helper, third = Client(), Client()
    helper.force_login(UserFactory())
    third.force_login(UserFactory())
    assert helper.get(link).status_code == 200
    assert Mandate.objects.get().user is None, "looking changes nothing"
    accepted = helper.post(link)
    there = accepted["Location"]
    shown = text(helper.get(there))
    assert "Almaz of the hill" in shown
    assert "where to live" in shown
    assert "not safe" not in shown
    assert third.post(link).status_code == 410
    assert third.get(there).status_code == 404
    assert "helped you" in text(page.get(reverse("who_looked")))
    page.post(reverse("my_helpers"), {"end": str(Mandate.objects.get().pk)})
    assert helper.get(there).status_code == 404
    assert helper.post(link).status_code == 410, "the link is over with it"


def test_the_helper_ends_it_too_and_nobody_is_their_own_helper(page: Client, person: Person) -> None:
    link = link_in(page.post(reverse("my_helpers"), {"relation": "family"}))
    assert page.post(link).status_code == 410
    helper = Client()
    helper.force_login(UserFactory())
    there = helper.post(link)["Location"]
    assert helper.post(there, {"end": "1"}).status_code == 302
    assert helper.get(there).status_code == 404
    assert Mandate.objects.get().ended_at is not None
    assert page.post(reverse("my_helpers"), {"end": "x"}).status_code == 404


def test_helping_works_behind_the_second_wall(as_application: None) -> None:
    organisation, user, helper = OrganisationFactory(approved=True), UserFactory(), UserFactory()
    with acting_for(organisation_ids=[organisation.pk]):
        key = files.claim_key(PersonFactory(keeper=organisation))
    files.claim(key, user=user)
    with acting_for(user_id=user.pk):
        mandate = mandates.ask(Person.objects.get(), "family", by=as_the_person(user))
        link = mandates.key_of(mandate)
    with acting_for(user_id=helper.pk):
        mandates.accept(link, user=helper)
        assert Person.objects.count() == 1
    with acting_for(user_id=user.pk), acting(actor=user.pk, reason=""):
        mandates.end(mandate, by=as_the_person(user))
    with acting_for(user_id=helper.pk):
        assert not Person.objects.exists()
