"""Titles as vacancies write them: the ILO's, with the noise that training reads, and with tails that it does not."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from benchmarks.common.coding import embedder, told
from benchmarks.training.noise import noisy

from kesher.engine.coding import Coder
from kesher.words.vocabularies import vocabulary

#: Written for this measure, none of them among ``training.noise.TAILS``.
TAILS: Final = (
    "- urgent hire", "(all genders)", "9-5", "£12/hr", "apply today", "Manchester", "Tel-Aviv area", "grade C", "3 shifts",
    "summer job", "with own car", "ASAP!!",
)  # fmt: skip
COUNT: Final = 700


def vacancy_titles(titles: Sequence[tuple[str, str]]) -> None:
    """Hits at 1 and at 5 and what is refused, by the starter taxonomy alone. titles: title, ISCO-08."""
    known, generator = vocabulary("occupation", None), np.random.default_rng(77)
    there = {one.isco08 for one in known.concepts}
    titles = [one for one in titles if one[1] in there]
    some = [titles[one] for one in generator.permutation(len(titles))[:COUNT].tolist()]
    as_read = [(noisy(title, [], generator), code) for title, code in some]
    unread = [
        (" ".join((title, *(TAILS[int(generator.integers(len(TAILS)))] for _ in range(2)))), code)
        for title, code in some
    ]
    coder = Coder(known, embedder("occupation", "starter"))
    for name, asked in (("as vacancies write them", as_read), ("with tails not read in training", unread)):
        found = [([one.isco08 for one in coder.code(title, language="en").candidates], code) for title, code in asked]
        told(f"ILO titles {name}: @1", [float(codes[:1] == [code]) for codes, code in found], "", "")
        told(f"ILO titles {name}: @5", [float(code in codes) for codes, code in found], "", "")
        told(f"ILO titles {name}: refused", [float(not codes) for codes, _ in found], "", "")
