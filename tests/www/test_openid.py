"""Logging in with an authority's account: real requests to allauth's own identity provider, in a process of its own.

The browser between the two is played by ``requests`` on the issuer's side and by Django's client on ours; what the
portal asks the issuer itself (discovery, token, user page) goes over the loopback as in production.
"""

import json
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from kesher.accounts.invitations import accept, invite
from kesher.accounts.models import Membership, Organisation, User
from kesher.accounts.roles import Role
from kesher.adapters.openid import read_authorities
from kesher.base.transitions import Actor
from kesher.settings import Environment
from tests.www.issuer.serve import CLIENT, PASSWORD, SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.xdist_group("issuer")]
ROOT = Path(__file__).resolve().parent.parent.parent

PEOPLE = {
    "dana@town.example": True,
    "invited@town.example": True,
    "stranger@town.example": True,
    "unproven@town.example": False,
    "dana@elsewhere.example": True,
}


@pytest.fixture(scope="module")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("issuer")
    (folder / "people.json").write_text(json.dumps(PEOPLE))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    callback = "http://testserver/en/accounts/oidc/town/login/callback/"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.www.issuer.serve", str(folder), str(port), callback],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def _town(issuer: str, settings) -> None:
    configure(settings, issuer)


def configure(settings, issuer: str, *, second_step: bool = False) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "town",
                    "name": "The Town",
                    "client_id": CLIENT,
                    "secret": SECRET,
                    "settings": {"server_url": issuer, "domains": ["town.example"], "oauth_pkce_enabled": True},
                }
            ]
        }
    }
    settings.OPENID_WITH_SECOND_STEP = frozenset({"town"} if second_step else ())


@pytest.fixture
def office(db: None) -> Organisation:
    return Organisation.objects.create(name={"en": "Office"}, state=Organisation.State.APPROVED)


def known(email: str, office: Organisation | None = None, *, verified: bool = True) -> User:
    user = User.objects.create_user(email, "a password of ours")
    user.emailaddress_set.create(email=email, verified=verified, primary=True)
    if office is not None:
        office.memberships.create(user=user, role=Role.CASEWORKER)
    return user


def through(client: Client, email: str, *, query: str = "") -> str:
    """From the button on our log-in page to the issuer, through its own log-in, up to the address it sends one back to."""
    begun = client.get(reverse("openid_connect_login", args=["town"]) + query)
    assert begun.status_code == 302, begun.content.decode()
    with requests.Session() as browser:
        page = browser.get(begun["Location"], timeout=20)
        while True:
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
            assert token, page.text
            fields = {"csrfmiddlewaretoken": token.group(1), "login": email, "password": PASSWORD}
            page = browser.post(page.url, fields, allow_redirects=False, timeout=20)
            while page.is_redirect:
                there = page.headers["Location"]
                if there.startswith("http://testserver/"):
                    parts = urlsplit(there)
                    return f"{parts.path}?{parts.query}"
                page = browser.get(requests.compat.urljoin(page.url, there), allow_redirects=False, timeout=20)


def logged_in_as(client: Client) -> User | None:
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


@pytest.mark.usefixtures("_town")
def test_the_log_in_page_offers_it_as_a_link(client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert reverse("openid_connect_login", args=["town"]) in page
    assert "The Town" in page


@pytest.mark.usefixtures("_town")
def test_a_known_address_is_logged_in_and_joined(client: Client, office: Organisation) -> None:
    dana = known("dana@town.example", office)
    back = client.get(through(client, "dana@town.example"))
    assert (back.status_code, back["Location"]) == (302, reverse("home"))
    assert logged_in_as(client) == dana
    assert dana.has_usable_password(), "her own password goes on working"
    account = SocialAccount.objects.get()
    assert account.user == dana
    assert set(account.extra_data) <= {"iss", "sub", "email", "email_verified"}, "no more is kept than is needed"
    assert list(dana.memberships.values_list("role", flat=True)) == [Role.CASEWORKER]
    again = Client()
    again.get(through(again, "dana@town.example"))
    assert logged_in_as(again) == dana
    assert SocialAccount.objects.count() == 1


@pytest.mark.usefixtures("_town")
def test_an_invited_address_gets_an_account_and_no_role_until_it_accepts(client: Client, office: Organisation) -> None:
    invitation = invite(office, "invited@town.example", Role.CASEWORKER, by=Actor.the_system(), language="en")
    back = client.get(through(client, "invited@town.example"))
    assert back.status_code == 302
    user = logged_in_as(client)
    assert user is not None
    assert user.email == "invited@town.example"
    assert not user.has_usable_password()
    assert not Membership.objects.filter(user=user).exists()
    there = client.get(reverse("home"))
    assert there["Location"] == reverse("working_for")
    page = client.get(reverse("working_for")).content.decode()
    link = re.search(r'href="(/en/invitation/[^"]+)"', page)
    assert link
    assert client.post(link.group(1)).status_code == 302
    assert Membership.objects.get(user=user).role == Role.CASEWORKER
    invitation.refresh_from_db()
    assert invitation.accepted_at is not None


@pytest.mark.usefixtures("_town")
@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("stranger@town.example", "nobody has invited it"),
        ("unproven@town.example", "did not confirm"),
        ("dana@elsewhere.example", "did not confirm"),
    ],
)
def test_nobody_else_is_let_in(client: Client, office: Organisation, email: str, words: str) -> None:
    """Not invited; not verified by the issuer, though invited; of a domain this issuer may not vouch for, though known."""
    if email.startswith("unproven"):
        invite(office, email, Role.CASEWORKER, by=Actor.the_system(), language="en")
    if email.endswith("elsewhere.example"):
        known(email, office)
    before = User.objects.count()
    back = client.get(through(client, email))
    assert back.status_code == 403
    assert words in back.content.decode()
    assert logged_in_as(client) is None
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


@pytest.mark.usefixtures("_town")
@pytest.mark.parametrize("how", ["taken back", "accepted"])
def test_an_invitation_that_is_over_opens_nothing(client: Client, office: Organisation, how: str) -> None:
    invitation = invite(office, "invited@town.example", Role.CASEWORKER, by=Actor.the_system(), language="en")
    if how == "taken back":
        invitation.withdrawn_at = invitation.created_at
        invitation.save()
    else:
        someone = User.objects.create_user("invited@town.example")
        accept(invitation, someone)
        someone.delete()
    assert client.get(through(client, "invited@town.example")).status_code == 403
    assert not User.objects.exists()


@pytest.mark.usefixtures("_town")
def test_whoever_took_an_address_before_its_owner_is_locked_out(client: Client) -> None:
    """Somebody registers with Dana's address and waits; Dana comes with her town's account: the password of theirs is void."""
    squatter = known("dana@town.example", verified=False)
    client.get(through(client, "dana@town.example"))
    squatter.refresh_from_db()
    assert not squatter.has_usable_password()
    assert logged_in_as(client) is None, "Dana, too, first proves the address to us"
    [sent] = mail.outbox[-1:]
    assert sent.to == ["dana@town.example"]


@pytest.mark.usefixtures("_town")
def test_a_closed_account_stays_closed(client: Client, office: Organisation) -> None:
    dana = known("dana@town.example", office)
    client.get(through(client, "dana@town.example"))
    User.objects.filter(pk=dana.pk).update(is_active=False)
    other = Client()
    other.get(through(other, "dana@town.example"))
    assert logged_in_as(other) is None


@pytest.mark.usefixtures("_town")
def test_an_account_is_joined_to_its_own_address_only(client: Client, office: Organisation) -> None:
    known("noa@town.example", office)
    noa = User.objects.get(email="noa@town.example")
    client.force_login(noa)
    back = client.get(through(client, "dana@town.example", query="?process=connect"))
    assert back.status_code == 403
    assert not SocialAccount.objects.exists()


@pytest.mark.usefixtures("_town")
def test_an_answer_nobody_asked_for_is_refused(client: Client, office: Organisation) -> None:
    known("dana@town.example", office)
    back = through(client, "dana@town.example")
    stranger = Client()  # another browser: it has no state of ours
    assert stranger.get(back).status_code == 401
    assert logged_in_as(stranger) is None
    assert client.get(re.sub("code=[^&]+", "code=made-up", back)).status_code == 401
    assert logged_in_as(client) is None


@pytest.mark.parametrize("counts", [True, False])
def test_the_issuer_s_own_second_step_counts_where_it_is_said_to(
    client: Client, office: Organisation, issuer: str, settings, counts: bool
) -> None:
    configure(settings, issuer, second_step=counts)
    settings.SECOND_STEP_REQUIRED = True
    known("dana@town.example", office)
    client.get(through(client, "dana@town.example"))
    answer = client.get(reverse("coding_queue"))
    assert (answer.status_code == 200) == counts
    assert counts or answer["Location"].startswith(reverse("second_step"))


def test_an_issuer_that_is_not_there_has_its_page(client: Client, settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        configure(settings, f"http://127.0.0.1:{free.getsockname()[1]}")
    answer = client.get(reverse("openid_connect_login", args=["town"]))
    assert answer.status_code == 401
    assert "The Town could not be asked" in answer.content.decode()


ENTRY = {
    "id": "town",
    "name": "The Town",
    "server": "https://login.town.example",
    "client_id": "kesher",
    "secret": "hunter2hunter2",
    "domains": ["town.example"],
}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("[", "no JSON"),
        ("{}", "cannot be read"),
        ("[1]", "entry 1 is no object"),
        (json.dumps([{**ENTRY, "domains": []}]), "lacks 'domains'"),
        (json.dumps([{**ENTRY, "domains": ["*"]}]), "'domains' must be a list"),
        (json.dumps([{**ENTRY, "domains": "town.example"}]), "'domains' must be a list"),
        (json.dumps([{**ENTRY, "server": "http://login.town.example"}]), "https://"),
        (json.dumps([{**ENTRY, "id": "The Town"}]), "'id' must be small letters"),
        (json.dumps([{**ENTRY, "second_step": "yes"}]), "'second_step' must be"),
        (json.dumps([{**ENTRY, "verified": True}]), "unknown key: verified"),
        (json.dumps([ENTRY, ENTRY]), "two entries have one id"),
        (json.dumps([{key: value for key, value in ENTRY.items() if key != "secret"}]), "lacks 'secret'"),
    ],
)
def test_a_setting_that_is_wrong_is_told_without_its_secret(given: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="KESHER_OPENID") as said:
        Environment.read({"KESHER_SECRET_KEY": "x", "KESHER_OPENID": given})
    assert words in str(said.value)
    assert "hunter2" not in str(said.value)


def test_a_setting_that_is_right(tmp_path: Path) -> None:
    file = tmp_path / "openid.json"
    file.write_text(json.dumps([{**ENTRY, "domains": ["Town.example"], "second_step": True}]))
    [authority] = Environment.read({"KESHER_SECRET_KEY": "x", "KESHER_OPENID": str(file)}).openid
    assert (authority.domains, authority.second_step) == (("town.example",), True)
    assert "hunter2" not in repr(authority)
    assert read_authorities("  ") == ()
