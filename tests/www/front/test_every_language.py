"""The public front speaks seven languages: each sentence its templates and modules hold stands in every catalogue."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib
import pytest

import kesher
from kesher.www.messages import LOCALE

ROOT = Path(kesher.__file__).parent
FOLDERS = (
    "www/templates/front/orientation",
    "www/templates/front/services",
    "www/front/orientation",
    "www/front/services",
)
FILES = (
    "www/front/call_backs.py", "www/front/texts.py", "www/templatetags/finding.py", "directory/facts.py",
    *(f"www/rule_words/{name}.py" for name in ("conditions", "lines", "values")),
    *(f"www/templates/front/{name}.html" for name in (
        "front", "person", "business", "aloud", "call_back", "call_back_button", "call_back_over", "call_back_ring",
        "call_back_take_back", "call_back_thanks",
    )),
)  # fmt: skip
CALLS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
IN_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
SAID = re.compile(r"{%\s*(?:translate|trans)\s+(\"[^\"]*\"|'[^']*')(?:[^%]*?context\s+[\"']([^\"']*)[\"'])?[^%]*%}")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b([^%]*)%}(.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
Sentence = tuple[str, str]


def sources() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted([*(ROOT / folder).rglob("*.html"), *(ROOT / folder).rglob("*.py")])
    yield from (ROOT / name for name in FILES)


def of_a_template(text: str) -> Iterator[Sentence]:
    for said, context in SAID.findall(text):
        yield context, said[1:-1]
    for options, inside in BLOCK.findall(text):
        context = re.search(r"context\s+[\"']([^\"']*)[\"']", options)
        one = re.split(r"{%\s*plural\s*%}", inside)[0]
        if re.search(r"\btrimmed\b", options):
            one = re.sub(r"\s*\n\s*", " ", one.strip())
        yield context.group(1) if context else "", re.sub(r"{{\s*(\w+)\s*}}", r"%(\1)s", one)


def of_a_module(text: str) -> Iterator[Sentence]:
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        given = [one.value if isinstance(one, ast.Constant) else None for one in node.args]
        if node.func.id in CALLS and isinstance(given[0], str):
            yield "", given[0]
        elif node.func.id in IN_CONTEXT and isinstance(given[0], str) and isinstance(given[1], str):
            yield given[0], given[1]


@cache
def sentences() -> dict[Sentence, str]:
    found: dict[Sentence, str] = {}
    for path in sources():
        read = of_a_template if path.suffix == ".html" else of_a_module
        found |= dict.fromkeys(read(path.read_text("utf-8")), path.name)
    return found


def test_the_sentences_are_found() -> None:
    english = {said for _context, said in sentences()}
    assert len(english) > 400
    assert {"We would need to know:", "Open now", "Ask for a call back", "For whom", "Because:"} <= english
    assert ("a service", "Fits") in sentences()


@pytest.mark.parametrize("language", ["he", "ar", "ru", "uk", "fr", "am"])
def test_no_sentence_of_the_public_front_is_left_in_english(language: str) -> None:
    catalogue = polib.pofile(str(LOCALE / language / "LC_MESSAGES" / "django.po"))
    said = {(one.msgctxt or "", one.msgid) for one in catalogue if one.translated() and not one.obsolete}
    lacking = {f"{where}: {sentence}" for sentence, where in sentences().items() if sentence not in said}
    assert not lacking, f"{len(lacking)} lack: {sorted(lacking)}"
