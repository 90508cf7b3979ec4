"""A group that begins a course together: when, and how many seats it has."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Count, F, Q
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import NoPersonalData
from kesher.directory.models import Capacity, Service
from kesher.directory.states import EDITORS
from kesher.referrals.vocabularies import SEATED

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class CohortQuerySet(models.QuerySet["Cohort"]):
    def visible_to(self, user: "Visitor") -> "CohortQuerySet":
        """To those who run the service. Others see the places free, which stand with the service."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(service__organisation__in=user.organisation_ids_as(EDITORS))

    def open(self) -> "CohortQuerySet":
        """Those one can still join."""
        return self.filter(closed_at=None)

    def with_seats_taken(self) -> "CohortQuerySet":
        """Each with ``seated``: people sent here who sit in it."""
        return self.annotate(seated=Count("referrals", filter=Q(referrals__state__in=SEATED)))


@tracked()
class Cohort(Model):
    """A group of a service. Its free places are those the directory shows: ``capacity`` is written from here, never typed."""

    # RESTRICT: people sit in it
    service = models.ForeignKey(Service, on_delete=models.RESTRICT, related_name="cohorts")
    name = models.CharField(_("name"), max_length=120, help_text=_("Morning group, say."))
    starts_on = models.DateField(_("begins"))
    ends_on = models.DateField(_("ends"), null=True, blank=True)
    seats = models.PositiveIntegerField(_("seats"))
    # by people who came another way; nobody is named
    taken_elsewhere = models.PositiveIntegerField(_("seats taken by people who came another way"), default=0)
    # SET_NULL: whoever tidies the directory ends no course
    capacity = models.OneToOneField(
        Capacity, null=True, editable=False, on_delete=models.SET_NULL, related_name="cohort", verbose_name=_("free")
    )
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    objects = CohortQuerySet.as_manager()

    privacy = NoPersonalData("groups of courses and their seats")

    class Meta:
        verbose_name = _("group of a course")
        verbose_name_plural = _("groups of courses")
        ordering = ["starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(seats__gte=1),
                name="cohort_has_seats",
                violation_error_message=_("A group has at least one seat."),
            ),
            models.CheckConstraint(
                condition=Q(taken_elsewhere__lte=F("seats")),
                name="cohort_taken_within_seats",
                violation_error_message=_("More seats are taken than there are."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="cohort_ends_after_it_begins",
                violation_error_message=_("A group cannot end before it begins."),
            ),
        ]
        indexes = [models.Index(fields=["service", "starts_on"], name="cohort_of_service")]

    def __str__(self) -> str:
        return f"cohort {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None
