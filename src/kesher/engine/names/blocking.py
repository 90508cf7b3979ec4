"""Keys of a name: what may be one person's shares one. For a sieve in a database; :mod:`.comparing` looks closer.

A word is reduced to a skeleton, the classes of its consonants, vowels and silent letters left out:

    P b p v f w   T t   D d   K k   H h kh   G g j dzh   S s sh z ts tsh   L M N R   and at the front  A a vowel   Y y

with every reading where a letter has several, and besides ``@group`` where the name is known (:mod:`.known`). A key is one
word's skeleton *in full* and another's *beginning*: ``SLM.K`` for Shalom Cohen, ``KHN.S``, too. So two names meet when one
word of each agrees in full and a second in its first letter: a slip, another spelling or an initial in one of two words is
survived, in any order of words, and the key is still as telling as a word and a letter.

Why not word by word: every Muhammad would be
compared with every other. Why not Double Metaphone or Daitch-Mokotoff: Latin letters only.
"""

from collections.abc import Iterable
from functools import lru_cache

from kesher.engine.names.known import groups
from kesher.engine.names.parts import parts, readings
from kesher.engine.names.sounds import SOUNDS, spoken

MOST_SKELETONS = 12
"""Readings of one word that are followed; beyond, further letters are read in one way."""
MOST_KEYED = 5
"""Words of a name that give keys: the first five telling ones."""
_CLASS = dict(zip(SOUNDS, "PPPPPTDKGHHSSSGSSLMNR" + 7 * "\0", strict=True))
#: Hnatiuk and Gnatyuk, Khoury and Koury, Dawit and Tawit: what begins a word is heard even more coarsely.
_BEGINS = {"H": "K", "G": "K", "D": "T"}
_IN_BITS = tuple((1 << place, sound) for place, sound in enumerate(SOUNDS))


@lru_cache(maxsize=10_000)
def _classes(slot: int, first: bool) -> tuple[str, ...]:
    """The classes of a slot, "" where it may be left out."""
    found = []
    for bit, sound in _IN_BITS:
        if slot & bit:
            kind = _CLASS[sound]
            found.append(kind if kind != "\0" else ("Y" if sound == "y" else "A") if first else "")
    # What the table of letters does not know is a bit beyond: it stands for itself.
    beyond = slot >> len(SOUNDS)
    return tuple(dict.fromkeys(found)) or (f"{beyond.bit_length():x}_",)


def _skeletons_of(reading: str) -> Iterable[str]:
    found = [""]
    for place, slot in enumerate(spoken(reading).slots):
        classes = _classes(slot, place == 0)
        if len(found) * len(classes) > MOST_SKELETONS:
            classes = classes[:1]
        found = list(
            dict.fromkeys(one if one.endswith(kind) and kind else one + kind for one in found for kind in classes)
        )
    return found


@lru_cache(maxsize=200_000)
def skeletons(word: str) -> frozenset[str]:
    """The skeletons of a folded word in every reading, and the groups it is known in."""
    found = {one for reading in readings(word) for one in _skeletons_of(reading) if one}
    # A sign without a sound of its own (a hard sign alone) is all there is of that word: it stands for itself.
    return frozenset(found | {f"@{group.name}" for group in groups(word)}) or frozenset({word})


@lru_cache(maxsize=200_000)
def beginnings(word: str) -> frozenset[str]:
    """How a folded word may begin: the class of its first letter (H, G, K one, and T, D), or a group it is known in."""
    return frozenset(one if one[0] == "@" else _BEGINS.get(one[0], one[0]) for one in skeletons(word))


def keys(name: str) -> frozenset[str]:
    """Keys of a name in any script, none for a text without letters. A name of one word has its skeletons alone.

    >>> sorted(keys("Levi Shalom") & keys("שלום לוי"))
    ['LP.S', 'SLM.L']

    Compare with overlap (PostgreSQL ``&&`` and a GIN index): a dozen or two for two words; never more than 5 x 4 x 13 x 13.
    """
    words = parts(name).words[:MOST_KEYED]
    if len(words) == 1:
        return skeletons(words[0])
    found = set()
    for place, word in enumerate(words):
        for other_place, other in enumerate(words):
            if place != other_place:
                # One consonant and a letter would tell nothing: there both words count in full.
                found |= {f"{one}.{two}" for one in skeletons(word) if len(one) > 1 for two in beginnings(other)}
                found |= {f"{one}.{two}" for one in skeletons(word) if len(one) == 1 for two in skeletons(other)}
    return frozenset(found)


def word_keys(name: str) -> frozenset[str]:
    """The skeletons of each word: to look for a name by one of its words. They meet :func:`keys` of a name of one word."""
    return frozenset(one for word in parts(name).words[:MOST_KEYED] for one in skeletons(word))
