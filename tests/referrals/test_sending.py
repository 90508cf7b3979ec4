"""What leaves and what does not: consent, agreement, conditions, places; who sees it then, and how it is taken back."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.base.models import Event, Notification
from kesher.base.notifications import render
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework.models import Step
from kesher.directory.agreements import end
from kesher.directory.models import Capacity, PartnerAgreement, Service
from kesher.people import erasing
from kesher.people.consents import give, withdraw
from kesher.people.files import READ_NOTHING, claim, claim_key
from kesher.people.models import Access, Consent, Person
from kesher.referrals import answering, notices, recalls, sending
from kesher.referrals.carried import carried
from kesher.referrals.links import Purpose as For
from kesher.referrals.links import key_for
from kesher.referrals.models import Loop, Referral
from kesher.referrals.moving import move
from kesher.referrals.vocabularies import PRIVATE, Outcome, Reason
from tests.factories import (
    LoopFactory,
    MembershipFactory,
    OrganisationFactory,
    PersonFactory,
    ReferralFactory,
    ServiceFactory,
    StepFactory,
    UserFactory,
)
from tests.referrals.conftest import OFFICER, Two
from tests.worker import work_off_tasks

pytestmark = pytest.mark.django_db


def refused(referral: Referral, two: Two, why: str) -> None:
    before = Event.objects.count()
    with pytest.raises(Refused, match=why):
        sending.send(referral, by=two.by_sender)
    referral.refresh_from_db()
    assert (referral.state, referral.sent_at) == ("draft", None)
    assert Event.objects.count() == before
    assert not Access.objects.filter(kind="referral").exists()


def test_a_send_asks_for_each_thing_once(two: Two) -> None:
    """Whole, with its event, its access and its task. More statements than this are a loop, or a thing asked twice.

    Twelve of them read the catalogue, for this transaction has changed it itself.
    """
    two.agree()
    referral = Referral.objects.get(pk=two.draft("work", wait_list=True).pk)
    with CaptureQueriesContext(connection) as asked, acting_for(user_id=two.caseworker.pk):
        sending.send(referral, by=two.by_sender)
    assert len(asked) <= 37, "\n".join(one["sql"][:190] for one in asked)
    assert Access.objects.filter(kind="referral", until=None).count() == 1


def test_an_agreement_to_something_else_lets_nothing_leave(two: Two) -> None:
    """Whoever moves it names the agreement that is written in the row: it is looked at, too."""
    referral = two.draft()
    elsewhere, taken_back = two.agree(with_=OrganisationFactory(approved=True)), two.agree()
    withdraw(taken_back, by=two.by_sender)
    taken_back.refresh_from_db()
    of_another = PersonFactory(keeper=two.sender).consents.get()
    for consent in (elsewhere, taken_back, of_another):
        fields = {"consent": consent, "sent_at": timezone.now()}
        with pytest.raises(Refused, match="not agreed"):
            move(referral, "send", by=two.by_sender, fields=fields)
    fields = {"consent": two.agree(), "sent_at": timezone.now()}
    move(referral, "send", by=two.by_sender, fields=fields)
    assert referral.state == "requested"


# --- what must be there -------------------------------------------------------------------------------------------------


def test_nothing_leaves_without_consent(two: Two) -> None:
    referral = two.draft()
    refused(referral, two, "not agreed")
    consent = two.agree()
    withdraw(consent, by=two.by_sender)
    refused(referral, two, "not agreed")
    two.agree(with_=OrganisationFactory(approved=True))  # to somebody else
    refused(referral, two, "not agreed")
    two.agree()
    sending.send(referral, by=two.by_sender)
    assert referral.consent == Consent.objects.in_force().get(organisation=two.receiver)


def test_nothing_leaves_without_an_agreement_in_force(two: Two) -> None:
    two.agree()
    referral = two.draft()
    mine = PartnerAgreement.objects.get(organisation=two.receiver)
    PartnerAgreement.objects.filter(pk=mine.pk).update(since=timezone.localdate() - timedelta(days=9))
    end(mine, by=OFFICER, on=timezone.localdate() - timedelta(days=1))
    refused(referral, two, "no agreement in force")


def test_a_person_who_does_not_meet_the_conditions_is_sent_by_somebody_who_says_why(two: Two) -> None:
    Service.objects.filter(pk=two.service.pk).update(minimum_age=60)
    two.agree()
    referral = two.draft()
    sending.send(referral, by=two.by_sender)  # the age is not known: nobody is refused for what was not asked
    assert referral.eligibility == "unknown"
    Person.objects.update(born=date(2000, 1, 1))
    second = two.draft()
    refused_now(second, two)
    sending.write(second, by=two.by_sender, override_reason="  ", seen=READ_NOTHING)
    refused_now(second, two)
    sending.write(second, by=two.by_sender, override_reason="They take younger ones, I called.", seen=READ_NOTHING)
    sending.send(second, by=two.by_sender)
    assert (second.eligibility, second.overridden_by_id) == ("no", two.caseworker.pk)


def refused_now(referral: Referral, two: Two) -> None:
    with pytest.raises(Refused, match="do not meet"):
        sending.send(referral, by=two.by_sender)


def test_places_are_shown_or_waiting_is_accepted(two: Two) -> None:
    two.agree()
    referral = two.draft(places_shown=None)
    refused(referral, two, "No free place is known")  # nobody has looked
    sending.write(referral, by=two.by_sender, places_shown=3, seen=READ_NOTHING)
    Capacity.objects.update(available=0)
    refused(referral, two, "No free place is known")  # gone meanwhile
    Capacity.objects.all().delete()
    refused(referral, two, "No free place is known")
    sending.write(referral, by=two.by_sender, wait_list=True, seen=READ_NOTHING)
    sending.send(referral, by=two.by_sender)


@pytest.mark.parametrize("state", ["draft", "suspended", "archived"])
def test_a_service_that_is_not_offered_gets_nobody(two: Two, state: str) -> None:
    two.agree()
    referral = two.draft()
    Service.objects.update(state=state)
    refused(referral, two, "not offered")


def test_a_suspended_organisation_neither_sends_nor_receives(two: Two) -> None:
    two.agree()
    referral = two.draft()
    Organisation.objects.filter(pk=two.receiver.pk).update(state="suspended")
    refused(referral, two, "not offered")
    Organisation.objects.filter(pk=two.receiver.pk).update(state="approved")
    Organisation.objects.filter(pk=two.sender.pk).update(state="suspended")
    refused(referral, two, "not approved")
    Organisation.objects.filter(pk=two.sender.pk).update(state="approved")
    sending.send(referral, by=two.by_sender)
    Organisation.objects.filter(pk=two.receiver.pk).update(state="suspended")
    with pytest.raises(Refused, match="not approved"):
        answering.accept(referral, by=two.by_receiver)
    assert not Referral.objects.visible_to(two.provider).exists()


def test_only_who_has_the_file_begins_and_sends(two: Two) -> None:
    two.agree()
    referral = two.draft()
    stranger = MembershipFactory(role=Role.CASEWORKER)
    by = stranger.user.as_actor(stranger.organisation_id)
    for attempt in (
        lambda: sending.draft(two.person, two.service, "work", by=by),
        lambda: sending.write(referral, by=by, why="x", seen=READ_NOTHING),
        lambda: sending.send(referral, by=by),
        lambda: sending.send(referral, by=two.by_receiver),
    ):
        with pytest.raises(Refused):
            attempt()
    manager = MembershipFactory(organisation=two.sender, role=Role.MANAGER).user
    with pytest.raises(Refused):
        sending.draft(two.person, two.service, "work", by=manager.as_actor(two.sender.pk))


def test_one_at_a_time_for_one_wish(two: Two) -> None:
    referral = two.send()
    with pytest.raises(Refused, match="already"):
        sending.draft(two.person, two.service, referral.loop, by=two.by_sender)
    with pytest.raises(DatabaseError, match="referral_one_open_per_loop"), transaction.atomic():
        Referral.objects.create(
            person=two.person,
            loop=referral.loop,
            service=two.service,
            sender=two.sender,
            receiver=two.receiver,
            sender_user_id=two.caseworker.pk,
            language="am",
        )
    two.draft("another wish")  # of another wish there may be one more


# --- what the receiver sees, and how long -------------------------------------------------------------------------------


def test_the_receiver_sees_what_is_carried_and_not_the_file(two: Two) -> None:
    referral = two.draft()
    assert not Referral.objects.visible_to(two.provider).exists()  # a draft is nobody's but the sender's
    two.agree()
    sending.send(referral, by=two.by_sender)
    assert Referral.objects.visible_to(two.provider).get() == referral
    worker = MembershipFactory(organisation=two.receiver, role=Role.CASEWORKER).user
    assert not Person.objects.visible_to(worker).exists()
    assert Access.objects.get(kind="referral").whole is False
    sections = carried(two.person, referral.carries)
    assert [section.key for section, _lines in sections] == ["contact"]
    assert two.person.phone in {text for _section, lines in sections for _label, text in lines}
    answering.reject(referral, by=two.by_receiver, reason=Reason.NO_CAPACITY)
    assert not Access.objects.in_force().filter(kind="referral").exists()


def test_after_the_end_they_may_read_it_for_a_time_to_write_it_up(two: Two) -> None:
    referral = two.send()
    other = two.draft("another wish", wait_list=True)
    sending.send(other, by=two.by_sender)
    for one in (referral, other):
        answering.accept(one, by=two.by_receiver)
        answering.first_contact(one, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome=Outcome.MET, attended=True, done="Taught.")
    assert Access.objects.get(kind="referral").until is None  # another one is open
    answering.finish(other, by=two.by_receiver, outcome=Outcome.NOT_MET, attended=True, done="Talked.")
    until = Access.objects.get(kind="referral").until
    assert until is not None
    assert timedelta(days=13) < until - timezone.now() <= timedelta(days=14)
    assert [loop.closing for loop in Loop.objects.order_by("id")] == ["met", ""]  # what did not help stays open


def test_those_who_share_the_file_see_no_referral_of_others(two: Two) -> None:
    friend = OrganisationFactory(approved=True)
    give(two.person, "share", with_=friend, how="present", language="am", by=two.by_sender)
    worker = MembershipFactory(organisation=friend, role=Role.CASEWORKER).user
    two.send()
    assert Person.objects.visible_to(worker).get() == two.person
    assert not Referral.objects.visible_to(worker).exists()


def test_the_person_sees_what_was_sent_about_them(two: Two) -> None:
    owner = UserFactory()
    claim(claim_key(two.person), user=owner)
    referral = two.draft()
    assert not Referral.objects.visible_to(owner).exists()
    two.agree()
    sending.send(referral, by=two.by_sender)
    assert Referral.objects.visible_to(owner).get() == referral
    assert Loop.objects.visible_to(owner).get() == referral.loop


def test_the_database_itself_shows_a_referral_to_the_two_and_the_person_alone(
    two: Two, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue("as_application")  # after the town was made by the owner
    sides = [two.sender.pk, two.receiver.pk]
    friend = OrganisationFactory(approved=True)
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk]):
        give(two.person, "share", with_=friend, how="present", language="am", by=two.by_sender)
        referral = two.send()
    told = (Referral, Referral.pgh_event_model, Loop, Loop.pgh_event_model)  # type: ignore[attr-defined]
    assert [model.objects.count() for model in told] == [0] * 4
    with acting_for(organisation_ids=[friend.pk]):
        assert Person.objects.get() == two.person
        assert [model.objects.count() for model in told] == [0] * 4
    for side in sides:
        with acting_for(organisation_ids=[side]):
            assert Referral.objects.get() == referral
    with acting_for(user_id=two.provider.pk, organisation_ids=[two.receiver.pk]):
        assert Loop.objects.count() == 0  # the sender's
        answering.accept(referral, by=two.by_receiver)
        answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
        answering.finish(referral, by=two.by_receiver, outcome=Outcome.WORK, attended=True, done="Works.")
    with acting_for(organisation_ids=[two.sender.pk]):
        assert Loop.objects.get().closing == "met"


def test_whoever_helps_reads_no_referral_and_of_wishes_what_tells_nothing(
    two: Two, request: pytest.FixtureRequest
) -> None:
    """Neither why it came back nor where to; and not that somebody was ever sent to a shelter, or to a clinic."""
    daughter, themselves = UserFactory(), UserFactory()
    for user, kind in ((daughter, "helper"), (themselves, "person")):
        Access.objects.create(person=two.person, user=user, kind=kind)
    shelter = OrganisationFactory(approved=True, sensitive=True, sensitive_why="a shelter")
    clinic = OrganisationFactory(approved=True, kind="health")
    for_all = {"person": two.person, "organisation": two.sender}
    plain, slept, healed = (LoopFactory(wish=wish, **for_all) for wish in ("to learn", "to sleep", "to heal"))
    theirs = LoopFactory(wish="to be safe", person=two.person, organisation=shelter)
    ended = {"state": "rejected", "reason": "not_interested", "reason_words": "Was afraid."}
    ReferralFactory(loop=plain, sender=two.sender, receiver=two.receiver, **ended)
    ReferralFactory(loop=slept, sender=two.sender, receiver=shelter, **ended)  # long ago, and it says so still
    ReferralFactory(loop=healed, sender=two.sender, receiver=clinic)
    steps = {loop: StepFactory(person=two.person, loop=loop) for loop in (plain, slept, healed, theirs, None)}
    request.getfixturevalue("as_application")
    history = Referral.pgh_event_model, Loop.pgh_event_model  # type: ignore[attr-defined]
    with acting_for(user_id=daughter.pk):
        assert [model.objects.count() for model in (Referral, *history)] == [0] * 3
        assert list(Loop.objects.all()) == list(Loop.objects.visible_to(daughter)) == [plain]
        assert set(Step.objects.shown_to_helpers()) == {steps[plain], steps[None]}
        assert not Referral.objects.visible_to(daughter).exists()
    with acting_for(user_id=themselves.pk):
        assert Referral.objects.visible_to(themselves).count() == Referral.objects.count() == 3
        assert Loop.objects.visible_to(themselves).count() == Loop.objects.count() == 4
    with acting_for(organisation_ids=[two.sender.pk]):
        assert Referral.objects.count() == Loop.objects.count() == 3


def test_the_query_alone_keeps_referrals_from_whoever_helps(two: Two) -> None:
    daughter = UserFactory()
    Access.objects.create(person=two.person, user=daughter, kind="helper")
    referral = two.send()
    assert not Referral.objects.visible_to(daughter).exists()
    assert list(Loop.objects.visible_to(daughter)) == [referral.loop]
    type(two.receiver).objects.filter(pk=two.receiver.pk).update(sensitive=True, sensitive_why="a shelter")
    assert not Loop.objects.visible_to(daughter).exists()


# --- it comes back ------------------------------------------------------------------------------------------------------


def test_after_a_refusal_the_next_best_goes_out_for_the_same_wish(two: Two) -> None:
    referral = two.send()
    answering.reject(referral, by=two.by_receiver, reason=Reason.NO_CAPACITY, words="Full until May.")
    assert list(Referral.objects.came_back()) == [referral]
    assert list(Loop.objects.without_next_step()) == [referral.loop]
    elsewhere = ServiceFactory(published=True, organisation=two.receiver)
    again = sending.next_best(referral, elsewhere, by=two.by_sender)
    assert (again.replaces, again.loop, again.state, again.why) == (referral, referral.loop, "draft", referral.why)
    assert not again.override_reason
    assert not Referral.objects.came_back().exists()
    with pytest.raises(Refused, match="already"):
        sending.next_best(referral, elsewhere, by=two.by_sender)
    sending.discard(again, by=two.by_sender)
    assert list(Referral.objects.came_back()) == [referral]
    assert Event.objects.filter(name="referral.discard", about_id=again.pk).exists()


@pytest.mark.parametrize("reason", sorted(PRIVATE))
def test_what_could_be_held_against_a_person_stands_in_no_log(two: Two, reason: str) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.cannot_finish(referral, by=two.by_receiver, reason=reason, words="Three times.")
    assert Referral.objects.get().reason == reason
    for event in Event.objects.all():
        assert reason not in (event.reason, *map(str, event.data.values()))


def test_words_about_a_person_are_in_the_row_alone(two: Two) -> None:
    referral = two.send(why="Secret words.")
    answering.reject(referral, by=two.by_receiver, reason=Reason.OTHER, words="Other secret words.")
    kept = {field.name for field in Referral.pgh_event_model._meta.concrete_fields}  # type: ignore[attr-defined]
    assert not kept & {"why", "reason_words", "done", "override_reason", "safe_contact", "worker_name"}
    assert not [event for event in Event.objects.all() if "secret" in f"{event.reason}{event.data}".lower()]


# --- taking it back -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how_far", ["draft", "requested", "accepted", "in-progress", "on-hold"])
def test_consent_withdrawn_cancels_what_is_open_and_recalls_it(two: Two, how_far: str) -> None:
    consent = two.agree()
    referral = two.draft()
    steps = {
        "requested": lambda: sending.send(referral, by=two.by_sender),
        "accepted": lambda: answering.accept(referral, by=two.by_receiver),
        "in-progress": lambda: answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate()),
        "on-hold": lambda: answering.pause(
            referral, by=two.by_receiver, reason="in_training", review_on=timezone.localdate() + timedelta(days=9)
        ),
    }
    for state, step in steps.items():
        if referral.state == how_far:
            break
        step()
        assert referral.state == state
    withdraw(consent, by=two.by_sender)
    work_off(two)
    referral.refresh_from_db()
    assert referral.state == "cancelled"
    assert not Access.objects.in_force().filter(kind="referral").exists()
    assert list(Loop.objects.without_next_step()) == [referral.loop]  # they may still want it from somebody else
    recalled = Event.objects.filter(name="referral.recall_requested", about_id=referral.pk)
    assert recalled.count() == (how_far != "draft")
    if how_far != "draft":
        recalls.confirm_recall(referral, by=two.by_receiver)
        recalls.confirm_recall(referral, by=two.by_receiver)
        assert Event.objects.filter(name="referral.recall_confirmed").count() == 1
        with pytest.raises(Refused):
            recalls.confirm_recall(referral, by=two.by_sender)


def work_off(two: Two) -> None:
    event = Event.objects.filter(name="consent.withdrawn").order_by("-id")[:1].get()
    recalls.withdraw_what_rests_on_it(event.pk)


def finished(two: Two) -> Referral:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome="met", attended=True, done="Taught.")
    return referral


def test_what_had_ended_is_asked_back_too_and_stays_what_it_was(two: Two) -> None:
    referral = finished(two)
    link = key_for(For.RECALL, referral.pk, two.receiver.pk)
    page = reverse("answer", kwargs={"key": link})
    with pytest.raises(Refused):
        recalls.confirm_recall(referral, by=two.by_receiver)  # nobody has asked for it
    assert 'value="recalled"' not in Client().get(page).content.decode()
    consent = referral.consent
    assert consent is not None
    withdraw(consent, by=two.by_sender)
    for _twice in range(2):
        work_off(two)
    referral.refresh_from_db()
    assert referral.state == "completed"
    assert Event.objects.filter(name="referral.recall_requested", about_id=referral.pk).count() == 1
    assert not Access.objects.in_force().filter(kind="referral").exists(), "at once, without days to write it up"
    assert 'value="recalled"' in Client().get(page).content.decode()
    office, came_in = Client(), reverse("provider_referrals") + "?show=done"
    office.force_login(User.objects.get(pk=two.by_receiver.user_id))
    assert [row["recall"] for row in office.get(came_in).context["rows"]] == [True], "the list says so, too"
    assert Client().post(page, {"event": "recalled"}).status_code == 200
    referral.refresh_from_db()
    assert referral.recall_confirmed_at is not None
    assert [row["recall"] for row in office.get(came_in).context["rows"]] == [False]


def test_with_the_file_all_that_was_ever_sent_is_asked_back(two: Two) -> None:
    referral = finished(two)
    second = MembershipFactory(organisation=two.sender, role=Role.CASEWORKER).user.as_actor(two.sender.pk)
    erasing.ask_for(two.person, how="present", by=two.by_sender)
    erasing.confirm(two.person, by=second)
    event = Event.objects.get(name="file.erased")
    assert event.data["receivers"] == [str(two.receiver.pk)]
    for _twice in range(2):
        recalls.ask_back_all_that_was_sent(event.pk)
    asked = Event.objects.get(name="referral.recall_requested")
    assert asked.about_id == referral.pk
    mail_before = Notification.objects.count()
    notices.ask_the_receiver_to_erase(asked.pk)
    told = Notification.objects.order_by("-id")[: Notification.objects.count() - mail_before]
    assert {one.kind for one in told} == {"referral_recall"}
    # the page goes at night with all that belonged to the file: what was told says enough without it
    _subject, body = render(told[0])
    assert str(asked.about_id) in body
    assert str(two.person.called) not in body


def test_another_agreement_in_force_keeps_it(two: Two) -> None:
    first = two.agree()
    two.agree()
    referral = two.draft()
    withdraw(first, by=two.by_sender)
    work_off(two)
    referral.refresh_from_db()
    assert referral.state == "draft"


def test_whoever_may_no_longer_keep_the_file_follows_nothing_in_it(two: Two) -> None:
    owner = UserFactory()
    claim(claim_key(two.person), user=owner)
    referral = two.send()
    two.draft("another wish")
    two.person.refresh_from_db()
    withdraw(Consent.objects.get(purpose="file"), by=Actor(owner.pk, roles=frozenset({"person"})))
    work_off(two)
    assert set(Referral.objects.values_list("state", flat=True)) == {"cancelled"}
    assert set(Loop.objects.values_list("closing", flat=True)) == {"withdrawn"}
    assert Event.objects.filter(name="referral.recall_requested", about_id=referral.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_it_is_the_worker_who_does_so(two: Two) -> None:
    referral = two.send()
    withdraw(Consent.objects.get(purpose="referral"), by=two.by_sender)
    work_off_tasks()
    referral.refresh_from_db()
    assert referral.state == "cancelled"
