"""Where I was sent, in my words; taking it back ends it; my plan, and my answers."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.rows import acting_for
from kesher.casework import appointments, plans
from kesher.casework.models import Appointment
from kesher.people import files
from kesher.people.models import Told
from kesher.people.telling import tell
from kesher.referrals import answering, sending
from kesher.referrals.models import Referral
from kesher.www.front.orientation.answers import Answers
from kesher.www.jobseeker.access import as_the_person
from tests.factories import AppointmentFactory, MembershipFactory, PersonFactory, ReferralFactory, UserFactory
from tests.referrals.conftest import Two, two  # noqa: F401
from tests.worker import work_off_tasks
from tests.www.jobseeker.test_my_file import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(two: Two) -> User:  # noqa: F811
    user: User = UserFactory(language="en")
    files.claim(files.claim_key(two.person), user=user)
    two.person.refresh_from_db()
    return user


@pytest.fixture
def page(client: Client, owner: User) -> Client:
    client.force_login(owner)
    return client


def test_i_read_what_was_sent_what_came_back_and_why(page: Client, two: Two) -> None:  # noqa: F811
    two.agree()
    draft, referral = two.draft("a mentor"), two.draft("a course")
    sending.send(referral, by=two.by_sender)
    answering.reject(referral, by=two.by_receiver, reason="unreachable", words="We waited on Sunday.")
    shown = text(page.get("/en/me/referrals/"))
    assert "We waited on Sunday." in shown
    assert "could not be reached" in shown
    assert "Learns quickly" in shown
    assert str(two.person.phone) in shown, "what it carried"
    assert "a mentor" in shown, "the wish is theirs"
    assert shown.count("Learns quickly") == 1, "a draft is not"
    assert draft.state == "draft"


@pytest.mark.django_db(transaction=True)
def test_i_take_it_back_and_it_is_recalled(page: Client, two: Two) -> None:  # noqa: F811
    consent = two.agree()
    referral = two.draft("a course")
    sending.send(referral, by=two.by_sender)
    assert page.post("/en/me/referrals/", {"take_back": str(consent.pk)}).status_code == 302
    shown = text(page.get("/en/me/referrals/"))
    assert "You took it back" in shown
    work_off_tasks()
    with acting_for(organisation_ids=[two.sender.pk]):
        referral.refresh_from_db()
    assert referral.state == "cancelled"
    assert "It was taken back." in text(page.get("/en/me/referrals/"))


def test_what_is_somebody_elses_is_not_there(page: Client, two: Two) -> None:  # noqa: F811
    other: Referral = ReferralFactory(why="Of somebody else")
    assert "Of somebody else" not in text(page.get("/en/me/referrals/"))
    assert other.consent is not None
    assert page.post("/en/me/referrals/", {"take_back": str(other.consent.pk)}).status_code == 404
    assert page.post("/en/me/referrals/", {"take_back": "nonsense"}).status_code == 404
    other.consent.refresh_from_db()
    assert other.consent.withdrawn_at is None


def test_my_step_is_done_by_me_and_i_cancel_an_appointment(page: Client, two: Two) -> None:  # noqa: F811
    step = plans.agree(two.person, kind="papers", due_on=timezone.localdate() + timedelta(days=2), by=two.by_sender)
    theirs = plans.agree(
        two.person, kind="call", due_on=timezone.localdate(), owner="caseworker", by=two.by_sender, text="The school"
    )
    meeting = appointments.book(
        two.person,
        starts_at=timezone.now() + timedelta(days=1),
        with_whom="Noa",
        place="Room 3",
        language="am",
        by=two.by_sender,
    )
    first = text(page.get("/en/me/"))
    assert "bring these papers" in first, "my file begins with my next step"
    assert "The school" not in first, "what others do is in the plan"
    assert "Room 3" in first, "and with my next appointment"
    shown = text(page.get("/en/me/plan/"))
    assert "bring these papers" in shown
    assert "Room 3" in shown
    assert page.post("/en/me/plan/", {"done": str(theirs.pk)}).status_code == 404, "what others promised is theirs"
    assert page.post("/en/me/plan/", {"done": str(step.pk)}).status_code == 302
    mine = page.get(f"/en/me/plan/{meeting.pk}/appointment.ics")
    assert mine["Content-Type"].startswith("text/calendar")
    assert str(meeting.pk) in mine.content.decode()
    assert meeting.with_whom not in mine.content.decode(), "others read a telephone's calendar"
    other = AppointmentFactory()
    assert page.get(f"/en/me/plan/{other.pk}/appointment.ics").status_code == 404
    cancel = {"cancel": str(meeting.pk), "seen": files.stamp_of(Appointment.objects.get(pk=meeting.pk))}
    assert page.post("/en/me/plan/", cancel).status_code == 302
    for row in (step, meeting):
        row.refresh_from_db()
    assert (step.state, meeting.state, meeting.reason) == ("done", "cancelled", "person")


# --- answers given alone are offered to the file -----------------------------------------------------------------------


def cookie(client: Client, **facts: Any) -> None:
    client.cookies["kesher_answers"] = Answers(facts=facts).sign(salt="kesher.front.orientation")


def test_answers_are_offered_when_a_file_is_claimed_and_never_kept_by_themselves(client: Client) -> None:
    user, person = UserFactory(), PersonFactory()
    client.force_login(user)
    cookie(client, age=34, child_under_3=True, child_3_to_6=False, child_7_to_17=False, employees=5)
    claim = reverse("claim_file", kwargs={"key": files.claim_key(person)})
    offered = client.post(claim, follow=True)
    assert offered.redirect_chain[-1][0] == "/en/find/keep/"
    shown = text(offered)
    assert "34" in shown
    assert "has a child under 3" in shown
    assert "has no child of 3 to 6" not in shown
    assert not Told.objects.exists()
    assert client.post("/en/find/keep/", {"do": "leave"}).status_code == 302
    assert not Told.objects.exists()
    client.post("/en/find/keep/", {"do": "keep", "seen": offered.context["seen"]})
    kept = {row.fact: (row.said, row.where) for row in Told.objects.filter(person=person)}
    assert kept["age"] == (34, "door")
    assert kept["child_3_to_6"] == (False, "door")
    assert "employees" not in kept, "a business is no person"


def test_the_answers_of_somebody_else_at_this_browser_are_not_kept(page: Client, two: Two) -> None:  # noqa: F811
    cookie(page, age=34)
    seen = page.get("/en/find/keep/").context["seen"]
    assert f'name="seen" value="{seen}"' in page.get("/en/find/keep/").content.decode()
    cookie(page, age=61, rents=True)
    stale = page.post("/en/find/keep/", {"do": "keep", "seen": seen})
    assert stale.status_code == 409
    assert "61" in text(stale)
    assert "Other answers are here now" in text(stale)
    assert page.post("/en/find/keep/", {"do": "keep"}).status_code == 409
    assert not Told.objects.exists()
    assert page.post("/en/find/keep/", {"do": "keep", "seen": stale.context["seen"]}).status_code == 302
    assert {row.fact: row.said for row in Told.objects.filter(person=two.person)} == {"age": 61, "rents": True}


def test_with_nothing_answered_nothing_is_offered(page: Client) -> None:
    assert page.get("/en/find/keep/")["Location"] == "/en/me/"


def test_my_answers_can_be_taken_out(page: Client, two: Two, owner: User) -> None:  # noqa: F811
    tell(two.person, {"rents": True}, where=Told.Where.DOOR, by=as_the_person(owner))
    assert "rents a home" in text(page.get("/en/me/answers/"))
    page.post("/en/me/answers/", {"forget": "rents"})
    assert not Told.objects.exists()
    assert "rents a home" not in text(page.get("/en/me/answers/"))


def test_whatever_was_kept_of_me_can_be_taken_out(page: Client, two: Two, owner: User) -> None:  # noqa: F811
    """Also what is too old to count, and what the file knows better from elsewhere: it stands there all the same."""
    tell(two.person, {"rents": True, "age": 34}, where=Told.Where.COUNTER, by=two.by_sender)
    Told.objects.filter(fact="rents").update(told_at=timezone.now() - timedelta(days=400))
    two.person.born = timezone.localdate() - timedelta(days=50 * 366)
    two.person.save()
    shown = page.get("/en/me/answers/")
    assert {row["fact"]: row["counts"] for row in shown.context["rows"]} == {"age": False, "rents": False}
    html = shown.content.decode()
    assert [one for one in ("age", "rents") if f'name="forget" value="{one}"' not in html] == []
    assert html.count("This no longer counts.") == 2
    assert [row["fact"] for row in shown.context["others"]] == ["age"]
    for fact in ("age", "rents"):
        page.post("/en/me/answers/", {"forget": fact})
    assert not Told.objects.exists()
    left = page.get("/en/me/answers/")
    assert 'name="forget"' not in left.content.decode(), "a birthday is no answer"
    assert [row["fact"] for row in left.context["others"]] == ["age"]


def test_a_caseworker_takes_an_answer_out_when_asked(client: Client, two: Two) -> None:  # noqa: F811
    tell(two.person, {"rents": True, "age": 34}, where=Told.Where.COUNTER, by=two.by_sender)
    Told.objects.filter(fact="rents").update(told_at=timezone.now() - timedelta(days=400))
    client.force_login(two.caseworker)
    answers = f"/en/caseworker/people/{two.person.pk}/answers/"
    panel = client.get(f"/en/caseworker/people/{two.person.pk}/").content.decode()
    assert answers in panel
    assert "rents a home" in panel
    assert client.post(answers, {"forget": "rents"})["Location"] == answers
    assert [row.fact for row in Told.objects.all()] == ["age"]
    gone = Told.history.rel.related_model.objects.get(pgh_label="delete")  # type: ignore[attr-defined]
    assert gone.pgh_context.metadata["reason"] == "asked by the person"
    assert gone.pgh_context.metadata["actor"] == str(two.caseworker.pk)


def test_no_one_elses_caseworker_takes_an_answer_out(client: Client, two: Two) -> None:  # noqa: F811
    tell(two.person, {"rents": True}, where=Told.Where.COUNTER, by=two.by_sender)
    client.force_login(MembershipFactory(role=Role.CASEWORKER).user)
    answers = f"/en/caseworker/people/{two.person.pk}/answers/"
    assert client.get(answers).status_code == 404
    assert client.post(answers, {"forget": "rents"}).status_code == 404
    assert Told.objects.exists()


@pytest.mark.parametrize("language", ["he", "ar", "am"])
def test_the_pages_speak_ones_language(page: Client, language: str) -> None:
    with translation.override(language):
        for name in ("my_referrals", "my_plan", "my_answers"):
            assert f'<html lang="{language}"' in page.get(reverse(name)).content.decode()


def test_only_their_own_roles_work_with_files(client: Client) -> None:
    client.force_login(MembershipFactory(role=Role.PROVIDER).user)
    assert "You have no file here" in text(client.get("/en/me/referrals/"))
