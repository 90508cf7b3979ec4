"""Data messages of SDMX-ML 2.1 and 3.0, generic and structure-specific, read as a stream.

``sdmx1`` reads them too, whole in memory and with five times the work for each observation
(``benchmarks/statistics_reading.py``); a national labour-force survey has millions. This reader holds one series at a
time. Tests hold it to what ``sdmx1`` reads, file by file.

Without the structure message nothing in a structure-specific file tells an attribute from a dimension. Those of the
SDMX cross-domain concepts that are always attributes are known by name (:data:`ATTRIBUTES`), the rest are taken as
dimensions, and the reading says so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from xml.etree.ElementTree import Element

from defusedxml import ElementTree as DefusedTree

from kesher.formats.files import Ledger
from kesher.formats.records import UnreadableFile
from kesher.formats.remarks import statistics as say
from kesher.formats.statistics.building import Teller, number_of, settled
from kesher.formats.statistics.opening import StatisticsFile
from kesher.formats.statistics.periods import Period, parse_period
from kesher.formats.statistics.records import OBS_VALUE, Action, Dataset, Observation, Provenance
from kesher.formats.statistics.structures import Structure, Structures, xml_faults
from kesher.formats.values import Unclean

#: Concepts that are attributes wherever they are used (SDMX cross-domain concepts 2009, 2016; structures of ECB, Eurostat, IMF,
#: OECD). The unit is not among them: at the OECD it is a dimension, and a dimension taken for an attribute mixes two series up,
#: while an attribute taken for a dimension mixes nothing up.
ATTRIBUTES = frozenset(
    (
        "ADJUST_DETAIL",
        "ACCESS_SHARING_LEVEL",
        "AVAILABILITY",
        "BASE_PER",
        "BREAKS",
        "COLLECTION",
        "COLL_METHOD",
        "COMMENT",
        "COMMENT_OBS",
        "COMMENT_TS",
        "COMPILATION",
        "COMPILING_ORG",
        "CONF_STATUS",
        "CONF_STATUS_OBS",
        "CONTACT_POINT",
        "COVERAGE",
        "DATA_COMP",
        "DECIMALS",
        "DEPARTMENT",
        "DISS_ORG",
        "DOM_SER_IDS",
        "EMBARGO_DATE",
        "EMBARGO_TIME",
        "FULL_DESCRIPTION",
        "KEYWORDS_DATASET",
        "LANGUAGE",
        "LAST_UPDATE",
        "NAT_TITLE",
        "OBS_COM",
        "OBS_COMMENT",
        "OBS_CONF",
        "OBS_FLAG",
        "OBS_NOTE",
        "OBS_PRE_BREAK",
        "OBS_STATUS",
        "PREF_SCALE",
        "PRE_BREAK_VALUE",
        "PUBLICATION_DATE",
        "PUBLISHER",
        "PUBL_ECB",
        "PUBL_MU",
        "PUBL_PUBLIC",
        "REF_PERIOD_DETAIL",
        "REPORTING_YEAR_START_DAY",
        "SCALE",
        "SECURITY_CLASSIFICATION",
        "SHORT_SOURCE_CITATION",
        "SOURCE_AGENCY",
        "SOURCE_DETAIL",
        "SOURCE_PUB",
        "SUGGESTED_CITATION",
        "TIME_FORMAT",
        "TIME_PER_COLLECT",
        "TITLE",
        "TITLE_COMPL",
        "TOPIC_DATASET",
        "UNIT_INDEX_BASE",
        "UNIT_MULT",
        "UPDATED",
        "UPDATE_DATE",
    )
)
_DATA = {
    "GenericData",
    "GenericTimeSeriesData",
    "StructureSpecificData",
    "StructureSpecificTimeSeriesData",
}
_TIME = "TIME_PERIOD"
_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ALL = "AllDimensions"


def local(tag: str) -> str:
    return tag.rpartition("}")[2]


def kind_of(file: StatisticsFile) -> tuple[str, str]:
    """The local name of the root and its name space. Raises :class:`UnreadableFile` for what is not XML."""
    with xml_faults(file.name), file.open() as stream:
        for _event, element in DefusedTree.iterparse(stream, events=("start",), forbid_dtd=True):
            space, _, name = str(element.tag).rpartition("}")
            return name, space.lstrip("{")
    raise UnreadableFile(file.name, say.XML_WRONG(why="no element"))


def read_sdmx_ml(
    file: StatisticsFile, ledger: Ledger, provenance: Provenance, structures: Structures
) -> Iterator[Observation]:
    """The observations of one data message. Raises :class:`UnreadableFile` for a message of another kind or version."""
    kind, space = kind_of(file)
    if "SDMX/resources/SDMXML/schemas/v1" in space or "/v1_0/" in space or "/v2_0/" in space:
        raise UnreadableFile(file.name, say.SDMX_TOO_OLD(version="1.0" if "/v1_0/" in space else "2.0"))
    if kind not in _DATA:
        raise UnreadableFile(file.name, say.NO_OBSERVATIONS_IN_KIND(kind=kind))
    message = _Message(file, Teller(file.name, ledger), provenance, structures)
    return message.observations()


@dataclass(slots=True)
class _Header:
    """What the head of a message says of each structure it uses, by its name within the message."""

    structures: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # -> (AGENCY:ID(VERSION), observation dimension)
    action: Action = Action.MERGE
    id: str = ""
    prepared: datetime | None = None


@dataclass(slots=True)
class _Message:
    file: StatisticsFile
    teller: Teller
    provenance: Provenance
    structures: Structures
    header: _Header = field(default_factory=_Header)
    seen: int = 0
    answers: list[str] = field(default_factory=list)

    def observations(self) -> Iterator[Observation]:
        path: list[Element] = []
        current: _DataSet | None = None
        with xml_faults(self.file.name), self.file.open() as stream:
            events = DefusedTree.iterparse(stream, events=("start", "end"), forbid_dtd=True)
            for event, element in events:
                name = local(element.tag)
                if event == "start":
                    path.append(element)
                    if name == "DataSet":
                        current = self._dataset(element)
                    elif name == "Series" and current is not None:
                        current.open_series(element)
                    continue
                path.pop()
                parent = path[-1] if path else None
                if name == "Header":
                    self._head(element)
                elif name == "Obs" and current is not None:
                    self.seen += 1
                    yield from current.observations(element, self.seen)
                    if parent is not None:
                        parent.remove(element)
                elif name in ("Series", "Group") and current is not None:
                    if name == "Group":
                        current.take_group(element)
                    if parent is not None:
                        parent.remove(element)
                    current.close_series()
                elif name in ("SeriesKey", "Attributes", "Comp", "Value") and current is not None:
                    current.part(name, element, parent)
                elif name == "DataSet":
                    if current is not None:
                        current.tell()
                    current = None
                    element.clear()
                elif name == "Footer":
                    self._foot(element)
        if not self.seen and self.answers:
            raise UnreadableFile(self.file.name, say.AGENCY_ANSWERS(why=" ".join(self.answers)))

    def _head(self, element: Element) -> None:
        for part in element:
            text = (part.text or "").strip()
            match local(part.tag):
                case "ID":
                    self.header.id = text
                case "Prepared":
                    self.header.prepared = moment(text)
                case "DataSetAction":
                    self.header.action = action_of(text)
                case "Structure":
                    name = part.get("structureID", "")
                    observation = part.get("dimensionAtObservation", _TIME)
                    self.header.structures[name] = (_reference(part), observation)

    def _dataset(self, element: Element) -> "_DataSet":
        named = next((value for key, value in element.attrib.items() if local(key) == "structureRef"), "")
        known = self.header.structures
        # some agencies write another name here than in their header; where there is one structure it is meant
        reference, observation = known.get(named) or (next(iter(known.values())) if len(known) == 1 else ("", _TIME))
        given = {local(key): value for key, value in element.attrib.items()}
        action = action_of(given["action"]) if "action" in given else self.header.action
        attributes = {
            key: value
            for key, value in given.items()
            if key not in {"structureRef", "dataScope", "type", "action", "setID", "noNamespaceSchemaLocation"}
        }
        provenance = replace(self.provenance, released=self.header.prepared or self.provenance.released)
        structure = self.structures.of(reference)
        return _DataSet(self.teller, provenance, reference, observation, structure, action, attributes)

    def _foot(self, element: Element) -> None:
        for message in element:
            texts = [part for part in message if local(part.tag) == "Text" and part.get(_LANGUAGE, "en") == "en"]
            self.answers += [(part.text or "").strip() for part in texts[:1]]


@dataclass(slots=True)
class _DataSet:
    """One data set while it is read: the open series, and the data set of records once its dimensions are known."""

    teller: Teller
    provenance: Provenance
    reference: str
    at_observation: str
    structure: Structure | None
    action: Action
    attributes: dict[str, str]
    series: dict[str, str] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)  # attributes of the open series
    in_series: bool = False
    datasets: dict[tuple[str, ...], Dataset] = field(default_factory=dict)
    groups: dict[tuple[str, ...], dict[tuple[str, ...], dict[str, str]]] = field(default_factory=dict)
    loose: list[dict[str, str]] = field(default_factory=list)  # groups read before any series told what is a dimension
    guessed: set[str] = field(default_factory=set)

    # --- pieces ---

    def open_series(self, element: Element) -> None:
        self.in_series = True
        self.series, self.notes = self._split({local(key): value for key, value in element.attrib.items()})

    def close_series(self) -> None:
        self.in_series, self.series, self.notes = False, {}, {}

    def part(self, name: str, element: Element, parent: Element | None) -> None:
        """A key, notes or a complex attribute of the open series; those of an observation are read with it."""
        if parent is None or local(parent.tag) != "Series":
            return
        if name == "SeriesKey":
            self.series = _values(element)
        elif name == "Attributes":
            self.notes |= _values(element)
        elif name == "Comp":
            self.notes[element.get("id", "")] = _complex(element)

    def take_group(self, element: Element) -> None:
        key: dict[str, str] = {}
        notes: dict[str, str] = {}
        generic = False
        for part in element:
            if local(part.tag) == "GroupKey":
                key, generic = _values(part), True
            elif local(part.tag) == "Attributes":
                notes = _values(part)
        if generic:
            self._group(key, notes)
        else:
            self.loose.append({local(name): value for name, value in element.attrib.items() if local(name) != "type"})

    def _group(self, key: Mapping[str, str], notes: Mapping[str, str]) -> None:
        names = tuple(sorted(key))
        self.groups.setdefault(names, {})[tuple(key[name] for name in names)] = dict(notes)

    def _grouped(self, key: Mapping[str, str]) -> dict[str, str]:
        if self.loose:  # now that a key is known: what of a group is in it is its key, the rest are its notes
            for group in self.loose:
                self._group(
                    {name: value for name, value in group.items() if name in key},
                    {name: value for name, value in group.items() if name not in key},
                )
            self.loose = []
        notes: dict[str, str] = {}
        for names, known in self.groups.items():
            try:
                notes |= known.get(tuple(key[name] for name in names), {})
            except KeyError:
                continue
        return notes

    def _split(self, given: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        """XML attributes of a series or a flat observation as (key, notes)."""
        key: dict[str, str] = {}
        notes: dict[str, str] = {}
        for name, value in given.items():
            if name in ("type", OBS_VALUE, "action"):
                continue
            if self.structure is not None:
                is_key = name in self.structure.dimensions or name == (self.structure.time or _TIME)
            else:
                is_key = name not in ATTRIBUTES
                if is_key and name != _TIME:
                    self.guessed.add(name)
            (key if is_key else notes)[name] = value
        return key, notes

    # --- observations ---

    def observations(self, element: Element, row: int) -> Iterator[Observation]:
        """One, or one for each measure where the structure has several (SDMX 3.0)."""
        key = dict(self.series)
        notes = dict(self.notes)
        value_text: str | None = None
        measures: dict[str, str] = {}
        for part in element:
            match local(part.tag):
                case "ObsDimension":
                    key[part.get("id") or self.at_observation] = part.get("value", "")
                case "ObsKey":
                    key |= _values(part)
                case "ObsValue":
                    value_text = part.get("value", "")
                case "Attributes":
                    notes |= _values(part)
                case "Comp":
                    notes[part.get("id", "")] = _complex(part)
        if element.attrib:
            given = {local(name): value for name, value in element.attrib.items()}
            value_text = given.get(OBS_VALUE, value_text)
            explicit = element.get(_TYPE, "").rpartition(":")[2]
            if explicit and self.at_observation not in (_TIME, _ALL) and self.at_observation not in given:
                key[self.at_observation] = explicit  # SDMX 2.1: the measure is the type of the element
            if self.structure is not None:
                for name in self.structure.measures:
                    if name != OBS_VALUE and name in given:
                        measures[name] = given.pop(name)
            own = given if not self.in_series else {n: v for n, v in given.items() if n != self.at_observation}
            if self.in_series and self.at_observation in given:
                key[self.at_observation] = given[self.at_observation]
                notes |= {n: v for n, v in own.items() if n not in (OBS_VALUE, "type", "action")}
            elif self.in_series:
                notes |= {n: v for n, v in own.items() if n not in (OBS_VALUE, "type", "action")}
            else:
                own_key, own_notes = self._split(own)
                key |= own_key
                notes |= own_notes
        if value_text is not None or not measures:
            measures = {OBS_VALUE: value_text or "", **measures}
        for measure, text in measures.items():
            found = self._made(dict(key), notes, text, measure, row)
            if found is not None:
                yield found

    def _made(
        self, key: dict[str, str], notes: dict[str, str], value_text: str, measure: str, row: int
    ) -> Observation | None:
        time = self.structure.time if self.structure is not None else None
        period: Period | None = None
        text = key.pop(_TIME, None) or (key.pop(time, None) if time else None)
        try:
            if text:
                period = parse_period(text)
            value, status = number_of(value_text)
        except Unclean as fault:
            self.teller.refuse(row, _TIME if text and period is None else measure, fault.said)
            return None
        key = {name: code for name, code in key.items() if name != _ALL}
        dataset = self._dataset_of(key)
        codes: list[str] = []
        for name in dataset.dimensions:
            code = key.get(name, "")
            if not code and not self.action & Action.DELETE:
                self.teller.refuse(row, name, say.DIMENSION_EMPTY(name=name))
                return None
            if code and self.structure is not None and not self.structure.knows(name, code):
                self.teller.refuse(row, name, say.CODE_NOT_IN_LIST(value=code, name=name))
                return None
            codes.append(code)
        if self.groups or self.loose:
            notes = self._grouped(key) | notes
        value, status = settled(value, status, notes, row, self.teller)
        return Observation(dataset, tuple(codes), period, value, status, row, measure, notes)

    def _dataset_of(self, key: Mapping[str, str]) -> Dataset:
        """The data set with these dimensions. Of one message there is one, unless its series differ in their keys."""
        names = self.structure.dimensions if self.structure is not None else tuple(key)
        found = self.datasets.get(names)
        if found is None:
            labels = self.structure.codes if self.structure is not None else {}
            found = self.datasets[names] = Dataset(
                id=self.reference or self.provenance.file,
                dimensions=names,
                provenance=self.provenance,
                structure=self.reference,
                action=self.action,
                labels=labels,
                attributes=self.attributes,
            )
        return found

    def tell(self) -> None:
        if self.guessed and self.datasets:
            self.teller.once(None, None, say.TAKEN_AS_DIMENSIONS(columns=sorted(self.guessed)), self.reference)


def _values(element: Element) -> dict[str, str]:
    """``<Value id="…" value="…"/>`` of a key or of notes."""
    return {part.get("id", ""): part.get("value", "") for part in element if local(part.tag) == "Value"}


def _complex(element: Element) -> str:
    """An attribute of several values (SDMX 3.0), or of words in several languages: joined by ``;``."""
    found: list[str] = []
    for value in element:
        texts = [part for part in value if local(part.tag) == "Text"]
        if texts:
            chosen = next((part for part in texts if part.get(_LANGUAGE, "en") == "en"), texts[0])
            found.append((chosen.text or "").strip())
        else:
            found.append((value.text or "").strip())
    return ";".join(found)


def _reference(element: Element) -> str:
    """``AGENCY:ID(VERSION)`` of a ``Structure`` of the header, by a ``Ref`` or by an URN."""
    for part in element.iter():
        if local(part.tag) == "Ref":
            return f"{part.get('agencyID', '')}:{part.get('id', '')}({part.get('version', '1.0')})"
        text = (part.text or "").strip()
        if text.startswith("urn:sdmx:"):
            return text.partition("=")[2]
    return ""


def action_of(word: str) -> Action:
    """SDMX's action: only a deletion and a replacement differ from merging for who stores."""
    return {"d": Action.DELETE, "r": Action.REPLACE}.get(word.strip().lower()[:1], Action.MERGE)


def moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
