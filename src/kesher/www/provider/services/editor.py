"""The forms of the edit page as one thing: filled from a service, read from a request, told as changes."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.directory.editing import EDITABLE, Changes, is_plain, plain_hours
from kesher.directory.models import Service, Term
from kesher.directory.taxonomies import THEMES as TAXONOMIES
from kesher.www.provider.services.area_names import AreaNames
from kesher.www.provider.services.forms import HoursForm, ServiceForm
from kesher.www.provider.services.row_forms import MOST_ROWS
from kesher.www.provider.services.sections import HOURS, ROWS, THEMES, of_keys
from kesher.www.provider.services.stored import stored_rows
from kesher.www.provider.services.themes import Bookcases, ThemesForm
from kesher.www.translated_forms import TranslatedForm


class RowFormSet(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows with "take away" on those that exist."""

    deletion_widget = forms.CheckboxInput

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = gettext_lazy("Take this away")
            if form.stays:
                del form.fields["DELETE"]


class ServiceEditor:
    """``service`` None = a new one. ``data`` None = the page is opened; else what was typed. ``keys``: of which sections."""

    def __init__(self, service: Service | None, data: Any = None, *, keys: Sequence[str] | None = None) -> None:
        self.service, self.data, self.keys = service, data, keys
        self.sections = of_keys(keys)
        names = [name for section in self.sections for name in section.names]
        stored = {name: getattr(service, name) if service else {} for name in ServiceForm.translated}
        initial = {name: getattr(service or Service(), name) for name in EDITABLE if name not in stored}
        initial["remote"] = {True: "yes", False: "no", None: ""}[initial["remote"]]
        self.main = ServiceForm(data, stored=stored, initial=initial, only=names)
        self.areas = AreaNames()
        self.sets = {kind: self._formset(kind) for kind in ROWS if kind in names}
        self.hours = HoursForm(data, prefix=HOURS, hours=plain_hours(self._schedules)) if HOURS in names else None
        self.themes = (
            ThemesForm(data, prefix=THEMES, bookcases=Bookcases(self._terms.values()), chosen=self._theme_codes)
            if THEMES in names
            else None
        )

    # --- what is stored ---

    @cached_property
    def _schedules(self) -> list[Any]:
        return list(self.service.schedules.all()) if self.service else []

    @property
    def other_hours(self) -> list[Any]:
        """Hours the seven rows cannot say; they stay as they are."""
        return [schedule for schedule in self._schedules if not is_plain(schedule)]

    def _formset(self, kind: str) -> Any:
        form = ROWS[kind][0]
        stored = stored_rows(self.service, kind, form)
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
        more = {"stored_rows": stored, "areas": self.areas}
        return made(self.data, prefix=kind, initial=initial, form_kwargs=more)

    @cached_property
    def _terms(self) -> dict[str, Term]:
        return {term.code: term for term in Term.objects.filter(taxonomy__slug__in=TAXONOMIES).order_by("path")}

    @cached_property
    def _theme_codes(self) -> list[str]:
        if self.service is None:
            return []
        own = self.service.terms.filter(term__taxonomy__slug__in=TAXONOMIES).order_by("id")
        return [str(code) for code in own.values_list("term__code", flat=True)]

    @property
    def towns(self) -> list[str]:
        """Names to choose from while typing; none where no place is asked for."""
        return self.areas.suggestions if {"places", "service_areas"} & set(self.sets) else []

    @property
    def fingerprint(self) -> str:
        """Of what is stored in these sections: two editors with the same one were filled with the same."""
        stored = {kind: formset.form_kwargs["stored_rows"] for kind, formset in self.sets.items()}
        said = [self.main.stored.get(name) for name in self.main.texts]
        fields = [self.main.initial.get(name) for name in self.main.fields]
        times = [self.hours.fields[name].initial for name in self.hours.fields] if self.hours else []
        themes = self._theme_codes if self.themes else []
        return hashlib.sha256(repr([stored, said, fields, times, themes]).encode()).hexdigest()[:32]

    # --- what was typed ---

    @property
    def all_forms(self) -> Iterator[Any]:
        yield self.main
        for formset in self.sets.values():
            for row in formset.forms:
                yield from row.parts
        yield from self._others

    @property
    def _others(self) -> list[Any]:
        return [form for form in (self.hours, self.themes) if form is not None]

    def is_valid(self) -> bool:
        parts = [self.main, *self.sets.values(), *self._others]
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
        return form.called(name) if isinstance(form, TranslatedForm) else str(form.fields[name].label)

    def add_row(self, kind: str) -> bool:
        """One more empty row, all that was typed kept, nothing judged yet. False when ``kind`` is no kind of row.

        Of themes: the one named moves to those chosen.
        """
        if kind == THEMES and self.themes is not None and self.data is not None:
            self._add_theme()
            return True
        if kind not in self.sets or self.data is None:
            return False
        data = self.data.copy()
        total = f"{kind}-TOTAL_FORMS"
        data[total] = str(min(int(data.get(total) or 0) + 1, MOST_ROWS))
        self.__init__(self.service, data, keys=self.keys)  # type: ignore[misc]
        self.judge_nothing()
        return True

    def _add_theme(self) -> None:
        assert self.themes is not None
        data, named, chosen = self.data.copy(), f"{THEMES}-called", f"{THEMES}-themes"
        refused = None
        if words := data.get(named, "").strip():
            try:
                data.setlist(chosen, list(dict.fromkeys([*data.getlist(chosen), self.themes.found(words).code])))
                data[named] = ""
            except forms.ValidationError as fault:
                refused = fault
        self.__init__(self.service, data, keys=self.keys)  # type: ignore[misc]
        self.judge_nothing()
        if refused is not None:
            self.themes.add_error("called", refused)

    def judge_nothing(self) -> None:
        """What was typed is shown as it is, without a word about what is wrong with it."""
        for form in self.all_forms:
            form._errors = ErrorDict()
            form.cleaned_data = {}
        for formset in self.sets.values():
            formset._errors = [form._errors for form in formset.forms]
            formset._non_form_errors = ErrorList()

    @cached_property
    def seen(self) -> datetime | None:
        """When the service that filled the page had last been saved."""
        try:
            return parse_datetime((self.data or {}).get("seen", ""))
        except ValueError:
            return None

    def changes(self) -> Changes:
        """Of a valid editor."""
        rows = {
            kind: [form.row() for form in formset.forms if not (form.is_blank and not form.cleaned_data.get("id"))]
            for kind, formset in self.sets.items()
        }
        places = rows.pop("places", [])
        themes = None
        if self.themes is not None:
            themes = [self._terms[code] for code in dict.fromkeys(self.themes.chosen()) if code in self._terms]
        return Changes(
            fields={name: self.main.cleaned_data[name] for name in EDITABLE if name in self._asked},
            details=rows,
            places=places,
            hours=self.hours.wanted() if self.hours is not None else None,
            themes=themes,
            theme_taxonomies=TAXONOMIES,
        )

    @property
    def _asked(self) -> set[str]:
        return {*self.main.texts, *self.main.fields}

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
                    for typed, there in zip(form.parts, other.parts, strict=True):
                        found += self._of_form(typed, there, f"{heading}: ")
            found += [
                {"label": heading, "stored": self._in_short(form), "typed": _("(was not there; stays)")}
                for form in stored.values()
            ]
        if self.hours is not None:
            found += self._of_form(self.hours, now.hours, "")
        if self.themes is not None:
            found += self._of_form(self.themes, now.themes, "")
        return found

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
