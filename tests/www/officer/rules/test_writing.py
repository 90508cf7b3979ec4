"""Writing a rule in the browser without a script: nothing typed is lost, and what is saved is what was typed."""

import json
from typing import Any

import pytest
from django.test import Client

from kesher.accounts.models import User
from kesher.directory.models import EligibilityRule, RuleVersion
from kesher.directory.rules import save_draft
from tests.www.officer.rules.test_pages import EXAMPLES, NAME, SAYS, draft, form_of, keeper, move, page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client: Client) -> User:
    user = keeper()
    client.force_login(user)
    return user


def press(client: Client, version: RuleVersion, typed: dict[str, Any], verb: str, **more: Any) -> dict[str, Any]:
    """Press a button that changes the form; returns the form that comes back."""
    response = client.post(page("rule_edit", pk=version.rule_id), typed | more | {"do": verb})
    assert response.status_code == 200
    return form_of(response)


def test_from_a_name_to_a_rule_that_can_be_given_on(client: Client, writer: User) -> None:
    assert client.post(page("rule_new"), {"name_en": " "}).status_code == 400
    assert client.post(page("rule_new"), {"name_en": "Parents, or from 60"}).status_code == 302
    version = RuleVersion.objects.get()
    opened = client.get(page("rule_edit", pk=version.rule_id))
    assert "Where people must live is not asked here" in text_of(opened), "who looks for it among the columns is told"
    typed = form_of(opened)
    assert typed["rows"] == ["1"], "a first row to fill in"
    typed = press(client, version, typed, "column-add", **{"new-column": "age"})
    typed = press(client, version, typed, "column-add", **{"new-column": "child_under_3"})
    typed = press(client, version, typed, "column-add", **{"new-column": "work"})
    typed |= {"r0-age-low": "60", "r0-work": ["employed", "unemployed"], "r0-note": "the old"}
    typed = press(client, version, typed, "row-add")
    typed |= {"r1-child_under_3": "yes"}
    typed = press(client, version, typed, "test-add")
    typed |= {"t0-f-age": "64", "t0-f-work": "unemployed", "t0-verdict": "yes"}
    typed = press(client, version, typed, "test-add")
    typed |= {
        "t1-f-age": "30",
        "t1-f-work": "unemployed",
        "t1-f-child_under_3": "no",
        "t1-verdict": "no",
        "t1-name": "n",
    }
    response = client.post(page("rule_edit", pk=version.rule_id), typed)
    assert response.status_code == 400
    assert "Law, regulation or decision" in text_of(response)
    typed = form_of(response) | {"source_title": "Decision 7", "valid_from": "2026-12-01"}
    assert typed["r0-age-low"] == ["60"]
    assert typed["r0-work"] == ["employed", "unemployed"]
    assert client.post(page("rule_edit", pk=version.rule_id), typed).status_code == 302

    version.refresh_from_db()
    assert version.when == {
        "if": [
            {"and": [{">=": [{"var": "age"}, 60]}, {"in": [{"var": "work"}, ["employed", "unemployed"]]}]},
            True,
            {"if": [{"===": [{"var": "child_under_3"}, True]}, True, False]},
        ]
    }
    assert version.outline["columns"] == ["age", "child_under_3", "work"]
    assert version.outline["labels"] == [{"en": "the old"}, {}]
    assert version.tests == [
        {"name": "", "facts": {"age": 64, "work": "unemployed"}, "verdict": "yes"},
        {"name": "n", "facts": {"age": 30, "work": "unemployed", "child_under_3": False}, "verdict": "no"},
    ]
    assert (str(version.valid_from), version.written_by_id) == ("2026-12-01", writer.pk)
    response = client.get(page("rule_version", pk=version.rule_id, number=1))
    assert "Give it to a second person" in text_of(response)
    again = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    for key in ("column", "rows", "r0-age-low", "r0-work", "r1-child_under_3", "r0-note", "t0-f-age", "t1-verdict"):
        assert again[key] == (typed[key] if isinstance(typed[key], list) else [typed[key]]), key


def test_buttons_keep_what_was_typed_and_save_nothing(client: Client, writer: User) -> None:
    version = draft(writer)
    before = RuleVersion.objects.values().get()
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    typed |= {"source_title": "half a", "r0-age-low": "not yet", "name_he": "", "t0-f-age": "?"}
    for verb in ("row-add", "row-up:1", "test-add", "look"):
        typed = press(client, version, typed, verb)
    assert typed["source_title"] == ["half a"]
    assert typed["r1-age-low"] == ["not yet"], "the row that was first is second now"
    assert typed["t0-f-age"] == ["?"]
    typed = press(client, version, typed, "row-remove:1")
    typed = press(client, version, typed, "test-remove:0")
    typed = press(client, version, typed, "column-remove:age")
    assert "column" not in typed
    assert (typed["rows"], typed["tests"]) == (["1"], ["2"])
    assert RuleVersion.objects.values().get() == before
    for nonsense in ("row-remove:9", "row-up:0", "test-remove:x", "column-remove:work", "crown"):
        response = client.post(page("rule_edit", pk=version.rule_id), typed | {"do": nonsense})
        assert response.status_code == 404


def test_faults_name_row_and_column_and_nothing_is_saved(client: Client, writer: User) -> None:
    version = draft(writer)
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    typed |= {"r0-age-low": "70", "r0-age-high": "60", "t1-f-age": "minus three", "valid_until": "2020-01-01"}
    response = client.post(page("rule_edit", pk=version.rule_id), typed)
    told = text_of(response)
    assert response.status_code == 400
    for words in ("Row 1, age", "“From” is greater than “to”", "Example 2, age", "would end before it begins"):
        assert words in told
    assert 'href="#r0-age-low"' in response.content.decode()
    again = form_of(response)
    assert (again["r0-age-low"], again["t1-f-age"]) == (["70"], ["minus three"])
    version.refresh_from_db()
    assert version.when == SAYS["when"]


def test_a_button_asks_for_nothing_that_is_still_empty(client: Client, writer: User) -> None:
    client.post(page("rule_new"), {"name_en": "Parents"})
    address = page("rule_edit", pk=RuleVersion.objects.get().rule_id)
    typed = form_of(client.get(address))
    asked = "This field is required."
    pressed = client.post(address, typed | {"new-column": "age", "do": "column-add"})
    assert asked not in text_of(pressed)
    assert asked in text_of(client.post(address, form_of(pressed))), "whoever saves is asked"


def test_what_is_to_be_said_about_the_table_is_said_at_once(client: Client, writer: User) -> None:
    version = draft(writer)
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    typed = press(client, version, typed, "row-add")
    typed = press(client, version, typed, "row-add")
    typed |= {"r1-age-low": "20", "r2-age-high": "30", "r2-says": "no"}
    response = client.post(page("rule_edit", pk=version.rule_id), typed | {"do": "look"})
    told = text_of(response)
    assert "Row 2 never counts: whoever fits it fits a row above it." in told
    assert "Rows 1 and 3 can fit the same person and say different things." in told
    assert "Every person fits some row." in told
    assert "Without row 1 (age: at least 18 years):" in told
    typed |= {"r2-age-high": "10"}
    told = text_of(client.post(page("rule_edit", pk=version.rule_id), typed | {"do": "look"}))
    assert "Whom no row fits, the rule does not let in. For example: age: 11 years." in told


def test_examples_are_tried_at_once_with_the_reason(client: Client, writer: User) -> None:
    version = draft(writer)
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id))) | {"t0-f-age": "17"}
    told = text_of(client.post(page("rule_edit", pk=version.rule_id), typed | {"do": "look"}))
    assert "Should be “yes” and is “no”, because: asked for is “age: at least 18 years”, here it is “17 years”." in told
    typed |= {"t0-f-age": ""}
    told = text_of(client.post(page("rule_edit", pk=version.rule_id), typed | {"do": "look"}))
    assert "Should be “yes” and is “not known”, because: not known: age." in told
    typed |= {"t0-verdict": "unknown"}
    response = client.post(page("rule_edit", pk=version.rule_id), typed | {"stay": "1"}, follow=True)
    assert response.redirect_chain
    assert "Add an example of somebody who may come." in text_of(response)


def test_two_at_once_lose_nothing(client: Client, writer: User) -> None:
    version = draft(writer)
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id))) | {"source_section": "mine"}
    other = keeper("Yoav")
    save_draft(version, SAYS | {"source_section": "theirs"}, NAME, by=other, seen=version.updated_at)
    typed = press(client, version, typed, "look")
    response = client.post(page("rule_edit", pk=version.rule_id), typed)
    assert response.status_code == 409
    assert "Somebody else has saved this version meanwhile" in text_of(response)
    version.refresh_from_db()
    assert version.source_section == "theirs"
    assert client.post(page("rule_edit", pk=version.rule_id), form_of(response)).status_code == 302
    version.refresh_from_db()
    assert version.source_section == "mine"


def test_notes_in_other_languages_are_carried_along(client: Client, writer: User) -> None:
    version = draft(writer, outline=SAYS["outline"] | {"labels": [{"he": "מבוגרים", "en": "old"}]})
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    assert json.loads(typed["r0-words"][0]) == {"he": "מבוגרים", "en": "old"}
    client.post(page("rule_edit", pk=version.rule_id), typed | {"r0-note": ""})
    version.refresh_from_db()
    assert version.outline["labels"] == [{"he": "מבוגרים"}]


def test_the_next_version_and_throwing_it_away(client: Client, writer: User) -> None:
    second = keeper("Yoav")
    version = move(move(draft(writer), "propose", writer), "publish", second)
    assert client.get(page("rule_edit", pk=version.rule_id)).status_code == 404
    response = client.post(page("rule_begin", pk=version.rule_id))
    assert response["Location"] == page("rule_edit", pk=version.rule_id)
    following = RuleVersion.objects.get(number=2)
    assert following.tests == EXAMPLES
    response = client.post(page("rule_discard", pk=version.rule_id))
    assert response["Location"] == page("rule", pk=version.rule_id)
    assert not RuleVersion.objects.filter(number=2).exists()
    client.post(page("rule_new"), {"name_en": "Another"})
    other = EligibilityRule.objects.exclude(pk=version.rule_id).get()
    assert client.post(page("rule_discard", pk=other.pk))["Location"] == page("rules")
    assert not EligibilityRule.objects.filter(pk=other.pk).exists()


def test_a_form_never_grows_beyond_what_a_browser_sends(client: Client, writer: User) -> None:
    version = draft(writer)
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    for _n in range(19):
        typed = press(client, version, typed, "row-add")
    assert typed["rows"] == ["20"]
    assert client.post(page("rule_edit", pk=version.rule_id), typed | {"do": "row-add"}).status_code == 404
    assert (
        'value="row-add"'
        not in client.post(page("rule_edit", pk=version.rule_id), typed | {"do": "look"}).content.decode()
    )


def test_no_rule_has_a_name_that_is_turned_round(client: Client, writer: User) -> None:
    refused = client.post(page("rule_new"), {"name_en": "Parents \u202eonly"})
    assert refused.status_code == 400
    assert not EligibilityRule.objects.exists()


def test_what_turns_text_round_is_kept_in_no_note_and_no_example(client: Client, writer: User) -> None:
    version = draft(writer)
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    sent = typed | {
        "r0-note": "\u202edlo",
        "t0-name": "\x07Noa \u202d",
        "r0-words": json.dumps({"he": "\u202e\u202d", "ar": "a\u202eb"}),
    }
    assert client.post(page("rule_edit", pk=version.rule_id), sent).status_code == 302
    version.refresh_from_db()
    assert version.outline["labels"][0] == {"ar": "ab", "en": "dlo"}
    assert version.tests[0]["name"] == "Noa"


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("do", "row-up:" + "1" * 5000, 404),  # more digits than Python reads
        ("do", "test-remove:" + "٩" * 5000, 404),
        ("r0-words", "[" * 100_000, 200),  # deeper than Python reads
        ("r0-words", '{"he":' * 100_000, 200),
        ("tests", "9" * 5000, 200),
        ("rows", "9" * 5000, 200),
        ("seen", "9" * 5000, 200),
    ],
    ids=["a button's number", "in Arabic digits", "deep lists", "deep objects", "examples", "rows", "a moment"],
)
def test_what_no_form_sends_breaks_no_page(client: Client, writer: User, field: str, value: str, status: int) -> None:
    version = draft(writer)
    typed = form_of(client.get(page("rule_edit", pk=version.rule_id)))
    sent = typed | {"do": "look"} | {field: value}
    assert client.post(page("rule_edit", pk=version.rule_id), sent).status_code == status
