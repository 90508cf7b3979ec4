"""What may be asked of figures. Strict, as of the directory: what the description does not allow is refused."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from kesher.api.hsds.parameters import USUAL, Flag, Identifier, Language, Whole
from kesher.areas.models import Area
from kesher.engine.indicators import Family
from kesher.formats.statistics import parse_period
from kesher.formats.statistics.periods import Period
from kesher.formats.values import Unclean

LARGEST = 200  # objects in a page
LARGEST_FIGURES = 1000  # figures and revisions in a page
DEEPEST = 100_000  # figures that can be reached by pages
AT_ONCE = 50  # values that one filter takes

_PERIOD = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?|-?Q[1-4]|-?T[1-3]|-?[HS][12]|-?W[0-9]{2}|-?M[0-9]{2})?$"


def _period(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        if re.fullmatch(_PERIOD, value):
            return parse_period(value)
    except Unclean:
        pass
    raise ValueError("must be a period such as 2024, 2024-Q1, 2024-05 or 2024-05-17")


Asked = Annotated[Period, BeforeValidator(_period), WithJsonSchema({"type": "string", "pattern": _PERIOD})]
Code = Annotated[str, Field(max_length=60, pattern=r"^[a-z]+(-[a-z0-9]+)*$")]
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]
Part = Annotated[str, Field(max_length=60, pattern=r"^[^\x00]*$")]
Level = Literal["locality", "authority", "sub-district", "district", "country"]
assert set(Level.__args__) == set(Area.Level)  # type: ignore[attr-defined]


class Paged(Language):
    """What every list takes."""

    page: Whole = Field(1, ge=1, le=1_000_000, description="Page, counted from 1.")
    per_page: Whole = Field(
        USUAL,
        ge=1,
        le=1_000_000,
        description=f"Objects in a page; at most {LARGEST} ({LARGEST_FIGURES} figures or revisions) are given, however many "
        "are asked for.",
    )

    @property
    def size(self) -> int:
        return min(self.per_page, LARGEST)


class IndicatorListing(Paged):
    family: Family | None = Field(None, description="Of this family.")
    shown: Flag = Field(False, description="Only those of which there are figures here.")


class PlaceListing(Paged):
    level: Level | None = Field(None, description="Of this level.")
    scheme: Text | None = Field(None, description="In this list of codes, such as il-cbs-locality.")
    code: Text | None = Field(None, description="With this code.")
    within: Identifier | None = Field(None, description="This place and all that lies in it.")


class DatasetListing(Paged):
    code: Text | None = Field(None, description="With this code.")


class ObservationListing(Paged):
    """Figures; all filters given must hold."""

    indicator: list[Code] = Field([], max_length=AT_ONCE, description="Of this indicator, or of any of several.")
    place: list[Identifier] = Field([], max_length=AT_ONCE, description="Of this place, or of any of several.")
    part: list[Part] = Field(
        [], max_length=AT_ONCE, description="Of this part, such as an industry, or any of several; empty: of the whole."
    )
    # "from" is a word of the language
    since: Asked | None = Field(None, alias="from", description="In periods that begin in this one or later.")
    until: Asked | None = Field(None, description="In periods that begin before this one ends.")
    dataset: Text | None = Field(None, description="Of the data set with this code.")
    vintage: Identifier | None = Field(
        None, description="As this vintage had them. Without it, those of the latest vintage of each data set."
    )
    format: Literal["json", "ndjson", "csv"] = Field(
        "json", description="json: a page. ndjson, csv: everything found, one figure to a line, without pages."
    )

    @property
    def size(self) -> int:
        return min(self.per_page, LARGEST_FIGURES)

    def nonsense(self) -> str:
        """What makes no sense, in a sentence; empty when all is well."""
        if self.since is not None and self.until is not None and self.until.end < self.since.start:
            return "until lies before from."
        if self.format == "json" and self.page * self.size > DEEPEST:
            return (
                f"Pages reach the first {DEEPEST:,} figures: ask for format=csv or format=ndjson, or for fewer figures."
            )
        return ""


class RevisionListing(Paged):
    vintage: Identifier | None = Field(None, description="What this vintage says otherwise than the one before it.")
    dataset: Text | None = Field(None, description="The latest vintage of the data set with this code.")

    @property
    def size(self) -> int:
        return min(self.per_page, LARGEST_FIGURES)

    def nonsense(self) -> str:
        if (self.vintage is None) == (self.dataset is None):
            return "Name a vintage or a dataset: one of the two."
        if self.page * self.size > DEEPEST:
            return f"Pages reach the first {DEEPEST:,} revisions."
        return ""
