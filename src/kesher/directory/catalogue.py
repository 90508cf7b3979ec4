"""The services everybody may see with their rules, as the engine's catalogue, held by this process and kept true.

    known = catalogue()          as it is now, or was a moment ago (see below)
    warm()                       read it before anybody asks

**Only what has changed is read.** Triggers leave the key of every service whose rules, ages, areas, words, themes, languages,
places, dates or free places a statement changed in ``directory_servicechange``, with the number of the transaction; every
use asks for those it has not seen, as the search's columns do, so what commits late is not missed. What services share (a
location, a rule, an organisation) leaves its own key, and whose it is is asked then: in the trigger a service that joins it
at the same moment is not to be seen. A new day changes the services whose rules or courses begin or end. A transaction that
has itself changed something reads a catalogue of its own, which is thrown away.

**Nobody waits for much.** Up to ``AT_ONCE`` changed services are taken in by whoever asks next. More of them (an import), or
everything (the themes were put in another order), are taken in beside: meanwhile visitors are answered from what was true
at most ``STALE_SECONDS`` ago, and whoever would get something older waits. No card is shown for that of a service nobody
may see any more: every page fetches them by key through ``visible_to``. Counts and reasons may be a minute old.
"""

import hashlib
import json
import logging
import threading
import time
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min, Q
from django.utils import timezone

from kesher.base.moment import kept_for_the_moment
from kesher.directory.exporting import public_services
from kesher.directory.facts import CHILD_OF_THAT_AGE
from kesher.directory.models import (
    Capacity,
    EligibilityRule,
    RuleVersion,
    Schedule,
    ServiceArea,
    ServiceAtLocation,
    ServiceChange,
    ServiceLanguage,
    ServiceRule,
    ServiceTerm,
    Term,
)
from kesher.directory.models import Service as StoredService
from kesher.directory.models.rules import all_of
from kesher.directory.search.columns import (
    MOST_HELD,
    NOTHING,
    OLDEST_SECONDS,
    Log,
    changed_here,
    changes,
    database_name,
)
from kesher.directory.served import MOST_AREAS, asks_for, widest
from kesher.directory.taxonomies import BUSINESS
from kesher.engine.eligibility.values import Json
from kesher.engine.orientation import Catalogue, Service

logger = logging.getLogger(__name__)

SERVICES = Log(ServiceChange._meta.db_table, "key", "directory_service")
AT_ONCE = 1_000
STALE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Held:
    """A catalogue: all that is visible in the snapshot ``seen`` is in it. ``table``, ``read_at``: as ``changes`` says them;
    ``day``: whose rules are in force."""

    catalogue: Catalogue
    seen: str
    table: str
    read_at: float
    day: date


class _Keeper:
    """The catalogue of one database. Asked by one thread at a time; built by that one or by a thread of its own."""

    def __init__(self) -> None:
        self.asking = threading.Lock()
        self.held: _Held | None = None
        self.true_at = float("-inf")  # of this machine's clock: when what is held was last all there was
        self.builder: threading.Thread | None = None

    def newest(self) -> Catalogue:
        with self.asking:
            while True:
                held = self.held
                at = time.monotonic()
                moment, keys = self._changed(held)
                if held is not None and keys is not None and not keys:
                    self.held = _Held(held.catalogue, *moment)
                    self.true_at = at
                    return held.catalogue
                building = self.builder is not None and self.builder.is_alive()
                if held is not None and (building or keys is None or len(keys) > AT_ONCE):
                    if at - self.true_at <= STALE_SECONDS:
                        if not building:
                            self.builder = threading.Thread(target=self._build_beside, name="catalogue", daemon=True)
                            self.builder.start()
                        return held.catalogue
                    if self.builder is not None and building:
                        self.builder.join(STALE_SECONDS)
                        if not self.builder.is_alive():
                            continue  # else it is stuck, and this one reads for itself
                self.held = _built(held, moment, keys)
                self.true_at = at
                return self.held.catalogue

    def _build_beside(self) -> None:
        try:
            held = self.held
            self.held = _built(held, *self._changed(held))
        except Exception:
            # Whoever asks next begins anew, and waits for it once what is held is too old.
            logger.exception("the catalogue could not be built beside")
        finally:
            connection.close()

    def _changed(self, held: _Held | None) -> tuple[tuple[str, str, float, date], Collection[UUID] | None]:
        """How far is read now, and the services that changed since; None: everything, or nobody knows."""
        seen, table, now, keys = changes(SERVICES, held.seen if held else NOTHING)
        moment = (seen, table, now, timezone.localdate())
        if held is None or None in keys or table != held.table or not 0 <= now - held.read_at <= OLDEST_SECONDS:
            return moment, None
        changed = {key for key in keys if key}
        return moment, changed | _sharing(changed) | _turned(held.day, moment[-1])


def _built(held: _Held | None, moment: tuple[str, str, float, date], keys: Collection[UUID] | None) -> _Held:
    *_, today = moment
    if held is None or keys is None:
        return _Held(Catalogue(services(today)), *moment)
    now = services(today, keys)
    return _Held(held.catalogue.changed(now, map(str, keys)), *moment)


_keepers: dict[str, _Keeper] = {}
_choosing = threading.Lock()


@kept_for_the_moment
def catalogue() -> Catalogue:
    """The services everybody may see, with the rules in force today."""
    if changed_here(SERVICES):
        return Catalogue(services(timezone.localdate()))
    name = database_name()
    with _choosing:
        keeper = _keepers.pop(name, None) or _Keeper()
        _keepers[name] = keeper
        while len(_keepers) > MOST_HELD:
            del _keepers[next(iter(_keepers))]
    return keeper.newest()


def warm() -> None:
    """Read the services before anybody asks."""
    try:
        catalogue().number_of  # noqa: B018 - a cached property: asking for it makes it
    finally:
        connection.close()


def _sharing(keys: Collection[UUID]) -> set[UUID]:
    """The services at these locations, behind these rules, of these organisations; other keys have none."""
    if not keys:
        return set()
    return {
        *ServiceAtLocation.objects.filter(location__in=keys).order_by().values_list("service", flat=True),
        *ServiceRule.objects.filter(rule__in=keys).order_by().values_list("service", flat=True),
        *StoredService.objects.filter(organisation__in=keys).order_by().values_list("pk", flat=True),
    }


def _turned(before: date, today: date) -> set[UUID]:
    """The services that are not what they were because the day has changed: a rule or a course begins, or a rule has ended."""
    if before == today:
        return set()
    first, last = sorted((before, today))
    turning = Q(versions__valid_from__gt=first, versions__valid_from__lte=last)
    turning |= Q(versions__valid_until__gte=first, versions__valid_until__lt=last)
    rules = EligibilityRule.objects.filter(turning).values("pk")
    begun = Schedule.objects.filter(valid_from__gt=first, valid_from__lte=last, service__isnull=False)
    return {
        *ServiceRule.objects.filter(rule__in=rules).order_by().values_list("service", flat=True),
        *begun.order_by().values_list("service", flat=True),
    }


# --- reading ---------------------------------------------------------------------------------------------------------

Keys = Collection[UUID] | None


def services(today: date, keys: Keys = None) -> list[Service]:
    """All that everybody may see, or those of these keys that they may; in the order of the keys."""
    rules, needs, languages, places = _rules(today, keys), _needs(keys), _languages(keys), _places(keys)
    free, starts, served = _free(keys), _starts(today, keys), _served(keys)
    whole: dict[Any, Json] = {}  # services behind the same rules, for the same ages, share one condition
    same: dict[frozenset[str], frozenset[str]] = {}

    def condition(mine: Sequence[UUID], youngest: int | None, oldest: int | None, areas: tuple[str, ...]) -> Json:
        key = (*mine, youngest, oldest, areas)
        if key not in whole:
            living = [asks_for(areas)] if areas else []
            whole[key] = all_of([*(rules.conditions[one] for one in mine), *_ages(youngest, oldest), *living])
        return whole[key]

    def shared(codes: Collection[str]) -> frozenset[str]:
        found = frozenset(codes)
        return same.setdefault(found, found)

    seen = public_services() if keys is None else public_services().filter(pk__in=keys)
    return [
        Service(
            key=str(key),
            rule=condition(rules.of.get(key, ()), youngest, oldest, areas := served.known.get(key, ())),
            needs=shared(needs.get(key, ())),
            places=tuple(places.get(key, ())),
            remote=bool(remote),
            languages=shared(languages.get(key, ())),
            next_start=starts.get(key),
            free_places=free.get(key),
            checked=checked,
            kind=_kind(description),
            # Words for whom it is that no rule says, or nothing at all, are no yes; ages alone are all that was asked for.
            # Nor is a rule that has ended: whether everybody may come since, or nobody, no one has written.
            unsaid=key in served.unknown
            or (not to_all and key in rules.ended)
            or (not to_all and not rules.of.get(key) and (bool(whom) or (youngest or oldest) is None)),
            areas=areas,
        )
        for key, youngest, oldest, remote, checked, description, whom, to_all in seen.order_by("pk").values_list(
            "pk",
            "minimum_age",
            "maximum_age",
            "remote",
            "assured_date",
            "description",
            "eligibility_description",
            "open_to_all",
        )
    ]


def _kind(description: Mapping[str, str]) -> str:
    """What is described word for word alike is one thing at several places. A mark of the text, which is not held itself."""
    words = json.dumps(description, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest() if any(description.values()) else ""


def _of(rows: Any, keys: Keys) -> Any:
    """Those that belong to these services; all for None."""
    return rows if keys is None else rows.filter(service__in=keys)


#: Children's ages as facts: the fact, and the ages it speaks of.
CHILDREN = (("child_under_3", 0, 2), ("child_3_to_6", 3, 6), ("child_7_to_17", 7, 17))
GROWN_UP = 18


def _ages(youngest: int | None, oldest: int | None) -> list[Json]:
    """The ages a service is for, as conditions: an age limit is a rule like any other.

    What is for children only is asked for by their parents: a child of that age at home counts as well as one's own age. Who
    has one of 7 to 17 has not said whether it is under 12: what takes some of these ages only may fit, and is no yes.
    """
    age = {"var": "age"}
    own: list[Json] = []
    if youngest:
        own.append({">=": [age, youngest]})
    if oldest is not None:
        own.append({"<=": [age, oldest]})
    if oldest is None or oldest >= GROWN_UP:
        return own
    ways: list[Json] = [own[0] if len(own) == 1 else {"and": own}]
    for fact, least, most in CHILDREN:
        if (youngest or 0) <= least and most <= oldest:
            ways.append({"var": fact})
        elif least <= oldest and (youngest or 0) <= most:
            ways.append({"and": [{"var": fact}, {"var": CHILD_OF_THAT_AGE}]})
    return [{"!": [{"and": [{"!": [way]} for way in ways]}]}]


@dataclass(frozen=True, slots=True)
class _Rules:
    """``conditions``: of each rule in force; ``of``: the rules in force before each service; ``ended``: services before which a
    rule stands whose days are over, and which nobody has written anew."""

    conditions: Mapping[UUID, Json]
    of: Mapping[UUID, Sequence[UUID]]
    ended: frozenset[UUID]


def _rules(today: date, keys: Keys) -> _Rules:
    links = list(_of(ServiceRule.objects, keys).order_by("pk").values_list("service", "rule"))
    versions = RuleVersion.objects.in_force(today)
    if keys is not None:
        versions = versions.filter(rule__in={rule for _service, rule in links})
    conditions = {version.rule_id: version.when for version in versions.only("rule_id", "number", "when")}
    found: dict[UUID, list[UUID]] = defaultdict(list)
    for service, rule in links:
        if rule in conditions:
            found[service].append(rule)
    silent = {rule for _service, rule in links} - set(conditions)
    over: set[UUID] = set()
    if silent:
        ended = RuleVersion.objects.published().filter(rule__in=silent, valid_until__lt=today).order_by()
        over.update(ended.values_list("rule", flat=True))
    return _Rules(conditions, found, frozenset(service for service, rule in links if rule in over))


def _needs(keys: Keys) -> Mapping[UUID, set[str]]:
    """The themes of each service and all that stand above them.

    A code is told from another by its letters alone. Those of our businesses' themes are plain words ("business"), which
    another taxonomy may use of people looking for work; there it does not open the door of businesses.
    """
    rows = list(Term.objects.order_by().values_list("pk", "code", "parent", "taxonomy__slug"))
    ours = {code for _key, code, _parent, slug in rows if slug == BUSINESS}
    terms = {key: (code if slug == BUSINESS or code not in ours else "", parent) for key, code, parent, slug in rows}
    above: dict[UUID, list[str]] = {}
    found: dict[UUID, set[str]] = defaultdict(set)
    for service, term in _of(ServiceTerm.objects, keys).order_by().values_list("service", "term"):
        if term not in above:
            codes: list[str] = []
            key: UUID | None = term
            while key is not None and len(codes) < 20:
                code, key = terms.get(key, ("", None))  # one that came since: its change brings it next time
                if code:
                    codes.append(code)
            above[term] = codes
        found[service].update(above[term])
    return found


def _languages(keys: Keys) -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    named = _of(ServiceLanguage.objects, keys).exclude(service=None)
    for service, code in named.order_by().values_list("service", "code"):
        found[service].append(code)
    return found


def _places(keys: Keys) -> Mapping[UUID, list[tuple[float, float]]]:
    found: dict[UUID, list[tuple[float, float]]] = defaultdict(list)
    for service, latitude, longitude in (
        _of(ServiceAtLocation.objects, keys)
        .exclude(location__latitude=None)
        .order_by("pk")
        .values_list("service", "location__latitude", "location__longitude")
    ):
        if latitude is not None and longitude is not None:
            found[service].append((latitude, longitude))
    return found


@dataclass(frozen=True, slots=True)
class _Served:
    """``known``: where one must live, for each service, as paths of areas; ``unknown``: those of which only the names of the
    areas are known, so that nobody can be told that they live outside."""

    known: Mapping[UUID, tuple[str, ...]]
    unknown: frozenset[UUID]


def _served(keys: Keys) -> _Served:
    found: dict[UUID, set[str]] = defaultdict(set)
    unknown: set[UUID] = set()
    for way in ("service", "service_at_location__service"):
        rows = ServiceArea.objects.exclude(**{way: None})
        rows = rows if keys is None else rows.filter(**{f"{way}__in": keys})
        for service, path in rows.order_by().values_list(way, "area__path"):
            if path:
                found[service].add(path)
            else:
                unknown.add(service)
    known = {service: widest(paths) for service, paths in found.items() if service not in unknown}
    many = {service for service, paths in known.items() if len(paths) > MOST_AREAS}
    return _Served(
        {service: paths for service, paths in known.items() if service not in many}, frozenset(unknown | many)
    )


def _free(keys: Keys) -> Mapping[UUID, int]:
    found: dict[UUID, int] = defaultdict(int)
    for service, available in _of(Capacity.objects, keys).order_by().values_list("service", "available"):
        found[service] += available
    return found


def _starts(today: date, keys: Keys) -> Mapping[UUID, date]:
    """The first day of courses that have not begun."""
    to_come = _of(Schedule.objects, keys).filter(service__isnull=False, valid_from__gt=today).order_by()
    return dict(to_come.values("service").annotate(first=Min("valid_from")).values_list("service", "first"))
