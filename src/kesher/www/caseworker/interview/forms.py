"""What each section asks, in words said to the person. Each question may be left open."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy

from kesher.people import files
from kesher.people.models import Aspiration, Cefr, Digital, DigitalSkill, Experience, LanguageSkill, Often
from kesher.people.models.digital import AREAS
from kesher.people.models.skills import FIVE
from kesher.words.typical import tasks_of
from kesher.www.caseworker.day.forms import StepForm
from kesher.www.caseworker.people.can_do import CAN_DO, CAN_DO_DIGITALLY
from kesher.www.caseworker.people.goal_forms import OF_GOAL, add_goal, check_goal
from kesher.www.caseworker.people.part_forms import PartForm, QualificationForm, WishForm, spoken
from kesher.www.forms import Typed
from kesher.www.jobseeker.forms import OwnFileForm, OwnWorriesForm

_AUTO: Final = {"dir": "auto", "autocomplete": "off"}
#: Cards of one kind of work; more tire.
MOST_CARDS: Final = 8


class WorriesAsked(OwnWorriesForm):
    """What worries most; with this it begins, not with an exam."""


class PersonalAsked(OwnFileForm):
    """How to call somebody and how to reach them."""


class ExpectationsAsked(WishForm):
    """The work they want in the end, and which they can take now."""

    class Meta(WishForm.Meta):
        labels: ClassVar = {
            "hours_least": gettext_lazy("How many hours a week, at least?"),
            "hours_most": gettext_lazy("And at most?"),
            "minutes_most": gettext_lazy("How many minutes may the way to work take, at most?"),
            "licence_abroad": gettext_lazy("Is it from abroad, and still to be converted?"),
            "care": gettext_lazy("Whom do you look after, and when?"),
            "wage_floor": gettext_lazy("What must you earn a month, at least?"),
            "sectors": gettext_lazy("Which kinds of work do you like?"),
            "would_move": gettext_lazy("Would you move for work?"),
            "starts_on": gettext_lazy("When can you start?"),
        }

    def __init__(self, *args: Any, before: Aspiration | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_goal(self, before)
        self.order_fields((*OF_GOAL, "change", "why"))
        self.fields["shifts"].label = gettext_lazy("When can you work?")
        self.fields["ways"].label = gettext_lazy("How do you get there?")
        self.fields["licences"].label = gettext_lazy("Which driving licences do you have?")

    def clean(self) -> dict[str, Any]:
        return check_goal(self, super().clean() or {})


class LanguagesAsked(PartForm):
    """One language: how well, in sentences one says of oneself; and beside it what the caseworker thinks (``for_us``).

    ``rows``, by who judges: what stands in the file of the language that is changed; then ``seen`` is their stamp.
    """

    language = forms.ChoiceField(label=gettext_lazy("Which language do you speak?"), required=False)
    of = forms.CharField(required=False, widget=forms.HiddenInput(), max_length=10)
    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = LanguageSkill
        fields: ClassVar = ["language", *FIVE, "script", "certificate"]
        widgets: ClassVar = {
            **dict.fromkeys(FIVE, forms.RadioSelect),
            "script": forms.RadioSelect,
            "certificate": forms.TextInput(attrs=_AUTO),
        }
        labels: ClassVar = {
            "listening": gettext_lazy("What do you understand when people speak?"),
            "reading": gettext_lazy("What can you read?"),
            "interaction": gettext_lazy("How do you talk with somebody?"),
            "production": gettext_lazy("What can you tell by yourself?"),
            "writing": gettext_lazy("What can you write?"),
            "script": gettext_lazy("Do you know its letters?"),
            "certificate": gettext_lazy("Do you have a certificate? Which?"),
        }

    def __init__(
        self, *args: Any, of: str = "", rows: Mapping[str, LanguageSkill] | None = None, **kwargs: Any
    ) -> None:
        rows = rows or {}
        said = rows.get(LanguageSkill.Judge.PERSON)
        super().__init__(*args, instance=said or LanguageSkill(language=of), **kwargs)
        fields: Any = self.fields
        fields["language"].choices = spoken()
        for skill in FIVE:
            fields[skill].choices = [
                *(
                    (level, f"{level} · {words}" if level != Cefr.NONE else words)
                    for level, words in CAN_DO[skill].items()
                ),
                ("", gettext_lazy("not known")),
            ]
        judged = rows.get(LanguageSkill.Judge.CASEWORKER)
        for skill in FIVE:
            fields[judged_name(skill)] = forms.ChoiceField(
                label=capfirst(LanguageSkill._meta.get_field(skill).verbose_name),  # type: ignore[union-attr]
                choices=[("", "–"), *Cefr.choices],
                initial=getattr(judged, skill, ""),
                required=False,
            )
        if of:
            fields["language"].widget = forms.HiddenInput()
            self.initial.update(language=of, of=of, seen=stamp_of_both(rows))

    @property
    def for_us(self) -> list[str]:
        """What the caseworker is asked, and the person is not."""
        return [judged_name(skill) for skill in FIVE]

    @property
    def judged(self) -> dict[str, str]:
        """What the caseworker thinks, by skill."""
        return {skill: self.cleaned_data.get(judged_name(skill)) or "" for skill in FIVE}

    @property
    def said(self) -> dict[str, str]:
        """What the person says."""
        return {name: self.cleaned_data.get(name) or "" for name in (*FIVE, "script", "certificate")}


def judged_name(skill: str) -> str:
    return f"judged_{skill}"


def stamp_of_both(rows: Mapping[str, LanguageSkill] | Mapping[str, DigitalSkill]) -> str:
    """What tells one state of both judgements from another."""
    return "".join(files.stamp_of(rows.get(judge)) for judge in LanguageSkill.Judge.values)


class DigitalAsked(PartForm):
    """What one can do with a telephone and a computer, in sentences; and beside it what the caseworker thinks (``for_us``).

    ``rows``, by who judges: what stands in the file; ``seen`` is their stamp.
    """

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    class Meta:
        model = DigitalSkill
        fields: ClassVar = [*AREAS]
        widgets: ClassVar = dict.fromkeys(AREAS, forms.RadioSelect)

    def __init__(self, *args: Any, rows: Mapping[str, DigitalSkill], **kwargs: Any) -> None:
        super().__init__(*args, instance=rows.get(LanguageSkill.Judge.PERSON) or DigitalSkill(), **kwargs)
        judged = rows.get(LanguageSkill.Judge.CASEWORKER)
        fields: Any = self.fields
        for area in AREAS:
            fields[area].choices = [*CAN_DO_DIGITALLY[area].items(), ("", gettext_lazy("not known"))]
        for area in AREAS:
            fields[judged_name(area)] = forms.ChoiceField(
                label=fields[area].label,
                choices=[("", "–"), *Digital.choices],
                initial=getattr(judged, area, ""),
                required=False,
            )
        self.initial["seen"] = stamp_of_both(rows)

    @property
    def for_us(self) -> list[str]:
        """What the caseworker is asked, and the person is not."""
        return [judged_name(area) for area in AREAS]

    @property
    def judged(self) -> dict[str, str]:
        """What the caseworker thinks, by area."""
        return {area: self.cleaned_data.get(judged_name(area)) or "" for area in AREAS}

    @property
    def said(self) -> dict[str, str]:
        """What the person says."""
        return {area: self.cleaned_data.get(area) or "" for area in AREAS}


class SchoolingAsked(QualificationForm):
    """Something learnt, with or without a paper."""

    class Meta(QualificationForm.Meta):
        fields: ClassVar = ["title", "field_code", "level", "country", "institution", "begun", "ended", "proof"]
        labels: ClassVar = {
            "title": gettext_lazy("What did you learn, and what is it called there?"),
            "level": gettext_lazy("Which level was it?"),
            "country": gettext_lazy("In which country?"),
            "institution": gettext_lazy("At which school?"),
            "begun": gettext_lazy("From which year?"),
            "ended": gettext_lazy("Until which year?"),
            "proof": gettext_lazy("Do you have a paper of it?"),
        }
        help_texts: ClassVar = {"country": QualificationForm.Meta.help_texts["country"]}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False
        self.fields["field_code"].label = gettext_lazy("What was it about?")
        self.fields["proof"].required = False

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if told.get("title") and not told.get("proof"):
            self.add_error("proof", gettext_lazy("Is there a paper? Ask, and choose one."))
        return told


class WorkAsked(Typed, forms.Form):
    """What they tell of their work, freely, in their language."""

    words = forms.CharField(
        label=gettext_lazy("Tell us about work you have done. What did you do there, day by day?"),
        help_text=gettext_lazy(
            "Also what nobody paid: at home, on the land, caring for somebody, in the family’s shop. No names, please."
        ),
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What kind of work was it?"),
        choices=Experience.Kind,
        widget=forms.RadioSelect,
        initial=Experience.Kind.PAID,
    )


class CardsAsked(forms.Form):
    """The cards of one kind of work. ``answers``: how often, by the address of the task; those left open are not among them."""

    def __init__(self, *args: Any, isco08: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.isco08 = isco08
        self.tasks = tasks_of(isco08)[:MOST_CARDS]
        for number, task in enumerate(self.tasks):
            self.fields[f"task{number}"] = forms.TypedChoiceField(
                label=task.label.get("en", ""),
                choices=Often,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    @property
    def answers(self) -> dict[str, int]:
        told = self.cleaned_data
        return {
            task.uri: often
            for number, task in enumerate(self.tasks)
            if (often := told.get(f"task{number}")) is not None
        }


class OtherWorkForm(forms.Form):
    """Which other work the cards are to ask about."""

    work = forms.CharField(
        label=gettext_lazy("Cards of which work?"),
        help_text=gettext_lazy("One word is enough: tailor, kitchen, fields."),
        max_length=80,
        widget=forms.TextInput(attrs=_AUTO),
    )


class NextStepAsked(StepForm):
    """One step, agreed now."""

    field_order = ("kind", "text", "who", "due_on", "loop", "how")
