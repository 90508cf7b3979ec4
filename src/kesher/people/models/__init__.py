"""The tables of a person's file."""

from kesher.people.models.consents import Consent, ConsentText
from kesher.people.models.persons import FILE_ROLES, Access, Person, PersonQuerySet

__all__ = ["FILE_ROLES", "Access", "Consent", "ConsentText", "Person", "PersonQuerySet"]
