"""Questions around a referral: "do you have a place?" before it, "did it help?" after it."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kesher.accounts.models import Organisation
from kesher.base.history import tracked
from kesher.base.models import Model
from kesher.base.privacy import Kept, LegalBasis, PersonalData, Retention, used
from kesher.directory.models import Service
from kesher.referrals.models.referrals import Referral
from kesher.referrals.vocabularies import RECEIVERS, SENDERS

if TYPE_CHECKING:
    from kesher.accounts.models import Visitor


class PlaceQuestionQuerySet(models.QuerySet["PlaceQuestion"]):
    def waiting(self) -> "PlaceQuestionQuerySet":
        return self.filter(answered_at=None)

    def visible_to(self, user: "Visitor") -> "PlaceQuestionQuerySet":
        """To those who ask and those who answer."""
        if not user.is_authenticated:
            return self.none()
        asking, answering = user.organisation_ids_as(SENDERS), user.organisation_ids_as(RECEIVERS)
        return self.filter(Q(sender__in=asking) | Q(receiver__in=answering))


@tracked()
class PlaceQuestion(Model):
    """Somebody thinks of sending a person and asks whether there is a place. Nothing is said of the person, not even that
    it is one and not another."""

    class Answer(models.TextChoices):
        YES = "yes", _("yes, there is a place")
        LATER = "later", _("later: they would have to wait")
        NO = "no", _("no")

    # CASCADE: a question about nothing helps nobody
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="place_questions")
    # CASCADE both: nobody waits for it any more
    sender = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="place_questions_asked")
    receiver = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="place_questions_received")
    asked_by_id = models.UUIDField(editable=False)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by_id = models.UUIDField(null=True, editable=False)

    objects = PlaceQuestionQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know whether there is a place before somebody is sent",
        legal_basis=LegalBasis.PUBLIC_TASK,
        retention=Retention(after="created_at", keep=timedelta(days=90)),
        fields={"asked_by_id": "who asked", "answered_by_id": "who answered"},
        plain=("id", "created_at", "updated_at", "service", "sender", "receiver", "answer", "answered_at"),
        uses=used(PROVE="asked_by_id answered_by_id"),
    )

    class Meta:
        verbose_name = _("question for a place")
        verbose_name_plural = _("questions for places")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="place_question_answered_with_an_answer",
                violation_error_message=_("Choose an answer."),
            ),
            models.UniqueConstraint(
                fields=["service", "sender"],
                condition=Q(answered_at=None),
                name="place_question_once",
                violation_error_message=_("You have asked already."),
            ),
        ]
        indexes = [models.Index(fields=["receiver", "answered_at"], name="place_question_of_receiver")]

    def __str__(self) -> str:
        return f"{self.answer or 'open'} {self.pk}"


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def unanswered(self) -> "FollowUpQuerySet":
        return self.filter(answered_at=None)

    def visible_to(self, user: "Visitor") -> "FollowUpQuerySet":
        """With the referral it asks about."""
        return self.filter(referral__in=Referral.objects.visible_to(user))


@tracked()
class FollowUp(Model):
    """One question to the person, when a referral is finished, and after 30 and 90 days: did it help?"""

    class Answer(models.TextChoices):
        YES = "yes", _("yes")
        PARTLY = "partly", _("partly")
        NO = "no", _("no")

    class How(models.TextChoices):
        MAIL = "mail", _("by e-mail")
        TEXT = "text", _("by text message")
        SENDER = "sender", _("by the organisation that referred them")

    # CASCADE: a question about nothing helps nobody
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="follow_ups")
    day = models.PositiveSmallIntegerField(_("days after the end"))
    due_on = models.DateField(_("asked on"))
    how = models.CharField(_("how it is asked"), max_length=10, choices=How, blank=True)
    asked_at = models.DateTimeField(_("asked"), null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    # NULL with an answer: the person themselves, by their link
    recorded_by_id = models.UUIDField(null=True, editable=False)

    objects = FollowUpQuerySet.as_manager()

    privacy = PersonalData(
        purpose="to know whether it helped",
        legal_basis=LegalBasis.CONSENT,
        retention=Kept("as long as the file"),
        fields={"answer": "whether it helped", "recorded_by_id": "who wrote it down"},
        plain=("id", "created_at", "updated_at", "referral", "day", "due_on", "how", "asked_at", "answered_at"),
        uses=used(REFER="answer", PROVE="recorded_by_id"),
    )

    class Meta:
        verbose_name = _("question whether it helped")
        verbose_name_plural = _("questions whether it helped")
        ordering = ["referral", "day"]
        constraints = [
            models.UniqueConstraint(
                fields=["referral", "day"],
                name="follow_up_once_a_time",
                violation_error_message=_("This is asked already."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, answer="") | Q(answered_at__isnull=False) & ~Q(answer=""),
                name="follow_up_answered_with_an_answer",
                violation_error_message=_("Choose an answer."),
            ),
        ]
        indexes = [models.Index(fields=["due_on"], condition=Q(asked_at=None), name="follow_up_due")]

    def __str__(self) -> str:
        return f"{self.day} {self.pk}"
