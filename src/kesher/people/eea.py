"""Whether a file came from the European Economic Area: Israel's rules of 2023 for what is brought from there ask.

Set by what brings files in, where the file itself says so by a country (a Bundle, a Europass CV, a JSON Resume). Nothing
asks for it and nothing is decided by it: everybody's file is treated as those rules want it (erased when asked, kept no
longer than needed, kept right, told of), wherever it comes from.
"""

from typing import Final

from kesher.people.models import Person

#: The 27 of the Union, Iceland, Liechtenstein and Norway, with two letters and with three (ISO 3166-1); Greece also as the
#: Union itself writes it.
_CODES: Final = (
    "AT AUT BE BEL BG BGR CY CYP CZ CZE DE DEU DK DNK EE EST EL ES ESP FI FIN FR FRA GR GRC HR HRV HU HUN IE IRL IS ISL IT ITA"
    " LI LIE LT LTU LU LUX LV LVA MT MLT NL NLD NO NOR PL POL PT PRT RO ROU SE SWE SI SVN SK SVK"
)
EEA: Final = frozenset(_CODES.split())


def is_there(country: str) -> bool:
    """Whether a country, as a file gives it (a code of two or three letters), is of the area."""
    return country.strip().upper() in EEA


def came_from_there(person: Person) -> None:
    """The file says so, or a part of it. Twice is once; it is never taken back, for what came from there stays in the file."""
    if not person.from_eea:
        person.from_eea = True
        person.save(update_fields=["from_eea", "updated_at"])
