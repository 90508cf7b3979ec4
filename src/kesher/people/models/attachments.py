"""Papers in a person's file: what proves what they have learnt, their CV, letters about recognition."""

from typing import TYPE_CHECKING, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.base.encrypted import EncryptedTextField
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, used
from kesher.formats.documents import PaperKind
from kesher.people.models.open_files import FileOpen, Through
from kesher.people.models.parts import PartQuerySet, of_person
from kesher.people.models.skills import Qualification

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: So many papers one file holds.
MOST_PAPERS: Final = 20


class AttachmentQuerySet(PartQuerySet):
    def visible_to(self, user: "Visitor") -> Self:
        """Of the files this user may read whole; not of those they only help with: a paper tells more than was declared."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(FileOpen(user, through=Through.NO_HELPER))

    def stored(self) -> Self:
        """Those with a file."""
        return self.exclude(stored_as=None)

    def openable(self) -> Self:
        """Those that may be opened now (:attr:`Attachment.may_be_opened`)."""
        if settings.ANTIVIRUS is None:
            return self.stored()
        return self.filter(state=Attachment.State.CLEAN)


@tracked(exclude=["name", "digest"])
class Attachment(Model):
    """One paper. Its file never changes; it lies encrypted under a random name (:mod:`kesher.base.stored_files`)."""

    class Kind(models.TextChoices):
        PROOF = "proof", _("proof of a qualification")
        LANGUAGE = "language", _("certificate of a language")
        CV = "cv", _("CV")
        RECOGNITION = "recognition", _("letter about recognition")
        OTHER = "other", _("another paper")

    class State(models.TextChoices):
        WAITING = "waiting", _("not yet looked through for harmful programs")
        CLEAN = "clean", _("looked through: nothing harmful was found")
        REFUSED = "refused", _("something harmful was found: the file was taken away")

    person = of_person("attachments")
    kind = models.CharField(_("kind of paper"), max_length=20, choices=Kind)
    # SET_NULL: the paper outlives what somebody noted of it
    qualification = models.ForeignKey(
        Qualification,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="attachments",
        verbose_name=_("of which qualification"),
    )
    # what people call a file often holds their name
    name = EncryptedTextField(_("name of the file"), max_length=85)
    media_type = models.CharField(
        _("kind of file"), max_length=80, choices=[(one.value, one.name) for one in PaperKind]
    )
    size = models.PositiveIntegerField(_("size in bytes"))
    # NULL: there is no file any more
    stored_as = models.CharField(max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001  (unique, so never "")
    # HMAC of what was sent: sent twice, it is kept once; NULL where nothing is kept
    digest = models.CharField(max_length=64, null=True, editable=False)  # noqa: DJ001  (unique for a person, so never "")
    state = models.CharField(_("antivirus"), max_length=10, choices=State, default=State.WAITING)
    scanned_at = models.DateTimeField(_("looked through"), null=True, editable=False)
    # plain key: the file outlives the account
    noted_by_id = models.UUIDField(null=True, editable=False)

    objects = AttachmentQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to have the papers at hand that show what a person has learnt",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={
            "person": "whose file",
            "kind": "which papers you have",
            "qualification": "which papers you have",
            "name": "the papers you gave, as files",
            "media_type": "the papers you gave, as files",
            "size": "the papers you gave, as files",
            "digest": "the papers you gave, as files",
            "noted_by_id": "who wrote it down",
        },
        plain=("id", "created_at", "updated_at", "stored_as", "state", "scanned_at"),
        uses=used(KNOW="person", WORK="kind qualification name media_type size digest", PROVE="kind name noted_by_id"),
    )

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "digest"],
                name="attachment_once",
                violation_error_message=_("This paper is in the file already."),
            ),
            models.CheckConstraint(
                condition=Q(state="refused", stored_as=None, digest=None)
                | ~Q(state="refused") & Q(stored_as__isnull=False),
                name="attachment_has_its_file",
                violation_error_message=_("A paper has its file, unless something harmful was in it."),
            ),
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="attachment_is_not_empty",
                violation_error_message=_("The file is empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"paper {self.pk}"  # no name: this text may end in a log

    @property
    def may_be_opened(self) -> bool:
        """Looked through where there is an antivirus program; one that was set later looks through what lies there first."""
        return self.state == self.State.CLEAN or (self.state == self.State.WAITING and settings.ANTIVIRUS is None)

    @property
    def waits(self) -> bool:
        """Whether it waits for an antivirus program."""
        return self.state == self.State.WAITING and settings.ANTIVIRUS is not None
