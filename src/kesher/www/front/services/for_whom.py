"""For whom a service is: its rules in the reader's words, with the decision they come from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils import translation

from kesher.directory.models import RuleVersion, Service
from kesher.directory.rules import name_of
from kesher.www.rule_words.lines import Line, rule_in_words


@dataclass(frozen=True, slots=True)
class RuleShown:
    """One rule in force. ``lines``: all must hold; ``worded_by_machine``: the sentences are not those of the decision."""

    name: Mapping[str, str]
    lines: Sequence[Line]
    version: RuleVersion
    worded_by_machine: bool


def rules_of(service: Service, on: date) -> list[RuleShown]:
    """The rules that stand before this service on a day, in one query."""
    versions = RuleVersion.objects.in_force(on).filter(rule__service_links__service=service).select_related("rule")
    # English is the source; the other catalogues were worded by a machine and are read by a person bit by bit (ADR 8).
    machine = translation.get_language() != settings.LANGUAGE_CODE
    # By the name it was published under: the rule bears the newest one's, which may begin later, or have been withdrawn.
    return [RuleShown(name_of(one), rule_in_words(one.when), one, machine) for one in versions]
