"""Structure messages of SDMX-ML: which concepts are dimensions, which attributes, and the words of their codes.

Read by ``sdmx1``, which knows every artefact of 2.1 and 3.0; what we need of it is made small and plain here. It is
imported only when a structure message is read: it brings pandas, which takes a second to start and is used nowhere in
our code.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree as DefusedTree
from defusedxml.common import DefusedXmlException

from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics.opening import StatisticsFile

_LOCALE_ORDER = ("en", "he", "ar", "fr")


@dataclass(frozen=True, slots=True)
class Structure:
    """One data structure definition. ``id`` is ``AGENCY:ID(VERSION)``.

    ``dimensions`` in the order of the key, the time dimension not among them. ``codes``: name of a dimension or
    attribute -> code -> words, of lists that the message holds. ``checked``: those of them whose lists are whole, so
    that another code is a mistake; a list may also be given in part, for its words.
    """

    id: str
    dimensions: tuple[str, ...]
    attributes: frozenset[str]
    measures: tuple[str, ...]
    time: str | None = None
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    checked: frozenset[str] = frozenset()

    def knows(self, name: str, code: str) -> bool:
        """Whether the code may stand for this dimension, as far as the message tells."""
        return name not in self.checked or code in self.codes[name]


@dataclass(slots=True)
class Structures:
    """The structures of one or more messages, and the dataflows that point at them."""

    by_id: dict[str, Structure] = field(default_factory=dict)
    dataflows: dict[str, str] = field(default_factory=dict)  # AGENCY:ID(VERSION) -> structure, the same form
    artefacts: int = 0  # of every kind, as read

    def of(self, name: str) -> Structure | None:
        """The structure that a data message names: by a structure or a dataflow, with or without its version."""
        if not name:
            return None
        name = self.dataflows.get(name, name)
        if found := self.by_id.get(name):
            return found
        bare = name.partition("(")[0]
        for known, points in self.dataflows.items():
            if known.partition("(")[0] == bare:
                return self.by_id.get(points)
        return next((one for known, one in self.by_id.items() if known.partition("(")[0] == bare), None)

    def add(self, other: "Structures") -> None:
        self.by_id |= other.by_id
        self.dataflows |= other.dataflows
        self.artefacts += other.artefacts


@contextmanager
def xml_faults(name: str) -> Iterator[None]:
    """Faults of XML as faults of the file."""
    try:
        yield
    except DefusedXmlException:
        raise UnreadableFile(name, say.XML_DECLARES()) from None
    except (ParseError, LookupError, ValueError) as error:  # also an encoding that nobody knows
        raise UnreadableFile(name, say.XML_WRONG(why=error)) from None


def read_structures(file: StatisticsFile) -> Structures:
    """The structures of one SDMX-ML structure message (2.1 or 3.0). Raises :class:`UnreadableFile`."""
    content = file.read()
    with xml_faults(file.name):  # the library behind reads entities; a message that declares some never gets there
        for _event, _element in DefusedTree.iterparse(BytesIO(content), events=("start",), forbid_dtd=True):
            _element.clear()
    import sdmx
    from sdmx.message import StructureMessage

    try:
        with redirect_stdout(StringIO()):  # it prints what it was doing when something fails
            message = sdmx.read_sdmx(BytesIO(content))
    except Exception as error:  # what the library cannot read it tells by two dozen kinds of exception
        why = str(error).split("\n")[0] or type(error).__name__
        raise UnreadableFile(file.name, say.STRUCTURE_WRONG(why=f"{type(error).__name__}: {why}")) from error
    if not isinstance(message, StructureMessage):
        raise UnreadableFile(file.name, say.NO_OBSERVATIONS_IN_KIND(kind=type(message).__name__))
    return _structures(message)


def _structures(message: Any) -> Structures:
    result = Structures()
    lists = {_id(one): one for one in message.codelist.values()}
    for definition in message.structure.values():
        if not getattr(definition, "dimensions", None):
            continue  # only named here, given elsewhere
        time = None
        dimensions: list[str] = []
        codes: dict[str, Mapping[str, str]] = {}
        checked: set[str] = set()
        for component in definition.dimensions.components:
            if type(component).__name__ == "TimeDimension":
                time = str(component.id)
            else:
                dimensions.append(str(component.id))
            words, whole = _words(component, lists)
            if words:
                codes[str(component.id)] = words
                checked |= {str(component.id)} if whole else set()
        attributes = list(definition.attributes.components) if definition.attributes else []
        for component in attributes:
            words, _whole = _words(component, lists)
            if words:
                codes[str(component.id)] = words
        measures = list(definition.measures.components) if getattr(definition, "measures", None) else []
        name = _id(definition)
        result.by_id[name] = Structure(
            name,
            tuple(dimensions),
            frozenset(str(one.id) for one in attributes),
            tuple(str(one.id) for one in measures),
            time,
            codes,
            frozenset(checked),
        )
    for dataflow in message.dataflow.values():
        if getattr(dataflow, "structure", None) is not None:
            result.dataflows[_id(dataflow)] = _id(dataflow.structure)
    result.artefacts = sum(len(found) for found in vars(message).values() if isinstance(found, dict))
    return result


def _id(artefact: Any) -> str:
    maintainer = getattr(artefact, "maintainer", None)
    agency = getattr(maintainer, "id", "") or ""
    version = str(getattr(artefact, "version", "") or "1.0")
    return f"{agency}:{artefact.id}({version})"


def _words(component: Any, lists: Mapping[str, Any]) -> tuple[dict[str, str], bool]:
    """Code -> words of a component's list, by itself or by its concept; and whether the list is whole."""
    for representation in (
        getattr(component, "local_representation", None),
        getattr(getattr(component, "concept_identity", None), "core_representation", None),
    ):
        enumerated = getattr(representation, "enumerated", None)
        if enumerated is None:
            continue
        found = lists.get(_id(enumerated), enumerated)
        whole = str(getattr(found, "is_partial", None)).lower() != "true"
        return {str(code.id): _in_one_language(code) for code in _items(found)}, whole
    return {}, False


def _items(found: Any) -> Iterable[Any]:
    items = getattr(found, "items", {})
    return items.values() if isinstance(items, dict) else items


def _in_one_language(code: Any) -> str:
    words = getattr(getattr(code, "name", None), "localizations", None) or {}
    for language in _LOCALE_ORDER:
        if language in words:
            return str(words[language])
    return str(next(iter(words.values()), code.id))
