"""The end of the interview: what is known now, read back in both languages; skills said to be right; and the next step."""

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.forms import BaseForm
from django.utils import translation

from kesher.accounts.models import User
from kesher.base.transitions import Actor, Refused
from kesher.casework import plans
from kesher.casework.models import Step
from kesher.people import abilities
from kesher.people.models import Person
from kesher.words.models import Kind
from kesher.www.caseworker.day.plan import as_rows
from kesher.www.caseworker.day.talk_forms import TalkForm
from kesher.www.caseworker.day.talks import talks_of
from kesher.www.caseworker.interview.asking import Both, asked
from kesher.www.caseworker.interview.cards import named
from kesher.www.caseworker.interview.forms import NextStepAsked
from kesher.www.caseworker.interview.sections import summary


def step_form(person: Person, by: Actor, data: Any = None) -> NextStepAsked:
    return NextStepAsked(data, person=person, by=by)


def talk_form(person: Person, data: Any = None) -> TalkForm:
    """The talk that closes the interview: today, face to face."""
    return TalkForm(data, person=person, short=True)


def agree(person: Person, told: dict[str, Any], *, by: Actor) -> Step:
    """The step becomes one of the plan, where the caseworker's day finds it."""
    names = ("kind", "text", "owner", "organisation", "owner_user_id", "due_on", "loop", "how")
    given = {name: told[name] for name in names}
    key = given["owner_user_id"]
    return plans.agree(person, by=by, **given | {"owner_user_id": UUID(key) if key else None})


def confirm_skills(data: Any, person: Person, by: Actor) -> None:
    """``said`` and ``judged``: keys of the skills the person says are theirs, and of those the caseworker thinks are;
    ``was-said`` and ``was-judged``: those that were ticked as the page was drawn. Only what one ticked or unticked is
    written, so that a yes which came meanwhile stays. Raises :class:`Refused` where that is nothing."""
    said, judged, was_said, was_judged = (
        set(data.getlist(name)) for name in ("said", "judged", "was-said", "was-judged")
    )
    changed = (said ^ was_said) | (judged ^ was_judged)
    skills = [one for one in person.skills.order_by("id") if str(one.pk) in changed]
    if not skills:
        raise Refused(translation.gettext("Nothing has changed: tick or untick a box first."), "none")
    with transaction.atomic():
        for skill in skills:
            key = str(skill.pk)
            if key in (said - was_said) | (judged - was_judged):
                abilities.confirm(skill, by=by, said=key in said - was_said, judged=key in judged - was_judged)
            if key in (was_said - said) | (was_judged - judged):
                abilities.take_back(skill, by=by, said=key in was_said - said, judged=key in was_judged - judged)


def skills_of(person: Person, both: Both) -> list[dict[str, Any]]:
    """Skills that were proposed, with where each is from and who has said yes; those nobody has, first."""
    rows = sorted(
        person.skills.proposed(),
        key=lambda one: (bool(one.person_confirmed_at) + bool(one.caseworker_confirmed_at), str(one.pk)),
    )
    return [
        {
            "row": row,
            "words": both.of(partial(named, Kind.SKILL, row.uri)),
            "source": row.get_source_display(),
            "often": row.get_often_display() if row.often else "",
        }
        for row in rows
    ]


def context(person: Person, user: User, by: Actor, both: Both, form: BaseForm | None) -> dict[str, Any]:
    step = form if isinstance(form, NextStepAsked) else step_form(person, by)
    talk = form if isinstance(form, TalkForm) else talk_form(person)
    columns = []
    for tongue in both.tongues:
        with translation.override(tongue.code):
            columns.append({"tongue": tongue, "parts": summary(person)})
    steps = (
        Step.objects.visible_to(user)
        .filter(person=person)
        .open()
        .select_related("organisation")
        .order_by("due_on", "id")
    )
    return {
        "columns": columns,
        "skills": skills_of(person, both),
        "steps": as_rows(person, list(steps)),
        "step_form": step,
        "questions": asked(step, lambda: step_form(person, by), both),
        "talks": talks_of(user, person),
        "talk_form": talk,
        "talk_questions": asked(talk, lambda: talk_form(person), both),
    }
