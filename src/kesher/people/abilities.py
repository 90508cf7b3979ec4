"""Skills of a person: proposed from their words, from task cards and from a CV they brought; said to be right by two, apart.

propose(person, uri, source="words", words="I repaired cars", by=caseworker)
answer_cards(person, "7231", {uri: 4, other: 1}, by=caseworker)
confirm(skill, by=caseworker, said=True, judged=False)      the person said yes, to this caseworker
take_back(skill, by=caseworker, said=True)                  the person says no, after all
"""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.people import files
from kesher.people.consents import HELPER, OWN_FILE, PERSON, acts_for_file, is_their_own
from kesher.people.models import Experience, Often, Person, PersonSkill
from kesher.words import proposals
from kesher.words.models import Kind, Proposal
from kesher.words.typical import tasks_of


def propose(
    person: Person,
    uri: str,
    *,
    source: str,
    by: Actor,
    words: str = "",
    language: str = "",
    proposal_id: uuid.UUID | None = None,
) -> PersonSkill:
    """Note a skill that the person may have. One that is noted already stays as it is, with what was said of it.

    Raises :class:`Refused` for an address no list has, and for whoever may not write into the file.
    """
    _may(person, by)
    if proposals.concept_of(Kind.SKILL, uri) is None:
        raise Refused(_("Please choose one of the list."), "choice")
    with transaction.atomic(), acting(actor=by, reason="skill proposed"):
        skill, made = PersonSkill.objects.get_or_create(
            person=person,
            uri=uri,
            defaults={
                "source": source,
                "words": words[:500],
                "language": language,
                "proposal_id": proposal_id,
                "noted_by_id": by.user_id,
            },
        )
        if made:
            files.something_happened(person)
            emit("file.skill_proposed", person, by=by, data={"skill": str(skill.pk), "source": source})
    return skill


def answer_cards(person: Person, isco08: str, answers: Mapping[str, int], *, by: Actor) -> int:
    """Keep how often the person has done the tasks of a unit group; the number of answers kept.

    What was answered before is answered anew. An address that is no task of the group, or an answer that is none of the
    four, is :class:`Refused` and nothing is kept.
    """
    _may(person, by)
    tasks = {one.uri for one in tasks_of(isco08)}
    if set(answers) - tasks or set(answers.values()) - set(Often.values):
        raise Refused(_("Please answer with one of the four."), "answer")
    with transaction.atomic(), acting(actor=by, reason="task cards answered"):
        there = {one.uri: one for one in person.skills.select_for_update().filter(uri__in=answers)}
        for uri, often in answers.items():
            skill = there.get(uri)
            if skill is None:
                skill = PersonSkill(person=person, uri=uri, source=PersonSkill.Source.CARD)
            skill.often, skill.isco08, skill.noted_by_id = often, isco08, by.user_id
            skill.full_clean()
            skill.save()
        if answers:
            files.something_happened(person)
            emit("file.cards_answered", person, by=by, data={"isco08": isco08, "answers": len(answers)})
    return len(answers)


def confirm(skill: PersonSkill, *, by: Actor, said: bool = False, judged: bool = True) -> None:
    """Somebody says that the skill is there. The person's yes and the caseworker's are kept apart.

    On their own page it is the person's. Of a caseworker: ``said``: the person says so, to them; ``judged``: they think so
    too. Raises :class:`Refused` for a helper, for whoever may not write into the file, and where nobody said anything.
    """
    _may_judge(skill.person, by)
    own = PERSON in by.roles
    if not own and not said and not judged:
        raise Refused(_("Say who thinks so: the person, you, or both."), "who")
    with transaction.atomic(), acting(actor=by, reason="skill confirmed"):
        locked = PersonSkill.objects.select_for_update(of=("self",)).get(pk=skill.pk)
        stamp(locked, by, said=own or said, judged=judged and not own)
        locked.save()
        if judged and not own:
            decided(locked.proposal_id, locked.uri, by)
        files.something_happened(skill.person)
        emit("file.skill_confirmed", skill.person, by=by, data={"skill": str(skill.pk), "uri": locked.uri})
    skill.refresh_from_db()


def take_back(row: PersonSkill | Experience, *, by: Actor, said: bool = False, judged: bool = False) -> None:
    """What was said to be right is so no more: the person's yes (``said``), the caseworker's (``judged``), or both.

    That it was said before stays in the history of the row. Raises :class:`Refused` for whoever may not say yes either.
    """
    _may_judge(row.person, by)
    kind = "work" if isinstance(row, Experience) else "skill"
    with transaction.atomic(), acting(actor=by, reason=f"{kind} taken back"):
        locked: Any = type(row).objects.select_for_update(of=("self",)).get(pk=row.pk)
        if said:
            locked.person_confirmed_at = locked.person_confirmed_by_id = None
        if judged:
            locked.caseworker_confirmed_at = locked.caseworker_id = None
        locked.save()
        files.something_happened(row.person)
        emit(f"file.{kind}_taken_back", row.person, by=by, data={"id": str(row.pk), "said": said, "judged": judged})
    row.refresh_from_db()


def stamp(row: Any, by: Actor, *, said: bool, judged: bool) -> None:
    """Who says that it is right, and when: on a skill or a work that is locked. A yes that stands keeps its time and name."""
    now = timezone.now()
    if said and row.person_confirmed_at is None:
        row.person_confirmed_at, row.person_confirmed_by_id = now, by.user_id
    if judged and row.caseworker_confirmed_at is None:
        row.caseworker_confirmed_at, row.caseworker_id = now, by.user_id


def decided(proposal_id: uuid.UUID | None, uri: str, by: Actor) -> None:
    """The proposal it came from is decided with it, where it waits at the caseworker's own organisation."""
    if proposal_id is None or by.organisation_id is None:
        return
    kept = Proposal.objects.filter(pk=proposal_id, organisation_id=by.organisation_id)
    waiting = kept.open().first()
    if waiting is not None:
        proposals.choose(waiting, uri, by=by)


def _may_judge(person: Person, by: Actor) -> None:
    """A yes is the person's or a caseworker's: no helper's, and no caseworker's about themselves."""
    _may(person, by)
    if HELPER in by.roles:
        raise Refused(_("This file is not open to you."), "role")
    if is_their_own(person, by):
        raise Refused(OWN_FILE, "conflict")


def _may(person: Person, by: Actor) -> None:
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
