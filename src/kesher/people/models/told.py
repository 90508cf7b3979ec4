"""What a person has answered to a question of the directory, and agreed to have kept."""

import json
from datetime import date, timedelta
from typing import Final, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.engine.eligibility.values import Json
from kesher.people.models.parts import PartQuerySet, of_person

#: Afterwards an answer is old: nobody is refused, or sent, for what was so a year ago. It is asked again.
HOLDS: Final = timedelta(days=365)


class ToldQuerySet(PartQuerySet):
    def holding(self, today: date) -> Self:
        """Those not too old to count on."""
        return self.filter(told_at__date__gt=today - HOLDS)


@tracked(exclude=["value"])
class Told(Model):
    """One fact (:mod:`kesher.directory.facts`) as the person told it; told again, it replaces what was told before."""

    class Where(models.TextChoices):
        DOOR = "door", _("at the front door, alone")
        COUNTER = "counter", _("at the counter or on the telephone, together")

    person = of_person("told")
    fact = models.CharField(_("what was asked"), max_length=40)
    # JSON of one value; some of them (a disability, a status) are nobody's business who reads the table
    value = EncryptedTextField(_("answer"), max_length=200)
    where = models.CharField(_("where it was told"), max_length=10, choices=Where)
    told_at = models.DateTimeField(_("told"), default=timezone.now, editable=False)
    # plain key: the file outlives the account
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = ToldQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to find services a person is entitled to without asking twice",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose answer",
            "fact": "what you were asked",
            "value": "what you answered",
            "where": "where you answered",
            "told_at": "when you answered",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at"),
        uses=used(KNOW="person", HELP="fact value where told_at", PROVE="noted_by_id"),
    )

    class Meta:
        verbose_name = _("answer to a question")
        verbose_name_plural = _("answers to questions")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "fact"],
                name="told_once",
                violation_error_message=_("This was answered already."),
            )
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"

    @property
    def said(self) -> Json:
        """The value as rules read it."""
        found: Json = json.loads(self.value)
        return found

    def holds(self, today: date) -> bool:
        """Whether it is counted on, as :meth:`ToldQuerySet.holding` has it."""
        return timezone.localdate(self.told_at) > today - HOLDS
