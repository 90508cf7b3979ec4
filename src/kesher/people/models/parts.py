"""What all parts of a file have in common: they are seen by whoever may see the whole file."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models

from kesher.people.models.open_files import FileOpen
from kesher.people.models.persons import Person

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class PartQuerySet(models.QuerySet[Any]):
    """Rows of people's files, each with the key of its ``person``."""

    def visible_to(self, user: "Visitor") -> Self:
        """Of the files this user may read whole."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(FileOpen(user))


def of_person(related_name: str) -> "models.ForeignKey[Person, Person]":
    """The key of a part's person. CASCADE: with the file goes each part of it."""
    return models.ForeignKey(Person, on_delete=models.CASCADE, related_name=related_name)
