"""What is agreed with the people of the demo town: a step that is overdue, an appointment without an interpreter, a permit
that runs out, somebody with no next step; so that Noa's day begins with something to do."""

from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django.utils import timezone

from kesher.accounts.models import User
from kesher.base.keys import uuid7
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.casework import appointments, conferences, plans, talks
from kesher.casework.models import Step
from kesher.casework.moving import team
from kesher.demo.people import NOA
from kesher.people.files import READ_NOTHING
from kesher.people.models import Person

#: Language of the person in whose plan it stands, kind, what, who does it, due in so many days, agreed so many days ago.
STEPS: Final = (
    ("am", "papers", "תעודת זהות ומכתב מבית הספר", Step.Owner.PERSON, -4, 12),
    ("am", "course", "אולפן בוקר, בית הספר גוונים", Step.Owner.CASEWORKER, 5, 12),
    ("uk", "recognition", "תעודת חשמלאי מחרקיב", Step.Owner.PERSON, 2, 6),
    ("ru", "call", "קופת חולים, מרפאת הכאב", Step.Owner.PERSON, 9, 12),
    ("ar", "apply", "נגרייה בעומר", Step.Owner.PERSON, 3, 1),
)
#: Language, in how many days, hour, where, place, interpreting.
MEETINGS: Final = (
    ("am", 1, time(10, 0), "place", "שדרות בן־גוריון 1, חדר 12", "in person"),
    ("ru", 3, time(12, 30), "phone", "", "none"),
)
#: Language, kind, in how many days.
DATES: Final = (("uk", "permit", 12), ("ru", "plan", -3))
INTERPRETERS: Final = (
    ("Tirunesh (demo)", "08-555-0161", ["am", "he"], "woman", True, True),
    ("Oksana (demo)", "08-555-0162", ["uk", "ru", "he"], "woman", False, True),
    ("Karim (demo)", "08-555-0163", ["ar", "he", "fr"], "man", True, True),
)


def build_plans() -> int:
    """Agree on them as Noa would, today; returns how many there are."""
    noa = User.objects.get(email=NOA)
    office = noa.memberships.get().organisation_id
    by: Actor = noa.as_actor(office)
    today = timezone.localdate()
    with acting_for(user_id=noa.pk, organisation_ids=[office]):
        mine = Person.objects.visible_to(noa).active().order_by("id")
        people = {one.language: one for one in reversed(mine)}  # of two with one language the first
        _write(people, noa, by, today)
    return len(STEPS) + len(MEETINGS) + len(DATES)


def _write(people: dict[str, Person], noa: User, by: Actor, today: date) -> None:
    for name, phone, languages, gender, in_person, by_phone in INTERPRETERS:
        known: dict[str, Any] = {"gender": gender, "in_person": in_person, "by_phone": by_phone, "of_age": True}
        appointments.list_interpreter(by=by, name=name, phone=phone, languages=languages, shared=True, **known)
    for language, kind, text, owner, due, ago in STEPS:
        who = noa.pk if owner == Step.Owner.CASEWORKER else None
        step = plans.agree(
            people[language],
            kind=kind,
            text=text,
            owner=owner,
            owner_user_id=who,
            due_on=today + timedelta(days=due),
            by=by,
        )
        Step.objects.filter(pk=step.pk).update(agreed_on=today - timedelta(days=ago))
    for language, days, hour, where, place, interpreting in MEETINGS:
        told: dict[str, Any] = {"where": where, "place": place, "interpreting": interpreting, "language": language}
        starts_at = timezone.make_aware(datetime.combine(today + timedelta(days=days), hour))
        appointments.book(people[language], starts_at=starts_at, with_whom=noa.name, with_user_id=noa.pk, by=by, **told)
    for language, kind, days in DATES:
        plans.set_date(people[language], kind=kind, on=today + timedelta(days=days), by=by)
    plans.head_for(people["am"], "לבשל בגן ילדים", by=by, seen=READ_NOTHING)
    plans.write_note(people["am"], text="מעדיפה בקרים: הילדים בגן עד אחת.", scope="shared", by=by)
    found = [*talks.proposed(people["am"])[:2], *talks.from_words(["ታጋሽ ነኝ"], "am")]
    talks.hold(people["am"], form_key=uuid7(), purpose="strengths", about="ሰዎችን መርዳት እወዳለሁ", strengths=found, by=by)
    _met(people["am"], noa, by, today)
    for person in people.values():
        plans.look_after(person, user=noa, by=by)


def _met(person: Person, noa: User, by: Actor, today: date) -> None:
    """Those around her have met, with her, and agreed who does what by when."""
    line = conferences.Line(
        Step.Owner.CASEWORKER, "לשאול בגן על צהרון", today + timedelta(days=8), owner_user_id=noa.pk
    )
    conferences.hold(
        person,
        form_key=uuid7(),
        held_on=today - timedelta(days=2),
        place="חדר 12",
        how=Step.How.PRESENT,
        agreed="עבודה בבקרים בלבד עד שיימצא צהרון. קודם האולפן, אחר כך הקורס.",
        with_=[one for one in team(person, by=by) if one.pk != by.organisation_id],
        lines=[line],
        seen=READ_NOTHING,
        by=by,
    )
