"""The tables of a person's file."""

from kesher.people.models.consents import Consent, ConsentText
from kesher.people.models.mandates import Mandate
from kesher.people.models.merges import FileMerge
from kesher.people.models.persons import FILE_ROLES, Access, Person, PersonQuerySet
from kesher.people.models.worries import Worry

__all__ = [
    "FILE_ROLES",
    "Access",
    "Consent",
    "ConsentText",
    "FileMerge",
    "Mandate",
    "Person",
    "PersonQuerySet",
    "Worry",
]
