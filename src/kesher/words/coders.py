"""The indexes this process codes with: read once, when first asked for, and read anew beside when the lists change.

    loaded("occupation").coder.code("baker")
    warm()                                      # before anybody asks

What an index holds is named by its *edition*: the encoder, the lists that come with Kesher, the file of ESCO's labels, and
the local words in use. Every few seconds whoever asks looks whether there is another edition by now; a thread then reads it,
and until it is done the old one answers. The first one of a process is always of character n-grams, which takes a second.

An encoder of meaning takes minutes for all labels, so no process that answers visitors does that: the vectors of an edition
are one file in the data folder, made by :mod:`kesher.words.encoding` (the worker, or ``kesher encode``) and mapped by all.
Until an edition's file is there, what was held before answers; where the encoder fails, n-grams do.

A :class:`~kesher.engine.coding.Coder` is only read once it is built, so threads share it without a lock.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Final, Protocol, cast

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from kesher.engine.coding import CharacterNgrams, Coder, Concept, Embedder, NotWorkedOut, Progress, Vocabulary
from kesher.formats import esco, isco
from kesher.words.memory import give_back
from kesher.words.vocabularies import INDEXED, KINDS, LocalLabel, vocabulary, with_local_words

logger = logging.getLogger(__name__)

#: Of what an index is made of a list: counted up when that changes, so that no file of before is taken for it.
VERSION: Final = 1
#: How long local words that were decided in another process may wait until this one looks.
LOOK_EVERY: Final = 10.0

#: Texts a process that answers visitors encodes to read an index: none, they are in its file.
NONE: Final = 0


class Encoders(Protocol):
    """What ``settings.CODING_ENCODER`` names: whether there is an encoder of meaning, and what compares texts with it."""

    def name(self) -> str:
        """Which encoder, told quickly and without loading it; "" for character n-grams alone."""
        ...

    def embedder(
        self,
        kind: str,
        *,
        index: Path,
        beside: Sequence[Path] = (),
        most: int | None = None,
        progress: Progress | None = None,
    ) -> Embedder:
        """Keeps its work on a list of labels in `index`; takes vectors it finds in `beside`; encodes `most` texts at most."""
        ...


@dataclass(frozen=True, slots=True)
class Edition:
    """Which lists an index was made of. Equal editions, equal answers."""

    database: str
    encoder: str  # "" = character n-grams
    lists: str  # those that come with Kesher
    esco: tuple[int, int] | None  # when ESCO's index was written (ns) and its size in bytes; None: not loaded
    local_words: str

    @property
    def plain(self) -> "Edition":
        """The same lists by n-grams."""
        return replace(self, encoder="")

    @property
    def mark(self) -> str:
        """Sixteen letters that name it in a file's name, whichever database it is."""
        told = repr((self.encoder, self.lists, self.esco, self.local_words))
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Loaded:
    """An index in use. `seconds`: what it took to read."""

    kind: str
    coder: Coder
    edition: Edition
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


def vectors_file(kind: str, edition: Edition) -> Path:
    """Where the vectors of an edition's labels are, once they are worked out."""
    return Path(settings.ENVIRONMENT.data) / "coding" / "portal" / f"{kind}-{edition.mark}.index"


def given_up(kind: str, edition: Edition) -> bool:
    """Take away a file that does not hold the vectors of its edition, so that they are worked out anew; whether it is gone.

    A file that is damaged, or that an adapter or a layout of before an upgrade made: nothing else would ever replace it.
    """
    path = vectors_file(kind, edition)
    logger.warning("%s does not hold the vectors it is named for; they are worked out anew", path)
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return False
    return True


def encoders() -> Encoders | None:
    """What the settings name."""
    return cast("Encoders", import_string(settings.CODING_ENCODER)) if settings.CODING_ENCODER else None


def labels_of(kind: str, edition: Edition, words: Sequence[LocalLabel]) -> Vocabulary:
    """The lists of an edition; for an encoder those of its languages."""
    known = vocabulary(kind, esco_index() if edition.esco else None)
    return with_local_words(known.only(INDEXED) if edition.encoder else known, words)


def esco_index() -> Path:
    """Where ``kesher load esco`` leaves its index."""
    return Path(settings.ENVIRONMENT.data) / "taxonomy" / "esco.npz"


def esco_notice() -> str:
    """What ESCO's licence has shown where its labels are; "" where it is not loaded. Asks for no index, only for its file."""
    path = esco_index()
    try:
        file = path.stat()
    except OSError:
        return ""
    return _notice(path, file.st_mtime_ns, file.st_size)


@lru_cache(maxsize=2)
def _notice(path: Path, written: int, size: int) -> str:
    """Of the file as it was written then: the head is read once."""
    try:
        return esco.read_about(path).notice
    except (esco.UnreadableIndex, OSError):
        return ""  # the index cannot be used either: no label of it is shown


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
                    edition, words = wanted(self.kind)
                    held = self._held = _read(self.kind, edition.plain, words)
                    if not edition.encoder:
                        self.looked = time.monotonic()
            return held
        if time.monotonic() - self.looked < LOOK_EVERY and held.edition.database == _database():
            return held
        self.looked = time.monotonic()
        edition, words = self._to_read(held)
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
        edition, words = self._to_read(self._held)
        with self._lock:
            if self._held is None or self._held.edition != edition:
                try:
                    self._held = _renewed(self._held, self.kind, edition, words)
                except NotWorkedOut:
                    given_up(self.kind, edition)
                    self._held = _renewed(self._held, self.kind, edition.plain, words)
            self.looked = time.monotonic()
            return self._held

    def _to_read(self, held: Loaded | None) -> tuple[Edition, list[LocalLabel]]:
        """The edition that is wanted, as far as it can be read now: while its vectors are being worked out, what an encoder
        answers already goes on answering, and n-grams take in what is new."""
        edition, words = wanted(self.kind)
        if not edition.encoder or vectors_file(self.kind, edition).exists():
            return edition, words
        if held is not None and held.edition.encoder == edition.encoder and held.edition.database == edition.database:
            return held.edition, words
        return edition.plain, words

    def _read_beside(self, edition: Edition, words: list[LocalLabel]) -> None:
        try:
            self._held = _renewed(self._held, self.kind, edition, words)
        except NotWorkedOut:
            if not given_up(self.kind, edition):
                self._failed = edition
        except Exception:
            self._failed = edition
            logger.exception("the index of words could not be read; the one before stays in use")


_KEEPERS: Final = {kind: _Keeper(kind) for kind in KINDS}


def _database() -> str:
    return str(connection.settings_dict["NAME"])


def wanted(kind: str) -> tuple[Edition, list[LocalLabel]]:
    """What the lists are now and what should compare them, and the local words among them: one small query."""
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
    meaning = encoders()
    return Edition(_database(), meaning.name() if meaning else "", _lists(), index, mark), words


@cache
def _lists() -> str:
    """Which lists come with Kesher: they do not change while a process lives."""
    return f"{VERSION} {isco.mark()}"


def _renewed(held: Loaded | None, kind: str, edition: Edition, words: list[LocalLabel]) -> Loaded:
    """The index of another edition; the one that is held where the two differ in nothing but whose database it is."""
    if held is not None and replace(held.edition, database=edition.database) == edition:
        return replace(held, edition=edition)
    return _read(kind, edition, words)


def _read(kind: str, edition: Edition, words: list[LocalLabel]) -> Loaded:
    begun = time.perf_counter()
    known = labels_of(kind, edition, words)
    coder = Coder(known, _embedder(kind, edition))
    give_back()
    seconds = time.perf_counter() - begun
    logger.info("index of words read: %s, %d labels in %.1f s", kind, len(known.labels), seconds)
    return Loaded(
        kind=kind,
        coder=coder,
        edition=edition,
        languages=tuple(sorted({label.language for label in known.labels})),
        seconds=seconds,
        number_of={concept.uri: number for number, concept in enumerate(known.concepts)},
    )


def _embedder(kind: str, edition: Edition) -> Embedder:
    """What compares texts: the encoder by the vectors that were worked out, else character n-grams, which are always there."""
    meaning = encoders() if edition.encoder else None
    if meaning is None:
        return CharacterNgrams()
    return meaning.embedder(kind, index=vectors_file(kind, edition), most=NONE)
