"""The same name in Hebrew, Arabic, Latin, Cyrillic and Ethiopic letters: keys that meet when the names do.

A name is written across scripts by ear, without rules: שלום, Shalom, شالوم, Шалом. What survives the journey are the
consonants, coarsely. :func:`transliterations` reduces a name to strings over ten consonant classes, and gives *every*
reading where a letter has several (ו is v or a vowel, כ is k or kh, Latin z is ז or צ). Two names are candidates for
being the same when their sets share a key. This is a sieve for duplicates, to be followed by a closer look: short names
share keys with strangers.

    P  b p v f w        T  t th          D  d dh          K  k q hard c
    H  h kh ch ח        S  s sh          Z  z             C  ts tz צ tch
    G  g gh j           L  M  N  R       A  a vowel at the beginning, Y  a y at the beginning

The idea is Soundex's (Russell, US patent 1,261,167, 1918), widened to a set as in Daitch-Mokotoff; the classes are our
own, chosen so that every pair of letters Israeli road signs use for one another falls together.
"""

from itertools import pairwise

from kesher.engine.text import tokens

MOST_KEYS = 64
"""A long name full of ו has many readings; beyond this many only the first reading of further letters is followed."""

_VOWEL = ("",)

_HEBREW: dict[str, tuple[str, ...]] = {
    **{
        "א": _VOWEL,
        "ע": _VOWEL,
        "י": _VOWEL,
        "ו": ("", "P"),
        "ה": ("H", ""),
        "כ": ("K", "H"),
        "ח": ("H",),
        "ק": ("K",),
    },
    **{
        "וו": ("P",),
        "ב": ("P",),
        "פ": ("P",),
        "ת": ("T",),
        "ט": ("T",),
        "ד": ("D",),
        "ס": ("S",),
        "ש": ("S",),
        "ז": ("Z",),
    },
    **{"צ": ("C", "S"), "ג": ("G",), "ל": ("L",), "מ": ("M",), "נ": ("N",), "ר": ("R",)},
}
_ARABIC: dict[str, tuple[str, ...]] = {
    **{
        "ا": _VOWEL,
        "ع": _VOWEL,
        "ي": _VOWEL,
        "و": ("", "P"),
        "ه": ("H", ""),
        "ح": ("H",),
        "خ": ("H",),
        "ك": ("K", "H"),
    },
    **{"ق": ("K",), "ب": ("P",), "ف": ("P",), "پ": ("P",), "ڤ": ("P",), "ت": ("T",), "ط": ("T",), "ث": ("T", "S")},
    **{"د": ("D",), "ض": ("D",), "ذ": ("D", "Z"), "ظ": ("Z", "D"), "ز": ("Z",), "ژ": ("Z",), "س": ("S",), "ش": ("S",)},
    **{"ص": ("C", "S"), "چ": ("G", "C"), "ج": ("G",), "غ": ("G", "R"), "گ": ("G",)},
    **{"تس": ("C", "TS"), "ل": ("L",), "م": ("M",), "ن": ("N",), "ر": ("R",)},
}
_CYRILLIC: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("аеиіоуыэюяєьъ", _VOWEL),
    **{"б": ("P",), "п": ("P",), "в": ("P",), "ф": ("P",), "т": ("T",), "д": ("D",), "к": ("K",), "х": ("H",)},
    **{
        "г": ("G", "H"),
        "с": ("S",),
        "ш": ("S",),
        "щ": ("S",),
        "з": ("Z",),
        "ж": ("Z", "G"),
        "ц": ("C",),
        "ч": ("C", "S"),
    },
    **{"л": ("L",), "м": ("M",), "н": ("N",), "р": ("R",), "дж": ("G",), "тс": ("C",)},
}
_LATIN: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("aeiouy", _VOWEL),
    **{"b": ("P",), "p": ("P",), "v": ("P",), "f": ("P",), "w": ("", "P"), "t": ("T",), "d": ("D",), "k": ("K",)},
    **{"q": ("K",), "c": ("K", "S"), "g": ("G",), "j": ("G", ""), "s": ("S",), "z": ("Z", "C"), "x": ("KS",)},
    **{"h": ("H",), "l": ("L",), "m": ("M",), "n": ("N",), "r": ("R",)},
    **{"sch": ("S",), "tch": ("C", "S"), "tsh": ("C", "S"), "sh": ("S",), "ch": ("H", "S", "C"), "kh": ("H", "K")},
    **{"th": ("T",), "ph": ("P",), "gh": ("G", "R"), "dh": ("D", "Z"), "zh": ("Z", "G"), "ck": ("K",), "dj": ("G",)},
    **{"tz": ("C",), "ts": ("C",), "ss": ("S",)},
}
# Ethiopic syllables stand in rows of eight by consonant; the row decides.
_ETHIOPIC_ROWS: dict[str, tuple[str, ...]] = {
    **{"ሀ": ("H", ""), "ለ": ("L",), "መ": ("M",), "ረ": ("R",), "ሰ": ("S",), "ሸ": ("S",), "ቀ": ("K",), "በ": ("P",)},
    **{
        "ቨ": ("P",),
        "ተ": ("T",),
        "ቸ": ("C", "S"),
        "ነ": ("N",),
        "ኘ": ("N",),
        "አ": _VOWEL,
        "ከ": ("K", "H"),
        "ወ": ("", "P"),
    },
    **{"ዘ": ("Z",), "ዠ": ("Z", "G"), "የ": _VOWEL, "ደ": ("D",), "ጀ": ("G",), "ገ": ("G",), "ጠ": ("T",), "ጨ": ("C", "S")},
    **{"ጰ": ("P",), "ጸ": ("C",), "ፈ": ("P",), "ፐ": ("P",)},
}
_LETTERS: dict[str, tuple[str, ...]] = {
    **_HEBREW,
    **_ARABIC,
    **_CYRILLIC,
    **_LATIN,
    **{chr(ord(row) + order): readings for row, readings in _ETHIOPIC_ROWS.items() for order in range(8)},
}
_FIRST: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("אעاعaouаоуэ", ("A",)),
    **{"ו": ("P", "A"), "و": ("P", "A"), "w": ("P", "A"), "י": ("Y",), "ي": ("Y",), "y": ("Y",), "j": ("Y", "G")},
    **{"i": ("A", "Y"), "e": ("A", "Y"), "и": ("A", "Y"), "і": ("A", "Y"), "е": ("A", "Y"), "є": ("Y",), "ю": ("Y",)},
    **{"я": ("Y",), "ה": ("H", "A"), "ه": ("H",), "h": ("H", "A")},
    **{chr(ord("አ") + order): ("A",) for order in range(8)},
    **{chr(ord("የ") + order): ("Y",) for order in range(8)},
}
# The Arabic article, as a word of its own and as Latin and Hebrew letters write it (also before sun letters).
_ARTICLES = frozenset(["al", "el", "a", "e", "as", "ash", "ad", "at", "an", "ar", "az", "אל", "א", "ال", "эль", "аль"])


def _readings(word: str) -> list[tuple[str, ...]]:
    """Per sound of a folded word, its possible classes."""
    if word.startswith("ال") and len(word) > 4:
        word = word[2:]
    found: list[tuple[str, ...]] = []
    position = 0
    while position < len(word):
        for length in (3, 2, 1):
            sound = word[position : position + length]
            if sound in _LETTERS and len(sound) == length:
                break
        else:
            sound = word[position]
        last = position + len(sound) >= len(word)
        if position == 0 and sound in _FIRST:
            found.append(_FIRST[sound])
        elif sound == "וו":
            found.append(("P",))
        elif last and sound in ("ה", "ه", "h"):
            found.append(("", "H"))  # written and silent: יהודה, Yehudah; sounded: כוח is never spelt so
        else:
            # Anything else, digits for one, stands for itself: "בית 4" and "בית 5" are two places.
            found.append(_LETTERS.get(sound, (sound,)))
        position += len(sound)
    return found


def _squeeze(key: str) -> str:
    """Neighbours of one class count once: Ra'annana and רעננה, Netanya and Nattanya."""
    return key[:1] + "".join(second for first, second in pairwise(key) if first != second)


def transliterations(name: str) -> set[str]:
    """Phonetic keys of a name in any script, ``set()`` for a name without letters or digits.

    >>> transliterations("שלום") & transliterations("Shalom") & transliterations("شالوم") & transliterations("Шалом")
    {'SLM'}

    Words are joined (Beer Sheva, Beersheba), articles dropped (Umm al-Fahm), neighbours of one class counted once. At
    most :data:`MOST_KEYS` keys. Compare two names by whether their sets meet.
    """
    words = tokens(name)
    telling = [word for word in words if word not in _ARTICLES] or words
    keys = [""]
    for word in telling:
        for readings in _readings(word):
            if len(keys) * len(readings) > MOST_KEYS:
                readings = readings[:1]
            keys = [key + reading for key in keys for reading in readings]
    return {key for key in map(_squeeze, keys) if key}
