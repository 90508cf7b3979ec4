"""What is asked when a coaching talk is written down, in words said to the person: both look at it."""

from typing import Any, Final
from uuid import UUID

from django import forms
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from kesher.base.keys import uuid7
from kesher.casework import talks
from kesher.casework.models import EXPERIENCES, Step, StepKind, Strength, Talk
from kesher.people import files
from kesher.people.aspirations import latest
from kesher.people.models import Often, Person
from kesher.people.profile import concept_name
from kesher.words.models import Kind
from kesher.www.caseworker.day.forms import day_field, not_before_today, typed
from kesher.www.caseworker.people.goal_forms import add_goal, check_goal, told_of_goal
from kesher.www.forms import Typed

#: No next experience.
NONE: Final = "none"


def isolated(words: str) -> str:
    """Words of any direction, where there is no mark-up to say so."""
    return f"\u2068{words}\u2069"


def strength_name(one: Any, language: str) -> str:
    """What a strength is called: the skill's name in this language, else the words it was told in."""
    name = concept_name(Kind.SKILL, one.uri, language) if one.uri else ""
    return name or one.words or one.uri


def _label(found: talks.Found) -> str:
    name = isolated(strength_name(found, translation.get_language() or "en"))
    if found.often:
        return f"{name} · {Often(found.often).label}"
    return f"{name} · {Strength.Source(found.source).label}"


def key_in(text: str) -> UUID | None:
    """The key that a form was made with; None where what came back is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


class TalkForm(Typed, forms.Form):
    """One talk. ``short``: at the end of the interview, where the day and the way of talking are known."""

    key = forms.CharField(widget=forms.HiddenInput(), required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput())
    purpose = forms.ChoiceField(
        label=gettext_lazy("What is this talk for?"), choices=Talk.Purpose, widget=forms.RadioSelect
    )
    about = forms.CharField(
        label=gettext_lazy("What did you say about it?"),
        help_text=gettext_lazy("In your own words."),
        required=False,
        max_length=300,
        widget=typed(),
    )

    def __init__(self, *args: Any, person: Person, short: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, prefix="talk", **kwargs)
        self.language = person.language
        before = latest(person)
        self.initial.update(key=uuid7(), seen=files.stamp_of(before))
        add_goal(self, before, may_be_silent=True)
        self.proposed = {one.key: one for one in talks.proposed(person)}
        if self.proposed:
            self.fields["strengths"] = forms.MultipleChoiceField(
                label=gettext_lazy("Which of these are strengths of yours?"),
                help_text=gettext_lazy("From what you told of your work, and from the cards."),
                choices=[(key, _label(one)) for key, one in self.proposed.items()],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields["more"] = forms.CharField(
            label=gettext_lazy("What else are you good at?"),
            help_text=gettext_lazy("In your own words, each on a line of its own."),
            required=False,
            max_length=1_000,
            widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        )
        self.fields["said_yes"] = forms.BooleanField(
            label=gettext_lazy("Yes, these are my strengths"),
            help_text=gettext_lazy("Read them aloud first. Without this yes they wait on the person’s own page."),
            required=False,
        )
        self.fields["experience"] = forms.ChoiceField(
            label=gettext_lazy("What would you like to try next?"),
            choices=[*((kind.value, kind.label) for kind in EXPERIENCES), (NONE, gettext_lazy("nothing for now"))],
            initial=NONE,
            widget=forms.RadioSelect,
        )
        self.fields["where"] = forms.CharField(
            label=gettext_lazy("Where, and with whom?"), required=False, max_length=300, widget=typed()
        )
        self.fields["due_on"] = day_field(gettext_lazy("By when?"), required=False)
        if not short:
            self.fields["held_on"] = day_field(gettext_lazy("When was the talk?"), initial=timezone.localdate)
            self.fields["how"] = forms.ChoiceField(
                label=gettext_lazy("How did you talk?"), choices=Step.WITH_THEM, initial=Step.How.PRESENT
            )

    def clean(self) -> dict[str, Any]:
        told = check_goal(self, super().clean() or {})
        if told.get("purpose") == Talk.Purpose.OTHER and not (told.get("about") or "").strip():
            self.add_error("about", gettext_lazy("Say in a few words what the talk was for."))
        if told.get("experience", NONE) != NONE:
            if told.get("due_on") is None and "due_on" not in self.errors:
                self.add_error("due_on", gettext_lazy("By which day? It becomes a step of the plan."))
        elif told.get("due_on") or (told.get("where") or "").strip():
            self.add_error("experience", gettext_lazy("Choose what it is you would like to try."))
        held_on = told.get("held_on")
        if held_on is not None and held_on > timezone.localdate():
            self.add_error("held_on", gettext_lazy("That day has not come yet."))
        lines = talks.from_words((told.get("more") or "").splitlines(), self.language)
        if len(lines) + len(told.get("strengths") or []) > talks.MOST_FOUND:
            self.add_error("more", gettext_lazy("These are too many at once."))
        return told

    def clean_due_on(self) -> Any:
        day = self.cleaned_data["due_on"]
        return not_before_today(day) if day else day

    @property
    def talk(self) -> dict[str, Any]:
        """What was said, as :func:`kesher.casework.talks.hold` takes it."""
        told = self.cleaned_data
        found = [self.proposed[key] for key in told.get("strengths") or []]
        found += talks.from_words(told["more"].splitlines(), self.language)
        goal = told_of_goal(told)
        tries = told["experience"] != NONE
        return {
            "form_key": key_in(told.get("key") or "") or uuid7(),
            "purpose": told["purpose"],
            "about": told["about"],
            "held_on": told.get("held_on"),
            "how": told.get("how") or Step.How.PRESENT,
            "strengths": found,
            "said_yes": bool(found) and told["said_yes"],
            "goal": talks.Goal(**goal, seen=told["seen"]) if goal else None,
            "experience": talks.Experience(StepKind(told["experience"]), told["due_on"], told["where"])
            if tries
            else None,
        }
