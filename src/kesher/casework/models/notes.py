"""What was talked about, for those who go on helping."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, used
from kesher.casework.models.plans import WITH_THE_FILE
from kesher.people.models import Person
from kesher.people.models.named import named_to
from kesher.people.models.open_files import FileOpen, Through
from kesher.people.models.parts import PartQuerySet

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class NoteQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """Private ones to their organisation; shared ones to every organisation with the file, and to the person.

        None of an organisation that is not named to whoever reads. Somebody who helps the person reads none at all: what stands
        there may be about them.
        """
        if not user.is_authenticated:
            return self.none()
        theirs = FileOpen(user, organisation="organisation")
        readers = FileOpen(user, through=Through.NOT_HELPING)
        shared = Q(scope=Note.Scope.SHARED) & Q(readers) & Q(named_to(user))
        return self.filter(Q(theirs) | shared)


@tracked()
class Note(Model):
    """Written once; what was wrong is put right by another note."""

    class Scope(models.TextChoices):
        SHARED = "shared", _("everybody who has the file, and the person")
        PRIVATE = "private", _("my organisation alone")

    # CASCADE: the note is part of the file
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notes")
    # PROTECT: whose words these are must be found again
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    scope = models.CharField(_("who may read it"), max_length=20, choices=Scope)
    text = models.TextField(_("note"), max_length=4000)
    # plain key: the trail outlives the account
    written_by_id = models.UUIDField(editable=False)

    objects = NoteQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know what was talked about, and go on from there",
        legal_basis=LegalBasis.CONSENT,
        retention=WITH_THE_FILE,
        fields={
            "person": "whose file",
            "text": "what was written down",
            "scope": "who may read it",
            "written_by_id": "who wrote it",
        },
        plain=("id", "created_at", "updated_at", "organisation"),
        uses=used(KNOW="person", STEP="text", OPEN="scope", PROVE="written_by_id"),
    )

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="note_says_something",
                violation_error_message=_("An empty note says nothing."),
            )
        ]
        indexes = [models.Index(fields=["person", "-id"], name="note_of_person")]

    def __str__(self) -> str:
        return f"{self.scope} {self.pk}"
