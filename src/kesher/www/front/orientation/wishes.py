"""What somebody wants, read from their words: one wish or several.

Marks do not say which: "a Hebrew course, a nursery" are two wishes, "we fight a lot, divorce, children" is one story. Parts
are wishes of their own when each speaks of a theme of its own; what speaks of none belongs to the part beside it. Where the
themes do not know the words (most have none yet in Russian, Ukrainian, French and Amharic), a list of a few words each is
what it looks like. An "and"
parts wishes too, where the two sides are about different things altogether.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Final

import numpy as np

from kesher.directory.orienting import CONCERN_OF, Asked, about, needs_of, speaks_of, spoken_of
from kesher.directory.search.understanding import SITUATION, SITUATIONS
from kesher.engine.orientation import Catalogue
from kesher.engine.orientation.catalogue import Mask
from kesher.www.front.orientation.answers import Answers
from kesher.www.front.orientation.topics import words_of

MOST_WISHES: Final = 4
#: Of how well the best service answers the words: what answers them less stands below, whatever its colour. Without this,
#: what is open to everybody and hardly meant would come before what is meant and waits for an answer. On the hundred
#: situations (tests/orientation_quality): 67 right among the first five instead of 58 before anything is answered, and as
#: many as without once everything is.
ANSWERS: Final = 0.4
_MARKS: Final = re.compile(r"[,;.!?\n،؛؟。፣፤።]+")
#: "and", as a word or glued to the next.
_AND: Final = re.compile(r"\s+(?:(?:and|et|и|та|і|እና|وكذلك|וגם)\s+|[וو](?=\w{3}))")
MOST_ANDS: Final = 2
#: How well a part must speak of a theme to be a wish of its own (1: in the very words of the theme), and of the same theme
#: as another part, as a share of its best, to be the same story.
OWN: Final = 0.5
SAME: Final = 0.8
FEW_WORDS: Final = 2
_WORD: Final = re.compile(r"[^\W\d_]+")
#: When somebody can come is no wish: it belongs to what they want then.
_WHEN: Final = frozenset(
    _WORD.findall(
        "only just i can could we come free available at in the on for evening evenings morning mornings afternoon afternoons "
        "night nights weekend weekends "
        "רק אני אנחנו יכול יכולה יכולים יכולות אפשר לי לנו פנוי פנויה ערב בערב הערב ערבים בערבים בשעות בוקר בבוקר הבוקר בבקרים "
        "צהריים בצהריים אחרי הצהריים אחה צ לילה בלילה הלילה סוף בסוף סופי בסופי שבוע השבוע "
        "فقط بس أنا انا نحن احنا أقدر اقدر أستطيع بقدر المساء مساء مساءً بالمساء المسا بالليل ليلا ليلًا الليل الصبح صباحا صباحًا "
        "الصباح في بعد الظهر العصر نهاية الأسبوع "
        "только лишь я мы могу можем вечером вечерам по вечера утром утрам днём днем ночью ночам выходным выходные в "
        "тільки лише ми можу можемо ввечері увечері вечорам вечори вранці ранку вдень вночі вихідним вихідні "
        "seulement je peux suis libre nous pouvons le la les soir soirs soirée matin matins après midi nuit week end "
        "ብቻ ማታ ማታማታ ምሽት በምሽት ጠዋት በጠዋት ሌሊት እችላለሁ ከሰዓት በኋላ"
    )
)
#: Words of each item of what looks like a list.
LISTED: Final = range(2, 4)


@dataclass(frozen=True, slots=True)
class Wish:
    """One thing somebody wants, in their words, and what the directory understands by it."""

    text: str
    asked: Asked

    def answered_by(self, catalogue: Catalogue) -> Mask:
        """Shape (n,): the services that answer it."""
        mask = np.zeros(len(catalogue), dtype=bool)
        numbers = (catalogue.number_of.get(key) for key, score in self.asked.found.items() if score >= ANSWERS)
        mask[[number for number in numbers if number is not None]] = True
        return mask


@dataclass(frozen=True, slots=True)
class Meant:
    """What somebody's words speak of: ``codes`` of themes, the best of each wish first; ``found``: services by key, with how
    well each answers the wish it answers best."""

    wishes: tuple[Wish, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        turns = zip_longest(*(wish.asked.codes for wish in self.wishes))
        return tuple(dict.fromkeys(code for codes in turns for code in codes if code))

    @property
    def found(self) -> Mapping[str, float]:
        found: dict[str, float] = {}
        for wish in self.wishes:
            for key, score in wish.asked.found.items():
                found[key] = max(score, found.get(key, 0.0))
        return found


def parts_of(words: str) -> list[str]:
    """What stands between marks. What has more parts than anybody wishes at a time is a story, and stays whole."""
    parts = [part for part in map(str.strip, _MARKS.split(words)) if part]
    return parts if len(parts) <= MOST_WISHES else [words.strip()]


def wishes_of(words: str) -> list[str]:
    """The words of each wish, in the order said."""
    parts = parts_of(words)
    if len(parts) < 2:
        return _at_and(parts[0]) if parts else []
    items = _with_the_last(parts, _around_the_last_and(parts[-1]))
    parts = _with_the_last(parts, _at_and(parts[-1]))
    themes = [_needed(part) for part in parts]
    own = [bool(found) and max(found.values()) >= OWN for found in themes]
    meant = [_best(found) for found, is_own in zip(themes, own, strict=True) if is_own]
    one_story = len(meant) > 1 and bool(set.intersection(*meant))
    listed = not one_story and all(len(item.split()) in LISTED for item in items)
    if listed and not all(spoken_of(item).themes for item in items):
        return items
    if len(meant) < 2 or one_story:
        return [words.strip()]
    wishes: list[str] = []
    before = ""  # what spoke of nothing, and waits for the part it belongs to
    for part, is_own in zip(parts, own, strict=True):
        if is_own:
            wishes.append(before + part)
            before = ""
        else:
            before += f"{part}, "
    if before:
        wishes[-1] += ", " + before.removesuffix(", ")
    return wishes


def _with_the_last(parts: list[str], sides: list[str]) -> list[str]:
    """The "and" before the last of several, "a course, papers and a nursery", is a mark like the others."""
    return [*parts[:-1], *sides] if len(parts) - 1 + len(sides) <= MOST_WISHES else parts


def _around_the_last_and(words: str) -> list[str]:
    places = list(_AND.finditer(words))
    return [words[: places[-1].start()].strip(), words[places[-1].end() :].strip()] if places else [words]


def _at_and(words: str) -> list[str]:
    """Two wishes with an "and" between them, or one."""
    for place in list(_AND.finditer(words))[:MOST_ANDS]:
        sides = (words[: place.start()].strip(), words[place.end() :].strip())
        fields: list[set[str]] = []
        for side in sides:
            themes = _needed(side)
            if not themes or max(themes.values()) < OWN:
                break
            fields.append({":".join(code.split(":")[:2]) for code in _best(themes)})
        if len(fields) == len(sides) and not set.intersection(*fields):
            return list(sides)
    return [words]


def _needed(words: str) -> Mapping[str, float]:
    """The themes of what is needed; none where the words rather say who somebody is, or are but a number ("19, came out, …"). A
    word or two that no theme knows but services are called by are a theme of their own."""
    if _WHEN.issuperset(_WORD.findall(words.lower())):  # nor is a number alone
        return {}
    spoken = spoken_of(words)
    if not spoken.themes and spoken.known and spoken.words <= FEW_WORDS:
        return {words: 1.0}
    needed = {code: score for code, score in spoken.themes.items() if not code.startswith(SITUATIONS)}
    who = max((score for code, score in spoken.themes.items() if code not in needed), default=0.0) / SITUATION
    return needed if needed and max(needed.values()) >= who else {}


def _best(themes: Mapping[str, float]) -> set[str]:
    return {code for code, score in themes.items() if score >= SAME * max(themes.values())}


def meant(answers: Answers) -> Meant:
    """Understand what was said, each wish by itself: of all together the longest would speak for all. What was
    answered to "What is it most about?" belongs to the wish that speaks of it most, and puts it first."""
    wishes = [Wish(wish, needs_of(wish, answers.door)) for wish in wishes_of(answers.words or words_of(answers.topic))]
    concern = CONCERN_OF.get(answers.about)
    if concern is not None and concern.door is answers.door and wishes:
        place = max(range(len(wishes)), key=lambda number: speaks_of(wishes[number].asked, concern))
        wish = wishes.pop(place)
        wishes.insert(0, replace(wish, asked=about(wish.asked, concern, answers.door)))
    return Meant(tuple(wishes))
