"""Keeping what a person answered to the questions of the directory, once they have agreed to have it kept.

tell(person, {"age": 34, "hebrew": "some"}, where=Told.Where.COUNTER, by=caseworker)
forget(person, "hebrew", by=them); forget(person, "hebrew", by=caseworker, reason=ASKED)
"""

import json
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.events import emit
from kesher.base.history import acting
from kesher.base.transitions import Actor, Refused
from kesher.directory.facts import QUESTION_OF, VOCABULARY, Who
from kesher.engine.eligibility.values import Json
from kesher.people import files
from kesher.people.consents import acts_for_file
from kesher.people.models import Person, Told

#: Why a caseworker takes an answer out of somebody's file: for the history.
ASKED: Final = "asked by the person"


def tell(person: Person, facts: Mapping[str, Json], *, where: str, by: Actor) -> int:
    """Write the answers down, in place of earlier ones to the same questions; returns how many.

    Raises :class:`Refused` and changes nothing for whoever may not write into the file, and for what answers no question
    about a person.
    """
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    for path, value in facts.items():
        asked = QUESTION_OF.get(path)
        if asked is None or asked.who is not Who.PERSON or value is None or VOCABULARY[path].problem(value):
            raise Refused(_("Choose one of the answers, or skip the question."), "fact")
    with transaction.atomic(), acting(actor=by, reason="answers kept"):
        Person.objects.select_for_update(of=("self",)).get(pk=person.pk)  # of two who write at once the second waits
        for path, value in sorted(facts.items()):
            known = {"value": json.dumps(value), "where": where, "told_at": timezone.now(), "noted_by_id": by.user_id}
            Told.objects.update_or_create(person=person, fact=path, defaults=known)
        if facts:
            files.something_happened(person)
            emit("file.answers_kept", person, by=by, data={"count": len(facts), "where": where})
    return len(facts)


def forget(person: Person, fact: str, *, by: Actor, reason: str = "answer taken out") -> None:
    """As if it had not been asked. Twice is once. ``reason``: for the history. Raises :class:`Refused`."""
    if not acts_for_file(person, by):
        raise Refused(_("This file is not open to you."), "role")
    with transaction.atomic(), acting(actor=by, reason=reason):
        gone, _rows = Told.objects.filter(person=person, fact=fact).delete()
        if gone:
            emit("file.answer_forgotten", person, by=by)
