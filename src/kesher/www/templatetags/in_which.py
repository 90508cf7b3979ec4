"""A small mark that sighted readers see, too: this text is in another language than the page.

``{{ service.name|words }}{{ service.name|in_which }}``   A safe place [English]
"""

from collections.abc import Mapping

from django import template
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from kesher.base.translated import in_language
from kesher.www.languages import language_name

register = template.Library()


@register.filter
def in_which(value: Mapping[str, str] | None) -> SafeString:
    """The name of the language the words are in; nothing where it is the page's, or where nobody said which it is."""
    current = translation.get_language() or "en"
    found = in_language(value, current)
    if not found or found.language in (current, "und"):
        return SafeString("")
    # The name alone: "in English" bends the name in half of our languages, and a mark has no room for a sentence.
    name = language_name(found.language)
    said = _("The text is in this language: %(language)s") % {"language": name}
    return format_html(' <span class="in-which" title="{}">{}</span>', said, name)
