"""The log, for auditors: who looked at files, and what was done. Numbers of files, never names of people."""

from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.paginator import Page
from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.accounts import audit
from kesher.accounts.models import Organisation, User
from kesher.base.events import emit
from kesher.base.models import AccessLog, Event
from kesher.base.transitions import Actor
from kesher.base.translated import in_language
from kesher.www.forms import LongSelect, Typed
from kesher.www.lists.kept import KeptList
from kesher.www.lists.tables import Table
from kesher.www.referrals.access import InARole

TABS: dict[str, str | Promise] = {"looks": gettext_lazy("Looks at files"), "deeds": gettext_lazy("What was done")}
SINCE: dict[str, timedelta] = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=31)}
#: Counted no further: pages beyond are reached by filters.
COUNTED = 10_000

#: What somebody looked at, for whoever oversees; the person reads the same of themselves (``people.files.LOOKED_FOR``).
LOOKED_AT: Final[dict[str, str | Promise]] = {
    "file": gettext_lazy("opened a file"),
    "change": gettext_lazy("corrected a file"),
    "merge": gettext_lazy("compared two files"),
    "receipt": gettext_lazy("showed a receipt"),
    "consent": gettext_lazy("spoke with somebody about what they agree to"),
    "mentoring": gettext_lazy("worked on a mentoring"),
    "training": gettext_lazy("worked on somebody’s learning at work"),
    "help": gettext_lazy("helped somebody with their file"),
    "interview": gettext_lazy("talked with somebody about work"),
    "profile": gettext_lazy("printed or took along a profile"),
    "looks": gettext_lazy("printed who had looked at a file"),
    "counter": gettext_lazy("spoke with somebody at the counter or on the telephone"),
    "plan": gettext_lazy("looked at a plan"),
    "notes": gettext_lazy("looked at notes"),
    "appointment": gettext_lazy("looked at appointments"),
    "team": gettext_lazy("looked at who helps somebody with what"),
    "referral": gettext_lazy("looked at where somebody is referred"),
    "link": gettext_lazy("opened a link with a referral"),
    "papers": gettext_lazy("looked at somebody’s papers"),
    "paper": gettext_lazy("opened a paper"),
    "export": gettext_lazy("took a referral along for other software"),
    "list": gettext_lazy("took people along in a list"),
    "own": gettext_lazy("looked at their own file"),
    "call back": gettext_lazy("opened a request to be called"),
    "booking": gettext_lazy("opened an appointment of somebody without a file"),
    "coding": gettext_lazy("read words that a coding is unsure of"),
}
#: In the place of the name of a shelter or a clinic: who is known there is told to nobody else.
UNTOLD = gettext_lazy("an organisation of which nobody else is told")


class AuditFilterForm(Typed, forms.Form):
    """What to show. All of it may be left open."""

    words = forms.CharField(
        label=gettext_lazy("Name or e-mail address of who it was, or a number"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"dir": "auto", "type": "search", "autocomplete": "off"}),
    )
    organisation = forms.ChoiceField(label=gettext_lazy("For which organisation?"), required=False, widget=LongSelect)
    what = forms.ChoiceField(label=gettext_lazy("What"), required=False, widget=LongSelect)
    since = forms.ChoiceField(
        label=gettext_lazy("Since when?"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("day", gettext_lazy("since yesterday")),
            ("week", gettext_lazy("the last seven days")),
            ("month", gettext_lazy("the last month")),
        ],
    )

    def __init__(
        self, *args: Any, what: list[tuple[str, str]], organisations: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, those in (("what", what), ("organisation", organisations)):
            field: Any = self.fields[name]
            field.choices = [("", _("all")), *those]


class AuditView(InARole, KeptList):
    """Two logs under two tabs, each with the same filters."""

    roles_let_in = audit.READERS
    of, url_name, template = "audit", "audit", "admin/audit.html"
    tabs = tuple(TABS)
    keeps_page = counted_with_page = False

    @property
    def of_looks(self) -> bool:
        return self.show == "looks"

    @property
    def _key(self) -> str:
        return f"list-audit-{self.show}"  # what one looks for among looks is nothing that can be looked for among deeds

    def form(self, data: Any) -> AuditFilterForm:
        what = [(code, str(words)) for code, words in LOOKED_AT.items()] if self.of_looks else self._names()
        language = translation.get_language() or settings.LANGUAGE_CODE
        told = Organisation.objects.exclude(pk__in=self.untold).order_by("pk")
        named = ((str(one.pk), in_language(one.name, language).text) for one in told)
        return AuditFilterForm(data, what=what, organisations=sorted(named, key=lambda one: one[1]))

    def _names(self) -> list[tuple[str, str]]:
        those = audit.deeds_for(self.user).order_by("name").values_list("name", "about_type").distinct()
        names = {audit.name_of(name, about_type) for name, about_type in those} - {""}
        return [(name, name) for name in sorted(names)]

    @cached_property
    def untold(self) -> frozenset[UUID]:
        return audit.untold(self.user)

    def found(self, wanted: Mapping[str, Any]) -> Any:
        rows: Any = audit.looks_for(self.user) if self.of_looks else audit.deeds_for(self.user)
        if words := wanted.get("words"):
            rows = audit.by_somebody_called(rows, words, self.untold)
        if organisation := wanted.get("organisation"):
            rows = rows.filter(organisation_id=organisation)
        if what := wanted.get("what"):
            rows = rows.filter(purpose=what) if self.of_looks else rows.filter(name__in=audit.called(what))
        if since := SINCE.get(wanted.get("since") or ""):
            rows = rows.filter(at__gte=timezone.now() - since)
        return rows

    def length(self, found: Any) -> int:
        return int(found.order_by()[:COUNTED].count())

    def context(self, wanted: Mapping[str, Any], page: Page[Any]) -> dict[str, Any]:
        return {
            "rows": self._rows(list(page.object_list)),
            "tabs": [
                {"label": label, "query": f"?show={key}", "current": key == self.show} for key, label in TABS.items()
            ],
            "of_looks": self.of_looks,
            "counted": COUNTED,
        }

    def found_by_key(self, keys: list[UUID]) -> dict[UUID, Any]:
        return {}  # nothing is done with what is only read

    def _rows(self, those: list[AccessLog | Event]) -> list[dict[str, Any]]:
        names = audit.names_of(those, self.untold)
        keys = {one.organisation_id for one in those if one.organisation_id is not None} - self.untold
        organisations = {one.pk: one.name for one in Organisation.objects.filter(pk__in=keys).order_by("pk")}
        return [
            {
                "key": one.pk,
                "at": one.at,
                "who": self._who(one, names),
                "organisation": organisations.get(one.organisation_id, {}) if one.organisation_id else {},
                "untold": one.organisation_id in self.untold,
                "what": self._what(one),
                "in_words": isinstance(one, AccessLog) or not audit.name_of(one.name, one.about_type),
                "reason": audit.reason_of(one) if isinstance(one, Event) else "",
                "number": one.about_id,
            }
            for one in those
        ]

    @staticmethod
    def _what(one: AccessLog | Event) -> str:
        if isinstance(one, AccessLog):
            return str(LOOKED_AT.get(one.purpose, one.purpose))
        return audit.name_of(one.name, one.about_type) or _("something else in a file")

    def _who(self, one: AccessLog | Event, names: Mapping[UUID, str]) -> str:
        if one.organisation_id in self.untold:
            return _("somebody there")
        if one.actor_id is None:
            return _("the portal itself, or somebody by a link")
        if audit.may_be_named(one, self.untold):
            return names.get(one.actor_id) or _("an account that is gone")
        if one.organisation_id is not None:
            return _("somebody of the organisation")
        return _("the person, or who helps them")

    @staticmethod
    def _for_whom(row: Mapping[str, Any], language: str) -> str:
        if row["untold"]:
            return str(UNTOLD)
        return in_language(row["organisation"], language).text if row["organisation"] else ""

    def table(self, rows: Any) -> Table:
        """That the log was taken along stands in the log."""
        those = list(rows)
        user: User = self.user
        with transaction.atomic():
            emit(
                "audit.taken",
                user,
                by=Actor(user.pk, None, frozenset(user.roles)),
                data={"of": self.show, "rows": len(those)},
            )
        language = translation.get_language() or settings.LANGUAGE_CODE
        return Table(
            name=f"log-{self.show}",
            title=str(TABS[self.show]),
            columns=[_("When"), _("Who"), _("For which organisation?"), _("What"), _("Reason"), _("Number")],
            rows=[
                [
                    f"{timezone.localtime(row['at']):%Y-%m-%d %H:%M:%S}",
                    row["who"],
                    self._for_whom(row, language),
                    row["what"],
                    row["reason"],
                    str(row["number"]),
                ]
                for row in self._rows(those)
            ],
        )
