"""One rule: what is in force in plain words, its versions with who wrote and who published, and each version by itself."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy
from django.views import View

from kesher.accounts.models import User
from kesher.base.models import Event
from kesher.directory import made_up
from kesher.directory.facts import VOCABULARY
from kesher.directory.models import EligibilityRule, RuleVersion, Service
from kesher.directory.rules import RULE_STATES, hindrances, name_of, writers_of
from kesher.engine.eligibility import DecisionTable, TableError, explain, expression_of, table_of_rule
from kesher.engine.eligibility.values import Json
from kesher.www.officer.rules import examples
from kesher.www.officer.rules.access import ReadersOnly, keeps_rules, rule_of, signed_in, version_of
from kesher.www.officer.rules.differences import differences
from kesher.www.officer.rules.hindrances import sentences
from kesher.www.officer.rules.lists import in_force_of, names_of
from kesher.www.officer.rules.words import remarks, row_words, shown_table
from kesher.www.rule_words.lines import line_of

State = RuleVersion.State
#: What happened to a version, in words; the event's name without "rule.".
HAPPENED = {
    "propose": gettext_lazy("given to a second person"),
    "publish": gettext_lazy("published"),
    "send back": gettext_lazy("sent back"),
    "withdraw": gettext_lazy("withdrawn"),
}


class RuleView(ReadersOnly, View):
    """What counts today, what is in work, what was, and the services behind it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        rule, user = rule_of(request, pk), signed_in(request)
        today = timezone.localdate()
        versions = list(
            RuleVersion.objects.visible_to(user).filter(rule=rule).select_related("rule").order_by("-number")
        )
        counting = in_force_of(versions, today)
        context = {
            "rule": rule,
            "counting": counting,
            "shown": shown(counting) if counting else None,
            "to_come": [v for v in reversed(versions) if v.state == State.PUBLISHED and v.valid_from > today],
            "in_work": next((v for v in versions if v.state in (State.DRAFT, State.PROPOSED)), None),
            "versions": told(versions),
            "services": services_behind(rule, user),
            "keeps": keeps_rules(user),
        }
        return render(request, "officer/rules/rule.html", context)


def services_behind(rule: EligibilityRule, user: User) -> list[Service]:
    """The services a rule stands before, as far as the reader sees them; archived ones have no visitors."""
    seen = Service.objects.visible_to(user).filter(rule_links__rule=rule).exclude(state=Service.State.ARCHIVED)
    return list(seen.select_related("organisation").order_by("id"))


def told(versions: Sequence[RuleVersion]) -> list[dict[str, Any]]:
    """Each version with who wrote it and what happened to it, by whom and why: two queries for all."""
    events = list(Event.objects.filter(about_id__in=[v.pk for v in versions], name__startswith="rule.").order_by("id"))
    names = names_of([*(event.actor_id for event in events), *(version.written_by_id for version in versions)])
    return [
        {
            "version": version,
            "name": name_of(version),
            "writer": names.get(version.written_by_id, ""),
            "events": [
                {
                    "what": HAPPENED.get(event.name.removeprefix("rule."), event.name),
                    "who": names.get(event.actor_id, ""),
                    "at": event.at,
                    "reason": event.reason,
                }
                for event in events
                if event.about_id == version.pk
            ],
        }
        for version in versions
    ]


def shown(version: RuleVersion) -> dict[str, Any]:
    """What a version says, for the template: ``table`` in words, or ``line`` for a rule no table shows."""
    table = table_of(version)
    if table is not None:
        return {"table": shown_table(table), "line": None}
    return {"table": None, "line": line_of(explain(version.when, {}).trace)}


def table_of(version: RuleVersion) -> DecisionTable | None:
    try:
        return table_of_rule(version.as_rule(), VOCABULARY)
    except TableError:
        return None


class VersionView(ReadersOnly, View):
    """A version by itself: what it says and changes, its examples, whom it would include, and what can be done with it."""

    def get(self, request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
        return self.draw(request, version_of(request, pk, number))

    @staticmethod
    def draw(
        request: HttpRequest, version: RuleVersion, *, refused: str = "", typed: Mapping[str, str] | None = None,
        status: int = 200,
    ) -> HttpResponse:  # fmt: skip
        user = signed_in(request)
        previous = (
            RuleVersion.objects.filter(rule=version.rule, number__lt=version.number)
            .select_related("rule").order_by("-number").first()
        )  # fmt: skip
        table = table_of(version)
        context = {
            "rule": version.rule,
            "version": version,
            "name": name_of(version),
            "told": told([version])[0],
            "seen": version.updated_at.isoformat(),
            "shown": shown(version),
            "remarks": remarks(table) if table is not None else [],
            "tried": [
                examples.tried(version.when, test["name"], test["facts"], test["verdict"]) for test in version.tests
            ],
            "sketch": sketch(version.when, table),
            "previous": previous,
            "differences": differences(previous, version, language=translation.get_language() or "en")
            if previous
            else None,
            "keeps": keeps_rules(user),
            "hindrances": sentences(version, hindrances(version))
            if version.state in (State.DRAFT, State.PROPOSED)
            else [],
            "verbs": verbs(version, user),
            "own": user.pk in writers_of(version),
            "afterwards": after_withdrawal(version),
            "refused": refused,
            "typed": typed or {"event": "", "why": ""},
        }
        return render(request, "officer/rules/version.html", context, status=status)


def verbs(version: RuleVersion, user: User) -> dict[str, bool]:
    """What this reader could do with it now, by event: underscores for spaces."""
    by = user.as_actor()
    possible = {transition.event for transition in RULE_STATES.possible(version, by=by)}
    return {event.replace(" ", "_"): event in possible for event in HAPPENED}


def after_withdrawal(version: RuleVersion) -> RuleVersion | None:
    """The version that would count if this one were withdrawn."""
    if version.state != State.PUBLISHED:
        return None
    others = RuleVersion.objects.filter(rule=version.rule).exclude(pk=version.pk).order_by("-number")
    return in_force_of(others, timezone.localdate())


def sketch(when: Json, table: DecisionTable | None) -> dict[str, Any]:
    """Whom it would include, of made-up visitors: in all, and what each row adds."""
    rows = table.rows if table is not None and len(table.rows) > 1 else ()
    without = [
        expression_of(
            DecisionTable(
                table.inputs, tuple(r for place, r in enumerate(rows) if place != number), table.outputs, table.policy
            )
        )
        for number in range(len(rows))
        if table is not None
    ]
    whole, *others = made_up.count([when, *without])
    return {
        "of": made_up.SIZE,
        "open": round(made_up.OPEN_SHARE * 100),
        "all": whole,
        "rows": [
            {
                "number": number + 1,
                "words": row_words(row.cells, table.inputs) if table is not None else "",
                "says": row.outputs[0] is True,
                "without": other,
                "by": whole.yes - other.yes,
                "less": other.yes - whole.yes,
            }
            for number, (row, other) in enumerate(zip(rows, others, strict=True))
        ],
    }
