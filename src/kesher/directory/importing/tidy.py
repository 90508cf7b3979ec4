"""Values that read well and cannot be true: an upper age below the lower, more places free than there are.

The value is left out and said; the record comes in. The same rules are constraints of the database.
"""

from collections.abc import Callable
from decimal import Decimal

from kesher.directory.importing import say as remarks
from kesher.formats.records import CapacityRecord, CostRecord, OrganisationRecord, ServiceRecord
from kesher.formats.remarks import Said

#: Notes something about a field.
Say = Callable[[str, Said], None]

LARGEST_INTEGER = 2_147_483_647
LARGEST_AMOUNT = Decimal(10) ** 10
LARGEST_YEAR = 2100


def tidy_service(record: ServiceRecord, say: Say) -> ServiceRecord:
    """The record, without what cannot be true."""
    changes: dict[str, object] = {}
    low, high = record.minimum_age, record.maximum_age
    if low is not None and high is not None and high < low:
        say("maximum_age", remarks.AGES_CROSSED(lowest=low, highest=high))
        changes |= {"minimum_age": None, "maximum_age": None}
    if any(not _is_price(cost) for cost in record.costs):
        say("cost_options", remarks.NOT_A_PRICE())
        changes["costs"] = tuple(c if _is_price(c) else c.model_copy(update={"amount": None}) for c in record.costs)
    capacities = tuple(filter(None, (_tidy_capacity(capacity, say) for capacity in record.capacities)))
    if capacities != record.capacities:
        changes["capacities"] = capacities
    return record.model_copy(update=changes) if changes else record


def tidy_organisation(record: OrganisationRecord, say: Say) -> OrganisationRecord:
    """The record, without an impossible year."""
    year = record.year_incorporated
    if year is None or 0 < year <= LARGEST_YEAR:
        return record
    say("year_incorporated", remarks.NOT_A_YEAR(year=year))
    return record.model_copy(update={"year_incorporated": None})


def _is_price(cost: CostRecord) -> bool:
    return cost.amount is None or (cost.amount.is_finite() and 0 <= cost.amount < LARGEST_AMOUNT)


def _tidy_capacity(capacity: CapacityRecord, say: Say) -> CapacityRecord | None:
    if not 0 <= capacity.available <= LARGEST_INTEGER:
        say("capacities", remarks.NOT_A_COUNT_OF_PLACES(count=capacity.available))
        return None
    if capacity.maximum is not None and not capacity.available <= capacity.maximum <= LARGEST_INTEGER:
        crossed = remarks.PLACES_CROSSED(free=capacity.available, all=capacity.maximum, unit=capacity.unit)
        say("capacities", crossed)
        return capacity.model_copy(update={"maximum": None})
    return capacity
