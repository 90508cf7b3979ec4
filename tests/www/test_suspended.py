"""A suspended organisation: nothing of its work opens, by account or link; what was sent to it stays open, its sender knows."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.invitations import NotInvited, accept, invite
from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import Role
from kesher.accounts.states import ORGANISATION_STATES
from kesher.base.models import Event, Notification
from kesher.base.transitions import Actor
from kesher.casework import appointments
from kesher.people import files
from kesher.people.models import Person
from kesher.referrals import answering, notices, recalls, sending, suspended
from kesher.referrals.links import Purpose, key_for
from kesher.referrals.models import Referral
from kesher.www.closed import PUBLIC, PUBLIC_NAMESPACES
from tests.casework.people import a_case
from tests.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.permissions.table import ROUTES
from tests.permissions.test_table import address
from tests.referrals.conftest import Two, two  # noqa: F401

pytestmark = pytest.mark.django_db
SAID = "Your organisation is suspended"


def suspend(organisation: Organisation) -> Event:
    moderator = MembershipFactory(role=Role.MODERATOR).user
    by = moderator.as_actor(moderator.memberships.get().organisation_id)
    ORGANISATION_STATES.apply(Organisation.objects.get(pk=organisation.pk), "suspend", by=by, reason="It has closed.")
    return Event.objects.filter(name="organisation.suspend").latest("id")


def link_to(referral: Any, purpose: Purpose, name: str = "answer") -> str:
    with translation.override("en"):
        return reverse(name, args=[key_for(purpose, referral.pk, referral.receiver_id)])


# --- by account ---------------------------------------------------------------------------------------------------------


def test_its_people_meet_a_page_that_says_so_and_why(client: Client, two: Two) -> None:  # noqa: F811
    suspend(two.receiver)
    client.force_login(two.provider)
    for name in ("home", "provider_referrals", "provider_services", "complaints"):
        page = client.get(reverse(name))
        assert page.status_code == 403, name
        assert SAID in page.content.decode()
        assert "It has closed." in page.content.decode()
    sent = client.post(reverse("provider_services"), {"x": "y"})
    assert "What you sent is not written down" in sent.content.decode()
    # the account itself stays theirs, and whatever anybody may read
    for name in ("working_for", "log_ins", "front", "services"):
        assert client.get(reverse(name)).status_code == 200, name


#: What stays open is what is everybody's, and what is of oneself.
_OF_ONESELF = ("account_", "mfa_", "usersessions_", "socialaccount_", "openid_", "working_for", "leave_organisation")
_OPEN = frozenset({"second_step", "log_ins", "kept_form", "my_complaints", "invitation"})


def test_no_route_of_work_opens_whatever_the_role() -> None:
    """Of all there are, each that needs an account and is not one's own is closed; those added later, too."""
    client = Client()
    user = UserFactory()
    organisation = MembershipFactory(user=user, role=Role.ORGANISATION_ADMIN).organisation
    for role in set(Role.values) - {Role.AUDITOR, Role.PLATFORM_ADMIN, Role.ORGANISATION_ADMIN}:
        MembershipFactory(user=user, organisation=organisation, role=role)
    Organisation.objects.filter(pk=organisation.pk).update(state="suspended")
    there = OrganisationFactory(approved=True)
    client.force_login(user)
    wrong = {}
    for name, row in ROUTES.items():
        if name in PUBLIC or name.startswith((*PUBLIC_NAMESPACES, *_OF_ONESELF)) or name in _OPEN:
            continue
        path = address(name, row, there)
        if "/me/" in path or "/helping/" in path:
            continue
        answer = client.get(path)
        if answer.status_code != 403 or SAID not in answer.content.decode():
            wrong[name] = answer.status_code
    assert wrong == {}


def test_one_who_works_for_another_organisation_too_goes_on_there(client: Client, two: Two) -> None:  # noqa: F811
    other = MembershipFactory(user=two.provider, role=Role.PROVIDER).organisation
    suspend(two.receiver)
    client.force_login(two.provider)
    page = client.get(reverse("home"))
    assert reverse("working_for") in page.content.decode()
    client.post(reverse("working_for"), {"organisation": str(other.pk)})
    assert client.get(reverse("provider_referrals")).status_code == 200


def test_the_second_wall_shows_them_nothing(two: Two) -> None:  # noqa: F811
    assert two.receiver.pk in User.objects.get(pk=two.provider.pk).row_organisation_ids
    suspend(two.receiver)
    assert not User.objects.get(pk=two.provider.pk).row_organisation_ids


def test_who_runs_the_platform_is_not_shut_out(client: Client) -> None:
    runs = MembershipFactory(role=Role.PLATFORM_ADMIN)
    Organisation.objects.filter(pk=runs.organisation_id).update(state="suspended")
    client.force_login(runs.user)
    assert client.get(reverse("moderation")).status_code == 200


def test_let_back_in_all_is_there_again(client: Client, two: Two) -> None:  # noqa: F811
    suspend(two.receiver)
    Organisation.objects.filter(pk=two.receiver.pk).update(state="approved")
    client.force_login(two.provider)
    assert client.get(reverse("provider_referrals")).status_code == 200


def test_an_invitation_waits_until_then(two: Two) -> None:  # noqa: F811
    user = UserFactory()
    asked = invite(two.receiver, user.email, Role.PROVIDER, by=Actor.the_system(), language="en")
    suspend(two.receiver)
    with pytest.raises(NotInvited, match="suspended"):
        accept(asked, user)
    assert not user.memberships.exists()


# --- by link ------------------------------------------------------------------------------------------------------------


def test_its_links_show_and_change_nothing_and_say_so(client: Client, two: Two) -> None:  # noqa: F811
    Person.objects.update(called="Almaz")
    type(two.service).objects.update(email="course@partner.example.org")
    referral = two.send()
    page = link_to(referral, Purpose.ANSWER)
    assert "Almaz" in client.get(page).content.decode()
    suspend(two.receiver)
    for answer in (client.get(page), client.post(page, {"event": "accept", "name": "Samir"})):
        assert answer.status_code == 403
        assert SAID in answer.content.decode()
        assert "Almaz" not in answer.content.decode()
    referral.refresh_from_db()
    assert referral.state == "requested"
    mail.outbox.clear()
    client.post(link_to(referral, Purpose.ANSWER, "answer_refresh"))
    notices.mail_link(purpose="answer", about=str(referral.pk), organisation=str(two.receiver.pk))
    assert mail.outbox == [], "and no new one goes out"
    Organisation.objects.filter(pk=two.receiver.pk).update(state="approved")
    notices.mail_link(purpose="answer", about=str(referral.pk), organisation=str(two.receiver.pk))
    assert len(mail.outbox) == 1
    assert client.post(page, {"event": "accept", "name": "Samir"}).status_code == 200


def test_that_it_has_erased_what_it_had_it_may_say_all_the_same(client: Client, two: Two) -> None:  # noqa: F811
    referral = two.send()
    sending.withdraw(referral, by=two.by_sender, reason="duplicate")
    suspend(two.receiver)
    page = link_to(referral, Purpose.RECALL)
    assert client.get(page).status_code == 200
    assert client.post(page, {"event": "recalled"}).status_code == 200
    referral.refresh_from_db()
    assert referral.recall_confirmed_at is not None
    assert recalls.is_asked_back(referral)


# --- the sender ---------------------------------------------------------------------------------------------------------


def told(user: User) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.user', %s, true)", [str(user.pk)])
    rows = Notification.objects.filter(recipient_id=user.pk, kind="referral_suspended")
    return list(rows.values_list("kind", "link"))


@pytest.mark.parametrize("accepted", [False, True])
def test_the_loop_stays_open_and_whoever_sent_it_is_told_once(
    client: Client,
    two: Two,  # noqa: F811
    accepted: bool,
) -> None:
    referral = two.send()
    if accepted:
        answering.accept(referral, by=two.by_receiver)
    event = suspend(two.receiver)
    suspended.tell_who_sent(event.pk)
    suspended.tell_who_sent(event.pk)
    assert len(told(two.caseworker)) == 1
    assert told(two.caseworker)[0][1].endswith(f"/referrals/{referral.pk}/")
    again = Referral.objects.get(pk=referral.pk)
    assert again.loop.is_open
    assert again.state == ("accepted" if accepted else "requested")
    assert again.to_call is not accepted, "what nobody has answered is on the list of the day"
    client.force_login(two.caseworker)
    page = client.get(reverse("referral", args=[referral.pk])).content.decode()
    assert "nobody there can answer now" in page
    sending.withdraw(again, by=two.by_sender, reason="other", words="suspended")
    assert Referral.objects.get(pk=referral.pk).loop.is_open


def test_what_has_ended_is_not_told(two: Two) -> None:  # noqa: F811
    referral = two.send()
    sending.withdraw(referral, by=two.by_sender, reason="duplicate")
    suspended.tell_who_sent(suspend(two.receiver).pk)
    assert told(two.caseworker) == []


def test_whoever_has_an_appointment_there_reads_that_nobody_can_be_reached(client: Client) -> None:
    case = a_case()
    almaz = UserFactory()
    files.claim(files.claim_key(case.person), user=almaz)
    told = {"with_whom": "Hiba", "place": "Room 3", "language": "am", "starts_at": timezone.now() + timedelta(days=2)}
    appointments.book(case.person, by=case.partner_by, **told)
    client.force_login(almaz)
    said = "cannot be reached here now"
    assert said not in client.get(reverse("my_plan")).content.decode()
    suspend(case.partner)
    assert said in client.get(reverse("my_plan")).content.decode()
