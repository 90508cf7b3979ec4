"""What docs/asvs.md names and no other test looks at: headers, cookies under https, sessions, what no source holds."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

import kesher
from kesher import settings as production
from kesher.accounts.roles import Role
from kesher.base.models import Portal
from tests.factories import MembershipFactory, UserFactory

PACKAGE = Path(kesher.__file__).parent
ANSWERS = ["/en/", "/en/privacy/", "/en/no-such-page/", "/health/live", "/en/accounts/login/", "/en/places.json"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    for directive in ("default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert directive in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in response
    if response.content:
        assert re.search(r"charset=utf-8|json", response["Content-Type"])


@pytest.fixture(scope="module")
def under_https() -> dict[str, object]:
    """The settings of a portal whose address is https, read in a process of its own."""
    cookies = [f"{kind}_COOKIE_NAME" for kind in ("SESSION", "CSRF", "LANGUAGE")]
    secured = ["SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SESSION_COOKIE_AGE", "SESSION_COOKIE_HTTPONLY", "DEBUG"]
    names = [*cookies, *secured, "SECURE_HSTS_SECONDS", "SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    program = f"import json, kesher.settings as s; print(json.dumps({{n: getattr(s, n) for n in {names!r}}}))"
    environment = os.environ | {"KESHER_PUBLIC_URL": "https://work.example.org"}
    said = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    found: dict[str, object] = json.loads(said.stdout)
    return found


def test_cookies_under_https_are_of_this_host_alone(under_https: dict[str, object]) -> None:
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        assert str(under_https[f"{kind}_COOKIE_NAME"]).startswith("__Host-")
    assert under_https["SESSION_COOKIE_SECURE"]
    assert under_https["CSRF_COOKIE_SECURE"]
    assert under_https["SESSION_COOKIE_HTTPONLY"]


def test_https_is_asked_for_a_year_and_debugging_is_off(under_https: dict[str, object]) -> None:
    assert under_https["SECURE_HSTS_SECONDS"] == 31_536_000
    assert under_https["SECURE_HSTS_INCLUDE_SUBDOMAINS"]
    assert under_https["DEBUG"] is False
    assert under_https["SESSION_COOKIE_AGE"] == 12 * 3600


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/en/", "/en/services/", "/en/accounts/login/"])
def test_trace_is_refused(client: Client, path: str) -> None:
    assert client.generic("TRACE", path).status_code in (403, 405)


@pytest.mark.django_db
def test_a_session_is_new_at_log_in_and_dead_at_log_out(client: Client) -> None:
    user = UserFactory(password="a long enough pass phrase")
    client.get("/en/accounts/login/")
    client.force_login(user)
    first = client.session.session_key
    client.post("/en/accounts/logout/")
    stolen = Client()
    stolen.cookies["kesher_session"] = first
    assert stolen.get("/en/me/").status_code == 302
    client.force_login(user)
    assert client.session.session_key != first


@pytest.mark.django_db
def test_a_closed_account_is_out_at_once(client: Client) -> None:
    user = MembershipFactory(role=Role.CASEWORKER).user
    client.force_login(user)
    assert client.get("/en/caseworker/people/", follow=False).status_code in (200, 404)
    user.is_active = False
    user.save()
    assert client.get("/en/me/").status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize(
    "to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "https:evil.example"]
)
def test_nobody_is_sent_elsewhere_after_logging_in(client: Client, to: str) -> None:
    UserFactory(email="a@example.org", password="a long enough pass phrase")
    said = {"login": "a@example.org", "password": "a long enough pass phrase", "next": to}
    response = client.post(f"/en/accounts/login/?next={to}", said)
    assert "evil" not in response.headers.get("Location", "")
    assert "javascript" not in response.headers.get("Location", "")


@pytest.mark.django_db
@pytest.mark.parametrize("password", ["Beershevawork1", "kesherkesher", "work-in-beersheva", "קשרקשר12345"])
def test_words_of_this_place_make_no_password(password: str) -> None:
    Portal.objects.create(name={"en": "Work in Beersheva", "he": "עבודה בבאר שבע"})
    with pytest.raises(ValidationError):
        validate_password(password)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ["purple kettle on the roof", "בוקר טוב לכולם היום 7", "x" * 64 + "aB3", "kesher has a purple kettle 9"]
)
def test_any_other_words_do_however_long_and_in_any_script(password: str) -> None:
    Portal.objects.create(name={"en": "Work in Beersheva"})
    validate_password(password)


# --- what no source holds -------------------------------------------------------------------------------------------------

#: Calls that make code of text, or objects of bytes from outside.
NEVER = {"eval", "exec", "compile", "__import__"}
NEVER_OF = {
    ("pickle", "loads"),
    ("pickle", "load"),
    ("marshal", "loads"),
    ("yaml", "load"),
    ("os", "system"),
    ("os", "popen"),
}


def calls() -> list[tuple[str, ast.Call]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                found.append((str(path.relative_to(PACKAGE)), node))
    return found


def test_nothing_makes_code_of_text_or_objects_of_bytes() -> None:
    bad = []
    for name, call in calls():
        if isinstance(call.func, ast.Name) and call.func.id in NEVER:
            bad.append(f"{name}:{call.lineno} {call.func.id}")
        of = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(call.func, ast.Attribute) and isinstance(of, ast.Name) and (of.id, call.func.attr) in NEVER_OF:
            bad.append(f"{name}:{call.lineno} {of.id}.{call.func.attr}")
    assert bad == []


def test_no_program_is_started_through_a_shell() -> None:
    shells = [
        f"{name}:{call.lineno}"
        for name, call in calls()
        for keyword in call.keywords
        if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is False)
    ]
    assert shells == []


def test_what_comes_from_outside_is_in_no_query_as_text() -> None:
    """Cursors get f-strings for names of our own tables only: never in ``www`` or ``api``, where requests are read."""
    typed = [
        f"{name}:{call.lineno}"
        for name, call in calls()
        if name.startswith(("www/", "api/"))
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in ("execute", "raw", "extra", "RawSQL")
        and call.args
        and isinstance(call.args[0], ast.JoinedStr)
    ]
    assert typed == []


def test_scripts_keep_the_scheme_in_the_browser_and_nothing_else() -> None:
    kept = []
    for path in sorted((PACKAGE / "www/static/kesher").glob("*.js")):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\beval\(|new Function|document\.write|postMessage|\bWebSocket\b", text), path.name
        kept += re.findall(r"(?:localStorage|sessionStorage)\.setItem\(([^,]+),", text)
    assert set(kept) == {"KEY"}


def test_the_package_ships_no_test_and_no_history() -> None:
    assert not list(PACKAGE.rglob(".git"))
    assert not list(PACKAGE.rglob("test_*.py"))


def test_passwords_are_kept_by_argon2_with_these_parameters(settings) -> None:
    """Those of production: the tests' own are quick and weak. OWASP asks for 19 MiB and two passes at least."""
    settings.PASSWORD_HASHERS = production.PASSWORD_HASHERS
    kept = make_password("a long sentence as password")
    found = re.fullmatch(r"argon2\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[^$]+\$[^$]+", kept)
    assert found
    memory, passes, lanes = map(int, found.groups())
    assert (memory, passes, lanes) == (102_400, 2, 8)
    assert memory >= 19 * 1024
    assert check_password("a long sentence as password", kept)
    assert not check_password("another sentence as password", kept)
