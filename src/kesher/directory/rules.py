"""Writing, proposing and publishing eligibility rules: what an officer does with the engine's rules.

version = begin_version(rule, by=user)                 a draft, with what the rule says now
RULE_STATES.apply(version, "propose", by=user.as_actor(...))
publish(version, by=another.as_actor(...))             the second person
hindrances(version)                                    what stands against it, in sentences
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation, User
from kesher.base.events import emit
from kesher.base.history import acting, user_in
from kesher.base.transitions import Actor, Refused, Transition, TransitionTable
from kesher.directory.facts import VOCABULARY
from kesher.directory.models import RULE_KEEPERS, EligibilityRule, RuleVersion, Service, ServiceRule
from kesher.engine.eligibility import Issue

State = RuleVersion.State
#: What is written in a version, besides the rule's name.
WRITTEN = (
    "valid_from", "valid_until", "source_title", "source_section", "source_url", "source_language",
    "when", "outline", "tests",
)  # fmt: skip
#: A rule that was published no longer stands before a service; ``data``: which.
TAKEN_OFF = "rule.taken_off"
#: Where the outline keeps the name that a version brings with it: it is the rule's once the version is published.
NAME = "name"


class SavedMeanwhile(Exception):
    """Somebody else has saved the version, or moved it on, since it was looked at; ``version`` is how it is now."""

    def __init__(self, version: RuleVersion) -> None:
        super().__init__(str(version))
        self.version = version


def hindrances(version: RuleVersion) -> Sequence[Issue]:
    """Why it cannot be published yet: faults, unknown facts, missing or failing examples. Empty when it can."""
    return version.as_rule().hindrances(VOCABULARY)


def is_sound(version: RuleVersion, by: Actor) -> str | Promise | None:
    if hindrances(version):
        return _("The rule has faults, or its examples do not come out as expected. Look at them first.")
    return None


def writers_of(version: RuleVersion) -> frozenset[UUID]:
    """Everybody who has written in this version, not only the one who was the last: none of them publishes it."""
    return writers_of_each([version])[version.pk]


def writers_of_each(versions: Sequence[RuleVersion]) -> dict[UUID, frozenset[UUID]]:
    """The writers of each version, by its key; one query."""
    kept: Any = RuleVersion._meta.get_field("history").related_model
    written = kept.objects.filter(
        pgh_obj_id__in=[version.pk for version in versions], pgh_context__metadata__has_key="writes"
    ).values_list("pgh_obj_id", "pgh_context__metadata__actor")
    found = {version.pk: {version.written_by_id} if version.written_by_id else set() for version in versions}
    for key, actor in written:
        if (user := user_in(actor)) is not None:
            found[key].add(user)
    return {key: frozenset(who) for key, who in found.items()}


def is_a_second_person(version: RuleVersion, by: Actor) -> str | Promise | None:
    if by.user_id is not None and by.user_id in writers_of(version):
        return _("Another person than the one who wrote it publishes a rule.")
    return is_sound(version, by)


RULE_STATES = TransitionTable(
    name="rule",
    field="state",
    stamps=True,  # the catalogue that visitors are answered from is read anew
    transitions=(
        Transition("propose", sources={State.DRAFT}, target=State.PROPOSED, roles=RULE_KEEPERS, guard=is_sound),
        Transition(
            "publish", sources={State.PROPOSED}, target=State.PUBLISHED, roles=RULE_KEEPERS, guard=is_a_second_person
        ),
        Transition("send back", sources={State.PROPOSED}, target=State.DRAFT, roles=RULE_KEEPERS, reason_required=True),
        Transition(
            "withdraw", sources={State.PUBLISHED}, target=State.WITHDRAWN, roles=RULE_KEEPERS, reason_required=True
        ),
    ),
)


def begin_version(rule: EligibilityRule, *, by: User) -> RuleVersion:
    """The version in work, or a new draft that says what the newest one says that was not withdrawn."""
    with transaction.atomic(), acting(actor=by.pk, reason="new version of a rule", writes=1):
        EligibilityRule.objects.select_for_update(of=("self",)).get(pk=rule.pk)
        versions = RuleVersion.objects.filter(rule=rule).order_by("-number")
        in_work = versions.filter(state__in=[State.DRAFT, State.PROPOSED]).first()
        if in_work is not None:
            return in_work
        newest = versions.first()
        draft = RuleVersion(
            rule=rule,
            number=newest.number + 1 if newest else 1,
            valid_from=timezone.localdate(),
            written_by_id=by.pk,
        )
        # What was withdrawn was wrong: nobody is to publish it anew by not looking.
        says = versions.exclude(state=State.WITHDRAWN).first() or newest
        if says is not None:
            for name in WRITTEN[1:]:
                setattr(draft, name, getattr(says, name))
            if draft.valid_until is not None and draft.valid_until < draft.valid_from:
                draft.valid_until = None
        draft.save()
        return draft


def begin_rule(name: Mapping[str, str], *, by: User, organisation: Organisation | None = None) -> RuleVersion:
    """A new rule and the draft of its first version. It lets nobody in until somebody writes who may come."""
    with transaction.atomic(), acting(actor=by.pk, reason="new rule", writes=1):
        rule = EligibilityRule.objects.create(name=dict(name), organisation=organisation)
        draft = begin_version(rule, by=by)
        draft.when = False
        draft.outline = {NAME: dict(name)}
        draft.save()
        return draft


def name_of(version: RuleVersion) -> Mapping[str, str]:
    """What the rule is called by this version: a new name counts for readers once its version is published."""
    named: Mapping[str, str] = version.outline.get(NAME) or version.rule.name
    return named


def save_draft(
    version: RuleVersion, written: Mapping[str, Any], name: Mapping[str, str], *, by: User, seen: datetime | None
) -> RuleVersion:
    """Keep what was written (a value for each of :data:`WRITTEN`) in a draft; raises :class:`SavedMeanwhile`.

    ``seen``: when the version had last been saved as the writer saw it. From now on ``by`` is who wrote it.
    """
    with transaction.atomic(), acting(actor=by.pk, reason="write rule", writes=1):
        locked = RuleVersion.objects.select_for_update(of=("self",)).select_related("rule").get(pk=version.pk)
        if locked.state != State.DRAFT or seen != locked.updated_at:
            raise SavedMeanwhile(locked)
        for field in WRITTEN:
            setattr(locked, field, written[field])
        locked.outline = {**locked.outline, NAME: dict(name)}
        locked.written_by_id = by.pk
        locked.full_clean(exclude=["rule", "when", "outline", "tests", "source_title"])
        locked.save()
        if not RuleVersion.objects.filter(rule=locked.rule).exclude(pk=locked.pk).exists():
            _rename(locked.rule, name)
        return locked


def _rename(rule: EligibilityRule, name: Mapping[str, str]) -> None:
    if rule.name != name:
        rule.name = dict(name)
        rule.save(update_fields=["name", "updated_at"])


def discard(version: RuleVersion, *, by: Actor) -> bool:
    """Throw a draft away, and its rule with it where that was all there was of it; returns whether the rule stays.

    Raises :class:`~kesher.base.transitions.Refused`.
    """
    with transaction.atomic(), acting(actor=by, reason="discard draft of a rule"):
        locked = RuleVersion.objects.select_for_update(of=("self",)).select_related("rule").get(pk=version.pk)
        if not RULE_KEEPERS & by.roles:
            raise Refused(_("Your role does not allow this."), "role")
        if locked.state != State.DRAFT:
            raise Refused(_("This is not possible in the present state."), "state")
        rule = locked.rule
        locked.delete()
        if RuleVersion.objects.filter(rule=rule).exists():
            return True
        rule.delete()
        return False


def stand_before(rule: EligibilityRule, service: Service, *, by: User, stands: bool) -> None:
    """Set a rule before a service, or take it from there. Done twice it is done once.

    One person alone opens a service to more people when they take a rule away: so the others who keep rules hear of it.
    """
    with transaction.atomic(), acting(actor=by.pk, reason="rule before a service" if stands else "rule off a service"):
        if stands:
            ServiceRule.objects.get_or_create(rule=rule, service=service)
            return
        gone, _each = ServiceRule.objects.filter(rule=rule, service=service).delete()
        if gone and RuleVersion.objects.published().filter(rule=rule).exists():
            emit(TAKEN_OFF, rule, by=Actor(by.pk), data={"service": str(service.pk)})


def decide(version: RuleVersion, event: str, *, by: Actor, reason: str = "", seen: datetime | None) -> None:
    """Any of the transitions, on the version as it was when it had been looked at.

    Raises :class:`SavedMeanwhile` when it has changed since ``seen``: nobody publishes what they have not read; and
    :class:`~kesher.base.transitions.Refused`.
    """
    with transaction.atomic():
        locked = RuleVersion.objects.select_for_update(of=("self",)).select_related("rule").get(pk=version.pk)
        if locked.updated_at != seen:
            raise SavedMeanwhile(locked)
        if event == "publish":
            publish(locked, by=by)
        else:
            RULE_STATES.apply(locked, event, by=by, reason=reason)
        if event == "withdraw":
            _as_before(locked.rule, by=by)
        version.refresh_from_db()


def _as_before(rule: EligibilityRule, *, by: Actor) -> None:
    """The rule is called again as the last version says that still counts."""
    left = RuleVersion.objects.published().filter(rule=rule).select_related("rule").order_by("-number").first()
    if left is not None:
        with acting(actor=by, reason="withdraw rule"):
            _rename(rule, name_of(left))


def publish(version: RuleVersion, *, by: Actor) -> None:
    """The second person says yes. Raises :class:`~kesher.base.transitions.Refused`."""
    with transaction.atomic(), acting(actor=by, reason="publish rule"):
        # Before the state: the row may not be published without a name beside it.
        locked = RuleVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        # Nobody puts it before a service meanwhile: what is published tells every service it stands before.
        rule = EligibilityRule.objects.select_for_update(of=("self",)).get(pk=locked.rule_id)
        if refusal := RULE_STATES.refusal(locked, "publish", by=by):
            raise refusal
        locked.published_by_id, locked.published_at = by.user_id, timezone.now()
        locked.save(update_fields=["published_by_id", "published_at"])
        RULE_STATES.apply(locked, "publish", by=by)
        _rename(rule, name_of(locked))
        version.refresh_from_db()
