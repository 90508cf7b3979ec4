"""The coder of the commands: vocabulary, encoder and the stored index of what was worked out for the labels."""

import hashlib
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kesher.adapters.encoders import NoAnswer, NotHere, best_embedder, expected
from kesher.cli.environment import Environment
from kesher.cli.errors import CommandError
from kesher.engine.coding import CharacterNgrams, Coder, Embedder, Needed
from kesher.engine.coding.needed import OPTIONAL
from kesher.formats import esco, isco
from kesher.formats.esco import UnreadableIndex
from kesher.formats.isco import BrokenList
from kesher.words.vocabularies import INDEXED, vocabulary

PATIENCE: Final = 5.0
#: What a skill of the starter taxonomy counts: at the heart of the work, usual, often.
WEIGHTS: Final = {1: 1.0, 2: 0.6, 3: OPTIONAL}


def told() -> str:
    """Which encoder is expected to work here, for a command's help."""
    return f"encoder here: {expected()} (KESHER_ENCODER chooses: auto, int8, wheel, ngrams, a folder, an address)"


@contextmanager
def faults_told() -> Iterator[None]:
    """What an encoder or a list says is wrong, as an error of a command."""
    try:
        yield
    except NotHere as problem:
        raise CommandError(
            f"KESHER_ENCODER names an encoder that does not work here: {problem}.", exit_code=2
        ) from problem
    except UnreadableIndex as problem:
        raise CommandError(str(problem), exit_code=2) from problem
    except (NoAnswer, BrokenList) as problem:
        raise CommandError(str(problem)) from problem


def embedder(kind: str, *, index: Path | None = None) -> Embedder:
    """What compares texts of `kind`. `index`: where the work on a list of labels is kept."""
    models = Environment.read().data / "models"
    return best_embedder(kind, models=models, index=index, progress=_Progress(kind))


def coder(kind: str, index: Path | None, *, elsewhere: bool = False) -> Coder:
    """A coder over the starter taxonomy and the index of ESCO, None for none. elsewhere: it is not that of the data folder."""
    known = vocabulary(kind, index)
    found = embedder(kind, index=stored(kind, index if elsewhere else None))
    if not isinstance(found, CharacterNgrams):
        known = known.only(INDEXED)
    return Coder(known, found)


@dataclass(frozen=True, slots=True, eq=False)
class SkillsNeeded:
    """Of the work that a title names: how likely each skill is needed, and how the skills are known."""

    needed: Needed
    uris: tuple[str, ...]  # beside the skills' numbers
    label: Callable[[int, str], str]  # a skill's number and a language -> its name there, else in English


def needed(index: Path | None, *, elsewhere: bool = False) -> SkillsNeeded:
    """From a title to the skills it takes; elsewhere: `index` is not that of the data folder.

    By ESCO's occupations where `index` holds their relations, else by the unit groups of the starter taxonomy, whose skills
    count 1 at the heart of the work, less when they are usual or only frequent.
    """
    found = embedder("occupation", index=stored("needed", index if elsewhere else None))
    taxonomy = esco.open_index(index) if index is not None else None
    label: Callable[[int, str], str]
    if taxonomy is not None and len(taxonomy.relations.occupation_skill):
        occupations = list(taxonomy.of_kind(esco.ConceptKind.OCCUPATION))
        skills = list(taxonomy.of_kind(esco.ConceptKind.SKILL))
        skill = {number: place for place, number in enumerate(skills)}
        labels = [(place, label.text) for place, one in enumerate(occupations) for label in taxonomy.labels_of(one)]
        needs = [
            [(skill[number], 1.0 if essential else OPTIONAL) for number, essential in taxonomy.skills_of(one)]
            for one in occupations
        ]
        uris = tuple(taxonomy.concepts.uri[number] for number in skills)
        called = taxonomy.preferred

        def label(number: int, language: str) -> str:
            return called(skills[number], *([language] if language else []))
    else:
        lists = isco.read()
        unit = {code: place for place, code in enumerate(lists.unit_groups)}
        listed = {one.id: place for place, one in enumerate(lists.skills)}
        labels = [(unit[code], text) for text, code in zip(lists.titles.text, lists.titles.isco08, strict=True)]
        needs = [[] for _ in unit]
        for code, name, weight in lists.unit_skills:
            needs[unit[code]].append((listed[name], WEIGHTS[weight]))
        uris = tuple(one.uri for one in lists.skills)

        def label(number: int, language: str) -> str:
            names = lists.skills[number].label
            return names.get(language) or names["en"]

    compared = found.take_in([text for _, text in labels])
    return SkillsNeeded(Needed.of(compared, [place for place, _ in labels], needs, len(uris)), uris, label)


def stored(kind: str, elsewhere: Path | None) -> Path:
    """Where the work on the labels is kept, in the data folder: a file for each index of ESCO that lies elsewhere."""
    name = kind if elsewhere is None else f"{kind}-{hashlib.sha256(os.fsencode(elsewhere.absolute())).hexdigest()[:12]}"
    return Environment.read().data / "coding" / f"{name}.index"


class _Progress:
    """Now and then a line on standard error, when it takes long."""

    def __init__(self, kind: str) -> None:
        self.kind, self.last = kind, time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        if time.monotonic() - self.last > PATIENCE:
            self.last = time.monotonic()
            said = f"labels encoded for {self.kind}: {done:,} of {total:,}"
            print(said, file=sys.stderr, flush=True)
