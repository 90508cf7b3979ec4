"""From a visitor's words and answers to services in three colours: the directory as the engine's catalogue.

    asked = needs_of("אני מחפשת קורס עברית")        words -> needs (themes) and services found by the words themselves
    known = catalogue()                              the public services with their rules, as they are now
    result = orient(known, Situation(today, facts, needs=asked.codes, found=asked.found, place=town.centre, …))
    question = next_question_for(result, Who.PERSON, skipped={"age"})

Nothing of what a visitor says is kept here, or anywhere they have not asked to have it kept.
"""

import hashlib
import json
import threading
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Min
from django.utils import timezone

from kesher.directory.exporting import public_services
from kesher.directory.facts import QUESTION_OF, QUESTIONS, VOCABULARY, Question, Who
from kesher.directory.models import (
    Capacity,
    RuleVersion,
    Schedule,
    ServiceAtLocation,
    ServiceLanguage,
    ServiceRule,
    ServiceTerm,
    Term,
)
from kesher.directory.models.rules import all_of
from kesher.directory.search import LONGEST_TEXT, PUBLIC, find_scores
from kesher.directory.search.columns import Columns, columns
from kesher.directory.search.understanding import Understood, understand
from kesher.engine.eligibility.values import Json
from kesher.engine.orientation import Catalogue, Orientation, Service, answers_to_try, next_question

MOST_NEEDS = 4
MOST_FOUND = 300
#: Of the best theme's score: what scores less was hardly meant.
MEANT = 0.55


@dataclass(frozen=True, slots=True)
class Asked:
    """``codes``: of the themes that the words speak of, best first; ``found``: services by key, each with how well it
    answers the words, between 0 and 1 (the best of all)."""

    codes: tuple[str, ...] = ()
    found: Mapping[str, float] = field(default_factory=dict)


def needs_of(text: str) -> Asked:
    """What a visitor needs, in their own words, in any language. Coding may answer in the same form later."""
    text = text.replace("\x00", "")[:LONGEST_TEXT]
    if not text.strip():
        return Asked()
    understood = understand(text)
    scores = find_scores(text, PUBLIC, most=MOST_FOUND, understood=understood)
    return Asked(tuple(_meant(understood))[:MOST_NEEDS], {str(key): score for key, score in scores.items()})


@dataclass(frozen=True, slots=True)
class Spoken:
    """What words speak of, without looking for services. ``themes``: codes, best first, each with how well the words speak
    of it, 1 = in its very words; ``words``: how many tell something; ``known``: whether all of those stand in services."""

    themes: Mapping[str, float] = field(default_factory=dict)
    words: int = 0
    known: bool = False


def spoken_of(text: str) -> Spoken:
    """Cheaper than `needs_of`: three statements."""
    text = text.replace("\x00", "")[:LONGEST_TEXT]
    if not text.strip():
        return Spoken()
    understood = understand(text)
    known = all(group.known and group.documents for group in understood.groups)
    return Spoken(_meant(understood), len(understood.groups), bool(understood.groups) and known)


def _meant(understood: Understood) -> Mapping[str, float]:
    best = max((term.score for term in understood.terms), default=0.0)
    return {term.code: term.score for term in understood.terms if term.score >= MEANT * best}


# --- the catalogue ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """``documents``: the search's columns, which the database keeps true; ``stamp``: of what they do not hold."""

    documents: Columns
    stamp: tuple[Any, ...]
    catalogue: Catalogue


_held: dict[str, _Held] = {}
_building = threading.Lock()


def catalogue() -> Catalogue:
    """The services everybody may see, with the rules in force today. Held by this process while nothing changes."""
    name = str(connection.settings_dict["NAME"])
    documents, stamp = columns(), _stamp()
    with _building:
        held = _held.get(name)
        if held is None or held.documents is not documents or held.stamp != stamp:
            held = _held[name] = _Held(documents, stamp, Catalogue(_services(timezone.localdate())))
        return held.catalogue


def _stamp() -> tuple[Any, ...]:
    """What a rule, its link to a service, a number of free places or a new day changes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT (SELECT count(*) FROM directory_ruleversion), (SELECT max(updated_at) FROM directory_ruleversion),
                      (SELECT count(*) FROM directory_servicerule), (SELECT max(updated_at) FROM directory_servicerule),
                      (SELECT count(*) FROM directory_capacity), (SELECT max(updated_at) FROM directory_capacity)"""
        )
        return (timezone.localdate(), *cursor.fetchone())


def _services(today: date) -> list[Service]:
    rules, needs, languages, places = _rules(today), _needs(), _languages(), _places()
    free, starts = _free(), _starts(today)
    return [
        Service(
            key=str(key),
            rule=all_of([*rules.get(key, ()), *_ages(youngest, oldest)]),
            needs=frozenset(needs.get(key, ())),
            places=tuple(places.get(key, ())),
            remote=bool(remote),
            languages=frozenset(languages.get(key, ())),
            next_start=starts.get(key),
            free_places=free.get(key),
            checked=checked,
            kind=_kind(description),
        )
        for key, youngest, oldest, remote, checked, description in public_services()
        .order_by("pk")
        .values_list("pk", "minimum_age", "maximum_age", "remote", "assured_date", "description")
    ]


def _kind(description: Mapping[str, str]) -> str:
    """What is described word for word alike is one thing at several places. A mark of the text, which is not held itself."""
    words = json.dumps(description, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(words.encode(), digest_size=16).hexdigest() if any(description.values()) else ""


#: Children's ages as facts: the fact, and the ages it speaks of.
CHILDREN = (("child_under_3", 0, 2), ("child_3_to_6", 3, 6), ("child_7_to_17", 7, 17))
GROWN_UP = 18


def _ages(youngest: int | None, oldest: int | None) -> list[Json]:
    """The ages a service is for, as conditions: an age limit is a rule like any other.

    What is for children only is asked for by their parents: a child of that age at home counts as well as one's own age.
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
    ways += [{"var": fact} for fact, least, most in CHILDREN if least <= oldest and (youngest or 0) <= most]
    return [{"!": [{"and": [{"!": [way]} for way in ways]}]}]


def _rules(today: date) -> Mapping[UUID, Sequence[Json]]:
    conditions = {
        version.rule_id: version.when
        for version in RuleVersion.objects.in_force(today).only("rule_id", "number", "when")
    }
    found: dict[UUID, list[Json]] = defaultdict(list)
    for service, rule in ServiceRule.objects.order_by("pk").values_list("service", "rule"):
        if rule in conditions:
            found[service].append(conditions[rule])
    return found


def _needs() -> Mapping[UUID, set[str]]:
    """The themes of each service and all that stand above them."""
    terms = {key: (code, parent) for key, code, parent in Term.objects.order_by().values_list("pk", "code", "parent")}
    above: dict[UUID, list[str]] = {}
    found: dict[UUID, set[str]] = defaultdict(set)
    for service, term in ServiceTerm.objects.order_by().values_list("service", "term"):
        if term not in above:
            codes: list[str] = []
            key: UUID | None = term
            while key is not None and len(codes) < 20:
                code, key = terms[key]
                codes.append(code)
            above[term] = codes
        found[service].update(above[term])
    return found


def _languages() -> Mapping[UUID, list[str]]:
    found: dict[UUID, list[str]] = defaultdict(list)
    for service, code in ServiceLanguage.objects.exclude(service=None).order_by().values_list("service", "code"):
        found[service].append(code)
    return found


def _places() -> Mapping[UUID, list[tuple[float, float]]]:
    found: dict[UUID, list[tuple[float, float]]] = defaultdict(list)
    for service, latitude, longitude in (
        ServiceAtLocation.objects.exclude(location__latitude=None)
        .order_by("pk")
        .values_list("service", "location__latitude", "location__longitude")
    ):
        if latitude is not None and longitude is not None:
            found[service].append((latitude, longitude))
    return found


def _free() -> Mapping[UUID, int]:
    found: dict[UUID, int] = defaultdict(int)
    for service, available in Capacity.objects.order_by().values_list("service", "available"):
        found[service] += available
    return found


def _starts(today: date) -> Mapping[UUID, date]:
    """The first day of courses that have not begun."""
    to_come = Schedule.objects.filter(service__isnull=False, valid_from__gt=today).order_by()
    return dict(to_come.values("service").annotate(first=Min("valid_from")).values_list("service", "first"))


# --- questions -------------------------------------------------------------------------------------------------------


def next_question_for(
    result: Orientation, who: Who, *, skipped: Collection[str] = (), top: int = 10
) -> tuple[Question, tuple[str, ...]] | None:
    """What to ask next, and the keys of the services that wait for it, best first; None when nothing could change the top.

    ``skipped``: keys of questions the visitor would rather not answer.
    """
    askable = {fact for question in QUESTIONS if question.who is who for fact in question.facts}
    shares = {
        fact: answers
        for fact, answers in answers_to_try(result.catalogue.rules, VOCABULARY).items()
        if fact in askable and QUESTION_OF[fact].key not in skipped
    }
    found = next_question(result, shares, top=top)
    if found is None:
        return None
    services = result.catalogue.services
    return QUESTION_OF[found.fact], tuple(services[number].key for number in found.waiting)
