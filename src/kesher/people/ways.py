"""The way from what a person has done to the work they want, as far as both stand in the file as occupations.

    from_here(person).found         None where it cannot be told; then ``lacks_goal`` or ``lacks_work`` says what is missing

Only what the person themselves has said to be right is reckoned with. It proposes, and is kept nowhere.
"""

from dataclasses import dataclass

from kesher.people.aspirations import heading_for
from kesher.people.models import Person
from kesher.words.ways import Ways, ways


@dataclass(frozen=True, slots=True)
class FromHere:
    """``found``, or what must be said first for it."""

    found: Ways | None = None
    lacks_goal: bool = False
    lacks_work: bool = False


def from_here(person: Person) -> FromHere:
    """Three queries."""
    goal = heading_for(person)
    if not goal:
        return FromHere(lacks_goal=True)
    had = list(person.experiences.confirmed().exclude(isco08="").order_by("-id").values_list("isco08", flat=True))
    if not had:
        return FromHere(lacks_work=True)
    skills = person.skills.confirmed().order_by("id").values_list("uri", flat=True)
    return FromHere(found=ways(had, goal, skills=skills))
