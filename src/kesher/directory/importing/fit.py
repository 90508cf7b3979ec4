"""Makes values fit their columns, so that one over-long word cannot stop a directory of thousands from coming in."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models

#: Half of one of these is worse than none.
WHOLE_OR_NOTHING = (models.URLField, models.EmailField)


class Fitter:
    """Knows the lengths of all columns; cuts (or leaves out) what is longer and remembers that it did."""

    def __init__(self, columns: Mapping[type[models.Model], Sequence[str]]) -> None:
        self._limits: dict[type[models.Model], list[tuple[int, int, bool, str]]] = {}
        for model, names in columns.items():
            fields = {field.column: field for field in model._meta.concrete_fields}
            self._limits[model] = [
                (place, field.max_length, isinstance(field, WHOLE_OR_NOTHING), name)
                for place, name in enumerate(names)
                if isinstance(field := fields[name], models.CharField) and field.max_length and not field.choices
            ]
        self.cut: list[tuple[type[models.Model], str, int]] = []

    def fit(self, model: type[models.Model], row: tuple[Any, ...]) -> tuple[Any, ...]:
        """The row itself when everything fits (nearly always), else a copy that does."""
        for place, limit, whole, name in self._limits[model]:
            value = row[place]
            if value is not None and len(value) > limit:
                self.cut.append((model, name, limit))
                row = (*row[:place], "" if whole else value[:limit], *row[place + 1 :])
        return row
