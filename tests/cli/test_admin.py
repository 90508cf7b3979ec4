"""``kesher admin``: the first administrator comes in by a link, and only once."""

import re

import pytest
from django.core import mail

from kesher.accounts import invitations
from kesher.accounts.models import Invitation, Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.cli import main

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.setenv("KESHER_DB_ROLE", "owner")
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")


def link_in(text: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found.group(1)


def test_the_link_makes_the_administrator_and_works_once(client, capsys):
    assert main(["admin", "Dana@Town.example", "--organisation", "עיריית הנגב"]) == 0
    said = capsys.readouterr().out
    path = link_in(said)
    assert path.startswith("/he/")
    assert "dana@town.example" in said
    assert not User.objects.exists()  # no account sleeps here without anybody's password

    page = client.get(path)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    answers = {"name": "דנה", "password": "a sentence of words", "again": "a sentence of words"}
    assert client.post(path, answers).status_code == 302
    membership = Membership.objects.get()
    assert (membership.user.email, membership.role) == ("dana@town.example", Role.PLATFORM_ADMIN)
    assert membership.organisation.name == {"he": "עיריית הנגב"}
    assert membership.organisation.kind == Organisation.Kind.MUNICIPALITY
    assert client.get("/he/first-week/").status_code == 200  # logged in, and let in

    client.logout()
    assert client.get(path).status_code == 410
    assert client.post(path, answers | {"name": "Other"}).status_code == 410
    assert User.objects.count() == 1
    logged_in = client.post("/en/accounts/login/", {"login": "dana@town.example", "password": "a sentence of words"})
    assert logged_in.status_code == 302, "the address was proven by the link: no confirmation mail is waited for"


def test_a_second_one_only_when_asked_for(capsys):
    town = Organisation.objects.create(name={"he": "העירייה"}, state=Organisation.State.APPROVED)
    user = User.objects.create_user("first@town.example", "a long password")
    town.memberships.create(user=user, role=Role.PLATFORM_ADMIN)
    assert main(["admin", "second@town.example", "--organisation", "Other"]) == 1
    assert "has an administrator already" in capsys.readouterr().err
    assert not Invitation.objects.exists()

    assert main(["admin", "second@town.example", "--another"]) == 0
    assert Invitation.objects.get().organisation == town


def test_somebody_else_invited_is_said_and_the_same_one_gets_a_new_link(capsys):
    assert main(["admin", "one@town.example", "--organisation", "Town hall", "--language", "en"]) == 0
    first = link_in(capsys.readouterr().out)
    assert main(["admin", "two@town.example", "--organisation", "Town hall"]) == 1
    assert "can still accept" in capsys.readouterr().err
    assert main(["admin", "one@town.example"]) == 0  # the organisation is known by now
    second = link_in(capsys.readouterr().out)
    assert first != second
    old = invitations.find(first.rstrip("/").rpartition("/")[2])
    assert old is not None
    assert not old.is_waiting
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nobody", "--organisation", "Town"], "no e-mail address"),
        (["dana@town.example"], "which organisation"),
        (["dana@town.example", "--organisation", "  "], "which organisation"),
    ],
)
def test_bad_input_ends_with_2_and_changes_nothing(capsys, arguments, said):
    assert main(["admin", *arguments]) == 2
    assert said in capsys.readouterr().err
    assert not Organisation.objects.exists()
    assert not Invitation.objects.exists()


def test_mailed_it_is_not_printed(capsys, settings):
    assert main(["admin", "dana@town.example", "--organisation", "Town hall", "--mail", "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "http" not in said
    invitation = Invitation.objects.get()
    invitations.send_invitation(invitation_id=str(invitation.pk), link_pattern="/en/invitation/TOKEN/")
    (sent,) = mail.outbox
    assert sent.to == ["dana@town.example"]
    assert invitations.token_of(invitation) in sent.body
    assert "Town hall" in sent.subject

    settings.EMAIL_BACKEND = "kesher.base.mail.OutboxBackend"
    assert main(["admin", "dana@town.example", "--organisation", "Town hall", "--mail"]) == 1
    assert "KESHER_MAIL_URL" in capsys.readouterr().err
