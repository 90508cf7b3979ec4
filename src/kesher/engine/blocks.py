"""Which of many things share something, without looking at each with each: keys by place, and pairs out of keys."""

import math
from collections.abc import Hashable, Iterator

import numpy as np
from numpy.typing import NDArray

METRES_A_DEGREE = 111_000  # of latitude


def squares(latitude: float, longitude: float, reach: float) -> Iterator[Hashable]:
    """The four overlapping squares a point lies in: two points within ``reach`` metres share at least one.

    Squares are a little wider than twice the reach, neighbours overlap by half. They get wider in degrees towards the poles:
    by the least cosine of their band of one degree, so that all points of a band agree; a point close to another band
    belongs to both.
    """
    side = 2.1 * reach / METRES_A_DEGREE
    for band in {math.floor(latitude - side), math.floor(latitude + side)}:
        width = side / max(0.01, math.cos(math.radians(min(90, max(abs(band), abs(band + 1)) + 1))))
        for row in {math.floor(latitude / side), math.floor(latitude / side + 0.5) + 0.5}:
            for column in {math.floor(longitude / width), math.floor(longitude / width + 0.5) + 0.5}:
                yield ("cell", band, row, column)


def pairs_in_blocks(
    blocks: NDArray[np.int64], owners: NDArray[np.int64], keepers: NDArray[np.int64]
) -> Iterator[tuple[int, int]]:
    """Pairs of owners that share a block, each once, in order, but those of one keeper.

    ``blocks`` and ``owners`` are parallel; ``keepers`` is by owner.
    """
    count = len(keepers)
    order = np.lexsort((owners, blocks))
    blocks, owners = blocks[order], owners[order]
    ends = np.append(np.flatnonzero(np.diff(blocks)) + 1, len(blocks))
    starts = np.concatenate(([0], ends[:-1]))
    sizes = ends - starts
    if len(blocks):  # a block that is all one keeper's, such as a large house in a single source, holds no pair
        kept = keepers[owners]
        sizes[np.minimum.reduceat(kept, starts) == np.maximum.reduceat(kept, starts)] = 0
    gathered: list[NDArray[np.int64]] = []
    # All blocks of one size at once: as many vectorised steps as there are sizes, not as there are blocks.
    for size in np.unique(sizes[sizes > 1]):
        members = owners[starts[sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(int(size), 1)
        for part in np.array_split(members, max(1, members.shape[0] * len(left) // 5_000_000 + 1)):
            low, high = part[:, left].ravel(), part[:, right].ravel()
            apart = (low != high) & (keepers[low] != keepers[high])
            gathered.append(np.unique(low[apart] * count + high[apart]))
    if gathered:
        for pair in np.unique(np.concatenate(gathered)).tolist():
            yield divmod(pair, count)
