"""Never to be turned against the person: no list, filter, export, statistic or data for machines gives whether somebody may
stay or work here; and that somebody did not come, or did not want to, takes nothing away from them.

These read the program itself, so that a page or export that is added later is caught here.
"""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone, translation

import kesher
from kesher.accounts.roles import Role
from kesher.base.models import Event
from kesher.formats import fhir
from kesher.people.consents import give
from kesher.people.export import as_data
from kesher.people.models import Access, RightToWork
from kesher.people.models.consents import Purpose
from kesher.referrals import answering, eligibility
from kesher.referrals.carried import SECTIONS, carried
from kesher.referrals.fhir import neutral
from kesher.referrals.models import Referral
from kesher.referrals.statistics import figures
from kesher.referrals.vocabularies import OF_FAILURE, PRIVATE, Reason
from tests.factories import MembershipFactory, PersonFactory, UserFactory
from tests.referrals.conftest import Two, between_two

PACKAGE = Path(kesher.__file__).parent
#: Everything that says whether somebody may stay or work: the part of the file, and its values.
STATUS = re.compile(
    r"right_?to_?work|RightToWork|residence_?(?:status|permit)|permit_(?:status|kind|until)", re.IGNORECASE
)
#: The only places that speak of it, and why they may.
MAY_SPEAK = {
    "people/models/wishes.py": "the part of the file itself",
    "people/models/__init__.py": "names it",
    "people/merging.py": "two files of one person become one",
    "www/caseworker/people/part_forms.py": "one file's own page, for those who keep it; the look is written down",
    "www/caseworker/people/part_pages.py": "one file's own page, for those who keep it; the look is written down",
    "referrals/known.py": "whether one person meets the conditions of one service whose rule asks for it",
    "casework/sensitivity.py": "how many files in all say something highly sensitive, of any of six kinds: one number",
    "casework/today_of_files.py": "a permit that runs out is seen to in time: one row for who looks after the person",
}


def sources() -> list[tuple[str, str]]:
    found = []
    for path in sorted(PACKAGE.rglob("*")):
        name = str(path.relative_to(PACKAGE))
        if (
            path.suffix in (".py", ".html", ".txt", ".js", ".sql")
            and "/migrations/" not in name
            and "/vendor/" not in name
        ):
            found.append((name, path.read_text(encoding="utf-8")))
    return found


def test_only_these_places_speak_of_it() -> None:
    speak = {name for name, text in sources() if STATUS.search(text)}
    assert "people/models/wishes.py" in speak  # the pattern finds what it is for
    assert speak <= set(MAY_SPEAK), "a list, export or query that gives permit status is refused; see decision 0032"


def test_no_address_or_parameter_asks_for_it() -> None:
    addresses = [str(pattern.pattern) for pattern in get_resolver().url_patterns]
    addresses += [str(entry[0][0][0]) for entry in get_resolver("kesher.www.urls").reverse_dict.values()]
    assert not [one for one in addresses if STATUS.search(one) or "citizen" in one]
    asked = {
        name for _file, text in sources() for name in re.findall(r"\bGET(?:\.get|\.getlist)?[(\[][\"'](\w+)", text)
    }
    assert len(asked) > 5
    assert not {name for name in asked if STATUS.search(name) or name in ("permit", "status", "citizen", "nationality")}


@pytest.fixture
def two(db: None) -> Two:
    made = between_two()
    RightToWork.objects.create(person=made.person, kind="permit", until=timezone.localdate())
    return made


@pytest.mark.django_db
def test_a_referral_carries_none_of_it_on_the_page_or_as_a_bundle(two: Two) -> None:
    assert not [key for key in SECTIONS if STATUS.search(key)]
    said = str([[(str(label), value) for label, value in lines] for _one, lines in carried(two.person, list(SECTIONS))])
    referral = two.send(carries=list(SECTIONS))
    sent = Referral.objects.select_related("sender", "receiver", "service", "consent").get(pk=referral.pk)
    text = said + json.dumps(fhir.to_bundle(neutral(sent, two.person, language="en"), base="https://x.example"))
    for word in (RightToWork.Kind.PERMIT.value, str(RightToWork.Kind.PERMIT.label), "right_to_work"):
        assert word not in text


@pytest.mark.django_db
@pytest.mark.parametrize("route", ["caseworker_people", "caseworker_today", "referrals_sent", "referral_figures"])
def test_no_list_shows_it(client: Client, two: Two, route: str) -> None:
    client.force_login(two.caseworker)
    with translation.override("en"):
        page = client.get(reverse(route)).content.decode()
        for kind in RightToWork.Kind:
            assert str(kind.label) not in page


@pytest.mark.django_db
def test_the_person_alone_takes_it_along() -> None:
    person = PersonFactory(keeper=MembershipFactory(role=Role.CASEWORKER).organisation)
    person.user = UserFactory()
    person.save()
    Access.objects.create(person=person, kind=Access.Kind.PERSON, user=person.user)
    RightToWork.objects.create(person=person, kind="citizen")
    (row,) = as_data(person)["people.RightToWork"]["rows"]
    assert row["kind"] == "citizen"
    # what somebody else reads is what their access lets them: RightToWork stands behind the wall of whole files
    stranger = MembershipFactory(role=Role.CASEWORKER).user
    assert not RightToWork.objects.visible_to(stranger).exists()


# --- what somebody did not do takes nothing away --------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("reason", sorted(PRIVATE & set(OF_FAILURE)))
def test_what_could_be_held_against_somebody_is_in_no_number_trail_or_rule(two: Two, reason: Reason) -> None:
    before = eligibility.facts_of(two.person)
    for _time in range(6):
        referral = two.send()
        answering.accept(referral, by=two.by_receiver)
        answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
        answering.cannot_finish(referral, by=two.by_receiver, reason=reason)
    trail = str(list(Event.objects.values_list("name", "reason", "data")))
    (line,) = figures(since=timezone.now() - timedelta(days=1), now=timezone.now(), among=[two.sender.pk])
    assert reason.value not in trail
    assert set(line.reasons) == {"private"}
    assert line.reasons["private"].value == 6  # counted as one of several, so nobody can tell which
    # a rule cannot ask for it: what the file says to rules is what it said before
    assert eligibility.facts_of(two.person) == before
    assert not {key for key in eligibility.facts_of(two.person).sure if "show" in key or "interest" in key}


@pytest.mark.django_db
def test_six_times_not_there_and_the_next_referral_leaves_as_the_first(two: Two) -> None:
    for _time in range(6):
        referral = two.send()
        answering.accept(referral, by=two.by_receiver)
        answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
        answering.cannot_finish(referral, by=two.by_receiver, reason=Reason.NO_SHOW)
    again = two.send()
    assert (again.state, again.eligibility) == ("requested", referral.eligibility)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONVENOR, Role.AUDITOR, Role.OFFICER, Role.PARTNER])
def test_whoever_plans_or_oversees_sees_no_such_reason(client: Client, two: Two, role: str) -> None:
    give(two.person, Purpose.STATISTICS, how="present", language="am", by=two.by_sender)
    for _time in range(6):
        referral = two.send()
        answering.accept(referral, by=two.by_receiver)
        answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
        answering.cannot_finish(referral, by=two.by_receiver, reason=Reason.NO_SHOW)
    client.force_login(MembershipFactory(organisation=two.sender, role=role).user)
    with translation.override("en"):
        page = client.get(reverse("referral_figures")).content.decode()
    assert "between them and the person" in page
    assert str(Reason.NO_SHOW.label) not in page
