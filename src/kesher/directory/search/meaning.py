"""Themes by meaning: what the words of a visitor and the texts of services speak of, where an encoder is there to tell.

The program that runs says with :func:`provide` how an encoder is had (``www.apps``); a room never chooses one. Each service
has its likeliest themes and its place in its search document, written beside (:func:`tend`, a task), not by whoever edits or
imports: until they are there, and wherever there is no encoder, search goes by the words alone.
"""

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np
from django.db import connection

from kesher.base.translated import in_language
from kesher.engine.coding import Encoder
from kesher.engine.coding.embedding import Floats, unit
from kesher.engine.orientation.precedents import Precedents
from kesher.engine.orientation.themes import (
    KEPT,
    POINTS,
    Offers,
    Question,
    ThemeModel,
    in_steps,
    kept,
    middle,
    offered,
    pieces_of_question,
    pieces_of_service,
)

logger = logging.getLogger(__name__)

Text = Mapping[str, str]

FILE: Final = Path(__file__).resolve().parent.parent / "data" / "themes.npz"
#: Sayings and what was right for them, as places of that model (``benchmarks/training/themes.py``). A file of its own: the
#: services need not be read anew when it grows.
PRECEDENTS: Final = FILE.with_name("precedents.npz")
#: The encoder understands many languages; English best.
BEST_READ: Final = "en"
MARK_BYTES: Final = 8
#: Questions whose themes are kept for the next part of the page: a page asks for the same words several times.
REMEMBERED: Final = 64
BATCH: Final = 100


_factory: Callable[[], Encoder | None] | None = None
_lock = threading.Lock()


def provide(factory: Callable[[], Encoder | None] | None) -> None:
    """How an encoder is had; asked once, when the first question comes or at :func:`warm`. None: by words alone."""
    global _factory
    with _lock:
        _factory = factory
        _reader.cache_clear()


@dataclass(frozen=True)
class _Reader:
    """An encoder, the model that was trained for it, a mark of both that stands before what they made, and what was right
    for others."""

    encoder: Encoder
    model: ThemeModel
    mark: bytes
    precedents: Precedents | None


@cache
def _reader() -> _Reader | None:
    encoder = _factory() if _factory is not None else None
    if encoder is None:
        return None
    content = FILE.read_bytes()
    with np.load(FILE) as file:
        model = ThemeModel(
            str(file["name"]),
            str(file["encoder"]),
            tuple(map(str, file["codes"])),
            file["mean"].astype(np.float32),
            file["matrix"].astype(np.float32),
            file["offset"].astype(np.float32),
            file["projection"].astype(np.float32),
        )
    if encoder.name != model.encoder:
        logger.warning(
            "themes by meaning are off: %s was trained for %s, not for %s", model.name, model.encoder, encoder.name
        )
        return None
    return _Reader(encoder, model, hashlib.sha256(content).digest()[:MARK_BYTES], _precedents(model))


def _precedents(model: ThemeModel) -> Precedents | None:
    """None where the file is of another model: its places mean nothing here."""
    with np.load(PRECEDENTS) as file:
        if str(file["model"]) != model.name:
            logger.warning("precedents are off: they are places of %s, not of %s", file["model"], model.name)
            return None
        sayings, answers = (unit(file[name].astype(np.float32)) for name in ("sayings", "answers"))
        return Precedents(sayings, answers, file["of"].astype(np.int64))


def reader() -> _Reader | None:
    """The encoder and its model, loaded once for the process; None where there is none."""
    with _lock:
        return _reader()


def warm() -> None:
    """Load the model before anybody asks (a second or two)."""
    understood("warm")


def name() -> str:
    """What reads meaning here, for those who run it: "" where nothing does."""
    here = reader()
    return f"{here.model.name}, {here.encoder.name}" if here is not None else ""


# --- questions -------------------------------------------------------------------------------------------------------

#: Digest of a question -> what it speaks of. Not the words: those are nowhere kept.
_remembered: OrderedDict[bytes, Question] = OrderedDict()


def understood(text: str) -> Question | None:
    """What it speaks of; None without an encoder or without words."""
    here = reader()
    pieces = pieces_of_question(text) if here is not None else []
    if here is None or not pieces:
        return None
    digest = hashlib.sha256(here.mark + text.encode("utf-8", "replace")).digest()
    with _lock:
        if digest in _remembered:
            _remembered.move_to_end(digest)
            return _remembered[digest]
    found = Question.of(here.model, here.encoder.encode(pieces), here.precedents)
    with _lock:
        _remembered[digest] = found
        while len(_remembered) > REMEMBERED:
            _remembered.popitem(last=False)
    return found


def codes() -> tuple[str, ...]:
    """The codes of the model's themes, in its order."""
    here = reader()
    return here.model.codes if here is not None else ()


# --- services --------------------------------------------------------------------------------------------------------


def said_by(names: Sequence[Text], texts: Sequence[Text]) -> tuple[str, str]:
    """Name and description as they are read for their meaning: in the language read best, else in the first there is."""
    return in_language(names[0], BEST_READ).text, in_language(texts[0], BEST_READ).text


def digest_of(names: Sequence[Text], texts: Sequence[Text]) -> UUID:
    """Changes when what is read changes."""
    return UUID(bytes=hashlib.sha256("\x1f".join(said_by(names, texts)).encode("utf-8", "replace")).digest()[:16])


#: As it stands in a search document: of which model, numbers of themes, square roots of their chances, and the place.
_WRITTEN: Final = np.dtype([("mark", "V8"), ("themes", "<i2", KEPT), ("roots", "<f2", KEPT), ("place", "i1", POINTS)])


def written(reader: _Reader, vectors: Floats) -> bytes:
    """What a service's vectors say, as it stands in its search document. vectors: of its pieces, the whole first."""
    made = np.zeros(1, _WRITTEN)
    made["mark"] = reader.mark
    made["themes"], made["roots"] = kept(offered(reader.model.chances(vectors)))
    made["place"] = in_steps(middle(reader.model.places(vectors)))
    return made.tobytes()


def read(rows: Sequence[bytes | memoryview | None]) -> Offers:
    """What each row speaks of; nothing for documents without, and for those that another model made."""
    here = reader()
    found = Offers.none(len(rows))
    ours = [
        place for place, row in enumerate(rows) if here and row is not None and bytes(row[:MARK_BYTES]) == here.mark
    ]
    made = np.frombuffer(b"".join(bytes(rows[place] or b"") for place in ours), _WRITTEN)
    found.themes[ours], found.roots[ours] = made["themes"], made["roots"]
    found.places[ours] = made["place"]
    return found


def waiting(most: int) -> list[UUID]:
    """Documents whose themes are missing, were made of other words or by another model; public ones first."""
    here = reader()
    if here is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT service_id FROM directory_searchdocument
                WHERE said IS NOT NULL AND (meaning IS NULL OR meaning_of IS DISTINCT FROM said
                                            OR substring(meaning FROM 1 FOR %s) <> %s)
                ORDER BY public DESC, service_id LIMIT %s""",
            [MARK_BYTES, here.mark, most],
        )
        return [key for (key,) in cursor.fetchall()]


def write(said: Mapping[UUID, tuple[UUID, str, str]]) -> None:
    """Write the themes of these documents. said: digest, name and description by key. What was edited meanwhile stays open:
    the digest says of which words the themes are."""
    here = reader()
    if here is None or not said:
        return
    pieces = [pieces_of_service(title, description) for _, title, description in said.values()]
    vectors = here.encoder.encode([piece for some in pieces for piece in some])
    values = []
    begin = 0
    for (key, (digest, _, _)), some in zip(said.items(), pieces, strict=True):
        values.append((key, digest, written(here, vectors[begin : begin + len(some)])))
        begin += len(some)
    keys, digests, meanings = zip(*sorted(values), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE directory_searchdocument AS document SET meaning = made.meaning, meaning_of = made.digest
                 FROM (SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::bytea[]) AS made (key, digest, meaning) ORDER BY key)
                      AS made
                WHERE document.service_id = made.key""",
            [list(keys), list(digests), list(meanings)],
        )
