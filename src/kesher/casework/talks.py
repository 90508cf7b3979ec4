"""Coaching talks: written down with the person, with strengths that are theirs once they say so, and a next experience.

talk = hold(person, form_key=key, purpose="goal", strengths=found, said_yes=True, experience=next_one, goal=goal, by=by)
confirm(strength, by=them); take_out(strength, by=them)
answer(talk, right=False, words="I did not say that", by=them)        the person reads it back on their own page
take_up(talk, by=caseworker)

Strengths are proposed from what stands in the file already (:func:`proposed`): nothing is found that nobody has said or shown.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.casework import plans
from kesher.casework.models import EXPERIENCES, Step, Strength, Talk
from kesher.casework.moving import changing, must_work_with_files
from kesher.people import abilities, aspirations, files
from kesher.people.consents import HELPER, OWN_FILE, PERSON, acts_for_file, is_their_own
from kesher.people.models import Person, PersonSkill

#: More tire: the most often done first.
MOST_PROPOSED: Final = 12
#: Strengths of one talk: more than anybody remembers.
MOST_FOUND: Final = 20
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Found:
    """A strength that is proposed. ``key`` tells it from the others of this person; ``often``: see :class:`Often`."""

    source: str
    uri: str = ""
    words: str = ""
    language: str = ""
    often: int | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Goal:
    """What was said of the goal: the words of :func:`kesher.people.aspirations.say`. ``seen``: what stood there before."""

    goal: str
    sure: int
    in_the_way: str = ""
    change: str = ""
    why: str = ""
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Experience:
    """What the person tries next: one of :data:`EXPERIENCES`, by a day."""

    kind: str
    due_on: date
    text: str = ""


def proposed(person: Person) -> list[Found]:
    """What may be a strength: tasks they do often, then skills read in their words, then their work as they told of it.

    What is among their strengths already is not proposed again.
    """
    there = {(one.uri, one.words if not one.uri else "") for one in person.strengths.all()}
    skills = sorted(
        person.skills.proposed(),
        key=lambda one: (-(one.often or 0), one.person_confirmed_at is None, str(one.pk)),
    )
    found = [
        Found(
            Strength.Source.CARD if one.often else Strength.Source.WORK,
            uri=one.uri,
            words=one.words,
            language=one.language,
            often=one.often,
            key=f"skill-{one.pk}",
        )
        for one in skills
        if (one.uri, "") not in there
    ]
    found += [
        Found(Strength.Source.WORK, words=one.words, language=one.language, key=f"work-{one.pk}")
        for one in person.experiences.order_by("-id")
        if ("", one.words) not in there
    ]
    return found[:MOST_PROPOSED]


def hold(
    person: Person,
    *,
    form_key: uuid.UUID,
    purpose: str,
    by: Actor,
    about: str = "",
    held_on: date | None = None,
    how: str = Step.How.PRESENT,
    strengths: Sequence[Found] = (),
    said_yes: bool = False,
    goal: Goal | None = None,
    experience: Experience | None = None,
) -> Talk:
    """Write a talk down, with all that came of it, or nothing of it. What comes twice from one form is written once.

    ``said_yes``: the person said yes to each of the strengths, to whoever writes them down. Raises :class:`Refused` for
    whoever does not work with this file, :class:`~kesher.people.files.Changed` where the goal is another by now, and
    :class:`~django.core.exceptions.ValidationError` for a goal lowered without the person's own words.
    """
    own = must_work_with_files(person, by)
    if held_on is not None and held_on > timezone.localdate():
        raise Refused(_("That day has not come yet."), "held_on")
    if experience is not None and experience.kind not in EXPERIENCES:
        raise Refused(_("Please choose one of the list."), "experience")
    if len(strengths) > MOST_FOUND:
        raise Refused(_("These are too many at once."), "strengths")
    if said_yes and is_their_own(person, by):
        raise Refused(OWN_FILE, "conflict")
    with changing(person, by=by, reason="coaching talk"):
        there: Talk | None = Talk.objects.filter(person=person, form_key=form_key).first()
        if there is not None:
            return there
        said = _say(person, goal, by) if goal is not None else None
        step = None
        if experience is not None:
            step = plans.agree(
                person, kind=experience.kind, text=experience.text, due_on=experience.due_on, how=how, by=by
            )
        talk = Talk(
            person=person,
            organisation=own,
            form_key=form_key,
            held_on=held_on or timezone.localdate(),
            how=how,
            purpose=purpose,
            about=" ".join(about.split()),
            aspiration=said,
            step=step,
            noted_by_id=by.user_id,
        )
        talk.full_clean()
        talk.save(force_insert=True)
        for one in strengths:
            _keep(talk, one, by=by, said_yes=said_yes)
        emit("talk.held", talk, by=by, data={"person": str(person.pk), "purpose": purpose, "strengths": len(strengths)})
    return talk


def _say(person: Person, goal: Goal, by: Actor) -> Any:
    said = {name: getattr(goal, name) for name in ("sure", "in_the_way", "change", "why", "seen")}
    return aspirations.say(person, goal.goal, language=person.language, by=by, **said)


def _keep(talk: Talk, found: Found, *, by: Actor, said_yes: bool) -> None:
    row = Strength(
        person=talk.person,
        talk=talk,
        source=found.source,
        uri=found.uri,
        words=" ".join(found.words.split()),
        language=found.language,
        noted_by_id=by.user_id,
    )
    if said_yes:
        row.person_confirmed_at, row.person_confirmed_by_id = timezone.now(), by.user_id
    row.full_clean()
    row.save(force_insert=True)
    if said_yes:
        _the_skill_is_theirs(row, by)


def confirm(strength: Strength, *, by: Actor) -> None:
    """The person says that it is theirs: on their own page, or to the caseworker who writes it down. Twice is once.

    The skill it came from is theirs with the same yes. Raises :class:`Refused` for a helper, for whoever may not write into
    the file, and for a caseworker about themselves.
    """
    _may_say_yes(strength.person, by)
    with transaction.atomic(), acting(actor=by, reason="strength confirmed"):
        locked = Strength.objects.select_for_update(of=("self",)).filter(pk=strength.pk).first()
        if locked is None:
            raise Refused(_("This has been taken out meanwhile."), "gone")
        if locked.person_confirmed_at is None:
            locked.person_confirmed_at, locked.person_confirmed_by_id = timezone.now(), by.user_id
            locked.save(update_fields=["person_confirmed_at", "person_confirmed_by_id", "updated_at"])
            locked.person = strength.person
            _the_skill_is_theirs(locked, by)
            files.something_happened(strength.person)
            emit("talk.strength_confirmed", strength.person, by=by, data={"strength": str(locked.pk)})


def take_out(strength: Strength, *, by: Actor) -> None:
    """It is none, says the person, or it was written down by mistake. That it stood there remains in the history.

    What they themselves said is right, on their own page, they alone take out again. Raises :class:`Refused`.
    """
    _may_say_yes(strength.person, by)
    with transaction.atomic(), acting(actor=by, reason="strength taken out"):
        there = Strength.objects.select_for_update(of=("self",)).filter(pk=strength.pk).first()
        said_by = there.person_confirmed_by_id if there is not None else None
        if PERSON not in by.roles and said_by is not None and said_by == strength.person.user_id:
            raise Refused(_("They said themselves that this is right: only they take it out."), "role")
        gone, _rows = Strength.objects.filter(pk=strength.pk).delete()
        if gone:
            files.something_happened(strength.person)
            emit("talk.strength_taken_out", strength.person, by=by, data={"strength": str(strength.pk)})


def answer(talk: Talk, *, right: bool, by: Actor, words: str = "") -> None:
    """The person has read what was written down: that is how it was, or something is not right.

    Said again counts again, and has to be taken up again. Raises :class:`Refused` for everybody but the person.
    """
    if PERSON not in by.roles or not acts_for_file(talk.person, by):
        raise Refused(_("Only the person says this."), "role")
    with transaction.atomic(), acting(actor=by, reason="talk read by the person"):
        locked = Talk.objects.select_for_update(of=("self",)).get(pk=talk.pk)
        locked.answer = Talk.Answer.RIGHT if right else Talk.Answer.NOT_RIGHT
        locked.answer_words = "" if right else " ".join(words.split())
        locked.answered_at, locked.heard_at, locked.heard_by_id = timezone.now(), None, None
        locked.save()
        files.something_happened(talk.person)
        emit("talk.read", locked, by=by, data={"person": str(locked.person_id), "answer": locked.answer})


def take_up(talk: Talk, *, by: Actor) -> None:
    """Somebody has spoken with the person about what was not right. Twice is once."""
    must_work_with_files(talk.person, by)
    with changing(talk.person, by=by, reason="talk taken up"):
        locked = Talk.objects.select_for_update(of=("self",)).get(pk=talk.pk)
        if locked.waits_to_be_taken_up:
            locked.heard_at, locked.heard_by_id = timezone.now(), by.user_id
            locked.save(update_fields=["heard_at", "heard_by_id", "updated_at"])
            emit("talk.taken_up", locked, by=by, data={"person": str(locked.person_id)})


def from_words(lines: Iterable[str], language: str) -> list[Found]:
    """Strengths in words of one's own, one of each line; empty lines are none."""
    told = dict.fromkeys(" ".join(line.split()) for line in lines)
    return [Found(Strength.Source.SAID, words=one[:LONGEST], language=language) for one in told if one]


def _the_skill_is_theirs(strength: Strength, by: Actor) -> None:
    if not strength.uri:
        return
    skill = PersonSkill.objects.filter(person=strength.person_id, uri=strength.uri, person_confirmed_at=None).first()
    if skill is not None:
        skill.person = strength.person
        abilities.confirm(skill, by=by, said=True, judged=False)


def _may_say_yes(person: Person, by: Actor) -> None:
    """A yes is the person's, or a caseworker's who was told it: no helper's, and no caseworker's about themselves."""
    if not acts_for_file(person, by) or HELPER in by.roles:
        raise Refused(_("This file is not open to you."), "role")
    if is_their_own(person, by):
        raise Refused(OWN_FILE, "conflict")
