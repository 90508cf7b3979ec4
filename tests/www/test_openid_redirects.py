"""An authority that sends our own requests elsewhere is not followed: two real servers, the second writes down who comes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.test import Client
from django.urls import reverse

from kesher.www.openid import OpenIdAdapter
from tests.www.test_openid import configure

DISCOVERY = "/.well-known/openid-configuration"


@dataclass
class Town:
    """``issuer`` sends all that is asked of it to ``elsewhere``, but what stands in ``answers``; ``came``: who came there."""

    issuer: str
    elsewhere: str
    came: list[str] = field(default_factory=list)
    answers: dict[str, Any] = field(default_factory=dict)


@pytest.fixture
def town() -> Iterator[Town]:
    made = Town("", "")

    class Quiet(BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: Any) -> None:
            pass

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.do_GET()

        def answer(self, told: Any) -> None:
            body = json.dumps(told).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    class Issuer(Quiet):
        def do_GET(self) -> None:
            if self.path in made.answers:
                self.answer(made.answers[self.path])
                return
            self.send_response(302)
            self.send_header("Location", made.elsewhere + self.path)
            self.send_header("Content-Length", "0")
            self.end_headers()

    class Elsewhere(Quiet):
        def do_GET(self) -> None:
            made.came.append(self.path)
            self.answer({"access_token": "stolen", "keys": []})

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), one) for one in (Issuer, Elsewhere)]
    threads = [Thread(target=one.serve_forever, daemon=True) for one in servers]
    for thread in threads:
        thread.start()
    made.issuer, made.elsewhere = (f"http://127.0.0.1:{one.server_address[1]}" for one in servers)
    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("method", ["get", "post"])
def test_no_request_to_an_issuer_follows_a_redirect(town: Town, method: str) -> None:
    with OpenIdAdapter().get_requests_session() as session, pytest.raises(OAuth2Error):
        getattr(session, method)(town.issuer + "/token")
    with OpenIdAdapter().get_requests_session() as session, pytest.raises(OAuth2Error):
        session.request(method.upper(), town.issuer + "/token", allow_redirects=True)
    assert town.came == []


@pytest.mark.django_db
def test_an_issuer_that_sends_us_elsewhere_is_not_followed_and_has_its_page(
    client: Client, town: Town, settings: Any
) -> None:
    configure(settings, town.issuer)
    begun = client.get(reverse("openid_connect_login", args=["town"]))
    assert begun.status_code != 302
    assert town.came == []
    # discovery answers, and the token is somewhere else
    town.answers[DISCOVERY] = {
        "issuer": town.issuer,
        "authorization_endpoint": f"{town.issuer}/authorize",
        "token_endpoint": f"{town.issuer}/token",
        "userinfo_endpoint": f"{town.issuer}/userinfo",
        "jwks_uri": f"{town.issuer}/keys",
    }
    begun = client.get(reverse("openid_connect_login", args=["town"]))
    assert begun.status_code == 302
    state = begun["Location"].split("state=")[1].split("&")[0]
    back = client.get(reverse("openid_connect_callback", args=["town"]), {"code": "a", "state": state})
    assert "_auth_user_id" not in client.session
    assert back.status_code != 302 or "login" in back["Location"]
    assert town.came == [], "the code and our secret went nowhere else"
