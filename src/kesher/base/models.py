"""The tables every room shares: what happened, who looked, what was said to whom, and the portal itself."""

from datetime import timedelta
from typing import Any, ClassVar

from django.core.cache import cache
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kesher.base.history import tracked
from kesher.base.keys import uuid7
from kesher.base.privacy import LegalBasis, NoPersonalData, PersonalData, Retention
from kesher.base.translated import TranslatedField


class Model(models.Model):
    """Base of all our models: a time-ordered UUID as key, and when the row was made and last changed."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class AppendOnly(models.Model):
    """Base of logs. The application's database role has no right to change or delete their rows (see ``rights``)."""

    append_only: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True
        ordering = ["-id"]


class Event(AppendOnly):
    """Something that happened: "service.publish", "organisation.approve"."""

    name = models.CharField(max_length=100)
    about_type = models.CharField(max_length=100)
    about_id = models.UUIDField()
    # Plain keys, no foreign keys: the trail outlives the account and the organisation.
    actor_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    privacy = PersonalData(
        purpose="to know who decided what, when and why",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="at", keep=timedelta(days=7 * 365)),
        fields={"actor_id": "who did it", "reason": "the reason given"},
        plain=("id", "at", "name", "about_type", "about_id", "organisation_id", "data"),
    )

    class Meta(AppendOnly.Meta):
        indexes = [
            models.Index(fields=["about_id", "-id"], name="event_about"),
            models.Index(fields=["name", "-id"], name="event_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.about_id}"


class AccessLog(AppendOnly):
    """Somebody looked at a person's file."""

    about_type = models.CharField(max_length=100)
    about_id = models.UUIDField()
    actor_id = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=50)
    request_id = models.CharField(max_length=36, blank=True)

    privacy = PersonalData(
        purpose="to show people who looked at their file, and to find misuse",
        legal_basis=LegalBasis.LEGAL_OBLIGATION,
        retention=Retention(after="at", keep=timedelta(days=2 * 365)),
        fields={"actor_id": "who looked", "about_id": "whose file"},
        plain=("id", "at", "about_type", "organisation_id", "purpose", "request_id"),
    )

    class Meta(AppendOnly.Meta):
        indexes = [models.Index(fields=["about_id", "-id"], name="access_about")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.about_id}"


class OutgoingMail(Model):
    """A mail kept instead of sent, where no mail server is set: the demo's outbox. Never used in production."""

    to = models.TextField()
    subject = models.TextField()
    body = models.TextField()

    privacy = PersonalData(
        purpose="to show in the demo what people would have been sent",
        legal_basis=LegalBasis.LEGITIMATE_INTEREST,
        retention=Retention(after="created_at", keep=timedelta(days=30)),
        fields={"to": "to whom it is written", "subject": "the subject", "body": "the text"},
        plain=("id", "created_at", "updated_at"),
    )

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class NotificationQuerySet(models.QuerySet["Notification"]):
    def waiting(self) -> "NotificationQuerySet":
        return self.filter(sent_at=None, failed_at=None)

    def visible_to(self, user: Any) -> "NotificationQuerySet":
        return self.filter(recipient_id=user.pk) if user.is_authenticated else self.none()


class Notification(Model):
    """Something one person is told: that there is something to see, never what it says. The page behind the link says."""

    recipient_id = models.UUIDField(db_index=True)
    kind = models.CharField(max_length=60)  # names the template: notifications/<kind>.txt
    language = models.CharField(max_length=10)
    link = models.CharField(max_length=300)
    context = models.JSONField(default=dict)  # counts, dates and names of organisations; no words about a person
    sent_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    privacy = PersonalData(
        purpose="to tell people that something waits for them",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="created_at", keep=timedelta(days=180)),
        fields={"recipient_id": "to whom it is written", "language": "the language", "read_at": "whether it was read"},
        plain=("id", "created_at", "updated_at", "kind", "link", "context", "sent_at", "failed_at"),
    )

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


@tracked()
class Portal(Model):
    """This town's portal: its name, its languages, whom to ask. One row."""

    ONLY_ONE = "only"

    singleton = models.CharField(max_length=4, default=ONLY_ONE, editable=False)
    name = TranslatedField(_("name of the town's table"))
    contact = TranslatedField(_("whom to ask"), help_text=_("Shown at the foot of every public page."))
    contact_email = models.EmailField(blank=True)
    contact_phone = models.CharField(max_length=40, blank=True)
    home_area_code = models.CharField(max_length=40, blank=True)
    is_demo = models.BooleanField(default=False)
    seed = models.BigIntegerField(null=True, editable=False)  # of the demo town

    privacy = NoPersonalData("the portal itself; the contact is an office")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["singleton"], name="portal_only_one", violation_error_message=_("There is one portal.")
            )
        ]

    CACHE_KEY = "portal"

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        cache.delete(self.CACHE_KEY)

    @classmethod
    def current(cls) -> "Portal":
        """The portal; an unsaved nameless one before it is set up. Kept in the cache for a minute."""
        portal: Portal | None = cache.get(cls.CACHE_KEY)
        if portal is None:
            portal = cls.objects.first() or cls(name={"en": "Kesher", "he": "קשר", "ar": "كيشر"})
            cache.set(cls.CACHE_KEY, portal, 60)
        return portal
