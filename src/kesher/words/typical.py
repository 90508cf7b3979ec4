"""What people of an occupation are called and can do, from the starter taxonomy: no Django, tables held once asked for."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from kesher.engine.text import tokens
from kesher.formats import isco

#: Of the titles of a group, in how many a word stands that the group goes by; and how many such words at most.
SHARED: Final = 0.15
#: Words of more groups than this are of none ("and", "worked").
COMMON: Final = 0.15
MOST_WORDS: Final = 3

#: Kinds of skills of which one can say how often one has done them.
ASKED: Final = ("specific", "tool")

Names = Mapping[str, str]  # language -> name


def skills_of(isco08: str) -> tuple[Names, ...]:
    """Names of the skills of a unit group, the heart of the work first; none for a code that is no unit group."""
    return tuple(one.label for one in _tasks().get(isco08, ()))


def tasks_of(isco08: str) -> tuple[isco.ListedSkill, ...]:
    """What people of a unit group do, as one may be asked how often one has done it: its own skills and its tools, the heart of
    the work first; knowledge, languages and what every work needs are not asked so."""
    return tuple(one for one in _tasks().get(isco08, ()) if one.kind in ASKED)


def head_words(isco08: str, language: str) -> tuple[str, ...]:
    """The words by which a unit group goes in a language, at most three, folded: those that many of its titles share and
    few other groups have ("nurse", "nursing"); none for a group or a language that is not on the lists."""
    return _head_words().get((isco08, language), ())


@lru_cache(maxsize=1)
def _head_words() -> Mapping[tuple[str, str], tuple[str, ...]]:
    """Of each group and language the words with the highest share of its titles times ln(groups / groups with the word)."""
    titles = isco.read().titles
    rows: dict[tuple[str, str], dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    count: Counter[tuple[str, str]] = Counter()
    seen: set[int] = set()
    for text, code, language, row in zip(titles.text, titles.isco08, titles.language, titles.row, strict=True):
        count[code, language] += row not in seen
        seen.add(row)
        for word in tokens(text):
            if len(word) > 1:
                rows[code, language][word].add(row)
    groups: Counter[tuple[str, str]] = Counter(
        (word, language) for (_, language), words in rows.items() for word in words
    )
    every = len({code for code, _ in rows})

    def worth(key: tuple[str, str], word: str) -> float:
        return len(rows[key][word]) / count[key] * math.log(every / groups[word, key[1]])

    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for key, words in rows.items():
        own = {
            word: -worth(key, word)
            for word, held in words.items()
            if len(held) >= SHARED * count[key] and groups[word, key[1]] <= COMMON * every
        }
        found[key] = tuple(sorted(own, key=lambda word: (own[word], word))[:MOST_WORDS])
    return found


@lru_cache(maxsize=1)
def _tasks() -> Mapping[str, tuple[isco.ListedSkill, ...]]:
    lists = isco.read()
    by_id = {skill.id: skill for skill in lists.skills}
    found: dict[str, list[isco.ListedSkill]] = {}
    for code, skill, _weight in sorted(lists.unit_skills, key=lambda row: (row[0], row[2])):
        found.setdefault(code, []).append(by_id[skill])
    return {code: tuple(skills) for code, skills in found.items()}
