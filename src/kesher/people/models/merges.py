"""Two files of one person made one, so that it can be undone."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.people.models.parts import PartQuerySet, of_person
from kesher.people.models.persons import Person


class FileMergeQuerySet(PartQuerySet):
    def standing(self) -> "FileMergeQuerySet":
        """Those that were not undone."""
        return self.filter(undone_at=None)


@tracked()
class FileMerge(Model):
    """``other`` went into ``person``: what moved, and what was filled in, so that undoing puts exactly that back."""

    person = of_person("merges")
    # CASCADE: when the emptied file is erased there is nothing left to undo
    other = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merged_by")
    # label of the model -> keys of the rows that moved
    moved: Any = models.JSONField(default=dict, editable=False)
    # fields of the kept file that were empty and took what the other one said
    filled = ArrayField(models.CharField(max_length=40), default=list, editable=False)
    other_names_before = models.CharField(max_length=300, blank=True, editable=False)
    # plain keys: the trail outlives the account
    merged_by_id = models.UUIDField(null=True, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)
    undone_by_id = models.UUIDField(null=True, editable=False)

    objects = FileMergeQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to undo a merge of two files that were not of one person",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "other": "whose file",
            "other_names_before": "other names and spellings",
            "merged_by_id": "who merged them",
            "undone_by_id": "who undid it",
        },
        plain=("id", "created_at", "updated_at", "moved", "filled", "undone_at"),
        uses=used(KNOW="person other other_names_before", PROVE="merged_by_id undone_by_id"),
    )

    class Meta:
        verbose_name = _("merge of two files")
        verbose_name_plural = _("merges of files")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=models.F("other")),
                name="file_merge_of_two",
                violation_error_message=_("A file cannot be merged into itself."),
            ),
            models.UniqueConstraint(
                fields=["other"],
                condition=Q(undone_at=None),
                name="file_merge_once",
                violation_error_message=_("This file is merged already."),
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.pk}"
