"""What tells languages apart that share a script: py3langid, where the extra ``lang`` is installed.

Read only when asked for: its model takes 5 MB on disk and some 90 MB in memory.
"""

from collections.abc import Callable
from functools import cache

#: Told apart are these; of a text in another language it says the nearest.
KNOWN = ("en", "fr", "ru", "uk", "es", "de", "pt", "ro", "tr", "pl")


@cache
def language_detector() -> Callable[[str], str] | None:
    """A text in, its language out (ISO 639-1), one of :data:`KNOWN`; None where py3langid is not installed.

    Deterministic, and safe for threads once made.
    """
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(KNOWN))

    def detect(text: str) -> str:
        return str(identifier.classify(text)[0])

    return detect
