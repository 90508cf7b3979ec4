"""The vectors of all labels, worked out once for a machine: by the worker beside its tasks, or by ``kesher encode``.

An encoder of meaning takes two minutes of a core for the starter taxonomy, six with ESCO; for one more local word, seconds:
texts that were encoded before are taken from the files that are there. Processes that answer visitors map the file when it is
whole (:mod:`kesher.words.coders`), and answer by n-grams until then.
"""

import fcntl
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from kesher.engine.coding import NotWorkedOut
from kesher.words.coders import NONE, encoders, given_up, labels_of, vectors_file, wanted
from kesher.words.vocabularies import KINDS

logger = logging.getLogger(__name__)

#: Told the kind, texts encoded, texts to encode.
Progress = Callable[[str, int, int], None]
#: The least of a processor's time: visitors come first.
NICE: Final = 19


def encode(progress: Progress | None = None) -> list[str]:
    """Work out what is not there yet; returns the kinds that were. Nothing where there is no encoder, or where another
    process of this machine is at it."""
    done: list[str] = []
    for kind in KINDS:
        edition, words = wanted(kind)
        meaning = encoders()
        if meaning is None or not edition.encoder:
            continue
        path = vectors_file(kind, edition)
        with _alone(path.parent / f".{kind}.lock") as alone:
            if not alone or path.exists():
                continue
            before = _others(path, kind)
            told = (lambda done, total, kind=kind: progress(kind, done, total)) if progress else None
            # The commands keep theirs beside: mostly the same labels.
            beside = (*before, path.parent.parent / f"{kind}.index")
            embedder = meaning.embedder(kind, index=path, beside=beside, progress=told)
            embedder.take_in(labels_of(kind, edition, words).texts())
            if not path.exists():  # n-grams after all, since the encoder did not load; or a folder nobody may write to
                logger.warning(
                    "words are compared by n-grams: nothing was kept by %s in %s", embedder.name, path.parent
                )
                continue
            for one in before:
                one.unlink(missing_ok=True)  # who has it mapped keeps it until they read the new one
            done.append(kind)
            logger.info("vectors of the labels are worked out: %s, %s", kind, embedder.name)
    return done


def give_up_what_is_damaged() -> None:
    """Read each file that is there as a process that answers visitors would, and take away what cannot be read so."""
    for kind in KINDS:
        edition, words = wanted(kind)
        meaning, path = encoders(), vectors_file(kind, edition)
        if meaning is None or not edition.encoder or not path.exists():
            continue
        try:
            meaning.embedder(kind, index=path, most=NONE).take_in(labels_of(kind, edition, words).texts())
        except NotWorkedOut:
            given_up(kind, edition)


def is_wanting() -> bool:
    """Whether there are vectors to work out: a look at two files and a small query."""
    return any(
        edition.encoder and not vectors_file(kind, edition).exists() for kind in KINDS for edition, _ in [wanted(kind)]
    )


_child: multiprocessing.process.BaseProcess | None = None


def encode_beside() -> None:
    """Begin to work out what is wanting in a process beside this one, unless one is at it; returns at once.

    A process of its own: it gives all memory back, may be nice without making its parent so, and ends with it.
    """
    global _child
    if _child is not None and _child.is_alive():
        return
    _child = None
    if is_wanting():
        _child = multiprocessing.get_context("spawn").Process(target=_encode_alone, name="words", daemon=True)
        _child.start()


def _encode_alone() -> None:
    """The process beside: as nice as can be, and gone when its parent is, however that ended."""
    os.nice(NICE)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def end_with_parent() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    import django

    django.setup()
    encode(lambda kind, done, total: logger.info("labels encoded for %s: %d of %d", kind, done, total))


@contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Whether this is the only process of the machine in here; the system lets go of it however the process ends."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _others(path: Path, kind: str) -> tuple[Path, ...]:
    """The files of other editions, the newest first."""
    found: list[tuple[float, Path]] = []
    for one in path.parent.glob(f"{kind}-*.index"):
        with suppress(OSError):
            found.append((-one.stat().st_mtime, one))
    return tuple(one for _, one in sorted(found) if one != path)
