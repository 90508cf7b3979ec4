"""The vocabularies that coding works with: the starter taxonomy, ESCO where it is loaded, and a town's local words.

No Django here: the commands code without a server or a database, from the same lists as the pages.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kesher.engine.coding import Ambiguous, Concept, Label, Role, Vocabulary
from kesher.formats import esco, isco
from kesher.words.questions import questions

OCCUPATION: Final = "occupation"
SKILL: Final = "skill"
KINDS: Final = (OCCUPATION, SKILL)
#: Languages whose labels an encoder's index holds: those of the starter taxonomy, and those of ESCO that people near us speak.
#: A text in another language is found through these, since meaning crosses languages; n-grams take in all languages.
INDEXED: Final = ("am", "ar", "en", "es", "fr", "he", "ro", "ru", "uk")


@dataclass(frozen=True, slots=True, order=True)
class LocalLabel:
    """What people of this town call a concept: its address, the words and their language."""

    uri: str
    text: str
    language: str


def with_local_words(vocabulary: Vocabulary, words: Sequence[LocalLabel]) -> Vocabulary:
    """The vocabulary with a town's own words as names of their concepts; words for concepts it has not are left out.

    Its name then says which list of local words it holds: equal words, equal name.
    """
    place = {concept.uri: number for number, concept in enumerate(vocabulary.concepts)}
    known = sorted({word for word in words if word.uri in place})
    if not known:
        return vocabulary
    labels = tuple(Label(word.text, place[word.uri], word.language) for word in known)
    told = "\n".join(f"{word.uri}\t{word.language}\t{word.text}" for word in known)
    mark = hashlib.blake2b(told.encode(), digest_size=4).hexdigest()
    return replace(vocabulary, name=f"{vocabulary.name}, local words {mark}", labels=vocabulary.labels + labels)


def vocabulary(kind: str, index: Path | None) -> Vocabulary:
    """The concepts of `kind` with their labels. `index`: an index of ESCO to add, None for none.

    Occupations are coded to the unit groups of ISCO-08: an ESCO occupation lends its labels to its group, and is told as what
    is nearest within it. Raises
    :class:`kesher.formats.isco.BrokenList` and :class:`kesher.formats.esco.UnreadableIndex`.
    """
    lists = isco.read()
    starter = _occupations(lists) if kind == "occupation" else _skills(lists)
    if index is None:
        return starter
    return _with_esco(starter, esco.open_index(index), kind)


def _occupations(lists: isco.StarterTaxonomy) -> Vocabulary:
    number = {code: place for place, code in enumerate(lists.unit_groups)}
    concepts = tuple(Concept(isco.ESCO_GROUP + code, code, lists.group[code]) for code in lists.unit_groups)
    labels = [
        Label(name, number[code], language)
        for code in lists.unit_groups
        for language, name in lists.group[code].items()
    ]
    titles = lists.titles
    labels += [
        Label(text, number[code], language, Role.NAME if kind == "usual" else Role.ALTERNATIVE)
        for text, code, language, kind in zip(titles.text, titles.isco08, titles.language, titles.kind, strict=True)
    ]
    ambiguous = tuple(
        Ambiguous(one.title, one.language, tuple(number[code] for code in one.isco08), asked)
        for one, asked in zip(lists.ambiguous, questions(lists), strict=True)
    )
    return Vocabulary("starter taxonomy", concepts, tuple(labels), ambiguous)


def _skills(lists: isco.StarterTaxonomy) -> Vocabulary:
    concepts = tuple(Concept(skill.uri, "", skill.label) for skill in lists.skills)
    labels = tuple(
        Label(name, number, language)
        for number, skill in enumerate(lists.skills)
        for language, name in skill.label.items()
    )
    return Vocabulary("starter taxonomy", concepts, labels)


def _with_esco(starter: Vocabulary, taxonomy: esco.Taxonomy, kind: str) -> Vocabulary:
    """The starter vocabulary with ESCO's labels; ESCO's skills become concepts of their own."""
    concepts, labels = list(starter.concepts), list(starter.labels)
    narrower: dict[str, dict[str, str]] = {}
    place_of = {one.uri: place for place, one in enumerate(concepts)}
    group = {one.isco08: place for place, one in enumerate(concepts)}
    wanted = (
        (esco.ConceptKind.ISCO_GROUP, esco.ConceptKind.OCCUPATION)
        if kind == "occupation"
        else (esco.ConceptKind.SKILL,)
    )
    for number in (number for one in wanted for number in taxonomy.of_kind(one)):
        called = taxonomy.labels_of(number)
        if kind == "occupation":
            place = group.get(taxonomy.concepts.isco[number])
            if place is None:  # a major, sub-major or minor group: nobody's work is coded so coarsely
                continue
            if taxonomy.concepts.kind[number] == esco.ConceptKind.ISCO_GROUP:  # shown in languages that ours lack, too
                known = concepts[place]
                concepts[place] = Concept(known.uri, known.isco08, {**_preferred(called), **known.names})
        else:
            uri = taxonomy.concepts.uri[number]
            names = _preferred(called)
            if uri in place_of:
                place = place_of[uri]
                concepts[place] = Concept(uri, "", {**names, **concepts[place].names})
            else:
                place = len(concepts)
                concepts.append(Concept(uri, "", names))
        within = ""
        if taxonomy.concepts.kind[number] == esco.ConceptKind.OCCUPATION:
            within = taxonomy.concepts.uri[number]
            narrower[within] = _preferred(called)
        labels += [
            Label(
                one.text,
                place,
                one.language,
                Role.NAME if one.role is esco.LabelRole.PREFERRED else Role.ALTERNATIVE,
                within,
            )
            for one in called
        ]
    name = f"{starter.name}, ESCO {taxonomy.version}"
    return Vocabulary(name, tuple(concepts), tuple(labels), starter.ambiguous, narrower)


def _preferred(labels: Sequence[esco.Label]) -> dict[str, str]:
    return {one.language: one.text for one in labels if one.role is esco.LabelRole.PREFERRED}
