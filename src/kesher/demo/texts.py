"""Short ways to write what the demo town says, in the order of languages used throughout: en, he, ar, ru, uk, fr, am."""

from django.conf import settings

from kesher.formats.records import Text

COMPLETE = tuple(settings.COMPLETE_LANGUAGES)
LANGUAGES = (*COMPLETE, *(code for code, _name in settings.LANGUAGES if code not in COMPLETE))
#: Nobody who speaks these has read what the services say in them, so it is marked as a machine's.
MACHINE = LANGUAGES[len(COMPLETE) :]


def words(*texts: str) -> Text:
    """``words("Work", "עבודה", "عمل")``: at least English, Hebrew and Arabic, at most all of :data:`LANGUAGES`.

    Raises :class:`ValueError` when one of the three is missing or a text is empty.
    """
    if len(texts) < len(COMPLETE) or len(texts) > len(LANGUAGES) or not all(text.strip() for text in texts):
        raise ValueError(f"give {COMPLETE} and then none, some or all of {LANGUAGES[3:]}, none empty: {texts!r}")
    return dict(zip(LANGUAGES, texts, strict=False))


def joined(pattern: str, *parts: Text) -> Text:
    """``joined("{}, {}", service, place)``: filled in for every language that all the parts have."""
    shared = [language for language in LANGUAGES if all(language in part for part in parts)]
    return {language: pattern.format(*(part[language] for part in parts)) for language in shared}
