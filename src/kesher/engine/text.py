"""Words in every script, folded so that what a person types meets what an office wrote.

What goes in: any ``str``. What comes out: ``str`` and lists of ``str`` with one spelling per word:

* :func:`fold`          one spelling per letter (case, width, marks, final letters, look-alikes), words still in order
* :func:`tokens`        the words of a folded text
* :func:`index_tokens`  what to store for a text: its words, then their light variants
* :func:`query_tokens`  what to look for: per word asked, the spellings that count as a hit
and, in :mod:`kesher.engine.transliteration`, ``transliterations``: the same *name* across scripts.

Folding is deliberately one-way and lossy on both sides of a search: over-folding costs a little precision, which
ranking mends by putting whole words first; under-folding hides a service from the person who needs it. Nothing here is
ever shown to people.

Why not the obvious others: PostgreSQL's ``unaccent`` leaves Hebrew and Arabic untouched; its stemmers know no Hebrew,
Ukrainian or Amharic; ``NFKD`` alone keeps final letters, alef forms, teh marbuta, ё and the Ethiopic homophones apart.
Sources: Unicode Standard Annex 15 (normalisation forms) and section 5.18 (case folding); Larkey, Ballesteros and
Connell, "Light stemming for Arabic information retrieval" (2007), for the size of the Arabic affix list.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from kesher.engine.inflection import is_stop_word, variants

__all__ = ["fold", "index_tokens", "query_tokens", "tokens", "variants"]

_LETTERS = {
    # Hebrew final letters are the same letters; Yiddish ligatures are two letters that NFKD does not take apart.
    **dict(zip("ךםןףץ", "כמנפצ", strict=True)),
    "װ": "וו",
    "ױ": "וי",
    "ײ": "יי",
    # Arabic: NFKD and the removal of marks already turn أ إ آ into ا, ؤ into و, ئ into ي. What is left over:
    **dict.fromkeys("ٱٲٳٵ", "ا"),
    **dict.fromkeys("ىیےېۍ", "ي"),
    **dict.fromkeys("ةەہھۃ", "ه"),
    **dict.fromkeys("کڪګ", "ك"),
    "ء": "",  # شفاء and شفا: the lone hamza is the letter most often left out
    "ـ": "",  # tatweel only stretches a word
    # Latin and Cyrillic letters that carry their mark inside, so that NFKD cannot take it off.
    **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ґ": "г"},
    # Punctuation: one mark for each use. Hyphens of every kind separate words (maqaf and hyphen are typed at will).
    **dict.fromkeys("׳’‘‛ʼʹ′`´＇", "'"),
    **dict.fromkeys("״“”„‟″＂", '"'),
    **dict.fromkeys("-־‐‑‒–—―−﹘﹣－_＿", " "),
}


def _ethiopic_homophones() -> dict[str, str]:
    """Letters Amharic pronounces alike and writes at will: ሀ=ሐ=ኀ=ኸ, ሰ=ሠ, አ=ዐ, ጸ=ፀ in all seven orders; ሀ=ሃ, አ=ኣ."""
    same: dict[str, str] = {}
    for kept, others in (("ሀ", "ሐኀኸ"), ("ሰ", "ሠ"), ("አ", "ዐ"), ("ጸ", "ፀ")):
        for other in others:
            for order in range(7):
                same[chr(ord(other) + order)] = chr(ord(kept) + order)
    # The gutturals' first and fourth orders are one sound ("a").
    for first in "ሀአ":
        same[chr(ord(first) + 3)] = first
    return {letter: same.get(other, other) for letter, other in same.items()}


_LETTERS |= _ethiopic_homophones()


def _fold_letter(letter: str) -> str:
    """The folded spelling of one character: "" (dropped), one letter, or a few (ligatures)."""
    if letter in _LETTERS:
        return _LETTERS[letter]
    category = unicodedata.category(letter)
    if category in ("Cf", "Cs") or letter == "\u034f" or "\ufe00" <= letter <= "\ufe0f" or letter >= "\U000e0000":
        return ""  # bidi and zero-width controls, soft hyphen, half surrogates, variation selectors, tags
    if category == "Cc":
        return " " if letter.isspace() else ""  # PostgreSQL refuses NUL; the other controls only hide in pasted text
    if category in ("Zs", "Zl", "Zp"):
        return " "
    if category == "Nd":
        return str(unicodedata.decimal(letter))
    # Twice, because case folding can uncover compatibility forms and the other way round.
    spelling = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", letter).casefold()).casefold()
    kept = "".join(part for part in spelling if not unicodedata.combining(part))
    if kept == letter:
        return letter
    # Composed again so that Hangul stays syllables; folded again because the parts have rules of their own (ﻷ, ﬡ, ǰ).
    composed = unicodedata.normalize("NFC", kept)
    return letter if composed == letter else "".join(map(_fold_letter, composed))


class _FoldTable(dict[int, str]):
    """``str.translate`` table that works each character out once. One C pass per text, whatever its script."""

    def __missing__(self, code: int) -> str:
        folded = self[code] = _fold_letter(chr(code))
        return folded


_TABLE = _FoldTable()


def fold(text: str) -> str:
    """One spelling per letter: ``fold("שָׁלוֹם") == "שלומ"``, ``fold("مستشفى") == "مستشفي"``, ``fold("Ёлка") == "елка"``.

    Takes any string, also broken ones (half surrogates, controls); never raises. Idempotent. White space is kept as
    spaces, not collapsed; hyphens and underscores become spaces; quotes and apostrophes become ``"`` and ``'``.
    """
    if text.isascii() and text.isprintable():
        return text.lower().replace("-", " ").replace("_", " ").replace("`", "'")
    # Composed before, so that a letter and its loose mark are read as one (ئ typed as two characters, jamo); composed
    # after, because letters that were kept apart by a dropped mark may now stand together.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).translate(_TABLE))


# Inside a word: an apostrophe (ג'ורג', сім'я, l'emploi), or gershayim between Hebrew letters (צה"ל, also typed as '').
# Indic, Thai and Burmese vowel signs are marks, not letters, for Python's \w: they are named so that words stay whole.
_INDIC = "\u0900-\u0963\u0966-\u0dff\u0e31-\u0e4e\u1000-\u1049"


def _word_pattern(letter: str) -> re.Pattern[str]:
    return re.compile(rf"{letter}+(?:(?:'|(?<=[א-ת])(?:\"|'')(?=[א-ת])){letter}+)*")


_WORD = _word_pattern(r"\w")  # twice as fast as a class that names the ranges, and right for most texts
_WORD_WITH_INDIC = _word_pattern(rf"[\w{_INDIC}]")
_HAS_INDIC = re.compile(rf"[{_INDIC}]")
_DOT_LETTER = re.compile(r"\.[^\W\d](?!\w)")
_DOTTED = re.compile(r"(?<![\w.])(?:[^\W\d]\.)+[^\W\d](?!\w)")  # U.S.A., ע.ר
_ELISION = re.compile(r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu)'(?=\w{2})")
_CONTRACTION = re.compile(r"(?<=[a-z]{2})n't$|(?<=[a-z])'(?:s|ve|ll|re|d|m)$")
_MARKS = re.compile(r"['\"]")


def _word(match: str) -> str:
    """A word as found, without the marks inside it."""
    if "'" in match:
        match = _CONTRACTION.sub("", _ELISION.sub("", match))
    return _MARKS.sub("", match)


def _split(text: str) -> list[str]:
    """The words of a text without white space, which no word crosses."""
    folded = fold(text)
    if "." in folded and _DOT_LETTER.search(folded):
        folded = _DOTTED.sub(lambda found: found[0].replace(".", ""), folded)
    pattern = _WORD if folded.isascii() or not _HAS_INDIC.search(folded) else _WORD_WITH_INDIC
    found = pattern.findall(folded)
    if "'" in folded or '"' in folded:
        return [_word(word) if "'" in word or '"' in word else word for word in found]
    return found


# Text of a directory repeats its words: an import of 100,000 services pays once per distinct word, not per occurrence.
# What is too long to be a word is not kept, so that the caches stay small whatever is pasted.
_CACHED_WORDS = 100_000
_LONGEST_CACHED = 40


@lru_cache(maxsize=_CACHED_WORDS)
def _split_cached(chunk: str) -> tuple[str, ...]:
    return tuple(_split(chunk))


def tokens(text: str) -> list[str]:
    """The words of a text, folded, in order, with repeats.

    Initials are one word without their mark (``צה"ל`` -> ``צהל``, ``U.S.A.`` -> ``usa``); French elisions, the English
    possessive and contracted verbs fall off (``l'emploi`` -> ``emploi``, ``women's`` -> ``women``, ``don't`` -> ``do``);
    numbers stay (``24``).
    """
    found: list[str] = []
    for chunk in text.split():
        found += _split_cached(chunk) if len(chunk) <= _LONGEST_CACHED else _split(chunk)
    return found


@lru_cache(maxsize=_CACHED_WORDS)
def _variants_cached(token: str, language: str | None) -> tuple[str, ...]:
    return tuple(variants(token, language))


def _variants(token: str, language: str | None) -> Sequence[str]:
    if len(token) <= _LONGEST_CACHED:
        return _variants_cached(token, language)
    return variants(token, language)


def index_tokens(text: str, language: str | None = None) -> list[str]:
    """What to store for a text: every distinct word in order, then every distinct variant that is not a word there.

    ``language``: BCP 47 tag of the text, if known; it only chooses between rules for Latin letters (``en``, ``fr``),
    other scripts tell by themselves. Without it the rules of all languages of the script apply. Words come first so
    that a ranking can give them more weight: the head is exactly ``dict.fromkeys(tokens(text))``.
    """
    found = dict.fromkeys(tokens(text))
    short = language.split("-")[0].lower() if language else None
    for token in list(found):
        found.update(dict.fromkeys(_variants(token, short)))
    return list(found)


def query_tokens(text: str) -> list[tuple[str, ...]]:
    """What to look for: one group per word that carries meaning; any spelling in a group is a hit for that word.

    In a group the word as typed comes first, then its variants. Small words ("in", "של", "في", "how do I") are left out
    unless nothing else was asked. Repeated words count once. An empty or mark-only text gives ``[]``.

    >>> query_tokens("in the ulpan")
    [('ulpan',)]
    """
    asked = list(dict.fromkeys(tokens(text)))
    telling = [token for token in asked if not is_stop_word(token)]
    return [(token, *_variants(token, None)) for token in (telling or asked)]
