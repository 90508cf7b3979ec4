"""Which records of a directory may be one and the same, and why: found without comparing each with each.

What goes in: :class:`Entry`, a light record per service, organisation or place. What comes out: :class:`Candidate`, a pair with
its evidence, each piece a number from 0 (contradicts) to 1 (agrees) or ``None`` (one of the two says nothing):

    score = names × (0.6 + 0.4 × agreement)
    agreement = the weighted mean of the other evidence that is there; 0.5 where there is none

The name leads and the rest speaks for or against, because a telephone and a door are shared by all services of a house
while a name is not: a plain weighted mean would propose every pair of neighbours. Names are compared word by word, rare
words counting more (inverse document frequency, Spärck Jones 1972), words alike by spelling (Dice on letter pairs) or by
sound across scripts (:mod:`kesher.engine.transliteration`).

A pair is only judged when it shares a *name key* (a telling word by sound, or the whole name) and either something that
corroborates (telephone, e-mail, web address, street door, neighbourhood) or a whole name that few others bear. Because
that is part of what a candidate is, looking only at pairs that share such keys misses nothing; a test compares it with
all pairs. The cost grows with the number of pairs that share keys, not with the square of the directory.

A source that lists two records at two places means two branches: those are never candidates. Nor are two services of one
organisation in one source under different names. Nor, ever, two places (:data:`PLACE`) of one keeper, which is their source
or, where they were entered here, their organisation: directories write down a place for each service, and one house with
thirty services would be 435 pairs of which none is to be decided. Those of such rows that say the same stand for one
another: only the first is compared, so that many of them cost no more than one; and of all of them only the likeliest is
proposed to a row of somebody else's. A name alone makes no pair of places.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kesher.engine.blocks import pairs_in_blocks, squares
from kesher.engine.distance import EARTH_RADIUS
from kesher.engine.text import tokens
from kesher.engine.transliteration import transliterations

THRESHOLD = 0.7
NEAR_METRES = 250.0
#: The ``kind`` of an entry that is a place.
PLACE = "location"
#: A name that more records than this bear says nothing alone: it needs something that corroborates it.
MOST_NAMESAKES = 20
#: A word in a larger share of all names than this tells nothing by itself ("centre", "municipality") …
COMMON_SHARE = 0.01
#: … unless the directory is so small that every word is rare.
ALWAYS_TELLING = 30

_NAMES_FLOOR = 0.5
_SHORT_KEY = 2
_SAME_SOUND = 0.9
_ONE_SLIP = 0.9
#: What legal forms and small words add to a name is not the name.
_FORMS_TEXT = """
the of and a an for to in inc incorporated llc ltd corp corporation co npo de la le el del y et des du les בעמ ער חלצ
של את עמותת עמותה جمعيه شركه و في من
"""
_FORMS = frozenset(_FORMS_TEXT.split())
_STREET_WORDS_TEXT = """
st street ave avenue rd road blvd boulevard dr drive ct court pl place ln lane ter terrace hwy highway suite ste unit
floor fl apt room rm n s e w ne nw se sw north south east west רחוב רח שדרות שד דרך קומה شارع طريق rue
"""
_STREET_WORDS = frozenset(_STREET_WORDS_TEXT.split())
#: Hosts where everybody has a page: only the whole address tells.
_SHARED_HOSTS = frozenset(
    [
        "facebook.com",
        "instagram.com",
        "sites.google.com",
        "linktr.ee",
        "gov.il",
        "twitter.com",
        "x.com",
        "youtube.com",
        "wixsite.com",
    ]
)
_MAIL_HOSTS = frozenset(
    ["gmail.com", "hotmail.com", "yahoo.com", "walla.co.il", "outlook.com", "aol.com", "012.net.il"]
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is compared of one record. ``source``: who listed it; ``organisation``: whose it is; points in degrees."""

    key: Hashable
    names: tuple[str, ...]
    kind: str = "service"
    source: Hashable = None
    organisation: Hashable = None
    phones: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    towns: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = ()  # (latitude, longitude)
    emails: tuple[str, ...] = ()
    websites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason for or against: ``code`` names it, ``value`` is 0..1, ``first`` and ``second`` are what was compared."""

    code: str
    value: float
    first: str = ""
    second: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records that may be one, ``first`` standing before ``second`` among the entries. ``score``: 0..1."""

    first: Hashable
    second: Hashable
    kind: str
    score: float
    evidence: tuple[Evidence, ...]


# --- what is compared, in one form ------------------------------------------------------------------------------------


_EXTENSION = re.compile(r"(?i)\s*(?:ext|x|שלוחה)\.?\s*\d+\s*$")


def phone_key(number: str) -> str | None:
    """A telephone number as its last nine telling digits, so that +972-8-600-0001 and 08 600 0001 meet.

    Short numbers (*2345, 106) and what holds no number give None or themselves with a star.
    """
    number = _EXTENSION.split(number)[0]
    digits = "".join(str(int(letter)) for letter in number if letter.isdecimal())
    digits = re.sub(r"^(?:00)?972", "", digits) if len(digits) > 9 else digits
    digits = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
    digits = digits.lstrip("0")
    if len(digits) < 3:
        return None
    return digits if len(digits) >= 7 else f"*{digits}"


def web_key(address: str) -> tuple[str, str] | None:
    """``(host, path)`` of a web address in one form: no scheme, ``www``, query or final stroke."""
    found = re.match(r"(?i)^(?:[a-z]+://)?(?:www\d?\.)?([^/?#\s:]+\.[^/?#\s:]+)(?::\d+)?(/[^?#\s]*)?", address.strip())
    return (found[1].lower(), (found[2] or "").rstrip("/").lower()) if found else None


@lru_cache(maxsize=200_000)
def _sounds(word: str) -> frozenset[str]:
    """Keys under which a word is found whatever its script: sounds of at least two letters, numbers as they are."""
    if word[:1].isdecimal():
        return frozenset([word])
    return frozenset(key for key in transliterations(word) if len(key) >= _SHORT_KEY)


@lru_cache(maxsize=200_000)
def _letter_pairs(word: str) -> frozenset[str]:
    padded = f"_{word}_"
    return frozenset(padded[at : at + 2] for at in range(len(padded) - 1))


@lru_cache(maxsize=200_000)
def _script(word: str) -> str:
    for letter in word:
        if letter.isalpha():
            code = ord(letter)
            return "latin" if code < 0x370 else str(code >> 8)
    return "number"


def one_slip(first: str, second: str) -> bool:
    """Whether one letter more, less, other, or two neighbours swapped make one word of four letters or more the other."""
    if abs(len(first) - len(second)) > 1 or min(len(first), len(second)) < 4:
        return False
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    end = 0
    while end < min(len(first), len(second)) - start and first[-1 - end] == second[-1 - end]:
        end += 1
    left, right = first[start : len(first) - end], second[start : len(second) - end]
    return (len(left) <= 1 and len(right) <= 1) or (len(left) == 2 and left == right[::-1])


@lru_cache(maxsize=400_000)
def words_alike(first: str, second: str) -> float:
    """How much two folded words are one: 1 when spelt alike, letter pairs in common (Dice), or by sound across scripts.

    0 for what is merely similar: numbers that differ, words that share less than two thirds of their letter pairs.
    """
    if first == second:
        return 1.0
    if first.isdecimal() or second.isdecimal():
        return 0.0
    if _script(first) != _script(second):
        return _SAME_SOUND if _sounds(first) & _sounds(second) else 0.0
    if one_slip(first, second):
        return _ONE_SLIP
    left, right = _letter_pairs(first), _letter_pairs(second)
    dice = 2 * len(left & right) / (len(left) + len(right))
    if dice >= 2 / 3:
        return dice
    return 0.8 if dice >= 0.5 and _sounds(first) & _sounds(second) else 0.0


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    words: tuple[str, ...]
    whole: frozenset[str]  # keys of the whole name
    numbers: frozenset[str]


@lru_cache(maxsize=200_000)
def _name(text: str) -> _Name | None:
    every = tokens(text)
    words = tuple(dict.fromkeys(word for word in every if word not in _FORMS)) or tuple(dict.fromkeys(every))
    if not words:
        return None
    numbers = frozenset(word for word in words if word.isdecimal())
    # In both orders: "Camillus House" and "House, Camillus". The sounds only where the name is long enough to tell.
    whole = {"=" + " ".join(sorted(words))}
    whole.update("~" + key for key in transliterations(" ".join(words)) if len(key) > 3)
    return _Name(text, words, frozenset(whole), numbers)


def _doors(address: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """House numbers and street words of an address.

    Where streets are numbered, the last number is the street: "7990 SW 117th Avenue" is house 7990 in 117th.
    """
    words = tokens(address)
    numbers = tuple(dict.fromkeys(word for word in words if word[0].isdecimal()))
    street = tuple(word for word in words if not word[0].isdecimal() and word not in _STREET_WORDS)
    if not street and len(numbers) > 1:
        return frozenset(numbers[:-1]), numbers[-1:]
    return frozenset(numbers), street


@dataclass(slots=True)
class _Prepared:
    """An entry taken apart once."""

    entry: Entry
    names: list[_Name]
    phones: dict[str, str]
    webs: dict[tuple[str, str], str]
    mails: dict[str, str]
    doors: list[tuple[frozenset[str], tuple[str, ...], frozenset[str], str]]
    telling: frozenset[str] = field(default_factory=frozenset)
    whole: frozenset[str] = field(default_factory=frozenset)
    spelt: frozenset[frozenset[str]] = field(default_factory=frozenset)  # the words of each name
    keeper: Hashable = None  # of a place: who tells it apart from its neighbours
    echo: bool = False  # an earlier row of its keeper says the same

    def said(self) -> Hashable:
        """All by which two places are compared, in one form."""
        names = frozenset(word.words for word in self.names)
        doors = frozenset((numbers, words) for numbers, words, _, _ in self.doors)
        contacts = (frozenset(self.phones), frozenset(self.mails), frozenset(self.webs))
        return names, doors, contacts, frozenset(self.entry.points), frozenset(self.entry.towns)


def _prepare(entry: Entry) -> _Prepared:
    doors = []
    for address in entry.addresses:
        numbers, words = _doors(address)
        if numbers and words:
            sounds = frozenset(chain.from_iterable(map(_sounds, words)))
            doors.append((numbers, words, sounds, address))
    names = [name for name in map(_name, dict.fromkeys(entry.names)) if name]
    return _Prepared(
        entry,
        names,
        {key: number for number in entry.phones if (key := phone_key(number))},
        {page: address for address in entry.websites if (page := web_key(address))},
        {mail.strip().lower(): mail for mail in entry.emails if "@" in mail},
        doors,
        whole=frozenset(chain.from_iterable(name.whole for name in names)),
        spelt=frozenset(frozenset(name.words) for name in names),
        keeper=_keeper(entry),
    )


def _keeper(entry: Entry) -> Hashable:
    if entry.kind != PLACE:
        return None
    if entry.source is not None:
        return ("source", entry.source)
    return None if entry.organisation is None else ("organisation", entry.organisation)


# --- the evidence: small functions, each 0..1 or None ---------------------------------------------------------------


def same_phone(a: _Prepared, b: _Prepared) -> Evidence | None:
    """1 when they share a number."""
    if not a.phones or not b.phones:
        return None
    shared = a.phones.keys() & b.phones.keys()
    key = min(shared) if shared else None
    first = a.phones[key] if key else next(iter(a.phones.values()))
    return Evidence("phone", float(bool(shared)), first, b.phones[key] if key else next(iter(b.phones.values())))


def same_email(a: _Prepared, b: _Prepared) -> Evidence | None:
    """1 when they share an address, half when only the office's own domain."""
    if not a.mails or not b.mails:
        return None
    first, second = min(a.mails), min(b.mails)
    if shared := a.mails.keys() & b.mails.keys():
        return Evidence("email", 1.0, a.mails[min(shared)], b.mails[min(shared)])
    hosts = {mail.rpartition("@")[2] for mail in a.mails} & {mail.rpartition("@")[2] for mail in b.mails}
    return Evidence("email", 0.5 if hosts - _MAIL_HOSTS else 0.0, a.mails[first], b.mails[second])


def same_website(a: _Prepared, b: _Prepared) -> Evidence | None:
    """1 for the same page, 0.7 for the same host, unless it is a host where everybody has pages."""
    if not a.webs or not b.webs:
        return None
    if shared := a.webs.keys() & b.webs.keys():
        key = min(shared)
        return Evidence("website", 1.0, a.webs[key], b.webs[key])
    hosts = ({host for host, _ in a.webs} & {host for host, _ in b.webs}) - _SHARED_HOSTS
    return Evidence("website", 0.7 if hosts else 0.0, next(iter(a.webs.values())), next(iter(b.webs.values())))


def same_address(a: _Prepared, b: _Prepared) -> Evidence | None:
    """Street words in common (Dice) behind one house number; 0 for other numbers. None without a number.

    Across scripts only agreement counts: a street's name may be translated.
    """
    if not a.doors or not b.doors:
        return None
    best = Evidence("address", 0.0, a.doors[0][3], b.doors[0][3])
    foreign = True
    for numbers, words, sounds, text in a.doors:
        for other_numbers, other_words, other_sounds, other_text in b.doors:
            if numbers & other_numbers and sounds & other_sounds:
                alike = sum(any(words_alike(word, other) >= 0.8 for other in other_words) for word in words)
                value = min(1.0, max(alike, 1) / min(len(words), len(other_words)))
                if value > best.value:
                    best = Evidence("address", value, text, other_text)
            foreign = foreign and _script(words[0]) != _script(other_words[0])
    return None if foreign and not best.value else best


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two points (latitude, longitude in degrees) on the sphere of ``engine.distance``: the haversine, one pair.

    Plain floats: numpy costs more than it saves on a single pair.
    """
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin(math.radians(b[1] - a[1]) / 2) ** 2
    return 2_000 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half)))


def near(a: _Prepared, b: _Prepared) -> Evidence | None:
    """1 within 50 m, falling to 0 at :data:`NEAR_METRES`. ``first`` is the distance in whole metres."""
    if not a.entry.points or not b.entry.points:
        return None
    distance = min(metres(here, there) for here in a.entry.points for there in b.entry.points)
    value = 1.0 if distance <= 50 else max(0.0, (NEAR_METRES - distance) / (NEAR_METRES - 50))
    return Evidence("distance", value, str(round(distance)))


def same_town(a: _Prepared, b: _Prepared) -> Evidence | None:
    """1 when a town is spelt or sounds alike; None across scripts when it does not: it may be translated."""
    if not a.entry.towns or not b.entry.towns:
        return None
    left, right = (set(chain.from_iterable(_town(name) for name in side.entry.towns)) for side in (a, b))
    if left & right:
        return Evidence("town", 1.0, a.entry.towns[0], b.entry.towns[0])
    if _script(a.entry.towns[0]) != _script(b.entry.towns[0]):
        return None
    return Evidence("town", 0.0, a.entry.towns[0], b.entry.towns[0])


@lru_cache(maxsize=50_000)
def _town(name: str) -> frozenset[str]:
    return frozenset(transliterations(name)) or frozenset([name])


def same_organisation(a: _Prepared, b: _Prepared) -> Evidence | None:
    """1 for one organisation, 0 for two that one source tells apart; None where two sources may have named it twice."""
    if a.entry.organisation is None or b.entry.organisation is None:
        return None
    if a.entry.organisation == b.entry.organisation:
        return Evidence("organisation", 1.0)
    return Evidence("organisation", 0.0) if _one_source(a, b) else None


def _one_source(a: _Prepared, b: _Prepared) -> bool:
    return a.entry.source is not None and a.entry.source == b.entry.source


#: What speaks for or against beside the name, and how loudly.
WEIGHTS: tuple[tuple[Callable[[_Prepared, _Prepared], Evidence | None], float], ...] = (
    (same_phone, 3.0),
    (same_address, 2.0),
    (near, 2.0),
    (same_website, 1.5),
    (same_email, 1.5),
    (same_organisation, 1.0),
    (same_town, 1.0),
)
_CORROBORATING = frozenset({"phone", "address", "distance", "website", "email"})


# --- the comparison ---------------------------------------------------------------------------------------------------


class Comparison:
    """Entries of one kind, ready to be compared. Word weights and namesakes are counted over all of them."""

    def __init__(self, entries: Iterable[Entry], *, threshold: float = THRESHOLD) -> None:
        self.threshold = threshold
        self.prepared = [_prepare(entry) for entry in entries]
        self._find_echoes()
        self._count_words()

    def _find_echoes(self) -> None:
        seen: set[Hashable] = set()
        for one in self.prepared:
            if one.keeper is not None:
                said = (one.keeper, one.said())
                one.echo = said in seen
                seen.add(said)

    def _count_words(self) -> None:
        words: Counter[str] = Counter()
        sounds: Counter[str] = Counter()
        wholes: Counter[str] = Counter()
        heard = [one for one in self.prepared if not one.echo]
        for one in heard:
            said = {word for name in one.names for word in name.words}
            words.update(said)
            sounds.update(set(chain.from_iterable(map(_sounds, said))))
            wholes.update(one.whole)
        total = len(heard)
        self._weight = {word: math.log(1 + total / count) for word, count in words.items()}
        most = max(ALWAYS_TELLING, COMMON_SHARE * total)
        telling = {sound for sound, count in sounds.items() if count <= most}
        self._few_bear = {whole for whole, count in wholes.items() if count <= MOST_NAMESAKES}
        for one in heard:
            said = {word for name in one.names for word in name.words}
            one.telling = telling.intersection(chain.from_iterable(map(_sounds, said)))  # type: ignore[assignment]

    def names_alike(self, a: _Prepared, b: _Prepared) -> Evidence:
        """The most alike pair of their names: 1 the same, 0 when they share neither a telling word nor the whole."""
        best = Evidence("name", 0.0, a.names[0].text if a.names else "", b.names[0].text if b.names else "")
        if not (a.telling & b.telling or a.whole & b.whole):
            return best
        for left in a.names:
            for right in b.names:
                value = self._alike(left, right)
                if value > best.value:
                    best = Evidence("name", value, left.text, right.text)
                    if value == 1.0:
                        return best
        return best

    def _alike(self, left: _Name, right: _Name) -> float:
        if left.words == right.words:
            return 1.0
        foreign = _script(left.words[-1]) != _script(right.words[-1])
        if left.numbers and right.numbers and left.numbers != right.numbers:
            return 0.0  # the seventh clinic is not the eighth
        weight = self._weight
        free = list(right.words)
        both = 0.0
        for word in left.words:
            value, match = max(((words_alike(word, other), other) for other in free), default=(0.0, ""))
            if value:
                free.remove(match)
                both += value * (weight[word] + weight[match])
        mean = both / sum(weight[word] for word in chain(left.words, right.words))
        if left.whole & right.whole and (foreign or mean > 0.5):
            return max(mean, _SAME_SOUND)
        return mean

    def judge(self, i: int, j: int) -> Candidate | None:
        """The candidate that entries ``i`` and ``j`` make, or None."""
        if i > j:
            i, j = j, i
        a, b = self.prepared[i], self.prepared[j]
        if a.entry.kind != b.entry.kind or a.echo or b.echo:
            return None
        if a.keeper is not None and a.keeper == b.keeper:
            return None  # who keeps two places knows them apart
        one_source = _one_source(a, b)
        if (
            one_source
            and a.entry.organisation is not None
            and a.entry.organisation == b.entry.organisation
            and not a.spelt & b.spelt
        ):
            return None  # one office, two names: two services
        found = [(evidence, weight) for judge, weight in WEIGHTS if (evidence := judge(a, b)) is not None]
        values = {evidence.code: evidence.value for evidence, _ in found}
        if one_source and (values.get("distance") == 0 or values.get("address") == 0):
            return None  # branches
        # Last, because it costs most: each name with each, and in seven languages that is 49.
        name = self.names_alike(a, b)
        if name.value < max(_NAMES_FLOOR, self.threshold):  # agreement can only take away from the name
            return None
        corroborated = any(code in _CORROBORATING and value > 0 for code, value in values.items())
        if not corroborated and (a.entry.kind == PLACE or not (a.whole & b.whole & self._few_bear)):
            return None
        heavy = sum(weight for _, weight in found)
        agreement = sum(evidence.value * weight for evidence, weight in found) / heavy if heavy else 0.5
        score = name.value * (0.6 + 0.4 * agreement)
        if score < self.threshold:
            return None
        why = (name, *(evidence for evidence, _ in found))
        return Candidate(a.entry.key, b.entry.key, a.entry.kind, round(score, 4), why)

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every pair (i < j) that shares keys as the module says, once, in order."""
        keys: dict[Hashable, int] = {}
        owners: list[int] = []
        blocks: list[int] = []
        for at, one in enumerate(self.prepared):
            if one.echo:
                continue
            names = (*one.telling, *one.whole)
            alone = one.whole & self._few_bear if one.entry.kind != PLACE else frozenset()
            for key in chain(
                alone,
                ((shared, name) for shared in _corroborations(one) for name in names),
            ):
                owners.append(at)
                blocks.append(keys.setdefault((one.entry.kind, key), len(keys)))
        del keys
        yield from pairs_in_blocks(np.array(blocks, np.int64), np.array(owners, np.int64), self._keepers())

    def _keepers(self) -> NDArray[np.int64]:
        """A number per entry, the same for entries of one keeper; what no one keeps stands alone."""
        numbers: dict[Hashable, int] = {}
        found = [numbers.setdefault(one.keeper or ("", at), len(numbers)) for at, one in enumerate(self.prepared)]
        return np.array(found, np.int64)

    def candidates(self) -> list[Candidate]:
        """All candidates, the surest first. Of the places of one keeper only the likeliest is proposed to another's."""
        judged = [(candidate, i, j) for i, j in self.pairs() if (candidate := self.judge(i, j))]
        judged.sort(key=lambda one: -one[0].score)
        keeper = [one.keeper for one in self.prepared]
        met: set[Hashable] = set()
        found = []
        for candidate, i, j in judged:
            sides = [(mine, keeper[other]) for mine, other in ((i, j), (j, i)) if keeper[other] is not None]
            if not met.intersection(sides):
                found.append(candidate)
                met.update(sides)
        return found


def candidates(entries: Iterable[Entry], *, threshold: float = THRESHOLD) -> list[Candidate]:
    """Pairs of entries that may be one and the same, the surest first. ``threshold``: least score shown, 0.5..1.

    >>> one = Entry("a", ("Camillus House",), phones=("305-374-1065",))
    >>> two = Entry("b", ("Camilus House Inc.",), phones=("(305) 374 1065",))
    >>> [(found.first, found.second) for found in candidates([one, two])]
    [('a', 'b')]
    """
    if not _NAMES_FLOOR <= threshold <= 1:
        raise ValueError(f"threshold {threshold} is not between {_NAMES_FLOOR} and 1")
    return Comparison(entries, threshold=threshold).candidates()


def _corroborations(one: _Prepared) -> set[Hashable]:
    """Keys that two entries share when something besides the name agrees."""
    keys: set[Hashable] = {("phone", key) for key in one.phones}
    keys.update(("mail", mail) for mail in one.mails)
    keys.update(("mail", host) for mail in one.mails if (host := mail.rpartition("@")[2]) not in _MAIL_HOSTS)
    for host, path in one.webs:
        keys.add(("web", host, path) if host in _SHARED_HOSTS else ("web", host))
    keys.update(
        ("door", number, sound) for numbers, _, sounds, _ in one.doors for number in numbers for sound in sounds
    )
    for point in one.entry.points:
        keys.update(squares(*point, NEAR_METRES))
    return keys


def precision_and_recall(found: Sequence[Candidate], true: set[frozenset[Any]]) -> tuple[float, float]:
    """Of the candidates, the share that are true; of the true pairs, the share that were found. 1.0 where there is none."""
    said = {frozenset((candidate.first, candidate.second)) for candidate in found}
    right = len(said & true)
    return (right / len(said) if said else 1.0), (right / len(true) if true else 1.0)
