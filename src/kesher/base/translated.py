"""Text in many languages in one column: JSON, language tag -> words. Why not a column per language: ADR 1.

name = TranslatedField()
service.name                       {"he": "אולפן ערב", "en": "Evening Hebrew course"}
service.name.get("he")             "אולפן ערב"
in_language(service.name, "ar")    Words("Evening Hebrew course", language="en")   # the reader sees which it is
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """Text together with the language it is really in (which the page must say, or a screen reader mispronounces it)."""

    text: str
    language: str

    def __bool__(self) -> bool:
        return bool(self.text)


#: Who reads a language can often read these, tried in order before the site's own order.
NEAREST: Mapping[str, Sequence[str]] = {"uk": ("ru",), "ru": ("uk",), "am": ("en",), "fr": ("en",)}


def languages_tried(language: str) -> tuple[str, ...]:
    """The languages a text is looked for in, in order, when ``language`` is asked for."""
    return (language, language.split("-")[0], *NEAREST.get(language, ()), *settings.COMPLETE_LANGUAGES)


def in_language(value: Mapping[str, str] | None, language: str) -> Words:
    """The words in ``language``, else in the nearest language there is; ``Words("", language)`` when there are none."""
    if not value:
        return Words("", language)
    for candidate in languages_tried(language):
        if text := value.get(candidate):
            return Words(text, candidate)
    first = min(value)  # any: stable, whatever order the database gave
    return Words(value[first], first)


def validate_translated(value: Any) -> None:
    """A translated text is an object of non-empty strings under language tags."""
    if not isinstance(value, dict):
        raise ValidationError(_("Give the text per language."))
    for language, text in value.items():
        if not (isinstance(language, str) and 2 <= len(language) <= 35 and isinstance(text, str) and text.strip()):
            raise ValidationError(_("Leave out a language rather than giving it an empty text."))


class TranslatedField(models.JSONField):
    """A :class:`~django.db.models.JSONField` holding ``{language: words}``; empty = ``{}``, never NULL."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)
        self.validators = [*self.validators, validate_translated]

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        # Our default of ``blank`` is not Django's, so it must always be written down.
        return name, path, args, kwargs | {"blank": self.blank}

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        if value in (None, ""):
            value = {}
        if not value:
            if self.blank:
                return {}
            raise ValidationError(self.error_messages["blank"], code="blank")
        return super().clean(value, model_instance)


def translated_fields(model: type[models.Model]) -> list[str]:
    """Names of a model's translated fields."""
    return [field.name for field in model._meta.concrete_fields if isinstance(field, TranslatedField)]


def missing_languages(instance: models.Model, languages: Sequence[str]) -> dict[str, list[str]]:
    """Per language, the translated fields that have words in some language but not in this one. Computed, never stored."""
    missing: dict[str, list[str]] = {}
    for name in translated_fields(type(instance)):
        value: Mapping[str, str] = getattr(instance, name)
        if value:
            for language in languages:
                if language not in value:
                    missing.setdefault(language, []).append(name)
    return missing
