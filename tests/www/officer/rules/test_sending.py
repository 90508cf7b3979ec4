"""DMN files become drafts, or are refused with each place, in the reader's language."""

import re
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation

from kesher.directory.decision_tables import Misfit, MisfitCode, fact_called
from kesher.directory.facts import WORDS
from kesher.directory.models import RuleVersion
from kesher.engine.eligibility import Verdict
from kesher.formats.dmn import DmnCode, DmnRefusal
from kesher.www.officer.rules.sending import misfit_words, refusal_words
from tests.shared import shared
from tests.www.officer.rules.test_pages import keeper, page, text_of

pytestmark = pytest.mark.django_db
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/">'


def column(name: str, kind: str = "number") -> str:
    return f'<input><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'


def row(*cells: str, says: str = "true", note: str = "") -> str:
    said = "".join(f'<inputEntry id="c{n}"><text>{cell}</text></inputEntry>' for n, cell in enumerate(cells, 1))
    note = f"<description>{note}</description>" if note else ""
    return f"<rule>{note}{said}<outputEntry><text>{says}</text></outputEntry></rule>"


def table(columns: str, rows: str, *, policy: str = "UNIQUE", output: str = "<output/>", name: str = "Help") -> str:
    inner = f'<decisionTable hitPolicy="{policy}">{columns}{output}{rows}</decisionTable>'
    return f'<decision name="{name}">{inner}</decision>'


def send(client: Client, *decisions: str, language: str = "en", name: str = "help.dmn"):
    content = (HEAD + "".join(decisions) + "</definitions>").encode()
    return client.post(page("rule_table", language=language), {"file": SimpleUploadedFile(name, content)})


@pytest.fixture
def officer(client: Client) -> None:
    client.force_login(keeper())


@pytest.mark.usefixtures("officer")
def test_a_table_becomes_a_draft_that_says_the_same(client: Client) -> None:
    columns = column("age") + column("Work", "string")
    rows = (
        row("&lt;18, &gt;=60", "-", note="the young and the old") + row("[18..60)", '"unemployed"')
        + row("[18..60)", 'not("unemployed")', says="false")
    )  # fmt: skip
    response = send(client, table(columns, rows, name="Young, old or without work"))
    version = RuleVersion.objects.get()
    assert response["Location"] == page("rule_edit", pk=version.rule_id)
    assert (version.state, version.rule.name) == ("draft", {"en": "Young, old or without work"})
    rule = version.as_rule()
    for age, work, said in (
        (17, "employed", Verdict.YES),
        (18, "employed", Verdict.NO),
        (59, "unemployed", Verdict.YES),
        (60, "employed", Verdict.YES),
    ):
        assert rule.verdict({"age": age, "work": work}) is said, (age, work)
    assert rule.verdict({"age": 30}) is Verdict.UNKNOWN
    assert "the young and the old" in text_of(client.get(page("rule_version", pk=version.rule_id, number=1)))


@pytest.mark.usefixtures("officer")
def test_a_table_that_collects_lets_in_whom_any_row_lets_in(client: Client) -> None:
    rows = row("&lt;18", says='"no"') + row("&lt;30", says='"yes"')
    send(client, table(column("age"), rows, policy="COLLECT"))
    assert RuleVersion.objects.get().as_rule().verdict({"age": 10}) is Verdict.YES


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (table(column("age"), row("age + 1")), "Row 1, column 1 (cell c1) : This expression is not read."),
        (table(column("income"), row("&gt;= 5")), "Column 1 : There is no fact of this name."),
        (table(column("age") + column("Age"), row("1", "2")), "Column 2 : Two columns ask for the same fact."),
        (table(column("age", "string"), row('"old"')), "values of another kind than the fact “age”"),
        (table(column("work", "string"), row('"king"')), "“work” is never that. It can be: employed, self-employed,"),
        (table(column("age"), row("17.5")), "It can be: a whole number."),
        (table(column("age"), row("18", says='"perhaps"')), "Row 1, column 2 : The output must be true or false"),
        (table(column("age"), row("18"), policy="PRIORITY"), "The table : This hit policy is not read"),
        ('<decision name="x"><literalExpression/></decision>', "This decision is no table."),
    ],
)
def test_what_is_not_read_is_named_with_its_place_and_nothing_is_kept(client: Client, decision: str, said: str) -> None:
    response = send(client, decision)
    assert response.status_code == 400
    assert said in text_of(response)
    assert not RuleVersion.objects.exists()


@pytest.mark.usefixtures("officer")
def test_files_that_are_no_single_table(client: Client) -> None:
    one = table(column("age"), row("18"), name="A")
    assert "several decision tables" in text_of(send(client, one, one.replace('"A"', '"B"')))
    assert "no decision table" in text_of(send(client))
    assert "no DMN file" in text_of(
        client.post(page("rule_table"), {"file": SimpleUploadedFile("x.dmn", b"<!DOCTYPE x><x>")})
    )
    assert "ends with .dmn or .xml" in text_of(send(client, one, name="x.pdf"))
    large = table(column("age"), "".join(row(str(n)) for n in range(21)))
    assert "larger than what can be written here" in text_of(send(client, large))
    assert not RuleVersion.objects.exists()


@pytest.mark.usefixtures("officer")
@pytest.mark.parametrize("language", ["he", "ar"])
def test_in_hebrew_and_arabic_nothing_is_said_in_english(client: Client, language: str) -> None:
    response = send(client, table(column("age"), row("age + 1")), language=language)
    alert = response.content.decode().split('role="alert"', 1)[1].split("</ul>", 1)[0]
    told = re.sub(r"<code.*?</code>|<[^>]+>", " ", alert).replace("c1", "").split(">", 1)[1]
    assert not re.search(r"[A-Za-z]{3,}", told), told


def test_every_code_has_its_words() -> None:
    for code in DmnCode:
        assert refusal_words(DmnRefusal(decision="x", reason="x", code=code))["words"]
    for misfit in MisfitCode:
        assert "%(" not in misfit_words(Misfit(misfit, fact="work"))["words"]


@pytest.mark.parametrize("name", ["single_parent", "Single parent", "single  PARENT"])
def test_a_fact_is_called_by_its_path_or_its_name(name: str) -> None:
    assert fact_called(name) == "single_parent"


@pytest.mark.parametrize("language", ["he", "ar"])
def test_a_fact_is_called_by_its_name_in_every_language(language: str) -> None:
    with translation.override(language):
        named = {path: str(words.name) for path, words in WORDS.items()}
    assert {fact_called(name): name for name in named.values()} == named
    assert fact_called("income of the moon") is None


@pytest.mark.usefixtures("officer")
def test_a_table_of_the_standards_own_suite_is_refused_for_its_names_only(client: Client) -> None:
    model = next(shared("conformance/rules/dmn-tck").rglob("0004-simpletable-U.dmn"))
    response = client.post(page("rule_table"), {"file": SimpleUploadedFile(model.name, model.read_bytes())})
    assert response.status_code == 400
    assert "There is no fact of this name." in text_of(response)


@pytest.mark.usefixtures("officer")
def test_a_cell_of_many_thousand_numbers_is_refused_at_once(client: Client) -> None:
    """Laid out as stretches each would be tried against all the others: hours of one worker for a file of 100 kB."""
    many = ",".join(str(number) for number in range(1, 40_000, 2))
    started = time.monotonic()
    response = send(client, table(column("age"), row(many)))
    assert response.status_code == 400
    assert "larger than what can be written here" in text_of(response)
    assert time.monotonic() - started < 10


@pytest.mark.usefixtures("officer")
def test_what_is_not_read_is_shown_in_short(client: Client) -> None:
    response = send(client, table(column("age"), row("x " * 100_000)))
    assert response.status_code == 400
    assert len(response.content) < 100_000


@pytest.mark.usefixtures("officer")
def test_a_file_in_an_encoding_nobody_reads_is_refused(client: Client) -> None:
    file = SimpleUploadedFile("help.dmn", b'<?xml version="1.0" encoding="utf-7"?><definitions/>')
    response = client.post(page("rule_table", language="en"), {"file": file})
    assert response.status_code == 400
    assert "This is no DMN file that can be read." in text_of(response)


@pytest.mark.usefixtures("officer")
def test_words_of_a_file_are_kept_as_those_of_a_form_are(client: Client) -> None:
    """Without signs that turn them round, and no longer than what is typed."""
    rows = row("&lt;18", note="the \u202eyoung" + " and" * 5_000)
    assert send(client, table(column("age"), rows, name="For \u202ethe young\ufeff")).status_code == 302
    version = RuleVersion.objects.get()
    assert version.rule.name == {"en": "For the young"}
    (note,) = version.outline["labels"]
    assert note["en"].startswith("the young and")
    assert len(note["en"]) <= 200


@pytest.mark.usefixtures("officer")
def test_a_decision_of_no_name_has_one(client: Client) -> None:
    assert send(client, table(column("age"), row("&lt;18"), name="\u202e")).status_code == 302
    assert RuleVersion.objects.get().rule.name == {"en": "?"}
