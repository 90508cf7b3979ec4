"""How alike two names are, word by word by their sounds, and why.

    word  = 1 - 1.3 x cost / length          least cost of turning one row of sounds into the other (edit distance with
                                             neighbours swapped, Damerau 1964), sounds weighted as below
    name  = (mean + least of the matched words) / 2 - 0.04 for each further word (at most 0.12)

Words are matched one to one so that their sum is greatest, in any order. The least word counts as much as the mean because a
family shares its name: two sisters agree in half of everything and are two. A name of one word beside a longer one is worth at
most 0.65: it may be, and nothing more is known.

Weights of sounds: a consonant costs 1, one often taken for it 0.7; vowels cost little, and next to nothing where the other
script does not write them; an open vowel at the end costs half, because it is what tells Samir from Samira. They were set on
the odd lines of ``tests/data/names`` and are checked on the even ones.
"""

from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

import numpy as np
from scipy.optimize import linear_sum_assignment

from kesher.engine.names.known import groups
from kesher.engine.names.parts import parts, readings
from kesher.engine.names.sounds import CONSONANTS, NEAR, OPEN, SILENT, VOWELS, Spoken, bits, spoken

THRESHOLD = 0.8
"""From here on two names are worth a person's look; see ``docs/decisions/0022-names.md`` for what it finds and misses."""

_STEEP = 1.3
_COGNATE, _SHORT_FORM, _INITIAL, _TWO_NAMES = 0.92, 0.88, 0.75, 0.4
_GLUED_OFF = 0.98
_FLOOR = 0.5
_FURTHER, _MOST_FURTHER = 0.04, 0.12
_PARTICLE = 0.02
_ALONE = 0.65
_H = bits("h")
_DOUBLED = 0.3
_NEARLY = 0.7
_SWAPPED = 0.7


@dataclass(frozen=True, slots=True)
class Reason:
    """One pair of words, or what is left over, with its share. ``code`` is one of

    ``same`` spelt alike · ``sound`` sounds alike · ``name`` one name in two languages · ``short`` a short form ·
    ``initial`` the first letter · ``two`` two names that are known to be different · ``differs`` · ``further`` a word
    only one of them has · ``alone`` one of them is a single word · ``empty`` no letters
    """

    code: str
    value: float
    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """``value`` from 0 to 1 and its reasons; :data:`THRESHOLD` is where a look pays."""

    value: float
    reasons: tuple[Reason, ...]


@lru_cache(maxsize=100_000)
def _weight(slot: int) -> float:
    return 0.4 if slot & (VOWELS | SILENT) or slot == _H else 1.0


@lru_cache(maxsize=100_000)
def _near(slot: int) -> int:
    found = 0
    for bit, near in NEAR.items():
        if slot & bit and bit != SILENT:
            found |= near
    return found


@lru_cache(maxsize=200_000)
def _dropped(slot: int, first: bool, last: bool, voiced: bool, other_voiced: bool) -> float:
    """The cost of a sound that only one of the words has."""
    if not slot & (VOWELS | SILENT):
        return 0.5 if slot == _H else 1.0
    if first:
        return 0.4 if slot & SILENT else 0.5
    if slot & CONSONANTS and not slot & VOWELS:
        return 0.1 if last else 0.3
    if last and slot & OPEN:
        return 0.55
    if voiced and other_voiced:
        return 0.3
    return 0.04 if voiced else 0.12


@lru_cache(maxsize=400_000)
def _changed(one: int, two: int, last: bool, voiced: bool) -> float:
    """The cost of one sound for another."""
    if one & two & ~SILENT:
        return 0.0
    if one & VOWELS and two & VOWELS:
        if last and (one & OPEN == 0) != (two & OPEN == 0):
            return 0.4
        return 0.2 if voiced else 0.1
    if _near(one) & two:
        return _NEARLY
    return 1.2


@lru_cache(maxsize=200_000)
def _drops(word: Spoken, other_voiced: bool) -> tuple[float, ...]:
    """What each sound of a word costs where the other word has none for it."""
    slots, end = word.slots, len(word.slots) - 1
    return tuple(
        _DOUBLED if i and slot == slots[i - 1] else _dropped(slot, i == 0, i == end, word.voiced, other_voiced)
        for i, slot in enumerate(slots)
    )


@lru_cache(maxsize=200_000)
def _summary(word: Spoken) -> tuple[float, int, tuple[int, ...]]:
    """The length of a word, all sounds it may hold, and its plain consonants."""
    union = 0
    for slot in word.slots:
        union |= slot
    return sum(map(_weight, word.slots)), union, tuple(slot for slot in word.slots if _weight(slot) == 1.0)


def _cost(one: Spoken, two: Spoken, most: float) -> float:
    """The least cost of turning one row of sounds into the other; something above ``most`` where it is more than that."""
    left, right = one.slots, two.slots
    both = one.voiced and two.voiced
    end = len(left) - 1, len(right) - 1
    drop_left, drop_right = _drops(one, two.voiced), _drops(two, one.voiced)
    before_last: list[float] = []
    last = list(accumulate(drop_right, initial=0.0))
    for i, slot in enumerate(left):
        drop = drop_left[i]
        best = last[0] + drop
        row = [best]
        least = best
        for j, other in enumerate(right):
            best += drop_right[j]
            if (value := last[j + 1] + drop) < best:
                best = value
            if (value := last[j]) < best:  # only then can it pay to look at what the two sounds are
                value += _changed(slot, other, (i, j) == end, both)
                if value < best:
                    best = value
                if i and j and slot & right[j - 1] & CONSONANTS and left[i - 1] & other & CONSONANTS:
                    best = min(best, before_last[j - 1] + _SWAPPED)
            row.append(best)
            if best < least:
                least = best
        if least > most and min(last) > most:
            return most + 1.0  # what comes can only add
        before_last, last = last, row
    return last[-1]


def _sound(one: Spoken, two: Spoken) -> float:
    """How much two rows of sounds are one; 0 for what is below the floor, which is not worked out."""
    length_one, union_one, plain_one = _summary(one)
    length_two, union_two, plain_two = _summary(two)
    length = max(length_one, length_two)
    most = (1.0 - _FLOOR) * length / _STEEP
    # A plain consonant that meets nothing in the other word costs at least as much as one taken for another.
    strange = max(sum(not slot & union_two for slot in plain_one), sum(not slot & union_one for slot in plain_two))
    if not length or strange * _NEARLY > most:
        return 0.0
    cost = _cost(one, two, most)
    return 1.0 - _STEEP * cost / length if cost <= most else 0.0


@lru_cache(maxsize=1_000_000)
def words_alike(first: str, second: str) -> tuple[float, str]:
    """How much two folded words are one, and the code of :class:`Reason` for it. Symmetric."""
    if first == second:
        return 1.0, "same"
    if first.isdecimal() or second.isdecimal():
        return 0.0, "differs"
    if min(len(first), len(second)) == 1:
        one, two = spoken(first), spoken(second)
        meet = one.slots and two.slots and one.slots[0] & two.slots[0] & ~SILENT
        return (_INITIAL, "initial") if meet else (0.0, "differs")
    sound = 0.0
    for i, one_reading in enumerate(readings(first)):
        for j, two_reading in enumerate(readings(second)):
            glued = _GLUED_OFF if i != j else 1.0
            sound = max(sound, glued * _sound(spoken(one_reading), spoken(two_reading)))
    left, right = groups(first), groups(second)
    shared = {one.name: one.short for one in left}
    common = [one.short or shared[one.name] for one in right if one.name in shared]
    if common:
        if all(common):
            return max(sound, _SHORT_FORM), "short"
        return max(sound, _COGNATE), "sound" if sound >= _COGNATE else "name"
    if left and right:
        return min(sound, _TWO_NAMES), "two"
    return sound, "sound" if sound >= _FLOOR else "differs"


def _matched(left: tuple[str, ...], right: tuple[str, ...]) -> list[tuple[int, int]]:
    """Pairs of positions, one to one, whose sum is greatest."""
    if len(left) == len(right) == 2:
        straight = words_alike(left[0], right[0])[0] + words_alike(left[1], right[1])[0]
        crossed = words_alike(left[0], right[1])[0] + words_alike(left[1], right[0])[0]
        return [(0, 0), (1, 1)] if straight >= crossed else [(0, 1), (1, 0)]
    table = np.array([[words_alike(one, two)[0] for two in right] for one in left])
    rows, columns = linear_sum_assignment(table, maximize=True)
    return [(int(i), int(j)) for i, j in zip(rows, columns, strict=True)]


def likeness(first: str, second: str) -> Likeness:
    """How alike two names of people are, in any scripts, in any order of their words, and why.

    >>> likeness("Avraham Cohen", "כהן אברהם").value > 0.9, likeness("Avraham Cohen", "Sarah Cohen").value < 0.6
    (True, True)

    Symmetric; 1 for a name and itself when it holds a letter or a digit, 0 where one of the two holds none.
    """
    one, two = parts(first), parts(second)
    if not one.words or not two.words:
        return Likeness(0.0, (Reason("empty", 0.0),))
    swapped = two.words < one.words  # so that ties between matchings are decided in one way
    left, right = (two.words, one.words) if swapped else (one.words, two.words)
    reasons, values = [], []
    pairs = _matched(left, right)
    for i, j in pairs:
        value, code = words_alike(left[i], right[j])
        values.append(value if value >= _FLOOR else 0.0)
        said = (right[j], left[i]) if swapped else (left[i], right[j])
        reasons.append(Reason(code, value, *said))
    score = (sum(values) / len(values) + min(values)) / 2
    for place, words in enumerate((left, right)):
        taken = {pair[place] for pair in pairs}
        for at, word in enumerate(words):
            if at not in taken:
                mine = (place == 0) != swapped
                reasons.append(Reason("further", -_FURTHER, word if mine else "", "" if mine else word))
    further = abs(len(left) - len(right))
    score -= min(_MOST_FURTHER, _FURTHER * further) + (_PARTICLE if one.particles != two.particles else 0.0)
    if further and len(pairs) == 1:
        reasons.append(Reason("alone", _ALONE))
        score = min(score, _ALONE)
    return Likeness(max(0.0, score), tuple(reasons))
