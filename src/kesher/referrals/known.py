"""What a file says in the words of the directory's rules, each fact with where it comes from. All else is not known.

    known_of(person)["hebrew"]        Known("everyday", "judged by a caseworker", date(2026, 3, 1))

Between a language that is noted in the file and an answer the later counts; of one day, what is noted. Schooling that is noted
raises an answer and never lowers it, for there may be more that nobody has noted. A permit is a status only where none was
told: citizens and asylum seekers have papers too. A birthday counts before an answer. A language, which one learns or forgets,
holds as long as an answer does, a year. Nothing is concluded from what is missing or too old; where no answer was given,
schooling is at least the highest that is noted, from upper secondary school on: a rule that asks for as much or less is met,
one that asks for more is open.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.areas.models import Area
from kesher.directory.facts import EDUCATION
from kesher.engine.eligibility.values import Json
from kesher.people.models import Cefr, LanguageSkill, Person, Qualification, RightToWork, Told
from kesher.people.models.told import HOLDS

Said = str | Promise


@dataclass(frozen=True, slots=True)
class Known:
    """A fact's value, where it comes from, in words, and the day it was written down; None: it is so by itself.

    ``at_least``: it may be more, of a fact whose values have an order (:data:`ORDERED`).
    """

    value: Json
    source: Said
    on: date | None = None
    at_least: bool = False

    def may_be(self, fact: str) -> tuple[Json, ...]:
        """All it may be, the least first."""
        values = ORDERED.get(fact, ())
        return tuple(values[values.index(self.value) :]) if self.at_least else (self.value,)


Found = Mapping[str, Known]
Source = Callable[[Person, date], Found]
#: What was known and what a part of the file says of the same fact -> what counts.
Rule = Callable[[Known, Known], Known]

#: Facts whose values go from less to more.
ORDERED: Final[Mapping[str, tuple[Json, ...]]] = {"education": tuple(EDUCATION)}
#: The language whose level rules ask for, as the vocabulary has it.
HEBREW: Final = "he"
LEVELS: Final = tuple(Cefr.values)  # from none to the language of one's home
SPOKEN: Final = ("interaction", "production", "listening")
WRITTEN: Final = ("reading", "writing")


def _told(person: Person, today: date) -> Found:
    rows = Told.objects.filter(person=person).holding(today)
    return {row.fact: Known(row.said, Told.Where(row.where).label, timezone.localdate(row.told_at)) for row in rows}


def _languages(person: Person, today: date) -> Found:
    """Of two judges the caseworker's word counts, where there is one: rules are about what somebody can follow.

    A judgement holds as long as an answer.
    """
    holding = LanguageSkill.objects.filter(person=person, language=HEBREW, updated_at__date__gt=today - HOLDS)
    rows = {row.judge: row for row in holding}
    for judge, source in (
        (LanguageSkill.Judge.CASEWORKER, _("the file: languages, as a caseworker judged")),
        (LanguageSkill.Judge.PERSON, _("the file: languages, as the person said")),
    ):
        if (row := rows.get(judge)) and (level := hebrew_of(row)):
            return {"hebrew": Known(level, source, timezone.localdate(row.updated_at))}
    return {}


def hebrew_of(row: LanguageSkill) -> str:
    """The vocabulary's word for a level; "" where too little is noted. "I read and write it well" needs both, from B2."""
    spoken = [LEVELS.index(level) for name in SPOKEN if (level := getattr(row, name))]
    if not spoken:
        return ""
    best = max(spoken)
    if best == LEVELS.index(Cefr.NONE):
        return "none"
    if best == LEVELS.index(Cefr.A1):
        return "some"
    written = [level for name in WRITTEN if (level := getattr(row, name))]
    well = len(written) == len(WRITTEN) and all(LEVELS.index(level) >= LEVELS.index(Cefr.B2) for level in written)
    return "good" if well and best >= LEVELS.index(Cefr.B2) else "everyday"


def _schooling(person: Person, today: date) -> Found:
    rows = list(Qualification.objects.filter(person=person))
    return dict(_of_schooling(rows, _home_country() if rows else ""))


def _home_country() -> str:
    """ISO 3166 code of the country the portal is in, as its areas are filed; "" where they say none."""
    path = Area.objects.home().order_by("path").values_list("path", flat=True).first() or ""
    first = path.split("/")[0]
    return first.upper() if len(first) == 2 else ""


def _of_schooling(rows: list[Qualification], home: str) -> Iterator[tuple[str, Known]]:
    source = _("the file: schooling and qualifications")
    level = Qualification.Level
    with_level = [row for row in rows if row.level is not None]
    if with_level:
        best = max(with_level, key=lambda row: row.level or 0)
        on = timezone.localdate(best.updated_at)
        if (best.level or 0) >= level.BACHELOR:
            yield "education", Known("degree", source, on)
        elif (best.level or 0) >= level.POST:
            yield "education", Known("profession", source, on, at_least=True)
        elif best.level == level.UPPER:
            yield "education", Known("school", source, on, at_least=True)
        # less than that: there may be more that nobody has noted
    abroad = [row for row in with_level if home and row.country not in ("", home) and (row.level or 0) >= level.POST]
    if abroad:
        yield "studied_abroad", Known(True, source, timezone.localdate(abroad[0].updated_at))


def _right_to_work(person: Person, today: date) -> Found:
    """A permit that has not run out. "Without limit" may be a citizen or not: nothing is concluded from it."""
    rows: QuerySet[RightToWork] = RightToWork.objects.filter(person=person, kind=RightToWork.Kind.PERMIT)
    row = rows.first()
    if row is None or (row.until is not None and row.until < today):
        return {}
    return {"status": Known("temporary", _("the file: right to work"), timezone.localdate(row.updated_at))}


def _birth(person: Person, today: date) -> Found:
    if person.born is None:
        return {}
    birthday_to_come = (today.month, today.day) < (person.born.month, person.born.day)
    return {"age": Known(today.year - person.born.year - birthday_to_come, _("the file: born"))}


def _the_noted(before: Known, noted: Known) -> Known:
    return noted


def _the_told(before: Known, noted: Known) -> Known:
    return before


def _the_later(before: Known, noted: Known) -> Known:
    """Of one day what is noted: it was spoken of at more length."""
    return noted if before.on is None or noted.on is None or noted.on >= before.on else before


def _the_higher(before: Known, noted: Known) -> Known:
    """An answer says how much it is. Where as much is noted, the two say the same; where more is, there may be more still."""
    levels = list(EDUCATION)
    over = levels.index(str(noted.value)) - levels.index(str(before.value))
    return before if over < 0 else replace(noted, at_least=noted.at_least and over > 0)


#: Where two sources say something of one fact. A fact that is not here: the source that comes later in :data:`SOURCES`.
BETWEEN: Final[dict[str, Rule]] = {"status": _the_told, "education": _the_higher, "hebrew": _the_later}

#: Answers first, then the parts of the file. Rooms that keep more of a file add theirs when they are loaded.
SOURCES: Final[list[Source]] = [_told, _right_to_work, _schooling, _languages, _birth]


def known_of(person: Person, today: date | None = None, *, answers: bool = True) -> dict[str, Known]:
    """All that the file says, by fact. Four queries. ``answers`` False: without what was answered to questions."""
    day = today or timezone.localdate()
    found: dict[str, Known] = {}
    for source in SOURCES:
        if source is _told and not answers:
            continue
        for fact, known in source(person, day).items():
            rule = BETWEEN.get(fact, _the_noted)
            found[fact] = rule(found[fact], known) if fact in found else known
    return found
