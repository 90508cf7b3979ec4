"""A column of texts as two flat arrays, which can lie in a file and be read without being loaded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import overload

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Texts(Sequence[str]):
    """``n`` texts: their UTF-8 bytes one after the other, and where each begins.

    data: uint8, shape (bytes,) · starts: int64, shape (n + 1,), from 0 to the number of bytes.
    """

    data: NDArray[np.uint8]
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Texts":
        """The column that holds `texts` in their order."""
        encoded = [text.encode() for text in texts]
        starts = np.fromiter(accumulate(chain((0,), map(len, encoded))), np.int64, len(encoded) + 1)
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> list[str]: ...
    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        if index < 0:
            index += len(self)
        if not 0 <= index < len(self):
            raise IndexError(f"There are {len(self)} texts; {index} is not among them.")
        return self.data[self.starts[index] : self.starts[index + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        data, starts = self.data.tobytes(), self.starts.tolist()
        for begin, end in pairwise(starts):
            yield data[begin:end].decode()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Texts):
            return NotImplemented
        return np.array_equal(self.starts, other.starts) and np.array_equal(self.data, other.data)

    __hash__ = None  # type: ignore[assignment]  # equal by content, like the arrays it holds

    def pick(self, indices: NDArray[np.integer]) -> list[str]:
        """The texts at `indices`, in that order, repeats included."""
        return [self[int(index)] for index in indices]
