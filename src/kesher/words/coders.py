"""The indexes this process codes with: read once, when first asked for, and read anew beside when the lists change.

    loaded("occupation").coder.code("baker")
    warm()                                      # before anybody asks

What an index holds is named by its *edition*: the encoder, the file of ESCO's labels, and the local words in use. Every few
seconds whoever asks looks whether there is another edition by now; a thread then reads it, and until it is done the old one
answers. The first one of a process is always of character n-grams, which takes seconds; an encoder of meaning, which may
take minutes, is read beside like any other edition, and where it fails the n-grams stay.

A :class:`~kesher.engine.coding.Coder` is only read once it is built, so threads share it without a lock.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from kesher.engine.coding import CharacterNgrams, Coder, Concept, Embedder
from kesher.formats import esco
from kesher.words.memory import give_back
from kesher.words.vocabularies import KINDS, LocalLabel, vocabulary, with_local_words

logger = logging.getLogger(__name__)

#: How long local words that were decided in another process may wait until this one looks.
LOOK_EVERY: Final = 10.0

#: What ``settings.CODING_ENCODER`` names: kind -> what compares texts.
Encoders = Callable[[str], Embedder]


@dataclass(frozen=True, slots=True)
class Edition:
    """Which lists an index was made of. Equal editions, equal answers."""

    database: str
    encoder: str  # as the settings name it; "" = character n-grams
    esco: tuple[int, int] | None  # when ESCO's index was written (ns) and its size in bytes; None: not loaded
    local_words: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """An index in use. `notice`: what ESCO's licence has shown where its labels are, "" without ESCO; `seconds`: to read."""

    kind: str
    coder: Coder
    edition: Edition
    notice: str
    languages: tuple[str, ...]
    seconds: float
    number_of: Mapping[str, int]  # address -> number among the concepts

    def concept(self, uri: str) -> Concept | None:
        """The occupation or skill at an address; None when the lists in use do not have it."""
        number = self.number_of.get(uri)
        return None if number is None else self.coder.vocabulary.concepts[number]


def loaded(kind: str) -> Loaded:
    """The index of a kind, read now if it is the first time. Raises KeyError for a kind there is not."""
    return _KEEPERS[kind].current()


def refresh() -> None:
    """Read now what has changed, instead of beside and within :data:`LOOK_EVERY` seconds."""
    for keeper in _KEEPERS.values():
        keeper.refresh()


def look_again() -> None:
    """Whoever asks next in this process looks whether the lists have changed: they have just been changed here."""
    for keeper in _KEEPERS.values():
        keeper.looked = float("-inf")


def warm() -> None:
    """Read both indexes before anybody asks, and begin to read those of an encoder of meaning beside."""
    try:
        for kind in [*KINDS, *KINDS]:
            loaded(kind)
    finally:
        connection.close()


def esco_index() -> Path:
    """Where ``kesher load esco`` leaves its index."""
    return Path(settings.ENVIRONMENT.data) / "taxonomy" / "esco.npz"


class _Keeper:
    """The index of one kind. `_held` is replaced whole, never changed."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._held: Loaded | None = None
        self.looked = float("-inf")  # of this machine's clock
        self._lock = threading.Lock()
        self._builder: threading.Thread | None = None
        self._failed: Edition | None = None  # not tried again until something else changes

    def current(self) -> Loaded:
        held = self._held
        if held is None:
            with self._lock:  # of several who ask first, one reads and the others wait
                held = self._held
                if held is None:
                    edition, words = _edition(self.kind)
                    held = self._held = _read(self.kind, replace(edition, encoder=""), words)
                    if not edition.encoder:
                        self.looked = time.monotonic()
            return held
        if time.monotonic() - self.looked < LOOK_EVERY and held.edition.database == _database():
            return held
        self.looked = time.monotonic()
        edition, words = _edition(self.kind)
        if edition in (held.edition, self._failed):
            return held
        if edition.database != held.edition.database:  # another town altogether: its words are not this one's
            return self.refresh()
        with self._lock:
            if self._builder is None or not self._builder.is_alive():
                self._builder = threading.Thread(
                    target=self._read_beside, args=(edition, words), name=f"words {self.kind}", daemon=True
                )
                self._builder.start()
        return held

    def refresh(self) -> Loaded:
        edition, words = _edition(self.kind)
        with self._lock:
            if self._held is None or self._held.edition != edition:
                self._held = _renewed(self._held, self.kind, edition, words)
            self.looked = time.monotonic()
            return self._held

    def _read_beside(self, edition: Edition, words: list[LocalLabel]) -> None:
        try:
            self._held = _renewed(self._held, self.kind, edition, words)
        except Exception:
            self._failed = edition
            logger.exception("the index of words could not be read; the one before stays in use")


_KEEPERS: Final = {kind: _Keeper(kind) for kind in KINDS}


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def _edition(kind: str) -> tuple[Edition, list[LocalLabel]]:
    """What the lists are now, and the local words among them: one small query."""
    from kesher.words.models import LocalWord

    words = sorted(
        LocalLabel(*row) for row in LocalWord.objects.in_use().filter(kind=kind).values_list("uri", "text", "language")
    )
    told = "\n".join(f"{word.uri}\t{word.language}\t{word.text}" for word in words)
    mark = hashlib.blake2b(told.encode(), digest_size=16).hexdigest() if words else ""
    try:
        file = esco_index().stat()
        index = (file.st_mtime_ns, file.st_size)
    except OSError:
        index = None
    return Edition(_database(), settings.CODING_ENCODER, index, mark), words


def _renewed(held: Loaded | None, kind: str, edition: Edition, words: list[LocalLabel]) -> Loaded:
    """The index of another edition; the one that is held where the two differ in nothing but whose database it is."""
    if held is not None and replace(held.edition, database=edition.database) == edition:
        return replace(held, edition=edition)
    return _read(kind, edition, words)


def _read(kind: str, edition: Edition, words: list[LocalLabel]) -> Loaded:
    begun = time.perf_counter()
    index = esco_index() if edition.esco else None
    known = with_local_words(vocabulary(kind, index), words)
    coder = Coder(known, _encoder(edition.encoder, kind))
    give_back()
    seconds = time.perf_counter() - begun
    logger.info("index of words read: %s, %d labels in %.1f s", kind, len(known.labels), seconds)
    return Loaded(
        kind=kind,
        coder=coder,
        edition=edition,
        notice=esco.read_about(index).notice if index else "",
        languages=tuple(sorted({label.language for label in known.labels})),
        seconds=seconds,
        number_of={concept.uri: number for number, concept in enumerate(known.concepts)},
    )


def _encoder(name: str, kind: str) -> Embedder:
    """What compares texts: what the settings name, else character n-grams, which are always there."""
    if not name:
        return CharacterNgrams()
    chosen: Encoders = import_string(name)
    return chosen(kind)
