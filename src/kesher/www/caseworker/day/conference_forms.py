"""What is asked at a case conference: who is here, what is agreed, and up to five times who does what by when."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy

from kesher.base.keys import uuid7
from kesher.base.transitions import Actor
from kesher.casework import conferences
from kesher.casework.conferences import MOST_LINES, Line
from kesher.casework.models import Step
from kesher.people.models import Person
from kesher.www.caseworker.day.forms import day_field, names_of, not_before_today, typed, who_can
from kesher.www.caseworker.day.talk_forms import key_in
from kesher.www.forms import Typed
from kesher.www.overwriting import Seen

#: What is said beside who, what and by when of a line that lacks it.
MISSING: Final = (
    gettext_lazy("Say who does it."),
    gettext_lazy("Say in a few words what is to be done."),
    gettext_lazy("Say by which day."),
)


class ConferenceForm(Typed, Seen):
    """One conference. A line is ``who-1``, ``what-1``, ``due-1``, and so on; a line that is left empty is none."""

    key = forms.CharField(widget=forms.HiddenInput(), required=False)
    held_on = day_field(gettext_lazy("When do you meet?"), initial=timezone.localdate)
    place = forms.CharField(
        label=gettext_lazy("Where?"),
        help_text=gettext_lazy("A room, an address, or that you met online."),
        required=False,
        max_length=120,
        widget=typed(),
    )
    how = forms.ChoiceField(
        label=gettext_lazy("How does the person take part?"),
        choices=Step.How,
        initial=Step.How.PRESENT,
        widget=forms.RadioSelect,
    )
    agreed = forms.CharField(
        label=gettext_lazy("What was agreed?"),
        help_text=gettext_lazy("All who have the file read it, and the person. Name nobody of whom not all may know."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    def __init__(self, *args: Any, person: Person, by: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.update(key=uuid7(), seen=conferences.stamp_of_latest(person, by=by))
        choices, self.partners = who_can(person, by)
        if self.partners:
            self.fields["with_"] = forms.MultipleChoiceField(
                label=gettext_lazy("Who else is here?"),
                help_text=gettext_lazy("Of the organisations that have the file."),
                choices=names_of(list(self.partners.values())),
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
            self.order_fields(["key", "seen", "held_on", "place", "with_", "how", "agreed"])
        for number in range(1, MOST_LINES + 1):
            self.fields[f"who-{number}"] = forms.ChoiceField(
                label=gettext_lazy("Who does it?"), choices=[("", "–"), *choices], required=False
            )
            self.fields[f"what-{number}"] = forms.CharField(
                label=gettext_lazy("What is to be done?"), required=False, max_length=300, widget=typed()
            )
            self.fields[f"due-{number}"] = day_field(
                gettext_lazy("By when?"), required=False, validators=[not_before_today]
            )

    @property
    def first_part(self) -> list[forms.BoundField]:
        return [self[name] for name in ("held_on", "place", "with_", "how", "agreed") if name in self.fields]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The fields of each line; ``in_use``: something was typed there, or is wrong, and the first in any case."""
        drawn = []
        for number in range(1, MOST_LINES + 1):
            fields = [self[f"{name}-{number}"] for name in ("who", "what", "due")]
            used = number == 1 or any(one.value() or one.errors for one in fields)
            drawn.append({"number": number, "fields": fields, "in_use": used})
        return drawn

    def clean_held_on(self) -> Any:
        day = self.cleaned_data["held_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(gettext_lazy("That day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        told["with_"] = [self.partners[key] for key in told.get("with_") or []]
        told["lines"] = list(self._lines(told))
        if not told["with_"] and told.get("how") == Step.How.APART:
            where = "with_" if self.partners else "how"
            self.add_error(where, gettext_lazy("Say who was there: one organisation alone is no conference."))
        return told

    def _lines(self, told: dict[str, Any]) -> Iterator[Line]:
        """Those that were filled in; what is wrong with one is said beside its fields."""
        here = [one.pk for one in told["with_"]]
        known = not {"with_", "how"} & set(self.errors)  # who was there
        for number in range(1, MOST_LINES + 1):
            said = {name: told.get(name) for name in (f"who-{number}", f"what-{number}", f"due-{number}")}
            if not any(said.values()) and not set(said) & set(self.errors):
                continue
            for name, words in zip(said, MISSING, strict=True):
                if not said[name] and name not in self.errors:
                    self.add_error(name, words)
            who, what, due = said.values()
            if not (who and what and due):
                continue
            owner, _colon, key = who.partition(":")
            line = Line(
                owner,
                what,
                due,
                organisation=self.partners.get(key) if owner == Step.Owner.PARTNER else None,
                owner_user_id=UUID(key) if owner == Step.Owner.CASEWORKER else None,
            )
            if known and not conferences.was_there(line, how=told["how"], organisations=here):
                self.add_error(f"who-{number}", gettext_lazy("They were not there: nobody promises for somebody else."))
            yield line

    @property
    def conference(self) -> dict[str, Any]:
        """What was said, as :func:`kesher.casework.conferences.hold` takes it."""
        told = self.cleaned_data
        said = {name: told[name] for name in ("held_on", "place", "how", "agreed", "with_", "lines", "seen")}
        return said | {"form_key": key_in(told.get("key") or "") or uuid7()}
