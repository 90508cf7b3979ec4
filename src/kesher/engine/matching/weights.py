"""The weights of the score, read from ``weights.toml``: one file that a person can read and dispute."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from kesher.engine.matching.model import MatchingError

GAIN: Final = ("wish", "travel", "pay", "contract", "hours", "level", "predictability", "training")
FIT: Final = ("essential", "optional", "occupation", "experience", "language")
_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "gain": GAIN,
    "fit": FIT,
    "near": ("narrower", "broader", "sibling", "meaning", "alike"),
    "occupation": ("same", "unit_group", "minor_group", "sub_major_group", "major_group"),
    "contract": ("open-ended", "fixed-term", "casual"),
    "scale": ("kilometres", "minutes", "years", "hours", "levels", "least"),
}


@dataclass(frozen=True, slots=True)
class Weights:
    """One mapping for each table of the file."""

    gain: Mapping[str, float]
    fit: Mapping[str, float]
    near: Mapping[str, float]
    occupation: Mapping[str, float]
    contract: Mapping[str, float]
    scale: Mapping[str, float]


def weights_of(text: str, name: str = "weights.toml") -> Weights:
    """The weights a TOML text says. Raises :class:`MatchingError`, which names file, table and key."""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise MatchingError(f"{name}: {fault}") from None
    if set(said) != set(_TABLES):
        raise MatchingError(f"{name}: the tables must be {', '.join(_TABLES)}; they are {', '.join(said)}")
    for table, keys in _TABLES.items():
        _refuse_wrong(name, table, keys, said[table])
    found = {table: {key: float(said[table][key]) for key in keys} for table, keys in _TABLES.items()}
    for side in ("gain", "fit"):
        if abs(sum(found[side].values()) - 1.0) > 1e-9:
            raise MatchingError(
                f"{name}: the weights of [{side}] must add up to 1; they are {sum(found[side].values())}"
            )
    return Weights(**found)


def _refuse_wrong(name: str, table: str, keys: tuple[str, ...], values: Mapping[str, Any]) -> None:
    if set(values) != set(keys):
        raise MatchingError(f"{name}: the keys of [{table}] must be {', '.join(keys)}; they are {', '.join(values)}")
    for key, value in values.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            raise MatchingError(f"{name}: {key} of [{table}] must be a number of at least 0; it is {value!r}")
        if table != "scale" and value > 1:
            raise MatchingError(f"{name}: {key} of [{table}] must be at most 1; it is {value!r}")
        if table == "scale" and (value > 1 if key == "least" else value == 0):
            raise MatchingError(f"{name}: {key} of [{table}] cannot be {value!r}")


@cache
def usual_weights() -> Weights:
    """Those of the file beside this module."""
    return weights_of((files("kesher.engine.matching") / "weights.toml").read_text(encoding="utf-8"))
