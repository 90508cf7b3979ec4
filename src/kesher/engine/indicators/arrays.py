"""What goes into every computation: arrays of finite numbers, checked once, with errors that name the argument."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


class IndicatorError(ValueError):
    """The figures cannot be what the computation needs; the message names the argument, the place and what to do."""


def vector(values: ArrayLike, name: str, *, negative: bool = False, missing: bool = False) -> Floats:
    """One-dimensional, finite, and not negative unless ``negative``. With ``missing``, NaN stands for no figure."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 1:
        raise IndicatorError(f"{name} must be one-dimensional; it has shape {array.shape}")
    wrong = np.isinf(array) if missing else ~np.isfinite(array)
    if wrong.any():
        place = int(np.argmax(wrong))
        raise IndicatorError(
            f"{name} must hold finite numbers; place {place} holds {array[place]}: leave it out or mend it"
        )
    if not negative and (array < 0).any():
        place = int(np.argmax(array < 0))
        raise IndicatorError(f"{name} must not be negative; place {place} holds {array[place]}")
    return array


def same_length(**arrays: Floats) -> int:
    """The length that all share. Raises :class:`IndicatorError` naming the odd ones."""
    lengths = {name: array.shape[0] for name, array in arrays.items()}
    if len(set(lengths.values())) != 1:
        told = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise IndicatorError(f"these must be equally long: {told}")
    return int(next(iter(lengths.values())))


def total(values: Floats, name: str) -> float:
    """Their sum, which must be above zero."""
    found = float(values.sum())
    if found <= 0:
        raise IndicatorError(f"{name} is zero in all: a share of nothing is not defined, leave the table out")
    return found


def matrix(values: ArrayLike, name: str, *, missing: bool = False) -> Floats:
    """Two-dimensional and finite; with ``missing``, NaN stands for no figure."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != 2:
        raise IndicatorError(f"{name} must be two-dimensional; it has shape {array.shape}")
    if (np.isinf(array) if missing else ~np.isfinite(array)).any():
        raise IndicatorError(f"{name} must hold finite numbers")
    return array
