"""ESCO, the European classification of skills, competences and occupations: official CSV releases in, arrays out.

    reading = read("esco-v1.1.1-classification-en.zip", "esco-v1.1.1-relations.zip")
    reading.taxonomy, reading.refusals

Where the files come from: https://esco.ec.europa.eu/en/use-esco/download (choose CSV). Whoever uses ESCO must say
:data:`NOTICE` where people can read it.
"""

from kesher.formats.esco.indexing import UnreadableIndex, faults_of, open_index, read_about, write_index
from kesher.formats.esco.reading import Reading, read, read_releases
from kesher.formats.esco.taxonomy import Concept, Label, Taxonomy, same
from kesher.formats.esco.texts import Texts
from kesher.formats.esco.upgrading import UpgradeReport, compare
from kesher.formats.esco.vocabulary import DOWNLOAD, NOTICE, ConceptKind, LabelRole, NoteKind, ReuseLevel, SkillType

__all__ = [
    "DOWNLOAD",
    "NOTICE",
    "Concept",
    "ConceptKind",
    "Label",
    "LabelRole",
    "NoteKind",
    "Reading",
    "ReuseLevel",
    "SkillType",
    "Taxonomy",
    "Texts",
    "UnreadableIndex",
    "UpgradeReport",
    "compare",
    "faults_of",
    "open_index",
    "read",
    "read_about",
    "read_releases",
    "same",
    "write_index",
]
