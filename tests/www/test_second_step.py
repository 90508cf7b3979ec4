"""The second step: staff who see people's files set one up before anything opens, use it at each log-in, and keep one."""

import base64
import hmac
import re
import struct
import time
from hashlib import sha1

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from kesher.accounts.models import Organisation, User
from kesher.accounts.roles import SECOND_STEP, Role
from kesher.base.encrypted import decrypt, is_token
from kesher.base.field_keys import new_key
from kesher.base.key_rotation import rotate
from kesher.settings import Environment
from kesher.www.closed import PUBLIC
from kesher.www.second_step import MEANWHILE
from tests.permissions.table import ROUTES
from tests.permissions.test_table import address

pytestmark = pytest.mark.django_db
PASSWORD = "a long sentence as password"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.SECOND_STEP_REQUIRED = True


@pytest.fixture
def office(db) -> Organisation:
    return Organisation.objects.create(name={"en": "Office"}, state=Organisation.State.APPROVED)


def staff(office: Organisation, *roles: str) -> User:
    user = User.objects.create_user("noa@office.example", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    for role in roles:
        office.memberships.create(user=user, role=role)
    return user


def code_of(secret: str, at: float | None = None) -> str:
    """RFC 6238 with its defaults, written out: not the library's own judgement of itself."""
    step = int((time.time() if at is None else at) // 30)
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_the_code_is_that_of_the_standard() -> None:
    """RFC 6238, appendix B: at 59 s the eight digits are 94287082."""
    assert code_of(base64.b32encode(b"12345678901234567890").decode(), at=59) == "287082"


def log_in(client: Client) -> str:
    answer = client.post(reverse("account_login"), {"login": "noa@office.example", "password": PASSWORD})
    assert answer.status_code == 302
    return answer["Location"]


def set_up(client: Client) -> str:
    """Logged in already: from the page that explains to the recovery codes; gives the app's secret."""
    page = client.get(reverse("mfa_activate_totp"), follow=True)
    if page.redirect_chain:  # it asks for the password once more
        page = client.post(page.redirect_chain[-1][0], {"password": PASSWORD}, follow=True)
    found = re.search(r'class="secret"[^>]*>([A-Z2-7]+)<', page.content.decode())
    assert found, page.content.decode()[:2000]
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_of(found.group(1))}, follow=True)
    assert answer.status_code == 200
    return found.group(1)


@pytest.mark.django_db(transaction=True)  # what is remembered is remembered when the set-up is committed
def test_nothing_opens_before_it_is_set_up_and_everything_after(client: Client, office: Organisation) -> None:
    staff(office, Role.CASEWORKER)
    log_in(client)
    queue, page = reverse("coding_queue"), reverse("second_step")
    for answer in (client.get(queue), client.get(reverse("home"))):
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{page}?next=")
    sent = client.post(queue, {"text": "x"})
    assert sent["Location"].startswith(page)
    assert client.get(queue, headers={"HX-Request": "true"})["HX-Redirect"].startswith(page)
    told = client.get(page)
    assert told.status_code == 200
    assert reverse("mfa_activate_totp") in told.content.decode()
    assert reverse("mfa_add_webauthn") in told.content.decode()
    assert client.get(reverse("services")).status_code == 200, "what everybody may read stays open"

    secret = set_up(client)
    assert client.get(queue).status_code == 200
    assert client.get(page + f"?next={queue}")["Location"] == queue
    assert client.get(page + "?next=https://elsewhere.example/")["Location"] == reverse("home")

    kept = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert is_token(kept)
    assert decrypt(kept) == secret


def test_it_is_asked_at_each_log_in_and_a_recovery_code_stands_in(client: Client, office: Organisation) -> None:
    staff(office, Role.CASEWORKER)
    log_in(client)
    secret = set_up(client)
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    assert len(codes) == 10

    later, ask = Client(), reverse("mfa_authenticate")
    assert log_in(later) == ask
    assert later.get(reverse("coding_queue"))["Location"].startswith(reverse("account_login")), "not logged in yet"
    wrong = "000000" if code_of(secret) != "000000" else "111111"
    assert later.post(ask, {"code": wrong}).status_code == 200
    assert later.post(ask, {"code": codes[0]}).status_code == 302
    assert later.get(reverse("coding_queue")).status_code == 200
    third = Client()
    log_in(third)
    assert third.post(ask, {"code": codes[0]}).status_code == 200, "a recovery code works once"


def test_a_session_in_which_it_was_not_taken_is_asked(client: Client, office: Organisation) -> None:
    user = staff(office, Role.PROVIDER)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "A" * 32})
    client.force_login(user)
    there = client.get(reverse("provider_services"))["Location"]
    assert there.startswith(reverse("mfa_reauthenticate"))
    assert client.post(there, {"code": code_of("A" * 32)}, follow=True).status_code == 200
    assert client.get(reverse("provider_services")).status_code == 200


def test_it_cannot_be_given_up_while_the_role_asks_for_it(client: Client, office: Organisation) -> None:
    user = staff(office, Role.CASEWORKER)
    log_in(client)
    set_up(client)
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    user.memberships.all().delete()
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


@pytest.mark.parametrize("role", Role.values)
def test_of_whom_it_is_asked(client: Client, office: Organisation, role: str) -> None:
    client.force_login(staff(office, role))
    answer = client.get(reverse("home"))
    assert answer["Location"].startswith(reverse("second_step")) == (role in SECOND_STEP)


def test_the_other_organisation_counts_too(client: Client, office: Organisation) -> None:
    """Else one would work for the harmless one, set nothing up, and change over."""
    user = staff(office, Role.OBSERVER)
    other = Organisation.objects.create(name={"en": "Other"})
    other.memberships.create(user=user, role=Role.CASEWORKER)
    client.force_login(user)
    assert client.get(reverse("home"))["Location"].startswith(reverse("second_step"))


def test_no_page_is_forgotten(client: Client, office: Organisation) -> None:
    """Every route that is not open to everybody, for somebody who has every such role and no second step."""
    client.force_login(staff(office, *(SECOND_STEP - {Role.AUDITOR})))  # who audits opens no files there
    wrong = []
    for name, row in ROUTES.items():
        if name not in PUBLIC and not name.startswith(MEANWHILE):
            answer = getattr(client, row.method)(address(name, row, office))
            if answer.status_code != 302 or not answer["Location"].startswith(reverse("second_step")):
                wrong.append((name, answer.status_code))
    assert not wrong


def test_secrets_follow_a_change_of_keys(office: Organisation, settings) -> None:
    old, new = new_key(), new_key()
    settings.FIELD_KEYS = (old,)
    user = staff(office, Role.CASEWORKER)
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP

    TOTP.activate(user, "A" * 32)
    RecoveryCodes.activate(user)
    codes = Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes()
    early = User.objects.create_user("early@office.example")
    Authenticator.objects.create(user=early, type=Authenticator.Type.TOTP, data={"secret": "B" * 32})
    settings.FIELD_KEYS = (new, old)
    [found] = [line for line in rotate(apply=True) if line.table == "mfa_authenticator"]
    assert (found.texts, found.older, found.unreadable) == (3, 3, 0)
    settings.FIELD_KEYS = (new,)
    assert Authenticator.objects.get(user=early).wrap().validate_code(code_of("B" * 32))
    assert Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).wrap().validate_code(code_of("A" * 32))
    assert Authenticator.objects.get(type=Authenticator.Type.RECOVERY_CODES).wrap().get_unused_codes() == codes


@pytest.mark.parametrize(
    ("given", "required"),
    [
        ({}, True),
        ({"KESHER_DEMO": "1"}, False),
        ({"KESHER_SECOND_STEP": "offered"}, False),
        ({"KESHER_DEMO": "1", "KESHER_SECOND_STEP": "required"}, True),
    ],
)
def test_the_setting(given: dict[str, str], required: bool) -> None:
    assert Environment.read({"KESHER_SECRET_KEY": "x", **given}).second_step is required
    with pytest.raises(ImproperlyConfigured, match="KESHER_SECOND_STEP"):
        Environment.read({"KESHER_SECRET_KEY": "x", "KESHER_SECOND_STEP": "never"})
