"""Which locality and which authority a Hebrew name means, and what an Israeli address line says.

Names differ between the lists in points, hyphens, doubled letters and abbreviations; they are compared without these,
and the abbreviations that occur are listed. A name that matches nothing stays a name without a code.
"""

import re
from dataclasses import dataclass, field

from kesher.formats.files import Ledger, Table
from kesher.formats.records import AreaRecord
from kesher.formats.remarks import standards
from kesher.formats.values import Unclean, clean_text, clean_url

LOCALITY_SCHEME = "il-cbs-locality"

# as the lists write them -> as the Central Bureau of Statistics does
_OTHER_NAMES = {
    "תל אביב": "תל אביב - יפו",
    "ת-א": "תל אביב - יפו",
    "יפו": "תל אביב - יפו",
    "מודיעין": "מודיעין-מכבים-רעות",
    "מודיעין-מכבים-ר": "מודיעין-מכבים-רעות",
    "רעות": "מודיעין-מכבים-רעות",
    "מודיעין עלית": "מודיעין עילית",
    "יקנעם": "יקנעם עילית",
    "מעלות": "מעלות-תרשיחא",
    "נצרת עילית": "נוף הגליל",
    'פ"ת': "פתח תקווה",
    "פתח תקוה": "פתח תקווה",
    "טירת הכרמל": "טירת כרמל",
    "ביתר": "ביתר עילית",
    "ק. מלאכי": "קרית מלאכי",
    "ק. ביאליק": "קרית ביאליק",
    'ראשל"צ': "ראשון לציון",
    "ראשלצ": "ראשון לציון",
    "דלית אל כרמל": "דאלית אל-כרמל",
    "עוספיה": "עספיא",
    "מזרח ירושלים": "ירושלים",
    "ירושלים רב תחומי": "ירושלים",
    "חיפה ראשי": "חיפה",
    "עכו ראשי": "עכו",
    "נהריה (נהרייה)": "נהרייה",
    "אום אל פאחם": "אום אל-פחם",
    "באקה אל ע'רביה": "באקה אל-גרביה",
    "יהוד": "יהוד-מונוסון",
    "קדימה-צורן": "קדימה",
    "קדימה צורן": "קדימה",
    "בנימינה-גבעת עדה": "בנימינה",
    "עפרה": "עופרה",
    "שדות הנגב": "שדות נגב",
    "ערבה תיכונה": "הערבה התיכונה",
    "כסייפא": "כסיפה",
    "אל קאסום": "אל קסום",
    "חצור": "חצור הגלילית",
    "טבריה-ק.שמואל": "טבריה",
    "מאג'ר": "מג'אר",
    "רמת השרון (שלוחת הפרעות אכילה)": "רמת השרון",
    "נתניה ק. השרון": "נתניה",
}
_POST_BOX = re.compile(r"""(?:ת["׳״']{0,2}ד|ת\.ד)\.?\s*\d+""")
_POSTAL_CODE = re.compile(r"(?<!\d)(\d{7}|\d{5})(?!\d)")


def name_form(name: str) -> str:
    """A Hebrew place name without blanks, points, hyphens, and with doubled yod and vav single."""
    return re.sub(r"[^\w]", "", name).replace("יי", "י").replace("וו", "ו")


_SAME = {name_form(other): name_form(name) for other, name in _OTHER_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Authority:
    """A local authority: its corporation number (``None`` when not known), name, website and phones as written."""

    number: str | None
    name: str
    website: str | None = None
    phones: str | None = None


@dataclass(slots=True)
class Places:
    """Localities and authorities by the form of their names."""

    localities: dict[str, tuple[str, str]] = field(default_factory=dict)  # form -> (CBS code, authority number)
    authorities: dict[str, Authority] = field(default_factory=dict)  # by number, else form of name
    councils: dict[str, str] = field(default_factory=dict)  # form of the short name -> key in authorities

    @classmethod
    def read(cls, cities: Table | None, authorities: Table | None, ledger: Ledger) -> "Places":
        places = cls()
        shared: set[str] = set()
        for _, row in cities or ():
            form, code = name_form(row["city"]), row["city_code"].strip()
            if form in places.localities and places.localities[form][0] != code:
                shared.add(form)  # two localities of one name: the name alone says neither
            if form and code.isdigit():
                places.localities[form] = (code, row["counsil_id"].strip())
        for form in shared:
            places.localities.pop(form, None)
        if authorities is not None:
            # of two lines with one number, it is the number of the one whose names agree: that one goes first
            for line, row in sorted(authorities, key=lambda numbered: not _names_agree(numbered[1])):
                places._add_authority(authorities.file, line, row, ledger)
        return places

    def _add_authority(self, file: str, line: int, row: dict[str, str], ledger: Ledger) -> None:
        """An authority under its number; one whose line carries another's number or name goes by its short name."""
        number, name, short = row["id"].strip(), clean_text(row["name"]), clean_text(row["counsil_short_name"])
        if not number or not name or not short:
            ledger.refuse(file, line, "id", standards.AUTHORITY_INCOMPLETE(), kind="location")
            return
        identity: str | None = number
        if number in self.authorities:
            shared = standards.NUMBER_SHARED(number=number, name=self.authorities[number].name)
            ledger.refuse(file, line, "id", shared, record=number, fatal=False, kind="location")
            identity, name = None, short
        elif not _names_agree(row):
            differ = standards.NAMES_DIFFER(name=name, short=short)
            ledger.refuse(file, line, "name", differ, record=number, fatal=False, kind="location")
            name = short
        key = number if identity else name_form(short)
        self.councils[name_form(short)] = key
        self.authorities[key] = Authority(
            identity, name, _website(row.get("urls")), clean_text(row.get("phone_numbers"))
        )

    def locality(self, name: str) -> tuple[str, str] | None:
        """CBS code and authority number of a locality."""
        form = name_form(name)
        return self.localities.get(form) or self.localities.get(_SAME.get(form, ""))

    def area(self, name: str, language: str) -> AreaRecord:
        found = self.locality(name)
        return AreaRecord(
            name={language: name},
            code=found[0] if found else None,
            scheme=LOCALITY_SCHEME if found else None,
            extent_type="locality",
        )

    def authority(self, place: str, localities: list[str]) -> Authority | None:
        """The authority that bears the name ``place`` or that of its only locality, else the one the locality belongs
        to, else the one to which most of the localities do."""
        only = localities if len(localities) == 1 else []
        named = [place, re.split(r"\s*-\s|[(]", place)[0], *only]
        for form in map(name_form, named):
            number = self.councils.get(form) or self.councils.get(_SAME.get(form, ""))
            if number in self.authorities:
                return self.authorities[number]
        # the locality before the department's own name, which may be that of a village far away
        for name in [*only, *named[:2]] if len(localities) <= 1 else []:
            found = self.locality(name)
            if found and found[1] in self.authorities:
                return self.authorities[found[1]]
        numbers = [found[1] for name in localities if (found := self.locality(name))]
        most = max(sorted(set(numbers)), key=numbers.count, default="")
        return self.authorities.get(most) if 2 * numbers.count(most) > len(numbers) else None


def _names_agree(row: dict[str, str]) -> bool:
    """Whether the full name (``עיריית אשקלון``) has the letters of the short one."""
    return set(name_form(row["counsil_short_name"])) <= set(name_form(row["name"]))


def _website(cell: str | None) -> str | None:
    try:
        return clean_url(cell) if cell and cell.strip() not in {"", "0"} else None
    except Unclean:
        return None


def split_address(line: str, city: str | None) -> tuple[str | None, str | None]:
    """Street and postal code of an address line; the code, and ``city`` where it ends the line, are taken out.

    >>> split_address("הרצל 41, גן יבנה  70800", "גן יבנה")
    ('הרצל 41', '70800')
    """
    box_ends = {place for box in _POST_BOX.finditer(line) for place in range(box.start(), box.end())}
    codes = [found for found in _POSTAL_CODE.finditer(line) if found.start() not in box_ends]
    code = codes[-1] if codes else None
    street = line[: code.start()] + line[code.end() :] if code else line
    parts = [part.strip() for part in street.split(",") if part.strip()]
    if city and len(parts) > 1 and name_form(parts[-1]) == name_form(city):
        parts.pop()
    return ", ".join(parts) or None, code[0] if code else None
