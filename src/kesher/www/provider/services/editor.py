"""All forms of the edit page as one thing: filled from a service, read from a request, told as changes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils import translation
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.areas.models import Area
from kesher.base.translated import in_language
from kesher.directory.editing import EDITABLE, Changes, Row, is_plain, plain_hours
from kesher.directory.models import Service, Term
from kesher.engine.text import fold
from kesher.www.provider.services.forms import (
    MOST_ROWS,
    CostForm,
    DocumentForm,
    HoursForm,
    PhoneForm,
    PlaceForm,
    RowForm,
    ServiceForm,
    SpokenForm,
    ThemesForm,
)

TAXONOMY = "open-eligibility"
MOST_TOWNS = 300
#: Formset name -> its row form, the heading of its section, and the word on its button.
ROWS: Mapping[str, tuple[type[RowForm], Promise, Promise]] = {
    "phones": (PhoneForm, gettext_lazy("Telephones"), gettext_lazy("Add another telephone")),
    "languages": (SpokenForm, gettext_lazy("In which languages"), gettext_lazy("Add another language")),
    "costs": (CostForm, gettext_lazy("What it costs"), gettext_lazy("Add another price")),
    "required_documents": (DocumentForm, gettext_lazy("What to bring"), gettext_lazy("Add another paper")),
    "places": (PlaceForm, gettext_lazy("Where"), gettext_lazy("Add another place")),
}


class RowFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows with "take away" on those that exist."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = gettext_lazy("Take this away")


class ServiceEditor:
    """``service`` None = a new one. ``data`` None = the page is opened; else what was typed."""

    def __init__(self, service: Service | None, data: Any = None) -> None:
        self.service, self.data = service, data
        stored = {name: getattr(service, name) if service else {} for name in ServiceForm.translated}
        initial = {name: getattr(service or Service(), name) for name in EDITABLE if name not in stored}
        initial["remote"] = {True: "yes", False: "no", None: ""}[initial["remote"]]
        self.main = ServiceForm(data, stored=stored, initial=initial)
        self.sets = {kind: self._formset(kind) for kind in ROWS}
        self.hours = HoursForm(data, prefix="hours", hours=plain_hours(self._schedules))
        self.themes = ThemesForm(data, prefix="themes", choices=self._theme_choices, chosen=self._theme_codes)

    # --- what is stored ---

    @cached_property
    def _schedules(self) -> list[Any]:
        return list(self.service.schedules.all()) if self.service else []

    @property
    def other_hours(self) -> list[Any]:
        """Hours the seven rows cannot say; they stay as they are."""
        return [schedule for schedule in self._schedules if not is_plain(schedule)]

    def _stored(self, kind: str) -> dict[UUID, dict[str, Any]]:
        if self.service is None:
            return {}
        if kind == "places":
            return {site.pk: self._place(site) for site in self.service.at_locations.select_related("location__area")}
        form = ROWS[kind][0]
        names = [*form.translated, *(name for name in form.base_fields if name != "id")]
        return {
            detail.pk: {name: getattr(detail, name) for name in names} for detail in getattr(self.service, kind).all()
        }

    @staticmethod
    def _place(site: Any) -> dict[str, Any]:
        location = site.location
        address = location.addresses.order_by("id").first()
        area = location.area
        return {
            "name": location.name,
            "latitude": location.latitude,
            "longitude": location.longitude,
            "address_1": address.address_1 if address else "",
            "address_2": address.address_2 if address else "",
            "postal_code": address.postal_code if address else "",
            "town": in_language(area.name, translation.get_language() or "en").text
            if area
            else (address.city if address else ""),
            "area": area,
        }

    def _formset(self, kind: str) -> Any:
        form = ROWS[kind][0]
        stored = self._stored(kind)
        made = forms.formset_factory(
            form,
            formset=RowFormSet,
            extra=0 if stored else 1,
            max_num=MOST_ROWS,
            absolute_max=MOST_ROWS + 20,
            can_delete=True,
            can_delete_extra=False,
        )
        initial = []
        for key, values in stored.items():
            row = {"id": key, **{name: values[name] for name in form.base_fields if name in values}}
            for name in form.translated:
                row |= {f"{name}_{code}": values[name].get(code, "") for code in form.languages}
            initial.append(row)
        return made(self.data, prefix=kind, initial=initial, form_kwargs={"stored_rows": stored})

    @cached_property
    def _terms(self) -> dict[str, Term]:
        return {term.code: term for term in Term.objects.filter(taxonomy__slug=TAXONOMY).order_by("path")}

    @cached_property
    def _theme_choices(self) -> list[Any]:
        """Shelves as groups, what stands on them inside, each in the reader's language."""
        language = translation.get_language() or "en"
        shelves: dict[str, list[tuple[str, str]]] = {}
        headings: dict[str, str] = {}
        for code, term in self._terms.items():
            shelf = "/".join(term.path.split("/")[:2])
            depth = term.path.count("/") - 2
            label = in_language(term.name, language).text
            if depth <= 0:
                headings[shelf] = label
            shelves.setdefault(shelf, []).append((code, "\u2003" * max(0, depth - 1) + label))
        return sorted(
            ((headings.get(shelf, shelf), terms) for shelf, terms in shelves.items()), key=lambda pair: pair[0]
        )

    @cached_property
    def _theme_codes(self) -> list[str]:
        if self.service is None:
            return []
        own = self.service.terms.filter(term__taxonomy__slug=TAXONOMY).order_by("id")
        return [str(code) for code in own.values_list("term__code", flat=True)]

    @cached_property
    def _areas(self) -> list[Area]:
        levels = (Area.Level.LOCALITY, Area.Level.AUTHORITY)
        return list(Area.objects.of_level(*levels).only("id", "name", "population").order_by("-population", "id"))

    @property
    def towns(self) -> list[str]:
        """Names to choose from while typing: the largest places first."""
        language = translation.get_language() or "en"
        return list(dict.fromkeys(in_language(area.name, language).text for area in self._areas[:MOST_TOWNS]))

    def _area(self, town: str) -> Area | None:
        """The place of this name in any language; None when there is none or more than one."""
        wanted = fold(town).strip()
        found = [area for area in self._areas if wanted in {fold(name).strip() for name in area.name.values()}]
        # A locality and its local authority bear one name: they are one place to whoever types it.
        names = {fold(next(iter(area.name.values()))) for area in found}
        return found[0] if wanted and len(names) == 1 else None

    # --- what was typed ---

    @property
    def all_forms(self) -> Iterator[Any]:
        yield self.main
        for formset in self.sets.values():
            yield from formset.forms
        yield self.hours
        yield self.themes

    def is_valid(self) -> bool:
        parts = [self.main, *self.sets.values(), self.hours, self.themes]
        judged = [part.is_valid() for part in parts]  # every part is asked, so that all errors are shown
        return all(judged)

    @property
    def errors(self) -> list[dict[str, Any]]:
        """For the summary at the top: where, what it is called, what is wrong."""
        found: list[dict[str, Any]] = []
        for form in self.all_forms:
            found += [{"anchor": "", "label": "", "message": message} for message in form.non_field_errors()]
            for name, messages in form.errors.items():
                if name != "__all__":
                    found += [
                        {"anchor": form[name].auto_id, "label": self._label(form, name), "message": m} for m in messages
                    ]
        for formset in self.sets.values():
            found += [{"anchor": formset.prefix, "label": "", "message": m} for m in formset.non_form_errors()]
        return found

    @staticmethod
    def _label(form: Any, name: str) -> str:
        text, _underscore, _code = name.rpartition("_")
        said = getattr(form, "translated", {}).get(text)
        return f"{said.label} ({form.fields[name].label})" if said else str(form.fields[name].label)

    def add_row(self, kind: str) -> bool:
        """One more empty row, all that was typed kept, nothing judged yet. False when ``kind`` is no kind of row."""
        if kind not in ROWS or self.data is None:
            return False
        data = self.data.copy()
        total = f"{kind}-TOTAL_FORMS"
        data[total] = str(min(int(data.get(total) or 0) + 1, MOST_ROWS))
        self.__init__(self.service, data)  # type: ignore[misc]
        self._judge_nothing()
        return True

    def _judge_nothing(self) -> None:
        for form in self.all_forms:
            form._errors = ErrorDict()
            form.cleaned_data = {}
        for formset in self.sets.values():
            formset._errors = [form._errors for form in formset.forms]
            formset._non_form_errors = ErrorList()

    @property
    def seen(self) -> datetime | None:
        """When the service that filled the page had last been saved."""
        try:
            return parse_datetime((self.data or {}).get("seen", ""))
        except ValueError:
            return None

    def changes(self) -> Changes:
        """Of a valid editor."""
        details = {
            kind: [self._row(form) for form in formset.forms if not self._is_nothing(form)]
            for kind, formset in self.sets.items()
        }
        places = details.pop("places")
        terms = [self._terms[code] for code in dict.fromkeys(self.themes.chosen()) if code in self._terms]
        return Changes(
            fields={name: self.main.cleaned_data[name] for name in EDITABLE},
            details=details,
            places=[self._with_area(row) for row in places],
            hours=self.hours.wanted(),
            themes=terms,
            theme_taxonomy=TAXONOMY,
        )

    @staticmethod
    def _is_nothing(form: RowForm) -> bool:
        return form.is_blank and not form.cleaned_data.get("id")

    @staticmethod
    def _row(form: RowForm) -> Row:
        plain = [name for name in form.base_fields if name != "id"]
        values = {name: form.cleaned_data.get(name) for name in (*plain, *form.translated)}
        remove = form.is_blank or bool(form.cleaned_data.get("DELETE"))
        return Row(values=values, id=form.cleaned_data.get("id"), remove=remove)

    def _with_area(self, row: Row) -> Row:
        values = dict(row.values)
        town = values.pop("town") or ""
        before = self.sets["places"].form_kwargs["stored_rows"].get(row.id)
        values["area"] = before["area"] if before and before["town"] == town else self._area(town)
        values["city"] = town
        return Row(values=values, id=row.id, remove=row.remove)

    # --- two at once ---

    def differences(self, now: "ServiceEditor") -> list[dict[str, str]]:
        """What is stored now beside what was typed here, where they differ."""
        found = self._of_form(self.main, now.main, "")
        for kind, formset in self.sets.items():
            heading = str(ROWS[kind][1])
            stored = {str(form.initial.get("id")): form for form in now.sets[kind].forms if form.initial.get("id")}
            for form in formset.forms:
                other = stored.pop(str(form["id"].value() or ""), None)
                if other is not None:
                    found += self._of_form(form, other, f"{heading}: ")
            found += [
                {"label": heading, "stored": self._in_short(form), "typed": _("(was not there; stays)")}
                for form in stored.values()
            ]
        return (
            found + self._of_form(self.hours, now.hours, "") + self._of_form(self.themes, now.themes, _("Theme") + ": ")
        )

    def _of_form(self, typed: Any, stored: Any, before: str) -> list[dict[str, str]]:
        found = []
        for name, field in typed.fields.items():
            if name in ("id", "DELETE") or name not in stored.fields:
                continue
            there = stored.get_initial_for_field(stored.fields[name], name)
            here = typed[name].value()
            if field.has_changed(there, here):
                label = before + self._label(typed, name)
                found.append({"label": label, "stored": self._shown(field, there), "typed": self._shown(field, here)})
        return found

    @staticmethod
    def _shown(field: forms.Field, value: Any) -> str:
        if value in (None, "", []):
            return "–"
        names: dict[str, str] = {}
        for key, label in getattr(field, "choices", ()):
            names |= {str(k): str(v).strip() for k, v in label} if isinstance(label, list) else {str(key): str(label)}
        values = value if isinstance(value, (list, tuple)) else [value]
        return ", ".join(names.get(str(one), str(field.prepare_value(one))) for one in values)

    def _in_short(self, form: Any) -> str:
        return " · ".join(str(v) for k, v in form.initial.items() if k != "id" and v not in (None, ""))
