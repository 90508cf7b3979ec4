"""Pages of mentoring, each side by itself: offered, checked, trained, proposed, agreed, met, asked, ended; and a concern."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base import rows
from kesher.base.models import AccessLog
from kesher.casework.mentoring import matches
from kesher.casework.models import CheckIn, Concern, Match, Mentor, MentoringMeeting
from kesher.people.consents import give
from kesher.people.files import claim, claim_key
from kesher.people.models import Person
from tests.casework.people import in_days, worker
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.mentoring import named, pair, ready

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


def test_an_offer_until_the_mentor_is_ready(client: Client) -> None:
    here = OrganisationFactory(approved=True)
    chief, noa = MembershipFactory(organisation=here, role=Role.ORGANISATION_ADMIN).user, worker(here)
    dina = UserFactory(name="Dina")
    assert "No organisation takes mentors now" in page(client, dina, "mentor_offer")
    assert "Nobody is named" in page(client, noa, "mentors")
    sends(client, chief, "mentors_safeguarding", {"user": str(noa.pk)})
    assert str(noa) in page(client, chief, "mentors_safeguarding")
    said = {
        "organisation": str(here.pk),
        "called": "Dina",
        "trade": "cook",
        "languages": ["he", "am"],
        "times": ["evening"],
        "hours": "4",
        "mentees_at_most": "2",
        "phone": "050-555-0170",
        "of_age": "on",
    }
    assert "Choose what is meant" in sends(client, dina, "mentor_offer", said, status=400)
    without = said | {"trade-choice": "none", "of_age": "", "languages": []}
    assert "18 or older, and is checked" in sends(client, dina, "mentor_offer", without, status=400)
    assert not Mentor.objects.exists()
    sends(client, dina, "mentor_offer", said | {"trade-choice": "none"})
    mentor = Mentor.objects.get()
    assert (mentor.trade_words, mentor.isco08, mentor.languages, mentor.mentees_at_most) == (
        "cook",
        "",
        ["he", "am"],
        2,
    )
    assert "Thank you for your offer" in page(client, dina, "mentor_home")
    assert "Dina" in page(client, noa, "caseworker_today")
    wrong = {"do": "vet", "vetting": "police", "on": in_days(2).isoformat()}
    assert "not come yet" in sends(client, noa, "mentor", wrong, status=400, pk=mentor.pk)
    sends(client, noa, "mentor", wrong | {"on": in_days(-2).isoformat()}, pk=mentor.pk)
    sends(client, noa, "mentor", {"do": "train", "on": in_days(-1).isoformat()}, pk=mentor.pk)
    assert "room for 2 people" in page(client, noa, "mentors")
    client.force_login(dina)
    assert client.get(reverse("home"))["Location"].endswith("/mentor/")
    sends(client, dina, "mentor_offer", {**said, "trade-choice": "none", "hours": "6"})
    mentor.refresh_from_db()
    assert (mentor.hours, mentor.state) == (6, "ready")
    for do, state in (("pause", "paused"), ("resume", "ready"), ("leave", "left")):
        sends(client, dina, "mentor_home", {"do": do})
        mentor.refresh_from_db()
        assert mentor.state == state
    assert "Offer to be a mentor" in page(client, dina, "mentor_home")


def test_from_a_proposal_to_the_end(client: Client) -> None:
    mentor = ready(called="Dina", trade_words="cook")
    here, dina, noa = mentor.organisation, mentor.user, worker(mentor.organisation)
    person = PersonFactory(keeper=here, called="Almaz")
    almaz = UserFactory()
    claim(claim_key(person), user=almaz)
    assert "You have no mentor now" in page(client, almaz, "my_mentor")
    unasked = page(client, noa, "person_mentor", pk=person.pk)
    assert "Dina" not in unasked, "nobody is compared who did not agree"
    assert f"{reverse('caseworker_consents', args=[person.pk])}?new=matching" in unasked
    give(person, "matching", how="present", language="am", by=noa.as_actor(here.pk))
    shown = page(client, noa, "person_mentor", pk=person.pk)
    assert "Dina" in shown
    assert "speaks the person’s own language" in shown
    propose = {"mentor": str(mentor.pk), "isco08": "5120"}
    assert "under 18" in sends(client, noa, "person_mentor", propose, status=400, pk=person.pk)
    sends(client, noa, "person_mentor", propose | {"minor": "no"}, pk=person.pk)
    match = Match.objects.get()
    assert match.because[0] == "trade_same"
    assert "the same trade" in page(client, noa, "match", pk=match.pk)
    page(client, dina, "mentor_match", status=404, pk=match.pk)

    assert "They know nothing of you yet" in page(client, almaz, "my_mentor")
    own = {"match": str(match.pk)}
    nameless = sends(client, almaz, "my_mentor", own | {"do": "agree", "shows": ["languages"]}, status=400)
    assert "must know what to call you" in nameless
    agreed = {"do": "agree", "shows": ["called", "languages", "contact"], "words": "I like soups"}
    sends(client, almaz, "my_mentor", own | agreed)
    shown = page(client, dina, "mentor_match", pk=match.pk)
    assert "Almaz" in shown
    assert "I like soups" in shown
    assert str(person.phone) not in shown
    assert "start" not in shown.split("What next?")[1]
    sends(client, dina, "mentor_match", {"do": "accept"}, pk=match.pk)
    sends(client, noa, "match", {"do": "start"}, pk=match.pk)
    assert str(person.phone) in page(client, dina, "mentor_match", pk=match.pk)
    assert "050-555-0170" in page(client, almaz, "my_mentor")

    meeting = {"do": "meet", "on": in_days(3).isoformat(), "place": "cafe", "where": "Aroma", "note": "soups"}
    sends(client, dina, "mentor_match", meeting, pk=match.pk)
    assert "Aroma" in page(client, almaz, "my_mentor")
    sends(client, almaz, "my_mentor", own | {"do": "goal", "text": "Cook for ten"})
    sends(client, dina, "mentor_match", {"reached": str(match.goals.get().pk)}, pk=match.pk)
    assert match.goals.get().reached_on == in_days(0)
    assert "How does it go?" not in page(client, dina, "mentor_match", pk=match.pk)
    CheckIn.objects.update(due_on=in_days(0))
    sends(client, dina, "mentor_match", {"do": "check-mentor", "going": "well", "words": "fine"}, pk=match.pk)
    sends(client, almaz, "my_mentor", own | {"do": "check-person", "going": "badly", "words": "always late"})
    assert "always late" not in page(client, dina, "mentor_match", pk=match.pk)
    assert "fine" not in page(client, almaz, "my_mentor")
    shown = page(client, noa, "match", pk=match.pk)
    assert "always late" in shown
    assert "does not go well" in page(client, noa, "caseworker_today")
    bad = CheckIn.objects.get(going="badly")
    sends(client, noa, "match", {"read": str(bad.pk)}, pk=match.pk)
    assert "does not go well" not in page(client, noa, "caseworker_today")

    assert sends(client, dina, "mentor_match", {"do": "end"}, status=400, pk=match.pk)
    sends(client, dina, "mentor_match", {"do": "end", "reason": "unsuited", "another": "on"}, pk=match.pk)
    page(client, dina, "mentor_match", status=404, pk=match.pk)
    assert "would like another mentor" in page(client, noa, "match", pk=match.pk)
    assert "Almaz" not in page(client, dina, "mentor_home")
    assert AccessLog.objects.filter(about_id=person.pk, purpose="mentoring", actor_id=noa.pk).exists()
    assert not AccessLog.objects.filter(about_id=person.pk, actor_id=dina.pk).exists()


def test_under_18_and_a_concern(client: Client) -> None:
    two = pair("agreed", minor=True)
    here, dina = two.organisation, two.mentor.user
    noa, ruth = User.objects.get(pk=two.by.user_id), two.organisation.safeguarding.user
    almaz = UserFactory()
    claim(claim_key(two.person), user=almaz)
    assert "a guardian is told first" in page(client, noa, "match", pk=two.match.pk)
    sends(client, noa, "match", {"do": "start"}, status=400, pk=two.match.pk)
    assert "a guardian is told first" in page(client, noa, "match", pk=two.match.pk)
    sends(client, noa, "match", {"do": "start"}, status=400, pk=two.match.pk)
    told = {"do": "guardian", "guardian": "her mother", "on": in_days(0).isoformat()}
    sends(client, noa, "match", told, pk=two.match.pk)
    sends(client, noa, "match", {"do": "start"}, pk=two.match.pk)
    shown = page(client, dina, "mentor_match", pk=two.match.pk)
    assert "only where other people are" in shown
    assert 'value="phone"' not in shown
    assert str(two.person.phone) not in shown
    assert two.mentor.phone not in page(client, almaz, "my_mentor")
    forbidden = {"do": "meet", "on": in_days(1).isoformat(), "place": "elsewhere"}
    sends(client, dina, "mentor_match", forbidden, status=400, pk=two.match.pk)
    assert not MentoringMeeting.objects.exists()

    own = {"match": str(two.match.pk), "do": "concern"}
    assert sends(client, almaz, "my_mentor", own, status=400)
    sends(client, almaz, "my_mentor", own | {"kind": "secret", "words": "He said I must not tell"})
    concern = Concern.objects.get()
    assert (concern.side, concern.organisation, concern.raised_by_id) == ("person", here, almaz.pk)
    for stranger in (noa, dina, almaz, worker(here)):
        page(client, stranger, "concern", status=404, pk=concern.pk)
    for other in (page(client, dina, "mentor_match", pk=two.match.pk), page(client, noa, "match", pk=two.match.pk)):
        assert "must not tell" not in other
    assert "A concern" in page(client, ruth, "caseworker_today")
    assert "must not tell" in page(client, ruth, "concern", pk=concern.pk)
    sends(client, ruth, "concern", {"do": "take"}, pk=concern.pk)
    assert sends(client, ruth, "concern", {"do": "settle", "done": ""}, status=400, pk=concern.pk)
    sends(client, ruth, "concern", {"do": "settle", "done": "Spoke with both"}, pk=concern.pk)
    concern.refresh_from_db()
    assert (concern.state, concern.done) == ("closed", "Spoke with both")
    sends(client, dina, "mentor_home", {"do": "concern", "kind": "uneasy", "words": ""})
    assert Concern.objects.filter(side="mentor", match=None).count() == 1


def test_what_is_not_theirs_is_not_there(client: Client) -> None:
    two, other = pair("active"), pair("active")
    stranger = UserFactory()
    for user, name, key in (
        (other.mentor.user, "mentor_match", two.match.pk),
        (stranger, "mentor_match", two.match.pk),
        (two.mentor.user, "match", two.match.pk),
        (two.mentor.user, "caseworker_person", two.person.pk),
        (worker(other.organisation), "mentor", two.mentor.pk),
    ):
        page(client, user, name, status=404, pk=key)
    almaz = UserFactory()
    claim(claim_key(two.person), user=almaz)
    sends(client, almaz, "my_mentor", {"match": str(other.match.pk), "do": "end"}, status=404)
    assert named(two.organisation) != stranger


def test_the_database_is_told_of_no_organisation_of_whoever_is_a_mentor_there(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second wall shows an organisation's files to its people: a volunteer is not one of them."""
    two = pair("active")
    told: list[tuple[Any, Any]] = []
    say = rows.say_for_whom

    def listens(user_id: Any, organisation_ids: Any, *, for_transaction: bool) -> None:
        told.append((user_id, set(organisation_ids)))
        say(user_id, organisation_ids, for_transaction=for_transaction)

    monkeypatch.setattr(rows, "say_for_whom", listens)
    page(client, two.mentor.user, "mentor_match", pk=two.match.pk)
    assert {user: seen for user, seen in told if user} == {two.mentor.user_id: set()}
    told.clear()
    page(client, User.objects.get(pk=two.by.user_id), "match", pk=two.match.pk)
    assert {user: seen for user, seen in told if user} == {two.by.user_id: {two.organisation.pk}}


def test_a_person_without_an_account_agrees_through_the_caseworker(client: Client) -> None:
    two = pair()
    noa = User.objects.get(pk=two.by.user_id)
    sends(client, noa, "match", {"do": "agree-told", "shows": ["called"], "how": "phone"}, pk=two.match.pk)
    two.match.refresh_from_db()
    assert (two.match.state, two.match.person_agreed_how) == ("asked", "phone")
    sends(client, two.mentor.user, "mentor_match", {"do": "refuse"}, pk=two.match.pk)
    two.match.refresh_from_db()
    assert two.match.state == "declined"
    colleague = worker(two.organisation)
    again = pair(organisation=two.organisation)
    sends(client, colleague, "match", {"do": "take-over"}, pk=again.match.pk)
    again.match.refresh_from_db()
    assert again.match.caseworker == colleague


def test_a_concern_can_be_raised_for_a_year_after_the_mentor_has_ended_it(client: Client) -> None:
    two = pair("active")
    almaz = UserFactory()
    claim(claim_key(two.person), user=almaz)
    matches.end(two.match, reason="time", by=two.mentor_by)
    shown = page(client, almaz, "my_mentor")
    acts = set(re.findall(r'name="do" value="([a-z-]+)"', shown))
    assert acts == {"concern"}, "it is over: nothing else can be done"
    assert "You have no mentor now" not in shown
    sends(client, almaz, "my_mentor", {"match": str(two.match.pk), "do": "concern", "kind": "hurt", "words": "x"})
    assert Concern.objects.get().match == two.match
    sends(client, almaz, "my_mentor", {"match": str(two.match.pk), "do": "meet"}, status=400)
    Match.objects.filter(pk=two.match.pk).update(ended_on=timezone.localdate() - timedelta(days=366))
    assert "You have no mentor now" in page(client, almaz, "my_mentor")


@pytest.mark.parametrize("opens", ["mentor", "person", "worker"])
def test_whoever_opens_it_sees_no_number_from_when_the_file_says_under_18(client: Client, opens: str) -> None:
    two = pair("active", shows=["called", "contact"])
    almaz = UserFactory()
    claim(claim_key(two.person), user=almaz)
    assert two.person.phone in page(client, two.mentor.user, "mentor_match", pk=two.match.pk)
    assert "050-555-0170" in page(client, almaz, "my_mentor")
    Person.objects.filter(pk=two.person.pk).update(born=in_days(-16 * 366))
    if opens == "mentor":
        shown = page(client, two.mentor.user, "mentor_match", pk=two.match.pk)
    elif opens == "person":
        shown = page(client, almaz, "my_mentor")
    else:
        shown = page(client, two.match.caseworker, "match", pk=two.match.pk)
        assert "a guardian is told first" in shown
    assert two.person.phone not in shown
    assert "050-555-0170" not in shown
    assert Match.objects.get(pk=two.match.pk).state == "paused"
