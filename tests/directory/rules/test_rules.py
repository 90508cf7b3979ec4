"""Rules: written by one, published by another, never changed afterwards, and the right version counts on each day."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.keys import uuid7
from kesher.base.models import Event
from kesher.base.transitions import Actor, Refused
from kesher.directory.facts import QUESTION_OF, QUESTIONS, VOCABULARY, WORDS
from kesher.directory.models import EligibilityRule, RuleVersion, ServiceRule
from kesher.directory.rules import RULE_STATES, begin_version, hindrances, publish
from kesher.engine.eligibility import Kind
from tests import factories as make

pytestmark = pytest.mark.django_db
ADULTS: dict[str, Any] = {">=": [{"var": "age"}, 18]}
EXAMPLES = [
    {"name": "grown up", "facts": {"age": 30}, "verdict": "yes"},
    {"name": "a child", "facts": {"age": 12}, "verdict": "no"},
]


def officer() -> tuple[User, Actor]:
    membership = make.MembershipFactory(role=Role.OFFICER)
    return membership.user, Actor(membership.user.pk, membership.organisation_id, frozenset({Role.OFFICER}))


def draft(by: User, **more: Any) -> RuleVersion:
    rule = EligibilityRule.objects.create(name={"en": "Grown-ups"})
    version = begin_version(rule, by=by)
    for name, value in {"when": ADULTS, "tests": EXAMPLES, "source_title": "Decision 1", **more}.items():
        setattr(version, name, value)
    version.save()
    return version


def published(**more: Any) -> RuleVersion:
    (writer, first), (_, second) = officer(), officer()
    version = draft(writer, **more)
    RULE_STATES.apply(version, "propose", by=first)
    publish(version, by=second)
    return version


def test_one_writes_and_another_publishes() -> None:
    (writer, first), (other, second) = officer(), officer()
    version = draft(writer)
    RULE_STATES.apply(version, "propose", by=first)
    with pytest.raises(Refused, match="Another person"):
        publish(version, by=first)
    publish(version, by=second)
    assert (version.state, version.written_by_id, version.published_by_id) == ("published", writer.pk, other.pk)
    assert [event.name for event in Event.objects.filter(about_id=version.pk).order_by("id")] == [
        "rule.propose",
        "rule.publish",
    ]


def test_the_database_holds_to_it_too() -> None:
    writer, _ = officer()
    version = draft(writer)
    for who in (writer.pk, None):
        with pytest.raises(IntegrityError), transaction.atomic():
            RuleVersion.objects.filter(pk=version.pk).update(state="published", published_by_id=who)


def test_a_rule_whose_examples_fail_is_not_proposed_and_the_fault_is_named() -> None:
    user, actor = officer()
    version = draft(user, tests=[*EXAMPLES, {"name": "at seventeen", "facts": {"age": 17}, "verdict": "yes"}])
    assert "at seventeen" in str(hindrances(version)[0])
    with pytest.raises(Refused, match="examples"):
        RULE_STATES.apply(version, "propose", by=actor)
    version.tests = EXAMPLES
    version.when = {">=": [{"var": "agee"}, 18]}
    assert "agee" in " ".join(map(str, hindrances(version)))


#: Another value for every column that says something; what a version may still do is move on, and be found again.
CHANGES: dict[str, Any] = {
    "rule_id": uuid7,
    "number": lambda: 7,
    "valid_from": lambda: date(2020, 1, 1),
    "valid_until": lambda: date(2030, 1, 1),
    "source_title": lambda: "Decision 2",
    "source_section": lambda: "9(z)",
    "source_url": lambda: "https://law.example.org/another",
    "source_language": lambda: "ar",
    "when": lambda: True,
    "outline": lambda: {"name": {"en": "Everybody"}},
    "tests": list,
    "written_by_id": uuid7,
    "published_by_id": uuid7,
    "published_at": timezone.now,
}
MAY_MOVE = {"id", "created_at", "updated_at", "state"}


@pytest.mark.parametrize("state", ["published", "withdrawn"])
def test_what_was_published_stays_as_it_was(state: str) -> None:
    version = published()
    if state == "withdrawn":
        RULE_STATES.apply(version, "withdraw", by=officer()[1], reason="the law ended")
    assert {field.attname for field in RuleVersion._meta.concrete_fields} - MAY_MOVE == set(CHANGES)
    for column, another in CHANGES.items():
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            RuleVersion.objects.filter(pk=version.pk).update(**{column: another()})


def test_a_draft_may_say_all_of_it_anew() -> None:
    version = draft(officer()[0])
    rule = EligibilityRule.objects.create(name={"en": "Another"})
    for column, another in (CHANGES | {"rule_id": lambda: rule.pk}).items():
        assert RuleVersion.objects.filter(pk=version.pk).update(**{column: another()}) == 1


def test_the_next_version_begins_with_what_the_last_says_and_there_is_one_in_work() -> None:
    version = published()
    user, _ = officer()
    following = begin_version(version.rule, by=user)
    assert (following.number, following.when, following.tests) == (2, ADULTS, EXAMPLES)
    assert begin_version(version.rule, by=officer()[0]).pk == following.pk
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleVersion.objects.create(rule=version.rule, number=3, valid_from=date(2026, 1, 1), source_title="x")


def test_on_each_day_the_highest_published_version_counts() -> None:
    today = timezone.localdate()
    version = published(valid_from=today - timedelta(days=10))
    (writer, first), (_, second) = officer(), officer()
    following = begin_version(version.rule, by=writer)
    following.valid_from = today + timedelta(days=5)
    following.save()
    in_force = RuleVersion.objects.in_force
    assert list(in_force(today)) == [version]
    assert list(in_force(today + timedelta(days=6))) == [version]  # the next is not published
    RULE_STATES.apply(following, "propose", by=first)
    publish(following, by=second)
    assert list(in_force(today)) == [version]
    assert list(in_force(today + timedelta(days=5))) == [following]
    assert list(in_force(today - timedelta(days=11))) == []
    assert version.as_rule().verdict({"age": 30}).value == "yes"


def test_drafts_are_for_those_who_oversee() -> None:
    version = published()
    for role, sees in ((Role.OFFICER, True), (Role.AUDITOR, True), (Role.PROVIDER, False), (Role.CASEWORKER, False)):
        user = make.MembershipFactory(role=role).user
        assert RuleVersion.objects.visible_to(user).filter(pk=version.pk).exists() is sees
        assert EligibilityRule.objects.visible_to(user).exists() is sees


def test_one_rule_stands_before_a_service_once() -> None:
    version, service = published(), make.ServiceFactory()
    ServiceRule.objects.create(service=service, rule=version.rule)
    with pytest.raises(IntegrityError), transaction.atomic():
        ServiceRule.objects.create(service=service, rule=version.rule)


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ({"valid_from": date(2026, 2, 1), "valid_until": date(2026, 1, 1)}, "rule_version_days_in_order"),
        ({"number": 1}, "rule_version_once"),
    ],
)
def test_each_invariant_has_an_example(broken: dict[str, Any], name: str) -> None:
    version = published()
    row = {"rule": version.rule, "number": 2, "valid_from": date(2026, 1, 1), "source_title": "x"} | broken
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        RuleVersion.objects.create(**row)
    if name == "rule_version_days_in_order":
        with pytest.raises(IntegrityError, match="eligibility_rule_has_a_name"), transaction.atomic():
            EligibilityRule.objects.create(name={})


def test_every_fact_has_its_words_and_one_question() -> None:
    assert set(VOCABULARY) == set(WORDS) == set(QUESTION_OF)
    assert len({question.key for question in QUESTIONS}) == len(QUESTIONS)
    for path, fact in VOCABULARY.items():
        words = WORDS[path]
        assert tuple(words.choices) == fact.choices
        assert bool(words.yes and words.no) is (fact.kind is Kind.BOOLEAN)
        assert bool(words.unit) is (fact.kind is Kind.NUMBER)
    for question in QUESTIONS:
        if len(question.facts) > 1:
            assert all(VOCABULARY[fact].kind is Kind.BOOLEAN for fact in question.facts)
