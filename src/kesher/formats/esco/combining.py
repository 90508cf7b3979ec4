"""Languages of an older release lent to a newer one, where the newer has none of its own.

Towns often hold the newest release in one or two languages and an older one in many. Concepts, codes and relations are
those of the newer release alone; a label or note is lent to the concept with the same address, or to its successor
(:func:`kesher.formats.esco.upgrading.successors`), and only in a language in which that concept has no label.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kesher.formats.esco.gathering import first_use
from kesher.formats.esco.taxonomy import Labels, Notes, Taxonomy
from kesher.formats.esco.texts import Texts
from kesher.formats.esco.upgrading import successors


def completed(newer: Taxonomy, older: Taxonomy) -> Taxonomy:
    """`newer` with the languages it lacks from `older`. Sources and releases of both are kept."""
    target = np.full(len(older), -1, np.int32)
    for index, uri in enumerate(older.concepts.uri):
        target[index] = newer.index_of.get(uri, -1)
    for lost, found in successors(older, newer).items():
        target[lost] = found
    languages = tuple(sorted({*newer.languages, *older.languages}))
    releases = (*newer.releases, *(one for one in older.releases if one not in newer.releases))
    own, lent = _places(newer.languages, languages), _places(older.languages, languages)
    version = _places(older.releases, releases)

    spoken = np.zeros((len(newer), len(languages)), bool)  # concept × language: has a label
    spoken[newer.labels.concept, own[newer.labels.language]] = True

    def wanted(concept: NDArray[np.int32], language: NDArray[np.uint8]) -> NDArray[np.intp]:
        to = target[concept]
        return np.flatnonzero((to >= 0) & ~spoken[to, lent[language]])

    taken = wanted(older.labels.concept, older.labels.language)
    texts = [*newer.labels.text, *older.labels.text]
    ids: dict[str, int] = {}
    same = np.fromiter((ids.setdefault(text, len(ids)) for text in texts), np.int32, len(texts))
    distinct = list(ids)
    concept = np.concatenate([newer.labels.concept, target[older.labels.concept[taken]]])
    language = np.concatenate([own[newer.labels.language], lent[older.labels.language[taken]]])
    role = np.concatenate([newer.labels.role, older.labels.role[taken]])
    release = np.concatenate([newer.labels.release, version[older.labels.release[taken]]])
    text = same[np.concatenate([newer.labels.text_id, older.labels.text_id[taken] + len(newer.labels.text)])]
    # two older concepts with one successor may both call it the same, or each bring a preferred label
    order = np.lexsort((np.arange(len(concept)), role, language, concept))
    order = order[_first_of_each(np.stack([concept, language.astype(np.int32), text], axis=1)[order])]
    role = _one_preferred(concept[order], language[order], role[order])
    again = np.lexsort((np.arange(len(order)), role, language[order], concept[order]))
    order, role = order[again], role[again]
    used, rank = first_use(text[order])
    labels = Labels(
        text=Texts.of(distinct[index] for index in used),
        text_id=rank,
        concept=concept[order],
        language=language[order],
        role=role,
        release=release[order],
    )

    taken = wanted(older.notes.concept, older.notes.language)
    concept = np.concatenate([newer.notes.concept, target[older.notes.concept[taken]]])
    language = np.concatenate([own[newer.notes.language], lent[older.notes.language[taken]]])
    kind = np.concatenate([newer.notes.kind, older.notes.kind[taken]])
    release = np.concatenate([newer.notes.release, version[older.notes.release[taken]]])
    order = np.lexsort((np.arange(len(concept)), kind, language, concept))
    order = order[_first_of_each(np.stack([concept, language.astype(np.int32), kind.astype(np.int32)], axis=1)[order])]
    long = [*newer.notes.text, *older.notes.text.pick(taken)]
    notes = Notes(
        text=Texts.of(long[index] for index in order),
        concept=concept[order],
        language=language[order],
        kind=kind[order],
        release=release[order],
    )
    sources = (*newer.sources, *(one for one in older.sources if one not in newer.sources))
    return replace(newer, releases=releases, languages=languages, sources=sources, labels=labels, notes=notes)


def _places(names: tuple[str, ...], among: tuple[str, ...]) -> NDArray[np.uint8]:
    return np.array([among.index(name) for name in names], np.uint8)


def _first_of_each(rows: NDArray[np.int32]) -> NDArray[np.intp]:
    """The places of the first of equal rows, in order."""
    if not len(rows):
        return np.empty(0, np.intp)
    return np.sort(np.unique(rows, axis=0, return_index=True)[1])


def _one_preferred(
    concept: NDArray[np.int32], language: NDArray[np.uint8], role: NDArray[np.uint8]
) -> NDArray[np.uint8]:
    """Roles, where of several preferred labels of a concept in a language only the first stays one."""
    again = np.zeros(len(role), bool)
    again[1:] = (role[1:] == 0) & (role[:-1] == 0) & (concept[1:] == concept[:-1]) & (language[1:] == language[:-1])
    return np.where(again, 1, role).astype(np.uint8)
