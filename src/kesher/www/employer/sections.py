"""What else stands on a business's home. A room adds its section; while it is not built, nothing points to it.

    @section
    def vacancies(user: User, host: Organisation) -> Section | None:
        return Section("vacancies", _("Our vacancies"), "employer/vacancies.html", {"rows": …}, waiting=2)

Vacancies and introductions come that way (issue 8): they stand above ``casework`` and need no line here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.functional import Promise

from kesher.accounts.models import Organisation, User


@dataclass(frozen=True, slots=True)
class Section:
    """``template`` is drawn with ``context``; ``waiting``: how many things of it wait for the business's answer."""

    key: str
    heading: str | Promise
    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    waiting: int = 0


Source = Callable[[User, Organisation], Section | None]
SOURCES: Final[list[Source]] = []


def section(source: Source) -> Source:
    """Decorator: ask this, too, in the order of registration; None = nothing of it stands there for this business."""
    if source not in SOURCES:
        SOURCES.append(source)
    return source


def sections_of(user: User, host: Organisation) -> list[Section]:
    return [found for source in SOURCES if (found := source(user, host)) is not None]
