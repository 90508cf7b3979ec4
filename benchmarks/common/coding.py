"""What the tables of coding share: the embedder that is measured, reading, and intervals."""

import gzip
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kesher.adapters.encoders import best_embedder
from kesher.adapters.encoders.choice import linear
from kesher.engine.coding import Adapted, Embedder, Fused

#: One row of titles in so many is held out of the training of an adapter that is for measuring.
HELD_OUT = 8
#: Set by the script's arguments: where encoded lists are kept, None to keep nothing; where adapters lie, None for ours.
OPTIONS: dict[str, Path | None] = {"keep": None, "adapters": None}


def embedder(kind: str, name: str) -> Embedder:
    """The embedder of this machine; `name`: of the list, for what is kept."""
    keep, adapters = OPTIONS["keep"], OPTIONS["adapters"]
    found = best_embedder(kind, index=None if keep is None else keep / f"{name}-{kind}.index")
    if adapters is not None and isinstance(found, Fused) and isinstance(found.encoder, Adapted):
        return replace(found, encoder=replace(found.encoder, linear=linear(kind, adapters)))
    return found


def held_out(rows: int) -> set[int]:
    """The rows of titles that are held out."""
    return set(np.random.default_rng(0).choice(rows, rows // HELD_OUT, replace=False).tolist())


def rows(path: Path) -> list[list[str]]:
    """The rows of a tab-separated file, packed or not."""
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line.split("\t") for line in text.decode("utf-8").splitlines()]


def interval(values: Sequence[float]) -> tuple[float, float, float]:
    """Mean, and the 95 % bootstrap interval of the mean."""
    known = np.array(values, np.float64)
    draws = known[np.random.default_rng(0).integers(len(known), size=(2_000, len(known)))].mean(1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return float(known.mean()), float(low), float(high)


def told(measure: str, values: Sequence[float], baseline: str, gate: str) -> None:
    """One line of the table."""
    mean, low, high = interval(values)
    print(f"{measure:<48} {len(values):>6} {mean:>6.3f} {low:>6.3f}-{high:.3f}  {baseline:<24} {gate}", flush=True)
