"""Template tags for text in its language and direction.

``{{ service.name|words }}``: translated text in the reader's language, marked with its own when it is another.
``{% u person.name %}``: text somebody typed, isolated so that its direction cannot disturb the line it stands in.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django import template
from django.template.defaulttags import CsrfTokenNode
from django.utils import translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kesher.base.translated import in_language
from kesher.directory.models import Service
from kesher.www.shortening import shortened
from kesher.www.templatetags.look import drawing

register = template.Library()
RIGHT_TO_LEFT = frozenset({"he", "ar", "fa", "ur", "yi"})


@register.simple_tag
def u(value: object) -> SafeString:
    """User-supplied text in ``<bdi>``: a Ukrainian name in a Hebrew line keeps its full stop at its end."""
    return format_html("<bdi>{}</bdi>", value if value is not None else "")


def direction_of(language: str) -> str:
    """The direction a language is written in."""
    return "rtl" if language.split("-")[0] in RIGHT_TO_LEFT else "ltr"


@register.filter
def words(value: Mapping[str, str] | None) -> SafeString:
    """Translated text in the reader's language; where that is missing, in another, which is then marked as such."""
    current = translation.get_language() or "en"
    found = in_language(value, current)
    if not found:
        return SafeString("")
    if found.language == current:
        return format_html("<bdi>{}</bdi>", found.text)
    if found.language == "und":  # nobody said which language it is: let the letters decide
        return format_html("<bdi>{}</bdi>", found.text)
    direction = direction_of(found.language)
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', found.language, direction, found.text)


@register.filter
def short_words(value: Mapping[str, str] | None, length: int) -> SafeString:
    """Like ``words``, as many whole words as go into ``length`` characters."""
    found = in_language(value, translation.get_language() or "en")
    return words({found.language: shortened(found.text, length)} if found else None)


@register.filter
def paragraphs(value: Mapping[str, str] | None) -> SafeString:
    """Translated text of several lines: paragraphs, marked with their language and direction."""
    found = in_language(value, translation.get_language() or "en")
    if not found:
        return SafeString("")
    parts = [part.strip() for part in found.text.replace("\r", "").split("\n") if part.strip()]
    return format_html_join(
        "", '<p lang="{}" dir="{}">{}</p>', ((found.language, direction_of(found.language), part) for part in parts)
    )


@register.simple_tag
def by_machine(machine: Collection[str], *values: Mapping[str, str] | None) -> SafeString:
    """The mark under translated texts of which one was a machine's work; nothing under others. ``machine``: its languages."""
    current = translation.get_language() or "en"
    if not any(found and found.language in machine for found in (in_language(value, current) for value in values)):
        return SafeString("")
    return format_html('<p class="small soft by-machine">{} {}</p>', drawing("info"), _("A machine translated this."))


@register.simple_tag
def all_by_machine(machine: Collection[str], values: Iterable[Mapping[str, str] | None]) -> SafeString:
    """The same under a list."""
    return by_machine(machine, *values)


@register.simple_tag
def reviewed(service: Service, value: Mapping[str, str]) -> Mapping[str, str]:
    """What decides beside a text a machine translated: the words of a person, as a text in one language; else nothing."""
    found = service.reviewed(value, translation.get_language() or "en")
    return {found.language: found.text} if found else {}


@register.filter
def plain_words(value: Mapping[str, str] | None) -> str:
    """Translated text without mark-up, for attributes and titles."""
    return in_language(value, translation.get_language() or "en").text


class FormToken(CsrfTokenNode):
    """Django's token, which each form carries; and, of who serves several organisations, for which it was opened."""

    def render(self, context: template.Context) -> SafeString:
        token = SafeString(super().render(context))
        now = context.get("working_for")
        if not now:
            return token
        return format_html('{}<input type="hidden" name="working_for" value="{}">', token, now.pk)


@register.tag(name="csrf_token")
def form_token(parser: Any, token: Any) -> FormToken:
    """``{% csrf_token %}``, in place of Django's: see :mod:`kesher.www.working_for`."""
    return FormToken()
