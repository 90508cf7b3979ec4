"""Of services that are counted by month: in which area each is, and what it is mostly about.

A service is counted in the locality or the authority where all its places are; where it is in several, online, or nobody has
said where, in the portal's own area. It is mostly about the subject under which most of its themes stand.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final
from uuid import UUID

from kesher.areas.models import Area
from kesher.base.models import Portal
from kesher.directory.models import ServiceAtLocation, ServiceTerm, Term
from kesher.directory.taxonomies import BUSINESS, OPEN_ELIGIBILITY

#: What has no theme, or more than one that are as many.
OTHER: Final = "other"
#: Of Open Eligibility what somebody needs, and not in what situation they are: of a service for refugees everybody would be
#: told to be one.
SUBJECTS: Final = {OPEN_ELIGIBILITY: "human_services", BUSINESS: "business"}
COUNTED_IN: Final = (Area.Level.LOCALITY, Area.Level.AUTHORITY)


def own_area() -> UUID | None:
    """The centre of what the portal is for; None where nobody has said it yet."""
    homes = dict(Area.objects.home().order_by("home__created_at").values_list("code", "pk"))
    centre = homes.get(Portal.current().home_area_code)
    return centre or next(iter(homes.values()), None)


def areas_of(services: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Of each service the area in which it is counted; none where nothing is known of it and the portal has no area."""
    there: dict[UUID, set[tuple[str, ...]]] = defaultdict(set)
    rows = ServiceAtLocation.objects.filter(service__in=services, location__area__isnull=False).order_by()
    for service, path in rows.values_list("service", "location__area__path"):
        there[service].add(tuple(path.rstrip("/").split("/")))
    common = {service: "/".join(_shared(paths)) + "/" for service, paths in there.items()}
    small = Area.objects.of_level(*COUNTED_IN).filter(path__in=set(common.values()))
    by_path = dict(small.values_list("path", "pk"))
    home = own_area()
    found = {service: by_path.get(common.get(service, ""), home) for service in services}
    return {service: area for service, area in found.items() if area is not None}


def _shared(paths: Iterable[tuple[str, ...]]) -> list[str]:
    """How far they go the same way."""
    shared = []
    for steps in zip(*paths, strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0])
    return shared


def subjects_of(services: Collection[UUID]) -> Mapping[UUID, str]:
    """Of each service the code of the subject it is mostly about, or :data:`OTHER`."""
    counted: dict[UUID, Counter[str]] = defaultdict(Counter)
    rows = ServiceTerm.objects.filter(service__in=services, term__taxonomy__slug__in=SUBJECTS).order_by()
    for service, taxonomy, code in rows.values_list("service", "term__taxonomy__slug", "term__code"):
        root, _stop, rest = code.partition(":")
        if rest and root == SUBJECTS[taxonomy]:
            counted[service][f"{root}:{rest.partition(':')[0]}"] += 1
    return {service: _most(counted[service]) for service in services}


def _most(counted: Counter[str]) -> str:
    first = counted.most_common(2)
    if not first or (len(first) > 1 and first[0][1] == first[1][1]):
        return OTHER
    return first[0][0]


def subject_names(codes: Collection[str]) -> dict[str, Mapping[str, str]]:
    """What subjects are called, by language."""
    terms = Term.objects.filter(code__in=codes, taxonomy__slug__in=SUBJECTS).order_by("path")
    return dict(terms.values_list("code", "name"))
