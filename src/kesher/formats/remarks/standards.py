"""Remarks of the readers of standards: JSON, HSDS, data·inclusion, Israel's and Toronto's directories. See :mod:`.say`."""

from kesher.formats.remarks.core import Remark
from kesher.formats.remarks.core import marked as _

# --- JSON ------------------------------------------------------------------------------------------------------------

JSON_WRONG = Remark("json-wrong", _("The JSON is wrong at character {at}: {why}."), _("Export the file again."))
JSON_BROKEN = Remark("json-broken", _("The JSON is broken ({why})."), _("Export it again."))
JSON_TOO_DEEP = Remark("json-too-deep", _("The JSON is nested too deep."), _("Export it a few levels deep."))
JSON_CUT = Remark("json-cut", _("The JSON is cut short."), _("Export or upload the file again."))
NOT_TEXT = Remark("not-text", _("The file is not text."), _("Save it as UTF-8."))
LINE_NOT_JSON = Remark("line-not-json", _("The line is not JSON ({why})."), _("Write one whole JSON object per line."))
NO_JSON_LINE = Remark("no-json-line", _("No line of it is a JSON object."), _("Write one whole JSON object per line."))
NOT_AN_OBJECT = Remark("not-an-object", _("This is not an object."), _("Write each record as a JSON object."))
LIST_EXPECTED = Remark("list-expected", _("A list was expected here."), _("Write a list, in square brackets."))
OBJECT_EXPECTED = Remark("object-expected", _("An object was expected here."), _("Write a JSON object, in braces."))

# --- HSDS ------------------------------------------------------------------------------------------------------------

NEITHER_JSON_NOR_CSV = Remark(
    "neither-json-nor-csv",
    _("There is neither JSON nor CSV in it."),
    _("Give HSDS as .json, or a folder or zip of .csv files."),
)
NO_JSON = Remark("no-json", _("There is no JSON in it."), _("Give HSDS objects as .json files."))
NO_HSDS_TABLE = Remark(
    "no-hsds-table",
    _("There is no table of HSDS in it."),
    _("Give services.csv, organizations.csv and locations.csv."),
)
NO_HSDS_OBJECT = Remark(
    "no-hsds-object", _("There is no HSDS object in it."), _("Give services, organizations or locations.")
)
TABLE_NOT_READ = Remark("table-not-read", _("This table is none that we read from HSDS."), _("There is nothing to do."))
NO_ID_COLUMN = Remark("no-id-column", _("The table has no column 'id'."), _("Name it in the first row."))
UNKNOWN_OBJECT = Remark(
    "unknown-object",
    _("It cannot be told what this object is."),
    _("Put it into a folder or file named services, organizations, locations or taxonomy_terms."),
)
TABLE_OF_NOBODY = Remark(
    "table-of-nobody",
    _("The table does not say to what its rows belong (one of {columns})."),
    _("Add the column."),
)
ROW_OF_NOBODY = Remark(
    "row-of-nobody",
    _("The row does not say to what it belongs."),
    _("Send what it belongs to, or correct the id."),
)
POINTS_NOWHERE = Remark(
    "points-nowhere",
    _("It points at “{id}”, which is not in the file."),
    _("Send what it belongs to, or correct the id."),
)
SAME_ID = Remark("same-id", _("Another record has the same id."), _("Give each record an id of its own."))
NO_ID = Remark("no-id", _("The record has no id."), _("Give each record an id of its own."))
NO_NAME = Remark("no-name", _("The record has no name that can be read."), _("Give it a name."))
NO_TERM_NAME = Remark("no-term-name", _("The term has no name."), _("Give it a name."))
NO_LOCATION = Remark("no-location", _("The row names no location."), _("Give its id."))
AGES_REVERSED = Remark("ages-reversed", _("The lowest age is above the highest."), _("Correct one of the two."))
CAPACITY_INCOMPLETE = Remark(
    "capacity-incomplete",
    _("A capacity needs a unit, the number available and when it was counted."),
    _("Give unit, available and updated."),
)
NOT_A_REFERRAL_MODE = Remark("not-a-referral-mode", _("“{value}” is unknown."), _("Use self or professional."))
TAXONOMY_LEFT_OUT = Remark(
    "taxonomy-left-out",
    _(
        "The taxonomy “{name}” is not known to be free to pass on: its terms ({terms}) and the links of records to them "
        "({links}) are left out."
    ),
    _("Re-code the services to Open Eligibility, or have the taxonomy added to those allowed."),
)
TAXONOMY_WITHOUT_NAME = Remark(
    "taxonomy-without-name",
    _(
        "A taxonomy without a name is not known to be free to pass on: its terms ({terms}) and the links of records to "
        "them ({links}) are left out."
    ),
    _("Re-code the services to Open Eligibility, or have the taxonomy added to those allowed."),
)
TAKEN_AS_INACTIVE = Remark(
    "taken-as-inactive",
    _("“{value}” is not a status of HSDS; the service is taken as inactive."),
    _("Use active, inactive, defunct or temporarily closed."),
)
NOT_A_WEEKDAY = Remark(
    "not-a-weekday", _("“{value}” is not a weekday."), _("Use MO, TU, WE, TH, FR, SA, SU, with commas.")
)
NOT_A_FREQUENCY = Remark("not-a-frequency", _("“{value}” is not a frequency of HSDS."), _("Use WEEKLY or MONTHLY."))
NOT_A_LOCATION_TYPE = Remark(
    "not-a-location-type", _("“{value}” is not a type of HSDS."), _("Use physical, postal or virtual.")
)
NOT_A_CEFR_LEVEL = Remark(
    "not-a-cefr-level", _("“{value}” is not a level of the CEFR."), _("Use A1, A2, B1, B2, C1 or C2.")
)

# --- data·inclusion --------------------------------------------------------------------------------------------------

NOT_A_DATASET = Remark(
    "not-a-dataset", _("It is neither .xlsx nor JSON nor NDJSON."), _("Give the dataset in one of these forms.")
)
NO_SHEET_OF_SERVICES = Remark(
    "no-sheet-of-services",
    _("There is no sheet “Structures” or “Services” (sheets: {sheets})."),
    _("Name the sheets so."),
)
FIRST_COLUMN_READ = Remark(
    "first-column-read",
    _("The column “{column}” is there twice; the first was read."),
    _("Delete the other."),
)
COLUMN_NOT_OF_SCHEMA = Remark(
    "column-not-of-schema",
    _("The column “{column}” is not one of the schema; it was not read."),
    _("Rename or delete it."),
)
HEADED_BY_A_DATE = Remark(
    "headed-by-a-date",
    _(
        "Column {number} is headed by the date {date}, not by a name; as all its cells are dates it was read as date_maj."
    ),
    _("Write date_maj into the cell."),
)
NOT_A_LIST = Remark("not-a-list", _("“{name}” is not a list."), _("Put the records in a JSON array."))
NO_RECORD_LIST = Remark(
    "no-record-list",
    _("It holds no list of structures or services."),
    _("Give a JSON array, or an object with both lists."),
)
NOT_A_RECORD = Remark("not-a-record", _("“{value}” is not a record."), _("Write a JSON object with its fields."))
NO_RECORD = Remark("no-record", _("No structure and no service is in it."), _("Export it again."))
ID_TAKEN = Remark(
    "id-taken",
    _("The id “{id}” is there already, in row {row} of {file}."),
    _("Give each its own id, or delete one of them."),
)
NAME_ENDS_WITH_STOP = Remark(
    "name-ends-with-stop", _("The name ends with a full stop."), _("It was taken in without it.")
)
DATE_TOO_OLD = Remark(
    "date-too-old", _("The date of last change is before the year 2000."), _("Correct it in the file.")
)
DATE_TO_COME = Remark("date-to-come", _("The date of last change lies in the future."), _("Correct it in the file."))
EVERYONE_AND_OTHERS = Remark(
    "everyone-and-others",
    _("“tous-publics” (everyone) stands beside other groups, which contradicts it."),
    _("Correct it in the file."),
)
NOT_A_ZONE = Remark(
    "not-a-zone",
    _("“{value}” is not the code of a commune, département, EPCI or country."),
    _("Give INSEE codes, like 59350, 59 or france, with commas between them."),
)
NOT_IN_SHORT_LIST = Remark(
    "not-in-short-list", _("“{value}” is not a code of the list {list}."), _("Use one of: {choices}.")
)
NEARLY_IN_SHORT_LIST = Remark(
    "nearly-in-short-list",
    _("“{value}” is not a code of the list {list}."),
    _("Did you mean “{near}”? Use one of: {choices}."),
)
NOT_IN_LONG_LIST = Remark(
    "not-in-long-list", _("“{value}” is not a code of the list {list}."), _("Use a code of the reference list.")
)
NEARLY_IN_LONG_LIST = Remark(
    "nearly-in-long-list",
    _("“{value}” is not a code of the list {list}."),
    _("Did you mean “{near}”? Use a code of the reference list."),
)
NOT_SO_MANY_DIGITS = Remark(
    "not-so-many-digits", _("“{value}” is not a code of {digits} digits."), _("Give {digits} digits.")
)
WRONG_KIND = Remark(
    "wrong-kind",
    _("“{value}” is not what this field holds."),
    _("Write one value as text, or a list for a list."),
)
POINT_OUT_OF_BOUNDS = Remark(
    "point-out-of-bounds",
    _("“{value}” is not between {lowest} and {highest}; the point was left out."),
    _("Give both in degrees, latitude 48.85, longitude 2.35."),
)
NO_STRUCTURE = Remark(
    "no-structure",
    _("No structure with the id “{id}” was read."),
    _("Add the structure, or mend the id; the service was taken in without organisation."),
)

# --- Israel ----------------------------------------------------------------------------------------------------------

NO_DIRECTORY = Remark(
    "no-directory",
    _("Neither {departments} nor {clinics} nor a taxonomy (.yaml) is there."),
    _("Give the folder that holds them, with the files named so."),
)
NO_ROW = Remark("no-row", _("There is no row below the header."), _("Export it again."))
TWO_TAXONOMIES = Remark("two-taxonomies", _("There are two taxonomies (.yaml)."), _("Keep one of them."))
NO_LIST_OF_TERMS = Remark(
    "no-list-of-terms", _("It holds no list of terms."), _("Give Open Eligibility's taxonomy.tx.yaml.")
)
NO_TERM = Remark("no-term", _("It holds no term that can be read."), _("Give Open Eligibility's taxonomy.tx.yaml."))
NOT_A_LIST_OF_TERMS = Remark("not-a-list-of-terms", _("It is not a list of terms."), _("Begin each with a hyphen."))
TERM_TWICE = Remark("term-twice", _("The code “{code}” is there twice."), _("Keep one of them."))
NOT_A_TERM = Remark("not-a-term", _("A term is not a mapping."), _("Give it a slug and a name."))
TERM_INCOMPLETE = Remark("term-incomplete", _("A term has no slug or no name."), _("Give it both."))
NO_DEPARTMENT_NAME = Remark("no-department-name", _("The department has no name."), _("Fill in its name."))
DEPARTMENT_TWICE = Remark(
    "department-twice", _("The department is there already, in row {row}."), _("Delete one of the rows.")
)
CODE_SHARED = Remark(
    "code-shared",
    _("The code {code} is that of the department in row {row} too."),
    _("Give each its own code; this one was told apart by its name."),
)
NO_CLINIC_NAME = Remark("no-clinic-name", _("The clinic has no name."), _("Fill in its name."))
SAME_ROW = Remark("same-row", _("The row is the same as row {row}."), _("Delete one of them."))
SAME_CLINIC = Remark(
    "same-clinic",
    _("Fund, clinic, town, address and audience are those of row {row}."),
    _("Make one row of the two, or tell them apart."),
)
AUTHORITY_INCOMPLETE = Remark("authority-incomplete", _("The authority has no number or no name."), _("Fill in both."))
NUMBER_SHARED = Remark("number-shared", _("The number {number} is that of “{name}” too."), _("Correct the number."))
NAMES_DIFFER = Remark(
    "names-differ",
    _("The full name “{name}” is not one of “{short}”; the short one was taken."),
    _("Correct the name."),
)

# --- Toronto ---------------------------------------------------------------------------------------------------------

ONE_CSV = Remark("one-csv", _("One CSV was expected, {count} are there."), _("Give refugee_services_211.csv."))
ID_TWICE = Remark("id-twice", _("The id “{id}” is there already."), _("Keep one of them."))
NOT_A_CITY_LINE = Remark(
    "not-a-city-line",
    _("The last line is not city, province and postal code."),
    _("Write it like “Toronto, ON M5S 2P1”; the address was kept as it stands."),
)
