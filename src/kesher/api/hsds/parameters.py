"""What may be asked. Strict: a value that the description does not allow is refused, never guessed at."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header
from ninja import Schema
from pydantic import BeforeValidator, Field, WithJsonSchema

from kesher.base.translated import languages_tried

LARGEST = 200  # objects in a page of heads; asked for more, a page holds this many
LARGEST_FULL = 50  # objects in a page of full objects
LARGEST_MINIMAL = 100_000  # ids in a page of ``minimal``, which the standard wants in one
USUAL = 50

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?", re.ASCII)
_TAG = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"


def _uuid(value: Any) -> Any:
    if isinstance(value, str) and not _UUID.fullmatch(value):
        raise ValueError("must be a UUID such as 3f7b145d-84af-42d7-8fae-eaca714b02b2")
    return value


def _flag(value: Any) -> Any:
    if isinstance(value, str):
        if value not in ("true", "false"):
            raise ValueError("must be true or false")
        return value == "true"
    return value


def _number(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ValueError("must be a whole number")
    return value


def _decimal(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", value):
        raise ValueError("must be a number such as 31.25")
    return value


def _moment(value: Any) -> Any:
    """RFC 3339; a day alone is its first moment, a time without an offset is UTC."""
    if not isinstance(value, str):
        return value
    if not _MOMENT.fullmatch(value):
        raise ValueError("must be a date or a time such as 2026-03-15T10:30:00Z (a + in an address is written %2B)")
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such day or time") from None
    if found.tzinfo is None:
        return found.replace(tzinfo=UTC)
    try:
        return found.astimezone(UTC)  # as written, PostgreSQL refuses offsets of 16 hours and more
    except OverflowError:  # beyond the first or last day there is: nothing lies between it and the edge
        return found.replace(tzinfo=UTC)


Identifier = Annotated[UUID, BeforeValidator(_uuid)]
Whole = Annotated[int, BeforeValidator(_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Moment = Annotated[
    datetime,
    BeforeValidator(_moment),
    WithJsonSchema({"type": "string", "anyOf": [{"format": "date-time"}, {"format": "date"}]}),
]
Words = Annotated[str, Field(max_length=200, pattern=r"^[^\x00]*$")]


class Language(Schema):
    language: Annotated[str, Field(max_length=35, pattern=_TAG)] | None = Field(
        None,
        description="Language of the texts (BCP 47); without it, Accept-Language decides. A text that is not there in "
        "this language is given in another.",
    )

    def of(self, request: HttpRequest) -> str:
        """The language to answer in."""
        if self.language:
            first, _, rest = self.language.partition("-")
            return f"{first.lower()}-{rest}" if rest else first.lower()
        known = dict(settings.LANGUAGES)
        for tag, quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
            primary = tag.split("-")[0]
            if primary in known and quality > 0:
                return primary
        return settings.LANGUAGE_CODE


class Listing(Language):
    """What every list takes."""

    page: Whole = Field(1, ge=1, le=1_000_000, description="Page, counted from 1.")
    per_page: Whole = Field(
        USUAL,
        ge=1,
        le=1_000_000,
        description=f"Objects in a page; at most {LARGEST} ({LARGEST_FULL} in full) are given, however many are asked for.",
    )
    format: Literal["json", "ndjson"] = Field(
        "json", description="json: a page. ndjson: everything found, one object to a line, without pages."
    )
    search: Words | None = Field(None, description="Words to find, in any language.")

    @property
    def largest(self) -> int:
        return LARGEST


class Filtered(Listing):
    """What lists of services and of services at locations take; all filters given must hold."""

    taxonomy_term_id: list[Identifier] = Field(
        [], max_length=10, description="With this term; given more than once, with every one of them."
    )
    taxonomy_id: Identifier | None = Field(None, description="With any term of this taxonomy.")
    organization_id: Identifier | None = Field(None, description="Of this organisation.")
    modified_after: Moment | None = Field(None, description="Changed at this moment or later.")
    full: Flag = Field(False, description="Everything nested, not only the heads.")

    @property
    def largest(self) -> int:
        return LARGEST_FULL if self.full else LARGEST


class SiteListing(Filtered):
    """Places besides: in a postcode's area of service, or within some metres of a point."""

    postcode: Annotated[str, Field(max_length=20, pattern=r"^[0-9A-Za-z][0-9A-Za-z -]*$")] | None = Field(
        None,
        description="Alone: services that serve this postcode, or name no area that they serve. With `proximity`: the "
        "centre of the distance. Where a postcode lies is known from the locations in this directory that bear it; of a "
        "postcode that none bears, only services without a service area are found, and with `proximity` nothing.",
    )
    proximity: Annotated[float, BeforeValidator(_decimal)] | None = Field(
        None,
        ge=0,
        le=20_100_000,
        description="At most so many metres, as the crow flies, from the centre of `postcode`, or from `latitude` and "
        "`longitude`: one of them must be given.",
    )
    latitude: Annotated[float, BeforeValidator(_decimal)] | None = Field(
        None, ge=-90, le=90, description="Of the point, in degrees (WGS 84); with `longitude` and `proximity`."
    )
    longitude: Annotated[float, BeforeValidator(_decimal)] | None = Field(
        None, ge=-180, le=180, description="Of the point, in degrees (WGS 84); with `latitude` and `proximity`."
    )

    def nonsense(self) -> str:
        """What makes no sense together, in a sentence; empty when all is well."""
        if (self.latitude is None) != (self.longitude is None):
            return "latitude and longitude are given together or not at all."
        if self.latitude is not None and self.postcode is not None:
            return "Give a postcode, or latitude and longitude, not both."
        if self.latitude is not None and self.proximity is None:
            return "latitude and longitude need proximity, in metres."
        if self.proximity is not None and self.latitude is None and self.postcode is None:
            return "proximity needs a point: postcode, or latitude and longitude."
        return ""


class ServiceListing(Filtered):
    minimal: Flag = Field(False, description="Only id and last_modified, all in one page.")

    @property
    def largest(self) -> int:
        return LARGEST_MINIMAL if self.minimal else super().largest


class OrganisationListing(Listing):
    taxonomy_term_id: list[Identifier] = Field(
        [], max_length=10, description="With a service that has this term; given more than once, with all of them."
    )
    taxonomy_id: Identifier | None = Field(None, description="With a service that has any term of this taxonomy.")
    full: Flag = Field(False, description="Everything nested: programmes, locations and the heads of the services.")
    full_service: Flag = Field(False, description="Everything nested, the services in full.")

    @property
    def largest(self) -> int:
        return LARGEST_FULL if self.full or self.full_service else LARGEST


class OneOrganisation(Language):
    full_service: Flag = Field(False, description="The services in full.")


class TermListing(Listing):
    taxonomy_id: Identifier | None = Field(None, description="Of this taxonomy.")
    parent_id: Identifier | None = Field(None, description="Directly below this term.")
    top_only: Flag = Field(False, description="Only terms that stand below no other.")


def fallbacks(language: str) -> tuple[str, ...]:
    """The languages to take a text from that is not there in ``language``."""
    return languages_tried(language)[1:]
