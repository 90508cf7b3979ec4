"""Learning at work, when something was otherwise than it looked: a child, a concern, an erased file, pay of a hundredth."""

from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.accounts.sensitive import is_sensitive
from kesher.base.models import Event, Notification
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor, Refused
from kesher.casework.hosting import ages, agreements, certificates, going, hosts, notices, sources
from kesher.casework.mentoring import concerns, offers
from kesher.casework.models import Concern, HostRecord, TrainingAgreement, WeeklyCheck
from kesher.casework.today import today
from kesher.people.erasing import erase
from kesher.people.files import claim, claim_key
from kesher.people.models import Person
from tests.casework.people import in_days, worker
from tests.casework.test_hosting import below_the_pages, unpaid_again, years_ago
from tests.factories import MembershipFactory, OrganisationFactory, PersonFactory, UserFactory
from tests.hosting import Three, business, ran, three
from tests.mentoring import named

pytestmark = pytest.mark.django_db


def unknown_age(state: str = "active", **said: object) -> Three:
    """Somebody of whom no date of birth is known, and who said 18."""
    keeper = OrganisationFactory(approved=True)
    person = PersonFactory(keeper=keeper, born=None)
    return three(state, organisation=keeper, person=person, age=18, **said)


def sixteen(one: Three) -> None:
    Person.objects.filter(pk=one.person.pk).update(born=timezone.localdate() - timedelta(days=16 * 365 + 100))


def row(one: Three) -> TrainingAgreement:
    found: TrainingAgreement = TrainingAgreement.objects.select_related("person", "organisation", "host").get(
        pk=one.agreement.pk
    )
    return found


# --- a child ------------------------------------------------------------------------------------------------------------


def test_of_whom_it_turns_out_later_that_they_are_a_child_the_terms_do_not_go_on_silently() -> None:
    one = unknown_age(day_from=time(16), day_to=time(23))
    sixteen(one)
    moved = Person.objects.get(pk=one.person.pk).last_step_at
    assert ages.as_old_as_the_file_says(one.sender.pk, timezone.localdate()) == 1
    assert ages.as_old_as_the_file_says(one.sender.pk, timezone.localdate()) == 0, "told once"
    assert Person.objects.get(pk=one.person.pk).last_step_at == moved, "what the clock does keeps no file in use"
    assert (row(one).too_young_since, row(one).state) == (timezone.localdate(), "active")
    told = Event.objects.filter(data__about="too young")
    assert {event.name for event in told} == {"training.tell", "training.host"}
    for event in told:
        (notices.tell if event.name == "training.tell" else notices.tell_the_host)(event.pk)
    assert {one.agreement.caseworker_id, one.employer.pk} <= set(
        Notification.objects.values_list("recipient_id", flat=True)
    )
    entries, _full = today(one.agreement.caseworker, day=timezone.localdate(), own=False)
    assert sources.TOO_YOUNG.code in {each.reason.code for entry in entries for each in (entry.main, *entry.also)}
    # a guardian alone does not make the night allowed
    agreements.tell_guardian(row(one), guardian="her aunt", on=timezone.localdate(), by=one.by)
    ages.as_the_file_says(found := row(one))
    assert found.too_young_since is not None
    Person.objects.filter(pk=one.person.pk).update(born=years_ago(30))
    ages.as_the_file_says(found)
    assert (found.too_young_since, found.minor) == (None, False), "the date of birth was itself a mistake"


def test_where_the_hours_fit_a_guardian_is_told_and_the_law_of_their_age_holds() -> None:
    one = unknown_age()
    sixteen(one)
    ages.as_the_file_says(found := row(one))
    assert (found.too_young_since, found.minor) == (timezone.localdate(), False), "nobody has told a guardian"
    agreements.tell_guardian(found, guardian="her aunt", on=timezone.localdate(), by=one.by)
    ages.as_the_file_says(found)
    assert (found.too_young_since, found.minor, found.band) == (None, True, "16")
    waiting = unknown_age("asked")
    sixteen(waiting)
    ages.as_the_file_says(found := row(waiting))
    assert (found.minor, found.band, found.too_young_since) == (True, "16", None), "before it begins they are told yet"


def test_each_morning_looks_at_every_organisation_and_ends_what_nobody_ended() -> None:
    one, over = unknown_age(day_to=time(23)), three("active", pay=Decimal(0))
    sixteen(one)
    Organisation.objects.filter(pk=one.sender.pk).update(state=Organisation.State.SUSPENDED)
    begun, ended = in_days(-90), timezone.localdate() - ages.RUNS_OUT - timedelta(days=1)
    TrainingAgreement.objects.filter(pk=over.agreement.pk).update(starts_on=begun, ends_on=ended)
    notices.each_morning(0)
    assert row(one).too_young_since is not None
    found = row(over)
    assert (found.state, found.reason, found.ended_on, found.counted_as) == ("ended", "done", ended, 1)
    assert HostRecord.objects.get(host=over.host).unpaid_in_a_row == 1
    notices.each_morning(0)
    assert HostRecord.objects.get(host=over.host).ended == 1


# --- a concern ----------------------------------------------------------------------------------------------------------


def test_a_concern_about_a_workplace_never_reaches_somebody_of_that_workplace() -> None:
    one = three("active")
    ruth = one.sender.safeguarding.user
    chief, mixed = (MembershipFactory(organisation=one.sender, role=Role.ORGANISATION_ADMIN).user for _each in range(2))
    for user in (ruth, mixed):  # they begin to work there once it goes on
        MembershipFactory(user=user, organisation=one.host, role=Role.EMPLOYER)
    almaz = UserFactory()
    claim(claim_key(one.person), user=almaz)
    by = Actor(almaz.pk, None, frozenset({"person"}))
    concern = concerns.raise_concern(one.sender, training=one.agreement, side="person", kind="unsafe", by=by)
    told = Event.objects.get(name="concern.raise").data
    assert (told["side"], told["tell_all"]) == ("unnamed", [str(chief.pk)])
    Concern.objects.filter(pk=concern.pk).update(training=None)  # as when the file is erased
    assert not Concern.objects.visible_to(ruth).exists()
    assert not Concern.objects.entrusted_to(ruth).exists()
    with pytest.raises(Refused):
        concerns.take(Concern.objects.get(), by=concerns.as_named(ruth, one.sender.pk))
    with below_the_pages(), acting_for(user_id=ruth.pk, organisation_ids=[one.sender.pk]):
        assert not Concern.objects.exists()
        assert not Concern.pgh_event_model.objects.exists()
    other = worker(one.sender)
    MembershipFactory(user=other, organisation=one.host, role=Role.EMPLOYER)
    with pytest.raises(Refused, match="belong to a workplace"):
        offers.name_safeguarding(one.sender, user=other, by=chief.as_actor(one.sender.pk))
    heard = worker(one.sender)
    offers.name_safeguarding(one.sender, user=heard, by=chief.as_actor(one.sender.pk))
    with below_the_pages(), acting_for(user_id=heard.pk, organisation_ids=[one.sender.pk]):
        assert Concern.objects.get().pk == concern.pk
    concerns.take(Concern.objects.entrusted_to(heard).get(), by=concerns.as_named(heard, one.sender.pk))


# --- the file is gone ---------------------------------------------------------------------------------------------------


def test_of_an_erased_person_the_workplace_reads_nothing_any_more_not_even_what_had_ended() -> None:
    one = three("ended")
    almaz = UserFactory()
    claim(claim_key(one.person), user=almaz)
    person = Person.objects.select_related("user").get(pk=one.person.pk)
    assert TrainingAgreement.objects.of_host(one.employer).exists()
    erase(person, by=Actor(almaz.pk, None, frozenset({"person"})))
    assert not TrainingAgreement.objects.of_host(one.employer).exists()
    assert not WeeklyCheck.objects.visible_to(one.employer).exists()
    with below_the_pages(), acting_for(user_id=one.employer.pk, organisation_ids=[one.host.pk]):
        assert not TrainingAgreement.objects.exists()
        assert not WeeklyCheck.objects.exists()


def test_a_workplace_reads_the_agreement_and_never_its_history() -> None:
    one = three("active")
    events = [TrainingAgreement, WeeklyCheck, type(one.agreement.goals.get())]
    with below_the_pages():
        with acting_for(user_id=one.employer.pk, organisation_ids=[one.host.pk]):
            assert TrainingAgreement.objects.exists()
            assert not any(model.pgh_event_model.objects.exists() for model in events)
        with acting_for(user_id=one.by.user_id, organisation_ids=[one.sender.pk]):
            assert all(model.pgh_event_model.objects.exists() for model in events)


# --- hosts that pay nobody ----------------------------------------------------------------------------------------------


def test_a_hundredth_for_an_hour_is_no_pay_that_begins_the_count_anew() -> None:
    host = business()
    unpaid_again(host, 2)
    one = three("active", host=host, pay=Decimal("0.01"))
    ran(30, one)
    agreements.end(one.agreement, reason="done", by=one.by)
    assert HostRecord.objects.get(host=host).unpaid_in_a_row == 2
    unpaid_again(host, 1)
    assert hosts.is_blocked(host)


def test_work_found_later_begins_the_count_anew_only_for_what_was_counted_in_this_row() -> None:
    host = business()
    early = unpaid_again(host, 1)
    paid = three("active", host=host)
    ran(30, paid)
    agreements.end(paid.agreement, reason="done", by=paid.by)
    looked = three("active", host=host, pay=Decimal(0))
    ran(2, looked)
    agreements.end(looked.agreement, reason="unsuited", by=looked.by)
    never = three("active", host=host, pay=Decimal(0), starts_on=in_days(9))
    agreements.end(never.agreement, reason="hired", by=never.by)
    assert row(never).counted_as is None, "it never began"
    last = unpaid_again(host, 3)
    for one in (early, looked):
        going.found_work(row(one), by=one.by)
    with pytest.raises(Refused, match="not possible"):
        going.found_work(row(never), by=never.by)
    assert hosts.is_blocked(host), "what came before the row, and what was never counted, does not end it"
    going.found_work(row(last), by=last.by)
    assert not hosts.is_blocked(host)


def test_a_permit_serves_the_agreement_that_asked_for_it_and_only_one() -> None:
    host = business()
    early = three("signed", host=host)
    last = unpaid_again(host, 3)
    chief = MembershipFactory(organisation=early.sender, role=Role.ORGANISATION_ADMIN).user
    permit = hosts.permit(host, why="They pay now", user=chief, by=chief.as_actor(early.sender.pk))
    assert agreements.may_begin(row(early), early.by) is None
    agreements.start(row(early), terms=1, by=early.by)
    assert row(early).permit_id == permit.pk
    with pytest.raises(Refused, match="unpaid and led to no work"), transaction.atomic():
        three(organisation=early.sender, host=host)
    assert last.sender != early.sender


# --- of whom nobody is told ---------------------------------------------------------------------------------------------


def test_a_certificate_does_not_say_that_a_shelter_sent_somebody() -> None:
    shelter = OrganisationFactory(approved=True, name={"en": "Shelter"}, sensitive=True, sensitive_why="a shelter")
    named(shelter)
    one = three("ended", organisation=shelter)
    assert is_sensitive(shelter)
    given = certificates.issue(one.agreement, name="Almaz", work="baker", hours=9, by=one.by)
    assert "Shelter" not in str(certificates.words_of(given))
    other = three("ended", organisation=OrganisationFactory(approved=True, name={"en": "Town"}))
    given = certificates.issue(other.agreement, name="Almaz", work="baker", hours=9, by=other.by)
    assert "Town" in str(certificates.words_of(given))
