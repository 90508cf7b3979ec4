"""The guides are pages, each in the reader's language where it is there, with nothing in them but text and ways on."""

import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext

from kesher.accounts.roles import Role
from kesher.www.front.guides import GUIDES, MACHINE, PLACES, folder, read
from kesher.www.markdown import drawn
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]
LANGUAGES = [code for code, _name in settings.LANGUAGES]
TEXT = {"article", "h1", "h2", "p", "strong", "em", "code", "a"}
TAGS = TEXT | {"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "div"}
#: What a translated guide calls by its name on the screen.
NAMED = {
    "visitor": ("Why do we ask?", "Why is it here?", "Read to me", "Forget my answers", "Leave quickly", "Complain"),
    "jobseeker": ("My work and skills", "My profile", "Who looked at my file", "I have done it", "I cannot come"),
    "business": ("Why do we ask?", "Ask for a call back", "Save or send to myself"),
    "employer": ("Our business", "What waits for your answer", "Learnt", "Another tutor", "What the town has for you"),
    "mentor": ("My match", "Offer to be a mentor", "Raise a concern", "I need a rest", "Take my offer back"),
    "caseworker": ("Refer", "Refer somebody from here", "Decide later", "Try the next service", "Start with a visitor"),
}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_every_guide_in_the_documents_is_a_page_and_the_other_way_round() -> None:
    assert {file.stem for file in (ROOT / "docs" / "users").glob("*.md")} == set(GUIDES)
    for file in (ROOT / "docs" / "users").glob("*/*.md"):
        assert file.stem in GUIDES, file
        assert file.parent.name in LANGUAGES, file


def test_the_wheel_carries_the_guides_where_the_page_looks_for_them() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]
    ((here, there),) = told["force-include"].items()
    assert (ROOT / here) == PLACES[1] == folder()
    assert (ROOT / "src" / there) == PLACES[0]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("key", GUIDES)
def test_a_guide_is_whole(client: Client, key: str, language: str) -> None:
    with translation.override(language):
        page = client.get(reverse("guide", args=[key]))
        other, marked = (
            gettext("This guide is not there in your language yet. Here it is in English."),
            gettext("A machine translated this."),
        )
    assert page.status_code == 200
    html = page.content.decode().split("<main")[1].split("</main")[0]
    found = read(key, language)
    assert (other in html) == (found.language != language)
    assert (marked in html) == found.by_machine
    article = html[html.index("<article") : html.index("</article>")]
    towards = "rtl" if found.language in ("he", "ar") else "ltr"
    assert article.startswith(f'<article lang="{found.language}" dir="{towards}">')
    tags = Tags(article).seen
    heads = [tag for tag, _attrs in tags if re.fullmatch(r"h\d", tag)]
    assert heads[0] == "h1"
    assert heads.count("h1") == 1
    assert set(heads[1:]) <= {"h2"}
    assert {tag for tag, _attrs in tags} <= TAGS
    for tag, attrs in tags:
        if tag == "a":
            with translation.override(language):
                assert attrs["href"] in {reverse("guide", args=[one]) for one in GUIDES}


@pytest.mark.parametrize("language", ["he", "ar"])
@pytest.mark.parametrize("key", NAMED)
def test_a_translated_guide_is_there_is_marked_and_names_things_as_the_screen_does(key: str, language: str) -> None:
    found = read(key, language)
    assert (found.language, found.by_machine) == (language, True)
    assert MACHINE not in found.text
    with translation.override(language):
        for name in NAMED[key]:
            assert gettext(name) != name
            assert gettext(name) in found.text, name


def test_from_the_foot_of_each_page_to_the_guide_of_ones_role(client: Client) -> None:
    front = client.get("/en/").content.decode()
    foot = front[front.index("<footer") :]
    assert f'href="{reverse("guides")}"' in foot
    page = client.get(reverse("guides")).content.decode()
    for key in GUIDES:
        assert page.count(f'href="{reverse("guide", args=[key])}"') == 1
    assert "For what you do here" not in page
    client.force_login(MembershipFactory(role=Role.CASEWORKER).user)
    mine = client.get(reverse("guides")).content.decode()
    own = mine[mine.index('id="mine"') : mine.index('id="group-1"')]
    assert re.findall(r'href="([^"]+)"', own) == [reverse("guide", args=["caseworker"])]


@pytest.mark.parametrize("key", ["nothing", "README", "en", "he", "-"])
def test_there_is_no_other_guide(client: Client, key: str) -> None:
    assert client.get(f"/en/how-to/{key}/").status_code == 404


@pytest.mark.parametrize("path", ["../../etc/passwd", "..%2F..%2Fpyproject", "visitor.md", "he/visitor"])
def test_no_address_leads_out_of_the_guides(client: Client, path: str) -> None:
    assert client.get(f"/en/how-to/{path}/").status_code == 404


def test_the_english_one_can_be_read_from_a_shorter_one(client: Client) -> None:
    short = client.get("/he/how-to/caseworker/").content.decode()
    assert 'href="?english=1"' in short
    whole = client.get("/he/how-to/caseworker/?english=1").content.decode()
    assert '<article lang="en" dir="ltr">' in whole
    assert "Having qualifications recognised" in whole


HOSTILE = """# T <b>x</b>

<script>alert(1)</script>

[a](javascript:alert(1)) [b](https://evil.example/) [c](//evil.example) [d](known.md "t") ![e](https://evil.example/x.png)

<a href="https://evil.example" onclick="x()">f</a> <https://evil.example>

[g]: javascript:alert(1)

[h][g] `<i>`
"""


def test_no_markup_and_no_unknown_link_passes() -> None:
    found = drawn(HOSTILE, link={"known.md": "/known/"}.get)
    assert found.title == "T <b>x</b>", "text, for a template to escape"
    tags = Tags(found.body).seen
    assert {tag for tag, _attrs in tags} <= {"p", "a", "code"}
    assert [attrs for tag, attrs in tags if tag == "a"] == [{"href": "/known/"}]
    assert "&lt;script&gt;" in found.body


def test_a_table_is_laid_out_as_all_of_ours() -> None:
    found = drawn("# T\n\n| room | who |\n|---|---|\n| Rules | officers, **both** |\n", link={}.get).body
    assert found.count('role="columnheader"') == 2
    assert 'data-label="who"' in found
    assert found.startswith('<div class="scroll"><table class="ds-table table--cards"')


@pytest.mark.parametrize("text", ["", "text", "## too low", "text\n\n# late"])
def test_a_document_without_a_title_is_no_document(text: str) -> None:
    with pytest.raises(ValueError, match="title"):
        drawn(text, link={}.get)
