"""What a form asks about an account of somebody's work: the account itself, and each experience that was read in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from kesher.engine.coding.experiences import Period, Reading, Span
from kesher.engine.coding.said_settings import Setting
from kesher.words.coders import loaded
from kesher.words.models import LONGEST_WORDS
from kesher.words.own_words import LONGEST_ACCOUNT
from kesher.words.vocabularies import SKILL
from kesher.www.coding import CodingField, WithCoding
from kesher.www.languages import language_name

SETTINGS: Final[Mapping[Setting, str | Promise]] = {
    Setting.OWN_BUSINESS: gettext_lazy("It was my own business"),
    Setting.FAMILY: gettext_lazy("It was a business of my family"),
    Setting.UNPAID_CARE: gettext_lazy("I cared for relatives, without pay"),
    Setting.INFORMAL: gettext_lazy("There was no contract"),
    Setting.VOLUNTARY: gettext_lazy("I did it as a volunteer"),
}
LONGEST_LIFE: Final = 80  # years of work


class AccountForm(forms.Form):
    """All that somebody tells."""

    text = forms.CharField(
        label=gettext_lazy("What have you done so far?"),
        help_text=gettext_lazy(
            "Whole sentences, in any language: “Ten years in my uncle's garage, mostly brakes, then I drove a taxi.”"
        ),
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Write a sentence or two about what you have done.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the text"),
        required=False,
        choices=lambda: [("", _("Find it out")), *((code, language_name(code)) for code, _name in settings.LANGUAGES)],
    )

    def clean_text(self) -> str:
        text = as_sent(self.cleaned_data["text"])
        if len(text) > LONGEST_ACCOUNT:
            said = _("These are %(count)d characters; we read %(limit)d at most. Leave out what is not about work.")
            raise ValidationError(said, params={"count": len(text), "limit": LONGEST_ACCOUNT})
        return text


def as_sent(text: str) -> str:
    """A text as it was before a browser sent it: forms end lines with two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def closed(text: str, span: Span) -> int:
    """The end of a part of a text, behind a bracket that closes one opened in it."""
    inside = text[span.start : span.end]
    return span.end + (inside.count("(") > inside.count(")") and text[span.end : span.end + 1] == ")")


class ExperienceForm(WithCoding, forms.Form):
    """One experience as it was read: its work, its length, how it was, what somebody could do; or that it is none."""

    work = CodingField(label=gettext_lazy("What was the work?"), required=False)
    years = forms.IntegerField(label=gettext_lazy("Years"), required=False, min_value=0, max_value=LONGEST_LIFE)
    months = forms.IntegerField(label=gettext_lazy("Months"), required=False, min_value=0, max_value=11)
    settings = forms.MultipleChoiceField(
        label=gettext_lazy("How was it?"),
        required=False,
        choices=[(str(one), said) for one, said in SETTINGS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    skills = forms.MultipleChoiceField(
        label=gettext_lazy("What could you do there?"),
        help_text=gettext_lazy("This is what your words may say. Tick what is right."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    left_out = forms.BooleanField(label=gettext_lazy("Leave this out: it is no work of mine"), required=False)

    def __init__(
        self, reading: Reading, number: int, today: date, data: Any = None, *, is_page_looking: bool = False
    ) -> None:
        experience = reading.experiences[number]
        months = experience.period.months_until((today.year, today.month))
        whole = None if months is None else round(months)
        super().__init__(
            data,
            prefix=f"e{number}",
            initial={
                "work": " ".join(experience.occupation.text.split())[:LONGEST_WORDS],
                "years": None if whole is None else whole // 12,
                "months": None if whole is None else whole % 12,
                "settings": [str(one) for one in experience.setting],
            },
        )
        self.words = reading.text[experience.span.start : closed(reading.text, experience.span)]
        self.experience, self.place, self.is_page_looking = experience, number + 1, is_page_looking
        work: Any = self.fields["work"]
        work.propose(experience.occupation)
        skills: Any = self.fields["skills"]
        known = loaded(SKILL)
        self.skill_names = {
            one.uri: concept.names if (concept := known.concept(one.uri)) else {"und": one.label}
            for one in experience.skills
        }
        skills.choices = [(one.uri, one.label) for one in experience.skills]
        if not experience.skills:
            del self.fields["skills"]

    @property
    def is_looking(self) -> bool:
        return self.is_bound and (self.is_page_looking or super().is_looking)

    @property
    def said(self) -> list[str]:
        """The dates that were said, in the reader's language."""
        return list(dates_said(self.experience.period))

    def clean(self) -> dict[str, Any] | None:
        """What is left out need not be answered."""
        cleaned = super().clean()
        if cleaned and cleaned.get("left_out"):
            self._errors.clear()
        return cleaned


@dataclass(frozen=True, slots=True)
class Told:
    """One experience as somebody has corrected it. `names`: of the occupation, empty where nothing on the list was meant."""

    words: str
    names: Mapping[str, str]
    isco08: str
    length: str
    settings: tuple[str, ...]
    skills: tuple[Mapping[str, str], ...]
    typical: tuple[Mapping[str, str], ...]


def length_said(years: int | None, months: int | None) -> str:
    """A length in the reader's language, "" for none."""
    parts = []
    if years:
        parts.append(ngettext("%(count)d year", "%(count)d years", years) % {"count": years})
    if months:
        parts.append(ngettext("%(count)d month", "%(count)d months", months) % {"count": months})
    return pgettext("between items of a list", ", ").join(parts)


def dates_said(period: Period) -> Iterable[str]:
    """What was said of when, in the reader's language."""
    if period.since is not None:
        yield _("from %(date)s") % {"date": _month(period.since)}
    if period.until is not None:
        yield _("until %(date)s") % {"date": _month(period.until)}
    elif period.current:
        yield _("until today")


def _month(said: tuple[int, int]) -> str:
    year, month = said
    return f"{month:02}/{year}" if month else str(year)
