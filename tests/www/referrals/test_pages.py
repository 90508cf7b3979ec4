"""The sender's and the receiver's pages: one journey over the wire, what each shows, and what it keeps to itself."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.models import AccessLog
from kesher.base.rows import acting_for
from kesher.base.transitions import Refused
from kesher.directory.models import Phone
from kesher.people.consents import give, withdraw
from kesher.people.models import Consent, Person
from kesher.referrals import answering, places, sending
from kesher.referrals.models import FollowUp, Loop, PlaceQuestion, Referral
from kesher.referrals.statistics import figures
from kesher.www.referrals import panel
from kesher.www.referrals.words import REASONS
from tests.factories import LoopFactory, MembershipFactory, PersonFactory, ReferralFactory
from tests.referrals.conftest import Two

pytestmark = pytest.mark.django_db


def main_of(response) -> str:
    return response.content.decode().split("<main")[1].split("</main")[0]


def test_from_a_person_to_a_service_and_back(client: Client, two: Two) -> None:
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    assert two.person.called in main_of(client.get(new))
    found = main_of(client.post(new, {"event": "look", "wish": "Evening Hebrew course"}))
    assert str(two.service.pk) in found
    assert "3 places free" in found
    begun = client.post(new, {"event": "begin", "service": two.service.pk, "wish": "Hebrew"})
    referral = Referral.objects.get()
    page = reverse("referral", args=[referral.pk])
    assert (begun.status_code, begun["Location"]) == (302, page)
    assert AccessLog.objects.filter(about_id=two.person.pk, purpose="referral").exists()
    written = {"why": "Learns quickly.", "carries": ["contact"], "language": "am", "interpreter": "phone"}
    refused = client.post(page, {"event": "send", **written})
    assert refused.status_code == 400
    assert "has not agreed" in main_of(refused)
    assert "Learns quickly." in main_of(refused)  # nothing typed is lost
    assert client.post(page, {"event": "consent"}).status_code == 400
    assert client.post(page, {"event": "consent", "how": "self"}).status_code == 400  # nobody agrees in their place
    stale = client.post(page, {"event": "consent", "how": "present", "read": str(uuid4())})
    assert stale.status_code == 409, "other words than those in use were read"
    assert "The words have changed" in main_of(stale)
    assert not Consent.objects.filter(purpose="referral").exists()
    read = re.search(r'name="read" value="([^"]+)"', stale.content.decode())
    assert read
    assert client.post(page, {"event": "consent", "how": "present", "read": read.group(1)}).status_code == 302
    assert Consent.objects.get(purpose="referral").organisation == two.receiver
    assert client.post(page, {"event": "send", **written}).status_code == 302
    referral.refresh_from_db()
    assert (referral.state, referral.places_shown, referral.interpreter) == ("requested", 3, "phone")
    assert two.person.called in main_of(client.get(reverse("referrals_sent") + "?show=waits"))

    client.force_login(two.provider)
    inbox = main_of(client.get(reverse("provider_referrals")))
    theirs = reverse("provider_referral", args=[referral.pk])
    assert theirs in inbox
    assert two.person.called not in inbox  # whoever opens it is noted
    opened = main_of(client.get(theirs))
    assert two.person.called in opened
    assert two.person.phone in opened
    assert client.post(theirs, {"event": "reject", "reason": "no_capacity"}).status_code == 302
    assert two.person.called not in main_of(client.get(theirs))  # the access has ended

    client.force_login(two.caseworker)
    back = main_of(client.get(page))
    assert "Try the next service" in back
    loop = Loop.objects.get()
    assert page in main_of(client.get(reverse("referrals_sent")))
    assert str(two.service.pk) not in main_of(client.get(new, {"loop": loop.pk}))  # tried already
    assert client.post(page, {"event": "close", "closing": "cannot_be_met"}).status_code == 400
    assert client.post(page, {"event": "close", "closing": "cannot_be_met", "words": "Full."}).status_code == 302
    assert Loop.objects.get().closing == "cannot_be_met"


def test_where_nobody_is_reached_the_draft_says_so_and_asks_who_calls(client: Client, two: Two) -> None:
    two.agree()
    referral = two.draft()
    page = reverse("referral", args=[referral.pk])
    client.force_login(two.caseworker)
    assert "they read it here" in main_of(client.get(page))
    assert 'name="to_call"' not in main_of(client.get(page))
    two.receiver.memberships.all().delete()
    type(two.service).objects.update(email="course@partner.example.org")
    assert "they get a link by e-mail" in main_of(client.get(page))
    type(two.service).objects.update(email="")
    asked = main_of(client.get(page))
    assert "nobody there reads it: call them" in asked
    assert "I will call them" in asked
    said = {"why": "Knows no Hebrew.", "carries": ["contact"], "language": "am", "interpreter": "none"}
    said["seen"] = sending.stamp(Referral.objects.get())
    assert client.post(page, said | {"event": "save"}).status_code == 302  # a draft can wait
    said["seen"] = sending.stamp(Referral.objects.get())
    assert client.post(page, said | {"event": "send"}).status_code == 400
    assert Referral.objects.get().state == "draft"
    assert client.post(page, said | {"event": "send", "to_call": "on"}).status_code == 302
    assert Referral.objects.get().to_call
    assert "They learn of it from you alone: call them." in main_of(client.get(page))
    assert "Was sent somewhere where nobody reads it" in main_of(client.get(reverse("caseworker_today")))


def test_either_side_says_that_it_goes_on(client: Client, two: Two) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    pages = {
        two.provider: reverse("provider_referral", args=[referral.pk]),
        two.caseworker: reverse("referral", args=[referral.pk]),
    }
    for user, page in pages.items():
        client.force_login(user)
        assert 'value="goes on"' not in main_of(client.get(page))
        assert client.post(page, {"event": "goes on"}).status_code == 400
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    for user, page in pages.items():
        client.force_login(user)
        Referral.objects.update(moved_at=None)
        assert 'value="goes on"' in main_of(client.get(page))
        assert client.post(page, {"event": "goes on"}).status_code == 302
        assert Referral.objects.get().moved_at is not None
        assert "goes on" in main_of(client.get(page))


def test_what_is_typed_is_shown_as_typed(client: Client, two: Two) -> None:
    referral = two.send(why="<script>alert(1)</script>")
    for user, name in ((two.caseworker, "referral"), (two.provider, "provider_referral")):
        client.force_login(user)
        shown = main_of(client.get(reverse(name, args=[referral.pk])))
        assert "<script>" not in shown
        assert "&lt;script&gt;" in shown


def test_a_receiver_reads_what_was_carried_and_nothing_else(client: Client, two: Two) -> None:
    Person.objects.update(identity_number="123456782", email="almaz@home.example.org")
    referral = two.send(carries=["born"])
    client.force_login(two.provider)
    shown = main_of(client.get(reverse("provider_referral", args=[referral.pk])))
    for kept in (two.person.phone, "123456782", "almaz@home.example.org"):
        assert kept not in shown


def test_whoever_waits_sees_whom_to_call_and_the_receiver_calls_with_one_press(client: Client, two: Two) -> None:
    own, office = "08-555-0101", "08-555-0102"
    Phone.objects.create(organisation=two.receiver, number=office)
    referral = two.send(carries=["contact"])
    page = reverse("referral", args=[referral.pk])
    client.force_login(two.caseworker)
    assert f'href="tel:{office}"' in main_of(client.get(page))
    Phone.objects.create(service=two.service, number=own)
    shown = main_of(client.get(page))
    assert f'href="tel:{own}"' in shown
    assert office not in shown, "the number of the service itself, where it has one"
    client.force_login(two.provider)
    theirs = main_of(client.get(reverse("provider_referral", args=[referral.pk])))
    assert f'href="tel:{two.person.phone}"' in theirs
    assert theirs.count("What came of it?") <= 1, "one question is asked once"


def test_what_is_read_to_the_person_stands_beside_it_in_the_reader_s_language(client: Client, two: Two) -> None:
    draft = two.draft("Hebrew")
    client.force_login(two.caseworker)
    shown = main_of(client.get(reverse("referral", args=[draft.pk])))
    assert re.findall(r'class="two-languages__one" lang="(\w+)"', shown) == [draft.person.language, "en"]


def test_the_wrong_verb_is_no_verb(client: Client, two: Two) -> None:
    referral = two.send()
    client.force_login(two.provider)
    theirs = reverse("provider_referral", args=[referral.pk])
    for event in ("", "send", "withdraw", "x" * 500, "\x00"):
        assert client.post(theirs, {"event": event}).status_code in (400, 404)
    assert client.post(theirs, {"event": "first contact", "on": "2026-13-45"}).status_code == 400
    client.force_login(two.caseworker)
    assert client.post(reverse("referral", args=[referral.pk]), {"event": "accept"}).status_code == 404
    assert Referral.objects.get().state == "requested"


def test_asking_for_a_place_from_the_list_of_services(client: Client, two: Two) -> None:
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    asked = client.post(new, {"event": "ask", "service": two.service.pk, "wish": "Evening Hebrew course"})
    assert "they have not answered yet" in main_of(asked)
    assert 'value="Evening Hebrew course"' in main_of(asked)  # the wish is not lost
    question = PlaceQuestion.objects.get()
    client.force_login(two.provider)
    assert str(question.pk) in main_of(client.get(reverse("provider_referrals") + "?show=places"))
    answered = client.post(reverse("provider_place_answer", args=[question.pk]), {"answer": "later"})
    assert answered.status_code == 302
    client.force_login(two.caseworker)
    looked = client.post(new, {"event": "look", "wish": "Evening Hebrew course"})
    assert "they would have to wait" in main_of(looked)
    assert places.ask(two.service, by=two.by_sender) != question  # answered: one may ask again


def test_no_address_carries_what_a_person_wishes_for(client: Client, two: Two) -> None:
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    for name in ("wish", "q"):
        assert "Hebrew" not in main_of(client.get(new, {name: "Evening Hebrew course"}))
    old = client.get(f"{new}?wish=Evening&loop=x").content.decode()
    assert "Evening" not in old, "a bookmark of an earlier version: the links to other languages do not say it again"
    assert f"{new.replace('/en/', '/he/')}?loop=x" in old
    looked = client.post(f"{new}?wish=Evening", {"event": "look", "wish": "Hebrew, her husband hits her"})
    assert looked.status_code == 200
    assert "her husband" in main_of(looked)
    assert 'method="get"' not in main_of(looked)
    addresses = re.findall(r'(?:href|action|formaction|src)="([^"]*)"', main_of(looked))
    assert {new} <= set(addresses)
    assert not [one for one in addresses if "husband" in one or "wish" in one]
    whole = re.findall(r'(?:href|action|formaction|src)="([^"]*)"', looked.content.decode())
    assert not [one for one in whole if "husband" in one]
    assert "husband" not in str(dict(client.session))
    assert "husband" not in str(client.cookies)


def test_a_wish_that_cannot_be_looked_for_is_drawn_with_the_reason(client: Client, two: Two) -> None:
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    refused = client.post(new, {"event": "look", "wish": "Hebrew " * 50})
    assert refused.status_code == 400
    assert "300 letters at most" in main_of(refused)
    assert "Hebrew Hebrew" in main_of(refused)  # nothing typed is lost
    assert str(two.service.pk) not in main_of(refused)
    assert client.post(new, {"event": "look", "wish": "a\x00b"}).status_code == 400


def test_a_refusal_keeps_the_wish(client: Client, two: Two, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    assert client.post(new, {"event": "begin", "service": two.service.pk, "wish": " "}).status_code == 400

    def withdrawn(*_args: object, **_by: object) -> None:
        """The partner takes it back between the page's own look and the lock: no request can be timed like that."""
        raise Refused("This service is not offered now.", "service")

    monkeypatch.setattr(places, "ask", withdrawn)
    monkeypatch.setattr(sending, "draft", withdrawn)
    for event in ("ask", "begin"):
        refused = client.post(new, {"event": event, "service": two.service.pk, "wish": "Evening Hebrew course"})
        assert refused.status_code == 400
        assert "not offered now" in refused.content.decode()
        assert 'value="Evening Hebrew course"' in main_of(refused)


def test_in_other_words_for_a_wish_that_is_open(client: Client, two: Two) -> None:
    loop = LoopFactory(person=two.person, organisation=two.sender, wish="A wish nothing answers")
    client.force_login(two.caseworker)
    new = reverse("referral_new", args=[two.person.pk])
    looked = client.post(new, {"event": "look", "loop": loop.pk, "q": "Evening Hebrew course"})
    assert str(two.service.pk) in main_of(looked)
    assert "A wish nothing answers" in main_of(looked)
    asked = client.post(new, {"event": "ask", "loop": loop.pk, "service": two.service.pk, "wish": loop.wish})
    assert (asked.status_code, asked["Location"]) == (302, f"{new}?loop={loop.pk}")


def test_the_sender_writes_down_what_the_person_says(client: Client, two: Two) -> None:
    referral = two.send()
    answering.accept(referral, by=two.by_receiver)
    answering.first_contact(referral, by=two.by_receiver, on=timezone.localdate())
    answering.finish(referral, by=two.by_receiver, outcome="met", attended=True, done="Taught.")
    FollowUp.objects.create(
        referral=referral, day=30, due_on=timezone.localdate(), asked_at=timezone.now(), how="sender"
    )
    client.force_login(two.caseworker)
    page = reverse("referral", args=[referral.pk])
    assert client.post(page, {"event": "follow-up", "day": "30", "answer": "no"}).status_code == 302
    assert Loop.objects.get().is_open
    assert client.post(page, {"event": "follow-up", "day": "30", "answer": "yes"}).status_code == 400
    assert client.post(page, {"event": "follow-up", "day": "7", "answer": "yes"}).status_code == 404


@pytest.mark.parametrize("name", ["referrals_sent", "provider_referrals"])
def test_a_list_asks_as_often_for_many_as_for_few(client: Client, two: Two, name: str) -> None:
    own = {"referrals_sent": {"sender": two.sender}, "provider_referrals": {"receiver": two.receiver}}[name]
    client.force_login(two.caseworker if name == "referrals_sent" else two.provider)
    client.get(reverse(name))  # what the first request of all reads is in the cache
    counts = []
    for _time in range(2):
        for _number in range(4):
            ReferralFactory(**own)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name) + "?show=waits").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 15


def test_the_panel_on_a_person_s_page(two: Two) -> None:
    assert panel.context(two.person, two.caseworker, two.by_sender) == {"rows": [], "loops": []}
    referral = two.send()
    told = panel.context(two.person, two.caseworker, two.by_sender)
    assert [row["referral"] for row in told["rows"]] == [referral]
    answering.reject(referral, by=two.by_receiver, reason="no_capacity")
    told = panel.context(two.person, two.caseworker, two.by_sender)
    assert list(told["loops"]) == [referral.loop]


def test_figures_hide_small_counts_and_name_nobody(client: Client, two: Two) -> None:
    two.agree()
    from kesher.referrals import sending

    for number in range(11):
        referral = two.draft(f"wish {number}", wait_list=True)
        sending.send(referral, by=two.by_sender)
        answering.reject(referral, by=two.by_receiver, reason="not_interested" if number % 2 else "no_capacity")
    wrong = two.draft("a mistake", wait_list=True)
    sending.send(wrong, by=two.by_sender)
    sending.entered_in_error(wrong, by=two.by_sender, note="twice")
    page = reverse("referral_figures")
    client.force_login(two.caseworker)
    shown = main_of(client.get(page))
    assert "<dd>11" in shown  # sent; the mistake is left out
    assert "does not want it" not in shown  # said as something between them and the person
    assert str(REASONS["private"]) in shown
    for number in range(2):  # nobody has answered these: neither they nor what tells of them
        sending.send(two.draft(f"late {number}", wait_list=True), by=two.by_sender)
    shown = main_of(client.get(page))
    assert "<dd>13" in shown
    assert "<dd>11" not in shown
    assert "not shown" in shown
    assert str(REASONS["private"]) not in shown, "reasons add up to those who were refused"
    stranger = MembershipFactory(role=Role.MANAGER).user
    client.force_login(stranger)
    assert "Nothing has been sent yet" in main_of(client.get(page))
    client.force_login(MembershipFactory(role=Role.CONVENOR).user)
    assert "Some referrals are left out, of people who did not agree" in main_of(client.get(page))
    give(two.person, "statistics", how="present", language="am", by=two.by_sender)
    assert "<dd>13" in main_of(client.get(page))


def test_the_town_counts_those_who_agreed_and_one_s_own_work_is_whole(client: Client, two: Two) -> None:
    """One of two people agrees to be counted. Who sent and received them see both; the town, and any other, one: and no
    count from which the receiver, who knows the whole, reckons how few said no."""
    page, office = reverse("referral_figures"), two.sender
    willing, other = two.person, PersonFactory(keeper=office)
    consent = give(willing, "statistics", how="present", language="am", by=two.by_sender)

    def send(person: Person, many: int) -> None:
        give(person, "referral", with_=two.receiver, how="present", language="am", by=two.by_sender)
        two.person = person
        for number in range(many):
            sending.send(two.draft(f"wish {number}", wait_list=True), by=two.by_sender)

    def told(user: User, query: str = "") -> tuple[str, str]:
        """How many were sent, and what is said of those left out."""
        client.force_login(user)
        shown = main_of(client.get(page + query))
        sent = re.search(r"<dt>sent</dt><dd>(\d+)", shown)
        left = re.search(r"(\d+|Some) referrals are left out", shown)
        return sent.group(1) if sent else "", left.group(1) if left else ""

    convenor = MembershipFactory(role=Role.CONVENOR).user
    both = MembershipFactory(organisation=office, role=Role.CASEWORKER).user
    MembershipFactory(user=both, organisation=office, role=Role.PARTNER)
    of_receiver = MembershipFactory(organisation=two.receiver, role=Role.PARTNER).user
    readers = (convenor, both, of_receiver)
    send(willing, 6)
    assert {told(one) for one in readers} == {("6", "")}
    for further in range(1, 5):
        send(other, 1)
        assert {told(one) for one in readers} == {("", "Some")}, "the receiver would reckon who"
        assert told(two.provider) == told(both, "?of=ours") == (str(6 + further), "")
    send(other, 3)
    assert {told(one) for one in readers} == {("6", "7")}
    assert told(two.caseworker) == told(two.provider) == ("13", ""), "their own work"
    assert told(both, "?of=ours") == ("13", "")
    assert told(convenor, "?of=ours") == ("6", "7"), "who only looks has no work of their own"
    give(other, "statistics", how="present", language="am", by=two.by_sender)
    assert told(convenor) == ("13", "")
    withdraw(consent, by=two.by_sender)
    assert told(convenor) == ("7", "6"), "taken back, they are counted no more"
    assert told(two.provider) == ("13", "")


def test_who_is_counted_is_asked_without_seeing_anybody(two: Two, as_application: None) -> None:
    """As the application, for whom the wall holds: keys of referrals come back, and no row of a file can be read."""
    with acting_for(user_id=two.caseworker.pk, organisation_ids=[two.sender.pk]):
        referral = two.send()
        give(two.person, "statistics", how="present", language="am", by=two.by_sender)
    found = figures(since=timezone.now() - timedelta(days=1), now=timezone.now())
    assert (len(found), found.left_out.value) == (1, 0)
    assert not Referral.objects.filter(pk=referral.pk).exists()
    assert not Consent.objects.exists()
