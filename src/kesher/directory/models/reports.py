"""What visitors tell us is wrong with a page."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from kesher.accounts.roles import Role
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import LegalBasis, PersonalData, Retention
from kesher.directory.models.services import Service

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class MistakeReportQuerySet(models.QuerySet["MistakeReport"]):
    def open(self) -> "MistakeReportQuerySet":
        return self.filter(settled_at=None)

    def visible_to(self, user: "Visitor") -> "MistakeReportQuerySet":
        """Those about one's own organisations' services; all to those who oversee the directory."""
        if not user.is_authenticated:
            return self.none()
        if user.has_role(Role.PLATFORM_ADMIN, Role.MODERATOR, Role.OFFICER):
            return self
        return self.filter(service__in=Service.objects.editable_by(user))


@tracked(exclude=["email", "text"])
class MistakeReport(Model):
    """Somebody says that something on a service's page is not right."""

    class What(models.TextChoices):
        CLOSED = "closed", _("It does not exist any more")
        CONTACT = "contact", _("The telephone, address or opening hours are wrong")
        CONDITIONS = "conditions", _("It is for other people, or costs something else")
        WORDING = "wording", _("The text is wrong or badly translated")
        OTHER = "other", _("Something else")

    # CASCADE: a report about nothing helps nobody
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="mistake_reports")
    what = models.CharField(_("what is wrong"), max_length=20, choices=What)
    text = models.TextField(_("in your words"), max_length=2000, blank=True)
    email = models.EmailField(_("your e-mail address, if we may ask back"), blank=True)
    language = models.CharField(max_length=10)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by_id = models.UUIDField(null=True, blank=True)

    objects = MistakeReportQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to mend what is wrong in the directory, and to ask back when somebody wishes it",
        legal_basis=LegalBasis.CONSENT,
        retention=Retention(after="created_at", keep=timedelta(days=365)),
        fields={
            "text": "what is wrong, in your words",
            "email": "the e-mail address",
            "language": "the language",
            "settled_by_id": "who mended it",
        },
        plain=("id", "created_at", "updated_at", "service", "what", "settled_at"),
    )

    class Meta:
        verbose_name = _("report of a mistake")
        verbose_name_plural = _("reports of mistakes")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.what} {self.pk}"
