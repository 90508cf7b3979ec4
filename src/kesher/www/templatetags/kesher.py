"""Template tags for text in its language and direction.

``{{ service.name|words }}``: translated text in the reader's language, marked with its own when it is another.
``{% u person.name %}``: text somebody typed, isolated so that its direction cannot disturb the line it stands in.
"""

from collections.abc import Mapping

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from kesher.base.translated import in_language

register = template.Library()


@register.simple_tag
def u(value: object) -> SafeString:
    """User-supplied text in ``<bdi>``: a Ukrainian name in a Hebrew line keeps its full stop at its end."""
    return format_html("<bdi>{}</bdi>", value if value is not None else "")


@register.filter
def words(value: Mapping[str, str] | None) -> SafeString:
    """Translated text in the reader's language; where that is missing, in another, which is then marked as such."""
    current = translation.get_language() or "en"
    found = in_language(value, current)
    if not found:
        return SafeString("")
    if found.language == current:
        return format_html("<bdi>{}</bdi>", found.text)
    direction = "rtl" if found.language.split("-")[0] in ("he", "ar", "fa", "ur", "yi") else "ltr"
    return format_html('<bdi lang="{}" dir="{}">{}</bdi>', found.language, direction, found.text)


@register.filter
def plain_words(value: Mapping[str, str] | None) -> str:
    """Translated text without mark-up, for attributes and titles."""
    return in_language(value, translation.get_language() or "en").text
