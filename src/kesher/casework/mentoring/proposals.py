"""Which mentors may suit a person, and why: points for goal, trade, language and time, each told; a human decides.

Who works in what the person wants to do comes first, then who works in what they have done: any nearness to the goal weighs
more than all that can be said without it.

The rules are the table :data:`POINTS`. A mentor who shares no language with the person, has no place left, or whose check
has run out, is not proposed at all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.casework.models import Match, Mentor
from kesher.people.aspirations import heading_for
from kesher.people.models import Person
from kesher.people.purposes import may_be_matched

#: Code of a reason -> points and words. ISCO-08: 4 digits name a unit group, 3 a minor group, 2 a sub-major group.
POINTS: Final[dict[str, tuple[int, str | Promise]]] = {
    "goal_same": (25, _("works in what they want to do")),
    "goal_near": (20, _("works in a trade close to what they want to do")),
    "goal_kin": (15, _("the line of work they want to go into")),
    "trade_same": (8, _("the same trade")),
    "trade_near": (5, _("a trade close to it")),
    "trade_kin": (2, _("the same line of work")),
    "language_first": (4, _("speaks the person’s own language")),
    "language": (2, _("they share a language")),
    "times": (1, _("both have time then")),
    "free": (1, _("goes along with nobody yet")),
}
#: At most so many are proposed: a choice, not a catalogue.
MOST: Final = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person brings: the ISCO-08 unit group of their goal ("" where none is said), those they come from or somebody
    just looked for, languages (their own first), times."""

    isco08: frozenset[str] = frozenset()
    language: str = ""
    languages: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """What a mentor brings; ``mentees``: how many they go along with now."""

    key: UUID
    isco08: str
    languages: frozenset[str]
    times: frozenset[str]
    mentees: int


@dataclass(frozen=True, slots=True)
class Fit:
    """One mentor who may suit: codes of reasons (keys of :data:`POINTS`) in the order of the table, and their points."""

    key: UUID
    because: tuple[str, ...]
    points: int


def fits(wanted: Wanted, offered: Iterable[Offered]) -> list[Fit]:
    """Those who share a language with the person, the best first; of equals whoever goes along with fewer, then the older."""
    found = []
    for one in offered:
        if not one.languages & (wanted.languages | {wanted.language}):
            continue
        because = tuple(_because(wanted, one))
        found.append((Fit(one.key, because, sum(POINTS[code][0] for code in because)), one.mentees))
    found.sort(key=lambda pair: (-pair[0].points, pair[1], pair[0].key))
    return [fit for fit, _mentees in found[:MOST]]


def _because(wanted: Wanted, one: Offered) -> Iterable[str]:
    for of, those in (("goal", {wanted.goal} - {""}), ("trade", wanted.isco08)):
        for digits, near in ((4, "same"), (3, "near"), (2, "kin")):
            if one.isco08 and one.isco08[:digits] in {wish[:digits] for wish in those}:
                yield f"{of}_{near}"
                break
    yield "language_first" if wanted.language in one.languages else "language"
    if wanted.times & one.times:
        yield "times"
    if one.mentees == 0:
        yield "free"


def wanted_by(person: Person, *, isco08: str = "") -> Wanted:
    """What stands in the file; ``isco08``: what somebody looks for just now, alone. Five queries.

    The goal counts where the person has said themselves which occupation it is (:func:`kesher.people.aspirations.mean`).
    """
    wish = getattr(person, "wish", None)
    worked = person.experiences.exclude(isco08="").values_list("isco08", flat=True)
    return Wanted(
        isco08=frozenset({isco08} if isco08 else worked),
        language=person.language,
        languages=frozenset(person.languages.values_list("language", flat=True)),
        times=frozenset(wish.shifts if wish is not None else ()),
        goal="" if isco08 else heading_for(person),
    )


def proposals_for(person: Person, *, user: User, isco08: str = "") -> list[tuple[Mentor, Fit]]:
    """Mentors of the user’s organisations who may suit, with reasons; none for who did not agree to be compared."""
    if not may_be_matched(person):
        return []
    taken = Count("matches", filter=Q(matches__state__in=Match.TAKES_A_PLACE))
    known = Match.objects.open().filter(person=person, mentor__isnull=False).values("mentor")
    ready = Mentor.objects.of_organisations(user).ready().exclude(pk__in=known).exclude(user=user)
    if person.user_id is not None:
        ready = ready.exclude(user=person.user_id)
    counted: Iterable[Any] = ready.annotate(mentees=taken).order_by("id")  # Any: each carries "mentees"
    mentors = {one.pk: one for one in counted if one.check_holds and one.mentees < one.mentees_at_most}
    offered = [
        Offered(one.pk, one.isco08, frozenset(one.languages), frozenset(one.times), one.mentees)
        for one in mentors.values()
    ]
    return [(mentors[fit.key], fit) for fit in fits(wanted_by(person, isco08=isco08), offered)]
