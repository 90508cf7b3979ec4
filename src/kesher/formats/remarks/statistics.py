"""Remarks of the readers of statistics: SDMX, JSON-stat, the CSV of statistical offices. See :mod:`.say`."""

from kesher.formats.remarks.core import Remark
from kesher.formats.remarks.core import marked as _

_AGAIN = _("Download the file again.")

# --- whole files -----------------------------------------------------------------------------------------------------

FORM_UNKNOWN = Remark(
    "form-unknown",
    _("It cannot be told which form of statistics this is."),
    _("Give SDMX, JSON-stat or a CSV of Eurostat, the OECD or the ILO, or say by a mapping file what its columns are."),
)
NO_OBSERVATIONS_IN_KIND = Remark(
    "no-observations-in-kind",
    _("It is an SDMX message of the kind “{kind}”, which holds no observations."),
    _("Give the data message. A structure message may stand beside it."),
)
SDMX_TOO_OLD = Remark(
    "sdmx-too-old", _("It is SDMX of version {version}, which is not read."), _("Ask for version 2.1 or 3.0.")
)
STRUCTURE_WRONG = Remark(
    "structure-wrong",
    _("The structure cannot be read ({why})."),
    _("Tell the agency that publishes it, or leave it out and read the data alone."),
)
XML_WRONG = Remark("xml-wrong", _("The XML is wrong ({why})."), _AGAIN)
XML_DECLARES = Remark(
    "xml-declares", _("The XML declares entities of its own, which is not allowed here."), _("Save it without DOCTYPE.")
)
AGENCY_ANSWERS = Remark(
    "agency-answers",
    _("Instead of data there is an answer of the agency ({why})."),
    _("Do what it says, and give the file that it names."),
)
ONLY_LINKS = Remark(
    "only-links",
    _("It holds no data, only links to other files ({count})."),
    _("Download these files and give them."),
)
DIMENSIONS_UNKNOWN = Remark(
    "dimensions-unknown",
    _("It cannot be told which of its columns are dimensions."),
    _("Give the structure message beside it, or name the dimensions."),
)
TAKEN_AS_DIMENSIONS = Remark(
    "taken-as-dimensions",
    _("No structure was given. These were taken as dimensions: {columns}."),
    _("Look whether they are. To be sure, give the structure message beside the data."),
)
MAPPED_COLUMN_NOT_THERE = Remark(
    "mapped-column-not-there",
    _("The column “{column}” of the mapping is not in the table, which has {columns}."),
    _("Correct its name in the one or the other."),
)
NO_OBSERVATION = Remark("no-observation", _("There is no observation in it."), _("Export the table again."))
NOT_OF_FORM = Remark("not-of-form", _("The file is not made as {form} is ({why})."), _AGAIN)

# --- one observation -------------------------------------------------------------------------------------------------

NOT_A_PERIOD = Remark(
    "not-a-period",
    _("“{value}” is not a period."),
    _("Write it like 2024, 2024-S1, 2024-Q1, 2024-05, 2024-W07 or 2024-05-31."),
)
CODE_NOT_IN_LIST = Remark(
    "code-not-in-list",
    _("“{value}” is not among the codes of {name}."),
    _("Correct the code, or give the newer list of codes."),
)
DIMENSION_EMPTY = Remark(
    "dimension-empty", _("The dimension {name} is empty."), _("Fill it in; a total has a code of its own.")
)
FLAG_UNKNOWN = Remark(
    "flag-unknown",
    _("The flag “{value}” is not known; it was kept as it stands."),
    _("Look up in the notes of the source what it means."),
)
CONFIDENTIAL = Remark(
    "confidential",
    _("The value is marked as confidential; it was left out."),
    _("Ask the source whether it may be used."),
)
POSITION_OUTSIDE = Remark("position-outside", _("It points at place {at} of {name}, which has only {count}."), _AGAIN)
ATTRIBUTES_ALONE = Remark(
    "attributes-alone", _("The row has notes and no value."), _("There is nothing to do: it is no observation.")
)
OBSERVATION_TWICE = Remark(
    "observation-twice",
    _("The same key and period stand in row {row} already, with another value or flag."),
    _("Keep one of the two, or add the dimension that tells them apart."),
)
CELLS_AND_VALUES = Remark("cells-and-values", _("There are {count} values for {cells} cells."), _AGAIN)

# --- packs: places and tables of a folder ----------------------------------------------------------------------------

PACK_FILE_MISSING = Remark(
    "pack-file-missing",
    _("The pack names this file, and it is not in the folder."),
    _("Give the folder that holds the folders of the pack, whole."),
)
PACK_COLUMN_MISSING = Remark(
    "pack-column-missing",
    _("The pack names the column “{column}”, and it is not in the table."),
    _("Look whether the source has changed its table, and correct the pack."),
)
BOUNDARIES_WRONG = Remark(
    "boundaries-wrong",
    _("The boundaries cannot be read ({why})."),
    _("Give GeoJSON with areas (Polygon, MultiPolygon) that have their code as a property."),
)
