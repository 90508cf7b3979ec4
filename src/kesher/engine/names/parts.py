"""A name as its telling words: titles and particles set aside, compounds put together, glued prefixes taken off.

Nothing is assumed about order or about which word is the family's: papers of different countries disagree, and forms ask
for them in different order.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from kesher.engine.names.known import groups
from kesher.engine.text import fold, tokens

MOST_LETTERS = 1_000
"""Folded characters of a name that are looked at: the longest names on record are shorter."""
MOST_WORDS = 8


def _words(text: str) -> frozenset[str]:
    return frozenset(word for entry in text.split() for word in tokens(entry))


_TITLES = _words(
    """mr mrs ms miss dr prof professor eng adv haj hajj hajja sheikh sheikha sir rabbi rav ato weizero woizero
    מר גב' גברת ד"ר פרופ' עו"ד אינג' הרב רב שייך חאג' السيد السيدة الدكتور د الحاج الحاجة الشيخ شيخ حاج
    господин госпожа пан пані доктор አቶ ወይዘሮ ወሮ ዶክተር"""
)
_ARTICLES = _words("al el ul ur an as ash ad at ar az אל ال аль эль ан ас аш ад ар аз ль")
#: These may stand anywhere in a name and tell nothing by themselves.
_PARTICLES = _ARTICLES | _words(
    """abu abou abo aboo umm um ibn ibni bint bnt van von der den de del della di da dos das du le la el ter ten zu
    אבו אום אבן אבנ בנת ואן וון דר דה דל أبو ابو أم ابن بنت бу абу умм ибн бинт ван фон дер де"""
)
#: Sons and daughters. Between other words only: Ben, Bar and Bat are first and last names, too.
_SONS = _words("ben bin bar bat בן בר בת بن бен бин бар бат")
_SERVANT = {**dict.fromkeys(("abd", "abed", "abdel", "abdul", "abdal", "abdu", "abdol", "abdur"), "abd")} | {
    **dict.fromkeys(("עבד", "עבדאל", "עבדול", "עבדל"), "עבד"),
    **dict.fromkeys(("абд", "абдель", "абдул", "абдуль", "абдал", "абдаль", "абдур"), "абд"),
    "عبد": "عبد",
}
_GLUED_SERVANT = (
    (re.compile(r"^abd[aeiou](?:l|([rszntd])(?=\1))?(?=.{3})"), "abd"),
    (re.compile(r"^עבד(?:אל|ול|ל)(?=.{2})"), "עבד"),
    (re.compile(r"^абд[аеиоуэ](?:ль?|([рсзнтд])(?=\1))?(?=.{3})"), "абд"),
    (re.compile(r"^عبدال(?=.{2})"), "عبد"),
)
#: Written together with the word: Aburabia, Benshushan, Alhuzayil. Both readings are kept.
_GLUED = re.compile(
    r"^(?:(?:abu|abou|ben|bin|ibn|al|el|as|ash|an)(?=[a-z]{4})|(?:אבו|בנ|אל)(?=[א-ת]{3})|(?:абу|бен|аль|эль)(?=[а-я]{4})"
    r"|(?:ال|ابو|لل)(?=[ء-ي]{2}))"
)
#: Two letters that may be one sound of the other scripts, or two: טס of Tsegaye and of Tesema.
_TWO_LETTERS = {"טס": "צ", "תס": "צ", "טש": "צ", "תש": "צ", "דז": "ז", "تس": "ص", "تش": "چ", "دج": "ج", "دز": "ز"}
_TWO_LETTERS_PATTERN = re.compile("|".join(_TWO_LETTERS))


@dataclass(frozen=True, slots=True)
class Parts:
    """The telling words of a name, folded, in order; ``particles``: whether any (abu, ben, van) were set aside."""

    words: tuple[str, ...]
    particles: bool


@lru_cache(maxsize=200_000)
def readings(word: str) -> tuple[str, ...]:
    """A folded word, and what it may be without what was glued to its front."""
    for pattern, servant in _GLUED_SERVANT:
        if pattern.match(word) and not groups(word):
            return (word, pattern.sub(servant, word))
    found = [word]
    if not groups(word) and (bare := _GLUED.sub("", word)) != word:
        found.append(bare)
    if any(pair in word for pair in _TWO_LETTERS):
        found.append(_TWO_LETTERS_PATTERN.sub(lambda pair: _TWO_LETTERS[pair[0]], word))
    return tuple(found)


def _joined(words: list[str]) -> list[str]:
    """``abd al rahman`` as one word, ``abdrahman``: the servant of God's name is one name."""
    found: list[str] = []
    position = 0
    while position < len(words):
        servant = _SERVANT.get(words[position])
        after = position + 1
        while servant and after < len(words) - 1 and words[after] in _ARTICLES:
            after += 1
        if servant and after < len(words):
            rest = words[after]
            rest = rest[2:] if rest.startswith("ال") and len(rest) > 3 else rest
            found.append(servant + rest)
            position = after + 1
        else:
            found.append(words[position])
            position += 1
    return found


@lru_cache(maxsize=200_000)
def parts(name: str) -> Parts:
    """The telling words of a name; none for a text without letters or digits.

    >>> parts("Dr. Muhammad Abu Rabia").words
    ('muhammad', 'rabia')
    """
    every = tokens(fold(name)[:MOST_LETTERS].replace("ע'", "ג"))  # the one mark of Hebrew letters that tells a sound: غ
    every = [word for word in every if word not in _TITLES] or every
    every = _joined(every)
    last = len(every) - 1
    kept, aside = [], set()
    for place, word in enumerate(every):
        if (word in _PARTICLES and place != last) or (word in _SONS and 0 < place < last):
            aside.add(word)
        else:
            kept.append(word)
    kept = kept[:MOST_WORDS]
    return Parts(tuple(kept), bool(aside))
