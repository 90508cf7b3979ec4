"""What a version changes: beside the one before it, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils import formats
from django.utils.translation import gettext as _

from kesher.base.translated import in_language
from kesher.directory.facts import VOCABULARY
from kesher.directory.models import RuleVersion
from kesher.directory.rules import name_of
from kesher.engine.eligibility import TableError, table_of_rule
from kesher.www.officer.rules.words import person_words, row_words, verdict_words
from kesher.www.translated_forms import own_name


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: "" before = it is new, "" after = it is gone. ``language`` of the words, if they have one."""

    label: str
    before: str
    after: str
    language: str = ""


def differences(before: RuleVersion, after: RuleVersion, *, language: str) -> list[Difference]:
    """Everything a reader would see differently, in the order of the page."""
    return [
        *_names(name_of(before), name_of(after)),
        *_fields(before, after),
        *_lists(_("Who may come"), ways(before, language), ways(after, language)),
        *_lists(_("Examples"), _examples(before), _examples(after)),
    ]


def _names(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for code in sorted({*before, *after}):
        if before.get(code, "") != after.get(code, ""):
            label = _("Name (%(language)s)") % {"language": own_name(code)}
            yield Difference(label, before.get(code, ""), after.get(code, ""), code)


def _fields(before: RuleVersion, after: RuleVersion) -> Iterator[Difference]:
    labels = {
        "valid_from": _("In force from"),
        "valid_until": _("In force until"),
        "source_title": _("Law, regulation or decision"),
        "source_section": _("Section"),
        "source_url": _("Where to read it (address)"),
        "source_language": _("Language of the law"),
    }
    for name, label in labels.items():
        shown = own_name if name == "source_language" else _shown
        old, new = (shown(value) if (value := getattr(version, name)) else "" for version in (before, after))
        if old != new:
            yield Difference(label, old, new)


def _shown(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else formats.date_format(value)


def ways(version: RuleVersion, language: str) -> list[str]:
    """Each row of the table as a line; for a rule no table shows, one line that says so, with its condition."""
    try:
        table = table_of_rule(version.as_rule(), VOCABULARY)
    except TableError:
        return [_("a condition no table shows: %(condition)s") % {"condition": version.when}]
    lines = []
    for row in table.rows:
        said = row_words(row.cells, table.inputs)
        if row.outputs[0] is not True:
            said = _("not: %(row)s") % {"row": said}
        note = in_language(row.labels, language).text
        lines.append(f"{said} ({note})" if note else said)
    return lines


def _examples(version: RuleVersion) -> list[str]:
    lines = []
    for test in version.tests:
        words = {"person": person_words(test["facts"]), "verdict": verdict_words(test["verdict"]), "name": test["name"]}
        said = _("%(name)s (%(person)s): %(verdict)s") if test["name"] else _("%(person)s: %(verdict)s")
        lines.append(said % words)
    return lines


def _lists(label: str, before: list[str], after: list[str]) -> Iterator[Difference]:
    """Lines that went, came or took another's place."""
    for what, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        old, new = before[a:b], after[c:d]
        for place in range(max(len(old), len(new))):
            yield Difference(label, old[place] if place < len(old) else "", new[place] if place < len(new) else "")
