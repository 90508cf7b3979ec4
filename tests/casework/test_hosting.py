"""Learning at work: three sign the same terms, the law holds, each answers apart, hosts that pay nobody are blocked."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from kesher.accounts.models import Membership, Organisation
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event, Notification
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework.hosting import ages, agreements, certificates, going, hosts, limits, notices, sources
from kesher.casework.hosting.links import Link, Purpose
from kesher.casework.mentoring import concerns
from kesher.casework.models import (
    Concern,
    HostRecord,
    TrainingAgreement,
    TrainingCertificate,
    TrainingGoal,
    WeeklyCheck,
)
from kesher.casework.models.matches import age_on
from kesher.casework.today import today
from kesher.directory.models import OrganisationProfile
from kesher.people.consents import withdraw
from kesher.people.erasing import erase
from kesher.people.export import as_data
from kesher.people.files import claim, claim_key
from kesher.people.models import Access, Consent, Person
from tests.casework.people import in_days, same_as_apart, worker
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.hosting import Three, a_wage_in_force, business, ran, terms, three

pytestmark = pytest.mark.django_db


@contextmanager
def below_the_pages() -> Iterator[None]:
    """As the application's role of the database, for which the second wall holds."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE kesher_app")
    yield
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


def years_ago(years: int) -> date:
    today = timezone.localdate()
    return date(today.year - years, 1, 1)


def seventeen(keeper: Organisation) -> Person:
    young: Person = PersonFactory(keeper=keeper, born=timezone.localdate() - timedelta(days=17 * 365 + 100))
    assert young.born is not None
    assert age_on(young.born, timezone.localdate()) == 17
    return young


# --- three sign ---------------------------------------------------------------------------------------------------------


def test_nobody_signs_what_they_have_not_read() -> None:
    one = three("signed")
    agreements.change(one.agreement, seen=1, terms=terms(pay=Decimal(30)), goals=["Bake bread", "Clean"], by=one.by)
    assert (one.agreement.state, one.agreement.host_signed_on, one.agreement.person_signed_on) == (
        "proposed",
        None,
        None,
    )
    with pytest.raises(Refused) as stale:
        agreements.person_signs(one.agreement, terms=1, called="Almaz", how="present", by=one.by)
    assert stale.value.code == agreements.STALE
    agreements.person_signs(one.agreement, terms=2, called="Almaz", how="present", by=one.by)
    with pytest.raises(Refused, match="changed meanwhile"):
        agreements.host_signs(one.agreement, terms=1, name="Dina", by=one.host_by)
    agreements.host_signs(one.agreement, terms=2, name="Dina", by=one.host_by)
    agreements.start(one.agreement, terms=2, by=one.by)
    assert set(TrainingGoal.objects.values_list("text", flat=True)) == {"Bake bread", "Clean"}


def test_the_host_sees_the_row_from_when_it_is_asked_and_nothing_of_the_file() -> None:
    one = three("proposed")
    with below_the_pages(), acting_for(user_id=one.employer.pk, organisation_ids=[one.host.pk]):
        assert not TrainingAgreement.objects.exists()
        assert not TrainingGoal.objects.exists()
    agreements.person_signs(one.agreement, terms=1, called="Tsehay", how="present", by=one.by)
    with below_the_pages():
        with acting_for(user_id=one.employer.pk, organisation_ids=[one.host.pk]):
            assert TrainingAgreement.objects.of_host(one.employer).get().shown_called == "Tsehay"
            assert not Person.objects.exists()
            agreements.host_signs(TrainingAgreement.objects.get(), terms=1, name="Dina", by=one.host_by)
        with acting_for(user_id=one.by.user_id, organisation_ids=[one.sender.pk]):
            agreements.start(TrainingAgreement.objects.select_related("person").get(), terms=1, by=one.by)
            assert WeeklyCheck.objects.count() == 2
        other = OrganisationFactory(approved=True)
        with acting_for(organisation_ids=[other.pk]):
            assert not TrainingAgreement.objects.exists()
    MembershipFactory(organisation=one.host, role=Role.OBSERVER, user=(observer := UserFactory()))
    assert not TrainingAgreement.objects.visible_to(observer).exists(), "who is no employer there sees none"
    Membership.objects.filter(user=one.employer).update(since=in_days(-9), until=in_days(-1))
    one.employer.forget_memberships()
    assert not TrainingAgreement.objects.visible_to(one.employer).exists(), "who has left the workplace sees none"


def test_who_belongs_to_the_workplace_neither_sends_nor_reads_what_the_person_says() -> None:
    sender, host = OrganisationFactory(approved=True), business()
    both = worker(sender)
    MembershipFactory(user=both, organisation=host, role=Role.EMPLOYER)
    by = both.as_actor(sender.pk)
    person = PersonFactory(keeper=sender, born=years_ago(30))
    with pytest.raises(Refused, match="belong to this organisation"):
        agreements.propose(person, host=host, terms=terms(), goals=["x"], by=by)
    one = three("active", organisation=sender, host=host, person=person)
    check = WeeklyCheck.objects.get(side="person")
    going.answer(check, going="badly", as_agreed=False, words="No pay yet", by=one.by)
    check = WeeklyCheck.objects.get(pk=check.pk)
    with pytest.raises(Refused, match="belong to this organisation"):
        going.read(check, by=by)
    assert {one.side for one in WeeklyCheck.objects.visible_to(both)} == {"tutor"}
    with below_the_pages(), acting_for(user_id=both.pk, organisation_ids=[sender.pk]):
        assert {one.side for one in WeeklyCheck.objects.all()} == {"tutor"}


def test_nobody_is_let_begin_where_nobody_hears_concerns() -> None:
    one = three("signed")
    one.sender.safeguarding.delete()
    with pytest.raises(Refused, match="to whom a concern can go"):
        agreements.start(one.agreement, terms=1, by=one.by)


# --- the law ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"hours_a_day": Decimal("8.5"), "hours_a_week": Decimal(40)}, "fewer hours"),
        ({"hours_a_week": Decimal(41)}, "fewer hours"),
        ({"day_from": time(15), "day_to": time(22, 30)}, "works at night"),
        ({"day_from": time(22), "day_to": time(3)}, "works at night"),
        ({"ends_on": date(2000, 1, 1)}, "before it begins"),
        ({"tutor": ""}, r"blank"),
        ({"pay": Decimal(-1)}, r"greater than"),
        ({"hours_a_day": Decimal(0)}, "Say the hours"),
    ],
)
def test_what_the_law_forbids_at_seventeen_is_refused_in_words(said: dict[str, object], why: str) -> None:
    keeper = OrganisationFactory(approved=True)
    with pytest.raises(Refused, match=why):
        three(organisation=keeper, person=seventeen(keeper), **said)
    assert not TrainingAgreement.objects.exists()


def test_the_database_refuses_it_too_and_a_grown_up_may() -> None:
    keeper = OrganisationFactory(approved=True)
    one = three("proposed", organisation=keeper, person=seventeen(keeper))
    rows = TrainingAgreement.objects.filter(pk=one.agreement.pk)
    for change in (
        {"hours_a_week": Decimal(41)},
        {"day_to": time(23)},
        {"night_from": None},
        {"state": "asked"},
        {"host": keeper},
        {"state": "ended"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    grown = three("proposed", day_from=time(18), day_to=time(23), hours_a_week=Decimal(42), hours_a_day=Decimal(9))
    assert (grown.agreement.minor, grown.agreement.night_from) == (False, None)


def test_an_unknown_age_is_asked_and_under_fifteen_there_is_no_agreement() -> None:
    keeper = OrganisationFactory(approved=True)
    person = PersonFactory(keeper=keeper, born=None)
    assert agreements.asks_of(person, timezone.localdate()) == ["age"]
    with pytest.raises(Refused, match="how old"):
        three(organisation=keeper, person=person)
    with pytest.raises(Refused, match="no work"):
        three(organisation=keeper, person=person, age=14)
    one = three("signed", organisation=keeper, person=person, age=16)
    assert (one.agreement.band, one.agreement.limit_day) == ("16", Decimal(8))
    with pytest.raises(Refused, match="guardian"):
        agreements.start(one.agreement, terms=1, by=one.by)
    agreements.tell_guardian(one.agreement, guardian="her aunt", on=timezone.localdate(), by=one.by)
    agreements.start(one.agreement, terms=1, by=one.by)


def test_a_date_of_birth_learnt_meanwhile_is_looked_at_before_it_begins() -> None:
    keeper = OrganisationFactory(approved=True)
    person = PersonFactory(keeper=keeper, born=None)
    one = three("signed", organisation=keeper, person=person, age=30, day_from=time(16), day_to=time(23))
    person.born = timezone.localdate() - timedelta(days=17 * 365 + 100)
    person.save()
    one.agreement.person = person
    with pytest.raises(Refused, match="another age"):
        agreements.start(one.agreement, terms=1, by=one.by)


def test_who_turns_eighteen_is_no_child_any_more() -> None:
    keeper = OrganisationFactory(approved=True)
    one = three("active", organisation=keeper, person=seventeen(keeper))
    assert agreements.law_here().country == "IL"
    assert ages.as_old_as_the_file_says(keeper.pk, timezone.localdate()) == 0
    assert ages.as_old_as_the_file_says(keeper.pk, in_days(300)) == 1
    assert not TrainingAgreement.objects.get(pk=one.agreement.pk).minor


@pytest.mark.parametrize(
    ("pay", "unpaid", "below"), [("0", True, False), ("34.31", False, True), ("34.32", False, False)]
)
def test_what_is_paid_is_said_plainly(tmp_path: Path, pay: str, unpaid: bool, below: bool) -> None:
    with a_wage_in_force(tmp_path):
        one = three("proposed", pay=Decimal(pay)).agreement
    assert (one.unpaid, one.below_minimum, one.minimum) == (unpaid, below, Decimal("34.32"))


def test_on_a_day_whose_wage_is_not_known_no_older_one_is_written_down() -> None:
    one = three("proposed", pay=Decimal("34.31")).agreement
    assert (one.minimum, one.unpaid, one.below_minimum) == (None, False, False)
    last = limits.limits_of("IL").known_until
    assert last is not None
    assert last < timezone.localdate(), "once a wage of today is in the table, ask of a later day"


# --- week by week -------------------------------------------------------------------------------------------------------


def test_both_are_asked_each_week_and_neither_reads_the_other() -> None:
    one = three("active")
    almaz = UserFactory()
    claim(claim_key(one.person), user=almaz)
    checks = {check.side: check for check in WeeklyCheck.objects.all()}
    assert {check.due_on for check in checks.values()} == {in_days(7)}
    going.answer(
        checks["person"],
        going="badly",
        as_agreed=False,
        words="No pay yet",
        by=Actor(almaz.pk, None, frozenset({"person"})),
    )
    going.answer(checks["tutor"], going="well", as_agreed=True, words="Good hands", by=one.host_by)
    with pytest.raises(Refused, match="answered already"):
        going.answer(checks["tutor"], going="so_so", as_agreed=True, by=one.by)
    with pytest.raises(Refused, match="Only they say"):
        going.answer(
            WeeklyCheck.objects.get(side="person", answered_at=None), going="well", as_agreed=True, by=one.host_by
        )
    assert sorted(WeeklyCheck.objects.filter(answered_at=None).values_list("due_on", flat=True)) == [in_days(14)] * 2
    with below_the_pages():
        with acting_for(user_id=one.employer.pk, organisation_ids=[one.host.pk]):
            assert {check.side for check in WeeklyCheck.objects.all()} == {"tutor"}
        with acting_for(user_id=almaz.pk):
            assert {check.side for check in WeeklyCheck.objects.all()} == {"person"}
    assert {check.side for check in WeeklyCheck.objects.visible_to(one.employer)} == {"tutor"}
    assert {check.side for check in WeeklyCheck.objects.visible_to(almaz)} == {"person"}
    same_as_apart(one.agreement.caseworker, own=False)
    entries, _full = today(one.agreement.caseworker, day=timezone.localdate(), own=False)
    assert {row.reason.code for entry in entries for row in (entry.main, *entry.also)} >= {"training_unwell"}


def test_a_concern_goes_to_the_sender_and_never_to_the_host() -> None:
    one = three("active")
    almaz = UserFactory()
    claim(claim_key(one.person), user=almaz)
    by = Actor(almaz.pk, None, frozenset({"person"}))
    concerns.raise_concern(one.sender, training=one.agreement, side="person", kind="unsafe", words="No mask", by=by)
    assert not Concern.objects.visible_to(one.employer).exists()
    with below_the_pages():
        with acting_for(user_id=one.employer.pk, organisation_ids=[one.host.pk]):
            assert not Concern.objects.exists()
        with acting_for(user_id=one.sender.safeguarding.user_id, organisation_ids=[one.sender.pk]):
            assert Concern.objects.get().training_id == one.agreement.pk


def test_a_host_says_who_teaches_and_what_is_learnt_but_not_why_somebody_leaves() -> None:
    one = three("active")
    going.other_tutor(one.agreement, tutor="Sami", by=one.host_by)
    goal = TrainingGoal.objects.select_related("agreement").get()
    with pytest.raises(Refused, match="role"):
        going.learnt(goal, by=Actor(UserFactory().pk, None, frozenset({"person"})))
    going.learnt(goal, by=one.host_by)
    with pytest.raises(Refused, match="choose a reason"):
        agreements.end(one.agreement, reason="person", by=one.host_by)
    agreements.end(one.agreement, reason="hired", by=one.host_by)
    row = TrainingAgreement.objects.get()
    assert (row.state, row.reason, row.tutor) == ("ended", "hired", "Sami")
    assert row.host_until == timezone.localdate() + timedelta(days=365)
    certificate = certificates.issue(row, name="Almaz Tadesse", work="baker", hours=200, by=one.by)
    assert certificate.learnt == ["Bake bread"]
    assert not TrainingCertificate.objects.visible_to(one.employer).exists()
    again = certificates.issue(row, name="Almaz Tadese", work="baker", hours=200, by=one.by)
    assert (TrainingCertificate.objects.count(), again.pk) == (1, certificate.pk)


def test_a_certificate_is_given_when_it_has_ended() -> None:
    one = three("active", goals=["Bake bread", "Keep the oven clean"])
    with pytest.raises(Refused, match="when it has ended"):
        certificates.issue(one.agreement, name="A", work="b", hours=1, by=one.by)
    ran(20, one)
    going.learnt(TrainingGoal.objects.get(text="Bake bread"), by=one.host_by)
    agreements.end(one.agreement, reason="done", by=one.by)
    row = TrainingAgreement.objects.get()
    elsewhere = worker(OrganisationFactory(approved=True))
    for by in (one.host_by, elsewhere.as_actor(elsewhere.memberships.get().organisation_id)):
        with pytest.raises(Refused):
            certificates.issue(row, name="A", work="b", hours=1, by=by)
    for name, hours in ((" ", 1), ("A", 0)):
        with pytest.raises(Refused):
            certificates.issue(row, name=name, work="b", hours=hours, by=one.by)
    assert not TrainingCertificate.objects.exists()

    certificates.issue(row, name=" Almaz  Tadesse ", work="baker", hours=90, by=one.by)
    given = TrainingCertificate.objects.get()
    assert (given.person_id, given.agreement_id, given.issued_by_id) == (one.person.pk, row.pk, one.by.user_id)
    assert (given.name, given.work, given.hours) == ("Almaz Tadesse", "baker", 90)
    assert given.learnt == ["Bake bread"], "what was reached, and no more"
    assert (given.language, given.issued_on) == (one.person.language, timezone.localdate())
    assert Event.objects.filter(name="training.certificate", about_id=row.pk, actor_id=one.by.user_id).count() == 1
    said = certificates.words_of(given)
    assert said["called"] == "Almaz Tadesse"
    assert {"baker", "90"} <= {line["words"] for line in said["lines"]}
    almaz = UserFactory()
    claim(claim_key(one.person), user=almaz)
    assert list(TrainingCertificate.objects.visible_to(almaz)) == [given]
    for stranger in (one.employer, elsewhere):
        assert not TrainingCertificate.objects.visible_to(stranger).exists()


def test_what_never_began_is_not_certified() -> None:
    one = three("active", starts_on=in_days(5), ends_on=in_days(60))
    agreements.end(one.agreement, reason="person", by=one.by)
    with pytest.raises(Refused, match="never began"):
        certificates.issue(TrainingAgreement.objects.get(), name="A", work="b", hours=1, by=one.by)


# --- hosts that pay nobody ----------------------------------------------------------------------------------------------


def unpaid_again(host: Organisation, times: int, *, reason: str = "done", days: int = 30) -> Three:
    found = None
    for _again in range(times):
        found = three("active", host=host, pay=Decimal(0))
        ran(days, found)
        agreements.end(found.agreement, reason=reason, by=found.by)
    assert found is not None
    return found


def test_after_three_unpaid_ones_without_work_nobody_is_sent_but_by_a_named_person_once() -> None:
    host = business()
    early = three("signed", host=host)
    last = unpaid_again(host, 3)
    assert hosts.is_blocked(host)
    with pytest.raises(Refused, match="unpaid and led to no work"):
        three(host=host)
    with pytest.raises(Refused, match="unpaid and led to no work"):
        agreements.start(early.agreement, terms=1, by=early.by)
    row = TrainingAgreement.objects.get(pk=early.agreement.pk)
    row.pk = uuid7()
    with pytest.raises(IntegrityError, match="training_host_blocked"), transaction.atomic():
        row.save(force_insert=True)
    # by name, with a reason, by somebody who is not the one who sends
    chief = MembershipFactory(organisation=last.sender, role=Role.ORGANISATION_ADMIN).user
    by = chief.as_actor(last.sender.pk)
    with pytest.raises(Refused, match="Only an administrator"):
        hosts.permit(host, why="They pay now", user=last.agreement.caseworker, by=last.by)
    with pytest.raises(Refused, match="Say why"):
        hosts.permit(host, why=" ", user=chief, by=by)
    permit = hosts.permit(host, why="They pay now", user=chief, by=by)
    with pytest.raises(Refused, match="nobody has used"):
        hosts.permit(host, why="Again", user=chief, by=by)
    with pytest.raises(Refused, match="unpaid and led to no work"):
        three(host=host)  # another organisation has no permit
    again = three("active", organisation=last.sender, host=host)
    assert again.agreement.permit_id == permit.pk
    with pytest.raises(Refused, match="unpaid and led to no work"):
        three(organisation=last.sender, host=host)
    ran(30, again)
    agreements.end(again.agreement, reason="done", by=again.by)
    assert not hosts.is_blocked(host), "a paid one begins the count anew"
    record = HostRecord.objects.get(host=host)
    assert (record.ended, record.unpaid, record.led_to_work, record.unpaid_in_a_row) == (4, 3, 0, 0)


def test_who_gives_a_permit_does_not_use_it() -> None:
    host = business()
    last = unpaid_again(host, 3)
    both = MembershipFactory(organisation=last.sender, role=Role.ORGANISATION_ADMIN).user
    MembershipFactory(organisation=last.sender, role=Role.CASEWORKER, user=both)
    by = both.as_actor(last.sender.pk)
    hosts.permit(host, why="A friend", user=both, by=by)
    with pytest.raises(Refused, match="unpaid and led to no work"):
        three(organisation=last.sender, host=host, by=by)


@pytest.mark.parametrize(("reason", "days"), [("hired", 30), ("job", 30), ("done", 3)])
def test_work_begins_the_count_anew_and_a_look_of_some_days_counts_for_nothing(reason: str, days: int) -> None:
    host = business()
    unpaid_again(host, 2)
    unpaid_again(host, 1, reason=reason, days=days)
    assert not hosts.is_blocked(host)


def test_a_host_does_not_mend_its_own_record_the_person_or_sender_says_that_it_led_to_work() -> None:
    host = business()
    unpaid_again(host, 2)
    one = three("active", host=host, pay=Decimal(0))
    ran(30, one)
    agreements.end(one.agreement, reason="hired", by=one.host_by)
    assert hosts.is_blocked(host)
    with pytest.raises(Refused, match="role"):
        going.found_work(one.agreement, by=one.host_by)
    for _twice in range(2):
        going.found_work(one.agreement, by=one.by)
    record = HostRecord.objects.get(host=host)
    assert (record.ended, record.led_to_work, record.unpaid_in_a_row) == (3, 1, 0)


# --- the file closes ----------------------------------------------------------------------------------------------------


def test_with_the_agreement_to_the_file_it_ends_and_the_host_sees_nothing() -> None:
    one = three("active")
    consent = Access.objects.get(person=one.person, organisation=one.sender).consent
    assert consent is not None
    with below_the_pages():
        with acting_for(user_id=one.by.user_id, organisation_ids=[one.sender.pk]):
            withdraw(Consent.objects.get(pk=consent.pk), by=one.by)
        with acting_for(user_id=one.employer.pk, organisation_ids=[one.host.pk]):
            assert not TrainingAgreement.objects.exists()
            assert not WeeklyCheck.objects.exists()
    row = TrainingAgreement.objects.get()
    assert (row.state, row.reason, row.host_until) == ("ended", "person", None)
    assert not TrainingAgreement.objects.of_host(one.employer).exists()
    for event in Event.objects.filter(name="training.host", data__about="close"):
        notices.tell_the_host(event.pk)
    told = Notification.objects.get()
    assert (told.recipient_id, told.context) == (one.employer.pk, {})
    assert told.link.endswith("/employer/")


def test_an_erased_file_takes_it_along_and_what_is_exported_names_it() -> None:
    one = three("ended")
    certificates.issue(one.agreement, name="Almaz", work="baker", hours=9, by=one.by)
    almaz = UserFactory()
    claim(claim_key(one.person), user=almaz)
    person = Person.objects.select_related("user").get(pk=one.person.pk)
    data = as_data(person)
    assert data["casework.TrainingAgreement"]["rows"][0]["shown_called"] == "Almaz"
    assert {"casework.TrainingGoal", "casework.TrainingCertificate"} <= set(data)
    going_on = three("active", organisation=one.sender, person=person)
    erase(person, by=Actor(almaz.pk, None, frozenset({"person"})))
    assert TrainingAgreement.objects.get(pk=going_on.agreement.pk).state == "ended"
    assert not TrainingAgreement.objects.of_host(going_on.employer).exists()


# --- today --------------------------------------------------------------------------------------------------------------


def test_each_reason_stands_on_today_with_its_page() -> None:
    here = OrganisationFactory(approved=True)
    due = three("active", organisation=here, person=PersonFactory(keeper=here, called="due", born=years_ago(30)))
    WeeklyCheck.objects.filter(agreement=due.agreement, side="person").update(due_on=in_days(1))
    silent = three("asked", organisation=here, person=PersonFactory(keeper=here, called="silent", born=years_ago(30)))
    TrainingAgreement.objects.filter(pk=silent.agreement.pk).update(moved_at=timezone.now() - timedelta(days=4))
    three("asked", organisation=here, person=PersonFactory(keeper=here, called="just asked", born=years_ago(30)))
    three("signed", organisation=here, person=PersonFactory(keeper=here, called="signed", born=years_ago(30)))
    ending = three("active", organisation=here, person=PersonFactory(keeper=here, called="ends", born=years_ago(30)))
    TrainingAgreement.objects.filter(pk=ending.agreement.pk).update(ends_on=in_days(10))
    bare = three("active", organisation=here, person=PersonFactory(keeper=here, called="bare", born=years_ago(30)))
    ran(30, bare)
    agreements.end(bare.agreement, reason="done", by=bare.by)
    same_as_apart(due.agreement.caseworker, own=False)
    entries, _full = today(due.agreement.caseworker, day=timezone.localdate(), own=False)
    told = [(one.called, row) for one in entries for row in (one.main, *one.also) if row.reason.code in sources.ADDED]
    assert {(called, row.reason.code) for called, row in told} == {
        ("due", "training_check"),
        ("silent", "training_waits"),
        ("signed", "training_waits"),
        ("ends", "training_ends"),
        ("bare", "training_certificate"),
    }
    assert {row.reason.route for _called, row in told} == {"training"}
    assert {row.key for called, row in told if called == "due"} == {due.agreement.pk}


# --- who is told --------------------------------------------------------------------------------------------------------


def test_a_workplace_without_an_account_gets_a_link_that_says_nothing() -> None:
    one = three("proposed")
    Membership.objects.filter(organisation=one.host).delete()
    OrganisationProfile.objects.create(organisation=one.host, email="bakery@example.org")
    agreements.person_signs(one.agreement, terms=1, called="Secretname", how="present", by=one.by)
    notices.tell_the_host(Event.objects.get(name="training.host", data__about="person signs").pk)
    notices.mail_link(purpose="sign", about=str(one.agreement.pk), host=str(one.host.pk))
    (sent,) = mail.outbox
    assert sent.to == ["bakery@example.org"]
    assert "/en/workplace/" in sent.body
    assert "Secretname" not in sent.body + sent.subject
    assert "Almaz" not in sent.body + sent.subject
    agreements.host_declines(one.agreement, by=Link(Purpose.SIGN, one.agreement.pk, one.host.pk).actor)
    notices.mail_link(purpose="sign", about=str(one.agreement.pk), host=str(one.host.pk))
    assert len(mail.outbox) == 1, "what is answered is not asked again"


def test_each_question_is_told_once() -> None:
    one = three("active")
    WeeklyCheck.objects.update(due_on=timezone.localdate())
    assert notices.ask_hosts(one.sender.pk, timezone.localdate()) == 1
    assert notices.ask_hosts(one.sender.pk, timezone.localdate()) == 0
    assert Notification.objects.filter(recipient_id=one.employer.pk).count() == 1
