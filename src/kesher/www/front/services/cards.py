"""The services of a result page as cards: three queries, and what the search knows already."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from kesher.directory.models import Address, Service, ServiceAtLocation, Term
from kesher.directory.search import Facts, Found, Hit
from kesher.engine.text import tokens
from kesher.www.front.orientation.plain import closed_now, open_now
from kesher.www.languages import language_name

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

MOST_TOWNS, MOST_LANGUAGES, MOST_REASONS = 3, 4, 3
Text = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it was found: the word, where it stands, and for a theme its name."""

    word: str
    where: str
    term: Text | None


@dataclass(frozen=True, slots=True)
class Pill:
    """One fact: its word, and its meaning or its picture."""

    text: str | Promise
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One service in the list. ``state``, ``status``: said only where they are not what one expects. ``for_work``: why it
    helps on with the visitor's work, where it stands there for that."""

    pk: UUID
    name: Text
    description: Text
    organisation: Text | None
    state: str | Promise
    status: str | Promise
    facts: Facts
    kilometres: float | None
    because: Sequence[Reason]
    towns: Sequence[Text] = field(default_factory=tuple)
    for_work: str = ""
    machine: Sequence[str] = ()  # languages of the texts that a machine translated

    @property
    def pills(self) -> Iterator[Pill]:
        """What one wants to know before opening the page, in a word each."""
        facts = self.facts
        if self.state:
            yield Pill(self.state, kind="no")
        if self.status:
            yield Pill(self.status, kind="no")
        elif facts.open:
            yield Pill(open_now(facts.until), kind="fits")
        elif facts.opens is not None:
            yield Pill(closed_now(facts.opens, timezone.localdate()), icon="clock")
        if facts.free:
            yield Pill(_("Free of charge"), icon="wallet")
        if facts.remote:
            yield Pill(_("By phone or online"), icon="phone")
        if facts.languages:
            between = pgettext("between items of a list", ", ")
            yield Pill(between.join(map(language_name, facts.languages[:MOST_LANGUAGES])), icon="languages")
        if facts.stale:
            yield Pill(_("Not checked for a while"), kind="ask")


#: Hebrew letters as they are written at the end of a word; the index knows one form of each.
_FINAL = str.maketrans("כמנפצ", "ךםןףץ")


def as_typed(question: str) -> dict[str, str]:
    """Each word of a question as the search knows it (folded) -> as the person wrote it: nobody reads ״אולפנ״ as a word."""
    written = {}
    for chunk in question.split():
        folded = tokens(chunk)
        if len(folded) == 1:
            written[folded[0]] = chunk.strip("?!.,:;؟،؛\"'“”״«»()")
    return written


def with_final_letter(word: str) -> str:
    """A word of the index as it is written."""
    return word[:-1] + word[-1].translate(_FINAL) if len(word) > 1 else word


def cards(found: Found, visitor: "Visitor", *, typed: Mapping[str, str]) -> list[Card]:
    """In the order found; ``typed``: :func:`as_typed`.

    Fetched through what the visitor may see: a service suspended a moment ago is left out.
    """
    services: dict[UUID, tuple[Any, ...]] = {
        row[0]: row
        for row in Service.objects.visible_to(visitor)
        .filter(pk__in=found.service_ids)
        .order_by("pk")
        .values_list("pk", "name", "description", "organisation__name", "state", "status", "machine_languages")
    }
    towns = towns_of(list(services))
    terms = dict(
        Term.objects.filter(pk__in={match.term_id for hit in found.hits for match in hit.because if match.term_id})
        .order_by("pk")
        .values_list("pk", "name")
    )
    return [
        _card(services[hit.service_id], hit, towns[hit.service_id], terms, typed)
        for hit in found.hits
        if hit.service_id in services
    ]


def _card(
    row: tuple[Any, ...], hit: Hit, towns: Sequence[Text], terms: Mapping[UUID, Text], typed: Mapping[str, str]
) -> Card:
    key, name, description, organisation, state, status, machine = row
    reasons = hit.because[:MOST_REASONS]
    return Card(
        pk=key,
        name=name,
        description=description,
        organisation=organisation,
        state="" if state == Service.State.PUBLISHED else Service.State(state).label,
        status="" if status == Service.Status.ACTIVE else Service.Status(status).label,
        facts=hit.facts,
        kilometres=hit.kilometres,
        because=[
            Reason(typed.get(match.word, match.word), match.where, terms.get(match.term_id) if match.term_id else None)
            for match in reasons
        ],
        towns=towns[:MOST_TOWNS],
        machine=machine,
    )


def towns_of(services: Sequence[UUID]) -> Mapping[UUID, list[Text]]:
    """The towns where each service is, each once: by its area, else as its address says."""
    found: dict[UUID, list[Text]] = defaultdict(list)
    places = list(
        ServiceAtLocation.objects.filter(service__in=services)
        .order_by("service", "pk")
        .values_list("service", "location", "location__area__name")
    )
    bare = {location for _, location, area in places if not area}
    cities: dict[UUID, str] = {}
    if bare:
        addresses = Address.objects.filter(location__in=bare).exclude(city="").order_by("pk")
        for location, city in addresses.values_list("location", "city"):
            cities.setdefault(location, city)
    for service, location, area in places:
        name = area or ({"und": cities[location]} if location in cities else None)
        if name and name not in found[service]:
            found[service].append(name)
    return found
