"""Forms for text in many languages: one field per language, the complete ones open, the others behind "more languages"."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.boundfield import BoundField
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kesher.www.forms import Typed


@dataclass(frozen=True, slots=True)
class Said:
    """One translated text of a form. ``lines`` > 1 = a text area."""

    label: str | Promise
    hint: str | Promise = ""
    lines: int = 1
    required: bool = False
    longest: int = 5_000


@dataclass(frozen=True, slots=True)
class Group:
    """One translated text as the template draws it: a fieldset."""

    name: str
    said: Said
    open: list[BoundField]
    more: list[BoundField]
    more_in_use: bool
    identity: str


def own_name(code: str) -> str:
    return dict(settings.LANGUAGES)[code]


def in_reading_order(codes: Sequence[str]) -> list[str]:
    """The reader's own language first."""
    current = translation.get_language()
    return sorted(codes, key=lambda code: code != current)


class TranslatedForm(Typed, forms.Form):
    """``translated`` names the texts; ``stored`` is what is there now, in whatever languages.

    ``cleaned_data[name]`` is the whole mapping: what was typed, and what is stored in languages the form does not show.
    ``only`` leaves out every text and every field that it does not name: one form, drawn in sections.
    """

    translated: ClassVar[Mapping[str, Said]] = {}
    languages: ClassVar[Sequence[str]] = tuple(code for code, _name in settings.LANGUAGES)

    def __init__(
        self,
        *args: Any,
        stored: Mapping[str, Mapping[str, str]] | None = None,
        only: Collection[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stored = stored or {}
        self.texts = {name: said for name, said in self.translated.items() if only is None or name in only}
        if only is not None:
            self.fields = {name: field for name, field in self.fields.items() if name in only}
        for name, said in self.texts.items():
            for code in in_reading_order(self.languages):
                bidi = translation.get_language_info(code)["bidi"]
                attrs = {"lang": code, "dir": "rtl" if bidi else "ltr"}
                widget: forms.Widget = (
                    forms.Textarea(attrs={**attrs, "rows": said.lines})
                    if said.lines > 1
                    else forms.TextInput(attrs=attrs)
                )
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=own_name(code),
                    required=False,
                    max_length=said.longest,
                    widget=widget,
                    initial=self.stored.get(name, {}).get(code, ""),
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, said in self.texts.items():
            unseen = {code: text for code, text in self.stored.get(name, {}).items() if code not in self.languages}
            typed = {
                code: cleaned[f"{name}_{code}"].replace("\r\n", "\n")
                for code in self.languages
                if cleaned.get(f"{name}_{code}")
            }
            cleaned[name] = unseen | typed
            if said.required and not cleaned[name] and not self._blank_is_fine():
                self.add_error(f"{name}_{in_reading_order(self.languages)[0]}", _("Fill in at least one language."))
        return cleaned

    def _blank_is_fine(self) -> bool:
        return False

    def groups(self) -> dict[str, Group]:
        """The translated texts for the template, by name."""
        made = {}
        complete = [code for code in in_reading_order(self.languages) if code in settings.COMPLETE_LANGUAGES]
        others = [code for code in in_reading_order(self.languages) if code not in settings.COMPLETE_LANGUAGES]
        for name, said in self.texts.items():
            more = [self[f"{name}_{code}"] for code in others]
            made[name] = Group(
                name=name,
                said=said,
                open=[self[f"{name}_{code}"] for code in complete],
                more=more,
                more_in_use=any(field.value() or field.errors for field in more),
                identity=f"{self.prefix or 'text'}-{name}",
            )
        return made

    def called(self, name: str) -> str:
        """A field's name out of its place: a text in one language is called by the text, not by the language alone."""
        text, _underscore, _code = name.rpartition("_")
        said = self.translated.get(text)
        return f"{said.label} ({self.fields[name].label})" if said else str(self.fields[name].label)

    def told(self) -> list[dict[str, Any]]:
        """Every error for the summary at the top: ``anchor`` of its field and ``label`` (both empty for the whole form)."""
        return [
            {
                "anchor": self[name].auto_id if name != NON_FIELD_ERRORS else "",
                "label": self.called(name) if name != NON_FIELD_ERRORS else "",
                "message": message,
            }
            for name, messages in self.errors.items()
            for message in messages
        ]

    def plain_fields(self) -> Iterator[BoundField]:
        """The fields that are the same in every language."""
        said = {f"{name}_{code}" for name in self.texts for code in self.languages}
        return (self[name] for name in self.fields if name not in said)
