"""What changes for a town when it loads another release of ESCO: pure functions over two taxonomies.

ESCO keeps addresses over releases, but not always: concepts are withdrawn, split, merged, or come back under another
address, and the CSV files do not say what became of them. A successor is therefore found by name, and only when one
concept alone answers to it; everything else stays "withdrawn", for a person to decide.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from kesher.formats.esco.taxonomy import Taxonomy
from kesher.formats.esco.vocabulary import ConceptKind, LabelRole


@dataclass(frozen=True, slots=True)
class Entry:
    """A concept of one release."""

    uri: str
    kind: ConceptKind
    code: str
    label: str

    def __str__(self) -> str:
        return f"{self.code} {self.label}".strip()


@dataclass(frozen=True, slots=True)
class Succession:
    """A withdrawn concept and the one that bears its name now."""

    before: Entry
    after: Entry
    #: True: the address alone changed; False: the name became one of the names of a concept that was there before
    renamed: bool


@dataclass(frozen=True, slots=True)
class Relabelled:
    """Another preferred label in one language."""

    concept: Entry
    language: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Moved:
    """Another place in the hierarchy: what lies directly above, each as ``code label``."""

    concept: Entry
    left: tuple[str, ...]
    entered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recoded:
    """Another code of ESCO's own (2166.11), or another ISCO group (2166), which statistics are kept by."""

    concept: Entry
    before: str
    after: str
    isco_before: str
    isco_after: str


@dataclass(frozen=True, slots=True)
class UpgradeReport:
    """What differs, sorted by kind and address. Only kinds and languages that both releases hold are compared."""

    before: str
    after: str
    compared: tuple[ConceptKind, ...]
    languages: tuple[str, ...]
    added: tuple[Entry, ...]
    withdrawn: tuple[Entry, ...]  # with no successor
    succeeded: tuple[Succession, ...]
    relabelled: tuple[Relabelled, ...]
    moved: tuple[Moved, ...]
    recoded: tuple[Recoded, ...]
    #: pairs of occupation and skill: gone, new, essential that became optional, and the other way
    skill_links: tuple[int, int, int, int]

    @property
    def renamed(self) -> tuple[Succession, ...]:
        """Concepts whose address alone changed."""
        return tuple(one for one in self.succeeded if one.renamed)

    def __str__(self) -> str:
        return told(self)


#: Lines of each part of a report in plain text.
LINES: Final = 12


def compare(before: Taxonomy, after: Taxonomy) -> UpgradeReport:
    """What loading `after` in the place of `before` changes."""
    kinds = tuple(sorted(set(before.complete) & set(after.complete)))
    languages = tuple(sorted(set(before.languages) & set(after.languages)))
    held = {kind: [_by_uri(one, kind) for one in (before, after)] for kind in kinds}
    found = successors(before, after)
    gone, new, succeeded, kept = [], [], [], []
    for old, now in held.values():
        replaced = set()
        for uri, index in old.items():
            if uri in now:
                kept.append((index, now[uri]))
            elif index in found:
                into = found[index]
                renamed = after.concepts.uri[into] not in old
                succeeded.append(Succession(_entry(before, index), _entry(after, into), renamed))
                replaced.add(into)
            else:
                gone.append(_entry(before, index))
        new += [_entry(after, index) for uri, index in now.items() if uri not in old and index not in replaced]
    return UpgradeReport(
        before=before.version,
        after=after.version,
        compared=kinds,
        languages=languages,
        added=tuple(new),
        withdrawn=tuple(gone),
        succeeded=tuple(succeeded),
        relabelled=tuple(_relabelled(before, after, kept, languages)),
        moved=tuple(_moved(before, after, kept)),
        recoded=tuple(_recoded(before, after, kept)),
        skill_links=_skill_links(before, after),
    )


def successors(before: Taxonomy, after: Taxonomy) -> dict[int, int]:
    """Number of a concept whose address is gone -> number of the one concept of its kind that bears its name now.

    The name is the preferred label, in every language that both hold it in. First a preferred label of the newer
    release decides, then any label: what was a concept of its own often lives on as another's alternative name. A name
    that the candidate bore before is no sign. Two candidates, in one language or in two, are none.
    """
    kinds = set(before.complete) & set(after.complete)
    lost = {index for kind in kinds for uri, index in _by_uri(before, kind).items() if uri not in after.index_of}
    if not lost:
        return {}
    shared = set(before.languages) & set(after.languages)
    asked: dict[tuple[int, str, str], list[int]] = {}
    for index, language, _, text in _labels(before, shared, lost, preferred=True):
        asked.setdefault((int(before.concepts.kind[index]), language, text), []).append(index)

    @cache
    def borne(uri: str) -> frozenset[tuple[str, str]]:
        """The names a concept of the newer release had in the older."""
        index = before.index_of.get(uri)
        names = () if index is None else before.labels_of(index)
        return frozenset((name.language, name.text.casefold()) for name in names)

    answers: tuple[dict[int, set[int]], dict[int, set[int]]] = ({}, {})
    for index, language, role, text in _labels(after, shared, None, preferred=False):
        for old in asked.get((int(after.concepts.kind[index]), language, text), ()):
            if (language, text) in borne(after.concepts.uri[index]):
                continue
            answers[1].setdefault(old, set()).add(index)
            if role == LabelRole.PREFERRED:
                answers[0].setdefault(old, set()).add(index)
    found = {}
    for old in sorted(lost):
        candidates = answers[0].get(old) or answers[1].get(old) or set()
        if len(candidates) == 1:
            found[old] = next(iter(candidates))
    return found


def _labels(
    taxonomy: Taxonomy, languages: set[str], among: set[int] | None, *, preferred: bool
) -> Iterator[tuple[int, str, int, str]]:
    """(concept, language, role, folded text) of labels."""
    labels = taxonomy.labels
    names = taxonomy.languages
    texts = labels.text
    columns = (labels.concept.tolist(), labels.language.tolist(), labels.role.tolist(), labels.text_id.tolist())
    folded: dict[int, str] = {}
    for concept, language, role, text in zip(*columns, strict=True):
        if names[language] in languages and (among is None or concept in among) and not (preferred and role):
            if text not in folded:
                folded[text] = texts[text].casefold()
            yield concept, names[language], role, folded[text]


def _by_uri(taxonomy: Taxonomy, kind: ConceptKind) -> dict[str, int]:
    return {taxonomy.concepts.uri[index]: index for index in taxonomy.of_kind(kind)}


def _entry(taxonomy: Taxonomy, index: int) -> Entry:
    table = taxonomy.concepts
    kind = ConceptKind(int(table.kind[index]))
    return Entry(table.uri[index], kind, table.code[index], taxonomy.preferred(index))


def _preferred(taxonomy: Taxonomy, languages: tuple[str, ...]) -> dict[tuple[int, str], str]:
    labels, shared = taxonomy.labels, set(languages)
    return {
        (int(labels.concept[one]), taxonomy.languages[labels.language[one]]): labels.text[int(labels.text_id[one])]
        for one in (labels.role == LabelRole.PREFERRED).nonzero()[0]
        if taxonomy.languages[labels.language[one]] in shared
    }


def _relabelled(
    before: Taxonomy, after: Taxonomy, kept: Iterable[tuple[int, int]], languages: tuple[str, ...]
) -> Iterator[Relabelled]:
    old_labels, new_labels = _preferred(before, languages), _preferred(after, languages)
    for old, new in kept:
        for language in languages:
            one, other = old_labels.get((old, language), ""), new_labels.get((new, language), "")
            if one and other and one != other:
                yield Relabelled(_entry(after, new), language, one, other)


def _moved(before: Taxonomy, after: Taxonomy, kept: Iterable[tuple[int, int]]) -> Iterator[Moved]:
    placed = [{int(kind) for kind in one.concepts.kind[one.relations.broader[:, 0]]} for one in (before, after)]
    for old, new in kept:
        if int(after.concepts.kind[new]) not in placed[0] & placed[1]:
            continue  # one of the two came without that hierarchy
        above = {before.concepts.uri[index]: index for index in before.broader(old)}
        now = {after.concepts.uri[index]: index for index in after.broader(new)}
        if above.keys() != now.keys():
            yield Moved(
                _entry(after, new),
                tuple(str(_entry(before, above[uri])) for uri in above if uri not in now),
                tuple(str(_entry(after, now[uri])) for uri in now if uri not in above),
            )


def _recoded(before: Taxonomy, after: Taxonomy, kept: Iterable[tuple[int, int]]) -> Iterator[Recoded]:
    for old, new in kept:
        one = before.concepts.code[old], before.concepts.isco[old]
        other = after.concepts.code[new], after.concepts.isco[new]
        if one != other:
            yield Recoded(_entry(after, new), one[0], other[0], one[1], other[1])


def _skill_links(before: Taxonomy, after: Taxonomy) -> tuple[int, int, int, int]:
    if not (len(before.relations.occupation_skill) and len(after.relations.occupation_skill)):
        return 0, 0, 0, 0
    old, new = _links(before), _links(after)
    both = old.keys() & new.keys()
    return (
        len(old.keys() - new.keys()),
        len(new.keys() - old.keys()),
        sum(1 for pair in both if old[pair] and not new[pair]),
        sum(1 for pair in both if new[pair] and not old[pair]),
    )


def _links(taxonomy: Taxonomy) -> dict[tuple[str, str], int]:
    uris = list(taxonomy.concepts.uri)
    relations = taxonomy.relations
    pairs = relations.occupation_skill.tolist()
    flags = relations.occupation_essential.tolist()
    return {(uris[one], uris[other]): flag for (one, other), flag in zip(pairs, flags, strict=True)}


# --- in words --------------------------------------------------------------------------------------------------------


def told(report: UpgradeReport, lines: int = LINES) -> str:
    """The report in plain text, `lines` of each part and how many more there are."""
    kinds = ", ".join(kind.plural for kind in report.compared) or "nothing: no kind of concept is in both"
    said = [f"ESCO {report.before or 'of unknown version'} -> {report.after or 'of unknown version'}"]
    said.append(f"compared: {kinds}; labels in {', '.join(report.languages) or 'no language that both hold'}")
    said += _part("added", [f"+ {one} ({one.kind.plural})" for one in report.added], lines)
    said += _part("withdrawn, with no successor", [f"- {one} ({one.kind.plural})" for one in report.withdrawn], lines)
    renamed = [f"{one.before} -> {one.after}: {one.before.uri} -> {one.after.uri}" for one in report.renamed]
    said += _part("under another address", renamed, lines)
    merged = [f"{one.before} -> {one.after}" for one in report.succeeded if not one.renamed]
    said += _part("now a name of another concept", merged, lines)
    names = [f"{one.before} -> {one.after} ({one.language})" for one in report.relabelled]
    said += _part("other preferred label", names, lines)
    moves = [
        f"{one.concept}: out of {', '.join(one.left) or 'nothing'}, into {', '.join(one.entered) or 'nothing'}"
        for one in report.moved
    ]
    said += _part("moved in the hierarchy", moves, lines)
    isco = [
        f"{one.concept}: ISCO {one.isco_before} -> {one.isco_after}"
        for one in report.recoded
        if one.isco_before != one.isco_after
    ]
    said += _part("in another ISCO group", isco, lines)
    said.append(f"other code: {len(report.recoded)}")
    gone, new, optional, essential = report.skill_links
    said.append(
        f"skills of occupations: {new} added, {gone} withdrawn, {optional} essential became optional, "
        f"{essential} optional became essential"
    )
    return "\n".join(said)


def _part(title: str, entries: list[str], lines: int) -> list[str]:
    said = [f"{title}: {len(entries)}", *(f"    {entry}" for entry in entries[:lines])]
    if len(entries) > lines:
        said.append(f"    and {len(entries) - lines} more")
    return said
