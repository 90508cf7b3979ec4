"""What is found: figures of declared indicators, of the vintages asked for; places; data sets."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, F, IntegerField, QuerySet, When
from django.http import Http404

from kesher.api.insights.parameters import ObservationListing, PlaceListing
from kesher.areas.models import Area
from kesher.engine.indicators import registry
from kesher.insights.models import Dataset, Observation, Vintage
from kesher.insights.revisions import SUPPRESSED, hidden_since


def places(asked: PlaceListing) -> QuerySet[Area]:
    found = Area.objects.select_related("parent").defer("boundary", "parent__boundary", "facts", "parent__facts")
    if asked.level:
        found = found.of_level(asked.level)
    if asked.scheme is not None:
        found = found.filter(scheme=asked.scheme)
    if asked.code is not None:
        found = found.filter(code=asked.code)
    if asked.within:
        path = Area.objects.filter(pk=asked.within).values_list("path", flat=True).first()
        found = found.filter(path__startswith=path) if path is not None else found.none()
    return found.order_by("path")


def datasets(code: str | None = None) -> QuerySet[Dataset]:
    """Those of which there is a vintage."""
    found = Dataset.objects.filter(vintages__isnull=False).distinct()
    return (found.filter(code=code) if code is not None else found).order_by("code")


def vintages_of(found: Iterable[Dataset]) -> dict[UUID, list[Vintage]]:
    """Data set -> its vintages, the latest first. One query."""
    by_dataset: dict[UUID, list[Vintage]] = defaultdict(list)
    for one in Vintage.objects.filter(dataset__in=[each.pk for each in found]).in_time():
        by_dataset[one.dataset_id].append(one)
    return by_dataset


class Figures:
    """The figures asked for: their rows, and the code of the data set of each vintage. One query until rows are asked for.

    Raises :class:`Http404` where the vintage or the data set is not there.
    """

    def __init__(self, asked: ObservationListing) -> None:
        chosen = Vintage.objects.filter(pk=asked.vintage) if asked.vintage else Vintage.objects.current()
        self.datasets: dict[UUID, str] = dict(chosen.values_list("pk", "dataset__code"))
        if asked.vintage and not self.datasets:
            raise Http404("There is no vintage with this id.")
        if asked.dataset is not None:
            self.datasets = {pk: code for pk, code in self.datasets.items() if code == asked.dataset}
            if not self.datasets:
                raise Http404("There are no figures of such a data set.")
        self.rows = self._rows(asked)

    def _rows(self, asked: ObservationListing) -> QuerySet[Observation]:
        # nothing is told that is not declared
        declared = [one for one in registry() if not asked.indicator or one in asked.indicator]
        found = Observation.objects.filter(vintage__in=list(self.datasets)).of(*declared)
        if asked.place:
            found = found.filter(area__in=asked.place)
        if asked.part:
            found = found.filter(part__in=asked.part)
        if asked.since is not None:
            found = found.filter(start__gte=asked.since.start)
        if asked.until is not None:
            found = found.filter(start__lte=asked.until.end)
        if asked.vintage:  # it may be an old one: what its source has hidden since stays hidden
            hidden = When(hidden_since(), then=F("status").bitor(SUPPRESSED))
            return found.annotate(told=Case(hidden, default=F("status"), output_field=IntegerField()))
        return found.annotate(told=F("status"))
