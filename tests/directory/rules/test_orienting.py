"""The directory as a catalogue: what is public, with its rules, ages and places, as it is now."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kesher.directory.catalogue import CHILDREN, _ages, services
from kesher.directory.doors import doors
from kesher.directory.facts import Who
from kesher.directory.models import Capacity, EligibilityRule, RuleVersion, Service, ServiceRule, Term
from kesher.directory.orienting import catalogue, needs_of, next_question_for
from kesher.directory.search import index
from kesher.directory.taxonomies import load_business, load_open_eligibility
from kesher.engine.eligibility import Verdict, verdict
from kesher.engine.orientation import Colour, Situation, orient
from tests import factories as make

pytestmark = pytest.mark.django_db


def with_rule(service: Service, when: object, **version: object) -> EligibilityRule:
    rule = EligibilityRule.objects.create(name={"en": "rule"})
    says = {"number": 1, "state": "published", "valid_from": timezone.localdate(), "source_title": "x"} | version
    RuleVersion.objects.create(rule=rule, when=when, **says)
    ServiceRule.objects.create(service=service, rule=rule)
    return rule


def colours(**facts: object) -> dict[str, Colour]:
    result = orient(catalogue(), Situation(timezone.localdate(), facts))
    return {one.service.key: one.colour for one in result.results(100)}


def test_only_what_everybody_may_see_and_each_with_its_rules_and_ages() -> None:
    young = make.ServiceFactory(published=True, minimum_age=18, maximum_age=30)
    ruled = make.ServiceFactory(published=True, minimum_age=None, maximum_age=None)
    with_rule(ruled, {"===": [{"var": "work"}, "unemployed"]})
    with_rule(ruled, {"===": [{"var": "status"}, "newcomer"]})
    for hidden in ({}, {"published": True, "organisation__state": "pending"}):
        make.ServiceFactory(**hidden)
    assert colours() == {str(young.pk): Colour.MAY_FIT, str(ruled.pk): Colour.MAY_FIT}
    assert colours(age=30, work="unemployed", status="newcomer") == {
        str(young.pk): Colour.FITS,
        str(ruled.pk): Colour.FITS,
    }
    assert colours(age=31, work="unemployed", status="citizen") == {
        str(young.pk): Colour.DOES_NOT_FIT,
        str(ruled.pk): Colour.DOES_NOT_FIT,
    }


def test_what_changes_is_seen_at_once_and_what_does_not_is_not_read_again() -> None:
    service = make.ServiceFactory(published=True, minimum_age=None, maximum_age=None)
    index()
    assert colours()[str(service.pk)] is Colour.FITS
    rule = with_rule(service, {"===": [{"var": "rents"}, True]})
    assert colours(rents=False)[str(service.pk)] is Colour.DOES_NOT_FIT
    RuleVersion.objects.filter(rule=rule).update(state="withdrawn", updated_at=timezone.now())
    assert colours(rents=False)[str(service.pk)] is Colour.FITS
    Capacity.objects.create(service=service, available=0, updated=timezone.now())
    assert catalogue().free[0] == 0


def test_a_rule_counts_from_its_first_day() -> None:
    service = make.ServiceFactory(published=True, minimum_age=None, maximum_age=None)
    rule = EligibilityRule.objects.create(name={"en": "rule"})
    tomorrow = timezone.localdate() + timedelta(days=1)
    RuleVersion.objects.create(
        rule=rule, number=1, state="published", valid_from=tomorrow, source_title="x", when=False
    )
    ServiceRule.objects.create(service=service, rule=rule)
    assert colours()[str(service.pk)] is Colour.FITS


def test_who_may_come_said_in_words_alone_is_no_yes() -> None:
    whom = {"en": "For residents of the town."}
    made = {
        name: make.ServiceFactory(published=True, **given)
        for name, given in {
            "ticked": {},
            "ticked, with words": {"eligibility_description": whom},
            "words": {"open_to_all": False, "eligibility_description": whom},
            "nothing": {"open_to_all": False},
            "ages": {"open_to_all": False, "minimum_age": 18},
            "ages and words": {"open_to_all": False, "minimum_age": 18, "eligibility_description": whom},
            "rule and words": {"open_to_all": False, "eligibility_description": whom},
        }.items()
    }
    with_rule(made["rule and words"], {"var": "rents"})
    names = {str(service.pk): name for name, service in made.items()}
    told = {names[key]: colour for key, colour in colours(age=20, rents=True).items()}
    fits, ask = Colour.FITS, Colour.MAY_FIT
    assert told == {
        "ticked": fits, "ticked, with words": fits, "words": ask, "nothing": ask, "ages": fits, "ages and words": ask,
        "rule and words": fits,
    }  # fmt: skip
    index()
    assert colours(age=20)[str(made["words"].pk)] is ask
    Service.objects.filter(pk=made["words"].pk).update(open_to_all=True)
    assert colours(age=20)[str(made["words"].pk)] is fits, "the tick is seen at once"
    Service.objects.filter(pk=made["ages"].pk).update(eligibility_description=whom)
    assert colours(age=20)[str(made["ages"].pk)] is ask, "and so are words"


@pytest.mark.parametrize("words", ["a Hebrew course", "קורס עברית", "أريد أن أتعلم العبرية"])
def test_words_in_any_language_are_needs(words: str) -> None:
    load_open_eligibility()
    course = make.ServiceFactory(published=True)
    ulpan = "human_services:education:more_education:english_as_a_second_language_esl"
    make.ServiceTermFactory(service=course, term=Term.objects.get(code=ulpan))
    index()
    asked = needs_of(words)
    assert ulpan in asked.codes
    result = orient(catalogue(), Situation(timezone.localdate(), needs=asked.codes, found=asked.found))
    assert [one.service.key for one in result.results()] == [str(course.pk)]
    assert {"human_services", "human_services:education"} <= set(catalogue().needs)


def test_nothing_said_needs_nothing() -> None:
    for words in ("", "   ", "\x00", "?!"):
        assert needs_of(words).codes == ()


def test_asked_is_what_settles_most_and_nothing_when_all_is_settled() -> None:
    services = [make.ServiceFactory(published=True, minimum_age=18, maximum_age=None) for _ in range(3)]
    make.ServiceFactory(published=True, minimum_age=None, maximum_age=None)
    with_rule(services[0], {">=": [{"var": "employees"}, 3]})
    result = orient(catalogue(), Situation(timezone.localdate()))
    asked = next_question_for(result, Who.PERSON)
    assert asked is not None
    question, waiting = asked
    assert (question.key, set(waiting)) == ("age", {str(one.pk) for one in services})
    assert next_question_for(result, Who.PERSON, skipped={"age"}) is None  # employees are for the other door
    assert next_question_for(result.with_answer("age", 40), Who.PERSON) is None
    business = next_question_for(result.with_answer("age", 40), Who.BUSINESS)
    assert business is not None
    assert business[0].key == "employees"


def test_what_is_for_children_is_asked_for_by_their_parents() -> None:
    care = make.ServiceFactory(published=True, minimum_age=6, maximum_age=11)
    key = str(care.pk)
    assert colours(age=9)[key] is Colour.FITS
    assert colours(age=35, child_7_to_17=True)[key] is Colour.MAY_FIT, "it may be sixteen"
    assert colours(age=35)[key] is Colour.MAY_FIT
    assert colours(age=35, child_3_to_6=False, child_7_to_17=False)[key] is Colour.DOES_NOT_FIT
    assert colours(age=35, child_under_3=True, child_3_to_6=False, child_7_to_17=False)[key] is Colour.DOES_NOT_FIT


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # what the machine does beside it is no fault
@given(st.lists(st.integers(0, 17), max_size=4), st.integers(0, 17), st.integers(0, 17), st.integers(18, 60))
def test_no_parent_is_promised_what_is_for_other_ages(children: list[int], one: int, other: int, age: int) -> None:
    """Against the ages themselves, which the portal does not ask: a yes is one, and so is a no."""
    youngest, oldest = sorted((one, other))
    (rule,) = _ages(youngest, oldest)
    told = verdict(rule, {"age": age, **{fact: any(a <= c <= z for c in children) for fact, a, z in CHILDREN}})
    truly = any(youngest <= child <= oldest for child in children)
    assert told in (Verdict.of(truly), Verdict.UNKNOWN)
    if all((youngest <= a and z <= oldest) or z < youngest or oldest < a for _fact, a, z in CHILDREN):
        assert told is not Verdict.UNKNOWN, "where the question tells, nobody is left without an answer"


def test_a_rule_that_has_ended_lets_nobody_in_by_itself() -> None:
    """Whether all may come since, or nobody, no one has written: it may fit, and "ask there"."""
    today = timezone.localdate()
    plain = {"published": True, "open_to_all": False, "eligibility_description": {}}
    aged, ruled = make.ServiceFactory(**plain, minimum_age=18), make.ServiceFactory(**plain)
    for one in (aged, ruled):
        with_rule(one, {"var": "rents"}, valid_from=today - timedelta(days=30), valid_until=today)
    assert {colours(age=30, rents=True)[str(one.pk)] for one in (aged, ruled)} == {Colour.FITS}
    with_rule(ruled, {">=": [{"var": "age"}, 20]}, valid_from=today)
    tomorrow = {one.key: one for one in services(today + timedelta(days=1))}
    assert tomorrow[str(aged.pk)].unsaid
    assert tomorrow[str(ruled.pk)].unsaid, "another rule in force says nothing of what this one said"
    ruled.open_to_all = True
    ruled.save()
    assert not services(today + timedelta(days=1), [ruled.pk])[0].unsaid, "who gives it has said so since"


def test_a_rule_that_was_withdrawn_asks_for_nothing_any_more() -> None:
    """By an officer, with a reason: that is a decision, where a day that passes is none."""
    aged = make.ServiceFactory(published=True, open_to_all=False, eligibility_description={}, minimum_age=18)
    rule = with_rule(aged, {"var": "rents"})
    RuleVersion.objects.filter(rule=rule).update(state="withdrawn")
    assert not services(timezone.localdate(), [aged.pk])[0].unsaid


def test_only_our_own_themes_open_the_door_of_businesses() -> None:
    """A town's table has a column of themes, and writes "business" of people who want to work in one."""
    load_business()
    theirs = make.TermFactory(code="business", taxonomy__slug="themes")
    below = make.TermFactory(code="business:people", taxonomy=theirs.taxonomy, parent=theirs)
    ours = Term.objects.get(taxonomy__slug="kesher-business", code="business:people:recruiting")
    for name, term in (("theirs", theirs), ("below", below), ("ours", ours)):
        service = make.ServiceFactory(published=True, name={"en": name}, minimum_age=None, maximum_age=None)
        make.ServiceTermFactory(service=service, term=term)
    known = catalogue()
    named = {str(key): name["en"] for key, name in Service.objects.order_by("pk").values_list("pk", "name")}
    meant = doors(known).for_businesses
    assert {named[service.key] for service, here in zip(known.services, meant, strict=True) if here} == {"ours"}
    assert [sorted(service.needs) for service in known.services if named[service.key] == "ours"] == [
        ["business", "business:people", "business:people:recruiting"]
    ]


def test_the_keys_behind_a_door_are_those_of_its_services() -> None:
    with_rule(make.ServiceFactory(published=True), {"===": [{"var": "rents"}, True]})
    with_rule(make.ServiceFactory(published=True), {">=": [{"var": "employees"}, 1]})
    make.ServiceFactory(published=True)
    known = catalogue()
    behind = doors(known)
    for who in Who:
        keys = behind.keys[who]
        assert keys is not None
        mine = [UUID(one.key).bytes for one, here in zip(known.services, behind.behind[who], strict=True) if here]
        assert [keys[begin : begin + 16] for begin in range(0, len(keys), 16)] == mine
        assert len(mine) == 2


def test_words_mean_what_services_behind_the_door_can_answer() -> None:
    load_open_eligibility()
    flat = make.ServiceFactory(
        published=True, name={"en": "Roof and rooms"}, description={"en": "Roof repairs for rented rooms."}
    )
    with_rule(flat, {"===": [{"var": "rents"}, True]})
    home = Term.objects.get(code="human_services:housing:residential_housing")
    make.ServiceTermFactory(service=flat, term=home)
    disaster = make.ServiceFactory(
        published=True, name={"en": "After the storm"}, description={"en": "For firms: what the roof costs."}
    )
    with_rule(disaster, {">=": [{"var": "employees"}, 1]})
    index()
    words = "roof rooms repairs"
    anywhere, person, business = needs_of(words), needs_of(words, Who.PERSON), needs_of(words, Who.BUSINESS)
    assert str(disaster.pk) not in anywhere.found  # measured by the flat it is hardly meant
    assert person.found == {str(flat.pk): 1.0}
    assert business.found[str(disaster.pk)] == 1.0
    assert next(iter(business.found)) == str(disaster.pk)
    assert str(flat.pk) in business.found  # what stands behind the other door is counted there
    assert home.code not in business.codes
