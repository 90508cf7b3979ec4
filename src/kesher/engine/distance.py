"""How far apart two places are, as the crow flies."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

#: Mean radius of the earth in kilometres (IUGG); the haversine formula on this sphere is off by at most 0.6 %.
EARTH_RADIUS = 6371.0088


def kilometres(latitude: float, longitude: float, latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distances from one point to many: degrees (WGS 84) in, shape (n,) in and out, kilometres out."""
    here, there = np.radians(latitude), np.radians(np.asarray(latitudes, dtype=float))
    turn = np.radians(np.asarray(longitudes, dtype=float) - longitude)
    half = np.sin((there - here) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(turn / 2) ** 2
    result: NDArray[np.float64] = 2 * EARTH_RADIUS * np.arcsin(np.sqrt(np.minimum(half, 1.0)))
    return result
