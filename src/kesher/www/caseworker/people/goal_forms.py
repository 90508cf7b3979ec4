"""How a goal is asked for, the first time and again: in the file, in the interview, in a talk, and on the person's own page.

add_goal(self, before)                in the form's __init__
told = check_goal(self, told)         in its clean()
told_of_goal(form)                    what goes to aspirations.say, or None where nothing was said
"""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kesher.people import files
from kesher.people.aspirations import DIFFERENT, WHICH_WAY
from kesher.people.models import Aspiration
from kesher.www.forms import Typed

Change = Aspiration.Change
#: The answer that nothing was said of the goal.
NOT: Final = "not"
#: How it differs from before, said by the person.
CHANGES: Final = (
    (Change.SAME.value, gettext_lazy("it is the same")),
    (Change.RAISED.value, gettext_lazy("I aim higher now")),
    (Change.OTHER.value, gettext_lazy("I want something else now")),
    (Change.LOWERED.value, gettext_lazy("I aim lower for now")),
)
OF_GOAL: Final = ("goal", "sure", "in_the_way")
_LONGEST: Final = 300


def _words(label: Any, hint: Any = "") -> forms.CharField:
    typed = forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"})
    return forms.CharField(label=label, help_text=hint, required=False, max_length=_LONGEST, widget=typed)


def add_goal(form: Any, before: Aspiration | None, *, may_be_silent: bool = False) -> None:
    """Give a form the questions of a goal. ``before``: what they said last; ``may_be_silent``: that nothing was said is an
    answer, too."""
    form.before = before
    fields: dict[str, forms.Field] = {}
    if before is not None:
        quoted = f"\u2068{before.goal}\u2069"  # words of any direction inside those of another
        silent = [(NOT, gettext_lazy("we did not speak of it"))] if may_be_silent else []
        fields["change"] = forms.ChoiceField(
            label=_("You said: “%(goal)s”. And now?") % {"goal": quoted},
            choices=[*silent, *CHANGES],
            initial=NOT if may_be_silent else None,
            required=False,
            widget=forms.RadioSelect,
        )
    fields["goal"] = _words(
        gettext_lazy("What work do you want to do, in the end?"),
        gettext_lazy("In your own words. Nothing is too big."),
    )
    fields["sure"] = forms.TypedChoiceField(
        label=gettext_lazy("How sure are you?"),
        choices=Aspiration.Sure,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    fields["in_the_way"] = _words(gettext_lazy("What stands in the way?"))
    if before is not None:
        fields["why"] = _words(
            gettext_lazy("Why has it changed?"),
            gettext_lazy("In your own words. Without them nobody makes your goal smaller."),
        )
        if not may_be_silent:
            for name in OF_GOAL:
                fields[name].initial = getattr(before, name)
    form.fields |= fields


def check_goal(form: Any, told: dict[str, Any]) -> dict[str, Any]:
    """What was said of the goal must fit together; errors stand beside the question they are about."""
    before: Aspiration | None = form.before
    goal, change = " ".join((told.get("goal") or "").split()), told.get("change") or ""
    if change == NOT:
        if goal or told.get("sure") or (told.get("in_the_way") or told.get("why") or "").strip():
            form.add_error("change", WHICH_WAY)  # else what was typed would be lost
        return told | {"goal": ""}
    # What was read before is another by now: how it differs from that is asked once more, by whoever writes it down.
    is_stale = "seen" in form.fields and (told.get("seen") or "") != (form["seen"].initial or "")
    if before is not None and not is_stale:
        if change == Change.SAME and not goal:
            goal = before.goal
        if goal == before.goal:
            if change in DIFFERENT:
                form.add_error("goal", gettext_lazy("Write down what it is now."))
            change = Change.SAME.value
        elif goal and change not in DIFFERENT:
            form.add_error("change", WHICH_WAY)
        elif change in DIFFERENT and not goal and "goal" not in form.errors:
            form.add_error("goal", gettext_lazy("Write down what it is now."))
        if change == Change.LOWERED and not (told.get("why") or "").strip():
            form.add_error("why", gettext_lazy("Why do you aim lower? Your own words are needed here."))
    told["goal"], told["change"] = goal, change
    if goal and told.get("sure") is None and "sure" not in form.errors:
        form.add_error("sure", gettext_lazy("How sure are you? Choose one."))
    elif not goal and not form.errors.keys() & {"goal", "change"} and (told.get("in_the_way") or told.get("sure")):
        form.add_error("goal", gettext_lazy("This is not said yet, and the rest belongs to it."))
    return told


def told_of_goal(told: dict[str, Any]) -> dict[str, Any] | None:
    """What was said, as :func:`kesher.people.aspirations.say` takes it; None where nothing was."""
    if not told.get("goal"):
        return None
    return {name: told.get(name) or "" for name in ("goal", "in_the_way", "change", "why")} | {"sure": told["sure"]}


class GoalForm(Typed, forms.Form):
    """The goal alone: on the page of the file, and on the person's own. ``seen``: what stood there as the form was opened."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, *args: Any, before: Aspiration | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        add_goal(self, before)
        self.fields["goal"].required = True
        self.initial["seen"] = files.stamp_of(before)

    def clean(self) -> dict[str, Any]:
        return check_goal(self, super().clean() or {})

    @property
    def told(self) -> dict[str, Any]:
        """What was typed of the goal itself."""
        return {name: self.cleaned_data.get(name) for name in OF_GOAL}
