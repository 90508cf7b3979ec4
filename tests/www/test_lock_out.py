"""Guessing passwords: after five wrong ones an account is closed for a while, in the user's language, across a restart."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from django.test import Client
from django.urls import reverse

from kesher.accounts.models import User
from tests import database

ROOT = Path(__file__).resolve().parent.parent.parent
RIGHT, WRONG = "a long sentence as password", "a wrong sentence as password"


@contextmanager
def portal(address: str, folder: Path) -> Iterator[str]:
    """One server process with the settings of production; ended hard at the end, as a machine that goes down."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": address,
        "DJANGO_SETTINGS_MODULE": "kesher.settings",
        "KESHER_DB_ROLE": "owner",
        "KESHER_DATA": str(folder),
        "PYTHONPATH": str(ROOT / "src"),
    }
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "2"]
    with (folder / "server.log").open("a") as log:
        process = subprocess.Popen(
            [*command, "kesher.wsgi"], env=environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until = time.monotonic() + 90
        while True:
            try:
                requests.get(f"http://127.0.0.1:{port}/health/live", timeout=60)
                break
            except requests.ConnectionError:  # nobody listens yet
                assert time.monotonic() < until, (folder / "server.log").read_text()[-2000:]
                time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)


def tried(portal_at: str, language: str, email: str, password: str) -> requests.Response:
    with requests.Session() as browser:
        page = browser.get(f"{portal_at}/{language}/accounts/login/", timeout=60)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text[:500]
        fields = {"csrfmiddlewaretoken": token.group(1), "login": email, "password": password}
        return browser.post(page.url, fields, allow_redirects=False, timeout=60)


@pytest.mark.slow
@pytest.mark.django_db
def test_an_account_stays_closed_over_a_restart(tmp_path: Path) -> None:
    """Two processes, one after the other: what the first has counted, the second knows. Then another account, still open."""
    with database.copied("test_kesher_lock_out") as address:
        made = subprocess.run(
            [sys.executable, "-c", MAKE_ACCOUNTS],
            env=os.environ
            | {
                "DATABASE_URL": address,
                "DJANGO_SETTINGS_MODULE": "kesher.settings",
                "KESHER_DB_ROLE": "owner",
                "KESHER_DATA": str(tmp_path),
            },
            input=json.dumps([RIGHT, ["noa@office.example", "dov@office.example"]]),
            capture_output=True,
            text=True,
            cwd=ROOT,
            timeout=120,
        )
        assert made.returncode == 0, made.stderr[-2000:]
        with portal(address, tmp_path) as first:
            for _ in range(5):
                assert tried(first, "en", "noa@office.example", WRONG).status_code == 200
            closed = tried(first, "en", "noa@office.example", RIGHT)
            assert closed.status_code == 200, "the right password, too late"
            assert "closed for five minutes" in closed.text
        with portal(address, tmp_path) as second:
            for language, words in (("he", "חמש דקות"), ("ar", "خمس دقائق"), ("en", "five minutes")):
                closed = tried(second, language, "noa@office.example", RIGHT)
                assert closed.status_code == 200, (language, closed.headers.get("Location"))
                assert words in closed.text, language
            assert tried(second, "en", "dov@office.example", RIGHT).status_code == 302, "nobody else is shut out"


MAKE_ACCOUNTS = """
import json, sys, django
django.setup()
from django.core.management import call_command
call_command("createcachetable")
call_command("collectstatic", interactive=False, verbosity=0)
from kesher.accounts.models import User
from kesher.base.history import System, acting
password, addresses = json.load(sys.stdin)
for address in addresses:
    with acting(actor=System("tests"), reason="tests"):
        user = User.objects.create_user(address, password)
    user.emailaddress_set.create(email=address, verified=True, primary=True)
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title"), [("en", "Too many tries"), ("he", "יותר מדי ניסיונות"), ("ar", "محاولات كثيرة")]
)
def test_other_limits_have_a_page_in_ones_language(client: Client, settings, language: str, title: str) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reset_password": "1/m/ip"}
    User.objects.create_user("noa@office.example")
    path = reverse("account_reset_password").replace("/en/", f"/{language}/")
    assert client.post(path, {"email": "noa@office.example"}).status_code == 302
    answer = client.post(path, {"email": "noa@office.example"})
    assert answer.status_code == 429
    page = answer.content.decode()
    assert title in page
    assert f'lang="{language}"' in page
