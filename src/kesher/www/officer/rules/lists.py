"""All rules: what is in force, since when, before how many services, and what waits for a second person."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View

from kesher.accounts.models import User
from kesher.directory.models import EligibilityRule, RuleVersion, Service
from kesher.directory.rules import name_of, writers_of_each
from kesher.www.officer.rules.access import ReadersOnly, keeps_rules, signed_in

PAGE_SIZE = 25
LONGEST_QUERY = 100
State = RuleVersion.State


class RuleListView(ReadersOnly, View):
    """``?q=`` words of the name or the law, ``?show=`` force, work, waiting or none."""

    def get(self, request: HttpRequest) -> HttpResponse:
        user = signed_in(request)
        words = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
        show = request.GET.get("show", "")
        rules = _found(EligibilityRule.objects.visible_to(user), words)
        kinds = {
            "force": (_("in force"), Q(is_in_force=True)),
            "work": (_("being written"), Q(is_draft=True)),
            "waiting": (_("waiting for a second person"), Q(is_waiting=True)),
            "none": (_("not in force"), Q(is_in_force=False)),
        }
        chosen = rules.filter(kinds[show][1]) if show in kinds else rules
        page = Paginator(_in_order(chosen), PAGE_SIZE).get_page(request.GET.get("page"))
        counts = rules.aggregate(
            **{key: Count("pk", filter=asked) for key, (_label, asked) in kinds.items()}, all=Count("pk")
        )
        tabs = [("", _("all"), counts["all"]), *((key, label, counts[key]) for key, (label, _asked) in kinds.items())]
        context = {
            "page": page,
            "rows": _rows(list(page.object_list)),
            "words": words,
            "show": show if show in kinds else "",
            "query": urlencode({key: value for key, value in (("q", words), ("show", show)) if value}),
            "tabs": [
                {
                    "label": label,
                    "count": count,
                    "query": "?" + urlencode({k: v for k, v in (("q", words), ("show", key)) if v}),
                    "current": key == show,
                }
                for key, label, count in tabs
            ],
            "keeps": keeps_rules(user),
            "waiting": _waiting(user),
        }
        return render(request, "officer/rules/list.html", context)


def _found(rules: QuerySet[EligibilityRule], words: str) -> QuerySet[EligibilityRule]:
    versions = RuleVersion.objects.filter(rule=OuterRef("pk"))
    today = timezone.localdate()
    alive = versions.published().filter(Q(valid_until=None) | Q(valid_until__gte=today), valid_from__lte=today)
    rules = rules.annotate(
        is_in_force=Exists(alive),
        is_draft=Exists(versions.filter(state=State.DRAFT)),
        is_waiting=Exists(versions.filter(state=State.PROPOSED)),
    )
    if not words:
        return rules
    law = versions.filter(Q(source_title__icontains=words) | Q(source_section__icontains=words))
    return rules.annotate(all_names=Cast("name", TextField())).filter(Q(all_names__icontains=words) | Q(Exists(law)))


def _in_order(rules: QuerySet[EligibilityRule]) -> QuerySet[EligibilityRule]:
    """By the name in the reader's language; those without one after them."""
    named = KeyTextTransform(translation.get_language() or "en", "name")
    live = Count("service_links", filter=~Q(service_links__service__state=Service.State.ARCHIVED))
    return rules.annotate(named=named, services_before=live).order_by("named", "id")


def _rows(rules: list[EligibilityRule]) -> list[dict[str, Any]]:
    """Each rule with the version in force, and the one in work: one query for all."""
    today = timezone.localdate()
    versions = RuleVersion.objects.filter(rule__in=rules).select_related("rule").order_by("rule", "-number")
    by_rule: dict[UUID, list[RuleVersion]] = {rule.pk: [] for rule in rules}
    for version in versions:
        by_rule[version.rule_id].append(version)
    return [
        {
            "rule": rule,
            "in_force": in_force_of(by_rule[rule.pk], today),
            "to_come": next((v for v in by_rule[rule.pk] if v.state == State.PUBLISHED and v.valid_from > today), None),
            "in_work": next((v for v in by_rule[rule.pk] if v.state in (State.DRAFT, State.PROPOSED)), None),
            "services": rule.services_before,  # type: ignore[attr-defined]
        }
        for rule in rules
    ]


def in_force_of(versions: Iterable[RuleVersion], today: Any) -> RuleVersion | None:
    """Of one rule's versions, the highest number first: the one that counts today."""
    return next(
        (
            version
            for version in versions
            if version.state == State.PUBLISHED
            and version.valid_from <= today
            and (version.valid_until is None or version.valid_until >= today)
        ),
        None,
    )


def _waiting(user: User) -> dict[str, list[dict[str, Any]]]:
    """What waits for this reader, and what waits for a colleague since they have written in it themselves."""
    versions = list(RuleVersion.objects.visible_to(user).waiting().select_related("rule").order_by("updated_at", "id"))
    writers = writers_of_each(versions)
    names = names_of(version.written_by_id for version in versions)
    found: dict[str, list[dict[str, Any]]] = {"for_me": [], "by_me": []}
    for version in versions:
        mine = user.pk in writers[version.pk]
        found["by_me" if mine else "for_me"].append(
            {
                "version": version,
                "name": name_of(version),
                "writer": names.get(version.written_by_id, ""),
                "since": version.updated_at,
            }
        )
    return found


def names_of(keys: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """What colleagues are called, by key; somebody who is no longer there has no entry."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    return {user.pk: user.name or user.email for user in User.objects.filter(pk__in=wanted).order_by("id")}
