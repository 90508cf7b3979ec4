"""What one may ask of the search, and what it answers. Frozen values; nothing here touches the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Union
from uuid import UUID

from kesher.accounts.roles import Role
from kesher.directory.search.opening import Opening

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

LONGEST_TEXT = 500
LARGEST_PAGE = 100


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose eyes: the public's, those of members of some organisations, or of those who see everything."""

    everything: bool = False
    organisation_ids: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, visitor: Union["Visitor", None]) -> "Scope":
        """The same services as ``Service.objects.visible_to(visitor)``."""
        if visitor is None or not visitor.is_authenticated:
            return cls()
        if visitor.has_role(Role.PLATFORM_ADMIN, Role.MODERATOR, Role.OFFICER, Role.AUDITOR):
            return cls(everything=True)
        return cls(organisation_ids=visitor.organisation_ids)


PUBLIC = Scope()


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """One request. Filters of one kind with several values mean any of them; filters of different kinds, all of them."""

    text: str = ""  # any text; what stands after LONGEST_TEXT characters is not read
    language: str = "en"  # of the reader: the order of names follows it
    themes: tuple[str, ...] = ()  # codes of taxonomy terms; what stands below them counts
    area: UUID | None = None  # offered there or below, or for people of there
    near: tuple[float, float] | None = None  # latitude, longitude in degrees (WGS 84)
    within_km: float | None = None  # only with ``near``: a place at most this far as the crow flies
    remote: bool | None = None
    languages: tuple[str, ...] = ()  # "he", "ar"
    free_only: bool = False
    referral: str | None = None  # who may refer: "self", "professional"
    open_at: datetime | None = None  # open at this moment; services whose hours nobody gave are left out
    organisation: UUID | None = None
    now: datetime | None = None  # for ``Facts.open``; None = the current time
    scope: Scope = PUBLIC
    today: date | None = None  # for what is to be checked again; None = the site's today
    page: int = 1
    page_size: int = 20


@dataclass(frozen=True, slots=True)
class Match:
    """One reason why a service was found: the word as typed, where it stands, and for a theme which one."""

    word: str
    where: str  # "name", "organisation", "text", "theme"
    term_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What the search document says of a service, for a list that shows it."""

    free: bool
    remote: bool
    stale: bool  # should have been checked again by now
    open: bool | None  # at ``SearchQuery.now``; None where the hours are not known
    languages: tuple[str, ...]
    points: tuple[tuple[float, float], ...]  # latitude, longitude of its places
    until: time | None = None  # where it is open: when it closes; None where that is a day off, or never
    opens: Opening | None = None  # where it is closed: when it opens next


@dataclass(frozen=True, slots=True)
class Hit:
    """A service on the page. ``score`` is between 0 and 1 (None without words); ``kilometres`` None where not known."""

    service_id: UUID
    facts: Facts
    because: tuple[Match, ...] = ()
    kilometres: float | None = None
    score: float | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked. ``read_as``: the words looked for instead when it is met nowhere ("did you mean")."""

    word: str
    known: bool
    read_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facets:
    """How many services each further choice would show. Each kind is counted with all filters but those of its kind."""

    themes: Mapping[UUID, int] = field(default_factory=dict)  # by term
    areas: Mapping[UUID, int] = field(default_factory=dict)
    languages: Mapping[str, int] = field(default_factory=dict)
    referral: Mapping[str, int] = field(default_factory=dict)
    free: int = 0
    remote: int = 0
    on_site: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """The answer: the services of the page in a stable order, how many there are in all, and what one could choose."""

    hits: tuple[Hit, ...]
    total: int
    facets: Facets
    words: tuple[Word, ...] = ()

    @property
    def service_ids(self) -> tuple[UUID, ...]:
        return tuple(hit.service_id for hit in self.hits)
