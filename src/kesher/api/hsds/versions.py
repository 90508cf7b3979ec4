"""The two versions of HSDS we speak, and what differs.

3.1.1 is what :mod:`kesher.formats.hsds.write` writes, with Kesher's profile: the texts in all languages, who may refer,
hours and weeks. 3.0 is plain, with nothing of ours, for readers who know only that. Schemas and API compared, 3.0 lacks:

* ``service``: ``additional_urls`` and ``capacities`` (and with them the objects ``url``, ``service_capacity``, ``unit``);
* ``organization``: ``additional_websites``;
* ``service_at_location``: ``service_areas``;
* ``service_area.service_at_location_id`` and ``attribute.label``, which we never write;
* the filters ``taxonomy_term_id`` and ``taxonomy_id`` of ``/organizations``: they are read all the same, harmlessly;
* ``empty`` being required in a page: we always say it.

Nothing that 3.0 has is gone in 3.1.1, and no type or format changed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from kesher.formats.hsds.write import Json


class Version(StrEnum):
    """A version of HSDS; the value is its place under ``/api/hsds/``."""

    HSDS_3_1_1 = "3.1.1"
    HSDS_3_0 = "3.0"

    @property
    def has_profile(self) -> bool:
        return self is Version.HSDS_3_1_1

    @property
    def namespace(self) -> str:
        """Of its routes: ``reverse("hsds-3.1.1:services")``."""
        return f"hsds-{self.value}"

    @property
    def schemas(self) -> str:
        """Where Open Referral publishes the schemas of this version (those of 3.1.1 in the folder of 3.1)."""
        published = {"3.1.1": "3.1", "3.0": "3.0"}[self.value]
        return f"https://raw.githubusercontent.com/openreferral/specification/{published}/schema/"


#: What 3.0 does not know. The names are used for nothing else in any HSDS object, so that one walk removes them all.
_NOT_IN_3_0 = frozenset({"additional_urls", "additional_websites", "capacities"})


def as_version(found: Json, version: Version) -> Json:
    """An object written as 3.1.1, as ``version`` has it."""
    return found if version is Version.HSDS_3_1_1 else _without_news(found)


def _without_news(found: Mapping[str, Any]) -> Json:
    at_location = "service_id" in found and "location_id" in found
    return {
        name: [_without_news(item) if isinstance(item, dict) else item for item in value]
        if isinstance(value, list)
        else _without_news(value)
        if isinstance(value, dict)
        else value
        for name, value in found.items()
        if name not in _NOT_IN_3_0 and not (at_location and name == "service_areas")
    }
