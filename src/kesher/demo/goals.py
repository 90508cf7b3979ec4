"""What some people of the demo town want to work as, and have worked as: in their words, with the occupation beside them.

Of each kind one may meet: both have said yes; the caseworker alone, and it waits for the person's; the person alone; none of
the lists is meant; in words only. What starts from a goal (the way there, a mentor who works in it) starts with the person's
own yes: Sigal's leads to Batya, who cooks.
"""

from dataclasses import dataclass
from datetime import date, time
from typing import Final
from uuid import UUID

from kesher.accounts.models import User
from kesher.base.rows import acting_for
from kesher.base.transitions import Actor
from kesher.demo import past
from kesher.demo.people import NOA, PEOPLE, moment
from kesher.formats.isco import ESCO_GROUP
from kesher.people import aspirations, parts, work
from kesher.people.consents import give
from kesher.people.models import Experience, Person
from kesher.people.models.consents import Purpose
from kesher.words import code

#: Who has said that it is what they mean: the person, the caseworker.
PERSON, WORKER, BOTH = (True, False), (False, True), (True, True)
NONE: Final = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """What somebody has done: kind, words, the unit group that the person says it was."""

    kind: str
    words: str
    group: str


@dataclass(frozen=True, slots=True)
class Goal:
    """Of whom (as the file begins), and what they want. ``group``: the unit group that is meant, :data:`NONE`, or None where
    nobody has said. ``sure``: as they say. ``matched``: they agreed to be compared, so that mentors are proposed."""

    of: str
    words: str
    sure: int
    in_the_way: str = ""
    group: str | None = None
    yes: tuple[bool, bool] = BOTH
    had: tuple[Worked, ...] = ()
    matched: bool = False


GOALS: Final = (
    Goal("Олександр", "Знову працювати електриком, тут", 4, "ліцензія", "7411", BOTH,
         (Worked("paid", "Складав електрощити на заводі в Харкові, дванадцять років", "7412"),)),
    Goal("סיגל", "לבשל במטבח של גן ילדים", 3, "תעודה של משרד הבריאות", "5120", BOTH,
         (Worked("paid", "מכרתי במזנון של בית ספר, ארבע שנים", "5246"),), matched=True),
    Goal("በቀለ", "የአውቶቡስ ሹፌር መሆን", 4, "የመንጃ ፈቃድ", "8331", BOTH,
         (Worked("paid", "በኢትዮጵያ የጭነት መኪና ሹፌር ነበርኩ", "8332"),)),
    Goal("Сергей", "Ставить солнечные панели", 3, "иврит", "7411", PERSON,
         (Worked("paid", "Варил трубы, восемь лет", "7212"),)),
    Goal("רונית", "לטפל בקשישים, עם תעודה", 3, "", "5322", WORKER,
         (Worked("care", "טיפלתי באמא שלי", "5322"),)),
    Goal("Наталья", "Работать сидя и с людьми", 2, "спина", NONE, BOTH),
    Goal("Fatou", "Avoir mon propre salon de coiffure un jour", 2, "d’abord un logement"),
)  # fmt: skip
#: The goal Almaz has said already: to be a nurse again. She says herself which work that is; Noa has not looked at it yet.
ALMAZ_GOAL, ALMAZ_GROUP = "አልማዝ", "2221"


def build_goals(today: date) -> int:
    """Write them down as Noa would, on the day she last saw each; returns of how many goals it is said what is meant."""
    noa = User.objects.get(email=NOA)
    office = noa.memberships.get().organisation_id
    by = noa.as_actor(office)
    last_seen = {one.called: one.ago for one in PEOPLE}
    with acting_for(user_id=noa.pk, organisation_ids=[office]):
        for goal in GOALS:
            with past.at(moment(today, last_seen[goal.of], time(10, 30))):
                _write(goal, _of(goal.of, office), by)
        with past.at(moment(today, last_seen[ALMAZ_GOAL], time(10, 30))):
            _mean(_of(ALMAZ_GOAL, office), ALMAZ_GROUP, PERSON, by)
    return sum(goal.group is not None for goal in GOALS) + 1


def _of(called: str, office: UUID) -> Person:
    person: Person = Person.objects.kept_by(office).active().get(called__startswith=f"{called} (")
    return person


def _write(goal: Goal, person: Person, by: Actor) -> None:
    for one in goal.had:
        had = Experience(person=person, kind=one.kind, words=one.words, language=person.language)
        parts.keep(had, by=by)
        work.confirm(had, ESCO_GROUP + one.group, by=by, said=True)
    aspirations.say(person, goal.words, sure=goal.sure, language=person.language, in_the_way=goal.in_the_way, by=by)
    if goal.group is not None:
        _mean(person, goal.group, goal.yes, by)
    if goal.matched:
        give(person, Purpose.MATCHING, how="present", language=person.language, by=by)


def _mean(person: Person, group: str, yes: tuple[bool, bool], by: Actor) -> None:
    """What the words are read as is kept with it, as on the page."""
    said = aspirations.latest(person)
    assert said is not None
    coding = code(said.goal, language=said.language)
    uri = ESCO_GROUP + group if group else NONE
    by_person, by_worker = yes
    aspirations.mean(
        said, uri, seen=aspirations.meaning_of(said), coding=coding, by=by, said=by_person, judged=by_worker
    )
