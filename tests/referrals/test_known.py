"""What a file says in the words of rules: from its parts before answers, and nothing from what is missing."""

from datetime import date, timedelta
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from kesher.directory.facts import EDUCATION
from kesher.engine.eligibility.values import Json
from kesher.engine.orientation import Catalogue, Service, Situation, orient
from kesher.people.models import LanguageSkill, Person, Qualification, RightToWork, Told
from kesher.people.models.told import HOLDS
from kesher.people.telling import tell
from kesher.referrals.eligibility import Facts, explained, facts_of
from kesher.referrals.known import hebrew_of, known_of
from tests.factories import PersonFactory
from tests.people.test_telling import keeper_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    return PersonFactory()


def sure_of(person: Person, today: date | None = None) -> dict[str, Json]:
    """What is so, and nothing beside it of which only a part is known."""
    found = facts_of(person, today)
    assert not found.one_of
    return dict(found.sure)


@pytest.mark.parametrize(
    ("levels", "word"),
    [
        ({}, ""),
        ({"reading": "C1"}, ""),  # of talking nothing is noted
        ({"interaction": "0"}, "none"),
        ({"listening": "A1", "interaction": "0"}, "some"),
        ({"interaction": "A2"}, "everyday"),
        ({"interaction": "C1", "reading": "B2"}, "everyday"),  # of writing nothing is noted
        ({"interaction": "C1", "reading": "B2", "writing": "B1"}, "everyday"),
        ({"interaction": "B2", "reading": "B2", "writing": "C1"}, "good"),
    ],
)
def test_levels_of_hebrew(levels: dict[str, str], word: str) -> None:
    assert hebrew_of(LanguageSkill(language="he", judge="person", **levels)) == word


def test_an_empty_file_says_nothing(person: Person) -> None:
    assert sure_of(person) == {}


def test_the_caseworkers_word_counts_before_the_persons_and_both_before_an_answer_of_that_day(person: Person) -> None:
    tell(person, {"hebrew": "none"}, where=Told.Where.DOOR, by=keeper_of(person))
    assert sure_of(person)["hebrew"] == "none"
    LanguageSkill.objects.create(person=person, language="he", judge="person", interaction="A1")
    assert sure_of(person)["hebrew"] == "some"
    LanguageSkill.objects.create(person=person, language="he", judge="caseworker", interaction="B1")
    known = known_of(person)["hebrew"]
    assert (known.value, known.on) == ("everyday", timezone.localdate())
    assert "caseworker" in str(known.source)


def test_schooling_says_what_is_noted_and_no_less(person: Person) -> None:
    def learnt(**more: Any) -> dict[str, Any]:
        Qualification.objects.filter(person=person).delete()
        Qualification.objects.create(person=person, title="x", proof="held", **more)
        found = facts_of(person)
        return {**found.sure, **found.one_of}

    assert learnt() == {}
    assert learnt(level=1) == {}, "there may be more that nobody has noted"
    assert learnt(level=3) == {"education": ("school", "profession", "degree")}
    assert learnt(level=4) == {"education": ("profession", "degree")}
    assert learnt(level=6, country="ET") == {"education": "degree"}, "nobody knows where the portal is"


def test_a_permit_that_holds_is_a_status_and_no_other_word_is(person: Person) -> None:
    today = timezone.localdate()
    permit = RightToWork.objects.create(person=person, kind="permit", until=today)
    assert sure_of(person) == {"status": "temporary"}
    permit.until = today - timedelta(days=1)
    permit.save()
    assert sure_of(person) == {}
    permit.kind, permit.until = "citizen", None
    permit.save()
    assert sure_of(person) == {}, "without limit may be a citizen or not"


def test_a_birthday_counts_before_what_was_told(person: Person) -> None:
    tell(person, {"age": 50}, where=Told.Where.COUNTER, by=keeper_of(person))
    person.born = date(1990, 6, 1)
    person.save()
    assert sure_of(person, date(2026, 5, 31))["age"] == 35


def days_ago(rows: Any, days: int) -> None:
    """As if these had been written down then."""
    rows.update(updated_at=timezone.now() - timedelta(days=days))


def test_a_permit_says_nothing_against_a_status_that_was_told(person: Person) -> None:
    """Who asked for asylum, or became a citizen, may have a permit in the drawer."""
    RightToWork.objects.create(person=person, kind="permit")
    tell(person, {"status": "asylum"}, where=Told.Where.COUNTER, by=keeper_of(person))
    assert sure_of(person)["status"] == "asylum"
    Told.objects.filter(person=person).update(told_at=timezone.now() - HOLDS - timedelta(days=1))
    assert sure_of(person)["status"] == "temporary", "an answer too old is none"


@pytest.mark.parametrize(
    ("told", "counts"),
    [("none", ("school", "profession", "degree")), ("school", ("school",)), ("degree", ("degree",))],
)
def test_schooling_that_is_noted_raises_an_answer_and_never_lowers_it(
    person: Person, told: str, counts: tuple[str, ...]
) -> None:
    """An answer says how much it is; what is noted beyond it may not be all."""
    Qualification.objects.create(person=person, title="x", proof="held", level=3)
    tell(person, {"education": told}, where=Told.Where.DOOR, by=keeper_of(person))
    assert known_of(person)["education"].may_be("education") == counts


SCHOOLING = tuple(EDUCATION)


@pytest.mark.parametrize("least", SCHOOLING[1:])
def test_a_rule_about_schooling_is_met_refused_or_open_by_all_that_it_may_be(least: str) -> None:
    """Every set of levels that a rule can ask for, alone and beside another condition, against a count by hand; the same in the
    ranking of services."""
    may_be = SCHOOLING[SCHOOLING.index(least) :]
    today, facts = date(2026, 6, 1), Facts({"age": 30}, {"education": may_be})
    if len(may_be) == 1:
        facts = Facts({"age": 30, "education": least}, {})
    rules, by_hand = [], []
    for size in range(1, len(SCHOOLING) + 1):
        for wanted in combinations(SCHOOLING, size):
            asks = {"in": [{"var": "education"}, list(wanted)]}
            within = {one in wanted for one in may_be}
            verdict = {frozenset({True}): "yes", frozenset({False}): "no"}.get(frozenset(within), "unknown")
            rules += [asks, {"and": [asks, {">=": [{"var": "age"}, 40]}]}]
            by_hand += [verdict, "no"]
    assert [explained(rule, facts, today).verdict.value for rule in rules] == by_hand
    assert {"yes", "no"} <= set(by_hand)
    known = Catalogue([Service(str(number), rule=rule) for number, rule in enumerate(rules)])
    found = orient(known, Situation(today, facts.sure))
    for fact, values in facts.one_of.items():
        found = found.with_one_of(fact, values)
    numbers = {"yes": 1, "unknown": 0, "no": -1}
    assert found.verdicts.tolist() == [numbers[one] for one in by_hand]
    colours = {"yes": "fits", "unknown": "may fit", "no": "does not fit"}
    shown = found.only(np.arange(len(rules)) % 2 == 0).results(len(rules))
    assert {one.index: one.colour.value for one in shown} == {
        at: colours[by_hand[at]] for at in range(0, len(rules), 2)
    }


def test_of_a_language_the_later_word_counts(person: Person) -> None:
    LanguageSkill.objects.create(person=person, language="he", judge="caseworker", interaction="A1")
    tell(person, {"hebrew": "everyday"}, where=Told.Where.DOOR, by=keeper_of(person))
    days_ago(LanguageSkill.objects.filter(person=person), 200)
    assert sure_of(person)["hebrew"] == "everyday", "they have learnt since"
    Told.objects.filter(person=person).update(told_at=timezone.now() - timedelta(days=300))
    assert sure_of(person)["hebrew"] == "some"


def test_a_level_of_long_ago_is_not_known_any_more(person: Person) -> None:
    LanguageSkill.objects.create(person=person, language="he", judge="person", interaction="0")
    days_ago(LanguageSkill.objects.filter(person=person), HOLDS.days)
    assert sure_of(person) == {}
    LanguageSkill.objects.create(person=person, language="he", judge="caseworker", interaction="A1")
    days_ago(LanguageSkill.objects.filter(person=person, judge="caseworker"), HOLDS.days - 2)
    assert sure_of(person) == {"hebrew": "some"}
