"""The caseworker's pages of people: find, open, read, correct, agree, merge."""

import re
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
from kesher.base.models import AccessLog, Event
from kesher.people import merging, worries
from kesher.people.consents import give
from kesher.people.models import Consent, ConsentText, FileMerge, Person, Wish
from kesher.people.models.consents import Purpose
from kesher.www.caseworker.people import panels
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory

pytestmark = pytest.mark.django_db
LIST = "/en/caseworker/people/"
NEW = "/en/caseworker/people/new/"


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


def text(response: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def told(**more: Any) -> dict[str, Any]:
    return {
        "worries": ["money", "papers"],
        "called": "אלמז",
        "language": "am",
        "reach_by": "call",
        "phone": "050-555-0142",
        "reach_when": "mornings",
        "discreet": "on",
        "words": str(ConsentText.current("file").pk) if "agree" in more.values() else "",
    } | more


# --- the list ----------------------------------------------------------------------------------------------------------


def test_a_name_in_another_script_finds_somebody_and_stands_in_no_address(page: Client, here: Organisation) -> None:
    PersonFactory(keeper=here, called="Almaz Tesfaye")
    PersonFactory(keeper=here, called="Bogdan")
    PersonFactory(called="Almaz of another office")
    response = page.post(LIST, {"words": "אלמז"})
    assert response["Location"] == LIST, "what one looks for is in no address, no log and no history"
    shown = text(page.get(LIST))
    assert "Almaz Tesfaye" in shown
    assert "Bogdan" not in shown
    assert "another office" not in shown


def test_filters_hold_until_they_are_taken_away(page: Client, here: Organisation, noa: User) -> None:
    worried, other = PersonFactory(keeper=here, called="Worried"), PersonFactory(keeper=here, called="Calm")
    worries.say(worried, ["home"], by=noa.as_actor(here.pk))
    page.post(LIST, {"worry": "home", "language": "am"})
    page.get(reverse("caseworker_person", kwargs={"pk": worried.pk}))
    for _ in range(2):
        shown = text(page.get(LIST))
        assert "Worried" in shown
        assert "Calm" not in shown
    page.post(LIST, {"remove": "worry"})
    assert "Calm" in text(page.get(LIST))
    page.post(LIST, {"language": "fr"})
    assert "Nobody found" in text(page.get(LIST))
    page.post(LIST, {"clear": "1"})
    assert "Calm" in text(page.get(LIST))
    assert page.post(LIST, {"language": "xx"}).status_code == 400
    Person.objects.filter(pk=other.pk).update(last_step_at=timezone.now() - timedelta(days=300))
    page.post(LIST, {"sort": "silent"})
    assert [row["person"] for row in page.get(LIST).context["rows"]] == [other, worried]


def test_shared_files_are_told_from_those_one_opened(page: Client, here: Organisation) -> None:
    own, shared = PersonFactory(keeper=here), PersonFactory()
    keeper = shared.accesses.get().organisation
    theirs = MembershipFactory(organisation=keeper, role=Role.CASEWORKER).user.as_actor(keeper.pk)
    give(shared, Purpose.SHARE, with_=here, how="present", language="am", by=theirs)
    for grounds, people in (("keeper", [own]), ("shared", [shared])):
        page.post(LIST, {"grounds": grounds})
        assert [row["person"] for row in page.get(LIST).context["rows"]] == people


def test_the_list_takes_as_many_queries_for_one_person_as_for_many(page: Client, here: Organisation, noa: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            page.get(LIST)
        return len(captured)

    worries.say(PersonFactory(keeper=here), ["home", "work"], by=noa.as_actor(here.pk))
    page.get(LIST)
    one = queries()
    for _ in range(12):
        worries.say(PersonFactory(keeper=here), ["home", "work"], by=noa.as_actor(here.pk))
    assert queries() == one
    assert one <= 15


# --- a new file --------------------------------------------------------------------------------------------------------


def test_nothing_is_kept_before_they_agree(page: Client, here: Organisation) -> None:
    shown = page.post(NEW, told())
    assert shown.status_code == 200
    assert 'lang="am"' in shown.content.decode()
    assert "ይህ ድርጅት" in text(shown), "the words in their language"
    assert "This organisation keeps a file about me" in text(shown), "and in the reader's"
    assert not Person.objects.exists()
    refused = page.post(NEW, told(step="agree", how="present"))
    assert refused.status_code == 400
    assert "If they do not, nothing is kept" in text(refused)
    assert not Person.objects.exists()


def test_they_agree_to_the_words_that_were_read_to_them_and_to_no_others(page: Client) -> None:
    shown = page.post(NEW, told())
    old = ConsentText.current("file")
    assert f'name="words" value="{old.pk}"' in shown.content.decode()
    changed = {code: f"New words. {words}" for code, words in old.text.items()}
    ConsentText.objects.create(purpose="file", version=2, text=changed, published_at=timezone.now())
    refused = page.post(NEW, told(step="agree", how="paper", agreed="on") | {"words": str(old.pk)})
    assert refused.status_code == 409
    assert "The words have changed since this page was opened" in text(refused)
    assert "New words. This organisation keeps a file about me" in text(refused)
    assert 'value="אלמז"' in refused.content.decode(), "nothing typed is lost"
    assert not Person.objects.exists()
    page.post(NEW, told(step="agree", how="paper", agreed="on"))
    assert Consent.objects.get().text.version == 2


def test_a_file_is_opened_with_its_worries_and_a_receipt(page: Client, here: Organisation, noa: User) -> None:
    response = page.post(NEW, told(step="agree", how="present", agreed="on"), follow=True)
    person = Person.objects.get()
    consent = Consent.objects.get()
    assert (person.called, person.language, person.phone, person.discreet) == ("אלמז", "am", "050-555-0142", True)
    assert set(person.worries.values_list("kind", flat=True)) == {"money", "papers"}
    assert (consent.organisation, consent.language, consent.how) == (here, "am", "present")
    assert consent.receipt in text(response)
    assert Event.objects.filter(name="file.opened", about_id=person.pk, actor_id=noa.pk).exists()
    assert response["Cache-Control"] == "no-store"


def test_pressed_twice_one_file_is_opened(page: Client, here: Organisation) -> None:
    opens = re.search(r'name="opens" value="([^"]+)"', page.post(NEW, told()).content.decode())
    assert opens
    agreed = told(step="agree", how="present", agreed="on") | {"opens": opens[1]}
    first, second = page.post(NEW, agreed), page.post(NEW, agreed)
    assert (first.status_code, first["Location"]) == (302, second["Location"])
    assert (Person.objects.count(), Consent.objects.count()) == (1, 1)
    other = Client()
    other.force_login(MembershipFactory(organisation=here, role=Role.CASEWORKER).user)
    other.post(NEW, agreed)
    assert Person.objects.count() == 2, "another's form is another"


@pytest.mark.parametrize(
    "wrong",
    [
        {"called": ""},
        {"called": "\u202e\u200b"},
        {"called": "a" * 121},
        {"language": "xx"},
        {"phone": ""},
        {"phone": "call me"},
        {"phone": "12"},
        {"reach_by": "mail"},
        {"reach_by": "mail", "email": "no"},
        {"reach_by": "pigeon"},
        {"worries": ["money", "papers", "home", "work"]},
        {"worries": ["dragons"]},
        {"reach_when": "x" * 121},
        {"organisation": "00000000-0000-0000-0000-000000000000"},
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(page: Client, wrong: dict[str, Any]) -> None:
    response = page.post(NEW, told(step="agree", how="present", agreed="on") | wrong)
    assert response.status_code == 400
    assert "Please look at this again" in text(response)
    assert not Person.objects.exists()


def test_signs_that_turn_a_line_round_are_left_out_of_a_name(page: Client) -> None:
    page.post(NEW, told(called="Al\u202emaz\u2066 ", step="agree", how="paper", agreed="on"))
    assert Person.objects.get().called == "Almaz"


def test_a_file_that_may_be_theirs_is_shown_before_a_second_one_is_opened(page: Client, here: Organisation) -> None:
    PersonFactory(keeper=here, called="Almaz Tesfaye", phone="0505550142")
    PersonFactory(called="Almaz Elsewhere", phone="0505550142")
    shown = text(page.post(NEW, told()))
    assert "Almaz Tesfaye" in shown
    assert "the same telephone number" in shown
    assert "the name sounds the same" in shown
    assert "Elsewhere" not in shown


def test_another_organisation_is_named_only_when_the_person_asks(page: Client) -> None:
    there = OrganisationFactory(approved=True, name={"en": "Acacia Bridge"})
    clinic = OrganisationFactory(approved=True, name={"en": "Clinic of the South"}, kind=Organisation.Kind.HEALTH)
    for keeper in (there, clinic):
        PersonFactory(keeper=keeper, called="Almaz", phone="0505550142")
    assert "Acacia Bridge" not in text(page.post(NEW, told()))
    looked = text(page.post(NEW, told(step="look")))
    assert "Acacia Bridge" in looked
    assert "Clinic" not in looked
    assert Event.objects.filter(name="people.looked_elsewhere").count() == 1
    assert "None that may be named" in text(page.post(NEW, told(step="look", phone="0505550143")))


# --- a person ----------------------------------------------------------------------------------------------------------


def test_opening_a_file_is_written_down(page: Client, here: Organisation, noa: User) -> None:
    person = PersonFactory(keeper=here, called="Almaz")
    shown = text(page.get(reverse("caseworker_person", kwargs={"pk": person.pk})))
    assert "Almaz" in shown
    assert "keep a file about me" in shown
    assert '<html lang="en"' in page.get(reverse("caseworker_person", kwargs={"pk": person.pk})).content.decode()
    log = AccessLog.objects.filter(about_id=person.pk).order_by("id")[0]
    assert (log.actor_id, log.organisation_id, log.purpose) == (noa.pk, here.pk, "file")


def test_a_room_above_adds_what_it_knows(page: Client, here: Organisation) -> None:
    person, silent = PersonFactory(keeper=here, called="Almaz"), PersonFactory(keeper=here, called="Yael")

    def steps(about: Person, user: User, by: Any) -> dict[str, Any] | None:
        assert by.organisation_id == here.pk
        return {"worries": about.worries.all()} if about == person else None

    verb = panels.Verb("Agree a step", "caseworker_worries")
    panels.register(panels.Panel("test", 5, "Bridges ahead", "caseworker/people/panel_worries.html", steps, verb))
    try:
        shown = text(page.get(reverse("caseworker_person", kwargs={"pk": person.pk})))
        assert "Agree a step" in shown
        assert shown.index("Bridges ahead") < shown.index("What worries them most")
        assert "Bridges ahead" not in text(page.get(reverse("caseworker_person", kwargs={"pk": silent.pk})))
    finally:
        panels.unregister("test")


def test_of_two_who_correct_a_file_the_second_sees_what_the_first_wrote(page: Client, here: Organisation) -> None:
    person = PersonFactory(keeper=here, called="Almaz", phone="050-555-0142")
    path = reverse("caseworker_person_edit", kwargs={"pk": person.pk})
    first, second = (dict(page.get(path).context["form"].initial) for _ in range(2))
    sent = {name: "" if value is None else value for name, value in second.items() if name != "discreet"}
    assert page.post(path, sent | {"phone": "050-555-0177"}).status_code == 302
    conflict = page.post(path, sent | {"called": "Almaz T.", "seen": first["seen"]})
    assert conflict.status_code == 409
    assert "050-555-0177" in text(conflict), "what the first wrote"
    assert "Almaz T." in conflict.content.decode(), "what the second typed"
    person.refresh_from_db()
    assert (person.called, person.phone) == ("Almaz", "050-555-0177")
    again = dict(conflict.context["form"].data.items())
    assert page.post(path, again | {"phone": "050-555-0177"}).status_code == 302
    person.refresh_from_db()
    assert (person.called, person.phone) == ("Almaz T.", "050-555-0177")


@pytest.mark.parametrize(
    "wrong", [{"born": "1066-10-14"}, {"born": "2999-01-01"}, {"born": "yesterday"}, {"called": " "}]
)
def test_what_cannot_be_is_not_written_into_a_file(page: Client, here: Organisation, wrong: dict[str, str]) -> None:
    person = PersonFactory(keeper=here, called="Almaz")
    path = reverse("caseworker_person_edit", kwargs={"pk": person.pk})
    seen = page.get(path).context["form"].initial["seen"]
    right = {"called": "Tigist", "language": "am", "reach_by": "visit", "seen": seen}
    assert page.post(path, right | wrong).status_code == 400
    person.refresh_from_db()
    assert person.called == "Almaz"
    assert page.post(path, right).status_code == 302


# --- agreeing, and two files of one ------------------------------------------------------------------------------------


def test_sharing_is_read_in_their_language_and_taken_back(page: Client, here: Organisation) -> None:
    person, charity = PersonFactory(keeper=here, language="am"), OrganisationFactory(approved=True)
    theirs = MembershipFactory(organisation=charity, role=Role.CASEWORKER).user
    path = reverse("caseworker_consents", kwargs={"pk": person.pk})
    assert "ይህ ሌላ ድርጅትም" in text(page.get(f"{path}?new=share"))
    agreed = {"purpose": "share", "organisation": str(charity.pk), "how": "phone"}
    agreed |= {"words": str(ConsentText.current("share").pk)}
    assert page.post(path, agreed).status_code == 400, "not agreed"
    assert page.post(path, agreed | {"agreed": "on", "organisation": ""}).status_code == 400
    assert page.post(path, {"purpose": "everything", "agreed": "on", "how": "phone"}).status_code == 400
    assert not Person.objects.visible_to(theirs).exists()
    assert page.post(path, agreed | {"agreed": "on"}).status_code == 302
    assert list(Person.objects.visible_to(theirs)) == [person]
    consent = Consent.objects.get(purpose="share")
    assert page.post(path, {"take_back": str(consent.pk)})["Location"] == path
    assert not Person.objects.visible_to(theirs).exists()
    assert page.post(path, {"take_back": "nonsense"}).status_code == 404


def test_whoever_takes_back_the_file_itself_closes_it(page: Client, here: Organisation) -> None:
    person = PersonFactory(keeper=here)
    path = reverse("caseworker_consents", kwargs={"pk": person.pk})
    assert page.post(path, {"take_back": str(person.consents.get().pk)})["Location"] == LIST
    assert page.get(path).status_code == 404


def test_two_files_of_one_person_and_two_again(page: Client, here: Organisation) -> None:
    kept, other = PersonFactory(keeper=here, called="Almaz"), PersonFactory(keeper=here, called="אלמז")
    own = reverse("caseworker_person", kwargs={"pk": kept.pk})
    path = reverse("caseworker_merge", kwargs={"pk": kept.pk, "other": other.pk})
    assert path in page.get(own).content.decode()
    assert page.get(path).status_code == 200
    assert not FileMerge.objects.exists(), "looking changes nothing"
    assert page.post(path)["Location"] == own
    assert page.get(reverse("caseworker_person", kwargs={"pk": other.pk}))["Location"] == own
    undo = reverse("caseworker_merge_undo", kwargs={"pk": FileMerge.objects.get().pk})
    assert undo in page.get(own).content.decode()
    assert page.post(undo).status_code == 302
    assert page.get(reverse("caseworker_person", kwargs={"pk": other.pk})).status_code == 200


@pytest.mark.parametrize("by_chain", [False, True])
def test_nothing_is_written_into_a_file_that_was_merged(
    page: Client, here: Organisation, noa: User, by_chain: bool
) -> None:
    """A page left open, or in a second tab, when a colleague merged the file away."""
    kept, other = PersonFactory(keeper=here, called="Almaz of the mill"), PersonFactory(keeper=here)
    done = merging.merge(kept, other, by=noa.as_actor(here.pk))
    if by_chain:
        last = PersonFactory(keeper=here, called="Almaz of the mill")
        merging.merge(last, kept, by=noa.as_actor(here.pk))
    for name, more, sent in (
        ("caseworker_person_edit", {}, {"called": "X", "language": "am", "reach_by": "visit", "seen": "x"}),
        ("caseworker_part", {"part": "wishes"}, {"hours_most": "30", "would_move": "unknown"}),
        ("caseworker_interview_section", {"section": "languages"}, {"language": "am", "do": "add"}),
        ("caseworker_worries", {}, {"worries": ["money"]}),
    ):
        path = reverse(name, kwargs={"pk": other.pk} | more)
        assert page.get(path)["Location"] == reverse(name, kwargs={"pk": kept.pk} | more)
        answer = page.post(path, sent, follow=True)
        assert "is part of the file of Almaz of the mill" in text(answer)
    for rows in (other.worries, other.languages, Wish.objects.filter(person=other)):
        assert not rows.exists()
    if not by_chain:
        assert page.post(reverse("caseworker_merge_undo", kwargs={"pk": done.pk})).status_code == 302
        assert page.get(reverse("caseworker_person", kwargs={"pk": other.pk})).status_code == 200


def test_what_may_not_be_merged_says_why(page: Client, here: Organisation, noa: User) -> None:
    kept, other = PersonFactory(keeper=here), PersonFactory(keeper=here)
    by, charity = noa.as_actor(here.pk), OrganisationFactory(approved=True)
    give(other, Purpose.SHARE, with_=charity, how="present", language="am", by=by)
    path = reverse("caseworker_merge", kwargs={"pk": kept.pk, "other": other.pk})
    assert "Another organisation sees the second file too" in text(page.get(path))
    assert page.post(path).status_code == 400
    foreign = reverse("caseworker_merge", kwargs={"pk": kept.pk, "other": PersonFactory().pk})
    assert page.post(foreign).status_code == 404
