"""What it may be about, in plain words: the answers to "What is it most about?" at the front door.

Themes are shelves as professionals call them ("understand government programs"); a concern is what somebody would nod
at ("Benefits, pension and rights"). Each stands in ``data/concerns.csv`` with its name in every language of the front
door, the themes it is of, and in ``says`` the words in which services like that write of themselves. Where a concern
stands among questions and services is kept in ``data/concerns.npz`` (``benchmarks/training/concerns.py``): as a
service of this text would stand, so nothing is read at run time.
"""

import csv
import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

import numpy as np
from django.conf import settings

from kesher.directory.facts import Who
from kesher.directory.search import meaning
from kesher.directory.taxonomies import DATA
from kesher.engine.orientation.themes import Offers, Question

logger = logging.getLogger(__name__)

FILE: Final = DATA / "concerns.csv"
NARROWER: Final = DATA / "concerns_narrower.csv"
PLACES: Final = DATA / "concerns.npz"


@dataclass(frozen=True, slots=True)
class Concern:
    """``picture``: name of its icon; ``themes``: codes, the first the closest; ``name``: by language; ``of``: the code of
    the concern that it is a part of ("a place to detox" of "alcohol or drugs"), "" for none."""

    code: str
    door: Who
    picture: str
    themes: tuple[str, ...]
    says: str
    name: Mapping[str, str]
    of: str = ""

    @property
    def text(self) -> str:
        """What is looked for when it is chosen. A part's name says nothing by itself ("for a child")."""
        return self.says if self.of else f"{self.name['en']}. {self.says}"

    @property
    def pieces(self) -> tuple[str, str, str]:
        """What is read for its meaning: all of it, what it is called, what services say."""
        return self.text, self.says if self.of else self.name["en"], self.says


def _read() -> tuple[Concern, ...]:
    languages = [code for code, _name in settings.LANGUAGES]
    with FILE.open(encoding="utf-8", newline="") as file:
        broad = {
            row["code"]: Concern(
                row["code"],
                Who(row["door"]),
                row["picture"],
                tuple(row["themes"].split("|")),
                row["says"],
                {code: row[code] for code in languages},
            )
            for row in csv.DictReader(file)
        }
    with NARROWER.open(encoding="utf-8", newline="") as file:
        narrow = [
            replace(
                broad[row["of"]],
                code=row["code"],
                says=row["says"],
                name={code: row[code] for code in languages},
                of=row["of"],
            )
            for row in csv.DictReader(file)
        ]
    return (*broad.values(), *narrow)


CONCERNS: Final[Sequence[Concern]] = _read()
CONCERN_OF: Final[Mapping[str, Concern]] = {concern.code: concern for concern in CONCERNS}
BROAD: Final[Sequence[Concern]] = tuple(one for one in CONCERNS if not one.of)
#: The parts of a concern, in order; of most of the businesses' there are none.
PARTS_OF: Final[Mapping[str, Sequence[Concern]]] = {
    whole.code: tuple(one for one in CONCERNS if one.of == whole.code) for whole in BROAD
}
NUMBER_OF: Final[Mapping[str, int]] = {concern.code: number for number, concern in enumerate(CONCERNS)}


def digest() -> str:
    """Changes when what is read of the concerns does."""
    written = "\x1e".join("\x1f".join((one.code, *one.themes, *one.pieces)) for one in CONCERNS)
    return hashlib.sha256(written.encode()).hexdigest()


@cache
def _offers(model: str) -> Offers | None:
    with np.load(PLACES) as file:
        if str(file["model"]) != model or str(file["digest"]) != digest():
            logger.warning(
                "nobody is asked what it is about: the places of concerns are of another model or other words"
            )
            return None
        return Offers(file["themes"], file["roots"].astype(np.float32), file["places"])


def offers() -> Offers | None:
    """What the concerns speak of, in their order; None where nothing reads meaning here."""
    here = meaning.reader()
    return _offers(here.model.name) if here is not None else None


@lru_cache(maxsize=4 * len(CONCERNS))
def _question(model: str, number: int) -> Question | None:
    here, held = meaning.reader(), _offers(model)
    if here is None or held is None:
        return None
    chances = np.zeros(len(here.model.codes), np.float32)
    chances[held.themes[number]] = held.roots[number] ** 2
    place = held.places[number].astype(np.float32)
    place = place / np.linalg.norm(place)
    return Question(chances, place if here.precedents is None else here.precedents.moved(place))


def as_question(concern: Concern) -> Question | None:
    """A concern as if somebody had said it, towards what was right for others who did; None where nothing reads meaning."""
    here = meaning.reader()
    return _question(here.model.name, NUMBER_OF[concern.code]) if here is not None else None
