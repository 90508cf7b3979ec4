"""Writing, proposing and publishing eligibility rules: what an officer does with the engine's rules.

version = begin_version(rule, by=user)                 a draft, with what the rule says now
RULE_STATES.apply(version, "propose", by=user.as_actor(...))
publish(version, by=another.as_actor(...))             the second person
hindrances(version)                                    what stands against it, in sentences
"""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.history import acting
from kesher.base.transitions import Actor, Transition, TransitionTable
from kesher.directory.facts import VOCABULARY
from kesher.directory.models import RULE_KEEPERS, EligibilityRule, RuleVersion
from kesher.engine.eligibility import Issue

State = RuleVersion.State


def hindrances(version: RuleVersion) -> Sequence[Issue]:
    """Why it cannot be published yet: faults, unknown facts, missing or failing examples. Empty when it can."""
    return version.as_rule().hindrances(VOCABULARY)


def is_sound(version: RuleVersion, by: Actor) -> str | Promise | None:
    if hindrances(version):
        return _("The rule has faults, or its examples do not come out as expected. Look at them first.")
    return None


def is_a_second_person(version: RuleVersion, by: Actor) -> str | Promise | None:
    if version.written_by_id is not None and version.written_by_id == by.user_id:
        return _("Another person than the one who wrote it publishes a rule.")
    return is_sound(version, by)


RULE_STATES = TransitionTable(
    name="rule",
    field="state",
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
    """The version in work, or a new draft that says what the newest one says."""
    with transaction.atomic(), acting(actor=by.pk, reason="new version of a rule"):
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
        if newest is not None:
            for name in ("source_title", "source_section", "source_url", "when", "outline", "tests", "valid_until"):
                setattr(draft, name, getattr(newest, name))
            if draft.valid_until is not None and draft.valid_until < draft.valid_from:
                draft.valid_until = None
        draft.save()
        return draft


def publish(version: RuleVersion, *, by: Actor) -> None:
    """The second person says yes. Raises :class:`~kesher.base.transitions.Refused`."""
    with transaction.atomic(), acting(actor=by.user_id, reason="publish rule"):
        # Before the state: the row may not be published without a name beside it.
        locked = RuleVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
        if refusal := RULE_STATES.refusal(locked, "publish", by=by):
            raise refusal
        locked.published_by_id, locked.published_at = by.user_id, timezone.now()
        locked.save(update_fields=["published_by_id", "published_at"])
        RULE_STATES.apply(locked, "publish", by=by)
        version.refresh_from_db()
