"""What somebody has begun to write about a service and has not saved yet."""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import User
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, Retention
from kesher.directory.models.services import Service

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class UnfinishedEditQuerySet(models.QuerySet["UnfinishedEdit"]):
    def visible_to(self, user: "Visitor") -> "UnfinishedEditQuerySet":
        return self.filter(user_id=user.pk) if user.is_authenticated else self.none()


class UnfinishedEdit(Model):
    """What one user typed in one section of one service's form, right or wrong, kept until they come back.

    Read by that user alone, also by row-level security. It is no part of the service: nothing here is ever published,
    and it has no history.
    """

    # No constraint in the database: whoever takes a service away does not see these rows. They go in their own time.
    service = models.ForeignKey(Service, on_delete=models.DO_NOTHING, db_constraint=False, related_name="unfinished")
    # CASCADE: theirs alone, so it goes with the account
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="unfinished_edits")
    section = models.CharField(max_length=40)
    typed = models.JSONField(default=dict)  # field of the form -> list of strings, as a browser sends it

    objects = UnfinishedEditQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to give back what somebody had begun to write",
        legal_basis=LegalBasis.CONTRACT,
        retention=Retention(after="updated_at", keep=timedelta(days=90)),
        fields={"user": "who wrote it", "typed": "what was typed"},
        plain=("id", "created_at", "updated_at", "service", "section"),
    )

    class Meta:
        verbose_name = _("unfinished change")
        verbose_name_plural = _("unfinished changes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "service", "section"],
                name="unfinished_once_per_section",
                violation_error_message=_("Something is kept of this section already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.section} {self.pk}"

    @classmethod
    def keep(cls, service: Service, user: User, section: str, typed: Mapping[str, list[str]]) -> "UnfinishedEdit":
        """Keep what was typed, in place of what was kept before."""
        kept: UnfinishedEdit
        kept, _created = cls.objects.update_or_create(
            service=service, user=user, section=section, defaults={"typed": dict(typed)}
        )
        return kept
