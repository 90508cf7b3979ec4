"""In what language a text is: told by its script, then by what the person declared, then by a detector, where there is one.

Hebrew, Arabic and Ethiopic letters decide at once: the pages know one language each that is written so, and declared Persian or
Tigrinya stays what it was declared. Cyrillic is shared by Russian and Ukrainian, Latin by English and French and all
others: letters only one of them has decide, then the declaration, then the detector.
"""

from collections.abc import Callable, Mapping
from typing import Final

from kesher.engine.text import tokens

#: A text in, a language out (ISO 639-1), "" for "cannot tell".
Detector = Callable[[str], str]

_SCRIPTS: Final = ((0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "ar"), (0x1200, 0x139F, "am"), (0x0400, 0x052F, "ru"))
#: Languages that may be declared for a script, by the one that stands for it.
_WRITTEN_SO: Final[Mapping[str, frozenset[str]]] = {
    "he": frozenset({"he", "yi"}),
    "ar": frozenset({"ar", "fa", "ur", "ps", "ku", "ckb"}),
    "am": frozenset({"am", "ti"}),
    "ru": frozenset({"ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "tg"}),
}
_UKRAINIAN: Final = frozenset("ґєії")
_RUSSIAN: Final = frozenset("ыэъё")
#: So many small words of a language tell more than a detector, which knows more languages, but errs in short texts.
TELLING: Final = 3
#: Small words that English and French do not share.
_FRENCH: Final = frozenset(
    tokens(
        "je j'ai et dans des les une avec pour ans mois pendant puis depuis chez mon ma du de à était suis été années chantier"
    )
)
_ENGLISH: Final = frozenset(
    tokens("the and of in for years year months with my worked was then from since at an as by")
)


def identify(text: str, declared: str = "", detector: Detector | None = None) -> str:
    """The language of a text (ISO 639-1), "en" for one without letters. `declared`: BCP 47, "" where nothing was."""
    wanted = declared.split("-")[0].lower()
    script = _script(text)
    if script is None:
        return wanted or "en"
    if script == "":
        return _latin(text, wanted, detector)
    if script != "ru":
        return wanted if wanted in _WRITTEN_SO[script] else script
    letters = set(text.lower())
    ukrainian, russian = bool(letters & _UKRAINIAN), bool(letters & _RUSSIAN)
    if ukrainian is not russian:
        return "uk" if ukrainian else wanted if wanted in _WRITTEN_SO["ru"] - {"uk"} else "ru"
    if wanted in _WRITTEN_SO["ru"]:
        return wanted
    found = detector(text) if detector is not None else ""
    return found if found in ("ru", "uk") else "ru"


def _script(text: str) -> str | None:
    """The language that stands for the script of most letters; "" for Latin and others, None for a text without letters."""
    counts: dict[str, int] = {}
    for letter in text:
        if letter.isalpha():
            point = ord(letter)
            script = next((language for first, last, language in _SCRIPTS if first <= point <= last), "")
            counts[script] = counts.get(script, 0) + 1
    if not counts:
        return None
    # Names of tools are Latin in every language: a seventh of the letters in another script decides.
    others = {script: count for script, count in counts.items() if script}
    if others and 7 * sum(others.values()) >= sum(counts.values()):
        return max(others, key=lambda script: (others[script], script))
    return ""


def _latin(text: str, wanted: str, detector: Detector | None) -> str:
    if wanted and wanted not in ("he", "ar", "am", "ru", "uk", "ti", "fa"):
        return wanted
    words = tokens(text)
    french, english = (sum(word in known for word in words) for known in (_FRENCH, _ENGLISH))
    if french != english and (detector is None or max(french, english) >= TELLING):
        return "fr" if french > english else "en"
    found = detector(text) if detector is not None else ""
    return found or ("fr" if french > english else "en")
