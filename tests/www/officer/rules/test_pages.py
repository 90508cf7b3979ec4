"""The pages of rules as officers use them, without a script: list, one rule, writing, deciding, services."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.directory.models import EligibilityRule, RuleVersion, ServiceRule
from kesher.directory.rules import begin_rule, begin_version, decide, save_draft
from tests.factories import MembershipFactory, ServiceFactory

pytestmark = pytest.mark.django_db
NAME = {"en": "Grown-ups", "he": "מבוגרים", "ar": "بالغون"}
EXAMPLES = [
    {"name": "grown up", "facts": {"age": 30}, "verdict": "yes"},
    {"name": "a child", "facts": {"age": 12}, "verdict": "no"},
]
SAYS: dict[str, Any] = {
    "valid_from": timezone.localdate(),
    "valid_until": None,
    "source_title": "Decision 1",
    "source_section": "2(a)",
    "source_url": "https://law.example/1",
    "source_language": "he",
    "when": {"if": [{">=": [{"var": "age"}, 18]}, True, False]},
    "outline": {"columns": ["age"], "policy": "first", "labels": [{}]},
    "tests": EXAMPLES,
}


def keeper(name: str = "Rana", role: str = Role.OFFICER) -> User:
    return MembershipFactory(role=role, user__name=name).user


def draft(by: User, **more: Any) -> RuleVersion:
    begun = begin_rule(NAME, by=by)
    return save_draft(begun, SAYS | more, NAME, by=by, seen=begun.updated_at)


def move(version: RuleVersion, event: str, by: User, reason: str = "") -> RuleVersion:
    decide(version, event, by=by.as_actor(), reason=reason, seen=version.updated_at)
    return version


def published(by: User, second: User, **more: Any) -> RuleVersion:
    return move(move(draft(by, **more), "propose", by), "publish", second)


def page(name: str, *, language: str = "en", **kwargs: Any) -> str:
    with translation.override(language):
        return reverse(name, kwargs=kwargs or None)


def text_of(response: Any) -> str:
    """What one reads, without mark-up."""
    main = response.content.decode().split('<main id="main" tabindex="-1">', 1)[1].split("</main>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def form_of(response: Any) -> dict[str, Any]:
    """The fields of the editor as a browser would send them."""
    html = response.content.decode().split('<form method="post" class="editor', 1)[1].split("</form>", 1)[0]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        found = dict(re.findall(r'(\w[\w-]*)="([^"]*)"', tag))
        if "name" not in found or (found.get("type") == "checkbox" and " checked" not in tag):
            continue
        sent.setdefault(found["name"], []).append(
            found.get("value", "").replace("&quot;", '"').replace("&#x27;", "'").replace("&amp;", "&")
        )
    for name, inner in re.findall(r'<select\b[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)"[^>]* selected', inner) or re.search(r'value="([^"]*)"', inner)
        sent[name] = [chosen[1] if chosen else ""]
    return sent


# --- the list ---------------------------------------------------------------------------------------------------------


def test_the_list_says_what_counts_since_when_and_before_how_many_services(client: Client) -> None:
    writer, second = keeper(), keeper("Yoav")
    version = published(writer, second)
    for _n in range(2):
        ServiceRule.objects.create(rule=version.rule, service=ServiceFactory(published=True))
    draft(writer)
    client.force_login(writer)
    told = text_of(client.get(page("rules")))
    assert "version 1, in force since" in told
    assert "for 2 services" in told
    assert "being written" in told
    assert "Grown-ups" in text_of(client.get(page("rules") + "?q=grown"))
    assert "Grown-ups" in text_of(client.get(page("rules") + "?q=מבוגרים"))
    assert "Grown-ups" in text_of(client.get(page("rules") + "?q=decision&show=force"))
    assert "No such rule" in text_of(client.get(page("rules") + "?q=zzz"))


def test_what_waits_is_for_those_who_did_not_write_it(client: Client) -> None:
    writer, second = keeper(), keeper("Yoav")
    move(draft(writer), "propose", writer)
    client.force_login(writer)
    told = text_of(client.get(page("rules")))
    assert "Written by you, waiting for a colleague" in told
    assert "Waiting for you" not in told
    client.force_login(second)
    told = text_of(client.get(page("rules")))
    assert "Waiting for you" in told
    assert "written by Rana" in told
    client.force_login(keeper("Aud", Role.AUDITOR))
    told = text_of(client.get(page("rules")))
    assert "Waiting for you" not in told
    assert "Write a new rule" not in told


def test_however_many_rules_the_list_asks_as_often(client: Client) -> None:
    writer, second = keeper(), keeper("Yoav")
    client.force_login(second)

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(page("rules"))
        return len(queries)

    for _n in range(2):
        published(writer, second)
        move(draft(writer), "propose", writer)
    client.get(page("rules"))
    before = asked()
    for _n in range(5):
        published(writer, second)
        move(draft(writer), "propose", writer)
    assert asked() == before


# --- one rule, one version -----------------------------------------------------------------------------------------------


def test_a_rule_is_told_in_plain_words_with_who_wrote_and_who_published(client: Client) -> None:
    writer, second = keeper(), keeper("Yoav")
    version = published(writer, second)
    client.force_login(keeper("Aud", Role.AUDITOR))
    told = text_of(client.get(page("rule", pk=version.rule_id)))
    for words in ("at least 18 years", "Decision 1", "written by Rana", "published · Yoav"):
        assert words in told
    assert "Write the next version" not in told
    told = text_of(client.get(page("rule_version", pk=version.rule_id, number=1)))
    assert "Withdraw" not in told
    assert "grown up – age: 30 years: yes" in told


def test_what_a_version_changes_is_told_beside_the_one_before(client: Client) -> None:
    writer, second = keeper(), keeper("Yoav")
    version = published(writer, second)
    following = begin_version(version.rule, by=writer)
    says = SAYS | {"when": {"if": [{">=": [{"var": "age"}, 21]}, True, False]}, "source_section": "2(b)"}
    save_draft(following, says, NAME | {"en": "From 21"}, by=writer, seen=following.updated_at)
    client.force_login(second)
    told = text_of(client.get(page("rule_version", pk=version.rule_id, number=2)))
    for words in ("age: at least 18 years age: at least 21 years", "2(a) 2(b)", "Grown-ups From 21"):
        assert words in told


def test_a_rule_no_table_shows_is_read_as_conditions(client: Client) -> None:
    writer = keeper()
    odd = {"and": [{">=": [{"+": [{"var": "age"}, 1]}, 19]}, {"!": [{"in": [{"var": "work"}, ["employed"]]}]}]}
    version = draft(writer, when=odd, outline={})
    client.force_login(writer)
    for name, more in (("rule_version", {"number": 1}), ("rule_edit", {})):
        told = text_of(client.get(page(name, pk=version.rule_id, **more)))
        assert "All of these:" in told
        assert "Work: anything but employed" in told
        assert "years_here" not in told
    response = client.get(page("rule_edit", pk=version.rule_id))
    saved = client.post(page("rule_edit", pk=version.rule_id), form_of(response) | {"source_section": "9"})
    assert saved.status_code == 302
    version.refresh_from_db()
    assert (version.when, version.source_section) == (odd, "9")


# --- deciding -------------------------------------------------------------------------------------------------------------


def test_the_writer_is_told_why_they_do_not_publish_it(client: Client) -> None:
    writer, second = keeper(), keeper("Yoav")
    version = move(draft(writer), "propose", writer)
    address = page("rule_version", pk=version.rule_id, number=1)
    client.force_login(writer)
    response = client.get(address)
    assert "You have written in this version yourself, so another person publishes it" in text_of(response)
    assert 'value="publish"' not in response.content.decode()
    seen = version.updated_at.isoformat()
    refused = client.post(address, {"event": "publish", "seen": seen})
    assert refused.status_code == 400
    assert "Another person than the one who wrote it" in text_of(refused)

    client.force_login(keeper("Aud", Role.AUDITOR))
    assert client.post(address, {"event": "publish", "seen": seen}).status_code == 404

    client.force_login(second)
    assert 'value="publish"' in client.get(address).content.decode()
    stale = client.post(address, {"event": "publish", "seen": "2026-01-01T00:00:00+00:00"})
    assert stale.status_code == 409
    assert "changed since you opened" in text_of(stale)
    for nonsense in ("tomorrow", ""):
        assert client.post(address, {"event": "publish", "seen": nonsense}).status_code == 409
    assert client.post(address, {"event": "crown", "seen": seen}).status_code == 404
    assert client.post(address, {"event": "publish", "seen": seen}).status_code == 302
    version.refresh_from_db()
    assert version.state == "published"


def test_sending_back_and_withdrawing_ask_why(client: Client) -> None:
    writer, second = keeper(), keeper("Yoav")
    version = move(draft(writer), "propose", writer)
    address = page("rule_version", pk=version.rule_id, number=1)
    client.force_login(second)
    sent = {"event": "send back", "seen": version.updated_at.isoformat(), "reason": " "}
    refused = client.post(address, sent)
    assert refused.status_code == 400
    assert "Please give a reason." in text_of(refused)
    assert client.post(address, sent | {"reason": "Which law?"}).status_code == 302
    assert "Which law?" in text_of(client.get(address))
    version.refresh_from_db()
    version = move(move(version, "propose", writer), "publish", second)
    assert "are for whom their own pages say" in text_of(client.get(address))
    sent = {"event": "withdraw", "seen": version.updated_at.isoformat(), "reason": "The law ended."}
    assert client.post(address, sent).status_code == 302
    assert "No version is in force today" in text_of(client.get(page("rule", pk=version.rule_id)))


def test_what_hinders_is_said_in_the_readers_language(client: Client) -> None:
    writer = keeper()
    wrong = [*EXAMPLES[:1], {"name": "seventeen", "facts": {"age": 17}, "verdict": "yes"}]
    version = draft(writer, tests=wrong)
    client.force_login(writer)
    told = text_of(client.get(page("rule_version", pk=version.rule_id, number=1)))
    assert "Add an example of somebody who may not come." in told
    assert (
        "Example “seventeen”: Should be “yes” and is “no”, because: asked for is “age: at least 18 years”, "
        "here it is “17 years”." in told
    )
    for language in ("he", "ar"):
        told = text_of(client.get(page("rule_version", language=language, pk=version.rule_id, number=1)))
        assert not re.search(r"[A-Za-z]{4,}", told.replace("seventeen", "").replace("grown", "").replace("Decision", "")
                             .replace("Rana", "")), told  # fmt: skip


# --- services --------------------------------------------------------------------------------------------------------------


def test_a_rule_is_set_before_a_service_and_taken_from_it(client: Client) -> None:
    from kesher.directory.search import index

    writer, second = keeper(), keeper("Yoav")
    version = published(writer, second)
    service = ServiceFactory(published=True, name={"en": "Welding course"})
    index()
    client.force_login(writer)
    address = page("rule_services", pk=version.rule_id)
    assert "Welding course" in text_of(client.get(address + "?q=welding"))
    assert client.post(address, {"do": "add", "service": service.pk, "q": "welding"}).status_code == 302
    assert EligibilityRule.objects.get(services=service) == version.rule
    assert "It stands before 1 service" in text_of(client.get(address))
    assert client.post(address, {"do": "remove", "service": service.pk}).status_code == 302
    assert not ServiceRule.objects.exists()
    for wrong in ("", "x", "01a21f70-6c46-7000-ba3b-66a25c4322a8"):
        assert client.post(address, {"do": "add", "service": wrong}).status_code == 404


@pytest.mark.parametrize("language", settings.COMPLETE_LANGUAGES)
def test_pages_are_whole_in_every_language(client: Client, language: str) -> None:
    writer, second = keeper(), keeper("Yoav")
    version = published(writer, second)
    begin_version(version.rule, by=writer)
    client.force_login(writer)
    for name, kwargs in (
        ("rules", {}),
        ("rule_new", {}),
        ("rule_table", {}),
        ("rule", {"pk": version.rule_id}),
        ("rule_edit", {"pk": version.rule_id}),
        ("rule_services", {"pk": version.rule_id}),
        ("rule_version", {"pk": version.rule_id, "number": 1}),
        ("rule_version", {"pk": version.rule_id, "number": 2}),
    ):
        response = client.get(page(name, language=language, **kwargs))
        html = response.content.decode()
        assert response.status_code == 200
        assert "undefined:" not in html
        assert not re.search(r"\{[{%#]|[%#}]\}|%\(", html)
        assert html.count("<h1") == 1
