"""The form of a service in sections small enough for a phone: what stands in each, and what is still missing there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.base.translated import missing_languages
from kesher.directory.models import Service
from kesher.www.provider.services.forms import ORIGINS, ServiceForm
from kesher.www.provider.services.row_forms import (
    CapacityForm,
    ContactForm,
    CostForm,
    DocumentForm,
    LinkForm,
    PhoneForm,
    PlaceForm,
    RowForm,
    ServiceAreaForm,
    SpokenForm,
)
from kesher.www.translated_forms import own_name

#: Formset name -> its row form, its heading, and the word on its button.
ROWS: Mapping[str, tuple[type[RowForm], Promise, Promise]] = {
    "phones": (PhoneForm, gettext_lazy("Telephones"), gettext_lazy("Add another telephone")),
    "contacts": (ContactForm, gettext_lazy("Whom to ask"), gettext_lazy("Add another contact")),
    "links": (LinkForm, gettext_lazy("Further web addresses"), gettext_lazy("Add another address")),
    "places": (PlaceForm, gettext_lazy("Addresses"), gettext_lazy("Add another place")),
    "service_areas": (ServiceAreaForm, gettext_lazy("Where one must live"), gettext_lazy("Add another area")),
    "languages": (SpokenForm, gettext_lazy("Languages spoken"), gettext_lazy("Add another language")),
    "costs": (CostForm, gettext_lazy("Prices"), gettext_lazy("Add another price")),
    "required_documents": (DocumentForm, gettext_lazy("What to bring"), gettext_lazy("Add another paper")),
    "capacities": (CapacityForm, gettext_lazy("Places free"), gettext_lazy("Add another kind of places")),
}
HOURS, THEMES = "hours", "themes"

Missing: TypeAlias = Callable[[Service], Sequence[str]]


def _nothing(service: Service) -> Sequence[str]:
    return ()


def _what(service: Service) -> Sequence[str]:
    return () if service.description else [_("what it is, in a few sentences")]


def _themes(service: Service) -> Sequence[str]:
    return () if service.terms.exists() else [_("at least one theme: without it people find it by its name alone")]


def _whom(service: Service) -> Sequence[str]:
    told = service.eligibility_description or service.open_to_all or service.minimum_age or service.maximum_age
    enter = service.application_process or service.referral_modes
    return [*([] if told else [_("for whom")]), *([] if enter else [_("how to enter")])]


def _reach(service: Service) -> Sequence[str]:
    if service.email or service.url or service.phones.exists() or service.contacts.exists():
        return ()
    return [_("a telephone, an address to write to, or a website")]


def _hours(service: Service) -> Sequence[str]:
    if service.schedules.exists() or any(site.schedules.exists() for site in service.at_locations.all()):
        return ()
    return [_("when it is open")]


def _where(service: Service) -> Sequence[str]:
    return () if service.remote or service.at_locations.exists() else [_("a place, or that it is by phone or online")]


def _languages(service: Service) -> Sequence[str]:
    return () if service.languages.exists() else [_("in which languages one is helped")]


def _costs(service: Service) -> Sequence[str]:
    return () if service.fees_description or service.costs.exists() else [_("what it costs, or that it is free")]


def _true(service: Service) -> Sequence[str]:
    return [_("somebody to look whether all this is still right")] if service.is_stale(timezone.localdate()) else ()


@dataclass(frozen=True, slots=True)
class Section:
    """``parts``: in the order drawn, names of fields and texts of the service's form (two side by side as a pair), of
    ``ROWS``, or ``hours`` and ``themes``."""

    key: str
    heading: Promise
    parts: tuple[str | tuple[str, str], ...]
    missing: Missing = _nothing
    hint: str | Promise = ""

    @property
    def names(self) -> list[str]:
        """All parts, pairs taken apart."""
        return [name for part in self.parts for name in ([part] if isinstance(part, str) else part)]

    def lacks(self, service: Service) -> list[str]:
        """What is missing, in words; the languages in which a text of this section is not told come last."""
        texts = {name for name in self.names if name in ServiceForm.translated}
        languages = [
            own_name(code)
            for code, names in missing_languages(service, settings.COMPLETE_LANGUAGES).items()
            if texts & set(names)
        ]
        told = [_("translation: %(languages)s") % {"languages": ", ".join(languages)}] if languages else []
        return [*self.missing(service), *told]


SECTIONS: Mapping[str, Section] = {
    section.key: section
    for section in (
        Section("what", gettext_lazy("What it is"), ("name", "description", "alternate_name", "status", "alert"), _what),
        Section(
            "themes", gettext_lazy("Themes"), (THEMES,), _themes,
            gettext_lazy("On which shelves people will look for it."),
        ),
        Section(
            "whom", gettext_lazy("For whom, and how to enter"),
            (
                "eligibility_description", "open_to_all", ("minimum_age", "maximum_age"), "application_process",
                "referral_modes", "wait_time",
            ),
            _whom,
        ),
        Section(
            "reach", gettext_lazy("How to reach it"), ("phones", "contacts", "email", "url", "links"), _reach,
        ),
        Section(
            "hours", gettext_lazy("Opening hours"), (HOURS,), _hours,
            gettext_lazy("Leave a day empty when it is closed. A second pair is for the afternoon."),
        ),
        Section("where", gettext_lazy("Where"), ("remote", "places", "service_areas"), _where),
        Section(
            "languages", gettext_lazy("In which languages"), ("languages", "interpretation_services"), _languages,
        ),
        Section(
            "costs", gettext_lazy("What it costs, what to bring"),
            ("fees_description", "costs", "required_documents"), _costs,
        ),
        Section(
            "course", gettext_lazy("Courses and places free"),
            (("weekly_hours", "weeks"), "learning_outcomes", "capacities"),
        ),
        Section(
            "origin", gettext_lazy("Whose words these are"), ORIGINS,
            hint=gettext_lazy("Readers are told which words a machine translated. What you tick nowhere is not known."),
        ),
        Section("true", gettext_lazy("Staying true"), ("check_every_months",), _true),
    )
}  # fmt: skip


def of_keys(keys: Sequence[str] | None) -> list[Section]:
    """These sections, or all."""
    return list(SECTIONS.values()) if keys is None else [SECTIONS[key] for key in keys]
