"""What of a file a referral may carry, section by section: the sender chooses, the receiver reads these and no others.

    SECTIONS["contact"].lines(person)        [("telephone", "050-555-0123"), …]

Read when it is looked at and not copied: what the person corrects is right for the receiver, too, and what they take back
is gone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kesher.base.translated import in_language
from kesher.people.models import Person

Line = tuple[str | Promise, str]


@dataclass(frozen=True, slots=True)
class Section:
    """``label``: as the sender chooses it. ``lines``: what the receiver reads, nothing where the file says nothing."""

    key: str
    label: str | Promise
    lines: Callable[[Person], Sequence[Line]]


def _contact(person: Person) -> list[Line]:
    lines: list[Line] = []
    if person.phone:
        lines.append((_("telephone"), person.phone))
    if person.email:
        lines.append((_("e-mail address"), person.email))
    lines.append((_("how to reach them"), str(person.get_reach_by_display())))
    if person.reach_when:
        lines.append((_("when it is safe to"), person.reach_when))
    return lines


def _born(person: Person) -> list[Line]:
    return [(_("born"), date_format(person.born))] if person.born else []


def _lives(person: Person) -> list[Line]:
    if person.area is None:
        return []
    return [(_("where they live"), in_language(person.area.name, get_language() or "en").text)]


def _papers(person: Person) -> list[Line]:
    lines: list[Line] = []
    if person.other_names:
        lines.append((_("names as in their papers"), person.other_names))
    if person.identity_number:
        lines.append((_("identity number"), person.identity_number))
    return lines


#: In the order in which they are offered. The parts of the file add theirs when they are loaded.
SECTIONS: Final[dict[str, Section]] = {
    section.key: section
    for section in (
        Section("contact", _("how to reach them"), _contact),
        Section("born", _("when they were born"), _born),
        Section("lives", _("where they live"), _lives),
        Section("papers", _("names and number as in their papers"), _papers),
    )
}


def register(section: Section) -> None:
    """Offer one more part of the file. Twice is once."""
    SECTIONS[section.key] = section


def carried(person: Person, keys: Sequence[str]) -> list[tuple[Section, list[Line]]]:
    """What a receiver reads: the chosen sections in the order of :data:`SECTIONS`, those with nothing to say left out."""
    found = [(section, list(section.lines(person))) for key, section in SECTIONS.items() if key in keys]
    return [(section, lines) for section, lines in found if lines]
