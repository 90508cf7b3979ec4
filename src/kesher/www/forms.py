"""One look for every form: label above, hint before the field, error beside it and in a summary at the top.

And one rule for what is typed: signs that nobody can see or that turn the line round, and what is left of another encoding,
are refused where they stand. Stored, they make a text read as another, on a screen, on paper and in a table.
"""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from kesher.formats.values import UNREADABLE


class Renderer(TemplatesSetting):
    """Forms rendered by our templates in ``templates/forms/``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"


class LongSelect(forms.Select):
    """A choice among hundreds. Django draws each option with a template of its own, a tenth of a millisecond each."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        chosen = set(self.format_value(value) or ())
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((key, " selected" if str(key) in chosen else "", label) for key, label in self.choices),
        )
        shown = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(shown), options)


def readable(text: str) -> None:
    """Raises ValidationError for what cannot be shown as it is stored, and for a text in which nothing can be seen."""
    if UNREADABLE.search(text):
        raise ValidationError(_("There are signs in this that cannot be shown. Please type it by hand."), "unreadable")
    if text.strip() and not any(sign.isprintable() for sign in text.strip()):
        raise ValidationError(_("There are no letters in this."), "unreadable")


class Typed:
    """Mixed into a form: everything that is typed must be :func:`readable`."""

    #: Fields that take such signs away themselves.
    cleaned_by_us: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As the form it is mixed into, whatever that takes."""
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """Now, and not as it is made: some forms add a question later."""
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            is_typed = isinstance(field, forms.CharField) and not isinstance(field, forms.UUIDField | forms.JSONField)
            is_typed = is_typed and name not in self.cleaned_by_us
            if is_typed and readable not in field.validators:
                field.validators.append(readable)
        super().full_clean()  # type: ignore[misc]
