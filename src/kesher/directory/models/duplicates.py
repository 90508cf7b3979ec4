"""Two records that may be one: what was found, what somebody decided, what a merge moved and how to take it back."""

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, NoPersonalData, PersonalData, Retention
from kesher.directory.models.details import exactly_one
from kesher.directory.models.places import Location
from kesher.directory.models.services import Service
from kesher.directory.models.sources import Dataset

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor

#: Who decides whether two records are one.
DECIDERS = (Role.MODERATOR, Role.OFFICER, Role.PLATFORM_ADMIN)


class Kind(models.TextChoices):
    SERVICE = "service", _("service")
    ORGANISATION = "organisation", _("organisation")
    LOCATION = "location", _("location")


class DuplicateCandidateQuerySet(models.QuerySet["DuplicateCandidate"]):
    def open(self) -> "DuplicateCandidateQuerySet":
        return self.filter(state=DuplicateCandidate.State.OPEN)

    def visible_to(self, user: "Visitor") -> "DuplicateCandidateQuerySet":
        """To those who decide, over the whole directory; to nobody else."""
        return self if user.is_authenticated and user.has_role(*DECIDERS) else self.none()


@tracked()
class DuplicateCandidate(Model):
    """Two services, organisations or locations that may be one and the same. ``first`` < ``second``: each pair once."""

    class State(models.TextChoices):
        OPEN = "open", _("to be decided")
        MERGED = "merged", _("merged")
        NOT_THE_SAME = "not_the_same", _("not the same")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    # Plain keys: a decision outlives what it was about, and the kinds share the table
    first = models.UUIDField()
    second = models.UUIDField()
    score = models.FloatField(_("how sure"))
    # [{"code": "phone", "value": 1.0, "first": "08-…", "second": "+972 8 …"}, ...]
    evidence = models.JSONField(default=list)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN)
    decided_by_id = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)

    objects = DuplicateCandidateQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who decided what, when and why",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="decided_at", keep=timedelta(days=7 * 365)),
        fields={"decided_by_id": "who did it", "reason": "the reason given"},
        plain=(
            "id",
            "created_at",
            "updated_at",
            "kind",
            "first",
            "second",
            "score",
            "evidence",
            "state",
            "decided_at",
        ),
    )

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-score", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "first", "second"],
                name="duplicate_pair_once",
                violation_error_message=_("This pair is here already."),
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="duplicate_pair_in_order",
                violation_error_message=_("A record cannot be a duplicate of itself."),
            ),
        ]
        indexes = [models.Index(fields=["kind", "state", "-score"], name="duplicates_to_decide")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first} {self.second}"


class MergeQuerySet(models.QuerySet["Merge"]):
    def in_force(self) -> "MergeQuerySet":
        return self.filter(undone_at=None)

    def gone(self, kind: Kind) -> models.QuerySet["Merge", UUID]:
        """Keys of the records of a kind that became another."""
        return self.in_force().filter(kind=kind).order_by().values_list("merged", flat=True)

    def that_took(self, site: UUID) -> "MergeQuerySet":
        """Those through which this service-at-location became another."""
        return self.in_force().filter(snapshot__became__has_key=str(site))

    def visible_to(self, user: "Visitor") -> "MergeQuerySet":
        return self if user.is_authenticated and user.has_role(*DECIDERS) else self.none()


@tracked()
class Merge(Model):
    """Two records became one. ``snapshot`` says of every row touched what stood there before and after, of rows that went
    what they said, and which service-at-location took the place of which (``became``)."""

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    kept = models.UUIDField()
    merged = models.UUIDField()
    # SET_NULL: the merge stays even where the proposal is forgotten
    candidate = models.ForeignKey(
        DuplicateCandidate, null=True, blank=True, on_delete=models.SET_NULL, related_name="merges"
    )
    snapshot = models.JSONField(default=dict)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    by_id = models.UUIDField(null=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_id = models.UUIDField(null=True, blank=True)

    objects = MergeQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know who decided what, when and why",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="created_at", keep=timedelta(days=7 * 365)),
        fields={"by_id": "who did it", "undone_by_id": "who did it", "reason": "the reason given"},
        plain=("id", "created_at", "updated_at", "kind", "kept", "merged", "candidate", "snapshot", "undone_at"),
    )

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "merged"],
                condition=Q(undone_at=None),
                name="merged_once",
                violation_error_message=_("This record has been merged already."),
            ),
            models.CheckConstraint(
                condition=~Q(kept=F("merged")),
                name="merge_of_two",
                violation_error_message=_("A record cannot be merged with itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "kept"], name="merges_kept"),
            # The API asks it for every unknown key, which strangers may make up: no waiting list to be read beside it
            GinIndex(
                KeyTransform("became", "snapshot"),
                name="merges_became",
                condition=Q(undone_at=None),
                fastupdate=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged} -> {self.kept}"


@tracked()
class ExternalAlias(Model):
    """A dataset's record that is, since a merge, one of ours from elsewhere: imports look here before they make a new one."""

    # RESTRICT: as for every row that came from a dataset
    dataset = models.ForeignKey(Dataset, on_delete=models.RESTRICT, related_name="+")
    external_id = models.CharField(max_length=255)
    # CASCADE: an alias of nothing says nothing
    service = models.ForeignKey(Service, null=True, on_delete=models.CASCADE, related_name="aliases")
    organisation = models.ForeignKey(Organisation, null=True, on_delete=models.CASCADE, related_name="aliases")
    location = models.ForeignKey(Location, null=True, on_delete=models.CASCADE, related_name="aliases")
    digest = models.BinaryField(max_length=16, null=True)  # of what the source last said
    absent_since = models.DateField(null=True, blank=True)

    objects: ClassVar[models.Manager["ExternalAlias"]] = models.Manager()

    privacy = NoPersonalData("names of records in published directories")

    class Meta:
        verbose_name = _("name of a record elsewhere")
        verbose_name_plural = _("names of records elsewhere")
        ordering = ["id"]
        constraints = [
            *(
                models.UniqueConstraint(
                    fields=["dataset", "external_id"],
                    condition=Q(**{f"{owner}__isnull": False}),
                    name=f"{owner}_alias_once",
                    violation_error_message=_("This record of the dataset is here already."),
                )
                for owner in ("service", "organisation", "location")
            ),
            exactly_one("service", "organisation", "location", of="alias"),
        ]

    def __str__(self) -> str:
        return self.external_id
