"""Skills hide in sentences: windows of words to look through, and how much of a label's words a text holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kesher.engine.coding.embedding import Floats
from kesher.engine.coding.ngrams import FURTHEST, normal

#: Words of a window, and how many words the next one begins later.
WINDOWS: Final = ((3, 2), (6, 3))
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def windows(text: str) -> list[str]:
    """The text itself, then its runs of 3 and of 6 words, without signs at the edges; each once.

    >>> windows("mostly brakes, then taxi")
    ['mostly brakes, then taxi', 'mostly brakes, then', 'then taxi']
    """
    words = text[:FURTHEST].split()
    found = [" ".join(words)]
    for size, step in WINDOWS:
        if len(words) > size:
            found += [" ".join(words[at : at + size]) for at in range(0, len(words) - size + step, step)]
    bare = [_EDGES.sub("", one) for one in found[1:]]
    return list(dict.fromkeys([found[0], *(one for one in bare if one)]))


@dataclass(frozen=True, slots=True, eq=False)
class Contained:
    """Labels by their words. How much of a label a text holds: the idf of its words that stand in the text by that of all.

    ``idf = ln(1 + labels / labels with the word)``. Finds acronyms and tools, whose meaning no encoder knows ("SAP R3").
    """

    count: int
    number: dict[str, int]  # word -> its number
    starts: NDArray[np.int64]  # shape (words + 1,): where each word's list begins
    label: NDArray[np.int32]  # numbers of the labels in the lists
    part: Floats  # beside `label`: the word's part of the label's whole idf

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Contained":
        """Prepares labels."""
        number: dict[str, int] = {}
        words: list[int] = []
        owners: list[int] = []
        for owner, text in enumerate(texts):
            for word in dict.fromkeys(normal(text).split()):
                words.append(number.setdefault(word, len(number)))
                owners.append(owner)
        of, label = np.array(words, np.int64), np.array(owners, np.int32)
        held_by = np.bincount(of, minlength=len(number))
        idf = np.log(1 + len(texts) / np.maximum(held_by, 1))
        order = np.argsort(of, kind="stable")
        whole = np.bincount(label, weights=idf[of], minlength=len(texts))
        part = (idf[of] / whole[label])[order].astype(np.float32)
        return cls(len(texts), number, np.concatenate(([0], np.cumsum(held_by))), label[order], part)

    def in_text(self, text: str) -> Floats:
        """Per label the part of it that stands in `text`, 0 to 1, float32, shape (count,)."""
        found = np.zeros(self.count, np.float32)
        for word in sorted(set(normal(text).split())):
            place = self.number.get(word)
            if place is not None:
                begin, end = self.starts[place], self.starts[place + 1]
                found[self.label[begin:end]] += self.part[begin:end]
        return np.minimum(found, np.float32(1))
