"""A table an officer has sent in the browser: kept for a day, tried out, and then loaded as it was tried."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, Retention
from kesher.directory.models.sources import ImportRun

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Who loads directories.
LOADERS = frozenset({Role.OFFICER, Role.PLATFORM_ADMIN})


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: "Visitor") -> "UploadQuerySet":
        """What the officers of one's own organisation have sent; everything to the platform's administrators.

        Unlike the directory itself: a file may hold what its organisation does not mean to publish.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN):
            return self
        own = [m.organisation_id for m in user.memberships_in_force if m.role == Role.OFFICER]
        return self.filter(organisation__in=own)


class Upload(Model):
    """One file. ``content`` never changes; what is loaded is what was tried, with the same reading of its columns."""

    class Doing(models.TextChoices):
        NOTHING = "", _("nothing")
        TRIAL = "trial", _("being tried out")
        LOAD = "load", _("being loaded")

    # CASCADE: gone within a day anyway
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="uploads")
    uploaded_by_id = models.UUIDField()
    file_name = models.CharField(max_length=120)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()  # bytes
    rows = models.PositiveIntegerField()  # below the header
    # [{"name": "Phone", "examples": ["08-…"]}, …] in the order of the file
    columns = models.JSONField(default=list)
    # a mapping file (kesher.formats.table_mapping) as JSON; {} until somebody has said what the columns are
    mapping = models.JSONField(default=dict)
    dataset = models.CharField(max_length=60, blank=True)
    language = models.CharField(max_length=10, blank=True)
    close_anyway = models.BooleanField(default=False)
    doing = models.CharField(max_length=10, choices=Doing, default=Doing.NOTHING, blank=True)
    tried_at = models.DateTimeField(null=True)
    loaded_at = models.DateTimeField(null=True)
    # why the file as a whole cannot be loaded: {"reason": "…", "closes": 20, "of": 25, "file": "…", "said": {"code": …}}
    trouble = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    remarks = models.JSONField(default=list)  # every refusal of the trial (kesher.formats.refusals.as_data)
    # SET_NULL: the file outlives nothing
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.SET_NULL, related_name="+")

    objects = UploadQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to try a table of services out before it is loaded",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="created_at", keep=timedelta(days=1)),
        fields={"uploaded_by_id": "who loaded it", "content": "the file", "columns": "the file"},
        plain=(
            "id",
            "created_at",
            "updated_at",
            "organisation",
            "file_name",
            "sha256",
            "size",
            "rows",
            "mapping",
            "dataset",
            "language",
            "close_anyway",
            "doing",
            "tried_at",
            "loaded_at",
            "trouble",
            "counts",
            "remarks",
            "run",
        ),
        export=False,
    )

    class Meta:
        verbose_name = _("file to load")
        verbose_name_plural = _("files to load")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(loaded_at=None) | models.Q(tried_at__isnull=False),
                name="upload_tried_before_it_is_loaded",
                violation_error_message=_("A file is tried out before it is loaded."),
            )
        ]

    def __str__(self) -> str:
        return f"upload {self.pk}"
