"""Writing and deciding: drafts as they were seen, every writer remembered, names that wait, and who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from kesher.accounts.models import User
from kesher.accounts.roles import Role
from kesher.base.events import subscribers
from kesher.base.models import Event, Notification
from kesher.base.notifications import render
from kesher.base.transitions import Actor, Refused
from kesher.directory.models import EligibilityRule, RuleVersion, ServiceRule
from kesher.directory.orienting import catalogue
from kesher.directory.rules import (
    WRITTEN,
    SavedMeanwhile,
    begin_rule,
    begin_version,
    decide,
    discard,
    name_of,
    save_draft,
    stand_before,
    writers_of,
)
from kesher.www.front.services.for_whom import rules_of
from tests import factories as make

pytestmark = pytest.mark.django_db
NAME = {"en": "Grown-ups", "he": "מבוגרים"}
SAYS: dict[str, Any] = {
    "valid_from": timezone.localdate(),
    "valid_until": None,
    "source_title": "Decision 1",
    "source_section": "2(a)",
    "source_url": "",
    "source_language": "he",
    "when": {">=": [{"var": "age"}, 18]},
    "outline": {},
    "tests": [
        {"name": "grown up", "facts": {"age": 30}, "verdict": "yes"},
        {"name": "a child", "facts": {"age": 12}, "verdict": "no"},
    ],
}


def officer(role: str = Role.OFFICER, **more: Any) -> tuple[User, Actor]:
    membership = make.MembershipFactory(role=role, **more)
    return membership.user, Actor(membership.user.pk, membership.organisation_id, frozenset({role}))


def written(by: User, **more: Any) -> RuleVersion:
    draft = begin_rule(NAME, by=by)
    return save_draft(draft, SAYS | more, NAME, by=by, seen=draft.updated_at)


def proposed(by: tuple[User, Actor], **more: Any) -> RuleVersion:
    version = written(by[0], **more)
    decide(version, "propose", by=by[1], seen=version.updated_at)
    return version


def deliver(name: str) -> None:
    """What the worker does after commit."""
    for subscriber in subscribers(name).values():
        subscriber(Event.objects.get(name=name).pk)


def test_a_new_rule_lets_nobody_in() -> None:
    draft = begin_rule(NAME, by=officer()[0])
    assert (draft.state, draft.when, draft.rule.name) == ("draft", False, NAME)


def test_everybody_who_has_saved_it_is_a_writer_and_none_of_them_publishes_it() -> None:
    (first, one), (second, two), (third, three) = officer(), officer(), officer(Role.PLATFORM_ADMIN)
    version = written(first)
    version = save_draft(version, SAYS | {"source_section": "3"}, NAME, by=second, seen=version.updated_at)
    assert writers_of(version) == {first.pk, second.pk}
    decide(version, "propose", by=two, seen=version.updated_at)
    for actor in (one, two):
        with pytest.raises(Refused, match="Another person"):
            decide(version, "publish", by=actor, seen=version.updated_at)
    decide(version, "publish", by=three, seen=version.updated_at)
    assert (version.state, version.published_by_id) == ("published", third.pk)


def test_sending_back_does_not_make_one_a_writer() -> None:
    (writer, one), (_other, two) = officer(), officer()
    version = proposed((writer, one))
    with pytest.raises(Refused, match="reason"):
        decide(version, "send back", by=two, seen=version.updated_at)
    decide(version, "send back", by=two, reason="Which law?", seen=version.updated_at)
    assert writers_of(version) == {writer.pk}
    decide(version, "propose", by=one, seen=version.updated_at)
    decide(version, "publish", by=two, seen=version.updated_at)


def test_nobody_saves_over_or_decides_about_what_they_have_not_seen() -> None:
    (writer, one), (other, _actor) = officer(), officer()
    version = written(writer)
    before = version.updated_at
    version = save_draft(version, SAYS | {"source_section": "3"}, NAME, by=other, seen=before)
    with pytest.raises(SavedMeanwhile) as meanwhile:
        save_draft(version, SAYS, NAME, by=writer, seen=before)
    assert meanwhile.value.version.source_section == "3"
    decide(version, "propose", by=one, seen=version.updated_at)
    seen = version.updated_at
    decide(version, "send back", by=one, reason="one more thing", seen=seen)
    version = save_draft(version, SAYS | {"when": True}, NAME, by=writer, seen=version.updated_at)
    version = save_draft(version, SAYS, NAME, by=writer, seen=version.updated_at)
    decide(version, "propose", by=one, seen=version.updated_at)
    with pytest.raises(SavedMeanwhile):
        decide(version, "publish", by=officer()[1], seen=seen)
    with pytest.raises(SavedMeanwhile):
        save_draft(version, SAYS, NAME, by=other, seen=version.updated_at)  # it waits: nobody writes in it now


def test_a_new_name_counts_once_its_version_is_published() -> None:
    (writer, one), (_other, two) = officer(), officer()
    version = proposed((writer, one))
    decide(version, "publish", by=two, seen=version.updated_at)
    following = begin_version(version.rule, by=writer)
    renamed = {"en": "From eighteen"}
    following = save_draft(following, SAYS, renamed, by=writer, seen=following.updated_at)
    rule = EligibilityRule.objects.get(pk=version.rule_id)
    assert (rule.name, name_of(following)) == (NAME, renamed)
    decide(following, "propose", by=one, seen=following.updated_at)
    decide(following, "publish", by=two, seen=following.updated_at)
    rule.refresh_from_db()
    assert rule.name == renamed
    assert name_of(version) == NAME, "what it was called then is kept with what it said then"


def test_a_draft_is_thrown_away_and_takes_a_rule_of_its_own_with_it() -> None:
    user, actor = officer()
    version = proposed((user, actor))
    with pytest.raises(Refused):
        discard(version, by=actor)
    decide(version, "publish", by=officer()[1], seen=version.updated_at)
    assert discard(begin_version(version.rule, by=user), by=actor) is True
    new = begin_rule(NAME, by=user)
    with pytest.raises(Refused):
        discard(new, by=Actor(user.pk, None, frozenset({Role.AUDITOR})))
    assert discard(new, by=actor) is False
    assert not EligibilityRule.objects.filter(pk=new.rule_id).exists()


def test_publishing_withdrawing_and_standing_before_a_service_are_seen_by_visitors_at_once() -> None:
    (writer, one), (_other, two) = officer(), officer()
    service = make.ServiceFactory(published=True, minimum_age=None, maximum_age=None)
    version = proposed((writer, one))
    stand_before(version.rule, service, by=writer, stands=True)
    stand_before(version.rule, service, by=writer, stands=True)

    def rule() -> Any:
        return next(one.rule for one in catalogue().services if one.key == str(service.pk))

    assert rule() is None
    decide(version, "publish", by=two, seen=version.updated_at)
    assert rule() == SAYS["when"]
    decide(version, "withdraw", by=one, reason="The law ended.", seen=version.updated_at)
    assert rule() is None
    stand_before(version.rule, service, by=writer, stands=False)
    kept: Any = ServiceRule._meta.get_field("history").related_model
    assert [
        (event.pgh_label, event.pgh_context.metadata["actor"], event.pgh_context.metadata["reason"])
        for event in kept.objects.order_by("pgh_id").select_related("pgh_context")
    ] == [("insert", str(writer.pk), "rule before a service"), ("delete", str(writer.pk), "rule off a service")]


def test_colleagues_are_told_that_a_rule_waits_and_the_writers_what_came_of_it() -> None:
    writer, other = officer(), officer(user__language="he")
    administrator, _auditor, former = officer(Role.PLATFORM_ADMIN), officer(Role.AUDITOR), officer()
    ago = timezone.localdate() - timedelta(days=1)
    former[0].memberships.update(since=ago, until=ago)
    version = proposed(writer)
    deliver("rule.propose")
    told = Notification.objects.filter(kind="rule_proposed").order_by("id")
    assert {one.recipient_id for one in told} == {other[0].pk, administrator[0].pk}
    subject, body = render(told.get(recipient_id=other[0].pk))
    assert "מבוגרים" in subject
    assert f"/he/officer/rules/{version.rule_id}/versions/1/" in body
    assert writer[0].name not in subject + body

    decide(version, "send back", by=other[1], reason="Which law is meant by secretword?", seen=version.updated_at)
    deliver("rule.send back")
    back = Notification.objects.get(kind="rule_sent_back")
    assert back.recipient_id == writer[0].pk
    assert "secretword" not in "".join(render(back))

    decide(version, "propose", by=writer[1], seen=version.updated_at)
    decide(version, "publish", by=other[1], seen=version.updated_at)
    deliver("rule.publish")
    assert Notification.objects.get(kind="rule_published").recipient_id == writer[0].pk


def test_the_other_keepers_are_told_when_one_takes_a_published_rule_off_a_service() -> None:
    (writer, one), (second, two) = officer(), officer(user__language="he")
    administrator, _auditor, former = officer(Role.PLATFORM_ADMIN), officer(Role.AUDITOR), officer()
    ago = timezone.localdate() - timedelta(days=1)
    former[0].memberships.update(since=ago, until=ago)
    service = make.ServiceFactory(published=True, name={"en": "Job club", "he": "מועדון תעסוקה"})
    version = proposed((writer, one))
    taken_off = Event.objects.filter(name="rule.taken_off")

    def put(*, stands: bool) -> None:
        stand_before(version.rule, service, by=writer, stands=stands)

    put(stands=True)
    put(stands=False)
    assert not taken_off.exists(), "nobody had been told of a rule that was only being written"
    decide(version, "publish", by=two, seen=version.updated_at)
    put(stands=True)
    put(stands=False)
    put(stands=False)
    assert taken_off.count() == 1
    deliver("rule.taken_off")
    told = Notification.objects.filter(kind="rule_taken_off")
    assert {one.recipient_id for one in told} == {second.pk, administrator[0].pk}
    subject, body = render(told.get(recipient_id=second.pk))
    assert "מועדון תעסוקה" in subject
    assert "מבוגרים" in body
    assert f"/he{reverse('rule_services', kwargs={'pk': version.rule_id}).removeprefix('/en')}" in body
    assert writer.name not in subject + body


def test_what_was_withdrawn_is_neither_begun_with_nor_named_before_visitors() -> None:
    (writer, one), (_second, two) = officer(), officer()
    service = make.ServiceFactory(published=True)
    first = proposed((writer, one))
    decide(first, "publish", by=two, seen=first.updated_at)
    stand_before(first.rule, service, by=writer, stands=True)
    name = name_of(first)
    today = timezone.localdate()
    second = begin_version(first.rule, by=writer)
    wrong = SAYS | {"when": {">=": [{"var": "age"}, 99]}, "outline": {}, "valid_from": today + timedelta(days=9)}
    wrong["tests"] = [
        {"name": "", "facts": {"age": 99}, "verdict": "yes"},
        {"name": "", "facts": {"age": 12}, "verdict": "no"},
    ]
    second = save_draft(second, wrong, {"en": "Wrong"}, by=writer, seen=second.updated_at)
    decide(second, "propose", by=one, seen=second.updated_at)
    decide(second, "publish", by=two, seen=second.updated_at)
    assert [each.name for each in rules_of(service, today)] == [name], "the other begins in nine days"
    assert [each.name for each in rules_of(service, today + timedelta(days=9))] == [{"en": "Wrong"}]
    decide(second, "withdraw", by=two, reason="wrong", seen=second.updated_at)
    assert [each.name for each in rules_of(service, today + timedelta(days=9))] == [name]
    assert EligibilityRule.objects.get(pk=first.rule_id).name == name
    third = begin_version(first.rule, by=writer)
    assert (third.number, third.when, name_of(third)) == (3, first.when, name)


def test_the_other_keepers_are_told_when_one_withdraws_a_rule() -> None:
    (writer, one), (second, two) = officer(), officer(user__language="he")
    administrator = officer(Role.PLATFORM_ADMIN)
    version = proposed((writer, one))
    decide(version, "publish", by=two, seen=version.updated_at)
    decide(version, "withdraw", by=two, reason="secretword", seen=version.updated_at)
    deliver("rule.withdraw")
    told = Notification.objects.filter(kind="rule_withdrawn")
    assert {each.recipient_id for each in told} == {writer.pk, administrator[0].pk}
    subject, body = render(told.get(recipient_id=writer.pk))
    assert f"/versions/{version.number}/" in body
    assert "secretword" not in subject + body
    assert second.name not in subject + body


def test_everything_written_is_kept_with_a_draft() -> None:
    assert set(WRITTEN) == set(SAYS)
    version = written(officer()[0])
    assert {
        name: getattr(RuleVersion.objects.get(pk=version.pk), name) for name in ("when", "tests", "source_title")
    } == {name: SAYS[name] for name in ("when", "tests", "source_title")}
