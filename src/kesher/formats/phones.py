"""Cells that hold several phone numbers, taken apart; nothing that is not a whole number is dialled."""

import re

from kesher.formats.records import PhoneRecord
from kesher.formats.remarks import say
from kesher.formats.values import Unclean, clean_text

_AREA = r"0(?:[23489]|[57]\d)"
_NUMBER = re.compile(
    r"(?P<kind>פקס|טלפון|טל['׳]?|fax|tel)?\.?\s*[:\-]?\s*(?<!\d)"
    rf"(?P<number>\*\d{{3,5}}|1-?[5789]\d\d-?\d{{2,3}}-?\d{{3,4}}|{_AREA}[\s-]*\d{{3}}[\s-]?\d{{4}})"
    r"(?P<more>(?:/\d{1,3}|-\d{1,2})*)(?![\d/])"
    r"(?:\s*\(?שלוחה:?\s*(?P<extension>\d{1,6})\)?)?",
    re.IGNORECASE,
)
_TURNED = re.compile(rf"(\d{{7}})\s*-\s*({_AREA})(?!\d)")  # 7641230 - 09: written from right to left
_STAR_LAST = re.compile(r"^(\d{3,5})\*$")  # likewise
_BARE = {  # digits of a number whose first sign a spreadsheet dropped
    8: (re.compile(r"[23489]\d{7}"), "0"),
    9: (re.compile(r"[57]\d{8}"), "0"),
    4: (re.compile(r"[2-9]\d{3}"), "*"),  # four digits alone are dialled only after a star
}


def israeli_phones(cell: object) -> tuple[tuple[PhoneRecord, ...], list[Unclean]]:
    """The phones of one cell in the forms Israeli lists use, each once, and what in it was no whole number.

    >>> [phone.number for phone in israeli_phones("03-5151125/44, 29911411 ")[0]]
    ['03-5151125', '03-5151144', '02-9911411']
    """
    try:
        text = clean_text(cell, 2_000)
    except Unclean as fault:
        return (), [fault]
    phones: dict[tuple[str, str | None], PhoneRecord] = {}
    faults: list[Unclean] = []
    for part in re.split(r"[,;\n]", text or ""):
        part = _STAR_LAST.sub(r"*\1", _TURNED.sub(r"\2-\1", part.strip()))
        bare = _BARE.get(len(part)) if part.isascii() and part.isdigit() else None
        if bare and bare[0].fullmatch(part):
            part = bare[1] + part
        for found in _NUMBER.finditer(part):
            kind = "fax" if (found["kind"] or "").lower() in {"פקס", "fax"} else "voice"
            for number in _numbers(found["number"], found["more"]):
                phones.setdefault(
                    (number, found["extension"]), PhoneRecord(number=number, extension=found["extension"], type=kind)
                )
        rest = re.sub(r"\s*(פקס|טלפון|טל['׳]?)\s*", "", _NUMBER.sub("", part)).strip(" -/:.()")
        if rest and re.search(r"\d", rest):
            faults.append(Unclean(say.NOT_A_WHOLE_PHONE(value=rest)))
        elif rest:
            # a name, as a rule; it is not repeated, for it may be somebody's
            faults.append(Unclean(say.WORDS_BESIDE_PHONE()))
    return tuple(phones.values()), faults


def _numbers(number: str, more: str) -> list[str]:
    """``03-5151125/44`` is 03-5151125 and 03-5151144."""
    digits = re.sub(r"\D", "", number)
    every = [digits]
    for ending in re.findall(r"\d+", more):
        every.append(digits[: -len(ending)] + ending)
    return [_written(number, one) for one in every]


def _written(number: str, digits: str) -> str:
    if number.startswith("*"):
        return "*" + digits
    if digits.startswith("1"):
        return f"1-{digits[1:4]}-{digits[4:]}"
    area = 3 if digits[1] in "57" else 2
    return f"{digits[:area]}-{digits[area:]}"
