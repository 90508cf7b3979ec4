"""One verb for several rows: each is asked for by itself, and becomes either all that it should or stays what it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from kesher.base.transitions import Refused


@dataclass(slots=True)
class Deed:
    """``code`` stands in the button, ``label`` on it. ``do`` is given the row and what the form asked; it raises
    :class:`Refused` where it may not be. ``form``: made of what was sent, prefixed with the code; ``shown`` is the one on
    the page, with its errors where something was missing."""

    code: str
    label: str | Promise
    do: Callable[[Any, Mapping[str, Any]], None]
    form: Callable[..., forms.Form] | None = None
    shown: forms.Form | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.shown = self.form(None, prefix=self.code) if self.form is not None else None

    def asked(self, data: Any) -> forms.Form | None:
        """What was sent with the verb; None for one that asks nothing."""
        if self.form is not None:
            self.shown = self.form(data, prefix=self.code)
        return self.shown


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one row: done, or why not."""

    key: UUID
    done: bool
    said: str = ""

    def as_data(self) -> dict[str, Any]:
        return {"key": str(self.key), "done": self.done, "said": self.said}


def carry_out(deed: Deed, rows: Mapping[UUID, Any], keys: Sequence[UUID], asked: Mapping[str, Any]) -> list[Told]:
    """The deed on each of the rows with these keys, in their order; one that is not among ``rows`` is not open to the user."""
    told = []
    for key in keys:
        row = rows.get(key)
        if row is None:
            told.append(Told(key, False, _("This is not open to you.")))
            continue
        try:
            with transaction.atomic():
                deed.do(row, asked)
        except Refused as refused:
            told.append(Told(key, False, str(refused.message)))
        else:
            told.append(Told(key, True))
    return told
