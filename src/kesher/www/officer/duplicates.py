"""Records that may be one: the list with its reasons, the two side by side, and what one decides about them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.mixins import UserPassesTestMixin
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from django.views.generic import ListView

from kesher.accounts.models import Organisation
from kesher.areas.models import Area
from kesher.base.transitions import Refused
from kesher.base.translated import in_language
from kesher.directory.duplicates import merge, not_the_same, to_undo_first, undo
from kesher.directory.merging_records import CHOICES, MODELS, Record
from kesher.directory.models import (
    Dataset,
    DuplicateCandidate,
    Kind,
    Location,
    Merge,
    OrganisationProfile,
    Phone,
    Service,
)
from kesher.directory.models.duplicates import DECIDERS
from kesher.www.front.services.hours import in_words, week
from kesher.www.translated_forms import in_reading_order

State = DuplicateCandidate.State

#: What the evidence says when it speaks for, half for, and against.
REASONS: dict[str, tuple[str | Promise, str | Promise, str | Promise]] = {
    "name": (gettext_lazy("same name"), gettext_lazy("names alike"), gettext_lazy("other names")),
    "phone": (gettext_lazy("same telephone"), gettext_lazy("same telephone"), gettext_lazy("other telephone")),
    "email": (gettext_lazy("same e-mail address"), gettext_lazy("same e-mail domain"), gettext_lazy("other e-mail")),
    "website": (gettext_lazy("same web page"), gettext_lazy("same website"), gettext_lazy("other website")),
    "address": (gettext_lazy("same address"), gettext_lazy("addresses alike"), gettext_lazy("other address")),
    "distance": (gettext_lazy("same place"), gettext_lazy("close by"), gettext_lazy("far apart")),
    "organisation": (
        gettext_lazy("same organisation"),
        gettext_lazy("same organisation"),
        gettext_lazy("other organisation"),
    ),
    "town": (gettext_lazy("same town"), gettext_lazy("same town"), gettext_lazy("other town")),
}


def reasons(candidate: DuplicateCandidate) -> list[dict[str, Any]]:
    """The evidence in words; ``agrees`` False where it speaks against."""
    return [
        {
            "words": REASONS[one["code"]][0 if one["value"] == 1 else 1 if one["value"] > 0 else 2],
            "agrees": one["value"] > 0,
        }
        for one in candidate.evidence
        if one["code"] in REASONS
    ]


class DecidersOnly(UserPassesTestMixin):
    """Moderators, officers and the platform's administrators; others are refused (403), strangers asked to log in."""

    request: HttpRequest

    def test_func(self) -> bool:
        return bool(self.request.user.is_authenticated and self.request.user.has_role(*DECIDERS))


#: What is read along with the records of a kind.
ALONG: dict[Kind, tuple[str, ...]] = {
    Kind.SERVICE: ("organisation", "dataset"),
    Kind.ORGANISATION: ("profile__dataset",),
    Kind.LOCATION: ("organisation", "area", "dataset"),
}


def _records(kind: str, keys: list[UUID]) -> dict[UUID, Record]:
    rows: QuerySet[Any] = MODELS[Kind(kind)]._default_manager.select_related(*ALONG[Kind(kind)])
    if kind == Kind.LOCATION:
        rows = rows.prefetch_related("addresses")
    return dict(rows.in_bulk(keys))


def described(record: Record) -> dict[str, Any]:
    """A record in a list: what it is called, whose it is, where it came from, and the street of a place.

    A place without a name is called like the organisation whose it is.
    """
    owner = None if isinstance(record, Organisation) else record.organisation
    place = record if isinstance(record, Location) else None
    return {
        "name": record.name or (owner.name if owner else {}),
        "owner": owner.name if owner and owner.name != record.name else {},
        "street": next((str(address) for address in place.addresses.all()), "") if place else "",
        "source": source_of(record),
    }


def source_of(record: Record) -> str:
    """The list a record came with, in words; who wrote it here is told by history."""
    if isinstance(record, Organisation):
        page: OrganisationProfile | None = getattr(record, "profile", None)
        dataset: Dataset | None = page.dataset if page else None
    else:
        dataset = record.dataset
    if dataset is None:
        return _("entered here")
    return in_language(dataset.name, translation.get_language() or "en").text or dataset.slug


class DuplicateListView(DecidersOnly, ListView):  # type: ignore[type-arg]
    """Pairs to be decided, the surest first; with ``?state=`` those decided."""

    template_name = "officer/duplicates.html"
    paginate_by = 20

    def get_queryset(self) -> QuerySet[DuplicateCandidate]:
        asked = self.request.GET
        self.kind = asked.get("kind") if asked.get("kind") in Kind.values else Kind.SERVICE.value
        self.state = asked.get("state") if asked.get("state") in State.values else State.OPEN.value
        return DuplicateCandidate.objects.visible_to(self.request.user).filter(kind=self.kind, state=self.state)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        page = list(context["object_list"])
        records = _records(str(self.kind), [key for row in page for key in (row.first, row.second)])
        pairs = [
            {
                "row": row,
                "sides": [described(records[row.first]), described(records[row.second])],
                "reasons": reasons(row),
            }
            for row in page
            if row.first in records and row.second in records
        ]
        visible = DuplicateCandidate.objects.visible_to(self.request.user)
        return context | {
            "pairs": pairs,
            "kind": self.kind,
            "state": self.state,
            "kinds": [
                {"value": kind.value, "label": kind.label, "count": visible.open().filter(kind=kind).count()}
                for kind in Kind
            ],
            "states": State.choices,
            "query": f"kind={self.kind}&state={self.state}",
        }


class DecisionForm(forms.Form):
    """What is decided and why. The fields to take are named ``take-<field>`` and read apart."""

    reason = forms.CharField(
        label=gettext_lazy("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=gettext_lazy("For whoever asks later. It stays with the record."),
    )


class DuplicateView(DecidersOnly, View):
    """Two records side by side."""

    def get(self, request: HttpRequest, pk: UUID, form: DecisionForm | None = None) -> HttpResponse:
        row = self._row(request, pk)
        first, second = self._pair(row)
        done = Merge.objects.visible_to(request.user).in_force().filter(candidate=row).first()
        keep = str(done.kept) if done else (request.POST if form else request.GET).get("keep")
        kept, other = (second, first) if keep == str(second.pk) else (first, second)
        fields = compared(Kind(row.kind), kept, other, request.POST if form else {})
        context = {
            "row": row,
            "open": row.state == State.OPEN,
            "kept": kept,
            "other": other,
            "differing": [field for field in fields if field["differs"]],
            "same": [field for field in fields if not field["differs"]],
            "reasons": reasons(row),
            "form": form or DecisionForm(),
            "done": done,
            "first": done and to_undo_first(done),
        }
        return render(request, "officer/duplicate.html", context, status=400 if form else 200)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        row = self._row(request, pk)
        first, second = self._pair(row)
        form = DecisionForm(request.POST)
        if not form.is_valid():
            return self.get(request, pk, form)
        actor, reason = request.user.as_actor(), form.cleaned_data["reason"]  # type: ignore[union-attr]
        try:
            match request.POST.get("decision"):
                case "merge":
                    kept, other = (second, first) if request.POST.get("keep") == str(second.pk) else (first, second)
                    chosen = [name for name in CHOICES[row.kind] if request.POST.get(f"take-{name}") == "other"]
                    merge(kept, other, by=actor, reason=reason, choices=chosen)
                    messages.success(request, _("They are one now. You can undo this here."))
                    return redirect("duplicate", pk=row.pk)
                case "not_the_same":
                    not_the_same(row, by=actor, reason=reason)
                    messages.success(request, _("Kept apart. Nobody will be asked about these two again."))
                case "undo":
                    done = get_object_or_404(
                        Merge.objects.visible_to(request.user).in_force(),
                        candidate=row,
                    )
                    undo(done, by=actor, reason=reason)
                    messages.success(request, _("Undone. Both are as they were."))
                    return redirect("duplicate", pk=row.pk)
                case _:
                    form.add_error(None, _("Say whether they are the same."))
                    return self.get(request, pk, form)
        except Refused as refusal:
            form.add_error(None, str(refusal.message))
            return self.get(request, pk, form)
        return redirect("duplicates")

    @staticmethod
    def _row(request: HttpRequest, pk: UUID) -> DuplicateCandidate:
        return get_object_or_404(DuplicateCandidate.objects.visible_to(request.user), pk=pk)

    @staticmethod
    def _pair(row: DuplicateCandidate) -> tuple[Record, Record]:
        records = _records(row.kind, [row.first, row.second])
        if len(records) < 2:
            raise Http404
        return records[row.first], records[row.second]


def compared(kind: Kind, kept: Record, other: Record, typed: Any) -> list[dict[str, Any]]:
    """One line per field: its label, both values in words, whether they differ, and which one is chosen."""
    pages: list[OrganisationProfile | None] = [None, None]
    if kind == Kind.ORGANISATION:
        found = {
            page.organisation_id: page for page in OrganisationProfile.objects.filter(organisation__in=[kept, other])
        }
        pages = [found.get(kept.pk), found.get(other.pk)]
    lines: list[dict[str, Any]] = []
    for name in CHOICES[kind]:
        _prefix, dot, short = name.partition(".")
        owners: list[models.Model | None] = list(pages) if dot else [kept, other]
        model: type[models.Model] = OrganisationProfile if dot else type(kept)
        together = TOGETHER.get(name)
        field = None if together else model._meta.get_field(short or name)
        values = [together[1](owner) if together else shown(owner, short or name) for owner in owners]
        same = values[0] == values[1]
        if any(values):
            # Where the kept one says nothing, the other's words are proposed.
            chosen = typed.get(f"take-{name}") or ("other" if values[1] and not values[0] else "kept")
            lines.append(
                {
                    "name": name,
                    "label": together[0] if together else field.verbose_name,  # type: ignore[union-attr]
                    "kept": told(values[0], text=is_text(field), same=same),
                    "other": told(values[1], text=is_text(field), same=same),
                    "differs": not same,
                    "choose": not dot or owners[1] is not None,
                    "chosen": chosen,
                }
            )
    labels = [_("telephone"), *([_("services here")] if kind == Kind.LOCATION else []), _("source")]
    for label, ours, theirs in zip(labels, *(_beside(kind, record) for record in (kept, other)), strict=True):
        if ours or theirs:
            lines.append({"label": label, "kept": told(ours), "other": told(theirs), "differs": ours != theirs})
    return lines


def told(lines: list[str], *, text: bool = False, same: bool = False) -> dict[str, list[str]]:
    """What is shown of a side, and what is folded away: of a text in seven languages, six; none where both say the same."""
    return {"lines": lines[:1], "more": [] if same else lines[1:]} if text else {"lines": lines, "more": []}


def _beside(kind: Kind, record: Record) -> list[list[str]]:
    """What is told of a record and not chosen: telephones, the services at a place, where it came from."""
    numbers = Phone.objects.filter(**{kind.value: record}).order_by("pk").values_list("number", flat=True)
    lines = [sorted(set(numbers))]
    if kind == Kind.LOCATION:
        here = Service.objects.filter(at_locations__location=record.pk).order_by("pk")
        names = list(here.values_list("name", flat=True)[: MOST_SERVICES + 1])
        language = translation.get_language() or "en"
        shown_names = [in_language(name, language).text for name in names[:MOST_SERVICES]]
        lines.append([*shown_names, "…"] if len(names) > MOST_SERVICES else shown_names)
    return [*lines, [source_of(record)]]


def _point(place: Any) -> list[str]:
    return [] if place.latitude is None else [f"{place.latitude:.5f}, {place.longitude:.5f}"]


def _addresses(place: Any) -> list[str]:
    return [str(address) for address in place.addresses.all()]


def _hours(place: Any) -> list[str]:
    """The weekly hours, a day to a line, and what only words tell."""
    language, today = translation.get_language() or "en", timezone.localdate()
    schedules = list(place.schedules.all())
    days = [
        f"{day.label} {', '.join(f'{opens:%H:%M}–{closes:%H:%M}' for opens, closes in day.spans)}"
        for day in week(schedules, today)
        if day.spans
    ]
    return [*days, *(in_language(words, language).text for words in in_words(schedules, today))]


def _accessibility(place: Any) -> list[str]:
    language = translation.get_language() or "en"
    return [in_language(row.description, language).text or row.details for row in place.accessibility.all()]


MOST_SERVICES = 5
#: Choices of a place that are no field of it: their label, and both values in words.
TOGETHER: dict[str, tuple[str | Promise, Callable[[Any], list[str]]]] = {
    "point": (gettext_lazy("on the map"), _point),
    "addresses": (gettext_lazy("address"), _addresses),
    "schedules": (gettext_lazy("opening hours"), _hours),
    "accessibility": (gettext_lazy("accessibility"), _accessibility),
}


def is_text(field: object) -> bool:
    """Whether the field holds a text in several languages."""
    return isinstance(field, models.JSONField)


def shown(row: models.Model | None, name: str) -> list[str]:
    """A field's value as a list of lines for people; [] for nothing."""
    value = getattr(row, name, None)
    if row is None or value in (None, "", {}, []):
        return []
    if isinstance(value, dict):
        return [value[language] for language in in_reading_order(sorted(value))]
    if isinstance(value, list):
        base = getattr(row._meta.get_field(name), "base_field", None)
        words = dict(base.flatchoices) if base else {}
        return [str(words.get(part, part)) for part in value]
    if isinstance(value, bool):
        return [_("yes") if value else _("no")]
    if isinstance(value, Organisation | Area):
        return [in_language(value.name, translation.get_language() or "en").text]
    display = getattr(row, f"get_{name}_display", None)
    return [str(display() if display else value)]
