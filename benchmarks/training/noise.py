"""Titles as vacancies, payrolls and forms write them: in capitals, with a place, a number, both genders, slips; and long ones.

    noisy("community nurse", others=("district nurse",), generator=numpy.random.default_rng(0))
    # 'COMMUNITY NURSE / district nurse (m/f) – full time, ref. 4417'

What is added says nothing of the work, or names it once more. An adapter that has read lists of clean names alone takes
such tails for part of the name: queries of this kind (TalentCLEF's Spanish ones) then lose what it wins for others.
"""

import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np

#: The longest that comes out, in characters.
LONGEST: Final = 160
#: What stands behind a title and is no part of it, in the languages of the lists. No names of people or firms.
TAILS: Final = (
    "(m/w/d)", "(m/f/d)", "(m/f)", "(h/f)", "H/F", "(f/m/x)", "m/v", "ref. {n}", "ref {n}", "job id {n}", "- {n}", "#{n}",
    "full time", "part time", "temporary", "permanent", "entry level", "senior", "night shift", "immediate start",
    "2 years experience", "with driving licence", "Vollzeit", "Teilzeit", "ab sofort", "befristet", "CDI", "CDD",
    "temps plein", "à mi-temps", "débutant accepté", "jornada completa", "media jornada", "incorporación inmediata",
    "con experiencia", "turno de noche", "tempo pieno", "pełny etat", "heltid", "deltid", "tempo integral",
    "полная занятость", "вахта", "без опыта", "повна зайнятість", "משרה מלאה", "משרה חלקית", "לעבודה מיידית",
    "דרושים {n}", "دوام كامل", "دوام جزئي", "Berlin", "Madrid", "Sevilla", "Lyon", "Wien", "Milano", "Porto", "Warszawa",
    "Praha", "København", "Stockholm", "באר שבע", "حيفا", "Київ", "Москва",
)  # fmt: skip
BETWEEN: Final = (" ", " - ", " – ", ", ", " | ", " / ")
#: Chances of what is done to a title, each by itself.
CAPITALS, PLAIN, SLIP, ANOTHER, TAIL, SECOND_TAIL = 0.25, 0.2, 0.2, 0.35, 0.7, 0.3


def noisy(title: str, others: Sequence[str], generator: np.random.Generator) -> str:
    """The title with noise: never without words, at most LONGEST characters. others: further names of the same thing."""
    said = title
    if others and generator.random() < ANOTHER:
        said += " / " + others[int(generator.integers(len(others)))]
    for chance in (TAIL, SECOND_TAIL):
        if generator.random() < chance:
            tail = TAILS[int(generator.integers(len(TAILS)))].format(n=int(generator.integers(100, 99_999)))
            said += BETWEEN[int(generator.integers(len(BETWEEN)))] + tail
    if generator.random() < SLIP:
        said = _with_slip(said, generator)
    if generator.random() < PLAIN:
        said = "".join(one for one in unicodedata.normalize("NFD", said) if not unicodedata.combining(one))
    if generator.random() < CAPITALS:
        said = said.upper()
    return said[:LONGEST].strip() or title


def _with_slip(text: str, generator: np.random.Generator) -> str:
    """A letter left out, doubled, or changed with the next."""
    places = [place for place in range(1, len(text) - 1) if text[place].isalpha() and text[place + 1].isalpha()]
    if not places:
        return text
    at, how = places[int(generator.integers(len(places)))], int(generator.integers(3))
    if how == 0:
        return text[:at] + text[at + 1 :]
    if how == 1:
        return text[: at + 1] + text[at:]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
