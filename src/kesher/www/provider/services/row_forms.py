"""What a service can have more than once: one form per row."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from kesher.directory.editing import Row
from kesher.www.languages import MORE_NAMES, language_name
from kesher.www.provider.services.area_names import AreaNames
from kesher.www.provider.services.forms import HoursForm
from kesher.www.translated_forms import Said, TranslatedForm

LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
MOST_ROWS = 40


class RowForm(TranslatedForm):
    """One row of a formset. Left empty it is no row; an existing row that was emptied is taken away."""

    languages: ClassVar[Sequence[str]] = settings.COMPLETE_LANGUAGES
    needed: ClassVar[Sequence[str]] = ()
    #: Fields that have a value even where nobody typed anything.
    given: ClassVar[Sequence[str]] = ()
    #: Whether the row shown is not this form's to take away.
    stays = False

    id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        stored_rows: Mapping[UUID, Mapping[str, Any]] | None = None,
        areas: AreaNames | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stored_rows = stored_rows or {}
        self.areas = areas or AreaNames()

    def clean(self) -> dict[str, Any]:
        self.stored = self.stored_rows.get(self.cleaned_data.get("id") or UUID(int=0), {})
        cleaned = super().clean()
        if not self._blank_is_fine():
            for name in self.needed:
                if cleaned.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, _("Please fill this in, or empty the whole row."))
        return cleaned

    def _blank_is_fine(self) -> bool:
        """Nothing was typed in this row."""
        skipped = {"id", "DELETE", *self.given, *self.texts}
        typed = [value for name, value in self.cleaned_data.items() if name not in skipped]
        return not self.errors and all(value in (None, "") for value in typed)

    @property
    def is_blank(self) -> bool:
        return not self.cleaned_data or self._blank_is_fine()

    @property
    def before(self) -> Mapping[str, Any]:
        """What is stored of this row; nothing when it is a new one."""
        return self.stored_rows.get(self.cleaned_data.get("id") or UUID(int=0), {})

    @property
    def parts(self) -> list[forms.Form]:
        """The row and the forms inside it."""
        return [self]

    def values(self) -> dict[str, Any]:
        """Of a valid row: what ``directory.editing`` is to store."""
        names = [name for name in self.base_fields if name != "id"]
        return {name: self.cleaned_data.get(name) for name in (*names, *self.texts)}

    def row(self) -> Row:
        """Of a valid row: the change that it asks for."""
        remove = self.is_blank or bool(self.cleaned_data.get("DELETE"))
        return Row(values={} if remove else self.values(), id=self.cleaned_data.get("id"), remove=remove)


class PhoneForm(RowForm):
    translated: ClassVar[Mapping[str, Said]] = {"description": Said(_("What for"), longest=200)}
    needed = ("number",)
    number = forms.CharField(
        label=_("Number"),
        required=False,
        max_length=60,
        validators=[RegexValidator(r"\d.*\d.*\d|^\*\d+$", _("This does not look like a telephone number."))],
        widget=forms.TextInput(attrs={"inputmode": "tel", "dir": "ltr"}),
    )
    extension = forms.CharField(
        label=_("Extension"), required=False, max_length=20, widget=forms.TextInput(attrs={"dir": "ltr"})
    )


class SpokenForm(RowForm):
    needed = ("code",)
    code = forms.ChoiceField(label=_("Language"), required=False)
    cefr_minimum = forms.ChoiceField(
        label=_("Level one needs"),
        required=False,
        choices=[("", _("any")), *((level, level) for level in LEVELS)],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = (
            {code for code, _name in settings.LANGUAGES} | set(MORE_NAMES) | {"es", "pt", "de", "fa", "hi", "ka", "ro"}
        )
        codes |= {row["code"] for row in self.stored_rows.values()}
        named = sorted(((code, language_name(code)) for code in codes), key=lambda pair: pair[1])
        self.fields["code"].choices = [("", "–"), *named]  # type: ignore[attr-defined]


class CostForm(RowForm):
    translated: ClassVar[Mapping[str, Said]] = {
        "amount_description": Said(_("For what"), _("A month, a course, materials."), longest=200),
        "option": Said(_("For whom"), longest=200),
    }
    given = ("currency",)
    amount = forms.DecimalField(
        label=_("Amount"),
        required=False,
        min_value=0,
        max_digits=12,
        decimal_places=2,
        help_text=_("0 = free of charge"),
    )
    currency = forms.CharField(
        label=_("Currency"), required=False, max_length=3, initial="ILS", widget=forms.TextInput(attrs={"dir": "ltr"})
    )


class DocumentForm(RowForm):
    translated: ClassVar[Mapping[str, Said]] = {"document": Said(_("Paper"), longest=300, required=True)}
    uri = forms.URLField(label=_("Where to get it (address)"), required=False, max_length=1000, assume_scheme="https")


class ContactForm(RowForm):
    """Whom to ask. An office or a task is better than a name: names change, and everybody reads them."""

    title = forms.CharField(label=_("Task"), required=False, max_length=200, help_text=_("Coordinator, front desk."))
    department = forms.CharField(label=_("Department"), required=False, max_length=200)
    name = forms.CharField(
        label=_("Name"), required=False, max_length=200, help_text=_("Everybody can read it. Ask the person first.")
    )
    email = forms.EmailField(
        label=_("E-mail address"), required=False, max_length=254, widget=forms.EmailInput(attrs={"dir": "ltr"})
    )


class LinkForm(RowForm):
    needed = ("url",)
    url = forms.URLField(label=_("Web address"), required=False, max_length=1000, assume_scheme="https")
    label = forms.CharField(
        label=_("What one finds there"), required=False, max_length=200, widget=forms.TextInput(attrs={"dir": "auto"})
    )


class CapacityForm(RowForm):
    translated: ClassVar[Mapping[str, Said]] = {
        "description": Said(_("Which places"), _("Only when there are several kinds: morning, evening."), longest=200)
    }
    needed = ("available",)
    #: Of a group these come from its seats; typed here they would hold until the next seat is taken, and be wrong.
    counted: ClassVar[tuple[str, ...]] = ("available", "maximum")
    available = forms.IntegerField(label=_("Places free now"), required=False, min_value=0, max_value=1_000_000)
    maximum = forms.IntegerField(label=_("Places in all"), required=False, min_value=0, max_value=1_000_000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if cohort := self.stored_rows.get(self.initial.get("id") or UUID(int=0), {}).get("cohort"):
            self.stays = True
            for name in self.counted:
                self.fields[name].disabled = True
            self.fields["available"].help_text = format_html(
                '{} <a href="{}">{}</a>',
                _("Counted from the seats of a group."),
                reverse("college_cohort", kwargs={"pk": cohort}),
                _("Change them there"),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.before.get("cohort"):
            # a browser sends neither; whatever else sends them is told where this is changed
            sent = {name: self.data.get(self.add_prefix(name)) for name in self.counted}
            typed = any(value is not None and value != str(self.before[name]) for name, value in sent.items())
            if typed or self.data.get(self.add_prefix("DELETE")):
                self.add_error("available", _("These places are counted from the seats of a group. Change them there."))
            return cleaned
        free, most = cleaned.get("available"), cleaned.get("maximum")
        if free is not None and most is not None and free > most:
            self.add_error("available", _("More places are free than there are."))
        return cleaned

    def values(self) -> dict[str, Any]:
        values = super().values()
        return {
            name: value for name, value in values.items() if name not in self.counted or not self.before.get("cohort")
        }


class ServiceAreaForm(RowForm):
    """Where one must live: a place we know, or words."""

    translated: ClassVar[Mapping[str, Said]] = {
        "name": Said(_("Or in words"), _("A neighbourhood, the towns around."), longest=300)
    }
    town = forms.CharField(
        label=_("Town or district"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"list": "towns", "dir": "auto"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        town = cleaned.get("town") or ""
        if town and town != self.before.get("town") and self.areas.find(town) is None:
            self.add_error("town", _("We do not know this place. Write it in words below."))
        return cleaned

    def values(self) -> dict[str, Any]:
        town = self.cleaned_data.get("town") or ""
        area = self.before["area"] if self.before and self.before["town"] == town else self.areas.find(town)
        return {"name": self.cleaned_data["name"], "area": area}


class PlaceForm(RowForm):
    """A place, with the hours at which the service can be had there."""

    translated: ClassVar[Mapping[str, Said]] = {"name": Said(_("Name of the place"), longest=200)}
    address_1 = forms.CharField(label=_("Street and number"), required=False, max_length=300)
    address_2 = forms.CharField(label=_("Floor, room"), required=False, max_length=300)
    town = forms.CharField(
        label=_("Town"), required=False, max_length=120, widget=forms.TextInput(attrs={"list": "towns", "dir": "auto"})
    )
    postal_code = forms.CharField(label=_("Postal code"), required=False, max_length=20)
    latitude = forms.FloatField(label=_("Latitude"), required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(label=_("Longitude"), required=False, min_value=-180, max_value=180)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.stored_rows.get(self.initial.get("id") or UUID(int=0), {})
        data = self.data if self.is_bound else None
        self.hours = HoursForm(data, prefix=f"{self.prefix}-hours", hours=stored.get("hours", {}))

    @property
    def parts(self) -> list[forms.Form]:
        return [self, self.hours]

    def has_changed(self) -> bool:
        return super().has_changed() or self.hours.has_changed()

    def is_valid(self) -> bool:
        return all([super().is_valid(), self.hours.is_valid()])  # both are asked, so that all errors are shown

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if (cleaned.get("latitude") is None) != (cleaned.get("longitude") is None) and not self.errors:
            self.add_error("longitude", _("Give both latitude and longitude, or neither."))
        if self._blank_is_fine() and self.hours.is_valid() and not self.hours.is_blank and not self.before:
            self.add_error("address_1", _("Say where these hours are, or empty the whole row."))
        return cleaned

    def values(self) -> dict[str, Any]:
        values = super().values()
        town = values.pop("town") or ""
        area = self.before["area"] if self.before and self.before["town"] == town else self.areas.find(town)
        return values | {"area": area, "city": town, "hours": self.hours.wanted()}
