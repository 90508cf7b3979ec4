"""The parts of the form in which a partner writes a service."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils import formats
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext_lazy as _

from kesher.directory.editing import WEEKDAYS, Span
from kesher.directory.models import Service
from kesher.www.languages import language_name
from kesher.www.translated_forms import Said, TranslatedForm

MONTHS = (1, 3, 6, 12)
#: Of whom the words are, by language.
ORIGINS = ("human_languages", "machine_languages")


class ServiceForm(TranslatedForm):
    """What a service is. Everything that can be had more than once has a formset of its own."""

    translated: ClassVar[Mapping[str, Said]] = {
        "name": Said(_("Name"), _("As people call it, in a few words."), required=True, longest=200),
        "alternate_name": Said(_("Also known as"), longest=200),
        "description": Said(
            _("What it is"), _("Short sentences. What happens there, and what one has from it."), lines=4
        ),
        "eligibility_description": Said(_("For whom"), _("Who may come, and who not."), lines=3),
        "application_process": Said(_("How to enter"), _("What one does first: call, write, come by."), lines=3),
        "wait_time": Said(_("Waiting time"), longest=300),
        "fees_description": Said(_("What it costs, in words"), lines=2),
        "learning_outcomes": Said(_("What one can do afterwards"), _("Only for courses."), lines=2),
        "interpretation_services": Said(
            _("Interpreters"), _("Whether somebody translates, and how to ask for it."), lines=2
        ),
        "alert": Said(_("Notice"), _("Shown at the top of the page: closed in August, new address."), lines=2),
    }
    open_to_all = forms.BooleanField(
        label=_("Open to everybody: nobody is turned away"),
        help_text=_("Without this mark people are told to ask you. Ages below still count."),
        required=False,
    )
    minimum_age = forms.IntegerField(label=_("From age"), required=False, min_value=0, max_value=120)
    maximum_age = forms.IntegerField(label=_("To age"), required=False, min_value=0, max_value=120)
    referral_modes = forms.MultipleChoiceField(
        label=_("Who may come or send somebody"),
        required=False,
        choices=Service.ReferralMode.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    remote = forms.TypedChoiceField(
        label=_("By phone or online"),
        required=False,
        choices=[("", _("not said")), ("yes", _("yes")), ("no", _("no"))],
        coerce=lambda value: {"yes": True, "no": False}.get(value),
        empty_value=None,
    )
    weekly_hours = forms.DecimalField(
        label=_("Hours a week"), required=False, min_value=0, max_value=168, max_digits=5, decimal_places=2
    )
    weeks = forms.IntegerField(label=_("Weeks"), required=False, min_value=0, max_value=520)
    url = forms.URLField(label=_("Website"), required=False, max_length=1000, assume_scheme="https")
    email = forms.EmailField(label=_("E-mail address of the office"), required=False, max_length=254)
    status = forms.ChoiceField(label=_("Open or closed"), choices=Service.Status.choices)
    human_languages = forms.MultipleChoiceField(
        label=_("Languages a person wrote, or has read"), required=False, widget=forms.CheckboxSelectMultiple
    )
    machine_languages = forms.MultipleChoiceField(
        label=_("Languages a machine translated"), required=False, widget=forms.CheckboxSelectMultiple
    )
    check_every_months = forms.TypedChoiceField(
        label=_("How often shall we ask whether all this is still right?"), coerce=int, choices=()
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ORIGINS:
            if name in self.fields:
                self.fields[name].choices = self._languages()  # type: ignore[attr-defined]
        if "check_every_months" not in self.fields:
            return
        current = self.initial.get("check_every_months")
        months = sorted({*MONTHS, *([current] if current else [])})
        self.fields["check_every_months"].choices = [  # type: ignore[attr-defined]
            (n, _("every month") if n == 1 else _("every %(n)s months") % {"n": n}) for n in months
        ]

    def _languages(self) -> list[tuple[str, str]]:
        """The portal's languages, and those in which something stands here."""
        there = {code for text in self.stored.values() for code in text}
        there |= {code for name in ORIGINS for code in self.initial.get(name) or ()}
        own = [code for code, _name in settings.LANGUAGES]
        return [(code, language_name(code)) for code in [*own, *sorted(there - {*own})]]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        human, machine = (cleaned.get(name) or () for name in ORIGINS)
        if both := [language_name(code) for code in human if code in machine]:
            said = _("Said of both: %(languages)s. It is one or the other.") % {"languages": ", ".join(both)}
            self.add_error("machine_languages", said)
        low, high = cleaned.get("minimum_age"), cleaned.get("maximum_age")
        if low is not None and high is not None and high < low:
            self.add_error("maximum_age", _("The upper age is below the lower one."))
        return cleaned


class HoursForm(forms.Form):
    """Seven days, at least two spans each."""

    def __init__(self, *args: Any, hours: Mapping[str, Sequence[Span]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spans = max(2, *(len(spans) for spans in hours.values())) if hours else 2
        for day in WEEKDAYS:
            for number in range(self.spans):
                span = hours[day][number] if hours and number < len(hours[day]) else (None, None)
                for which, value in zip(("opens", "closes"), span, strict=True):
                    self.fields[f"{day}_{number}_{which}"] = forms.TimeField(
                        required=False,
                        initial=value,
                        label=self.label_of(day, number, which),
                        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
                    )

    @staticmethod
    def label_of(day: str, number: int, which: str) -> str:
        name = DAY_NAMES[("MO", "TU", "WE", "TH", "FR", "SA", "SU").index(day)]
        return str((_("%(day)s, opens") if which == "opens" else _("%(day)s, closes")) % {"day": name})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for day in WEEKDAYS:
            for number in range(self.spans):
                opens, closes = (cleaned.get(f"{day}_{number}_{which}") for which in ("opens", "closes"))
                if (opens is None) != (closes is None):
                    missing = "opens" if opens is None else "closes"
                    if f"{day}_{number}_{missing}" not in self.errors:
                        self.add_error(f"{day}_{number}_{missing}", _("Give both times, or neither."))
                elif opens and closes and closes <= opens:
                    self.add_error(f"{day}_{number}_closes", _("It closes before it opens."))
        return cleaned

    @property
    def is_blank(self) -> bool:
        """Of a valid form: no time was typed."""
        return not any(self.cleaned_data.values())

    def wanted(self) -> dict[str, list[Span]]:
        """Weekday -> spans, of a valid form."""
        hours: dict[str, list[Span]] = {}
        for day in WEEKDAYS:
            times: list[tuple[time | None, time | None]] = [
                (self.cleaned_data[f"{day}_{n}_opens"], self.cleaned_data[f"{day}_{n}_closes"])
                for n in range(self.spans)
            ]
            hours[day] = [(opens, closes) for opens, closes in times if opens and closes]
        return hours

    @property
    def in_use(self) -> bool:
        """Some time is there to be seen."""
        return bool(self.errors) or any(self[name].value() for name in self.fields)

    def days(self) -> list[dict[str, Any]]:
        """The rows, from the first day of the reader's week."""
        first = (int(formats.get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
        names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
        return [
            {
                "label": DAY_NAMES[n],
                "spans": [(self[f"{names[n]}_{k}_opens"], self[f"{names[n]}_{k}_closes"]) for k in range(self.spans)],
            }
            for n in ((first + step) % 7 for step in range(7))
        ]


class RegisterForm(TranslatedForm):
    """An organisation asks to be let in."""

    translated: ClassVar[Mapping[str, Said]] = {
        "name": Said(_("Name of the organisation"), required=True, longest=200),
        "description": Said(_("What you do, and for whom"), _("A moderator reads this to decide."), lines=4),
    }
    languages: ClassVar[Sequence[str]] = settings.COMPLETE_LANGUAGES
    kind = forms.ChoiceField(label=_("Kind"), choices=())
    registration_number = forms.CharField(label=_("Registration number"), required=False, max_length=60)
    email = forms.EmailField(label=_("E-mail address of the office"), required=False, max_length=254)
    website = forms.URLField(label=_("Website"), required=False, max_length=1000, assume_scheme="https")

    def __init__(self, *args: Any, kinds: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
