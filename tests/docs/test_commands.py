"""What the documents tell people to type exists, and their links lead somewhere."""

import argparse
import re
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import get_resolver

from kesher.accounts.roles import Role
from kesher.cli import build_parser
from tests.factories import MembershipFactory

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
COMMAND = re.compile(r"(?:^|`|/bin/)kesher ([a-z]+(?: [^\n`#|]*)?)", re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"```(\w*)\n(.*?)```", re.DOTALL)


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    choices = [action.choices for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(choices[0]) if choices else {}


def commands(page: Path) -> list[list[str]]:
    return [found.group(1).split() for found in COMMAND.finditer(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_and_flag_exists(page):
    for words in commands(page):
        said, parser = "kesher " + " ".join(words), build_parser()
        while (below := subparsers(parser)) and words:
            assert words[0] in below, f"{page.name}: `{said}`: there is no {words[0]}"
            parser, words = below[words[0]], words[1:]
        if parser.prog.endswith(" manage"):
            verb = next((word for word in words if not word.startswith("-")), None)
            assert verb is None or not verb.isidentifier() or verb in get_commands(), f"{page.name}: `{said}`"
            continue
        known = {option for action in parser._actions for option in action.option_strings}
        for word in words:
            if word.startswith("--"):
                assert word.partition("=")[0].rstrip(".,)") in known, f"{page.name}: `{said}`: there is no {word}"


def test_the_documents_do_name_commands():
    assert sum(len(commands(page)) for page in PAGES) > 20


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_make_target_exists(page):
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for target in re.findall(r"(?:^|`)make ([a-z][a-z-]*)", page.read_text(encoding="utf-8"), re.MULTILINE):
        assert target in targets, f"{page.name}: make {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page):
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" in link or link.startswith("mailto:"):
            continue
        target, _, anchor = link.partition("#")
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name}: {link}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{page.name}: {link}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_page_address_exists(page):
    known = {str(entry[0][0][0]) for entry in get_resolver("kesher.www.urls").reverse_dict.values()}
    for path in re.findall(r"`/(?:\{language\}|[a-z]{2})/([a-z-]+/)`", page.read_text(encoding="utf-8")):
        assert path in known, f"{page.name}: /{path}"


def test_every_document_is_in_the_index():
    index = (ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    decisions = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").rglob("*.md"):
        if page.name in ("index.md", "README.md"):
            continue
        assert page.name in (decisions if page.parent.name == "decisions" else index), page.name


def test_nobody_who_is_no_programmer_types_a_program():
    for page in (ROOT / "docs" / "users").glob("*.md"):
        assert [text for language, text in FENCE.findall(page.read_text(encoding="utf-8")) if language != "sh"] == []


@pytest.mark.django_db
def test_the_first_week_leads_to_the_name_of_the_portal_as_the_guide_says(client):
    guide = (ROOT / "docs" / "users" / "administrator.md").read_text(encoding="utf-8")
    (link,) = re.findall(r'the link "([^"]+)" opens the page of the portal', guide)
    client.force_login(MembershipFactory(role=Role.PLATFORM_ADMIN).user)
    week = client.get("/en/first-week/").content.decode()
    (address,) = re.findall(rf'<a href="([^"]+)">{link}</a>', week)
    assert client.get(address).status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_one_line_scripts_work(page):
    """Lines such as ``kesher manage shell -c "…"``: they are tried on an empty portal."""
    for script in re.findall(r'kesher manage (?:--owner )?shell -c "([^"\n]+)"', page.read_text(encoding="utf-8")):
        try:
            exec(script, {})
        except AttributeError as fault:
            assert "NoneType" in str(fault), script  # nothing was imported yet
