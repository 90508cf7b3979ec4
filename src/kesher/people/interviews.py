"""How far the interview with a person has come: resumable at any section, on any day, by any who may write into the file.

note(person, "work", "skipped", by=caseworker)
far = progress(person)          each section in order, with what is noted of it
far.next                        the first of which nothing is noted; None when all have been spoken of
"""

from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import acts_for_file
from kesher.people.models import InterviewSection, Person

Section, State = InterviewSection.Section, InterviewSection.State

#: About how many minutes each section takes, together less than twenty: our guess. What it takes in fact stands beside it as
#: soon as five interviews were held (:mod:`kesher.people.pace`).
MINUTES: Final[dict[str, int]] = {
    Section.WORRIES: 1,
    Section.PERSONAL: 1,  # most of it stands in the file, and is read over
    Section.EXPECTATIONS: 3,
    Section.LANGUAGES: 2,
    Section.SCHOOLING: 2,
    Section.WORK: 4,
    Section.CARDS: 2,
    Section.DIGITAL: 1,
    Section.NEXT: 3,
}


@dataclass(frozen=True, slots=True)
class Progress:
    """The sections in order, with what is noted of each (None: not spoken of yet)."""

    sections: tuple[tuple[str, InterviewSection | None], ...]

    @property
    def next(self) -> str | None:
        return next((section for section, noted in self.sections if noted is None), None)

    @property
    def spoken_of(self) -> int:
        return sum(noted is not None for _section, noted in self.sections)

    @property
    def minutes_left(self) -> int:
        return sum(MINUTES[section] for section, noted in self.sections if noted is None)


def progress(person: Person) -> Progress:
    noted = {one.section: one for one in person.interview_sections.all()}
    return Progress(tuple((section, noted.get(section)) for section in Section.values))


def after(section: str) -> str | None:
    """The section that follows; None after the last."""
    order = Section.values
    place = order.index(section) + 1
    return order[place] if place < len(order) else None


def note(person: Person, section: str, state: str, *, by: Actor) -> InterviewSection:
    """This section has been spoken of, or is skipped. Said again counts again; what was answered is never un-said by skipping.

    Raises :class:`Refused` for whoever may not write into the file.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    if section not in Section.values or state not in State.values:
        raise Refused(_("This is not possible in the present state."), "section")
    with transaction.atomic(), acting(actor=by, reason=f"interview: {section} {state}"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        there: InterviewSection | None = InterviewSection.objects.filter(person=person, section=section).first()
        if there is not None and there.state == State.DONE and state == State.SKIPPED:
            return there
        row = there or InterviewSection(person=person, section=section)
        row.state, row.said_at, row.noted_by_id = state, timezone.now(), by.user_id
        row.save()
        files.something_happened(person)
        emit("file.interview_section", person, by=by, data={"section": section, "state": state})
    return row
