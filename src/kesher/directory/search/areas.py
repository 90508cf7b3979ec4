"""Search finds a service under all that lies above its areas: an area that has moved takes its services along."""

from django.db.models import Q

from kesher.base.tasks import enqueue, task
from kesher.directory.models import Service
from kesher.directory.search.indexing import index


def index_what_stands_in_areas() -> int:
    """Write the search documents of every service that stands in an area or serves one; returns how many."""
    somewhere = Q(at_locations__location__area__isnull=False) | Q(service_areas__area__isnull=False)
    somewhere |= Q(at_locations__service_areas__area__isnull=False)
    return index(Service.objects.filter(somewhere).values_list("id", flat=True).distinct())


@task()
def areas_changed() -> None:
    """In the background, after areas were changed in the browser."""
    index_what_stands_in_areas()


def index_areas_later() -> None:
    """After commit, as a task."""
    enqueue(areas_changed)
