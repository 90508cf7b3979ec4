"""An encoder that remembers, between runs, what it has read: benchmarks read one directory many times, and some minutes each.

    meaning.provide(lambda: Remembering.over(tuned(), folder))

A text's vector depends on the text and the encoder alone, so what is remembered is what would be worked out again. A benchmark
that measures seconds must not use it.
"""

import hashlib
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

import numpy as np

from kesher.engine.coding import Encoder
from kesher.engine.coding.embedding import Floats

DIGEST_BYTES: Final = 16
#: Written to the file whenever so many more texts were read, and by :meth:`Remembering.keep`.
KEPT_AFTER: Final = 2_000


class Remembering:
    """An encoder, and a file of the vectors it has given so far. A file of another encoder has another name."""

    def __init__(self, encoder: Encoder, folder: Path) -> None:
        self.encoder, self.name = encoder, encoder.name
        self.path = folder / f"vectors-{hashlib.sha256(encoder.name.encode()).hexdigest()[:16]}.npz"
        self._known: dict[bytes, Floats] = {}
        self._fresh = 0
        if self.path.is_file():
            with np.load(self.path) as file:
                digests, vectors = file["digests"].tobytes(), file["vectors"]
            self._known = {
                digests[at * DIGEST_BYTES : (at + 1) * DIGEST_BYTES]: vector for at, vector in enumerate(vectors)
            }

    @classmethod
    def over(cls, encoder: Encoder | None, folder: Path) -> Self | None:
        """None where there is no encoder."""
        return cls(encoder, folder) if encoder is not None else None

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors, float32, shape (texts, dimensions)."""
        digests = [hashlib.sha256(text.encode("utf-8", "replace")).digest()[:DIGEST_BYTES] for text in texts]
        unknown = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._known}
        if unknown:
            self._known.update(zip(unknown, self.encoder.encode(list(unknown.values())), strict=True))
            self._fresh += len(unknown)
            if self._fresh >= KEPT_AFTER:
                self.keep()
        return np.stack([self._known[digest] for digest in digests])

    def keep(self) -> None:
        """Write what was read since; whole or not at all."""
        if not self._fresh:
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=self.path.parent, prefix=".vectors-")
        with os.fdopen(handle, "wb") as stream:
            np.savez(
                stream,
                digests=np.frombuffer(b"".join(self._known), np.uint8),
                vectors=np.stack(list(self._known.values())),
            )
        os.replace(part, self.path)
        self._fresh = 0
