"""What stands against publishing a version, in the reader's words: the engine's issues by their codes."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from kesher.directory.models import RuleVersion
from kesher.engine.eligibility import Hindrance, Issue
from kesher.www.officer.rules.examples import tried
from kesher.www.officer.rules.words import person_words


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence. ``detail``: what the engine says of a fault in a condition, in English, with its place."""

    words: str
    detail: str = ""


def sentences(version: RuleVersion, issues: Iterable[Issue]) -> list[Said]:
    """One for each issue, in the same order: there is a sentence exactly where there is a hindrance."""
    return [_sentence(version, issue) for issue in issues]


def _sentence(version: RuleVersion, issue: Issue) -> Said:
    match issue.code:
        case Hindrance.NO_YES:
            return Said(_("Add an example of somebody who may come."))
        case Hindrance.NO_NO:
            return Said(_("Add an example of somebody who may not come."))
        case Hindrance.FAILED_TEST:
            test = version.tests[int(issue.path.split("/")[2])]
            found = tried(version.when, test["name"], test["facts"], test["verdict"])
            return Said(
                _("Example “%(name)s”: %(sentence)s") % {"name": found.name or found.person, "sentence": found.sentence}
            )
        case Hindrance.STRANGE_FACTS:
            test = version.tests[int(issue.path.split("/")[2])]
            name = test["name"] or person_words(test["facts"])
            return Said(_("Example “%(name)s” says something that cannot be.") % {"name": name}, issue.message)
    return Said(_("The condition has a fault:"), str(issue))
