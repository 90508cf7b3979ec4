"""Remarks of the importer: what was read well and cannot be taken in as it is. See :mod:`kesher.formats.remarks.say`."""

from kesher.formats.remarks import Remark
from kesher.formats.remarks import marked as _

AGES_CROSSED = Remark(
    "ages-crossed",
    _("The upper age ({highest}) is below the lower one ({lowest}); both were left out."),
    _("Correct them."),
)
NOT_A_PRICE = Remark(
    "not-a-price", _("A price is negative or beyond any price; it was left out."), _("Correct the amount.")
)
NOT_A_YEAR = Remark("not-a-year", _("{year} is no year of founding; it was left out."), _("Give a year such as 1998."))
NOT_A_COUNT_OF_PLACES = Remark(
    "not-a-count-of-places", _("{count} is no number of free places; it was left out."), _("Correct it.")
)
PLACES_CROSSED = Remark(
    "places-crossed",
    _("Free places: {free}, places in all: {all} ({unit}). The places in all were left out."),
    _("Correct one of the two numbers."),
)
CUT = Remark(
    "cut",
    _(
        "Values longer than {limit} characters: {count}. They were cut there; web and e-mail addresses were left out "
        "whole."
    ),
    _("Shorten them at the source."),
)
RECORD_TWICE = Remark(
    "record-twice",
    _("“{id}” stands in the file twice; the first was taken."),
    _("Give each record an id of its own."),
)
KEPT_AS_EDITED = Remark(
    "kept-as-edited",
    _("“{id}” has changed at its source but was edited here; ours was kept."),
    _("Look at both and decide; to follow the source again, undo the edit."),
)
KEPT_AS_MERGED = Remark(
    "kept-as-merged",
    _("“{id}” has changed at its source but was merged with another here; ours was kept."),
    _("Look at both and decide; to follow the source again, undo the merge."),
)
TERM_IN_ITSELF = Remark(
    "term-in-itself",
    _("The term “{code}” is, through its parents, its own parent."),
    _("Break the circle; the term was taken in without a parent."),
)
UNKNOWN_TERM = Remark(
    "unknown-term",
    _("The term “{code}” of the taxonomy “{taxonomy}” is not here; services were loaded without it."),
    _("Load the taxonomy, then this file again."),
)
NEARLY_A_TERM = Remark(
    "nearly-a-term",
    _("The term “{code}” of the taxonomy “{taxonomy}” is not here; services were loaded without it."),
    _("Did you mean “{near}”? Else load the taxonomy, then this file again."),
)
UNKNOWN_THEME = Remark(
    "unknown-theme",
    _("No theme here is called “{value}”. It was kept as a word of this list, under none of the portal’s themes."),
    _("Write a theme as the portal has it, in any of its languages."),
)
NEARLY_A_THEME = Remark(
    "nearly-a-theme",
    _("No theme here is called “{value}”. It was kept as a word of this list, under none of the portal’s themes."),
    _("Did you mean “{near}”? Write it so."),
)
UNKNOWN_PLACE = Remark(
    "unknown-place",
    _("No area here is called “{value}”. The row was taken in with that name alone."),
    _("Correct the spelling, or bring the area in first (page “Areas”) and send this file again."),
)
NEARLY_A_PLACE = Remark(
    "nearly-a-place",
    _("No area here is called “{value}”. The row was taken in with that name alone."),
    _("Did you mean “{near}”? Write it so."),
)
UNKNOWN_AREA_CODE = Remark(
    "unknown-area-code",
    _("No area here has the code “{code}” of the list “{list}”. The row was taken in with that code alone."),
    _("Correct the code, or bring the area in first (page “Areas”) and send this file again."),
)
UNKNOWN_LIST_OF_AREAS = Remark(
    "unknown-list-of-areas",
    _("No area of the list “{list}” is here. Rows were taken in with their codes alone."),
    _("Bring the areas of that list in first (page “Areas”) and send this file again."),
)
