"""Every remark of the readers: code, what is wrong, what to do.

A code is never given another meaning and never taken away while reports that hold it are kept (three years). A sentence may be
worded better: its translations follow (``make messages``).
"""

from kesher.formats.remarks.core import Remark
from kesher.formats.remarks.core import marked as _

# --- one value -------------------------------------------------------------------------------------------------------

_WEB = _("Give one address, like https://example.org/page.")
TEXT_EXPECTED = Remark("text-expected", _("“{value}” is not text."), _("Write words there."))
NUMBER_TOO_LONG = Remark("number-too-long", _("The number is too long."), _("Write words there."))
TEXT_TOO_LONG = Remark("text-too-long", _("The text has {count} characters, more than {limit}."), _("Shorten it."))
TEXT_TOO_SHORT = Remark("text-too-short", _("The text has {count} characters, fewer than {limit}."), _("Rewrite it."))
NOT_ONE_WEB_ADDRESS = Remark("not-one-web-address", _("“{value}” is not one web address."), _WEB)
NOT_A_WEB_ADDRESS = Remark("not-a-web-address", _("“{value}” is not a web address."), _WEB)
NOT_HTTP = Remark("not-http", _("“{value}” is not an http or https address."), _WEB)
NO_HOST = Remark("no-host", _("“{value}” has no valid host name."), _WEB)
PASSWORD_IN_ADDRESS = Remark("password-in-address", _("“{value}” holds a user name or password."), _("Leave them out."))
NOT_AN_EMAIL = Remark(
    "not-an-email", _("“{value}” is not one e-mail address."), _("Give one address, like name@example.org.")
)
NOT_A_TIME = Remark("not-a-time", _("“{value}” is not a time of day."), _("Write it like 09:30 or 9:30am."))
NOT_A_DATE = Remark("not-a-date", _("“{value}” is not a date."), _("Write it like 2024-01-31."))
TWO_DATES = Remark("two-dates", _("“{value}” may be read as two different days."), _("Write it like 2024-01-31."))
NOT_A_MOMENT = Remark("not-a-moment", _("“{value}” is not a date and time."), _("Write it like 2024-01-31T09:30:00Z."))
OUTSIDE_THE_CALENDAR = Remark("outside-the-calendar", _("“{value}” is outside the calendar."), _("Check the year."))
NOT_A_FLAG = Remark("not-a-flag", _("“{value}” is neither true nor false."), _("Write true or false."))
NUMBER_EXPECTED = Remark("number-expected", _("A number was expected, not true or false."), _("Write a number."))
NOT_A_NUMBER_WE_TAKE = Remark("not-a-number-we-take", _("“{value}” is not a number we can take."), _("Write a number."))
NOT_A_NUMBER = Remark("not-a-number", _("“{value}” is not a number."), _("Write digits, with a point before decimals."))
TOO_MANY_DIGITS = Remark(
    "too-many-digits", _("“{value}” is not a number we can take."), _("Write at most {digits} digits.")
)
OUT_OF_BOUNDS = Remark("out-of-bounds", _("“{value}” is not between {lowest} and {highest}."), _("Correct the number."))
TOO_LOW = Remark("too-low", _("“{value}” is below {lowest}."), _("Correct the number."))
TOO_HIGH = Remark("too-high", _("“{value}” is above {highest}."), _("Correct the number."))
NOT_WHOLE = Remark("not-whole", _("“{value}” is not a whole number."), _("Write a whole number."))
NOT_A_PHONE = Remark("not-a-phone", _("“{value}” is not a phone number."), _("Write one number, with its area code."))
NOT_A_WHOLE_PHONE = Remark(
    "not-a-whole-phone", _("“{value}” is not a whole phone number."), _("Write it with its area code.")
)
WORDS_BESIDE_PHONE = Remark(
    "words-beside-phone", _("Words stand beside the phone number."), _("Keep numbers only in this column.")
)
NOT_A_COUNTRY = Remark(
    "not-a-country", _("“{value}” is not a country code."), _("Write the two letters of ISO 3166, like IL.")
)
NOT_A_CURRENCY = Remark(
    "not-a-currency", _("“{value}” is not a currency code."), _("Write the three letters of ISO 4217, like ILS.")
)
NOT_A_LANGUAGE = Remark(
    "not-a-language", _("“{value}” is not a language code."), _("Use a code of BCP 47, like he or es.")
)
CANNOT_BE_TAKEN = Remark("cannot-be-taken", _("“{value}” cannot be taken ({why})."), _("Correct it in the file."))

# --- files and archives ----------------------------------------------------------------------------------------------

FILE_BROKEN = Remark("file-broken", _("The file cannot be read to its end ({why})."), _("Export or upload it again."))
CANNOT_OPEN = Remark("cannot-open", _("The file cannot be opened ({why})."), _("Check its name and rights."))
FILE_EMPTY = Remark("file-empty", _("The file is empty."), _("Export it again."))
FILE_TOO_LARGE = Remark("file-too-large", _("The file holds {size} bytes, more than {limit}."), _("Split it."))
NOT_A_TABLE = Remark("not-a-table", _("It is not a table we read."), _("Save it as CSV UTF-8 or .xlsx."))
LINK_OUT = Remark("link-out", _("The file is a link that leads out of the folder."), _("Put the file itself there."))
NOT_A_ZIP = Remark("not-a-zip", _("The file is named .zip but is not a zip archive."), _("Pack it again."))
ZIP_BROKEN = Remark("zip-broken", _("The zip archive is damaged or cut short ({why})."), _("Pack or upload it again."))
PATH_OUT = Remark(
    "path-out", _("The archive holds a path that leads out of it: “{path}”."), _("Pack the folder again.")
)
MEMBER_LOCKED = Remark("member-locked", _("“{name}” is locked with a password."), _("Pack it without a password."))
MEMBER_PACKED = Remark(
    "member-packed",
    _("“{name}” unpacks to {times} times its size."),
    _("No real table does that; pack the files again."),
)
MEMBER_TWICE = Remark("member-twice", _("The archive holds “{name}” twice."), _("Keep one of them."))
TOO_MANY_FILES = Remark("too-many-files", _("{count} files are more than {limit}."), _("Send fewer, larger files."))
MEMBER_TOO_LARGE = Remark("member-too-large", _("One file unpacks to more than {limit} bytes."), _("Split it."))
ALL_TOO_LARGE = Remark("all-too-large", _("All together unpacks to more than {limit} bytes."), _("Split it."))
ENCODING_UNKNOWN = Remark(
    "encoding-unknown", _("The file is not text in an encoding we know."), _("Save it as CSV UTF-8.")
)
NOT_UTF8 = Remark("not-utf8", _("The file is not UTF-8 (byte {byte})."), _("Save it as UTF-8."))
NUL_INSIDE = Remark("nul-inside", _("The file holds NUL characters."), _("Save it anew as UTF-8."))

# --- tables: CSV and workbooks ---------------------------------------------------------------------------------------

FIRST_ROW_BROKEN = Remark(
    "first-row-broken", _("The first row cannot be read ({why})."), _("Put the column names there.")
)
FIRST_ROW_EMPTY = Remark(
    "first-row-empty", _("The first row, which names the columns, is empty."), _("Put the column names there.")
)
TOO_MANY_COLUMNS = Remark("too-many-columns", _("{count} columns are more than {limit}."), _("Check the delimiter."))
COLUMN_TWICE = Remark("column-twice", _("The column “{column}” is there twice."), _("Rename or delete one."))
COLUMN_MISSING = Remark(
    "column-missing", _("The column “{column}” is missing."), _("Export the file again with all its columns.")
)
ROW_BROKEN = Remark("row-broken", _("The row cannot be read ({why})."), _("Look for a quote never closed."))
QUOTE_OPEN = Remark(
    "quote-open", _("A quote opened in this row is never closed."), _("Close it, or double a quote in text.")
)
CELLS_TOO_MANY = Remark(
    "cells-too-many",
    _("The row has {count} cells, the header {width}."),
    _("Put cells that hold the delimiter in quotes."),
)
TABLE_TWICE = Remark("table-twice", _("“{file}” is the same table."), _("Keep one of them."))
FORMULA = Remark(
    "formula", _("The cell holds a formula, which we do not compute."), _("Copy the cell and paste it as a value.")
)
CELL_ERROR = Remark("cell-error", _("The cell holds the error {value}."), _("Correct or empty the cell."))
WORKBOOK_BROKEN = Remark(
    "workbook-broken",
    _("The workbook cannot be read ({why})."),
    _("Open it in a spreadsheet program and save it anew as .xlsx."),
)
NOT_A_WORKBOOK = Remark(
    "not-a-workbook",
    _("The file is not a whole .xlsx workbook ({why})."),
    _("Upload it again, or save it anew as .xlsx or CSV."),
)
WORKBOOK_TOO_LARGE = Remark(
    "workbook-too-large", _("The workbook unpacks to {size} bytes."), _("Delete empty rows, or save it as CSV.")
)
WORKBOOK_LOCKED = Remark(
    "workbook-locked", _("The workbook is locked with a password."), _("Save it without a password.")
)
SHEET_PACKED = Remark("sheet-packed", _("“{name}” unpacks to hundreds of times its size."), _("Save the sheet as CSV."))
SHEET_TOO_WIDE = Remark("sheet-too-wide", _("“{sheet}” has {count} columns."), _("Keep at most {limit}."))
SHEET_TOO_LONG = Remark("sheet-too-long", _("“{sheet}” has over {limit} rows."), _("Save it as CSV."))
NO_HEADER_ROW = Remark("no-header-row", _("No sheet has a header row."), _("Name the columns in the first row."))
NO_SHEET = Remark("no-sheet", _("There is no sheet “{sheet}” with a header."), _("Name it in the mapping file."))
ONE_TABLE = Remark("one-table", _("One table (.csv or .xlsx) was expected, {count} are there."), _("Give one table."))

# --- a town's own table and its mapping file -------------------------------------------------------------------------

NO_SERVICE = Remark("no-service", _("There is no service below the header."), _("Export the table again."))
COLUMN_UNKNOWN = Remark(
    "column-unknown",
    _("The column “{column}” is not known; it was not read."),
    _("Rename it as in the template, or put it into the mapping file."),
)
NO_NAME_COLUMN = Remark(
    "no-name-column",
    _("No column is the name of a service (name, name_en, name_he …)."),
    _("Use the template's columns, or give a mapping file."),
)
MAPPED_COLUMN_MISSING = Remark(
    "mapped-column-missing",
    _("The column “{column}” of {file}, line {line}, is not in the table."),
    _("Correct its name in the one or the other."),
)
NO_SERVICE_NAME = Remark("no-service-name", _("The service has no name."), _("Fill in its name."))
KEY_TWICE = Remark(
    "key-twice", _("The row has the key of row {row}."), _("Delete one of them, or give each its own key.")
)
NO_KEY = Remark("no-key", _("The key is empty."), _("Fill it in."))
REQUIRED = Remark("required", _("It is required and is empty."), _("Fill it in."))
NOT_IN_MAPPING = Remark(
    "not-in-mapping", _("“{value}” is not among the values of the mapping."), _("Use one of: {choices}.")
)
NO_LONGITUDE = Remark("no-longitude", _("The longitude is missing; the point was left out."), _("Give both."))
NO_LATITUDE = Remark("no-latitude", _("The latitude is missing; the point was left out."), _("Give both."))
HOURS_UNEVEN = Remark(
    "hours-uneven", _("There are {opens} opening and {closes} closing hours."), _("Give one for the other.")
)
WRONG_FORM = Remark(
    "wrong-form", _("“{value}” does not have the form {form}."), _("Correct it, or the mapping's format.")
)
NOT_A_STATUS = Remark("not-a-status", _("“{value}” is not a status."), _("Use one of: {choices}."))
NOT_A_DAY = Remark("not-a-day", _("“{value}” is not a day of the week."), _("Write days like Sun-Thu or Mon, Wed."))
NOT_A_REFERRER = Remark(
    "not-a-referrer", _("“{value}” does not say who may refer."), _("Write self, professional or both.")
)
NO_LETTERS = Remark("no-letters", _("“{value}” has no letters."), _("Write a word."))
NOT_ONE_MAPPING = Remark("not-one-mapping", _("It is not one mapping file."), _("Give one YAML or JSON file."))
NO_MAPPING = Remark("no-mapping", _("It holds no mapping of columns."), _("Begin with “columns:”; see the guide."))
MAPPING_WRONG = Remark(
    "mapping-wrong", _("Something in the mapping file is wrong: {why}."), _("Correct these lines of the mapping file.")
)
YAML_TOO_LONG = Remark("yaml-too-long", _("The file has {count} characters."), _("Keep it below {limit}."))
YAML_WRONG = Remark("yaml-wrong", _("Line {line}: {why}."), _("Correct the file; indent with blanks."))
YAML_BROKEN = Remark("yaml-broken", _("The file cannot be read ({why})."), _("Write it anew."))
YAML_KEY = Remark("yaml-key", _("Line {line}: a key must be a word."), _("Quote it."))
YAML_KEY_TWICE = Remark("yaml-key-twice", _("Line {line}: “{key}” is there twice."), _("Delete one of them."))

# --- a table of areas ------------------------------------------------------------------------------------------------

NO_AREA_TABLE = Remark(
    "no-area-table",
    _("No table in it has the columns code, level and a name (name_en, name_he …)."),
    _("Name them so in the first row; the template shows how."),
)
AREA_COLUMN_UNKNOWN = Remark(
    "area-column-unknown",
    _("The column “{column}” is not known; it was not read."),
    _("Rename it as in the template."),
)
NO_AREA = Remark("no-area", _("There is no area below the header."), _("Export the table again."))
AREA_CODE_TWICE = Remark(
    "area-code-twice",
    _("The code “{code}” stands in row {row} already."),
    _("Give each area a code of its own, or delete one row."),
)
NO_AREA_NAME = Remark("no-area-name", _("The area has no name in any language."), _("Fill in one at least."))
HALF_A_CENTRE = Remark("half-a-centre", _("Of latitude and longitude one is missing."), _("Give both or none."))
NOT_AN_AREA_CODE = Remark("not-an-area-code", _("“{value}” is no code."), _("Write it without blanks and without /."))
NOT_A_LIST_OF_CODES = Remark(
    "not-a-list-of-codes",
    _("“{value}” is no name for a list of codes."),
    _("Use small letters, digits and hyphens: il-cbs-locality."),
)
NOT_A_LEVEL = Remark("not-a-level", _("“{value}” is no level."), _("Use one of: {choices}."))
CODE_IN_LISTS = Remark(
    "code-in-lists",
    _("The code “{code}” is in several lists: {lists}."),
    _("Name the list in the column parent_scheme."),
)
NO_SUCH_AREA = Remark(
    "no-such-area",
    _("There is no area with the code “{code}”, neither in the file nor here."),
    _("Add its row, or correct the code."),
)
AREA_IN_ITSELF = Remark("area-in-itself", _("Through its parents the area lies in itself."), _("Break the circle."))
LEVELS_CROSSED = Remark(
    "levels-crossed",
    _("An area of the level “{level}” cannot lie in one of the level “{above}”."),
    _("From small to large the levels are: {levels}."),
)
AREA_TOO_DEEP = Remark("area-too-deep", _("It lies in too many areas to be kept."), _("Leave out a level."))
SAME_PLACE = Remark(
    "same-place",
    _("Another area with the code “{code}” lies in the same place, from the list “{list}”."),
    _("One place has one row: use the list of codes it is in already (scheme)."),
)
TOO_SMALL_FOR = Remark(
    "too-small-for",
    _("“{code}” of the level “{level}” lies in it, for which “{above}” is too small."),
    _("Correct the level, or give the rows of what lies in it too."),
)

# --- documents: CVs and certificates ---------------------------------------------------------------------------------

_AS_DOCUMENT = _("Open it in the program it was made with, and save it as .docx or PDF.")
_OR_PASTE = _("Save it anew as .docx or as a plain PDF, or paste its text.")
_ONLY_THE_CV = _("Send only the CV or the certificate.")
DOCUMENT_TOO_LARGE = Remark(
    "document-too-large", _("The file is larger than {limit} MB."), _("Send it without pictures, or paste its text.")
)
DOCUMENT_KIND_UNKNOWN = Remark(
    "document-kind-unknown", _("We do not read this kind of file."), _("Send a PDF, a .docx or plain text.")
)
DOCUMENT_OF_OTHER_PROGRAM = Remark(
    "document-of-other-program", _("The file was made by a word processor, but it is not a .docx."), _AS_DOCUMENT
)
DOCUMENT_IS_PICTURE = Remark(
    "document-is-picture",
    _("The file is a picture, and we do not read text from pictures."),
    _("Send the PDF or .docx it was made from, or type the text."),
)
DOCUMENT_MISNAMED = Remark(
    "document-misnamed", _("The name ends in {named}, but the file is another kind: {found}."), _("Correct its name.")
)
DOCUMENT_LOCKED = Remark(
    "document-locked", _("The file is locked with a password."), _("Save it without a password and send it again.")
)
DOCUMENT_WITHOUT_TEXT = Remark(
    "document-without-text",
    _("There is no text in the file, only pictures or empty pages."),
    _("Send the file it was made from, or type the text."),
)
DOCUMENT_TOO_MANY_PAGES = Remark("document-too-many-pages", _("The file has more than {limit} pages."), _ONLY_THE_CV)
DOCUMENT_TEXT_TOO_LONG = Remark(
    "document-text-too-long", _("The text is longer than {limit} characters."), _ONLY_THE_CV
)
DOCUMENT_TOO_SLOW = Remark("document-too-slow", _("The file could not be read within {seconds} seconds."), _OR_PASTE)
DOCUMENT_TOO_HEAVY = Remark("document-too-heavy", _("Reading the file needs more memory than we allow."), _OR_PASTE)
DOCUMENT_UNPACKS_TOO_LARGE = Remark(
    "document-unpacks-too-large", _("The file unpacks to far more than a document holds."), _OR_PASTE
)
DOCUMENT_HIDES_DEFINITIONS = Remark(
    "document-hides-definitions", _("The file holds definitions that no document needs."), _OR_PASTE
)
DOCUMENT_BROKEN = Remark("document-broken", _("The file is damaged and cannot be read ({why})."), _OR_PASTE)
DOCUMENT_READER_MISSING = Remark(
    "document-reader-missing",
    _("This portal cannot read such files: {program} is not installed."),
    _("Paste the text. Whoever runs the portal can install the extra “docs”."),
)

# --- papers that are kept as they are: proofs, CVs, letters -----------------------------------------------------------

_PHOTOGRAPH = _("Photograph the paper, or save it as a plain PDF, and send that.")
PAPER_EMPTY = Remark("paper-empty", _("The file is empty."), _("Choose it again."))
PAPER_TOO_LARGE = Remark("paper-too-large", _("The file is larger than {limit} MB."), _PHOTOGRAPH)
PAPER_KIND_NOT_KEPT = Remark(
    "paper-kind-not-kept",
    _("This kind of file is not kept here."),
    _("Send a PDF, a picture (JPEG or PNG) or a .docx."),
)
PAPER_BROKEN = Remark("paper-broken", _("The file is damaged and cannot be opened."), _PHOTOGRAPH)
PAPER_HOLDS_MORE = Remark(
    "paper-holds-more", _("Inside the file is a program or another file, so it is not kept."), _PHOTOGRAPH
)
PAPER_TOO_HEAVY = Remark("paper-too-heavy", _("Opening the file takes more than we allow."), _PHOTOGRAPH)
PAPER_TOO_MANY_PAGES = Remark(
    "paper-too-many-pages", _("The file has more than {limit} pages."), _("Send only the pages that matter.")
)
PAPER_PICTURE_TOO_LARGE = Remark(
    "paper-picture-too-large",
    _("The picture has more than {limit} million points."),
    _("Set the camera to smaller pictures, and take it again."),
)
