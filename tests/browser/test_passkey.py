"""A passkey, with Chromium's own authenticator: set up at the first log-in, asked for at the next, and no other will do."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import CDPSession, Page, expect

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from tests.browser.conftest import WATCHED
from tests.factories import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL, PASSWORD = "noa@office.example", "a long sentence as password"
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(autouse=True)
def _required(settings: Any) -> None:
    settings.SECOND_STEP_REQUIRED = True
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # the live server speaks http, to this machine alone


@pytest.fixture
def noa() -> User:
    user = User.objects.create_user(EMAIL, PASSWORD)
    user.emailaddress_set.create(email=EMAIL, verified=True, primary=True)
    MembershipFactory(user=user, organisation=OrganisationFactory(approved=True), role=Role.CASEWORKER)
    return user


class Device:
    """A laptop with a fingerprint reader, as Chromium plays it."""

    def __init__(self, page: Page) -> None:
        self.said: CDPSession = page.context.new_cdp_session(page)
        self.said.send("WebAuthn.enable")
        self.key = self.added()

    def added(self) -> str:
        key: str = self.said.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
        return key

    def holds(self) -> int:
        return len(self.said.send("WebAuthn.getCredentials", {"authenticatorId": self.key})["credentials"])

    def is_another(self) -> None:
        """They sit at another machine now, which knows nothing of the key."""
        self.said.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": self.key})
        self.key = self.added()


def logs_in(page: Page, path: str) -> None:
    page.goto(path)
    page.locator("input[name=login]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()


@pytest.fixture
def page(open_page: Any) -> Iterator[Page]:
    opened: Page = open_page("/en/")
    yield opened
    assert [one for one in WATCHED[id(opened)].complaints if "Content Security Policy" in one] == []


@pytest.mark.usefixtures("noa")
def test_one_is_set_up_and_used_at_the_next_log_in(page: Page, live_server: Any) -> None:
    device = Device(page)
    log_in, today = f"{live_server.url}/en/accounts/login/", f"{live_server.url}/en/caseworker/today/"
    logs_in(page, log_in)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")
    page.goto(today)
    expect(page.get_by_role("heading", level=1)).to_have_text("Set up your second step")

    page.get_by_role("link", name="Set up a key").click()
    # whoever sets a key up is asked for the password anew
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    with page.expect_navigation():
        page.locator("#mfa_webauthn_add").click()
    kept = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert (kept.user.email, device.holds()) == (EMAIL, 1)
    answer = page.goto(today)
    assert answer is not None
    assert (answer.status, page.url) == (200, today), "who has just used it goes on"

    page.context.clear_cookies()
    logs_in(page, log_in)
    expect(page.locator("#mfa_webauthn_authenticate")).to_be_visible()
    page.goto(today)
    assert page.url != today, "the password alone opens nothing"
    page.goto(log_in)  # goes on where it was left
    with page.expect_navigation():
        page.locator("#mfa_webauthn_authenticate").click()
    answer = page.goto(today)
    assert answer is not None
    assert (answer.status, page.url) == (200, today)
    kept.refresh_from_db()
    assert kept.last_used_at is not None

    page.context.clear_cookies()
    device.is_another()
    logs_in(page, log_in)
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_timeout(500)
    page.goto(today)
    assert page.url != today, "a machine without the key does not let in"
