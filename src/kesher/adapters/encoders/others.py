"""Encoders a town brings itself: a folder with an ONNX model, or an address that speaks as OpenAI's embeddings do.

The linear adapters that come with Kesher were made for multilingual-e5-small and are not applied to these.
"""

import hashlib
import http.client
import json
import os
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np

from kesher.adapters.encoders.e5 import AT_A_TIME, NotHere
from kesher.adapters.encoders.weights import Floats

HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
SECONDS: Final = 60.0
#: Texts in one request, and the most that an answer may weigh.
TOGETHER: Final = 128
HEAVIEST: Final = 64_000_000


class NoAnswer(OSError):
    """The address did not give vectors. The message holds neither the texts nor the key."""


class OnnxFolder:
    """A folder as sentence-transformers and optimum write it: ``model.onnx`` (also in ``onnx/``) and ``tokenizer.json``.

    The mean over tokens, unless the model gives ``sentence_embedding``. What ``config_sentence_transformers.json`` names
    as the prompt ``query`` is put before each text.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import onnxruntime
            from tokenizers import Tokenizer
        except ImportError as problem:
            raise NotHere(f"what runs ONNX is not installed ({problem})") from problem
        model = next((path for path in (folder / "model.onnx", folder / "onnx" / "model.onnx") if path.is_file()), None)
        pieces = folder / "tokenizer.json"
        if model is None or not pieces.is_file():
            raise NotHere(f"{folder} holds no model.onnx with a tokenizer.json")
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
            self._tokens: Any = Tokenizer.from_file(str(pieces))
        except Exception as problem:  # both libraries raise their own kinds, without a common one
            raise NotHere(f"{folder} cannot be used: {problem}") from problem
        self._tokens.no_padding()
        self._tokens.enable_truncation(512)
        self._inputs = {one.name for one in self._session.get_inputs()}
        outputs = [one.name for one in self._session.get_outputs()]
        self._whole = "sentence_embedding" if "sentence_embedding" in outputs else ""
        self._output = self._whole or outputs[0]
        self._prompt = ""
        with suppress(OSError, ValueError, AttributeError):
            settings = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))
            self._prompt = str((settings.get("prompts") or {}).get("query", ""))
        self.name = f"{folder.name} {hashlib.sha256(model.read_bytes()).hexdigest()[:8]}"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors, float32, shape (texts, dimensions)."""
        plain = [self._prompt + text.encode("utf-8", "ignore").decode("utf-8") for text in texts]
        tokens = [one.ids for one in self._tokens.encode_batch(plain)]
        by_length: dict[int, list[int]] = {}
        for number, one in enumerate(tokens):
            by_length.setdefault(len(one), []).append(number)
        found: dict[int, Floats] = {}
        for length, numbers in by_length.items():
            step = max(1, AT_A_TIME // max(length, 1))
            for first in range(0, len(numbers), step):
                some = numbers[first : first + step]
                vectors = self._run(np.array([tokens[number] for number in some], np.int64))
                found.update(zip(some, vectors, strict=True))
        if not found:
            return np.empty((0, 0), np.float32)
        return np.stack([found[number] for number in range(len(texts))]).astype(np.float32)

    def _run(self, tokens: Any) -> Floats:
        given = {"input_ids": tokens, "attention_mask": np.ones_like(tokens), "token_type_ids": np.zeros_like(tokens)}
        found: Floats = self._session.run(
            [self._output], {name: given[name] for name in self._inputs if name in given}
        )[0]
        return found if self._whole or found.ndim == 2 else found.mean(axis=1)


@dataclass(frozen=True)
class Server:
    """An address as ``https://host/v1/embeddings``; plain ``http`` only on this machine, for texts are people's words.

    model: the model's name there; key: sent as a bearer token, "" for none.
    """

    address: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = SECONDS

    def __post_init__(self) -> None:
        try:
            parts = urlsplit(self.address)
            fit = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # a port that is none, half an address of six parts
            fit = False
        if not fit:
            raise NotHere(f"{self.address} is no address of an encoder")
        if parts.scheme == "http" and parts.hostname not in HERE:
            raise NotHere(f"{self.address} would send people's words in the open: write https")

    @property
    def name(self) -> str:
        return f"{self.model or 'model'} at {urlsplit(self.address).hostname}"

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors, float32, shape (texts, dimensions). Raises NoAnswer."""
        found: list[list[float]] = []
        for first in range(0, len(texts), TOGETHER):
            found += self._asked(list(texts[first : first + TOGETHER]))
        lengths = {len(one) for one in found}
        if len(lengths) > 1 or 0 in lengths or not np.isfinite([value for one in found for value in one]).all():
            raise NoAnswer(f"{self.name}: the vectors are not of one length, or not of numbers.")
        return np.array(found, np.float32)

    def _asked(self, texts: list[str]) -> list[list[float]]:
        parts = urlsplit(self.address)
        head = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            head["Authorization"] = f"Bearer {self.key}"
        # No text at all is refused by some: a full stop stands for it.
        said = json.dumps({"model": self.model, "input": [text.strip() or "." for text in texts]}).encode("utf-8")
        host = parts.hostname or ""
        if parts.scheme == "https":
            line: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, parts.port, timeout=self.seconds, context=ssl.create_default_context()
            )
        else:
            line = http.client.HTTPConnection(host, parts.port, timeout=self.seconds)
        try:
            line.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), said, head)
            with line.getresponse() as answer:
                status, body = answer.status, answer.read(HEAVIEST)
        except (OSError, http.client.HTTPException) as problem:
            raise NoAnswer(f"{self.name} does not answer ({type(problem).__name__}).") from problem
        finally:
            line.close()
        if status != 200:
            raise NoAnswer(f"{self.name} answers with status {status}.")
        try:
            data = sorted(json.loads(body)["data"], key=lambda one: int(one["index"]))
            vectors = [[float(value) for value in one["embedding"]] for one in data]
        except (ValueError, KeyError, TypeError, OverflowError, RecursionError) as problem:
            raise NoAnswer(f"{self.name}: the answer is not one of embeddings.") from problem
        if len(vectors) != len(texts):
            raise NoAnswer(f"{self.name}: {len(vectors)} vectors for {len(texts)} texts.")
        return vectors


def from_setting(said: str) -> OnnxFolder | Server:
    """What a setting names: a folder, or ``https://host/v1/embeddings#model`` with the key in KESHER_ENCODER_KEY."""
    if said.startswith(("http://", "https://")):
        address, _, model = said.partition("#")
        return Server(address, model, os.environ.get("KESHER_ENCODER_KEY", ""))
    return OnnxFolder(Path(said))
