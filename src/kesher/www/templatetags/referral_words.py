"""``{{ code|language_name }}``: a language in the reader's language."""

from django import template

from kesher.www import languages

register = template.Library()


@register.filter
def language_name(code: str) -> str:
    return languages.language_name(code)
