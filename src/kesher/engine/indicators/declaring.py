"""The registry: one declaration per indicator, and nothing is shown that is not declared here.

A chart, a table, an answer of the API takes the name, the question, the formula, the unit and the caveat from here, so
they are the same everywhere. English is the source of all texts; a page shows them through the catalogues, whose keys
they are.

An indicator says what its computation was held against: a published value that a test reproduces to half a unit of its
last digit ("verified"), a value that we only computed again from the same data ("recomputed"), nothing but its laws
("laws"); or that nothing is computed, and the figure is its source's own ("published").
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

_CODE = re.compile(r"[a-z]+(-[a-z0-9]+)*")


class Family(StrEnum):
    PEOPLE = "people"
    SCHOOLING = "schooling"
    INCOME = "income"
    ACTIVITY = "activity"
    TIGHTNESS = "tightness"
    SHORTAGE = "shortage"
    STRUCTURE = "structure"
    EXPOSURE = "exposure"
    CENTRE_PERIPHERY = "centre-periphery"
    MIGRANTS = "migrants"
    JOB_QUALITY = "job-quality"
    SHOCK = "shock"
    SKILLS = "skills"
    OUR_LOOP = "our-loop"


class Direction(StrEnum):
    """Whether more is better for people who look for work. Of many figures neither is: a chart then uses no red and
    green.
    """

    MORE = "more-is-better"
    LESS = "less-is-better"
    NEITHER = "neither"


class Uncertainty(StrEnum):
    WILSON = "wilson"  # of a share
    NEWCOMBE = "newcombe"  # of a difference of shares
    FAY_HERRIOT = "fay-herriot"  # of a survey's figure for a small area
    RANGE = "range"  # lowest and highest of several methods
    SOURCE = "source"  # the source prints it (relative standard errors)
    COUNT = "count"  # a full count: no sampling error, small counts hidden
    NONE = "none"  # an index without one: the caveat says so


class Standing(StrEnum):
    """What the computation was held against."""

    VERIFIED = "verified"
    RECOMPUTED = "recomputed"
    LAWS = "laws"
    PUBLISHED = "published"  # nothing is computed: it is shown as its source printed it


@dataclass(frozen=True, slots=True)
class Check:
    """``against``: the publication; ``note``: what differs, when something does. ``golden``: its entry among the golden
    values.
    """

    standing: Standing
    against: str = ""
    note: str = ""
    golden: str = ""


@dataclass(frozen=True, slots=True)
class Indicator:
    """One declaration. ``minimum``: people (or firms) that must stand behind a figure before it is shown."""

    code: str
    family: Family
    name: str
    question: str
    formula: str
    unit: str
    direction: Direction
    source: str
    uncertainty: Uncertainty
    caveat: str
    check: Check
    minimum: int = 5

    def __post_init__(self) -> None:
        if not _CODE.fullmatch(self.code):
            raise ValueError(f"{self.code!r} is not small letters, digits and hyphens")
        if not self.question.endswith("?"):
            raise ValueError(f"{self.code}: the question {self.question!r} asks nothing")
        for name in ("caveat", "source"):
            if not getattr(self, name).endswith("."):
                raise ValueError(f"{self.code}: its {name} is not a whole sentence")
        for name in ("name", "formula", "unit"):
            if not getattr(self, name).strip():
                raise ValueError(f"{self.code} has no {name}")
        if self.minimum < 5:
            raise ValueError(f"{self.code}: fewer than five people behind a figure give somebody away")
        if (self.check.standing is Standing.LAWS) == bool(self.check.against):
            raise ValueError(f"{self.code}: what it was held against is said just where it was held against something")

    @property
    def texts(self) -> tuple[str, ...]:
        """What a page translates."""
        return tuple(
            text
            for text in (
                self.name,
                self.question,
                self.formula,
                self.unit,
                self.source,
                self.caveat,
                self.check.against,
                self.check.note,
            )
            if text
        )


class Registry(Mapping[str, Indicator]):
    """Code → indicator, in the order in which they were declared."""

    def __init__(self, indicators: Iterable[Indicator]) -> None:
        self._by_code: dict[str, Indicator] = {}
        for one in indicators:
            if one.code in self._by_code:
                raise ValueError(f"the indicator {one.code} is declared twice")
            self._by_code[one.code] = one

    def __getitem__(self, code: str) -> Indicator:
        return self._by_code[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_code)

    def __len__(self) -> int:
        return len(self._by_code)

    def of(self, family: Family) -> tuple[Indicator, ...]:
        return tuple(one for one in self.values() if one.family is family)

    def standing(self, standing: Standing) -> tuple[Indicator, ...]:
        return tuple(one for one in self.values() if one.check.standing is standing)


@cache
def registry() -> Registry:
    """All indicators of the portal."""
    from kesher.engine.indicators import (
        declared_labour,
        declared_occupations,
        declared_people,
        declared_places,
        declared_published,
    )

    declared = (declared_published, declared_labour, declared_places, declared_people, declared_occupations)
    return Registry(one for module in declared for one in module.INDICATORS)
