"""The coder of the commands: vocabulary, encoder and the stored index of what was worked out for the labels."""

import hashlib
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kesher.adapters.encoders import NoAnswer, NotHere, best_embedder, expected
from kesher.cli.coding_lists import vocabulary
from kesher.cli.environment import Environment
from kesher.cli.errors import CommandError
from kesher.engine.coding import CharacterNgrams, Coder, Embedder
from kesher.formats.esco import UnreadableIndex
from kesher.formats.isco import BrokenList

#: Languages whose labels an encoder's index holds: those of the starter taxonomy, and those of ESCO that people near us speak.
#: A text in another language is found through these, since meaning crosses languages; n-grams take in all languages.
INDEXED: Final = ("am", "ar", "en", "es", "fr", "he", "pl", "ro", "ru", "uk")
PATIENCE: Final = 5.0


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
    except (NoAnswer, UnreadableIndex, BrokenList) as problem:
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


def stored(kind: str, elsewhere: Path | None) -> Path:
    """Where the work on the labels is kept, in the data folder: a file for each index of ESCO that lies elsewhere."""
    name = (
        kind if elsewhere is None else f"{kind}-{hashlib.sha256(str(elsewhere.absolute()).encode()).hexdigest()[:12]}"
    )
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
