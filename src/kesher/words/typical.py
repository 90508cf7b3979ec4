"""What people of an occupation usually can, from the starter taxonomy: no Django, one small table held once it is asked for."""

from collections.abc import Mapping
from functools import lru_cache

from kesher.formats import isco

Names = Mapping[str, str]  # language -> name


def skills_of(isco08: str) -> tuple[Names, ...]:
    """Names of the skills of a unit group, the heart of the work first; none for a code that is no unit group."""
    return _typical().get(isco08, ())


@lru_cache(maxsize=1)
def _typical() -> Mapping[str, tuple[Names, ...]]:
    lists = isco.read()
    names = {skill.id: skill.label for skill in lists.skills}
    found: dict[str, list[Names]] = {}
    for code, skill, _weight in sorted(lists.unit_skills, key=lambda row: (row[0], row[2])):
        found.setdefault(code, []).append(names[skill])
    return {code: tuple(skills) for code, skills in found.items()}
