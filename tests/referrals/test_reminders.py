"""A silent referral: reminded after 3 and 10 days, escalated after 14, each once, never refused by itself."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from kesher.accounts.roles import Role
from kesher.base import notifications
from kesher.base.models import Event, Notification
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import OrganisationProfile
from kesher.people.files import READ_NOTHING
from kesher.people.models import Person
from kesher.referrals import answering, follow_ups, notices, places, sending
from kesher.referrals.links import Expired, Purpose, Reached, key_for, opened, reaches
from kesher.referrals.models import FollowUp, Loop, Referral
from kesher.referrals.moving import goes_on
from kesher.referrals.reminders import nudge, remind
from kesher.referrals.statistics import figures
from kesher.referrals.vocabularies import LINK, Outcome
from tests.factories import MembershipFactory
from tests.referrals.conftest import Two

pytestmark = pytest.mark.django_db


def tell(name: str) -> None:
    """What the worker does with the events of this name, each twice: a task may run again."""
    for event in Event.objects.filter(name=name).order_by("id"):
        for _time in range(2):
            for function in subscribers(name):
                function(event.pk)


def subscribers(name: str):
    from kesher.base.events import subscribers as all_of

    return [function for function in all_of(name).values() if "referrals" in function.__module__]


def told() -> list[tuple[str, str]]:
    return sorted(Notification.objects.values_list("kind", "link"))


def test_reminders_come_on_their_days_and_once(two: Two) -> None:
    convenor = MembershipFactory(role=Role.CONVENOR).user
    administrator = MembershipFactory(organisation=two.sender, role=Role.ORGANISATION_ADMIN).user
    referral = two.send()
    begun = timezone.now()

    def after(days: float) -> datetime:
        return begun + timedelta(days=days, minutes=1)

    written = [remind(now=after(days)) for days in (0, 2.9, 3, 3, 9, 10, 10.5, 13.9, 14, 14, 30, 80)]
    assert written == [0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 0]
    days = list(Event.objects.filter(name="referral.reminder due").order_by("id").values_list("data__day", flat=True))
    assert days == [3, 10, 14]
    referral.refresh_from_db()
    assert (referral.state, referral.reminded_day) == ("requested", 14)
    tell("referral.reminder due")
    path = f"/en/provider/referrals/{referral.pk}/"
    assert told() == [
        ("referral_silent", f"/en/referrals/{referral.pk}/"),
        ("referral_silent_counted", "/en/referrals/figures/"),
        ("referral_silent_counted", "/en/referrals/figures/"),
        ("referral_waits", path),
        ("referral_waits", path),
    ]
    overseers = Notification.objects.filter(kind="referral_silent_counted").values_list("recipient_id", flat=True)
    assert set(overseers) == {convenor.pk, administrator.pk}


def test_missed_days_are_not_made_up_one_by_one(two: Two) -> None:
    two.send()
    assert remind(now=timezone.now() + timedelta(days=20)) == 1
    assert Event.objects.get(name="referral.reminder due").data["day"] == 14


def test_what_was_answered_is_not_reminded_of(two: Two) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    assert remind(now=timezone.now() + timedelta(days=20)) == 0


def nudged(referral: Referral) -> list[int]:
    events = Event.objects.filter(name="referral.nudged", about_id=referral.pk).order_by("id")
    return list(events.values_list("data__day", flat=True))


def test_who_said_yes_and_is_silent_is_asked_and_whoever_sent_hears_of_it(two: Two) -> None:
    administrator = MembershipFactory(organisation=two.sender, role=Role.ORGANISATION_ADMIN).user
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    begun = timezone.now()
    days = (0, 3, 6, 7, 7, 20, 21, 30, 45, 45, 80, 400)
    assert [nudge(now=begun + timedelta(days=day)) for day in days] == [0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0]
    assert nudged(referral) == [7, 21, 45]
    referral.refresh_from_db()
    assert (referral.state, referral.nudged_day) == ("accepted", 45)
    tell("referral.nudged")
    path = f"/en/provider/referrals/{referral.pk}/"
    assert told() == [
        *[("referral_owed", path)] * 3,
        ("referral_unheard", f"/en/referrals/{referral.pk}/"),
        ("referral_unheard_counted", "/en/referrals/figures/"),
    ]
    assert Notification.objects.get(kind="referral_unheard_counted").recipient_id == administrator.pk
    for notification in Notification.objects.all():
        text = "\n".join(notifications.render(notification))
        assert str(two.person.called) not in text
        assert notification.context == {}


def test_each_movement_begins_the_days_anew(two: Two) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    begun = timezone.now()
    assert nudge(now=begun + timedelta(days=8)) == 1
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    # under way a week without a word is nothing
    assert [nudge(now=begun + timedelta(days=day)) for day in (8, 20, 21, 22, 45, 46)] == [0, 0, 1, 0, 1, 0]
    goes_on(referral, by=two.by_receiver)
    assert [nudge(now=begun + timedelta(days=day)) for day in (20, 21)] == [0, 1]
    goes_on(referral, by=two.by_sender)
    referral.refresh_from_db()
    assert (referral.state, referral.nudged_day) == ("in-progress", 0)
    review = timezone.localdate() + timedelta(days=30)
    answering.pause(referral, by=two.by_receiver, reason="barrier_first", review_on=review)
    assert [nudge(now=begun + timedelta(days=day)) for day in (21, 30, 36, 37, 51)] == [0, 0, 0, 1, 1]
    answering.resume(referral, by=two.by_receiver)
    answering.finish(referral, by=two.by_receiver, outcome="met", attended=True, done="Sang.")
    assert nudge(now=begun + timedelta(days=300)) == 0


def test_only_the_two_say_that_it_goes_on_and_only_of_what_is_under_way(two: Two) -> None:
    referral = two.send()
    with pytest.raises(Refused):
        goes_on(referral, by=two.by_receiver)
    answering.accept(referral, by=two.by_receiver)
    with pytest.raises(Refused):
        goes_on(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    stranger = MembershipFactory(role=Role.CASEWORKER)
    with pytest.raises(Refused):
        goes_on(referral, by=stranger.user.as_actor(stranger.organisation_id))
    goes_on(referral, by=Actor(None, two.receiver.pk, frozenset({LINK})))
    assert Event.objects.filter(name="referral.goes on", about_id=referral.pk).count() == 1


def test_a_partner_without_an_account_is_asked_by_link(two: Two) -> None:
    without_accounts(two)
    referral = two.send()
    answering.accept(referral, by=Actor(None, two.receiver.pk, frozenset({LINK})), worker_name="Samir")
    assert nudge(now=timezone.now() + timedelta(days=7)) == 1
    tell("referral.nudged")
    assert not Notification.objects.exists()
    sent = Event.objects.filter(name="referral.told", about_id=referral.pk)
    assert [event.data["link"] for event in sent] == ["report"]


# --- who is told, and how -----------------------------------------------------------------------------------------------


def test_a_notification_says_nothing_of_whom_it_is_about(two: Two) -> None:
    Person.objects.update(called="Almaz Tessema", phone="050-555-7777")
    referral = two.send(why="Fled from her husband.")
    tell("referral.send")
    answering.reject(referral, by=two.by_receiver, reason="no_capacity", words="Full of secrets.")
    tell("referral.reject")
    kinds = {notification.kind for notification in Notification.objects.all()}
    assert kinds == {"referral_asked", "referral_news"}
    for notification in Notification.objects.all():
        assert notification.context == {}
        from kesher.base.notifications import render

        for language in ("en", "he", "ar"):
            notification.language = language
            text = "\n".join(render(notification))
            assert str(referral.pk) in text
            for secret in ("Almaz", "7777", "Fled", "secrets", "Hebrew course"):
                assert secret not in text


def without_accounts(two: Two) -> None:
    two.receiver.memberships.all().delete()
    OrganisationProfile.objects.create(organisation=two.receiver, email="office@partner.example.org")


def mailed(two: Two, purpose: Purpose, referral: Referral) -> str:
    """The one mail that the worker sends now."""
    mail.outbox.clear()
    notices.mail_link(purpose=purpose.value, about=str(referral.pk), organisation=str(two.receiver.pk))
    (message,) = mail.outbox
    assert message.to == ["office@partner.example.org"]
    return message.body


def test_a_partner_without_an_account_gets_a_link_to_the_address_on_record(two: Two) -> None:
    without_accounts(two)
    Person.objects.update(called="Almaz Tessema")
    referral = two.send(why="Fled from her husband.")
    tell("referral.send")
    assert not Notification.objects.exists()
    sent = Event.objects.filter(name="referral.told", about_id=referral.pk)
    assert [event.data["link"] for event in sent] == ["answer"]  # enqueued once, however often the task ran
    body = mailed(two, Purpose.ANSWER, referral)
    for language in ("he", "ar", "en"):
        assert f"/{language}/answer/" in body
    assert "Almaz" not in body
    assert "Fled" not in body
    by_link = Actor(None, two.receiver.pk, frozenset({LINK}))
    answering.accept(referral, by=by_link, worker_name="Samir")
    tell("referral.accept")
    assert sent.filter(data__link="report").count() == 1
    assert "/en/answer/" in mailed(two, Purpose.REPORT, referral)


def test_how_a_service_is_reached(two: Two) -> None:
    type(two.service).objects.update(email="")
    two.service.refresh_from_db()
    assert reaches(two.service) == Reached.ACCOUNT
    two.receiver.memberships.update(role=Role.MENTOR)  # who there answers nothing
    assert reaches(two.service) == Reached.NOBODY
    type(two.service).objects.update(email="course@partner.example.org")
    two.service.refresh_from_db()
    assert reaches(two.service) == Reached.ADDRESS


def test_where_nobody_can_be_reached_it_leaves_only_with_who_calls_them(two: Two) -> None:
    two.receiver.memberships.all().delete()
    type(two.service).objects.update(email="")
    two.service.refresh_from_db()
    with pytest.raises(Refused, match="you call them"):
        two.send()
    referral = two.draft(to_call=True)
    sending.send(referral, by=two.by_sender)
    assert Referral.objects.get(pk=referral.pk).state == "requested"


def test_an_address_that_is_gone_when_the_link_is_mailed_is_told_to_whoever_sent_it(two: Two) -> None:
    two.receiver.memberships.all().delete()
    type(two.service).objects.update(email="course@partner.example.org")
    two.service.refresh_from_db()
    referral = two.send()
    assert not referral.to_call
    type(two.service).objects.update(email="")
    mail.outbox.clear()
    notices.mail_link(purpose="answer", about=str(referral.pk), organisation=str(two.receiver.pk))
    assert not mail.outbox
    assert Event.objects.filter(name="referral.no_address", about_id=referral.pk).exists()
    assert told() == [("referral_nowhere", f"/en/referrals/{referral.pk}/")]
    assert Notification.objects.get().recipient_id == two.caseworker.pk
    referral.refresh_from_db()
    assert (referral.state, referral.to_call) == ("requested", True)


def test_a_question_about_a_place_that_reaches_nobody_is_told_to_whoever_asked(two: Two) -> None:
    two.receiver.memberships.all().delete()
    type(two.service).objects.update(email="")
    question = places.ask(two.service, by=two.by_sender)
    notices.mail_link(purpose="place", about=str(question.pk), organisation=str(two.receiver.pk))
    assert told() == [("place_nowhere", f"/en/services/{two.service.pk}/")]
    assert Notification.objects.get().recipient_id == two.caseworker.pk


@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_is_for_one_thing_and_runs_out(two: Two, purpose: Purpose, monkeypatch: pytest.MonkeyPatch) -> None:
    from kesher.referrals import links

    key = key_for(purpose, two.service.pk, two.receiver.pk)
    link = opened(key)
    assert link is not None
    assert (link.purpose, link.about, link.organisation) == (purpose, two.service.pk, two.receiver.pk)
    assert link.actor.roles == {LINK}
    assert opened(key[:-2] + ("aa" if key[-2:] != "aa" else "bb")) is None
    monkeypatch.setitem(links.LASTS, purpose, timedelta(seconds=-1))
    with pytest.raises(Expired) as expired:
        opened(key)
    assert expired.value.link == link


# --- did it help? -------------------------------------------------------------------------------------------------------


def finished(two: Two, outcome: str = Outcome.MET) -> Referral:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome=outcome, attended=True, done="Taught.")
    return referral


def test_the_person_is_asked_at_the_end_and_after_30_and_90_days(two: Two) -> None:
    Person.objects.update(email="almaz@home.example.org", reach_by="mail")
    referral = finished(two)
    tell("referral.finish")
    assert [one.day for one in FollowUp.objects.order_by("day")] == [0, 30, 90]
    assert [message.to for message in mail.outbox] == [["almaz@home.example.org"]]
    for words in (str(two.service.name["am" if "am" in two.service.name else "en"]), "Taught", "referral"):
        assert words not in mail.outbox[0].body + mail.outbox[0].subject
    now = timezone.now()
    counts = [follow_ups.ask_all(now=now + timedelta(days=days)) for days in (1, 29, 31, 31, 91, 91, 120)]
    assert counts == [0, 0, 1, 0, 1, 0, 0]
    assert len(mail.outbox) == 3
    assert Event.objects.filter(name="follow_up.asked").count() == 3
    assert referral.follow_ups.filter(how="mail").count() == 3


def test_who_said_only_call_me_gets_no_mail(two: Two) -> None:
    Person.objects.update(email="shared@home.example.org", reach_by="call")
    finished(two)
    tell("referral.finish")
    assert not mail.outbox
    assert FollowUp.objects.get(day=0).how == "sender"
    assert Notification.objects.filter(kind="follow_up_due", recipient_id=two.caseworker.pk).count() == 1


def test_an_answer_that_it_did_not_help_opens_the_wish_again(two: Two) -> None:
    finished(two)
    tell("referral.finish")
    asked = FollowUp.objects.get(day=0)
    assert Loop.objects.get().closing == "met"
    with pytest.raises(Refused):
        follow_ups.answer(asked, "perhaps", by=two.by_sender)
    with pytest.raises(Refused):
        follow_ups.answer(asked, "no", by=two.by_receiver)  # not who was sent there
    follow_ups.answer(asked, "no", by=two.by_sender)
    assert Loop.objects.get().is_open
    assert list(Loop.objects.without_next_step()) == [asked.referral.loop]
    with pytest.raises(Refused, match="already"):
        follow_ups.answer(asked, "yes", by=two.by_sender)
    asked.refresh_from_db()
    assert (asked.answer, asked.recorded_by_id) == ("no", two.caseworker.pk)


def test_what_they_answered_is_counted_apart_for_each_day(two: Two) -> None:
    Person.objects.update(email="almaz@home.example.org", reach_by="mail")
    for said in ("yes", "yes", "yes", "yes", "yes", "no", "no", "no", "no", "no", ""):
        finished(two)
        tell("referral.finish")
        follow_ups.ask_all(now=timezone.now() + timedelta(days=30))
        if said:
            asked = FollowUp.objects.select_related("referral").filter(day=30, answered_at=None).latest("created_at")
            follow_ups.answer(asked, said, by=two.by_sender)
    now = timezone.now()
    with CaptureQueriesContext(connection) as asked_for:
        (line,) = figures(since=now - timedelta(days=1), now=now, among=[two.sender.pk])
    assert len(asked_for) == 2
    assert set(line.helped) == {0, 30}
    after_30 = {answer: count.value for answer, count in line.helped[30].items()}
    assert after_30["partly"] == 0
    assert after_30["no answer"] is None, "one person alone"
    assert sorted(str(count) for answer, count in after_30.items() if answer in ("yes", "no")) == ["5", "None"], (
        "nor is it what is missing beside the others"
    )
    assert line.helped[0]["no answer"].value == 11


# --- do you have a place? -----------------------------------------------------------------------------------------------


def test_asking_for_a_place_names_nobody_and_the_answer_counts(two: Two) -> None:
    from kesher.directory.models import Capacity

    Capacity.objects.all().delete()
    question = places.ask(two.service, by=two.by_sender)
    assert places.ask(two.service, by=two.by_sender) == question  # a second press
    tell("place.asked")
    assert told() == [("place_asked", "/en/provider/referrals/?show=places")]
    two.agree()
    referral = two.draft(places_shown=None)
    with pytest.raises(Refused, match="No free place"):
        sending.send(referral, by=two.by_sender)
    with pytest.raises(Refused):
        places.answer(question, "yes", by=two.by_sender)
    places.answer(question, "yes", by=two.by_receiver)
    with pytest.raises(Refused, match="already"):
        places.answer(question, "no", by=two.by_receiver)
    tell("place.answered")
    assert Notification.objects.filter(kind="place_answered", recipient_id=two.caseworker.pk).count() == 1
    sending.write(referral, by=two.by_sender, places_shown=1, seen=READ_NOTHING)
    sending.send(referral, by=two.by_sender)
