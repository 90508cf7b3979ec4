"""The tables of a person's file."""

from kesher.people.models.consents import Consent, ConsentText
from kesher.people.models.mandates import Mandate
from kesher.people.models.merges import FileMerge
from kesher.people.models.persons import FILE_ROLES, Access, Person, PersonQuerySet
from kesher.people.models.skills import Cefr, LanguageSkill, Qualification
from kesher.people.models.told import Told
from kesher.people.models.wishes import Aspiration, RightToWork, Wish
from kesher.people.models.work import Experience
from kesher.people.models.worries import Worry

__all__ = [
    "FILE_ROLES",
    "Access",
    "Aspiration",
    "Cefr",
    "Consent",
    "ConsentText",
    "Experience",
    "FileMerge",
    "LanguageSkill",
    "Mandate",
    "Person",
    "PersonQuerySet",
    "Qualification",
    "RightToWork",
    "Told",
    "Wish",
    "Worry",
]
