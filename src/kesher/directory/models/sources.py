"""Where directory data comes from: datasets, their imports, and what ties a row of ours to a row of theirs."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Membership
from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, NoPersonalData, PersonalData, Retention
from kesher.base.translated import TranslatedField

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


@tracked()
class Dataset(Model):
    """A directory somebody else keeps and we take in: one namespace of external ids."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name = TranslatedField(_("name"))
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    licence = models.CharField(_("licence"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    language = models.CharField(_("language of its texts"), max_length=35, blank=True)

    privacy = NoPersonalData("published directories")

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    def visible_to(self, user: "Visitor") -> "ImportRunQuerySet":
        """Those of colleagues of the organisations where one is an officer, and those run on the server; all to the
        platform's administrators and auditors.

        Remarks quote cells of rows that were left out: what was not published is the business of who sent it.
        """
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN, Role.AUDITOR):
            return self
        offices = [m.organisation_id for m in user.memberships_in_force if m.role == Role.OFFICER]
        if not offices:
            return self.none()
        colleagues = Membership.objects.filter(organisation__in=offices).order_by().values("user_id")
        return self.filter(Q(actor_id=None) | Q(actor_id__in=colleagues))


class ImportRun(Model):
    """One reading of one file: what came of it. ``report`` lists the refusals (kesher.formats.refusals.as_data)."""

    # CASCADE: the runs of a dataset mean nothing without it
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="runs")
    actor_id = models.UUIDField(null=True)
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=40)
    # {"service": {"created": 3, "changed": 0, "unchanged": 4086, "closed": 0, "refused": 0}, ...}
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=list)
    seconds = models.FloatField(default=0)

    objects = ImportRunQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who loaded what into the directory",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="created_at", keep=timedelta(days=3 * 365)),
        fields={"actor_id": "who loaded it"},
        plain=(
            "id",
            "created_at",
            "updated_at",
            "dataset",
            "file_name",
            "sha256",
            "format",
            "counts",
            "report",
            "seconds",
        ),
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.file_name} {self.created_at:%Y-%m-%d}"


class Sourced(Model):
    """A row that may have come from a dataset. ``digest`` is of what was read: same digest, nothing to do."""

    # RESTRICT: removing a dataset must not silently empty the directory
    dataset = models.ForeignKey(Dataset, null=True, blank=True, on_delete=models.RESTRICT, related_name="+")
    external_id = models.CharField(max_length=255, null=True, blank=True, editable=False)  # noqa: DJ001 - NULL = ours
    digest = models.BinaryField(max_length=16, null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "external_id"],
                name="%(class)s_once_per_dataset",
                violation_error_message=_("This record of the dataset is here already."),
            )
        ]
